"""Metres to pixels and back. World y grows downwards, as pixels do, so nothing is flipped."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

MARGIN = 0.35  # m of void shown around a world that fits the picture
STRIP = 0.2  # what fills less of the picture's height (or width) is a strip
LANE, LANE_PART = 3.75, 0.075  # m, the width of a lane (RAA 2008); the part of the picture's height it should take
WIDEST, ROOM = 16.0, 0.9  # most that widths are drawn larger than lengths; part of the height that a strip takes then


@dataclass(frozen=True)
class Camera:
    """What part of a world a picture of `size` pixels shows: `centre` (m) in its middle, `scale` pixels a metre.

    Roads that run from west to east are long and thin. With a `stretch` above 1 their widths are drawn so much larger
    than their lengths, as maps of lines do it: then the lanes fill the picture, and one still sees far ahead.
    """

    centre: tuple[float, float]
    scale: float
    size: tuple[int, int]
    stretch: float = 1.0

    def pixels(self, points: object) -> np.ndarray:
        """Pixel places (…, 2) of points (…, 2) in metres; fractions are kept."""
        metres = np.asarray(points, dtype=np.float64)
        middle = np.array((self.size[0] / 2, self.size[1] / 2))
        return (metres - self.centre) * (self.scale, self.scale * self.stretch) + middle

    def metres(self, pixel: tuple[float, float]) -> tuple[float, float]:
        """The point in metres under a pixel."""
        return (
            (pixel[0] - self.size[0] / 2) / self.scale + self.centre[0],
            (pixel[1] - self.size[1] / 2) / (self.scale * self.stretch) + self.centre[1],
        )

    def turned(self, heading: float) -> float:
        """The heading (rad) in the picture of one in the world."""
        if self.stretch == 1.0:
            return heading
        return math.atan2(self.stretch * math.sin(heading), math.cos(heading))


def fit(
    extent: tuple[float, float], size: tuple[int, int], *, zoom: float = 1.0, corner: tuple[float, float] = (0.0, 0.0)
) -> Camera:
    """The camera that shows a whole world of `extent` metres (zoom 1), or its middle part (zoom > 1)."""
    width, height = max(size[0], 1), max(size[1], 1)
    scale = min(width / (extent[0] + 2 * MARGIN), height / (extent[1] + 2 * MARGIN)) * zoom
    return Camera((corner[0] + extent[0] / 2, corner[1] + extent[1] / 2), scale, (width, height))


def follow(
    extent: tuple[float, float], size: tuple[int, int], zoom: float, place: tuple[float, float],
    *, corner: tuple[float, float] = (0.0, 0.0), stretched: bool = False,
) -> Camera:  # fmt: skip
    """A camera that keeps `place` (m) in view without showing more void than needed; a strip may be `stretched`."""
    whole = fit(extent, size, zoom=zoom, corner=corner)
    stretch = stretch_for(extent, size, whole.scale) if stretched else 1.0
    centre = []
    for axis in range(2):
        half = whole.size[axis] / 2 / (whole.scale * (stretch if axis else 1.0))
        low, high = corner[axis] + half - MARGIN, corner[axis] + extent[axis] + MARGIN - half
        centre.append(whole.centre[axis] if low >= high else min(max(place[axis], low), high))
    return Camera((centre[0], centre[1]), whole.scale, whole.size, stretch)


def is_strip(extent: tuple[float, float], size: tuple[int, int]) -> bool:
    """Whether what is shown whole fills little of the height of a picture."""
    wide, high = extent[0] / max(size[0], 1), extent[1] / max(size[1], 1)
    return high < STRIP * wide


def stretch_for(
    extent: tuple[float, float], size: tuple[int, int], scale: float, lane: float = LANE_PART
) -> float:  # fmt: skip
    """How much larger than lengths the widths of a strip of road are drawn at `scale` pixels a metre, so that a `lane`
    takes that part of the picture's height; 1 where it is no strip.
    """
    if not is_strip(extent, size):
        return 1.0
    wanted, whole = lane * size[1] / (LANE * scale), ROOM * size[1] / (extent[1] * scale)
    return max(min(wanted, max(whole, 2.0), WIDEST), 1.0)


def fit_strip(
    extent: tuple[float, float], size: tuple[int, int], corner: tuple[float, float], lane: float = LANE_PART
) -> Camera:  # fmt: skip
    """The camera that shows all of what a world says that matters; a strip of road is stretched."""
    whole = fit(extent, size, corner=corner)
    return Camera(whole.centre, whole.scale, whole.size, stretch_for(extent, size, whole.scale, lane))
