"""How dangerous and how rough the traffic is: collisions, time to collision, post-encroachment time, jerk.

Definitions and thresholds: SUMO's surrogate safety measures (https://sumo.dlr.de/docs/Simulation/Output/SSM_Device.html).
"""

from worlds.kit.kernel import kernel
from worlds.road.fields import EXIT, LINK
from worlds.road.lanes.bodies import overlap, rearmost
from worlds.road.lanes.crossings import leads

RISKY_TTC = 3.0  # s to a collision if both kept their speeds
RISKY_PET = 2.0  # s from one vehicle leaving a conflict to the next one coming to it
LONG_AGO = -1e6  # s
RUN_INTO, ACROSS = 1, 2  # bits of `car_hit`


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
    touched = False
    if int(w.lane_kind[lane]) == LINK:
        touched = watch_crossing(w, car, lane, w.car_pos[car], now)
    last = w.car_last[car]
    if last >= 0 and int(w.lane_kind[last]) == LINK and w.car_pos[car] - w.car_far[car] < w.car_length[car]:
        touched = watch_crossing(w, car, last, w.lane_length[last] + w.car_pos[car], now) or touched
    if not touched:
        w.car_hit[car] = int(w.car_hit[car]) & RUN_INTO


@kernel
def watch_leader(w, car, lane, dt):  # type: ignore[no-untyped-def]
    """A collision with the vehicle ahead, in the lane or just beyond its end, or less than RISKY_TTC to one."""
    leader = w.car_ahead[car]
    away = 0.0
    if leader < 0 and int(w.lane_kind[lane]) != EXIT:
        leader, away = rearmost_beyond(w, car, lane), w.lane_length[lane]
    rear = w.car_pos[leader] - w.car_length[leader] if leader >= 0 else 1.0
    if away > 0.0 and leader >= 0 and int(w.car_last[leader]) != lane:
        rear = max(rear, 0.0)  # its tail lies on another way that leads there: that is seen where ways meet
    gap = 1.0 if leader < 0 else away + rear - w.car_pos[car]
    hit = int(w.car_hit[car])
    if gap < 0.0:
        w.collisions += 1 - (hit & RUN_INTO)
        w.car_hit[car] = hit | RUN_INTO
        return
    w.car_hit[car] = hit & ACROSS
    if leader >= 0 and gap < RISKY_TTC * (w.car_speed[car] - w.car_speed[leader]):
        w.near_seconds += dt


@kernel
def rearmost_beyond(w, car, lane):  # type: ignore[no-untyped-def]
    """Who is next on a vehicle's way beyond its lane, or has left it by another way with the rear still on it; −1."""
    following = leads(w, lane, w.car_goal[car])
    leader = w.lane_tail[following] if following >= 0 else -1
    rear = w.car_pos[leader] - w.car_length[leader] if leader >= 0 else 0.0
    for index in range(w.lane_next.shape[1]):
        other = w.lane_next[lane, index]
        if other < 0:
            break
        last = w.lane_tail[other]
        if last >= 0 and other != following and w.car_pos[last] - w.car_length[last] < min(rear, 0.0):
            leader, rear = last, w.car_pos[last] - w.car_length[last]
    return leader


@kernel
def watch_crossing(w, car, link, front, now):  # type: ignore[no-untyped-def]
    """Conflicts that a vehicle on a link came to, or left behind, in the last tick. ``front``: m along the link.

    Whether it touches somebody there.
    """
    far, rear = w.car_far[car], front - w.car_length[car]
    first, touched = int(w.lane_conflict[link]), False
    for side in range(first, first + int(w.lane_conflicts[link])):
        here = w.conflict_here[side]
        if rear <= w.conflict_to[side] and front >= w.conflict_from[side]:
            touched = watch_bodies(w, car, side) or touched
        if rear - far < here <= rear:
            w.conflict_clear[side] = now
        if front - far < here <= front:
            come_to_conflict(w, link, side, now)
    before = w.lane_before[link, 0]
    if before >= 0 and rear < w.lane_parting[link]:
        for index in range(w.lane_next.shape[1]):
            other = w.lane_next[before, index]
            if other < 0:
                break
            last, end = rearmost(w, other)
            if other != link and last >= 0 and end < w.lane_parting[other]:
                touched = count_touch(w, car, last) or touched
    return touched


@kernel
def come_to_conflict(w, link, side, now):  # type: ignore[no-untyped-def]
    """Count it where another vehicle has just left the place; who merges follows, and counts not."""
    other = int(w.conflict_lane[side])
    if w.lane_next[other, 0] == w.lane_next[link, 0]:
        return
    if now - w.conflict_clear[w.conflict_back[side]] < RISKY_PET:
        w.encroached += 1


@kernel
def watch_bodies(w, car, side):  # type: ignore[no-untyped-def]
    """Whether a vehicle that is at a conflict touches another there. Two that begin to touch are one collision."""
    other = int(w.conflict_lane[side])
    touched = False
    inside = w.lane_tail[other]
    while inside >= 0:
        touched = count_touch(w, car, inside) or touched
        inside = w.car_ahead[inside]
    after = w.lane_next[other, 0]
    inside = w.lane_tail[after] if after >= 0 else -1
    while inside >= 0 and w.car_pos[inside] < w.car_length[inside]:
        if w.car_last[inside] == other:
            touched = count_touch(w, car, inside) or touched
        inside = w.car_ahead[inside]
    return touched


@kernel
def count_touch(w, car, other):  # type: ignore[no-untyped-def]
    """Whether two touch; counts it where neither touched anybody across its way before."""
    if other == car or not overlap(w, car, other):
        return False
    if (int(w.car_hit[car]) | int(w.car_hit[other])) & ACROSS == 0:
        w.collisions += 1
    w.car_hit[car] = int(w.car_hit[car]) | ACROSS
    return True


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
