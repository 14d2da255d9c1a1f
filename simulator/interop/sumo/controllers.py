"""What runs the lights of an imported network: the programs of its file, or max pressure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from simulator.interop.sumo.build import Imported
from simulator.interop.sumo.delays import DelayBased
from simulator.interop.sumo.lighting import Light, pairs_of
from simulator.interop.sumo.nema import Rings
from simulator.interop.sumo.programmes import GREENS, YELLOWS
from simulator.interop.sumo.running import Actuated, Runner, Timed
from simulator.interop.sumo.scene import RoadScene

SHORTEST_GREEN = 10.0  # s; LibSignal's max pressure decides every 10 s


class Controller(Protocol):
    """Says what every light shows."""

    in_files: bool
    """Whether SUMO's files hold it, so that SUMO runs it by itself."""

    def states(self, second: float, scene: RoadScene) -> Sequence[str]:
        """A letter for every link of each light.

        Args:
            second: since traffic began.
            scene: where traffic is.
        """


class FixedTime:
    """The programs of the file, as they are: fixed ones, and those that ask their detectors."""

    in_files = True

    def __init__(self, imported: Imported) -> None:
        w = imported.records[0]
        self._lights = imported.lights
        self._runners = [_runner(w, light, imported.begin) for light in imported.lights]
        self._clocks = [Timed(light.programme, imported.begin) for light in imported.lights]

    def states(self, second: float, scene: RoadScene) -> list[str]:
        """What the programs show now; asked for in ascending order of time."""
        return [runner.state(second) for runner in self._runners]

    def choose(self, second: float, counts: np.ndarray) -> list[int]:
        """The green phase that each program shows or is on its way to, as if it were a fixed one."""
        return [_green_at(light, clock, second) for light, clock in zip(self._lights, self._clocks, strict=True)]


def _runner(w: object, light: Light, begin: float) -> Runner:
    if light.programme.kind == "NEMA":
        return Rings(w, light, begin)
    if light.programme.kind == "actuated":
        return Actuated(w, light, begin)
    if light.programme.kind == "delay_based":
        return DelayBased(w, light, begin)
    return Timed(light.programme, begin)


def _green_at(light: Light, clock: Timed, second: float) -> int:
    """The order among the green phases of the one that a program shows, or that comes next."""
    phases = light.programme.phases
    greens = [
        index
        for index, phase in enumerate(phases)
        if set(phase.state) & set(GREENS) and not set(phase.state) & set(YELLOWS)
    ]
    now = clock.index(second)
    return next((order for order, index in enumerate(greens) if index >= now), 0)


class MaxPressure:
    """The phase with the most vehicles before it, less those behind it (Varaiya 2013, with vehicle counts)."""

    in_files = False

    def __init__(self, imported: Imported) -> None:
        w = imported.records[0]
        self._pairs = [[pairs_of(w, light, phase) for phase in range(len(light.seconds))] for light in imported.lights]
        self._now = [0] * len(imported.lights)
        self._change = [light.yellow + light.all_red for light in imported.lights]
        self._until = [SHORTEST_GREEN + change for change in self._change]
        self._heads = [Head(light) for light in imported.lights]

    def states(self, second: float, scene: RoadScene) -> list[str]:
        """What the chosen phases show, changes included."""
        phases = self.choose(second, scene.counts())
        return [head.show(second, phase) for head, phase in zip(self._heads, phases, strict=True)]

    def choose(self, second: float, counts: np.ndarray) -> list[int]:
        """Decides anew for every light whose green has lasted long enough."""
        for light, phases in enumerate(self._pairs):
            if second < self._until[light] or not phases:
                continue
            pressure = [float(counts[pairs[:, 0]].sum() - counts[pairs[:, 1]].sum()) for pairs in phases]
            best = int(np.argmax(pressure))
            if pressure[best] > pressure[self._now[light]]:
                self._now[light] = best
                self._until[light] = second + SHORTEST_GREEN + self._change[light]
        return list(self._now)


class Head:
    """Shows green phases, with the yellow and all-red of the program between them."""

    def __init__(self, light: Light) -> None:
        self._light = light
        self._before = self._phase = 0
        self._since = -(light.yellow + light.all_red)  # the first phase has had its change

    def show(self, second: float, phase: int) -> str:
        """What a light shows that is asked for a phase; one that has no green phases goes on with its first."""
        if not self._light.states:
            return self._light.programme.phases[0].state
        time = second - self._since
        if phase != self._phase and time >= self._light.yellow + self._light.all_red - 1e-9:
            self._before, self._phase, self._since, time = self._phase, phase, second, 0.0
        was, will = self._light.states[self._before], self._light.states[self._phase]
        if time >= self._light.yellow + self._light.all_red - 1e-9:
            return will
        return "".join(self._between(old, new, time) for old, new in zip(was, will, strict=True))

    def _between(self, old: str, new: str, time: float) -> str:
        if old in GREENS:
            return old if new in GREENS else "y" if time < self._light.yellow - 1e-9 else "r"
        return "r"


CONTROLLERS: dict[str, type[FixedTime] | type[MaxPressure]] = {"fixed": FixedTime, "max-pressure": MaxPressure}
