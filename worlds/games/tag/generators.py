"""Tasks of tag: how the walls lie, where the arrows point, where the four dens are, and where everyone starts.

An arena holds only if every open tile can reach every den and come back. Tries are bounded; then plain pillars stand.
"""

from typing import Any

import numpy as np

from worlds.games.tag.constants import CHASER, DEN, DENS, EVADER, FOG_LEAST, FOG_MOST, REST_LEAST, REST_MOST, SIDE
from worlds.kit.chance import between, integer, uniform
from worlds.kit.grid import (
    COL_STEP,
    EAST_ONLY,
    FAR,
    FLOOR,
    NORTH_ONLY,
    ROW_STEP,
    SOUTH_ONLY,
    WALL,
    WEST_ONLY,
    braid,
    cave,
    exits,
    fill_box,
    free_tile,
    maze,
)
from worlds.kit.kernel import kernel
from worlds.kit.ways import UNREACHED, keep_connected, walk_distances
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("rooms"),
    Generator("maze"),
    Generator("caves"),
    Generator("pillars"),
    Generator("rings", split="test"),
    Generator("alleys", split="test"),
    Generator("slants", split="final"),
)
ROOMS, MAZE, CAVES, PILLARS, RINGS, ALLEYS, SLANTS = range(7)  # indices into GENERATORS
TRIES = 8  # arenas drawn before the plain pillars stand
FEWEST_OPEN = 80  # tiles, or there is no room to run
ONE_WAYS = 4  # most arrows
ARROW = np.array([0, EAST_ONLY, 0, NORTH_ONLY, 0, WEST_ONLY, 0, SOUTH_ONLY, 0])  # one-way tile by direction code
ARROW_TRIES = 6  # places looked at for each
DEN_GAP = 7  # steps; being farther than this from the other dens makes a place no better
DEN_JOURNEY = 12  # steps; being farther than this from any of them makes it worse
NEAREST_DENS = 4  # steps; dens closer than this send the arena back
JITTER = 3.0  # steps of luck in the choice of a den
ENOUGH = 6.0  # m to the other side that are as good as more, for who is placed
BYPASS = 3.0  # steps that a den is worth more where one can walk around it


@kernel
def draw_task(w):
    """What stays for a trial: the refuge, the bodies and the arena."""
    w.refuge = integer(w, DENS)
    w.fog = between(w, FOG_LEAST, FOG_MOST)
    w.cool_time = REST_LEAST + integer(w, REST_MOST - REST_LEAST + 1)
    w.speed[CHASER] = between(w, 3.6, 4.4)
    w.speed[EVADER] = w.speed[CHASER] * between(w, 0.7, 0.9)
    for seat in range(len(w.pos)):
        w.team[seat] = EVADER if seat >= chasers(len(w.pos)) else CHASER
    carve(w)


@kernel
def chasers(seats):
    """How many of the seats chase."""
    return max(1, seats // 2)


@kernel
def detour(w):
    """How hard an arena is to run through: the ways between its dens over those in an empty one, 1 or more."""
    ways = bare = 0.0
    for start in range(DENS):
        row, column = int(w.den[start, 1]), int(w.den[start, 0])
        for goal in range(DENS):
            if goal != start:
                ways += int(w.steps[goal, row, column])
                bare += abs(row - int(w.den[goal, 1])) + abs(column - int(w.den[goal, 0]))
    return ways / bare if bare else 1.0


@kernel
def solvable(w):
    """Whether there is room to run, every open tile has a way to every den, and no two dens are close."""
    open_tiles = 0
    for row in range(SIDE):
        for col in range(SIDE):
            if int(w.tiles[row, col]) == WALL:
                continue
            open_tiles += 1
            for den in range(DENS):
                if int(w.steps[den, row, col]) == UNREACHED:
                    return False
    for den in range(DENS):
        for other in range(DENS):
            steps = int(w.steps[other, int(w.den[den, 1]), int(w.den[den, 0])])
            if other != den and steps < NEAREST_DENS:
                return False
    return open_tiles >= FEWEST_OPEN


def walled_in(w: Any) -> str | None:
    """What is wrong with the arenas of one record or several, if anything: rays and bodies stop at the border."""
    tiles = np.asarray(w["tiles"])
    edges = (tiles[..., 0, :], tiles[..., -1, :], tiles[..., :, 0], tiles[..., :, -1])
    return None if all((edge == WALL).all() for edge in edges) else "its arena is not walled in"


# --- the arena ---------------------------------------------------------------------------------------------------


@kernel
def carve(w):
    """The layout of the task: ``tiles``, ``den`` and ``steps``, drawn from the stream that is open."""
    for turn in range(TRIES + 1):
        fill_box(w.tiles, 0, 0, SIDE - 1, SIDE - 1, WALL)
        fill_box(w.tiles, 1, 1, SIDE - 2, SIDE - 2, FLOOR)
        if w.generator == ROOMS:
            bars(w, False, 4, 5)
            bars(w, True, 4, 5)
        elif w.generator == MAZE:
            maze(w, w.tiles, between(w, 0.1, 0.5))
            braid(w, w.tiles, 0.5)
        elif w.generator == CAVES:
            cave(w, w.tiles, between(w, 0.34, 0.42))
            braid(w, w.tiles, 0.7)
        elif w.generator == RINGS:
            rings(w)
        elif w.generator == ALLEYS:
            bars(w, uniform(w) < 0.5, 2, 6)
        elif w.generator == SLANTS:
            slants(w)
        if w.generator == PILLARS or turn == TRIES:
            pillars(w, turn < TRIES)
        row, col = free_tile(w)
        open_tiles = keep_connected(w.tiles, row, col, w.steps[0])
        if open_tiles >= FEWEST_OPEN:
            if turn < TRIES and uniform(w) < 0.5:
                place_arrows(w)
            if place_dens(w, open_tiles) or turn == TRIES:
                return


@kernel
def bars(w, upright, spacing, stretch):
    """Walls right across the arena, ``spacing`` tiles apart or one more, north-south if ``upright``.

    Each stretch of a wall has one gap, sometimes none; now and then all of it is missing.
    """
    bar = 2 + integer(w, spacing - 1)
    for _ in range(SIDE):
        if bar > SIDE - 3:
            break
        for start in range(1, SIDE - 1, stretch):
            luck = uniform(w)
            gap = start + integer(w, min(stretch, SIDE - 1 - start))
            for place in range(start, min(start + stretch, SIDE - 1)):
                is_open = luck < 0.1 or (place == gap and luck < 0.9)
                w.tiles[place if upright else bar, bar if upright else place] = FLOOR if is_open else WALL
        bar += spacing + integer(w, 2)


@kernel
def pillars(w, lucky):
    """Blocks of up to 2 × 2 tiles, one near each point of a lattice; without luck a plain lattice of single blocks."""
    fill_box(w.tiles, 1, 1, SIDE - 2, SIDE - 2, FLOOR)
    for top in range(2, SIDE - 3, 3):
        for left in range(2, SIDE - 3, 3):
            luck = integer(w, 20) if lucky else 0
            row, col = top + luck % 2, left + luck // 2 % 2
            tall, wide = luck // 4 % 2, luck // 8 % 2
            if luck < 16:
                fill_box(w.tiles, row, col, min(row + tall, SIDE - 3), min(col + wide, SIDE - 3), WALL)


@kernel
def rings(w):
    """Walls one inside the other, each with four to six gates; now and then a bar across the lane outside."""
    for edge in range(2, SIDE // 2 - 1, 2):
        far = SIDE - 1 - edge
        fill_box(w.tiles, edge, edge, far, far, WALL)
        fill_box(w.tiles, edge + 1, edge + 1, far - 1, far - 1, FLOOR)
        for turn in range(7):
            wall = turn if turn < 4 else integer(w, 4)
            place = edge + 1 + integer(w, far - edge - 1)
            out = int(turn == 6)  # the last one is the bar
            depth = far + out if wall % 2 == 1 else edge - out
            if turn < 4 or uniform(w) < 0.5:
                w.tiles[depth if wall < 2 else place, place if wall < 2 else depth] = WALL if turn == 6 else FLOOR


@kernel
def slants(w):
    """Stairs of wall from edge to edge, all along one diagonal and some tiles apart, with a gate every few steps."""
    apart, falls = 5 + integer(w, 2), uniform(w) < 0.5
    first = integer(w, apart)
    for wall in range(first, 2 * SIDE, apart):
        until = 1 + integer(w, 3)  # steps to the next gate
        for col in range(1, SIDE - 1):
            row = wall + col - SIDE if falls else wall - col
            if not 1 <= row <= SIDE - 2:
                continue
            until -= 1
            if until == 0:
                until = 4 + integer(w, 3)
                continue
            fill_box(w.tiles, row, col, row, min(col + 1, SIDE - 2), WALL)


@kernel
def place_arrows(w):
    """One to four corridor tiles become one-way, where the tile that an arrow points to has another way back to it.

    Only the step in from there is lost, so all stays connected. ``steps[0]`` is scratch.
    """
    wanted = 1 + integer(w, ONE_WAYS)
    for _ in range(ONE_WAYS * ARROW_TRIES):
        if wanted == 0:
            break
        row, col = free_tile(w)
        walls = int(w.tiles[row - 1, col] == WALL) + int(w.tiles[row + 1, col] == WALL)
        if exits(w.tiles, row, col) != 2 or walls == 1:
            continue
        code = (1 if walls == 2 else 3) + 4 * integer(w, 2)
        w.tiles[row, col] = ARROW[code]
        walk_distances(w.tiles, row, col, w.steps[0])
        if int(w.steps[0, row + ROW_STEP[code], col + COL_STEP[code]]) == UNREACHED:
            w.tiles[row, col] = FLOOR
        else:
            wanted -= 1


@kernel
def place_dens(w, open_tiles):
    """Dens on plain floor; whether all of the arena reaches all of them and none are too close."""
    for den in range(len(w.den)):
        row, col = best_den(w, den)
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
def best_den(w, dens):
    """(row, col) of the plain floor tile that is best for the next den after the first ``dens``, with some luck:
    apart from each of them, not a journey away from any, and with a way around it."""
    best, best_row, best_col = -FAR, 1, 1
    for row in range(1, SIDE - 1):
        for col in range(1, SIDE - 1):
            if int(w.tiles[row, col]) != FLOOR:
                continue
            nearest, farthest = DEN_GAP, 0
            for den in range(dens):
                steps = int(w.steps[den, row, col])
                nearest, farthest = min(nearest, steps), max(farthest, steps)
            worth = nearest - max(farthest - DEN_JOURNEY, 0) + JITTER * uniform(w)
            if worth + BYPASS > best and has_bypass(w.tiles, row, col):
                worth += BYPASS
            if worth > best:
                best, best_row, best_col = worth, row, col
    return best_row, best_col


@kernel
def has_bypass(tiles, row, col):
    """Whether a den on this tile, held and closed, would cut nothing off: its open neighbours touch one another."""
    parts = 0
    for code in range(1, 9, 2):
        after = 1 + (code + 1) % 8
        here = int(tiles[row + ROW_STEP[code], col + COL_STEP[code]]) == FLOOR
        diagonal = int(tiles[row + ROW_STEP[code + 1], col + COL_STEP[code + 1]]) == FLOOR
        beyond = int(tiles[row + ROW_STEP[after], col + COL_STEP[after]]) == FLOOR
        parts += int(here and not (diagonal and beyond))
    return parts <= 1


# --- where everyone starts ---------------------------------------------------------------------------------------


@kernel
def place(w, seat, placed):
    """The best of a few random tiles: far from the other side (of the first ``placed`` seats) and from every den."""
    best = -FAR
    x, y = w.pos[seat, 0], w.pos[seat, 1]
    for _ in range(8):
        row, column = free_tile(w)
        room = room_around(w, seat, placed, column + 0.5, row + 0.5)
        if room > best:
            best = room
            x, y = column + 0.5, row + 0.5
    w.pos[seat, 0], w.pos[seat, 1] = x, y
    w.vel[seat, 0] = w.vel[seat, 1] = 0.0


@kernel
def room_around(w, seat, placed, x, y):
    """Metres to the nearest of the other side, `ENOUGH` at most; less than nothing near a den."""
    room = ENOUGH
    for other in range(placed):
        if w.team[other] != w.team[seat]:
            dx, dy = x - w.pos[other, 0], y - w.pos[other, 1]
            room = min(room, np.sqrt(dx * dx + dy * dy))
    for den in range(DENS):
        dx, dy = x - w.den[den, 0], y - w.den[den, 1]
        if np.sqrt(dx * dx + dy * dy) < DEN + 1.0:
            room -= SIDE
    return room
