"""Train an agent that adapts within a trial, or go on with a run that was interrupted.

A run writes a folder with its settings, its metrics (for TensorBoard) and a checkpoint, which `play`, `watch` and
`evaluate` take. One with opponents ends with a matrix of who does how well with whom, in RUN/payoff. Ctrl-C saves and
stops; --resume --out RUN goes on exactly there with the settings of that run, after a crash from the last checkpoint.

A setting comes from its flag, else from the file that --settings names, else from what the world declares of how it is
best learned, else from the general default. So `train WORLD` alone trains the agent that is shipped for it, and
`train WORLD --help` shows the settings of that world.

Examples:
  crossplay train tag
  crossplay train tag --steps 2000000 --seed 2 --out runs/short
  crossplay train --resume --out runs/short
  crossplay train tag --reference oracle --split test-both
  crossplay train --settings runs/short/settings.toml --seed 3 --out runs/other
  crossplay train tag --exploit tag --start tag --out runs/exploiter
  crossplay train tag --start tag --self-play 0.5 --self-play-draw prioritised --opponents runs/exploiter
  crossplay train tag --curriculum learnability
  crossplay train tag --record-every 20
  crossplay train tag --window
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from agents.settings.folder import REPLAYS, refuse_begun
from agents.settings.train import TrainSettings, run_folder
from simulator.app.commands.common import INTERRUPTED, STARTED, Outcome
from simulator.app.commands.flags import Flag, Options, Place
from worlds.kit.words import shell_line

Settings = TrainSettings
MANY_MORE = 1.05  # times the steps that were asked for; less is not worth a word


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainOptions(Options):
    """For this command."""

    window: Flag = False
    """Open the window on the page of training runs, with these settings for a new one, and begin nothing yet."""


OPTIONS = TrainOptions


def own_defaults(values: dict[Place, Any], options: Options) -> dict[Place, Any]:
    """What neither a flag nor a file decides: the settings of the run to go on with, or those that the world declares;
    ``values`` are settings by path, as they are without.

    Raises:
        Refused: no such world, or it cannot be built like that.
    """
    import worlds
    from agents.settings.files import read_settings
    from agents.settings.of_world import declared_settings

    name = values["world", "name"]
    before = run_folder(values["run", "out"], name, values["run", "seed"]) / "settings.toml"
    if values["run", "resume"] and before.is_file():
        found = read_settings(before, TrainSettings, trusted=options.worlds is not None)
        return {place: value for place, value in found.items() if place not in (("run", "out"), ("run", "resume"))}
    if options.worlds is not None:
        worlds.add_folder(options.worlds)
    return declared_settings(worlds.get(name, **values["world", "args"]), values)


def check_early(values: dict[Place, Any], options: Options) -> None:
    """Refuse a new run in the folder of another one, before networks are read and torch is imported.

    Raises:
        Refused: names the folder.
    """
    if not (values["run", "resume"] or getattr(options, "window", False)):
        refuse_begun(run_folder(values["run", "out"], values["world", "name"], values["run", "seed"]))


def source_of_defaults(values: dict[Place, Any]) -> str:
    """Who decides what `own_defaults` gives, with a verb, for refusals of such settings."""
    if values["run", "resume"]:
        return f"the run in {run_folder(values['run', 'out'], values['world', 'name'], values['run', 'seed'])} has"
    return f"world {values['world', 'name']!r} declares"


def run(settings: TrainSettings, options: Options) -> Outcome:
    """Train, or open the window on it."""
    if getattr(options, "window", False):
        return _open_window(settings)
    if not settings.run.resume:
        refuse_begun(run_folder(settings.run.out, settings.world.name, settings.run.seed))
    from agents.training.train import train
    from simulator.app.commands.evaluate import recorders_in

    last: dict[str, Any] = {}
    kept = run_folder(settings.run.out, settings.world.name, settings.run.seed) / REPLAYS
    recorders = recorders_in(kept) if settings.run.record_every else None
    folder = train(settings, report=last.update, recorder_factory=recorders)
    made, asked = last.get("steps", settings.learning.steps), settings.learning.steps
    if made < asked:
        return Outcome(code=INTERRUPTED)
    curves = shell_line("tensorboard", "--logdir", folder / "events")
    lines = [_what_for(folder, settings, options), f"its curves: `{curves}`"]
    if not last:
        lines[:0] = [f"nothing was left of its {asked:,} steps: name more with --steps to go on"]
    elif made > MANY_MORE * asked:
        lines[:0] = [f"it learned from {made:,} steps: updates are whole, and {asked:,} end within one"]
    return Outcome(text="\n".join(lines) + _payoff(folder, settings))


def _open_window(settings: TrainSettings) -> Outcome:
    from simulator.app.play.train_form import form_of
    from simulator.app.screens import app
    from simulator.app.shell.session import Session

    folder = run_folder(settings.run.out, settings.world.name, settings.run.seed)
    shown = folder if settings.run.resume else None
    app.play(Session(home=True, training=(form_of(settings), shown), started=STARTED))
    return Outcome()


def _what_for(folder: Path, settings: TrainSettings, options: Options) -> str:
    """Where what was trained is, and what to do with it: nobody plays against a yardstick."""
    own = ["--worlds", options.worlds] if options.worlds else []
    if (reference := settings.trial.reference) == "none":
        hint = shell_line("crossplay", "watch", settings.world.name, "--agent", folder, *own)
        return f"the agent is in {folder}: see it with `{hint}`"
    agent = run_folder("", settings.world.name, settings.run.seed)
    hint = shell_line("crossplay", "evaluate", agent, f"--{reference}", folder, *own)
    return (
        f"the {reference} reference is in {folder}, a yardstick and no player: compare an agent with it, as in `{hint}`"
    )


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
