"""What may be done to a player's memory between two episodes of a trial, to measure what it is worth."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from worlds.world import Refused

Integers = NDArray[np.int64]


class MemoryControl(Protocol):
    """Changes the memory of lanes whose next episode begins."""

    def episode_begins(self, player: Any, tasks: Integers, episodes: Integers) -> None:
        """Called before the first decision of ``episodes`` (k,), each 1 or more, of ``tasks`` (k,): rows of memory.

        A learner of several seats has a row for each.
        """


class Wiped:
    """Nothing is remembered from one episode to the next."""

    def episode_begins(self, player: Any, tasks: Integers, episodes: Integers) -> None:
        """Wipe the rows of these tasks."""
        lanes = np.zeros(len(player.memory), dtype=bool)
        lanes[tasks] = True
        player.forget(lanes)


class Noted:
    """Memory is kept, and noted at the start of each episode for the shuffled control."""

    def __init__(self, tasks: int, episodes: int) -> None:
        self._shape = (tasks, episodes)
        self.memories: NDArray[np.float32] | None = None
        """(tasks, E, width of memory)."""

    def episode_begins(self, player: Any, tasks: Integers, episodes: Integers) -> None:
        """Copy the rows of these tasks."""
        memory = np.asarray(player.memory, dtype=np.float32)
        if self.memories is None:
            self.memories = np.zeros((*self._shape, memory.shape[1]), dtype=np.float32)
        self.memories[tasks, episodes] = memory[tasks]


class Lent:
    """Each episode starts with what the same player remembered at that point of another run of the same rows."""

    def __init__(self, memories: NDArray[np.float32]) -> None:
        """Use the ``memories`` (tasks, E, width) noted there."""
        self._memories = memories

    def episode_begins(self, player: Any, tasks: Integers, episodes: Integers) -> None:
        """Exchange the rows of these tasks."""
        memory = np.array(player.memory, dtype=np.float32)
        memory[tasks] = self._memories[tasks, episodes]
        player.memory = memory


class Shuffled:
    """Each episode starts with what the same player remembered at that point of another task.

    The history is as long and as lively as the player's own, but of the wrong task: what is lost against ``agent`` is
    what the player knew of *this* one.
    """

    def __init__(self, memories: NDArray[np.float32], *, seed: int) -> None:
        """Use the ``memories`` (tasks, E, width) noted while the player kept its own."""
        self._memories = memories
        rng = np.random.default_rng(seed)
        self.donors = np.stack([derangement(len(memories), rng) for _ in range(memories.shape[1])], axis=1)
        """(tasks, E): whose memory a task gets."""

    def episode_begins(self, player: Any, tasks: Integers, episodes: Integers) -> None:
        """Swap the rows of these tasks."""
        memory = np.array(player.memory, dtype=np.float32)
        memory[tasks] = self._memories[self.donors[tasks, episodes], episodes]
        player.memory = memory


def derangement(count: int, rng: np.random.Generator) -> Integers:
    """A random permutation (count,) that leaves nothing in its place: one random cycle through all.

    Raises:
        Refused: fewer than 2, where there is none.
    """
    if count < 2:
        raise Refused(f"{count} tasks cannot swap memories: use at least 2")
    order = rng.permutation(count)
    target = np.empty(count, dtype=np.int64)
    target[order] = np.roll(order, 1)
    return target
