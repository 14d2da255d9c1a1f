"""Tasks of kitchen: where tables, bins and pots stand, what goes together, and how long a single thing keeps.

The right room is the left one seen in a mirror, so that neither role is better. A kitchen holds only if every place can
be reached and none is used from the tile of another; then no one can cook alone in it, since each room has half of what
every dish needs. Tries are bounded; then an empty room stands.
"""

from typing import Any

import numpy as np

from worlds.games.kitchen.constants import (
    BINS,
    HEIGHT,
    KEEPS_LEAST,
    KEEPS_MOST,
    PLACES,
    POTS,
    ROOM,
    WALL_COLUMN,
    WIDTH,
)
from worlds.kit.chance import integer, uniform
from worlds.kit.grid import FLOOR, WALL, fill_box
from worlds.kit.kernel import kernel
from worlds.kit.ways import walk_distances
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("open"),  # a table or two
    Generator("island"),  # a big table in the middle
    Generator("galley"),  # counters along the room
    Generator("alcoves"),  # stubs from the north and the south
    Generator("posts", split="test"),
    Generator("bar", split="test"),  # a counter across the room with a gap
    Generator("hook", split="final"),
)
OPEN, ISLAND, GALLEY, ALCOVES, POSTS, BAR, HOOK = range(7)  # indices into GENERATORS
TRIES = 24
ROWS_OF_ROOM = HEIGHT - 2
EDGE = 2 * ROOM + ROWS_OF_ROOM - 2  # places for bins along the north, west and south of the left room
LONGEST = 10  # steps from a bin to a pot
POT_ROWS = np.array([(1, 3, 5), (1, 2, 4), (1, 2, 5), (1, 3, 4), (1, 4, 5), (2, 3, 5), (2, 4, 5)])  # north to south
PLAIN_BINS = np.array([4, 7, 10])  # along the edge, when nothing else fits


@kernel
def draw_task(w):
    """What stays for a trial."""
    for each in range(BINS):
        w.recipe[each] = each
        for other in range(BINS):
            w.known[each, other] = 0
    for last in range(BINS - 1, 0, -1):  # shuffled
        other = integer(w, last + 1)
        kept = int(w.recipe[last])
        w.recipe[last] = w.recipe[other]
        w.recipe[other] = kept
    w.keeps = KEEPS_LEAST + integer(w, KEEPS_MOST - KEEPS_LEAST + 1)
    for turn in range(TRIES + 1):
        fill_box(w.tiles, 0, 0, HEIGHT - 1, WIDTH - 1, WALL)
        fill_box(w.tiles, 1, 1, HEIGHT - 2, ROOM, FLOOR)
        if turn < TRIES:
            put_tables(w)
        put_places(w, turn < TRIES)
        w.difficulty = mean_way(w)
        if solvable(w):
            break
    for row in range(1, HEIGHT - 1):
        for col in range(1, ROOM + 1):
            w.tiles[row, WIDTH - 1 - col] = w.tiles[row, col]


@kernel
def put_tables(w):
    """What stands in the left room, by its generator; columns 1 … 4, of which 4 lies at the pots."""
    tiles = w.tiles
    if w.generator == OPEN:
        for _ in range(1 + integer(w, 2)):
            tiles[1 + integer(w, ROWS_OF_ROOM), 2 + integer(w, 2)] = WALL
    elif w.generator == ISLAND:
        row = 2 + integer(w, 2)
        fill_box(tiles, row, 2, row + 1, 2 + integer(w, 2), WALL)
    elif w.generator == GALLEY:  # counters from the west
        fill_box(tiles, 2, 1, 2, 1 + integer(w, 3), WALL)
        fill_box(tiles, 4, 1, 4, 1 + integer(w, 3), WALL)
    elif w.generator == ALCOVES:
        fill_box(tiles, 1, 2, 1 + integer(w, 2), 2, WALL)
        fill_box(tiles, 4 + integer(w, 2), 3, ROWS_OF_ROOM, 3, WALL)
    elif w.generator == POSTS:
        for row in range(1, ROWS_OF_ROOM + 1, 2):
            tiles[row, 2 + integer(w, 2)] = WALL if uniform(w) < 0.8 else FLOOR
    elif w.generator == BAR:
        col = 2 + integer(w, 2)
        fill_box(tiles, 1, col, ROWS_OF_ROOM, col, WALL)
        tiles[1 + integer(w, ROWS_OF_ROOM), col] = FLOOR
        tiles[1 + integer(w, ROWS_OF_ROOM), col] = FLOOR
    else:
        row = 2 + 2 * integer(w, 2)
        fill_box(tiles, row, 2, row, 3, WALL)
        fill_box(tiles, min(row, 3), 2, max(row, 3), 2, WALL)


@kernel
def put_places(w, lucky):
    """Three bins along the edge of the room, three pots in the wall between the rooms; the ways to them."""
    rows = integer(w, len(POT_ROWS)) if lucky else 0
    for pot in range(POTS):
        w.stand[BINS + pot, 0], w.stand[BINS + pot, 1] = POT_ROWS[rows, pot], WALL_COLUMN
    for place in range(BINS):
        edge = integer(w, EDGE) if lucky else PLAIN_BINS[place] % EDGE
        put_bin(w, place, edge)
    for place in range(PLACES):
        row, col = int(w.stand[place, 0]), int(w.stand[place, 1])
        if place >= BINS:
            col -= 1
        else:
            row = min(max(row, 1), ROWS_OF_ROOM)
            col = max(col, 1)
        w.spot[place, 0], w.spot[place, 1] = row, col
        walk_distances(w.tiles, row, col, w.steps[place])


@kernel
def put_bin(w, place, edge):
    """A bin at one of the places along the edge: the north wall from the east, the west wall, the south wall."""
    north = ROOM - 1
    if edge < north:
        w.stand[place, 0], w.stand[place, 1] = 0, north - edge
    elif edge < north + ROWS_OF_ROOM:
        w.stand[place, 0], w.stand[place, 1] = 1 + edge - north, 0
    else:
        w.stand[place, 0], w.stand[place, 1] = HEIGHT - 1, 1 + edge - north - ROWS_OF_ROOM


@kernel
def mean_way(w):
    """Steps from a bin to a pot, in the mean; as many as LONGEST where there is no way."""
    total = 0
    for pot in range(BINS, PLACES):
        for place in range(BINS):
            total += min(int(w.steps[pot, int(w.spot[place, 0]), int(w.spot[place, 1])]), LONGEST)
    return total / (BINS * POTS)


@kernel
def solvable(w):
    """Whether every place is used from a floor tile of its own, and every pot can be reached from every bin."""
    for place in range(PLACES):
        row, col = int(w.spot[place, 0]), int(w.spot[place, 1])
        if int(w.tiles[row, col]) != FLOOR:
            return False
        for other in range(place):
            if row == int(w.spot[other, 0]) and col == int(w.spot[other, 1]):
                return False
        for pot in range(BINS, PLACES):
            if int(w.steps[pot, row, col]) > LONGEST:
                return False
    return True


def walled_in(w: Any) -> str | None:
    """What is wrong with the kitchens of one record or several, if anything: nobody leaves his room."""
    tiles = np.asarray(w["tiles"])
    edges = (tiles[..., 0, :], tiles[..., -1, :], tiles[..., :, 0], tiles[..., :, -1], tiles[..., :, WALL_COLUMN])
    if not all((edge == WALL).all() for edge in edges):
        return "its rooms are not walled in"
    right = np.asarray(w["col"])[..., 1::2] > WALL_COLUMN
    left = np.asarray(w["col"])[..., 0::2] < WALL_COLUMN
    return None if right.all() and left.all() else "somebody stands in the other room"
