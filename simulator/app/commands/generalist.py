"""Train one agent for several worlds: a network for each, and one memory for all of them.

Each world is learned as it declares (see `crossplay train WORLD --help`), with its own encoder, heads and scale of
values. The memory is the same for all: their gradients are added up before it moves. Agent-steps are shared out so that
all worlds are about equally far at any time. The checkpoint is one folder, which `play`, `watch` and `evaluate` take
for each of its worlds.

A run can be stopped by Ctrl-C; --resume --out RUN goes on exactly there.

Examples:
  crossplay generalist tag duel matrix poker throws flags --out runs/all
  crossplay generalist throws matrix --share 0.1 --steps throws=3000000
  crossplay generalist --resume --out runs/all
"""

from __future__ import annotations

from typing import Any

from agents.settings.folder import refuse_begun
from agents.settings.generalist import GeneralistSettings, generalist_folder
from simulator.app.commands.common import INTERRUPTED, Outcome
from simulator.app.commands.flags import Options, Place
from worlds.kit.words import shell_line

Settings = GeneralistSettings


def own_defaults(values: dict[Place, Any], options: Options) -> dict[Place, Any]:
    """The settings of the run to go on with, where neither a flag nor a file decides."""
    from agents.settings.files import read_settings

    before = generalist_folder(values["out",], values["seed",]) / "settings.toml"
    if not (values["resume",] and before.is_file()):
        return {}
    found = read_settings(before, GeneralistSettings, trusted=options.worlds is not None)
    return {place: value for place, value in found.items() if place not in (("out",), ("resume",))}


def source_of_defaults(values: dict[Place, Any]) -> str:
    """Who decides what `own_defaults` gives, with a verb, for refusals of such settings."""
    return f"the run in {values['out',] or 'runs'} has"


def run(settings: GeneralistSettings, options: Options) -> Outcome:
    """Train."""
    if not settings.resume:
        refuse_begun(settings.folder)
    from agents.training.generalist.train import train_generalist

    ended: dict[str, bool] = {}
    folder = train_generalist(settings, report=lambda figures: ended.update({figures["world"]: figures["ended"]}))
    if not all(ended.values()):
        return Outcome(code=INTERRUPTED)
    own = ["--worlds", options.worlds] if options.worlds else []
    hint = shell_line("crossplay", "watch", settings.world[0], "--agent", folder, *own)
    curves = shell_line("tensorboard", "--logdir", folder / "events")
    return Outcome(text=f"the agent is in {folder}: see it with `{hint}`\nits curves: `{curves}`")
