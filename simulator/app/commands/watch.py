"""Watch a world in the window: an agent among bots, or whoever you seat.

Without --agent and --seats, the agent that is shipped for the world takes the first seat; bots play the others. An
agent that was trained in all seats at once takes them all.
Press F1 in the window for the keys.

Examples:
  crossplay watch tag
  crossplay watch tag --agent runs/tag-seed1 --seat evader_0 --split test-opponent
  crossplay watch tag --seats evader_0=bot:copier chaser_0=agent:tag --speed 4
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from agents.settings.declared import Shown
from simulator.app.commands.common import Outcome
from simulator.app.commands.flags import Options, WorldName
from simulator.app.commands.opening import GameSettings, Split, decoded, open_game

if TYPE_CHECKING:
    from worlds.world import World


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings(GameSettings):
    """What you watch."""

    world: WorldName = "tag"
    """Name of the world (`crossplay worlds` lists them)."""
    agent: Annotated[str, Shown("AGENT", default="the shipped one")] = ""
    """A shipped agent, or the folder of a run or checkpoint."""
    seat: Annotated[str, Shown("SEAT", default="as above")] = ""
    """The seat of that agent, alone."""
    split: Split = "test-both"
    """Where tasks come from; agents never trained on the test splits."""


def run(settings: Settings, options: Options) -> Outcome:
    """Open the window."""
    from simulator.app.play.seating import seats_for, shipped_agents
    from simulator.engine.seats import spec_kind

    settings = decoded(settings)
    if settings.code:  # who watches leaves the seats of people to the task's bots
        players = {seat: text for seat, text in settings.seats.items() if spec_kind(text) != "human"}
        settings = dataclasses.replace(settings, seats=players)
    shipped = [] if settings.seats or settings.code else shipped_agents(settings.world)
    agent = settings.agent or next(iter(shipped), "")

    def choose(world: World) -> Mapping[str, str]:
        if not agent:
            return settings.seats
        seats = [settings.seat] if settings.seat else seats_for(world, agent)
        free = [seat for seat in seats if len(seats) == 1 or seat not in settings.seats]
        return {**settings.seats, **dict.fromkeys(free, f"agent:{agent}")}

    return open_game(settings.world, settings, choose, agent=agent)
