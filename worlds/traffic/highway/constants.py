"""Numbers of the highway world."""

import numpy as np

TICK = 0.25  # s; the step that HighwayEnv and Treiber's own simulator stay below
TICKS_PER_DECISION = 4  # HighwayEnv, too, decides once a second
DECISIONS = 60
EPISODE = DECISIONS * TICKS_PER_DECISION  # ticks
SECTIONS = 8
METRES = 250.0  # of each section; RAA 2008 gives a merging lane 250 m
LENGTH = SECTIONS * METRES
LIMIT = 25.0  # m/s: 90 km/h
CAMERAS = 6
CAMERA_AT = 375.0 + 250.0 * np.arange(CAMERAS)  # m from the west end, in the middle of a section
BRAKE, EASE, CRUISE, PUSH = range(4)  # pedal
KEEP, LEFT, RIGHT = range(3)  # wheel
SIDES = np.array([0, -1, 1])  # of the wheel's choices
BRAKING, EASING = -5.0, -1.5  # m/s² at most; a hard stop, and off the pedal
ASSIST = -3.5  # m/s²; the hardest that a car brakes by itself above 20 m/s (ISO 15622, adaptive cruise control)
DESIRE = np.array([1.0, 1.0, 1.0, 1.6])  # of the limit, by pedal
HEADWAY = np.array([1.2, 1.2, 1.2, 0.6])  # s
BRISK = np.array([1.4, 1.4, 1.4, 2.5])  # m/s²
COMFORT = np.array([2.0, 2.0, 2.0, 3.0])  # m/s²
CAR_LENGTH = 4.5  # m
WHEEL_REST = 2.0  # s between two lane changes of a seat
START_SPEED, START_AT, START_APART = 22.0, 40.0, 50.0  # m/s; m from the west end; m from seat to seat
TOLERANCE = 1.1  # times the limit that a camera lets pass
RISKY = 3.0  # s to a collision; SUMO's safety measures count less than this
PACE = 30.0  # m that are worth 1
CRASH, FINE = -30.0, -0.6  # rewards; a fine is for every m/s beyond what is tolerated
WASTED = -0.5  # reward of a second
TOP_PACE = 1.6 * LIMIT / PACE + WASTED  # reward of a second at full speed
FATES = RUNNING, ARRIVED, CRASHED, LEFT_ROAD, TIME_IS_UP = range(5)  # causes
SIGHT = 120.0  # m
FAST = 40.0  # m/s; unit in which speeds are seen
FLEETS = 5
NOBODY = -1  # the fleet of seats
CUTS_IN, STOPS_SHORT = 1, 2  # bits of what the drivers of a fleet do; 0 is sound
# What follows is a choice where no source is named.
CUT_RATE, CUT_TEMPTED = 0.03, 1.5  # a second and vehicle; by chance, and while somebody overtakes
STOP_RATE, STOP_TEMPTED = 0.02, 0.3  # by chance, and while somebody is close behind
OVERTAKEN, FASTER = 25.0, 5.0  # m, m/s; so near behind in the next lane and so much faster is overtaking
CLOSE = 25.0  # m
WARNING = 1.0  # s of blinking before one cuts in
ROOM = 2.0  # m; the least that who cuts in looks for
TRUSTED_BRAKING = 4.0  # m/s²; MOBIL lets the new follower brake so hard (Kesting, Treiber and Helbing 2007)
CUT_BRAKING, CUT_TIME = 5.0, 2.0  # m/s², s; who has cut in slows down
STOP_BRAKING, STOP_TIME = 8.0, 3.0  # m/s², s; AASHTO 2018 designs for 3.4, full braking on a dry road is 9
CRAWL = 0.1  # of the limit; what such a driver wishes for meanwhile
