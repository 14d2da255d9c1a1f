"""Tag's numbers: sizes, speeds, rewards and codes."""

import numpy as np

TICK = 0.1  # s
TICKS_PER_DECISION = 2
DECISIONS = 50  # an episode
EPISODE = DECISIONS * TICKS_PER_DECISION  # ticks
SIDE = 15  # tiles of 1 m, the walls around included
DENS = 4
DEN_NAMES = ("den A", "den B", "den C", "den D")
DEN = 0.8  # m, radius
BODY = 0.25  # m, half the width of a runner
REACH = 0.75  # m, of a touch
RESPONSE = 0.6  # share of the wanted change of velocity that a tick makes
DASH = 1.8  # times the usual speed
DASH_TICKS = 4
FOG_MOST = 9.0  # m
SPEED = 4.0  # m/s, unit in which velocities are seen
HOLDING, CATCHING, CAUGHT = 0.5, 2.0, -1.0  # rewards
CHASER, EVADER = 0, 1  # roles and teams
NOBODY = -1
TIME_IS_UP = 1  # cause
DIAGONAL = 0.7071067811865476
MOVE_X = np.array([0.0, 1.0, DIAGONAL, 0.0, -DIAGONAL, -1.0, -DIAGONAL, 0.0, DIAGONAL])
MOVE_Y = np.array([0.0, 0.0, -DIAGONAL, -1.0, -DIAGONAL, 0.0, DIAGONAL, 1.0, DIAGONAL])
HEADINGS = np.array([0.0, 0.0, -0.25, -0.5, -0.75, 1.0, 0.75, 0.5, 0.25]) * np.pi  # y grows southwards
MOVES = (
    *("stay", "east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east"),
    *("to den A", "to den B", "to den C", "to den D"),
)
EAST, NORTH, WEST, SOUTH = 1, 3, 5, 7  # codes of the straight moves
SIGNS = 9  # code of the first move along a signpost
