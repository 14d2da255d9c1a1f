"""Small timelines beside things: bands of colours along time, a line at the present, dots for what called."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pygame

from simulator.canvas.text import written
from simulator.canvas.theme import Colour
from simulator.canvas.words import Words

BAND, GAP, DOT = 5, 2, 2  # px; height of a band, between bands, of a dot
TEXT = 10  # px

Piece = tuple[float, float, Colour]
"""Start and end in parts of the time that is shown, and a colour."""


def draw_timeline(
    target: pygame.Surface, place: tuple[float, float], away: tuple[float, float], width: int,
    bands: Sequence[Sequence[Piece]], now: float, *, dots: Sequence[float] = (), words: str = "",
    others: Words | None = None,
) -> pygame.Rect:  # fmt: skip
    """Bands one below the other, of which the part left of `now` (0 … 1) is past; where it was drawn.

    Its rim touches a place (px); it lies on the side that `away` (a direction) says, farther away where it would lie on
    `others`, such as a badge.
    """
    high = len(bands) * (BAND + GAP) + GAP + (DOT + GAP if dots else 0)
    label = written(words, TEXT, (232, 236, 244), bold=True) if words else None
    beside = 0 if label is None else label.get_width() + 2 * GAP
    box = pygame.Rect(0, 0, width + 2 * GAP + beside, max(high, TEXT + GAP if words else 0))
    length = max(math.hypot(*away), 1e-9)
    along = away[0] / length, away[1] / length
    reach = min(box.width / 2 / max(abs(along[0]), 1e-6), box.height / 2 / max(abs(along[1]), 1e-6))
    box.center = round(place[0] + along[0] * reach), round(place[1] + along[1] * reach)
    if not target.get_clip().colliderect(box):
        return box
    if others is not None:
        box = others.free(box.inflate(2, 2), up=away[1] <= 0.0).inflate(-2, -2)
    pygame.draw.rect(target, (12, 14, 20), box, border_radius=3)
    left, y = box.left + GAP, box.top + GAP
    for band in bands:
        for start, end, colour in band:
            x = left + round(start * width)
            pygame.draw.rect(target, colour, (x, y, max(left + round(end * width) - x, 1), BAND))
        y += BAND + GAP
    for at in dots:
        pygame.draw.rect(target, (232, 236, 244), (left + round(at * width), y, DOT, DOT))
    x = left + round(now * width)
    pygame.draw.line(target, (255, 255, 255), (x, box.top), (x, box.bottom - 1))
    if label is not None:
        target.blit(label, label.get_rect(midleft=(left + width + GAP, box.centery)))
    return box
