"""Measure what an agent makes of its hidden task: how likely it holds what is true, by episode of the trial.

It needs an agent that was trained with a belief. What is true is compared with what is believed, and never shown to
the agent.

Examples:
  crossplay insight runs/tag-seed0
  crossplay insight runs/tag-seed0 --splits test-both --tasks 2000 --json
"""

from __future__ import annotations

import dataclasses
from typing import Annotated

import tyro

from agents.explain.insight import InsightSettings
from simulator.app.commands.common import Outcome, as_base
from simulator.app.commands.flags import Options

JSON = True


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings(InsightSettings):
    """Whose belief is measured, and on what."""

    checkpoint: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="AGENT")]
    """A checkpoint folder, or the name of a shipped agent."""


def run(settings: Settings, options: Options) -> Outcome:
    """Measure a belief."""
    from agents.explain.insight import facts, insight, table

    rows = insight(as_base(settings, InsightSettings))
    return Outcome(text=table(rows), facts=facts(rows))
