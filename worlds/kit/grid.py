"""Grids of 1 m tiles: what they are, carving them, where one may go. What lies where: ways; what one sees: sight.

``tiles`` is an (H, W) uint8 array whose border is wall; row = int(y), col = int(x), y grows southwards (downwards).
A one-way tile cannot be entered against its arrow; entering it from the sides and leaving it are free.
Directions are codes 1 … 8, counter-clockwise from east (E, NE, N, NW, W, SW, S, SE); 0 is no direction.
Few and plain kernels: each costs about a third of a second when it is first compiled.
"""

import numpy as np

from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel

FLOOR, WALL, EAST_ONLY, WEST_ONLY, NORTH_ONLY, SOUTH_ONLY = range(6)
ROW_STEP = np.array([0, 0, -1, -1, -1, 0, 1, 1, 1])  # by direction code
COL_STEP = np.array([0, 1, 1, 0, -1, -1, -1, 0, 1])
EAST, NORTH, WEST, SOUTH = 1, 3, 5, 7  # codes of the straight directions
CODE = np.array([[4, 3, 2], [5, 0, 1], [6, 7, 8]])  # direction code by row step + 1, column step + 1
BACK = 10  # in a maze being dug, a visited cell holds BACK + the code that leads back
TRIES = 32  # of free_tile
FAR = 1e30


# --- carving -----------------------------------------------------------------------------------------------------


@kernel
def fill_box(tiles, top, left, bottom, right, code):
    """The tiles of rows top … bottom and columns left … right, both ends included, become ``code``."""
    for row in range(max(top, 0), min(bottom + 1, tiles.shape[0])):
        for col in range(max(left, 0), min(right + 1, tiles.shape[1])):
            tiles[row, col] = code


@kernel
def maze(w, tiles, loops):
    """A maze of corridors one tile wide on the odd rows and columns (H and W odd).

    A depth-first spanning tree; then each wall left between two cells opens with probability ``loops`` (0 … 1).
    The way back to the start is written into the tiles themselves, so no stack is needed.
    """
    rows, cols = tiles.shape
    fill_box(tiles, 0, 0, rows, cols, WALL)
    row = 1 + 2 * integer(w, (rows - 1) // 2)
    col = 1 + 2 * integer(w, (cols - 1) // 2)
    tiles[row, col] = BACK
    for _ in range(rows * cols):
        start = integer(w, 4)
        for turn in range(5):  # after four directions only the way back is left
            code = 1 + 2 * ((start + turn) % 4) if turn < 4 else int(tiles[row, col]) - BACK
            there, across = row + 2 * ROW_STEP[code], col + 2 * COL_STEP[code]
            inside = 0 < there < rows and 0 < across < cols
            if turn < 4 and inside and int(tiles[there, across]) == WALL:
                tiles[row + ROW_STEP[code], col + COL_STEP[code]] = FLOOR
                tiles[there, across] = BACK + 1 + (code + 3) % 8
                break
        if turn == 4:
            tiles[row, col] = FLOOR
        if code == 0:
            break
        row, col = there, across
    for row in range(1, rows - 1):
        for col in range(1 + row % 2, cols - 1, 2):
            if int(tiles[row, col]) == WALL and uniform(w) < loops:
                tiles[row, col] = FLOOR


@kernel
def braid(w, tiles, share):
    """Each dead end is opened with probability ``share``, through a wall one tile thick if there is one beside it."""
    rows, cols = tiles.shape
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            if int(tiles[row, col]) != FLOOR or exits(tiles, row, col) != 1 or uniform(w) >= share:
                continue
            start = integer(w, 4)
            for turn in range(4):
                code = 1 + 2 * ((start + turn) % 4)
                down, right = ROW_STEP[code], COL_STEP[code]
                inside = 0 < row + 2 * down < rows - 1 and 0 < col + 2 * right < cols - 1
                if inside and int(tiles[row + down, col + right]) == WALL:
                    if int(tiles[row + 2 * down, col + 2 * right]) == FLOOR:
                        tiles[row + down, col + right] = FLOOR
                        break


@kernel
def cave(w, tiles, density):
    """Noise with this share of wall, smoothed once by majority vote. It may fall apart: see keep_connected."""
    rows, cols = tiles.shape
    fill_box(tiles, 0, 0, rows, cols, WALL)
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            tiles[row, col] = int(uniform(w) < density)
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            solid = 0
            for down in range(-1, 2):
                for right in range(-1, 2):
                    solid += int(tiles[row + down, col + right]) % 2
            tiles[row, col] = int(tiles[row, col]) + 2 * int(solid >= 5)  # the vote waits in the second bit
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            tiles[row, col] = int(tiles[row, col]) // 2


@kernel
def exits(tiles, row, col):
    """How many of the four straight neighbours are no wall."""
    walls = int(tiles[row - 1, col] == WALL) + int(tiles[row + 1, col] == WALL)
    return 4 - walls - int(tiles[row, col - 1] == WALL) - int(tiles[row, col + 1] == WALL)


@kernel
def free_tile(w):
    """(row, col) of a random plain floor tile of ``w.tiles``; after TRIES misses the next one from a random place."""
    tiles = w.tiles
    rows, cols = tiles.shape
    for _ in range(TRIES):
        row = 1 + integer(w, rows - 2)
        col = 1 + integer(w, cols - 2)
        if int(tiles[row, col]) == FLOOR:
            return row, col
    start = integer(w, rows * cols)
    for turn in range(rows * cols):
        place = (start + turn) % (rows * cols)
        if int(tiles[place // cols, place % cols]) == FLOOR:
            return place // cols, place % cols
    return rows // 2, cols // 2


# --- walking -----------------------------------------------------------------------------------------------------


@kernel
def enterable(tiles, row, col, code):
    """Whether somebody moving in straight direction ``code`` may enter this tile."""
    tile = int(tiles[row, col])
    if tile < EAST_ONLY:
        return tile == FLOOR
    if tile == EAST_ONLY:
        return code != 5
    if tile == WEST_ONLY:
        return code != 1
    if tile == NORTH_ONLY:
        return code != 7
    return code != 3


@kernel
def passable(tiles, row, col, code):
    """Whether somebody on this tile can walk one tile in direction ``code``. Diagonals need plain floor all around."""
    there, across = row + ROW_STEP[code], col + COL_STEP[code]
    if code % 2 == 1:
        return enterable(tiles, there, across, code)
    return int(tiles[there, across]) == FLOOR and int(tiles[row, across]) == FLOOR and int(tiles[there, col]) == FLOOR
