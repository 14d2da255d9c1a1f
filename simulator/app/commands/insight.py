"""Look into an agent's memory: what it holds, what it is worth, and how it changes what the agent does, by episode.

Every fact that the task hides is read from the memory by a linear probe; the agent plays with a memory that it formed
against other opponents; and of an agent with a belief it is told how likely it holds what is true. What is true is
never shown to the agent.

Examples:
  crossplay insight junction --tasks 300
  crossplay insight runs/tag-seed0 --splits test-both --tasks 2000 --json
  crossplay insight runs/tag-seed0 --card
"""

from __future__ import annotations

from agents.explain.insight import InsightSettings
from simulator.app.commands.common import Outcome
from simulator.app.commands.flags import Options

JSON = True


Settings = InsightSettings


def run(settings: InsightSettings, options: Options) -> Outcome:
    """Look into a memory."""
    from agents.explain.insight import facts, insight, keep, table

    found = insight(settings)
    text = table(found)
    if settings.card:
        text += f"\n\nkept in {keep(found, settings)}"
    return Outcome(text=text, facts=facts(found))
