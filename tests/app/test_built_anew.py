"""How a world is built, on the set-up page: what can be chosen, what stays, and what the world refuses."""

import dataclasses
import threading
from typing import Any

import pygame
import pytest

import worlds
from simulator.app.panels.built import argument_words, value_words
from simulator.app.play.codes import read_code
from simulator.app.play.setups import Setup, choices, resettled
from simulator.app.screens import setup as pages
from simulator.app.screens.app import App
from simulator.app.screens.preparing import PreparingScreen
from simulator.app.screens.setup import SetupScreen
from tests.app.conftest import FRAME, live
from tests.app.test_home import tap
from tests.app.test_setup import app as app_of_home
from tests.app.test_setup import opened, setup, wait

home = app_of_home  # a fixture


@pytest.fixture
def page(home: App) -> SetupScreen:
    return opened(home, "beacon")


def build(app: App, page: SetupScreen, **chosen: Any) -> None:
    """Choose a build, and wait until it is there or refused."""
    page.view.build.wanted = chosen
    app.frame(FRAME)
    wait(app, lambda: app.top is page and page.view.build.making is None)
    app.frame(FRAME)


def test_another_build_keeps_seats_and_stands_in_the_code(home: App, page: SetupScreen) -> None:
    page.view.setup = dataclasses.replace(page.view.setup, seats={"walker_0": "random", "walker_1": "human"}, seed=4)
    build(home, page, seats=3)
    assert page.view.world is not None
    assert len(page.view.world.seats) == len(page.view.choices) == 3
    expected = Setup(world="beacon", build={"seats": 3}, seats={"walker_0": "random", "walker_1": "human"}, seed=4)
    assert page.view.setup == read_code(page.view.code) == expected
    build(home, page, seats=1)
    assert page.view.setup.seats == {"walker_0": "human"}  # a person whose seat is gone sits down in the first
    wait(home, lambda: page.view.preview is not None and not page.view.busy)
    home._start_setup(page.view.setup)
    wait(home, lambda: home.scene is not None)
    assert dict(live(home).simulation.world.build_args) == {"seats": 1}
    tap(home, "escape")
    assert setup(home) is page


def test_what_the_world_refuses_is_said_and_nothing_is_lost(home: App, page: SetupScreen) -> None:
    build(home, page, seats=3)
    before = page.view.setup
    build(home, page, seats=7)
    assert page.view.told == "The world stays as it is: beacon takes 1 to 3 seats, not 7"
    assert page.view.setup == before
    assert not page.view.problem  # what stands there can be started
    build(home, page, seats=2)
    assert page.view.told == ""


def test_what_takes_long_is_built_behind_the_bar_and_escape_leaves_all_as_it_was(
    home: App, page: SetupScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    let, made = threading.Event(), pages.built
    monkeypatch.setattr(pages, "built", lambda *given: (let.wait(60.0), made(*given))[1])
    before = page.view.setup
    page.view.build.wanted = {"seats": 3}
    wait(home, lambda: isinstance(home.top, PreparingScreen))
    assert "Set up Beacon" in home.title
    tap(home, "escape")
    assert home.top is page
    assert page.view.setup == before
    assert page.view.build.making is None
    page.view.build.wanted = {"seats": 1}
    wait(home, lambda: isinstance(home.top, PreparingScreen))
    let.set()
    wait(home, lambda: home.top is page)
    assert page.view.setup.build == {"seats": 1}
    page.view.build.wanted = {"seats": 9}
    let.clear()
    wait(home, lambda: isinstance(home.top, PreparingScreen))
    let.set()
    wait(home, lambda: home.top is page)
    assert "beacon takes 1 to 3 seats, not 9" in page.view.told


def test_a_click_chooses_a_switch(home: App, page: SetupScreen) -> None:
    """The second field, which is a list: the key for it opens it, and its last line is taken."""
    assert [each.name for each in page.view.build.arguments] == ["seats", "named"]
    for key in ("tab", "tab", "tab", "tab", "return", "down", "return"):
        tap(home, key)
        home.frame(FRAME)
    wait(home, lambda: page.view.setup.build == {"named": True})
    assert page.view.world is not None
    assert page.view.world.build_args["named"]


def test_a_layout_that_is_not_there_any_more_is_wanted_no_more(home: App, page: SetupScreen) -> None:
    page.view.generator, page._build = "gone", {"seats": 3}
    page._settle(pages.loaded(Setup(world="beacon", build={"seats": 3})))
    assert page.view.setup.build == {"seats": 3}
    assert page.view.generator == ""


def test_a_player_that_does_not_play_a_build_leaves_its_seat() -> None:
    """In `matrix` with people who stand other bots play, and the shipped agent learned to walk."""
    world = worlds.get("matrix", walk=False)
    options = [choices(world, seat) for seat in range(len(world.seats))]
    names = [seat.name for seat in world.seats]
    given = Setup(
        world="matrix", build={"walk": False}, seats=dict(zip(names, ("agent:matrix", "random"), strict=True))
    )
    kept, lost = resettled(given, world, options)
    assert (dict(kept.seats), lost) == ({names[1]: "random"}, [names[0]])
    person = dataclasses.replace(
        given, seats={"trader_3": "human", names[1]: "random"}, devices={"trader_3": 1}, index=5
    )
    kept, lost = resettled(person, world, options)
    assert (dict(kept.seats), dict(kept.devices), lost) == ({names[0]: "human", names[1]: "random"}, {}, [])
    assert kept.index == 0


def test_arguments_and_values_are_words() -> None:
    assert [argument_words(name) for name in ("seats", "layout", "pole_mass")] == ["Seats", "Kitchen", "Pole mass"]
    assert [value_words(each) for each in (True, False, 4, 0.05, "", "cramped_room")] == [
        "yes", "no", "4", "0.05", "drawn anew", "cramped room",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [(640, 480), (1280, 720)])
def test_a_long_refusal_is_shown_whole(home: App, page: SetupScreen, size: tuple[int, int]) -> None:
    pygame.display.set_mode(size, pygame.RESIZABLE)
    home.window.resized()
    page.view.build.refused = "word " * 80
    home.frame(FRAME)
    home.frame(FRAME)
    picture = pygame.surfarray.array3d(home.window.surface)
    red = (picture == home.look.colour("bad")).all(axis=2).nonzero()[1]
    assert red.max() < size[1] - 4
    assert red.max() - red.min() > 20  # on several lines
