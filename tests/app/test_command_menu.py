"""The menu of commands: all that keys do, with a gamepad alone, and by mouse, keys and a screen reader, too."""

from pathlib import Path

import numpy as np
import pygame
import pytest

import replays
from simulator.app.play.runs import lockstep_of
from simulator.app.screens.app import App
from simulator.app.screens.exporting import Exporting
from simulator.app.screens.keys import KeysScreen
from simulator.app.screens.menu import UNLISTED
from simulator.app.screens.replay import ReplayScene
from simulator.app.screens.split import SplitScreen
from simulator.app.shell.controls import ANY, COMMANDS, LIVE, REPLAY
from simulator.app.shell.settings import WindowSettings
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Opener, Puppet, live, press, run
from tests.app.test_accessibility import BlindPerson
from tests.app.test_split_view import shipped, task  # noqa: F401 fixtures
from worlds.world import World

A, B, X, Y, LB, RB, BACK, START = range(8)
DOWN, UP = (0, -1), (0, 1)
FAR = 60  # steps, more than there are entries


def hit(app: App, button: int, pad: int = 1) -> None:
    for kind in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
        pygame.event.post(pygame.event.Event(kind, instance_id=pad, button=button))
        app.frame(FRAME)
        app.frame(FRAME)


def push(app: App, way: tuple[int, int]) -> None:
    for value in (way, (0, 0)):
        pygame.event.post(pygame.event.Event(pygame.JOYHATMOTION, instance_id=1, hat=0, value=value))
        app.frame(FRAME)
        app.frame(FRAME)


def tap(app: App, key: str) -> None:
    press(key)
    app.frame(FRAME)
    app.frame(FRAME)


def listed(app: App) -> list[str]:
    return [row.name for _, rows in app.game.menu.view().groups for row in rows]


def marked(app: App) -> str:
    """The entry that a press of A would take, found by a reader's focus."""
    app.mirror.listening = True
    app.frame(FRAME)
    return app.mirror.tree.nodes[app.mirror.tree.focus].name


def choose(app: App, words: str) -> None:
    """Open the menu, walk down to an entry from the first one, and take it: all by the gamepad."""
    app.game.menu.last = ""
    hit(app, START)
    for _ in range(FAR):
        if marked(app).startswith(words):
            hit(app, A)
            return
        push(app, DOWN)
    raise AssertionError(words)


@pytest.fixture
def app(open_app: Opener) -> App:
    """A game that a person plays, in a window so narrow that the menu has one column."""
    app = open_app(seats={"walker_0": "human"}, size=(640, 600))
    app.prepare_gui().result()
    run(app, 0.2)
    return app


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory, beacon: World) -> Path:
    path = tmp_path_factory.mktemp("menu") / "game.mcap"
    simulation = Simulation(beacon, seed=13, seats={"walker_1": "bot"})
    with replays.record(path) as recorder:
        recorder.begin(simulation)
        for _ in range(200):
            simulation.tick(np.full((2, 1), 2, np.int64))
            recorder.tick(simulation)
    return path


# --- a game ------------------------------------------------------------------------------------------------------


def test_the_game_stands_while_the_menu_is_open_and_goes_on_as_it_was(app: App) -> None:
    for button in (B, START, BACK):
        hit(app, START)
        assert app.game.menu.open
        ticks = live(app).ticks
        run(app, 0.3)
        assert live(app).ticks == ticks
        hit(app, button)
        assert not app.game.menu.open
        assert app.running
        run(app, 0.3)
        assert live(app).ticks > ticks
    live(app).paused = True
    hit(app, START, pad=2)  # whoever has a pad
    hit(app, B)
    ticks = live(app).ticks
    run(app, 0.3)
    assert (live(app).paused, live(app).ticks) == (True, ticks)


def test_every_command_of_a_game_is_listed_below_its_heading(app: App) -> None:
    hit(app, START)
    offered = [
        command for command in COMMANDS
        if command.where in (ANY, LIVE) and not app.game.idle(command.name) and command.name not in UNLISTED
    ]  # fmt: skip
    offered = [command for command in offered if command.name != "take_over"]  # the seat is the person's own
    groups = dict.fromkeys(command.group for command in offered)
    assert listed(app) == [command.name for group in groups for command in offered if command.group == group]
    assert [title for title, _ in app.game.menu.view().groups] == list(groups)


def test_a_press_that_chooses_does_not_play(app: App) -> None:
    hit(app, START)
    pygame.event.post(pygame.event.Event(pygame.JOYBUTTONDOWN, instance_id=1, button=A))
    for _ in range(2):
        app.frame(FRAME)
    assert not app.game.menu.open
    assert live(app).paused  # the first entry
    assert app.gamepads.pads[1].down == set()
    assert not app.keyboard.down


def test_d_pad_and_stick_walk_and_what_was_chosen_is_marked_again(app: App) -> None:
    hit(app, START)
    assert marked(app).startswith("pause and go on")
    for _ in range(2):
        push(app, DOWN)
    assert marked(app).startswith("half speed")
    for value in (0.9, 0.0):
        pygame.event.post(pygame.event.Event(pygame.JOYAXISMOTION, instance_id=1, axis=1, value=value))
        app.frame(FRAME)
        app.frame(FRAME)
    assert marked(app).startswith("double speed")
    hit(app, A)
    assert live(app).speed == 2.0
    hit(app, START)
    hit(app, A)
    assert live(app).speed == 4.0


def test_rewind_a_picture_and_the_minds_by_gamepad_alone(
    app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("simulator.app.shell.stage.picture_path", lambda: tmp_path / "seen.png")
    run(app, 1.5)
    choose(app, "3 seconds")
    assert live(app).rewind.gone > 1.0
    choose(app, "save a picture")
    assert (tmp_path / "seen.png").exists()
    choose(app, "what the followed agent thinks")
    assert app.game.minding is not None
    choose(app, "names")
    assert "labels" not in app.game.layers
    choose(app, "choose other keys")
    assert isinstance(app.top, KeysScreen)


def test_a_seat_is_given_to_a_bot_by_gamepad_alone(app: App) -> None:
    choose(app, "change who sits where")
    deck = app.game.deck
    assert deck is not None
    while not deck.view().menu:
        app.frame(FRAME)
    run(app, 0.2)
    before = live(app).ticks
    for do in (
        lambda: hit(app, A),
        lambda: push(app, UP),
        lambda: hit(app, A),
    ):  # the first list, round to its last one
        do()
        run(app, 0.1)
    assert live(app).who(0) == "random"
    assert live(app).ticks == before
    assert live(app).followed == 0  # no shoulder or button went through to the game
    hit(app, B)
    assert not deck.choosing


def test_a_seat_is_played_until_it_is_chosen_again(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": Puppet()}, size=(640, 600))
    app.prepare_gui().result()
    run(app, 0.2)
    for taken in (0, None):
        choose(app, "play the followed seat")
        assert live(app).taken == taken


def test_keys_and_mouse_reach_the_menu(app: App) -> None:
    tap(app, "insert")
    assert app.game.menu.open
    tap(app, "down")
    tap(app, "return")
    assert (app.game.menu.open, live(app).paused) == (False, True)  # one tick forward
    panel = app.game.panel.box
    place = (panel.right - app.look.px(20), panel.bottom - app.look.px(15))
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=place))
    run(app, 0.1)
    assert app.game.menu.open
    assert "Start" in app.game.panel.told(place)
    tap(app, "escape")
    assert (app.game.menu.open, app.running) == (False, True)
    tap(app, "f1")
    app.game.command("menu")  # as the button on that page does
    assert (app.game.menu.open, app.game.helping) == (True, False)


def test_b_closes_the_page_of_keys_and_other_buttons_do_nothing_there(app: App) -> None:
    tap(app, "f1")
    for button in (A, RB, B):
        assert app.game.helping
        hit(app, button)
    assert not app.game.helping
    assert live(app).followed == 0


def test_a_reader_hears_the_entries_and_chooses_one(app: App) -> None:
    person = BlindPerson(app)
    person.ask("button", "menu of all that can be done now")
    person.wait()
    assert any(page.name == "What can be done now" for page in person.tree.all("page"))
    assert any(node.name == "Time" for node in person.tree.all("heading"))
    assert person.wait_for("button", "speed 1×, 1×").enabled
    person.ask("button", "double speed, up to 16× (])")
    assert live(app).speed == 2.0
    assert not app.game.menu.open


def test_another_button_opens_it_once_it_is_given(open_app: Opener) -> None:
    app = open_app(seats={}, settings=WindowSettings(buttons={"menu": "11"}))
    app.prepare_gui().result()
    run(app, 0.1)
    hit(app, START)
    assert not app.game.menu.open
    hit(app, 11)
    assert app.game.menu.open


@pytest.mark.parametrize(
    ("size", "scale"), [((480, 360), 1.0), ((480, 360), 2.0), ((1280, 720), 1.0), ((3840, 2160), 2.0)]
)
def test_it_lies_inside_the_window(open_app: Opener, size: tuple[int, int], scale: float) -> None:
    app = open_app(seats={}, size=size, settings=WindowSettings(text_scale=scale))
    app.prepare_gui().result()
    run(app, 0.1)
    hit(app, START)
    run(app, 0.1)
    assert app.game.menu.drawn is not None
    left, top, right, bottom = app.game.menu.drawn.box
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]


# --- replays and split views -------------------------------------------------------------------------------------


def test_a_replay_lists_its_own_commands_and_exports_by_gamepad_alone(
    open_app: Opener, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(playback=replays.open(recording), size=(640, 600))
    app.prepare_gui().result()
    run(app, 0.2)
    scene = app.game.scene
    assert isinstance(scene, ReplayScene)
    hit(app, START)
    assert {"branch", "bookmark", "export", "seek_end", "reverse"} <= set(listed(app))
    assert not {"take_over", "record", "rewind", "to_replay"} & set(listed(app))
    hit(app, B)
    assert app.running  # B leaves the menu, not the replay
    choose(app, "set a bookmark")
    assert len(scene.bookmarks) == 1
    choose(app, "export what is seen")
    form = app.game.exporting
    assert isinstance(form, Exporting)
    assert form.busy
    started: list[object] = []
    monkeypatch.setattr(form, "start", started.append)
    app.frame(FRAME)
    hit(app, A)
    assert len(started) == 1
    choose(app, "export what is seen")
    hit(app, B)
    assert not form.busy
    assert app.running
    choose(app, "what if: play")
    assert live(app).paused is False


def test_a_split_view_lists_what_it_obeys(open_app: Opener, task: object) -> None:  # noqa: F811
    lockstep = lockstep_of(task, ("agent", "wiped"))  # type: ignore[arg-type]
    app = open_app(seats={})
    app.prepare_gui().result()
    screen = SplitScreen(app, lockstep, lambda: None, frozenset())
    app.push(screen)
    run(app, 0.2)
    hit(app, START)
    assert screen.menu.open
    ticks = lockstep.runs[0].simulation.w["tick"]
    run(app, 0.3)
    assert lockstep.runs[0].simulation.w["tick"] == ticks
    names = [row.name for _, rows in screen.menu.view().groups for row in rows]
    assert "faster" in names
    assert not {"export", "branch", "jump"} & set(names)  # nothing can be exported of runs that nobody can make again
    assert screen.menu.kind == REPLAY
    hit(app, A)
    assert screen.paused
    hit(app, START)
    hit(app, B)
    assert app.top is screen
