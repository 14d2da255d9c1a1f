"""Gridnav's references: exact against dynamic programming on small grids, and played as they are computed."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

import worlds
from agents.players.classical.grid_search import (
    GoalKnower,
    GridSearcher,
    earned,
    first_episode_bound,
    goal_cells,
    known_goal_value,
    plan_search,
    plan_value,
)
from simulator.engine import Batch
from simulator.engine.trial import run_trials
from worlds.kit.cells import ACROSS, ALONG
from worlds.world import Refused


def best_possible(side: int, ticks: int, episodes: int) -> float:
    """The best mean return of a trial, over all ways to search: dynamic programming over what was seen and where.

    As long as the goal is unknown nothing is learned but which cells it is not, so a search is a walk; each cell that
    it first steps on ends it for one goal, whose later episodes are then straight.
    """
    goals = goal_cells(side)

    @cache
    def rest(episode: int, tick: int, row: int, col: int, unseen: frozenset[tuple[int, int]]) -> float:
        if not unseen or episode == episodes:
            return 0.0
        if tick == ticks:
            return -0.1 * ticks * len(unseen) + rest(episode + 1, 0, 0, 0, unseen)
        best = -np.inf
        for across, along in zip(ACROSS, ALONG, strict=True):
            cell = (min(max(row + across, 0), side - 1), min(max(col + along, 0), side - 1))
            value = rest(episode, tick + 1, *cell, unseen - {cell})
            if cell in unseen:
                value += earned(tick + 1, ticks) + (episodes - episode - 1) * earned(sum(cell), ticks)
            best = max(best, value)
        return best

    return rest(0, 0, 0, 0, frozenset(goals)) / len(goals)


@pytest.mark.parametrize(("ticks", "episodes"), [(6, 1), (6, 2), (7, 2), (9, 1)])
def test_the_plan_is_the_best_possible_on_a_small_grid(ticks: int, episodes: int) -> None:
    plan = plan_search(3, ticks)
    assert sum(plan_value(plan, 3, ticks, episodes)) == pytest.approx(best_possible(3, ticks, episodes))


@pytest.mark.parametrize(("side", "ticks"), [(3, 9), (4, 12), (5, 15)])
def test_the_plan_reaches_its_bounds(side: int, ticks: int) -> None:
    first, *later = plan_value(plan_search(side, ticks), side, ticks, 4)
    assert first == pytest.approx(first_episode_bound(side, ticks))
    assert later == pytest.approx([known_goal_value(side, ticks)] * 3)


def test_the_published_size_has_the_published_optimum() -> None:
    assert known_goal_value(5, 15) == pytest.approx(11.071, abs=5e-4)
    values = plan_value(plan_search(5, 15), 5, 15, 4)
    assert values[0] == pytest.approx(4.0)
    assert sum(values) == pytest.approx(37.214, abs=5e-4)


def test_a_plan_is_a_walk() -> None:
    for path in plan_search(5, 15):
        assert path[0] == (0, 0)
        assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in pairwise(path))


def test_larger_grids_are_refused() -> None:
    with pytest.raises(Refused, match="side of 3 to 5"):
        plan_search(6, 18)


def scores(player: GridSearcher | GoalKnower, tasks: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns (tasks, E) of a player, and the goals (tasks, 2)."""
    world = worlds.get("gridnav")
    batch = Batch(world, tasks, split="test-both", seed=7, reveal=getattr(player, "needs_reveal", False))
    batch.reset()
    goals = np.array(batch.worlds["goal"], np.int64)
    return run_trials(batch, player, np.zeros(tasks, np.int64)).returns, goals


def test_the_players_earn_what_was_computed_for_their_goals() -> None:
    world = worlds.get("gridnav")
    knowing, goals = scores(GoalKnower(world), 300)
    straight = np.array([earned(int(goal.sum()), 15) for goal in goals])
    np.testing.assert_allclose(knowing, np.tile(straight[:, None], 4), atol=1e-9)
    searching, _ = scores(GridSearcher(world), 300)
    np.testing.assert_allclose(searching[:, 1:], knowing[:, 1:], atol=1e-9)
    first = plan_search(5, 15)[0]
    expected = [earned(first.index(tuple(goal)), 15) if tuple(goal) in first else -1.5 for goal in goals.tolist()]
    np.testing.assert_allclose(searching[:, 0], expected, atol=1e-9)
    wiped, _ = scores(GridSearcher(world, remember=False), 300)
    np.testing.assert_allclose(wiped, np.tile(searching[:, :1], 4), atol=1e-9)
