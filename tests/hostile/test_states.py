"""Records made to harm: one whose fields are all in their ranges, but not of any game, is refused or can be played."""

from typing import Any

import numpy as np
import pytest

import worlds
from simulator.engine import Batch
from worlds.world import Refused, World

LANES, TRIALS, TICKS = 8, 24, 8


def at_random(world: World, name: str, shape: tuple[int, ...], chance: np.random.Generator) -> Any:
    """Values of a field, anywhere in its range."""
    field = world.state[name]
    if field.kind[0] in "iu":
        return chance.integers(int(field.low), int(min(field.high, 10**9)) + 1, shape)
    return chance.uniform(field.low, field.high, shape)


def wall_in(values: Any) -> None:
    """Walls around the arena, without which none is taken."""
    values[..., [0, -1], :] = values[..., [0, -1]] = 1


@pytest.mark.parametrize("name", ["duel", "matrix", "throws", "poker"])
def test_a_record_drawn_at_random_is_refused_or_played(name: str) -> None:
    """One field at a time and some at once. (Reads past the end show with NUMBA_BOUNDSCHECK=1 or without compiler.)"""
    world, chance = worlds.get(name), np.random.default_rng(3)
    batch = Batch(world, LANES, seed=4, reveal=True, episodes_per_trial=2)
    batch.reset()
    good, names = batch.snapshot(), list(world.state)
    taken = 0
    for trial in range(len(names) + TRIALS):
        chosen = [names[trial]] if trial < len(names) else chance.choice(names, chance.integers(2, 6), replace=False)
        raw = np.frombuffer(good, world.record).copy()
        for field in chosen:
            values = raw.view(np.ndarray)[field]
            values[...] = at_random(world, field, values.shape, chance)
            if field == "tiles":
                wall_in(values)
        try:
            batch.restore(raw.tobytes())
        except Refused:
            continue
        taken += 1
        for _ in range(TICKS):
            batch.step(np.stack([chance.integers(0, size, (LANES, batch.L)) for size in world.action_sizes], axis=-1))
            assert np.isfinite(batch.observations).all()
            assert np.isfinite(batch.rewards).all()
    assert taken > 10
