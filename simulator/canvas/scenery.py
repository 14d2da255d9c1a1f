"""Scenery: what never moves, sketched once, painted in pieces for each view and then only copied."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pygame

from simulator.canvas.camera import Camera
from simulator.canvas.kept import MEGABYTE, Kept

PIECE = 384  # px a side of one cached piece
FINE = 3  # how much larger a piece is painted before it is shrunk: all its edges become smooth
SKETCHES = 12  # kept

_pieces = Kept(32 * MEGABYTE)  # 50 pieces
_sketches: OrderedDict[Hashable, Sketch] = OrderedDict()


class Sketch:
    """What a world painted, in metres: words of the canvas with their arguments, to be painted again for any view."""

    def __init__(self) -> None:
        self._words: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self._boxes: list[np.ndarray] = []

    def polygon(self, points: Any, style: str, **facts: Any) -> None:
        """As on the canvas."""
        self._add("polygon", points, 0.0, (style,), facts)

    def ribbon(self, points: Any, width: float, style: str, **facts: Any) -> None:
        """As on the canvas."""
        self._add("ribbon", points, width, (width, style), facts)

    def _add(self, word: str, points: Any, reach: float, rest: tuple[Any, ...], facts: dict[str, Any]) -> None:
        line = np.asarray(points, dtype=np.float64)
        self._words.append((word, (line, *rest), facts))
        self._boxes.append(np.concatenate((line.min(axis=0) - reach, line.max(axis=0) + reach)))

    def near(self, camera: Camera) -> Iterator[tuple[str, tuple[Any, ...], dict[str, Any]]]:
        """What touches the view of a camera, in the order in which it was painted."""
        if not self._words:
            return
        low, high = camera.metres((0.0, 0.0)), camera.metres((float(camera.size[0]), float(camera.size[1])))
        left, top, right, bottom = np.array(self._boxes).T
        inside = (right >= low[0]) & (left <= high[0]) & (bottom >= low[1]) & (top <= high[1])
        for index in np.flatnonzero(inside):
            yield self._words[index]


def sketch_of(key: Hashable, paint: Callable[[Any], None]) -> Sketch:
    """What `paint` paints, from the cache where `key` is known."""
    sketch = _sketches.get(key)
    if sketch is None:
        sketch = _sketches[key] = Sketch()
        paint(sketch)
        if len(_sketches) > SKETCHES:
            _sketches.popitem(last=False)
    _sketches.move_to_end(key)
    return sketch


def backdrop(
    target: pygame.Surface, camera: Camera, key: Hashable, paint: Callable[[pygame.Surface, Camera], None],
    *, ahead: bool = False,
) -> None:  # fmt: skip
    """Cover `target` with what `paint(surface, camera)` paints; equal keys stand for equal paintings.

    With `ahead` a piece beside those in view is painted too, if all of these were there already.
    """
    origin = camera.pixels((0.0, 0.0))
    left, top = round(float(origin[0])), round(float(origin[1]))
    scales = round(camera.scale, 5), round(camera.stretch, 5)
    clip = target.get_clip()
    rows = range((clip.top - top) // PIECE, (clip.bottom - 1 - top) // PIECE + 1)
    columns = range((clip.left - left) // PIECE, (clip.right - 1 - left) // PIECE + 1)
    is_new = False
    for row, column in product(rows, columns):
        name = (key, *scales, row, column)
        is_new = is_new or name not in _pieces
        picture = _pieces.of(name, partial(_painted, row, column, camera, paint), on=target)
        target.blit(picture, (left + column * PIECE, top + row * PIECE))
    if not ahead or is_new:
        return
    for column, row in product((columns.stop, columns.start - 1), rows):
        name = (key, *scales, row, column)
        if name not in _pieces:
            _pieces.of(name, partial(_painted, row, column, camera, paint), on=target)
            return


def _painted(row: int, column: int, view: Camera, paint: Callable[[pygame.Surface, Camera], None]) -> pygame.Surface:
    """One piece, painted now."""
    large = pygame.Surface((PIECE * FINE, PIECE * FINE), 0, 32)
    centre = ((column + 0.5) * PIECE / view.scale, (row + 0.5) * PIECE / (view.scale * view.stretch))
    paint(large, Camera(centre, view.scale * FINE, large.get_size(), view.stretch))
    picture = pygame.transform.smoothscale(large, (PIECE, PIECE))
    return picture.convert() if pygame.display.get_surface() else picture
