"""Oracles that are told a part of the task: the same in training, in a checkpoint and at play."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from test_train import SMALL

import agents
import worlds
from agents.settings.declared import changed, made
from agents.settings.of_world import settings_for
from agents.settings.train import TrainSettings
from agents.training.run import Run
from agents.training.train import train
from simulator.engine.player import shown
from worlds.world import Refused, World

ORACLE = made(
    TrainSettings,
    world="repeated", reference="oracle", tell="opponents", lanes=8, minibatches=2, hidden=16, encoder=16, steps=1,
    episodes=1, threads=1, self_play=0.5, progress=False,
)  # fmt: skip


def columns(world: World, about: str) -> list[int]:
    """Of what is told."""
    return [at for fact in world.facts(0) if fact.about == about for at in range(fact.at.start, fact.at.stop)]


def test_what_is_kept_untold_is_zero_for_learners_and_rivals() -> None:
    world = worlds.get("repeated")
    run = Run(ORACLE, world)
    try:
        run.collector.reset()
        assert run.untold == columns(world, "layout")
        for group in run.collector.groups:
            told = group.learners(group.batch.told)
            seen = group.shown(run.shape.observation)[:, -world.told_pieces.total :]
            assert (told[:, columns(world, "layout")] != 0).any()
            assert (seen[:, columns(world, "layout")] == 0).all()
            np.testing.assert_array_equal(seen[:, columns(world, "opponents")], told[:, columns(world, "opponents")])
            if group.rivals is not None:
                assert group.rivals.untold == run.untold
    finally:
        run.close()


def test_a_player_is_told_what_it_was_told_in_training(tmp_path: Path) -> None:
    world = worlds.get("repeated")
    folder = train(changed(ORACLE, out=str(tmp_path / "run")))
    player = agents.load(folder)
    player.check(world, True)
    assert player.config.untold == ("told_payoff",)
    assert "only what is about its opponents" in (folder / "checkpoint" / "README.md").read_text()
    rng, size = np.random.default_rng(1), player.network.shape.observation - world.told_pieces.total
    seen, told = rng.random((6, size), np.float32), rng.random((6, world.told_pieces.total), np.float32)
    other = told.copy()
    other[:, columns(world, "layout")] += 1.0
    legal = np.ones((6, 2), np.uint8)
    memories = []
    for each in (told, other):
        player.reset(6)
        player.act(shown(seen, each, size + world.told_pieces.total), legal)
        memories.append(player.memory)
    np.testing.assert_array_equal(memories[0], memories[1])
    other[:, columns(world, "opponents")] += 1.0
    player.reset(6)
    player.act(shown(seen, other, size + world.told_pieces.total), legal)
    assert (player.memory != memories[0]).any()


def test_a_checkpoint_that_says_otherwise_is_refused(tmp_path: Path) -> None:
    world = worlds.get("repeated")
    folder = train(changed(ORACLE, out=str(tmp_path / "run")))
    path = folder / "checkpoint" / "config.json"
    config = json.loads(path.read_text())
    for untold, sentence in (
        (["told_nothing"], "it is not told 'told_nothing', which is no part of what it observes"),
        ([], "it is not told nothing, which is not what tell=opponents means"),
    ):
        path.write_text(json.dumps({**config, "untold": untold}))
        with pytest.raises(Refused, match=sentence):
            agents.load(folder).check(world, True)


def test_tell_goes_with_an_oracle_that_is_told_something(beacon: World) -> None:
    with pytest.raises(Refused, match="tell is 'layout': it goes with reference oracle, not with blind"):
        made(TrainSettings, reference="blind", tell="layout")
    with pytest.raises(Refused, match="tell is 'opponents': world 'beacon' hides nothing that is about it"):
        Run(changed(SMALL, reference="oracle", tell="opponents"), beacon)
    run = Run(changed(SMALL, reference="oracle", tell="layout"), beacon)
    run.close()
    assert run.untold == []


def test_what_a_belief_alone_is_taught_no_oracle_is_told() -> None:
    """Throws: what the other is about to throw."""
    world = worlds.get("throws")
    at = world.told_pieces.at["next"]
    few = {"lanes": 8, "minibatches": 2, "hidden": 16, "encoder": 16, "steps": 1, "rollout": 8, "threads": 1}
    for tell in ("all", "opponents"):
        run = Run(settings_for(world, reference="oracle", tell=tell, **few), world)
        try:
            run.collector.reset()
            assert run.untold == list(range(at.start, at.stop))
            told = run.collector.groups[0].shown(run.shape.observation)[:, -world.told_pieces.total :]
            assert (told[:, at] == 0).all()
            assert (told != 0).any()
        finally:
            run.close()
    run = Run(settings_for(world, **few), world)
    try:
        run.collector.reset()
        assert run.untold == []
        group = run.collector.groups[0]
        assert (group.learners(group.batch.told)[:, at] > 0).any(), "there is nothing to teach a belief"
    finally:
        run.close()
