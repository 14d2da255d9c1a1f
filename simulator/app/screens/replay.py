"""A replay in the same window: the recorded actions run through the rules again, back and forth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.app.screens.scene import REST, Scene
from simulator.app.shell.controls import REPLAY
from simulator.engine.minds import Mind
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.app.shell.session import Session
    from simulator.engine import Simulation

SEEK = 1.0  # s of simulated time that an arrow key jumps


class ReplayScene(Scene):
    """Shows a `replays.Playback`, or anything with its attributes."""

    kind = REPLAY

    def __init__(
        self, playback: Any, session: Session, *, say: Callable[[str], None], reduced_motion: bool = False
    ) -> None:
        super().__init__(
            playback.simulation, say=say, speed=session.speed, paused=session.paused,
            rest=0.0 if reduced_motion else REST,
        )  # fmt: skip
        self.playback = playback
        facts = dict(playback.info)
        self._players: dict[str, str] = dict(facts.get("players") or {})
        if session.follow is not None:
            self.followed = self.world.seat_index(session.follow)
        self._thoughts: dict[int, Mind] = {}
        self._jumped()
        if getattr(playback, "truncated", False):
            self.say(f"{playback.path.name} was cut short: it plays to its last whole part")

    @property
    def position(self) -> int:
        """Ticks from the start of the recording."""
        return int(self.playback.position)

    @property
    def length(self) -> int:
        """Ticks in all."""
        return int(self.playback.length)

    @property
    def boundaries(self) -> list[tuple[int, bool]]:
        """Where episodes begin: the position, and whether a trial begins there too."""
        spans = self.playback.episodes
        return [(span.start, order == 0 or span.trial != spans[order - 1].trial) for order, span in enumerate(spans)]

    @property
    def diverged_at(self) -> int | None:
        """The first tick at which the rules gave another state than the recording proves."""
        found = self.playback.diverged
        return None if found is None else int(found[0])

    @property
    def diverged(self) -> str | None:
        """Words about the first tick at which the rules gave another state than the recording proves."""
        found = self.playback.diverged
        if found is None:
            return None
        return f"DIVERGED at tick {found[0]}: {', '.join(found[1])}"

    def who(self, seat: int) -> str:
        """Who filled a seat in the recording."""
        if seat not in self.simulation.external:
            return "bot"
        return self._players.get(self.world.seats[seat].name, "recorded")

    def thought(self, seat: int) -> Mind | None:
        """What the recorded player thought last."""
        return self._thoughts.get(seat)

    def close(self) -> None:
        """Nothing is open."""

    def seek(self, position: float) -> None:
        """Jump to a position; it is kept inside the recording."""
        self.playback.seek(int(min(max(position, 0), self.length)))
        self._jumped()

    def branch(self) -> Simulation | None:
        """A live simulation that goes on from the state that is shown; none, and a word why, where that cannot be."""
        try:
            found: Simulation = self.playback.branch()
        except Refused as error:
            self.say(str(error))
            return None
        return found

    def command(self, name: str) -> bool:
        """Obey a command."""
        second = max(1, round(SEEK / self.world.timing.tick))
        starts = [start for start, _ in self.boundaries]
        targets = {
            "step_back": self.position - 1,
            "seek_back": self.position - second,
            "seek_forward": self.position + second,
            "seek_start": 0,
            "seek_end": self.length,
            "previous_episode": max((start for start in starts if start < self.position - 2), default=0),
            "next_episode": min((start for start in starts if start > self.position), default=self.length),
        }
        if name in targets:
            self.paused = self.paused or name == "step_back"
            self.seek(targets[name])
            return True
        if name in ("pause", "play_pause") and self.paused and self.position >= self.length:
            self.seek(0)
        return super().command(name)

    def _tick(self) -> bool:
        if not self.playback.forward():
            self.paused = True
            self.say("End of the recording")
            return False
        self._think()
        return True

    def _think(self) -> None:
        self._thoughts = self.playback.minds(self.position)
        if self.simulation.deciding:
            for seat, thought in self._thoughts.items():
                self.history.think(seat, thought)

    def _jumped(self) -> None:
        self._cut()
        w = self.simulation.w
        here = [span for span in self.playback.episodes if span.trial == int(w["trial"]) and span.end <= self.position]
        self.history.jump([span.returns for span in here if span.returns is not None], w)
        self._think()
