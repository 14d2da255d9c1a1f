"""The vehicles of a file, let in when they depart and looked after on their way; what became of them is counted."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.interop.sumo.drivers import driver_of
from simulator.interop.sumo.flows import AVERAGE, Departure
from worlds.kit.chance import child_key
from worlds.kit.kernel import kernel
from worlds.road.drivers.changing import last_before, metres_before
from worlds.road.drivers.demand import SAFE, place_at_gate, set_driver
from worlds.road.drivers.driving import GAP
from worlds.road.drivers.order import enter, follower_at, free_slot
from worlds.road.fields import EXIT
from worlds.road.lanes.crossings import free_seconds, leftmost

STANDING = 0.1  # m/s; SUMO's threshold of waiting
BLOCKED = 300.0  # s in one place after which SUMO would teleport a vehicle
STEP = 1.0  # s between two decisions of SUMO's drivers, its usual step
TRIES = 6  # places along a lane that one looks at who may come in anywhere
SLOWEST = 0.5  # of the speed that one may drive, however much one dawdles
MOST = 2.9  # of the limit that a record has room for
WORDS = re.compile(r"<\w+> (['\"])(.*)\1 in .*?(\.\d+)?")  # of a departure: its element, id, and number in a flow


@dataclass(frozen=True)
class Ride:
    """A departure with its destination in the record, and the lanes on which it may come, from right to left."""

    departure: Departure
    goal: int
    lanes: tuple[int, ...]
    edge: int
    """Where it departs; who waits there forms one queue, in which each place to come in has its own turn."""


class Fleet:
    """Who drives, who waits to depart, and what became of all others."""

    def __init__(
        self, worlds: Any, rides: tuple[Ride, ...], edge_of: np.ndarray, begin: float, step: float = STEP
    ) -> None:
        w = worlds[0]
        slots = len(w["car_lane"])
        self.began = self.rerouted = self.elsewhere = self.blocked = 0
        self.waited = 0.0  # s outside, all together
        self.lost = 0.0  # s on the road, SUMO's timeLoss of all
        self._worlds, self._rides, self._edge_of, self._begin, self._step = worlds, rides, edge_of, begin, step
        self._next = 0
        self._queues: dict[int, deque[int]] = {}
        self._ride = np.full(slots, -1)
        self._goal, self._lane = np.zeros(slots, np.int64), np.full(slots, -1)
        self._factor, self._top, self._dawdles = np.ones(slots), np.full(slots, np.inf), np.zeros(slots)
        self._stood = np.zeros(slots)
        self._told = np.zeros(slots, bool)  # that it was rerouted

    @property
    def waiting(self) -> int:
        """Who has not found room to depart so far."""
        return sum(len(queue) for queue in self._queues.values())

    @property
    def queues(self) -> dict[int, int]:
        """How many have not found room to depart so far, by the number of their edge."""
        return {edge: len(queue) for edge, queue in self._queues.items()}

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
            self._queues[edge] = self._who_stay_out(queue, dt)
            if not self._queues[edge]:
                del self._queues[edge]
        self.waited += self.waiting * dt

    def _who_stay_out(self, queue: deque[int], dt: float) -> deque[int]:
        """Let in who finds room; who does not holds up those alone of the edge's queue who come in at the same place.

        So who waits for the full lane of those who turn does not keep others from theirs; nor does he in SUMO 1.28.
        """
        stay: deque[int] = deque()
        full: set[tuple[int, str | float]] = set()
        for number in queue:
            ride = self._rides[number]
            places = {(lane, ride.departure.start.place) for lane in self._lanes_for(ride)}
            if places <= full or not self._enter(number, dt):
                stay.append(number)
                full |= places
        return stay

    def _enter(self, number: int, dt: float) -> bool:
        ride = self._rides[number]
        departure, kind = ride.departure, ride.departure.type
        driver = driver_of(kind, self._step)
        for lane, place in self._places_for(ride, driver.room):
            values = np.array(
                [driver.room, departure.factor, driver.top, driver.headway, driver.brisk, driver.comfort, place,
                 self._speed(departure.start.speed, lane)]
            )  # fmt: skip
            since = departure.time - self._begin
            car = admit(self._worlds, lane, ride.goal, kind.kind, departure.luck, values, since, dt)
            if car >= 0:
                self._ride[car], self._goal[car], self._lane[car] = number, ride.goal, lane
                self._factor[car], self._top[car], self._dawdles[car] = departure.factor, driver.top, driver.dawdles
                self._stood[car], self._told[car] = 0.0, False
                return True
        return False

    def _speed(self, wanted: float, lane: int) -> float:
        """How fast somebody comes into a lane at most."""
        if wanted != AVERAGE:
            return wanted
        w = self._worlds[0]
        there = w["car_speed"][w["car_lane"] == lane]
        return float(there.mean()) if len(there) else np.inf

    def _lanes_for(self, ride: Ride) -> Sequence[int]:
        """The lanes to try, one after the other."""
        wanted = ride.departure.start.lane
        if wanted == "random":
            return (ride.lanes[ride.departure.luck % len(ride.lanes)],)
        if wanted not in ("best", "free") or len(ride.lanes) == 1:
            return ride.lanes[:1]
        used = self._worlds[0]["car_lane"]
        return sorted(ride.lanes, key=lambda lane: int(np.count_nonzero(used == lane)))

    def _places_for(self, ride: Ride, room: float) -> Iterator[tuple[int, float]]:
        """Lanes, with m along them where the front comes in, to try one after the other; −1: at the beginning."""
        where = ride.departure.start.place
        for lane in self._lanes_for(ride):
            length = float(self._worlds[0]["lane_length"][lane])
            if where == "base" or length <= room:
                yield lane, -1.0
            elif where in ("free", "random"):
                if where == "free":
                    yield lane, -1.0
                for turn in range(TRIES):
                    yield lane, room + (length - room) * ((ride.departure.luck >> (8 * turn)) % 65536) / 65536.0
            else:
                far = float(where)
                yield lane, float(np.clip(far if far >= 0.0 else length + far, room, length))

    def hold(self) -> None:
        """Before a tick: nobody wishes to drive faster than he may, and his vehicle can; and many dawdle."""
        w = self._worlds[0]
        used = np.flatnonzero(self._ride >= 0)
        lanes = w["car_lane"][used]
        limits = np.maximum(w["lane_limit"][lanes], 0.1)
        may = np.minimum(self._factor[used] * limits, self._top[used])
        wish = np.maximum(may - self._dawdles[used], SLOWEST * may)
        w["car_desire"][used] = np.minimum(wish / limits, MOST)

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
        self._lane[used] = lanes
        self._measure(used, dt)

    def _measure(self, used: np.ndarray, dt: float) -> None:
        """SUMO's timeLoss, and who has stood too long."""
        w = self._worlds[0]
        speed, limits = w["car_speed"][used], w["lane_limit"][w["car_lane"][used]]
        may = np.maximum(np.minimum(self._factor[used] * limits, self._top[used]), 0.1)
        self.lost += float(np.maximum(1.0 - speed / may, 0.0).sum()) * dt
        stood = self._stood[used]
        now = np.where(speed < STANDING, stood + dt, 0.0)
        self.blocked += int(((now >= BLOCKED) & (stood < BLOCKED)).sum())
        self._stood[used] = now


def _short(words: str) -> str:
    """SUMO's name of a vehicle, out of the words that say where it stands in its file."""
    found = WORDS.fullmatch(words)
    return words if found is None else f"{found.group(2)}{found.group(3) or ''}"


@kernel
def admit(worlds, lane, goal, kind, luck, values, since, dt):  # type: ignore[no-untyped-def]
    """Let one vehicle into a lane; its slot, −1 where there is no room.

    ``values``: length, factor on the limit, highest speed, headway, acceleration, braking, m along the lane (−1: its
    beginning), highest speed at which it comes.
    """
    w = worlds[0]
    key = child_key(np.uint64(w.key), luck)
    wished = min(w.lane_limit[lane] * values[1], values[2], values[7])
    pos, speed = values[6], wished
    if pos < 0.0:
        pos, speed = place_at_gate(w, lane, values[0], values[3], wished, dt)
        if pos >= 0.0 and is_cut(w, lane, pos - values[0], speed, -1):
            pos = -1.0
    else:
        pos, speed = place_between(w, lane, pos, values[0], wished)
    car = free_slot(w)
    if pos < 0.0 or car < 0 or is_blocked(w, lane, pos):
        return -1
    set_driver(w, car, key, kind)
    w.car_desire[car], w.car_headway[car] = values[1], values[3]
    w.car_brisk[car], w.car_comfort[car] = values[4], values[5]
    w.car_length[car], w.car_pos[car], w.car_speed[car] = values[0], pos, speed
    w.car_kind[car], w.car_goal[car], w.car_from[car] = kind, goal, 0
    w.car_since[car] = since
    w.car_free[car] = free_seconds(w, lane, goal)
    w.entered += 1
    enter(w, car, lane)
    return car


@kernel
def place_between(w, lane, pos, length, wished):  # type: ignore[no-untyped-def]
    """Where and how fast a vehicle comes into the middle of a lane; a place of −1: it has to wait."""
    back = follower_at(w, lane, pos)
    front = w.car_ahead[back] if back >= 0 else w.lane_tail[lane]
    speed = min(wished, np.sqrt(2.0 * SAFE * max(w.lane_length[lane] - pos - GAP, 0.1)))
    if front >= 0:
        room = w.car_pos[front] - w.car_length[front] - pos - GAP
        if room < 0.0:
            return -1.0, 0.0
        speed = min(speed, np.sqrt(w.car_speed[front] * w.car_speed[front] + 2.0 * SAFE * room))
    if is_cut(w, lane, pos - length, speed, back):
        return -1.0, 0.0
    return pos, speed


@kernel
def is_cut(w, lane, rear, speed, back):  # type: ignore[no-untyped-def]
    """Whether a vehicle at a place in a lane would make the one behind it brake too hard.

    ``back``: who is behind it in the lane; for −1 it is whoever comes into the lane next.
    """
    gap = rear - w.car_pos[back] if back >= 0 else rear
    if back < 0:
        back = last_before(w, lane)
        if back < 0:
            return False
        gap = rear + metres_before(w, lane, back)
    fast = w.car_speed[back]
    needs = fast * w.car_headway[back] + max(fast * fast - speed * speed, 0.0) / (2.0 * SAFE)
    return gap < GAP + needs


@kernel
def is_blocked(w, lane, pos):  # type: ignore[no-untyped-def]
    """Whether somebody on a way out of a lane reaches back to a place in it: lanes may be shorter than vehicles."""
    for following in w.lane_next[lane]:
        if following >= 0 and w.lane_tail[following] >= 0:
            last = w.lane_tail[following]
            if w.lane_length[lane] + w.car_pos[last] - w.car_length[last] - GAP < pos:
                return True
    return False


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
