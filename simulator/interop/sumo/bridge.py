"""The same roads and lights in SUMO and here: one controller runs both, and what drivers lose is compared.

SUMO comes as the extra ``sumo`` (libsumo runs inside of this process) and is imported only when it is asked for.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from simulator.interop.sumo.build import Imported, advance
from simulator.interop.sumo.controllers import CONTROLLERS as CONTROLLERS
from simulator.interop.sumo.controllers import Controller
from simulator.interop.sumo.controllers import FixedTime as FixedTime
from simulator.interop.sumo.controllers import MaxPressure as MaxPressure
from simulator.interop.sumo.fleet import BLOCKED, STANDING, STEP, Fleet
from simulator.interop.sumo.handing import copied, copied_all, try_out
from simulator.interop.sumo.lighting import show, take_over
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.outputs import Outputs
from simulator.interop.sumo.routes import Demand
from simulator.interop.sumo.running import Timed
from simulator.interop.sumo.scene import SceneHere, SceneInSumo
from worlds.kit.writing import write_bytes
from worlds.world import Refused

TICK = 0.5  # s, of this project's traffic
CLEARS = 3.0  # s of an all-red in which those who gave way and waited may still turn left
LOOK = 10  # s between two looks at who stands in SUMO


@dataclass(frozen=True)
class Trips:
    """What a run came to. Delay is SUMO's timeLoss and departDelay together, unfinished trips included."""

    delay: float
    """Mean seconds lost a trip, the wait for room to enter included."""
    began: int
    finished: int
    series: tuple[int, ...]
    """Vehicles on the roads, minute by minute."""
    waiting: int = 0
    """Trips whose time had come and that found no room to depart until the end."""
    rerouted: int = 0
    """Vehicles that missed a turn and went on by another way."""
    elsewhere: int = 0
    """Trips that ended at another place than theirs."""
    blocked: int = 0
    """Times that a vehicle stood 300 s on end; SUMO's usual settings teleport it then."""
    turned_away: int = 0
    """Vehicles that gave up since too many waited to enter; only where arrivals are drawn from mean flows."""
    collisions: int = 0
    queue: float = 0.0
    """Vehicles that stand on the roads, in the mean over time."""
    travel: float = 0.0
    """Mean seconds of a finished trip, the wait for room to enter included; 0 where none is finished."""


def run_here(
    imported: Imported, controller: Controller, seconds: float, outputs: Outputs | None = None, *, step: float = STEP
) -> Trips:
    """Drive the imported record for some seconds; it is changed.

    Vehicles depart as the file says; where there are only mean flows, arrivals are drawn from them. Drivers are those
    of a SUMO that takes steps of `step` seconds. ``outputs`` are told every tick.
    """
    w, series, halted = imported.records[0], [], 0
    fleet = Fleet(imported.records, imported.rides, imported.edge_of, imported.begin, step) if imported.rides else None
    demand = w["demand"].copy()
    if fleet is not None:
        w["demand"] = 0.0  # nobody comes by chance
    take_over(w, imported.lights)
    shown, since = [""] * len(imported.lights), [0.0] * len(imported.lights)
    clocks = [Timed(crossing.programme, imported.begin) for crossing in imported.crossings]
    scene = SceneHere(imported)
    for tick in range(round(seconds / TICK)):
        now = tick * TICK
        for order, state in enumerate(controller.states(now, scene)):
            if state != shown[order]:
                show(w, imported.lights[order], state, clearing=True)
                shown[order], since[order] = state, now
            elif now - since[order] == CLEARS:
                show(w, imported.lights[order], state)
        for crossing, clock in zip(imported.crossings, clocks, strict=True):
            show(w, crossing, clock.state(now))
        if fleet is not None:
            fleet.let_in(now, TICK)
            fleet.hold()
        advance(imported.records, 1, TICK)
        if fleet is not None:
            fleet.look_after(TICK)
            scene.wait(fleet.queues)
        halted += int(((w["car_lane"] >= 0) & (w["car_speed"] < STANDING)).sum())
        if outputs is not None:
            outputs.look(w, now + TICK, TICK, **(fleet.told() if fleet is not None else {}))
        if (tick + 1) % round(60.0 / TICK) == 0:
            series.append(int((w["car_lane"] >= 0).sum()))
    w["demand"] = demand
    return replace(_trips_here(w, fleet, tuple(series)), queue=halted / max(round(seconds / TICK), 1))


def _trips_here(w: Any, fleet: Fleet | None, series: tuple[int, ...]) -> Trips:
    hits, travel = int(w["collisions"]), float(w["travelled"]) / max(int(w["arrived"]), 1)
    if fleet is None:
        away = int(w["turned_away"])
        began = int(w["came"].sum()) + away
        waiting = int(w["outside"].sum())
        lost = float(w["lost"]) / max(began, 1)
        return Trips(lost, began, int(w["arrived"]), series, waiting, turned_away=away, collisions=hits, travel=travel)
    lost = (fleet.lost + fleet.waited) / max(fleet.began, 1)
    return Trips(
        lost, fleet.began, int(w["arrived"]), series, fleet.waiting, fleet.rerouted, fleet.elsewhere, fleet.blocked,
        collisions=hits, travel=travel,
    )  # fmt: skip


def load_sumo() -> Any:
    """The package `libsumo`; it prints warnings when it comes, which do not belong among figures.

    Raises:
        Refused: SUMO is not installed.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr):
            import libsumo
    except ImportError as error:
        raise Refused(f"SUMO is not installed ({error}): in the folder of Crossplay, pip install -e .[sumo]") from error
    return libsumo


def run_in_sumo(
    network: RoadNetwork,
    routes: Path | Sequence[Path],
    imported: Imported,
    controller: Controller,
    demand: Demand,
    *,
    seed: int = 0,
    folder: Path | None = None,
    step: float = STEP,
    keep: Mapping[str, Path] | None = None,
) -> Trips:
    """Drive the same files in SUMO under the same controller; programs of the files SUMO runs itself.

    Where ``keep`` names files for ``tripinfo`` and ``summary``, SUMO's own outputs are kept there. Of all
    files SUMO gets what is read here alone (`handing`): others make it write files wherever they say.

    Raises:
        Refused: SUMO is not installed, or does not take the files.
    """
    libsumo = load_sumo()
    files = [routes] if isinstance(routes, Path) else list(routes)
    with tempfile.TemporaryDirectory() as place:
        report, summary = Path(place) / "trips.xml", Path(place) / "summary.xml"
        names = f"{network.path.name} with {' and '.join(file.name for file in files)}"
        words = [
            *_handed(network, files, Path(place), folder), "--step-length", f"{step:g}", "--seed", str(seed),
            "--no-step-log", "--no-warnings", "--time-to-teleport", "-1", "--xml-validation", "never",
        ]  # fmt: skip
        try_out(words, demand.begin, names)
        words += [
            "--begin", f"{demand.begin:.12g}", "--end", f"{demand.begin + demand.seconds:.12g}", "--tripinfo-output",
            str(report), "--tripinfo-output.write-unfinished", "--tripinfo-output.write-undeparted",
            "--summary-output", str(summary),
        ]  # fmt: skip
        try:
            libsumo.start(["sumo", *words])
            try:
                seen = _steps(libsumo, network, imported, controller, demand, step)
            finally:
                libsumo.close()
        except (libsumo.TraCIException, libsumo.FatalTraCIError) as error:
            raise Refused(f"SUMO does not run {names}: {error}") from error
        for kind, path in (keep or {}).items():
            write_bytes(path, {"tripinfo": report, "summary": summary}[kind].read_bytes())
        return replace(_trips(report, seen), queue=_halted(summary))


def _handed(network: RoadNetwork, files: Sequence[Path], place: Path, folder: Path | None) -> list[str]:
    """Copies of all files, as words of SUMO's command line."""
    inputs = {
        "-n": str(copied(network.path, place / "network.xml", folder=folder)),
        "-r": copied_all(files, place, "routes", folder),
        "-a": copied_all(network.additional, place, "additional", folder),
    }
    return [word for pair in inputs.items() if pair[1] for word in pair]


@dataclass
class _Seen:
    """What was seen in SUMO on the way."""

    series: list[int]
    blocked: set[str]
    collided: set[tuple[str, str]]
    trains: frozenset[str] = frozenset()
    """Types of trains, which are none of the trips."""


def _steps(
    libsumo: Any, network: RoadNetwork, imported: Imported, controller: Controller, demand: Demand, step: float
) -> _Seen:
    trains = frozenset(kind.name for train in demand.trains for kind, _ in train.stream.types)
    seen = _Seen([], set(), set(), trains)
    scene = SceneInSumo(libsumo, network, imported)
    for second in range(int(demand.seconds)):
        if not controller.in_files:
            for light, state in zip(imported.lights, controller.states(float(second), scene), strict=True):
                libsumo.trafficlight.setRedYellowGreenState(light.name, state)
        for _ in range(max(round(1.0 / step), 1)):
            libsumo.simulationStep()
            seen.collided |= {(hit.collider, hit.victim) for hit in libsumo.simulation.getCollisions()}
        if second % LOOK == LOOK - 1:
            cars = libsumo.vehicle.getIDList()
            seen.blocked |= {car for car in cars if libsumo.vehicle.getWaitingTime(car) >= BLOCKED}
        if second % 60 == 59:
            running = sum(libsumo.vehicle.getTypeID(car) in trains for car in libsumo.vehicle.getIDList() if trains)
            seen.series.append(int(libsumo.vehicle.getIDCount()) - running)
    return seen


def _halted(summary: Path) -> float:
    """Vehicles that stand, in the mean over the steps that SUMO tells of."""
    steps = [float(step.get("halting", "0")) for step in ElementTree.parse(summary).getroot().iter("step")]
    return float(np.mean(steps)) if steps else 0.0


def _trips(report: Path, seen: _Seen) -> Trips:
    lost, began, finished, waiting, took = 0.0, 0, 0, 0, 0.0
    for trip in ElementTree.parse(report).getroot().iter("tripinfo"):  # SUMO's own file
        if trip.get("vType", "") in seen.trains:
            continue
        began += 1
        if float(trip.get("arrival", "-1")) >= 0.0:
            finished += 1
            took += float(trip.get("duration", "0")) + float(trip.get("departDelay", "0"))
        waiting += float(trip.get("depart", "0")) < 0.0
        lost += float(trip.get("timeLoss", "0")) + max(float(trip.get("departDelay", "0")), 0.0)
    return Trips(
        lost / max(began, 1), began, finished, tuple(seen.series), waiting,
        blocked=len(seen.blocked), collisions=len(seen.collided), travel=took / max(finished, 1),
    )  # fmt: skip
