"""Watches traffic from outside: bodies that overlap, vehicles that jump, junctions that stand still.

Nothing here trusts the record's own count of collisions. A `Watch` keeps what it saw at the last look beside the
record.
Bodies are boxes on their ways (`lanes/bodies.py`); all pairs are compared, not only those whose ways meet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from worlds.kit.kernel import kernel
from worlds.road.drivers.precedence import is_red
from worlds.road.drivers.yielding import has_room
from worlds.road.fields import EXIT, LINK
from worlds.road.lanes.bodies import lanes_meet, overlap, point_on, rear_lane
from worlds.road.lanes.crossings import leads

FAR = 42.0  # m between fronts; farther ones never touch
SLIP = 0.6  # m beyond what a vehicle can have moved that is still no jump: ways do not meet to the inch
SIDEWAYS = 1.6  # m/s that a lane change glides
HARDEST = 9.0  # m/s² of braking, and
BRISKEST = 6.0  # m/s² of speeding up: more is a jump of speed
MOVES = 0.5  # m/s; slower counts as standing
STILL = 300.0  # s without anybody moving on a junction where somebody waits who has no red light
STUCK = 900.0  # s that the first of a lane stands without a red light
BEHIND, CROSSING, PARTING, BESIDE = range(4)  # how two that overlap are placed
WAYS_OF = ("behind", "crossing", "parting", "beside")
NO_ROOM, GIVES_WAY, NO_WAY = range(3)  # what holds one up who stands
CAUSES = ("no room behind the junction", "gives way", "its lane leads nowhere")
JUMPS, SPEEDS, STANDS, STAYS = range(4, 8)  # places in `found` behind the four of overlaps
SECONDS, HARD, CHANGES = range(8, 11)  # vehicle-seconds, of them braking above 4 m/s², lane changes
FIGURES = 11
EVENT = 6  # numbers of an event: what, s, vehicle, other or cause, lane, other lane or junction
MOST_EVENTS = 400
HARD_BRAKING = 4.0  # m/s²


@dataclass
class Watch:
    """What was seen of one record so far. ``found``: figures by place, see above; ``events``: the first of them."""

    cars: int
    junctions: int

    def __post_init__(self) -> None:
        self.kept = tuple(np.full(self.cars, -1.0) for _ in range(7))
        self.since, self.events = tuple(np.zeros(self.cars) for _ in range(2)), np.zeros(1 + EVENT * MOST_EVENTS)
        self.moved, self.found = np.zeros(self.junctions), np.zeros(FIGURES)

    def arrays(self) -> tuple[np.ndarray, ...]:
        """For `look`, in its order."""
        return (*self.kept, *self.since, self.moved, self.found, self.events)

    def sentences(self, most: int = 20) -> list[str]:
        """The first events in words: what, when, who, where and why."""
        found = []
        for at in range(min(int(self.events[0]), most)):
            kind, now, car, other, lane, there = self.events[1 + EVENT * at : 1 + EVENT * (at + 1)].tolist()
            where = f"after {now:g} s vehicle {car:.0f} in lane {lane:.0f}"
            if kind < len(WAYS_OF):
                found.append(f"{where} touches vehicle {other:.0f} in lane {there:.0f} ({WAYS_OF[int(kind)]})")
            elif kind in (JUMPS, SPEEDS):
                found.append(f"{where} jumps by {other:.2f} {'m' if kind == JUMPS else 'm/s²'}, from lane {there:.0f}")
            else:
                words = "stands at a junction where nobody moves" if kind == STANDS else "stands on and on"
                found.append(f"{where} {words}, junction {there:.0f}: {CAUSES[int(other)]}")
        return found


@kernel
def look(w, now, dt, xs, ys, pxs, pys, speeds, lanes, sinces, touched, stood, moved, found, events):  # type: ignore[no-untyped-def]
    """Compare every vehicle with the others and with itself a tick ago."""
    count = len(w.car_lane)
    for car in range(count):
        if w.car_lane[car] < 0:
            lanes[car] = -1.0
            touched[car] = stood[car] = 0.0
            continue
        xs[car], ys[car] = point_on(w, w.car_lane[car], w.car_pos[car], -1)
        watch_motion(w, car, now, dt, xs, ys, pxs, pys, speeds, lanes, sinces, stood, moved, found, events)
    for car in range(count):
        if w.car_lane[car] >= 0:
            watch_touch(w, car, now, xs, ys, touched, found, events)
    watch_junctions(w, now, dt, stood, moved, found, events)


@kernel
def note(events, kind, now, a, b, c, d):  # type: ignore[no-untyped-def]
    """Remember an event, as long as there is room."""
    at = int(events[0])
    if at < MOST_EVENTS:
        events[0] = at + 1
        base = 1 + EVENT * at
        events[base], events[base + 1], events[base + 2] = kind, now, a
        events[base + 3], events[base + 4], events[base + 5] = b, c, d


@kernel
def watch_motion(w, car, now, dt, xs, ys, pxs, pys, speeds, lanes, sinces, stood, moved, found, events):  # type: ignore[no-untyped-def]
    """Whether a vehicle is where its last place and speed allow it to be."""
    side, speed, lane = w.car_side[car], w.car_speed[car], w.car_lane[car]
    px, py = xs[car], ys[car]
    bx, by = point_on(w, lane, max(w.car_pos[car] - 1.0, 0.0) if w.car_pos[car] > 0.1 else -1.0, -1)
    long = max(np.sqrt((px - bx) * (px - bx) + (py - by) * (py - by)), 1e-6)
    px, py = px - side * (py - by) / long, py + side * (px - bx) / long
    found[SECONDS] += dt
    if w.car_accel[car] < -HARD_BRAKING:
        found[HARD] += dt
    if lanes[car] >= 0.0 and sinces[car] == w.car_since[car]:
        went = np.sqrt((px - pxs[car]) * (px - pxs[car]) + (py - pys[car]) * (py - pys[car]))
        if went > 1.1 * max(speed, speeds[car]) * dt + SIDEWAYS * dt + SLIP:
            found[JUMPS] += 1.0
            note(events, JUMPS, now, car, went, lane, lanes[car])
        change = (speed - speeds[car]) / dt
        if change < -HARDEST - 0.1 or change > BRISKEST:
            found[SPEEDS] += 1.0
            note(events, SPEEDS, now, car, change, lane, lanes[car])
        if lanes[car] != lane and (w.lane_left[lane] == lanes[car] or w.lane_right[lane] == lanes[car]):
            found[CHANGES] += 1.0
    pxs[car], pys[car], speeds[car], lanes[car], sinces[car] = px, py, speed, lane, w.car_since[car]
    if speed > MOVES:
        stood[car] = 0.0
        if w.lane_junction[lane] >= 0 and int(w.lane_kind[lane]) == LINK:
            moved[w.lane_junction[lane]] = now


@kernel
def watch_touch(w, car, now, xs, ys, touched, found, events):  # type: ignore[no-untyped-def]
    """Count a pair once, when it begins to overlap."""
    touches = -1
    for other in range(len(w.car_lane)):
        if (
            other != car
            and w.car_lane[other] >= 0
            and are_near(xs, ys, car, other)
            and may_meet(w, car, other)
            and overlap(w, car, other)
        ):
            touches = other
            if other < car:
                break
    if touches < 0:
        touched[car] = 0.0
    elif touched[car] == 0.0:
        touched[car] = 1.0
        if touched[touches] == 0.0:
            place = placing(w, car, touches)
            found[place] += 1.0
            note(events, place, now, car, touches, w.car_lane[car], w.car_lane[touches])


@kernel
def are_near(xs, ys, car, other):  # type: ignore[no-untyped-def]
    """Whether two may touch."""
    dx, dy = xs[other] - xs[car], ys[other] - ys[car]
    return dx * dx + dy * dy < FAR * FAR


@kernel
def may_meet(w, car, other):  # type: ignore[no-untyped-def]
    """Whether two are on one level: ramps of a motorway that cross on the map pass one over the other."""
    mine, theirs = int(w.car_lane[car]), int(w.car_lane[other])
    if w.lane_junction[mine] >= 0 or w.lane_junction[theirs] >= 0 or mine == theirs:
        return True
    beside = w.lane_left[mine] == theirs or w.lane_right[mine] == theirs
    return beside or is_next(w, mine, theirs) or is_next(w, theirs, mine)


@kernel
def placing(w, car, other):  # type: ignore[no-untyped-def]
    """How two are placed: one behind the other, on ways that meet, on ways that part, or none of these."""
    mine, theirs = int(w.car_lane[car]), int(w.car_lane[other])
    if mine == theirs or is_next(w, mine, theirs) or is_next(w, theirs, mine):
        return BEHIND
    for back in range(2):
        for far in range(2):
            a = mine if back == 0 else rear_lane(w, car)
            b = theirs if far == 0 else rear_lane(w, other)
            if a >= 0 and b >= 0 and lanes_meet(w, a, b):
                return CROSSING
    if w.lane_before[mine, 0] >= 0 and w.lane_before[mine, 0] == w.lane_before[theirs, 0]:
        return PARTING
    return BESIDE


@kernel
def is_next(w, lane, other):  # type: ignore[no-untyped-def]
    """Whether a lane leads into another."""
    found = False
    for index in range(w.lane_next.shape[1]):
        found = found or w.lane_next[lane, index] == other
    return found


@kernel
def watch_junctions(w, now, dt, stood, moved, found, events):  # type: ignore[no-untyped-def]
    """Who stands first in his lane without a red light, for how long, and whether anybody moves on his junction."""
    for lane in range(int(w.lanes)):
        car = w.lane_head[lane]
        if car < 0 or int(w.lane_kind[lane]) == EXIT or w.car_speed[car] > MOVES or w.car_seat[car] >= 0:
            continue
        link = leads(w, lane, w.car_goal[car])
        if link >= 0 and int(w.lane_kind[link]) == LINK and is_red(w, link):
            if w.lane_length[lane] - w.car_pos[car] < 8.0 and w.lane_junction[lane] >= 0:
                moved[w.lane_junction[lane]] = max(moved[w.lane_junction[lane]], now - STILL + 60.0)
            continue
        stood[car] += dt
        cause = NO_WAY if link < 0 else GIVES_WAY
        if link >= 0 and int(w.lane_kind[link]) == LINK and not has_room(w, car, link):
            cause = NO_ROOM
        if stood[car] - dt < STUCK <= stood[car]:
            found[STAYS] += 1.0
            note(events, STAYS, now, car, cause, lane, w.lane_junction[lane])
        junction = w.lane_junction[lane]
        if junction >= 0 and stood[car] > STILL and now - moved[junction] > STILL:
            moved[junction] = now
            found[STANDS] += 1.0
            note(events, STANDS, now, car, cause, lane, junction)
