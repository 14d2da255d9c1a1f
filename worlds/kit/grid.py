"""Grids of 1 m tiles: carving them, walking on them, seeing across them.

``tiles`` is an (H, W) uint8 array whose border is wall; row = int(y), col = int(x), y grows southwards (downwards).
A one-way tile cannot be entered against its arrow; entering it from the sides and leaving it are free.
Directions are codes 1 … 8, counter-clockwise from east (E, NE, N, NW, W, SW, S, SE); 0 is no direction.
"""

import numpy as np

from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel

FLOOR, WALL, EAST_ONLY, WEST_ONLY, NORTH_ONLY, SOUTH_ONLY = range(6)
UNREACHED = 255  # in a field of walking distances
ROW_STEP = np.array([0, 0, -1, -1, -1, 0, 1, 1, 1])  # by direction code
COL_STEP = np.array([0, 1, 1, 0, -1, -1, -1, 0, 1])
CODE = np.array([[4, 3, 2], [5, 0, 1], [6, 7, 8]])  # direction code by row step + 1, column step + 1
LABELS = 100  # components that keep_largest tells apart
FIRST_LABEL = 100  # a code no tile uses
BACK = 10  # maze: a cell being visited holds BACK + the code that leads back
TRIES = 32  # of free_tile
FAR = 1e30


# --- carving -----------------------------------------------------------------------------------------------------


@kernel
def fill(tiles, code):
    """Every tile becomes ``code``."""
    for row in range(tiles.shape[0]):
        for col in range(tiles.shape[1]):
            tiles[row, col] = code


@kernel
def fill_border(tiles):
    """The outermost rows and columns become wall."""
    rows, cols = tiles.shape
    for col in range(cols):
        tiles[0, col] = WALL
        tiles[rows - 1, col] = WALL
    for row in range(rows):
        tiles[row, 0] = WALL
        tiles[row, cols - 1] = WALL


@kernel
def fill_box(tiles, top, left, bottom, right, code):
    """Tiles of rows top … bottom and columns left … right (both ends included, border left alone) become ``code``."""
    for row in range(max(top, 1), min(bottom, tiles.shape[0] - 2) + 1):
        for col in range(max(left, 1), min(right, tiles.shape[1] - 2) + 1):
            tiles[row, col] = code


@kernel
def maze(w, tiles, loops):
    """A maze of corridors one tile wide on the odd rows and columns (H and W odd).

    A depth-first spanning tree; then each wall left between two cells opens with probability ``loops`` (0 … 1).
    The way back to the start is written into the tiles themselves, so no stack is needed.
    """
    rows, cols = tiles.shape
    fill(tiles, WALL)
    row = 1 + 2 * integer(w, (rows - 1) // 2)
    col = 1 + 2 * integer(w, (cols - 1) // 2)
    tiles[row, col] = BACK
    for _ in range(2 * rows * cols):
        code = unvisited(w, tiles, row, col)
        if code > 0:
            tiles[row + ROW_STEP[code], col + COL_STEP[code]] = FLOOR
            row += 2 * ROW_STEP[code]
            col += 2 * COL_STEP[code]
            tiles[row, col] = BACK + 1 + (code + 3) % 8
        else:
            code = int(tiles[row, col]) - BACK
            tiles[row, col] = FLOOR
            if code == 0:
                break
            row += 2 * ROW_STEP[code]
            col += 2 * COL_STEP[code]
    for row in range(1, rows - 1):
        for col in range(1 + row % 2, cols - 1, 2):
            if int(tiles[row, col]) == WALL and uniform(w) < loops:
                tiles[row, col] = FLOOR


@kernel
def unvisited(w, tiles, row, col):
    """The code of a random straight direction in which the next maze cell is still solid; 0 if there is none."""
    start = integer(w, 4)
    for turn in range(4):
        code = 1 + 2 * ((start + turn) % 4)
        there, across = row + 2 * ROW_STEP[code], col + 2 * COL_STEP[code]
        if 0 < there < tiles.shape[0] and 0 < across < tiles.shape[1] and int(tiles[there, across]) == WALL:
            return code
    return 0


@kernel
def braid(w, tiles, share):
    """Each dead end is opened with probability ``share``, where only one wall parts it from other floor."""
    for row in range(1, tiles.shape[0] - 1):
        for col in range(1, tiles.shape[1] - 1):
            if int(tiles[row, col]) == FLOOR and exits(tiles, row, col) == 1 and uniform(w) < share:
                break_through(w, tiles, row, col)


@kernel
def break_through(w, tiles, row, col):
    """Opens one wall beside this tile that has floor behind it, if any."""
    start = integer(w, 4)
    for turn in range(4):
        code = 1 + 2 * ((start + turn) % 4)
        near, beside = row + ROW_STEP[code], col + COL_STEP[code]
        far, across = row + 2 * ROW_STEP[code], col + 2 * COL_STEP[code]
        inside = 0 < far < tiles.shape[0] - 1 and 0 < across < tiles.shape[1] - 1
        if inside and int(tiles[near, beside]) == WALL and int(tiles[far, across]) == FLOOR:
            tiles[near, beside] = FLOOR
            return


@kernel
def caves(w, tiles, density, rounds):
    """Cellular caves: noise with this share of wall, smoothed by ``rounds`` majority votes.

    May fall apart: see keep_largest.
    """
    rows, cols = tiles.shape
    fill(tiles, FLOOR)
    fill_border(tiles)
    for row in range(1, rows - 1):
        for col in range(1, cols - 1):
            if uniform(w) < density:
                tiles[row, col] = WALL
    for _ in range(rounds):
        for row in range(1, rows - 1):  # the second bit holds the vote until all have voted
            for col in range(1, cols - 1):
                solid = 0
                for down in range(-1, 2):
                    for right in range(-1, 2):
                        solid += int(tiles[row + down, col + right]) % 2
                tiles[row, col] = int(tiles[row, col]) % 2 + (2 if solid >= 5 else 0)
        for row in range(1, rows - 1):
            for col in range(1, cols - 1):
                tiles[row, col] = int(tiles[row, col]) // 2


# --- connected parts ---------------------------------------------------------------------------------------------


@kernel
def keep_largest(tiles):
    """Only the largest connected part of the floor stays (one-way tiles count as wall here); returns its tiles."""
    best = 0
    most = 0
    label = FIRST_LABEL
    for row in range(1, tiles.shape[0] - 1):
        for col in range(1, tiles.shape[1] - 1):
            if int(tiles[row, col]) == FLOOR and label < FIRST_LABEL + LABELS:
                tiles[row, col] = label
                size = spread(tiles, label, row)
                if size > most:
                    most = size
                    best = label
                label += 1
    for row in range(1, tiles.shape[0] - 1):
        for col in range(1, tiles.shape[1] - 1):
            tiles[row, col] = FLOOR if int(tiles[row, col]) == best and best > 0 else WALL
    return most


@kernel
def spread(tiles, label, first_row):
    """Floor that touches ``label`` takes it, until nothing changes; returns how many tiles have it. Rows before
    ``first_row`` hold no such floor."""
    rows, cols = tiles.shape
    size = 1
    grown = 1
    while grown > 0:
        grown = 0
        for row in range(first_row, rows - 1):
            for col in range(1, cols - 1):
                grown += catch_label(tiles, label, row, col)
        for row in range(rows - 2, first_row - 1, -1):
            for col in range(cols - 2, 0, -1):
                grown += catch_label(tiles, label, row, col)
        size += grown
    return size


@kernel
def catch_label(tiles, label, row, col):
    """1 if this floor tile has just taken the label from a straight neighbour, else 0."""
    if int(tiles[row, col]) != FLOOR:
        return 0
    if (
        int(tiles[row - 1, col]) == label
        or int(tiles[row + 1, col]) == label
        or int(tiles[row, col - 1]) == label
        or int(tiles[row, col + 1]) == label
    ):
        tiles[row, col] = label
        return 1
    return 0


@kernel
def count_open(tiles):
    """How many tiles are no wall."""
    count = 0
    for row in range(tiles.shape[0]):
        for col in range(tiles.shape[1]):
            if int(tiles[row, col]) != WALL:
                count += 1
    return count


@kernel
def exits(tiles, row, col):
    """How many of the four straight neighbours are no wall."""
    count = 0
    for code in range(1, 9, 2):
        if int(tiles[row + ROW_STEP[code], col + COL_STEP[code]]) != WALL:
            count += 1
    return count


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

    Returns how many tiles have a way, (row, col) included. Grows one ring of tiles at a time, backwards from the goal.
    """
    fill(out, UNREACHED)
    out[row, col] = 0
    reached = 1
    top = row
    bottom = row
    for distance in range(UNREACHED - 1):
        grown = 0
        for here in range(top, bottom + 1):
            for across in range(1, tiles.shape[1] - 1):
                if int(out[here, across]) == distance:
                    grown += reach_back(tiles, here, across, distance + 1, out)
        if grown == 0:
            break
        reached += grown
        top = max(top - 1, 1)
        bottom = min(bottom + 1, tiles.shape[0] - 2)
    return reached


@kernel
def reach_back(tiles, row, col, distance, out):
    """Gives ``distance`` to the straight neighbours from which this tile can be entered; returns how many are new."""
    grown = 0
    for code in range(1, 9, 2):
        there, across = row - ROW_STEP[code], col - COL_STEP[code]
        if (
            int(out[there, across]) == UNREACHED
            and int(tiles[there, across]) != WALL
            and enterable(tiles, row, col, code)
        ):
            out[there, across] = distance
            grown += 1
    return grown


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
