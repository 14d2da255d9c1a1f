"""What a viewer does not see is dim: all of the picture but a polygon, whose rim is soft."""

from __future__ import annotations

import numpy as np
import pygame

from simulator.canvas.kept import MEGABYTE, Kept
from simulator.canvas.theme import Colour

COARSE = 4  # px; fog is drawn that much smaller and then grown, which makes its rim soft
LARGEST = 4096  # px
_shades = Kept(8 * MEGABYTE)


def dim(target: pygame.Surface, hole: np.ndarray, fog: Colour, alpha: int) -> None:
    """Lay `fog` over everything outside a polygon (n, 2) in pixels."""
    colour, whole = (*fog, alpha), target.get_rect()

    def plain() -> pygame.Surface:
        shade = pygame.Surface(whole.size, pygame.SRCALPHA, 32)
        shade.fill(colour)
        return shade

    shade = _shades.of((whole.size, colour), plain, on=target)
    if len(hole) < 3 or not np.isfinite(hole).all():
        target.blit(shade, (0, 0))
        return
    low, high = np.floor(hole.min(axis=0) / COARSE) * COARSE - COARSE, hole.max(axis=0) + 2 * COARSE
    cells = np.clip(np.ceil((high - low) / COARSE), 1, LARGEST / COARSE).astype(int)
    clear = pygame.Rect(int(low[0]), int(low[1]), int(cells[0]) * COARSE, int(cells[1]) * COARSE)
    small = pygame.Surface(cells.tolist(), pygame.SRCALPHA, 32)
    small.fill(colour)
    pygame.draw.polygon(small, (*fog, 0), ((hole - low) / COARSE).tolist())
    target.blit(pygame.transform.smoothscale(small, clear.size), clear)
    inner = clear.clip(whole)
    for part in (
        (0, 0, whole.width, inner.top), (0, inner.bottom, whole.width, whole.height - inner.bottom),
        (0, inner.top, inner.left, inner.height), (inner.right, inner.top, whole.width - inner.right, inner.height),
    ):  # fmt: skip
        target.blit(shade, part[:2], part)
