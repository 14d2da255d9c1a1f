"""What a calibration found: the table for people and as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.calibration.row import Bar, Row
from agents.evaluation.statistics import Comparison, Estimate, sampled
from agents.settings.calibrate import CalibrateSettings

Tables = Mapping[str, NDArray[np.float64]]
"""Name of a contestant → (seeds, tasks, bars)."""


@dataclass(frozen=True)
class RowResult:
    """What everybody scored in one row, by bar."""

    row: Row
    tasks: int
    scores: Mapping[str, tuple[Estimate, ...]]
    """By contestant, one estimate for each bar of the row; "agent" is first."""
    by_seed: tuple[tuple[float, ...], ...]
    """(seeds, bars): the agent's means."""
    minutes: tuple[float, ...]
    """Training time of each seed."""
    quick: bool

    @staticmethod
    def of(row: Row, tables: Tables, minutes: list[float], settings: CalibrateSettings) -> RowResult:
        """Intervals over tasks and training seeds."""
        compared = Comparison(tables)
        return RowResult(
            row=row,
            tasks=next(iter(tables.values())).shape[1],
            scores={name: tuple(compared.by_episode(name)) for name in tables},
            by_seed=tuple(tuple(float(value) for value in seed) for seed in compared.by_seed("agent")),
            minutes=tuple(round(value, 2) for value in minutes),
            quick=settings.quick,
        )

    def met(self, index: int) -> bool:
        """Whether the agent reaches a bar; in a quick proof, whether it is surely above all that does not adapt."""
        agent = self.scores["agent"][index]
        if self.quick:
            return agent.low > self.scores[self.row.floor][index].high
        return agent.value >= self.row.bars[index].least

    @property
    def held(self) -> bool:
        """Whether all bars are reached."""
        return all(self.met(index) for index in range(len(self.row.bars)))

    def line(self) -> str:
        """One sentence on the way."""
        found = ", ".join(
            f"{bar.name} {self.scores['agent'][index]} ({self._asked(bar)}: {'yes' if self.met(index) else 'NO'})"
            for index, bar in enumerate(self.row.bars)
        )
        return f"{self.row.name}: {found}; trained {', '.join(f'{value:.1f}' for value in self.minutes)} min"

    def _asked(self, bar: Bar) -> str:
        if self.quick:
            return f"above {self.row.floor}"
        return f"at least {bar.least:g}" + (f", goal {bar.goal:g}" if bar.goal is not None else "")

    def lines(self) -> Iterator[str]:
        """The row in the terminal: who scored what, and what is published."""
        yield f"{self.row.name}: {self.row.title}"
        yield f"  {self.tasks:,} tasks of {self.row.split}, 95 % intervals over {sampled({'agent': len(self.by_seed)})}"
        width = max(len(name) for name in (*self.scores, *self.row.published))
        for index, bar in enumerate(self.row.bars):
            yield f"  {bar.name}: {self._asked(bar)} — {'reached' if self.met(index) else 'MISSED'}"
            ordered = sorted(self.scores.items(), key=lambda item: -item[1][index].value)
            for name, estimates in ordered:
                mark = "→" if name == "agent" else " "
                yield f"  {mark} {name:<{width}}  {estimates[index]}"
        seeds = "; ".join(", ".join(f"{value:.3f}" for value in seed) for seed in self.by_seed)
        yield f"  agent by seed: {seeds}"
        times = ", ".join(f"{value:.1f}" for value in self.minutes)
        steps = (self.row.quick if self.quick and self.row.quick else self.row.settings).learning.steps
        yield f"  training: {steps:,} steps; {times} min a seed (budget {self.row.minutes:g} min)"
        for name, value in self.row.published.items():
            yield f"    published: {name:<{width}}  {value}"

    def json(self) -> dict[str, Any]:
        """Plain values."""
        bars = [
            {
                "name": bar.name, "least": bar.least, "goal": bar.goal, "reached": self.met(index),
                "by_seed": [seed[index] for seed in self.by_seed],
                "scores": {name: estimates[index].dict() for name, estimates in self.scores.items()},
            }
            for index, bar in enumerate(self.row.bars)
        ]  # fmt: skip
        return {
            "row": self.row.name, "title": self.row.title, "split": self.row.split, "tasks": self.tasks,
            "quick": self.quick, "bars": bars, "minutes": list(self.minutes), "budget_minutes": self.row.minutes,
            "published": dict(self.row.published),
        }  # fmt: skip


@dataclass(frozen=True)
class CalibrationTable:
    """All rows."""

    rows: tuple[RowResult, ...]
    settings: CalibrateSettings

    @property
    def held(self) -> bool:
        """Whether every bar of every row is reached."""
        return all(row.held for row in self.rows)

    def text(self) -> str:
        """For the terminal."""
        return "\n\n".join("\n".join(row.lines()) for row in self.rows)

    def json(self) -> dict[str, Any]:
        """Plain values."""
        return {"rows": [row.json() for row in self.rows], "held": self.held}
