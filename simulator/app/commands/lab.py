"""Check the traffic against published measurements: what is measured here beside what the sources say.

Every experiment builds a small road, lets traffic drive on it and measures: gaps, capacities, saturation flow, the jam
that forms by itself on a ring. The same experiments are part of the tests. With --window the ring experiment runs live,
with its diagram of space and time, while the others are made one after the other.

Examples:
  crossplay lab
  crossplay lab "ring experiment" "saturation flow" --json
  crossplay lab --window
"""

from __future__ import annotations

import dataclasses
import math
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

from agents.settings.declared import Shown, check_ranges
from simulator.app.commands.common import DONE, FAILED, Outcome, check_files, refuse, table
from simulator.app.commands.flags import Flag, OptionalFile, Options, Seconds

if TYPE_CHECKING:
    from worlds.road.lab.check import Check, Experiment

JSON = True


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Which experiments, and where they are shown."""

    names: Annotated[tuple[str, ...], Shown("EXPERIMENT", positional=True, default="all")] = ()
    """Names of experiments, as the table shows them."""
    window: Flag = False
    """Show the ring experiment live, beside the table."""
    seconds: Seconds = None
    """Close the window after so many seconds."""
    screenshot: OptionalFile = None
    """Save the last frame of the window to this PNG file on closing."""

    def __post_init__(self) -> None:
        check_ranges(self)
        check_files(screenshot=self.screenshot)


def run(settings: Settings, options: Options) -> Outcome:
    """Run the experiments; fails where a measured number lies outside of what is allowed."""
    from simulator.engine import stopping

    chosen = choose(settings.names)
    if settings.window:
        return _in_window(settings, chosen)
    rows: list[tuple[str, Check, float]] = []
    for name, experiment in chosen.items():
        stopping.raise_if_asked()
        print(f"measuring {name}", file=sys.stderr, flush=True)
        began = time.perf_counter()
        rows += [(name, check, time.perf_counter() - began) for check in experiment()]
    return outcome([(name, check) for name, check, _ in rows], {name: seconds for name, _, seconds in rows})


def choose(names: tuple[str, ...]) -> dict[str, Experiment]:
    """The experiments of these names, or all."""
    from worlds.road.lab.check import experiments

    known = experiments()
    for name in names:
        if name not in known:
            refuse(f"unknown experiment {name!r}: choose from {', '.join(known)}")
    return {name: known[name] for name in names or known}


def outcome(rows: list[tuple[str, Check]], seconds: dict[str, float]) -> Outcome:
    """The table, the same as plain values, and whether all of it holds."""
    failed = sum(not check.passed for _, check in rows)
    last = f"\n\n{len(rows) - failed} of {len(rows)} checks hold"
    return Outcome(
        text=written(rows) + last,
        facts={
            "checks": [{"experiment": name, **dataclasses.asdict(check), "passed": check.passed}
                       for name, check in rows],
            "seconds": seconds,
            "failed": failed,
        },
        code=FAILED if failed else DONE,
    )  # fmt: skip


def written(rows: list[tuple[str, Check]]) -> str:
    """The table for people."""
    cells, before = [], ""
    for name, check in rows:
        mark = "✓" if check.passed else "✗"
        cells.append((
            "" if name == before else name, mark, check.name, _number(check.measured), _number(check.published),
            allowed(check), check.unit, check.source,
        ))  # fmt: skip
        before = name
    return table(("experiment", "", "check", "measured", "published", "allowed", "unit", "source"), cells)


def allowed(check: Check) -> str:
    """The range that is allowed, in words."""
    if math.isinf(check.low):
        return f"at most {_number(check.high)}"
    if math.isinf(check.high):
        return f"at least {_number(check.low)}"
    return f"{_number(check.low)} … {_number(check.high)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _in_window(settings: Settings, chosen: dict[str, Experiment]) -> Outcome:
    from simulator.app.screens.laboratory import Laboratory

    laboratory = Laboratory(chosen, seconds=settings.seconds, screenshot=settings.screenshot)
    found: list[tuple[str, Any]] = laboratory.run()
    return outcome(found, {}) if found else Outcome()
