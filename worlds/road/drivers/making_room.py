"""Room for those who must change lanes: who asks for it by his indicator, who grants it, and until when.

Near the place from where on a lane does not lead where he wants, a driver asks the one behind him in the lane beside,
and keeps behind the one ahead there himself. Neither speeds up meanwhile, and both brake, in comfort at most, the more
the nearer that place is: by the third power of how near. (With the first power the laboratory's on-ramp breaks down at
half its flow.) So one lets one in, by turns, where a lane ends: the zipper of StVO § 7 (4). Models: LC2013 of SUMO,
where followers are told of one who must change and brake for him (Erdmann 2015, `informFollower`, `informLeader`);
courtesy of drivers in weaving and merging (Hidas 2005).

Whoever is heeded is ahead of him who heeds, so nobody waits for himself by way of others.
"""

from worlds.kit.kernel import kernel
from worlds.road.fields import LINK

URGENT = 40.0  # m before the end of the lane, and URGENT_TIME s more, from where on a driver asks
URGENT_TIME = 4.0
LAST = 8.0  # m before its end a lane is no longer left, nor before the rear has come into it
LAST_TIME = 1.5  # s more before a junction: there one has to see who crosses the new way
SLOW = 14.0  # m/s; faster ones do not make room (the zipper is for traffic that is held up)
FAR = 100.0  # m/s²: no limit to how little one brakes


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
def urgency(w, car, lane):  # type: ignore[no-untyped-def]
    """How pressing a change out of a lane is: 0 far from its end or not at all, up to 1 there."""
    if int(w.steer[lane, w.car_goal[car]]) == 0:
        return 0.0
    left = w.lane_length[lane] - w.car_pos[car]
    return max(0.0, 1.0 - left / (URGENT + URGENT_TIME * w.car_speed[car]))


@kernel
def ask_for_room(w, car, front, back):  # type: ignore[no-untyped-def]
    """Before a change that could not be made: fall back behind ``front``, let ``back`` do the same for oneself.

    They are those ahead and behind in the lane beside, −1 none. One lets in one at a time, and only polite ones do.
    """
    w.car_heeds[car] = front
    if back >= 0 and w.car_polite[back] >= 0.0 and not is_beside(w, back, int(w.car_heeds[back])):
        w.car_heeds[back] = car


@kernel
def heeded(w, car):  # type: ignore[no-untyped-def]
    """Whom a driver keeps behind although he drives in the lane beside, −1 nobody; who is past is forgotten."""
    other = int(w.car_heeds[car])
    if other >= 0 and not is_beside(w, car, other):
        other = w.car_heeds[car] = -1
    return other


@kernel
def favour(w, car, other, gap):  # type: ignore[no-untyped-def]
    """m/s² that a driver brakes at most for one whom he heeds: comfort at the very end of the lane, much less before.

    Nobody brakes to let in one who is alongside: that one has to fall back, behind whoever is ahead of himself. At the
    speed of a free motorway nobody brakes at all: where many did, the road would break down early.
    """
    wants = wants_into(w, car, w.car_lane[other])
    if w.car_speed[car] > SLOW or (gap < 0.0 and not wants):
        return -FAR
    press = urgency(w, car, w.car_lane[car]) if wants else urgency(w, other, w.car_lane[other])
    return w.car_comfort[car] * press * press * press


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
    if side == 0 or beside != target or w.car_pos[car] < w.car_length[car]:
        return False
    return w.lane_length[lane] - w.car_pos[car] >= last_metres(w, lane, w.car_speed[car])
