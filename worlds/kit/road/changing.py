"""Lane changes: to get where one wants to go, and to get there faster (MOBIL: Kesting, Treiber and Helbing 2007)."""

from worlds.kit.kernel import kernel
from worlds.kit.road.driving import FREE, GAP, follow, wish_speed
from worlds.kit.road.fields import LINK
from worlds.kit.road.order import follower_at, put, take_out

THRESHOLD = 0.2  # m/s² that a change must gain (Treiber and Kesting 2013, table 14.1: 0.1 to 0.2)
SAFE = 4.0  # m/s² that the new follower may have to brake at most (same table)
URGE = 2.0  # m/s² that a change on one's route is worth, more near the end of the lane
URGENT = 60.0  # m before the end of the lane from where the urge grows
COOL = 4.0  # s between two changes of a vehicle: no ping-pong (traffic-simulation.de)
THINK = 1.0  # s between two looks at the neighbouring lanes
LAST = 8.0  # m before its end a lane is no longer left


@kernel
def change_lanes(w, now, dt):  # type: ignore[no-untyped-def]
    """Every vehicle that has a lane beside it looks there once a second."""
    for car in range(len(w.car_lane)):
        lane = w.car_lane[car]
        if lane < 0 or w.car_cool[car] > 0.0 or w.car_seat[car] >= 0:
            continue
        if w.lane_left[lane] < 0 and w.lane_right[lane] < 0:
            continue
        w.car_cool[car] = THINK
        consider(w, car, lane)


@kernel
def consider(w, car, lane):  # type: ignore[no-untyped-def]
    """Change to the better side, if either is good enough."""
    steer = int(w.steer[lane, w.car_goal[car]])
    w.car_blink[car] = 1 if steer < 0 else 2 if steer > 0 else 0
    best, side = 0.0, 0
    if w.lane_left[lane] >= 0:
        best = worth(w, car, lane, w.lane_left[lane], -1, steer)
        side = -1 if best > 0.0 else 0
    if w.lane_right[lane] >= 0:
        gain = worth(w, car, lane, w.lane_right[lane], 1, steer)
        if gain > max(best, 0.0):
            side = 1
    if side != 0:
        change(w, car, w.lane_left[lane] if side < 0 else w.lane_right[lane], side)


@kernel
def worth(w, car, lane, target, side, steer):  # type: ignore[no-untyped-def]
    """m/s² that a change to a lane gains above the threshold; below 0 when it is unsafe or leads astray."""
    goal = w.car_goal[car]
    back_again = int(w.steer[target, goal]) == -side
    left = w.lane_length[lane] - w.car_pos[car]
    if steer == -side or (steer != side and back_again) or left < LAST:
        return -1.0
    back = follower_at(w, target, w.car_pos[car])
    front = w.lane_tail[target] if back < 0 else w.car_ahead[back]
    if front >= 0 and w.car_pos[front] - w.car_length[front] - w.car_pos[car] < 0.5 * GAP:
        return -1.0
    loss = 0.0
    if back >= 0:
        gap = w.car_pos[car] - w.car_length[car] - w.car_pos[back]
        if gap < 0.5 * GAP:
            return -1.0
        after = follow(w, back, gap, w.car_speed[back] - w.car_speed[car], wish_speed(w, back, target))
        if after < -SAFE:
            return -1.0
        loss = behind(w, back, front, target) - after
    mine = behind(w, car, front, target)
    if mine < -SAFE:
        return -1.0
    now = behind(w, car, w.car_ahead[car], lane)
    urge = URGE + 6.0 * max(0.0, 1.0 - left / URGENT) if steer == side else 0.0
    return mine - now - w.car_polite[car] * loss + urge - THRESHOLD


@kernel
def behind(w, car, front, lane):  # type: ignore[no-untyped-def]
    """The acceleration of a vehicle in a lane behind another, or free for −1."""
    desired = wish_speed(w, car, lane)
    if front < 0:
        return follow(w, car, FREE, 0.0, desired)
    gap = w.car_pos[front] - w.car_length[front] - w.car_pos[car]
    return follow(w, car, gap, w.car_speed[car] - w.car_speed[front], desired)


@kernel
def change(w, car, target, side):  # type: ignore[no-untyped-def]
    """Into the next lane; on the screen the vehicle glides over."""
    back = follower_at(w, target, w.car_pos[car])
    take_out(w, car)
    put(w, car, target, back)
    w.car_side[car] = -side * w.lane_width[target]
    w.car_cool[car] = COOL
    w.car_blink[car] = 1 if side < 0 else 2
