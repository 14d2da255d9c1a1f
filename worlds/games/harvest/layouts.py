"""Commons: how the fences run, and where the patches are. Every patch is near enough to every other for one walk.

Tries are bounded; then an open meadow stands.
"""

from typing import Any

import numpy as np

from worlds.games.harvest.constants import PATCHES, SIDE, WALK
from worlds.kit.chance import integer, uniform
from worlds.kit.grid import FLOOR, WALL, fill_box
from worlds.kit.kernel import kernel
from worlds.kit.ways import UNREACHED, walk_distances
from worlds.world import Generator

GENERATORS = (
    Generator("meadow"),  # some trees
    Generator("hedge"),  # one fence across, with gates
    Generator("yard"),  # a pen in the middle
    Generator("strips"),  # two fences side by side
    Generator("cross", split="test"),
    Generator("corners", split="test"),
    Generator("spokes", split="final"),
)
MEADOW, HEDGE, YARD, STRIPS, CROSS, CORNERS, SPOKES = range(7)
TRIES = 60  # commons drawn before the open meadow stands
LAST = SIDE - 2  # row and column of the innermost border
MIDDLE = SIDE // 2
APART = 3  # steps between two patches, at least
HOME = np.array([(2, 4), (4, 6), (6, 4), (4, 2)])  # row and column of each patch on the open meadow


@kernel
def carve(w):
    """Fences, patches and the ways to them, into ``tiles``, ``place`` and ``steps``."""
    for turn in range(TRIES + 1):
        fill_box(w.tiles, 0, 0, SIDE - 1, SIDE - 1, WALL)
        fill_box(w.tiles, 1, 1, LAST, LAST, FLOOR)
        if turn < TRIES:
            build(w)
        put_patches(w, turn < TRIES)
        for patch in range(PATCHES):
            walk_distances(w.tiles, int(w.place[patch, 0]), int(w.place[patch, 1]), w.steps[patch])
        if apart(w) >= APART and longest_way(w) <= WALK + 1:
            break
    w.difficulty = longest_way(w) / (WALK + 1)


@kernel
def build(w):
    """The fences of one generator."""
    if w.generator == MEADOW:
        for _ in range(5):
            w.tiles[1 + integer(w, LAST), 1 + integer(w, LAST)] = WALL
    elif w.generator == HEDGE:
        fence(w, 3 + integer(w, 3), 1, LAST, uniform(w) < 0.5)
    elif w.generator == YARD:
        pen(w)
    elif w.generator == STRIPS:
        upright = uniform(w) < 0.5
        fence(w, 3, 2, LAST - 1, upright)
        fence(w, 5, 2, LAST - 1, upright)
    elif w.generator == CROSS:
        fence(w, MIDDLE, 1, LAST, False)
        fence(w, MIDDLE, 1, LAST, True)
        w.tiles[MIDDLE, MIDDLE] = FLOOR
    elif w.generator == CORNERS:
        for corner in range(4):
            row, col = (2 if corner < 2 else LAST - 1), (2 if corner % 2 == 0 else LAST - 1)
            w.tiles[row, col] = WALL
            if uniform(w) < 0.5:
                w.tiles[row, col + (1 if col == 2 else -1)] = WALL
            else:
                w.tiles[row + (1 if row == 2 else -1), col] = WALL
    else:
        for spoke in range(2):
            reach = 1 + integer(w, 2)
            fill_box(w.tiles, 1, 3 + 2 * spoke, reach, 3 + 2 * spoke, WALL)
            fill_box(w.tiles, LAST - reach + 1, 3 + 2 * spoke, LAST, 3 + 2 * spoke, WALL)


@kernel
def fence(w, at, start, end, upright):
    """A fence along a row, or along a column, with two gates."""
    first, second = start + integer(w, MIDDLE - start + 1), MIDDLE + 1 + integer(w, end - MIDDLE)
    for along in range(start, end + 1):
        if along != first and along != second:
            if upright:
                w.tiles[along, at] = WALL
            else:
                w.tiles[at, along] = WALL


@kernel
def pen(w):
    """Four fences around the middle, with a gate at two corners or more."""
    for step in range(-1, 2):
        w.tiles[MIDDLE - 1, MIDDLE + step] = w.tiles[MIDDLE + 1, MIDDLE + step] = WALL
        w.tiles[MIDDLE + step, MIDDLE - 1] = w.tiles[MIDDLE + step, MIDDLE + 1] = WALL
    gate = integer(w, 2)
    for corner in range(4):
        if corner % 2 == gate or uniform(w) < 0.5:
            down, right = (-1 if corner < 2 else 1), (-1 if corner == 0 or corner == 3 else 1)
            w.tiles[MIDDLE + down, MIDDLE + right] = FLOOR
    if uniform(w) < 0.5:
        w.tiles[MIDDLE, MIDDLE - 1] = FLOOR
        w.tiles[MIDDLE, MIDDLE + 1] = FLOOR


@kernel
def put_patches(w, lucky):
    """Each patch near its side of the commons; without luck right there."""
    for patch in range(PATCHES):
        row, col = HOME[patch, 0], HOME[patch, 1]
        if lucky:
            row, col = row + integer(w, 3) - 1, col + integer(w, 3) - 1
        w.tiles[row, col] = FLOOR
        w.place[patch, 0], w.place[patch, 1] = row, col


@kernel
def apart(w):
    """Steps between the two patches that are nearest to each other."""
    least = UNREACHED
    for patch in range(PATCHES):
        for other in range(patch):
            least = min(least, int(w.steps[other, int(w.place[patch, 0]), int(w.place[patch, 1])]))
    return least


@kernel
def longest_way(w):
    """Steps between the two that are farthest from each other."""
    most = 0
    for patch in range(PATCHES):
        for other in range(patch):
            most = max(most, int(w.steps[other, int(w.place[patch, 0]), int(w.place[patch, 1])]))
    return most


@kernel
def solvable(w):
    """Whether patches lie apart on floor, and before the bell one gets from each to the rim of every other."""
    for patch in range(PATCHES):
        if int(w.tiles[int(w.place[patch, 0]), int(w.place[patch, 1])]) != FLOOR:
            return False
    return apart(w) >= APART and longest_way(w) <= WALK + 1


def fenced_in(w: Any) -> str | None:
    """What is wrong with the commons of one record or several, if anything: walkers stop at the border."""
    tiles = np.asarray(w["tiles"])
    edges = (tiles[..., 0, :], tiles[..., -1, :], tiles[..., :, 0], tiles[..., :, -1])
    return None if all((edge == WALL).all() for edge in edges) else "its commons is not fenced in"
