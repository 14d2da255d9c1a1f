"""The gallery: plain data, and everything in reach of keys, mouse and gamepad."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest

import worlds
from simulator.app import cli
from simulator.app.panels.gallery import Wish
from simulator.app.play.catalogue import RecordingCard, files_in, recent, world_cards
from simulator.app.play.miniatures import SIZE, Miniatures, picture_name
from simulator.app.screens.app import App
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.open_replay import OpenScreen
from simulator.app.screens.preparing import PreparingScreen
from simulator.app.shell import start
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from tests.app.conftest import FRAME, press, release

OpenHome = Callable[..., App]


class NoMiniatures:
    """Nothing is drawn by another process."""

    theme = "dark"

    def __init__(self, names: list[str], theme: str) -> None:
        self.theme = theme

    def path(self, name: str, moving: bool = False) -> Path | None:
        return None

    def stop(self) -> None:
        pass


@pytest.fixture
def open_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[OpenHome]:
    monkeypatch.setattr("simulator.app.screens.home.Miniatures", NoMiniatures)
    monkeypatch.setattr("simulator.app.screens.home.recordings_folder", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    opened: list[App] = []

    def opener(size: tuple[int, int] = (1280, 800), **settings: object) -> App:
        pygame.display.init()
        pygame.event.clear()
        app = App(Session(home=True, settings=WindowSettings(**settings), size=size))  # type: ignore[arg-type]
        opened.append(app)
        end = time.monotonic() + 120.0
        while not isinstance(app.top, HomeScreen):
            app.frame(FRAME)
            assert time.monotonic() < end
        for _ in range(4):
            app.frame(FRAME)
        return app

    yield opener
    for app in opened:
        app.close()


def home(app: App) -> HomeScreen:
    assert isinstance(app.top, HomeScreen)
    return app.top


def heard(app: App, monkeypatch: pytest.MonkeyPatch) -> list[Wish]:
    """What the home page asks for from now on."""
    wishes: list[Wish] = []
    monkeypatch.setattr(home(app), "_wished", wishes.append)
    return wishes


def tap(app: App, *keys: str) -> None:
    for key in keys:
        press(key, hold=True)
        app.frame(FRAME)
        release(key)
        app.frame(FRAME)
        app.frame(FRAME)


def test_every_world_has_a_card_with_its_goal_and_none_is_imported() -> None:
    cards = {card.name: card for card in world_cards()}
    assert set(cards) == set(worlds.names())
    for card in cards.values():
        assert card.title
        assert card.goal.endswith(".")
        assert card.goal[0].isupper()
    assert cards["tag"].family == "games"
    assert cards["bandit"].family == "classics"


def test_the_newest_recording_comes_first(tmp_path: Path) -> None:
    for order, name in enumerate(("old.mcap", "new.mcap", "other.txt")):
        (tmp_path / name).touch()
        __import__("os").utime(tmp_path / name, (1000.0 + order, 1000.0 + order))
    assert [card.path.name for card in recent([tmp_path, tmp_path, tmp_path / "missing"])] == ["new.mcap", "old.mcap"]
    assert files_in(tmp_path / "missing") == []


@pytest.mark.parametrize(
    ("age", "words"), [(5, "just now"), (60, "1 minute ago"), (7300, "2 hours ago"), (90000, "1 day ago")]
)
def test_ages_are_told_in_words(age: float, words: str) -> None:
    assert RecordingCard(Path("a.mcap"), 1e9).words(1e9 + age) == words


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    ("size", "scale"), [((640, 480), 1.0), ((1280, 800), 1.0), ((1920, 1080), 2.0), ((480, 360), 0.75)]
)
def test_home_shows_itself_at_every_size(open_home: OpenHome, theme: str, size: tuple[int, int], scale: float) -> None:
    app = open_home(size, theme=theme, text_scale=scale)
    picture = pygame.surfarray.array3d(app.window.surface)
    assert picture.shape[:2] == size
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20
    assert tuple(picture[2, 2]) == app.look.theme.panel


def test_a_low_window_shows_the_title_and_the_goal_of_the_chosen_world(open_home: OpenHome) -> None:
    app = open_home((480, 360))
    app.mirror.listening = True
    for order, card in enumerate(home(app).view.cards[:3]):
        if order:
            tap(app, "down")
        for _ in range(3):
            app.frame(FRAME)
        chosen = app.mirror.tree.find("button", card.title).box
        foot = [node.box for node in app.mirror.tree.all("heading") if node.name == card.title][-1]
        assert home(app).view.chosen == card.name
        assert chosen is not None
        assert foot is not None
        assert chosen[1] > 30.0, "its picture begins below the head"
        assert chosen[3] < foot[1], "its goal ends above what can be done with it"


def test_arrows_choose_a_world_and_enter_plays_it(open_home: OpenHome, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_home()
    wishes = heard(app, monkeypatch)
    first = home(app).view.chosen
    tap(app, "down", "right")
    chosen = home(app).view.chosen
    assert chosen != first
    tap(app, "return")
    assert wishes == [Wish("play", chosen)]


def test_a_gamepad_chooses_and_plays(open_home: OpenHome, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_home()
    wishes = heard(app, monkeypatch)
    for way in ((0, -1), (0, 0), (1, 0), (0, 0)):
        pygame.event.post(pygame.event.Event(pygame.JOYHATMOTION, instance_id=1, hat=0, value=way))
        app.frame(FRAME)
        app.frame(FRAME)
    chosen = home(app).view.chosen
    for kind in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
        pygame.event.post(pygame.event.Event(kind, instance_id=1, button=0))
        app.frame(FRAME)
        app.frame(FRAME)
    assert wishes == [Wish("play", chosen)]


def test_who_comes_back_from_a_game_begun_by_enter_stays_at_home(
    open_home: OpenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_home()
    wishes = heard(app, monkeypatch)
    first = home(app)
    press("return", hold=True)  # let go while another screen is seen, as whoever begins a game does
    app.frame(FRAME)
    app.frame(FRAME)
    assert wishes == [Wish("play", first.view.chosen)]
    done = threading.Event()
    app.push(PreparingScreen(app, "a game", done.wait, lambda _: None))  # ImGui hears nothing there
    release("return")
    app.frame(FRAME)
    app.pop()
    done.set()
    for _ in range(round(1.5 / FRAME)):  # s, longer than keys take to repeat themselves
        app.frame(FRAME)
    assert app.top is first
    assert len(wishes) == 1
    tap(app, "return")
    assert wishes[1:] == wishes[:1]


@pytest.mark.parametrize("size", [(1280, 800), (640, 480)])
def test_keys_alone_reach_every_button(
    open_home: OpenHome, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_home(size)
    wishes = heard(app, monkeypatch)
    for _ in range(60):
        tap(app, "tab", "space")
    assert {"play", "watch", "setup", "open", "code", "demo", "theme", "larger_text"} <= {wish.what for wish in wishes}


def test_a_click_chooses_and_a_double_click_plays(open_home: OpenHome, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_home()
    wishes = heard(app, monkeypatch)
    place = (450, 200)  # the second card
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))
    for _ in range(2):
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            pygame.event.post(pygame.event.Event(kind, button=1, pos=place))
            app.frame(FRAME)
            app.frame(FRAME)
    assert home(app).view.chosen == home(app).view.cards[1].name
    assert wishes == [Wish("play", home(app).view.cards[1].name)]


def test_the_window_is_named_after_what_is_seen(open_home: OpenHome) -> None:
    app = open_home()
    assert pygame.display.get_caption()[0] == "Crossplay"
    for wish, name in (
        (Wish("library"), "Library – Crossplay"),
        (Wish("code"), "Enter a share code – Crossplay"),
        (Wish("setup", "duel"), "Set up Duel – Crossplay"),
        (Wish("play", "gridnav"), "gridnav · train – Crossplay"),
    ):
        app.grant(wish)
        app.frame(FRAME)
        end = time.monotonic() + 120.0
        while isinstance(app.top, PreparingScreen):
            assert pygame.display.get_caption()[0].startswith("gridnav · train · "), "it is not there yet"
            app.frame(FRAME)
            assert time.monotonic() < end
        app.frame(FRAME)
        assert pygame.display.get_caption()[0] == name
        app.pop()
    app.frame(FRAME)
    assert pygame.display.get_caption()[0] == "Crossplay"


def test_text_size_and_theme_follow_their_keys(open_home: OpenHome) -> None:
    app = open_home()
    tap(app, "f4", "f6")
    assert (app.look.theme.name, app.look.scale) == ("light", 1.1)


def test_a_folder_with_recordings_can_be_walked_by_keys(open_home: OpenHome, tmp_path: Path) -> None:
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / "a.mcap").write_bytes(b"none")
    app = open_home()
    app.grant(Wish("open"))
    screen = app.top
    assert isinstance(screen, OpenScreen)
    assert screen.folders == [tmp_path / "games"]
    tap(app, "down", "down", "return")
    assert screen.folder == tmp_path / "games"
    assert [path.name for path in screen.files] == ["a.mcap"]
    tap(app, "escape")
    assert isinstance(app.top, HomeScreen)


def test_a_file_that_is_no_recording_leads_back_with_the_reason(open_home: OpenHome, tmp_path: Path) -> None:
    (tmp_path / "a.mcap").write_bytes(b"none")
    app = open_home()
    app.grant(Wish("replay", path=tmp_path / "a.mcap"))
    end = time.monotonic() + 60.0
    while not isinstance(app.top, HomeScreen):
        app.frame(FRAME)
        assert time.monotonic() < end
    assert "a.mcap" in app.recent()[0]


def test_miniatures_are_drawn_by_another_process_and_kept(tmp_path: Path) -> None:
    for _ in range(2):
        made = Miniatures(["two_state"], "dark", tmp_path, patience=1e6)
        end = time.monotonic() + 600.0
        while not made.done:
            time.sleep(0.05)
            assert time.monotonic() < end
        path = made.path("two_state")
        assert path == tmp_path / picture_name("two_state", "dark")
        assert path is not None
        assert pygame.image.load(str(path)).get_size() == SIZE


def test_without_a_display_no_arguments_print_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([]) == 0  # the dummy driver shows nothing to anybody
    assert "usage: crossplay COMMAND" in capsys.readouterr().out


def test_two_recordings_of_one_second_have_two_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "strftime", lambda form: form.replace("%", ""))
    first = start.fresh_name("tag", tmp_path)
    first.touch()
    second = start.fresh_name("tag", tmp_path)
    assert (first.name, second.name) == ("tag-Ymd-HMS.mcap", "tag-Ymd-HMS-2.mcap")
