"""A seat's trips: where each begins and leads, how it ends, and the traffic that is there from the start.

Where trips go follows from the episode's key and their number alone, so the traffic that comes is the same whoever
drives; only styles that draw lots shift its random stream.
"""

import numpy as np

from worlds.kit.chance import child_key
from worlds.kit.kernel import kernel
from worlds.road.drivers.demand import LENGTHS, chance, goal_of, kind_of, place_at_gate, set_driver
from worlds.road.drivers.driving import wish_speed
from worlds.road.drivers.order import enter, free_slot, take_out, wipe
from worlds.road.fields import LINK
from worlds.road.lanes.network import wrap
from worlds.road.layouts.crossroads import bearing_to, turn_rank
from worlds.traffic.junction.constants import CAR_LENGTH, CRASH, CRUISE, FORCING_GAP, HEADWAY, PAUSE, TICK

TRIPS, FILLING = 5000, 6000  # first child streams of the seats' trips and of the first vehicles
FORCES = 40  # the draw of a driver that says whether he forces his way
INSISTS = 41  # the draw that says whether he brakes for those who should have given way
NEW, DRAWN = range(2)  # of `nature`
BLINK_FROM = 30.0  # m before the line (StVO § 9: in good time)
INDICATORS = np.array([1, 2, 0])  # by rank of the turn: left, right, none
SURELY = 2.5  # m/s² at which a car that sets out could still stop at the line
SETTING_OUT = CAR_LENGTH + 4.0  # m of the approach that are behind it then, or that it keeps from the line
AHEAD = 3.0  # most trips of seats lead straight on
CLEAR = 12.0  # m that are free behind a line, and between the gate and the first vehicle, at the start


@kernel
def start_trip(w, seat):
    """Put a seat's car on the map at the next gate of its tour where there is room; whether there was."""
    key = child_key(child_key(np.uint64(w.key), TRIPS + seat), w.trips[seat])
    for turn in range(int(w.sources)):
        source = int(w.tour[(w.trips[seat] + seat + turn) % int(w.sources)])
        lane = int(w.source_lane[source])
        desired = min(w.lane_limit[lane] * 0.9, np.sqrt(2.0 * SURELY * max(w.lane_length[lane] - SETTING_OUT, 1.0)))
        pos, speed = place_at_gate(w, lane, CAR_LENGTH, HEADWAY[CRUISE], desired, TICK)
        car = free_slot(w)
        if pos < 0.0 or car < 0:
            continue
        w.ride[seat], w.car_seat[car] = car, seat
        w.car_length[car], w.car_pos[car], w.car_speed[car] = CAR_LENGTH, pos, speed
        w.car_goal[car], w.car_from[car] = seat_goal(w, source, chance(key, 1)), source
        w.trips[seat] += 1
        w.stood[seat] = w.halted[seat] = 0.0
        w.passed[seat] = 0
        enter(w, car, lane)
        return True
    return False


@kernel
def seat_goal(w, source, luck):
    """One of the destinations that a source has traffic to; those straight ahead count AHEAD-fold."""
    total = 0.0
    for goal in range(int(w.destinations)):
        total += weight_of(w, source, goal)
    luck *= total
    found = 0
    for goal in range(int(w.destinations)):
        weight = weight_of(w, source, goal)
        if weight > 0.0:
            found = goal
            luck -= weight
            if luck < 0.0:
                return goal
    return found


@kernel
def weight_of(w, source, goal):
    """How often seats go from a source to a destination."""
    if w.demand[source, goal] <= 0.0:
        return 0.0
    lane = w.source_lane[source]
    bend = abs(wrap(bearing_to(w, goal) - w.point_heading[w.lane_first[lane]]))
    return AHEAD if bend < 0.8 else 1.0


@kernel
def crash(w, seat, rewards):
    """A seat's car is taken off the road, and pauses."""
    rewards[seat] += CRASH
    w.crashes[seat] += 1
    w.rest[seat] += PAUSE
    remove(w, w.ride[seat])
    w.ride[seat] = -1


@kernel
def remove(w, car):
    """Take a vehicle off the road."""
    take_out(w, car)
    wipe(w, car)


# --- the others --------------------------------------------------------------------------------------------------


@kernel
def fill_roads(w):
    """Perhaps a vehicle under way on each approach, as likely as its flow makes it."""
    for source in range(int(w.sources)):
        key = child_key(np.uint64(w.key), FILLING + source)
        lane, flow = int(w.source_lane[source]), 0.0
        for goal in range(int(w.destinations)):
            flow += w.demand[source, goal]
        room = w.lane_length[lane] - 2.0 * CLEAR
        car = free_slot(w)
        if car < 0 or room <= 0.0 or chance(key, 100) > flow * room / w.lane_limit[lane]:
            continue
        kind = kind_of(w, chance(key, 0))
        w.car_length[car], w.car_pos[car] = LENGTHS[kind], CLEAR + CAR_LENGTH + chance(key, 101) * room
        w.car_kind[car], w.car_goal[car], w.car_from[car] = kind, goal_of(w, source, chance(key, 2) * flow), source
        set_driver(w, car, key, kind)
        w.car_speed[car] = 0.8 * wish_speed(w, car, lane)
        w.car_free[car] = w.free_seconds[source, w.car_goal[car]]
        w.entered += 1
        enter(w, car, lane)


@kernel
def look_after(w):
    """Vehicles that have just come get their nature, and all of them show where they turn."""
    for car in range(len(w.car_lane)):
        lane = int(w.car_lane[car])
        if lane < 0:
            w.nature[car] = NEW
            continue
        if int(w.nature[car]) == NEW:
            w.nature[car] = DRAWN
            source = int(w.car_from[car])
            key = child_key(child_key(np.uint64(w.key), TRIPS - 1 - source), w.came[source])
            if w.car_seat[car] < 0:
                w.car_gap[car] = FORCING_GAP if chance(key, FORCES) < w.forcing else w.car_gap[car]
                w.car_polite[car] = -1.0 if chance(key, INSISTS) < w.insisting else w.car_polite[car]
        signal(w, car, lane)


@kernel
def signal(w, car, lane):
    """Indicators before and on the way through the junction."""
    link = lane if int(w.lane_kind[lane]) == LINK else int(w.way[lane, w.car_goal[car]])
    near = link == lane or w.lane_length[lane] - w.car_pos[car] < BLINK_FROM
    if link >= 0 and int(w.lane_kind[link]) == LINK and near:
        w.car_blink[car] = w.link_turn[link]


@kernel
def name_turns(w):
    """Which indicator each way through the junction asks for: 1 left, 2 right, 0 none."""
    for lane in range(len(w.link_turn)):
        w.link_turn[lane] = 0
        if lane < w.lanes and int(w.lane_kind[lane]) == LINK:
            w.link_turn[lane] = INDICATORS[turn_rank(w, lane)]
