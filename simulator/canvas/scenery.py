"""Scenery: what never moves, painted once for a view in pieces and then only copied."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

import pygame

from simulator.canvas.camera import Camera

PIECE = 384  # px a side of one cached piece
FINE = 3  # how much larger a piece is painted before it is shrunk: all its edges become smooth
KEPT = 96  # pieces kept, 0.6 MB each

_pieces: OrderedDict[Hashable, pygame.Surface] = OrderedDict()


def backdrop(
    target: pygame.Surface, camera: Camera, key: Hashable, paint: Callable[[pygame.Surface, Camera], None]
) -> None:
    """Cover `target` with what `paint(surface, camera)` paints; equal keys stand for equal paintings."""
    origin = camera.pixels((0.0, 0.0))
    left, top = round(float(origin[0])), round(float(origin[1]))
    clip = target.get_clip()
    for row in range((clip.top - top) // PIECE, (clip.bottom - 1 - top) // PIECE + 1):
        for column in range((clip.left - left) // PIECE, (clip.right - 1 - left) // PIECE + 1):
            picture = _piece((key, round(camera.scale, 5), row, column), row, column, camera.scale, paint)
            target.blit(picture, (left + column * PIECE, top + row * PIECE))


def _piece(
    key: Hashable, row: int, column: int, scale: float, paint: Callable[[pygame.Surface, Camera], None]
) -> pygame.Surface:
    """One piece, from the cache or painted now."""
    picture = _pieces.get(key)
    if picture is not None:
        _pieces.move_to_end(key)
        return picture
    large = pygame.Surface((PIECE * FINE, PIECE * FINE), 0, 32)
    centre = ((column + 0.5) * PIECE / scale, (row + 0.5) * PIECE / scale)
    paint(large, Camera(centre, scale * FINE, large.get_size()))
    picture = pygame.transform.smoothscale(large, (PIECE, PIECE))
    if pygame.display.get_surface():
        picture = picture.convert()
    _pieces[key] = picture
    if len(_pieces) > KEPT:
        _pieces.popitem(last=False)
    return picture
