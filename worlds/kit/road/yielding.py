"""Right of way: who may enter a junction now, and that nobody enters what he cannot leave."""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.road.fields import RED

DECIDE = 25.0  # m before the line from where on a driver looks at the others
CREEP = 4.0  # m/s; the mean speed of one who sets off through a junction
ROOM = 2.0  # m that a vehicle keeps clear before and behind itself
BRISKLY = 1.7  # m/s²; how others are expected to set off: brisk for a city (Treiber and Kesting 2013: 1.4)
SPARE = 0.5  # s that one who crosses keeps between himself and who comes next
MARGIN = 1.0  # s between one who leaves a conflict and one who comes to it
CRAWL = 3.0  # m/s; traffic slower than this may be about to stop


@kernel
def may_enter(w, car, link, away):  # type: ignore[no-untyped-def]
    """Whether the way through the junction is free for a vehicle that is ``away`` metres from its line."""
    if away > DECIDE:
        return True
    if not has_room(w, car, link):
        return False
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        other = w.conflict_lane[side]
        here, there = w.conflict_here[side], w.conflict_there[side]
        if is_taken(w, car, other, here + away, there):
            return False
        if goes_first(w, link, other):
            merges = w.lane_next[other, 0] == w.lane_next[link, 0]
            needs = 0.0 if merges else seconds_to_clear(w, car, link, away + here)
            if somebody_comes(w, car, other, away, there, needs):
                return False
    return True


@kernel
def has_room(w, car, link):  # type: ignore[no-untyped-def]
    """Whether there is room behind the junction for this vehicle and those that are on the link."""
    after = w.lane_next[link, 0]
    if after < 0:
        return True
    last = w.lane_tail[after]
    if last < 0 or w.car_speed[last] > CRAWL:
        return True
    room = w.car_pos[last] - w.car_length[last]
    for index in range(w.lane_before.shape[1]):
        before = w.lane_before[after, index]
        inside = w.lane_head[before] if before >= 0 else -1
        while inside >= 0:
            room -= w.car_length[inside] + ROOM
            inside = w.car_behind[inside]
    return room >= w.car_length[car] + ROOM


@kernel
def is_taken(w, car, other, far, there):  # type: ignore[no-untyped-def]
    """Whether a vehicle on the other link will still be at the conflict when this one comes to it."""
    arrival = far / max(w.car_speed[car], CREEP)
    inside = w.lane_tail[other]
    while inside >= 0:
        left = there + w.car_length[inside] + ROOM - w.car_pos[inside]
        if left > 0.0 and left / max(w.car_speed[inside], 1.0) + MARGIN > arrival:
            return True
        inside = w.car_ahead[inside]
    return False


@kernel
def goes_first(w, link, other):  # type: ignore[no-untyped-def]
    """Whether traffic towards the other link has the right of way: a light that is not red, and the higher rank."""
    group = w.lane_group[other]
    if group >= 0 and int(w.group_state[group]) == RED:
        return False
    if w.lane_rank[other] != w.lane_rank[link]:
        return w.lane_rank[other] > w.lane_rank[link]
    return other < link


@kernel
def seconds_to_clear(w, car, link, far):  # type: ignore[no-untyped-def]
    """Seconds until a vehicle has left a conflict ``far`` metres ahead behind it, no faster than the bend allows."""
    metres = far + w.car_length[car]
    speeding_up = seconds_for(metres, w.car_speed[car], max(w.car_brisk[car], 0.1))
    return max(speeding_up, metres / max(w.lane_limit[link], CREEP)) + SPARE


@kernel
def seconds_for(metres, speed, accel):  # type: ignore[no-untyped-def]
    """Seconds for a way at a steady acceleration."""
    return (np.sqrt(speed * speed + 2.0 * accel * metres) - speed) / accel


@kernel
def somebody_comes(w, car, other, away, there, needs):  # type: ignore[no-untyped-def]
    """Whether a vehicle that is about to enter the other link would come to the conflict too soon.

    That is within the critical gap, or before one who crosses has passed, which takes ``needs`` seconds.
    """
    approach = w.lane_before[other, 0]
    if approach < 0:
        return False
    coming = w.lane_head[approach]
    if coming < 0 or w.way[approach, w.car_goal[coming]] != other:
        return False
    to_line = away / max(w.car_speed[car], CREEP)
    ahead = w.lane_length[approach] - w.car_pos[coming] + there
    theirs = ahead / max(w.car_speed[coming], CREEP)
    soonest = seconds_for(ahead, w.car_speed[coming], BRISKLY)
    if soonest < needs:
        return True
    passed = theirs + w.car_length[coming] / max(w.car_speed[coming], CREEP) + MARGIN
    return passed > to_line and theirs < to_line + w.car_gap[car]
