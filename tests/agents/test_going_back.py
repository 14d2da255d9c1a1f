"""A player's memory goes back with the game: what it does then is what it did then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_train import SMALL

import agents
import worlds
from agents.settings.declared import changed
from agents.training.train import train
from simulator.engine import Simulation
from simulator.engine.player import Rewindable
from simulator.engine.trial import SeatedPlayers, play_tick
from worlds.world import World


def played(simulation: Simulation, crew: SeatedPlayers, ticks: int) -> list[bytes]:
    """So many ticks: what was done, and the state, after each."""
    actions = np.zeros((len(simulation.world.seats), len(simulation.world.action_sizes)), np.int64)
    found = []
    for _ in range(ticks):
        play_tick(simulation, crew, actions)
        found.append(simulation.applied.tobytes() + simulation.snapshot())
    return found


def player_and_world(kind: str, folder: Path, beacon: World) -> tuple[Any, World]:
    """A shipped agent with a memory, or one that learns by gradient in a trial."""
    if kind == "memory":
        return agents.load("throws"), worlds.get("throws")
    settings = changed(SMALL, self_play=0.0, algorithm=kind, inner_rate=0.5, out=str(folder / "run"), steps=2_000)
    return agents.load(train(settings)), beacon


@pytest.mark.parametrize("kind", ["memory", "maml"])
def test_what_follows_is_what_followed_before(tmp_path: Path, beacon: World, kind: str) -> None:
    """Over the end of an episode, where those that learn by gradient learn."""
    player, world = player_and_world(kind, tmp_path, beacon)
    asked: object = player
    assert isinstance(asked, Rewindable)
    others = {seat.name: "bot" for seat in world.seats[1:]}
    simulation = Simulation(world, seed=2, seats=others, episodes_per_trial=4)
    crew = SeatedPlayers({0: player})
    crew.begin()
    ticks = world.timing.episode_ticks
    played(simulation, crew, ticks // 2)
    state, kept = simulation.snapshot(), crew.keep()
    first = played(simulation, crew, ticks)
    remembered = player.memory.copy()
    simulation.restore(state)
    crew.go_back(kept)
    assert played(simulation, crew, ticks) == first
    np.testing.assert_array_equal(player.memory, remembered)
    simulation.restore(state)  # what was kept is still as it was
    crew.go_back(kept)
    assert played(simulation, crew, ticks) == first
