"""Train an agent that adapts within a trial, or go on with a run that was interrupted.

A run writes a folder with its settings, its metrics (for TensorBoard) and a checkpoint, which `play`, `watch` and
`evaluate` take. One with opponents ends with a matrix of who does how well with whom, in RUN/payoff. Ctrl-C saves and
stops; with --resume the same command goes on exactly there, after a crash from the last checkpoint.

Examples:
  crossplay train tag
  crossplay train tag --steps 2000000 --seed 2 --out runs/short
  crossplay train tag --steps 2000000 --seed 2 --out runs/short --resume
  crossplay train tag --reference oracle --split test-both
  crossplay train --settings runs/short/settings.toml --seed 3 --out runs/other
  crossplay train tag --exploit tag --start tag --out runs/exploiter
  crossplay train tag --start tag --self-play 0.5 --self-play-draw prioritised --opponents runs/exploiter
  crossplay train tag --curriculum learnability
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import tyro

from agents.settings.train import Plain, TrainSettings
from simulator.app.commands.common import INTERRUPTED, Outcome, as_base
from simulator.app.commands.flags import Options
from worlds.kit.words import shell_line


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings(TrainSettings):
    """What to train, how, and for how long."""

    world: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="WORLD")] = "tag"
    """Name of the world."""
    world_args: Annotated[dict[str, Plain], tyro.conf.arg(metavar="NAME=VALUE …", aliases=["--build"])] = (
        dataclasses.field(default_factory=dict)
    )
    """Arguments of the world's own build, such as seats=8; what is not named has the world's default."""


def run(settings: Settings, options: Options) -> Outcome:
    """Train."""
    from agents.training.train import train

    last: dict[str, Any] = {}
    chosen = as_base(settings, TrainSettings)
    folder = train(chosen, report=last.update)
    if last.get("steps", settings.steps) < settings.steps:
        return Outcome(code=INTERRUPTED)
    own = ["--worlds", options.worlds] if options.worlds else []
    hint = shell_line("crossplay", "watch", settings.world, "--agent", folder, *own)
    return Outcome(text=f"the agent is in {folder}: see it with `{hint}`{_payoff(folder, chosen)}")


def _payoff(folder: Path, settings: TrainSettings) -> str:
    """Play the matrix of a run that had opponents, and say where it is, or why there is none."""
    if not settings.payoff_tasks or not (settings.self_play or settings.exploit):
        return ""
    from agents.evaluation.payoff import FOLDER, write_payoff
    from worlds.world import Refused

    try:
        write_payoff(folder, settings)
    except Refused as refusal:  # the run is complete without it
        return f"\nno payoff matrix: {refusal}"
    return f"\nwho does how well with whom, on {settings.payoff_tasks} tasks of {settings.split}: {folder / FOLDER}"
