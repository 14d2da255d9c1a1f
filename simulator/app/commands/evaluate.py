"""Measure an agent: return by episode on unseen tasks, with 95 % intervals, beside its controls and references.

All conditions play the same tasks: the agent; the same agent with its memory wiped or exchanged at every episode start;
the blind and oracle references, where checkpoints are named; random choices; and the task's own bots.

An agent for several worlds is measured in each of them, or in that of --world; references go with the world that they
learned. Where there are both, the agent that is shipped for this world alone is measured beside it.

Examples:
  crossplay evaluate tag
  crossplay evaluate runs/tag-seed1 runs/tag-seed2 --splits test-both --tasks 500
  crossplay evaluate tag --splits train test-both --out results --replays
  crossplay evaluate all --world tag --blind runs/tag-blind --oracle runs/tag-oracle
  crossplay evaluate tag tag_seed1 tag_seed2 --crossplay role --switch 3 --mixes 10:0 10:5 10:10 5:10 0:10 --out results
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agents.settings.evaluate import EvaluateSettings
from simulator.app.commands.common import Outcome, refuse
from simulator.app.commands.flags import Options

if TYPE_CHECKING:
    from agents.evaluation.report import Report
    from simulator.engine import Recorder

JSON = True


Settings = EvaluateSettings


def run(settings: EvaluateSettings, options: Options) -> Outcome:
    """Evaluate checkpoints."""
    _check_build(settings)
    from agents.evaluation.alone import settings_for_world, worlds_in_turn
    from agents.evaluation.evaluate import evaluate
    from agents.evaluation.publish import report_text
    from agents.evaluation.recordings import FOLDER

    wanted = "--record" if settings.record else "--replays" if settings.replays else ""
    if wanted and not settings.out:
        refuse(f"{wanted} needs a folder for the replays: name one with --out")

    def measure(asked: EvaluateSettings) -> Report:
        return evaluate(asked, recorder_factory=recorders_in(Path(asked.out) / FOLDER) if wanted else None)

    each = worlds_in_turn(settings)
    if len(each) > 1:
        reports = {world: measure(settings_for_world(settings, world)) for world in each}
        facts = {"kind": "crossplay evaluations", "worlds": {world: it.json() for world, it in reports.items()}}
        return Outcome(text="\n\n".join(map(report_text, reports.values())), facts=facts)
    report = measure(settings)
    page = f"\nto read: {Path(settings.out) / 'report.html'}" if settings.out else ""
    return Outcome(text=report_text(report) + page, facts=report.json())


def _check_build(settings: EvaluateSettings) -> None:
    """Refuse a world that the agents cannot play as it is built, before torch is imported and weights are loaded.

    Raises:
        Refused: a build argument that the world does not take, or one that changes what is seen or done.
    """
    if not (settings.build and settings.checkpoint):
        return
    import agents
    from agents.checkpoints.description import load_config
    from agents.checkpoints.fitting import built_as_asked, check_fit
    from agents.checkpoints.generalist import named, read_generalist

    for path in settings.checkpoint:
        if settings.world or read_generalist(agents.find(path)) is None:
            folder = agents.find(path, settings.world)
            config = load_config(folder)
            check_fit(config, named(folder), built_as_asked(config.world, config.build_args, settings.build))


def recorders_in(folder: Path) -> Callable[[str], Recorder]:
    """A factory of recorders that writes replays into a folder."""
    import replays

    def begin(name: str) -> Recorder:
        folder.mkdir(parents=True, exist_ok=True)  # not before there is something to write
        return replays.record(folder / f"{name}.mcap")

    return begin
