"""The pictures of worlds that move: how they are made, what they show when, and which of them move."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from PIL import Image

import worlds
from simulator.app.play import miniatures
from simulator.app.play.miniatures import SIZE, Miniatures, MovingPicture, film, picture_name
from simulator.app.screens import home as home_module
from simulator.app.screens.app import App
from simulator.app.screens.home import HomeScreen
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from tests.app.conftest import FRAME

COLOURS = ((200, 0, 0), (0, 200, 0), (0, 0, 200))


def written(path: Path, colours: tuple[tuple[int, int, int], ...] = COLOURS, milliseconds: int = 200) -> Path:
    """A film of plain colours."""
    first, *others = [Image.new("RGB", SIZE, colour) for colour in colours]
    first.save(path, "webp", save_all=True, append_images=others, duration=milliseconds, lossless=True)
    return path


class ReadyMiniatures:
    """One still and one moving picture, which every world has."""

    folder = Path()

    def __init__(self, names: list[str], theme: str) -> None:
        self.theme = theme

    def path(self, name: str, moving: bool = False) -> Path | None:
        return self.folder / ("film.webp" if moving else "still.png")

    def stop(self) -> None:
        pass


@pytest.fixture
def open_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., App]]:
    Image.new("RGB", SIZE, (90, 90, 90)).save(tmp_path / "still.png")
    written(tmp_path / "film.webp")
    monkeypatch.setattr(ReadyMiniatures, "folder", tmp_path)
    monkeypatch.setattr(home_module, "Miniatures", ReadyMiniatures)
    monkeypatch.setattr(home_module, "recordings_folder", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    opened: list[App] = []

    def opener(**settings: object) -> App:
        pygame.display.init()
        pygame.event.clear()
        app = App(Session(home=True, settings=WindowSettings(**settings), size=(1280, 800)))  # type: ignore[arg-type]
        opened.append(app)
        end = time.monotonic() + 120.0
        while not isinstance(app.top, HomeScreen):
            app.frame(FRAME)
            assert time.monotonic() < end
        return app

    yield opener
    for app in opened:
        app.close()


def colours(app: App) -> set[tuple[int, int, int]]:
    """Which of the film's colours the window shows."""
    shown = pygame.surfarray.array3d(app.window.surface).reshape(-1, 3)
    return {colour for colour in COLOURS if (np.abs(shown.astype(int) - colour).max(axis=1) <= 2).any()}


def test_a_film_shows_each_picture_as_long_as_it_says_and_begins_anew(tmp_path: Path) -> None:
    made = MovingPicture(written(tmp_path / "a.webp"))
    made.advance(0.05)
    seen = []
    for _ in range(8):
        seen.append(tuple(made.picture()[0, 0]))
        made.advance(0.1)
    assert seen == [COLOURS[0]] * 2 + [COLOURS[1]] * 2 + [COLOURS[2]] * 2 + [COLOURS[0]] * 2


@pytest.mark.parametrize("late", [0.65, 6.05, 60.05])
def test_a_film_whose_window_stood_still_goes_on_where_time_is(tmp_path: Path, late: float) -> None:
    made = MovingPicture(written(tmp_path / "a.webp"))
    made.advance(late)
    assert made.at == int(late % 0.6 / 0.2)


def test_a_damaged_film_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.webp").write_bytes(written(tmp_path / "b.webp").read_bytes()[:40])
    with pytest.raises(OSError, match=r"identify|decoder"):
        MovingPicture(tmp_path / "a.webp")


def test_films_show_the_world_at_work_and_turns_at_leisure() -> None:
    pictures, seconds = film(worlds.get("beacon"), "dark")
    assert len(pictures) > 8
    assert pictures[0].shape == (SIZE[1], SIZE[0], 3)
    assert any((picture != pictures[0]).any() for picture in pictures[1:])
    assert seconds >= 0.1
    assert film(worlds.get("two_state"), "dark")[1] == miniatures.TURN


def test_films_are_made_by_another_process_after_the_still_pictures(tmp_path: Path) -> None:
    made = Miniatures(["two_state"], "dark", tmp_path, patience=1e6)
    end = time.monotonic() + 600.0
    while not made.done:
        time.sleep(0.05)
        assert time.monotonic() < end
    path = made.path("two_state", moving=True)
    assert path == tmp_path / picture_name("two_state", "dark", moving=True)
    still = made.path("two_state")
    assert still is not None
    assert path.stat().st_mtime_ns >= still.stat().st_mtime_ns
    shown = MovingPicture(path)
    shown.advance(2 * miniatures.TURN)
    assert shown.at >= 1


def test_the_chosen_world_moves_and_rests_when_nobody_touches_anything(open_home: Callable[..., App]) -> None:
    app = open_home()
    seen: set[tuple[int, int, int]] = set()
    for _ in range(90):
        app.frame(FRAME)
        seen |= colours(app)
    assert seen == set(COLOURS)
    app.top.advance(home_module.MOVES_FOR)
    for _ in range(3):
        app.frame(FRAME)
    painted = app.gui.painter.painted
    assert colours(app) == set()
    for _ in range(30):
        app.frame(FRAME)
    assert app.gui.painter.painted == painted
    app.handle(pygame.event.Event(pygame.MOUSEMOTION, pos=(3, 3), rel=(1, 1), buttons=(0, 0, 0)))
    for _ in range(3):
        app.frame(FRAME)
    assert colours(app)


def test_who_wants_little_motion_sees_still_pictures(open_home: Callable[..., App]) -> None:
    app = open_home(reduced_motion=True)
    for _ in range(40):
        app.frame(FRAME)
        assert colours(app) == set()


def test_a_film_that_is_damaged_later_gives_way_to_the_still_picture(
    open_home: Callable[..., App], tmp_path: Path
) -> None:
    (tmp_path / "film.webp").write_bytes(b"no film")
    app = open_home()
    for _ in range(4):
        app.frame(FRAME)
    assert colours(app) == set()
    assert not app.top.view.films  # type: ignore[attr-defined]
