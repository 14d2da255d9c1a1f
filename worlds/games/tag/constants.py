"""Tag's numbers: sizes, speeds, rewards and codes."""

from worlds.kit.motion import COMPASS

TICK = 0.1  # s
TICKS_PER_DECISION = 2
DECISIONS = 50  # an episode
EPISODE = DECISIONS * TICKS_PER_DECISION  # ticks
SIDE = 15  # tiles of 1 m, the walls around included
DENS = 4
DEN_NAMES = ("den A", "den B", "den C", "den D")
DEN = 0.8  # m, radius
BODY = 0.25  # m, half the width of a runner that walls stop
GIRTH = 0.35  # m, radius of a runner that rays hit
FASTEST = 8.5  # m/s; a tick of it from the wall's edge stays on the map
REACH = 0.75  # m, of a touch
RESPONSE = 0.6  # share of the wanted change of velocity that a tick makes
DASH = 1.8  # times the usual speed
DASH_TICKS = 4
FOG_LEAST, FOG_MOST = 4.0, 9.0  # m
REST_LEAST, REST_MOST = 15, 45  # ticks that a dash needs to recover
AT_THE_DEN = 0.2  # m; a signpost leads nobody on who is as close to its middle
SPEED = 4.0  # m/s, unit in which velocities are seen
HOLDING, CATCHING, CAUGHT = 0.5, 2.0, -1.0  # rewards
CHASER, EVADER = 0, 1  # roles and teams
NOBODY = -1
TIME_IS_UP = 1  # cause
MOVES = (*COMPASS, *(f"to {name}" for name in DEN_NAMES))
SIGNS = len(COMPASS)  # code of the first move along a signpost
