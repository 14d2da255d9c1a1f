"""Every world of the catalogue in every size, and ways to play it: shared by the tests that go over all worlds."""

from functools import cache

import numpy as np
import pytest
from _pytest.mark.structures import ParameterSet
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from worlds.world import Refused, World

MOST_SEATS = 8
LARGE = 2**15  # bytes of state


@cache
def build(name: str, seats: int | None = None) -> World:
    return worlds.get(name) if seats is None else worlds.get(name, seats=seats)


def sizes(name: str) -> list[int | None]:
    """The seat counts that a world takes; [None] for one that has a fixed number."""
    found: list[int | None] = []
    for seats in range(1, MOST_SEATS + 1):
        try:
            build(name, seats)
        except Refused:
            continue
        found.append(seats)
    return found or [None]


def skip_without(world: World, split: str) -> None:
    """Skip a test of the split final of a world that declares nothing for it, as worlds of users may."""
    if split == "final" and not world.has_final:
        pytest.skip(f"{world.name} declares nothing as final")


def is_large(world: World) -> bool:
    """Whether a world takes minutes where others take seconds."""
    return world.record.itemsize > LARGE


def every_size() -> list[ParameterSet]:
    """All worlds in all sizes; other sizes than the usual one of large worlds, which take minutes, carry a mark."""
    found = []
    for name in worlds.names():
        try:
            worlds.get(name)
        except (ImportError, TypeError, AttributeError):  # not yet under this contract
            continue
        usual = worlds.get(name).build_args
        for seats in sizes(name):
            world = build(name, seats)
            extra = is_large(world) and world.build_args != usual
            found.append(pytest.param((name, seats), marks=[pytest.mark.sizes] if extra else []))
    return found


EVERY_SIZE = every_size()


def random_actions(world: World, *shape: int, seed: int = 0) -> NDArray[np.int64]:
    """Choices (*shape, K) drawn evenly from every action factor."""
    rng = np.random.default_rng(seed)
    return np.stack([rng.integers(size, size=shape) for size in world.action_sizes], axis=-1)


def trial_decisions(batch: Batch) -> int:
    """Decisions that a whole trial takes at most."""
    return batch.episodes_per_trial * batch.world.timing.decisions


def play(batch: Batch, decisions: int, seed: int = 0) -> None:
    """Random actions in every lane."""
    for decision in range(decisions):
        batch.step(random_actions(batch.world, batch.n, batch.L, seed=seed + decision))
