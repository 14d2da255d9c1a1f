"""Check the traffic against published measurements: what is measured here beside what the sources say.

Every experiment builds a small road, lets traffic drive on it and measures: gaps, capacities, saturation flow, the jam
that forms by itself on a ring. Each result is told on standard error as it comes, and how long it took; the tables come
at the end. Checks that hold the model against itself, or against what follows from it, stand in a table of their own.
Where the model is known to miss a published value, the check fails and the reason is told; the command fails for
every other miss, and for a known one that got worse. The same experiments are part of the tests.

With --out FILE each experiment is kept as soon as it is made. Whoever interrupts the command, or whose machine stops,
gives it again with the same file: only what is not in it yet, or was made with other sources, is measured.

With --window the ring experiment runs live, with its diagram of space and time, while the others are made one after
the other; Page Up, Page Down and the wheel move its table.

Examples:
  crossplay lab
  crossplay lab --out lab.json
  crossplay lab "ring experiment" "saturation flow" --json
  crossplay lab --window
"""

from __future__ import annotations

import dataclasses
import math
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from agents.settings.declared import Shown, check_ranges
from simulator.app.commands.common import DONE, FAILED, Outcome, check_files, refuse, table
from simulator.app.commands.flags import Flag, OptionalFile, Options, Seconds

if TYPE_CHECKING:
    from worlds.road.lab.check import Check, Experiment
    from worlds.road.lab.notebook import Notebook

JSON = True
HEADINGS = {
    "published": "Beside what others measured and publish",
    "model": "The model beside itself, and beside what follows from it",
}
Rows = list[tuple[str, "Check"]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Which experiments, and where they are shown."""

    names: Annotated[tuple[str, ...], Shown("EXPERIMENT", positional=True, default="all")] = ()
    """Names of experiments, as the table shows them."""
    out: OptionalFile = None
    """Keep each result in this file as it comes, and measure only what is not in it yet."""
    window: Flag = False
    """Show the ring experiment live, beside the table."""
    seconds: Seconds = None
    """Close the window after so many seconds."""
    screenshot: OptionalFile = None
    """Save the last frame of the window to this PNG file on closing."""

    def __post_init__(self) -> None:
        check_ranges(self)
        check_files(out=self.out, screenshot=self.screenshot)


def run(settings: Settings, options: Options) -> Outcome:
    """Run the experiments; fails where a measured number lies outside of what is allowed and is no known miss."""
    from simulator.engine import stopping
    from worlds.road.lab.notebook import Notebook

    chosen = choose(settings.names)
    notebook = Notebook(settings.out, chosen)
    if settings.window:
        return _in_window(settings, chosen, notebook)
    rows: Rows = []
    seconds: dict[str, float] = {}
    try:
        for name, experiment in chosen.items():
            stopping.raise_if_asked()
            checks, seconds[name] = measured(notebook, name, experiment)
            rows += [(name, check) for check in checks]
    except KeyboardInterrupt:
        if settings.out is not None:
            _tell(f"{len(seconds)} of {len(chosen)} experiments are kept; the same command goes on with the others")
        raise
    return outcome(rows, seconds)


def choose(names: tuple[str, ...]) -> dict[str, Experiment]:
    """The experiments of these names, or all."""
    from worlds.road.lab.check import experiments

    known = experiments()
    for name in names:
        if name not in known:
            refuse(f"unknown experiment {name!r}: choose from {', '.join(known)}")
    return {name: known[name] for name in names or known}


def measured(notebook: Notebook, name: str, experiment: Experiment) -> tuple[list[Check], float]:
    """What an experiment finds and the seconds that it took, from the notebook where it was made; told as it comes."""
    from worlds.road.lab.notebook import Measurement

    entry = notebook.measured(name)
    if entry is None:
        _tell(f"measuring {name}")
        began = time.perf_counter()
        entry = Measurement(experiment(), time.perf_counter() - began)
        notebook.keep(name, entry)
        took = f"took {entry.seconds:.1f} s"
    else:
        _tell(f"{name}, measured before")
        took = f"took {entry.seconds:.1f} s then"
    for check in entry.checks:
        _tell(f"  {mark(name, check)} {check.name}: {_number(check.measured)} {check.unit} ({allowed(check)})")
    _tell(f"  {took}")
    return entry.checks, entry.seconds


def mark(experiment: str, check: Check) -> str:
    """One sign: it holds, it fails, or it fails as is known."""
    from worlds.road.lab.misses import KNOWN_MISS, judge

    return "✓" if check.passed else "○" if judge(experiment, check) == KNOWN_MISS else "✗"


def outcome(rows: Rows, seconds: dict[str, float]) -> Outcome:
    """The tables, the same as plain values, and whether nothing failed but what is known to."""
    from worlds.road.lab.misses import UNEXPECTED, judge

    failed = sum(judge(name, check) in UNEXPECTED for name, check in rows)
    return Outcome(
        text="\n\n".join(part for part in (*_tables(rows), _known(rows), _timed(seconds), _summary(rows)) if part),
        facts={
            **{against: [_facts(name, check) for name, check in rows if check.against == against]
               for against in HEADINGS},
            "seconds": seconds,
            "failed": failed,
        },
        code=FAILED if failed else DONE,
    )  # fmt: skip


def _facts(name: str, check: Check) -> dict[str, Any]:
    from worlds.road.lab.misses import judge, miss_of

    miss = miss_of(name, check)
    return {
        "experiment": name,
        **dataclasses.asdict(check),
        "passed": check.passed,
        "verdict": judge(name, check),
        "reason": miss.reason if miss else None,
    }


def _tables(rows: Rows) -> list[str]:
    found = []
    for against, heading in HEADINGS.items():
        ours = [(name, check) for name, check in rows if check.against == against]
        if ours:
            found.append(f"{heading}\n\n{written(ours)}")
    return found


def written(rows: Rows) -> str:
    """The table for people."""
    cells, before = [], ""
    for name, check in rows:
        cells.append((
            "" if name == before else name, mark(name, check), check.name, _number(check.measured),
            _number(check.published), allowed(check), check.unit, check.source,
        ))  # fmt: skip
        before = name
    return table(("experiment", "", "check", "measured", "published", "allowed", "unit", "source"), cells)


def _known(rows: Rows) -> str:
    """Why known misses miss, and what has become of them."""
    from worlds.road.lab.misses import judge, miss_of

    entries = [(check, judge(name, check), miss) for name, check in rows if (miss := miss_of(name, check)) is not None]
    if not entries:
        return ""
    cells = [(check.name, verdict, _number(miss.measured), miss.reason) for check, verdict, miss in entries]
    return "Known misses\n\n" + table(("check", "verdict", "when entered", "reason"), cells)


def _timed(seconds: dict[str, float]) -> str:
    told = ", ".join(f"{name} {each:.1f}" for name, each in seconds.items())
    return f"Seconds: {told}; together {sum(seconds.values()):.1f}" if seconds else ""


def _summary(rows: Rows) -> str:
    from worlds.road.lab.misses import HOLDS_NOW, KNOWN_MISS, UNEXPECTED, judge

    verdicts = [judge(name, check) for name, check in rows]
    parts = [f"{sum(check.passed for _, check in rows)} of {len(rows)} checks hold"]
    if known := verdicts.count(KNOWN_MISS):
        parts.append(f"{known} known {'miss' if known == 1 else 'misses'}")
    if failed := sum(verdict in UNEXPECTED for verdict in verdicts):
        parts.append(f"{failed} {'fails' if failed == 1 else 'fail'} unexpectedly")
    if mended := verdicts.count(HOLDS_NOW):
        parts.append(f"{mended} in the table of known misses {'holds' if mended == 1 else 'hold'} now")
    return ", ".join(parts)


def allowed(check: Check) -> str:
    """The range that is allowed, in words."""
    if math.isinf(check.low):
        return f"at most {_number(check.high)}"
    if math.isinf(check.high):
        return f"at least {_number(check.low)}"
    return f"{_number(check.low)} … {_number(check.high)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _in_window(settings: Settings, chosen: dict[str, Experiment], notebook: Notebook) -> Outcome:
    from simulator.app.screens.laboratory import Laboratory

    seconds: dict[str, float] = {}

    def find(name: str, experiment: Experiment) -> list[Check]:
        checks, seconds[name] = measured(notebook, name, experiment)
        return checks

    experiments = {name: partial(find, name, experiment) for name, experiment in chosen.items()}
    laboratory = Laboratory(experiments, seconds=settings.seconds, screenshot=settings.screenshot)
    found: Rows = laboratory.run()
    return outcome(found, seconds) if found else Outcome()
