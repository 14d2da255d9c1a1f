"""Bandit players that count wins and losses of every arm and pull the one with the highest score of its own.

All think of odds as drawn evenly from [0, 1], which is true in the `bandit` world. L lanes, k arms, n pulls in a trial.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.players.chance import uniforms
from agents.players.classical.views import ObservationView, as_actions
from simulator.engine.minds import Mind
from worlds.world import World

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class Counter:
    """Counts what each arm paid; `scores` says what to pull. Equal scores are decided by lot.

    Args:
        world: a `bandit`; its arms and pulls are known, its odds are not.
        seed: decides every lot; lane i draws the same in a batch of any size.
        episodes: of a trial; 0 for the world's own number.
    """

    name = "counter"

    def __init__(self, world: World, *, seed: int = 0, episodes: int = 0) -> None:
        self.mind: Mind | None = None
        self.arms = world.action_sizes[0]
        self.pulls = world.timing.decisions * (episodes or world.timing.episodes)
        """Of a trial."""
        self.pull = 0
        """Pulls made so far."""
        self._view, self._seed = ObservationView(world), seed
        self.reset(1)

    def reset(self, lanes: int) -> None:
        """A new trial: nothing is known of any arm."""
        self.wins: Counts = np.zeros((lanes, self.arms), dtype=np.int64)
        self.losses: Counts = np.zeros((lanes, self.arms), dtype=np.int64)
        self.pull = 0

    def forget(self) -> None:
        """Nothing is known of any arm from here on; the pulls left are still known."""
        self.wins[:] = 0
        self.losses[:] = 0

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Count what the last pull paid, then choose: observations (L, O) → actions (L, 1)."""
        if self.pull:
            pulled = self._view.of(observations, "previous_action") > 0.5
            paid = self._view.of(observations, "previous_reward") > 0.5
            self.wins += pulled & paid
            self.losses += pulled & ~paid
        chosen = self.choose()
        self.pull += 1
        return as_actions(chosen)

    def choose(self) -> Counts:
        """The arm of the highest score in each lane, (L,)."""
        scores = self.scores()
        best = scores >= scores.max(axis=1, keepdims=True)
        return np.where(best, self.lots(), -1.0).argmax(axis=1)

    def scores(self) -> Floats:
        """(L, k): how much each arm is worth pulling now."""
        raise NotImplementedError

    def lots(self) -> Floats:
        """Even draws from (0, 1) for this pull, (L, k)."""
        return uniforms(self._seed, len(self.wins), self.pull, self.arms)

    def means(self) -> Floats:
        """What each arm is expected to pay, (L, k): the mean of Beta(1 + wins, 1 + losses)."""
        return (self.wins + 1.0) / (self.wins + self.losses + 2.0)


class Greedy(Counter):
    """Pulls what is expected to pay most."""

    name = "greedy"

    def scores(self) -> Floats:
        """The expected pay."""
        return self.means()


class EpsilonGreedy(Greedy):
    """Pulls any arm with probability `epsilon`, else what is expected to pay most."""

    def __init__(self, world: World, *, epsilon: float, seed: int = 0, episodes: int = 0) -> None:
        self.epsilon, self.name = epsilon, f"epsilon-greedy {epsilon:g}"
        super().__init__(world, seed=seed, episodes=episodes)

    def choose(self) -> Counts:
        """Sometimes any arm."""
        luck = uniforms(self._seed + 1, len(self.wins), self.pull, 2)
        anything = (luck[:, 1] * self.arms).astype(np.int64)
        return np.where(luck[:, 0] < self.epsilon, anything, super().choose())


class UCB1(Counter):
    """Adds to each mean what it may be wrong by (Auer, Cesa-Bianchi and Fischer 2002).

    The published bonus is the root of 2 ln t / pulls, here times `width`; the mean is that of the posterior, as in the
    published table of Duan et al. 2016, which tunes the width as well.
    """

    def __init__(self, world: World, *, width: float = 1.0, seed: int = 0, episodes: int = 0) -> None:
        self.width, self.name = width, f"UCB1 {width:g}"
        super().__init__(world, seed=seed, episodes=episodes)

    def scores(self) -> Floats:
        """Mean and bonus; arms never pulled count as pulled once."""
        made = np.maximum(self.wins + self.losses, 1)
        return self.means() + self.width * np.sqrt(2.0 * np.log(self.pull + 1.0) / made)


class Thompson(Counter):
    """Draws odds from what is believed of each arm, and pulls the best of them (Thompson 1933)."""

    name = "Thompson sampling"

    def reset(self, lanes: int) -> None:
        """A new trial, and the draws from their start."""
        super().reset(lanes)
        self._random = np.random.Generator(np.random.PCG64(self._seed))

    def scores(self) -> Floats:
        """A draw for every arm."""
        return self._random.beta(self.wins + 1.0, self.losses + 1.0)


class Index(Counter):
    """Pulls the arm of the highest finite-horizon index, see `agents.players.classical.gittins`."""

    name = "finite-horizon index"

    def __init__(self, world: World, *, seed: int = 0, episodes: int = 0) -> None:
        super().__init__(world, seed=seed, episodes=episodes)
        from agents.players.classical.gittins import index_table

        self._table: Any = index_table(self.pulls)

    def scores(self) -> Floats:
        """The index of each arm with the pulls that are left."""
        found: Floats = self._table[self.pulls - self.pull, self.wins, self.losses]
        return found


class Bayes(Counter):
    """Plays the exact optimum, see `agents.players.classical.optimum`: for few pulls only."""

    name = "Bayes optimum"

    def __init__(self, world: World, *, seed: int = 0, episodes: int = 0) -> None:
        super().__init__(world, seed=seed, episodes=episodes)
        from agents.players.classical.optimum import Optimum

        self._optimum = Optimum(self.arms, self.pulls)

    def scores(self) -> Floats:
        """1 for the arms that are best to pull, else 0."""
        known = np.stack([self.wins, self.losses], axis=2).reshape(len(self.wins), -1)
        rows, which = np.unique(known, axis=0, return_inverse=True)
        best = np.stack([self._best(row.reshape(-1, 2)) for row in rows])
        return best[which.ravel()]

    def _best(self, arms: Counts) -> Floats:
        chosen = self._optimum.choice(tuple(sorted((int(wins), int(losses)) for wins, losses in arms)))
        return np.asarray((arms == chosen).all(axis=1), dtype=np.float64)
