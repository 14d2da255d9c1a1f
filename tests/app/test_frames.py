"""Where the time of a frame goes, what the window costs in words, and words that make room for each other."""

import time

import pygame
import pytest
from imgui_bundle import imgui

from simulator.app.commands.frames import BARS, written
from simulator.app.panels.frames import lines
from simulator.app.panels.parts import draw_messages, whole_window
from simulator.app.shell.stopwatch import PARTS, Stopwatch, TimedCalls
from simulator.canvas.words import Words
from tests.app.conftest import FRAME, Opener, Puppet, press, run


class Clock:
    """Processor time that passes when it is told to."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        patch.setattr(time, "process_time", lambda: self.now)

    def pass_by(self, milliseconds: float) -> None:
        self.now += milliseconds / 1000


def _fail_while_drawing(clock: Clock, stopwatch: Stopwatch) -> None:
    with stopwatch.part("drawing"):
        clock.pass_by(16)
        raise ZeroDivisionError


def test_every_moment_of_a_frame_belongs_to_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stopwatch = Clock(monkeypatch), Stopwatch()
    clock.pass_by(100)  # between frames
    stopwatch.begin()
    clock.pass_by(1)
    with stopwatch.part("rules"):
        clock.pass_by(2)
        TimedCalls(clock, stopwatch, "agents").pass_by(4)
        clock.pass_by(8)
    with pytest.raises(ZeroDivisionError):
        _fail_while_drawing(clock, stopwatch)
    clock.pass_by(32)
    stopwatch.end()
    times = stopwatch.times()
    assert times is not None
    assert times.parts == pytest.approx(
        {"rules": 10, "agents": 4, "recording": 0, "drawing": 16, "panels": 0, "rest": 33}
    )
    assert times.median == pytest.approx(63)


def test_the_95th_of_100_frames_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stopwatch = Clock(monkeypatch), Stopwatch(kept=100)
    assert stopwatch.times() is None
    for frame in range(200):
        stopwatch.begin()
        clock.pass_by(1 if frame % 100 < 90 else 20)
        stopwatch.end()
    times = stopwatch.times()
    assert times is not None
    assert times.frames == 100
    assert (times.median, times.p95) == pytest.approx((1, 20))
    assert "100 frames: half took less than 1.0 ms" in "\n".join(lines(times, 60.0))


def test_a_game_counts_rules_agents_drawing_and_panels(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet()})
    app.prepare_gui().result()
    press("f3")
    run(app, 1.0)
    times = app.stopwatch.times()
    assert times is not None
    assert times.frames == pytest.approx(1 / FRAME, abs=1)
    assert app.debugging
    assert all(times.parts[part] > 0.0 for part in ("rules", "agents", "drawing", "panels"))


def test_the_figures_are_told_in_tables_with_what_is_asked() -> None:
    of = {
        "player": "", "median": 3.25, "p95": 5.5, "parts": dict.fromkeys(PARTS, 0.5), "recording": 0.031,
        "first_frame": 1.5, "resting": 9.9, "resting_share": 0.02, "hidden_share": 0.001, "step_bytes": 41.0,
        "minds_bytes": 80.0, "memory": {"minutes": 10.0, "played": 160.0, "first": 400.0, "last": 404.0, "slope": 21.5},
    }  # fmt: skip
    words = written({"worlds": {"tag": of}, "home": 0.75})
    assert "| tag, bots | 3.2 | 5.5 | 0.50 |" in words
    assert "3.1%" in words
    assert "(160 minutes of the world): 400 MB half-way, 404 MB at last, +21.5 MB an hour" in words
    assert all(about in words for _, about in BARS.values())


def test_messages_stand_below_everything_that_can_be_pressed(open_app: Opener) -> None:
    app = open_app()
    app.prepare_gui().result()
    target, feet = pygame.Surface((600, 400), 0, 32), []
    for said in ([], ["saved", "a sentence that is long " * 9], []):
        for _ in range(2):  # room is made from the next frame on
            app.gui.begin(target.get_size(), FRAME)
            with whole_window("page"):
                feet.append(imgui.get_window_pos().y + imgui.get_window_size().y)
            draw_messages(app.gui, app.look, said)
            app.gui.end(target)
    assert feet[1] == feet[-1] == 400
    assert feet[3] < 400 - 3 * imgui.get_text_line_height()


def test_words_move_where_no_others_are() -> None:
    words, box = Words(), pygame.Rect(10, 50, 40, 12)
    places = [words.free(box), words.free(box.move(5, 3)), words.free(box, up=True)]
    assert places[0] == box
    assert places[1].top == box.bottom
    assert places[2].bottom == box.top
    assert all(place.collidelist(places[order + 1 :]) == -1 for order, place in enumerate(places))
