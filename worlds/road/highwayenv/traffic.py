"""The others: where they are when an episode begins, who comes later, and one tick of all of them.

They follow, give way and change lanes as all traffic here does, with HighwayEnv's values for IDM and MOBIL. Where its
drivers are too fast they brake as its IDM asks for, at most 6 m/s².
"""

import numpy as np

from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.maths import cos, log
from worlds.road.drivers.changing import change_lanes
from worlds.road.drivers.driving import accelerate_all, keep_order, move_all, wish_speed
from worlds.road.drivers.order import enter, free_slot, slots_used
from worlds.road.drivers.traffic import measure, pass_ends
from worlds.road.highwayenv.numbers import (
    APART,
    CAR_LENGTH,
    EGO_SPACING,
    FAST,
    HALF,
    HARDEST,
    HIGHWAY,
    INTERSECTION,
    LANES,
    LIMITS,
    RING_GATE,
    RING_LINE,
    ROUNDABOUT,
    SPAWN,
    TICK,
    VEHICLES,
)
from worlds.road.highwayenv.roads import ARC, ARMS, EAST, NORTH, RAMP_BEFORE, SOUTH, WEST
from worlds.road.lanes.bodies import body_of
from worlds.road.lanes.crossings import point_at

SPACING = np.exp(-5.0 / 40.0 * np.array([4.0, 3.0]))  # of cars on several lanes: `create_random`
GAP_AT_REST = 12.0  # m; the same
MERGE_PLACES, MERGE_SPEEDS = np.array([90.0, 70.0, 5.0]), np.array([29.0, 31.0, 31.5])  # m, m/s; `_make_vehicles`
RING_PLACES = np.array([5.0, 20.0, -20.0])  # m on from the west entry; the first outside, the others inside
RING_GOALS = np.array([EAST, SOUTH, NORTH])
TURN_ROUND = 6.283185307179586  # rad
FIRST_TRIES, FARTHEST = 9, 80.0  # cars that may be there already, on so many m of their arms
DRAWS = 3  # of `put_car`
INSISTS = -1.0  # see `insists` in yielding.py


@kernel
def normal(w):  # type: ignore[no-untyped-def]
    """A draw of the standard normal distribution (Box and Muller 1958)."""
    radius = np.sqrt(-2.0 * log(1.0 - uniform(w)))
    return radius * cos(TURN_ROUND * uniform(w))


@kernel
def put_car(w, lane, middle, speed, desired, goal):  # type: ignore[no-untyped-def]
    """A driver under way with his middle at a place of a lane; the slot, −1 where none is free."""
    car = free_slot(w)
    if car < 0:
        return -1
    w.car_length[car], w.car_pos[car], w.car_speed[car] = CAR_LENGTH, middle + HALF, max(speed, 0.0)
    w.car_goal[car] = goal
    w.car_desire[car] = w.mean_desire * min(desired / w.lane_limit[lane], 1.0)
    w.car_headway[car] = w.mean_headway * (1.0 + w.spread * (uniform(w) - 0.5))
    w.car_brisk[car] = w.mean_brisk * (1.0 + w.spread * (uniform(w) - 0.5))
    w.car_comfort[car], w.car_polite[car] = w.mean_comfort, w.mean_polite
    if w.scene == INTERSECTION:
        w.car_polite[car] = INSISTS  # who goes first there brakes for nobody who should have given way
    w.car_gap[car] = w.mean_gap if w.scene != ROUNDABOUT else 0.0  # nobody gives way at the ring there
    w.car_cool[car] = uniform(w)
    w.entered += 1
    enter(w, car, lane)
    return car


# --- the beginning -----------------------------------------------------------------------------------------------


@kernel
def fill_highway(w):  # type: ignore[no-untyped-def]
    """One's own car behind all others, each a little way on from the one before; the place of one's own middle, m."""
    others = (VEHICLES[HIGHWAY] if w.scene == HIGHWAY else VEHICLES[FAST]) - 1
    offset = EGO_SPACING[w.scene] * (GAP_AT_REST + 25.0) * SPACING[w.scene]
    mine = 3.0 * offset + offset * (0.9 + 0.2 * uniform(w))
    place = mine
    for _ in range(others):
        lane, speed = integer(w, LANES[w.scene]), LIMITS[w.scene] * (0.7 + 0.1 * uniform(w))
        place += (GAP_AT_REST + speed) * SPACING[w.scene] * (0.9 + 0.2 * uniform(w)) / w.density
        put_car(w, lane, place, speed, speed, 0)
    return mine


@kernel
def fill_merge(w):  # type: ignore[no-untyped-def]
    """Three on the main road, and one on the ramp."""
    for one in range(len(MERGE_PLACES)):
        lane, aside = integer(w, 2), 10.0 * uniform(w) - 5.0
        speed = MERGE_SPEEDS[one] + 2.0 * uniform(w) - 1.0
        put_car(w, lane, MERGE_PLACES[one] / w.density + aside, speed, speed, 0)
    put_car(w, RAMP_BEFORE, 110.0, 20.0, 30.0, 0)


@kernel
def fill_ring(w):  # type: ignore[no-untyped-def]
    """Three on the ring to the left of one who comes from the south, and one who comes from the east."""
    for one in range(len(RING_PLACES)):
        place, speed = RING_PLACES[one] / w.density + 2.0 * normal(w), 16.0 + 2.0 * normal(w)
        put_on_ring(w, 0 if one == 0 else 1, place, speed, RING_GOALS[integer(w, 3)])
    place, speed = 50.0 + 2.0 * normal(w), 16.0 + 2.0 * normal(w)
    put_car(w, 2 * EAST, min(place, RING_GATE - RING_LINE - 1.0), speed, speed, RING_GOALS[integer(w, 3)])


@kernel
def put_on_ring(w, inside, place, speed, goal):  # type: ignore[no-untyped-def]
    """A driver on the ring so many metres on from the west entry, or before it."""
    lane = ARC + 2 * WEST + inside
    while place + HALF < 0.0:
        lane = int(w.lane_before[lane, 0])
        place += w.lane_length[lane]
    while place + HALF > w.lane_length[lane]:
        place -= w.lane_length[lane]
        lane = int(w.lane_next[lane, 0])
    car = put_car(w, lane, place, speed, speed, goal)
    if car >= 0:
        w.car_last[car] = w.lane_before[lane, 0]


@kernel
def fill_crossing(w):  # type: ignore[no-untyped-def]
    """Perhaps some on each arm, at odd places."""
    for one in range(FIRST_TRIES):
        spawn(w, FARTHEST * one / FIRST_TRIES, SPAWN * w.density, 1.0, False)


@kernel
def spawn(w, place, likely, odd, straight):  # type: ignore[no-untyped-def]
    """Perhaps a car on some arm, bound for another, unless somebody is near. As many draws, whoever comes.

    ``odd``: m and m/s that places and speeds differ by (standard deviation).
    """
    luck, arm, other = uniform(w), integer(w, ARMS), integer(w, ARMS - 1)
    middle, speed = place + 5.0 + odd * normal(w), 8.0 + odd * normal(w)
    goal = (arm + 2) % ARMS if straight else (arm + 1 + other) % ARMS
    x, y = point_at(w, 2 * arm, middle)
    if luck < likely and not is_near(w, x, y, APART):
        put_car(w, 2 * arm, middle, speed, speed, goal)
    else:
        for _ in range(DRAWS):
            uniform(w)


@kernel
def is_near(w, x, y, metres):  # type: ignore[no-untyped-def]
    """Whether the middle of any car is less than so many metres from a point."""
    for car in range(len(w.car_lane)):
        if w.car_lane[car] >= 0:
            ax, ay, _, _ = body_of(w, car)
            if (ax - x) * (ax - x) + (ay - y) * (ay - y) < metres * metres:
                return True
    return False


# --- one tick ----------------------------------------------------------------------------------------------------


@kernel
def run_traffic(w, now):  # type: ignore[no-untyped-def]
    """One tick of everybody; ``now``: s since the episode began."""
    slots = slots_used(w)
    change_lanes(w, now, TICK)
    accelerate_all(w, slots)
    hold_back(w, slots)
    move_all(w, TICK, slots)
    keep_order(w)
    pass_ends(w, now + TICK)
    measure(w, now + TICK, TICK, slots)
    w.beats += 1
    w.beat = w.beats * 1.0
    w.beat_seconds = TICK


@kernel
def hold_back(w, slots):  # type: ignore[no-untyped-def]
    """Who is faster than he wishes brakes as in HighwayEnv; nobody brakes harder than drivers there do."""
    for car in range(slots):
        if w.car_lane[car] < 0 or w.car_seat[car] >= 0:
            continue
        share = w.car_speed[car] / max(wish_speed(w, car, w.car_lane[car]), 0.1)
        if share > 1.0:
            w.car_accel[car] = min(w.car_accel[car], w.car_brisk[car] * (1.0 - share * share * share * share))
        w.car_accel[car] = max(w.car_accel[car], -HARDEST)


@kernel
def look_around(w):  # type: ignore[no-untyped-def]
    """Where every car's middle is, and where it heads."""
    for car in range(len(w.car_lane)):
        w.car_x[car] = w.car_y[car] = w.car_cos[car] = w.car_sin[car] = 0.0
        if w.car_lane[car] >= 0:
            x, y, c, s = body_of(w, car)
            w.car_x[car], w.car_y[car], w.car_cos[car], w.car_sin[car] = x, y, c, s
