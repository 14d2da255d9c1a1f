"""Bodies on tiles: eight ways to go, dashes, and walls that stop whoever runs into them.

A record of such a game has ``pos`` and ``vel`` (S, 2) in m and m/s, ``tiles`` (H, W) as in `worlds.kit.grid`; where
there are dashes, ``dash`` and ``cool`` (S,): the ticks that one still lasts, and those until the next.
"""

import numpy as np

from worlds.kit.grid import EAST, NORTH, SOUTH, WALL, WEST, enterable
from worlds.kit.kernel import kernel

COMPASS = ("stay", "east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
"""Names of the moves 0 … 8, which are the direction codes of `worlds.kit.grid`."""
DIAGONAL = 0.7071067811865476
MOVE_X = np.array([0.0, 1.0, DIAGONAL, 0.0, -DIAGONAL, -1.0, -DIAGONAL, 0.0, DIAGONAL])  # unit vectors by move
MOVE_Y = np.array([0.0, 0.0, -DIAGONAL, -1.0, -DIAGONAL, 0.0, DIAGONAL, 1.0, DIAGONAL])
HEADINGS = np.array([0.0, 0.0, -0.25, -0.5, -0.75, 1.0, 0.75, 0.5, 0.25]) * np.pi  # y grows southwards


@kernel
def start_dash(w, seat, wanted, lasts, rest):  # type: ignore[no-untyped-def]
    """Counts a dash down, and starts one that is wanted once the last has recovered: ``lasts`` ticks, then ``rest``."""
    if int(w.cool[seat]) > 0:
        w.cool[seat] = int(w.cool[seat]) - 1
    if int(w.dash[seat]) > 0:
        w.dash[seat] = int(w.dash[seat]) - 1
    elif wanted == 1 and int(w.cool[seat]) == 0:
        w.dash[seat] = lasts
        w.cool[seat] = lasts + rest


@kernel
def collides(w, seat, axis, before, half):  # type: ignore[no-untyped-def]
    """Whether a body of half width ``half`` that moved along one axis from ``before`` has run into something: its
    leading edge is in a wall now, or its middle has entered a tile against its arrow.

    Move one axis, ask, and `halt` if so, then the other: so bodies slide along walls. (One kernel for all of it, with
    ``before`` as its result, is not inlined and makes tag's step 1.4 times as slow.)
    """
    forward = w.vel[seat, axis] > 0.0
    edge = int(w.pos[seat, axis] + (half if forward else -half))
    side = 1 - axis
    low, high = int(w.pos[seat, side] - half), int(w.pos[seat, side] + half)
    middle = int(w.pos[seat, axis])
    if axis == 0:
        if int(w.tiles[low, edge]) == WALL or int(w.tiles[high, edge]) == WALL:
            return True
        row = int(w.pos[seat, side])
        return middle != int(before) and not enterable(w.tiles, row, middle, EAST if forward else WEST)
    if int(w.tiles[edge, low]) == WALL or int(w.tiles[edge, high]) == WALL:
        return True
    column = int(w.pos[seat, side])
    return middle != int(before) and not enterable(w.tiles, middle, column, SOUTH if forward else NORTH)


@kernel
def halt(w, seat, axis, before):  # type: ignore[no-untyped-def]
    """Back to where it was along this axis, and standing."""
    w.pos[seat, axis] = before
    w.vel[seat, axis] = 0.0
