"""Who is ahead of whom: every lane keeps its vehicles in a chain from the foremost to the last."""

from worlds.kit.kernel import kernel


@kernel
def clear_cars(w):  # type: ignore[no-untyped-def]
    """No vehicle anywhere; the slots are wiped, so that equal states are equal bytes."""
    for lane in range(len(w.lane_head)):
        w.lane_head[lane] = w.lane_tail[lane] = -1
    for car in range(len(w.car_lane)):
        wipe(w, car)


@kernel
def wipe(w, car):  # type: ignore[no-untyped-def]
    """Free a slot."""
    w.car_lane[car] = w.car_last[car] = w.car_ahead[car] = w.car_behind[car] = w.car_seat[car] = w.car_heeds[car] = -1
    w.car_goal[car] = w.car_from[car] = w.car_stops[car] = 0
    w.car_pos[car] = w.car_speed[car] = w.car_accel[car] = w.car_length[car] = w.car_side[car] = 0.0
    w.car_desire[car] = w.car_headway[car] = w.car_brisk[car] = w.car_comfort[car] = 0.0
    w.car_polite[car] = w.car_gap[car] = w.car_cool[car] = w.car_far[car] = w.car_slid[car] = 0.0
    w.car_since[car] = w.car_waited[car] = w.car_free[car] = w.car_was[car] = w.car_stood[car] = 0.0
    w.car_kind[car] = w.car_blink[car] = w.car_brakes[car] = w.car_moved[car] = w.car_hit[car] = 0


@kernel
def free_slot(w):  # type: ignore[no-untyped-def]
    """A slot without a vehicle, −1 when all are taken."""
    for car in range(len(w.car_lane)):
        if w.car_lane[car] < 0:
            return car
    return -1


@kernel
def slots_used(w):  # type: ignore[no-untyped-def]
    """The slots up to the last vehicle's: all behind them are free, often most, and need no look."""
    slots = len(w.car_lane)
    while slots > 0 and w.car_lane[slots - 1] < 0:
        slots -= 1
    return slots


@kernel
def follower_at(w, lane, pos):  # type: ignore[no-untyped-def]
    """The first vehicle of a lane at or behind a place, −1 none: from the tail, where vehicles come in."""
    back = -1
    car = w.lane_tail[lane]
    while car >= 0 and w.car_pos[car] <= pos:
        back = car
        car = w.car_ahead[car]
    return back


@kernel
def put(w, car, lane, back):  # type: ignore[no-untyped-def]
    """Put a vehicle into a lane, right ahead of ``back``, or last for −1."""
    front = w.lane_tail[lane] if back < 0 else w.car_ahead[back]
    w.car_lane[car] = lane
    w.car_ahead[car] = front
    w.car_behind[car] = back
    if front >= 0:
        w.car_behind[front] = car
    else:
        w.lane_head[lane] = car
    if back >= 0:
        w.car_ahead[back] = car
    else:
        w.lane_tail[lane] = car


@kernel
def enter(w, car, lane):  # type: ignore[no-untyped-def]
    """Put a vehicle into a lane where its place belongs."""
    back = -1
    ahead = w.lane_tail[lane]
    while ahead >= 0 and w.car_pos[ahead] <= w.car_pos[car]:
        back = ahead
        ahead = w.car_ahead[ahead]
    put(w, car, lane, back)


@kernel
def take_out(w, car):  # type: ignore[no-untyped-def]
    """Take a vehicle out of its lane; its slot stays taken until it is put into another or wiped."""
    front, back, lane = w.car_ahead[car], w.car_behind[car], w.car_lane[car]
    if front >= 0:
        w.car_behind[front] = back
    else:
        w.lane_head[lane] = back
    if back >= 0:
        w.car_ahead[back] = front
    else:
        w.lane_tail[lane] = front
