"""How dangerous and how rough the traffic is: collisions, time to collision, post-encroachment time, jerk.

Definitions and thresholds: SUMO's surrogate safety measures (https://sumo.dlr.de/docs/Simulation/Output/SSM_Device.html).
"""

from worlds.kit.kernel import kernel
from worlds.road.fields import EXIT, LINK

RISKY_TTC = 3.0  # s to a collision if both kept their speeds
RISKY_PET = 2.0  # s from one vehicle leaving a conflict to the next one coming to it
LONG_AGO = -1e6  # s


@kernel
def start_safety(w):  # type: ignore[no-untyped-def]
    """Nobody has been anywhere, nothing has happened."""
    w.collisions = w.encroached = 0
    w.road_seconds = w.jolts = w.near_seconds = 0.0
    for side in range(len(w.conflict_clear)):
        w.conflict_clear[side] = LONG_AGO


@kernel
def watch(w, car, lane, now, dt):  # type: ignore[no-untyped-def]
    """What one vehicle did in the last tick."""
    w.road_seconds += dt
    w.jolts += abs(w.car_accel[car] - w.car_was[car])
    w.car_was[car] = w.car_accel[car]
    watch_leader(w, car, lane, dt)
    if int(w.lane_kind[lane]) == LINK:
        watch_crossing(w, car, lane, w.car_pos[car], now)
    last = w.car_last[car]
    if last >= 0 and int(w.lane_kind[last]) == LINK and w.car_pos[car] - w.car_far[car] < w.car_length[car]:
        watch_crossing(w, car, last, w.lane_length[last] + w.car_pos[car], now)


@kernel
def watch_leader(w, car, lane, dt):  # type: ignore[no-untyped-def]
    """A collision with the vehicle ahead, in the lane or just beyond its end, or less than RISKY_TTC to one."""
    leader = w.car_ahead[car]
    away = 0.0
    if leader < 0:
        following = w.way[lane, w.car_goal[car]]
        if following < 0 or int(w.lane_kind[lane]) == EXIT:
            w.car_hit[car] = 0
            return
        leader, away = w.lane_tail[following], w.lane_length[lane]
        if leader < 0:
            w.car_hit[car] = 0
            return
    gap = away + w.car_pos[leader] - w.car_length[leader] - w.car_pos[car]
    if gap < 0.0:
        w.collisions += 1 - int(w.car_hit[car])
        w.car_hit[car] = 1
        return
    w.car_hit[car] = 0
    if gap < RISKY_TTC * (w.car_speed[car] - w.car_speed[leader]):
        w.near_seconds += dt


@kernel
def watch_crossing(w, car, link, front, now):  # type: ignore[no-untyped-def]
    """Conflicts that a vehicle on a link came to, or left behind, in the last tick. ``front``: m along the link."""
    far, rear = w.car_far[car], front - w.car_length[car]
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        here = w.conflict_here[side]
        if rear - far < here <= rear:
            w.conflict_clear[side] = now
        if front - far < here <= front:
            come_to_conflict(w, link, side, now)


@kernel
def come_to_conflict(w, link, side, now):  # type: ignore[no-untyped-def]
    """Count it where another vehicle stands across the way, or has just left it; who merges follows, and counts not."""
    other = int(w.conflict_lane[side])
    if w.lane_next[other, 0] == w.lane_next[link, 0]:
        return
    if is_across(w, other, w.conflict_there[side]):
        w.collisions += 1
        return
    first = int(w.lane_conflict[other])
    for back in range(first, first + int(w.lane_conflicts[other])):
        if w.conflict_lane[back] == link and now - w.conflict_clear[back] < RISKY_PET:
            w.encroached += 1


@kernel
def is_across(w, link, there):  # type: ignore[no-untyped-def]
    """Whether a vehicle that is on a link, or whose rear still is, covers a place on it."""
    inside = w.lane_tail[link]
    while inside >= 0:
        if w.car_pos[inside] - w.car_length[inside] < there <= w.car_pos[inside]:
            return True
        inside = w.car_ahead[inside]
    after = w.lane_next[link, 0]
    inside = w.lane_tail[after] if after >= 0 else -1
    while inside >= 0 and w.car_pos[inside] < w.car_length[inside]:
        if w.car_last[inside] == link and w.lane_length[link] + w.car_pos[inside] - w.car_length[inside] < there:
            return True
        inside = w.car_ahead[inside]
    return False


@kernel
def collision_rate(w):  # type: ignore[no-untyped-def]
    """Collisions per million vehicle-kilometres so far."""
    return w.collisions * 1e9 / max(w.metres, 1.0)


@kernel
def near_share(w):  # type: ignore[no-untyped-def]
    """Share of all vehicle-seconds with less than RISKY_TTC to a collision."""
    return w.near_seconds / max(w.road_seconds, 1.0)


@kernel
def mean_jerk(w, dt):  # type: ignore[no-untyped-def]
    """Mean size of the change of acceleration of all vehicles, m/s³; ``dt`` is the tick."""
    return w.jolts / max(w.road_seconds / dt, 1.0) / dt
