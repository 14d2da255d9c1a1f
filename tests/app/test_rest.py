"""A window that nobody touches draws seldom, one that nobody sees not at all: counted by a clock that tests move."""

import time

import numpy as np
import pygame
import pytest

from simulator.app.screens.app import App
from simulator.app.shell import stage
from simulator.app.shell.stage import FRAMES, RESTING_FRAMES, TOUCHED
from tests.app.conftest import Opener, Puppet, live, press

HAIR = 1e-6  # s


class Clock:
    """Time that passes only while somebody sleeps, and when every picture was shown."""

    def __init__(self) -> None:
        self.now = time.perf_counter()
        self.shown: list[float] = []
        self.drawn = 0
        self._app: App | None = None
        self._end = 0.0

    def perf_counter(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds + 1e-9  # so that what is left of a wait ends
        if self._app is not None and self.now >= self._end:
            self._app.running = False

    def pictures(self, app: App, seconds: float) -> list[float]:
        """When pictures were shown while so many seconds pass."""
        before = len(self.shown)
        self._app, self._end, app.running = app, self.now + seconds, True
        app.run()
        return self.shown[before:]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(stage, "time", made)
    monkeypatch.setattr(pygame.display, "flip", lambda: made.shown.append(made.now))
    return made


def opened(open_app: Opener, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> App:
    """A game with all that is drawn around it; what its screen draws is counted, too."""
    app = open_app(seats={"walker_0": Puppet()})
    app.prepare_gui().result()
    clock.pictures(app, 0.5)
    assert live(app).ready
    draw = app.top.draw

    def counted(surface: pygame.Surface, seconds: float) -> None:
        clock.drawn += 1
        draw(surface, seconds)

    monkeypatch.setattr(app.top, "draw", counted)
    return app


def event(app: App, kind: int) -> None:
    app.handle(pygame.event.Event(kind))


def test_a_paused_and_untouched_window_draws_at_most_ten_pictures_a_second(
    open_app: Opener, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    app = opened(open_app, monkeypatch, clock)
    playing = clock.pictures(app, 2.0)
    assert len(playing) == pytest.approx(2 * FRAMES, abs=2)
    press("p")
    clock.pictures(app, TOUCHED + 0.2)
    assert live(app).paused
    ticks, drawn = live(app).ticks, clock.drawn
    resting = clock.pictures(app, 5.0)
    assert np.diff(resting).min() >= 1 / RESTING_FRAMES - HAIR
    assert RESTING_FRAMES <= 10
    assert len(resting) == pytest.approx(5 * RESTING_FRAMES, abs=1)  # what a system lost of its picture comes back
    assert clock.drawn - drawn == len(resting)
    assert live(app).ticks == ticks


def test_a_paused_window_answers_at_once_when_it_is_touched(
    open_app: Opener, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    app = opened(open_app, monkeypatch, clock)
    press("p")
    clock.pictures(app, TOUCHED + 0.2)
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=(40, 40), rel=(1, 1), buttons=(0, 0, 0)))
    touched = clock.pictures(app, TOUCHED)
    assert len(touched) == pytest.approx(TOUCHED * FRAMES, abs=2)
    assert np.diff(clock.pictures(app, 3.0))[1:].min() >= 1 / RESTING_FRAMES - HAIR
    press("p")
    assert len(clock.pictures(app, 1.0)) == pytest.approx(FRAMES, abs=2)


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("kind", [pygame.WINDOWMINIMIZED, pygame.WINDOWHIDDEN])
def test_a_hidden_window_draws_nothing_at_all(
    open_app: Opener, monkeypatch: pytest.MonkeyPatch, clock: Clock, kind: int, paused: bool
) -> None:
    app = opened(open_app, monkeypatch, clock)
    if paused:
        press("p")
        clock.pictures(app, 0.1)
    event(app, kind)
    ticks, drawn = live(app).ticks, clock.drawn
    assert clock.pictures(app, 3.0) == []
    assert clock.drawn == drawn
    assert (live(app).ticks > ticks) == (not paused)  # a game goes on that nobody stopped
    event(app, pygame.WINDOWRESTORED)
    assert clock.pictures(app, 1.0)
    assert clock.drawn > drawn
