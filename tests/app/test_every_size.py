"""All main screens at 480×360 and on a screen of 3840×2160, small and large letters: all of it inside the window."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from imgui_bundle import imgui

import replays
from simulator.app.panels.gallery import Wish
from simulator.app.screens.app import App
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.setup import SetupScreen
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Opener, Puppet, panel_words
from tests.app.test_home import NoMiniatures
from tests.app.test_setup import wait
from tests.replays.shelves import record_beacon
from worlds.world import World

SMALL, LARGE = (480, 360), (3840, 2160)
SIZES = [(SMALL, 1.0), (LARGE, 1.0), (LARGE, 2.0)]
Box = tuple[float, float, float, float]


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A recording where the window looks for some."""
    monkeypatch.setattr("simulator.app.screens.home.Miniatures", NoMiniatures)
    for module in ("home", "app"):
        monkeypatch.setattr(f"simulator.app.screens.{module}.recordings_folder", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    return record_beacon(tmp_path / "game.mcap", 60)


def shown(app: App) -> dict[str, Box]:
    """The windows of ImGui in the frame that is seen, but for parts of others, which these cut."""
    app.mirror.listening = True
    for _ in range(4):
        app.frame(FRAME)
    found = {}
    for window in imgui.get_current_context().windows:
        if window.was_active and not window.flags & imgui.WindowFlags_.child_window and "Debug" not in window.name:
            left, top = window.pos.x, window.pos.y
            found[window.name] = (left, top, left + window.size.x, top + window.size.y)
    assert found
    return found


def look_at(app: App, *names: str) -> None:
    """All that is shown lies inside the window, these among it; no line of words is wider than what it stands in."""
    wide, high = app.window.surface.get_size()
    boxes = shown(app)
    assert set(names) <= set(boxes), sorted(boxes)
    for name, (left, top, right, bottom) in boxes.items():
        assert -1 <= left <= right <= wide + 1, (name, left, right)
        assert -1 <= top <= bottom <= high + 2, (name, top, bottom)  # ImGui makes no window lower than 32 px
    for node in itertools.chain(app.mirror.tree.all("text"), app.mirror.tree.all("button")):
        if node.box is not None and node.name:
            assert node.box[0] >= -1, node
            assert node.box[2] <= wide + 1, node


def look_at_panel(app: App) -> None:
    """All words of the panel stand in it; where there is much room none is cut short."""
    box = app.game.panel.box
    for words, place in panel_words(app):
        assert box.contains(place), words
        assert app.window.surface.get_width() == SMALL[0] or not words.endswith("…"), words


@pytest.fixture
def open_page(shelf: Path) -> Iterator[object]:
    opened: list[App] = []

    def opener(size: tuple[int, int], scale: float) -> App:
        pygame.display.init()
        pygame.event.clear()
        opened.append(App(Session(home=True, settings=WindowSettings(text_scale=scale), size=size)))
        wait(opened[-1], lambda: isinstance(opened[-1].top, HomeScreen))
        return opened[-1]

    yield opener
    for app in opened:
        app.close()


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_pages_lie_inside_every_window(open_page: object, size: tuple[int, int], scale: float) -> None:
    app: App = open_page(size, scale)  # type: ignore[operator]
    look_at(app, "home")
    for wish, window in (("library", "library"), ("keys", "keys"), ("setup", "setup")):
        app.grant(Wish(wish, "bandit"))
        if isinstance(app.top, SetupScreen):
            app.top.view.preview = None
        look_at(app, window)
        app.pop()


def test_the_gallery_fills_a_large_screen(open_page: object) -> None:
    app: App = open_page(LARGE, 1.0)  # type: ignore[operator]
    shown(app)
    boxes = [node.box for node in app.mirror.tree.all("button") if node.name.startswith(("Duel:", "Throws:"))]
    first, last = (box for box in boxes if box is not None)
    assert first[1] == last[1]  # all games are in one row
    assert last[2] > 0.85 * LARGE[0]


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_a_game_with_all_its_panels_lies_inside_every_window(
    open_app: Opener, beacon: World, size: tuple[int, int], scale: float
) -> None:
    app = open_app(
        simulation=Simulation(beacon, seed=13, seats={"walker_1": "bot"}), seats={"walker_0": Puppet()}, size=size,
        settings=WindowSettings(text_scale=scale), layers=frozenset(("labels", "trails", "hidden")), card=True,
    )  # fmt: skip
    app.prepare_gui().result()
    look_at(app, "card")
    app.game.reading = False
    app.game.command("minds")
    app.game.command("debug")
    look_at(app)
    look_at_panel(app)
    for name in ("seats", "menu", "help"):
        app.game.command(name)
        look_at(app, *(() if name == "seats" else (name,)))
        if name == "seats":
            assert app.game.deck is not None
            app.game.deck.open(False)
        elif name == "menu":
            app.game.menu.show(False)


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_a_replay_with_its_bar_and_form_lies_inside_every_window(
    open_app: Opener, shelf: Path, size: tuple[int, int], scale: float
) -> None:
    app = open_app(playback=replays.open(shelf), size=size, settings=WindowSettings(text_scale=scale))
    app.prepare_gui().result()
    look_at(app, "timeline")
    look_at_panel(app)
    assert app.game.bar is not None
    timeline = app.game.bar.timeline
    assert timeline is not None
    for name, (x, y) in timeline.buttons.items():
        assert 0 < x < app.game.panel.box.left, name
        assert 0 < y < size[1], name
    app.game.command("export")
    look_at(app, "export")
