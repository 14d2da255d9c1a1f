"""Lays a loaded kitchen out: as it is drawn, in a mirror, or upside down."""

from typing import Any

import numpy as np

from worlds.games.kitchen.classic.constants import FLOOR, RIGHT, UP
from worlds.kit.cells import ACROSS, ALONG
from worlds.kit.kernel import kernel
from worlds.world import Generator

GENERATORS = (Generator("as_drawn"), Generator("mirrored", split="test"), Generator("upside_down", split="final"))
AS_DRAWN, MIRRORED, UPSIDE_DOWN = range(3)
STEP_COST = 10.0  # ticks that a thing takes to be fetched, when bots choose what soup to make


@kernel
def lay_out(w, tiles, starts, values, times, holds, shaped):
    """All that stays for a trial."""
    rows, cols = w.tiles.shape
    for row in range(rows):
        for col in range(cols):
            w.tiles[turned_row(w, row), turned_col(w, col)] = tiles[row, col]
    for seat in range(len(w.hand)):
        w.start[seat, 0] = turned_row(w, starts[seat, 0])
        w.start[seat, 1] = turned_col(w, starts[seat, 1])
    w.holds, w.shaped, w.by_hand = holds, shaped, 0
    best = 0.0
    w.want[0] = w.want[1] = 0
    for onions in range(4):
        for tomatoes in range(4):
            w.value[onions, tomatoes] = values[onions, tomatoes]
            w.time[onions, tomatoes] = times[onions, tomatoes]
            if onions + tomatoes < holds and values[onions, tomatoes] > 0.0:
                w.by_hand = 1
            rate = values[onions, tomatoes] / (times[onions, tomatoes] + STEP_COST * (onions + tomatoes))
            if rate > best:
                best = rate
                w.want[0], w.want[1] = onions, tomatoes
    find_parts(w)


@kernel
def turned_row(w, row):
    """Where a row of the file lies in this task."""
    return w.tiles.shape[0] - 1 - row if w.generator == UPSIDE_DOWN else row


@kernel
def turned_col(w, col):
    """Where a column of the file lies in this task."""
    return w.tiles.shape[1] - 1 - col if w.generator == MIRRORED else col


@kernel
def find_parts(w):
    """``region``: numbers of the parts of the floor that hang together, from 1 on; 0 off the floor."""
    rows, cols = w.tiles.shape
    for row in range(rows):
        for col in range(cols):
            w.region[row, col] = 0
    count = 0
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            if int(w.tiles[row, col]) == FLOOR and int(w.region[row, col]) == 0:
                count += 1
                w.region[row, col] = count
                fill_part(w, count)


@kernel
def fill_part(w, number):
    """Give all tiles of a part its number, which one of them has already."""
    rows, cols = w.tiles.shape
    for _ in range(rows * cols):
        grown = False
        for row in range(1, rows - 1):
            for col in range(1, cols - 1):
                if int(w.tiles[row, col]) != FLOOR or int(w.region[row, col]) != 0:
                    continue
                for move in range(RIGHT, UP + 1):
                    if int(w.region[row + ACROSS[move], col + ALONG[move]]) == number:
                        w.region[row, col] = number
                        grown = True
        if not grown:
            return


@kernel
def solvable(w):
    """Whether bots know a soup that is worth something."""
    return w.value[int(w.want[0]), int(w.want[1])] > 0.0


def closed(w: Any) -> str | None:
    """What is wrong with the kitchens of one record or several, if anything."""
    tiles = np.asarray(w["tiles"])
    edges = (tiles[..., 0, :], tiles[..., -1, :], tiles[..., :, 0], tiles[..., :, -1])
    if not all((edge != FLOOR).all() for edge in edges):
        return "its border is open"
    rows, cols = (np.asarray(w[name]).astype(np.int64) for name in ("row", "col"))
    inside = (rows > 0) & (rows < tiles.shape[-2] - 1) & (cols > 0) & (cols < tiles.shape[-1] - 1)
    if not inside.all():
        return "somebody stands off the floor"
    flat = tiles.reshape(-1, *tiles.shape[-2:])
    here = flat[np.arange(len(flat))[:, None], rows.reshape(len(flat), -1), cols.reshape(len(flat), -1)]
    return None if (here == FLOOR).all() else "somebody stands off the floor"
