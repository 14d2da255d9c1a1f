"""What a step of many worlds ends: the one place that counts the episodes of trials, in evaluations as in training."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Ended(NamedTuple):
    """Episodes that just ended, k of them."""

    worlds: Integers
    """(k,): where, in rising order."""
    episodes: Integers
    """(k,): the index of each in its trial."""
    returns: NDArray[np.float64]
    """(k, s): what they brought to each seat that is followed."""


class Episodes:
    """Which episode of its trial each of N worlds is in, and what ended ones brought to s seats of each."""

    def __init__(self, seats: Integers) -> None:
        """Follow ``seats`` (N, s)."""
        self.seats = seats
        self.now: Integers = np.zeros(len(seats), np.int64)
        """(N,): the index of each world's present episode."""

    def reset(self) -> None:
        """A trial begins in every world."""
        self.now[:] = 0

    def end(self, batch: Any) -> Ended:
        """A step was made by a `Batch`, or by anything with its `episode_ends`, `trial_ends` (N,) and `episode_returns`
        (N, S): what it ended. Worlds that it ended an episode of are in the next one from now on, those whose trial it
        ended in their first.
        """
        worlds = np.flatnonzero(batch.episode_ends)
        episodes = self.now[worlds]
        self.now[worlds] = np.where(batch.trial_ends[worlds], 0, episodes + 1)
        return Ended(worlds, episodes, batch.episode_returns[worlds[:, None], self.seats[worlds]])
