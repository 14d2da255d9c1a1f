"""The learner: advantages against a naive sum, the loss against tensors, values that survive rescaling, tianshou's
classes.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
import torch
from bandits import Bandits, Learner
from tianshou.algorithm.algorithm_base import OnPolicyAlgorithm, Policy
from tianshou.data import Batch
from torch import Tensor

from agents.networks.network import Network, Shape, chosen, log_probabilities, masked
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings
from agents.training.loss import LossWeights, Steps, loss_by_tensors, ppo_loss
from agents.training.meta_ppo import MetaPolicy, MetaPPO, ValueScale, advantages_over_trials
from agents.training.rollout import Rollout

SETTINGS = made(
    TrainSettings,
    lanes=8,
    hidden=8,
    encoder=8,
    minibatches=2,
    threads=1,
    gamma=0.9,
    gae_lambda=0.8,
    self_play=0.0,
    progress=False,
)
T, B = 40, 6


def rollout_of(**signals: np.ndarray) -> Rollout:
    rollout = Rollout(T, B, 1, (2,), 1, torch.device("cpu"))
    rollout.signals["live"][:] = 1
    for name, array in signals.items():
        rollout.signals[name][:] = array
    rollout.seal(T)
    return rollout


def naive(rollout: Rollout, values: Tensor, cut_values: Tensor, settings: TrainSettings) -> np.ndarray:
    """Each advantage as its own sum of discounted one-step errors over the lane's live steps."""
    signal = {name: tensor.numpy() for name, tensor in rollout.sealed.items()}
    advantages = np.zeros((T, B))
    for lane in range(B):
        live = [t for t in range(T) if signal["live"][t, lane]]
        for position, begin in enumerate(live):
            total, weight = 0.0, 1.0
            for place in range(position, len(live)):
                t = live[place]
                after = live[place + 1] if place + 1 < len(live) else T
                gap = range(t, after)  # this step and the idle ones behind it
                if settings.trial.horizon == "trial":
                    cut, continued = any(signal["trial_ends"][step, lane] for step in gap), 0.0
                else:
                    cut = any(signal["ends"][step, lane] or signal["episode_ends"][step, lane] for step in gap)
                    continued = float(cut_values[t, lane]) if signal["ends"][t, lane] == 2 else 0.0
                following = continued if cut else float(values[after, lane])
                error = signal["rewards"][t, lane] + settings.learning.gamma * following - float(values[t, lane])
                total += weight * error
                weight *= settings.learning.gamma * settings.learning.gae_lambda
                if cut:
                    break
            advantages[begin, lane] = total
    return advantages


@pytest.mark.parametrize("horizon", ["trial", "episode"])
def test_advantages_are_those_of_the_naive_sum(horizon: str) -> None:
    random = np.random.Generator(np.random.PCG64(3))
    episode_ends = (random.random((T, B)) < 0.15).astype(np.uint8)
    trial_ends = (episode_ends & (random.random((T, B)) < 0.4)).astype(np.uint8)
    live, ends = np.ones((T, B), np.uint8), np.zeros((T, B), np.uint8)
    for lane in range(B):  # lanes are done at the end of an episode or some steps before it
        start = 0
        for t in range(T):
            if episode_ends[t, lane]:
                done = max(start, t - int(random.integers(4)))
                ends[done, lane], live[done + 1 : t + 1, lane] = random.integers(1, 3), 0
                start = t + 1
    rewards = random.normal(size=(T, B)).astype(np.float32) * live
    rollout = rollout_of(episode_ends=episode_ends, trial_ends=trial_ends, live=live, ends=ends, rewards=rewards)
    generator = torch.Generator().manual_seed(0)
    values, cut_values = torch.randn(T + 1, B, generator=generator), torch.randn(T, B, generator=generator)
    settings = changed(SETTINGS, horizon=horizon)  # type: ignore[arg-type]
    found = advantages_over_trials(rollout, values, cut_values, settings)
    np.testing.assert_allclose(found.numpy(), naive(rollout, values, cut_values, settings), atol=1e-4)
    assert (found.numpy()[live == 0] == 0).all()


def test_credit_crosses_episodes_but_never_trials() -> None:
    ends, trials, rewards = (np.zeros((T, B), kind) for kind in (np.uint8, np.uint8, np.float32))
    ends[9::10] = 1
    trials[19] = 1
    rewards[15], rewards[25] = 1.0, 1.0  # one reward in the second episode, one in the next trial
    zeros = torch.zeros(T + 1, B)
    rollout = rollout_of(episode_ends=ends, ends=ends, trial_ends=trials, rewards=rewards)
    across = advantages_over_trials(rollout, zeros, zeros[1:], SETTINGS)
    within = advantages_over_trials(rollout, zeros, zeros[1:], changed(SETTINGS, horizon="episode"))
    assert (across[:16] > 0).all()
    assert (across[16:20] == 0).all()
    assert (within[:10] == 0).all()
    assert (within[10:16] > 0).all()


def steps_and_outputs(sizes: tuple[int, ...]) -> tuple[Tensor, Steps]:
    generator = torch.Generator().manual_seed(1)
    choices = sum(sizes)
    actions = torch.stack([torch.randint(0, size, (T, B), generator=generator) for size in sizes], dim=-1)
    legal = (torch.rand(T, B, choices, generator=generator) < 0.6).to(torch.uint8)
    legal.scatter_(2, actions + torch.tensor([sum(sizes[:factor]) for factor in range(len(sizes))]), 1)
    outputs = torch.randn(T, B, choices + 1, generator=generator)
    old = chosen(log_probabilities(masked(outputs[..., :-1], legal), sizes), actions, sizes)
    shares = (torch.rand(T, B, generator=generator) < 0.7).float()
    noise = [torch.randn(T, B, generator=generator) for _ in range(3)]
    steps = Steps(legal, actions, old + 0.3 * noise[0], noise[1], noise[2], shares / shares.sum())
    return outputs.requires_grad_(), steps


@pytest.mark.parametrize("sizes", [(4,), (9, 2), (2, 3, 5)])
def test_the_compiled_loss_is_the_loss(sizes: tuple[int, ...]) -> None:
    outputs, steps = steps_and_outputs(sizes)
    weights = LossWeights(clip=0.2, value=0.5, entropy=0.03, sizes=sizes)
    (ours, ours_figures), (theirs, figures) = (
        ppo_loss(outputs, steps, weights),
        loss_by_tensors(outputs, steps, weights),
    )
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(ours_figures, figures, atol=1e-5, rtol=1e-5)
    slopes, expected = (torch.autograd.grad(2.0 * loss, outputs)[0] for loss in (ours, theirs))
    torch.testing.assert_close(slopes, expected, atol=1e-7, rtol=1e-4)
    assert (slopes[steps.shares == 0] == 0).all()
    assert 0.0 < float(figures[4]) < 1.0  # some ratios were clipped, or the test would prove less


def test_rescaling_keeps_what_the_values_say() -> None:
    network = Network(Shape(observation=3, actions=(2,), encoder=4, hidden=4), torch.Generator().manual_seed(0))
    scale, seen = ValueScale(network), torch.randn(10, 3, generator=torch.Generator().manual_seed(1))

    def said() -> Tensor:
        with torch.no_grad():
            return network.step(seen, network.initial(10)).value * network.value_std + network.value_mean

    before = said()
    for size in (3.0, 50.0, 0.1):
        scale.update(size * torch.randn(1000, generator=torch.Generator().manual_seed(2)) + 7.0)
        torch.testing.assert_close(said(), before, atol=1e-3, rtol=1e-4)
    assert scale.std > 1.0
    assert scale.mean == pytest.approx(7.0, abs=1.5)
    scale.update(torch.zeros(0))  # a rollout without a live step teaches nothing


def test_shares_of_the_crew_learn_what_one_thread_learns() -> None:
    weights = []
    for threads in (1, 2, 3):
        learner = Learner(Bandits(24), changed(SETTINGS, lanes=24, threads=threads))
        learner.learn(2)
        weights.append(torch.cat([parameter.detach().flatten() for parameter in learner.network.parameters()]))
        learner.crew.close()
    torch.testing.assert_close(weights[1], weights[0], atol=2e-4, rtol=0)
    torch.testing.assert_close(weights[2], weights[0], atol=2e-4, rtol=0)


def test_the_same_seed_learns_the_same_to_the_last_bit() -> None:
    first, second = (Learner(Bandits(16), changed(SETTINGS, lanes=16)) for _ in range(2))
    assert first.learn(3) == second.learn(3)
    for mine, other in zip(first.network.parameters(), second.network.parameters(), strict=True):
        assert torch.equal(mine, other)


def test_a_small_kl_limit_ends_an_update_early() -> None:
    settings = changed(SETTINGS, kl_stop=1e-9, epochs=5, learning_rate=0.01)
    learner = Learner(Bandits(8), settings)
    learner.learn(1)
    assert 1 <= learner.algorithm.last.minibatches < 10


def test_these_are_tianshous_classes() -> None:
    learner = Learner(Bandits(8), SETTINGS)
    assert isinstance(learner.policy, Policy)
    assert isinstance(learner.algorithm, OnPolicyAlgorithm)
    two = MetaPolicy(Network(Shape(observation=3, actions=(2, 4), encoder=4, hidden=4)))
    batch = two(Batch(obs=np.ones((5, 3), np.float32)))
    again = two(Batch(obs=np.ones((5, 3), np.float32)), state=batch.state)
    assert batch.act.shape == (5, 2)
    assert not torch.equal(batch.state, again.state)
    with pytest.raises(NotImplementedError, match="whole rollout"):
        MetaPPO._update_with_batch(cast(MetaPPO, learner.algorithm), None, None, 1)
