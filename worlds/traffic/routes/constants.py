"""Numbers of the routes world."""

TICK = 0.5  # s; the ballistic update of IDM is stable and nearly exact up to there (Treiber and Kanagaraj 2015)
TICKS_PER_DECISION = 10
DECISIONS = 80
EPISODE = DECISIONS * TICKS_PER_DECISION  # ticks
YELLOW = 3.0  # s; at 50 km/h (RiLSA 2015, table 2)
ALL_RED = 2.0  # s
TIME_IS_UP = 1  # cause

JUNCTIONS = 9
VEHICLES = 220
STOPS = 3  # places that a seat goes to in turn
SLOW_STREETS = 4  # at most
WARM_UP = 80.0  # s of traffic before an episode begins
REHEARSAL = 240.0  # s of traffic after that from which the true seconds of every lane are taken

LEFT, AHEAD, RIGHT, QUICKEST, KEEP = range(5)  # choices
TURNS, CHOICES = 3, 5
WAYS = ("left", "ahead", "right", "quickest", "keep")
TURN_ROUND = 10.0  # s that a car which left the town needs to come back by the same gate
CAR_LENGTH = 4.5  # m
NEAR_TURN = 40.0  # m before a fork from where a seat's car blinks
SIGHT = 60.0  # m of a street that can be seen from its beginning, and of the own lane
STANDING = 1.0  # m/s; a slower car looks as if it stood
HALTING = 0.1  # m/s; SUMO and CityFlow call a slower car halting
WORST = 150.0  # s; no street is remembered as slower

PROGRESS = 0.1  # reward for a free-flow second nearer to the goal
COST = 0.05  # reward that a second costs
ARRIVAL = 5.0  # reward
