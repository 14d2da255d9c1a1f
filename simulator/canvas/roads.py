"""Bands along roads, in metres: their outlines bend with the road before the camera makes pixels of them."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
import pygame

from simulator.canvas import ink
from simulator.canvas.kept import MEGABYTE, Kept
from simulator.canvas.scenery import FINE, PIECE
from simulator.canvas.text import written
from simulator.canvas.theme import Colour, contrasting

if TYPE_CHECKING:
    from simulator.canvas.camera import Camera

GRAIN = 3  # levels that the ground's colour wanders, at most
COARSE = 6  # px; as fine as it wanders
STAMP, GAP = 14, 8  # px; size of words in a corner of the picture, and their distance from its edges

_grounds = Kept(8 * MEGABYTE)


def draw_ribbon(
    target: pygame.Surface, camera: Camera, line: np.ndarray, width: float, colour: Colour,
    *, dash: tuple[float, float] | None = None, alpha: int = 255, painting: bool = False,
) -> None:  # fmt: skip
    """Fill a band of `width` m along points (n, 2) in metres, never thinner than a pixel (paler in a `painting`)."""
    across = max(width * camera.scale, 1.0)
    if painting:
        alpha = min(alpha, round(255 * width * camera.scale / across))
    if not ink.near(target, camera.pixels(line), across * camera.stretch):
        return
    pieces = ink.parts(line)
    if dash is not None:
        if dash[1] * camera.scale < (FINE if painting else 1.0):
            return  # too small to tell a dash from a gap
        pieces = ink.dashes(line, *dash)
    for piece in pieces:
        if (corners := _corners(piece.tobytes(), across / camera.scale, camera)) is not None:
            (ink.plain if painting else ink.quick)(target, corners, colour, alpha)


@lru_cache(maxsize=2048)
def _corners(raw: bytes, width: float, camera: Camera) -> np.ndarray | None:
    """The corners (m, 2) of a band in pixels, along points given as the bytes of f8; what stands still is worked out
    once.
    """
    outline = ink.band(np.frombuffer(raw).reshape(-1, 2), width)
    return None if outline is None else camera.pixels(outline)


def fill_ground(target: pygame.Surface, colour: Colour, *, grown: bool) -> None:
    """Cover a piece of scenery with a colour; ground on which something grows wanders a little around it."""
    target.fill(colour)
    if grown:
        target.blit(_grounds.of((colour, target.get_size()), partial(_ground, colour, target.get_size())), (0, 0))


def _ground(colour: Colour, size: tuple[int, int]) -> pygame.Surface:
    """A piece of ground that fits to itself at all four sides, the same at every start."""
    cells = -(-PIECE // COARSE)
    luck = np.random.default_rng(7).integers(-GRAIN, GRAIN + 1, (cells, cells))
    wrapped = np.pad(luck, 1, mode="wrap")  # neighbours of the rim, so that pieces meet without a seam
    small = pygame.surfarray.make_surface(
        np.clip(wrapped[..., None] + np.array(colour), 0, 255).astype(np.uint8)
    )  # fmt: skip
    cell = size[0] // cells
    large = pygame.transform.smoothscale(small, ((cells + 2) * cell, (cells + 2) * cell))
    return large.subsurface((cell, cell, cells * cell, cells * cell)).copy()


def draw_stamp(target: pygame.Surface, words: str, colour: Colour) -> None:
    """Words on a plate in the picture's upper right corner, as large at every distance."""
    size = max(min(STAMP, target.get_width() // 16), 8)
    piece = written(words, size, contrasting(colour), bold=True)
    box = piece.get_rect().inflate(12, 6)
    box.topright = target.get_width() - GAP, GAP
    pygame.draw.rect(target, colour, box, border_radius=5)
    target.blit(piece, piece.get_rect(center=box.center))
