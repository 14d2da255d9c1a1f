"""Runs light programs second by second: fixed ones by the clock, actuated ones by gaps at their detectors.

An actuated phase lasts at least minDur and at most maxDur seconds; in between it ends when no detector of its lanes has
seen anybody for max-gap seconds. Where detectors lie, which of them count for a phase, and when they are asked, is as
SUMO documents it (https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html, "actuated"), with its defaults.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from simulator.interop.sumo.lighting import Light
from simulator.interop.sumo.programmes import GREENS, Programme

MAX_GAP = 3.0  # s
DETECTOR_GAP = 2.0  # s at the limit from a detector to the line
PASSING_TIME = 1.9  # s that one vehicle of a queue takes to pass the line
PLACE = 7.5  # m of a queue for each vehicle, half of it for the one whose front is nearest to the detector
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

    def __init__(self, w: Any, light: Light, *, reach: np.ndarray | None = None, zone: float = 0.0) -> None:
        """So many metres before the line of each lane, in the lanes' order; or all along a zone (m) before it."""
        self._w = w
        self.lanes = lanes_of(w, light)
        if reach is None:
            self._on = self.lanes
            self._to = w["lane_length"][self.lanes]
            self._from = np.maximum(self._to - zone, 0.5)
        else:
            places = [_upstream(w, int(lane), float(far)) for lane, far in zip(self.lanes, reach, strict=True)]
            self._on = np.array([lane for lane, _ in places], np.int64)
            self._from = self._to = np.array([pos for _, pos in places])
        self._last = np.full(len(self.lanes), -LONG)

    def look(self, second: float) -> np.ndarray:
        """Seconds since each lane's detector saw somebody: it does who is on it, or passed since the last look."""
        w = self._w
        cars = np.flatnonzero(w["car_lane"] >= 0)
        cars = cars[np.isin(w["car_lane"][cars], self._on)]
        if len(cars):
            room = np.where(w["car_speed"][cars] < STANDING, QUEUE_GAP, 0.0)  # a queue is seen between two bumpers too
            front = w["car_pos"][cars] + room
            rear = w["car_pos"][cars] - w["car_length"][cars] - w["car_far"][cars]
            seen = (self._on[:, None] == w["car_lane"][cars]) & (front >= self._from[:, None])
            self._last[(seen & (rear <= self._to[:, None])).any(axis=1)] = second
        return np.asarray(second - self._last)


def lanes_of(w: Any, light: Light) -> np.ndarray:
    """The lanes before a light, in ascending order."""
    return np.array(sorted({int(w["lane_before"][lane, 0]) for lane, _, _ in light.ways}), np.int64)


def _upstream(w: Any, lane: int, far: float) -> tuple[int, float]:
    """The lane and the place on it (m) so far before a lane's end; lanes with one way into them are looked through."""
    pos = float(w["lane_length"][lane]) - far
    while pos < 0.0:
        links = w["lane_before"][lane]
        links = links[links >= 0]
        if len(links) != 1 or int(w["lane_before"][links[0], 0]) < 0:
            return lane, 0.5
        lane = int(w["lane_before"][links[0], 0])
        pos += float(w["lane_length"][lane])
    return lane, max(pos, 0.5)


class Actuated:
    """A program whose phases last as long as vehicles come, within their bounds."""

    def __init__(self, w: Any, light: Light, begin: float) -> None:
        programme = light.programme
        self._phases = programme.phases
        self._gap = programme.parameter("max-gap", MAX_GAP)
        self._reach = programme.parameter("detector-gap", DETECTOR_GAP)
        passing = max(programme.parameter("passing-time", PASSING_TIME), 0.1)
        links = links_of(w, light)
        reach = [
            min(self._reach * float(w["lane_limit"][lane]), (self._shortest_of(mine) / passing + 0.5) * PLACE)
            for lane, mine in links.items()
        ]
        self._detectors = Detectors(w, light, reach=np.array(reach))
        self._of = [counting_lanes(w, light, phase.state, links) for phase in programme.phases]
        clock = Timed(programme, begin)
        self._index = clock.index(0.0)
        self._since = -clock.since(0.0)
        self._ask = self._since + self._least()

    def state(self, second: float) -> str:
        """What the program shows, after a change to its next phase where it is time for that."""
        gaps = self._detectors.look(second)
        for _ in range(len(self._phases)):  # phases may last 0 s
            if second + 1e-9 < self._ask:
                break
            lasted = second - self._since
            gap = float(gaps[self._of[self._index]].min(initial=LONG))
            if self._varies(self._index) and gap < self._gap and lasted + 1e-9 < self._most():
                wait = max(self._reach - gap, 1.0)  # until the last one seen has passed the line
                self._ask = self._since + min(float(np.ceil(lasted + wait - 1e-6)), self._most())
                break
            phase = self._phases[self._index]
            self._index = phase.following[0] if phase.following else (self._index + 1) % len(self._phases)
            self._since = second
            self._ask = second + self._least()
        return self._phases[self._index].state

    def _varies(self, index: int) -> bool:
        phase = self._phases[index]
        return phase.shortest is not None or phase.longest is not None

    def _least(self) -> float:
        phase = self._phases[self._index]
        return phase.seconds if phase.shortest is None else phase.shortest

    def _most(self) -> float:
        longest = self._phases[self._index].longest
        return LONG if longest is None else max(longest, self._least())

    def _shortest_of(self, links: list[int]) -> float:
        """The shortest minimum of the phases that let somebody of a lane go."""
        phases = [phase for index, phase in enumerate(self._phases) if self._varies(index)]
        return min(
            (phase.seconds if phase.shortest is None else phase.shortest for phase in phases
             if any(phase.state[link] in GREENS for link in links)),
            default=LONG,
        )  # fmt: skip


def links_of(w: Any, light: Light) -> dict[int, list[int]]:
    """The links of each lane before a light, lanes in ascending order."""
    links: dict[int, list[int]] = {int(lane): [] for lane in lanes_of(w, light)}
    for way, link, _ in light.ways:
        links[int(w["lane_before"][way, 0])].append(link)
    return links


def counting_lanes(w: Any, light: Light, state: str, links: dict[int, list[int]]) -> np.ndarray:
    """The order of the lanes whose detectors count in a phase: all who stand there may go, and mostly with priority.

    Who gives way counts where his lane is the only one of its road, or beside others of his lane with priority, and
    then only if he never has it himself. A lane before another one of the same light counts if that one does.
    """
    first = {link for phase in light.programme.phases for link, letter in enumerate(phase.state) if letter == "G"}
    green: set[int] = set()
    for lane, mine in links.items():
        alone = int(w["lane_left"][lane]) < 0 and int(w["lane_right"][lane]) < 0
        beside = any(state[link] == "G" for link in mine)
        green |= {
            link for link in mine
            if state[link] == "G" or (state[link] == "g" and (alone or (beside and link not in first)))
        }  # fmt: skip
    free = {lane: all(link in green for link in mine) for lane, mine in links.items()}
    after: dict[int, set[int]] = {lane: set() for lane in links}
    for way, _, _ in light.ways:
        after[int(w["lane_before"][way, 0])].add(int(w["lane_next"][way, 0]))
    return np.array(
        [order for order, lane in enumerate(links) if free[lane] and all(free.get(then, True) for then in after[lane])],
        np.int64,
    )
