"""The mouse explains the set-up page, a training, the bar of a replay, the columns of the library, and roads."""

from pathlib import Path

import numpy as np
import pygame
import pytest
from imgui_bundle import imgui

import replays
from replays.library import Library
from simulator.app.panels.frames import draw_frames
from simulator.app.panels.library import LibraryView, draw_library
from simulator.app.panels.mistakes import MistakeList
from simulator.app.panels.setup import SetupView, draw_setup
from simulator.app.panels.traffic import Scale, TrafficView, draw_traffic
from simulator.app.panels.training import TrainView, draw_training
from simulator.app.panels.training_run import RunPage, draw_run
from simulator.app.panels.whatifs import WhatIfList
from simulator.app.play.metrics import FIGURES, Curves
from simulator.app.play.mistakes import Mistake
from simulator.app.play.reports import ReportCell, ReportView
from simulator.app.play.setups import Choice, Setup
from simulator.app.play.shelf import COLUMNS
from simulator.app.play.texts import text
from simulator.app.play.train_form import TrainForm
from simulator.app.play.training_runs import RunCard
from simulator.app.shell.gui import Gui
from simulator.app.shell.stopwatch import FrameTimes
from simulator.app.shell.theme import Look
from simulator.canvas import THEMES
from tests.app.conftest import FRAME, Opener, run
from tests.app.test_tips import SIZE, asked, explained, gui  # noqa: F401 a fixture
from tests.replays.shelves import record_beacon
from worlds.world import World

TRAFFIC = ("clock", "colours", "roads", "rows")


def frames(gui: Gui, draw: object, look: Look) -> None:  # noqa: F811
    for _ in range(3):
        gui.begin(SIZE, FRAME)
        draw(gui, look)  # type: ignore[operator]
        gui.end(pygame.display.get_surface())


@pytest.fixture
def look() -> Look:
    return Look(THEMES["dark"])


def test_the_set_up_page_explains_its_fields_and_seats(gui: Gui, look: Look, beacon: World) -> None:  # noqa: F811
    agent = Choice("agent:a", "agent", "a", scores=(1.0, 2.5))
    bot = next(iter(beacon.bots_of(beacon.seats[1].role)))
    rows = [[agent], [Choice(f"bot:{bot.name}", "bot", bot.name, bot=bot)]]
    seats = {"walker_0": "agent:a", "walker_1": f"bot:{bot.name}"}
    view = SetupView(Setup(world="beacon", seats=seats), "Beacon", beacon, rows)
    frames(gui, lambda gui, look: draw_setup(gui, look, view), look)
    found = explained(gui)
    for name in ("split", "generator", "seed", "episodes", "preview", "code"):
        assert text(f"tip.setup.{name}") in found
    for seat in beacon.seats:
        assert text("tip.setup.seat", name=seat.name, role=seat.role, team=seat.team) in found
    assert text("tip.setup.score", returns="1.0, 2.5") in found
    for knob in bot.knobs:
        called = knob.name.replace("_", " ")
        assert text("tip.setup.knob", name=called, low=f"{knob.low:g}", high=f"{knob.high:g}") in found


def test_what_is_clicked_on_a_road_and_its_colours_are_explained(gui: Gui, look: Look) -> None:  # noqa: F811
    view = TrafficView("0:10", "speed", "K", (("car", "1"),), (Scale("flow", (((1, 2, 3), "0%"),)),))
    frames(gui, lambda gui, look: draw_traffic(gui, look, view, (1000, 700)), look)
    assert {text(f"tip.traffic.{name}") for name in TRAFFIC} <= set(explained(gui))


def test_lists_over_a_replay_and_frame_times_are_explained(gui: Gui, look: Look) -> None:  # noqa: F811
    found = [Mistake(1, 0, 1.0, "left", "right", "0:01")]
    times = FrameTimes(60, 3.0, 5.0, {"rules": 1.0})
    rows = [(0, "game", True), (1, "what if", False)]

    def draw(gui: Gui, look: Look) -> None:
        MistakeList().say(gui, look, "Costliest", found, (10, 600), 900, "B")
        WhatIfList().say(gui, look, rows, (10, 10), "hint")
        draw_frames(gui, look, times, 60.0, 900)

    frames(gui, draw, look)
    names = ("mistakes.row", "whatif.row", "frames.rate", "frames.head", "frames.parts")
    assert {text(f"tip.{name}") for name in names} <= set(explained(gui))


def test_a_training_explains_its_numbers_and_curves(gui: Gui, look: Look) -> None:  # noqa: F811
    steps = np.arange(1.0, 6.0) * 1e5
    columns = dict.fromkeys((*FIGURES, "first walker", "last walker"), steps / 1e5)
    cell = ReportCell("walker", "test-both", 200, {"agent": (1.0, 2.0)})
    page = RunPage(Curves(steps, columns, ("walker",), (), {}), report=ReportView((cell,)))
    card = RunCard(Path("run"), "run", "beacon", done=500, asked=1000)

    def draw(gui: Gui, look: Look) -> None:
        imgui.set_next_window_pos((0, 0))
        imgui.set_next_window_size((SIZE[0], 4000))
        imgui.begin("run")
        draw_run(gui, look, card, page)
        imgui.end()

    frames(gui, draw, look)
    assert {text(f"tip.train.{name}") for name in ("part", "return")} <= set(explained(gui))
    view = TrainView(Path(), ["beacon"], TrainForm("beacon"), [card], chosen=card.folder)
    frames(gui, lambda gui, look: draw_training(gui, look, view), look)
    assert text("tip.train.run") in explained(gui)


def test_every_column_of_the_library_is_explained(gui: Gui, look: Look, tmp_path: Path) -> None:  # noqa: F811
    record_beacon(tmp_path / "game.mcap", 60)
    view = LibraryView(Library(tmp_path, tmp_path / "index.sqlite").refresh(), 1)
    frames(gui, lambda gui, look: draw_library(gui, look, view), look)
    assert {text(f"tip.library.{name}") for name in COLUMNS} <= set(explained(gui))


def test_the_bar_of_a_replay_tells_the_score_under_the_mouse(open_app: Opener, tmp_path: Path) -> None:
    app = open_app(playback=replays.open(record_beacon(tmp_path / "game.mcap", 60)), size=(1280, 700))
    app.prepare_gui().result()
    for _ in range(100):
        run(app, 0.1)
        if app.game.bar is not None and not app.game.bar.busy:
            break
    told = asked(app.gui, 0.5)
    assert "walker_0 had" in told
    assert told.endswith(text("tip.bar.curve"))
    assert {text("tip.bar.groove"), text("tip.bar.clock")} <= set(explained(app.gui))
