"""An agent for several worlds beside the one that is shipped for this world alone: what share of its adaptation it has.

Both play the same tasks, with the same references.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import agents
from agents.checkpoints.description import Config, load_config
from agents.checkpoints.generalist import read_generalist
from agents.evaluation.results import Cell
from agents.evaluation.statistics import Estimate
from agents.settings.declared import changed
from agents.settings.evaluate import EvaluateSettings

if TYPE_CHECKING:
    from agents.evaluation.report import Report

BAR = 0.9
"""The share that an agent for several worlds is to reach."""


@dataclass(frozen=True)
class Alone:
    """Adaptations in one role on one split."""

    role: str
    split: str
    beside: str
    """The agent for this world alone."""
    adaptation: Estimate
    """Of the agent for several worlds."""
    alone: Estimate
    """Of the other one."""

    @property
    def share(self) -> float | None:
        """The one over the other; None where the agent for this world alone does not surely adapt."""
        return self.adaptation.value / self.alone.value if self.alone.above_zero else None

    def dict(self) -> Mapping[str, Any]:
        """Plain values with stable keys."""
        share = self.share
        return {
            "role": self.role, "split": self.split, "beside": self.beside, "adaptation": self.adaptation.dict(),
            "adaptation_alone": self.alone.dict(), "share": None if share is None else round(share, 6), "bar": BAR,
        }  # fmt: skip

    def __str__(self) -> str:
        share = self.share
        words = "not told: that one does not surely adapt" if share is None else f"{share:.2f} (bar: {BAR:g})"
        return f"{self.adaptation}, {self.beside} alone {self.alone}, share {words}"


def worlds_in_turn(settings: EvaluateSettings) -> tuple[str, ...]:
    """The worlds of an agent for several that are to be measured one after another; none for other agents."""
    several = read_generalist(agents.find(settings.checkpoint[0])) if settings.checkpoint else None
    if several is None:
        return ()
    return (settings.world,) if settings.world else several.worlds


def settings_for_world(settings: EvaluateSettings, world: str) -> EvaluateSettings:
    """What is measured in one of several worlds: references of others are left out; the report has a folder of its
    own.
    """
    mine = {
        kind: tuple(path for path in getattr(settings, kind) if _world_of(path, world) == world)
        for kind in ("blind", "oracle")
    }
    return changed(settings, world=world, out=f"{settings.out}/{world}" if settings.out else "", **mine)


def _world_of(path: str, world: str) -> str:
    return load_config(agents.find(path, world)).world


def beside_alone(
    settings: EvaluateSettings, world: str, cells: tuple[Cell, ...], measure: Callable[..., Report]
) -> tuple[Alone, ...]:
    """Measure the agent that is shipped for a world alone, and compare adaptations; nothing where none is shipped, or
    no adaptation was measured.
    """
    told = [cell for cell in cells if cell.adaptation is not None]
    name = _shipped_alone(world)
    if not told or not name:
        return ()
    roles, splits = ({getattr(cell, name): None for cell in told} for name in ("role", "split"))
    other = changed(
        settings, checkpoint=(name,), world="", conditions=("agent", "blind", "oracle"), baselines=(), mixes=(),
        switch=0, crossplay="off", record=0, replays=False, out="", card=False, figures=False, roles=tuple(roles),
        splits=tuple(splits),
    )  # fmt: skip
    report = measure(other, progress=False)
    return tuple(
        Alone(cell.role, cell.split, name, mine, theirs)
        for cell in told
        if (mine := cell.adaptation) and (theirs := report.cell(cell.role, cell.split).adaptation)
    )


def _shipped_alone(world: str) -> str:
    """The first shipped agent of a world that is no reference."""
    found: dict[str, Config] = {name: load_config(folder) for name, folder in agents.pretrained().items()}
    return next((name for name, it in found.items() if (it.world, it.reference) == (world, "none")), "")


def with_alone(report: Report, settings: EvaluateSettings, part: bool, measure: Callable[..., Report]) -> Report:
    """The same report, for a ``part`` of an agent for several worlds with what the agent for this world alone does."""
    if not part:
        return report
    return dataclasses.replace(report, alone=beside_alone(settings, report.world.name, report.cells, measure))
