"""Runs delay_based programs: a green lasts as long as somebody who was delayed can still make use of it.

As SUMO 1.28 does it (https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html, "based on time loss"): whoever has lost
more than minTimeloss seconds on the last detectorRange metres prolongs his green by the time to the line at the limit,
if that is within maxDur. Without anybody on the other lanes it lasts until maxDur.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.interop.sumo.lighting import Light
from simulator.interop.sumo.programmes import YELLOWS, Phase
from simulator.interop.sumo.running import LONG, Timed, links_of

RANGE = 100.0  # m before the line that a detector covers, SUMO's default
LEAST_LOSS = 1.0  # s
GO = "Gg"


class DelayBased:
    """A program whose greens last as long as they help those who were delayed."""

    def __init__(self, w: Any, light: Light, begin: float) -> None:
        programme = light.programme
        self._w, self._phases = w, programme.phases
        self._least_loss = programme.parameter("minTimeloss", LEAST_LOSS)
        self._lanes = links_of(w, light)
        zone = programme.parameter("detectorRange", RANGE)
        self._from = {lane: max(float(w["lane_length"][lane]) - zone, 0.0) for lane in self._lanes}
        self._lost: dict[tuple[int, float], float] = {}
        self._index, self._since, self._last = Timed(programme, begin).index(0.0), 0.0, 0.0
        self._ask = self._least(self._phases[self._index])

    def state(self, second: float) -> str:
        """What the program shows, after a change to its next phase where it is time for that."""
        waiting = self._look(second)
        if second % 1.0 < 1e-6:
            for _ in range(len(self._phases)):  # phases may last 0 s
                if second + 1.0 <= self._ask + 1e-9:
                    break
                self._ask += self._decide(second, waiting)
        return self._phases[self._index].state

    def _decide(self, second: float, waiting: dict[int, list[tuple[float, float]]]) -> float:
        """Prolong the phase, or go on to the next; s until that is asked again."""
        phase, lasted = self._phases[self._index], second - self._since
        if set(phase.state) & set(GO) and not set(phase.state) & set(YELLOWS):
            more = self._prolonged(phase, lasted, waiting)
            if more > 0.0:
                return more
        self._index = phase.following[0] if phase.following else (self._index + 1) % len(self._phases)
        self._since = second
        return self._least(self._phases[self._index])

    def _prolonged(self, phase: Phase, lasted: float, waiting: dict[int, list[tuple[float, float]]]) -> float:
        """s by which a green is prolonged."""
        longest = phase.seconds if phase.longest is None and phase.shortest is None else phase.longest or LONG
        others = any(
            cars and any(phase.state[link] not in GO for link in self._lanes[lane]) for lane, cars in waiting.items()
        )
        if others and lasted >= longest:
            return 0.0
        wanted = max(
            (ahead / float(self._w["lane_limit"][lane])
             for lane, cars in waiting.items() if any(phase.state[link] in GO for link in self._lanes[lane])
             for ahead, lost in cars
             if lost > self._least_loss and lasted + ahead / float(self._w["lane_limit"][lane]) <= longest),
            default=0.0,
        )  # fmt: skip
        wanted = max(wanted, self._least(phase) - lasted)
        return min(wanted if others else max(wanted, 1.0), max(longest - lasted, 0.0))

    def _look(self, second: float) -> dict[int, list[tuple[float, float]]]:
        """By lane, how far each vehicle at its detector is from the line (m), and what it has lost there (s)."""
        w, dt = self._w, second - self._last
        self._last = second
        lost: dict[tuple[int, float], float] = {}
        found: dict[int, list[tuple[float, float]]] = {}
        cars = np.flatnonzero(w["car_lane"] >= 0)
        for lane, start in self._from.items():
            limit, long = float(w["lane_limit"][lane]), float(w["lane_length"][lane])
            mine = cars[(w["car_lane"][cars] == lane) & (w["car_pos"][cars] >= start)]
            found[lane] = []
            for car in mine:
                key = int(car), float(w["car_since"][car])
                may = max(limit * float(w["car_desire"][car]), 0.1)
                lost[key] = self._lost.get(key, 0.0) + max(1.0 - float(w["car_speed"][car]) / may, 0.0) * dt
                found[lane].append((long - float(w["car_pos"][car]), lost[key]))
        self._lost = lost
        return found

    @staticmethod
    def _least(phase: Phase) -> float:
        return phase.seconds if phase.shortest is None else phase.shortest
