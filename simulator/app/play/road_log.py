"""What happened on the roads of one episode, second by second: speeds, queues, flows, delay, lights, detectors.

It is fed with the state after every tick and answers for any second that it has seen, so that a replay can be asked
anywhere. Plain numbers: it draws nothing and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from worlds.road.fields import EXIT, GREEN, LINK, RED, YELLOW

MINUTE = 60  # s; as far back as a lane's numbers go
HALTING = 1.4  # m/s: walking pace; slower is a queue
NEAR = 40.0  # m before the stop line where a detector is called
FIRST_ROOM = 64  # s that tables have room for at first
HOUR = 3600.0  # s
COLUMNS = ("cars", "speed", "queue", "passed", "lost", "called")
Floats = NDArray[np.float32]


class LaneMinute(NamedTuple):
    """A lane, or several lanes together, in the last minute."""

    flow: float
    """Vehicles an hour that passed its end; of several lanes the mean."""
    speed: float
    """m/s, in the mean over vehicles and time; NaN: nobody was there."""
    density: float
    """Vehicles a km."""
    queue: float
    """Vehicles slower than walking pace, in the mean."""
    longest: int
    """The same at its longest."""
    seconds: float
    """That these numbers are of: fewer at the beginning."""


@dataclass(frozen=True)
class Spell:
    """A light's colour for some time."""

    start: float
    end: float
    state: int
    """RED, YELLOW or GREEN."""


class RoadLog:
    """The log of one episode of a world with roads."""

    def __init__(self, world: Any) -> None:
        self.tick_seconds = float(world.timing.tick)
        self._told = "seen_near" in (world.record.names or ())
        self._key: tuple[int, ...] = ()
        self._empty()

    def _empty(self) -> None:
        self.filled = 0.0
        """Seconds of the episode until which it is known what happened."""
        self.begun = 0.0
        """The first of them; 0 unless one came later."""
        self._tables: dict[str, Floats] = {}
        self._ticks = np.zeros(FIRST_ROOM, np.int64)
        self._lanes = np.zeros(0, np.int64)
        self._since = np.zeros(0)
        self._cars: Floats = np.zeros((0, 0), np.float32)
        self._changes: list[tuple[float, NDArray[np.uint8]]] = []

    @property
    def episode(self) -> tuple[int, ...]:
        """Task, trial and episode that it knows; empty: none yet."""
        return self._key

    # --- taking in -------------------------------------------------------------------------------------------------

    def tick(self, w: Any) -> None:
        """Take in the state after a tick; what was known of later moments is forgotten."""
        now, key = int(w["beats"]) * float(w["beat_seconds"]), (int(w["task_key"]), int(w["trial"]), int(w["episode"]))
        step = float(w["beat_seconds"]) or self.tick_seconds
        if key != self._key or now <= self.begun or now > self.filled + 1.5 * step or not self._tables:
            self._key = key
            self._start(w, now - step)
        elif now <= self.filled:
            self._back_to(now - step)
        second = int((now - 0.5 * step) // 1.0)
        self._grow(second)
        self._count(w, second, step)
        self._note(w, now)
        self.filled = now

    def _start(self, w: Any, begun: float) -> None:
        self._empty()
        lanes = int(w["lanes"])
        self._tables = {name: np.zeros((FIRST_ROOM, lanes), np.float32) for name in COLUMNS}
        self._cars = np.zeros((FIRST_ROOM, len(w["car_lane"])), np.float32)
        self.begun = self.filled = max(begun, 0.0)

    def _back_to(self, now: float) -> None:
        """Forget what came after a moment."""
        first = int(now + 1e-6)
        for table in self._tables.values():
            table[first:] = 0.0
        self._ticks[first:] = 0
        self._cars[first:] = 0.0
        self._lanes = self._lanes[:0]
        self._changes = [change for change in self._changes if change[0] <= now + 1e-6]

    def _grow(self, second: int) -> None:
        while second >= len(self._ticks):
            self._ticks = np.concatenate((self._ticks, np.zeros_like(self._ticks)))
            self._tables = {name: np.concatenate((t, np.zeros_like(t))) for name, t in self._tables.items()}
            self._cars = np.concatenate((self._cars, np.zeros_like(self._cars)))

    def _count(self, w: Any, second: int, step: float) -> None:
        used = np.flatnonzero(w["car_lane"] >= 0)
        lane, speed = w["car_lane"][used].astype(np.int64), w["car_speed"][used]
        lanes = int(w["lanes"])
        add = {name: table[second] for name, table in self._tables.items()}
        self._ticks[second] += 1
        add["cars"] += np.bincount(lane, minlength=lanes)
        add["speed"] += np.bincount(lane, speed, minlength=lanes)
        add["queue"] += np.bincount(lane[speed < HALTING], minlength=lanes)
        lost = step * np.maximum(1.0 - speed / np.maximum(w["lane_limit"][lane], 1.0), 0.0)
        add["lost"] += np.bincount(lane, lost, minlength=lanes)
        if self._told:
            add["called"] += w["seen_near"][:lanes] > 0.0
        else:
            close = w["lane_length"][lane] - w["car_pos"][used] < NEAR
            add["called"] += np.bincount(lane[close], minlength=lanes) > 0
        self._cars[second, used] += lost.astype(np.float32)
        self._pass(w, add["passed"], used)
        self._lanes, self._since = w["car_lane"].astype(np.int64), np.array(w["car_since"])

    def _pass(self, w: Any, passed: Floats, used: NDArray[np.int64]) -> None:
        """Count who went over the end of a lane, but not who changed to the lane beside it."""
        if len(self._lanes) != len(w["car_lane"]):
            return
        now, was = w["car_lane"].astype(np.int64), self._lanes
        same = (self._since == w["car_since"]) & (was >= 0) & (now >= 0) & (now != was)
        aside = (w["lane_left"][was] == now) | (w["lane_right"][was] == now)
        gone = (was >= 0) & ((now < 0) | (self._since != w["car_since"])) & (w["lane_kind"][was] == EXIT)
        over = (same & ~aside) | gone
        passed += np.bincount(was[over], minlength=len(passed))

    def _note(self, w: Any, now: float) -> None:
        lights = np.array(w["group_state"])
        if not self._changes or not np.array_equal(self._changes[-1][1], lights):
            self._changes.append((now, lights))

    # --- asking ----------------------------------------------------------------------------------------------------

    def knows(self, w: Any) -> bool:
        """Whether it knows the episode of a state up to its moment."""
        key = int(w["task_key"]), int(w["trial"]), int(w["episode"])
        step = float(w["beat_seconds"]) or self.tick_seconds
        return bool(key == self._key and self.begun < moment(w) <= self.filled + step)

    def minute(self, lanes: list[int], metres: float, now: float) -> LaneMinute | None:
        """The last minute before `now` (s) of lanes that together are `metres` long; None: nothing is known."""
        last = min(int(now), len(self._ticks))
        first = max(last - MINUTE, int(self.begun), 0)
        ticks = int(self._ticks[first:last].sum())
        if not self._tables or ticks == 0:
            return None
        part = {name: self._tables[name][first:last][:, lanes] for name in ("cars", "speed", "queue", "passed")}
        cars, seconds = float(part["cars"].sum()), float(last - first)
        worst = part["queue"].sum(axis=1) / np.maximum(self._ticks[first:last], 1)
        return LaneMinute(
            flow=float(part["passed"].sum()) / len(lanes) / seconds * HOUR,
            speed=float(part["speed"].sum()) / cars if cars else float("nan"),
            density=cars / ticks / max(metres, 1.0) * 1000.0,
            queue=float(part["queue"].sum()) / ticks,
            longest=round(float(worst.max())),
            seconds=seconds,
        )

    def delay(self, now: float) -> Floats:
        """(L,): vehicle-seconds that were lost on every lane from the beginning of the episode until `now` (s)."""
        if not self._tables:
            return np.zeros(0, np.float32)
        return np.asarray(self._tables["lost"][: max(int(now + 1e-6), 1)].sum(axis=0))

    def delay_of(self, w: Any, car: int) -> float | None:
        """Seconds that a vehicle has lost against the limit since it came; None: it was not watched all the time."""
        now, since = moment(w), float(w["car_since"][car])
        if not self.knows(w) or (since < self.begun - 1.0 and self.begun > 0.0):
            return None
        return float(self._cars[max(int(since), 0) : int(now) + 1, car].sum())

    def colours(self, group: int, start: float, end: float) -> list[Spell]:
        """The colours that a signal group showed between two moments (s), as far as they are known."""
        found: list[Spell] = []
        times = [time for time, _ in self._changes[1:]] + [min(end, self.filled)]
        for (begin, lights), until in zip(self._changes, times, strict=True):
            low, high = max(begin, start), min(until, end)
            if high <= low:
                continue
            state = int(lights[group])
            if found and found[-1].state == state:
                found[-1] = Spell(found[-1].start, high, state)
            else:
                found.append(Spell(low, high, state))
        return found

    def calls(self, lanes: list[int], start: float, end: float) -> list[int]:
        """The seconds between two moments in which a detector of these lanes told of a vehicle near the line."""
        if not self._tables:
            return []
        first, last = max(int(start), 0), min(int(end), len(self._ticks))
        return [first + int(at) for at in np.flatnonzero(self._tables["called"][first:last][:, lanes].sum(axis=1))]


def moment(w: Any) -> float:
    """Seconds of the episode at the moment that is drawn."""
    return float(w["beat"]) * float(w["beat_seconds"])


def coming(w: Any, group: int) -> list[Spell]:
    """What a signal group will show, as far as it is decided: the rest of a change of phases (s of the episode)."""
    groups = len(w["group_state"]) // max(len(w["phase"]), 1)
    junction, local = group // groups, group % groups
    now, time = moment(w), float(w["phase_time"][junction])
    yellow = float(w["phase_yellow"][junction])
    change = yellow + float(w["phase_all_red"][junction])
    if int(w["phases"][junction]) == 0 or time >= change - 1e-6:
        return []
    was, will = (
        bool(int(w["phase_groups"][junction, int(w[name][junction])]) >> local & 1)
        for name in ("phase_before", "phase")
    )
    left = change - time
    if was and will:
        return [Spell(now, now + left, GREEN)]
    found = []
    dark = max(yellow - time, 0.0) if was else 0.0
    if dark > 0.0:
        found.append(Spell(now, now + dark, YELLOW))
    found.append(Spell(now + dark, now + left, RED))
    return [*found, Spell(now + left, now + left + MINUTE, GREEN if will else RED)]


def heads_of(w: Any) -> dict[int, tuple[int, list[int]]]:
    """By signal group: its junction, and the lanes that it holds, the rightmost first."""
    lanes = int(w["lanes"])
    links = np.flatnonzero((w["lane_kind"][:lanes] == LINK) & (w["lane_group"][:lanes] >= 0))
    groups = len(w["group_state"]) // max(len(w["phase"]), 1)
    found: dict[int, tuple[int, list[int]]] = {}
    for link in links.tolist():
        group, lane = int(w["lane_group"][link]), int(w["lane_before"][link, 0])
        if lane >= 0:
            held = found.setdefault(group, (group // groups, []))[1]
            if lane not in held:
                held.append(lane)
    return found
