"""One tick of traffic, and what is measured of it."""

from worlds.kit.kernel import kernel
from worlds.road.drivers.changing import change_lanes
from worlds.road.drivers.demand import arrive, leave, start_demand
from worlds.road.drivers.driving import accelerate_all, keep_order, move_all, wish_speed
from worlds.road.drivers.making_room import must_leave
from worlds.road.drivers.order import clear_cars, enter, slots_used, take_out
from worlds.road.drivers.yielding import AT_LINE
from worlds.road.fields import EXIT, LINK, WAIT_BIN, WAIT_BINS
from worlds.road.lanes.crossings import onward
from worlds.road.lights.signalling import run_lights, start_lights
from worlds.road.measures.safety import start_safety, watch

HALTING = 0.1  # m/s; SUMO and CityFlow call a slower vehicle halting
RESTART = 2.0  # m/s; a vehicle must have been this fast before its next stop counts
GLIDE = 1.6  # m/s sideways; a lane change takes about 2 s (Toledo and Zohar 2007: 1 to 13 s, mean 4.6 s)


@kernel
def start_traffic(w, yellow, all_red):  # type: ignore[no-untyped-def]
    """Empty roads, first phases, counters at zero."""
    clear_cars(w)
    start_lights(w, yellow, all_red)
    start_demand(w)
    start_safety(w)
    w.beats = 0
    w.beat = w.beat_seconds = 0.0


@kernel
def step_traffic(w, now, dt):  # type: ignore[no-untyped-def]
    """One tick: lights, arrivals, lane changes, everyone moves and is measured. ``now``: s since the episode began."""
    run_lights(w, dt)
    arrive(w, now, dt)
    slots = slots_used(w)  # nobody else comes in this tick
    change_lanes(w, now, dt)
    accelerate_all(w, slots)
    move_all(w, dt, slots)
    keep_order(w)
    pass_ends(w, now + dt)
    measure(w, now + dt, dt, slots)
    w.beats += 1
    w.beat = w.beats * 1.0
    w.beat_seconds = dt


@kernel
def pass_ends(w, now):  # type: ignore[no-untyped-def]
    """Vehicles that have passed the end of their lane go on into the next, or leave the map."""
    for lane in range(int(w.lanes)):
        car = w.lane_head[lane]
        while car >= 0 and w.car_pos[car] >= w.lane_length[lane]:
            pass_end(w, car, lane, now)
            car = w.lane_head[lane]


@kernel
def pass_end(w, car, lane, now):  # type: ignore[no-untyped-def]
    """One vehicle goes on, or stops where its lane leads nowhere."""
    if int(w.lane_kind[lane]) == EXIT:
        leave(w, car, now)
        return
    following, goal = onward(w, lane, w.car_goal[car])
    if following < 0:
        w.car_pos[car] = w.lane_length[lane] - 0.001
        w.car_speed[car] = 0.0
        return
    take_out(w, car)
    w.car_pos[car] -= w.lane_length[lane]
    w.car_last[car] = lane
    w.car_goal[car] = goal
    w.car_stood[car] = 0.0
    enter(w, car, following)
    if int(w.lane_kind[following]) != LINK:
        w.car_blink[car] = 0


@kernel
def measure(w, now, dt, slots):  # type: ignore[no-untyped-def]
    """Time lost, waits, stops and danger of everyone on the map and outside."""
    lost = w.lost
    for source in range(int(w.sources)):
        lost += w.outside[source] * dt
    for car in range(slots):
        lane = w.car_lane[car]
        if lane < 0:
            continue
        speed = w.car_speed[car]
        lost += dt * max(0.0, 1.0 - speed / max(wish_speed(w, car, lane), 0.1))
        if speed < HALTING:
            w.car_waited[car] += dt
            if w.lane_length[lane] - w.car_pos[car] < AT_LINE or must_leave(w, car, lane):
                w.car_stood[car] += dt
            if int(w.car_moved[car]) == 1:
                w.car_moved[car] = 0
                w.car_stops[car] += 1
        elif speed > RESTART:
            w.car_moved[car] = 1
        side = w.car_side[car]
        w.car_side[car] = max(side - GLIDE * dt, 0.0) if side > 0.0 else min(side + GLIDE * dt, 0.0)
        w.car_slid[car] = w.car_side[car] - side
        w.car_cool[car] = max(w.car_cool[car] - dt, 0.0)
        watch(w, car, lane, now, dt)
    w.lost = lost


@kernel
def trips_of(w):  # type: ignore[no-untyped-def]
    """Trips that began: finished, on the way, or waiting outside."""
    trips = w.arrived * 1.0
    for car in range(len(w.car_lane)):
        trips += 1.0 if w.car_lane[car] >= 0 else 0.0
    for source in range(int(w.sources)):
        trips += w.outside[source]
    return trips


@kernel
def outside_seconds(w, now):  # type: ignore[no-untyped-def]
    """Seconds that those outside have waited."""
    seconds, size = 0.0, w.outside_since.shape[1]
    for source in range(int(w.sources)):
        for place in range(int(w.came[source] - w.outside[source]), int(w.came[source])):
            seconds += now - w.outside_since[source, place % size]
    return seconds


@kernel
def travel_seconds(w, now):  # type: ignore[no-untyped-def]
    """Seconds that all trips have taken so far."""
    seconds = w.travelled + outside_seconds(w, now)
    for car in range(len(w.car_lane)):
        if w.car_lane[car] >= 0:
            seconds += now - w.car_since[car]
    return seconds


@kernel
def waited_seconds(w, now):  # type: ignore[no-untyped-def]
    """Seconds that all trips have stood still so far, outside too."""
    seconds = w.waited + outside_seconds(w, now)
    for car in range(len(w.car_lane)):
        if w.car_lane[car] >= 0:
            seconds += w.car_waited[car]
    return seconds


@kernel
def stops_of(w):  # type: ignore[no-untyped-def]
    """Stops of all trips so far."""
    stops = w.stopped * 1.0
    for car in range(len(w.car_lane)):
        if w.car_lane[car] >= 0:
            stops += w.car_stops[car]
    return stops


@kernel
def slow_wait(w, share):  # type: ignore[no-untyped-def]
    """Seconds that no more than 1 − ``share`` of all trips have waited longer (to a bin of WAIT_BIN)."""
    trips = w.arrived
    for car in range(len(w.car_lane)):
        trips += 1 if w.car_lane[car] >= 0 else 0
    allowed = (1.0 - share) * trips
    for index in range(WAIT_BINS - 1, -1, -1):
        allowed -= w.wait_count[index]
        for car in range(len(w.car_lane)):
            if w.car_lane[car] >= 0 and min(int(w.car_waited[car] / WAIT_BIN), WAIT_BINS - 1) == index:
                allowed -= 1.0
        if allowed < 0.0:
            return (index + 1) * WAIT_BIN
    return 0.0
