"""RL² with PPO on tianshou's classes (Duan et al. 2016; Schulman et al. 2017): one trial is one long sequence for the
learner.

The policy carries its memory through the episodes of a trial, advantages run across their ends, and minibatches are
whole lanes, so that exploring in the first episode is paid by what it earns in the last.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
import torch
from tianshou.algorithm.algorithm_base import OnPolicyAlgorithm, Policy, TrainingStats
from tianshou.algorithm.optim import AdamOptimizerFactory
from tianshou.data import Batch
from torch import Tensor

from agents.networks.belief import Belief, BeliefLoss
from agents.networks.memories import Workspace
from agents.networks.network import Network, greedy, log_probabilities
from agents.settings.train import TrainSettings
from agents.training.component import State, adam_state, load_adam, load_draws, load_module, matching, module_state
from agents.training.crew import Crew, shares
from agents.training.loss import LossWeights, Steps, ppo_loss
from agents.training.rollout import Rollout
from agents.training.tianshou_inside import torch_optimiser

ASKED_EVERY = 5
"""Decisions between two at which a memory is asked what it makes of the task: facts last longer, and time is saved."""


FIGURES = 7
"""Of a loss: policy loss, value loss, entropy, KL, clipped share; what the belief got wrong, and how right it was."""


class MetaPolicy(Policy):
    """tianshou's view of a network: observations and memory in, actions and memory out."""

    def __init__(self, network: Network) -> None:
        sizes = network.shape.actions
        space = gymnasium.spaces.Discrete(sizes[0]) if len(sizes) == 1 else gymnasium.spaces.MultiDiscrete(list(sizes))
        super().__init__(action_space=space, action_bound_method=None)
        self.network = network

    def forward(self, batch: Any, state: Any = None, **_: Any) -> Batch:
        """The likeliest actions for `batch.obs` (lanes, O) and the memory after it; `state` None is a blank memory."""
        observations = torch.as_tensor(np.asarray(batch.obs), dtype=torch.float32)
        observations = observations.to(self.network.encoder.weight.device)
        with torch.no_grad():
            output = self.network.step(
                observations, self.network.initial(len(observations)) if state is None else state
            )
            logs = log_probabilities(output.logits, self.network.shape.actions)
        actions = greedy(logs, self.network.shape.actions)
        return Batch(act=actions.squeeze(-1) if actions.shape[1] == 1 else actions, state=output.state, logits=logs)


@dataclass(kw_only=True)
class MetaPPOStats(TrainingStats):
    """Means over the update's minibatches, weighted by live steps."""

    policy_loss: float = 0.0
    value_loss: float = 0.0
    entropy: float = 0.0
    kl: float = 0.0
    clipped: float = 0.0
    """Share of steps whose probability ratio left the clip range."""
    gradient_norm: float = 0.0
    explained_variance: float = 0.0
    learning_rate: float = 0.0
    value_mean: float = 0.0
    value_std: float = 0.0
    belief_loss: float = 0.0
    """What the belief got wrong, in nats a decision; it and the next are 0 without a belief."""
    belief_right: float = 0.0
    """Mean probability that it gave to what is true, see `BeliefLoss`."""
    minibatches: int = 0
    """Gradient steps made (fewer than planned where `kl_stop` struck)."""


class MetaPPO(OnPolicyAlgorithm[MetaPolicy]):
    """PPO over whole lanes, see the module's docstring; `progress` in [0, 1] drives the annealing."""

    def __init__(self, policy: MetaPolicy, settings: TrainSettings, crew: Crew) -> None:
        super().__init__(policy=policy)
        self.settings, self.crew, self.progress = settings, crew, 0.0
        self.generator = torch.Generator().manual_seed(settings.run.seed)
        factory = AdamOptimizerFactory(lr=settings.learning.rate, eps=1e-5)
        self.optimiser = self._create_optimizer(policy, factory, max_grad_norm=settings.learning.gradient_clip)
        self.scale = ValueScale(policy.network)
        self.last = MetaPPOStats()
        """Figures of the last update."""
        self._asked = 0
        self._workspaces = [Workspace() for _ in range(crew.size)]

    def _update_with_batch(self, batch: Any, batch_size: int | None, repeat: int) -> TrainingStats:
        raise NotImplementedError("sequences are not sampled from a replay buffer: update() takes the whole rollout")

    def update(self, buffer: Any, batch_size: int | None, repeat: int) -> MetaPPOStats:
        """Learn from a sealed `Rollout`: `repeat` passes in minibatches of `batch_size` lanes."""
        started = time.perf_counter()
        for _ in self.lessons(buffer, batch_size, repeat):
            torch_optimiser(self.optimiser).step()
        self.last.train_time = time.perf_counter() - started
        return self.last

    def lessons(self, rollout: Rollout, batch_size: int | None, repeat: int) -> Iterator[None]:
        """The minibatches of an update, one after another: each time all weights have their gradients, and whoever asks
        for the next one has moved the weights by them. The figures of the update are known at the end.
        """
        spent, started = 0.0, time.perf_counter()
        targets, advantages, explained = self._targets(rollout)
        for group in torch_optimiser(self.optimiser).param_groups:
            group["lr"] = self.rate
        totals, made = torch.zeros(8, dtype=torch.float64), 0
        lanes_each = batch_size or rollout.lanes
        for lanes in (part for _ in range(repeat) for part in self._shuffled(rollout.lanes, lanes_each)):
            self._asked = made % ASKED_EVERY
            sums = self._pull(rollout, lanes.to(rollout.device), targets, advantages)
            spent += time.perf_counter() - started
            yield
            started = time.perf_counter()
            totals, made = totals + sums, made + 1
            if 0.0 < self.settings.learning.kl_stop < float(sums[3]):
                break
        means = (totals / max(made, 1)).tolist()
        asked = max(
            float((~rollout.taught).double().mean()), 1e-9
        )  # the share of the lanes behind the belief's figures
        self.last = MetaPPOStats(
            policy_loss=means[0], value_loss=means[1], entropy=means[2], kl=means[3], clipped=means[4],
            belief_loss=means[5] / asked, belief_right=means[6] / asked, gradient_norm=means[7],
            explained_variance=explained, learning_rate=self.rate, value_mean=self.scale.mean, value_std=self.scale.std,
            minibatches=made, train_time=spent + time.perf_counter() - started,
        )  # fmt: skip

    @property
    def rate(self) -> float:
        """Adam's step size at this point of the run."""
        return self.settings.learning.rate * (1.0 - self.progress * self.settings.learning.rate_anneal)

    def _shuffled(self, lanes: int, lanes_each: int) -> list[Tensor]:
        return list(torch.randperm(lanes, generator=self.generator).split(lanes_each))

    @torch.no_grad()
    def _targets(self, rollout: Rollout) -> tuple[Tensor, Tensor, float]:
        """Normalised value targets and advantages (T, B), and the share of the returns' variance that the values
        explained.
        """
        settings, live = self.settings, rollout.sealed["live"].bool()
        values = rollout.values * self.scale.std + self.scale.mean
        cut_values = rollout.cut_values * self.scale.std + self.scale.mean
        advantages = advantages_over_trials(rollout, values, cut_values, settings)
        returns = advantages + values[:-1]
        seen = returns[live].double()
        unexplained = float(advantages[live].var() / seen.var().clamp_min(1e-12)) if seen.numel() > 1 else 1.0
        self.scale.update(seen)
        targets = ((returns - self.scale.mean) / self.scale.std).float()
        chosen_advantages = advantages[live]
        spread = chosen_advantages.std().clamp_min(1e-8) if chosen_advantages.numel() > 1 else 1.0
        advantages = (advantages - chosen_advantages.mean()) / spread
        return targets, advantages, 1.0 - unexplained

    def _pull(self, rollout: Rollout, lanes: Tensor, targets: Tensor, advantages: Tensor) -> Tensor:
        """Give all weights their gradients on some lanes, clipped; sums of policy loss, value loss, entropy, KL,
        clipped share, the belief's two figures and gradient norm.
        """
        parts = [lanes[share] for share in shares(len(lanes), self.crew.size)]
        count = rollout.sealed["live"][:, lanes].sum().clamp_min(1).float()

        def work(numbered: tuple[int, Tensor]) -> tuple[tuple[Tensor, ...], Tensor]:
            number, mine = numbered
            return self._gradients(rollout, mine, targets, advantages, count, self._workspaces[number])

        results = self.crew.map(work, list(enumerate(parts)))
        parameters = list(self.policy.network.parameters())
        for index, parameter in enumerate(parameters):
            parameter.grad = sum((gradients[index] for gradients, _ in results[1:]), start=results[0][0][index])
        norm = torch.nn.utils.clip_grad_norm_(parameters, self.settings.learning.gradient_clip)
        sums = torch.stack([figures for _, figures in results]).sum(dim=0).double().cpu()
        return torch.cat([sums, norm.detach().double().cpu().reshape(1)])

    def _gradients(
        self, rollout: Rollout, lanes: Tensor, targets: Tensor, advantages: Tensor, count: Tensor, space: Workspace
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        """Gradients of all weights on some lanes, with losses divided by `count` live steps, and the loss figures
        (FIGURES,).
        """
        network, learning = self.policy.network, self.settings.learning

        def pick(name: str, source: Tensor) -> Tensor:
            out = space.take(name, (source.shape[0], len(lanes), *source.shape[2:]), source)
            return torch.index_select(source, 1, lanes, out=out)

        observations = pick("observations", rollout.observations)
        output = network.unroll(observations, rollout.start[lanes], rollout.sealed["resets"][:, lanes], space)
        weights = LossWeights(
            clip=learning.clip,
            value=learning.value_weight,
            entropy=learning.entropy + (learning.entropy_end - learning.entropy) * self.progress,
            sizes=network.shape.actions,
        )
        steps = Steps(
            legal=pick("legal", rollout.legal), actions=rollout.actions[:, lanes], old_logs=rollout.logs[:, lanes],
            advantages=advantages[:, lanes], targets=targets[:, lanes], shares=rollout.sealed["live"][:, lanes] / count,
        )  # fmt: skip
        loss, figures = ppo_loss(output.outputs, steps, weights)
        believed = figures.new_zeros(2)
        if network.belief is not None:
            found = self._ask(network.belief, rollout, lanes, output.features, steps.shares)
            loss, believed = loss + learning.belief * found.facts, torch.stack(list(found)).detach()
        return torch.autograd.grad(loss, list(network.parameters())), torch.cat([figures, believed])

    def _ask(self, belief: Belief, rollout: Rollout, lanes: Tensor, features: Tensor, weights: Tensor) -> BeliefLoss:
        """What memories get wrong of the task at some decisions, other ones in each minibatch; those who were shown the
        truth are not asked, since they need remember nothing.
        """
        some = slice(self._asked, None, ASKED_EVERY)
        weights = weights[some] * ~rollout.taught[lanes]
        return belief.loss(features[some], rollout.told[some, lanes], ASKED_EVERY * weights)

    def state_dict(self, *_: Any, **__: Any) -> State:  # type: ignore[override]
        """The network, its optimiser, the generator of shuffles, and the scale of the values."""
        return {
            "network": module_state(self.policy.network), "adam": adam_state(torch_optimiser(self.optimiser)),
            "shuffles": self.generator.get_state(), "scale": self.scale.state_dict(),
        }  # fmt: skip

    def load_state_dict(self, state: Any, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Go on from a `state_dict`, see `component`."""
        found = matching("the learner", state, self.state_dict())
        load_module("the network", self.policy.network, found["network"])
        load_adam("the optimiser", torch_optimiser(self.optimiser), found["adam"])
        load_draws("the learner", self.generator, found["shuffles"])
        self.scale.load_state_dict(found["scale"])


def advantages_over_trials(rollout: Rollout, values: Tensor, cut_values: Tensor, settings: TrainSettings) -> Tensor:
    """Generalised advantages (T, B) in reward units.

    With `horizon = "trial"` they run through episode ends, and only the end of a trial cuts them. With `"episode"`
    every end cuts them; a truncated episode is continued by the value of its last observation. In both, the end of
    the rollout is continued by the value of the observation after it, and the steps that a finished lane waits for
    the others are left out as if they had not been.
    """
    signal, gamma, gae_lambda = rollout.sealed, settings.learning.gamma, settings.learning.gae_lambda
    live, rewards = signal["live"].bool(), signal["rewards"]
    if settings.trial.horizon == "trial":
        cuts, continued = signal["trial_ends"].bool(), torch.zeros_like(cut_values)
    else:
        cuts = (signal["ends"] > 0) | signal["episode_ends"].bool()
        continued = torch.where(signal["ends"] == 2, cut_values, 0.0)
    advantages = torch.zeros_like(rewards)
    following, carried = values[-1], torch.zeros_like(values[-1])
    for t in range(len(rewards) - 1, -1, -1):
        following = torch.where(cuts[t], continued[t], following)
        carried = torch.where(cuts[t], 0.0, carried)
        fresh = rewards[t] + gamma * following - values[t] + gamma * gae_lambda * carried
        carried = torch.where(live[t], fresh, carried)
        following = torch.where(live[t], values[t], following)
        advantages[t] = carried * live[t]
    return advantages


class ValueScale:
    """Running mean and spread of the returns; the value head is rescaled so that its predictions stay (PopArt, van
    Hasselt 2016).
    """

    def __init__(self, network: Network, decay: float = 0.97) -> None:
        self._network, self._decay = network, decay
        self.weight, self.first, self.second = 0.0, 0.0, 0.0  # decayed sums of 1, returns and their squares

    @property
    def mean(self) -> float:
        return float(self._network.value_mean)

    @property
    def std(self) -> float:
        return float(self._network.value_std)

    def update(self, returns: Tensor) -> None:
        """Take in one rollout's returns, any shape, in reward units."""
        if not returns.numel():
            return
        keep = self._decay
        self.weight = keep * self.weight + (1.0 - keep)
        self.first = keep * self.first + (1.0 - keep) * float(returns.mean())
        self.second = keep * self.second + (1.0 - keep) * float(returns.square().mean())
        mean = self.first / self.weight
        std = max((self.second / self.weight - mean * mean), 1e-8) ** 0.5
        head, old_mean, old_std = self._network.value_head, self.mean, self.std
        self._network.value_mean.fill_(mean)
        self._network.value_std.fill_(std)
        mean, std = self.mean, self.std  # as the network stores them
        with torch.no_grad():
            head.weight.mul_(old_std / std)
            head.bias.mul_(old_std).add_(old_mean - mean).div_(std)

    def state_dict(self) -> State:
        """The decayed sums; what they scale belongs to the network."""
        return {"weight": self.weight, "first": self.first, "second": self.second}

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`."""
        found = matching("the scale of the values", state, self.state_dict())
        if not 0.0 <= found["weight"] <= 1.0 or found["second"] < 0.0:
            raise ValueError("the scale of the values has sums that no returns have")
        if not self.std > 0.0:
            raise ValueError("the scale of the values has no spread above 0")
        self.weight, self.first, self.second = found["weight"], found["first"], found["second"]
