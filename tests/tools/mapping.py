"""What a walker on a grid may do, written down a second time and simply: tests compare the kit's kernels with it."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from worlds.kit.grid import EAST_ONLY, NORTH_ONLY, SOUTH_ONLY, WALL, WEST_ONLY
from worlds.kit.ways import UNREACHED

Tiles = NDArray[np.uint8]
STRAIGHT = {(0, 1): WEST_ONLY, (-1, 0): SOUTH_ONLY, (0, -1): EAST_ONLY, (1, 0): NORTH_ONLY}  # step: closed to it


def draw(*rows: str) -> Tiles:
    """Tiles from a drawing: ``#`` wall, ``. > < ^ v`` floor and arrows."""
    return np.array([[".#><^v".index(sign) for sign in row] for row in rows], np.uint8)


def distances(tiles: Tiles, goal: tuple[int, int]) -> Tiles:
    """Straight steps from every tile to the goal."""
    out = np.full(tiles.shape, UNREACHED, np.uint8)
    out[goal] = 0
    waiting = deque([goal])
    while waiting:
        row, col = waiting.popleft()
        for (down, right), closed in STRAIGHT.items():
            before = row - down, col - right
            if tiles[before] != WALL and tiles[row, col] != closed and out[before] == UNREACHED:
                out[before] = out[row, col] + 1
                waiting.append(before)
    return out


def reached_from(tiles: Tiles, start: tuple[int, int]) -> NDArray[np.bool_]:
    """The tiles that somebody who starts here can get to."""
    found = np.zeros(tiles.shape, bool)
    found[start] = True
    waiting = deque([start])
    while waiting:
        row, col = waiting.popleft()
        for (down, right), closed in STRAIGHT.items():
            there = row + down, col + right
            if tiles[there] not in (WALL, closed) and not found[there]:
                found[there] = True
                waiting.append(there)
    return found
