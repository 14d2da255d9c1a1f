"""Drives many networks here and in SUMO, under the same programs and demand, and keeps every run when it is made."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from scipy.stats import t as student

from simulator.interop.kept_runs import read_kept
from simulator.interop.sumo.bridge import CONTROLLERS, Trips, load_sumo, run_here, run_in_sumo
from simulator.interop.sumo.build import import_network
from simulator.interop.sumo.cases import SECONDS, Case, find_cases
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.routes import read_demand
from worlds.kit.writing import write_bytes
from worlds.world import Refused, World

PLACES = ("here", "SUMO")
SHARE = 0.95  # of the intervals
NEAR, FAR = 0.15, 0.30  # of SUMO's delay
KEPT = ("delay", "began", "finished", "waiting", "rerouted", "elsewhere", "blocked", "collisions", "queue")


class NetworkRow(msgspec.Struct):
    """What was found on one network."""

    source: str
    seconds: float
    runs: dict[str, dict[str, dict[str, float]]] = {}
    """By seed and place: the figures of `Trips` named in `KEPT`."""
    left_out: dict[str, int] = {}
    refused: str = ""
    """Why the network is not driven."""


class Runs(msgspec.Struct):
    """A file of runs."""

    sumo: str
    rows: dict[str, NetworkRow] = {}


def read_runs(path: Path) -> Runs | None:
    """The runs of a file; None where there is none.

    Raises:
        Refused: it holds something else.
        OSError: it cannot be read.
    """
    runs = read_kept(path, Runs, "runs beside SUMO")
    if runs is None:
        return None
    for name, row in runs.rows.items():
        for seed, places in row.runs.items():
            if not set(places) <= set(PLACES) or not all(set(KEPT) <= set(figures) for figures in places.values()):
                raise Refused(f"{path.name} is no file of runs beside SUMO: seed {seed!r} of {name!r} lacks figures")
    return runs


def write_runs(path: Path, runs: Runs) -> None:
    """Keep the runs, sorted, so that equal ones are equal files."""
    text = json.dumps(msgspec.to_builtins(runs), indent=1, sort_keys=True, ensure_ascii=False)
    write_bytes(path, (text + "\n").encode())


def drive_all(
    path: Path, worlds: Sequence[World], *, seeds: int, seconds: float = SECONDS, more: Path | None = None,
    only: Sequence[str] = (), tell: Callable[[str], None] = print,
) -> Runs:  # fmt: skip
    """Drive every network with so many seeds, and leave out the runs that the file has already.

    Seed by seed, so that a run that is interrupted has figures of all networks. A file that was made with another
    version of SUMO is begun anew.

    Args:
        path: the file of runs, read and written.
        worlds: the project's own that are driven too.
        seeds: of each network; they decide when vehicles come, in SUMO also what drivers do by chance.
        seconds: that each is driven.
        more: a folder with networks more.
        only: networks with one of these in their name alone; all where there are none.
        tell: is told what is going on, line by line.

    Raises:
        Refused: SUMO is not installed, or the file holds something else.
    """
    version = version_of_sumo()
    runs = read_runs(path) or Runs(version)
    if runs.sumo != version:
        tell(f"{path.name} was made with {runs.sumo}: begun anew with {version}")
        runs = Runs(version)
    with tempfile.TemporaryDirectory() as folder:
        cases = list(find_cases(Path(folder), worlds, more, only))
        if not cases:
            raise Refused(f"no network has {' or '.join(map(repr, only))} in its name")
        for seed in range(seeds):
            for number, case in enumerate(cases):
                row = runs.rows.setdefault(case.name, NetworkRow(case.source, seconds))
                if row.seconds != seconds:
                    runs.rows[case.name] = row = NetworkRow(case.source, seconds)
                if (row.refused and seed) or len(row.runs.get(str(seed), {})) == len(PLACES):
                    continue
                row.refused = ""
                words = f"seed {seed + 1} of {seeds}, network {number + 1} of {len(cases)}: {case.name}"
                try:
                    _drive(case, row, seed)
                    here, there = (row.runs[str(seed)][place]["delay"] for place in PLACES)
                    tell(f"{words}: {here:.1f} s lost here, {there:.1f} s in SUMO")
                except Refused as refusal:
                    row.refused = str(refusal)
                    tell(f"{words}: {refusal}")
                write_runs(path, runs)
    return runs


def version_of_sumo() -> str:
    """The name and number of the SUMO that is installed.

    Raises:
        Refused: there is none.
    """
    return str(load_sumo().getVersion()[1])


def _drive(case: Case, row: NetworkRow, seed: int) -> None:
    network = read_network(case.network, leave_out=True, additional=case.additional, folder=case.folder)
    demand = read_demand(
        case.routes, case.begin, row.seconds, leave_out=True, additional=case.additional, folder=case.folder
    )
    imported = import_network(network, demand, seed, leave_out=True)
    fixed = CONTROLLERS["fixed"]
    here = run_here(imported, fixed(imported), row.seconds, step=case.step)
    there = run_in_sumo(
        network, case.routes, imported, fixed(imported), demand, seed=seed, folder=case.folder, step=case.step
    )
    left_out = Counter(network.left_out) + Counter(demand.left_out) + Counter(imported.left_out)
    row.left_out = dict(sorted(left_out.items()))
    row.runs[str(seed)] = {"here": _kept(here), "SUMO": _kept(there)}


def _kept(trips: Trips) -> dict[str, float]:
    figures = dataclasses.asdict(trips)
    return {name: round(float(figures[name]), 3) for name in KEPT}


@dataclasses.dataclass(frozen=True)
class NetworkCompared:
    """A network's figures over its seeds."""

    name: str
    source: str
    seeds: int
    here: dict[str, tuple[float, float]]
    """Of each figure the mean, and how far its 95 % interval reaches on either side; 0 with one seed."""
    there: dict[str, tuple[float, float]]

    @property
    def ratio(self) -> float:
        """Of the delay here to that in SUMO."""
        return self.here["delay"][0] / max(self.there["delay"][0], 1e-9)

    @property
    def apart(self) -> float:
        """How far the delay here is from SUMO's, as a share of that."""
        return abs(self.ratio - 1.0)


def compare(runs: Runs) -> list[NetworkCompared]:
    """The networks that were driven, in the file's order."""
    found = []
    for name, row in runs.rows.items():
        whole = [places for places in row.runs.values() if len(places) == len(PLACES)]
        if whole and not row.refused:
            sides = [{figure: _interval([run[place][figure] for run in whole]) for figure in KEPT} for place in PLACES]
            found.append(NetworkCompared(name, row.source, len(whole), sides[0], sides[1]))
    return found


def _interval(values: list[float]) -> tuple[float, float]:
    mean = float(np.mean(values))
    if len(values) < 2:
        return mean, 0.0
    width = float(student.ppf(0.5 + 0.5 * SHARE, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return mean, width
