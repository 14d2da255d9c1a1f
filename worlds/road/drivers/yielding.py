"""Right of way: who may enter a junction now, and that nobody enters what he cannot leave.

Among links of different rank the higher goes first. Two ranks stand for customs without signs: FROM_RIGHT (give way to
those who come from the right, and to those who come towards one when turning left: StVO §§ 8 and 9, Vienna Convention
on Road Traffic, art. 18) and FIRST_COME (who would be at the line first goes first, as at an all-way stop: Uniform
Vehicle Code § 11-403). A third, AT_STOP, stands for a stop line: those behind it give way to everybody else, whatever
the custom, and come to a stand before they go (Vienna Convention on Road Signs and Signals, B 2; among themselves the
first goes first).
"""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.maths import PI
from worlds.road.fields import AT_STOP, FIRST_COME, FROM_RIGHT, RED
from worlds.road.lanes.network import wrap

DECIDE = 25.0  # m before the line from where on a driver looks at the others
CREEP = 4.0  # m/s; the mean speed of one who sets off through a junction
ROOM = 2.0  # m that a vehicle keeps clear before and behind itself
BRISKLY = 1.7  # m/s²; how others are expected to set off: brisk for a city (Treiber and Kesting 2013: 1.4)
SPARE = 0.5  # s that one who crosses keeps between himself and who comes next
MARGIN = 1.0  # s between one who leaves a conflict and one who comes to it
CRAWL = 3.0  # m/s; traffic slower than this may be about to stop
TOWARDS = 0.5  # rad; who comes no farther than this from straight ahead comes neither from the right nor the left
LEFTWARDS = -0.65  # rad; a way that bends more is a left turn
FORCES = 0.5  # s; a driver whose critical gap is shorter forces his way, one with none looks at nobody
STANDING = 0.5  # m/s
AT_LINE = 6.0  # m before the line
STAND = 2.0  # s that a driver stands at a stop line
PATIENCE = 3.0  # s that a driver waits for one who has the right of way and stands at the line without using it


@kernel
def may_enter(w, car, link, away):  # type: ignore[no-untyped-def]
    """Whether the way through the junction is free for a vehicle that is ``away`` metres from its line."""
    if away > DECIDE or w.car_gap[car] <= 0.0:
        return True
    if not has_room(w, car, link) or must_stand(w, car, link):
        return False
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        other = w.conflict_lane[side]
        here, there = w.conflict_here[side], w.conflict_there[side]
        if is_taken(w, car, other, here + away, there) and not insists(w, car, link, other):
            return False
        if w.car_gap[car] < FORCES:
            continue
        merges = w.lane_next[other, 0] == w.lane_next[link, 0]
        needs = 0.0 if merges else seconds_to_clear(w, car, link, away + here)
        if goes_first(w, link, other) and somebody_comes(w, car, other, away, there, needs):
            return False
        if is_first_come(w, link, other) and somebody_was_first(w, car, other, away, there, needs):
            return False
    return True


@kernel
def must_stand(w, car, link):  # type: ignore[no-untyped-def]
    """Whether a driver still has to come to a stand before a stop line; who forces his way does not."""
    return int(w.lane_rank[link]) == AT_STOP and w.car_waited[car] < STAND and w.car_gap[car] >= FORCES


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
def insists(w, car, link, other):  # type: ignore[no-untyped-def]
    """Whether a driver trusts that those on the other link make way: an impolite one whose right of way it is.

    He stops for one who stands there all the same.
    """
    if w.car_polite[car] >= 0.0 or goes_first(w, link, other) or is_first_come(w, link, other):
        return False
    inside = w.lane_tail[other]
    while inside >= 0:
        if w.car_speed[inside] < STANDING:
            return False
        inside = w.car_ahead[inside]
    return True


@kernel
def goes_first(w, link, other):  # type: ignore[no-untyped-def]
    """Whether traffic towards the other link has the right of way: a light that is not red, and the higher rank."""
    group = w.lane_group[other]
    if group >= 0 and int(w.group_state[group]) == RED:
        return False
    rank, theirs = int(w.lane_rank[link]), int(w.lane_rank[other])
    if rank != theirs:
        return rank == AT_STOP or (theirs != AT_STOP and theirs > rank)
    if rank == FROM_RIGHT:
        return comes_from_right(w, link, other)
    return rank != FIRST_COME and rank != AT_STOP and other < link


@kernel
def is_first_come(w, link, other):  # type: ignore[no-untyped-def]
    """Whether between two links the one goes first who is there first."""
    rank = int(w.lane_rank[link])
    return rank in (FIRST_COME, AT_STOP) and rank == int(w.lane_rank[other])


@kernel
def comes_from_right(w, link, other):  # type: ignore[no-untyped-def]
    """Whether the other link's traffic comes from the right, or ahead of one who turns left and does not itself."""
    mine, theirs = w.point_heading[w.lane_first[link]], w.point_heading[w.lane_first[other]]
    side = wrap(theirs - mine)
    if abs(side) < PI - TOWARDS:
        return side < 0.0
    if is_left_turn(w, link) != is_left_turn(w, other):
        return is_left_turn(w, link)
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
def is_left_turn(w, link):  # type: ignore[no-untyped-def]
    """Whether a way through a junction bends to the left."""
    first = int(w.lane_first[link])
    last = first + int(w.lane_points[link]) - 1
    return wrap(w.point_heading[last] - w.point_heading[first]) < LEFTWARDS


@kernel
def coming_to(w, other):  # type: ignore[no-untyped-def]
    """The vehicle that will enter a link next, −1 where the next on its approach goes elsewhere, or nobody is there."""
    approach = w.lane_before[other, 0]
    coming = w.lane_head[approach] if approach >= 0 else -1
    return coming if coming >= 0 and w.way[approach, w.car_goal[coming]] == other else -1


@kernel
def somebody_was_first(w, car, other, away, there, needs):  # type: ignore[no-untyped-def]
    """Whether a vehicle that is bound for the other link will be at its line sooner, and then in the way."""
    coming = coming_to(w, other)
    if coming < 0:
        return False
    left = w.lane_length[w.lane_before[other, 0]] - w.car_pos[coming]
    theirs, mine = left / max(w.car_speed[coming], CREEP), away / max(w.car_speed[car], CREEP)
    sooner = theirs < mine or (theirs == mine and coming < car)
    return sooner and somebody_comes(w, car, other, away, there, needs)


@kernel
def lets_pass(w, car, away, coming, left):  # type: ignore[no-untyped-def]
    """Whether one who has the right of way stands at the line, and the other has waited there for longer than he."""
    if w.car_speed[coming] > STANDING or w.car_speed[car] > STANDING or left > AT_LINE or away > AT_LINE:
        return False
    waited, theirs = w.car_waited[car], w.car_waited[coming]
    return waited > PATIENCE and (waited > theirs or (waited == theirs and car < coming))


@kernel
def is_stuck(w, coming, link):  # type: ignore[no-untyped-def]
    """Whether one who stands before a link cannot enter it, since there is no room behind it."""
    return w.car_speed[coming] < STANDING and not has_room(w, coming, link)


@kernel
def somebody_comes(w, car, other, away, there, needs):  # type: ignore[no-untyped-def]
    """Whether a vehicle that is about to enter the other link would come to the conflict too soon.

    That is within the critical gap, or before one who crosses has passed, which takes ``needs`` seconds.
    """
    coming = coming_to(w, other)
    if coming < 0:
        return False
    left = w.lane_length[w.lane_before[other, 0]] - w.car_pos[coming]
    if w.lane_group[other] < 0 and (lets_pass(w, car, away, coming, left) or is_stuck(w, coming, other)):
        return False
    to_line = away / max(w.car_speed[car], CREEP)
    ahead = left + there
    theirs = ahead / max(w.car_speed[coming], CREEP)
    soonest = seconds_for(ahead, w.car_speed[coming], BRISKLY)
    if soonest < needs:
        return True
    passed = theirs + w.car_length[coming] / max(w.car_speed[coming], CREEP) + MARGIN
    return passed > to_line and theirs < to_line + w.car_gap[car]
