"""Measure an agent: return by episode on unseen tasks, with 95 % intervals, beside its controls and references.

All conditions play the same tasks: the agent; the same agent with its memory wiped or exchanged at every episode start;
the blind and oracle references, where checkpoints are named; random choices; and the task's own bots.

Examples:
  crossplay evaluate tag
  crossplay evaluate runs/tag-seed1 runs/tag-seed2 --splits test-both --tasks 500
  crossplay evaluate tag --splits train test-both --out results --replays
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
    from simulator.engine import Recorder

JSON = True


Settings = EvaluateSettings


def run(settings: EvaluateSettings, options: Options) -> Outcome:
    """Evaluate checkpoints."""
    from agents.evaluation.evaluate import evaluate
    from agents.evaluation.publish import report_text
    from agents.evaluation.recordings import FOLDER

    wanted = "--record" if settings.record else "--replays" if settings.replays else ""
    if wanted and not settings.out:
        refuse(f"{wanted} needs a folder for the replays: name one with --out")
    recorders = recorders_in(Path(settings.out) / FOLDER) if wanted else None
    report = evaluate(settings, recorder_factory=recorders)
    page = f"\nto read: {Path(settings.out) / 'report.html'}" if settings.out else ""
    return Outcome(text=report_text(report) + page, facts=report.json())


def recorders_in(folder: Path) -> Callable[[str], Recorder]:
    """A factory of recorders that writes replays into a folder."""
    import replays

    def begin(name: str) -> Recorder:
        folder.mkdir(parents=True, exist_ok=True)  # not before there is something to write
        return replays.record(folder / f"{name}.mcap")

    return begin
