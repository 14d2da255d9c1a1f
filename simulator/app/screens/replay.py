"""A replay in the same window: the recorded actions run through the rules again, back and forth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.app.panels.views import MarkView
from simulator.app.play.clocks import clock
from simulator.app.play.table import HUMAN
from simulator.app.play.texts import text
from simulator.app.screens.scene import FASTEST, REST, SLOWEST, Scene
from simulator.app.shell.controls import REPLAY
from simulator.engine.minds import Mind
from worlds.kit.words import one_line
from worlds.world import Refused

if TYPE_CHECKING:
    from replays import Survey
    from simulator.app.shell.session import Session
    from simulator.engine import Simulation

LONGEST_NAME = 200  # characters of who sat in a seat
SEEK = 1.0  # s of simulated time that an arrow key jumps
SURVEY = 0.004  # s of a frame in which the recording is searched for what happened in it
TRACED = 60  # points of the curve of an episode
BUTTONS = (
    "seek_start", "previous_episode", "reverse", "step_back", "play_pause", "step", "next_episode", "seek_end",
    "bookmark", "branch", "mistakes", "export", "menu",
)  # fmt: skip


def seat_changes(events: Iterable[tuple[int, Any]]) -> dict[str, list[tuple[int, str]]]:
    """Seats that changed hands in a recording → when, and who came."""
    found: dict[str, list[tuple[int, str]]] = {}
    for position, event in events:
        if event.name == "seat_change":
            who = one_line(str(event.data.get("player", "recorded")), LONGEST_NAME)
            found.setdefault(str(event.data.get("seat")), []).append((position, who))
    return found


class ReplayScene(Scene):
    """Shows a `replays.Playback`, or anything with its attributes."""

    kind = REPLAY
    buttons: Sequence[str] = BUTTONS

    def __init__(
        self, playback: Any, session: Session, *, say: Callable[[str], None], reduced_motion: bool = False
    ) -> None:
        super().__init__(
            playback.simulation, say=say, speed=session.speed, paused=session.paused,
            rest=0.0 if reduced_motion else REST,
        )  # fmt: skip
        self.playback = playback
        self.reverse = False
        facts = dict(playback.info)
        self._players: dict[str, str] = dict(facts.get("players") or {})
        self._changes = seat_changes(getattr(playback, "events", ()))
        if session.follow is not None:
            self.followed = self.world.seat_index(session.follow)
        self._thoughts: dict[int, Mind] = {}
        self.survey = _survey_of(playback)
        self.bookmarks = self._read_bookmarks()
        self.found: list[MarkView] = []
        """Marks that somebody else found, such as mistakes."""
        self.marks: Sequence[MarkView] = ()
        self._marked_at = -1
        self.off: dict[str, str] = {}
        """By button, why it cannot be pressed."""
        self._jumped()
        if getattr(playback, "truncated", False):
            self.say(text("say.cut", name=playback.path.name))

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
    def scores(self) -> NDArray[np.float32]:
        """(T + 1, S): the score of every seat in its episode."""
        if self.survey is not None:
            return self.survey.scores
        return np.zeros((self.length + 1, len(self.world.seats)), np.float32)

    @property
    def surveyed(self) -> int:
        """The last position whose scores are known."""
        return 0 if self.survey is None else self.survey.position

    @property
    def score(self) -> float:
        """Of the followed seat now."""
        return float(self.simulation.w["score"][self.followed])

    @property
    def diverged(self) -> str | None:
        """Words about the first tick at which the rules gave another state than the recording proves."""
        found = self.playback.diverged
        if found is None:
            return None
        return text("say.diverged", tick=found[0], fields=", ".join(found[1]) or "?")

    def why_off(self, button: str) -> str:
        """Why a button cannot be pressed; empty where it can."""
        if button == "export" and getattr(self.playback, "path", None) is None:
            return text("export.none")
        return self.off.get(button, "")

    def who(self, seat: int) -> str:
        """Who filled a seat in the recording, as far as it is shown."""
        if seat not in self.simulation.external:
            return "bot"
        name = self.world.seats[seat].name
        later = [who for position, who in self._changes.get(name, ()) if position <= self.position]
        found = later[-1] if later else self._players.get(name, "recorded")
        return text("library.person") if found == HUMAN else found

    def thought(self, seat: int) -> Mind | None:
        """What the recorded player thought last."""
        return self._thoughts.get(seat)

    def close(self) -> None:
        """Nothing is open."""

    def advance(self, seconds: float) -> None:
        """Let `seconds` of real time pass, and find out more of what happened."""
        if self.survey is not None and not self.survey.done:
            self.survey.advance(SURVEY)
            known = self.survey.position * 8 // max(self.length, 1) + self.survey.done  # anew now and then
            if known != self._marked_at:
                self._marked_at = known
                self.mark()
        super().advance(seconds)

    def mark(self) -> None:
        """Put all marks together anew."""
        from replays import Mark

        own = [Mark(tick, "bookmark", "bookmark") for tick in self.bookmarks]
        self.marks = [*own, *self.found, *([] if self.survey is None else self.survey.marks())]

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
        if (target := self._target(name)) is not None:
            self.paused = self.paused or name == "step_back"
            self.seek(target)
            return True
        if name == "reverse":
            self._turn_round()
        elif name == "bookmark":
            self._bookmark()
        elif name in ("previous_mark", "next_mark"):
            self._to_mark(forward=name == "next_mark")
        else:
            if name == "step" or (name in ("pause", "play_pause") and self.paused and self.position == 0):
                self.reverse = False
            if name in ("pause", "play_pause") and self.paused and self.position >= self.length and not self.reverse:
                self.seek(0)
            return super().command(name)
        return True

    def _target(self, name: str) -> int | None:
        """Where a command jumps to."""
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
        return targets.get(name)

    def set_speed(self, speed: float) -> None:
        """Simulated seconds in a second."""
        self.speed = min(max(speed, SLOWEST), FASTEST)

    def _turn_round(self) -> None:
        """Play backwards; pressed while it does so, forwards again."""
        self.reverse = self.paused or not self.reverse
        self.paused = False
        self._cut()

    def _to_mark(self, *, forward: bool) -> None:
        places = {mark.position for mark in self.marks}
        ahead = [place for place in places if (place > self.position if forward else place < self.position)]
        if not ahead:
            self.say(text("replay.no_mark"))
            return
        self.seek(min(ahead) if forward else max(ahead))

    # --- bookmarks -----------------------------------------------------------------------------------------------

    def _read_bookmarks(self) -> list[int]:
        from replays import read_bookmarks

        try:
            path = getattr(self.playback, "path", None)
            return [] if path is None else [tick for tick in read_bookmarks(path) if tick <= self.length]
        except Refused as error:
            self.say(f"{error}.")
            return []

    def _bookmark(self) -> None:
        """Set a bookmark at the tick that is shown, or take it away, and keep all beside the recording."""
        from replays import write_bookmarks

        here, when = self.position, clock(self.position * self.world.timing.tick)
        kept = sorted({*self.bookmarks} ^ {here})
        path = getattr(self.playback, "path", None)
        try:
            if path is not None:
                write_bookmarks(path, kept)
        except Refused as error:
            self.say(f"{error}.")
            return
        self.bookmarks = kept
        self.mark()
        self.say(text("replay.bookmarked" if here in kept else "replay.unmarked", time=when))
        if path is None:
            self.say(text("replay.not_kept"))

    # --- time ----------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        if self.reverse:
            self._step_back()
        else:
            super()._step()

    def _step_back(self) -> None:
        """One tick backwards, blended as one forwards is."""
        before, age = self.simulation.state.copy(), self._episode()
        if not self.playback.backward():
            self.paused, self.reverse = True, False
            self.say(text("replay.begin"))
            return
        self._refresh()
        if self._episode() == age:
            self._before = before
        else:
            self._cut()

    def _episode(self) -> tuple[int, int, int]:
        w = self.simulation.w
        return int(w["task_key"]), int(w["trial"]), int(w["episode"])

    def _tick(self) -> bool:
        if not self.playback.forward():
            self.paused = True
            self.say(text("replay.end"))
            return False
        self._think()
        return True

    def _think(self) -> None:
        self._thoughts = self.playback.minds(self.position)
        if self.simulation.deciding:
            for seat, thought in self._thoughts.items():
                self.history.think(seat, thought)

    def _jumped(self) -> None:
        self.cut()
        self._refresh()

    def _refresh(self) -> None:
        """What the panel tells of the trial, as if one had played up to here."""
        w = self.simulation.w
        spans = [span for span in self.playback.episodes if span.trial == int(w["trial"])]
        ended = {  # where the game was rewound an episode is there twice: the last one counts
            span.episode: span
            for span in spans
            if span.end <= self.position and span.episode < int(w["episode"]) and span.returns is not None
        }
        finished = [ended[episode] for episode in sorted(ended)]
        self.history.jump([span.returns for span in finished], w)
        present = next((span for span in reversed(spans) if span.start <= self.position < span.end), None)
        for order, span in enumerate([*finished, *([present] if present is not None else [])]):
            self.history.trace(order, self._trace(span.start, min(span.end, self.position)))
        self._think()

    def _trace(self, start: int, end: int) -> list[tuple[float, np.ndarray]]:
        """How the scores grew in the ticks of one episode, as far as they are known."""
        end = min(end, self.surveyed)
        if end <= start:
            return []
        at = np.unique(np.linspace(start + 1, end, min(TRACED, end - start)).astype(int)).tolist()
        before = self.survey.begun if self.survey is not None and start == 0 else 0
        return [((before + tick - start) / self.episode_ticks, self.scores[tick]) for tick in at]


def _survey_of(playback: Any) -> Survey | None:
    """What finds out what happened in a recording; none for what only looks like one."""
    if not hasattr(playback, "twin"):
        return None
    from replays import Survey

    return Survey(playback)
