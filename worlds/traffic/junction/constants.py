"""Numbers of the junction world."""

import numpy as np

TICK = 0.25  # s; the step that HighwayEnv and Treiber's own simulator stay below
TICKS_PER_DECISION = 4
DECISIONS = 50
EPISODE = DECISIONS * TICKS_PER_DECISION  # ticks
HARD, TO_LINE, ROLL, CRUISE, PUSH = range(5)  # pedal
BRAKING, EASING = -3.5, -2.0  # m/s² at most; all that a wet road gives (AASHTO's stopping sight: 3.4), and half of it
ROLLING = 4.0  # m/s
DESIRE = np.array([1.0, 1.0, 1.0, 1.0, 1.4])  # of the limit, by pedal
HEADWAY = np.array([1.2, 1.2, 1.2, 1.2, 0.7])  # s
BRISK = np.array([1.8, 1.8, 1.8, 1.8, 3.0])  # m/s²; HighwayEnv's 3 m/s² for those in a hurry
COMFORT = np.array([2.0, 2.0, 2.0, 2.0, 3.0])  # m/s²
CAR_LENGTH = 4.5  # m
LOOK = 45.0  # m to the conflict; what is farther does not count yet
FORCING_GAP = 0.2  # s; the critical gap of model drivers who force their way
GIVING_WAY = 14.0  # m from the line; who stands or crawls there while another goes has given way
PACE = 12.0  # m that are worth 1
ARRIVAL, CRASH = 2.0, -60.0  # rewards
WASTED = -0.25  # reward of a second
FINE, HELD = -3.0, 8.0  # reward, and s before the next trip, for passing a stop line without a stop (see `pass_line`)
STOP_ZONE, STANDS_AT = 8.0, 0.5  # m before the line where a stop counts; m/s, slower counts as a stop
AT_LINE, FIRMLY = 1.0, 1.8  # m before the line where one stops who wants to; m/s² from which on he brakes for it
PAUSE = 4.0  # s after a crash
RISKY = 1.5  # s between two vehicles at a conflict, less is risky (SUMO's PET threshold is 2 s, from rear to front)
FAST = 15.0  # m/s; unit in which speeds are seen
TIME_IS_UP = 1  # cause
