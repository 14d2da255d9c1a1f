"""Outlines of the seats' bodies: unit size, facing along +x."""

from __future__ import annotations

import math

import numpy as np


def _regular(corners: int, *, turn: float = 0.0, reach: float = 1.0) -> np.ndarray:
    angles = turn + np.arange(corners) * (2 * math.pi / corners)
    return np.stack((np.cos(angles), np.sin(angles)), axis=1) * reach


def _star() -> np.ndarray:
    angles = np.arange(10) * (math.pi / 5)
    reach = np.where(np.arange(10) % 2 == 0, 1.15, 0.58)
    return np.stack((np.cos(angles) * reach, np.sin(angles) * reach), axis=1)


OUTLINES: dict[str, np.ndarray] = {
    "triangle": np.array(
        ((1.3, 0.0), (1.1, 0.16), (-0.72, 1.02), (-0.86, 0.9), (-0.86, -0.9), (-0.72, -1.02), (1.1, -0.16))
    ),
    "circle": _regular(36),
    "square": _regular(4, turn=math.pi / 4, reach=1.2),
    "diamond": _regular(4, reach=1.25),
    "pentagon": _regular(5, reach=1.15),
    "hexagon": _regular(6, reach=1.1),
    "star": _star(),
}
NOSE = np.array(((1.42, 0.0), (0.92, 0.46), (0.92, -0.46)))  # shows the heading of bodies that are not pointed
POINTED = frozenset({"triangle"})


def turned(points: np.ndarray, angle: float) -> np.ndarray:
    """Points (n, 2) turned by `angle` (rad; clockwise on screen, as y grows downwards)."""
    cos, sin = math.cos(angle), math.sin(angle)
    return points @ np.array(((cos, sin), (-sin, cos)))
