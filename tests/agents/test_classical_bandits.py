"""Bandit players: exact ones against brute force, sampled ones against published values."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from agents.players.classical.counting import UCB1, Bayes, Counter, EpsilonGreedy, Greedy, Index, Thompson
from agents.players.classical.gittins import index_table
from agents.players.classical.optimum import Optimum
from simulator.engine import Batch
from simulator.engine.trial import run_trials
from worlds.world import Refused, World


@cache
def bandit(arms: int, pulls: int) -> World:
    return worlds.get("bandit", arms=arms, pulls=pulls)


def wins(player: Any, world: World, tasks: int) -> NDArray[np.float64]:
    """What a player wins in a trial of each of some held-out tasks, (tasks,)."""
    batch = Batch(world, tasks, split="test-layout", seed=4)
    return np.asarray(run_trials(batch, player, np.zeros(tasks, np.int64)).returns.sum(axis=1))


def assert_close(scores: NDArray[np.float64], expected: float, slack: float = 0.0) -> None:
    """Within four standard errors, and the slack for a value that was rounded or sampled itself."""
    assert abs(scores.mean() - expected) < 4.0 * scores.std() / np.sqrt(len(scores)) + slack


def expectimax(arms: tuple[tuple[int, int], ...], pulls: int) -> float:
    """Expected wins of the best play, with every arm in its own place and nothing remembered."""
    if pulls == 0:
        return 0.0
    values = []
    for arm, (won, lost) in enumerate(arms):
        odds = (won + 1) / (won + lost + 2)
        after = [(*arms[:arm], counts, *arms[arm + 1 :]) for counts in ((won + 1, lost), (won, lost + 1))]
        values.append(odds * (1 + expectimax(after[0], pulls - 1)) + (1 - odds) * expectimax(after[1], pulls - 1))
    return max(values)


@pytest.mark.parametrize(("arms", "pulls"), [(2, 1), (2, 5), (3, 4)])
def test_the_optimum_is_that_of_brute_force(arms: int, pulls: int) -> None:
    assert Optimum(arms, pulls).value() == pytest.approx(expectimax(((0, 0),) * arms, pulls), abs=1e-12)


def test_the_optimum_of_ten_pulls_on_five_arms() -> None:
    assert Optimum(5, 10).value() == pytest.approx(6.660, abs=5e-4)


def test_the_optimum_refuses_what_would_take_hours() -> None:
    with pytest.raises(Refused, match="100 pulls"):
        Optimum(10, 100)


def test_the_index_of_the_last_pull_is_the_mean() -> None:
    table = index_table(6)
    for won in range(5):
        for lost in range(5 - won):
            assert table[1, won, lost] == pytest.approx((won + 1) / (won + lost + 2), abs=1e-6)


def test_the_index_of_two_pulls_by_hand() -> None:
    """2λ = ½ (1 + ⅔) + ½ λ where λ lies between the means after a loss and after a win."""
    assert index_table(6)[2, 0, 0] == pytest.approx(5 / 9, abs=1e-6)


def test_the_index_grows_with_the_pulls_that_are_left() -> None:
    fresh = index_table(30)[1:, 0, 0]
    assert (np.diff(fresh) > 0.0).all()
    assert fresh[-1] < 1.0


@pytest.mark.parametrize("kind", [Bayes, Index])
def test_the_best_players_reach_the_exact_value(kind: type[Counter]) -> None:
    world = bandit(5, 1)
    assert_close(wins(kind(world), world, 4000), 6.660, slack=0.01)


@pytest.mark.parametrize(
    ("player", "published"),
    [(Thompson, 74.7), (Index, 78.3), (partial(UCB1, width=0.13), 78.0)],
    ids=["thompson", "index", "ucb1"],
)
def test_a_hundred_pulls_on_five_arms_give_published_values(
    player: Callable[[World], Counter], published: float
) -> None:
    """Published means are of 1,000 tasks, with a standard error of some 0.4."""
    world = bandit(5, 10)
    assert_close(wins(player(world), world, 800), published, slack=1.0)


def test_trying_at_random_costs() -> None:
    world = bandit(5, 1)
    greedy = wins(Greedy(world), world, 2000).mean()
    assert greedy == wins(EpsilonGreedy(world, epsilon=0.0), world, 2000).mean()
    assert greedy > wins(EpsilonGreedy(world, epsilon=0.5), world, 2000).mean() + 0.3
    assert_close(wins(EpsilonGreedy(world, epsilon=1.0), world, 2000), 5.0)


def test_a_lane_plays_the_same_in_company() -> None:
    world = bandit(5, 1)
    for player in (Greedy(world, seed=3), UCB1(world, seed=3), EpsilonGreedy(world, epsilon=0.3, seed=3)):
        np.testing.assert_array_equal(wins(player, world, 40)[:10], wins(player, world, 10))


def test_who_forgets_starts_again() -> None:
    world = bandit(5, 10)
    player = Greedy(world)
    wins(player, world, 8)
    assert (player.wins + player.losses).sum() == 8 * 99  # the last pull is not seen any more
    player.forget()
    assert player.means() == pytest.approx(0.5)
