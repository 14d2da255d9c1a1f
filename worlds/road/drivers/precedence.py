"""Precedence: which of two ways through a junction goes first, by lights, ranks and customs.

Among links of different rank the higher goes first. Two ranks stand for customs without signs: FROM_RIGHT (give way to
those who come from the right, and to those who come towards one when turning left: StVO §§ 8 and 9, Vienna Convention
on Road Traffic, art. 18) and FIRST_COME (who would be at the line first goes first). A third, AT_STOP, stands for a
stop line: those behind it give way to everybody else, whatever the custom, and come to a stand before they go (Vienna
Convention on Road Signs and Signals, B 2; among themselves the first goes first). A fourth, ALL_STOP, has everybody
come to a stand, and then goes first who was there first (Uniform Vehicle Code § 11-403).
"""

from worlds.kit.kernel import kernel
from worlds.kit.maths import PI
from worlds.road.fields import ALL_STOP, AT_STOP, FIRST_COME, FROM_RIGHT, RED
from worlds.road.lanes.network import wrap

TOWARDS = 0.5  # rad; who comes no farther than this from straight ahead comes neither from the right nor the left
LEFTWARDS = -0.65  # rad; a way that bends more is a left turn
FORCES = 0.5  # s; a driver whose critical gap is shorter forces his way, one with none looks at nobody
FAR = 1e6  # m
FIRMLY = 3.5  # m/s²; who would have to brake harder is expected to go on


@kernel
def is_red(w, link):  # type: ignore[no-untyped-def]
    """Whether a light keeps everybody from a link."""
    group = w.lane_group[link]
    return group >= 0 and int(w.group_state[group]) == RED


@kernel
def goes_first(w, link, other):  # type: ignore[no-untyped-def]
    """Whether traffic towards the other link has the right of way: a light that is not red, and the higher rank."""
    if is_red(w, other):
        return False
    rank, theirs = int(w.lane_rank[link]), int(w.lane_rank[other])
    if rank != theirs:
        return rank == AT_STOP or (theirs != AT_STOP and theirs > rank)
    if rank == FROM_RIGHT:
        return comes_from_right(w, link, other)
    return rank != FIRST_COME and rank != AT_STOP and rank != ALL_STOP and other < link


@kernel
def is_first_come(w, link, other):  # type: ignore[no-untyped-def]
    """Whether between two links the one goes first who is there first."""
    rank = int(w.lane_rank[link])
    return rank in (FIRST_COME, AT_STOP, ALL_STOP) and rank == int(w.lane_rank[other])


@kernel
def are_from_right(w, link, other):  # type: ignore[no-untyped-def]
    """Whether between two links who comes from the right goes first."""
    return int(w.lane_rank[link]) == FROM_RIGHT and int(w.lane_rank[other]) == FROM_RIGHT


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
def is_left_turn(w, link):  # type: ignore[no-untyped-def]
    """Whether a way through a junction bends to the left."""
    first = int(w.lane_first[link])
    last = first + int(w.lane_points[link]) - 1
    return wrap(w.point_heading[last] - w.point_heading[first]) < LEFTWARDS


@kernel
def lets_oncoming_pass(w, link, other):  # type: ignore[no-untyped-def]
    """Whether a link with a light turns left across another whose traffic comes towards it and goes first."""
    if w.lane_group[link] < 0 or int(w.lane_rank[link]) >= ALL_STOP:
        return False
    if not is_left_turn(w, link) or is_left_turn(w, other):
        return False
    return come_towards(w, link, other) and goes_first(w, link, other)


@kernel
def come_towards(w, link, other):  # type: ignore[no-untyped-def]
    """Whether two ways through a junction begin opposite each other."""
    mine, theirs = w.point_heading[w.lane_first[link]], w.point_heading[w.lane_first[other]]
    return abs(wrap(theirs - mine)) > PI - TOWARDS


@kernel
def can_hold(w, car, left):  # type: ignore[no-untyped-def]
    """Whether a driver can still stop within so many metres without an emergency."""
    return left >= 0.0 and w.car_speed[car] * w.car_speed[car] <= 2.0 * FIRMLY * left


@kernel
def oncoming_at(w, link):  # type: ignore[no-untyped-def]
    """Metres along a link to where it first meets traffic from ahead that goes first; FAR where it does nowhere."""
    found = FAR
    if not is_left_turn(w, link):
        return found
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        if w.conflict_from[side] < found and lets_oncoming_pass(w, link, w.conflict_lane[side]):
            found = w.conflict_from[side]
    return found


@kernel
def holds(w, car, link, other, front):  # type: ignore[no-untyped-def]
    """Whether one who turns left by a link, his front so far along it, waits before the other's way.

    He waits where he first meets anybody who comes towards him, and nowhere behind that.
    """
    if w.car_gap[car] < FORCES or not lets_oncoming_pass(w, link, other):
        return False
    return can_hold(w, car, oncoming_at(w, link) - front)
