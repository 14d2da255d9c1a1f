"""What the adaptation curve shows: the returns of a trial's episodes, and how the scores grew inside each."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.engine.minds import Mind

if TYPE_CHECKING:
    from simulator.engine import Simulation

PAST_TRIALS = 8
PAST_VALUES = 160
PAST_MEMORIES = 1024


class History:
    """Returns and scores of the present trial, for all S seats at once."""

    def __init__(self, episodes: int, episode_ticks: int) -> None:
        self.episodes = episodes
        self._episode_ticks = episode_ticks
        self.returns: list[np.ndarray] = []
        """(S,) for each finished episode of this trial."""
        self.traces: list[list[tuple[float, np.ndarray]]] = [[]]
        """For each episode begun: (part of the episode's longest time, scores (S,)), tick by tick."""
        self.past: deque[list[np.ndarray]] = deque(maxlen=PAST_TRIALS)
        """Returns of finished trials, oldest first."""
        self.values: dict[int, deque[float]] = {}
        """By seat: what its player expected at its last decisions."""
        self.memories: dict[int, deque[np.ndarray]] = {}
        """By seat: how its player's memory changed at each decision of this trial, (BANDS,) u1."""
        self.over = False
        """Whether the trial is finished; the next tick begins a new one."""

    def tick(self, simulation: Simulation) -> None:
        """Take in the tick just made."""
        if self.over:
            self.new_trial()
        if not simulation.episode_ended:
            self._trace(simulation.w)
            return
        self._trace(simulation.final)
        self.returns.append(np.array(simulation.final["score"]))
        self.traces.append([])
        self.over = simulation.trial_ended

    def think(self, seat: int, thought: Mind) -> None:
        """Take in what a seat's player expects, if it tells."""
        if "value" in thought:
            self.values.setdefault(seat, deque(maxlen=PAST_VALUES)).append(float(thought["value"]))
        if "memory" in thought:
            self.memories.setdefault(seat, deque(maxlen=PAST_MEMORIES)).append(thought["memory"])

    def new_trial(self) -> None:
        """Begin another trial; a finished one is kept as a past one."""
        if self.over and self.returns:
            self.past.append(self.returns)
        self.returns, self.traces, self.over = [], [[]], False
        self.memories.clear()

    def restart_episode(self) -> None:
        """The present episode begins again."""
        self.traces[-1] = []

    def keep(self) -> tuple[Any, ...]:
        """All that `go_back` needs."""
        values = {seat: tuple(told) for seat, told in self.values.items()}
        return list(self.returns), [(trace, len(trace)) for trace in self.traces], tuple(self.past), values, self.over

    def go_back(self, kept: tuple[Any, ...]) -> None:
        """Show what was known when it was kept."""
        returns, traces, past, values, self.over = kept
        self.returns, self.traces = list(returns), [trace[:length] for trace, length in traces]
        self.past = deque(past, maxlen=PAST_TRIALS)
        self.values = {seat: deque(told, maxlen=PAST_VALUES) for seat, told in values.items()}

    def jump(self, returns: Sequence[Sequence[float]], w: Any) -> None:
        """Stand somewhere else in a recording: `returns` of the episodes finished there, the state `w` there."""
        self.returns = [np.array(row, dtype=np.float64) for row in returns]
        self.traces = [[] for _ in range(len(returns) + 1)]
        self.past.clear()
        self.values.clear()
        self.memories.clear()
        self.over = False
        self._trace(w)

    def trace(self, episode: int, points: list[tuple[float, np.ndarray]]) -> None:
        """How the scores grew in an episode of this trial, where that is known although nobody watched it."""
        if points and episode < len(self.traces):
            self.traces[episode] = points

    def _trace(self, w: Any) -> None:
        self.traces[-1].append((int(w["tick"]) / self._episode_ticks, np.array(w["score"])))
