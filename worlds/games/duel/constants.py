"""Duel's numbers: sizes, speeds, rewards and codes."""

TICK = 0.1  # s
TICKS_PER_DECISION = 3
DECISIONS = 60  # an episode
EPISODE = DECISIONS * TICKS_PER_DECISION  # ticks
WIDTH, HEIGHT = 15, 11  # tiles of 1 m, the walls around included
DITCH_WEST, DITCH_EAST = 6.0, 9.0  # m from the west; nobody walks between them
COLUMNS = 5  # of open tiles that a bank is wide
BODY = 0.3  # m, half the width of a body that walls stop
REACH = 0.5  # m; a ball that passes as close to a body's middle hits it
WALK = 2.4  # m/s
LEAP = 1.1  # m
LEAP_TICKS = 3
SPRINT = LEAP / (LEAP_TICKS * TICK)  # m/s of a leap
DRAW_TICKS = TICKS_PER_DECISION + 1  # from the choice to shoot until the ball leaves, in the next decision
SLOWEST, FASTEST = 7.0, 11.0  # m/s, of a ball
RELOAD_LEAST, RELOAD_MOST = 18, 27  # ticks
MAGAZINE_LEAST, MAGAZINE_MOST = 4, 6  # balls that each has at the start of an episode
CRATE_BALLS = 2  # in the full crate
MOST_BALLS = MAGAZINE_MOST + CRATE_BALLS
CRATES = 3  # on each bank; one of them is full
CRATE_REACH = 0.7  # m
HIT, MISS = 1.0, -0.25  # rewards of who shoots; the other one has the opposite
WEST, EAST = 0, 1  # banks and teams
NOBODY = -1
TIME_IS_UP = 1  # cause

NORTH, MIDDLE, SOUTH = range(3)  # sides: of a leap, and of a lead
SIDES = ("north", "middle", "south")
GO_NORTH, GO_SOUTH = 3, 7  # moves, as direction codes of the kit
SHOOT = 1  # trigger: hold, or SHOOT + side
READY, COMING, PAST, SPENT = range(4)  # a seat's ball: none is out; on its way to its mark; past it, but it may still
# bounce back and hit; past it for good
LEAST_ACROSS = 1.0  # m/s; a ball flies faster than that from bank to bank

NEAR, FAR = 6.5, 8.5  # m between two across the ditch: near, middle and far
KINDS_OF_SITUATION = 5  # ways to tell situations apart: see duels.py
SITUATIONS = 6  # told apart by each
ROWS = KINDS_OF_SITUATION + KINDS_OF_SITUATION - 1  # of a shot: all five for its aim, four for the leap
JUDGED = 4  # of a shot too: score and soreness of who aims, then of who leaps, for bots that go by them
FLASH_TICKS = 6  # a hit is shown
STORY = 6  # shots of one at another that the picture keeps
UNTOLD = 3  # no such shot yet
