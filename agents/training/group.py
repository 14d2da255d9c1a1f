"""Worlds that are stepped together in training, and who learns in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents.training.component import Component, State, matching
from agents.training.curriculum import Curriculum
from agents.training.opponents.selfplay import Rivals
from agents.training.sampler import Sampler
from agents.training.taste import Taste
from simulator.engine.episodes import Episodes
from simulator.engine.player import shown


class Group:
    """Some worlds that are stepped together; lane 0 of each learns and the rest are rivals' seats, or all learn."""

    def __init__(
        self, batch: Sampler, start: int, seat_roles: Sequence[str], rivals: Rivals | None,
        curriculum: Curriculum | None = None, untold: Sequence[int] = (), taste: Taste | None = None,
    ) -> None:  # fmt: skip
        """The group's learning lanes are the rows of the rollout from ``start`` on; ``untold`` are the columns of what
        is told that oracles are not told.
        """
        self.untold, self.taste = untold, taste
        self.batch, self.rivals, self.curriculum = batch, rivals, curriculum
        self.each = 1 if rivals is not None else batch.L
        """Learning lanes of a world."""
        self.count = batch.n * self.each
        self.rows = slice(start, start + self.count)
        self.seats = np.ascontiguousarray(self.learners(batch.lanes))
        self.roles = np.array(seat_roles)[self.seats]
        self.episodes = Episodes(self.seats.reshape(batch.n, self.each))
        """Of each world's learners."""
        self.length = np.zeros(self.count, np.int64)
        """Decisions of each learner in it so far."""
        self.actions = np.zeros((batch.n, batch.L, len(batch.action_sizes)), np.int64)

    def learners(self, array: np.ndarray) -> np.ndarray:
        """The learning lanes' rows (count, …) of an array (n, L, …) of the batch: a view."""
        return array[:, 0] if self.each == 1 else array.reshape(self.count, *array.shape[2:])

    def shown(self, size: int, *, final: bool = False) -> np.ndarray:
        """What the learners see (count, ``size``), now or at the end of the last episode."""
        batch = self.batch
        seen, told = (batch.final_observations, batch.final_told) if final else (batch.observations, batch.told)
        return shown(self.learners(seen), self.learners(told), size, self.untold)

    def begin(self) -> None:
        """Trials begin in all worlds."""
        self.episodes.reset()
        self.length[:] = 0
        if self.taste is not None:
            self.taste.begin()

    def step(self) -> np.ndarray:
        """Every world makes its decision: what each learner is paid for it, (count,)."""
        if self.taste is not None:
            return self.taste.step(self.actions)
        self.batch.step(self.actions)
        return self.learners(self.batch.rewards)

    def by_learner(self, array: np.ndarray) -> np.ndarray:
        """What holds for a world, (n,), for each of its learners, (count,)."""
        return array if self.each == 1 else np.repeat(array, self.each)

    def _parts(self) -> dict[str, Component]:
        parts: dict[str, Component | None] = {
            "rivals": self.rivals, "curriculum": self.curriculum, "taste": self.taste,
        }  # fmt: skip
        return {name: part for name, part in parts.items() if part is not None}

    def state_dict(self) -> State:
        """The worlds, how far each learner is in its episode and trial, and the states of rivals and curriculum."""
        return {
            "worlds": np.frombuffer(self.batch.snapshot(), np.uint8).copy(),
            "episode": self.episodes.now.copy(), "length": self.length.copy(),
            **{name: part.state_dict() for name, part in self._parts().items()},
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`."""
        part = f"the group of lanes {self.rows.start} to {self.rows.stop - 1}"
        self.batch.reset()  # worlds must have begun before they can be restored
        found = matching(part, state, self.state_dict(), growing=("worlds",))
        if min(found["episode"].min(), found["length"].min()) < 0:
            raise ValueError(f"{part} is in an episode or a decision before the first")
        try:
            self.batch.restore(found["worlds"].tobytes())
        except ValueError as error:
            raise ValueError(f"{part} holds no such worlds: {error}") from error
        self.episodes.now, self.length = found["episode"], found["length"]
        for name, component in self._parts().items():
            component.load_state_dict(found[name])
