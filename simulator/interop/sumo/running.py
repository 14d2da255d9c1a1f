"""Runs light programs second by second: fixed ones by the clock, actuated ones by gaps at their detectors.

An actuated phase lasts at least minDur and at most maxDur seconds; in between it ends when no detector of its lanes has
seen anybody for max-gap seconds (SUMO's gap-based control, with its defaults).
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from simulator.interop.sumo.lighting import Light
from simulator.interop.sumo.programmes import GREENS, Programme

MAX_GAP = 3.0  # s
DETECTOR_GAP = 2.0  # s at the limit from a detector to the line
LONG = 1e9  # s
STANDING = 0.1  # m/s
QUEUE_GAP = 3.0  # m between those who stand


class Runner(Protocol):
    """Shows one program."""

    def state(self, second: float) -> str:
        """A letter for every link, at a time since traffic began; asked for in ascending order."""


class Timed:
    """A program that goes by the clock: SUMO delays all phases by the offset."""

    def __init__(self, programme: Programme, begin: float) -> None:
        self._phases = programme.phases
        self._ends = np.cumsum([phase.seconds for phase in programme.phases]) if programme.phases else np.ones(1)
        self._begin = begin - programme.offset

    def state(self, second: float) -> str:
        """What the program shows."""
        return self._phases[self.index(second)].state

    def index(self, second: float) -> int:
        """The phase whose time it is."""
        place = (self._begin + second + 1e-9) % self._ends[-1]
        return min(int(np.searchsorted(self._ends, place, side="right")), len(self._ends) - 1)

    def since(self, second: float) -> float:
        """Seconds that the phase has lasted."""
        place, index = (self._begin + second + 1e-9) % self._ends[-1], self.index(second)
        return float(place - (self._ends[index - 1] if index else 0.0))


class Detectors:
    """When somebody last was at the detector of each lane before a light."""

    def __init__(self, w: Any, light: Light, *, seconds: float = 0.0, zone: float = 0.0) -> None:
        """At so many seconds before the line, or all along a zone (m) before it."""
        self._w = w
        self.lanes = np.array(sorted({int(w["lane_before"][lane, 0]) for lane, _, _ in light.ways}), np.int64)
        length, limit = w["lane_length"][self.lanes], w["lane_limit"][self.lanes]
        self._from = np.maximum(length - (zone or np.maximum(seconds * limit, 2.0)), 0.5)
        self._to = length if zone else self._from
        self._last = np.full(len(self.lanes), -LONG)

    def look(self, second: float) -> np.ndarray:
        """Seconds since each lane's detector saw somebody: it does who is on it, or passed since the last look."""
        w = self._w
        cars = np.flatnonzero(w["car_lane"] >= 0)
        where = np.searchsorted(self.lanes, w["car_lane"][cars])
        mine = (where < len(self.lanes)) & (self.lanes[np.minimum(where, len(self.lanes) - 1)] == w["car_lane"][cars])
        cars, where = cars[mine], where[mine]
        room = np.where(w["car_speed"][cars] < STANDING, QUEUE_GAP, 0.0)  # a queue is seen between two bumpers too
        front, rear = w["car_pos"][cars] + room, w["car_pos"][cars] - w["car_length"][cars] - w["car_far"][cars]
        seen = (front >= self._from[where]) & (rear <= self._to[where])
        self._last[where[seen]] = second
        return np.asarray(second - self._last)


class Actuated:
    """A program whose phases last as long as vehicles come, within their bounds."""

    def __init__(self, w: Any, light: Light, begin: float) -> None:
        programme = light.programme
        self._phases = programme.phases
        self._gap = programme.parameter("max-gap", MAX_GAP)
        self._detectors = Detectors(w, light, seconds=programme.parameter("detector-gap", DETECTOR_GAP))
        lanes = {int(lane): order for order, lane in enumerate(self._detectors.lanes)}
        self._of = [
            np.array(sorted({lanes[int(w["lane_before"][lane, 0])] for lane, link, _ in light.ways
                             if phase.state[link] in GREENS}), np.int64)
            for phase in programme.phases
        ]  # fmt: skip
        clock = Timed(programme, begin)
        self._index = clock.index(0.0)
        self._since = -clock.since(0.0)

    def state(self, second: float) -> str:
        """What the program shows, after a change to its next phase where it is time for that."""
        gaps = self._detectors.look(second)
        for _ in range(len(self._phases)):  # phases may last 0 s
            phase, lasted = self._phases[self._index], second - self._since + 1e-9
            if not self._is_over(lasted, float(gaps[self._of[self._index]].min(initial=LONG))):
                break
            self._index = phase.following[0] if phase.following else (self._index + 1) % len(self._phases)
            self._since = second
        return self._phases[self._index].state

    def _is_over(self, lasted: float, gap: float) -> bool:
        phase = self._phases[self._index]
        if phase.shortest is None and phase.longest is None:
            return lasted >= phase.seconds
        shortest = phase.seconds if phase.shortest is None else phase.shortest
        longest = LONG if phase.longest is None else max(phase.longest, shortest)
        return lasted >= longest or (lasted >= shortest and gap >= self._gap)
