"""Metres to pixels and back. World y grows downwards, as pixels do, so nothing is flipped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MARGIN = 0.35  # m of void shown around a world that fits the picture


@dataclass(frozen=True)
class Camera:
    """What part of a world a picture of `size` pixels shows: `centre` (m) in its middle, `scale` pixels a metre."""

    centre: tuple[float, float]
    scale: float
    size: tuple[int, int]

    def pixels(self, points: object) -> np.ndarray:
        """Pixel places (…, 2) of points (…, 2) in metres; fractions are kept."""
        metres = np.asarray(points, dtype=np.float64)
        middle = np.array((self.size[0] / 2, self.size[1] / 2))
        return (metres - self.centre) * self.scale + middle

    def metres(self, pixel: tuple[float, float]) -> tuple[float, float]:
        """The point in metres under a pixel."""
        return (
            (pixel[0] - self.size[0] / 2) / self.scale + self.centre[0],
            (pixel[1] - self.size[1] / 2) / self.scale + self.centre[1],
        )


def fit(
    extent: tuple[float, float], size: tuple[int, int], *, zoom: float = 1.0, corner: tuple[float, float] = (0.0, 0.0)
) -> Camera:
    """The camera that shows a whole world of `extent` metres (zoom 1), or its middle part (zoom > 1)."""
    width, height = max(size[0], 1), max(size[1], 1)
    scale = min(width / (extent[0] + 2 * MARGIN), height / (extent[1] + 2 * MARGIN)) * zoom
    return Camera((corner[0] + extent[0] / 2, corner[1] + extent[1] / 2), scale, (width, height))


def follow(
    extent: tuple[float, float], size: tuple[int, int], zoom: float, place: tuple[float, float],
    *, corner: tuple[float, float] = (0.0, 0.0),
) -> Camera:  # fmt: skip
    """A camera that keeps `place` (m) in view without showing more void than needed."""
    whole = fit(extent, size, zoom=zoom, corner=corner)
    centre = []
    for axis in range(2):
        half = whole.size[axis] / 2 / whole.scale
        low, high = corner[axis] + half - MARGIN, corner[axis] + extent[axis] + MARGIN - half
        centre.append(whole.centre[axis] if low >= high else min(max(place[axis], low), high))
    return Camera((centre[0], centre[1]), whole.scale, whole.size)
