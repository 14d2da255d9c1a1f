"""Tag's numbers: sizes, speeds, rewards and codes."""

from worlds.kit.motion import COMPASS

TICK = 0.1  # s
TICKS_PER_DECISION = 2
DECISIONS = 75  # an episode
EPISODE = DECISIONS * TICKS_PER_DECISION  # ticks
SIDE = 15  # tiles of 1 m, the walls around included
DENS = 4
DEN_NAMES = ("den A", "den B", "den C", "den D")
DEN = 0.8  # m, radius
BODY = 0.25  # m, half the width of a runner that walls stop
FASTEST = 8.5  # m/s; a tick of it from the wall's edge stays on the map
REACH = 1.2  # m; nearer than that, a chaser lunges and an evader breaks
RESPONSE = 0.6  # share of the wanted change of velocity that a tick makes
DASH = 1.8  # times the usual speed
DASH_TICKS = 4
STUMBLE = 12  # ticks that a chaser lies on the ground who lunged to the wrong side
GASP = 4  # ticks that one stands who made a catch
FREE = 12  # ticks after a clash in which an evader cannot be touched
FOG_LEAST, FOG_MOST = 5.0, 9.0  # m
REST_LEAST, REST_MOST = 15, 45  # ticks that a dash needs to recover
AT_THE_DEN = 0.2  # m; a signpost leads nobody on who is as close to its middle
SPEED = 4.0  # m/s, unit in which velocities are seen
CATCHING, MISSED = 2.0, -0.25  # rewards of a clash for the chaser
CAUGHT, SLIPPED = -2.0, 1.0  # and for the evader
HOLDING = 0.005  # a tick in the refuge
CHASER, EVADER = 0, 1  # roles and teams
NOBODY = -1
TIME_IS_UP = 1  # cause
MOVES = (*COMPASS, *(f"to {name}" for name in DEN_NAMES), "at them", "away")
SIGNS = len(COMPASS)  # code of the first move along a signpost
AT_THEM, AWAY = SIGNS + DENS, SIGNS + DENS + 1
LEANS = ("left", "low", "right")
SIDES = len(LEANS)
MOST_MET = 60  # clashes of two in an episode that are counted
TOLD_MET = 4  # clashes that observations tell apart: none, one, two, more
