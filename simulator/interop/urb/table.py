"""Runs of the benchmark: of networks, seeds and fleets, kept in one file when they are made, and what they came to."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from scipy.stats import t as student

from simulator.interop.kept_runs import read_kept
from simulator.interop.urb.building import Choices, build_roads, choices_of
from simulator.interop.urb.driving import Here
from simulator.interop.urb.folder import Benchmark
from simulator.interop.urb.in_sumo import InSumo
from simulator.interop.urb.protocol import Course, DayRoad, run_course
from worlds.kit.writing import write_bytes
from worlds.world import Refused

FIRST_SEED = 42  # the benchmark's usual one
PLACES = ("here", "sumo")
INTERVAL = 0.95
PEOPLE = "people"


class UrbNetwork(msgspec.Struct):
    """What was found on one network."""

    commuters: int
    people: int
    training: int
    test: int
    others: int
    share: float
    place: str
    runs: dict[str, dict[str, dict[str, float]]] = {}
    """By seed and fleet, the people among them: figures of `run_course`."""
    fewest: int = 0
    """Routes of whom has the fewest to choose among."""


class UrbRuns(msgspec.Struct):
    """A file of runs."""

    networks: dict[str, UrbNetwork] = {}


@dataclass(frozen=True)
class FleetFound:
    """A fleet on a network: each a mean over seeds with how far its interval reaches."""

    fleet: str
    seeds: int
    t_pre: tuple[float, float]
    t_test: tuple[float, float]
    t_cav: tuple[float, float]
    t_cav_pre: tuple[float, float]
    t_hdv: tuple[float, float]
    t_hdv_pre: tuple[float, float]
    change: tuple[float, float]
    """Of the mean trip of all, as a share of that of before."""
    car_change: tuple[float, float]
    """The same of the automated cars' own trips."""
    won: float
    """Share of seeds in which the mean trip of all is below that of before."""
    others: tuple[float, float] | None
    """Mean trip of all on days with other drivers."""
    beside: tuple[float, float] | None
    """Mean trip of all in SUMO, under the same choices."""
    removed: float
    """Who stood for 600 s on a day of the test, and was taken out."""


def read_urb(path: Path) -> UrbRuns | None:
    """The runs of a file; None where there is none.

    Raises:
        Refused: it holds something else.
        OSError: it cannot be read.
    """
    runs = read_kept(path, UrbRuns, "runs of the benchmark")
    if runs is None:
        return None
    for name, network in runs.networks.items():
        for seed, fleets in network.runs.items():
            if not all({"t_pre", "t_test"} <= set(figures) for figures in fleets.values()):
                raise Refused(
                    f"{path.name} is no file of runs of the benchmark: seed {seed!r} of {name!r} lacks figures"
                )
    return runs


def write_urb(path: Path, runs: UrbRuns) -> None:
    """Keep the runs, sorted, so that equal ones are equal files."""
    rounded = json.loads(msgspec.json.encode(runs), parse_float=lambda text: round(float(text), 6))
    text = json.dumps(rounded, indent=1, sort_keys=True, ensure_ascii=False)
    write_bytes(path, (text + "\n").encode())


def run_network(
    bench: Benchmark,
    path: Path | None,
    *,
    seeds: int,
    fleets: Sequence[str],
    course: Course,
    place: str = "here",
    beside: bool = False,
    tell: Callable[[str], None] = print,
) -> UrbRuns:
    """Run a network with so many seeds, from `FIRST_SEED` on, and leave out the seeds that the file has already.

    Args:
        bench: the network's folder.
        path: the file of runs, read and written; none: nothing is kept.
        seeds: how many.
        fleets: names of `FLEETS`.
        course: how many days and cars.
        place: where days are driven, one of `PLACES`.
        beside: drive the tested choices in SUMO too.
        tell: is told what is going on, line by line.

    Raises:
        Refused: the network cannot be driven, SUMO is not installed, or the file holds something else.
    """
    runs = (read_urb(path) if path is not None else None) or UrbRuns()
    fresh = UrbNetwork(
        len(bench.commuters), course.people, course.training, course.test, course.others, course.share, place
    )
    kept = runs.networks.get(bench.name)
    if kept is None or msgspec.structs.replace(kept, runs={}, fewest=0) != fresh:
        runs.networks[bench.name] = kept = fresh
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        if {PEOPLE, *fleets} <= set(kept.runs.get(str(seed), {})):
            continue
        tell(f"{bench.name}, seed {seed}: {len(bench.commuters)} commuters")
        choices = choices_of(bench, seed)
        road = _road(bench, choices, place)
        other = InSumo(bench, choices) if beside and place == "here" else None
        found = run_course(road, choices, seed, fleets, course, beside=other, tell=tell)
        kept.runs[str(seed)] = {**kept.runs.get(str(seed), {}), **found}
        kept.fewest = int(choices.counts.min())
        if path is not None:
            write_urb(path, runs)
    return runs


def _road(bench: Benchmark, choices: Choices, place: str) -> DayRoad:
    return InSumo(bench, choices) if place == "sumo" else Here(bench, choices, build_roads(bench, choices))


def found_of(network: UrbNetwork) -> list[FleetFound]:
    """What every fleet came to, in the order in which they were run."""
    names = dict.fromkeys(name for fleets in network.runs.values() for name in fleets)
    order = [PEOPLE, *sorted(name for name in names if name != PEOPLE)]
    return [_found(name, [fleets[name] for fleets in network.runs.values() if name in fleets]) for name in order]


def _found(name: str, runs: list[dict[str, float]]) -> FleetFound:
    def mean(figure: str) -> tuple[float, float]:
        return interval([run[figure] for run in runs])

    def maybe(figure: str) -> tuple[float, float] | None:
        return mean(figure) if all(figure in run for run in runs) else None

    return FleetFound(
        name, len(runs), mean("t_pre"), mean("t_test"), mean("t_cav"), mean("t_cav_pre"), mean("t_hdv"),
        mean("t_hdv_pre"), interval([run["t_test"] / run["t_pre"] - 1.0 for run in runs]),
        interval([run["t_cav"] / run["t_cav_pre"] - 1.0 for run in runs]),
        float(np.mean([run["t_test"] < run["t_pre"] for run in runs])), maybe("t_others"), maybe("t_beside"),
        float(np.mean([run["removed"] for run in runs])),
    )  # fmt: skip


def interval(values: list[float]) -> tuple[float, float]:
    """A mean, and how far its interval (Student's) reaches; 0 for a single value."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return mean, 0.0
    width = student.ppf(0.5 + 0.5 * INTERVAL, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
    return mean, float(width)
