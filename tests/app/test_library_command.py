"""`crossplay library` as text; recordings that were cut short on the home page; recorders that cannot write."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest

import replays
from replays import files
from replays.library import Library
from simulator.app import cli
from simulator.app.panels.gallery import Wish
from simulator.app.play.careful import CarefulRecorder
from simulator.app.play.texts import text
from simulator.app.screens.app import App
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.library import LibraryScreen
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Notes, Opener, live, press, run
from tests.app.test_home import NoMiniatures
from tests.replays.shelves import fill_shelf, record_beacon
from worlds.world import Refused


@pytest.fixture(scope="module")
def beacon_game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record_beacon(tmp_path_factory.mktemp("made") / "game.mcap", 120)


@pytest.fixture
def shelf(beacon_game: Path, tmp_path: Path) -> Path:
    return fill_shelf(tmp_path / "recordings", beacon_game)


@pytest.fixture(autouse=True)
def own_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own index stays as it is."""
    monkeypatch.setattr("replays.index.cache_root", lambda: tmp_path / "cache" / "kernels")


# --- the command ---------------------------------------------------------------------------------------------------


def lines(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[str]:
    assert cli.run(["library", *map(str, arguments)]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_list_tells_all_recordings_and_why_some_cannot_be_played(
    shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = Library(shelf)
    kept.tag(kept.rename(kept.refresh()[0], "My best"), ["good"])
    head, _, *rows, empty, last = lines(capsys, shelf, "--list")
    assert head.split() == ["name", "world", "players", "return", "length", "date", "tags", "remark"]
    assert rows[0].startswith("My best  beacon  person   ")
    assert rows[0].endswith("good  file new.mcap")
    assert "0:12" in rows[0]
    assert "is damaged: " in rows[2]
    assert rows[3].startswith("foreign")
    assert (empty, last) == ("", f"4 of 4 recordings in {shelf}")


def test_a_list_can_be_searched(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lines(capsys, shelf, "--list", "--search", "OLD human")[2].startswith("old")
    assert lines(capsys, shelf, "--list", "--search", "nobody") == [f"0 of 4 recordings in {shelf}"]


def test_json_tells_the_whole_summary(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = lines(capsys, shelf, "--json", "--search", "new")
    (first,) = json.loads(told)["recordings"]
    replay = replays.open(shelf / "new.mcap")
    assert first["file"] == str(shelf / "new.mcap")
    assert first["returns"] == [list(span.returns) for span in replay.episodes if span.returns is not None]
    assert (first["ticks"], first["world"], first["state"]) == (replay.length, "beacon", "whole")


def test_without_a_folder_those_of_the_window_and_of_the_present_folder_are_listed(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("simulator.app.shell.start.recordings_folder", lambda: tmp_path / "none")
    monkeypatch.chdir(shelf)
    assert lines(capsys, "--list")[-1] == f"4 of 4 recordings in {tmp_path / 'none'} and {shelf}"


@pytest.mark.parametrize(("name", "says"), [("nothing", "does not exist"), ("file", "crossplay replay")])
def test_what_is_no_folder_is_refused(name: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    for more in ([], ["--list"]):
        assert cli.run(["library", str(tmp_path / name), *more]) == 2
        told = capsys.readouterr().err
        assert says in told
        assert told.count("\n") == 1


def test_the_window_opens_on_a_search(shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "x.png"
    words = [str(shelf), "--search", "damaged", "--seconds", "0.2", "--screenshot", str(picture)]
    assert lines(capsys, *words) == [f"wrote {picture}"]
    assert pygame.image.load(str(picture)).get_size() == (1280, 800)


# --- home ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def home(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setattr("simulator.app.screens.home.Miniatures", NoMiniatures)
    monkeypatch.setattr("simulator.app.screens.home.recordings_folder", lambda: shelf)
    monkeypatch.setattr("simulator.app.screens.app.recordings_folder", lambda: shelf)
    monkeypatch.chdir(shelf)
    (shelf / "late.mcap.77.part").write_bytes((shelf / "new.mcap").read_bytes()[:-300])
    pygame.display.init()
    pygame.event.clear()
    app = App(Session(home=True, settings=WindowSettings(), size=(1280, 800)))
    until(app, lambda: isinstance(app.top, HomeScreen) and bool(app.top.view.cut_short))
    yield app
    app.close()


def until(app: App, done: Callable[[], bool]) -> None:
    end = time.monotonic() + 120.0
    while not done():
        app.frame(FRAME)
        assert time.monotonic() < end


def page(app: App) -> HomeScreen:
    assert isinstance(app.top, HomeScreen)
    return app.top


def click(app: App, place: tuple[int, int]) -> None:
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        app.frame(FRAME)
        pygame.event.post(pygame.event.Event(kind, button=1, pos=place))
        app.frame(FRAME)
    app.frame(FRAME)


def test_home_offers_what_was_cut_short_and_a_click_keeps_it(home: App, shelf: Path) -> None:
    assert page(home).view.cut_short == [shelf / "late.mcap.77.part"]
    click(home, (1106, 72))
    assert (shelf / "late.mcap").exists()
    assert home.recent()[-1] == "Kept as late.mcap"
    assert page(home).view.cut_short == []
    assert "late.mcap" in [card.path.name for card in page(home).view.recent]


def test_home_deletes_what_was_cut_short_and_the_library_brings_it_back(home: App, shelf: Path) -> None:
    click(home, (1223, 72))
    assert files.cut_short(shelf) == []
    assert "can bring it back" in home.recent()[-1]
    home.grant(Wish("library"))
    library = home.top
    assert isinstance(library, LibraryScreen)
    until(home, lambda: library.view.last_deleted != "")
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_z, mod=pygame.KMOD_CTRL, unicode=""))
    home.frame(FRAME)
    assert files.cut_short(shelf) == [shelf / "late.mcap.77.part"]


def test_what_was_cut_short_plays_and_the_window_names_it(home: App, shelf: Path) -> None:
    click(home, (1163, 72))
    until(home, lambda: home.scene is not None)
    assert home.recent()[-1] == "late.mcap.77.part was cut short: it plays to its last whole part"


def test_what_is_gone_meanwhile_is_said(home: App, shelf: Path) -> None:
    (shelf / "late.mcap.77.part").unlink()
    click(home, (1106, 72))
    assert "cannot be kept: No such file" in home.recent()[-1]


# --- recorders that cannot write -----------------------------------------------------------------------------------


class Broken(Notes):
    """Says at some tick that the disk is full."""

    path = Path("x.mcap")

    def __init__(self, tick: int) -> None:
        super().__init__()
        self._tick = tick

    def tick(self, simulation: Simulation) -> None:
        super().tick(simulation)
        if self.ticks == self._tick:
            raise Refused("replay 'x.mcap' cannot be written: No space left on device")


def test_a_full_disk_ends_the_recording_and_not_the_game(open_app: Opener) -> None:
    broken = Broken(3)
    app = open_app(make_recorder=lambda: broken)
    press("f2")
    run(app, 2.0)
    assert live(app).ticks > 10
    assert live(app).recorder is None
    assert broken.ticks == 3
    said = app.recent()
    assert said == [text("say.recording"), "Not recorded: replay 'x.mcap' cannot be written: No space left on device"]


@pytest.mark.parametrize("error", [Refused("folder 'x' is a file"), PermissionError(13, "Permission denied", "/x")])
def test_a_folder_that_cannot_be_written_is_one_sentence(open_app: Opener, error: Exception) -> None:
    def make() -> Notes:
        raise error

    app = open_app(make_recorder=make)
    press("f2")
    run(app, 0.2)
    (said,) = app.recent()
    assert said in ("Not recorded: folder 'x' is a file", "Not recorded: '/x': Permission denied")
    assert live(app).recorder is None


def test_a_recorder_that_cannot_finish_says_so_and_not_that_it_saved(open_app: Opener) -> None:
    class Unfinished(Notes):
        def close(self) -> None:
            raise Refused("replay 'x.mcap' cannot be written: No space left on device")

    app = open_app(make_recorder=Unfinished)
    press("f2")
    run(app, 0.2)
    press("f2")
    run(app, 0.2)
    assert app.recent()[1:] == ["Not recorded: replay 'x.mcap' cannot be written: No space left on device"]


def test_a_careful_recorder_records_as_the_other_does(beacon_game: Path, tmp_path: Path) -> None:
    replay = replays.open(beacon_game)
    careful = CarefulRecorder(lambda: replays.record(tmp_path / "x.mcap"))
    careful.begin(replay.simulation)
    while replay.forward():
        careful.tick(replay.simulation)
    careful.control(replay.simulation, "next_episode")
    careful.event("x", {"a": np.float32(1.0)})
    assert (careful.path, careful.full, careful.trouble) == (tmp_path / "x.mcap", False, "")
    careful.close()
    assert replays.open(tmp_path / "x.mcap").length == replay.length
