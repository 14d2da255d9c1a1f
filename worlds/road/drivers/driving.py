"""How a vehicle speeds up and brakes: the Intelligent Driver Model behind whatever is ahead on its way.

IDM: Treiber, Hennecke and Helbing 2000. The update is ballistic (Treiber and Kanagaraj 2015): positions move with the
mean of the old and the new speed, and a vehicle that would drive backwards stops where its speed reaches zero.
"""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.road.drivers.inside import room_inside, stays_before
from worlds.road.drivers.making_room import heeded, slowest
from worlds.road.drivers.past_line import is_in_way
from worlds.road.drivers.precedence import holds
from worlds.road.drivers.waiting import NOWHERE, place_to_wait
from worlds.road.drivers.yielding import CLEAR, is_free, sight_of
from worlds.road.fields import EXIT, GREEN, LINK, LONGEST, RED
from worlds.road.lanes.bodies import rearmost
from worlds.road.lanes.crossings import onward

GAP = 2.0  # m between standing vehicles, s0 of IDM (Treiber and Kesting 2013, table 11.2)
HARDEST = 9.0  # m/s²; full braking on a dry road, SUMO's emergencyDecel
STOPPING = 3.5  # m/s²; a driver runs through a light that has just changed rather than brake harder (ITE: 3.0 to 3.4)
LINE = 1.0  # m; how near to a stop line a front bumper comes to rest
SHORTEST = 1.0  # s; the gap of one who sees too late that somebody comes
HORIZON = 120.0  # m a driver looks ahead, farther where he needs that to stop in comfort
LOOKED = 24  # lanes ahead; those of imported networks may be a few metres long
FREE = 1e6  # m


@kernel
def idm(speed, desired, gap, closing, headway, brisk, comfort):  # type: ignore[no-untyped-def]
    """Acceleration (m/s²) at a gap (m) to a leader that one comes closer to by ``closing`` m/s."""
    free, ease = idm_alone(speed, desired, brisk, comfort), 2.0 * np.sqrt(brisk * comfort)
    return idm_behind(free, ease, speed, gap, closing, headway, brisk)


@kernel
def idm_alone(speed, desired, brisk, comfort):  # type: ignore[no-untyped-def]
    """`idm` without a leader."""
    share = speed / max(desired, 0.1)
    if share <= 1.0:
        return brisk * (1.0 - share * share * share * share)
    return -comfort * (1.0 - 1.0 / share)


@kernel
def idm_behind(free, ease, speed, gap, closing, headway, brisk):  # type: ignore[no-untyped-def]
    """`idm` behind a leader, from what does not depend on him: `idm_alone` and 2 √(brisk · comfort)."""
    if gap >= FREE:
        return free
    wish = GAP + max(0.0, speed * headway + speed * closing / ease)
    ratio = wish / max(gap, 0.1)
    return max(free - brisk * ratio * ratio, -HARDEST)


@kernel
def follow(w, car, gap, closing, desired):  # type: ignore[no-untyped-def]
    """`idm` with a vehicle's own parameters."""
    return idm(w.car_speed[car], desired, gap, closing, w.car_headway[car], w.car_brisk[car], w.car_comfort[car])


@kernel
def alone(w, car, desired):  # type: ignore[no-untyped-def]
    """`follow` without a leader."""
    return idm_alone(w.car_speed[car], desired, w.car_brisk[car], w.car_comfort[car])


@kernel
def ease_of(w, car):  # type: ignore[no-untyped-def]
    """The 2 √(brisk · comfort) of a vehicle, for `keep_off`."""
    return 2.0 * np.sqrt(w.car_brisk[car] * w.car_comfort[car])


@kernel
def keep_off(w, car, gap, closing, free, ease):  # type: ignore[no-untyped-def]
    """`follow` from `alone` and `ease_of`: who looks at several others in a tick takes that slow root only once."""
    return idm_behind(free, ease, w.car_speed[car], gap, closing, w.car_headway[car], w.car_brisk[car])


@kernel
def wish_speed(w, car, lane):  # type: ignore[no-untyped-def]
    """The speed a vehicle would drive at on an empty lane."""
    return w.lane_limit[lane] * w.car_desire[car]


@kernel
def accelerate_all(w, slots):  # type: ignore[no-untyped-def]
    """Sets ``car_accel`` of every vehicle that the model drives. ``slots``: see `slots_used`."""
    for car in range(slots):
        if w.car_lane[car] >= 0 and w.car_seat[car] < 0:
            w.car_accel[car] = acceleration(w, car)


@kernel
def acceleration(w, car):  # type: ignore[no-untyped-def]
    """What the driver does now: follow the leader, slow down for bends, stop at red, give way."""
    lane = w.car_lane[car]
    free, ease = alone(w, car, wish_speed(w, car, lane)), ease_of(w, car)
    leader = w.car_ahead[car]
    if leader < 0:
        accel = look_ahead(w, car, lane, free, ease)
    else:
        gap = w.car_pos[leader] - w.car_length[leader] - w.car_pos[car]
        accel = keep_off(w, car, gap, w.car_speed[car] - w.car_speed[leader], free, ease)
        if int(w.lane_kind[lane]) == LINK:
            accel = min(accel, on_link(w, car, lane, free, ease))
    if w.car_heeds[car] >= 0:
        accel = min(accel, make_room(w, car, free, ease))
    place = place_to_wait(w, car, lane)
    if place < NOWHERE:
        accel = min(accel, keep_off(w, car, max(place + GAP, 0.1), w.car_speed[car], free, ease))
    return accel


@kernel
def make_room(w, car, free, ease):  # type: ignore[no-untyped-def]
    """The acceleration that keeps one behind somebody in the lane beside, as far as `making_room.py` asks for that."""
    other = heeded(w, car)
    if other < 0:
        return 100.0
    gap = w.car_pos[other] - w.car_length[other] - w.car_pos[car]
    wanted = keep_off(w, car, max(gap, 0.1), w.car_speed[car] - w.car_speed[other], free, ease)
    return max(wanted, slowest(w, car, other, gap, free))


@kernel
def on_link(w, car, link, free, ease):  # type: ignore[no-untyped-def]
    """The braking of one on his way through a junction, for others across it and for those who took another way."""
    away = -w.car_pos[car]
    accel = keep_clear(w, car, link, away, free, ease)
    stay = stays_before(w, car, link, w.car_pos[car])
    if stay < FREE:
        accel = min(accel, keep_off(w, car, max(away + stay + GAP, 0.1), w.car_speed[car], free, ease))
    before = w.lane_before[link, 0]
    if -away < w.lane_parting[link] and before >= 0:
        accel = min(accel, beside(w, car, before, link, away, free, ease))
    return accel


@kernel
def look_ahead(w, car, lane, free, ease):  # type: ignore[no-untyped-def]
    """The acceleration of the foremost of a lane, whose leader, light or bend lies in the lanes to come."""
    speed, goal = w.car_speed[car], int(w.car_goal[car])
    away, line = w.lane_length[lane] - w.car_pos[car], FREE
    horizon = max(HORIZON, sight_of(speed))
    accel = free
    if int(w.lane_kind[lane]) == LINK:
        accel = min(accel, on_link(w, car, lane, free, ease))
    for _ in range(LOOKED):
        if away > min(horizon, line + LONGEST) or int(w.lane_kind[lane]) == EXIT:
            break
        following, goal = onward(w, lane, goal)
        if following < 0:  # the lane ends
            return min(accel, keep_off(w, car, max(away, 0.1), speed, free, ease))
        is_link = int(w.lane_kind[following]) == LINK
        if is_link and line == FREE:
            stop = stops_at(w, car, following, away)
            if stop < FREE:  # who stops there still keeps off those whose rear has not left his lane
                line = away if stop <= 0.0 else line
                accel = min(accel, keep_off(w, car, max(away + stop + GAP, 0.1), speed, free, ease))
            if stop > 0.0 and away < sight_of(speed):
                accel = min(accel, keep_clear(w, car, following, away, free, ease))
        accel = min(accel, slow_down(w, car, following, away))
        leader = w.lane_tail[following]
        if is_link or int(w.lane_kind[following]) == EXIT:  # some networks have ends where others go on
            accel = min(accel, beside(w, car, lane, following, away, free, ease))
        if not is_link and int(w.lane_kind[lane]) == LINK and lane == w.car_lane[car]:
            accel = min(accel, merge(w, car, lane, following, away, free, ease))
        if leader >= 0:
            gap = away + w.car_pos[leader] - w.car_length[leader]
            return min(accel, keep_off(w, car, gap, speed - w.car_speed[leader], free, ease))
        away += w.lane_length[following]
        lane = following
    return accel


@kernel
def keep_clear(w, car, link, away, free, ease):  # type: ignore[no-untyped-def]
    """The braking for others across the way through a junction, for one past his line or who cannot stop at it.

    ``away``: m to the link, below 0 on it. Harmless where nobody is in the way, or for one who looks at nobody.
    """
    accel = 100.0
    if w.car_gap[car] <= 0.0:
        return accel
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        if away + w.conflict_here[side] <= 0.0:
            continue
        other = w.conflict_lane[side]
        if w.lane_next[other, 0] == w.lane_next[link, 0]:
            continue
        left = away + w.conflict_from[side]
        if is_in_way(w, car, link, side, left):
            accel = min(accel, keep_off(w, car, max(left + GAP - CLEAR, 0.1), w.car_speed[car], free, ease))
    return accel


@kernel
def slow_down(w, car, lane, away):  # type: ignore[no-untyped-def]
    """The braking that a slower lane ahead asks for, as hard as a vehicle can; harmless where there is none."""
    target = wish_speed(w, car, lane)
    speed = w.car_speed[car]
    if speed <= target:
        return 100.0
    need = (speed * speed - target * target) / (2.0 * max(away, 1.0))
    return 100.0 if need < 0.5 * w.car_comfort[car] else -min(need, HARDEST)


@kernel
def beside(w, car, lane, link, away, free, ease):  # type: ignore[no-untyped-def]
    """Follow one who took another way out of the same lane until he is clear of ours. ``away``: m to the link."""
    accel = 100.0
    for index in range(w.lane_next.shape[1]):
        other = w.lane_next[lane, index]
        if other < 0 or other == link:
            continue
        leader, rear = rearmost(w, other)
        while leader >= 0 and rear < max(w.lane_parting[other], 0.1):
            if away + rear + w.car_length[leader] > 0.0:  # he is ahead
                closing = w.car_speed[car] - w.car_speed[leader]
                accel = min(accel, keep_off(w, car, max(away + rear, 0.1), closing, free, ease))
                break
            leader = w.car_ahead[leader]
            rear = w.car_pos[leader] - w.car_length[leader] if leader >= 0 else FREE
    return accel


@kernel
def merge(w, car, link, following, away, free, ease):  # type: ignore[no-untyped-def]
    """Follow who on another link has less far to go to the lane that both lead to, unless he waits for this one."""
    accel = 100.0
    for index in range(w.lane_before.shape[1]):
        other = w.lane_before[following, index]
        if other < 0 or other == link or int(w.lane_kind[other]) != LINK:
            continue
        ahead = w.lane_tail[other]
        while ahead >= 0 and w.lane_length[other] - w.car_pos[ahead] > away:
            ahead = w.car_ahead[ahead]
        if ahead >= 0 and holds(w, ahead, other, link, w.car_pos[ahead]):
            continue
        if ahead >= 0 and (w.lane_length[other] - w.car_pos[ahead] < away or ahead < car):
            gap = away - (w.lane_length[other] - w.car_pos[ahead]) - w.car_length[ahead]
            wanted = keep_off(w, car, max(gap, 0.1), w.car_speed[car] - w.car_speed[ahead], free, ease)
            accel = min(accel, max(wanted, -2.0 * w.car_comfort[car]))
    return accel


@kernel
def stops_at(w, car, link, away):  # type: ignore[no-untyped-def]
    """How far along a link, which begins ``away`` m ahead, a light or others ask a vehicle to stop, and it can.

    Below 0: at the line before it; FREE: nowhere. Above 0: in the middle of the junction, where it waits for a gap.
    Who would have to brake hard does so only for others whom he would meet, not for a gap that is a little short.
    """
    speed = w.car_speed[car]
    need = speed * speed / (2.0 * max(away, 0.1))
    if need >= HARDEST:  # too near the line, perhaps on the way to a place behind it
        return min(stays_before(w, car, link, -away), FREE)
    group = w.lane_group[link]
    if group >= 0 and int(w.group_state[group]) != GREEN:
        return -LINE if int(w.group_state[group]) == RED or need < STOPPING else FREE
    gap = w.car_gap[car] if need < STOPPING else min(w.car_gap[car], SHORTEST)
    if is_free(w, car, link, away, gap):
        return FREE
    return max(room_inside(w, car, link, away, gap), -LINE)


@kernel
def move_all(w, dt, slots):  # type: ignore[no-untyped-def]
    """The ballistic step of every vehicle; those that pass the end of their lane go on in `pass_ends`."""
    metres = w.metres
    for car in range(slots):
        if w.car_lane[car] < 0:
            continue
        accel, before = w.car_accel[car], w.car_speed[car]
        speed = before + accel * dt
        if speed < 0.0:
            speed = 0.0
            far = before * before / (2.0 * max(-accel, 0.1))
        else:
            far = 0.5 * (before + speed) * dt
        w.car_pos[car] += far
        w.car_far[car] = far
        w.car_speed[car] = speed
        w.car_brakes[car] = 1 if accel < -0.7 or speed < 0.1 else 0
        metres += far
    w.metres = metres


@kernel
def keep_order(w):  # type: ignore[no-untyped-def]
    """Nobody drives through whom he has run into: he stays right behind, no faster than the other."""
    for lane in range(int(w.lanes)):
        ahead = w.lane_head[lane]
        car = w.car_behind[ahead] if ahead >= 0 else -1
        while car >= 0:
            if w.car_pos[car] > w.car_pos[ahead]:
                w.car_far[car] = max(w.car_far[car] - (w.car_pos[car] - w.car_pos[ahead]), 0.0)
                w.car_pos[car] = w.car_pos[ahead]
                w.car_speed[car] = min(w.car_speed[car], w.car_speed[ahead])
            ahead = car
            car = w.car_behind[ahead]
