"""Lanes and drivers of a batch: which seats are played from outside, in which order, and by whom."""

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.engine import Batch
from tests.tools.catalogue import build
from worlds.world import Refused

N = 16


@pytest.fixture
def batch() -> Batch:
    batch = Batch(build("beacon", 2), N, seed=2, episodes_per_trial=2)
    batch.reset()
    return batch


def stay(batch: Batch) -> NDArray[np.int64]:
    return np.ones((batch.n, batch.L), np.int64)


def test_lanes_by_name_come_in_that_order() -> None:
    world = build("beacon", 3)
    all_seats, some = Batch(world, 4), Batch(world, 4, lanes=["walker_2", "walker_0"])
    seen = all_seats.reset()
    np.testing.assert_array_equal(some.reset(), seen[:, [2, 0]])
    assert (some.worlds["driver"] == [1, 0, 1]).all(), "a seat without a lane is a bot"


def test_lanes_may_differ_from_world_to_world() -> None:
    world = build("beacon", 3)
    lanes = np.array([[0], [1], [2], [1]])
    batch = Batch(world, 4, lanes=lanes)
    seen = Batch(world, 4).reset()
    np.testing.assert_array_equal(batch.reset()[:, 0], seen[np.arange(4), lanes[:, 0]])
    np.testing.assert_array_equal(batch.worlds["driver"].argmax(axis=1), lanes[:, 0])
    before = batch.worlds["pos"].copy()
    batch.step(np.full((4, 1), 2))
    moved = batch.worlds["pos"][np.arange(4), lanes[:, 0]] - before[np.arange(4), lanes[:, 0]]
    np.testing.assert_allclose(moved, 0.5)


@pytest.mark.parametrize(
    "lanes", [["walker_0", "walker_2"], np.array([[0, 2]] * 4), np.array([[0] * 4, [2] * 4]).T], ids=["names", "C", "F"]
)
def test_kernels_meet_the_same_types_however_lanes_are_named(lanes: list[str] | np.ndarray) -> None:
    """Numba compiles a kernel anew for arrays of another order."""
    batches = Batch(build("beacon", 3), 4, seats={"walker_1": "bot"}), Batch(build("beacon", 3), 4, lanes=lanes)
    (kernels, usual), (_, given) = (zip(*batch.hot_kernels(), strict=True) for batch in batches)
    assert len(kernels) == 2
    assert [[numba.typeof(value) for value in values] for values in given] == [
        [numba.typeof(value) for value in values] for values in usual
    ]


def test_seats_decide_who_is_external() -> None:
    world = build("beacon", 3)
    batch = Batch(world, 4, seats={"walker_0": "bot", "walker_2": "bot:drifter:bold=0.9"})
    batch.reset()
    assert batch.L == 1
    assert (batch.lanes == 1).all()
    assert (batch.worlds["bot_kind"][:, 2] == 1).all()
    assert (batch.worlds["bot_knob"][:, 2, 0] == 0.9).all()
    assert (batch.worlds["bot_kind"][:, 0] == 0).all(), "the task draws this one"


def test_bots_play_the_same_beside_any_external_player() -> None:
    """A world without any external seat runs, too."""
    world = build("beacon", 2)
    batch = Batch(world, N, seats={"walker_0": "bot", "walker_1": "bot"})
    assert batch.reset().shape == (N, 0, batch.observation_size)
    before = batch.worlds["pos"].copy()
    for _ in range(10):
        batch.step(np.zeros((N, 0), np.int64))
    assert (batch.worlds["pos"] != before).any()


def test_a_seat_can_be_handed_over(batch: Batch) -> None:
    begun = batch.observations[..., 0].copy()
    batch.worlds["beacon"][:] = 0.0  # too far for the bot to be done before it hands back
    batch.drive(3, 0, external=False)
    assert batch.worlds["driver"][3].tolist() == [0, 1]
    assert batch.active[3].tolist() == [0, 1]
    for _ in range(4):
        batch.step(stay(batch))
    moved = batch.observations[..., 0] != begun
    assert moved.sum() == 1
    assert moved[3, 0]
    batch.drive(3, 0, external=True)
    held = batch.worlds["pos"].copy()
    batch.step(stay(batch))
    np.testing.assert_array_equal(batch.worlds["pos"], held)
    assert (batch.active == 1).all()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((N, 0), f"world_index is {N}: allowed"),
        ((-1, 0), "world_index is -1"),
        ((0, 2), "seat is 2: allowed is 0 to 1"),
    ],
)
def test_handing_over_what_is_not_there_is_refused(batch: Batch, place: tuple[int, int], words: str) -> None:
    with pytest.raises(Refused, match=words):
        batch.drive(*place, external=True)
