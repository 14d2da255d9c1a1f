"""Flags' numbers: sizes, times, rewards and codes."""

import numpy as np

WIDTH, HEIGHT = 15, 9  # tiles of 1 m, the walls around included
SHORE = 7  # columns of one shore with the walls at its two ends; the east shore is its mirror image
YARD, POLE, TOWER, DOCK = 1, 2, 3, 5  # columns of a shore, counted from its back
LANES = 3
LANE_NAMES = ("north", "middle", "south")
LANE_ROWS = np.array([1, 4, 7])
SIZES = (4, 6, 8)  # numbers of seats
FIRST_START, LAST_START = 2, 6  # rows of the yard between which all start

TICK = 0.3  # s
TICKS_PER_DECISION = 2
MUSTER, RUN = 10, 4  # ticks until the horn, and after it
ROUND = MUSTER + RUN
ROUNDS = 4  # of an episode
EPISODE = ROUND * ROUNDS  # ticks
DECISIONS = EPISODE // TICKS_PER_DECISION
SIGHT_LEAST, SIGHT_MOST = 2, 5  # tiles that one sees of one's own shore before the horn

RAID, GUARD = 0, 1  # tasks
POSTS = 2 * LANES  # a task in a lane: RAID north, middle, south, GUARD north, middle, south
NO_POST = -1
NO_FATE, IDLE, CAUGHT, TOOK, EMPTY, CAUGHT_ONE = range(6)  # what became of a post
CASES = 1 + 2 * LANES  # of a last round: none, or a lane × whether it paid
NOBODY = -1
THROUGH, CROWN, CATCH = 1.0, 1.5, 1.0  # points: a flag, the one with the crown, a raider caught
POSTED = 0.1  # reward of having a post when the horn sounds
WEST, EAST = 0, 1  # teams
TIME_IS_UP = 1  # cause

CHOICES = (
    "stay", "right", "up", "left", "down",
    "raid north", "raid middle", "raid south", "guard north", "guard middle", "guard south",
)  # fmt: skip
STAY, RIGHT, UP, LEFT, DOWN, TO_POST = range(6)  # moves; TO_POST + post goes on towards a post
ALONG = np.array([0, 1, 0, -1, 0])  # columns to the east, by move
ACROSS = np.array([0, 0, -1, 0, 1])  # rows to the south
