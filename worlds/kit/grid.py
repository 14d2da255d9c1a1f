"""Grids of 1 m tiles: carving them, walking on them, seeing across them.

``tiles`` is an (H, W) uint8 array whose border is wall; row = int(y), col = int(x), y grows southwards (downwards).
A one-way tile cannot be entered against its arrow; entering it from the sides and leaving it are free.
Directions are codes 1 … 8, counter-clockwise from east (E, NE, N, NW, W, SW, S, SE); 0 is no direction.
Few and plain kernels: each costs about a third of a second when it is first compiled.
"""

import numpy as np

from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel

FLOOR, WALL, EAST_ONLY, WEST_ONLY, NORTH_ONLY, SOUTH_ONLY = range(6)
UNREACHED = 255  # in a field of walking distances
ROW_STEP = np.array([0, 0, -1, -1, -1, 0, 1, 1, 1])  # by direction code
COL_STEP = np.array([0, 1, 1, 0, -1, -1, -1, 0, 1])
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
def keep_connected(tiles, row, col, scratch):
    """Walls up every tile from which there is no way to (row, col); returns how many stay. ``scratch`` as ``tiles``."""
    count = walk_distances(tiles, row, col, scratch)
    for there in range(tiles.shape[0]):
        for across in range(tiles.shape[1]):
            if int(scratch[there, across]) == UNREACHED:
                tiles[there, across] = WALL
    return count


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


@kernel
def walk_distances(tiles, row, col, out):
    """Straight steps from every tile to (row, col), into ``out`` (H, W) uint8; UNREACHED where there is no way.

    Returns how many tiles have a way, (row, col) included. Grows ring by ring, backwards from the goal.
    """
    rows, cols = tiles.shape
    fill_box(out, 0, 0, rows, cols, UNREACHED)
    out[row, col] = 0
    reached, newest = 1, 1
    top, bottom = row, row
    for distance in range(UNREACHED - 1):
        if newest == 0:
            break
        newest = 0
        for here in range(top, bottom + 1):
            for across in range(1, cols - 1):
                if int(out[here, across]) != distance:
                    continue
                for code in range(1, 9, 2):
                    before, beside = here - ROW_STEP[code], across - COL_STEP[code]
                    unknown = int(out[before, beside]) == UNREACHED and int(tiles[before, beside]) != WALL
                    if unknown and enterable(tiles, here, across, code):
                        out[before, beside] = distance + 1
                        newest += 1
        reached += newest
        top, bottom = max(top - 1, 1), min(bottom + 1, rows - 2)
    return reached


@kernel
def next_step(steps, tiles, row, col):
    """The direction code that lowers the walking distance most (a diagonal may save two steps); 0 at the goal."""
    best = int(steps[row, col])
    choice = 0
    for code in range(1, 9):
        value = int(steps[row + ROW_STEP[code], col + COL_STEP[code]])
        if value < best and passable(tiles, row, col, code):
            best = value
            choice = code
    return choice


@kernel
def downhill(steps, tiles, x, y):
    """A signpost: the unit vector (dx, dy) from (x, y) to the middle of the next tile on the shortest way.

    On the goal's tile it points to the middle of that tile, and is (0, 0) there.
    """
    row = min(max(int(y), 1), tiles.shape[0] - 2)
    col = min(max(int(x), 1), tiles.shape[1] - 2)
    code = next_step(steps, tiles, row, col)
    dx = col + COL_STEP[code] + 0.5 - x
    dy = row + ROW_STEP[code] + 0.5 - y
    length = np.sqrt(dx * dx + dy * dy)
    if length < 1e-6:
        return 0.0, 0.0
    return dx / length, dy / length


# --- seeing ------------------------------------------------------------------------------------------------------


@kernel
def clear_line(tiles, ax, ay, bx, by):
    """Whether no wall lies between two points inside the grid. The same both ways; a line through the exact corner of
    four tiles passes unless both tiles beside the corner are wall."""
    if bx < ax or (bx == ax and by < ay):
        ax, ay, bx, by = bx, by, ax, ay
    row, col, last_row, last_col = int(ay), int(ax), int(by), int(bx)
    dx = bx - ax
    dy = abs(by - ay)
    row_step = 1 if by > ay else -1
    col_gap = 1.0 / dx if dx > 0.0 else FAR  # share of the line between two column edges
    row_gap = 1.0 / dy if dy > 0.0 else FAR
    next_col = (col + 1.0 - ax) * col_gap
    next_row = (row + 1.0 - ay if row_step > 0 else ay - row) * row_gap
    for _ in range(abs(last_row - row) + last_col - col):
        if row == last_row and col == last_col:
            break
        to_col = row == last_row or (col != last_col and next_col <= next_row)
        to_row = col == last_col or (row != last_row and next_row <= next_col)
        if to_col and to_row and int(tiles[row + row_step, col]) == WALL and int(tiles[row, col + 1]) == WALL:
            return False
        if to_col:
            col += 1
            next_col += col_gap
        if to_row:
            row += row_step
            next_row += row_gap
        if int(tiles[row, col]) == WALL:
            return False
    return True
