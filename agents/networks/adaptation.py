"""Learning by gradient inside a trial: what every method that changes weights between episodes has in common.

Each lane has weights of its own, which start as the network's and are moved by a policy gradient on the lane's own last
episode (Finn et al. 2017). The same function moves them in training, in evaluation and in the window.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from agents.networks.network import Network, chosen, log_probabilities, masked

Weights = dict[str, Tensor]
"""By name, one tensor a lane: (L, …)."""
Method = Literal["maml", "anil", "finetune"]


@dataclass(frozen=True)
class Inner:
    """How weights are moved between the episodes of a trial."""

    method: Method
    rate: float
    """Step size of plain gradient descent."""
    steps: int
    """Gradient steps on each episode."""
    gamma: float
    gae_lambda: float

    @property
    def head_only(self) -> bool:
        """Whether only the policy's head moves (ANIL: Raghu et al. 2020)."""
        return self.method == "anil"


class Experience(NamedTuple):
    """One episode of L lanes, T decisions long at most; what is not live does not count."""

    observations: Tensor
    """(T, L, O)."""
    legal: Tensor
    """(T, L, A) u1."""
    actions: Tensor
    """(T, L, K) i8."""
    rewards: Tensor
    """(T, L)."""
    live: Tensor
    """(T, L), 1 where the lane decided."""


class _Outputs(nn.Module):
    """A network without memory as a function of what it sees, for `functional_call`."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, seen: Tensor) -> Tensor:
        """Observations (T, O) → outputs (T, A + 1)."""
        return self.network.step(seen, seen.new_zeros((len(seen), 0))).outputs


class Adaptation:
    """Moves weights of lanes by gradients of a network without memory."""

    def __init__(self, network: Network, inner: Inner) -> None:
        self.network, self.inner = network, inner
        self._frames: list[_Outputs] = []
        """Frames of the network that nobody computes with just now: `functional_call` puts weights into the frame for
        as long as it takes, so two threads must never share one.
        """
        moving = [name for name, _ in network.named_parameters()]
        self.names = [name for name in moving if name.startswith("policy_head.") or not inner.head_only]
        """Weights that move within a trial."""

    def fresh(self, lanes: int) -> Weights:
        """The network's own weights, once for each lane: what every trial begins with. They carry no gradient."""
        own = dict(self.network.named_parameters())
        return {name: own[name].detach().expand(lanes, *own[name].shape).clone() for name in self.names}

    def outputs(self, weights: Mapping[str, Tensor], observations: Tensor) -> Tensor:
        """Observations (T, L, O) → outputs (T, L, A + 1), each lane by its own weights."""

        with self._frame() as frame:

            def one(mine: Weights, seen: Tensor) -> Tensor:
                named = {f"network.{name}": tensor for name, tensor in mine.items()}
                found: Tensor = functional_call(frame, named, (seen,))
                return found

            return vmap(one, in_dims=(0, 1), out_dims=1)(dict(weights), observations)

    @contextmanager
    def _frame(self) -> Iterator[_Outputs]:
        """A frame of the network for one thread: modules of its own, with the very weights of the network."""
        try:
            frame = self._frames.pop()
        except IndexError:
            same = {id(tensor): tensor for tensor in (*self.network.parameters(), *self.network.buffers())}
            frame = _Outputs(copy.deepcopy(self.network, same))
        try:
            yield frame
        finally:
            self._frames.append(frame)

    def adapt(self, weights: Mapping[str, Tensor], episode: Experience, chosen_lanes: Tensor) -> Weights:
        """The weights after learning from an episode, where `chosen_lanes` (L,) is true; the others as they were."""
        advantages, old = self._judge(weights, episode)
        found = dict(weights)
        for _ in range(self.inner.steps):
            slopes = self._slopes(found, episode, advantages, old)
            for name, slope in slopes.items():
                there = chosen_lanes.view(-1, *[1] * (slope.ndim - 1))
                found[name] = torch.where(there, found[name] - self.inner.rate * slope, found[name])
        return found

    @torch.no_grad()
    def _judge(self, weights: Mapping[str, Tensor], episode: Experience) -> tuple[Tensor, Tensor]:
        """Advantages (T, L) in units of the returns' spread, and log-probabilities (T, L) of what was done.

        Generalised advantages inside the episode; after its end nothing counts.
        """
        outputs = self.outputs(weights, episode.observations)
        spread = self.network.value_std
        values = outputs[..., -1] * spread + self.network.value_mean
        advantages = torch.zeros_like(episode.rewards)
        following, carried = torch.zeros_like(values[0]), torch.zeros_like(values[0])
        gamma, decay = self.inner.gamma, self.inner.gamma * self.inner.gae_lambda
        for t in range(len(values) - 1, -1, -1):
            live = episode.live[t] > 0
            carried = torch.where(live, episode.rewards[t] + gamma * following - values[t] + decay * carried, carried)
            following = torch.where(live, values[t], following)
            advantages[t] = torch.where(live, carried / spread, 0.0)
        return advantages, self._logs(outputs, episode)

    def _logs(self, outputs: Tensor, episode: Experience) -> Tensor:
        sizes = self.network.shape.actions
        logs = log_probabilities(masked(outputs[..., :-1], episode.legal), sizes)
        return chosen(logs, episode.actions, sizes)

    def _slopes(self, weights: Mapping[str, Tensor], episode: Experience, advantages: Tensor, old: Tensor) -> Weights:
        """Gradients (L, …) of each lane's mean of −ratio · advantage: at the weights that played, the policy gradient.

        The lanes do not meet in the sum, so one gradient of it holds those of all.
        """
        counts = episode.live.sum(dim=0).clamp_min(1.0)

        def loss(moved: Weights) -> Tensor:
            logs = self._logs(self.outputs(moved, episode.observations), episode)
            return -((logs - old).exp() * advantages * episode.live / counts).sum()

        found: Weights = grad(loss)(dict(weights))
        return found
