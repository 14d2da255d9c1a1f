"""The library in the window: thousands of recordings are found, named, deleted and brought back, by keys and mouse."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest

from replays import files
from replays.library import Entry, Library
from replays.summary import Summary
from simulator.app.panels import library as panel
from simulator.app.panels.cut_short import NAMED, places_of
from simulator.app.panels.gallery import Wish
from simulator.app.play.shelf import cells, date_of, size_words, sorted_by, state_words, task_words, worlds_in
from simulator.app.screens.app import App
from simulator.app.screens.library import LibraryScreen
from simulator.app.screens.replay import ReplayScene
from simulator.app.shell.recordings import Recordings, distinct
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from tests.app.conftest import FRAME
from tests.replays.shelves import fill_shelf, record_beacon

OpenLibrary = Callable[..., App]


@pytest.fixture(scope="module")
def beacon_game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record_beacon(tmp_path_factory.mktemp("made") / "game.mcap", 120)


@pytest.fixture
def shelf(beacon_game: Path, tmp_path: Path) -> Path:
    return fill_shelf(tmp_path / "recordings", beacon_game)


@pytest.fixture
def open_library(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenLibrary]:
    opened: list[App] = []

    class Indexed(LibraryScreen):
        """With an index of its own."""

        def __init__(
            self, stage: App, wished: Callable[[Wish], None], folders: Sequence[Path], search: str = ""
        ) -> None:
            super().__init__(stage, wished, folders, search, tmp_path / "index.sqlite")

    monkeypatch.setattr("simulator.app.screens.app.LibraryScreen", Indexed)

    def opener(size: tuple[int, int] = (1280, 800), search: str = "", **settings: object) -> App:
        pygame.display.init()
        pygame.event.clear()
        look = WindowSettings(**settings)  # type: ignore[arg-type]
        app = App(Session(library=[shelf], search=search, settings=look, size=size))
        opened.append(app)
        until(app, lambda: isinstance(app.top, LibraryScreen) and not app.top.view.busy)
        frames(app, 4)
        return app

    yield opener
    for app in opened:
        app.close()


def until(app: App, done: Callable[[], bool]) -> None:
    end = time.monotonic() + 120.0
    while not done():
        app.frame(FRAME)
        assert time.monotonic() < end


def frames(app: App, count: int = 3) -> None:
    for _ in range(count):
        app.frame(FRAME)


def screen(app: App) -> LibraryScreen:
    assert isinstance(app.top, LibraryScreen)
    return app.top


def shown(app: App) -> list[str]:
    return [entry.path.name for entry in screen(app).view.rows]


def chosen(app: App) -> str:
    entry = screen(app).view.chosen
    assert entry is not None
    return entry.path.name


def tap(app: App, *keys: str, mod: int = 0) -> None:
    for key in keys:
        code = pygame.key.key_code(key)
        for kind in (pygame.KEYDOWN, pygame.KEYUP):
            pygame.event.post(pygame.event.Event(kind, key=code, mod=mod, unicode=""))
            frames(app, 2)
    if mod:
        pygame.event.post(pygame.event.Event(pygame.KEYUP, key=pygame.K_LCTRL, mod=0, unicode=""))
    frames(app, 2)


def write(app: App, words: str) -> None:
    for letter in words:
        pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=letter))
        app.frame(FRAME)
    frames(app)


def click(app: App, place: tuple[int, int], times: int = 1) -> None:
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))
    frames(app, 2)
    for _ in range(times):
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            pygame.event.post(pygame.event.Event(kind, button=1, pos=place))
            frames(app, 2)


def heard(app: App, monkeypatch: pytest.MonkeyPatch) -> list[Wish]:
    wishes: list[Wish] = []
    monkeypatch.setattr(screen(app), "_wished", wishes.append)
    return wishes


# --- finding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    ("size", "scale"), [((640, 480), 1.0), ((1280, 800), 1.0), ((1920, 1080), 2.0), ((480, 360), 0.75)]
)
def test_the_library_shows_itself_at_every_size(
    open_library: OpenLibrary, theme: str, size: tuple[int, int], scale: float
) -> None:
    app = open_library(size, theme=theme, text_scale=scale)
    assert shown(app) == ["new.mcap", "old.mcap", "damaged.mcap", "foreign.mcap"]
    picture = pygame.surfarray.array3d(app.window.surface)
    assert picture.shape[:2] == size
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20


def test_a_search_works_as_one_types_and_escape_ends_it(open_library: OpenLibrary) -> None:
    app = open_library()
    tap(app, "f", mod=pygame.KMOD_CTRL)
    write(app, "human ol")
    assert shown(app) == ["old.mcap"]
    assert chosen(app) == "old.mcap"
    write(app, "x")
    assert shown(app) == []
    tap(app, "escape")
    assert isinstance(app.top, LibraryScreen)
    assert len(shown(app)) == 4
    assert shown(open_library(search="damaged")) == ["damaged.mcap"]


def test_a_click_on_a_column_sorts_and_another_turns_it_round(open_library: OpenLibrary) -> None:
    app = open_library()
    click(app, (100, 60))
    assert shown(app) == ["damaged.mcap", "foreign.mcap", "new.mcap", "old.mcap"]
    click(app, (100, 60))
    assert shown(app) == ["old.mcap", "new.mcap", "foreign.mcap", "damaged.mcap"]


def test_one_world_alone_can_be_shown(open_library: OpenLibrary) -> None:
    app = open_library()
    view = screen(app).view
    assert view.worlds == ["beacon"]
    view.world = "beacon"
    frames(app)
    assert shown(app) == ["new.mcap", "old.mcap"]


def test_the_order_of_every_column() -> None:
    def entry(name: str, seconds: float, returns: float | None, tags: tuple[str, ...] = ()) -> Entry:
        scores = ((returns, -1.0),) if returns is not None else ()
        told = Summary(world="tag", seconds=seconds, returns=scores, players=("human", "agent:runs/best/"))
        return Entry(
            path=Path(f"{name}.mcap"), size=1, modified=seconds, state="whole", summary=told, tags=tags
        )  # fmt: skip

    a, b, c = entry("B", 5.0, 1.0, ("x",)), entry("a", 3700.0, -2.0), entry("c", 0.0, None)
    assert sorted_by([a, b, c], "name", False) == [b, a, c]
    assert sorted_by([a, b, c], "score", True) == [a, b, c]
    assert sorted_by([a, b, c], "score", False) == [b, a, c]
    assert sorted_by([a, b, c], "length", True) == [b, a, c]
    assert sorted_by([c, a, b], "tags", False)[0] == a
    assert cells(b) == {
        "name": "a", "world": "tag", "players": "person, agent: best", "score": "-2.00", "length": "1:01:40",
        "date": date_of(b), "tags": "",
    }  # fmt: skip
    assert worlds_in([a, b]) == ["tag"]
    assert date_of(replace(a, modified=1e30)) == ""
    assert [size_words(size) for size in (5, 2048, 5 << 20, 3 << 30)] == ["5 B", "2.0 kB", "5.0 MB", "3.0 GB"]
    strange = replace(a, summary=Summary(world="mars", split="odd", generators=("a_b", "c", "d", "e")))
    assert task_words(strange) == "mars · odd · a b, c, d …"
    assert state_words(replace(a, state="cut")) == "Cut short: B.mcap plays to its last whole part"


# --- opening -------------------------------------------------------------------------------------------------------


def test_enter_a_double_click_and_a_dropped_file_open_a_recording(
    open_library: OpenLibrary, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_library()
    wishes = heard(app, monkeypatch)
    tap(app, "down", "return")
    assert wishes == [Wish("replay", path=shelf / "old.mcap")]
    click(app, (100, 84))
    assert chosen(app) == "new.mcap"
    assert len(wishes) == 1
    click(app, (100, 109), times=2)
    assert wishes[1:] == [Wish("replay", path=shelf / "old.mcap")]
    pygame.event.post(pygame.event.Event(pygame.DROPFILE, file="/games/x.mcap"))
    frames(app)
    assert wishes[2:] == [Wish("replay", path=Path("/games/x.mcap"))]


def test_from_home_to_a_replay_and_back(open_library: OpenLibrary) -> None:
    app = open_library()
    tap(app, "return")
    until(app, lambda: app.scene is not None)
    assert isinstance(app.scene, ReplayScene)
    assert app.scene.playback.path.name == "new.mcap"
    tap(app, "escape")
    assert chosen(app) == "new.mcap"
    app.grant(Wish("replay", path=app.scene.playback.path if app.scene else screen(app).view.rows[2].path))
    until(app, lambda: isinstance(app.top, LibraryScreen))
    assert "is damaged" in app.recent()[-1]
    tap(app, "escape")
    assert not app.running


# --- what is done with them ----------------------------------------------------------------------------------------


def test_name_and_tags_are_given_by_keys(open_library: OpenLibrary, shelf: Path, tmp_path: Path) -> None:
    app = open_library()
    tap(app, "f2")
    write(app, "Überholt 100 % ##")
    tap(app, "tab")
    write(app, "best, Draft")
    tap(app, "return")
    assert screen(app).view.editing is None
    until(app, lambda: not screen(app).view.busy)
    entry = screen(app).view.rows[0]
    assert (entry.name, entry.tags) == ("Überholt 100 % ##", ("best", "draft"))
    assert Library(shelf, tmp_path / "other.sqlite").refresh()[0].tags == ("best", "draft")
    tap(app, "f2", "escape")
    assert screen(app).view.editing is None
    tap(app, "f2")
    write(app, "x" * 120)
    tap(app, "return")
    assert "at most 100 characters" in app.recent()[-1]
    assert (shelf / "new.mcap").exists()


def test_delete_and_undo(open_library: OpenLibrary, shelf: Path) -> None:
    app = open_library()
    tap(app, "delete")
    assert shown(app) == ["old.mcap", "damaged.mcap", "foreign.mcap"]
    assert chosen(app) == "old.mcap"
    assert not (shelf / "new.mcap").exists()
    until(app, lambda: not screen(app).view.busy and screen(app)._job is None)
    assert screen(app).view.last_deleted == "new"
    tap(app, "z", mod=pygame.KMOD_CTRL)
    until(app, lambda: screen(app)._job is None and len(shown(app)) == 4)
    assert (shelf / "new.mcap").exists()
    assert screen(app).view.last_deleted == ""
    tap(app, "z", mod=pygame.KMOD_CTRL)  # nothing is left to undo
    assert len(shown(app)) == 4


def test_all_can_be_deleted_one_after_the_other(open_library: OpenLibrary, shelf: Path) -> None:
    app = open_library()
    for left in (3, 2, 1, 0):
        tap(app, "delete")
        until(app, lambda: screen(app)._job is None)
        assert len(shown(app)) == left
    assert screen(app).view.chosen is None
    tap(app, "delete", "return", "f2")
    assert len(files.deleted(shelf)) == 4


def test_what_was_cut_short_is_offered_and_kept(open_library: OpenLibrary, shelf: Path) -> None:
    data = (shelf / "new.mcap").read_bytes()
    (shelf / "late.mcap.77.part").write_bytes(data[:-300])
    (shelf / "empty.mcap.78.part").write_bytes(data[:30])
    app = open_library()
    view = screen(app).view
    assert {part.name for part in view.parts} == {"late.mcap.77.part", "empty.mcap.78.part"}
    (late,) = [entry for entry in view.rows if entry.name == "late"]
    for entry in view.rows:
        assert (entry.state == "whole") == (entry.path.name not in state_words(entry)), "every message names its file"
    screen(app)._grant(Wish("keep", path=late.path))
    until(app, lambda: screen(app)._job is None)
    assert (shelf / "late.mcap").read_bytes() == data[:-300]
    assert app.recent()[-1] == "Kept as late.mcap"
    assert [part.name for part in screen(app).view.parts] == ["empty.mcap.78.part"]
    screen(app)._grant(Wish("delete", path=shelf / "empty.mcap.78.part"))
    until(app, lambda: screen(app)._job is None)
    assert not screen(app).view.parts


def test_the_tip_names_all_that_were_cut_short() -> None:
    parts = [Path(f"/there/{number}.mcap.7.part") for number in range(NAMED + 3)]
    assert places_of(parts).split("\n") == [*map(str, parts[:NAMED]), "… + 3"]


def test_a_refusal_is_said_and_changes_nothing(open_library: OpenLibrary, shelf: Path) -> None:
    app = open_library()
    (shelf / "new.mcap").unlink()
    tap(app, "delete")
    assert "cannot be deleted: No such file" in app.recent()[-1]


# --- many ----------------------------------------------------------------------------------------------------------


def test_of_thousands_only_the_visible_rows_are_drawn(
    open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_library()
    one = screen(app).entries[0]
    many = [replace(one, path=one.path.with_name(f"{number}.mcap"), modified=float(number)) for number in range(5000)]
    screen(app)._take(many)
    frames(app)
    drawn: list[str] = []

    def note(entry: Entry) -> dict[str, str]:
        drawn.append(entry.path.name)
        return cells(entry)

    monkeypatch.setattr(panel, "cells", note)
    app.frame(FRAME)
    assert 10 < len(drawn) < 60
    assert drawn[-1] != "0.mcap"
    tap(app, "end")
    frames(app)
    assert chosen(app) == "0.mcap"
    drawn.clear()
    app.frame(FRAME)
    assert "0.mcap" in drawn
    assert len(drawn) < 60


def test_the_window_stays_alive_while_recordings_are_read(
    open_library: OpenLibrary, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_library()
    held, go = threading.Event(), threading.Event()

    def slow(path: Path) -> Summary:
        held.set()
        assert go.wait(60.0)
        return Summary(world="late")

    monkeypatch.setattr("replays.library.summarise", slow)
    shutil.copy(shelf / "new.mcap", shelf / "more.mcap")
    screen(app).enter()
    assert held.wait(60.0)
    frames(app, 5)
    assert len(shown(app)) == 4  # what the index knows is there meanwhile
    assert not screen(app).resting
    go.set()
    until(app, lambda: screen(app)._job is None)
    assert len(shown(app)) == 5
    assert screen(app).resting


def test_leaving_stops_the_reading(shelf: Path, tmp_path: Path) -> None:
    asked = Recordings([shelf], tmp_path / "index.sqlite")
    assert [entry.summary.world for entry in asked.refresh(stop=lambda: True)] == [""] * 4
    assert len(asked.refresh()) == 4


def test_several_folders_are_one_library(shelf: Path, tmp_path: Path, beacon_game: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(beacon_game, other / "far.mcap")
    os.utime(other / "far.mcap", (5e8, 5e8))
    (tmp_path / "file").touch()
    folders = [shelf, other, tmp_path / "recordings" / ".." / "other", tmp_path / "file"]
    assert distinct(folders)[:2] == [shelf, other]
    recordings = Recordings(folders, tmp_path / "index.sqlite")
    assert [entry.path.name for entry in recordings.refresh()][-1] == "far.mcap"
    assert "file' cannot be read: Not a directory" in recordings.told
    recordings.of(other).delete(other / "far.mcap")
    recordings.of(shelf).delete(shelf / "new.mcap")
    assert recordings.undo() == shelf / "new.mcap"
    assert recordings.undo() == other / "far.mcap"
    assert recordings.undo() is None
