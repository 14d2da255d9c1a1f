"""Small agents of the small world, never trained, as if they were shipped: an agent that believes, and references."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import torch

from agents.checkpoints import checkpoint
from agents.networks.belief import BeliefShape
from agents.networks.network import Network, Shape
from worlds.world import World

PIECES = {"own": 1, "found": 1, "previous_action": 3, "previous_reward": 1, "episode_start": 1, "trial_time": 1}


def ship(
    folder: Path, world: World, *, reference: str = "none", seed: int = 1, name: str = "beacon", **changes: Any
) -> None:
    """Save one whose head is turned up, so that what it remembers shows in what it does; ``changes`` are of what its
    description says.
    """
    oracle = reference == "oracle"
    pieces = {**PIECES, "told_beacon": 1} if oracle else PIECES
    belief = BeliefShape.of(world) if reference == "none" else None
    shape = Shape(observation=sum(pieces.values()), actions=(3,), encoder=6, hidden=5, belief=belief)
    network = Network(shape, torch.Generator().manual_seed(seed))
    assert network.policy_head is not None
    with torch.no_grad():
        network.policy_head.weight.mul_(300.0)
    facts = {
        "world": world.name, "world_version": world.version, "layout_hash": world.layout_hash,
        "build_args": dict(world.build_args), "roles": ("walker",), "observation": pieces, "inputs": True,
        "reveal": oracle, "reference": reference, "split": "train", "settings": {}, "seed": seed, "steps": 1000,
        "commit": "abc", "scores": {"walker": [0.5, 0.75]},
    }  # fmt: skip
    checkpoint.save(folder / name, network, facts | changes)


def ship_all(folder: Path, world: World) -> None:
    """The agent and its references."""
    ship(folder, world)
    ship(folder, world, reference="blind", seed=2, name="beacon_blind")
    ship(folder, world, reference="oracle", seed=3, name="beacon_oracle")


def train(folder: Path, world: World, reference: str, *, seed: int = 7, age: float = 0.0, **changes: Any) -> None:
    """As if a training had left a reference in a run folder, ``age`` seconds ago."""
    ship(folder, world, reference=reference, seed=seed, name="checkpoint", **changes)
    (folder / "settings.toml").write_text("")
    then = time.time() - age
    os.utime(folder / "checkpoint" / "config.json", (then, then))
