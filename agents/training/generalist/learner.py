"""PPO in several worlds at once, whose networks share a memory.

Each world has a learner of its own, with its rollouts, its discounts and the scale of its values. Those that have a
rollout learn side by side: from a minibatch each come gradients, clipped as they would be alone; those of the memories
add up, and one step of Adam moves the shared memory and the layers of these worlds. So no world undoes what another one
has just learned, and the moments of Adam know the gradients of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from agents.networks.network import Network
from agents.networks.shared import MEMORY, SharedMemory
from agents.training.component import State, adam_state, load_adam, load_module, matching, module_state
from agents.training.meta_ppo import MetaPPO
from agents.training.rollout import Rollout


@dataclass(frozen=True)
class Participant:
    """A world that takes part."""

    learner: MetaPPO
    rollout: Rollout

    @property
    def network(self) -> Network:
        """That of the world."""
        return self.learner.policy.network


class JointLearner:
    """The shared memory, and the one optimiser of all weights."""

    def __init__(self, members: Mapping[str, Participant], memory: SharedMemory, rate: float, anneal: float) -> None:
        """The step size of the memory begins at ``rate`` and loses the share ``anneal`` until the end."""
        self.members, self.memory, self._rate, self._anneal = dict(members), memory, rate, anneal
        groups = [{"params": list(memory.parameters())}, *({"params": _own(each)} for each in self.members.values())]
        self.optimiser = torch.optim.Adam(groups, lr=rate, eps=1e-5)
        self._lend(self.members)

    def _lend(self, names: Mapping[str, object]) -> None:
        for name in names:
            network = self.members[name].network
            self.memory.lend(network, network.shape)

    def update(self, names: list[str], progress: float) -> None:
        """Learn from the rollouts of these worlds, when so much of the run is done, 0 to 1."""
        memory, *others = self.optimiser.param_groups
        memory["lr"] = self._rate * (1.0 - progress * self._anneal)
        for group, member in zip(others, self.members.values(), strict=True):
            group["lr"] = member.learner.rate
        lessons = {}
        for name in names:
            learning = self.members[name].learner.settings.learning
            each = -(-learning.lanes // learning.minibatches)
            member = self.members[name]
            lessons[name] = member.learner.lessons(member.rollout, each, learning.epochs)
        while True:
            self.optimiser.zero_grad(set_to_none=True)
            lessons = {name: lesson for name, lesson in lessons.items() if next(lesson, self) is not self}
            if not lessons:
                break
            for name in lessons:
                network = self.members[name].network
                self.memory.gather(network, network.shape)
            self.optimiser.step()
            self._lend(lessons)
        self._lend(self.members)

    def state_dict(self) -> State:
        """The shared memory and what Adam remembers; the rest belongs to the worlds."""
        return {"memory": module_state(self.memory), "adam": adam_state(self.optimiser)}

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`; the worlds' networks come first."""
        found = matching("the joint learner", state, self.state_dict())
        load_module("the shared memory", self.memory, found["memory"])
        load_adam("the joint optimiser", self.optimiser, found["adam"])
        self._lend(self.members)


def _own(member: Participant) -> list[torch.nn.Parameter]:
    """The weights of a world's network that are not shared."""
    return [weight for name, weight in member.network.named_parameters() if not name.startswith(MEMORY)]
