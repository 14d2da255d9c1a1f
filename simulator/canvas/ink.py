"""Anti-aliased shapes in pixels. pygame draws hard edges, so small shapes are drawn larger and shrunk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import pygame
from pygame import gfxdraw

from simulator.canvas.kept import MEGABYTE, Kept
from simulator.canvas.theme import Colour, mix

FINE = 4  # how much larger small shapes are drawn
LARGE = 300  # px; a shape wider than this is drawn at its own size
MIDDLE = 110  # px; a shape wider than this is drawn twice as large only
PHASES = 4  # circles are placed to this part of a pixel, so that few pictures serve many
PART = 24  # points of a band that is filled at once
THIN = 3.6  # px; lines up to this are drawn as one-pixel lines side by side

_circles, _shapes = Kept(8 * MEGABYTE), Kept(8 * MEGABYTE, twice=4096)  # a shape that turns is new in every frame


def polygon(target: pygame.Surface, points: np.ndarray, colour: Colour, alpha: int = 255) -> None:
    """Fill a polygon (n, 2) given in pixels with fractions."""
    stack(target, [(points, colour, alpha)])


def stack(target: pygame.Surface, pieces: Sequence[tuple[np.ndarray, Colour, int]]) -> None:
    """Fill polygons (points in pixels, colour, alpha), a later one *replacing* what it covers of those before."""
    everything = pieces[0][0] if len(pieces) == 1 else np.concatenate([points for points, _, _ in pieces])
    if min(len(points) for points, _, _ in pieces) < 3:
        return
    across, down = zip(*everything.tolist(), strict=True)  # few points: faster without NumPy
    if not math.isfinite(sum(across) + sum(down)):
        return
    left, top = math.floor(min(across)) - 1, math.floor(min(down)) - 1
    width, height = max(math.ceil(max(across)) + 1 - left, 1), max(math.ceil(max(down)) + 1 - top, 1)
    if not target.get_clip().colliderect((left, top, width, height)):
        return
    if max(width, height) > LARGE:
        for points, colour, alpha in pieces:
            quick(target, points, colour, alpha)
        return
    moved = tuple((points - (left, top), colour, alpha) for points, colour, alpha in pieces)
    key = (width, height, *((points.tobytes(), colour, alpha) for points, colour, alpha in moved))
    target.blit(_shapes.of(key, partial(_shape, moved, width, height)), (left, top))


def _shape(pieces: Sequence[tuple[np.ndarray, Colour, int]], width: int, height: int) -> pygame.Surface:
    """A picture of polygons; what stands still is the same in every frame, and is copied from then on."""
    fine = FINE if max(width, height) <= MIDDLE else 2
    patch = _patch(width * fine, height * fine, pieces[0][1])
    for points, colour, alpha in pieces:
        pygame.draw.polygon(patch, (*colour, alpha), (points * fine).tolist())
    return pygame.transform.smoothscale(patch, (width, height))


def quick(target: pygame.Surface, points: np.ndarray, colour: Colour, alpha: int) -> None:
    """Fill a polygon at its own size: for large ones, and for those that are new in every frame."""
    if len(points) < 3 or not np.isfinite(points).all():
        return
    whole = _whole(points)
    gfxdraw.filled_polygon(target, whole, (*colour, alpha))
    gfxdraw.aapolygon(target, whole, (*colour, alpha))


def _whole(points: np.ndarray) -> list[list[int]]:
    """Whole pixels as SDL_gfx takes them, of 16 bits: corners far away are kept within them."""
    found: list[list[int]] = np.clip(np.rint(points), -16000, 16000).astype(int).tolist()
    return found


def plain(target: pygame.Surface, points: np.ndarray, colour: Colour, alpha: int = 255) -> None:
    """Fill a polygon with hard edges, on a picture that is shrunk afterwards."""
    low, high = points.min(axis=0), points.max(axis=0)
    if target.get_clip().colliderect((low[0], low[1], high[0] - low[0] + 1, high[1] - low[1] + 1)):
        if alpha == 255:
            pygame.draw.polygon(target, colour, points.tolist())
        else:
            gfxdraw.filled_polygon(target, _whole(points), (*colour, alpha))


def near(target: pygame.Surface, points: np.ndarray, reach: float) -> bool:
    """Whether points in pixels, and `reach` around them, touch what is drawn on."""
    low, high = points.min(axis=0) - reach, points.max(axis=0) + reach
    return bool(target.get_clip().colliderect((low[0], low[1], high[0] - low[0], high[1] - low[1])))


def band(points: np.ndarray, width: float) -> np.ndarray | None:
    """The outline (2n, 2) of a band of `width` along points (n, 2), with mitred joints and square ends; None: there is
    no such band.
    """
    if len(points) < 2 or not np.isfinite(points).all():
        return None
    along = np.diff(points, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    mean = np.concatenate((along[:1], along[1:] + along[:-1], along[-1:]))
    length = np.hypot(mean[:, 0], mean[:, 1])
    mean /= np.maximum(length, 1e-9)[:, None]
    each = along[np.minimum(np.arange(len(points)), len(along) - 1)]
    # across a bend the band must reach farther to keep its width
    stretch = 1.0 / np.maximum((mean * each).sum(axis=1), 0.5)
    side = np.stack((-mean[:, 1], mean[:, 0]), axis=1) * (0.5 * width * stretch)[:, None]
    return np.concatenate((points + side, (points - side)[::-1]))


def parts(points: np.ndarray) -> list[np.ndarray]:
    """A line (n, 2) in parts: a band that comes back to itself, as a ring's, would be hollow where it overlaps."""
    return [points[first : first + PART + 1] for first in range(0, max(len(points) - 1, 1), PART)]


def dashes(points: np.ndarray, drawn: float, left_out: float) -> list[np.ndarray]:
    """Pieces of a line (n, 2): so much of it is `drawn`, then so much `left_out`, and so on to its end."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    far = np.concatenate(((0.0,), np.cumsum(steps)))
    pieces = []
    for start in np.arange(0.0, far[-1], drawn + left_out):
        end = min(start + drawn, far[-1])
        inner = points[(far > start) & (far < end)]
        ends = [np.array([np.interp(at, far, points[:, axis]) for axis in (0, 1)]) for at in (start, end)]
        pieces.append(np.concatenate((ends[:1], inner, ends[1:])))
    return pieces


def disc(target: pygame.Surface, centre: tuple[float, float], radius: float, colour: Colour, alpha: int = 255) -> None:
    """Fill a circle given in pixels with fractions."""
    ring(target, centre, radius, radius, colour, alpha)


def ring(
    target: pygame.Surface,
    centre: tuple[float, float],
    radius: float,
    width: float,
    colour: Colour,
    alpha: int = 255,
) -> None:
    """Draw a circle line of `width` pixels that ends at `radius`; a width of the radius fills it."""
    if radius <= 0:
        return
    whole = math.floor(centre[0]), math.floor(centre[1])
    phase = round((centre[0] - whole[0]) * PHASES), round((centre[1] - whole[1]) * PHASES)
    reach = math.ceil(radius) + 2
    left, top, side = whole[0] - reach, whole[1] - reach, 2 * reach + 1
    if target.get_clip().colliderect((left, top, side, side)):
        key = round(radius * PHASES), round(min(width, radius) * PHASES), phase, colour, alpha
        target.blit(_circles.of(key, partial(_circle, *key)), (left, top))


def _circle(radius: int, width: int, phase: tuple[int, int], colour: Colour, alpha: int) -> pygame.Surface:
    """A picture of a circle line; lengths and the place within a pixel in parts of `PHASES` a pixel."""
    reach = math.ceil(radius / PHASES) + 2
    side = 2 * reach + 1
    fine = FINE if side <= MIDDLE else 2 if side <= 3 * LARGE else 1
    patch = _patch(side * fine, side * fine, colour)
    middle = ((reach + phase[0] / PHASES) * fine, (reach + phase[1] / PHASES) * fine)
    line = 0 if width >= radius else max(1, round(width * fine / PHASES))
    pygame.draw.circle(patch, (*colour, alpha), middle, radius * fine / PHASES, line)
    return pygame.transform.smoothscale(patch, (side, side)) if fine > 1 else patch


def arc(
    target: pygame.Surface, centre: tuple[float, float], radius: float, width: float, colour: Colour, part: float
) -> None:
    """Draw the first `part` (0 … 1) of a circle line, clockwise from the top."""
    steps = max(3, math.ceil(48 * part))
    turn = np.linspace(-math.pi / 2, -math.pi / 2 + 2 * math.pi * part, steps)
    unit = np.stack((np.cos(turn), np.sin(turn)), axis=1)
    outline = np.concatenate((unit * radius, (unit * (radius - width))[::-1]))
    polygon(target, outline + np.asarray(centre), colour)


def line(
    target: pygame.Surface,
    points: np.ndarray,
    width: float,
    colour: Colour,
    alpha: int = 255,
    *,
    behind: Colour = (0, 0, 0),
) -> None:
    """Draw a polyline (n, 2) in pixels. See-through thin lines are mixed with `behind`, the usual colour below them."""
    if len(points) < 2 or not np.isfinite(points).all():
        return
    if width <= THIN:
        _thin_line(target, points.tolist(), width, colour if alpha == 255 else mix(behind, colour, alpha / 255))
        return
    for start, end in pairwise(points):
        along = end - start
        length = math.hypot(*along)
        if length == 0:
            continue
        side = np.array((-along[1], along[0])) / length * width / 2
        polygon(target, np.array((start + side, end + side, end - side, start - side)), colour, alpha)
    if alpha == 255:
        for joint in points[1:-1]:
            disc(target, (joint[0], joint[1]), width / 2, colour)


def _thin_line(target: pygame.Surface, places: list[list[float]], width: float, colour: Colour) -> None:
    """One-pixel lines side by side: much faster than shrinking a large picture of a long line."""
    count = max(1, round(width * 0.72))
    first = -(count - 1) / 2
    for (left, top), (right, bottom) in pairwise(places):
        if (left, top) == (right, bottom):
            continue
        steep = abs(bottom - top) > abs(right - left)
        for shift in range(count):  # whole pixels apart, or it would ripple
            x, y = first + shift * steep, first + shift * (not steep)
            pygame.draw.aaline(target, colour, (left + x, top + y), (right + x, bottom + y))


def trail(target: pygame.Surface, points: np.ndarray, width: float, colour: Colour) -> None:
    """Draw where somebody came along (n, 2), the oldest first: widest and clearest at the end."""
    along = np.gradient(points, axis=0)
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    aside = np.stack((-along[:, 1], along[:, 0]), axis=1) / length[:, None]
    aside *= np.linspace(0.0, width, len(points))[:, None]
    for part, alpha in ((1.0, 40), (0.7, 45), (0.4, 50)):
        first = int(len(points) * (1.0 - part))
        edges = (points[first:] + aside[first:], (points[first:] - aside[first:])[::-1])
        quick(target, np.concatenate(edges), colour, alpha)


def rounded(
    target: pygame.Surface, box: pygame.Rect, colour: Colour, radius: int, *, edge: Colour | None = None
) -> None:
    """Fill a box with round corners, with a one-pixel edge if wanted."""
    pygame.draw.rect(target, colour, box, border_radius=radius)
    if edge is not None:
        pygame.draw.rect(target, edge, box, width=1, border_radius=radius)


def _patch(width: int, height: int, colour: Colour) -> pygame.Surface:
    """An empty picture whose see-through pixels already have the colour, so that shrinking leaves no dark rim."""
    patch = pygame.Surface((max(width, 1), max(height, 1)), pygame.SRCALPHA, 32)
    patch.fill((*colour, 0))
    return patch
