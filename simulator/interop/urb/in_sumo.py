"""One day of the benchmark in SUMO, with the same departures on the same routes, to compare with days here."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import numpy as np

from simulator.interop.sumo.bridge import load_sumo
from simulator.interop.sumo.handing import copied, try_out
from simulator.interop.urb.building import Choices
from simulator.interop.urb.driving import COUNTS, REST, STUCK, Day
from simulator.interop.urb.folder import Benchmark
from worlds.world import Refused

LOOK = 10  # s between two looks at who stands for too long


class InSumo:
    """Days in SUMO. Equal choices and an equal seed give equal days."""

    place = "SUMO"

    def __init__(self, bench: Benchmark, choices: Choices) -> None:
        self._libsumo: Any = load_sumo()
        self._bench, self._choices = bench, choices
        place = Path(tempfile.mkdtemp())
        weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
        self._network = copied(bench.network.path, place / "network.xml")
        self._tried = False
        self._until = float(bench.commuters.starts.max()) + STUCK + REST

    def drive(self, taken: np.ndarray, seed: int) -> Day:
        """One day.

        Args:
            taken: (n,) the place of each commuter's route among his own.
            seed: SUMO's.

        Raises:
            Refused: SUMO does not take the network or a route.
        """
        with tempfile.TemporaryDirectory() as folder:
            report, demand = Path(folder) / "trips.xml", Path(folder) / "day.rou.xml"
            demand.write_text(self._demand(taken), encoding="utf-8")
            words = [
                "-n", str(self._network), "-r", str(demand), "--seed", str(seed % 2**31), "--no-step-log",
                "--no-warnings", "--time-to-teleport", "-1", "--xml-validation", "never",
            ]  # fmt: skip
            if not self._tried:  # other days have other ways on the same roads
                try_out(words, 0.0, self._bench.network.path.name)
                self._tried = True
            try:
                self._libsumo.start(["sumo", *words, "--tripinfo-output", str(report)])
                try:
                    counts = self._steps()
                finally:
                    self._libsumo.close()
            except (self._libsumo.TraCIException, self._libsumo.FatalTraCIError) as error:
                raise Refused(f"SUMO does not run {self._bench.network.path.name}: {error}") from error
            return self._day(report, counts)

    def _demand(self, taken: np.ndarray) -> str:
        people = self._bench.commuters
        vehicles = []
        for place in np.argsort(people.starts, kind="stable"):
            route = self._choices.routes[self._choices.of[place, taken[place]]]
            vehicles.append(
                f'<vehicle id="{place}" type="car" depart="{people.starts[place]:.12g}" departLane="first" '
                f'departPos="base" departSpeed="0"><route edges={quoteattr(" ".join(route))}/></vehicle>'
            )
        return f'<routes><vType id="car"/>{"".join(vehicles)}</routes>'

    def _steps(self) -> dict[str, int]:
        """Run until all have arrived; who stands too long is taken out."""
        sumo = self._libsumo
        collided, removed, second = set(), 0, 0
        while sumo.simulation.getMinExpectedNumber() > 0 and second < self._until:
            sumo.simulationStep()
            second += 1
            collided |= {(hit.collider, hit.victim) for hit in sumo.simulation.getCollisions()}
            if second % LOOK == 0:
                for car in sumo.vehicle.getIDList():
                    if sumo.vehicle.getWaitingTime(car) > STUCK:
                        sumo.vehicle.remove(car)
                        removed += 1
        return dict(zip(COUNTS, (0, 0, removed, len(collided)), strict=True))

    def _day(self, report: Path, counts: dict[str, int]) -> Day:
        minutes = np.full(len(self._bench.commuters), self._bench.length)
        for trip in ElementTree.parse(report).getroot().iter("tripinfo"):  # SUMO's own file
            if trip.get("vaporized", "") == "" and float(trip.get("arrival", "-1")) >= 0.0:
                took = float(trip.get("duration", "0")) + float(trip.get("departDelay", "0"))
                minutes[int(trip.get("id", "0"))] = took / 60.0
        return Day(minutes, counts)
