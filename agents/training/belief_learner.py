"""Learning a belief: its own loss, its own optimiser, from the same rollouts as the policy."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from agents.networks.belief import Belief, belief_loss
from agents.networks.memories import Workspace
from agents.settings.train import TrainSettings
from agents.training.component import State, adam_state, load_adam, load_draws, matching
from agents.training.crew import Crew, shares
from agents.training.rollout import Rollout

SMALLER = 4  # minibatches of the belief are this much smaller than the policy's: labels are less noisy than returns
NOISE = 5  # separates this random stream of a seed from the others (see `run`)


@dataclass(frozen=True, kw_only=True)
class BeliefStats:
    """Means over an update's minibatches; see `belief.BeliefLoss`."""

    belief_facts: float = 0.0
    belief_surprise: float = 0.0
    belief_told_right: float = 0.0
    belief_seconds: float = 0.0


class BeliefLearner:
    """Fits a belief to the labels of rollouts.

    Its weights and its optimiser are its own, so with Adam a factor before its loss would change nothing: what
    `belief_weight` scales is its step size, against that of the policy.
    """

    def __init__(self, belief: Belief, settings: TrainSettings, crew: Crew) -> None:
        self.belief, self.settings, self.crew = belief, settings, crew
        seed = np.random.SeedSequence([settings.run.seed, NOISE]).generate_state(1, np.uint64)[0] >> np.uint64(1)
        self.generator = torch.Generator().manual_seed(int(seed))
        self.parameters = list(belief.parameters())
        self.optimiser = torch.optim.Adam(self.parameters, lr=settings.learning.rate, eps=1e-5)
        self.last = BeliefStats()
        """Figures of the last update."""

    def update(self, rollout: Rollout, rate: float, lanes_each: int, workspaces: Sequence[Workspace]) -> None:
        """Learn from a sealed rollout with labels; `lanes_each` are the lanes of one of the policy's minibatches.

        `rate` is the policy's present step size; a workspace is needed for each thread of the crew.
        """
        started = time.perf_counter()
        for group in self.optimiser.param_groups:
            group["lr"] = rate * self.settings.learning.belief_weight
        totals, made = torch.zeros(3, dtype=torch.float64), 0
        for _ in range(self.settings.learning.epochs):
            for lanes in torch.randperm(rollout.lanes, generator=self.generator).split(max(1, lanes_each // SMALLER)):
                totals, made = totals + self._learn(rollout, lanes.to(rollout.device), workspaces), made + 1
        facts, surprise, right = (totals / made).tolist()
        self.last = BeliefStats(
            belief_facts=facts, belief_surprise=surprise, belief_told_right=right,
            belief_seconds=time.perf_counter() - started,
        )  # fmt: skip

    def _learn(self, rollout: Rollout, lanes: Tensor, workspaces: Sequence[Workspace]) -> Tensor:
        """One gradient step on some lanes; the three figures."""
        size = (rollout.steps, len(lanes), self.belief.shape.latent)
        noise = torch.randn(size, generator=self.generator).to(rollout.device)
        parts = shares(len(lanes), self.crew.size)
        count = rollout.sealed["live"][:, lanes].sum().clamp_min(1).float()

        def work(numbered: tuple[int, slice]) -> tuple[tuple[Tensor, ...], Tensor, float]:
            number, part = numbered
            return self._gradients(rollout, lanes[part], noise[:, part], count, workspaces[number])

        results = self.crew.map(work, list(enumerate(parts)))
        for index, parameter in enumerate(self.parameters):
            parameter.grad = sum((found[0][index] for found in results[1:]), start=results[0][0][index])
        torch.nn.utils.clip_grad_norm_(self.parameters, self.settings.learning.gradient_clip)
        self.optimiser.step()
        self.optimiser.zero_grad()  # the policy's optimiser knows these weights too, and passes over those without one
        sums = torch.stack([figures * torch.tensor([1.0, 1.0, share]) for _, figures, share in results]).sum(dim=0)
        return sums.double()

    def _gradients(
        self, rollout: Rollout, lanes: Tensor, noise: Tensor, count: Tensor, space: Workspace
    ) -> tuple[tuple[Tensor, ...], Tensor, float]:
        """Gradients on some lanes, with losses divided by `count` live steps, the figures, and these lanes' part of
        the steps.
        """
        belief, live = self.belief, rollout.sealed["live"][:, lanes]
        seen = rollout.observations.shape[2] - 2 * belief.shape.latent  # what follows is the posterior of that time
        observations = rollout.observations[:, lanes, :seen]
        state = rollout.start[lanes, -belief.state_size :]
        posteriors, before = belief.unroll(observations, state, rollout.sealed["resets"][:, lanes], space)
        found = belief_loss(belief, posteriors, before, noise, rollout.told[:, lanes], live / count)
        loss = found.facts + self.settings.learning.belief_kl * found.surprise
        figures = torch.stack([part.detach().cpu() for part in found])
        return torch.autograd.grad(loss, self.parameters), figures, float(live.sum() / count)

    def state_dict(self) -> State:
        """The optimiser and the generator of shuffles and noise; the weights belong to the network."""
        return {"adam": adam_state(self.optimiser), "noise": self.generator.get_state()}

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`."""
        found = matching("the belief's learner", state, self.state_dict())
        load_adam("the belief's optimiser", self.optimiser, found["adam"])
        load_draws("the belief's learner", self.generator, found["noise"])
