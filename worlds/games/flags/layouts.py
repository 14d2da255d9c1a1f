"""Shores: how hedges and gaps lie between the lanes. Both teams have the same one, mirrored, so neither is better.

Three lanes lead from the yard at the back to the docks. Two rows of hedge lie between two lanes; gaps in them are short
cuts. A shore holds only if one can walk from every place where somebody starts to every post before the horn. Tries
are bounded; then plain hedges stand.
"""

from typing import Any

import numpy as np

from worlds.games.flags.constants import (
    DOCK,
    FIRST_START,
    HEIGHT,
    LANE_ROWS,
    LANES,
    LAST_START,
    MUSTER,
    POSTS,
    SHORE,
    TOWER,
    YARD,
)
from worlds.kit.chance import integer, uniform
from worlds.kit.grid import FLOOR, WALL, fill_box
from worlds.kit.kernel import kernel
from worlds.kit.ways import walk_distances
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("alleys"),  # hedges with hardly a gap
    Generator("cuts"),  # a short cut through each hedge
    Generator("bends"),  # the yard is shut beside a hedge; a short cut leads round
    Generator("groves"),  # hedges with many holes
    Generator("stiles", split="test"),  # the yard is shut; two short cuts
    Generator("terraces", split="test"),  # the outer lanes are broad
    Generator("warren", split="final"),
)
ALLEYS, CUTS, BENDS, GROVES, STILES, TERRACES, WARREN = range(7)
TRIES = 16
FIRST_HEDGE = np.array([2, 5])  # upper row of each of the two hedges


@kernel
def carve(w):
    """``shore``, the walking distances to all posts, and how far the longest way is."""
    for turn in range(TRIES + 1):
        fill_box(w.shore, 0, 0, HEIGHT - 1, SHORE - 1, WALL)
        fill_box(w.shore, 1, YARD, HEIGHT - 2, YARD, FLOOR)
        for lane in range(LANES):
            fill_box(w.shore, LANE_ROWS[lane], YARD, LANE_ROWS[lane], DOCK, FLOOR)
        for hedge in range(2):
            if turn < TRIES:
                cut(w, FIRST_HEDGE[hedge])
        for post in range(POSTS):
            column = DOCK if post < LANES else TOWER
            walk_distances(w.shore, LANE_ROWS[post % LANES], column, w.steps[post])
        w.difficulty = longest_way(w) / MUSTER
        if solvable(w):
            return


@kernel
def cut(w, row):
    """The gaps of one hedge, whose rows are ``row`` and the next."""
    if w.generator == ALLEYS:
        if uniform(w) < 0.3:
            gap(w, row, 2 + integer(w, 4))
    elif w.generator == CUTS:
        gap(w, row, 2 + integer(w, 4))
    elif w.generator == BENDS:
        if uniform(w) < 0.6:
            w.shore[row + integer(w, 2), YARD] = WALL
        gap(w, row, 2 + integer(w, 2))
    elif w.generator == GROVES:
        scatter(w, row, 0.5)
    elif w.generator == STILES:
        w.shore[row + integer(w, 2), YARD] = WALL
        gap(w, row, 2)
        gap(w, row, 4 + integer(w, 2))
    elif w.generator == TERRACES:
        outer = row if row == FIRST_HEDGE[0] else row + 1
        fill_box(w.shore, outer, 2, outer, 3 + integer(w, 3), FLOOR)
        if uniform(w) < 0.5:
            gap(w, row, 2 + integer(w, 4))
    else:
        scatter(w, row, 0.35)
        w.shore[row + integer(w, 2), YARD] = WALL


@kernel
def gap(w, row, column):
    """A short cut through both rows of a hedge."""
    w.shore[row, column] = w.shore[row + 1, column] = FLOOR


@kernel
def scatter(w, row, share):
    """Holes by chance."""
    for there in range(row, row + 2):
        for column in range(YARD + 1, DOCK + 1):
            if uniform(w) < share:
                w.shore[there, column] = FLOOR


@kernel
def longest_way(w):
    """Steps from the worst place where somebody may start to the worst post."""
    longest = 0
    for row in range(FIRST_START, LAST_START + 1):
        for post in range(POSTS):
            if int(w.shore[row, YARD]) == FLOOR:
                longest = max(longest, int(w.steps[post, row, YARD]))
    return longest


@kernel
def solvable(w):
    """Whether every post can be reached before the horn from wherever one starts."""
    return starts_are_free(w) and longest_way(w) <= MUSTER


@kernel
def starts_are_free(w):
    """Whether the rows of the yard where somebody starts are open for this number of seats."""
    mates = w.post.shape[0] // 2
    for slot in range(mates):
        if int(w.shore[start_row(mates, slot), YARD]) != FLOOR:
            return False
    return True


@kernel
def start_row(mates, slot):
    """Where the so-manieth of a team starts: around the middle of the yard."""
    if mates == 2:
        return 3 + 2 * slot
    if mates == 3:
        return 3 + slot
    return 2 + slot + int(slot >= 2)


def walled_in(w: Any) -> str | None:
    """What is wrong with the shores of one record or several, if anything: walkers stop at the border."""
    shore = np.asarray(w["shore"])
    edges = (shore[..., 0, :], shore[..., -1, :], shore[..., :, 0], shore[..., :, -1])
    if not all((edge == WALL).all() for edge in edges):
        return "its shore is not walled in"
    lanes = shore[..., LANE_ROWS, YARD : DOCK + 1]
    return None if (lanes == FLOOR).all() else "a lane of its shore is blocked"
