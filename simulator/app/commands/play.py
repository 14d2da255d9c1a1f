"""Play a world in the window: you take one seat, bots or agents the others; or two of you play, on one keyboard.

Press F1 in the window for the keys. Holding left Shift takes over the seat that the camera follows.

Examples:
  crossplay play tag
  crossplay play tag --seat evader_0 --split test-both --seed 7
  crossplay play tag --seat evader_0 --seats chaser_0=agent:tag chaser_1=bot:rounder:opening=2
  crossplay play tag --seats chaser_0=human evader_0=human
  crossplay play duel --seats west_0=human:keys2 east_1=human:pad1
  crossplay play tag --build seats=2 --record game.mcap
  crossplay play --code CODE
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from agents.settings.declared import Shown
from simulator.app.commands.common import Outcome, refuse
from simulator.app.commands.flags import Options, WorldName
from simulator.app.commands.opening import GameSettings, decoded, open_game

if TYPE_CHECKING:
    from worlds.world import World


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings(GameSettings):
    """What you play, and against whom."""

    world: WorldName = "tag"
    """Name of the world (`crossplay worlds` lists them)."""
    seat: Annotated[str, Shown("SEAT", default="the first")] = ""
    """The seat you take."""


def run(settings: Settings, options: Options) -> Outcome:
    """Open the window."""
    from simulator.engine.seats import spec_kind

    settings = decoded(settings)
    if settings.seat in settings.seats and settings.code is None:
        given = f"--seats {settings.seat}={settings.seats[settings.seat]}"
        refuse(f"seat {settings.seat!r} is given twice, by --seat and by {given}: leave one out")

    def choose(world: World) -> Mapping[str, str]:
        seated = any(spec_kind(text) == "human" for text in settings.seats.values())
        own = settings.seat or ("" if seated else world.seats[0].name)
        return {**settings.seats, own: "human"} if own else settings.seats

    return open_game(settings.world, settings, choose)
