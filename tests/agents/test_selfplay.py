"""Self-play: rivals are frozen, stay for a trial, remember through it, and never learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from test_train import SMALL

from agents.networks.network import Network, Shape
from agents.settings.declared import changed
from agents.training.opponents.selfplay import Pool, Rivals
from agents.training.run import Run
from simulator.engine import Batch
from worlds.kit.record import BOT, EXTERNAL
from worlds.world import World

SHAPE = Shape(observation=4, actions=(3,), encoder=4, hidden=4)
ANYONE = np.zeros(500, np.int64)
"""Learners in the first seat."""
SETTINGS = changed(SMALL, self_play=0.5, rollout=40)


def network(seed: int) -> Network:
    return Network(SHAPE, torch.Generator().manual_seed(seed))


def pool(world: World, size: int = 3) -> Pool:
    return Pool(SHAPE, world, ("walker",), size=size, seed=0, device=torch.device("cpu"))


def test_a_pool_keeps_its_size_and_what_running_trials_need(beacon: World) -> None:
    snapshots = pool(beacon)
    assert (snapshots.draw(ANYONE) == -1).all()
    for seed in range(10):
        snapshots.add(network(seed))
    assert len(snapshots.drawn_from) == 3
    assert set(snapshots.draw(ANYONE).tolist()) == set(snapshots.drawn_from)
    dropped = (set(range(10)) - set(snapshots.drawn_from)).pop()
    snapshots.drop_unused({dropped})
    assert set(snapshots.networks) == {dropped, *snapshots.drawn_from}


def test_a_snapshot_does_not_follow_its_network(beacon: World) -> None:
    snapshots, learner = pool(beacon), network(0)
    snapshots.add(learner)
    before = snapshots.networks[0].encoder.weight.clone()
    with torch.no_grad():
        learner.encoder.weight.add_(1.0)
    assert torch.equal(snapshots.networks[0].encoder.weight, before)
    assert not any(parameter.requires_grad for parameter in snapshots.networks[0].parameters())


def collecting(world: World, snapshots: int) -> Run:
    run = Run(SETTINGS, world)
    run.collector.reset()
    for _ in range(snapshots):
        run.pool.add(run.network)
    return run


def collect(run: Run, times: int) -> None:
    for _ in range(times):
        run.rollout.reset()
        run.collector.collect(n_step=SETTINGS.learning.lanes)


def rivals_of(run: Run) -> tuple[Batch, Rivals]:
    group = run.collector.groups[1]
    assert group.rivals is not None
    assert run.collector.groups[0].rivals is None
    return group.batch, group.rivals  # type: ignore[return-value]


def drivers(batch: Batch) -> np.ndarray:
    """(N, L): who drives the seat of each lane."""
    return np.take_along_axis(batch.worlds["driver"], batch.lanes, axis=1)


def test_bots_play_until_there_is_a_snapshot(beacon: World) -> None:
    run = collecting(beacon, snapshots=0)
    collect(run, 2)
    batch, rivals = rivals_of(run)
    assert (drivers(batch)[:, 0] == EXTERNAL).all()
    assert (drivers(batch)[:, 1:] == BOT).all()
    run.pool.add(run.network)
    collect(run, 4)  # every world has begun a new trial since
    assert (drivers(batch) == EXTERNAL).all()
    assert (rivals.who == 0).all()
    run.close()


def test_rivals_stay_for_a_trial_and_remember_through_it(beacon: World) -> None:
    run = collecting(beacon, snapshots=3)
    run.collector.reset()
    batch, rivals = rivals_of(run)
    assert len(set(rivals.who.tolist())) > 1
    who, kept = rivals.who.copy(), 0
    for _ in range(150):
        rivals.decide(run.collector.groups[1].actions)
        before = rivals.state.clone()
        batch.step(run.collector.groups[1].actions)
        rivals.late += 1.0  # an episode's return, as the collector would note it
        rivals.begin(batch.trial_ends.astype(bool))
        stayed = batch.trial_ends == 0
        assert (rivals.who[stayed] == who[stayed]).all()
        assert torch.equal(rivals.state[torch.from_numpy(stayed)], before[torch.from_numpy(stayed)])
        assert (rivals.state[torch.from_numpy(~stayed)] == 0).all()
        kept += int((batch.episode_ends[stayed] == 1).sum())
        who = rivals.who.copy()
    assert kept > 10  # episodes ended inside trials
    run.close()


def test_playing_in_groups_is_playing_alone(beacon: World) -> None:
    run = collecting(beacon, snapshots=3)
    run.collector.reset()
    batch, rivals = rivals_of(run)
    actions = run.collector.groups[1].actions
    rivals.decide(actions)
    for world in range(batch.n):
        played = run.pool.networks[int(rivals.who[world])]
        seen = torch.from_numpy(batch.observations[world, 1:])
        with torch.no_grad():
            alone = played.step(seen, played.initial(batch.L - 1)).state
        torch.testing.assert_close(rivals.state[world], alone, atol=1e-6, rtol=0)
    assert (np.take_along_axis(batch.legal[:, 1:], actions[:, 1:], axis=2) == 1).all()
    run.close()


def test_only_the_learner_learns(beacon: World) -> None:
    run = collecting(beacon, snapshots=2)
    collect(run, 2)
    frozen = {number: weights.encoder.weight.clone() for number, weights in run.pool.networks.items()}
    before = run.network.encoder.weight.clone()
    run.algorithm.update(run.rollout, 8, 2)
    assert not torch.equal(run.network.encoder.weight, before)
    assert all(torch.equal(run.pool.networks[number].encoder.weight, weight) for number, weight in frozen.items())
    assert run.rollout.lanes == SETTINGS.learning.lanes  # rivals' lanes are no part of what is learned from
    run.close()


@pytest.mark.parametrize(("share", "groups"), [(0.0, 1), (0.5, 2), (1.0, 1)])
def test_the_share_of_self_play_is_as_set(beacon: World, share: float, groups: int) -> None:
    run = Run(changed(SETTINGS, self_play=share), beacon)
    assert len(run.collector.groups) == groups
    assert sum(group.batch.n for group in run.collector.groups if group.rivals) == share * SETTINGS.learning.lanes
    run.close()
