"""Agents with every kind of memory: they train, go on after a crash as if nothing had happened, and play what they
learned.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bandits import Bandits, Learner
from test_resume import LONG, crash_after, outcome
from test_train import SMALL

import agents
import worlds
from agents.networks import memories
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings
from agents.training.train import train
from simulator.engine import Batch
from worlds.world import Refused

others = pytest.mark.parametrize("kind", [kind for kind in memories.KINDS if kind != "gru"])


def built(kind: str) -> dict[str, Any]:
    """What the tiny world is built with for such a memory: one that files needs things with names."""
    return {"seats": 2, "named": True} if kind in memories.FILING else {"seats": 2}


@others
def test_a_crashed_run_ends_like_one_that_did_not(tmp_path: Path, kind: Any) -> None:
    whole = changed(LONG, memory=kind, steps=4_000, out=str(tmp_path / "whole"), world_args=built(kind))
    crashed = changed(whole, out=str(tmp_path / "crashed"))
    crash_after(3, crashed)
    assert outcome(train(changed(crashed, resume=True))) == outcome(train(whole))


@others
def test_a_checkpoint_plays_as_its_network_decides(tmp_path: Path, kind: Any) -> None:
    folder = train(changed(SMALL, memory=kind, steps=500, out=str(tmp_path / "run"), world_args=built(kind)))
    beacon = worlds.get("beacon", **built(kind))
    player, other = agents.load(folder, seed=3), agents.load(folder, seed=3)
    assert player.network.shape.memory == kind
    batch = Batch(beacon, 6, seed=1, lanes=np.zeros((6, 1), np.int64), episodes_per_trial=3)
    seen = batch.reset()[:, 0].copy()
    legal = batch.legal[:, 0].copy()
    actions = []
    for _ in range(5):
        actions.append(player.act(seen, legal))
        assert player.mind is not None
        one = np.concatenate([other.act(seen[:1], legal[:1])])
        assert one[0] == actions[-1][0]
    kept = player.memory
    assert (kept != 0).any()
    player.forget(np.arange(6) == 2)
    assert (player.memory[2] == 0).all()
    np.testing.assert_array_equal(np.delete(player.memory, 2, axis=0), np.delete(kept, 2, axis=0))


@others
def test_a_memory_over_episodes_learns_what_no_single_episode_tells(kind: Any) -> None:
    """Four arms, one pays: 3 pulls an episode, 4 episodes. Searching well is worth 1.5, knowing the arm 3."""
    settings = made(
        TrainSettings,
        lanes=128, hidden=32, encoder=32, learning_rate=5e-3, gamma=0.95, threads=1, memory=kind,
        context=12 if kind == "transformer" else 0, progress=False,
    )  # fmt: skip
    learner = Learner(Bandits(128, pulls=3, episodes=4, things=4 if kind in memories.FILING else 0), settings)
    curve = learner.learn(50)
    assert curve[-1] > 2.2
    assert curve[-1] > curve[0] + 0.8


def test_a_ledger_takes_a_world_that_names_things(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="memory is 'ledger': world 'beacon' names no things for its rows"):
        train(changed(SMALL, memory="ledger", out=str(tmp_path / "run")))
    folder = train(changed(SMALL, memory="ledger", steps=500, out=str(tmp_path / "run"), world_args=built("ledger")))
    path = folder / "checkpoint" / "config.json"
    good = json.loads(path.read_text())
    size = good["network"]["observation"]
    for name, value, sentence in (
        ("things", 0, "things is 0: memory 'ledger' takes 1 or more"),
        ("things", 3, "does not hold the weights|rows for 3 things"),
        ("named", [2, 2], "named is 2 to 2 of"),
        ("named", [size, size + 1], f"named is {size} to {size + 1} of {size} entries"),
        ("noted", 2, "noted is 2: allowed is 0 to 1"),
        ("noted", 1, "it writes on 1 of the things it is shown, and the world says 0"),
        ("memory", "gru", "things is 2: memory 'gru' has none"),
    ):
        path.write_text(json.dumps({**good, "network": {**good["network"], name: value}}))
        with pytest.raises(Refused, match=sentence):
            agents.load(folder).check(worlds.get("beacon", **built("ledger")), True)


def test_impossible_memories_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="hidden is 30: a transformer takes a multiple of its 4 heads"):
        made(TrainSettings, memory="transformer", hidden=30)
    with pytest.raises(Refused, match="context is 9: only a transformer has one, the memory is 'gru'"):
        made(TrainSettings, context=9)
    folder = train(changed(SMALL, memory="transformer", context=7, steps=500, out=str(tmp_path / "run")))
    path = folder / "checkpoint" / "config.json"
    good = json.loads(path.read_text())
    for name, value, sentence in (
        ("context", 10**9, "context is 1000000000: expected `int` <= 4096"),
        ("context", 0, "context is 0: allowed is 1 to 4096"),
        ("hidden", 18, "hidden is 18: allowed are multiples of 4"),
        ("memory", "elephant", "memory is 'elephant': choose from gru, lstm, transformer, linear"),
    ):
        path.write_text(json.dumps({**good, "network": {**good["network"], name: value}}))
        with pytest.raises(Refused, match=sentence):
            agents.load(folder)
