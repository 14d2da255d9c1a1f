"""What a decision cost, as an oracle sees it: what was done beside what the oracle would have done, all else the same.

At each decision of a seat the recording's state is played on twice to the seat's next decision, with the same chance
and with what all others did then: once with the seat's recorded choice, once with the choice that the oracle finds
likeliest. The value of each is the reward until that next decision, plus the oracle's discounted value of the state it
leads to (nothing after the last decision of a trial). The loss is the second less the first; nothing is smoothed. It is
an estimate in three ways: the oracle's value is learned, one decision is looked ahead, and bots answer to the other
choice while people and agents do what they did. The oracle has seen the whole trial up to there, as the seat's player
has, and beside it what the task hides.
"""

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from replays.memories import trial_begin, trial_end
from simulator.engine import Simulation, WorldFault
from simulator.engine.player import ask

if TYPE_CHECKING:
    from replays.playback import Playback
    from replays.verdict import Progress
    from simulator.engine.minds import Mind

WORST = 5


class Oracle(Protocol):
    """A player that is told the hidden task, says what it expects, and whose memory can be taken and given back."""

    mind: "Mind | None"
    memory: NDArray[np.float32]

    def reset(self, lanes: int) -> None:
        """Begin a trial on so many lanes."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Decide for all lanes."""


class Loss(NamedTuple):
    """One decision of a seat."""

    position: int
    """Before the decision, in ticks from the start of the recording."""
    seat: int
    loss: float
    """In reward: the oracle's choice less what was done."""
    done: tuple[int, ...]
    """What was chosen, factor after factor."""
    better: tuple[int, ...]
    """What the oracle would have chosen."""


class _Future(NamedTuple):
    """Where a choice leads: the state at the seat's next decision."""

    reward: float
    over: bool
    """The trial ended before another decision."""
    simulation: Simulation


def losses(
    playback: "Playback", position: int, seat: int, oracle: Oracle, gamma: float, progress: "Progress | None" = None
) -> list[Loss]:
    """The loss of every decision of a seat in the trial that runs at a position, in their order. ``progress`` is told
    the ticks done and to do; what it raises ends the work.

    Raises:
        Refused: the recording cannot be played, or the oracle cannot play its world.
    """
    own, begin, end = playback.twin(), trial_begin(playback, position), trial_end(playback, position)
    own.seek(begin)
    pair = own.simulation.clone(), own.simulation.clone()
    oracle.reset(1)
    found = []
    while own.position < end:
        simulation = own.simulation
        if simulation.deciding and simulation.w["done"][seat]:
            _asked(oracle, [simulation], seat)  # who waits for the others looks on
        elif simulation.deciding:
            loss = _weighed(own, pair, seat, oracle, gamma)
            if loss is None:
                break
            found.append(loss)
        own.forward()
        if progress is not None:
            progress(own.position - begin, end - begin)
    return found


def worst(found: list[Loss], most: int = WORST) -> list[Loss]:
    """Those that cost most, the worst first; what cost nothing is no mistake."""
    bad = [loss for loss in found if loss.loss > 0.0 and loss.done != loss.better]
    return sorted(bad, key=lambda loss: (-loss.loss, loss.position))[:most]


def _weighed(
    own: "Playback", pair: tuple[Simulation, Simulation], seat: int, oracle: Oracle, gamma: float
) -> Loss | None:
    """The loss of the decision at which the recording stands; None where it ends before the next one. ``pair`` are
    simulations to play on with.
    """
    simulation, at = own.simulation, own.position
    _asked(oracle, [simulation], seat)
    memory = oracle.memory
    assert oracle.mind is not None
    better = _likeliest(oracle.mind["probabilities"][0], simulation.world.action_sizes)
    done = tuple(int(choice) for choice in _done(own, pair[0], at, seat))
    was = _played_on(own, pair[0], at, seat, None)
    would = _played_on(own, pair[1], at, seat, better)
    if was is None or would is None:
        return None
    oracle.memory = np.repeat(memory, 2, axis=0)
    _asked(oracle, [was.simulation, would.simulation], seat)
    values = [float(value) for value in np.ravel(oracle.mind["value"])]
    worth = [
        future.reward + (0.0 if future.over else gamma * value)
        for future, value in zip((was, would), values, strict=True)
    ]
    oracle.memory = memory
    return Loss(at, seat, 0.0 if done == better else worth[1] - worth[0], done, better)


def _asked(oracle: Oracle, simulations: list[Simulation], seat: int) -> NDArray[np.int64]:
    """One lane of the oracle for each simulation."""
    seen = np.stack([each.observations[seat] for each in simulations])
    told = np.stack([each.tell(seat) for each in simulations])
    legal = np.stack([each.legal[seat] for each in simulations])
    return ask(oracle, seen, told, legal, np.ones(len(simulations)))  # type: ignore[arg-type]


def _likeliest(probabilities: NDArray[Any], sizes: tuple[int, ...]) -> tuple[int, ...]:
    parts = np.split(probabilities, np.cumsum(sizes)[:-1])
    return tuple(int(np.argmax(part)) for part in parts)


def _done(own: "Playback", ahead: Simulation, at: int, seat: int) -> NDArray[Any]:
    """What a seat does in the tick after a position, whoever drives it."""
    if seat in own.simulation.external:
        return own.recorded(at)[seat]
    ahead.restore(own.simulation.snapshot())
    ahead.tick(own.recorded(at))
    done: NDArray[Any] = ahead.applied[seat].copy()
    return done


def _played_on(
    own: "Playback", ahead: Simulation, at: int, seat: int, choice: tuple[int, ...] | None
) -> _Future | None:
    """Play on to the seat's next decision with another choice, or as it was."""
    ahead.restore(own.simulation.snapshot())
    reward, first = 0.0, True
    driven = seat in ahead.external
    if choice is not None and not driven:
        ahead.drive(seat, True)
    for tick in range(at, own.length):
        actions = own.recorded(tick).astype(np.int64)
        if choice is not None and first:
            actions[seat] = choice
        try:
            ahead.tick(actions)
        except WorldFault:
            return None
        reward += float(ahead.rewards[seat])
        if ahead.trial_ended:
            return _Future(reward, True, ahead)
        if ahead.deciding:
            if first and choice is not None and not driven:
                ahead.drive(seat, False)
            first = False
            if not ahead.w["done"][seat]:
                return _Future(reward, False, ahead)
    return None
