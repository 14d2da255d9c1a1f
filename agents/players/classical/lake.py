"""Frozen lake solved: the best way over a known lake, and an explorer that finds holes and buttons out.

The explorer keeps every order of the buttons that agrees with all it saw. Each order says which cells must be holes:
those where falls happened. Holes are rare, so the order that needs the fewest of them is the likeliest; it is taken for
true, and the walker goes the way to the goal that crosses the fewest cells nobody has stood on.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.players.classical.views import ObservationView, as_actions
from simulator.engine.minds import Mind
from worlds.classics.frozen_lake import BUTTONS
from worlds.kit.cells import ACROSS, ALONG
from worlds.kit.kernel import kernel
from worlds.world import World

Cells = NDArray[np.int64]
MOVES = len(ALONG)
DISCOUNT = 0.99
KNOWN_COST, UNKNOWN_COST = 1, 6  # of a step onto a cell that was stood on, and onto one that was not
NO_WAY = 10**6
UNTRIED, RULED_OUT = 0, 1


def neighbours(side: int) -> Cells:
    """(moves, cells): where each move leads from each cell."""
    rows, cols = np.divmod(np.arange(side * side), side)
    there = np.clip(rows + ACROSS[:, None], 0, side - 1), np.clip(cols + ALONG[:, None], 0, side - 1)
    return np.asarray(there[0] * side + there[1], dtype=np.int64)


def solve(holes: NDArray[np.bool_], side: int) -> tuple[NDArray[np.float64], Cells]:
    """Value iteration on lakes (n, cells): discounted value and best move of every cell, (n, cells) each."""
    leads = neighbours(side)
    goal = side * side - 1
    value = np.zeros(holes.shape)
    while True:
        choices = np.where(leads == goal, 1.0, DISCOUNT * value[:, leads])  # (n, moves, cells)
        better = choices.max(axis=1)
        better[holes] = 0.0
        better[:, goal] = 0.0
        if (better == value).all():
            return value, choices.argmax(axis=1)
        value = better


class LakeKnower:
    """Is told the holes and the buttons, and takes a shortest way."""

    needs_reveal = True

    def __init__(self, world: World) -> None:
        self.name = "lake known"
        self.mind: Mind | None = None
        self._view, self._side = ObservationView(world), int(world.build_args["side"])
        self._buttons: Cells | None = None

    def reset(self, lanes: int) -> None:
        """New lakes, to be solved at the next decision."""
        self._buttons = None

    def forget(self) -> None:
        """Nothing is remembered but what is told."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The next step of every lane: observations (L, O) → (L, 1)."""
        if self._buttons is None:
            _, moves = solve(self._view.of(observations, "told_holes") > 0.5, self._side)
            told = [self._view.of(observations, f"told_{button} button") for button in BUTTONS]
            does = np.stack(told, axis=1).argmax(axis=2)
            self._buttons = np.take_along_axis(np.argsort(does, axis=1), moves, axis=1)
        place = self._view.of(observations, "place").argmax(axis=1)
        return as_actions(self._buttons[np.arange(len(place)), place])


class LakeExplorer:
    """Finds the holes and the buttons out, see the module's docstring; deterministic."""

    def __init__(self, world: World) -> None:
        self.name = "explorer"
        self.mind: Mind | None = None
        self._view, self._side = ObservationView(world), int(world.build_args["side"])
        self._limit = world.timing.decisions
        self._leads = neighbours(self._side)
        orders = permutations(range(MOVES)) if world.build_args["remapped"] else [tuple(range(MOVES))]
        self._orders = np.array(list(orders), dtype=np.int64)
        self.reset(0)

    def reset(self, lanes: int) -> None:
        """Nothing is known of any lake."""
        cells = self._side * self._side
        self._ice = np.zeros((lanes, cells), dtype=np.uint8)
        self._ice[:, [0, -1]] = 1
        self._fell = np.zeros((lanes, cells, MOVES), dtype=np.uint8)
        self._ruled = np.zeros((lanes, len(self._orders)), dtype=np.uint8)
        self._order = np.full(lanes, -1)
        self._place = np.full(lanes, -1)
        self._button = np.zeros(lanes, dtype=np.int64)
        self._ticks = np.zeros(lanes, dtype=np.int64)

    def forget(self) -> None:
        """Nothing is known of any lake."""
        self.reset(len(self._ice))

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The next button of every lane: observations (L, O) → (L, 1)."""
        place = self._view.of(observations, "place").argmax(axis=1)
        begins = self._view.of(observations, "episode_start")[:, 0] > 0.5
        paid = self._view.of(observations, "previous_reward")[:, 0] > 0.5
        goal = self._side * self._side - 1
        outcome = np.where(paid, goal, np.where(begins, -1, place))  # −1: fell, or time was up
        outcome = np.where(begins & ~paid & (self._ticks >= self._limit), -2, outcome)  # −2: who knows
        scratch = np.zeros((2, goal + 1), dtype=np.int64)
        self._ticks = np.where(begins, 1, self._ticks + 1)
        decide_all(
            self._ice, self._fell, self._ruled, self._order, self._orders, self._leads, self._place, self._button,
            outcome, place, scratch,
        )  # fmt: skip
        self._place = place
        return as_actions(self._button)


@kernel
def decide_all(
    ice: Any, fell: Any, ruled: Any, order: Any, orders: Any, leads: Any, before: Any, button: Any, outcome: Any,
    place: Any, scratch: Any,
) -> None:  # fmt: skip
    """Learn from every lane's last step and choose its next button."""
    for lane in range(len(place)):
        if before[lane] >= 0:
            note(ice[lane], fell[lane], before[lane], button[lane], outcome[lane])
            rule_out(ruled[lane], orders, leads, before[lane], button[lane], outcome[lane])
        if order[lane] < 0 or outcome[lane] < 0 or int(ruled[lane, order[lane]]) == RULED_OUT:
            order[lane] = likeliest(ice[lane], fell[lane], ruled[lane], orders, leads, scratch[0], scratch[1])
        chosen = orders[order[lane]]
        mark_holes(fell[lane], chosen, leads, scratch[0])
        measure(ice[lane], leads, scratch[0], scratch[1])
        button[lane] = nearest(ice[lane], chosen, leads, scratch[0], scratch[1], place[lane])


@kernel
def note(ice: Any, fell: Any, before: Any, button: Any, outcome: Any) -> None:
    """Where the ice held, or which button ended in a hole."""
    if outcome >= 0:
        ice[outcome] = 1
    elif outcome == -1:
        fell[before, button] = 1


@kernel
def rule_out(ruled: Any, orders: Any, leads: Any, before: Any, button: Any, outcome: Any) -> None:
    """Forget orders of the buttons that would have led elsewhere."""
    for order in range(len(orders)):
        if outcome >= 0 and leads[orders[order, button], before] != outcome:
            ruled[order] = RULED_OUT


@kernel
def likeliest(ice: Any, fell: Any, ruled: Any, orders: Any, leads: Any, holes: Any, cost: Any) -> Any:
    """The order that needs the fewest holes. Those that need one where the ice held, or so many that nobody could cross
    the lake, are ruled out.
    """
    while True:
        best, fewest = 0, NO_WAY
        for order in range(len(orders)):
            if int(ruled[order]) == RULED_OUT:
                continue
            mark_holes(fell, orders[order], leads, holes)
            needed = 0
            for cell in range(len(holes)):
                needed += holes[cell]
                if holes[cell] == 1 and int(ice[cell]) == 1:
                    ruled[order] = RULED_OUT
            if int(ruled[order]) == UNTRIED and needed < fewest:
                best, fewest = order, needed
        mark_holes(fell, orders[best], leads, holes)
        measure(ice, leads, holes, cost)
        if cost[0] < NO_WAY or fewest == NO_WAY:
            return best
        ruled[best] = RULED_OUT


@kernel
def mark_holes(fell: Any, order: Any, leads: Any, holes: Any) -> None:
    """1 for each cell that must be a hole if the buttons have this order."""
    for cell in range(len(holes)):
        holes[cell] = 0
    for cell in range(len(holes)):
        for button in range(fell.shape[1]):
            if int(fell[cell, button]) == 1:
                holes[leads[order[button], cell]] = 1


@kernel
def measure(ice: Any, leads: Any, holes: Any, cost: Any) -> None:
    """What the cheapest way to the goal costs from every cell."""
    last = len(cost) - 1
    for cell in range(len(cost)):
        cost[cell] = NO_WAY
    cost[last] = 0
    changed = True
    while changed:
        changed = False
        for cell in range(last):
            for move in range(len(leads)):
                price = price_of(ice, holes, cost, leads[move, cell])
                if holes[cell] == 0 and price < cost[cell]:
                    cost[cell] = price
                    changed = True


@kernel
def price_of(ice: Any, holes: Any, cost: Any, there: Any) -> Any:
    """What the way to the goal costs by way of a neighbour."""
    if holes[there] == 1 or cost[there] >= NO_WAY:
        return NO_WAY
    return cost[there] + (KNOWN_COST if int(ice[there]) == 1 else UNKNOWN_COST)


@kernel
def nearest(ice: Any, order: Any, leads: Any, holes: Any, cost: Any, place: Any) -> Any:
    """The first button that leads on along the cheapest way to the goal."""
    best, least = 0, NO_WAY + 1
    for button in range(len(order)):
        there = leads[order[button], place]
        price = price_of(ice, holes, cost, there)
        if there != place and price < least:
            best, least = button, price
    return best
