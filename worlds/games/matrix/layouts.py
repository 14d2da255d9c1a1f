"""Arenas: how the walls lie, and where tables and stalls stand. All are point-symmetric, so both sides have the same.

An arena holds only if everybody can get from every table past some stall to every table within a round. Tries are
bounded; then an open court stands.
"""

from typing import Any

import numpy as np

from worlds.games.matrix.constants import PLACES, ROUND, SIDE, TABLES
from worlds.kit.chance import integer, uniform
from worlds.kit.grid import FLOOR, WALL, fill_box
from worlds.kit.kernel import kernel
from worlds.kit.ways import UNREACHED, walk_distances
from worlds.world import Generator

GENERATORS = (
    Generator("court"),  # some pillars
    Generator("lanes"),  # two walls across
    Generator("rooms"),  # four rooms
    Generator("ring"),  # a house in the middle
    Generator("cross", split="test"),
    Generator("stairs", split="test"),
    Generator("combs", split="final"),
)
COURT, LANES, ROOMS, RING, CROSS, STAIRS, COMBS = range(7)
TRIES = 20  # arenas drawn before the open court stands
LAST = SIDE - 2  # row and column of the innermost border
MIDDLE = SIDE // 2
PLACE_TRIES = 16
PLAIN = np.array([(1, 3), (3, 1), (3, 3), (3, 5)])  # row and column of the first of each pair in the open court


@kernel
def carve(w):
    """Walls, places and the ways to them, into ``tiles``, ``place`` and ``steps``."""
    for turn in range(TRIES + 1):
        fill_box(w.tiles, 0, 0, SIDE - 1, SIDE - 1, WALL)
        fill_box(w.tiles, 1, 1, LAST, LAST, FLOOR)
        if turn < TRIES:
            build_half(w)
            mirror(w.tiles)
        put_places(w, turn < TRIES)
        for place in range(PLACES):
            walk_distances(w.tiles, int(w.place[place, 0]), int(w.place[place, 1]), w.steps[place])
        w.difficulty = longest_way(w) / ROUND
        if w.difficulty <= 1.0:
            return


@kernel
def build_half(w):
    """Walls of the upper half; the lower one is its mirror image."""
    tiles = w.tiles
    if w.generator == COURT:
        for _ in range(3):
            tiles[2 + integer(w, 2), 2 + integer(w, 5)] = WALL
    elif w.generator == LANES:
        bar(w, 2, 1, LAST)
    elif w.generator == ROOMS:
        bar(w, MIDDLE, 1, MIDDLE - 1)
        post(w, MIDDLE, 1, MIDDLE - 1)
    elif w.generator == RING:
        bar(w, 2, 2, LAST - 1)
        post(w, 2, 3, MIDDLE)
        tiles[MIDDLE, MIDDLE] = WALL if uniform(w) < 0.5 else FLOOR
    elif w.generator == CROSS:
        fill_box(tiles, 3, MIDDLE, MIDDLE, MIDDLE, WALL)
        fill_box(tiles, MIDDLE, 3, MIDDLE, MIDDLE, WALL)
        tiles[2, 2] = tiles[2, 6] = WALL
        tiles[1 + 2 * integer(w, 2), 1] = WALL
    elif w.generator == STAIRS:
        gap = integer(w, 4)
        for step in range(4):
            tiles[1 + step, 5 - step] = FLOOR if step == gap else WALL
    else:
        fill_box(tiles, 1 + integer(w, 2), 2, MIDDLE, 2, WALL)
        fill_box(tiles, 1 + integer(w, 2), 4, 3, 4, WALL)


@kernel
def bar(w, row, left, right):
    """A wall along a row with one gap, or two where it is long."""
    fill_box(w.tiles, row, left, row, right, WALL)
    long = right - left > 3
    for gap in range(2 if long else 1):
        half = (right - left + 1) // 2
        w.tiles[row, left + gap * (half + 1) + integer(w, half if long else right - left + 1)] = FLOOR


@kernel
def post(w, col, top, bottom):
    """A wall along a column with one gap."""
    fill_box(w.tiles, top, col, bottom, col, WALL)
    w.tiles[top + integer(w, bottom - top + 1), col] = FLOOR


@kernel
def mirror(tiles):
    """The lower half becomes the upper one, turned by half a circle."""
    for row in range(1, MIDDLE + 1):
        for col in range(1, LAST + 1):
            if row < MIDDLE or col < MIDDLE:
                tiles[SIDE - 1 - row, SIDE - 1 - col] = tiles[row, col]


@kernel
def put_places(w, lucky):
    """Tables and stalls on floor, in opposite pairs; without luck where there is always room."""
    for pair in range(PLACES // 2):
        row, col = PLAIN[pair, 0], PLAIN[pair, 1]
        if lucky:
            for _ in range(PLACE_TRIES):
                row, col = 1 + integer(w, LAST), 1 + integer(w, LAST)
                if is_free(w, row, col, 2 * pair):
                    break
        w.place[2 * pair, 0], w.place[2 * pair, 1] = row, col
        w.place[2 * pair + 1, 0], w.place[2 * pair + 1, 1] = SIDE - 1 - row, SIDE - 1 - col


@kernel
def is_free(w, row, col, placed):
    """Whether a tile is floor, not the middle, and none of the first places stands there."""
    if int(w.tiles[row, col]) != FLOOR or (row == MIDDLE and col == MIDDLE):
        return False
    for place in range(placed):
        if row == int(w.place[place, 0]) and col == int(w.place[place, 1]):
            return False
    return True


@kernel
def longest_way(w):
    """Ticks from the worst table past the best stall to the worst table; more than a round if one cannot."""
    longest = 0
    for start in range(TABLES):
        row, col = int(w.place[start, 0]), int(w.place[start, 1])
        for table in range(TABLES):
            shortest = 2 * UNREACHED
            for stall in range(TABLES, PLACES):
                on = int(w.steps[table, int(w.place[stall, 0]), int(w.place[stall, 1])])
                shortest = min(shortest, int(w.steps[stall, row, col]) + 1 + on)
            longest = max(longest, shortest)
    return longest


@kernel
def solvable(w):
    """Whether places lie apart on floor and a round suffices for every way."""
    for place in range(PLACES):
        if int(w.tiles[int(w.place[place, 0]), int(w.place[place, 1])]) != FLOOR:
            return False
        for other in range(place):
            if int(w.steps[other, int(w.place[place, 0]), int(w.place[place, 1])]) == 0:
                return False
    return longest_way(w) <= ROUND


def walled_in(w: Any) -> str | None:
    """What is wrong with the arenas of one record or several, if anything: walkers stop at the border."""
    tiles = np.asarray(w["tiles"])
    edges = (tiles[..., 0, :], tiles[..., -1, :], tiles[..., :, 0], tiles[..., :, -1])
    return None if all((edge == WALL).all() for edge in edges) else "its arena is not walled in"
