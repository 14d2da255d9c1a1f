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

from pathlib import Path
from typing import Any

from agents.settings.train import TrainSettings
from simulator.app.commands.common import INTERRUPTED, Outcome
from simulator.app.commands.flags import Options
from worlds.kit.words import shell_line

Settings = TrainSettings


def run(settings: TrainSettings, options: Options) -> Outcome:
    """Train."""
    from agents.training.train import train

    last: dict[str, Any] = {}
    folder = train(settings, report=last.update)
    if last.get("steps", settings.learning.steps) < settings.learning.steps:
        return Outcome(code=INTERRUPTED)
    own = ["--worlds", options.worlds] if options.worlds else []
    hint = shell_line("crossplay", "watch", settings.world.name, "--agent", folder, *own)
    return Outcome(text=f"the agent is in {folder}: see it with `{hint}`{_payoff(folder, settings)}")


def _payoff(folder: Path, settings: TrainSettings) -> str:
    """Play the matrix of a run that had opponents, and say where it is, or why there is none."""
    if not settings.opponents.payoff_tasks or not (settings.opponents.self_play or settings.opponents.exploit):
        return ""
    from agents.evaluation.payoff import FOLDER, write_payoff
    from worlds.world import Refused

    try:
        write_payoff(folder, settings)
    except Refused as refusal:  # the run is complete without it
        return f"\nno payoff matrix: {refusal}"
    tasks = f"{settings.opponents.payoff_tasks} tasks of {settings.world.split}"
    return f"\nwho does how well with whom, on {tasks}: {folder / FOLDER}"
