"""The seam between training and whatever experience comes from.

A collector asks a `Sampler` for worlds that are stepped together, and hands the learner a `Rollout`; neither the
learner nor the trainer ever sees the sampler. `simulator.engine.Batch` is one. Any other environment becomes one by a
class with these arrays and methods: a foreign PettingZoo environment in a few dozen lines (`tests/agents/foreign.py`),
a bandit of plain NumPy in fewer. Some ways of training ask for more, and say so here: rivals in the other seats
(`SeatSampler`), a taste (`FigureSampler`), a curriculum (`TaskSampler`), gradient steps in the trial (`TrialSampler`).

Of N worlds with L lanes each, a lane is a seat that is decided for from outside. O numbers are observed, R are told, A
choices make up K action factors, S seats there are. The sampler owns the arrays and fills them in place.

The rule of resets: a step that ends an episode begins the next one itself, in the same task or, where the trial ends
too, in another one. So `observations` are always those to decide by; those of an episode's end are kept beside them. A
lane that is done while others of its world still play waits: it is not `active`, and what is decided for it does not
count.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]


class Sampler(Protocol):
    """What every training asks of the worlds that it samples."""

    n: int
    """Worlds, N."""
    L: int
    """Lanes of each."""
    lanes: Integers
    """(N, L): the seat of each lane."""
    action_sizes: tuple[int, ...]
    """(K,): choices of each action factor; they add up to A."""
    observations: Reals
    """(N, L, O): what each lane sees now."""
    final_observations: Reals
    """(N, L, O): what it saw at the end of its world's last episode."""
    told: Reals
    """(N, L, R): the hidden task, for oracles and as labels of a belief; R may be 0."""
    final_told: Reals
    """(N, L, R): the same at the end of the last episode."""
    legal: Bytes
    """(N, L, A): 1 for choices that are allowed now, at least one in each factor."""
    active: Bytes
    """(N, L): 1 where the next decision counts."""
    rewards: Reals
    """(N, L): of the last step."""
    ends: Bytes
    """(N, L): 1 where the last step terminated the lane's episode, 2 where it truncated it."""
    episode_ends: Bytes
    """(N,): 1 where it ended the episode of the whole world."""
    trial_ends: Bytes
    """(N,): 1 where that was the last one of the trial."""
    episode_returns: NDArray[np.float64]
    """(N, S): sums of rewards by seat, in the last finished episode."""

    def reset(self) -> Any:
        """Begin a trial in every world."""

    def step(self, actions: NDArray[np.int64]) -> Any:
        """One decision of every lane, (N, L, K)."""

    def snapshot(self) -> bytes:
        """The state of all worlds."""

    def restore(self, state: bytes) -> None:
        """Continue from a snapshot, bit for bit.

        Raises:
            ValueError: it is none of these worlds.
        """


class SeatSampler(Sampler, Protocol):
    """What rivals ask in addition."""

    def drive(self, world_index: int, seat: int, external: bool) -> None:
        """Hand a seat that has a lane to whoever decides for the lane, or to the task's own bot, from now on; after a
        reset all are external.
        """


class FigureSampler(Sampler, Protocol):
    """What a taste asks in addition."""

    figures: NDArray[np.float64]
    """(N, M): what was counted in the last finished episode."""

    def figures_now(self) -> NDArray[np.float64]:
        """(N, M): what was counted in the present one so far."""


class TaskSampler(Protocol):
    """What a curriculum asks, see `curriculum`."""

    n: int
    first_index: int
    """Index of the first world; the others count on from it."""
    lanes: Integers

    def begin_tasks(self, worlds: Integers, indices: Integers, trials: Integers) -> None:
        """``worlds`` (k,) begin the tasks named by these indices and trials, (k,) each."""


class TrialSampler(Sampler, Protocol):
    """What gradient steps in the trial ask in addition."""

    def renew(self) -> Any:
        """Give up all trials that are under way, and begin new ones of other tasks."""
