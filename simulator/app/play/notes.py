"""What is kept of a trial for the page after it: returns, what was believed when, and which task it was."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from worlds.declarations import Refused

if TYPE_CHECKING:
    from simulator.engine import Simulation
    from simulator.engine.minds import Mind

LONGEST_TAPE = 100_000  # ticks
Tape = Sequence[tuple[np.ndarray, np.ndarray]]
"""By tick: who drove which seat (S,) u1, and what every seat did (S, K)."""
Beliefs = list[np.ndarray | None]
"""By episode: (R,) as the world tells it, or None where nobody said what he believes."""


@dataclasses.dataclass(frozen=True)
class Finished:
    """A trial that came to its end."""

    trial: int
    """Its number among those of the world."""
    mark: str
    """Of the state in which it began, see `mark_of`; empty: nobody saw that."""
    returns: tuple[np.ndarray, ...]
    """(S,) for each episode that was seen to its end."""
    beliefs: Mapping[int, Beliefs]
    """By seat: what its player believed at its last decision of each of these episodes."""
    truths: Mapping[int, Beliefs]
    """The same of what is true at the end of the episode."""
    touched: bool
    """Whether a person changed who decides, what is remembered, or began an episode again."""
    tape: Tape = ()
    """How it was played, tick by tick; empty where it cannot be played so again."""


def mark_of(simulation: Simulation) -> str:
    """A hash of the whole state but for who drives which seat: two trials that begin with the same one are the same
    task, with the same bots and the same streams of chance.
    """
    state = simulation.state.copy()
    state["driver"] = 0
    return hashlib.sha256(state.tobytes()).hexdigest()


class TrialNotes:
    """Looks on while a trial is played, tick by tick."""

    def __init__(self, simulation: Simulation) -> None:
        """Begin with the present state."""
        self._twin: Simulation | None = None
        self.begin(simulation)

    def begin(self, simulation: Simulation) -> None:
        """A trial begins, or is seen from the present state on."""
        w = simulation.w
        self.trial = int(w["trial"])
        first = int(w["episode"]) == 0 and int(w["tick"]) == 0
        self.mark = mark_of(simulation) if first else ""
        self.touched = False
        self._tape: list[tuple[np.ndarray, np.ndarray]] | None = [] if first else None
        self._returns: dict[int, np.ndarray] = {}
        self._beliefs: dict[int, dict[int, np.ndarray]] = {}  # by episode and seat
        self._truths: dict[int, dict[int, np.ndarray]] = {}
        self._last: dict[int, np.ndarray] = {}

    def tick(self, simulation: Simulation, thoughts: Mapping[int, Mind]) -> Finished | None:
        """Take in the tick just made and what the players thought before it; the trial, if it ended."""
        self._last |= {seat: mind["belief"] for seat, mind in thoughts.items() if "belief" in mind}
        state = simulation.final if simulation.episode_ended else simulation.w
        if int(state["trial"]) != self.trial:  # somebody led the game elsewhere
            self.begin(simulation)
            self.trial, self.mark, self._tape = int(state["trial"]), "", None
        if self._tape is not None and len(self._tape) >= LONGEST_TAPE:
            self._tape = None
        if self._tape is not None:
            self._tape.append((np.array(state["driver"]), np.array(simulation.applied, dtype=np.int16)))
        if not simulation.episode_ended:
            return None
        self._end(int(state["episode"]), simulation)
        if not simulation.trial_ended:
            return None
        finished = self._finished()
        self.begin(simulation)
        return finished

    def cut(self) -> None:
        """The game did not go on from the tick before: it cannot be played again from what was done."""
        self.touched, self._tape = True, None

    def keep(self) -> tuple[Any, ...]:
        """All that is noted by now, for `go_back`."""
        by_episode = (self._returns, self._beliefs, self._truths)
        return self.trial, self.mark, *(dict(found) for found in by_episode), dict(self._last)

    def go_back(self, kept: tuple[Any, ...]) -> None:
        """The game goes on from where these notes were kept: what was noted since then is gone, and nothing else."""
        self.trial, self.mark, self._returns, self._beliefs, self._truths, self._last = kept
        self.cut()

    def _end(self, episode: int, simulation: Simulation) -> None:
        self._returns[episode] = np.array(simulation.final["score"])
        self._beliefs[episode], self._last = self._last, {}
        self._truths[episode] = self._told(simulation) if self._beliefs[episode] else {}

    def _told(self, simulation: Simulation) -> dict[int, np.ndarray]:
        """What is true in the last state of the episode just ended, for the seats that believe something."""
        if self._twin is None:
            self._twin = simulation.clone()
        last: Any = simulation.final
        try:
            self._twin.restore(last.tobytes())
        except Refused:  # a last state that nobody could go on from
            return {}
        return {seat: self._twin.tell(seat) for seat in self._beliefs[int(last["episode"])]}

    def _finished(self) -> Finished:
        episodes = sorted(self._returns)
        seats = sorted({seat for found in self._beliefs.values() for seat in found})

        def by_seat(found: Mapping[int, Mapping[int, np.ndarray]]) -> dict[int, Beliefs]:
            return {seat: [found.get(episode, {}).get(seat) for episode in episodes] for seat in seats}

        return Finished(
            self.trial, self.mark, tuple(self._returns[episode] for episode in episodes), by_seat(self._beliefs),
            by_seat(self._truths), self.touched, tuple(self._tape or ()),
        )  # fmt: skip
