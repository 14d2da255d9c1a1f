"""Where a car is and what a lane change would bring, for bots and for seats."""

from worlds.kit.kernel import kernel
from worlds.road.drivers.changing import THRESHOLD, move_finger, worth

UNSAFE = -50.0  # m/s²; a gain below it stands for a change that has no lane, no room or leads astray
NEVER = 2.0 * UNSAFE


@kernel
def gain_of(w, car, side):
    """m/s² that a lane change would gain; below UNSAFE where it is unsafe or there is no lane."""
    lane = w.car_lane[car]
    target = w.lane_left[lane] if side < 0 else w.lane_right[lane]
    if target < 0 or (w.way[target, w.car_goal[car]] < 0 and w.lane_next[target, 0] >= 0):
        return NEVER  # no lane, or one that only leads off the motorway
    if w.car_cool[car] > 0.0:
        return NEVER
    front = move_finger(w, target, -1, w.car_pos[car])
    gain = worth(w, car, lane, target, front, side, 0)
    return NEVER if gain == -1.0 else gain + THRESHOLD


@kernel
def place_of(w, car):
    """Metres from the west end of the motorway."""
    return w.point_x[w.lane_first[w.car_lane[car]]] + w.car_pos[car]


@kernel
def next_in(w, car, lane):
    """The next vehicle ahead of a car in a lane, or just beyond its end, and the gap to it in m; −1 none."""
    pos = w.car_pos[car]
    ahead = w.car_ahead[car] if lane == w.car_lane[car] else move_finger(w, lane, -1, pos)
    offset = 0.0
    if ahead < 0 and w.lane_next[lane, 0] >= 0:
        following = w.way[lane, w.car_goal[car]]
        following = following if following >= 0 else w.lane_next[lane, 0]
        ahead, offset = w.lane_tail[following], w.lane_length[lane]
    return ahead, w.car_pos[ahead] + offset - w.car_length[ahead] - pos if ahead >= 0 else 0.0
