"""What lies about in kitchens, drawn so that each thing can be told by its shape alone."""

from collections.abc import Callable

import numpy as np

from worlds.kit.drawing import Canvas

Place = tuple[float, float]


def _round(turns: int, wide: float, high: float) -> np.ndarray:
    """The outline of an ellipse of half axes 1, as ``turns`` points."""
    angles = np.arange(turns) * (2.0 * np.pi / turns)
    return np.stack([wide * np.cos(angles), high * np.sin(angles)], axis=1)


ROUND = _round(20, 1.0, 1.0)
OVAL = _round(20, 1.0, 0.6)
UPRIGHT = _round(20, 0.72, 0.95)
BULB = np.array([(0, -1.25), (0.3, -0.85), (0.85, -0.35), (0.95, 0.3), (0.5, 0.9), (-0.5, 0.9), (-0.95, 0.3),
                 (-0.85, -0.35), (-0.3, -0.85)])  # fmt: skip
STAR = _round(10, 0.5, 0.5) * np.tile([[1.0], [0.4]], (5, 1))


def shape(canvas: Canvas, at: Place, size: float, points: np.ndarray, style: str) -> None:
    """A polygon around a place with a dark rim."""
    canvas.polygon(np.asarray(points) * (1.0 + 0.16) * size + at, "outline")
    canvas.polygon(np.asarray(points) * size + at, style)


def leek(canvas: Canvas, at: Place, size: float) -> None:
    """A stalk that opens into leaves."""
    shape(canvas, at, size, np.array([(-0.2, 1), (-0.25, 0), (-0.75, -0.9), (0, -0.35), (0.75, -0.9), (0.25, 0),
                                      (0.2, 1)]), "accent_2")  # fmt: skip
    canvas.line([(at[0], at[1] + 0.9 * size), (at[0], at[1])], "ink", width=0.22 * size)


def carrot(canvas: Canvas, at: Place, size: float) -> None:
    """A wedge with its point down."""
    canvas.line([(at[0], at[1] - 0.5 * size), (at[0], at[1] - 1.05 * size)], "accent_2", width=0.35 * size)
    shape(canvas, at, size, np.array([(-0.6, -0.6), (0.6, -0.6), (0, 1.05)]), "accent_5")


def beet(canvas: Canvas, at: Place, size: float) -> None:
    """A ball with a root and leaves."""
    canvas.line([(at[0], at[1] - 0.5 * size), (at[0] + 0.3 * size, at[1] - 1.1 * size)], "accent_2", width=0.3 * size)
    canvas.line([(at[0], at[1] + 0.5 * size), (at[0], at[1] + 1.1 * size)], "accent_4", width=0.2 * size)
    shape(canvas, at, 0.75 * size, ROUND, "accent_4")


def fish(canvas: Canvas, at: Place, size: float) -> None:
    """A body, a tail and an eye."""
    shape(canvas, at, size, np.array([(0.5, 0), (1.05, -0.55), (1.05, 0.55)]), "accent_6")
    shape(canvas, (at[0] - 0.15 * size, at[1]), 0.85 * size, OVAL, "accent_6")
    canvas.disc((at[0] - 0.6 * size, at[1] - 0.1 * size), 0.12 * size, "outline")


def egg(canvas: Canvas, at: Place, size: float) -> None:
    """An oval on its end."""
    shape(canvas, at, size, UPRIGHT, "headlight")


def cheese(canvas: Canvas, at: Place, size: float) -> None:
    """A wedge with holes."""
    shape(canvas, at, size, np.array([(-1, 0.6), (-1, 0.1), (0.9, -0.7), (0.9, 0.6)]), "goal")
    for x, y, radius in ((-0.3, 0.25, 0.17), (0.45, 0.1, 0.2)):
        canvas.disc((at[0] + x * size, at[1] + y * size), radius * size, "outline")


def onion(canvas: Canvas, at: Place, size: float) -> None:
    """A ball with a tip and stripes."""
    shape(canvas, at, 0.85 * size, BULB, "car_3")
    for side in (-0.35, 0.35):
        canvas.line([(at[0] + side * size, at[1] - 0.3 * size), (at[0] + side * size, at[1] + 0.55 * size)], "outline",
                    width=0.1 * size)  # fmt: skip


def tomato(canvas: Canvas, at: Place, size: float) -> None:
    """A ball with a star of leaves."""
    shape(canvas, at, 0.85 * size, ROUND, "bad")
    canvas.polygon(STAR * size + [at[0], at[1] - 0.45 * size], "good")


def dish(canvas: Canvas, at: Place, size: float) -> None:
    """A plate."""
    canvas.disc(at, size, "outline")
    canvas.disc(at, 0.88 * size, "cargo")
    canvas.ring(at, 0.58 * size, "muted")


def soup(canvas: Canvas, at: Place, size: float) -> None:
    """A plate with something in it."""
    dish(canvas, at, size)
    canvas.disc(at, 0.56 * size, "accent_1")


PORTER_ICONS: tuple[Callable[[Canvas, Place, float], None], ...] = (leek, carrot, beet)
COOK_ICONS: tuple[Callable[[Canvas, Place, float], None], ...] = (fish, egg, cheese)


def tick(canvas: Canvas, at: Place, size: float) -> None:
    """It is right."""
    x, y = at
    canvas.line([(x - size, y), (x - 0.3 * size, y + 0.7 * size), (x + size, y - 0.8 * size)], "good", width=0.4 * size)


def cross(canvas: Canvas, at: Place, size: float) -> None:
    """It is not."""
    x, y = at
    canvas.line([(x - 0.8 * size, y - 0.8 * size), (x + 0.8 * size, y + 0.8 * size)], "bad", width=0.4 * size)
    canvas.line([(x - 0.8 * size, y + 0.8 * size), (x + 0.8 * size, y - 0.8 * size)], "bad", width=0.4 * size)
