"""Right of way: who may enter a junction now, and that nobody enters what he cannot leave.

Which way goes first is told in `precedence.py`. Who turns left across traffic that comes towards him may wait for a gap
in the middle of the junction, where that leaves room (HCM 2016, chapter 31: sneakers; SUMO's internal junctions).
"""

from worlds.kit.kernel import kernel
from worlds.road.drivers.expected import CREEP, seconds_for, seconds_to, soonest_at
from worlds.road.drivers.making_room import must_leave
from worlds.road.drivers.precedence import (
    FAR,
    FORCES,
    are_from_right,
    can_hold,
    goes_first,
    holds,
    is_first_come,
    is_red,
)
from worlds.road.fields import ALL_STOP, AT_STOP, ROAD
from worlds.road.lanes.bodies import rearmost
from worlds.road.lanes.crossings import leads, onward

DECIDE = 25.0  # m before the line from where on a driver looks at the others, farther at more than 32 km/h
GENTLY = 2.0  # m/s²; how a driver stops who saw in time that he has to
CLEAR = 0.5  # m before a conflict where one stops who waits for another on it
BACK = 3  # lanes before an approach that a driver looks into
NOBODY, PASSES, COMES = range(3)  # what is found in a lane
PLACE = 7.0  # m that one who joins others with the right of way leaves free before him
ROOM = 2.0  # m that a vehicle keeps clear before and behind itself
SPARE = 0.1  # s that one who crosses keeps between himself and who comes next
MARGIN = 0.3  # s between one who leaves a conflict and one who comes to it
FAR_ENOUGH = 30.0  # m behind a junction that a driver looks for room
CRAWL = 3.0  # m/s; traffic slower than this may be about to stop
STANDING = 0.5  # m/s
EASES = 0.3  # m/s² of braking that tells that somebody is going to stop
AT_LINE = 6.0  # m before the line
STAND = 2.0  # s that a driver stands at a stop line
HALT = 0.5  # s at least where all stop
SWAPS = 20.0  # s after which two who wait for each other's places take them
PATIENCE = 3.0  # s that a driver waits for one who has the right of way and stands at the line without using it


@kernel
def sight_of(speed):  # type: ignore[no-untyped-def]
    """Metres before a line from where on a driver looks at the others: enough to stop there in comfort."""
    return max(DECIDE, speed * speed / (2.0 * GENTLY) + AT_LINE)


@kernel
def may_enter(w, car, link, away):  # type: ignore[no-untyped-def]
    """Whether the way through the junction is free for a vehicle that is ``away`` metres from its line."""
    return is_free(w, car, link, away, w.car_gap[car])


@kernel
def is_free(w, car, link, away, gap):  # type: ignore[no-untyped-def]
    """The same for a critical gap (s) that may be other than the driver's own."""
    if away > sight_of(w.car_speed[car]) or w.car_gap[car] <= 0.0:
        return True
    if not has_room(w, car, link) or must_stand(w, car, link):
        return False
    return is_clear(w, car, link, away, gap, 0.0, FAR)


@kernel
def is_clear(w, car, link, away, gap, low, high):  # type: ignore[no-untyped-def]
    """Whether the others leave the way free, as far as they meet it from ``low`` up to ``high`` m along the link."""
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        if w.conflict_from[side] < low or w.conflict_from[side] >= high:
            continue
        other = w.conflict_lane[side]
        back = w.conflict_back[side]
        here, there = w.conflict_here[side], w.conflict_from[back]
        merges = w.lane_next[other, 0] == w.lane_next[link, 0]
        far, spot, margin = away + w.conflict_from[side], w.conflict_to[back], MARGIN
        if merges:  # who merges follows: it is enough that there is room behind the other on the way there
            there = w.conflict_there[side]
            spot = max(there, w.lane_length[other] - w.lane_length[link]) + ROOM
            far, margin = away + 0.5 * here, 0.0
        if is_red(w, other) and w.lane_tail[other] < 0:  # nobody is on it, and nobody may come
            if covers_from_beyond(w, other, spot) and not insists(w, car, link, other):
                return False
            continue
        if is_taken(w, car, link, side, far, spot, margin) and not insists(w, car, link, other):
            return False
        if w.car_gap[car] < FORCES:
            continue
        needs = 0.0 if merges else seconds_to_clear(w, car, link, away + w.conflict_to[side])
        if somebody_comes(w, car, link, other, away, there, needs, gap):
            return False
    return True


@kernel
def must_stand(w, car, link):  # type: ignore[no-untyped-def]
    """Whether a driver still has to come to a stand before a stop line; who forces his way does not."""
    rank = int(w.lane_rank[link])
    stand = STAND if rank == AT_STOP else HALT if rank == ALL_STOP else 0.0
    return w.car_stood[car] < stand and w.car_gap[car] >= FORCES


@kernel
def has_room(w, car, link):  # type: ignore[no-untyped-def]
    """Whether there is room behind the junction for this vehicle and those that are on the link."""
    after = w.lane_next[link, 0]
    if after < 0:
        return True
    _, goal = onward(w, link, w.car_goal[car])
    room, spare, lane = 0.0, 0.0, int(after)
    while w.lane_tail[lane] < 0:  # lanes may be shorter than a vehicle
        room += w.lane_length[lane]
        lane, goal = onward(w, lane, goal)
        if lane < 0 or room > w.car_length[car] + FAR_ENOUGH:
            return True
    last = w.lane_tail[lane]
    if w.car_speed[last] > CRAWL:
        return True
    room += w.car_pos[last] - w.car_length[last]
    for index in range(w.lane_before.shape[1]):
        before = w.lane_before[after, index]
        inside = w.lane_head[before] if before >= 0 else -1
        while inside >= 0:
            room -= w.car_length[inside] + ROOM if inside != car else 0.0
            inside = w.car_behind[inside]
        if (
            before >= 0
            and int(w.lane_kind[after]) == ROAD
            and ALL_STOP > int(w.lane_rank[before]) > int(w.lane_rank[link])
        ):
            spare = PLACE  # a ring that is filled to the last place stands still
    return room >= w.car_length[car] + ROOM + spare or is_swap(w, car, after)


@kernel
def is_swap(w, car, after):  # type: ignore[no-untyped-def]
    """Whether the first of a full lane has long wanted to go where this vehicle is, as this one wants to go there.

    Two who turn back between carriageways would else wait for ever, each for the room that the other takes.
    """
    first, lane = w.lane_head[after], w.car_lane[car]
    if first < 0 or w.car_stood[car] < SWAPS or w.car_stood[first] < SWAPS or w.lane_head[lane] != car:
        return False
    way = leads(w, after, w.car_goal[first])
    return way >= 0 and w.lane_next[way, 0] == lane


@kernel
def is_taken(w, car, link, side, far, spot, margin):  # type: ignore[no-untyped-def]
    """Whether a vehicle on the other link covers a conflict when this one comes to it, or ``margin`` s before.

    So will one that can no longer stop before that link. ``spot``: m along the other link to where the conflict ends.
    Nobody knows when one who stands will be gone; but who waits for this one before the conflict does not cover it.
    """
    other = w.conflict_lane[side]
    arrival = seconds_to(w, car, far)
    inside = w.lane_tail[other]
    while inside >= 0:
        left = spot + w.car_length[inside] - w.car_pos[inside]
        if left > 0.0 and (stays_within(w, inside, left) or left / max(w.car_speed[inside], 1.0) + margin > arrival):
            if not holds(w, inside, other, link, w.car_pos[inside]):
                return True
        inside = w.car_ahead[inside]
    if covers_from_beyond(w, other, spot):
        return True
    approach = w.lane_before[other, 0]
    coming = w.lane_head[approach] if approach >= 0 else -1
    if coming < 0 or coming == car or leads(w, approach, w.car_goal[coming]) != other:
        return False
    left, speed = w.lane_length[approach] - w.car_pos[coming], w.car_speed[coming]
    if can_hold(w, coming, left) or is_red(w, other) or holds(w, coming, other, link, -left):
        return False
    return (left + spot + w.car_length[coming]) / speed + margin > arrival


@kernel
def stays_within(w, car, metres):  # type: ignore[no-untyped-def]
    """Whether a vehicle stands, or brakes so that it will come to a stand before it has gone so far."""
    speed, accel = w.car_speed[car], w.car_accel[car]
    return speed < STANDING or (accel < -EASES and speed * speed < -2.0 * accel * metres)


@kernel
def covers_from_beyond(w, other, spot):  # type: ignore[no-untyped-def]
    """Whether the rear of a vehicle that has left a link still lies across a conflict that ends at ``spot`` on it."""
    after = w.lane_next[other, 0]
    beyond = w.lane_tail[after] if after >= 0 else -1
    while beyond >= 0 and w.car_pos[beyond] < w.car_length[beyond]:
        if w.car_last[beyond] == other:
            return w.lane_length[other] + w.car_pos[beyond] - w.car_length[beyond] < spot
        beyond = w.car_ahead[beyond]
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
def seconds_to_clear(w, car, link, far):  # type: ignore[no-untyped-def]
    """Seconds until a vehicle has left a conflict ``far`` metres ahead behind it, no faster than the bend allows."""
    metres = far + w.car_length[car]
    speeding_up = seconds_for(metres, w.car_speed[car], max(w.car_brisk[car], 0.1))
    return max(speeding_up, metres / max(w.lane_limit[link], CREEP)) + SPARE


@kernel
def lets_pass(w, car, away, coming, left):  # type: ignore[no-untyped-def]
    """Whether one who has the right of way stands at the line, and the other has waited there for longer than he."""
    if w.car_speed[coming] > STANDING or left > AT_LINE or away > AT_LINE:
        return False
    waited, theirs = w.car_stood[car], w.car_stood[coming]
    return waited > PATIENCE and (waited > theirs or (waited == theirs and car < coming))


@kernel
def is_stuck(w, coming, link):  # type: ignore[no-untyped-def]
    """Whether one who stands before a link cannot enter it, since there is no room behind it."""
    return w.car_speed[coming] < STANDING and not has_room(w, coming, link)


@kernel
def is_held_up(w, coming, link, left):  # type: ignore[no-untyped-def]
    """Whether one who stands before a link cannot go, although it is his turn, as who waits inside the junction sees.

    Before him somebody stands who took another way out of his lane; or, where there is no light, he has not moved from
    his line for long. Two who turn left, each before those who are behind the other, would else wait for ever.
    """
    if w.car_speed[coming] > STANDING:
        return False
    if w.lane_group[link] < 0 and left < AT_LINE and w.car_stood[coming] > PATIENCE:
        return True
    approach = w.lane_before[link, 0]
    for index in range(w.lane_next.shape[1]):
        beside = w.lane_next[approach, index]
        if beside < 0:
            break
        last, rear = rearmost(w, beside)
        if beside != link and last >= 0 and rear < w.lane_parting[beside] and w.car_speed[last] < STANDING:
            return True
    return False


@kernel
def somebody_comes(w, car, link, other, away, there, needs, gap):  # type: ignore[no-untyped-def]
    """Whether a vehicle that goes first and is bound for the other link would come to the conflict too soon.

    That is within the critical gap, or before one who crosses has passed, which takes ``needs`` seconds. Looks at all
    who come, the lanes before the approach included, as far back as may matter.
    """
    first, equal = goes_first(w, link, other), is_first_come(w, link, other)
    approach = w.lane_before[other, 0]
    if approach < 0 or is_red(w, other):
        return False
    if not first and not equal:
        return is_owed(w, car, link, other, approach, away)
    found = first_comer(w, car, link, other, approach, approach, 0.0, away, there, needs, gap, equal)
    if found != NOBODY:
        return found == COMES
    for index in range(w.lane_before.shape[1]):
        lane, back = w.lane_before[approach, index], w.lane_length[approach]
        for _ in range(BACK):
            if lane < 0 or is_late(w, car, w.lane_limit[lane], lane, back + there, away, needs, gap):
                break
            found = first_comer(w, car, link, other, approach, lane, back, away, there, needs, gap, equal)
            if found == COMES:
                return True
            back += w.lane_length[lane]
            lane = w.lane_before[lane, 0] if found == NOBODY else -1
    return False


@kernel
def first_comer(w, car, link, other, approach, lane, back, away, there, needs, gap, equal):  # type: ignore[no-untyped-def]
    """COMES where somebody in a lane ``back`` m before the line does, PASSES where nobody behind can, else NOBODY."""
    coming = w.lane_head[lane]
    while coming >= 0:
        left = back + w.lane_length[lane] - w.car_pos[coming]
        if is_late(w, car, w.car_speed[coming], lane, left + there, away, needs, gap):
            return PASSES
        waits_here = w.car_speed[coming] < STANDING and must_leave(w, coming, lane)
        if coming != car and not waits_here and is_bound(w, coming, lane, approach, other):
            sooner = not equal or is_sooner(w, car, away, coming, left)
            waits = are_from_right(w, link, other) and lets_pass(w, car, away, coming, left)
            if sooner and not waits and comes_too_soon(w, car, other, coming, away, left, there, needs, gap):
                return COMES
        if w.car_speed[coming] < STANDING:
            return PASSES  # who stands holds up those behind him
        coming = w.car_behind[coming]
    return NOBODY


@kernel
def is_late(w, car, speed, lane, ahead, away, needs, gap):  # type: ignore[no-untyped-def]
    """Whether one who has ``ahead`` m to go from a lane to the conflict comes too late to matter, whatever he does."""
    to_line = away / max(w.car_speed[car], CREEP)
    too_far = ahead > max(speed, CREEP) * (to_line + gap)
    return too_far and soonest_at(ahead, speed, w.lane_limit[lane]) > needs


@kernel
def is_bound(w, coming, lane, approach, other):  # type: ignore[no-untyped-def]
    """Whether a vehicle in a lane will come by an approach into a link."""
    lane, goal = int(lane), int(w.car_goal[coming])
    for _ in range(BACK + 1):
        if lane == approach:
            return leads(w, approach, goal) == other
        lane, goal = onward(w, lane, goal)
        if lane < 0:
            return False
    return False


@kernel
def is_sooner(w, car, away, coming, left):  # type: ignore[no-untyped-def]
    """Whether another was, or will be, at his line before this one; who has stood there came so long ago."""
    theirs = left / max(w.car_speed[coming], CREEP) - w.car_stood[coming]
    mine = away / max(w.car_speed[car], CREEP) - w.car_stood[car]
    return theirs < mine or (theirs == mine and coming < car)


@kernel
def is_owed(w, car, link, other, approach, away):  # type: ignore[no-untyped-def]
    """Whether one who has to give way to who comes from the right has waited so long that he is let pass.

    Signs are no such matter: a ring whose traffic let others in would fill up.
    """
    coming = w.lane_head[approach]
    if coming < 0 or coming == car or not are_from_right(w, link, other):
        return False
    if leads(w, approach, w.car_goal[coming]) != other:
        return False
    left = w.lane_length[approach] - w.car_pos[coming]
    return goes_first(w, other, link) and lets_pass(w, coming, left, car, away) and not is_stuck(w, coming, other)


@kernel
def comes_too_soon(w, car, other, coming, away, left, there, needs, gap):  # type: ignore[no-untyped-def]
    """Whether one who is ``left`` m from his line would be at the conflict within the gap, or before it is clear."""
    if w.lane_group[other] < 0 and is_stuck(w, coming, other):
        return False
    if away < 0.0 and is_held_up(w, coming, other, left):
        return False
    to_line = away / max(w.car_speed[car], CREEP)
    ahead = left + there
    theirs = ahead / max(w.car_speed[coming], CREEP)
    if soonest_at(ahead, w.car_speed[coming], w.lane_limit[w.lane_before[other, 0]]) < needs:
        return True
    passed = theirs + w.car_length[coming] / max(w.car_speed[coming], CREEP) + MARGIN
    return passed > to_line and theirs < to_line + gap
