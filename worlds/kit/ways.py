"""Finding one's way on tiles: walking distances, signposts, and the step that leads there or away.

A record of such a game has ``pos`` (S, 2) in m, ``tiles`` (H, W) as in `worlds.kit.grid`, and, where there are
signposts, ``steps`` (goals, H, W): the walking distances to each goal, as `walk_distances` leaves them.
"""

import numpy as np

from worlds.kit.grid import (
    CODE,
    COL_STEP,
    EAST,
    EAST_ONLY,
    FAR,
    NORTH,
    NORTH_ONLY,
    ROW_STEP,
    SOUTH,
    SOUTH_ONLY,
    WALL,
    WEST,
    WEST_ONLY,
    enterable,
    exits,
    fill_box,
    passable,
)
from worlds.kit.kernel import kernel

UNREACHED = 255  # in a field of walking distances


# --- distances ---------------------------------------------------------------------------------------------------


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
def keep_connected(tiles, row, col, scratch):
    """Walls up every tile from which there is no way to (row, col); returns how many stay. ``scratch`` as ``tiles``."""
    count = walk_distances(tiles, row, col, scratch)
    for there in range(tiles.shape[0]):
        for across in range(tiles.shape[1]):
            if int(scratch[there, across]) == UNREACHED:
                tiles[there, across] = WALL
    return count


# --- signposts ---------------------------------------------------------------------------------------------------


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


@kernel
def open_ways(tiles, row, column):  # type: ignore[no-untyped-def]
    """Bit ``code`` is set where one can walk on from this tile in that direction (grid.passable, branch-free)."""
    east, west = int(tiles[row, column + 1]), int(tiles[row, column - 1])
    north, south = int(tiles[row - 1, column]), int(tiles[row + 1, column])
    ways = int(east != WALL and east != WEST_ONLY) << EAST
    ways |= int(north != WALL and north != SOUTH_ONLY) << NORTH
    ways |= int(west != WALL and west != EAST_ONLY) << WEST
    ways |= int(south != WALL and south != NORTH_ONLY) << SOUTH
    ways |= int(east + north + int(tiles[row - 1, column + 1]) == 0) << 2  # floor is 0
    ways |= int(west + north + int(tiles[row - 1, column - 1]) == 0) << 4
    ways |= int(west + south + int(tiles[row + 1, column - 1]) == 0) << 6
    ways |= int(east + south + int(tiles[row + 1, column + 1]) == 0) << 8
    return ways


@kernel
def best_way(w, goal, ways, row, column):  # type: ignore[no-untyped-def]
    """The open direction that shortens the walk to this goal most; 0 when there. ``ways``: see open_ways."""
    best, choice = int(w.steps[goal, row, column]), 0
    for code in range(1, 9):
        steps = int(w.steps[goal, row + ROW_STEP[code], column + COL_STEP[code]])
        closer = (ways >> code) & 1 == 1 and steps < best
        best = steps if closer else best
        choice = code if closer else choice
    return choice


@kernel
def signpost(w, seat, goal, ways, arrived):  # type: ignore[no-untyped-def]
    """The unit vector on from where a seat is towards a goal; (0, 0) within ``arrived`` metres of its middle.

    As `downhill`, for who asks for several goals: ``ways`` is what `open_ways` says of the seat's tile.
    """
    row, column = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    code = best_way(w, goal, ways, row, column)
    dx = column + COL_STEP[code] + 0.5 - w.pos[seat, 0]
    dy = row + ROW_STEP[code] + 0.5 - w.pos[seat, 1]
    length = np.sqrt(dx * dx + dy * dy)
    if length < arrived:
        return 0.0, 0.0
    return dx / length, dy / length


# --- steps of bots -----------------------------------------------------------------------------------------------


@kernel
def step_by(w, seat, x, y, away, ways_out, leeway, arrived):  # type: ignore[no-untyped-def]
    """To the best of the nine tiles here: ``away`` (±1) weighs the distance from (x, y), ``ways_out`` the exits, in m.

    On the very tile that it makes for, it walks to within ``arrived`` metres of the point. ``leeway``: see `steady`.
    """
    row, col = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    if away < 0.0 and row == int(y) and col == int(x):
        dx, dy = x - w.pos[seat, 0], y - w.pos[seat, 1]
        return CODE[1 + int(dy > arrived) - int(dy < -arrived), 1 + int(dx > arrived) - int(dx < -arrived)]
    best, choice = -FAR, 0
    for code in range(9):
        if code > 0 and not passable(w.tiles, row, col, code):
            continue
        near, beside = row + ROW_STEP[code], col + COL_STEP[code]
        dx, dy = beside + 0.5 - x, near + 0.5 - y
        worth = away * np.sqrt(dx * dx + dy * dy) + ways_out * exits(w.tiles, near, beside)
        if worth > best:
            best, choice = worth, code
    return steady(w, seat, choice, leeway)


@kernel
def steady(w, seat, code, leeway):  # type: ignore[no-untyped-def]
    """A straight move, bent towards the middle of the tile where a wall's corner would stop a body that is more than
    ``leeway`` metres off it."""
    row, col = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    down, right = ROW_STEP[code], COL_STEP[code]
    aside = w.pos[seat, 1] - row - 0.5 if down == 0 else w.pos[seat, 0] - col - 0.5
    if code % 2 == 0 or abs(aside) < leeway:
        return code
    lean = 1 if aside > 0.0 else -1
    if down == 0:
        return CODE[1 - lean, 1 + right] if int(w.tiles[row + lean, col + right]) == WALL else code
    return CODE[1 + down, 1 - lean] if int(w.tiles[row + down, col + lean]) == WALL else code
