"""The set-up page and the library, walked with a gamepad alone."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from imgui_bundle import imgui

from simulator.app.panels.gallery import Wish
from simulator.app.play.setups import Setup
from simulator.app.screens.app import App
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.library import LibraryScreen
from simulator.app.screens.replay import ReplayScene
from simulator.app.screens.setup import Preview, SetupScreen
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from tests.app.conftest import FRAME
from tests.app.test_home import NoMiniatures
from tests.app.test_setup import wait
from tests.replays.shelves import record_beacon

WAYS = {"down": (0, -1), "up": (0, 1), "left": (-1, 0), "right": (1, 0)}
A, B, X, Y, L1, R1 = range(6)
FAR = 40  # steps, more than there are parts of a page


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[App]:
    """The gallery, with two recordings, the newer one first."""
    shelf = tmp_path / "recordings"
    for age, name in ((10.0, "new"), (100.0, "old")):
        path = record_beacon(shelf / f"{name}.mcap", 20)
        os.utime(path, (time.time() - age,) * 2)
    monkeypatch.setenv("CROSSPLAY_CACHE", os.environ.get("CROSSPLAY_CACHE", str(tmp_path)))
    monkeypatch.setattr("simulator.app.screens.home.Miniatures", NoMiniatures)
    for module in ("home", "app"):
        monkeypatch.setattr(f"simulator.app.screens.{module}.recordings_folder", lambda: shelf)
    monkeypatch.chdir(tmp_path)
    pygame.display.init()
    pygame.event.clear()
    made = App(Session(home=True, settings=WindowSettings(), size=(1280, 800)))
    wait(made, lambda: isinstance(made.top, HomeScreen))
    yield made
    made.close()


def push(app: App, way: str) -> None:
    for value in (WAYS[way], (0, 0)):
        pygame.event.post(pygame.event.Event(pygame.JOYHATMOTION, instance_id=1, hat=0, value=value))
        app.frame(FRAME)
        app.frame(FRAME)


def hit(app: App, button: int) -> None:
    for kind in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
        pygame.event.post(pygame.event.Event(kind, instance_id=1, button=button))
        app.frame(FRAME)
        app.frame(FRAME)


def walked(app: App, button: int) -> list[int]:
    """The parts of a page in the order in which a shoulder goes through them, until the first comes again."""
    met: list[int] = []
    for _ in range(FAR):
        hit(app, button)
        if (part := imgui.internal.get_focus_id()) in met:
            break
        met.append(part)
    return met


def test_a_gamepad_chooses_and_starts_on_the_set_up_page(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    app.grant(Wish("setup", "bandit"))
    page = app.top
    assert isinstance(page, SetupScreen)
    wait(app, lambda: page.view.preview is not None)
    there = walked(app, R1)
    assert len(there) > 8
    assert set(walked(app, L1)) == set(there)
    started, left = list[Setup](), list[bool]()
    before, picture, pop = page.view.setup, page.view.preview, app.pop
    assert picture is not None
    with monkeypatch.context() as patched:
        patched.setattr(page, "_start", started.append)
        patched.setattr(app, "pop", lambda: left.append(True) if app.top is page else pop())
        patched.setattr("simulator.app.screens.setup.preview_of", lambda _, setup, *more: Preview(setup, picture, 0))
        for _ in there:
            hit(app, R1)
            hit(app, A)
            wait(app, lambda: app.top is page and page.view.build.making is None)  # a world that is built anew
            if app.gui.busy:  # a list: its next choice is taken
                push(app, "down")
                hit(app, A)
            if app.gui.busy:  # a number that is typed
                hit(app, B)
    assert started
    assert left  # by its button
    assert started[-1].world == "bandit"
    assert page.view.setup != before
    assert page.view.world is not None
    assert page.view.world.build_args == {"arms": 10, "pulls": 10}  # − and + of each
    hit(app, B)
    assert isinstance(app.top, HomeScreen)


def test_a_gamepad_plays_deletes_and_brings_back_in_the_library(app: App) -> None:
    app.grant(Wish("library"))
    page = app.top
    assert isinstance(page, LibraryScreen)
    wait(app, lambda: not page.view.busy and len(page.view.rows) == 2)
    push(app, "down")
    assert page.view.chosen is not None
    assert page.view.chosen.path.name == "old.mcap"
    hit(app, X)
    wait(app, lambda: not page.view.busy)
    assert [entry.path.name for entry in page.view.rows] == ["new.mcap"]
    hit(app, Y)
    wait(app, lambda: not page.view.busy and len(page.view.rows) == 2)
    hit(app, A)
    wait(app, lambda: isinstance(app.scene, ReplayScene))
    hit(app, 6)
    assert app.top is page
    hit(app, B)
    assert isinstance(app.top, HomeScreen)
