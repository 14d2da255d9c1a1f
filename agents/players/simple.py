"""A player that needs no network: random choices."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.players.chance import choose, uniforms
from simulator.engine.minds import Mind


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

    def keep(self) -> int:
        """How many decisions were made."""
        return self._step

    def go_back(self, kept: int) -> None:
        """Draw as after so many decisions."""
        self._step = kept

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Choose for all lanes: legal (L, A) → actions (L, K)."""
        noise = uniforms(self._seed, len(legal), self._step, legal.shape[1])
        self._step += 1
        return choose(legal, self._sizes, noise)
