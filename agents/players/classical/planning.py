"""Planning in many small decision processes at once, for a known number of actions: compiled backward induction.

L lanes, K models of each, S states, A actions, T actions in an episode.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from worlds.kit.kernel import kernel

Floats = NDArray[np.floating[Any]]
Policy = NDArray[np.int64]
"""(L, T + 1, S): what to do with so many actions left (from 1) in each state."""


def plan(pays: Floats, odds: Floats, horizon: int) -> Policy:
    """The best policy if each action in each state is the best that one of the models says it is.

    Args:
        pays: (L, K, S, A) mean rewards.
        odds: (L, K, S, A, S) of the next state.
        horizon: T.
    """
    lanes, _, states, _ = pays.shape
    policy = np.zeros((lanes, horizon + 1, states), dtype=np.int64)
    _plan(pays, odds, np.zeros((2, states)), policy)
    return policy


def plan_within(pays: Floats, odds: Floats, radius: Floats, horizon: int) -> Policy:
    """The best policy if, for each action in each state, the best odds near the given ones hold.

    Args:
        pays: (L, S, A) mean rewards.
        odds: (L, S, A, S) of the next state.
        radius: (L, S, A) how far the odds may be from those, as the sum of all differences.
        horizon: T.
    """
    lanes, states, _ = pays.shape
    policy = np.zeros((lanes, horizon + 1, states), dtype=np.int64)
    _plan_within(pays, odds, radius, np.zeros((2, states)), np.zeros(states), policy)
    return policy


@kernel
def _plan(pays: Any, odds: Any, values: Any, policy: Any) -> None:
    """`values` (2, S) is room for the values with one action less, and with this many."""
    models, states, actions = pays.shape[1], pays.shape[2], pays.shape[3]
    for lane in range(len(pays)):
        values[:, :] = 0.0
        for left in range(1, policy.shape[1]):
            for state in range(states):
                best = -np.inf
                for action in range(actions):
                    for model in range(models):
                        value = float(pays[lane, model, state, action])
                        for after in range(states):
                            value += odds[lane, model, state, action, after] * values[0, after]
                        if value > best:
                            best = value
                            policy[lane, left, state] = action
                values[1, state] = best
            for state in range(states):
                values[0, state] = values[1, state]


@kernel
def _plan_within(pays: Any, odds: Any, radius: Any, values: Any, shifted: Any, policy: Any) -> None:
    """Extended value iteration; `values` (2, S) and `shifted` (S,) are room to work in."""
    states, actions = pays.shape[1], pays.shape[2]
    for lane in range(len(pays)):
        values[:, :] = 0.0
        for left in range(1, policy.shape[1]):
            for state in range(states):
                best = -np.inf
                for action in range(actions):
                    for after in range(states):
                        shifted[after] = odds[lane, state, action, after]
                    _shift(shifted, radius[lane, state, action], values[0])
                    value = float(pays[lane, state, action])
                    for after in range(states):
                        value += shifted[after] * values[0, after]
                    if value > best:
                        best = value
                        policy[lane, left, state] = action
                values[1, state] = best
            for state in range(states):
                values[0, state] = values[1, state]


@kernel
def _shift(odds: Any, radius: float, values: Any) -> None:
    """Move half of `radius` of the odds from the worst next states to the best one (Jaksch et al. 2010, figure 2)."""
    best = 0
    for state in range(1, len(odds)):
        if values[state] > values[best]:
            best = state
    amount = min(0.5 * radius, 1.0 - odds[best])
    odds[best] += amount
    while amount > 1e-12:
        worst = -1
        for state in range(len(odds)):
            if state != best and odds[state] > 0.0 and (worst < 0 or values[state] < values[worst]):
                worst = state
        if worst < 0:
            return
        taken = min(amount, odds[worst])
        odds[worst] -= taken
        amount -= taken
