"""Slow work in the background while the window stays alive: compiling kernels, loading agents."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from simulator.app.play.hands import allowed_now
from simulator.app.shell import JOB
from simulator.canvas import LAYERS, render

if TYPE_CHECKING:
    from simulator.engine import Simulation

WARM_TICKS = 200  # enough to pass the end of an episode in most worlds
WARM_SIZE = (64, 64)  # px
Made = TypeVar("Made")


class Job(Generic[Made]):
    """Runs `work` in a thread. Ask `done`, then `result`."""

    def __init__(self, words: str, work: Callable[[], Made]) -> None:
        self.words = words
        self._work = work
        self._made: Made | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"{JOB}{words}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._made = self._work()
        except BaseException as error:
            self._error = error

    @property
    def done(self) -> bool:
        """Whether there is a result, or an error."""
        return not self._thread.is_alive()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the work to end; whether it did."""
        self._thread.join(seconds)
        return self.done

    def result(self) -> Made:
        """What `work` gave; an error in it is raised here."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._made  # type: ignore[return-value]


def warmed(source: Any) -> Any:
    """The same simulation or playback, after a copy of it has compiled all that playing and drawing will need."""
    simulation: Simulation = getattr(source, "simulation", source)
    twin = simulation.clone()
    twin.restart_episode()
    twin.next_task()
    ticks = twin.world.timing.decisions * twin.world.timing.ticks_per_decision
    for _ in range(min(ticks, WARM_TICKS)):
        twin.tick(np.array(twin.w["action"], dtype=np.int64))
    allowed_now(twin, 0)
    render(twin.world, twin.w, WARM_SIZE, layers=LAYERS, viewer=0)
    return source


def compiled_part() -> float | None:
    """How much of the kernels that are loaded has machine code by now (0 … 1); None if there are none yet."""
    kernels: dict[int, Any] = {}
    for name, module in list(sys.modules.items()):
        if name.startswith(("worlds.", "crossplay_")):
            for thing in list(vars(module).values()):
                if hasattr(thing, "py_func") and hasattr(thing, "overloads"):
                    kernels[id(thing)] = thing
    if not kernels:
        return None
    return sum(bool(kernel.overloads) for kernel in kernels.values()) / len(kernels)
