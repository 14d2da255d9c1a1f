"""Keeps the road log of what a scene shows: live by its ticks, in a replay by walking through the episode."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.app.play.road_log import RoadLog
from worlds.world import Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.app.screens.scene import Scene
    from simulator.engine import Simulation

BUDGET = 0.002  # s of a frame in which a recording is walked through


class RoadWatch:
    """The log of the episode that a scene shows, and the delay by lane of the one before."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.log = RoadLog(scene.world)
        self.before: NDArray[np.float32] | None = None
        """(L,): vehicle-seconds lost by lane in the episode before this one, in the same task; None: not watched."""
        self._playback: Any = getattr(scene, "playback", None)
        self._walker: Any = None
        self._end = 0
        self._task: object = None
        if not hasattr(self._playback, "twin"):
            scene.listeners.append(self.hear)

    def hear(self, simulation: Simulation) -> None:
        """Take in the tick that a simulation just made."""
        self.see(simulation.final if simulation.episode_ended else simulation.w)

    def see(self, w: Any) -> None:
        """Take in the state after a tick."""
        known, task = self.log.episode, (int(w["task_key"]), int(w["trial"]))
        if known and (*task, int(w["episode"])) != known:
            whole = self.log.begun == 0.0 and task == known[:2] and int(w["episode"]) == known[2] + 1
            self.before = self.log.delay(self.log.filled + 1.0) if whole else None
        self.log.tick(w)

    def advance(self) -> None:
        """Walk on through a recording until its present episode is known."""
        if not hasattr(self._playback, "twin") or not self._playback.episodes:
            return
        at = int(self._playback.position)
        span = next((span for span in reversed(self._playback.episodes) if span.start <= at), None)
        if span is None:
            return
        if self._walker is None or not span.start <= self._walker.position <= span.end or self._end != span.end:
            self._begin(span)
        began = time.perf_counter()
        while self._walker.position < self._end and time.perf_counter() - began < BUDGET:
            try:
                if not self._walker.forward():
                    break
            except Refused:  # whoever plays on to here is told the reason
                break
            self.hear(self._walker.simulation)

    def _begin(self, span: Any) -> None:
        if self._walker is None:
            self._walker = self._playback.twin()
        if self._walker.position != span.start:
            self._walker.seek(span.start)
        self._end = span.end
