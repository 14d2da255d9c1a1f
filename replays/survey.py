"""What happened in a recording and when: one walk through all of it finds the scores of every tick, and its marks.

The marks come from what every world declares, so no world is known here: causes that end a seat, figures that count
something, fields that are a phase, rewards that stand out, and what people did from outside.
"""

import math
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from worlds.kit.record import TERMINATED
from worlds.kit.words import one_line
from worlds.world import Refused

if TYPE_CHECKING:
    from replays.playback import Playback

SELDOM = 8  # decisions: what happens more often than once in so many is the game itself, and no mark
FEW = 2  # times that something may happen in the shortest recording and is still marked
OUTSTANDING = 4.0  # times the usual reward of a decision
NOTABLE = 0.25  # of the largest reward of the seat
PHASES = ("phase", "stage")  # names of fields that say in which part of its course the world is
MOST_MARKS = 20_000
LONGEST = 120  # characters of the words of a mark
OPS = {
    "next_task": "next task", "next_episode": "next episode", "restart_episode": "episode begun again",
    "reset": "trial begun again", "restore": "changed from outside",
}  # fmt: skip
PEOPLE = {"take_over": "a person takes over", "let_go": "is given back", "swap": "changes its player"}


class Mark(NamedTuple):
    """Something worth looking at."""

    position: int
    """Ticks from the start of the recording."""
    kind: str
    """divergence, unwanted, end, seat, figure, reward, phase or event; beside them bookmark and mistake."""
    words: str
    seat: int = -1
    """Whom it is about; −1: the whole world."""


class Survey:
    """The scores and the marks of a recording, found piece by piece; `advance` until ``done``."""

    def __init__(self, playback: "Playback") -> None:
        self._playback = playback.twin()
        self.world = playback.world
        seats = len(self.world.seats)
        self.scores: NDArray[np.float32] = np.zeros((playback.length + 1, seats), np.float32)
        """(T + 1, S): the score of every seat in its episode; at the tick that ends one, its return."""
        first = self._playback.simulation.w
        self.scores[0] = first["score"]
        self.begun = int(first["tick"])
        """Ticks of its episode that were played before the recording began."""
        self.position = 0
        """Ticks walked so far: scores up to here are known."""
        self.done = False
        self._fixed = list(recorded_marks(playback))
        self._often: dict[str, list[Mark]] = {}
        """By what is counted: it stays only where it is seldom."""
        self._shares: set[str] = set()
        """Figures that were a fraction once: these count nothing."""
        self._rewards: list[tuple[int, NDArray[np.float64]]] = []
        self._gain = np.zeros(seats)
        self._decisions = 0
        self._phases = [name for name in self.world.state if name in PHASES]
        self._note_state()

    def advance(self, seconds: float = math.inf) -> bool:
        """Walk on for so many seconds of real time; whether all is known."""
        began = time.perf_counter()
        while not self.done and time.perf_counter() - began < seconds:
            self._step()
        return self.done

    def marks(self) -> list[Mark]:
        """What was found so far, in its order; who scored is told for every seat."""
        found = list(self._fixed)
        most = max(self._decisions // SELDOM, FEW)
        for name, marks in self._often.items():
            if len(marks) <= most and name.removeprefix("figure ") not in self._shares:
                found += marks
        found += self._outstanding(most)
        if (diverged := self._playback.diverged) is not None:
            found.append(Mark(diverged.tick, "divergence", f"differs from the rules: {', '.join(diverged.fields)}"))
        return sorted(found, key=lambda mark: (mark.position, mark.seat))[:MOST_MARKS]

    def _step(self) -> None:
        try:
            if not self._playback.forward():
                self.done = True
                return
        except Refused:  # whoever plays on to here is told the reason
            self.done = True
            return
        simulation, at = self._playback.simulation, self._playback.position
        self.position = at
        last = simulation.final if simulation.episode_ended else simulation.w
        self.scores[at] = last["score"]
        self._gain += simulation.rewards
        for seat in np.flatnonzero(simulation.ends == TERMINATED).tolist():
            self._end(at, seat)
        if simulation.deciding:
            self._decision(at)

    def _end(self, at: int, seat: int) -> None:
        """A seat is done by what happened, not because time is up."""
        simulation = self._playback.simulation
        last = simulation.final if simulation.episode_ended else simulation.w
        cause = self.world.causes[int(last["cause"])].name if simulation.episode_ended else ""
        ended = [each for each in self.world.causes if each.kind == "terminated"]
        words = cause if cause else ended[0].name if len(ended) == 1 else "is done"
        self._often.setdefault(f"end {seat}", []).append(Mark(at, "end", words, seat))

    def _decision(self, at: int) -> None:
        simulation = self._playback.simulation
        self._decisions += 1
        if self._gain.any():
            self._rewards.append((at, self._gain.copy()))
            self._gain[:] = 0.0
        figures = simulation.final_figures if simulation.episode_ended else simulation.figures()
        self._shares |= {name for name, number in figures.items() if not float(number).is_integer()}
        for name, number in figures.items():
            if name not in self._shares and number > self._figures[name]:
                self._count(at, name, int(number - self._figures[name]))
        w = simulation.w
        for name in self._phases:
            if not simulation.episode_ended and not np.array_equal(w[name], self._state[name]):
                self._often.setdefault(name, []).append(Mark(at, "phase", _changed(name, self._state[name], w[name])))
        self._note_state()

    def _note_state(self) -> None:
        simulation = self._playback.simulation
        self._figures = simulation.figures()
        self._state = {name: np.array(simulation.w[name]) for name in self._phases}

    def _count(self, at: int, name: str, more: int) -> None:
        seat, figure = self._whose(name)
        unwanted = next((each.unwanted for each in self.world.figures if each.name == figure), False)
        words = f"{figure.replace('_', ' ')} +{more}"
        self._often.setdefault(f"figure {name}", []).append(Mark(at, "unwanted" if unwanted else "figure", words, seat))

    def _whose(self, name: str) -> tuple[int, str]:
        """The seat and the name of a figure as `World.figure_names` has it."""
        if name not in self.world.world_figures:
            for order, seat in enumerate(self.world.seats):
                if name.startswith(f"{seat.name}_") and name[len(seat.name) + 1 :] in self.world.seat_figures:
                    return order, name[len(seat.name) + 1 :]
        return -1, name

    def _outstanding(self, most: int) -> Iterator[Mark]:
        """Rewards of a decision that are far from what the seat usually gets."""
        if not self._rewards:
            return
        amounts = np.stack([gain for _, gain in self._rewards])
        for seat in range(amounts.shape[1]):
            size = np.abs(amounts[:, seat])
            idle = self._decisions - len(size)  # decisions without any reward count as none
            usual = float(np.median(np.concatenate([size, np.zeros(max(idle, 0))])))
            rows = np.flatnonzero((size > OUTSTANDING * usual) & (size >= NOTABLE * size.max()) & (size > 0.0))
            if len(rows) <= most:
                for row in rows.tolist():
                    yield Mark(self._rewards[row][0], "reward", f"reward {amounts[row, seat]:+.2f}", seat)


def recorded_marks(playback: "Playback") -> Iterator[Mark]:
    """What the file itself tells: interventions, seats that change hands, and other events."""
    seats = [seat.name for seat in playback.world.seats]
    told: set[tuple[int, int]] = set()
    for position, event in playback.events[:MOST_MARKS]:
        name = event.data.get("seat")
        named = name if isinstance(name, int) else seats.index(name) if name in seats else -1
        seat = named if 0 <= named < len(seats) else -1
        if event.name in PEOPLE:
            told.add((position, seat))
            yield Mark(position, "seat", PEOPLE[event.name], seat)
        elif event.name != "seated":
            yield Mark(position, "event", one_line(event.name.replace("_", " "), LONGEST), seat)
    for position, control in playback.controls[:MOST_MARKS]:
        if control.op != "drive":
            yield Mark(position, "event", OPS.get(control.op, control.op))
        elif (position, seat := int(control.seat or 0)) not in told and position > 0:
            yield Mark(position, "seat", "is played from outside" if control.external else "its bot plays", seat)


def _changed(name: str, before: NDArray[np.generic], after: NDArray[np.generic]) -> str:
    """Words on a field that changed; of one number also from what to what."""
    return f"{name} {before} → {after}" if np.ndim(after) == 0 else f"{name} changes"
