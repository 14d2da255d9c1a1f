"""Tag's signposts: which way each den lies, for those who follow them and those who only look."""

import numpy as np

from worlds.games.tag.constants import EAST, NORTH, SOUTH, WEST
from worlds.kit.grid import COL_STEP, EAST_ONLY, NORTH_ONLY, ROW_STEP, SOUTH_ONLY, WALL, WEST_ONLY
from worlds.kit.kernel import kernel

AT_THE_DEN = 0.2  # m; whoever is as close to its middle has arrived


@kernel
def is_dark(w, seat, den):
    """Whether this seat has looked into the den in this episode and found a sham."""
    return (int(w.looked[seat]) >> den) & 1 == 1


@kernel
def signpost(w, seat, den, ways):
    """The unit vector on from here to a den; (0, 0) when it is dark, or when there. ``ways``: see open_ways."""
    if is_dark(w, seat, den):
        return 0.0, 0.0
    row, column = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    code = best_way(w, den, ways, row, column)
    dx = column + COL_STEP[code] + 0.5 - w.pos[seat, 0]
    dy = row + ROW_STEP[code] + 0.5 - w.pos[seat, 1]
    length = np.sqrt(dx * dx + dy * dy)
    if length < AT_THE_DEN:
        return 0.0, 0.0
    return dx / length, dy / length


@kernel
def open_ways(tiles, row, column):
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
def best_way(w, den, ways, row, column):
    """The open direction that shortens the walk to this den most; 0 when there."""
    best, choice = int(w.steps[den, row, column]), 0
    for code in range(1, 9):
        steps = int(w.steps[den, row + ROW_STEP[code], column + COL_STEP[code]])
        closer = (ways >> code) & 1 == 1 and steps < best
        best = steps if closer else best
        choice = code if closer else choice
    return choice
