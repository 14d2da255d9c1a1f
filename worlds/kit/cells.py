"""Walking on a square grid of cells, one step a tick: for worlds whose places are cells and not metres.

A cell is row · side + column; row and column count from the top left. Moves have codes 0 … 4.
"""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.kit.kernel import kernel
from worlds.kit.maths import PI

MOVES = ("stay", "right", "down", "left", "up")
STAY, RIGHT, DOWN, LEFT, UP = range(5)
ALONG = np.array([0, 1, 0, -1, 0])  # columns, by move
ACROSS = np.array([0, 0, 1, 0, -1])  # rows
CELL = 3.0  # m a side in the picture; what the window writes beside things is made for worlds some 15 m across


@kernel
def after(place, way, side):
    """Row (or column) after a step of ``way`` rows (columns), on a grid that ends at ``side``."""
    return min(max(place + way, 0.0), side - 1.0)


@kernel
def facing(move, before):
    """The heading (rad, clockwise from east) after a move; staying turns nobody."""
    return before if move == STAY else (move - RIGHT) * (PI / 2.0)


@kernel
def one_hot(out, index):
    """1 at one place, 0 elsewhere."""
    for place in range(len(out)):
        out[place] = 1.0 if place == index else 0.0


def middle(row: float, col: float) -> tuple[float, float]:
    """The middle of a cell (m)."""
    return (col + 0.5) * CELL, (row + 0.5) * CELL


def square(canvas: Canvas, row: int, col: int, width: float, style: str, *, alpha: int = 255) -> None:
    """A cell, or its middle part of ``width`` (1: all of it)."""
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * width * CELL
    canvas.polygon(corners + middle(row, col), style, alpha=alpha)


def trail(canvas: Canvas, cells: Any, side: int, place: tuple[float, float]) -> None:
    """The line through the middles of ``cells``, and on to where the walker is now (m)."""
    points = [middle(int(cell) // side, int(cell) % side) for cell in cells] + [place]
    if len(points) > 1:
        canvas.ribbon(np.array(points), 0.05 * CELL, "path")
