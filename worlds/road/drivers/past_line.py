"""Past the line: who is on his way through a junction looks at who else is in it."""

from worlds.kit.kernel import kernel
from worlds.road.drivers.expected import CREEP
from worlds.road.drivers.precedence import FORCES, holds
from worlds.road.drivers.yielding import STANDING, covers_from_beyond, insists, stays_within


@kernel
def is_in_way(w, car, link, side, left):  # type: ignore[no-untyped-def]
    """Whether somebody on the other link is at a conflict ``left`` m ahead, or will be when this vehicle gets there.

    One who is at it himself (``left`` below 0) goes on, unless the other is there too and was there first.
    """
    other, back = w.conflict_lane[side], w.conflict_back[side]
    begin, end = w.conflict_from[back], w.conflict_to[back]
    mine = max(left, 0.0) / max(w.car_speed[car], CREEP)
    inside = w.lane_tail[other]
    while inside >= 0:
        front = w.car_pos[inside]
        gone = end + w.car_length[inside] - front
        if gone > 0.0 and (stays_within(w, inside, gone) or gone / max(w.car_speed[inside], 1.0) > mine):
            if front >= begin:
                if left > 0.0 or front - begin > -left or (front - begin == -left and inside < car):
                    return True
            elif left > 0.0 and w.car_gap[car] >= FORCES and gives_in(w, car, link, inside, other, mine, begin - front):
                if not holds(w, inside, other, link, front):
                    return True
        inside = w.car_ahead[inside]
    return left > 0.0 and covers_from_beyond(w, other, end)


@kernel
def is_shut_in(w, inside, link, far):  # type: ignore[no-untyped-def]
    """Whether one who stands in a junction, ``far`` m before a conflict, stands behind somebody who stands there too.

    Two who turn left would else wait for ever inside, each for one who is shut in behind the other.
    """
    front, approach = w.car_pos[inside], w.lane_before[link, 0]
    for index in range(w.lane_next.shape[1]):
        beside = w.lane_next[approach, index] if approach >= 0 else -1
        if beside < 0:
            break
        reach = front + far if beside == link else min(front + far, w.lane_parting[beside])
        ahead = w.lane_tail[beside]
        while ahead >= 0:
            rear = w.car_pos[ahead] - w.car_length[ahead]
            if ahead != inside and front <= rear < reach and w.car_speed[ahead] < STANDING:
                return True
            ahead = w.car_ahead[ahead]
    return False


@kernel
def gives_in(w, car, link, inside, other, mine, far):  # type: ignore[no-untyped-def]
    """Whether of two on their ways through a junction the other, with ``far`` m to go, is first at the conflict."""
    if w.car_speed[inside] < STANDING and w.car_speed[car] < STANDING:
        return inside < car and not is_shut_in(w, inside, other, far)
    if insists(w, car, link, other):
        return False
    theirs = far / max(w.car_speed[inside], CREEP)
    return theirs < mine or (theirs == mine and inside < car)
