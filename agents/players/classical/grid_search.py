"""Gridnav solved: the best search for a hidden goal, and the straight way to a known one.

The best plan can be told by a bound. An episode of T ticks shows at most one new cell a tick, and none that can be the
goal in the first tick, so the first episode earns at most what finding one goal cell in each of the ticks 2 … T earns;
every later one at most what walking straight to the goal earns. A plan that reaches both bounds is optimal: the first
episode never steps on a cell twice, and the cells that it leaves out lie on one shortest path from the start, where the
second episode looks at each of them as early as if it knew. For 5 × 5 cells there is one: 4.00 + 3 × 11.07 = 37.21.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from agents.players.classical.views import ObservationView, as_actions
from simulator.engine.minds import Mind
from worlds.classics.gridnav import ELSEWHERE, ON_GOAL
from worlds.kit.cells import ACROSS, ALONG, DOWN, LEFT, RIGHT, STAY, UP
from worlds.world import Refused, World

Square = tuple[int, int]
"""Row and column."""
SearchPlan = tuple[tuple[Square, ...], ...]
"""For each episode the cells to stand on, the start first, while the goal is unknown; the last serves all after it."""


def goal_cells(side: int) -> tuple[Square, ...]:
    """Where the goal can be: all cells but the four of the start corner."""
    return tuple((row, col) for row in range(side) for col in range(side) if max(row, col) >= 2)


def earned(reached: int, ticks: int) -> float:
    """The return of an episode in which the goal is first stood on after `reached` ticks, and then never left."""
    return ON_GOAL * (ticks - reached + 1) + ELSEWHERE * (reached - 1)


def known_goal_value(side: int, ticks: int) -> float:
    """The best mean return of an episode whose goal is known."""
    return float(np.mean([earned(row + col, ticks) for row, col in goal_cells(side)]))


def first_episode_bound(side: int, ticks: int) -> float:
    """More than this no first episode can earn in the mean: see the module's docstring."""
    goals = len(goal_cells(side))
    found = min(goals, ticks - 1)
    return (sum(earned(tick, ticks) for tick in range(2, found + 2)) + (goals - found) * ELSEWHERE * ticks) / goals


def plan_search(side: int, ticks: int) -> SearchPlan:
    """A plan that reaches both bounds, the first in the order of the search.

    Raises:
        Refused: there is none for this grid, or none that was looked for.
    """
    if side > 5:
        raise Refused(f"a search of {side} × {side} cells is not planned: use a side of 3 to 5")
    goals = set(goal_cells(side))
    left_out = max(len(goals) - (ticks - 1), 0)
    for second in _shortest_paths(side):
        candidates = [cell for cell in second if cell in goals]
        for rest in combinations(candidates, left_out):
            first = _walk_over([(0, 0)], goals - set(rest), side)
            if first is not None:
                return (first, second)
    raise Refused(f"no search of {side} × {side} cells in {ticks} ticks reaches its bound")


def _shortest_paths(side: int) -> Iterator[tuple[Square, ...]]:
    """All shortest paths from the start to the far corner."""
    for drops in combinations_with_replacement(range(side), side - 1):  # the columns in which it goes down
        cells, row, col = [(0, 0)], 0, 0
        for drop in (*drops, None):
            target = side - 1 if drop is None else drop
            cells += [(row, column) for column in range(col + 1, target + 1)]
            col = target
            if drop is not None:
                row += 1
                cells.append((row, col))
        yield tuple(cells)


def _walk_over(path: list[Square], wanted: set[Square], side: int) -> tuple[Square, ...] | None:
    """A path that goes on over all wanted cells and over no others but the one beside the start; None if none does."""
    if not wanted:
        return tuple(path)
    row, col = path[-1]
    for move in (RIGHT, DOWN, LEFT, UP):
        cell = (row + int(ACROSS[move]), col + int(ALONG[move]))
        if cell in wanted or (len(path) == 1 and min(cell) >= 0):
            found = _walk_over([*path, cell], wanted - {cell}, side)
            if found is not None:
                return found
    return None


def plan_value(plan: SearchPlan, side: int, ticks: int, episodes: int) -> list[float]:
    """The exact mean return of each episode when a plan is followed until the goal is found."""
    returns = np.zeros((len(goal_cells(side)), episodes))
    for number, goal in enumerate(goal_cells(side)):
        known = False
        for episode in range(episodes):
            path = plan[min(episode, len(plan) - 1)][: ticks + 1]
            if known:
                returns[number, episode] = earned(sum(goal), ticks)
            elif goal in path:
                returns[number, episode] = earned(path.index(goal), ticks)
                known = True
            else:
                returns[number, episode] = ELSEWHERE * ticks
    return [float(mean) for mean in returns.mean(axis=0)]


class GridSearcher:
    """Follows the best plan until the reward tells where the goal is, then walks straight there in every episode.

    With ``remember=False`` every episode is searched anew: the best that memory within an episode allows.
    """

    def __init__(self, world: World, *, remember: bool = True) -> None:
        self.name = "best search" if remember else "best search, memory wiped"
        self.mind: Mind | None = None
        self._view, self._remember = ObservationView(world), remember
        self._side = int(world.build_args["side"])
        plan = plan_search(self._side, world.timing.decisions)
        last = world.timing.decisions
        self._plan = np.array([[path[min(tick, len(path) - 1)] for tick in range(last + 1)] for path in plan])
        """(episodes, T + 1, 2): row and column."""
        self.reset(0)

    def reset(self, lanes: int) -> None:
        """Nothing is known of any lane."""
        self._goal = np.full((lanes, 2), -1)
        self._place = np.zeros((lanes, 2), dtype=np.int64)
        self._episode = np.full(lanes, -1)
        self._tick = np.zeros(lanes, dtype=np.int64)

    def forget(self) -> None:
        """Goals are forgotten; the search starts with its first path again."""
        self._goal[:], self._episode[:] = -1, np.minimum(self._episode, 0)

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The next step of every lane: observations (L, O) → (L, 1)."""
        begins = self._view.of(observations, "episode_start")[:, 0] > 0.5
        paid = self._view.of(observations, "previous_reward")[:, 0] > 0.5
        self._goal[paid] = self._place[paid]  # the cell that the last step led to
        if not self._remember:
            self._goal[begins] = -1
        self._episode += begins
        self._tick = np.where(begins, 0, self._tick + 1)
        self._place[begins] = 0
        number = np.minimum(self._episode, len(self._plan) - 1) if self._remember else np.zeros_like(self._episode)
        target = self._plan[number, np.minimum(self._tick + 1, self._plan.shape[1] - 1)]
        target = np.where(self._goal[:, :1] >= 0, self._goal, target)
        move = toward(self._place, target)
        self._place = self._place + np.stack([ACROSS[move], ALONG[move]], axis=1)
        return as_actions(move)


class GoalKnower:
    """Is told the goal and walks straight there."""

    needs_reveal = True

    def __init__(self, world: World) -> None:
        self.name = "goal known"
        self.mind: Mind | None = None
        self._view, self._side = ObservationView(world), int(world.build_args["side"])

    def reset(self, lanes: int) -> None:
        """Nothing is remembered."""

    def forget(self) -> None:
        """Nothing is remembered."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The next step of every lane: observations (L, O) → (L, 1)."""
        cells = [self._view.of(observations, piece).argmax(axis=1) for piece in ("place", "told_goal")]
        place, goal = (np.stack(np.divmod(cell, self._side), axis=1) for cell in cells)
        return as_actions(toward(place, goal))


def toward(place: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.int64]:
    """The move (L,) from cells (L, 2) towards others, up or down first."""
    down, right = (target - place).T
    across = np.select([right > 0, right < 0], [RIGHT, LEFT], STAY)
    return np.select([down > 0, down < 0], [DOWN, UP], across)
