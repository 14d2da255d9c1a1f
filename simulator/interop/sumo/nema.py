"""NEMA programs at their lights: whoever is at the detectors of a phase calls for it."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np

from simulator.interop.sumo.laying import RANKS
from simulator.interop.sumo.lighting import Light
from simulator.interop.sumo.programmes import Programme
from simulator.interop.sumo.ring_control import RingControl
from simulator.interop.sumo.rings import SECOND, RingPlan, plan_rings
from simulator.interop.sumo.running import Timed

ZONE = 20.0  # m before the line that a detector covers, SUMO's default


class Rings:
    """A NEMA program at its light: what stands at its detectors decides."""

    def __init__(self, w: Any, light: Light, begin: float) -> None:
        plan = plan_rings(light.programme, f"light {light.name!r}")
        self._control = RingControl(plan)
        self._begin, self._second = begin, first_second(light.programme, begin) - 1
        self._w = w
        self._zones = _zones(w, light, plan)

    def state(self, second: float) -> str:
        """What the rings show together."""
        if int(second + 1e-9) > self._second:
            self._second = int(second + 1e-9)
            self._control.step(round(SECOND * (self._begin + self._second)), self._occupied())
        return self._control.shown()

    def _occupied(self) -> set[int]:
        """The phases at whose detectors somebody is."""
        w = self._w
        cars = np.flatnonzero(w["car_lane"] >= 0)
        front, rear = w["car_pos"][cars], w["car_pos"][cars] - w["car_length"][cars]
        lane = w["car_lane"][cars]
        before = w["lane_before"][lane, 0]
        found = set()
        for name, zones in self._zones.items():
            for on, zone in zones:
                if ((lane == on) & (front >= zone)).any() or ((before == on) & (rear < 0.0)).any():
                    found.add(name)
                    break
        return found


def first_second(programme: Programme, begin: float) -> int:
    """Whole seconds until a program is first asked: minDur of the phase whose time it would be if it went by the clock
    with the durations of the file, which mean nothing else."""
    phase = programme.phases[Timed(programme, begin).index(0.0)]
    return ceil((phase.seconds if phase.shortest is None else phase.shortest) - 1e-6)


def _zones(w: Any, light: Light, plan: RingPlan) -> dict[int, list[tuple[int, float]]]:
    """The lanes whose detectors count for each phase, with the place (m) where they begin."""
    long = light.programme.parameter("detector-length", ZONE)
    left = light.programme.parameter("detector-length-leftTurnLane", ZONE)
    before = {way: int(w["lane_before"][way, 0]) for way, _, _ in light.ways}
    turns: dict[int, list[int]] = {}
    for way, _, rank in light.ways:
        turns.setdefault(before[way], []).append(rank)
    found: dict[int, list[tuple[int, float]]] = {}
    for phase in (phase for ring in plan.rings for phase in ring):
        lanes = sorted({before[way] for way, link, _ in light.ways if phase.green[link] == "G"})
        found[phase.name] = [
            (lane, max(float(w["lane_length"][lane]) - (left if turns[lane] == [RANKS["l"]] else long), 0.1))
            for lane in lanes
        ]
    return found
