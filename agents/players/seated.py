"""Makes the player that a seat spec names: an agent, an Axelrod strategy or random choices. Imports no torch.

`simulator.engine.seats` reads the specs and seats the bots; `simulator.app.play.seating` fills the seats of one game.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import agents
from agents.players import axelrod as strategies
from agents.players.simple import RandomPlayer
from simulator.engine.seats import SeatSpec
from worlds.world import World

MADE = ("agent", "axelrod", "random")
"""Kinds of players that are made here."""


def player_of(
    world: World, spec: SeatSpec, *, seed: int, episodes: int | None = None, load: Callable[[str], Any] | None = None
) -> Any:
    """The player that a spec of one of the kinds `MADE` stands for, for trials of so many ``episodes``.

    ``load`` makes an agent of its name, by default one that draws by ``seed``.

    Raises:
        Refused: no such agent or strategy, or one that cannot play this world.
    """
    if spec.kind == "random":
        return RandomPlayer(world.action_sizes, seed=seed)
    if spec.kind == "axelrod":
        return strategies.seat(world, spec.name, seed=seed, episodes=episodes)
    player = (load or functools.partial(agents.load, seed=seed))(spec.name)
    player.check(world, True)
    return player
