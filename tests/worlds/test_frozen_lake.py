"""Frozen lake: lakes that can be crossed, buttons in every order, falls and arrivals."""

from itertools import permutations

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from worlds.classics.frozen_lake import measure_ways
from worlds.kit.cells import DOWN, RIGHT, STAY


def lake(*holes: tuple[int, int]) -> Simulation:
    """A task with these holes and its buttons in order."""
    simulation = Simulation(worlds.get("frozen_lake", remapped=False), episodes_per_trial=2)
    simulation.w.hole[:] = 0
    for hole in holes:
        simulation.w.hole[hole] = 1
    return simulation


def test_every_order_of_the_buttons_is_drawn_and_all_are_about_as_likely() -> None:
    batch = Batch(worlds.get("frozen_lake"), 12_000, seed=1)
    batch.reset()
    orders, counts = np.unique(np.array(batch.worlds["does"]), axis=0, return_counts=True)
    assert {tuple(order) for order in orders} == set(permutations(range(5)))
    assert ((counts - 100.0) ** 2 / 100.0).sum() < 173.7  # chi-square with 119 degrees of freedom, p = 0.001


def test_without_remapping_the_buttons_are_in_order_and_the_lakes_are_the_same() -> None:
    plain, mixed = (Batch(worlds.get("frozen_lake", remapped=remapped), 50) for remapped in (False, True))
    plain.reset(), mixed.reset()
    assert (np.array(plain.worlds["does"]) == np.arange(5)).all()
    np.testing.assert_array_equal(plain.worlds["hole"], mixed.worlds["hole"])


def test_lakes_have_about_a_fifth_of_holes_and_can_all_be_crossed() -> None:
    batch = Batch(worlds.get("frozen_lake"), 4000, split="test-layout", seed=5)
    batch.reset()
    holes = np.array(batch.worlds["hole"], np.int64)
    assert holes[:, 0, 0].sum() == holes[:, 4, 4].sum() == 0
    assert 0.12 < holes.sum() / (4000 * 23) < 0.2  # fewer than were drawn, as lakes without a way are redrawn
    assert (np.array(batch.worlds["away"])[:, 0, 0] < 25).all()


def test_ways_are_measured_round_the_holes() -> None:
    simulation = lake((0, 1), (1, 1), (2, 1), (3, 1))
    measure_ways(simulation.w)
    assert simulation.w.away[0, 0] == 8
    assert simulation.w.away[0, 2] == 6
    assert simulation.w.away[0, 1] == 25


def test_a_hole_ends_the_episode_without_pay_and_the_next_one_starts_over() -> None:
    simulation = lake((0, 2))
    simulation.step(np.array([[RIGHT]]))
    _, rewards, ends, _ = simulation.step(np.array([[RIGHT]]))
    assert (rewards[0], ends[0], simulation.episode_ended) == (0.0, 1, True)
    assert simulation.world.causes[int(simulation.final["cause"])].name == "fell into a hole"
    assert (simulation.w.row[0], simulation.w.col[0]) == (0, 0)


def test_the_goal_pays_once_and_ends_the_episode() -> None:
    simulation = lake()
    paid = [float(simulation.step(np.array([[move]]))[1][0]) for move in (RIGHT, DOWN) * 4]
    assert paid == [0.0] * 7 + [1.0]
    assert simulation.world.causes[int(simulation.final["cause"])].name == "arrived"


def test_time_is_up_after_twenty_five_ticks() -> None:
    simulation = lake()
    for _ in range(24):
        simulation.step(np.array([[STAY]]))
        assert not simulation.episode_ended
    simulation.step(np.array([[STAY]]))
    assert simulation.world.causes[int(simulation.final["cause"])].kind == "truncated"


def test_silly_sides_are_refused() -> None:
    with pytest.raises(ValueError, match="side of 3 to 12"):
        worlds.get("frozen_lake", side=40)
