"""The best play of `two_state` without being told the rewarded pairs, exactly, by dynamic programming over beliefs.

What is known of the four pairs (unknown, unrewarded, rewarded) says which of the possible sets are left; all of those
are equally likely. With 81 kinds of knowledge, 2 rooms and some 50 actions that is a small table.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.players.classical.views import ObservationView, as_actions
from simulator.engine.minds import Mind
from worlds.classics.two_state import ACTIONS, ALL, CROSS, EPISODE, ROOMS
from worlds.world import World

UNKNOWN, UNREWARDED, REWARDED = range(3)
Known = tuple[int, ...]
"""Of each pair, room · ACTIONS + action."""
NOTHING: Known = (UNKNOWN,) * (ROOMS * ACTIONS)
ONE_OR_THREE = tuple(pairs for pairs in range(ALL + 1) if pairs.bit_count() in (1, 3))
"""The sets of rewarded pairs, as bits, that training tasks have."""
TWO = tuple(pairs for pairs in range(ALL + 1) if pairs.bit_count() == 2)
"""Those of held-out tasks."""


class PairsOptimum:
    """Values and choices of the best play when the rewarded pairs are one of some sets, each as likely."""

    def __init__(self, sets: Sequence[int], actions: int = EPISODE) -> None:
        """Plan for episodes of so many actions."""
        self.sets, self.actions = tuple(sets), actions
        self._found: dict[tuple[Known, int, int, int], tuple[float, int]] = {}

    def trial(self, episodes: int, known: Known = NOTHING) -> float:
        """Expected return of so many episodes, each of which starts in either room."""
        if episodes == 0:
            return 0.0
        return sum(self.best(known, room, self.actions, episodes)[0] for room in range(ROOMS)) / ROOMS

    def best(self, known: Known, room: int, left: int, episodes: int) -> tuple[float, int]:
        """Expected return and best action with `left` actions left in the first of `episodes` episodes."""
        key = (known, room, left, episodes)
        if key not in self._found:
            values = [self._taken(known, room, action, left, episodes) for action in range(ACTIONS)]
            choice = int(np.argmax(values))
            self._found[key] = values[choice], choice
        return self._found[key]

    def _taken(self, known: Known, room: int, action: int, left: int, episodes: int) -> float:
        """Expected return if one action is taken next."""
        pair, after = room * ACTIONS + action, 1 - room if action == CROSS else room
        possible = [pairs for pairs in self.sets if agrees(pairs, known)]
        odds = sum(pairs >> pair & 1 for pairs in possible) / len(possible)
        value = 0.0
        for paid, chance in ((1, odds), (0, 1.0 - odds)):
            if chance > 0.0:
                value += chance * (paid + self._rest(learned(known, pair, paid), after, left - 1, episodes))
        return value

    def _rest(self, known: Known, room: int, left: int, episodes: int) -> float:
        return self.best(known, room, left, episodes)[0] if left else self.trial(episodes - 1, known)


def agrees(pairs: int, known: Known) -> bool:
    """Whether a set of rewarded pairs, as bits, fits what is known."""
    return all(fact == UNKNOWN or fact - UNREWARDED == (pairs >> pair & 1) for pair, fact in enumerate(known))


def learned(known: Known, pair: int, paid: int) -> Known:
    """What is known once a pair has been tried."""
    return (*known[:pair], UNREWARDED + paid, *known[pair + 1 :])


class PairsPlayer:
    """Plays the optimum, or the optimum of one who forgets everything between episodes.

    Args:
        world: a `two_state`.
        sets: rewarded pairs that are possible, see `ONE_OR_THREE` and `TWO`.
        remember: keep what is known from episode to episode.
    """

    def __init__(self, world: World, *, sets: Sequence[int], remember: bool = True) -> None:
        self.name = "Bayes optimum" if remember else "Bayes optimum, memory wiped"
        self.mind: Mind | None = None
        self.remember, self.episodes = remember, world.timing.episodes
        self._view, self._optimum = ObservationView(world), PairsOptimum(sets)
        self.reset(1)

    def reset(self, lanes: int) -> None:
        """A new trial: nothing is known."""
        self._known = [NOTHING] * lanes
        self._last: NDArray[np.int64] = np.zeros(lanes, dtype=np.int64)
        self._decision = 0

    def forget(self) -> None:
        """Nothing is known."""
        self._known = [NOTHING] * len(self._known)

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Learn from the last step, then choose: observations (L, O) → actions (L, 1)."""
        episode, tick = divmod(self._decision, EPISODE)
        paid = self._view.of(observations, "previous_reward")[:, 0] > 0.5
        if self._decision:
            self._known = [learned(*facts) for facts in zip(self._known, self._last, paid.astype(int), strict=True)]
        if tick == 0 and not self.remember:
            self.forget()
        rooms = self._view.of(observations, "room").argmax(axis=1)
        ahead = self.episodes - episode if self.remember else 1
        chosen = [
            self._optimum.best(known, int(room), EPISODE - tick, ahead)[1]
            for known, room in zip(self._known, rooms, strict=True)
        ]
        self._last = rooms * ACTIONS + np.array(chosen)
        self._decision += 1
        return as_actions(np.array(chosen))
