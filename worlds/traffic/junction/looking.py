"""What a seat's car meets on its way: the lines and conflicts ahead, and who comes to them."""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.road.drivers.expected import CREEP
from worlds.road.drivers.precedence import goes_first, holds, is_first_come
from worlds.road.fields import LINK
from worlds.traffic.junction.constants import CAR_LENGTH, LOOK, PUSH

FAR = 1e6  # m
SLOW = 2.0  # m/s; who is slower is reckoned to come as slowly as this
GENTLY, BRISKLY = 1.5, 2.5  # m/s²; how fast a driver speeds up who cruises and who pushes on
BODY = 2.0  # m before and behind a conflict where a car is in the way of those who cross
ABREAST = 1.0  # s; who joins as much later than the car follows it
MARGIN = 0.3  # s between two vehicles at a conflict
SHARP = 2.0  # m/s²; more asks for all of the brake
ENTERED = 0.0  # m to the line
EVERYBODY, BY_CUSTOM = range(2)  # to whom one gives way


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
def comer(w, other, there, last):
    """Who comes to a conflict by a link after the vehicle ``last`` (−1: first of all); −1 nobody near.

    Who is on the conflict, the rear not yet past it, counts as one who comes.
    """
    approach = int(w.lane_before[other, 0])
    begins = last < 0
    if begins or w.car_lane[last] == other:
        car = int(w.lane_head[other]) if begins else int(w.car_behind[last])
        while car >= 0:
            if w.car_pos[car] - w.car_length[car] < there:
                return car
            car = int(w.car_behind[car])
        begins = True
    if approach < 0 or not (begins or w.car_lane[last] == approach):
        return -1
    car = first_bound(w, int(w.lane_head[approach]) if begins else int(w.car_behind[last]), approach, other)
    return car if car >= 0 else before_approach(w, approach, other)


@kernel
def before_approach(w, approach, other):
    """The nearest vehicle that comes to an approach by the links before it and is bound for a link; −1 none."""
    best, found = LOOK, -1
    for index in range(w.lane_before.shape[1]):
        before = int(w.lane_before[approach, index])
        if before >= 0:
            car = first_bound(w, int(w.lane_head[before]), approach, other)
            if car >= 0 and w.lane_length[before] - w.car_pos[car] < best:
                best, found = w.lane_length[before] - w.car_pos[car], car
    return found


@kernel
def metres_to(w, car, other, there):
    """Metres from a vehicle's front to a place on a link that it is on or bound for; below 0 beyond it."""
    lane, approach = int(w.car_lane[car]), int(w.lane_before[other, 0])
    if lane == other:
        return there - w.car_pos[car]
    left = w.lane_length[lane] - w.car_pos[car] + there
    return left if lane == approach else left + w.lane_length[approach]


@kernel
def first_bound(w, car, approach, other):
    """The first vehicle from this one backwards that will go from an approach into a link; −1 none."""
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
def seconds_going(w, car, metres, brisk):
    """Seconds until a car's front has gone so far, if it speeds up by ``brisk`` m/s²."""
    speed = w.car_speed[car]
    return (np.sqrt(speed * speed + 2.0 * brisk * max(metres, 0.0)) - speed) / brisk


@kernel
def seconds_of(w, other, metres):
    """The same for somebody else: a car that crawls is reckoned to come slowly."""
    return max(metres, 0.0) / max(w.car_speed[other], SLOW)


@kernel
def must_yield(w, car, link, other, away, coming, left):
    """Whether the custom asks a car ``away`` metres from its line to let one pass who is ``left`` from his."""
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


@kernel
def is_met(w, car, link, away, side, gap, manner, go):
    """Whether anybody would come near at one conflict if the car went now."""
    other, there = int(w.conflict_lane[side]), w.conflict_there[side]
    left, brisk = away + w.conflict_here[side], BRISKLY if go == PUSH else GENTLY
    begin, end = seconds_going(w, car, left - BODY, brisk), seconds_going(w, car, left + CAR_LENGTH + BODY, brisk)
    joins = w.lane_next[other, 0] == w.lane_next[link, 0]
    coming = comer(w, other, there, -1)
    while coming >= 0:
        metres = metres_to(w, coming, other, there)
        to_line = metres - there
        if metres > LOOK:
            return False
        yields = manner == BY_CUSTOM and not must_yield(w, car, link, other, away, coming, to_line)
        wanted = gap if to_line > ENTERED else MARGIN
        comes, gone = seconds_of(w, coming, metres - BODY), seconds_of(w, coming, metres + w.car_length[coming] + BODY)
        near = comes < (begin + ABREAST if joins else end + wanted) and gone + MARGIN > begin and coming != car
        near = near and not (to_line <= ENTERED and holds(w, coming, other, link, -to_line))
        if near and not (yields and can_stop(w, coming, to_line)):
            return True
        coming = comer(w, other, there, coming)
    return False


@kernel
def can_stop(w, other, to_line):
    """Whether a vehicle could still stop at its line without an emergency."""
    return to_line > ENTERED and w.car_speed[other] * w.car_speed[other] < 2.0 * SHARP * to_line
