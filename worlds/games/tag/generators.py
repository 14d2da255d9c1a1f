"""Arenas of tag: how the walls lie, where the arrows point, where the four dens are.

An arena holds only if every open tile can reach every den and come back. Tries are bounded; then plain pillars stand.
"""

from worlds.kit.chance import between, integer, uniform
from worlds.kit.grid import (
    COL_STEP,
    EAST_ONLY,
    FLOOR,
    NORTH_ONLY,
    ROW_STEP,
    SOUTH_ONLY,
    UNREACHED,
    WALL,
    WEST_ONLY,
    braid,
    caves,
    count_open,
    fill,
    fill_border,
    fill_box,
    free_tile,
    keep_largest,
    maze,
    walk_distances,
)
from worlds.kit.kernel import kernel
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("rooms"),
    Generator("maze"),
    Generator("caves"),
    Generator("pillars"),
    Generator("rings", split="test"),
    Generator("alleys", split="test"),
)
ROOMS, MAZE, CAVES, PILLARS, RINGS, ALLEYS = range(6)  # indices into GENERATORS

TRAINING = sum(generator.split == "train" for generator in GENERATORS)  # those for training come first
RESERVED = len(GENERATORS) - TRAINING
SIDE = 15  # tiles of 1 m
TRIES = 8  # arenas drawn before the plain pillars stand
FEWEST_OPEN = 80  # tiles, or there is no room to run
ONE_WAYS = 4  # most arrows
ARROW_TRIES = 6  # places looked at for each
DEN_GAP = 7  # steps; being farther than this from the other dens makes a place no better
DEN_JOURNEY = 12  # steps; being farther than this from any of them makes it worse
NEAREST_DENS = 4  # steps; dens closer than this send the arena back
JITTER = 3.0  # steps of luck in the choice of a den
BYPASS = 3.0  # steps that a den is worth more where one can walk around it


@kernel
def draw_generator(w, held_out):
    """Which generator lays out the task: one of those for training, or one reserved for test."""
    first = TRAINING if held_out else 0
    w.generator = first + integer(w, RESERVED if held_out else TRAINING)


@kernel
def carve(w):
    """The layout of the task: ``tiles``, ``den`` and ``steps``, drawn from the stream that is open."""
    for _ in range(TRIES):
        lay_out(w)
        if keep_largest(w.tiles) >= FEWEST_OPEN:
            if uniform(w) < 0.5:
                place_arrows(w)
            if place_dens(w):
                return
    plain_pillars(w)
    place_dens(w)


@kernel
def lay_out(w):
    """Walls of one arena, by the task's generator; it may still fall apart."""
    if w.generator == ROOMS:
        rooms(w)
    elif w.generator == MAZE:
        maze(w, w.tiles, between(w, 0.1, 0.5))
        braid(w, w.tiles, 0.5)
    elif w.generator == CAVES:
        caves(w, w.tiles, between(w, 0.34, 0.42), 1)
        braid(w, w.tiles, 0.7)
    elif w.generator == PILLARS:
        pillars(w)
    elif w.generator == RINGS:
        rings(w)
    else:
        alleys(w)


@kernel
def clear(w):
    fill(w.tiles, FLOOR)
    fill_border(w.tiles)


@kernel
def rooms(w):
    """Walls a few tiles apart, both ways; nearly every wall between two rooms has a door, some walls are missing."""
    side = len(w.tiles)
    clear(w)
    first_row, row_gap = 3 + integer(w, 3), 4 + integer(w, 2)
    first_col, col_gap = 3 + integer(w, 3), 4 + integer(w, 2)
    for row in range(first_row, side - 2, row_gap):
        fill_box(w.tiles, row, 1, row, side - 2, WALL)
    for col in range(first_col, side - 2, col_gap):
        fill_box(w.tiles, 1, col, side - 2, col, WALL)
    for row in range(first_row, side - 2, row_gap):
        for left in range(first_col - col_gap, side - 2, col_gap):
            open_wall(w, row, max(left + 1, 1), row, min(left + col_gap, side - 1) - 1)
    for col in range(first_col, side - 2, col_gap):
        for top in range(first_row - row_gap, side - 2, row_gap):
            open_wall(w, max(top + 1, 1), col, min(top + row_gap, side - 1) - 1, col)


@kernel
def open_wall(w, top, left, bottom, right):
    """A door in this wall between two rooms, or the whole wall gone, or nothing."""
    luck = uniform(w)
    door = integer(w, bottom - top + right - left + 1)
    if luck < 0.15:
        fill_box(w.tiles, top, left, bottom, right, FLOOR)
    elif luck < 0.9:
        w.tiles[top + (door if left == right else 0), left + (0 if left == right else door)] = FLOOR


@kernel
def pillars(w):
    """Blocks of up to 2 × 2 tiles, one near each point of a jittered lattice."""
    side = len(w.tiles)
    clear(w)
    for row in range(2, side - 2, 3):
        for col in range(2, side - 2, 3):
            top, left = row + integer(w, 2), col + integer(w, 2)
            tall, wide = integer(w, 2), integer(w, 2)
            if uniform(w) < 0.8:
                fill_box(w.tiles, top, left, min(top + tall, side - 3), min(left + wide, side - 3), WALL)


@kernel
def plain_pillars(w):
    """The fallback, without luck: a lattice of single blocks."""
    side = len(w.tiles)
    clear(w)
    for row in range(3, side - 3, 2):
        for col in range(3, side - 3, 2):
            w.tiles[row, col] = WALL


@kernel
def rings(w):
    """Round walls one inside the other, with gates on each side and now and then a bar across the lane between."""
    side = len(w.tiles)
    clear(w)
    for edge in range(2, side // 2 - 1, 2):
        last = side - 1 - edge
        fill_box(w.tiles, edge, edge, last, last, WALL)
        fill_box(w.tiles, edge + 1, edge + 1, last - 1, last - 1, FLOOR)
        for wall in range(8):  # two chances for a gate on each of the four sides
            gate = edge + 1 + integer(w, last - edge - 1)
            if wall < 4 or uniform(w) < 0.4:
                pierce(w, wall % 4, edge, gate, FLOOR)
        if uniform(w) < 0.6:
            pierce(w, integer(w, 4), edge - 1, edge + integer(w, last - edge), WALL)


@kernel
def pierce(w, wall, edge, place, code):
    """One tile of the north, south, west or east side of the ring at distance ``edge`` from the border."""
    far = len(w.tiles) - 1 - edge
    if wall < 2:
        w.tiles[edge if wall == 0 else far, place] = code
    else:
        w.tiles[place, edge if wall == 2 else far] = code


@kernel
def alleys(w):
    """Long bars side by side, each with gaps of its own; they run east-west or north-south."""
    side = len(w.tiles)
    clear(w)
    upright = uniform(w) < 0.5
    bar = 2 + integer(w, 2)
    for _ in range(side):
        if bar > side - 3:
            break
        for place in range(1, side - 1):
            w.tiles[place if upright else bar, bar if upright else place] = WALL
        for _ in range(2 + integer(w, 2)):
            gap = 1 + integer(w, side - 2)
            w.tiles[gap if upright else bar, bar if upright else gap] = FLOOR
        bar += 2 + integer(w, 2)


@kernel
def place_arrows(w):
    """One to four corridor tiles become one-way, each only where another way leads back (scratch: ``steps``)."""
    for _ in range(1 + integer(w, ONE_WAYS)):
        for _ in range(ARROW_TRIES):
            row, col = free_tile(w)
            if point_arrow(w, row, col):
                break


@kernel
def point_arrow(w, row, col):
    """Whether this tile is now one-way. Only the step in from the side it points to is lost, so all stays connected
    if that neighbour still finds a way to it."""
    forward = uniform(w) < 0.5
    side_walls = int(w.tiles[row - 1, col] == WALL) + int(w.tiles[row + 1, col] == WALL)
    other_walls = int(w.tiles[row, col - 1] == WALL) + int(w.tiles[row, col + 1] == WALL)
    if side_walls == 2 and other_walls == 0:
        w.tiles[row, col] = EAST_ONLY if forward else WEST_ONLY
        ahead_row, ahead_col = row, col + (1 if forward else -1)
    elif side_walls == 0 and other_walls == 2:
        w.tiles[row, col] = SOUTH_ONLY if forward else NORTH_ONLY
        ahead_row, ahead_col = row + (1 if forward else -1), col
    else:
        return False
    walk_distances(w.tiles, row, col, w.steps[0])
    if int(w.steps[0, ahead_row, ahead_col]) == UNREACHED:
        w.tiles[row, col] = FLOOR
        return False
    return True


@kernel
def place_dens(w):
    """Dens on plain floor; whether all of the arena reaches all of them and none are too close."""
    open_tiles = count_open(w.tiles)
    for den in range(len(w.den)):
        row, col = den_tile(w, den)
        w.den[den, 0] = col + 0.5
        w.den[den, 1] = row + 0.5
        if walk_distances(w.tiles, row, col, w.steps[den]) < open_tiles:
            return False
        for other in range(den):
            back = int(w.steps[den, int(w.den[other, 1]), int(w.den[other, 0])])
            if min(int(w.steps[other, row, col]), back) < NEAREST_DENS:
                return False
    return True


@kernel
def den_tile(w, den):
    """(row, col) of the plain floor tile that is best for the next den, with some luck."""
    best, best_row, best_col = -1e9, 1, 1
    for row in range(1, len(w.tiles) - 1):
        for col in range(1, len(w.tiles) - 1):
            if int(w.tiles[row, col]) == FLOOR:
                worth = den_worth(w, den, row, col) + JITTER * uniform(w)
                if worth > best:
                    best, best_row, best_col = worth, row, col
    return best_row, best_col


@kernel
def den_worth(w, dens, row, col):
    """How well a den would stand here: apart from each of the first ``dens`` dens, not a journey away from any."""
    nearest, farthest = DEN_GAP, 0
    for den in range(dens):
        steps = int(w.steps[den, row, col])
        nearest = min(nearest, steps)
        farthest = max(farthest, steps)
    worth = float(nearest - max(farthest - DEN_JOURNEY, 0))
    return worth + BYPASS if has_bypass(w.tiles, row, col) else worth


@kernel
def has_bypass(tiles, row, col):
    """Whether a den on this tile, held and closed, would cut nothing off: its open neighbours touch one another."""
    cuts = 0
    for code in range(1, 9, 2):
        diagonal, next_straight = code + 1, 1 + (code + 1) % 8
        if is_floor(tiles, row, col, code) and not (
            is_floor(tiles, row, col, diagonal) and is_floor(tiles, row, col, next_straight)
        ):
            cuts += 1
    return cuts <= 1


@kernel
def is_floor(tiles, row, col, code):
    return int(tiles[row + ROW_STEP[code], col + COL_STEP[code]]) == FLOOR
