"""Train strangers that learned: a league of agents of other seeds, memories and tastes, half of them kept for testing.

A stranger that learned adapts in its turn, as bots do not. The members learn one after the other, each from a fifth of
the steps that the world declares, all in runs/leagues/WORLD. The same command again skips who is finished and goes on
with who is not. league.json says who they are and which half is for training; at the end each of them is compared with
random play.

`crossplay train WORLD --opponents league:DIR` lets an agent meet the half for training, `crossplay evaluate AGENT
--learned DIR` measures it against the half for testing.

Examples:
  crossplay league throws
  crossplay league matrix --members 4 --steps 1000000 --out runs/leagues/short
"""

from __future__ import annotations

import sys

from agents.settings.league import LeagueSettings
from simulator.app.commands.common import Outcome, check_build
from simulator.app.commands.flags import JsonOptions

JSON = True


Settings = LeagueSettings


def run(settings: LeagueSettings, options: JsonOptions) -> Outcome:
    """Train and compare."""
    check_build(settings.world, settings.build)
    from agents.evaluation.league import league

    found = league(settings, lambda line: print(line, file=sys.stderr, flush=True))
    return Outcome(text=f"{found.text()}\nthe league is in {found.folder}", facts=found.json())
