"""HighwayEnv's tasks: drive fast and unharmed on its roads, among its traffic, for its reward.

Rules    Five of HighwayEnv's tasks, by the word ``task``: a motorway of four lanes or three (highway, highway-fast), a
         main road beside which a ramp ends (merge), a roundabout of two lanes, a crossing where one turns left over
         everybody (intersection). One's own car comes to one of three target speeds by itself and looks at nobody; a
         lane change takes 0.6 s to be done, whether there is room or not. The others follow, give way and change lanes
         with HighwayEnv's values for IDM and MOBIL. Who touches another car has crashed.
Who      driver_0.
Actions  meta: lane left, idle, lane right, faster, slower; at the intersection slower, idle, faster.
Seen     vehicles: HighwayEnv's kinematics, one's own car and the nearest four (at the intersection fourteen): presence,
         x, y, speed along x and y; at the intersection also the heading's cosine and sine.
Hidden   how the others drive, and how many they are; with ``drivers=usual`` nothing of that varies.
Reward   HighwayEnv's, once a second: for speed, for the lane on the right, for a crash, for lane changes (merge,
         roundabout), for holding up the ramp (merge), for the arrival (intersection); brought to 0 … 1, but not at the
         intersection.
End      terminated: crashed, arrived (intersection), past the ramp (merge) · truncated after 40, 30, 20, 11 and 13 s.
Varies   where the others are; with ``drivers=varied`` headways, speeds, acceleration, politeness, critical gaps (test:
         very close and very far drivers; final: beyond those) and how many drive (test, final: more).
Version  that of the world which lays them out.
"""

import numpy as np

from worlds.kit.chance import integer
from worlds.kit.kernel import kernel
from worlds.road.drivers.changing import change, move_finger
from worlds.road.drivers.order import enter, free_slot, take_out, wipe
from worlds.road.drivers.traffic import start_traffic
from worlds.road.fields import EXIT, RAMP
from worlds.road.highwayenv.numbers import (
    ARRIVED,
    ARRIVED_AT,
    ARRIVED_CAUSE,
    CAR_LENGTH,
    CHANGE,
    CRASH,
    CRASHED,
    DECISIONS,
    FAST_AT,
    FASTER,
    GATE,
    HALF,
    HELD_UP,
    IDLE,
    INTERSECTION,
    KEEP_RIGHT,
    KEPT_FREE,
    LANES,
    LEFT,
    LINE,
    LONG_MEANING,
    MERGE,
    PASSED,
    RAMP_WISH,
    RIGHT,
    RING_GATE,
    RING_LINE,
    ROUNDABOUT,
    SLOW,
    SLOWER,
    SPAWN,
    SPEED,
    TARGETS,
    TAU,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    TURN_AFTER,
    WARM_UP,
)
from worlds.road.highwayenv.roads import NORTH, ON_RAMP, SOUTH, WEST
from worlds.road.highwayenv.traffic import (
    fill_crossing,
    fill_highway,
    fill_merge,
    fill_ring,
    look_around,
    normal,
    run_traffic,
    spawn,
)
from worlds.road.lanes.bodies import body_of, overlap
from worlds.road.lanes.crossings import point_at

FIGURES = ("crashed", "arrived", "speed", "decisions", "changes")
SEAT_FIGURES = ("crashes", "speed", "way")
CHALLENGER = 60.0  # m from the gate; one who goes straight on, close to one's own car
SCENE_TICKS = TICKS_PER_DECISION * np.array(DECISIONS)
NEAR = 8.0  # m; the middles of cars that touch are nearer


# --- an episode --------------------------------------------------------------------------------------------------


@kernel
def begin(w):  # type: ignore[no-untyped-def]
    """One episode of the same task: the others, then one's own car."""
    start_traffic(w, 3.0, 2.0)
    w.ride[0], w.target[0], w.chosen[0] = -1, 1, IDLE
    w.turning[0] = w.changes[0] = w.decided[0] = 0
    w.hit[0] = w.fate[0] = 0
    w.speeds[0] = 0.0
    if w.scene < MERGE:
        lane = integer(w, LANES[w.scene])
        board(w, lane, fill_highway(w), 25.0, 0, 1)
    elif w.scene == MERGE:
        fill_merge(w)
        board(w, 1, 30.0, 30.0, 0, 2)
    elif w.scene == ROUNDABOUT:
        fill_ring(w)
        board(w, 2 * SOUTH, RING_GATE - RING_LINE - HALF - 0.01, 8.0, NORTH, 1)
    else:
        begin_crossing(w)
    look_around(w)


@kernel
def begin_crossing(w):  # type: ignore[no-untyped-def]
    """Traffic for some seconds, one who goes straight on, and one's own car, with room around it."""
    fill_crossing(w)
    for tick in range(WARM_UP):
        run_traffic(w, (tick - WARM_UP) * TICK)
    w.beats, w.beat = 0, 0.0
    spawn(w, CHALLENGER, 1.0, 0.1, True)
    place = min(max(CHALLENGER + 5.0 * (1.0 + normal(w)), 10.0), GATE - LINE - HALF - 0.1)
    x, y = point_at(w, 2 * SOUTH, place)
    for car in range(len(w.car_lane)):
        if w.car_lane[car] >= 0 and is_close(w, car, x, y, KEPT_FREE):
            take_out(w, car)
            wipe(w, car)
    board(w, 2 * SOUTH, place, 10.0, WEST, 2)


@kernel
def board(w, lane, middle, speed, goal, target):  # type: ignore[no-untyped-def]
    """The seat's car, which looks at nobody."""
    car = free_slot(w)
    w.ride[0], w.car_seat[car], w.target[0] = car, 0, target
    w.car_length[car], w.car_pos[car], w.car_speed[car] = CAR_LENGTH, middle + HALF, speed
    w.car_goal[car], w.car_desire[car] = goal, 1.0
    w.car_headway[car], w.car_brisk[car], w.car_comfort[car] = w.mean_headway, w.mean_brisk, w.mean_comfort
    enter(w, car, lane)


# --- one tick ----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):  # type: ignore[no-untyped-def]
    """The seat chooses once a second, everyone drives, and at the end of the second it is paid."""
    car, within = int(w.ride[0]), int(w.tick) % TICKS_PER_DECISION
    if within == 0:
        choose(w, car, int(actions[0, 0]))
    if within == TURN_AFTER and w.turning[0] != 0:
        turn(w, car)
    w.car_accel[car] = -w.car_speed[car] if w.hit[0] else (TARGETS[w.scene, w.target[0]] - w.car_speed[car]) / TAU
    run_traffic(w, w.tick * TICK)
    look_around(w)
    if is_hit(w, car):
        w.hit[0] = 1
    if within == TICKS_PER_DECISION - 1:
        settle(w, car)
        rewards[0] += reward_of(w, car)
        w.decided[0] += 1
        w.speeds[0] += w.car_speed[car]
        if w.scene == INTERSECTION:
            spawn(w, 0.0, SPAWN * w.density, 1.0, False)
            look_around(w)


@kernel
def choose(w, car, action):  # type: ignore[no-untyped-def]
    """What a choice sets: the target speed next to the present speed, or the lane beside where there is one."""
    meant = LONG_MEANING[action] if w.scene == INTERSECTION else action
    w.chosen[0], w.turning[0] = meant, 0
    if meant in (FASTER, SLOWER):
        slow, fast = TARGETS[w.scene, 0], TARGETS[w.scene, 2]
        nearest = int(min(max((w.car_speed[car] - slow) / (fast - slow), 0.0), 1.0) * 2.0 + 0.5)
        w.target[0] = min(max(nearest + (1 if meant == FASTER else -1), 0), 2)
    elif meant != IDLE and beside(w, car, meant) >= 0:
        w.turning[0] = -1 if meant == LEFT else 1
        w.car_blink[car] = 1 if meant == LEFT else 2


@kernel
def beside(w, car, meant):  # type: ignore[no-untyped-def]
    """The lane that a change leads to, −1 none; nobody may change to one that ends."""
    lane = w.car_lane[car]
    other = int(w.lane_left[lane] if meant == LEFT else w.lane_right[lane])
    return -1 if other >= 0 and int(w.lane_kind[other]) == RAMP else other


@kernel
def turn(w, car):  # type: ignore[no-untyped-def]
    """Into the next lane, with room or without."""
    target = beside(w, car, LEFT if w.turning[0] < 0 else RIGHT)
    if target >= 0:
        change(w, car, target, move_finger(w, target, -1, w.car_pos[car]), int(w.turning[0]))
        w.changes[0] += 1
    w.turning[0] = 0


@kernel
def is_hit(w, car):  # type: ignore[no-untyped-def]
    """Whether one's own car touches another."""
    for other in range(len(w.car_lane)):
        if other != car and w.car_lane[other] >= 0 and is_close(w, other, w.car_x[car], w.car_y[car], NEAR):
            if overlap(w, car, other):
                return True
    return False


@kernel
def is_close(w, car, x, y, metres):  # type: ignore[no-untyped-def]
    """Whether a car's middle is less than so many metres from a point."""
    ax, ay, _, _ = body_of(w, car)
    return (ax - x) * (ax - x) + (ay - y) * (ay - y) < metres * metres


@kernel
def settle(w, car):  # type: ignore[no-untyped-def]
    """Whether the drive is over."""
    if w.hit[0]:
        w.fate[0] = CRASHED
    elif (w.scene == MERGE and w.car_x[car] > PASSED) or has_arrived(w, car):
        w.fate[0] = ARRIVED_CAUSE


@kernel
def has_arrived(w, car):  # type: ignore[no-untyped-def]
    """Whether one's own car has left the intersection far enough behind."""
    is_out = w.scene == INTERSECTION and int(w.lane_kind[w.car_lane[car]]) == EXIT
    return is_out and w.car_pos[car] - HALF >= ARRIVED_AT


# --- the reward --------------------------------------------------------------------------------------------------


@kernel
def reward_of(w, car):  # type: ignore[no-untyped-def]
    """HighwayEnv's reward of the second that is over."""
    scene, crashed = int(w.scene), float(int(w.hit[0]))
    if has_arrived(w, car):
        return ARRIVED
    found = CRASH[scene] * crashed + SPEED[scene] * pace(w, car)
    if scene == INTERSECTION:
        return found
    found += KEEP_RIGHT[scene] * lanes_left_of(w, car) / max(LANES[scene] - 1, 1)
    if w.chosen[0] in (LEFT, RIGHT):
        found += CHANGE[scene]
    worst, best = CRASH[scene], SPEED[scene] + KEEP_RIGHT[scene]
    if scene == MERGE:
        found += HELD_UP * held_up(w, car)
        worst += HELD_UP
    return (found - worst) / (best - worst)


@kernel
def pace(w, car):  # type: ignore[no-untyped-def]
    """0 at the slow end of the rewarded speeds, 1 at the fast one; merge goes on beyond, the ring counts targets."""
    if w.scene == ROUNDABOUT:
        return 0.5 * w.target[0]
    scaled = (w.car_speed[car] - SLOW[w.scene]) / (FAST_AT[w.scene] - SLOW[w.scene])
    return scaled if w.scene == MERGE else min(max(scaled, 0.0), 1.0)


@kernel
def lanes_left_of(w, car):  # type: ignore[no-untyped-def]
    """How many lanes lie to the left of one's own car."""
    count, lane = 0.0, int(w.lane_left[w.car_lane[car]])
    while lane >= 0:
        count += 1.0
        lane = int(w.lane_left[lane])
    return count


@kernel
def held_up(w, car):  # type: ignore[no-untyped-def]
    """How much slower those beside the main road are than they wish, as shares, summed."""
    found = 0.0
    other = int(w.lane_head[ON_RAMP])
    while other >= 0:
        if other != car:
            found += (RAMP_WISH - w.car_speed[other]) / RAMP_WISH
        other = int(w.car_behind[other])
    return found


@kernel
def ended(w, seat):  # type: ignore[no-untyped-def]
    """Crashed, arrived; or the time is up."""
    if int(w.fate[seat]) != 0:
        return int(w.fate[seat])
    return TIME_IS_UP if w.tick >= SCENE_TICKS[w.scene] else 0


@kernel
def figures(w, out):  # type: ignore[no-untyped-def]
    """Whether one crashed and arrived, mean speed at the ends of decisions (m/s), decisions, lane changes.

    Then the seat's crashes, mean speed and metres on the map.
    """
    out[0] = 1.0 if int(w.fate[0]) == CRASHED else 0.0
    out[1] = 1.0 if int(w.fate[0]) == ARRIVED_CAUSE else 0.0
    out[2] = w.speeds[0] / max(w.decided[0], 1)
    out[3] = w.decided[0]
    out[4] = w.changes[0]
    out[5], out[6] = out[0], out[2]
    out[7] = w.speeds[0] * TICK * TICKS_PER_DECISION
