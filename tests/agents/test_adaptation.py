"""Learning by gradient in a trial: a step is the one worked out by hand, in training as in play, from own episodes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from test_resume import LONG, crash_after, outcome
from test_train import SMALL

import agents
from agents.networks.adaptation import Adaptation, Experience, Inner, Method
from agents.networks.network import Network, Shape
from agents.players.learning_player import LearningPlayer
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings
from agents.training.maml import MAML, AdaptingCollector
from agents.training.run import Run
from agents.training.train import train
from simulator.engine import Batch
from simulator.engine.memory_control import Wiped
from simulator.engine.trial import run_trials
from worlds.world import Refused, World

GRADIENT = changed(SMALL, self_play=0.0, algorithm="maml", inner_rate=0.5)


def tiny(observation: int = 2) -> Network:
    shape = Shape(observation=observation, actions=(3,), encoder=4, hidden=5, memory="none")
    return Network(shape, torch.Generator().manual_seed(3))


def adaptation(method: Method = "maml", steps: int = 1, network: Network | None = None) -> Adaptation:
    inner = Inner(method=method, rate=0.7, steps=steps, gamma=0.9, gae_lambda=1.0)
    return Adaptation(network or tiny(), inner)


def episode(lanes: int, decisions: int = 3) -> Experience:
    generator = torch.Generator().manual_seed(5)
    return Experience(
        torch.randn(decisions, lanes, 2, generator=generator), torch.ones(decisions, lanes, 3, dtype=torch.uint8),
        torch.randint(0, 3, (decisions, lanes, 1), generator=generator),
        torch.randn(decisions, lanes, generator=generator), torch.ones(decisions, lanes),
    )  # fmt: skip


def test_threads_that_move_weights_at_once_do_not_disturb_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both put weights of their own into the network, and compute only when the other has done so too."""
    network, played = tiny(), episode(2)
    before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    both = adaptation(network=network)
    own = both.fresh(2)
    other = {name: weight + 1.0 for name, weight in own.items()}
    alone = [both.outputs(weights, played.observations) for weights in (own, other)]
    step, meeting = Network.step, threading.Barrier(2, timeout=60.0)

    def late(self: Network, *arguments: Any) -> Any:
        meeting.wait()
        found = step(self, *arguments)
        meeting.wait()
        return found

    monkeypatch.setattr(Network, "step", late)
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda weights: both.outputs(weights, played.observations), (own, other)))
    for found, expected in zip(together, alone, strict=True):
        assert torch.equal(found, expected)
    for name, weight in network.named_parameters():
        assert torch.equal(weight, before[name])


def test_a_step_on_the_head_is_the_one_worked_out_by_hand() -> None:
    """Softmax policy: the slope of −log π(a) is (π − onehot a) · features, weighed by returns less values."""
    network, played = tiny(), episode(1)
    assert network.policy_head is not None
    with torch.no_grad():
        network.value_mean.fill_(0.3)
        network.value_std.fill_(2.0)
    features = network.memory.layer(network.encoder(played.observations[:, 0]).relu()).relu().detach().double().numpy()  # type: ignore[operator, union-attr]
    weight, bias = (part.detach().double().numpy() for part in network.policy_head.parameters())
    values = network.value_head(torch.from_numpy(features).float()).detach().double().numpy()[:, 0] * 2.0 + 0.3
    rewards = played.rewards[:, 0].double().numpy()
    returns = np.array([sum(0.9 ** (k - t) * rewards[k] for k in range(t, 3)) for t in range(3)])
    advantages = (returns - values) / 2.0  # with λ = 1 all of the return counts
    slope = np.zeros_like(weight)
    for t in range(3):
        logits = weight @ features[t] + bias
        chances = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        chances[int(played.actions[t, 0, 0])] -= 1.0
        slope += advantages[t] * np.outer(chances, features[t]) / 3.0
    found = adaptation("anil", network=network)
    moved = found.adapt(found.fresh(1), played, torch.ones(1, dtype=torch.bool))
    np.testing.assert_allclose(moved["policy_head.weight"][0].detach().numpy(), weight - 0.7 * slope, atol=1e-5)
    assert set(moved) == {"policy_head.weight", "policy_head.bias"}


@pytest.mark.parametrize("method", ["maml", "anil", "finetune"])
def test_lanes_learn_each_from_its_own_episode(method: Method) -> None:
    found, played = adaptation(method, steps=2), episode(4)
    together = found.adapt(found.fresh(4), played, torch.tensor([True, True, False, True]))
    for lane in range(4):
        alone = found.fresh(1)
        if lane != 2:
            part = Experience(*(each[:, lane : lane + 1] for each in played))
            alone = found.adapt(alone, part, torch.ones(1, dtype=torch.bool))
        for name, tensor in together.items():
            torch.testing.assert_close(tensor[lane], alone[name][0], atol=1e-6, rtol=1e-5)
    before = found.fresh(4)
    assert not torch.allclose(together["policy_head.weight"][0], before["policy_head.weight"][0])
    assert ("encoder.weight" in together) is (method != "anil")


def test_what_does_not_count_teaches_nothing() -> None:
    found, played = adaptation(), episode(2)
    live = played.live.clone()
    live[2] = 0.0
    changed = played.rewards.clone()
    changed[2] = 99.0
    everyone = torch.ones(2, dtype=torch.bool)
    first = found.adapt(found.fresh(2), played._replace(live=live), everyone)
    other = found.adapt(found.fresh(2), played._replace(live=live, rewards=changed), everyone)
    for name in first:
        assert torch.equal(first[name], other[name])


def test_training_and_play_move_the_weights_alike(tmp_path: Path, beacon: World) -> None:
    """A player given what the collector's lanes saw, drew and earned has their weights after the first episode."""
    settings = changed(GRADIENT, out=str(tmp_path / "run"), steps=3_000)
    folder = train(settings)
    player = agents.load(folder)
    assert isinstance(player, LearningPlayer)
    assert "(maml, PPO)" in (folder / "checkpoint" / "README.md").read_text()
    batch = Batch(beacon, 6, episodes_per_trial=3, lanes=["walker_0"])
    observations, ended = batch.reset()[:, 0], np.zeros(6, bool)
    player.reset(6)
    steps, live, rewards = [], [], []
    while not ended.all():
        player.attend(batch.active[:, 0] > 0)
        live.append((batch.active[:, 0] > 0) & ~ended)
        actions = player.act(observations, batch.legal[:, 0])
        steps.append((observations[:, :2].copy(), batch.legal[:, 0].copy(), actions))
        before = player.memory
        observations = batch.step(actions[:, None])[0][:, 0]
        rewards.append(batch.rewards[:, 0].copy())
        ended = ended | (batch.episode_ends > 0)
        if batch.episode_ends.any():
            assert (before[batch.episode_ends > 0] == 0.0).all()
            break
    lanes = np.flatnonzero(batch.episode_ends)
    player.act(observations, batch.legal[:, 0])
    seen, legal, drawn = (torch.from_numpy(np.stack(parts)) for parts in zip(*steps, strict=True))
    part = Experience(seen, legal, drawn, torch.from_numpy(np.stack(rewards)), torch.from_numpy(np.stack(live)).float())
    moved = player.adaptation.adapt(player.adaptation.fresh(6), part, torch.ones(6, dtype=torch.bool))
    for name, tensor in moved.items():
        torch.testing.assert_close(player._weights[name][lanes], tensor[lanes], atol=1e-6, rtol=1e-5)
    others = np.setdiff1d(np.arange(6), lanes)
    assert (player.memory[lanes] != 0.0).any(axis=1).all()
    assert (player.memory[others] == 0.0).all()


def test_a_new_trial_and_forgetting_bring_the_first_weights_back(tmp_path: Path, beacon: World) -> None:
    player = agents.load(train(changed(GRADIENT, out=str(tmp_path / "run"), steps=2_000)))
    batch = Batch(beacon, 4, episodes_per_trial=3, lanes=["walker_0"])
    run_trials(batch, player, np.zeros(4, np.int64))
    assert isinstance(player, LearningPlayer)
    assert len(player.memory) == 4
    learned = np.full(player.memory.shape, 0.25, np.float32)
    player.memory = learned
    np.testing.assert_allclose(player.memory, learned, atol=1e-6)
    player.forget(np.array([True, False, True, False]))
    assert (player.memory[[0, 2]] == 0.0).all()
    assert (player.memory[[1, 3]] != 0.0).any(axis=1).all()
    wiped = run_trials(batch, player, np.zeros(4, np.int64), control=Wiped())
    assert wiped.returns.shape == (4, 3)


@pytest.mark.parametrize("algorithm", ["maml", "anil", "finetune"])
def test_a_run_goes_on_exactly(tmp_path: Path, algorithm: Method) -> None:
    settings = changed(LONG, algorithm=algorithm, self_play=0.0, self_play_draw="uniform", steps=4_000, rollout=0)
    whole = outcome(train(changed(settings, out=str(tmp_path / "whole"))))
    cut = changed(settings, out=str(tmp_path / "cut"))
    crash_after(2, cut)
    weights, figures = outcome(train(changed(cut, resume=True)))
    assert figures == whole[1]
    assert weights == whole[0]


def test_the_outer_gradient_of_unmoved_weights_is_that_of_ppo(beacon: World) -> None:
    """With an inner rate of 0, all episodes are played and judged by the same weights: MAML is PPO without memory."""
    settings = changed(GRADIENT, inner_rate=0.0, horizon="episode")
    slopes = []
    for algorithm in ("maml", "finetune"):
        run = Run(changed(settings, algorithm=algorithm), beacon)  # type: ignore[arg-type]
        run.collector.reset()
        run.collector.collect(n_step=16)
        targets, advantages, _ = run.algorithm._targets(run.rollout)
        lanes, count = torch.arange(16), run.rollout.sealed["live"].sum().float()
        found, figures = run.algorithm._gradients(
            run.rollout, lanes, targets, advantages, count, run.algorithm._workspaces[0]
        )
        slopes.append([*found, figures])
        assert isinstance(run.algorithm, MAML) is (algorithm == "maml")
        assert isinstance(run.collector, AdaptingCollector) is (algorithm == "maml")
        run.close()
    for mine, other in zip(*slopes, strict=True):
        torch.testing.assert_close(mine, other, atol=1e-5, rtol=1e-3)


def test_what_needs_a_memory_is_refused() -> None:
    for name, value in (("belief", 0.5), ("reference", "blind"), ("self_play", 0.5), ("memory", "lstm")):
        with pytest.raises(Refused, match=f"{name} is .*: it goes with algorithm rl2, not maml"):
            made(TrainSettings, algorithm="maml", **{name: value})  # type: ignore[arg-type]


def test_a_run_that_diverges_ends_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def diverge(collector: AdaptingCollector) -> None:
        collector.rollout.values[-1] = torch.nan

    monkeypatch.setattr(AdaptingCollector, "_value_last", diverge)
    settings = changed(GRADIENT, out=str(tmp_path / "run"))
    with pytest.raises(Refused, match=r"diverged at update 1,.* smaller learning_rate \(.*\) or inner_rate \(0.5\)"):
        train(settings)


def test_it_learns_from_what_its_seat_did_where_that_is_not_what_it_chose(tmp_path: Path, beacon: World) -> None:
    folder = train(changed(GRADIENT, out=str(tmp_path / "run"), steps=2_000))
    learned: list[np.ndarray] = []
    for told in (True, True, False):
        player = agents.load(folder, seed=int(told) * len(learned))  # other draws, of which nothing is done
        assert isinstance(player, LearningPlayer)
        batch = Batch(beacon, 2, episodes_per_trial=2, lanes=["walker_0"])
        observations, done = batch.reset()[:, 0], np.zeros((2, 1), np.int64)
        player.reset(2)
        while not player.memory.any():
            player.attend(batch.active[:, 0] > 0)
            player.act(observations, batch.legal[:, 0])
            if told:
                player.took(done)
            observations = batch.step(done[:, None])[0][:, 0]
        learned.append(player.memory)
    np.testing.assert_array_equal(learned[0], learned[1])
    assert not np.allclose(learned[0], learned[2])
