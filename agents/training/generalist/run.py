"""The runs of several worlds, joined by the memory that their networks share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from agents.networks.network import Network
from agents.networks.shape import SharedShape
from agents.networks.shared import SharedMemory
from agents.settings.generalist import GeneralistSettings, of_each_world
from agents.training.component import State, matching
from agents.training.generalist.learner import JointLearner, Participant
from agents.training.run import WEIGHTS, Run, stream
from worlds.world import Refused, World


class JointRun:
    """Everything that the training of one agent for several worlds consists of."""

    def __init__(self, settings: GeneralistSettings, built: Mapping[str, World]) -> None:
        self.settings = settings
        each = of_each_world(settings, built)
        self.runs: dict[str, Run] = {}
        try:
            for name, world in built.items():
                self.runs[name] = Run(each[name], world)
            shape = SharedShape.of({name: run.shape for name, run in self.runs.items()})
        except BaseException:
            self.close()
            raise
        first = next(iter(self.runs.values()))
        weights = torch.Generator().manual_seed(stream(settings.seed, WEIGHTS))
        self.memory = SharedMemory(shape, weights).to(first.device)
        members = {name: Participant(run.algorithm, run.rollout) for name, run in self.runs.items()}
        anneal = min(run.settings.learning.rate_anneal for run in self.runs.values())
        self.learner = JointLearner(members, self.memory, settings.rate, anneal)
        self.made = dict.fromkeys(self.runs, 0)
        """Updates of each world."""

    @property
    def networks(self) -> dict[str, Network]:
        """By world."""
        return {name: run.network for name, run in self.runs.items()}

    def played(self, name: str) -> int:
        """Agent-steps of a world so far."""
        return int(self.runs[name].collector.collect_step)

    def progress(self, name: str) -> float:
        """How much of a world's steps is done, 0 to 1."""
        return min(1.0, self.played(name) / self.runs[name].settings.learning.steps)

    @property
    def whole(self) -> float:
        """How much of all worlds together is done, 0 to 1."""
        return sum(map(self.progress, self.runs)) / len(self.runs)

    def due(self) -> list[str]:
        """The worlds whose turn it is; none when all are done.

        Steps are shared out so that all worlds are about equally far: a world that gets far by one rollout sits out
        until the one that gets there first by its next has caught up.
        """
        going = [name for name in self.runs if self.progress(name) < 1.0]
        if not going:
            return []
        mark = min(self.progress(name) + self._stride(name) for name in going)
        return [name for name in going if self.progress(name) < mark]

    def _stride(self, name: str) -> float:
        """How far a world gets by one rollout."""
        run = self.runs[name]
        return run.steps_each * run.settings.learning.lanes / run.settings.learning.steps

    def advance(self) -> list[str]:
        """One round: the worlds whose turn it is play, and learn from it together; their names.

        Raises:
            Refused: the run has diverged.
        """
        names, whole = self.due(), self.whole
        for name in names:
            run, done = self.runs[name], self.progress(name)
            run.algorithm.progress, run.collector.teaching = done, run.settings.curriculum.teaching(done)
            run.collector.collect(n_step=run.steps_each * run.settings.learning.lanes)
            if run.rollout.hasnull():
                raise Refused(
                    f"training diverged in world {name!r}, a value or a reward is no longer finite: choose a smaller "
                    f"learning_rate ({self.settings.rate:g}), or look at the world's rewards"
                )
        self.learner.update(names, whole)
        for name in names:
            run = self.runs[name]
            run.collector.reset_buffer()
            self.made[name] += 1
            rivals = run.settings.opponents
            if rivals.self_play > 0.0 and self.made[name] % rivals.snapshot_every == 0:
                run.pool.add(run.network)
        return names

    def begin(self) -> None:
        """Trials begin in all worlds."""
        for run in self.runs.values():
            run.collector.reset()

    def close(self) -> None:
        """Stop the threads."""
        for run in reversed(self.runs.values()):
            run.close()

    def state_dict(self) -> State:
        """All that decides the rounds to come; rollouts must be empty."""
        worlds = {name: run.state_dict() for name, run in self.runs.items()}
        return {"worlds": worlds, "learner": self.learner.state_dict(), "made": dict(self.made)}

    def load_state_dict(self, state: Any) -> None:
        """Go on from the state of a run with the same settings.

        Raises:
            ValueError: it is no such state; names the part. The run is of no use afterwards.
        """
        found = matching("the run", state, {"worlds": {}, "learner": {}, "made": {}})
        worlds = matching("the table of worlds", found["worlds"], {name: {} for name in self.runs})
        for name, run in self.runs.items():
            run.load_state_dict(worlds[name])
        self.learner.load_state_dict(found["learner"])
        self.made = matching("the table of updates", found["made"], self.made)
