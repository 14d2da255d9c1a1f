"""The vehicles of a file, let in when they depart and looked after on their way; what became of them is counted."""

import re
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.interop.sumo.flows import Departure
from worlds.kit.chance import child_key
from worlds.kit.kernel import kernel
from worlds.road.drivers.demand import desire_of, headway_of, place_at_gate, set_driver
from worlds.road.drivers.order import enter, free_slot
from worlds.road.fields import EXIT
from worlds.road.lanes.crossings import free_seconds, leftmost

STANDING = 0.1  # m/s; SUMO's threshold of waiting
BLOCKED = 300.0  # s in one place after which SUMO would teleport a vehicle
WORDS = re.compile(r"<\w+> (['\"])(.*)\1 in .*?(\.\d+)?")  # of a departure: its element, id, and number in a flow
MISSING = -1.0  # a value that the file does not give


@dataclass(frozen=True)
class Ride:
    """A departure with its destination in the record, and the lanes that lead there."""

    departure: Departure
    goal: int
    lanes: tuple[int, ...]
    edge: int
    """Where it departs; who waits there forms one queue."""


class Fleet:
    """Who drives, who waits to depart, and what became of all others."""

    def __init__(self, worlds: Any, rides: tuple[Ride, ...], edge_of: np.ndarray, begin: float) -> None:
        w = worlds[0]
        slots = len(w["car_lane"])
        self.began = self.rerouted = self.elsewhere = self.blocked = 0
        self.waited = 0.0  # s outside, all together
        self._worlds, self._rides, self._edge_of, self._begin = worlds, rides, edge_of, begin
        self._next = 0
        self._queues: dict[int, deque[int]] = {}
        self._ride = np.full(slots, -1)
        self._goal, self._lane = np.zeros(slots, np.int64), np.full(slots, -1)
        self._desire, self._top = np.zeros(slots), np.full(slots, np.inf)
        self._stood = np.zeros(slots)
        self._told = np.zeros(slots, bool)  # that it was rerouted

    @property
    def waiting(self) -> int:
        """Who has not found room to depart so far."""
        return sum(len(queue) for queue in self._queues.values())

    def told(self) -> dict[str, Any]:
        """What outputs need to know beside the record: who waits, and who is who."""
        return {"waiting": self.waiting, "name_of": self.name_of}

    def name_of(self, car: int) -> tuple[str, str] | None:
        """Name and type of the vehicle in a slot."""
        if self._ride[car] < 0:
            return None
        departure = self._rides[self._ride[car]].departure
        return _short(departure.name), departure.type.name

    def let_in(self, now: float, dt: float) -> None:
        """Everybody who departs by now and finds room; ``now``: s since the first."""
        while self._next < len(self._rides) and self._rides[self._next].departure.time - self._begin <= now + 1e-9:
            self._queues.setdefault(self._rides[self._next].edge, deque()).append(self._next)
            self._next += 1
            self.began += 1
        for edge, queue in list(self._queues.items()):
            while queue and self._enter(queue[0], dt):
                queue.popleft()
            if not queue:
                del self._queues[edge]
        self.waited += self.waiting * dt

    def _enter(self, number: int, dt: float) -> bool:
        ride, w = self._rides[number], self._worlds[0]
        departure, kind = ride.departure, ride.departure.type
        given = (departure.factor, kind.max_speed, kind.tau, kind.accel, kind.decel)
        values = np.array([kind.length, *(MISSING if one is None else one for one in given)])
        since = departure.time - self._begin
        for turn in range(len(ride.lanes)):
            lane = ride.lanes[(number + turn) % len(ride.lanes)]
            car = admit(self._worlds, lane, ride.goal, kind.kind, departure.luck, values, since, dt)
            if car >= 0:
                self._ride[car], self._goal[car], self._lane[car] = number, ride.goal, lane
                self._desire[car] = w["car_desire"][car]
                self._top[car] = np.inf if kind.max_speed is None else kind.max_speed
                self._stood[car], self._told[car] = 0.0, False
                return True
        return False

    def hold(self) -> None:
        """Before a tick: nobody wishes to drive faster than his vehicle can."""
        w = self._worlds[0]
        used = np.flatnonzero(self._ride >= 0)
        limits = np.maximum(w["lane_limit"][w["car_lane"][used]], 0.1)
        w["car_desire"][used] = np.minimum(self._desire[used], self._top[used] / limits)

    def look_after(self, dt: float) -> None:
        """After a tick: who arrived, who missed a turn and is led back to his own end, who stands for too long."""
        w = self._worlds[0]
        used = np.flatnonzero(self._ride >= 0)
        lanes, before = w["car_lane"][used].astype(np.int64), self._lane[used]
        gone = lanes < 0
        for car in used[gone]:
            self.elsewhere += not ends_at(self._worlds, int(self._lane[car]), int(self._goal[car]))
        self._ride[used[gone]] = -1
        used, lanes, before = used[~gone], lanes[~gone], before[~gone]
        left = (self._edge_of[before] >= 0) & (self._edge_of[lanes] != self._edge_of[before])
        missed = (left & (w["steer"][before, self._goal[used]] != 0)) | (w["car_goal"][used] != self._goal[used])
        self.rerouted += int((missed & ~self._told[used]).sum())
        self._told[used] |= missed
        back = (w["car_goal"][used] != self._goal[used]) & (w["way"][lanes, self._goal[used]] >= 0)
        w["car_goal"][used[back]] = self._goal[used[back]]
        stood = self._stood[used]
        now = np.where(w["car_speed"][used] < STANDING, stood + dt, 0.0)
        self.blocked += int(((now >= BLOCKED) & (stood < BLOCKED)).sum())
        self._stood[used], self._lane[used] = now, lanes


def _short(words: str) -> str:
    """SUMO's name of a vehicle, out of the words that say where it stands in its file."""
    found = WORDS.fullmatch(words)
    return words if found is None else f"{found.group(2)}{found.group(3) or ''}"


@kernel
def admit(worlds, lane, goal, kind, luck, values, since, dt):  # type: ignore[no-untyped-def]
    """Let one vehicle into a lane; its slot, −1 where there is no room.

    ``values``: length, factor on the limit, highest speed, headway, acceleration, braking; −1 for what the driver's
    own luck decides.
    """
    w = worlds[0]
    key = child_key(np.uint64(w.key), luck)
    limit = w.lane_limit[lane]
    desire = values[1] if values[1] >= 0.0 else desire_of(w, key, kind)
    headway = values[3] if values[3] >= 0.0 else headway_of(w, key)
    wished = min(limit * desire, values[2]) if values[2] >= 0.0 else limit * desire
    pos, speed = place_at_gate(w, lane, values[0], headway, wished, dt)
    car = free_slot(w)
    if pos < 0.0 or car < 0:
        return -1
    set_driver(w, car, key, kind)
    w.car_desire[car], w.car_headway[car] = desire, headway
    if values[4] >= 0.0:
        w.car_brisk[car] = values[4]
    if values[5] >= 0.0:
        w.car_comfort[car] = values[5]
    w.car_length[car], w.car_pos[car], w.car_speed[car] = values[0], pos, speed
    w.car_kind[car], w.car_goal[car], w.car_from[car] = kind, goal, 0
    w.car_since[car] = since
    w.car_free[car] = free_seconds(w, lane, goal)
    w.entered += 1
    enter(w, car, lane)
    return car


@kernel
def ends_at(worlds, lane, goal):  # type: ignore[no-untyped-def]
    """Whether the way to a destination leads from a lane out of the map within a few lanes, without a change."""
    w = worlds[0]
    for _ in range(8):
        if int(w.lane_kind[lane]) == EXIT:
            return leftmost(w, lane) == leftmost(w, w.sink_lane[goal])
        lane = w.way[lane, goal]
        if lane < 0:
            return False
    return False
