"""The set-up page: what it offers, what it changes, what it refuses."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest

import worlds
from simulator.app import cli
from simulator.app.panels.gallery import Wish
from simulator.app.play.codes import read_code, write_code
from simulator.app.play.people import LEFT_KEYS
from simulator.app.play.seating import seat_all
from simulator.app.play.setups import Setup, agents_for, choices, chosen, knobs_of
from simulator.app.screens.app import App
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.setup import CodeScreen, SetupScreen, check_devices, with_layout
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from simulator.engine import Simulation
from tests.app.conftest import FRAME, live
from tests.app.small_agents import ship
from tests.app.test_home import NoMiniatures, tap
from worlds.world import Refused, World

OpenSetup = Callable[..., App]
PATIENCE = 200.0  # s


def wait(app: App, done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        app.frame(FRAME)
        time.sleep(0.005)
        assert time.monotonic() < end


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[App]:
    monkeypatch.setattr("simulator.app.screens.home.Miniatures", NoMiniatures)
    monkeypatch.setattr("simulator.app.screens.home.recordings_folder", lambda: tmp_path)
    monkeypatch.setattr("simulator.app.screens.app.recordings_folder", lambda: tmp_path)
    pygame.display.init()
    pygame.event.clear()
    made = App(Session(home=True, settings=WindowSettings(), size=(1280, 800)))
    wait(made, lambda: isinstance(made.top, HomeScreen))
    yield made
    made.close()


def setup(app: App) -> SetupScreen:
    assert isinstance(app.top, SetupScreen)
    return app.top


def opened(app: App, world: str) -> SetupScreen:
    app.grant(Wish("setup", world))
    screen = setup(app)
    wait(app, lambda: screen.view.preview is not None)
    return screen


def test_a_seat_takes_people_bots_with_knobs_and_agents_with_their_scores() -> None:
    world = worlds.get("tag")
    options = choices(world, 0, agents_for(world, 0))
    assert {option.kind for option in options} == {"person", "drawn", "agent", "bot", "random"}
    agent = next(option for option in options if option.spec == "agent:tag")
    assert len(agent.scores) == world.timing.episodes
    assert agent.scores[-1] > agent.scores[0]
    bot = next(option for option in options if option.bot is not None and option.bot.knobs)
    assert bot.bot is not None
    assert set(knobs_of(bot.spec)) == {knob.name for knob in bot.bot.knobs}
    assert options[chosen(options, f"bot:{bot.name}")] == bot
    assert options[chosen(options, "human")].kind == "person"
    assert chosen(options, "agent:/somewhere/else") == -1


def test_the_preview_is_redrawn_as_the_task_changes(app: App) -> None:
    screen = opened(app, "tag")
    before, code = screen.view.preview, screen.view.code
    assert read_code(code) == screen.view.setup
    screen.view.setup = dataclasses.replace(screen.view.setup, seed=5)
    wait(app, lambda: screen.view.preview is not before and not screen.view.busy)
    assert screen.view.code != code
    assert before is not None
    assert screen.view.preview is not None
    assert not np.array_equal(screen.view.preview, before)


def test_a_preview_that_comes_late_does_not_undo_what_was_chosen_meanwhile(app: App) -> None:
    screen = opened(app, "bandit")
    screen.view.setup = dataclasses.replace(screen.view.setup, seed=5)
    wait(app, lambda: screen._job is not None)
    assert screen._job is not None
    screen._job.result()  # drawn, and not yet taken in
    screen.view.setup = dataclasses.replace(screen.view.setup, seed=6)
    app.frame(FRAME)
    assert screen.view.setup.seed == 6


def test_start_opens_exactly_this_game_and_escape_comes_back(app: App) -> None:
    screen = opened(app, "bandit")
    screen.view.setup = dataclasses.replace(screen.view.setup, seed=9, index=2, split="test-layout", episodes=3)
    app.frame(FRAME)
    wished = screen.view.setup
    app._start_setup(wished)
    wait(app, lambda: app.scene is not None)
    expected = Simulation(worlds.get("bandit"), seed=9, index=2, split="test-layout", episodes_per_trial=3)
    assert live(app).simulation.hash() == expected.hash()
    assert app.game.reading
    tap(app, "escape")
    assert setup(app).view.setup == wished
    tap(app, "escape")
    assert isinstance(app.top, HomeScreen)


def test_keys_alone_reach_start(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = opened(app, "bandit")
    started: list[Setup] = []
    monkeypatch.setattr(screen, "_start", started.append)
    for kind in (pygame.KEYDOWN, pygame.KEYUP):  # backwards from the first: the last
        pygame.event.post(pygame.event.Event(kind, key=pygame.K_TAB, mod=pygame.KMOD_SHIFT, unicode=""))
        app.frame(FRAME)
        app.frame(FRAME)
    tap(app, "return")
    assert started == [screen.view.setup]


def test_escape_closes_an_open_list_before_the_page(app: App) -> None:
    screen = opened(app, "bandit")
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=(300, 98), rel=(0, 0), buttons=(0, 0, 0)))
        pygame.event.post(pygame.event.Event(kind, button=1, pos=(300, 98)))
        app.frame(FRAME)
        app.frame(FRAME)
    assert app.gui.busy
    tap(app, "escape")
    assert app.top is screen
    assert not app.gui.busy
    tap(app, "escape")
    assert isinstance(app.top, HomeScreen)


def test_a_layout_is_looked_for_among_the_tasks_of_the_seed() -> None:
    world = worlds.get("tag")
    names = [each.name for each in world.generators]
    found = with_layout(world, Setup(world="tag", seed=3), "caves")
    assert names[int(Simulation(world, seed=3, index=found.index).w["generator"])] == "caves"


def test_two_people_on_one_device_are_refused(app: App) -> None:
    tag, seats = worlds.get("tag"), {"chaser_0": "human", "evader_0": "human"}
    check_devices(Setup(world="tag", seats=seats), tag)  # each with a half of the keyboard
    with pytest.raises(Refused, match="chaser_0 and evader_0 both play with gamepad 1"):
        check_devices(Setup(world="tag", seats=seats, devices=dict.fromkeys(seats, 1)), tag)
    with pytest.raises(Refused, match="chaser_0, evader_0 and evader_1 are 3 people on one keyboard"):
        check_devices(Setup(world="tag", seats={**seats, "evader_1": "human"}), tag)
    check_devices(Setup(world="tag", seats={**seats, "evader_1": "human"}, devices={"evader_0": 1}), tag)
    screen = opened(app, "throws")
    names = [seat.name for seat in worlds.get("throws").seats]
    devices = dict.fromkeys(names, LEFT_KEYS)
    screen.view.setup = dataclasses.replace(screen.view.setup, seats=dict.fromkeys(names, "human"), devices=devices)
    app.frame(FRAME)
    assert "both play with the left half of the keyboard" in screen.view.problem


def test_a_share_code_leads_to_its_set_up(app: App) -> None:
    world = worlds.get("bandit")
    given = Setup(world="bandit", seed=77, seats={world.seats[0].name: "random"}, episodes=4)
    app.grant(Wish("code"))
    screen = app.top
    assert isinstance(screen, CodeScreen)
    screen.code = "XPwrong"
    screen.take()
    assert "cannot be used" in screen.problem
    screen.code = write_code(given, world)
    screen.take()
    assert setup(app).view.setup == given


@pytest.mark.usefixtures("app")
def test_home_begins_with_the_set_up_of_a_share_code(monkeypatch: pytest.MonkeyPatch) -> None:
    world, sessions = worlds.get("bandit"), list[Session]()
    given = Setup(world="bandit", seed=77, seats={world.seats[0].name: "random"}, episodes=4)
    monkeypatch.setattr("simulator.app.screens.app.play", sessions.append)
    assert cli.run(["home", "--code", write_code(given, world)]) == 0
    (session,) = sessions
    other = App(dataclasses.replace(session, settings=WindowSettings(), size=(900, 600)))
    wait(other, lambda: isinstance(other.top, SetupScreen))
    assert setup(other).view.setup == given
    other.pop()
    assert isinstance(other.top, HomeScreen)
    other.close()


@pytest.mark.parametrize("size", [(640, 480), (1920, 1080)])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_page_shows_itself_at_every_size(app: App, size: tuple[int, int], theme: str) -> None:
    pygame.display.set_mode(size, pygame.RESIZABLE)
    app.window.resized()
    if app.look.theme.name != theme:
        app.command("theme")
    opened(app, "bandit")
    app.frame(FRAME)
    picture = pygame.surfarray.array3d(app.window.surface)
    assert picture.shape[:2] == size
    assert (picture == app.look.colour("ink")).all(axis=2).sum() > 100


def test_an_agent_that_does_not_fit_is_refused_before_a_window_is_opened(beacon: World, tmp_path: Path) -> None:
    """By its description alone: neither are weights loaded nor rules compiled."""
    ship(tmp_path, beacon)
    (tmp_path / "beacon" / "model.safetensors").unlink()
    spec = {"walker_0": f"agent:{tmp_path / 'beacon'}"}
    assert seat_all(beacon, spec).checkpoints
    with pytest.raises(Refused, match=f"learned version {beacon.version} of world 'beacon': this is version 99"):
        seat_all(dataclasses.replace(beacon, version=99), spec)
