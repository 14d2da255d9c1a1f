"""The wait in the middle of a junction: who turns left goes on to where he meets the traffic that comes towards him.

There he waits for a gap, or until the light stops the others, as HCM 2016, chapter 31, reckons with ("sneakers": those
who are past the line when the light turns, and go then) and as SUMO's internal junctions have it
(https://sumo.dlr.de/docs/Simulation/Intersections.html). Nobody waits where his body would keep others off who may go
now and need not give way to him; he then waits at the line. So do all where there is no light: nothing there brings
the wait to an end, and in towns with streets that crawl some stood inside for six minutes.
"""

from worlds.kit.kernel import kernel
from worlds.road.drivers.expected import CREEP
from worlds.road.drivers.precedence import (
    FAR,
    FORCES,
    can_hold,
    come_towards,
    goes_first,
    is_left_turn,
    is_red,
    oncoming_at,
)
from worlds.road.drivers.yielding import CLEAR, ROOM, has_room, is_clear, must_stand, stays_within
from worlds.road.lanes.crossings import leads

INSIDE = 2.0  # m past the line at least: nearer, one may as well wait there
SHORTEST = 1.0  # s; the gap that is asked for at the place of the wait at least


@kernel
def room_inside(w, car, link, away, gap):  # type: ignore[no-untyped-def]
    """How far along a link, which begins ``away`` m ahead, a driver may wait for those from ahead; −FAR nowhere."""
    met = oncoming_at(w, link)
    if met >= FAR or w.car_gap[car] < FORCES:
        return -FAR
    place, last = met - CLEAR, w.lane_tail[link]
    if last >= 0 and stays_within(w, last, met + w.car_length[last] - w.car_pos[last]):
        place = min(place, w.car_pos[last] - w.car_length[last] - ROOM)
    if place < INSIDE or not has_room(w, car, link) or must_stand(w, car, link):
        return -FAR
    if keeps_off(w, link, place - w.car_length[car], place) or not is_clear(w, car, link, away, gap, 0.0, met):
        return -FAR
    return place


@kernel
def before_late_ones(w, car, link, front):  # type: ignore[no-untyped-def]
    """How far along a left turn one who may clear the junction now waits for those who do not stop any more; or FAR."""
    if w.lane_group[link] < 0 or not is_left_turn(w, link):
        return FAR
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        other, left = w.conflict_lane[side], w.conflict_from[side] - front
        approach = w.lane_before[other, 0]
        coming = w.lane_head[approach] if approach >= 0 else -1
        if coming < 0 or not come_towards(w, link, other) or not can_hold(w, car, left):
            continue
        if leads(w, approach, w.car_goal[coming]) == other:
            if not can_hold(w, coming, w.lane_length[approach] - w.car_pos[coming]):
                return w.conflict_from[side] - CLEAR
    return FAR


@kernel
def keeps_off(w, link, rear, front):  # type: ignore[no-untyped-def]
    """Whether a body between two places on a link lies across the way of others who may go and need not let it pass."""
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        if w.conflict_from[side] < front and w.conflict_to[side] > rear:
            other = w.conflict_lane[side]
            if not is_red(w, other) and not goes_first(w, other, link):
                return True
    return False


@kernel
def stays_before(w, car, link, front):  # type: ignore[no-untyped-def]
    """How far along a link a driver waits for those from ahead, who does not stop at its line; FAR where he goes on.

    ``front``: m along the link at which he is, below 0 before it.
    """
    if w.car_gap[car] < FORCES:
        return FAR
    met = oncoming_at(w, link)
    if met >= FAR:
        return before_late_ones(w, car, link, front)
    if not can_hold(w, car, met - front):
        return FAR
    gap = max(w.car_gap[car], SHORTEST + max(front, 0.0) / max(w.car_speed[car], CREEP))
    if has_room(w, car, link) and is_clear(w, car, link, -front, gap, met, FAR):
        return FAR
    return met - CLEAR
