"""What live games and replays have in common: time, blending, whom we follow, and what is said about it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.app.panels.blend import Blend
from simulator.app.panels.numbers import scored
from simulator.app.panels.views import Banner
from simulator.app.play.history import History
from simulator.app.play.texts import text
from simulator.app.shell.stopwatch import Stopwatch
from simulator.engine.minds import Mind

if TYPE_CHECKING:
    from simulator.engine import Simulation

SLOWEST, FASTEST = 0.25, 16.0
BUDGET = 0.012  # s of real time spent on ticks in one frame; a slow machine plays slower instead of freezing
REST = 1.1  # s that the end of an episode stays in view
LONGEST_FRAME = 0.1  # s; after a hitch the world does not jump


class Scene(ABC):
    """A simulation that is shown, live or from a recording."""

    kind: str

    def __init__(
        self, simulation: Simulation, *, say: Callable[[str], None], speed: float, paused: bool, rest: float
    ) -> None:
        self.simulation = simulation
        self.world = simulation.world
        self.say = say
        self.speed = min(max(speed, SLOWEST), FASTEST)
        self.paused = paused
        self.followed = 0
        self.open_handed = False
        """Whether who plays asked to see more than the own seat does."""
        self.ticks = 0
        self.banner: Banner | None = None
        self.history = History(int(simulation.w["episodes"]), self.episode_ticks)
        self.listeners: list[Callable[[Simulation], None]] = []
        """Hear of every tick that was made."""
        self._blend = Blend(self.world)
        self._before = simulation.state.copy()
        self._due = 0.0  # simulated seconds since the present state was the newest
        self._rest, self._resting = rest, 0.0
        self._final: np.ndarray | None = None
        self._view: Any = None
        self._cuts = 0
        self.stopwatch = Stopwatch()
        """Counts where the time goes; the window puts its own here."""
        self.held = False
        """Whether it stands still until somebody has looked at the trial that ended."""

    @property
    def episode_ticks(self) -> int:
        """Ticks of the longest episode."""
        return self.world.timing.decisions * self.world.timing.ticks_per_decision

    @property
    def age(self) -> tuple[int, ...]:
        """Changes whenever a new episode begins or the state is replaced: trails from before must not be drawn."""
        w = self.shown()
        return int(w["task_key"]), int(w["trial"]), int(w["episode"]), self._cuts

    def shown(self) -> Any:
        """The record to draw: between the last two states, or the end of the episode while it stays in view."""
        if self._view is None:
            part = min(self._due / self.world.timing.tick, 1.0)
            blended = self._blend.between(self._before, self.simulation.state, part)
            self._view = blended if self._final is None else self._final[0]
        return self._view

    def advance(self, seconds: float) -> None:
        """Let `seconds` of real time pass."""
        seconds = min(seconds, LONGEST_FRAME)
        self._view = None
        if self.paused or not self.ready:
            return
        if self._final is not None:
            self._resting -= seconds * max(1.0, self.speed / 2)
            if self._resting > 0.0:
                return
            self._wake()
        if self.held:
            return
        if self.waiting:  # what was done last comes to its end, and there the world stands
            self._due = min(self._due + seconds * self.rate, self.world.timing.tick)
            return
        self._due += seconds * self.rate
        began = time.perf_counter()
        while self._due >= self.world.timing.tick and self._final is None and not self.paused and not self.held:
            self._due -= self.world.timing.tick
            with self.stopwatch.part("rules"):
                self._step()
            if time.perf_counter() - began > BUDGET:
                self._due = min(self._due, self.world.timing.tick)
                break

    def single_step(self) -> None:
        """Exactly one tick, then pause."""
        self.paused = True
        if self.ready:
            self._wake()
            self._step()
            self._due = self.world.timing.tick
            self._view = None

    @property
    def ready(self) -> bool:
        """Whether ticks can be made now."""
        return True

    @property
    def rate(self) -> float:
        """Simulated seconds in a second."""
        return self.speed

    @property
    def waiting(self) -> bool:
        """Whether the world stands still until its human chooses."""
        return False

    @property
    def viewer(self) -> int | None:
        """Through whose eyes the world is seen; None: through nobody's."""
        return self.followed

    def can_order(self, seat: int) -> bool:
        """Whether a click may tell this seat what to do."""
        return False

    def asked(self, seat: int, factor: int) -> int | None:
        """The choice that was asked of a seat by hand, and is not yet made."""
        return None

    def hints(self) -> list[str]:
        """What a human should know now of how to play."""
        return []

    @abstractmethod
    def who(self, seat: int) -> str:
        """Who fills a seat, for people."""

    @abstractmethod
    def thought(self, seat: int) -> Mind | None:
        """What the player of a seat thought last."""

    @abstractmethod
    def _tick(self) -> bool:
        """Make one tick; False if there is none left."""

    @abstractmethod
    def close(self) -> None:
        """The window goes: finish what is open."""

    def command(self, name: str) -> bool:
        """Obey a command of `controls.COMMANDS`; False if it is none of this scene's."""
        if name in ("pause", "play_pause"):
            self.paused = not self.paused
        elif name == "step":
            self.single_step()
        elif name == "slower":
            self.speed = max(self.speed / 2, SLOWEST)
        elif name == "faster":
            self.speed = min(self.speed * 2, FASTEST)
        elif name == "normal_speed":
            self.speed = 1.0
        elif name == "next_seat":
            self.followed = (self.followed + 1) % len(self.world.seats)
        else:
            return False
        return True

    def _step(self) -> None:
        before = self.simulation.state.copy()
        if not self._tick():
            return
        self._before = before
        self.ticks += 1
        self.history.tick(self.simulation)
        for hear in self.listeners:
            hear(self.simulation)
        if self.simulation.episode_ended:
            self._end_of_episode()

    def _end_of_episode(self) -> None:
        self._cut()
        if self._rest <= 0.0 or self.speed > 4.0 or self.paused:
            return
        self._final = np.zeros(1, dtype=self.world.record)
        self._final[0] = self.simulation.final
        self._resting = self._rest * (1.6 if self.simulation.trial_ended else 1.0)
        self.banner = self._verdict()

    def _verdict(self) -> Banner:
        """The return of the followed seat in the episode just ended, and how it compares."""
        returns = [float(row[self.followed]) for row in self.history.returns]
        seat, number = self.world.seats[self.followed].name, len(returns)
        last = f"{seat}: {scored(returns[-1], sign=True)}" if returns else seat
        if self.simulation.trial_ended and number > 1:
            gain = returns[-1] - returns[0]
            words = text("banner.gain", seat=seat, score=scored(returns[-1], sign=True), gain=scored(gain, sign=True))
            return Banner(text("banner.trial"), words, gain >= 0)
        if number > 1:
            gain = returns[-1] - returns[-2]
            return Banner(text("banner.episode", number=number), f"{last} ({scored(gain, sign=True)})", gain >= 0)
        return Banner(text("banner.episode", number=max(number, 1)), last, True)

    def _wake(self) -> None:
        """The end of the episode has been looked at."""
        self._final = self.banner = self._view = None

    def cut(self) -> None:
        """The state was replaced by somebody: nothing that was seen before goes on."""
        self._cuts += 1
        self._cut()

    def _cut(self) -> None:
        """The state was replaced: show the present one, blend with nothing before it."""
        self._before = self.simulation.state.copy()
        self._due = 0.0
        self._wake()
