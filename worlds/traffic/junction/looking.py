"""What a seat's car meets on its way: the lines and conflicts ahead, and who comes to them."""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.road.fields import LINK
from worlds.kit.road.yielding import CREEP, goes_first, is_first_come
from worlds.traffic.junction.constants import LOOK

FAR = 1e6  # m
SPEEDING_UP = 1.5  # m/s²; of a car that goes ahead
SLOW = 2.0  # m/s; who is slower is reckoned to come as slowly as this


@kernel
def link_ahead(w, car):
    """The way through the junction that a car is on or comes to next, and metres to its line: below 0 on it.

    −1 and 0 where there is none any more.
    """
    lane = int(w.car_lane[car])
    if int(w.lane_kind[lane]) == LINK:
        return lane, -w.car_pos[car]
    following = int(w.way[lane, w.car_goal[car]])
    if following < 0 or int(w.lane_kind[following]) != LINK:
        return -1, 0.0
    return following, w.lane_length[lane] - w.car_pos[car]


@kernel
def comer(w, other, there):
    """Who comes to a conflict next by a link, and how many metres its front still has; −1 nobody near.

    Also who is on the conflict, its rear not yet past it: then the metres are below 0.
    """
    car = int(w.lane_head[other])
    while car >= 0:
        if w.car_pos[car] - w.car_length[car] < there:
            return car, there - w.car_pos[car]
        car = int(w.car_behind[car])
    approach = int(w.lane_before[other, 0])
    if approach < 0:
        return -1, 0.0
    car = first_bound(w, approach, approach, other)
    if car >= 0:
        return car, w.lane_length[approach] - w.car_pos[car] + there
    best, found = LOOK, -1
    for index in range(w.lane_before.shape[1]):
        before = int(w.lane_before[approach, index])
        if before >= 0:
            car = first_bound(w, before, approach, other)
            if car >= 0:
                far = w.lane_length[before] - w.car_pos[car] + w.lane_length[approach] + there
                if far < best:
                    best, found = far, car
    return found, best


@kernel
def first_bound(w, lane, approach, other):
    """The foremost vehicle of a lane that will go from an approach into a link; −1 none."""
    car = int(w.lane_head[lane])
    while car >= 0:
        if w.way[approach, w.car_goal[car]] == other:
            return car
        car = int(w.car_behind[car])
    return -1


@kernel
def sees(w, away):
    """Whether one who is ``away`` metres from the line sees round the corner."""
    return away <= w.sight


@kernel
def seconds_to(w, car, metres):
    """Seconds until a car's front has gone so far, if it kept its speed; who stands would set off."""
    return max(metres, 0.0) / max(w.car_speed[car], CREEP)


@kernel
def seconds_going(w, car, metres):
    """Seconds until a car's front has gone so far, if it sets off now and speeds up."""
    speed = w.car_speed[car]
    return (np.sqrt(speed * speed + 2.0 * SPEEDING_UP * max(metres, 0.0)) - speed) / SPEEDING_UP


@kernel
def seconds_of(w, other, metres):
    """The same for somebody else: a car that crawls is reckoned to come slowly."""
    return max(metres, 0.0) / max(w.car_speed[other], SLOW)


@kernel
def must_yield(w, car, link, other, away, coming, left):
    """Whether the custom asks a car ``away`` metres from its line to let one pass that has ``left`` metres to its own."""
    if is_first_come(w, link, other):
        return max(left, 0.0) / max(w.car_speed[coming], CREEP) <= seconds_to(w, car, away)
    return goes_first(w, link, other)


@kernel
def first_yield(w, link):
    """Metres from the line to the first conflict with traffic that may have the right of way; FAR where none has."""
    nearest = FAR
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        other = int(w.conflict_lane[side])
        if goes_first(w, link, other) or is_first_come(w, link, other):
            nearest = min(nearest, w.conflict_here[side])
    return nearest
