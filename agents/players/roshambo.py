"""OpenSpiel's RoShamBo bots (https://github.com/google-deepmind/open_spiel) as players of the world `throws`.

Nobody here wrote them: 42 are from the first International RoShamBo Programming Competition (1999), greenberg won the
second (2000). Nobody trains against them. The library is the optional extra ``opponents``.
"""

from __future__ import annotations

import ctypes
import functools
import importlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine.minds import Mind
from worlds.world import Refused, World

WORLD = "throws"
ALL = "all"
MATCH = 1000
"""Throws of a match in the competition. Some bots write past the end of what they keep in shorter ones, and some know
no more throws than these."""
FIRST, LAST = 0, slice(1, 10)
"""Where an observation tells that nothing was thrown yet, and what both threw last, 3 · own + other's."""


@functools.cache
def library() -> Any:
    """OpenSpiel.

    Raises:
        Refused: it is not installed, or was built without these bots.
    """
    try:
        found = importlib.import_module("pyspiel")
    except ImportError:
        raise Refused(
            "players roshambo:NAME need OpenSpiel: install it with pip install 'open_spiel>=2.0,<3'"
        ) from None
    if not hasattr(found, "roshambo_bot_names"):
        raise Refused("players roshambo:NAME need an OpenSpiel that was built with its RoShamBo bots, as on PyPI")
    return found


@functools.cache
def names() -> tuple[str, ...]:
    """Names of all the bots."""
    return tuple(sorted(library().roshambo_bot_names()))


def find_bots(spec: str) -> tuple[str, ...]:
    """The names that ``NAME`` or ``all`` stands for.

    Raises:
        Refused: no such bot.
    """
    if spec == ALL:
        return names()
    if spec not in names():
        raise Refused(f"no RoShamBo bot is named {spec!r}: choose from {', '.join(names())} or {ALL}")
    return (spec,)


@functools.cache
def _seed_chance() -> Callable[[int], Any]:
    """Sets the stream that the bots draw from: that of the C library, which all of them share."""
    try:
        found: Callable[[int], Any] = ctypes.CDLL(None).srandom
    except (AttributeError, OSError, TypeError):
        raise Refused("players roshambo:NAME draw by the C library's random(), which this system has not") from None
    return found


class RoshamboPlayer:
    """Plays bots of the set: lane i has ``names[(i + m) % len(names)]`` in its m-th match.

    A match begins where an observation says that nothing was thrown yet. All bots draw from one stream of the C
    library. It is set before every throw, so that what a lane throws depends on the seed, its number, its match and its
    observations, never on how many lanes there are.

    Args:
        chosen: names of bots.
        throws: of a match, at most; bots believe that it has the 1,000 of the competition.
        seed: decides every draw of the bots.

    Raises:
        Refused: the library is missing, or a match is longer than in the competition.
    """

    def __init__(self, chosen: Sequence[str], *, throws: int, seed: int = 0) -> None:
        if throws > MATCH:
            raise Refused(f"a match with RoShamBo bots is given {throws} throws: it has {MATCH} at most")
        self.name = f"roshambo:{chosen[0]}" if len(chosen) == 1 else f"roshambo ({len(chosen)} bots)"
        self.mind: Mind | None = None
        self.names, self.throws, self.seed = tuple(chosen), throws, seed
        self._game = library().load_game(f"repeated_game(stage_game=matrix_rps(),num_repetitions={MATCH})")
        self._set_chance = _seed_chance()
        self._seats: list[tuple[Any, Any]] = []
        self._matches: list[int] = []
        self._streams: list[NDArray[Any]] = []

    def reset(self, lanes: int) -> None:
        """New trials on this many seats; their matches begin when an observation says so."""
        self._matches = [0] * lanes
        self._streams = [np.zeros(0, np.uint32)] * lanes
        self._seats = [self._seat(lane) for lane in range(lanes)]

    def forget(self) -> None:
        """A bot's memory is part of the task: it is kept."""

    def _seat(self, lane: int) -> tuple[Any, Any]:
        """A bot that has thrown nothing, and the match that it looks at."""
        match = self._matches[lane]
        words = np.random.SeedSequence([self.seed, lane, match])
        self._streams[lane] = words.generate_state(self.throws + 1, np.uint32)
        name = self.names[(lane + match) % len(self.names)]
        self._set_chance(int(self._streams[lane][-1]))  # some draw when they are made
        return library().make_roshambo_bot(0, name, MATCH), self._game.new_initial_state()

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Decide for all lanes: observations (L, O) → throws (L, 1).

        Raises:
            Refused: a match goes on after its last throw.
        """
        if len(observations) != len(self._seats):
            self.reset(len(observations))
        first = (observations[:, FIRST] > 0.5).tolist()
        last = observations[:, LAST].argmax(axis=1).tolist()
        chosen = np.zeros((len(observations), 1), np.int64)
        for lane, (is_first, pair) in enumerate(zip(first, last, strict=True)):
            chosen[lane, 0] = self._throw(lane, is_first, pair)
        return chosen

    def _throw(self, lane: int, is_first: bool, pair: int) -> int:
        bot, match = self._seats[lane]
        if is_first:
            if match.move_number() > 0:
                self._matches[lane] += 1
                bot, match = self._seats[lane] = self._seat(lane)
        else:
            match.apply_actions([pair // 3, pair % 3])
        thrown = match.move_number()
        if thrown >= self.throws:
            raise Refused(f"a match with {self.name} has {self.throws} throws and goes on: give it more")
        self._set_chance(int(self._streams[lane][thrown]))
        return int(bot.step(match))


def seat(world: World, spec: str, *, seed: int, episodes: int | None = None) -> RoshamboPlayer:
    """The player that ``roshambo:SPEC`` stands for, in a world.

    Raises:
        Refused: the library is missing, no such bot, or another world.
    """
    if world.name != WORLD:
        raise Refused(f"roshambo:{spec} plays world {WORLD!r} alone: it cannot play {world.name!r}")
    throws = (episodes or world.timing.episodes) * world.timing.decisions
    return RoshamboPlayer(find_bots(spec), throws=throws, seed=seed)
