"""Vehicles as boxes on the map, and whether two of them overlap."""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.road.lanes.crossings import point_at

WIDTH = 1.8  # m; of cars, and of what must not touch of longer ones
PIECE = 5.0  # m; longer vehicles bend


@kernel
def point_on(w, lane, metres, last):  # type: ignore[no-untyped-def]
    """x and y of a place on a lane, before its beginning on the lane ``last``."""
    if metres < 0.0 and last >= 0:
        lane, metres = int(last), w.lane_length[last] + metres
    x, y = point_at(w, lane, metres)
    return x, y


@kernel
def body_of(w, car):  # type: ignore[no-untyped-def]
    """Middle and direction (unit vector) of a vehicle whose front and rear are on its way."""
    lane, last = int(w.car_lane[car]), int(w.car_last[car])
    fx, fy = point_on(w, lane, w.car_pos[car], last)
    rx, ry = point_on(w, lane, w.car_pos[car] - w.car_length[car], last)
    dx, dy = fx - rx, fy - ry
    size = max(np.sqrt(dx * dx + dy * dy), 1e-6)
    return 0.5 * (fx + rx), 0.5 * (fy + ry), dx / size, dy / size


@kernel
def piece_of(w, car, front, rear):  # type: ignore[no-untyped-def]
    """Middle, direction and half the length of the part of a vehicle between two places on its way."""
    lane, last = int(w.car_lane[car]), int(w.car_last[car])
    fx, fy = point_on(w, lane, front, last)
    rx, ry = point_on(w, lane, rear, last)
    dx, dy = fx - rx, fy - ry
    size = max(np.sqrt(dx * dx + dy * dy), 1e-6)
    return 0.5 * (fx + rx), 0.5 * (fy + ry), dx / size, dy / size, 0.5 * (front - rear)


@kernel
def pieces_in(w, car):  # type: ignore[no-untyped-def]
    """Of how many straight boxes a vehicle is: long ones follow the bends of their way, as their drivers see to."""
    return int((w.car_length[car] - 1e-9) / PIECE) + 1


@kernel
def overlap(w, car, other):  # type: ignore[no-untyped-def]
    """Whether two vehicles touch: any piece of one and any of the other."""
    x, y, _, _ = body_of(w, car)
    ox, oy, _, _ = body_of(w, other)
    near = 0.5 * (w.car_length[car] + w.car_length[other]) + WIDTH
    if (x - ox) * (x - ox) + (y - oy) * (y - oy) > near * near:
        return False
    mine, theirs = pieces_in(w, car), pieces_in(w, other)
    for piece in range(mine):
        pos, long = w.car_pos[car], w.car_length[car] / mine
        ax, ay, ac, s, a = piece_of(w, car, pos - piece * long, pos - (piece + 1) * long)
        for part in range(theirs):
            pos, long = w.car_pos[other], w.car_length[other] / theirs
            bx, by, bc, bs, b = piece_of(w, other, pos - part * long, pos - (part + 1) * long)
            if boxes_overlap(bx - ax, by - ay, ac, s, a, bc, bs, b):
                return True
    return False


@kernel
def boxes_overlap(dx, dy, ac, s, a, bc, bs, b):  # type: ignore[no-untyped-def]
    """Whether no axis of two boxes ``dx``, ``dy`` apart separates them: directions, half lengths."""
    wide, along, across = 0.5 * WIDTH, abs(ac * bc + s * bs), abs(ac * bs - s * bc)
    if abs(dx * ac + dy * s) > a + b * along + wide * across:
        return False
    if abs(dy * ac - dx * s) > wide + b * across + wide * along:
        return False
    if abs(dx * bc + dy * bs) > b + a * along + wide * across:
        return False
    return abs(dy * bc - dx * bs) <= wide + a * across + wide * along


@kernel
def ways_meet(w, car, other):  # type: ignore[no-untyped-def]
    """Whether the links that two vehicles are on, front or rear, cross or merge."""
    for back in range(2):
        mine = w.car_lane[car] if back == 0 else rear_lane(w, car)
        for far in range(2):
            theirs = w.car_lane[other] if far == 0 else rear_lane(w, other)
            if mine >= 0 and theirs >= 0 and lanes_meet(w, mine, theirs):
                return True
    return False


@kernel
def rear_lane(w, car):  # type: ignore[no-untyped-def]
    """The lane that a vehicle's rear is on."""
    return int(w.car_last[car]) if w.car_pos[car] < w.car_length[car] else int(w.car_lane[car])


@kernel
def lanes_meet(w, lane, other):  # type: ignore[no-untyped-def]
    """Whether two links cross or merge."""
    first = int(w.lane_conflict[lane])
    for side in range(first, first + int(w.lane_conflicts[lane])):
        if w.conflict_lane[side] == other:
            return True
    return False


@kernel
def touching(w, car):  # type: ignore[no-untyped-def]
    """A vehicle on a crossing or merging way that this one has run into, or that has run into it; −1 none."""
    for other in range(len(w.car_lane)):
        if other != car and w.car_lane[other] >= 0 and ways_meet(w, car, other) and overlap(w, car, other):
            return other
    return -1


@kernel
def rearmost(w, lane):  # type: ignore[no-untyped-def]
    """Whose rear is the last on a lane, and where on it: of the last vehicle, or of one that has just left it; −1."""
    last = w.lane_tail[lane]
    if last >= 0:
        return int(last), w.car_pos[last] - w.car_length[last]
    last = last_out(w, lane)
    if last < 0:
        return -1, 0.0
    return int(last), w.lane_length[lane] + w.car_pos[last] - w.car_length[last]


@kernel
def last_out(w, lane):  # type: ignore[no-untyped-def]
    """Who has left a lane by any way out of it while his rear still lies on it, the rearmost of them; −1 nobody."""
    found, rearmost = -1, 0.0
    for index in range(w.lane_next.shape[1]):
        following = w.lane_next[lane, index]
        if following < 0:
            break
        last = w.lane_tail[following]
        if last >= 0 and w.car_pos[last] - w.car_length[last] < rearmost and w.car_last[last] == lane:
            found, rearmost = last, w.car_pos[last] - w.car_length[last]
    return found
