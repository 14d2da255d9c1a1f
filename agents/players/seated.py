"""Makes the player that a seat spec names: an agent, one of another library, or random choices. Imports no torch.

`simulator.engine.seats` reads the specs and seats the bots; `simulator.app.play.seating` fills the seats of one game.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import agents
from agents.players import axelrod, roshambo
from agents.players.simple import RandomPlayer
from simulator.engine.seats import SeatSpec
from worlds.world import World

MADE = ("agent", "axelrod", "roshambo", "random")
"""Kinds of players that are made here."""
OUTSIDE: dict[str, Any] = {"axelrod": axelrod, "roshambo": roshambo}
"""Those of other libraries: the module that seats them."""


def player_of(
    world: World, spec: SeatSpec, *, seed: int, episodes: int | None = None, load: Callable[[str], Any] | None = None
) -> Any:
    """The player that a spec of one of the kinds `MADE` stands for, for trials of so many ``episodes``.

    ``load`` makes an agent of its name, by default one that draws by ``seed``.

    Raises:
        Refused: no such agent, strategy or bot, or one that cannot play this world.
    """
    if spec.kind == "random":
        return RandomPlayer(world.action_sizes, seed=seed)
    if spec.kind in OUTSIDE:
        return OUTSIDE[spec.kind].seat(world, spec.name, seed=seed, episodes=episodes)
    player = (load or functools.partial(agents.load, world=world.name, seed=seed))(spec.name)
    player.check(world, True)
    return player
