"""The same roads and lights in SUMO and here: one controller runs both, and what drivers lose is compared.

SUMO comes as the extra ``sumo`` (libsumo runs inside of this process) and is imported only when it is asked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from xml.etree import ElementTree

import numpy as np

from simulator.interop.sumo.build import Imported, Light, advance, ask_light
from simulator.interop.sumo.network import GREENS, RoadNetwork
from simulator.interop.sumo.routes import Demand
from worlds.world import Refused

TICK = 0.5  # s, of this project's traffic
STEP = 1.0  # s, of SUMO and of the controllers: SUMO's default
SHORTEST_GREEN = 10.0  # s; LibSignal's max pressure decides every 10 s


@dataclass(frozen=True)
class Trips:
    """What a run came to. Delay is SUMO's timeLoss and departDelay together, unfinished trips included."""

    delay: float
    """Mean seconds lost a trip, the wait for room to enter included."""
    began: int
    finished: int
    series: tuple[int, ...]
    """Vehicles on the roads, minute by minute."""


class Controller(Protocol):
    """Chooses a phase for every light, once a second."""

    def choose(self, second: float, counts: np.ndarray) -> Sequence[int]:
        """The phase of each light; `counts` are the vehicles on each lane, ways through junctions left out."""


class FixedTime:
    """The program of the file: its green phases, each as long as there."""

    def __init__(self, imported: Imported) -> None:
        self._ends = [np.cumsum(np.array(light.seconds) + light.yellow + light.all_red) for light in imported.lights]

    def choose(self, second: float, counts: np.ndarray) -> list[int]:
        """The phase whose time it is; a change begins when the phase before has had its green."""
        return [int(np.searchsorted(ends, second % ends[-1], side="right")) for ends in self._ends]


class MaxPressure:
    """The phase with the most vehicles before it, less those behind it (Varaiya 2013, with vehicle counts)."""

    def __init__(self, imported: Imported) -> None:
        w = imported.records[0]
        self._pairs = [[_pairs(w, light, phase) for phase in range(len(light.seconds))] for light in imported.lights]
        self._now = [0] * len(imported.lights)
        self._change = [light.yellow + light.all_red for light in imported.lights]
        self._until = [SHORTEST_GREEN + change for change in self._change]

    def choose(self, second: float, counts: np.ndarray) -> list[int]:
        """Decides anew for every light whose green has lasted long enough."""
        for light, phases in enumerate(self._pairs):
            if second < self._until[light]:
                continue
            pressure = [float(counts[pairs[:, 0]].sum() - counts[pairs[:, 1]].sum()) for pairs in phases]
            best = int(np.argmax(pressure))
            if pressure[best] > pressure[self._now[light]]:
                self._now[light] = best
                self._until[light] = second + SHORTEST_GREEN + self._change[light]
        return list(self._now)


def _pairs(w: Any, light: Light, phase: int) -> np.ndarray:
    """(n, 2) lanes before and behind each way that a phase lets through."""
    groups = len(w["group_state"]) // len(w["phase"])
    found = []
    for link in np.flatnonzero(w["lane_group"][: int(w["lanes"])] // groups == light.junction):
        group = int(w["lane_group"][link])
        if group >= 0 and int(w["phase_groups"][light.junction, phase]) >> (group % groups) & 1:
            found.append((int(w["lane_before"][link, 0]), int(w["lane_next"][link, 0])))
    return np.array(found, np.int64).reshape(-1, 2)


CONTROLLERS: dict[str, type[FixedTime] | type[MaxPressure]] = {"fixed": FixedTime, "max-pressure": MaxPressure}


def run_here(imported: Imported, controller: Controller, seconds: float) -> Trips:
    """Drive the imported record for some seconds; it is changed."""
    w, series = imported.records[0], []
    every = round(STEP / TICK)
    for second in range(int(seconds)):
        counts = _counts_here(w, len(imported.lanes))
        for light, phase in zip(imported.lights, controller.choose(float(second), counts), strict=True):
            ask_light(imported.records, light.junction, phase)
        advance(imported.records, every, TICK)
        if second % 60 == 59:
            series.append(int((w["car_lane"] >= 0).sum()))
    began = int(w["came"].sum()) + int(w["turned_away"])
    return Trips(float(w["lost"]) / max(began, 1), began, int(w["arrived"]), tuple(series))


def _counts_here(w: Any, lanes: int) -> np.ndarray:
    used = w["car_lane"][w["car_lane"] >= 0]
    return np.bincount(used, minlength=int(w["lanes"]))[: max(lanes, int(w["lanes"]))]


def run_in_sumo(
    network: RoadNetwork, routes: Path, imported: Imported, controller: Controller, demand: Demand, *, seed: int = 0
) -> Trips:
    """Drive the same files in SUMO under the same controller.

    Raises:
        Refused: SUMO is not installed, or does not take the files.
    """
    try:
        import libsumo
    except ImportError as error:
        raise Refused(f"SUMO is not installed ({error}): in the folder of Crossplay, pip install -e .[sumo]") from error
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "trips.xml"
        words = [
            "sumo", "-n", str(network.path), "-r", str(routes), "--begin", f"{demand.begin:g}", "--step-length",
            f"{STEP:g}", "--seed", str(seed), "--no-step-log", "--no-warnings", "--time-to-teleport", "-1",
            "--xml-validation", "never", "--tripinfo-output", str(report), "--tripinfo-output.write-unfinished",
            "--tripinfo-output.write-undeparted",
        ]  # fmt: skip
        try:
            libsumo.start(words)
            try:
                series = _steps(libsumo, imported, controller, int(demand.seconds))
            finally:
                libsumo.close()
        except (libsumo.TraCIException, libsumo.FatalTraCIError) as error:
            raise Refused(f"SUMO does not run {network.path.name} with {routes.name}: {error}") from error
        return _trips(report, series)


def _steps(libsumo: Any, imported: Imported, controller: Controller, seconds: int) -> tuple[int, ...]:
    heads = [_Head(libsumo, light) for light in imported.lights]
    series = []
    for second in range(seconds):
        counts = np.zeros(len(imported.lanes) + len(imported.records["lane_length"][0]), np.int64)
        for index, name in enumerate(imported.lanes):
            counts[index] = libsumo.lane.getLastStepVehicleNumber(name)
        for head, phase in zip(heads, controller.choose(float(second), counts), strict=True):
            head.show(phase)
        libsumo.simulationStep()
        if second % 60 == 59:
            series.append(int(libsumo.vehicle.getIDCount()))
    return tuple(series)


class _Head:
    """Shows a phase at one of SUMO's lights: yellow and all-red come before it, as they do here."""

    def __init__(self, libsumo: Any, light: Light) -> None:
        self._libsumo, self._light = libsumo, light
        self._change = light.yellow + light.all_red
        self._before = self._phase = 0
        self._time = self._change

    def show(self, phase: int) -> None:
        """One second of a light that is asked for a phase."""
        if phase != self._phase and self._time >= self._change:
            self._before, self._phase, self._time = self._phase, phase, 0.0
        was, will = self._light.states[self._before], self._light.states[self._phase]
        if self._time >= self._change:
            state = will
        else:
            state = "".join(self._between(old, new) for old, new in zip(was, will, strict=True))
        self._libsumo.trafficlight.setRedYellowGreenState(self._light.name, state)
        self._time += STEP

    def _between(self, old: str, new: str) -> str:
        if old in GREENS:
            return old if new in GREENS else "y" if self._time < self._light.yellow else "r"
        return "r"


def _trips(report: Path, series: tuple[int, ...]) -> Trips:
    lost, began, finished = 0.0, 0, 0
    for trip in ElementTree.parse(report).getroot().iter("tripinfo"):  # SUMO's own file
        began += 1
        finished += float(trip.get("arrival", "-1")) >= 0.0
        lost += float(trip.get("timeLoss", "0")) + max(float(trip.get("departDelay", "0")), 0.0)
    return Trips(lost / max(began, 1), began, finished, series)
