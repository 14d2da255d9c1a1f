"""Plays the conditions of a trial in a thread, one after the other, while the page after the trial is looked at."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from simulator.app.play.conditions import Condition, Onlooker, SameTask, play_condition
from worlds.declarations import Refused

if TYPE_CHECKING:
    from simulator.engine import Simulation

STOPPING = 0.3  # s that the window waits for the thread when it is closed


class _Stopped(Exception):
    """The window does not want it any more."""


class Rival(Onlooker):
    """One condition: how far it is, and what came of it."""

    def __init__(self, condition: Condition, learners: Sequence[int], stop: threading.Event) -> None:
        super().__init__(learners)
        self.condition, self._stop = condition, stop
        self.begun = self.done = False
        self.problem = ""
        """Why it cannot be played."""

    def tick(self, simulation: Simulation) -> None:
        """Note the tick just made, unless nobody wants to know."""
        if self._stop.is_set():
            raise _Stopped
        super().tick(simulation)


class RivalTrials:
    """The conditions of a trial. `rows` fill up episode by episode; `stop` ends the work between two ticks."""

    def __init__(
        self, task: SameTask, conditions: Sequence[Condition], known: Mapping[Condition, Rival] | None = None
    ) -> None:  # fmt: skip
        """Begin with what is not ``known`` already of this very task."""
        self._task, self._halt = task, threading.Event()
        self.rows = [
            (known or {}).get(condition) or Rival(condition, task.learners, self._halt) for condition in conditions
        ]
        self._thread = threading.Thread(target=self._run, name="crossplay: comparing", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return not self._thread.is_alive()

    @property
    def known(self) -> dict[Condition, Rival]:
        """What was played to its end."""
        return {row.condition: row for row in self.rows if row.done and not row.problem}

    def stop(self, seconds: float = STOPPING) -> None:
        """Give up what is not finished."""
        self._halt.set()
        self._thread.join(seconds)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for all; whether they are there."""
        self._thread.join(seconds)
        return self.done

    def _run(self) -> None:
        for row in self.rows:
            if self._halt.is_set():
                return
            if row.done:
                continue
            row.begun = True
            try:
                play_condition(self._task, row.condition, row)
            except _Stopped:
                return
            except Refused as refusal:
                row.problem = str(refusal)
            except Exception as error:  # a player or a world that breaks must not take the window along
                row.problem = f"{type(error).__name__}: {error}"
            row.done = True
