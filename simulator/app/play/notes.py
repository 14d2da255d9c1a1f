"""What is kept of a trial for the page after it: returns, what was believed when, and which task it was."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from simulator.engine import Simulation
    from simulator.engine.minds import Mind

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
            self.trial, self.mark = int(state["trial"]), ""
        if not simulation.episode_ended:
            return None
        self._end(int(state["episode"]), simulation)
        if not simulation.trial_ended:
            return None
        finished = self._finished()
        self.begin(simulation)
        return finished

    def _end(self, episode: int, simulation: Simulation) -> None:
        self._returns[episode] = np.array(simulation.final["score"])
        self._beliefs[episode], self._last = self._last, {}
        self._truths[episode] = self._told(simulation) if self._beliefs[episode] else {}

    def _told(self, simulation: Simulation) -> dict[int, np.ndarray]:
        """What is true in the last state of the episode just ended, for the seats that believe something."""
        if self._twin is None:
            self._twin = simulation.clone()
        last: Any = simulation.final
        self._twin.restore(last.tobytes())
        return {seat: self._twin.tell(seat) for seat in self._beliefs[int(last["episode"])]}

    def _finished(self) -> Finished:
        episodes = sorted(self._returns)
        seats = sorted({seat for found in self._beliefs.values() for seat in found})

        def by_seat(found: Mapping[int, Mapping[int, np.ndarray]]) -> dict[int, Beliefs]:
            return {seat: [found.get(episode, {}).get(seat) for episode in episodes] for seat in seats}

        return Finished(
            self.trial, self.mark, tuple(self._returns[episode] for episode in episodes), by_seat(self._beliefs),
            by_seat(self._truths), self.touched,
        )  # fmt: skip
