"""First-order MAML and ANIL with PPO: an initial policy from which one gradient step on an episode helps in the next.

The policy has no memory. In a trial, each lane plays an episode, moves its own weights by a policy gradient on it,
plays the next one, and so on (Finn et al. 2017). The outer loss is that of PPO on every episode, at the weights that
played it; its gradient is applied to the initial weights as it is, without the derivative of the moves (first-order
MAML). ANIL moves only the policy's head in a trial (Raghu et al. 2020). As in ProMP (Rothfuss et al. 2019), the moves
are made anew from the present initial weights at every outer step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from agents.networks.adaptation import Adaptation, Experience, Inner
from agents.networks.memories import Workspace
from agents.networks.network import Network, draw
from agents.settings.train import TrainSettings
from agents.training.collector import MetaCollector, TrialStats
from agents.training.crew import Crew
from agents.training.loss import LossWeights, Steps, ppo_loss
from agents.training.meta_ppo import FIGURES, MetaPolicy, MetaPPO
from agents.training.rollout import Rollout
from agents.training.sampler import TrialSampler


def inner_of(settings: TrainSettings) -> Inner:
    """How the settings move weights between episodes."""
    learning = settings.learning
    assert learning.algorithm != "rl2"
    return Inner(
        method=learning.algorithm, rate=learning.inner_rate, steps=learning.inner_steps, gamma=learning.gamma,
        gae_lambda=learning.gae_lambda,
    )  # fmt: skip


class MAML(MetaPPO):
    """See the module's docstring; minibatches are whole lanes, as in `MetaPPO`."""

    def __init__(self, policy: MetaPolicy, settings: TrainSettings, crew: Crew) -> None:
        super().__init__(policy, settings, crew)
        self.adaptation = Adaptation(policy.network, inner_of(settings))

    def _gradients(
        self, rollout: Rollout, lanes: Tensor, targets: Tensor, advantages: Tensor, count: Tensor, space: Workspace
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        network, adaptation, sealed = self.policy.network, self.adaptation, rollout.sealed
        parameters = dict(network.named_parameters())
        sums = {name: torch.zeros_like(weight) for name, weight in parameters.items()}
        figures = targets.new_zeros(FIGURES)
        live, ends, over = (sealed[name][:, lanes] for name in ("live", "episode_ends", "trial_ends"))
        episode = ends.long().cumsum(dim=0) - ends.long()  # number of each step's episode in the rollout
        weights = adaptation.fresh(len(lanes))
        for number in range(int(episode.max()) + 1):
            mine = (episode == number) & live.bool()
            times = mine.any(dim=1).nonzero().flatten()
            if not len(times):
                continue
            span = slice(int(times[0]), int(times[-1]) + 1)
            part = Experience(
                rollout.observations[span, lanes], rollout.legal[span, lanes], rollout.actions[span, lanes],
                sealed["rewards"][span, lanes], mine[span].float(),
            )  # fmt: skip
            old = Experience(*part[:3], rollout.logs[span, lanes], part.live)
            figures[:5] += self._outer(weights, old, targets[span, lanes], advantages[span, lanes], count, sums)
            here = episode == number
            goes_on = (here & ends.bool() & ~over.bool()).any(dim=0)
            anew = (here & over.bool()).any(dim=0)
            if bool(goes_on.any() | anew.any()):
                moved, blank = adaptation.adapt(weights, part, goes_on), adaptation.fresh(len(lanes))
                for name, tensor in moved.items():
                    weights[name] = torch.where(anew.view(-1, *[1] * (tensor.ndim - 1)), blank[name], tensor).detach()
        return tuple(sums[name] for name, _ in network.named_parameters()), figures

    def _outer(
        self, weights: dict[str, Tensor], played: Experience, targets: Tensor, advantages: Tensor, count: Tensor,
        sums: dict[str, Tensor],
    ) -> Tensor:  # fmt: skip
        """Add the gradients of PPO's loss on one episode to `sums`; the loss figures (5,).

        `played` has the log-probabilities of its decisions in the place of rewards.
        """
        network, learning = self.policy.network, self.settings.learning
        leaves = {name: tensor.detach().requires_grad_() for name, tensor in weights.items()}
        shared = {name: weight for name, weight in network.named_parameters() if name not in leaves}
        outputs = self.adaptation.outputs(leaves, played.observations)
        loss_weights = LossWeights(
            clip=learning.clip, value=learning.value_weight, sizes=network.shape.actions,
            entropy=learning.entropy + (learning.entropy_end - learning.entropy) * self.progress,
        )  # fmt: skip
        steps = Steps(
            legal=played.legal, actions=played.actions, old_logs=played.rewards, advantages=advantages,
            targets=targets, shares=played.live / count,
        )  # fmt: skip
        loss, figures = ppo_loss(outputs, steps, loss_weights)
        slopes = torch.autograd.grad(loss, [*leaves.values(), *shared.values()])
        for name, slope in zip(leaves, slopes, strict=False):
            sums[name] += slope.sum(dim=0)
        for name, slope in zip(shared, slopes[len(leaves) :], strict=True):
            sums[name] += slope
        return figures


class AdaptingCollector(MetaCollector):
    """Collects trials in which every lane moves its own weights between episodes.

    The initial weights change between collections, so each begins with new trials in all lanes.
    """

    def __init__(self, policy: MetaPolicy, *arguments: Any, adaptation: Adaptation, **named: Any) -> None:
        super().__init__(policy, *arguments, **named)
        self._acting = _AdaptedActor(policy.network, adaptation, self.rollout, len(self.fresh))
        self.actor = self._acting  # type: ignore[assignment]

    def _collect(self, *arguments: Any, **named: Any) -> TrialStats:
        if not self.fresh.all():
            self._new_trials()
        self._acting.restart()
        return super()._collect(*arguments, **named)

    def _new_trials(self) -> None:
        """Give up the trials that are under way."""
        for group in self.groups:
            cast(TrialSampler, group.batch).renew()
            group.begin()
        self.fresh[:] = 1

    def _step(self, t: int, returns: list[np.ndarray], lengths: list[np.ndarray]) -> None:
        super()._step(t, returns, lengths)
        signals = self.rollout.signals
        if signals["episode_ends"][t].any():
            self._acting.learn(t, signals)


class _AdaptedActor:
    """Decides for lanes that each have weights of their own."""

    def __init__(self, network: Network, adaptation: Adaptation, rollout: Rollout, lanes: int) -> None:
        self.network, self.adaptation, self.rollout = network, adaptation, rollout
        self._lanes, self._uniforms = lanes, torch.zeros(0)
        self.restart()

    def restart(self) -> None:
        """All lanes begin a trial with the network's weights."""
        self.weights = self.adaptation.fresh(self._lanes)
        self._began = np.zeros(self._lanes, np.int64)  # step at which each lane's present episode began

    def begin(self, uniforms: Tensor) -> None:
        """A collection begins, with these numbers (T, B, K) to draw by."""
        self._uniforms = uniforms

    @torch.no_grad()
    def decide(self, t: int, rows: slice) -> np.ndarray:
        """As `Actor.decide`."""
        rollout = self.rollout
        own = {name: tensor[rows] for name, tensor in self.weights.items()}
        outputs = self.adaptation.outputs(own, rollout.observations[t : t + 1, rows])[0]
        drawn, logs = draw(outputs, rollout.legal[t, rows], self._uniforms[t, rows], self.network.shape.actions)
        rollout.actions[t, rows], rollout.logs[t, rows], rollout.values[t, rows] = drawn, logs, outputs[:, -1]
        found: np.ndarray = drawn.cpu().numpy()
        return found

    def learn(self, t: int, signals: dict[str, np.ndarray]) -> None:
        """Lanes whose episode ended at step t learn from it; those whose trial ended start anew."""
        ended, over = signals["episode_ends"][t] > 0, signals["trial_ends"][t] > 0
        goes_on = np.flatnonzero(ended & ~over)
        if len(goes_on):
            self._move(goes_on, t, signals)
        fresh = torch.from_numpy(over).to(self.rollout.device)
        blank = self.adaptation.fresh(1)
        for name, tensor in self.weights.items():
            tensor[fresh] = blank[name]
        self._began[ended] = t + 1

    def _move(self, lanes: Sequence[int] | np.ndarray, t: int, signals: dict[str, np.ndarray]) -> None:
        rollout, device = self.rollout, self.rollout.device
        rows, span = torch.from_numpy(np.asarray(lanes)).to(device), slice(int(self._began[lanes].min()), t + 1)
        inside = np.arange(span.start, span.stop)[:, None] >= self._began[lanes]
        live = torch.from_numpy(inside & (signals["live"][span][:, lanes] > 0)).to(device).float()
        rewards = torch.from_numpy(signals["rewards"][span][:, lanes]).to(device)
        episode = Experience(
            rollout.observations[span, rows], rollout.legal[span, rows], rollout.actions[span, rows], rewards, live
        )
        own = {name: tensor[rows] for name, tensor in self.weights.items()}
        with torch.enable_grad():
            moved = self.adaptation.adapt(own, episode, torch.ones(len(rows), dtype=torch.bool, device=device))
        for name, tensor in moved.items():
            self.weights[name][rows] = tensor.detach()
