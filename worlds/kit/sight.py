"""Sight on a tile map: rays that stop at walls (exact grid traversal, Amanatides and Woo 1987), clear lines,
and who sees whom.

A record of such a game has ``pos`` (S, 2) in m, ``team`` (S,), ``seen`` (S, S), 1 where one sees the other, and
``tiles`` (H, W) as in `worlds.kit.grid`, walled in.
"""

import numpy as np

from worlds.kit.grid import WALL
from worlds.kit.kernel import kernel
from worlds.kit.maths import cos, distance, sin

FAR = 1e9  # m; stands for "never" along an axis on which a ray does not move
RAYS = 16  # directions, counted clockwise from east
STRAIGHT = 1e-12  # a component below this is none
RAY_X = np.array([cos(2.0 * np.pi * ray / RAYS) for ray in range(RAYS)])
RAY_Y = np.array([sin(2.0 * np.pi * ray / RAYS) for ray in range(RAYS)])
RAY_X[abs(RAY_X) < STRAIGHT] = 0.0
RAY_Y[abs(RAY_Y) < STRAIGHT] = 0.0
GAP_X = np.array([1.0 / abs(x) if x else FAR for x in RAY_X])  # m along the ray between two column edges
GAP_Y = np.array([1.0 / abs(y) if y else FAR for y in RAY_Y])
STEP_X = np.array([1 if x > 0 else -1 for x in RAY_X])
STEP_Y = np.array([1 if y > 0 else -1 for y in RAY_Y])
AHEAD_X = np.array([1.0 if x > 0 else 0.0 for x in RAY_X])  # where in a tile the edge ahead lies
AHEAD_Y = np.array([1.0 if y > 0 else 0.0 for y in RAY_Y])


# --- who sees whom -----------------------------------------------------------------------------------------------


@kernel
def clear_line(tiles, ax, ay, bx, by):  # type: ignore[no-untyped-def]
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


@kernel
def look_around(w, limit):  # type: ignore[no-untyped-def]
    """Who sees whom, into ``seen``: nearer than ``limit`` metres and with no wall between."""
    for seat in range(len(w.pos)):
        for other in range(seat):
            gap = distance(w.pos[seat], w.pos[other])
            clear = gap < limit and clear_line(
                w.tiles, w.pos[seat, 0], w.pos[seat, 1], w.pos[other, 0], w.pos[other, 1]
            )
            w.seen[seat, other] = int(clear)
            w.seen[other, seat] = int(clear)


# --- rays --------------------------------------------------------------------------------------------------------


@kernel
def cast(tiles, x, y, dx, dy, limit):  # type: ignore[no-untyped-def]
    """Metres from (x, y) to the first wall along the unit vector (dx, dy), at most ``limit``.

    The map must be walled in. Tiles are 1 m wide, ``tiles[row, column]`` covers x in [column, column + 1).
    """
    column = int(x)
    row = int(y)
    step_x = 1 if dx > 0.0 else -1
    step_y = 1 if dy > 0.0 else -1
    gap_x = 1.0 / abs(dx) if dx != 0.0 else FAR
    gap_y = 1.0 / abs(dy) if dy != 0.0 else FAR
    next_x = (column + 1.0 - x if dx > 0.0 else x - column) * gap_x
    next_y = (row + 1.0 - y if dy > 0.0 else y - row) * gap_y
    while True:
        if next_x < next_y:
            travelled = next_x
            next_x += gap_x
            column += step_x
        else:
            travelled = next_y
            next_y += gap_y
            row += step_y
        if travelled >= limit:
            return limit
        if int(tiles[row, column]) == WALL:
            return travelled


@kernel
def look_at_walls(w, seat, limit, unit, out, at):  # type: ignore[no-untyped-def]
    """out[at + ray]: the way to the wall, ``limit`` metres at most, in ``unit`` metres.

    As `cast` for all rays at once, with its divisions in tables.
    """
    tiles = w.tiles
    first_column, first_row = int(w.pos[seat, 0]), int(w.pos[seat, 1])
    part_x, part_y = w.pos[seat, 0] - first_column, w.pos[seat, 1] - first_row
    for ray in range(RAYS):
        gap_x, gap_y, step_x, step_y = GAP_X[ray], GAP_Y[ray], STEP_X[ray], STEP_Y[ray]
        next_x = abs(AHEAD_X[ray] - part_x) * gap_x
        next_y = abs(AHEAD_Y[ray] - part_y) * gap_y
        column, row, travelled = first_column, first_row, 0.0
        while travelled < limit:
            if next_x < next_y:
                travelled = next_x
                next_x += gap_x
                column += step_x
            else:
                travelled = next_y
                next_y += gap_y
                row += step_y
            if int(tiles[row, column]) == WALL:
                break
        out[at + ray] = min(travelled, limit) / unit
