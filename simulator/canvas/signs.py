"""Signs: words on small plates, and places that can be clicked. As large at every distance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pygame

from simulator.canvas.text import written
from simulator.canvas.theme import Colour, contrasting
from simulator.canvas.words import Words

SIZE = 12  # px, of the text
REACH = 9.0  # px; a click may miss a band by so much


class Button(NamedTuple):
    """A band (points in metres) that asks for a choice of one of a seat's actions."""

    line: np.ndarray
    width: float
    seat: int
    factor: int
    choice: int


def draw_badge(
    target: pygame.Surface, point: tuple[float, float], away: tuple[float, float], text: str, colour: Colour,
    words: Words | None = None,
) -> None:
    """A word on a plate of `colour`, its rim at a pixel if it is moved `away`, else its middle; above the
    `words` that it would lie on.
    """
    piece = written(text, SIZE, contrasting(colour), bold=True)
    box = piece.get_rect().inflate(9, 3)
    length = float(np.hypot(*away))
    if length > 0.0:
        along = (away[0] / length, away[1] / length)
        # far enough that the plate just leaves the point
        reach = min(box.width / 2 / max(abs(along[0]), 1e-6), box.height / 2 / max(abs(along[1]), 1e-6)) + 3.0
        point = point[0] + along[0] * reach, point[1] + along[1] * reach
    box.center = round(point[0]), round(point[1])
    if not target.get_clip().colliderect(box):
        return
    if words is not None:
        box = words.free(box.inflate(2, 2), up=True).inflate(-2, -2)
    pygame.draw.rect(target, (12, 14, 20), box.inflate(2, 2), border_radius=5)
    pygame.draw.rect(target, colour, box, border_radius=4)
    target.blit(piece, piece.get_rect(center=box.center))


def distance_to(line: np.ndarray, point: tuple[float, float]) -> float:
    """How far a point is from a line (n, 2)."""
    start, way = line[:-1], np.diff(line, axis=0)
    place = np.asarray(point)
    part = ((place - start) * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-12)
    nearest = start + np.clip(part, 0.0, 1.0)[:, None] * way
    return float(np.hypot(*(nearest - place).T).min())


def button_at(buttons: list[Button], point: tuple[float, float], scale: float) -> Button | None:
    """The button nearest to a point in metres, if it is near enough at `scale` pixels a metre."""
    best, least = None, np.inf
    for button in buttons:
        beyond = distance_to(button.line, point) - 0.5 * button.width
        if beyond * scale < REACH and beyond < least:
            best, least = button, beyond
    return best
