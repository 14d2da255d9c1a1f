"""Lane changes: to get where one wants to go, and to get there faster (MOBIL: Kesting, Treiber and Helbing 2007)."""

from worlds.kit.kernel import kernel
from worlds.road.drivers.driving import FREE, GAP, HORIZON, LOOKED, follow, wish_speed
from worlds.road.drivers.making_room import ask_for_room, may_still_leave, must_leave, urgency
from worlds.road.drivers.order import put, take_out
from worlds.road.fields import EXIT
from worlds.road.lanes.bodies import last_out
from worlds.road.lanes.crossings import leads, onward

THRESHOLD = 0.2  # m/s² that a change must gain (Treiber and Kesting 2013, table 14.1: 0.1 to 0.2)
SAFE = 4.0  # m/s² that the new follower may have to brake at most (same table)
SAFE_SLOW = 8.5  # m/s² the same for a change that must be, at walking pace (traffic-simulation.de: up to 17)
URGE, PRESSING = 2.0, 6.0  # m/s² that a change on one's route is worth, and so much more at the end of the lane
SIGNPOST = 300.0  # m before the end of a lane from where one heeds what the next one asks for (German sign 449: 300 m)
COOL = 4.0  # s between two changes of a vehicle: no ping-pong (traffic-simulation.de)
STARTLED = 1.0  # s that the new follower does not change itself (same source)
THINK = 1.0  # s between two looks at the neighbouring lanes


@kernel
def change_lanes(w, now, dt):  # type: ignore[no-untyped-def]
    """Every vehicle that has a lane beside it looks there once a second or oftener, a finger in the lanes beside."""
    for lane in range(int(w.lanes)):
        left, right = w.lane_left[lane], w.lane_right[lane]
        if left < 0 and right < 0:
            continue
        car, ahead_left, ahead_right = w.lane_head[lane], -1, -1
        while car >= 0:
            following = w.car_behind[car]
            if w.car_cool[car] <= 0.0 and w.car_seat[car] < 0:
                w.car_cool[car] = THINK
                if left >= 0:
                    ahead_left = move_finger(w, left, ahead_left, w.car_pos[car])
                if right >= 0:
                    ahead_right = move_finger(w, right, ahead_right, w.car_pos[car])
                consider(w, car, lane, ahead_left, ahead_right)
            car = following


@kernel
def move_finger(w, lane, ahead, pos):  # type: ignore[no-untyped-def]
    """The last vehicle of a lane that is ahead of a place, −1 none; ``ahead`` is one that is, or −1."""
    following = w.car_behind[ahead] if ahead >= 0 else w.lane_head[lane]
    while following >= 0 and w.car_pos[following] > pos:
        ahead = following
        following = w.car_behind[ahead]
    return ahead


@kernel
def consider(w, car, lane, ahead_left, ahead_right):  # type: ignore[no-untyped-def]
    """Change to the better side, if either is good enough."""
    steer = wanted_side(w, car, lane)
    w.car_blink[car] = 1 if steer < 0 else 2 if steer > 0 else 0
    best, side, front = 0.0, 0, -1
    if w.lane_left[lane] >= 0:
        gain = worth(w, car, lane, w.lane_left[lane], ahead_left, -1, steer)
        if gain > best:
            best, side, front = gain, -1, ahead_left
    if w.lane_right[lane] >= 0:
        gain = worth(w, car, lane, w.lane_right[lane], ahead_right, 1, steer)
        if gain > best:
            best, side, front = gain, 1, ahead_right
    if side != 0:
        change(w, car, w.lane_left[lane] if side < 0 else w.lane_right[lane], front, side)
    elif steer != 0 and urgency(w, car, lane) > 0.0:
        target, front = (w.lane_left[lane], ahead_left) if steer < 0 else (w.lane_right[lane], ahead_right)
        ask_for_room(w, car, front, w.car_behind[front] if front >= 0 else w.lane_head[target])
        w.car_cool[car] = 0.0  # who must change watches for his gap all the time


@kernel
def wanted_side(w, car, lane):  # type: ignore[no-untyped-def]
    """The side that the route asks for here, or soon after the end of this lane: −1 left, 0 neither, 1 right."""
    goal = w.car_goal[car]
    steer = int(w.steer[lane, goal])
    if steer == 0 and w.lane_length[lane] - w.car_pos[car] < SIGNPOST:
        following = w.way[lane, goal]
        if following >= 0:
            steer = int(w.steer[following, goal])
    return steer


@kernel
def worth(w, car, lane, target, front, side, steer):  # type: ignore[no-untyped-def]
    """m/s² that a change behind ``front`` gains above the threshold; below 0 when it is unsafe or leads astray."""
    back_again = int(w.steer[target, w.car_goal[car]]) == -side
    if steer == -side or (steer != side and back_again) or not may_still_leave(w, car, lane):
        return -1.0
    limit = SAFE
    if steer == side:
        limit += (SAFE_SLOW - SAFE) * max(0.0, 1.0 - w.car_speed[car] / max(w.lane_limit[lane], 1.0))
    loss = lost_by_follower(w, car, target, front, limit)
    if loss >= FREE:
        return -1.0
    mine = behind(w, car, front, target)
    if mine < -limit:
        return -1.0
    now = behind(w, car, w.car_ahead[car], lane)
    urge = 0.0
    if steer == side:
        urge = URGE + PRESSING * (pressure(w, car, lane) if int(w.steer[lane, w.car_goal[car]]) == side else 0.0)
    return mine - now - w.car_polite[car] * loss + urge - THRESHOLD


@kernel
def pressure(w, car, lane):  # type: ignore[no-untyped-def]
    """`urgency`, but full from the signpost on for one who would end up elsewhere: he joins the queue at its end."""
    if w.lane_length[lane] - w.car_pos[car] < SIGNPOST and must_leave(w, car, lane):
        return 1.0
    return urgency(w, car, lane)


@kernel
def lost_by_follower(w, car, target, front, limit):  # type: ignore[no-untyped-def]
    """m/s² that the new follower would lose; FREE where it would have to brake harder than ``limit`` or has no room."""
    back = w.car_behind[front] if front >= 0 else w.lane_head[target]
    if back >= 0:
        gap = w.car_pos[car] - w.car_length[car] - w.car_pos[back]
        goes_on = behind(w, back, front, target)
    else:
        back = last_before(w, target)
        if back < 0:
            return 0.0
        gap = w.car_pos[car] - w.car_length[car] + metres_before(w, target, back)
        goes_on = behind(w, back, -1, w.car_lane[back])
    if gap < 0.5 * GAP:
        return FREE
    after = follow(w, back, gap, w.car_speed[back] - w.car_speed[car], wish_speed(w, back, target))
    return FREE if after < -limit else goes_on - after


@kernel
def last_before(w, lane):  # type: ignore[no-untyped-def]
    """The vehicle that will come into a lane next, −1 none near: several lanes back where they are short."""
    nearest, found = HORIZON, -1
    for index in range(w.lane_before.shape[1]):
        before, back = w.lane_before[lane, index], 0.0
        if before < 0:
            break
        for _ in range(LOOKED):
            car = first_bound(w, before, lane)
            if car >= 0 and back + w.lane_length[before] - w.car_pos[car] < nearest:
                nearest, found = back + w.lane_length[before] - w.car_pos[car], car
            back += w.lane_length[before]
            if car >= 0 or back > nearest:
                break
            before = busiest_before(w, before, lane)
            if before < 0:
                break
    return found


@kernel
def first_bound(w, before, lane):  # type: ignore[no-untyped-def]
    """The foremost vehicle in a lane whose way leads into another, −1 none."""
    car = w.lane_head[before]
    while car >= 0 and metres_to(w, before, lane, w.car_goal[car]) < 0.0:
        car = w.car_behind[car]
    return car


@kernel
def busiest_before(w, lane, target):  # type: ignore[no-untyped-def]
    """The lane before another in which somebody is nearest to its end and bound for the target; the first if none."""
    nearest, found = FREE, int(w.lane_before[lane, 0])
    for index in range(w.lane_before.shape[1]):
        before = int(w.lane_before[lane, index])
        car = first_bound(w, before, target) if before >= 0 else -1
        if car >= 0 and w.lane_length[before] - w.car_pos[car] < nearest:
            nearest, found = w.lane_length[before] - w.car_pos[car], before
    return found


@kernel
def metres_to(w, lane, target, goal):  # type: ignore[no-untyped-def]
    """Metres from the beginning of a lane to that of another on the way to a destination; below 0 where it is not."""
    far, between = w.lane_length[lane], 0.0
    for _ in range(LOOKED):
        lane, goal = onward(w, lane, goal)
        if lane == target:
            return far + between
        if lane < 0 or between > HORIZON:
            return -1.0
        between += w.lane_length[lane]
    return -1.0


@kernel
def metres_before(w, lane, car):  # type: ignore[no-untyped-def]
    """Metres from the front of a vehicle that will come into a lane to its beginning."""
    return metres_to(w, w.car_lane[car], lane, w.car_goal[car]) - w.car_pos[car]


@kernel
def behind(w, car, front, lane):  # type: ignore[no-untyped-def]
    """The acceleration of a vehicle in a lane behind another; for −1 behind the last of the next lane, or free."""
    desired = wish_speed(w, car, lane)
    speed = w.car_speed[car]
    if front >= 0:
        gap = w.car_pos[front] - w.car_length[front] - w.car_pos[car]
        return -FREE if gap < 0.5 * GAP else follow(w, car, gap, speed - w.car_speed[front], desired)
    away = w.lane_length[lane] - w.car_pos[car]
    leaving = last_out(w, lane)
    if leaving >= 0:
        gap = away + w.car_pos[leaving] - w.car_length[leaving]
        if gap < 0.5 * GAP:
            return -FREE
        if w.car_lane[leaving] != leads(w, lane, w.car_goal[car]):
            return follow(w, car, gap, speed - w.car_speed[leaving], desired)
    for _ in range(LOOKED):
        following = w.way[lane, w.car_goal[car]]
        if following < 0 and w.lane_next[lane, 0] < 0 and int(w.lane_kind[lane]) != EXIT:
            return follow(w, car, max(away, 0.1), speed, desired)
        if following < 0 or away > HORIZON:
            break
        front = w.lane_tail[following]
        if front >= 0:
            gap = away + w.car_pos[front] - w.car_length[front]
            return -FREE if gap < 0.5 * GAP else follow(w, car, gap, speed - w.car_speed[front], desired)
        away += w.lane_length[following]
        lane = following
    return follow(w, car, FREE, 0.0, desired)


@kernel
def change(w, car, target, front, side):  # type: ignore[no-untyped-def]
    """Into the next lane, behind ``front`` or first for −1; on the screen the vehicle glides over."""
    back = w.car_behind[front] if front >= 0 else w.lane_head[target]
    if must_leave(w, car, w.car_lane[car]):
        w.car_stood[car] = 0.0  # that was for this change
    take_out(w, car)
    put(w, car, target, back)
    w.car_side[car] = -side * w.lane_width[target]
    w.car_cool[car] = COOL
    w.car_blink[car] = 1 if side < 0 else 2
    if back >= 0 and w.car_cool[back] < STARTLED:
        w.car_cool[back] = STARTLED
