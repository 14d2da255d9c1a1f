"""Measure what an agent makes of its hidden task: how likely it holds what is true, by episode of the trial.

It needs an agent that was trained with a belief. What is true is compared with what is believed, and never shown to
the agent.

Examples:
  crossplay insight runs/tag-seed0
  crossplay insight runs/tag-seed0 --splits test-both --tasks 2000 --json
"""

from __future__ import annotations

from agents.explain.insight import InsightSettings
from simulator.app.commands.common import Outcome
from simulator.app.commands.flags import Options

JSON = True


Settings = InsightSettings


def run(settings: InsightSettings, options: Options) -> Outcome:
    """Measure a belief."""
    from agents.explain.insight import facts, insight, table

    rows = insight(settings)
    return Outcome(text=table(rows), facts=facts(rows))
