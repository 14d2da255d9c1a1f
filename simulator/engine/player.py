"""What the engine knows of players and recorders: protocols, so that it needs neither torch nor a file format."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from simulator.engine.minds import Mind

if TYPE_CHECKING:
    from simulator.engine.simulation import Simulation


class Player(Protocol):
    """Whoever fills seats with decisions: a network, a scripted rule, a random source."""

    name: str
    mind: Mind | None
    """What it thought at its last decision about all of its lanes; None: it does not tell."""

    def reset(self, lanes: int) -> None:
        """Start a new trial on ``lanes`` seats: memory is wiped."""

    def forget(self) -> None:
        """Wipe the memory now, in the middle of a trial."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Decide for all lanes: observations (L, O), legal (L, A) → actions (L, K)."""


@runtime_checkable
class Rewindable(Protocol):
    """What a player offers beside if its memory can be taken back, as when a game is rewound."""

    def keep(self) -> object:
        """All that it remembers now; what it does later changes nothing of it."""

    def go_back(self, kept: Any) -> None:
        """Remember what `keep` gave, and nothing else."""


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


def ask(
    player: Player,
    observations: NDArray[np.float32],
    told: NDArray[np.float32],
    legal: NDArray[np.uint8],
    active: NDArray[Any],
) -> NDArray[np.int64]:
    """A decision for all lanes. An oracle (``needs_reveal``) is shown what is ``told`` (L, R) behind the observations;
    a player that learns while it plays hears which lanes count, ``active`` (L,).
    """
    if (attend := getattr(player, "attend", None)) is not None:
        attend(np.asarray(active) > 0)
    size = observations.shape[1] + (told.shape[1] if getattr(player, "needs_reveal", False) else 0)
    return player.act(shown(observations, told, size), legal)


def shown(
    observations: NDArray[np.float32], told: NDArray[np.float32], size: int, untold: Sequence[int] = ()
) -> NDArray[np.float32]:
    """What somebody is shown who reads ``size`` numbers: the first of what is observed (…, O), or all of it and behind
    it what is told (…, R), with 0 in the columns that are kept ``untold``. This is the one place where the two meet.
    """
    seen = observations.shape[-1]
    if size <= seen:
        return observations[..., :size]
    found = np.concatenate([observations, told], axis=-1)
    if len(untold):
        found[..., seen + np.asarray(untold)] = 0.0
    return found


class Recorder(Protocol):
    """Whoever writes down what happens."""

    def begin(self, simulation: "Simulation") -> None:
        """Start a recording at the present state."""

    def tick(self, simulation: "Simulation") -> None:
        """Note the tick just made: ``simulation.applied`` and the state after it."""

    def control(self, simulation: "Simulation", op: str, **arguments: Any) -> None:
        """Note an intervention just made (drive, next_task, restart_episode, reset)."""

    def mind(self, seat: int, mind: Mind) -> None:
        """Note what a seat's player thought before the tick to come: the `Mind` of this one seat."""

    def event(self, name: str, data: dict[str, Any]) -> None:
        """Note anything else of interest."""

    def close(self) -> None:
        """Finish the recording."""
