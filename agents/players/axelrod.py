"""Strategies of the Axelrod library (https://github.com/Axelrod-Python/Axelrod) as players of the world `repeated`.

Nobody here wrote them, and half of them are kept for testing by a hash of the name (`worlds.classics.repeated.roster`).
The library is the optional extra ``opponents`` and takes some ten seconds to import, so that is done late.
"""

from __future__ import annotations

import functools
import importlib
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine.minds import Mind
from worlds.classics.repeated.roster import is_held_out
from worlds.world import Refused, World

WORLD = "repeated"
HALVES = ("train", "test", "all")
FIRST, MINE, THEIRS = 0, slice(1, 3), slice(3, 5)
"""Where an observation tells that nothing was played yet, and what both played last."""


@functools.cache
def library() -> Any:
    """The Axelrod library.

    Raises:
        Refused: it is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the libraries that it brings along
            return importlib.import_module("axelrod")
    except ImportError:
        raise Refused(
            "players axelrod:NAME need the Axelrod library: install it with pip install 'axelrod>=4.14,<5'"
        ) from None


@functools.cache
def strategies() -> dict[str, Any]:
    """The classes of all strategies that obey the rules of the tournaments, by name."""
    axelrod = library()
    found = {}
    for strategy in axelrod.strategies:
        if axelrod.Classifiers.obey_axelrod(strategy()):
            found[str(strategy.name)] = strategy
    return found


@functools.cache
def names(half: str = "all") -> tuple[str, ...]:
    """Names of the rule-obeying strategies that are quick: those for training, those kept for testing, or all.

    Raises:
        Refused: another half.
    """
    if half not in HALVES:
        raise Refused(f"the Axelrod strategies have no part {half!r}: choose from {', '.join(HALVES)}")
    slow = library().Classifiers["long_run_time"]
    quick = sorted(name for name, strategy in strategies().items() if not slow(strategy()))
    return tuple(name for name in quick if half == "all" or is_held_out(name) == (half == "test"))


def find_strategies(spec: str) -> tuple[str, ...]:
    """The names that ``NAME``, ``train``, ``test`` or ``all`` stands for.

    Raises:
        Refused: no such strategy, or one that does not obey the rules.
    """
    if spec in HALVES:
        return names(spec)
    if spec not in strategies():
        near = [name for name in strategies() if spec.lower() in name.lower()][:5]
        raise Refused(
            f"no rule-obeying Axelrod strategy is named {spec!r}: choose from "
            f"{', '.join(near) if near else 'the names in its documentation, such as Tit For Tat'}, train, test or all"
        )
    return (spec,)


def refuse_held_out(chosen: Sequence[str]) -> None:
    """Refuse to train against strategies that are kept for testing.

    Raises:
        Refused: names one of them.
    """
    for name in chosen:
        if is_held_out(name):
            raise Refused(f"Axelrod strategy {name!r} is kept for testing: train against those of axelrod:train")


class AxelrodPlayer:
    """Plays strategies of the library: lane i has ``names[(i + m) % len(names)]`` in its m-th match.

    A match begins where an observation says that nothing was played yet. What a lane plays depends on the seed, its
    number and its observations, never on how many lanes there are.

    Args:
        chosen: names of strategies.
        turns: of a match; strategies may know it, as in the tournaments.
        noise: chance that an action slips; strategies may know that too.
        seed: decides every draw of stochastic strategies.
    """

    def __init__(self, chosen: Sequence[str], *, turns: int, noise: float, seed: int = 0) -> None:
        self.name = f"axelrod:{chosen[0]}" if len(chosen) == 1 else f"axelrod ({len(chosen)} strategies)"
        self.mind: Mind | None = None
        self.names, self.seed = tuple(chosen), seed
        self._facts: dict[str, Any] = {"length": turns, "game": library().Game(), "noise": noise}
        self._actions = (library().Action.C, library().Action.D)
        self._pairs: list[tuple[Any, Any]] = []
        self._matches: list[int] = []

    def reset(self, lanes: int) -> None:
        """New trials on this many seats; their matches begin when an observation says so."""
        self._pairs = [self._seat(lane, 0) for lane in range(lanes)]
        self._matches = [0] * lanes

    def forget(self) -> None:
        """A strategy's memory is part of the task: it is kept."""

    def _seat(self, lane: int, match: int) -> tuple[Any, Any]:
        """A strategy that has played nothing, and a stand-in for whoever it plays, which holds his history."""
        strategy = strategies()[self.names[(lane + match) % len(self.names)]]()
        strategy.set_match_attributes(**self._facts)
        words = np.random.SeedSequence([self.seed, lane, match]).generate_state(1, np.uint32)
        strategy.set_seed(int(words[0]))
        return strategy, library().Player()

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Decide for all lanes: observations (L, O) → actions (L, 1)."""
        if len(observations) != len(self._pairs):
            self.reset(len(observations))
        return self.act_in(range(len(observations)), observations)

    def act_in(self, lanes: Sequence[int], observations: NDArray[np.float32]) -> NDArray[np.int64]:
        """Decide for some lanes (k,): observations (k, O) → actions (k, 1); the others stay in their matches."""
        first = (observations[:, FIRST] > 0.5).tolist()
        mine, theirs = observations[:, MINE].argmax(axis=1).tolist(), observations[:, THEIRS].argmax(axis=1).tolist()
        chosen = np.zeros((len(observations), 1), np.int64)
        for row, lane in enumerate(lanes):
            strategy, other = self._pairs[lane]
            if first[row]:
                if strategy.history:
                    self._matches[lane] += 1
                    strategy, other = self._pairs[lane] = self._seat(lane, self._matches[lane])
            else:
                own, his = self._actions[mine[row]], self._actions[theirs[row]]
                strategy.update_history(own, his)
                other.update_history(his, own)
            chosen[row, 0] = int(strategy.strategy(other) == self._actions[1])
        return chosen

    def coming(self) -> NDArray[np.int64]:
        """(L,): the number of each lane's next match, where all matches are over."""
        return np.array(self._matches, np.int64) + [bool(strategy.history) for strategy, _ in self._pairs]

    def go_on(self, coming: NDArray[np.int64]) -> None:
        """Begin each lane's match of this number (L,) next, whatever was played so far."""
        self._matches = coming.tolist()
        self._pairs = [self._seat(lane, match) for lane, match in enumerate(self._matches)]


def seat(world: World, spec: str, *, seed: int, episodes: int | None = None) -> AxelrodPlayer:
    """The player that ``axelrod:SPEC`` stands for, in a world.

    Raises:
        Refused: the library is missing, no such strategy, or another world.
    """
    from worlds.classics.repeated.rules import step

    if world.kernels.step is not step:  # also that of `matrix` where nobody walks
        raise Refused(f"axelrod:{spec} plays world {WORLD!r} alone: it cannot play {world.name!r}")
    turns = (episodes or world.timing.episodes) * world.timing.decisions
    return AxelrodPlayer(find_strategies(spec), turns=turns, noise=float(world.build_args["noise"]), seed=seed)
