"""Room for those who must change lanes: who asks for it by his indicator, who grants it, and until when.

Near the place from where on a lane does not lead where he wants, a driver asks the first one behind him in the lane
beside who still has room for that and would not have to brake harder than in comfort; those nearer go first. He keeps
behind the one ahead there himself. Both speed up the less, and at last ease off, the nearer that place is. Models:
LC2013 of SUMO, where the one behind is told of one who must change, helps where little braking does, and otherwise goes
first (Erdmann 2015, `informFollower`, `informLeader`); courtesy of drivers in weaving and merging (Hidas 2005).

How gently is fitted. Who brakes for others holds up all behind himself: with braking in comfort, even when it was too
late to let anybody in, a lane of the main road stood for ever beside the ramp of SUMO's game. With `EASE` as much gets
through there as if nobody made room. But they do not go in strictly by turns, the zipper of StVO § 7 (4): that takes
firmer braking, and costs a fifth more delay at that ramp. A lane drop that has broken down lets through 9 % less than
before, an on-ramp 6 % less (`crossplay lab`).

On networks that are read from a file, who would otherwise end up elsewhere stands and waits (`waiting.py`). He asks
from farther back, brakes in comfort to fall in behind a queue, and so does for him, once he stands, who was asked.

Whoever is heeded is ahead of him who heeds, so nobody waits for himself by way of others.
"""

from worlds.kit.kernel import kernel
from worlds.road.fields import LINK, STAY

URGENT = 40.0  # m before the end of the lane, and URGENT_TIME s more, from where on a driver asks
URGENT_TIME = 4.0
LAST = 8.0  # m before its end a lane is no longer left, nor before the rear has come into it
LAST_TIME = 1.5  # s more before a junction: there one has to see who crosses the new way
SLOW = 14.0  # m/s; faster ones do not make room
EASE = 0.3  # m/s² that one brakes for another at most: his foot leaves the pedal
SPACE = 2.0  # m behind the one who asks, from where on one can still let him in
FREELY = 100.0  # m/s²: no reason to drive slower
STANDING = 0.5  # m/s
EARLY = 2.5  # times as far from the end one asks who would otherwise end up elsewhere
QUEUE = 3.0  # m/s; slower ones are in a queue, behind which one falls back who must change into it
MUTUAL = 10.0  # s that one stands beside somebody who waits for his lane, and he for theirs, before he gives up
AT_END = 1.0  # m before its end a lane is still left by one who would otherwise end up elsewhere
WAITS = 60.0  # s that he stands for that, then he drives on: fitted to SUMO on its networks, from 20, 60 and 180 s


@kernel
def last_metres(w, lane, speed):  # type: ignore[no-untyped-def]
    """Metres before the end of a lane from where one no longer leaves it; a lane that ends is left to its very end."""
    following = w.lane_next[lane, 0]
    if following < 0:
        return 0.0
    if int(w.lane_kind[following]) != LINK:
        return LAST
    return LAST + LAST_TIME * speed


@kernel
def must_leave(w, car, lane):  # type: ignore[no-untyped-def]
    """Whether a driver would end up elsewhere at the end of a lane and is ready to wait for the one beside."""
    return int(w.way[lane, w.car_goal[car]]) == STAY and w.car_stood[car] < WAITS


@kernel
def may_still_leave(w, car, lane):  # type: ignore[no-untyped-def]
    """Whether a driver is far enough from the end of a lane, and all in it, to change out of it."""
    speed, left = w.car_speed[car], w.lane_length[lane] - w.car_pos[car]
    if w.car_pos[car] < w.car_length[car]:
        return False
    return left >= last_metres(w, lane, speed) or (must_leave(w, car, lane) and left >= 0.1 + LAST_TIME * speed)


@kernel
def urgency(w, car, lane):  # type: ignore[no-untyped-def]
    """How pressing a change out of a lane is: 0 far from its end or not at all, up to 1 there."""
    if int(w.steer[lane, w.car_goal[car]]) == 0:
        return 0.0
    left = w.lane_length[lane] - w.car_pos[car]
    early = EARLY if must_leave(w, car, lane) else 1.0
    return max(0.0, 1.0 - left / (early * (URGENT + URGENT_TIME * w.car_speed[car])))


@kernel
def ask_for_room(w, car, front, back):  # type: ignore[no-untyped-def]
    """Before a change that could not be made: fall back behind ``front``, let one at ``back`` or behind do the same.

    They are those ahead and behind in the lane beside, −1 none. One lets in one at a time, and only polite ones do.
    """
    w.car_heeds[car] = front
    give_up_for(w, car, back)
    while back >= 0 and not has_space(w, car, back):
        if w.car_heeds[back] == car:
            w.car_heeds[back] = -1
        back = w.car_behind[back]
    if back >= 0 and w.car_polite[back] >= 0.0 and not is_beside(w, back, int(w.car_heeds[back])):
        w.car_heeds[back] = car


@kernel
def give_up_for(w, car, other):  # type: ignore[no-untyped-def]
    """Of two side by side who wait for each other's lane, the one who is ahead drives on after a while."""
    if other < 0 or w.car_stood[car] < MUTUAL or w.car_stood[car] >= WAITS or w.car_stood[other] >= WAITS:
        return
    ahead = w.car_pos[car] - w.car_pos[other]
    if ahead < 0.0 or ahead > w.car_length[car] + 0.5 * SPACE or (ahead == 0.0 and other < car):
        return
    lane, theirs = w.car_lane[car], w.car_lane[other]
    if must_leave(w, car, lane) and must_leave(w, other, theirs) and w.car_speed[other] < STANDING:
        if wants_into(w, other, lane):
            w.car_stood[car] = WAITS


@kernel
def has_space(w, car, back):  # type: ignore[no-untyped-def]
    """Whether one behind in the lane beside can still let a driver in, and would not have to brake hard for that."""
    spare = w.car_pos[car] - w.car_length[car] - w.car_pos[back] - SPACE
    closing = max(w.car_speed[back] - w.car_speed[car], 0.0)
    return spare >= 0.0 and closing * closing <= 2.0 * w.car_comfort[back] * spare


@kernel
def heeded(w, car):  # type: ignore[no-untyped-def]
    """Whom a driver keeps behind although he drives in the lane beside, −1 nobody; who is past is forgotten."""
    other = int(w.car_heeds[car])
    if other >= 0 and not is_beside(w, car, other):
        other = w.car_heeds[car] = -1
    return other


@kernel
def slowest(w, car, other, gap, free):  # type: ignore[no-untyped-def]
    """The acceleration (m/s²) under which nobody goes for one whom he heeds: from ``free`` down to −EASE at the end.

    Nobody slows down to let in one who is alongside: that one has to fall back, behind whoever is ahead of himself. At
    the speed of a free motorway nobody makes room at all: where many did, the road would break down early.
    """
    wants = wants_into(w, car, w.car_lane[other])
    if w.car_speed[car] > SLOW or (gap < 0.0 and not wants):
        return FREELY
    press = urgency(w, car, w.car_lane[car]) if wants else urgency(w, other, w.car_lane[other])
    waits = w.car_lane[car] if wants else w.car_lane[other]
    firmly = w.car_speed[other] < (QUEUE if wants else STANDING) and must_leave(w, car if wants else other, waits)
    return free - (free + (w.car_comfort[car] if firmly else EASE)) * press


@kernel
def is_beside(w, car, other):  # type: ignore[no-untyped-def]
    """Whether one is ahead in the lane beside, and either of the two still wants to change into the other's lane."""
    if other < 0 or w.car_lane[other] < 0 or w.car_pos[other] <= w.car_pos[car]:
        return False
    return wants_into(w, other, w.car_lane[car]) or wants_into(w, car, w.car_lane[other])


@kernel
def wants_into(w, car, target):  # type: ignore[no-untyped-def]
    """Whether a driver has to change into a lane beside his and is still able to."""
    lane = w.car_lane[car]
    side = w.steer[lane, w.car_goal[car]]
    beside = w.lane_left[lane] if side < 0 else w.lane_right[lane]
    return side != 0 and beside == target and may_still_leave(w, car, lane)
