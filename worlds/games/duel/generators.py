"""Tasks of duel: where cover stands on the two banks, which crate is full, and the rules of the place.

The east bank is the west bank turned by half a turn, so that neither is better. A bank holds only if all of its open
tiles hang together, nobody starts in a wall, and cover leaves enough of the places in sight of each other. Tries are
bounded; then two plain posts stand.
"""

from worlds.games.duel.constants import (
    COLUMNS,
    CRATES,
    EAST,
    FASTEST,
    HEIGHT,
    MAGAZINE_LEAST,
    MAGAZINE_MOST,
    RELOAD_LEAST,
    RELOAD_MOST,
    SLOWEST,
    STORY,
    UNTOLD,
    WEST,
    WIDTH,
)
from worlds.kit.chance import between, integer, uniform
from worlds.kit.grid import EAST_ONLY, FLOOR, WALL, WEST_ONLY, fill_box
from worlds.kit.kernel import kernel
from worlds.kit.sight import clear_line
from worlds.kit.ways import UNREACHED, walk_distances
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("posts"),
    Generator("walls"),
    Generator("hedges"),
    Generator("bunkers"),
    Generator("steps", split="test"),
    Generator("combs", split="test"),
    Generator("crosses", split="final"),
)
POSTS, WALLS, HEDGES, BUNKERS, STEPS, COMBS, CROSSES = range(7)  # indices into GENERATORS
TRIES = 12
LEAST_HIDDEN, MOST_HIDDEN = 0.05, 0.55  # share of lines across the ditch that cover stops
FEWEST_OPEN = 30  # of the 45 tiles of a bank
LAST_ROW = HEIGHT - 2


@kernel
def draw_task(w):
    """What stays for a trial: the rules of the place, and its cover."""
    w.full = integer(w, CRATES)
    w.speed = between(w, SLOWEST, FASTEST)
    w.reload = RELOAD_LEAST + integer(w, RELOAD_MOST - RELOAD_LEAST + 1)
    w.magazine = MAGAZINE_LEAST + integer(w, MAGAZINE_MOST - MAGAZINE_LEAST + 1)
    w.bouncy = integer(w, 2)
    for seat in range(len(w.pos)):
        w.team[seat] = WEST if 2 * seat < len(w.pos) else EAST
        for other in range(len(w.pos)):
            for shot in range(STORY):
                w.leads[seat, other, shot] = w.leaps[seat, other, shot] = UNTOLD
    build_cover(w)


@kernel
def build_cover(w):
    """``tiles``, ``hidden_share`` and ``crate``, drawn from the stream that is open."""
    for turn in range(TRIES + 1):
        fill_box(w.tiles, 0, 0, HEIGHT - 1, WIDTH - 1, WALL)
        fill_box(w.tiles, 1, 1, HEIGHT - 2, WIDTH - 2, FLOOR)
        fill_box(w.tiles, 1, COLUMNS + 1, HEIGHT - 2, COLUMNS + 1, WEST_ONLY)  # nobody walks into the ditch
        fill_box(w.tiles, 1, WIDTH - 2 - COLUMNS, HEIGHT - 2, WIDTH - 2 - COLUMNS, EAST_ONLY)
        if turn == TRIES:
            w.tiles[3, 4] = w.tiles[7, 4] = WALL
        else:
            place_cover(w)
        turn_round(w)
        place_crates(w)
        find_ways(w)
        w.hidden_share = share_hidden(w)
        if solvable(w):
            return


@kernel
def place_cover(w):
    """The west bank, by its generator: columns 1 … 5, of which 1 lies at the back and 5 at the ditch."""
    if w.generator == POSTS:
        for _ in range(5 + integer(w, 4)):
            w.tiles[1 + integer(w, LAST_ROW), 2 + integer(w, 4)] = WALL
    elif w.generator == WALLS:  # north-south, two or three tiles long
        for _ in range(2 + integer(w, 2)):
            row, column = 1 + integer(w, LAST_ROW - 2), 2 + integer(w, 4)
            fill_box(w.tiles, row, column, row + 1 + integer(w, 2), column, WALL)
    elif w.generator == HEDGES:  # west-east, two or three tiles long
        for _ in range(3 + integer(w, 2)):
            row, column = 2 + integer(w, LAST_ROW - 2), 2 + integer(w, 3)
            fill_box(w.tiles, row, column, row, min(column + 1 + integer(w, 2), COLUMNS), WALL)
    elif w.generator == BUNKERS:  # a front with a wing to the back
        for _ in range(2 + integer(w, 2)):
            row, column = 2 + integer(w, LAST_ROW - 3), 3 + integer(w, 3)
            fill_box(w.tiles, row, column, row + 1, column, WALL)
            w.tiles[row + integer(w, 2), column - 1] = WALL
    elif w.generator == STEPS:  # slanting rows of blocks
        falls, row = uniform(w) < 0.5, 1 + integer(w, 3)
        for start in range(row, LAST_ROW + 1, 3 + integer(w, 2)):
            for column in range(2 + integer(w, 2), 2 + COLUMNS - 1):
                there = start + column - 3 if falls else start + 3 - column
                if 1 <= there <= LAST_ROW and uniform(w) < 0.6:
                    w.tiles[there, column] = WALL
    elif w.generator == COMBS:  # a fence along the ditch with gaps
        column = 4 + integer(w, 2)
        for row in range(1, LAST_ROW + 1):
            if uniform(w) < 0.45:
                w.tiles[row, column] = WALL
        w.tiles[1 + integer(w, LAST_ROW), 2] = WALL
    else:  # crosses
        for _ in range(1 + integer(w, 2)):
            row, column = 2 + integer(w, LAST_ROW - 2), 2 + integer(w, 3)
            fill_box(w.tiles, row - 1, column, min(row + 1, LAST_ROW), column, WALL)
            fill_box(w.tiles, row, column - 1, row, column + 1, WALL)


@kernel
def turn_round(w):
    """The east bank is the west one turned by half a turn."""
    for row in range(1, HEIGHT - 1):
        for column in range(1, COLUMNS + 1):
            w.tiles[HEIGHT - 1 - row, WIDTH - 1 - column] = w.tiles[row, column]


@kernel
def place_crates(w):
    """On each bank three crates, on free tiles in the north, the middle and the south; the same turned round."""
    for crate in range(CRATES):
        start = integer(w, 3 * COLUMNS)
        row, column = 1, 1
        for turn in range(3 * COLUMNS):
            place = (start + turn) % (3 * COLUMNS)
            row, column = 1 + 3 * crate + place // COLUMNS, 1 + place % COLUMNS
            if int(w.tiles[row, column]) == FLOOR:
                break
        w.crate[WEST, crate, 0], w.crate[WEST, crate, 1] = column + 0.5, row + 0.5
        w.crate[EAST, crate, 0], w.crate[EAST, crate, 1] = WIDTH - column - 0.5, HEIGHT - row - 0.5


@kernel
def share_hidden(w):
    """How hard the place is: the share of lines between free tiles of the two banks that cover stops,
    one for every two rows."""
    stopped, looked = 0, 0
    for row in range(1, HEIGHT - 1):
        for there in range(1, HEIGHT - 1):
            column, across = 1 + (2 * row + there) % COLUMNS, WIDTH - 2 - (row + 3 * there) % COLUMNS
            if int(w.tiles[row, column]) == FLOOR and int(w.tiles[there, across]) == FLOOR:
                looked += 1
                stopped += int(not clear_line(w.tiles, column + 0.5, row + 0.5, across + 0.5, there + 0.5))
    return stopped / max(looked, 1)


@kernel
def solvable(w):
    """Whether one can walk everywhere on a bank, all crates can be reached, and cover stops neither too much nor
    nothing."""
    if not LEAST_HIDDEN <= w.hidden_share <= MOST_HIDDEN:
        return False
    return open_tiles(w) >= FEWEST_OPEN and crates_are_free(w)


@kernel
def find_ways(w):
    """``steps``: the walk from each tile of the west bank to its last free one."""
    row, column = 1, 1
    for there in range(1, HEIGHT - 1):
        for across in range(1, COLUMNS + 1):
            if int(w.tiles[there, across]) == FLOOR:
                row, column = there, across
    walk_distances(w.tiles, row, column, w.steps)


@kernel
def open_tiles(w):
    """Free tiles of the west bank if all of them can be reached from one another, else 0."""
    count = 0
    for row in range(1, HEIGHT - 1):
        for column in range(1, COLUMNS + 1):
            if int(w.tiles[row, column]) != FLOOR:
                continue
            if int(w.steps[row, column]) == UNREACHED:
                return 0
            count += 1
    return count


@kernel
def crates_are_free(w):
    """Whether every crate stands on a free tile."""
    for crate in range(CRATES):
        if int(w.tiles[int(w.crate[WEST, crate, 1]), int(w.crate[WEST, crate, 0])]) != FLOOR:
            return False
    return True
