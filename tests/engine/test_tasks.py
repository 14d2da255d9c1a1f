"""Given tasks in given worlds of a batch: they are what their index and trial say, and nothing else changes."""

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from tests.tools.catalogue import build, random_actions
from worlds.world import Refused, World

N = 16


@pytest.fixture(params=worlds.names())
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param)


@pytest.fixture
def batch() -> Batch:
    batch = Batch(build("beacon", 2), N, seed=2, episodes_per_trial=2)
    batch.reset()
    return batch


def begin(batch: Batch, worlds: list[int], indices: list[int], trials: list[int]) -> None:
    batch.begin_tasks(np.array(worlds), np.array(indices), np.array(trials))


def test_a_given_task_is_that_of_its_index_and_trial(world: World) -> None:
    batch = Batch(world, 4, seed=5, first_index=30, episodes_per_trial=1)
    batch.reset()
    batch.step(random_actions(world, batch.n, batch.L))
    before, seen = batch.worlds.copy(), batch.observations.copy()
    begin(batch, [2, 0], [31, 1000], [4, 7])
    for place, index, trial in ((2, 31, 4), (0, 1000, 7)):
        alone = Simulation(world, seed=5, index=index, episodes_per_trial=1)
        alone.reset(trial=trial)
        assert batch.worlds[place].tobytes() == alone.snapshot()
        np.testing.assert_array_equal(batch.observations[place], alone.observations)
        assert (batch.active[place] == 1).all()
    for place in (1, 3):
        assert batch.worlds[place].tobytes() == before[place].tobytes()
        np.testing.assert_array_equal(batch.observations[place], seen[place])


def test_after_a_given_task_come_the_next_ones_of_its_index() -> None:
    batch = Batch(build("beacon", 2), 2, seed=5, episodes_per_trial=1, threads=2)
    batch.reset()
    begin(batch, [1], [40], [3])
    alone = Simulation(build("beacon", 2), seed=5, index=40, episodes_per_trial=1)
    alone.reset(trial=4)
    while int(batch.worlds["trial"][1]) == 3:
        batch.step(np.ones((batch.n, batch.L), np.int64))
    assert batch.worlds["task_key"][1] == alone.w["task_key"]
    assert batch.worlds["beacon"][1] == alone.w["beacon"]


def test_drivers_stay_when_a_task_begins(batch: Batch) -> None:
    batch.drive(3, 1, False)
    begin(batch, [3], [9], [1])
    assert batch.worlds["driver"][3].tolist() == [1, 0]
    assert batch.active[3].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("worlds", "indices", "trials", "sentence"),
    [
        ([N], [0], [0], f"world of a task is {N}: allowed is 0 to {N - 1}"),
        ([0], [-1], [0], "index of a task is -1: allowed is 0 to"),
        ([0], [0], [-2], "trial of a task is -2: allowed is 0 to"),
        ([1, 1], [0, 0], [0, 1], r"a world twice in \[1, 1\]"),
        ([0, 1], [0], [0], r"shapes \(2,\), \(1,\), \(1,\)"),
    ],
)
def test_impossible_tasks_are_refused(
    batch: Batch, worlds: list[int], indices: list[int], trials: list[int], sentence: str
) -> None:
    before = batch.snapshot()
    with pytest.raises(Refused, match=sentence):
        begin(batch, worlds, indices, trials)
    assert batch.snapshot() == before
