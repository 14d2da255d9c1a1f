"""What stands before a game, and behind F1."""

from collections.abc import Callable

import numpy as np
import pygame
import pytest

import worlds
from simulator.app.panels.card import CardView, caps, card_of, marks_of
from simulator.app.play.hands import Hands
from simulator.app.screens.app import App
from simulator.app.screens.game import CARD_SECONDS
from simulator.app.shell.settings import WindowSettings
from simulator.app.shell.theme import Look
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Opener, live, picture, press, run
from worlds.world import World

Views = Callable[[str], CardView]


def card(name: str) -> CardView:
    world = worlds.get(name)
    return card_of(world, [0], ["you", *["bot"] * (len(world.seats) - 1)], Hands(world), "L Shift")


@pytest.fixture
def app(open_app: Opener, beacon: World) -> App:
    made = open_app(simulation=Simulation(beacon), seats={"walker_0": "human"}, card=True)
    made.prepare_gui().wait(120.0)
    return made


@pytest.mark.parametrize("name", worlds.shipped())
def test_the_card_tells_goal_marker_keys_and_what_is_hidden(name: str) -> None:
    view = card(name)
    assert view.goal.endswith(".")
    assert view.hidden
    assert len(view.you) == 1
    assert view.keys
    assert all(keys and words for keys, words in view.keys)


def test_each_key_stands_beside_what_it_does() -> None:
    poker = card("poker")
    assert poker.keys[:3] == ((("F",), "fold"), (("C",), "check or call"), (("B",), "bet or raise"))
    assert poker.notes == ("or click what you want to do",)
    tag = card("tag")
    assert tag.keys[:2] == ((("←", "↑", "↓", "→", "or", "W", "A", "S", "D"), "move"), (("1",), "to den A"))
    assert [note.partition(": ")[0] for note in tag.notes] == ["move", "lean"]


def test_keys_stand_one_by_one() -> None:
    assert caps("arrows or W A S D") == ("←", "↑", "↓", "→", "or", "W", "A", "S", "D")
    assert caps("L Shift") == ("L\u00a0Shift",)
    assert caps("← →") == ("←", "→")


def test_marks_differ_by_colour_or_shape() -> None:
    marks = marks_of(worlds.get("tag"), ["bot"] * 4)
    assert len({(mark.colour, mark.shape) for mark in marks}) == 4


def test_the_world_stands_still_until_a_key_is_pressed(app: App) -> None:
    run(app, 0.5)
    assert app.game.reading
    assert live(app).ticks == 0
    press("right")
    run(app, 0.5)
    assert not app.game.reading
    assert live(app).ticks > 0


def test_keys_of_the_window_work_under_the_card(app: App) -> None:
    press("f4")
    app.frame(FRAME)
    assert app.game.reading
    assert app.look.theme.name == "light"
    press("f1")
    app.frame(FRAME)
    assert (app.game.reading, app.game.helping) == (True, True)


def test_a_click_begins_too(app: App) -> None:
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(300, 300)))
    app.frame(FRAME)
    assert not app.game.reading


def test_the_card_lies_over_the_world(app: App) -> None:
    shown = picture(app)
    app.game.reading = False
    assert (picture(app) != shown).any(axis=2).mean() > 0.3


def test_help_pauses_the_game(open_app: Opener) -> None:
    app = open_app(seats={"walker_0": "human"})
    run(app, 0.3)
    press("f1")
    app.frame(FRAME)
    before = live(app).ticks
    run(app, 1.0)
    assert live(app).ticks == before
    press("f1")
    run(app, 0.5)
    assert live(app).ticks > before


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("size", "scale"), [((640, 480), 1.0), ((1280, 800), 1.0), ((1920, 1080), 2.0)])
@pytest.mark.parametrize("page", ["card", "help"])
def test_card_and_help_fit_every_window(
    open_app: Opener, theme: str, size: tuple[int, int], scale: float, page: str
) -> None:
    settings = WindowSettings(theme=theme, text_scale=scale)
    app = open_app(seats={"walker_0": "human"}, card=True, settings=settings, size=size)
    app.prepare_gui().wait(120.0)
    app.game.helping = page == "help"
    run(app, 0.1)
    shown = picture(app)
    look = Look(app.look.theme, scale)
    assert shown.shape[:2] == size
    assert (shown == look.colour("ink")).all(axis=2).sum() > 200
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) > 40


def test_a_game_that_nobody_plays_begins_by_itself(open_app: Opener, beacon: World) -> None:
    app = open_app(simulation=Simulation(beacon), card=True)
    app.prepare_gui().wait(120.0)
    run(app, CARD_SECONDS - 1.0)
    assert app.game.reading
    run(app, 1.5)
    assert not app.game.reading
    assert live(app).ticks > 0
