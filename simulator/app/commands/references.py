"""Train an agent and its references alike, and measure what share of what can be won it adapts to.

The blind reference forgets at every episode start, the oracle is told the hidden task: adaptation is (agent − blind) /
(oracle − blind). All learn with the settings that the world declares, from one budget of steps that it declares too, in
three seeds each. Everything lies in runs/references/WORLD. The same command again skips what is finished and goes on
with what is not. At the end all play the same tasks, and a report says what came of it.

Examples:
  crossplay references tag
  crossplay references junction --jobs 2 --tell all opponents layout
  crossplay references gridnav --seeds 5 --splits test-layout --steps 3000000 --out runs/gridnav-references
"""

from __future__ import annotations

import sys

from agents.settings.references import ReferencesSettings
from simulator.app.commands.common import Outcome, check_build
from simulator.app.commands.flags import JsonOptions

JSON = True


Settings = ReferencesSettings


def run(settings: ReferencesSettings, options: JsonOptions) -> Outcome:
    """Train and compare."""
    check_build(settings.world, settings.build)
    from agents.evaluation.references import references

    found = references(settings, lambda line: print(line, file=sys.stderr, flush=True))
    pages = "".join(f"\nto read: {page}" for page in found.pages)
    return Outcome(text=found.text() + pages, facts=found.json())
