"""The page of keys: what it shows, what it takes, what it refuses, and where it keeps that."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pygame
import pytest

from simulator.app.panels.keys import BUTTON, KEY
from simulator.app.play.devices import key_code
from simulator.app.screens.app import App
from simulator.app.screens.game import GameScreen
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.keys import KeysScreen
from simulator.app.shell.controls import COMMANDS, LIVE, REPLAY, Bindings
from simulator.app.shell.gamepads import PadBindings, button_name, button_of
from simulator.app.shell.session import Session
from simulator.app.shell.settings import keep_keys, keep_look, load_window_settings
from simulator.engine import Simulation
from tests.app.conftest import FRAME, live, press
from tests.app.test_home import NoMiniatures, tap
from tests.app.test_setup import wait
from worlds.world import Refused, World

Opener = Callable[..., App]


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's own settings, which need not be there."""
    place = tmp_path / "window.toml"
    monkeypatch.setattr("simulator.app.shell.settings.settings_path", lambda: place)
    return place


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path) -> Iterator[App]:
    monkeypatch.setattr("simulator.app.screens.home.Miniatures", NoMiniatures)
    monkeypatch.setattr("simulator.app.screens.home.recordings_folder", lambda: tmp_path)
    pygame.display.init()
    pygame.event.clear()
    app = App(Session(home=True, size=(1280, 720), language="en"))
    wait(app, lambda: isinstance(app.top, HomeScreen))
    yield app
    app.close()


@pytest.fixture
def page(home: App) -> KeysScreen:
    tap(home, "f10")
    assert isinstance(home.top, KeysScreen)
    return home.top


def give(app: App, page: KeysScreen, name: str, key: str) -> None:
    """Choose a command, and press its new key."""
    page.view.waiting = (name, KEY)
    tap(app, key)


def button(app: App, number: int) -> None:
    for kind in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
        pygame.event.post(pygame.event.Event(kind, button=number, instance_id=0))
        app.frame(FRAME)


def top_of(app: App) -> object:
    """The screen that is seen."""
    return app.top


def told(file: Path) -> dict[str, object]:
    return tomllib.loads(file.read_text())


def test_a_new_key_is_obeyed_at_once_and_kept(home: App, page: KeysScreen, file: Path) -> None:
    file.write_text('theme = "light"\n[keys]\nfog = "z"\n')
    home.bind({"fog": "z"}, {})
    give(home, page, "screenshot", "f14")
    assert home.bindings.command(LIVE, key_code("f14")) == "screenshot"
    assert home.bindings.command(REPLAY, key_code("f12")) is None
    assert told(file) == {"theme": "light", "keys": {"fog": "z", "screenshot": ["f14"]}}
    assert Bindings(load_window_settings().keys).keys == home.bindings.keys
    row = next(row for _, rows in page.view.groups for row in rows if row.name == "screenshot")
    assert (row.caps, row.own) == (("F14",), True)
    keep_look("dark", 1.0)
    assert told(file)["keys"] == {"fog": "z", "screenshot": ["f14"]}


def test_a_key_that_is_taken_is_refused_by_the_name_of_its_command(home: App, page: KeysScreen, file: Path) -> None:
    give(home, page, "fog", "p")
    assert page.view.problem.startswith("P is taken: pause and go on.")
    give(home, page, "bookmark", "e")
    assert page.view.problem.startswith("E is taken: the five costliest decisions")
    give(home, page, "bookmark", "n")  # a key of live games alone: replays have it free
    assert page.view.problem == ""
    give(home, page, "next_task", "d")
    give(home, page, "pause", "n")  # everywhere
    assert page.view.problem.startswith("N is taken: set a bookmark here")
    assert told(file) == {"keys": {"bookmark": ["n"], "next_task": ["d"]}}
    assert home.bindings.command(REPLAY, key_code("n")) == "bookmark"
    assert home.bindings.command(LIVE, key_code("n")) is None


def test_escape_and_a_click_leave_a_key_as_it_was(home: App, page: KeysScreen, file: Path) -> None:
    give(home, page, "fog", "escape")
    assert (home.top, page.view.waiting) == (page, None)
    page.view.waiting = ("fog", KEY)
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(2, 2)))
    home.frame(FRAME)
    assert page.view.waiting is None
    page.view.waiting = ("fog", KEY)
    button(home, 0)
    assert page.view.waiting is None
    assert not file.exists()
    assert home.bindings.keys == Bindings().keys
    tap(home, "escape")
    assert isinstance(home.top, HomeScreen)


def test_keys_that_are_held_for_others_count_when_they_are_let_go_of(home: App, page: KeysScreen) -> None:
    page.view.waiting = ("fog", KEY)
    press("left ctrl", hold=True)
    home.frame(FRAME)
    assert page.view.waiting is not None
    pygame.event.post(pygame.event.Event(pygame.KEYUP, key=pygame.K_LCTRL, mod=0))
    home.frame(FRAME)
    assert home.bindings.command(LIVE, key_code("left ctrl")) == "fog"
    page.view.waiting = ("rays", KEY)
    press("left alt", hold=True)
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SLASH, mod=0, unicode="?"))
    home.frame(FRAME)
    assert page.view.problem.startswith("? is taken: rules, legend and keys")


def test_the_usual_key_takes_back_all_that_a_command_had(home: App, page: KeysScreen, file: Path) -> None:
    give(home, page, "help", "f13")
    assert told(file) == {"keys": {"help": ["f13"]}}
    give(home, page, "help", "f1")
    assert home.bindings.written("help") == "F1 or ?"
    assert told(file) == {}


def test_all_keys_and_buttons_become_usual_again(home: App, page: KeysScreen, file: Path) -> None:
    give(home, page, "fog", "z")
    page.view.waiting = ("pause", BUTTON)
    button(home, 10)
    assert page.view.changed
    assert told(file) == {"keys": {"fog": ["z"]}, "buttons": {"pause": "10"}}
    page._bind({}, {})
    assert not page.view.changed
    assert told(file) == {}
    assert home.bindings.keys == Bindings().keys


def test_escape_always_leads_out_of_a_page(home: App, page: KeysScreen) -> None:
    give(home, page, "quit", "d")
    assert home.bindings.command(LIVE, key_code("escape")) is None
    tap(home, "escape")
    assert isinstance(home.top, HomeScreen)


def test_keys_alone_choose_a_command(home: App, page: KeysScreen) -> None:
    for key in ("tab", "down", "return"):
        tap(home, key)
        home.frame(FRAME)
    assert page.view.waiting is not None
    name = page.view.waiting[0]
    tap(home, "f14")
    assert home.bindings.command(LIVE, key_code("f14")) == name
    for _ in range(2):
        home.frame(FRAME)
    tap(home, "return")  # the keyboard stays at the command
    home.frame(FRAME)
    assert page.view.waiting == (name, KEY)


def test_every_command_is_there_and_every_row_has_words(page: KeysScreen) -> None:
    rows = [row for _, rows in page.view.groups for row in rows]
    assert [row.name for row in rows] == [each.name for group in dict.fromkeys(each.group for each in COMMANDS)
                                          for each in COMMANDS if each.group == group]  # fmt: skip
    assert all(row.words and row.caps for row in [*rows, *page.view.pads])
    assert not page.view.changed


@pytest.mark.parametrize("size", [(640, 480), (1280, 720)])
def test_a_long_refusal_is_shown_whole(home: App, page: KeysScreen, size: tuple[int, int]) -> None:
    pygame.display.set_mode(size, pygame.RESIZABLE)
    home.window.resized()
    page.view.problem = "word " * 60
    for _ in range(2):
        home.frame(FRAME)
    picture = pygame.surfarray.array3d(home.window.surface)
    red = (picture == home.look.colour("bad")).all(axis=2).nonzero()[1]
    assert red.max() - red.min() > 20
    assert red.max() < size[1] - 4


# --- gamepads ----------------------------------------------------------------------------------------------------


def test_buttons_are_given_and_refused_like_keys(home: App, page: KeysScreen, file: Path) -> None:
    for number, sentence in ((5, "RB is taken: follow the next seat"), (0, "A plays seats in games")):
        page.view.waiting = ("pause", BUTTON)
        button(home, number)
        assert page.view.problem.startswith(sentence)
    page.view.waiting = ("branch", BUTTON)
    button(home, 1)
    assert page.view.problem.startswith("B is taken: close")
    page.view.waiting = ("jump", BUTTON)
    button(home, 10)
    assert home.buttons.at(10, REPLAY) == "jump"
    assert home.buttons.at(4, REPLAY) is None
    assert home.buttons.at(4, LIVE) == "take_over"
    assert PadBindings(load_window_settings().buttons).buttons == home.buttons.buttons
    tap(home, "d")  # no key is waited for
    assert told(file) == {"buttons": {"jump": "10"}}


def test_the_usual_buttons_are_those_of_before() -> None:
    pads = PadBindings()
    assert {number: pads.at(number, LIVE) for number in range(10)} == {
        0: None, 1: None, 2: None, 3: None, 4: "take_over", 5: "next_seat", 6: "quit", 7: "menu", 8: "pause",
        9: "keys",
    }  # fmt: skip
    assert {number: pads.at(number, REPLAY) for number in range(10)} == {
        0: "play_pause", 1: "quit", 2: "reverse", 3: "branch", 4: "jump", 5: "next_seat", 6: "quit", 7: "menu",
        8: "pause", 9: "keys",
    }  # fmt: skip
    assert all(button_of(button_name(number)) == number for number in range(20))


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"fly": "A"}, "command 'fly' has no button"),
        ({"pause": "Z"}, "button 'Z' is unknown"),
        ({"pause": "64"}, "button '64' is unknown"),
        ({"pause": "A"}, "button A is given to pause, and already plays"),
        ({"branch": "B"}, "button B is given to branch, and already quit"),
        ({"pause": "8", "keys": "8"}, "button 8 is given to keys, and already pause"),
    ],
)
def test_buttons_that_cannot_be_are_refused(own: dict[str, str], sentence: str, file: Path) -> None:
    with pytest.raises(Refused, match=sentence):
        PadBindings(own)
    keep_keys({}, own)
    with pytest.raises(Refused, match=sentence):
        load_window_settings()


def test_a_button_of_ones_own_takes_it_away_from_the_usual_command() -> None:
    pads = PadBindings({"pause": "RB"})
    assert pads.at(5, LIVE) == pads.at(5, REPLAY) == "pause"
    assert not pads.holds("next_seat")
    assert pads.holds("pause")


# --- from a game -------------------------------------------------------------------------------------------------


@pytest.fixture
def game(open_app: Opener, beacon: World) -> App:
    app = open_app(simulation=Simulation(beacon, seed=13), seats={})
    app.prepare_gui().result()
    app.frame(FRAME)
    return app


def test_a_game_leads_to_the_page_by_key_and_gamepad_and_goes_on_behind_it(game: App) -> None:
    screen = game.top
    assert isinstance(screen, GameScreen)
    for ask in (lambda: tap(game, "f10"), lambda: button(game, 9)):
        ask()
        assert isinstance(game.top, KeysScreen)
        ticks = live(game).ticks if game.scene is not None else screen.scene.ticks
        game.frame(0.5)
        assert screen.scene.ticks == ticks  # the world stands still meanwhile
        button(game, 1)
        assert top_of(game) is screen


def test_a_click_on_the_words_at_the_foot_leads_to_help_and_on_to_the_page(game: App) -> None:
    screen = game.top
    assert isinstance(screen, GameScreen)
    box = screen.panel.box
    screen._click((box.left + 20, box.bottom - 6))
    assert screen.helping
    screen.command("keys")  # as its button does
    assert isinstance(game.top, KeysScreen)
    tap(game, "escape")
    assert top_of(game) is screen
    assert screen.helping


def test_keys_that_were_changed_are_obeyed_in_the_game_at_once(game: App) -> None:
    screen = game.top
    assert isinstance(screen, GameScreen)
    tap(game, "f10")
    assert isinstance(game.top, KeysScreen)
    give(game, game.top, "pause", "z")
    game.top.view.waiting = ("pause", BUTTON)
    button(game, 10)
    tap(game, "escape")
    paused = screen.scene.paused
    tap(game, "z")
    assert screen.scene.paused != paused
    button(game, 10)
    assert screen.scene.paused == paused
    tap(game, "p")
    button(game, 8)
    assert screen.scene.paused == paused
