"""Numbers of the signals world."""

TICK = 0.5  # s; the ballistic update of IDM is stable and nearly exact up to there (Treiber and Kanagaraj 2015)
TICKS_PER_DECISION = 10
DECISION = TICK * TICKS_PER_DECISION  # s; sumo-rl decides every 5 s
DECISIONS = 80
EPISODE = DECISIONS * TICKS_PER_DECISION  # ticks
YELLOW = 3.0  # s; at 50 km/h (RiLSA 2015, table 2)
ALL_RED = 2.0  # s; with the yellow it takes one decision
TIME_IS_UP = 1  # cause
FINE, DEAD, STUCK = range(3)  # what a lane's detector tells: the truth, nothing, always a queue
GHOSTS = 6.0  # cars that a stuck detector sees
NEAR = 40.0  # m before the stop line that count as near
HALTING = 0.1  # m/s; SUMO and CityFlow call a slower car halting
FULL_QUEUE, FULL_LANE = 10.0, 25.0  # cars of a lane that read as 1
SCALE = 0.02  # reward for a car that stands still for a second
SHARED = 0.5  # share of a seat's reward that all seats of the town have in common
SHORTEST_GREEN = 5.0  # s; SUMO's actuated lights and sumo-rl keep a green at least so long
