"""Prioritised draws: chances and weights as computed by hand, and the last results only."""

from __future__ import annotations

import numpy as np
import pytest

from agents.training.opponents.scores import WINDOW, Results, superiority

EASY, HARD, NEW = 3, 4, 5


@pytest.fixture
def results() -> Results:
    found = Results()
    for value in (3.0, 4.0):
        found.note("evader", EASY, value)
    for value in (1.0, 2.0):
        found.note("evader", HARD, value)
    return found


def test_superiority_counts_pairs_and_halves_of_ties() -> None:
    assert superiority(np.array([1.0, 3.0]), np.array([2.0, 3.0])) == (0.0 + 0.0 + 1.0 + 0.5) / 4
    assert superiority(np.array([1.0]), np.array([0.0])) == 1.0


def test_chances_are_those_computed_by_hand(results: Results) -> None:
    easy, hard, new = results.chances("evader", [EASY, HARD, NEW])
    assert easy == pytest.approx((2 * (0.5 + 1.0) / 2 + 4 * 0.5) / 6)  # against itself a half, against the other 1
    assert hard == pytest.approx((2 * (0.5 + 0.0) / 2 + 4 * 0.5) / 6)
    assert new == 0.5


def test_weights_are_those_computed_by_hand(results: Results) -> None:
    squares = np.array([(1 - 3.5 / 6) ** 2, (1 - 2.5 / 6) ** 2, 0.25])
    expected = 0.9 * squares / squares.sum() + 0.1 / 3
    assert results.weights("evader", [EASY, HARD, NEW]) == pytest.approx(expected)
    assert expected == pytest.approx([0.237879, 0.434242, 0.327879], abs=1e-6)


def test_results_of_another_role_do_not_count(results: Results) -> None:
    assert results.weights("chaser", [EASY, HARD]) == pytest.approx([0.5, 0.5])


def test_units_do_not_matter(results: Results) -> None:
    scaled = Results()
    for (role, number), sample in results.known.items():
        for value in sample:
            scaled.note(role, number, 1000.0 * value - 7.0)
    assert (scaled.weights("evader", [EASY, HARD]) == results.weights("evader", [EASY, HARD])).all()


def test_old_results_are_forgotten(results: Results) -> None:
    for _ in range(WINDOW):
        results.note("evader", HARD, 9.0)
    assert results.known["evader", HARD].tolist() == [9.0] * WINDOW
    easy, hard = results.chances("evader", [EASY, HARD])
    assert easy < 0.5 < hard


def test_results_survive_a_checkpoint(results: Results) -> None:
    again = Results()
    again.load_state_dict(results.state_dict())
    assert again.table({EASY: "easy", HARD: "hard"}) == results.table({EASY: "easy", HARD: "hard"})
    again.forget({EASY})
    assert set(again.known) == {("evader", HARD)}
