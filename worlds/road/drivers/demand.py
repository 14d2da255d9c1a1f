"""Where vehicles come from: arrivals at the gates, drivers of the task's population, the wait outside, the exit.

Arrivals and what arrives follow from the episode's random stream and from the count of arrivals at each gate alone, so
everybody who runs the signals of an episode meets the same traffic.
"""

import numpy as np

from worlds.kit.chance import child_key, mix, uniform
from worlds.kit.kernel import kernel
from worlds.road.drivers.driving import GAP
from worlds.road.drivers.order import enter, free_slot, take_out, wipe
from worlds.road.fields import BUS, CAR, LINK, TRUCK, WAIT_BIN, WAIT_BINS
from worlds.road.lanes.bodies import last_out

SAFE = 2.0  # m/s² of braking that a vehicle which enters may rely on
INVERSE = 1.0 / 9007199254740992.0  # 2^-53
LENGTHS = np.array([4.5, 9.0, 12.0])  # m: car, truck, bus (SUMO: 5, 7.1, 12; German fleet: cars 4.4 to 4.8)
BRISK = np.array([1.0, 0.6, 0.7])  # share of a car driver's acceleration
PERSONS = 6  # draws for each driver


@kernel
def start_demand(w):  # type: ignore[no-untyped-def]
    """Nobody has come yet."""
    for source in range(len(w.outside)):
        w.outside[source] = w.came[source] = 0
        for place in range(w.outside_since.shape[1]):
            w.outside_since[source, place] = 0.0
    w.arrived = w.entered = w.stopped = w.turned_away = 0
    w.travelled = w.free_time = w.waited = w.lost = w.metres = 0.0
    for index in range(WAIT_BINS):
        w.wait_count[index] = 0


@kernel
def arrive(w, now, dt):  # type: ignore[no-untyped-def]
    """Perhaps one vehicle comes to each gate; those that wait outside go in as soon as there is room."""
    for source in range(int(w.sources)):
        flow = 0.0
        for goal in range(int(w.destinations)):
            flow += w.demand[source, goal]
        if uniform(w) < flow * course(w, source, now) * dt:
            if w.outside[source] < w.outside_since.shape[1]:
                place = int((w.came[source] + 0) % w.outside_since.shape[1])
                w.outside_since[source, place] = now
                w.outside[source] += 1
                w.came[source] += 1
            else:
                w.turned_away += 1
        if w.outside[source] > 0:
            let_in(w, source, flow, dt)


@kernel
def course(w, source, now):  # type: ignore[no-untyped-def]
    """How many times the mean flow a gate has now: a tide that turns in the middle, or a surge of some gates."""
    time = now / w.course_length
    tide = 1.0 + w.course_tide[source] * (1.0 - 2.0 * time)
    surge = w.course_surge[source] if w.surge_from <= time < w.surge_from + w.surge_part else 0.0
    return max(tide + surge, 0.0)


@kernel
def let_in(w, source, flow, dt):  # type: ignore[no-untyped-def]
    """The first of those outside enters if there is room; it then drives as fast as is safe."""
    lane = int(w.source_lane[source])
    first = int(w.came[source] - w.outside[source])
    key = child_key(child_key(np.uint64(w.key), source + 1), first)
    kind = kind_of(w, chance(key, 0))
    length = LENGTHS[kind] * (0.95 + 0.1 * chance(key, 1))
    pos, speed = place_at_gate(w, lane, length, headway_of(w, key), w.lane_limit[lane] * desire_of(w, key, kind), dt)
    if pos < 0.0:
        return
    car = free_slot(w)
    if car < 0:
        return
    goal = goal_of(w, source, chance(key, 2) * flow)
    w.car_length[car], w.car_pos[car], w.car_speed[car] = length, pos, speed
    w.car_kind[car], w.car_goal[car], w.car_from[car] = kind, goal, source
    set_driver(w, car, key, kind)
    w.car_since[car] = w.outside_since[source, first % w.outside_since.shape[1]]
    w.car_free[car] = w.free_seconds[source, goal]
    w.outside[source] -= 1
    w.entered += 1
    enter(w, car, lane)


@kernel
def place_at_gate(w, lane, length, headway, desired, dt):  # type: ignore[no-untyped-def]
    """Where and how fast a vehicle enters a lane: in step with the last one, as near to it as it would drive there.

    A place of −1: it has to wait. Entering slower, or farther behind, would make the gate a bottleneck. Before a
    junction nobody enters so fast that he could not stop at its line.
    """
    following = w.lane_next[lane, 0]
    if following >= 0 and int(w.lane_kind[following]) == LINK:
        desired = min(desired, np.sqrt(2.0 * SAFE * max(w.lane_length[lane] - length - GAP, 0.1)))
    last, beyond = w.lane_tail[lane], 0.0
    if last < 0:
        last, beyond = last_out(w, lane), w.lane_length[lane]
        if last < 0:
            return length, desired
    room = beyond + w.car_pos[last] - w.car_length[last] - length - GAP
    if room < 0.0:
        return -1.0, 0.0
    before = w.car_speed[last]
    speed = min(desired, np.sqrt(before * before + 2.0 * SAFE * room))
    if room < speed * headway:
        speed = min(speed, before)
    if room < speed * headway:
        return -1.0, 0.0
    return length + min(room - speed * headway, speed * dt), speed


@kernel
def headway_of(w, key):  # type: ignore[no-untyped-def]
    """The time gap that a driver keeps, s."""
    return w.mean_headway * (1.0 + w.spread * (chance(key, 4) - 0.5))


@kernel
def chance(key, index):  # type: ignore[no-untyped-def]
    """The ``index``-th number in [0, 1) of a driver."""
    return float(mix(child_key(key, index)) >> np.uint64(11)) * INVERSE


@kernel
def kind_of(w, luck):  # type: ignore[no-untyped-def]
    """CAR, TRUCK or BUS."""
    if luck < w.truck_share:
        return TRUCK
    return BUS if luck < w.truck_share + w.bus_share else CAR


@kernel
def desire_of(w, key, kind):  # type: ignore[no-untyped-def]
    """The factor on the limit that a driver keeps; long vehicles never speed."""
    factor = w.mean_desire + w.spread * 0.3 * (chance(key, 3) - 0.5)
    return min(factor, 0.95) if kind != CAR else factor


@kernel
def set_driver(w, car, key, kind):  # type: ignore[no-untyped-def]
    """The parameters of one driver of the task's population: ± the spread around its means."""
    w.car_desire[car] = desire_of(w, key, kind)
    w.car_headway[car] = headway_of(w, key)
    w.car_brisk[car] = w.mean_brisk * BRISK[kind] * (1.0 + w.spread * (chance(key, 5) - 0.5))
    w.car_comfort[car] = w.mean_comfort
    w.car_polite[car] = w.mean_polite
    w.car_gap[car] = w.mean_gap * (1.0 + w.spread * (chance(key, 6) - 0.5))


@kernel
def goal_of(w, source, luck):  # type: ignore[no-untyped-def]
    """The destination for a draw from [0, flow of the source)."""
    last = 0
    for goal in range(int(w.destinations)):
        if w.demand[source, goal] > 0.0:
            last = goal
            luck -= w.demand[source, goal]
            if luck < 0.0:
                return goal
    return last


@kernel
def leave(w, car, now):  # type: ignore[no-untyped-def]
    """A trip is over: count it and free the slot."""
    w.arrived += 1
    w.travelled += now - w.car_since[car]
    w.free_time += w.car_free[car]
    w.waited += w.car_waited[car]
    w.stopped += w.car_stops[car]
    w.wait_count[min(int(w.car_waited[car] / WAIT_BIN), WAIT_BINS - 1)] += 1
    take_out(w, car)
    wipe(w, car)
