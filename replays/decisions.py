"""Every decision of a replay as its players met it: what a seat saw, what it did, and what that brought.

A recording holds none of this but what was done: the rules give all of it again, for any seat, whoever sat there.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from replays.playback import Playback

ENDS = ("", "terminated", "truncated", "cut")
"""How an episode goes on for a seat after a decision. It is cut where the recording ends, or was led elsewhere by hand,
before the decision had its effect."""


class SeatDecision(NamedTuple):
    """One decision of one seat."""

    tick: int
    """Position at which it was made."""
    trial: int
    episode: int
    seat: int
    observation: NDArray[np.float32]
    """(O,): what the seat saw."""
    action: tuple[int, ...]
    """(K,): what it did."""
    reward: float
    """Until the next decision."""
    end: str
    """One of `ENDS`."""
    after: NDArray[np.float32]
    """(O,): what the seat saw next, or at the end of its episode; as before where it was cut."""


def decisions(replay: "Playback", seats: Sequence[int], ticks: tuple[int, int]) -> Iterator[SeatDecision]:
    """The decisions of some seats from the first to before the last of ``ticks``, one after the other.

    Raises:
        Refused: the recording cannot be played.
    """
    own = replay.twin()
    own.seek(ticks[0])
    while own.position < ticks[1]:
        if own.simulation.deciding:
            yield from _decision(own, seats, ticks[1])
        elif not own.forward():
            return


def _decision(own: "Playback", seats: Sequence[int], last: int) -> Iterator[SeatDecision]:
    """One decision of every seat that still plays; plays all ticks of it."""
    simulation, tick = own.simulation, own.position
    trial, episode = int(simulation.w["trial"]), int(simulation.w["episode"])
    seen = simulation.observations.copy()
    active = [seat for seat in seats if not simulation.w["done"][seat]]
    rewards, ends = np.zeros(len(simulation.rewards)), np.zeros(len(simulation.ends), np.uint8)
    done, whole = None, False
    while own.position < last and not whole and own.forward():
        met = own.met
        done = met.applied.copy() if done is None else done
        rewards, ends = rewards + met.rewards, ends | met.ends
        if met.led and not met.ended:
            break
        whole = met.ended or simulation.deciding
    if done is None:
        return
    after = simulation.final_observations if own.met.ended else simulation.observations
    for seat in active:
        end = ENDS[int(ends[seat])] if whole else ENDS[3]
        yield SeatDecision(
            tick, trial, episode, seat, seen[seat], tuple(done[seat].tolist()), float(rewards[seat]), end,
            after[seat].copy() if whole else seen[seat],
        )  # fmt: skip


def columns_of(replay: "Playback") -> list[str]:
    """A name for every number of an observation, in its order: the piece, and a number where it has several."""
    sizes = replay.simulation.layout.sizes
    return [name if size == 1 else f"{name}.{at}" for name, size in sizes.items() for at in range(size)]
