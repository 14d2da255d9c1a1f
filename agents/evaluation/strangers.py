"""Opponents of other tasks in place of a task's own, to see what an agent's memory of its opponents is worth."""

import numpy as np
from numpy.typing import NDArray

from simulator.engine.batch import Batch
from simulator.engine.trial import Exchange
from worlds.world import World

TRIES = 12
"""Tasks that are looked at for opponents of other kinds; a split may have too few kinds for some seat."""


def strangers(world: World, split: str, seats: NDArray[np.bool_], *, seed: int) -> Exchange:
    """From the first episode on, the opponents that a later task of the same world has on this split: the bots of
    ``seats`` (n, S), of other kinds than the task's own wherever the split has such, and the population.
    """
    count = len(seats)
    batch = Batch(world, count, split=split, seed=seed)
    batch.reset()
    own = batch.worlds.view(np.ndarray).copy()
    donors, alike = own.copy(), np.arange(count)
    for trial in range(1, TRIES + 1):
        batch.begin_tasks(alike, alike, np.full(len(alike), trial))
        donors[alike] = batch.worlds.view(np.ndarray)[alike]
        same = (donors["bot_kind"] == own["bot_kind"]) & seats
        alike = np.flatnonzero(same.any(axis=1))
        if not alike.size:
            break
    return Exchange(donors, seats, np.full(count, bool(world.population)))
