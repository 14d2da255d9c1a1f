"""Players that need no network: random choices, and the replay of what another player did."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.players.chance import choose, uniforms
from simulator.engine.player import Mind


class RandomPlayer:
    """Takes every allowed choice with the same probability; lane i plays the same in a batch of any size."""

    def __init__(self, action_sizes: Sequence[int], *, seed: int = 0) -> None:
        self.name = "random"
        self.mind: Mind | None = None
        self._sizes = tuple(action_sizes)
        self._seed = seed
        self._step = 0

    def reset(self, lanes: int) -> None:
        """Start the stream of choices again."""
        self._step = 0

    def forget(self) -> None:
        """Nothing is remembered."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Choose for all lanes: legal (L, A) → actions (L, K)."""
        noise = uniforms(self._seed, len(legal), self._step, legal.shape[1])
        self._step += 1
        return choose(legal, self._sizes, noise)


class Tape:
    """Plays one seat as it was played before, thoughts included: so a trial of a batch can be watched or recorded."""

    def __init__(self, name: str, actions: NDArray[Any], minds: Sequence[Mind | None], sha256: str = "") -> None:
        """Keep the ``actions`` (decisions, K), the mind (of one lane) behind each, and the hash of the weights."""
        self.name = name
        self.sha256 = sha256
        self.mind: Mind | None = None
        self._actions = np.asarray(actions, dtype=np.int64)
        self._minds = tuple(minds)
        self._next = 0

    def reset(self, lanes: int) -> None:
        """Rewind."""
        self._next = 0
        self.mind = None

    def forget(self) -> None:
        """What was done stays done."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The next decision, (1, K)."""
        self.mind = self._minds[self._next]
        action = self._actions[self._next : self._next + 1]
        self._next += 1
        return action
