"""Worlds of roads in the window: one human runs many seats, a press is one lane change, a close view and its map."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pygame
import pytest

import worlds
from simulator.app.panels.choosing import shown_choices
from simulator.app.panels.seats import points
from simulator.app.panels.viewpoint import Viewpoint
from simulator.app.play.devices import LEFT_TRIGGER, Pad, key_code
from simulator.app.play.hands import Hands
from simulator.app.screens.game_words import keys_of
from simulator.app.shell.gamepads import Gamepads
from simulator.canvas.signs import Button, button_at, distance_to
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Notes, Opener, live, press, release, run, viewed
from worlds.world import Refused, World

WEST, STAY, EAST = range(3)
KEPT = {"walk": {"keys": {"1": WEST, "2": STAY, "3": EAST}, "keep": True, "about": "stays so"}}
ONCE = {"walk": {"keys": {"left": WEST, "right": EAST}, "once": True, "rest": STAY}}
ALL = np.ones(3, np.uint8)


def keys(*names: str) -> list[int]:
    return [key_code(name) for name in names]


# --- hands -------------------------------------------------------------------------------------------------------


def test_what_was_asked_for_is_kept_until_something_else_is(beacon: World) -> None:
    hands = Hands(viewed(beacon, controls=KEPT))
    assert hands.keeps
    assert hands.choose(keys("3"), None, ALL, present=[STAY]) == [EAST]
    assert hands.choose([], None, ALL, present=[EAST]) == [EAST]
    assert hands.choose([], None, ALL, present=[EAST], seat=1) == [EAST]  # what it does now, whoever asked for it


def test_an_order_waits_until_it_is_allowed(beacon: World) -> None:
    hands = Hands(viewed(beacon, controls=KEPT))
    only_stay = np.array((0, 1, 0), np.uint8)
    assert hands.choose(keys("3"), None, only_stay, present=[STAY]) == [STAY]
    assert hands.wanted(0, 0) == EAST
    assert hands.choose([], None, ALL, present=[STAY]) == [EAST]
    assert hands.choose([], None, ALL, present=[EAST]) == [EAST]
    assert hands.wanted(0, 0) is None


def test_an_order_that_will_never_be_allowed_is_dropped(beacon: World) -> None:
    hands = Hands(viewed(beacon, controls=KEPT))
    no_east = np.array((1, 1, 0), np.uint8)
    assert hands.choose(keys("3"), None, no_east, present=[STAY]) == [STAY]
    assert hands.wanted(0, 0) is None


def test_a_press_is_obeyed_once_however_long_the_key_is_held(beacon: World) -> None:
    hands, left = Hands(viewed(beacon, controls=ONCE)), keys("left")
    assert hands.choose(left, None, ALL, fresh=left) == [WEST]
    assert hands.choose(left, None, ALL) == [STAY]
    assert hands.choose(left, None, ALL, fresh=left) == [WEST]  # let go of and pressed again between two ticks
    assert hands.choose([], Pad(stick=[1.0, 0.0]), ALL) == [EAST]
    assert hands.choose([], Pad(stick=[1.0, 0.0]), ALL) == [STAY]


def test_a_tap_between_decisions_waits_for_the_next_one() -> None:
    hands, town = Hands(worlds.get("routes", seats=1)), worlds.get("routes", seats=1)
    left, rest = town.actions[0].choices.index("left"), Hands(town).plans[0].choose((), None)
    legal = np.ones(town.action_sizes[0], np.uint8)
    assert hands.choose(keys("left"), None, legal, fresh=keys("left"), deciding=False) == [left]
    assert hands.wanted(0, 0) == left
    assert hands.choose([], None, legal, deciding=False) == [left]
    assert hands.choose([], None, legal, deciding=True) == [left]
    assert hands.wanted(0, 0) is None
    assert hands.choose([], None, legal, deciding=True) == [rest]


def test_only_keys_of_choices_that_the_seat_has_are_told(beacon: World) -> None:
    hands = Hands(viewed(beacon, controls=KEPT))
    assert hands.help()[0][1] == "1 2 3"
    assert hands.help(np.array((1, 0, 1), np.uint8))[0][1] == "1 3"


def test_what_was_asked_for_is_shown_at_once(town: Any) -> None:
    app = town()
    scene = live(app)
    assert scene.asked(0, 0) is None
    scene.order(0, 0, EAST)
    assert scene.asked(0, 0) == EAST
    (group,) = shown_choices(scene, app.top.hands_of(0), None)
    assert group.names[group.asked] == "east"


def test_a_press_waits_a_second_to_be_allowed(beacon: World) -> None:
    hands, left = Hands(viewed(beacon, controls=ONCE)), keys("left")
    no_west = np.array((0, 1, 1), np.uint8)
    assert hands.choose(left, None, no_west, fresh=left) == [STAY]
    assert hands.choose([], None, ALL) == [WEST]
    hands.choose(left, None, no_west, fresh=left)
    for _ in range(int(1.0 / beacon.timing.tick) + 1):
        hands.choose([], None, no_west)
    assert hands.choose([], None, ALL) == [STAY]


def test_steering_leaves_the_pedal_alone_and_triggers_are_buttons(beacon: World) -> None:
    pedal = {"walk": {"keys": {"up": EAST, "down": WEST}, "rest": STAY, "pad": {"LT": WEST, "A": EAST}}}
    hands = Hands(viewed(beacon, controls=pedal))
    assert hands.choose([], Pad(stick=[0.9, -0.6]), ALL) == [EAST]
    assert hands.choose([], Pad(stick=[0.9, 0.1]), ALL) == [STAY]
    assert hands.choose([], Pad(held={LEFT_TRIGGER}), ALL) == [WEST]
    assert hands.help() == [("walk: east, west", "↑ ↓", "left stick or d-pad LT A")]
    with pytest.raises(Refused, match="names button 'Z': use A, B, X, Y, LT, RT"):
        Hands(viewed(beacon, controls={"walk": {"keys": {}, "pad": {"Z": 0}}}))


def test_a_trigger_is_pulled_and_let_go() -> None:
    pads = Gamepads()
    for value, held in ((0.8, {LEFT_TRIGGER}), (-1.0, set())):
        pads.handle(pygame.event.Event(pygame.JOYAXISMOTION, instance_id=1, axis=2, value=value))
        pad = pads.seat(0)
        assert pad is not None
        assert pad.held == held


# --- one human, many seats -----------------------------------------------------------------------------------------


@pytest.fixture
def town(open_app: Opener, beacon: World) -> Callable[..., Any]:
    """A game in which the human begins with `walker_0` and may run both."""

    def opened(**session: Any) -> Any:
        world = viewed(beacon, controls=KEPT, draw=_drawn(beacon), closeup=4.0, status=lambda w, seat: f"seat {seat}")
        simulation = Simulation(world, seed=3, seats={"walker_1": "bot"})
        return open_app(simulation=simulation, seats={"walker_0": "human"}, **session)

    return opened


def _drawn(beacon: World) -> Callable[[Any, Any], None]:
    def draw(w: Any, canvas: Any) -> None:
        beacon.view.draw(w, canvas)
        canvas.button(((0.0, 0.0), (1.0, 0.0)), 0.2, 1, 0, EAST)
        canvas.badge((1.0, 0.5), "sign", "good", away=(1.0, 0.0))

    return draw


def test_a_seat_is_the_bots_until_it_is_given_an_order_and_again_when_it_is_given_back(town: Any) -> None:
    notes = Notes()
    app = town(recorder=notes)
    scene = live(app)
    press("tab")
    run(app, 0.2)
    assert scene.keyboard_seat == 1
    assert list(scene.simulation.external) == [0]
    press("3")
    run(app, 0.3)
    assert scene.who(1) == "you"
    assert scene.simulation.applied[1, 0] == EAST
    press("0")
    run(app, 0.1)
    assert scene.who(1) == "bot"
    assert [arguments for op, arguments in notes.ops if op == "drive"][-2:] == [
        {"seat": 1, "external": True}, {"seat": 1, "external": False},
    ]  # fmt: skip


def test_a_click_gives_an_order(town: Any) -> None:
    app = town()
    app.frame(FRAME)
    camera = app.game.arena.camera(app.window.surface.get_size())
    button = app.game.arena._buttons[0]
    x, y = (int(part) for part in app.game.arena._camera.pixels(button.line.mean(axis=0)))
    assert camera is not None
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=(x, y), rel=(0, 0), buttons=(0, 0, 0)))
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(x, y)))
    run(app, 0.3)
    scene = live(app)
    assert scene.followed == 1
    assert scene.simulation.applied[1, 0] == EAST


def test_who_only_watches_gives_no_orders(open_app: Opener, beacon: World) -> None:
    world = viewed(beacon, controls=KEPT)
    app = open_app(simulation=Simulation(world, seats={"walker_0": "bot", "walker_1": "bot"}))
    press("3")
    run(app, 0.2)
    assert not live(app).can_order(0)
    assert list(live(app).simulation.external) == []


def test_hints_are_shown_while_the_game_is_young(town: Any) -> None:
    scene = live(town())
    assert any("stays so" in hint for hint in scene.hints())
    scene.ticks = 10**6
    assert scene.hints() == []


def test_the_close_view_and_its_map_come_and_go(town: Any) -> None:
    app = town()
    run(app, 0.1)
    assert app.game.arena.overview.box is None
    press("c")
    run(app, 0.1)
    box = app.game.arena.overview.box
    assert box is not None
    assert app.game.arena.seat_at(box.center) in (0, 1)
    press("m")
    run(app, 0.1)
    assert app.game.arena.overview.box is None


# --- the camera ----------------------------------------------------------------------------------------------------


def test_a_long_strip_is_followed_from_the_start(beacon: World) -> None:
    view = Viewpoint(viewed(beacon, extent=(2000.0, 100.0), closeup=130.0))
    view.look_at((0.0, 0.0, 2000.0, 100.0), (900, 800))
    assert view.following
    camera = view.camera((900, 800), 0, (1000.0, 50.0), FRAME, FRAME)
    assert 900 / camera.scale == pytest.approx(130.0)
    whole = Viewpoint(viewed(beacon, closeup=3.0))
    whole.look_at((0.0, 0.0, 10.0, 9.0), (900, 800))
    assert not whole.following


def test_the_camera_looks_ahead_of_who_drives_and_stays_where_he_is_gone(beacon: World) -> None:
    view = Viewpoint(viewed(beacon, extent=(2000.0, 100.0), closeup=130.0))
    view.look_at((0.0, 0.0, 2000.0, 100.0), (900, 800))
    x = 500.0
    for _ in range(300):
        x += 30.0 * FRAME
        camera = view.camera((900, 800), 0, (x, 50.0), FRAME, FRAME)
    assert x + 15.0 < camera.centre[0] < x + 40.0
    stopped = view.camera((900, 800), 0, None, FRAME, FRAME)
    assert abs(stopped.centre[0] - camera.centre[0]) < 2.0
    view.command("zoom_in")
    assert view.camera((900, 800), 0, (x, 50.0), FRAME, 0.0).scale > camera.scale


# --- small things --------------------------------------------------------------------------------------------------


def test_the_nearest_button_is_clicked() -> None:
    line = np.array(((0.0, 0.0), (10.0, 0.0)))
    buttons = [Button(line, 3.0, 0, 0, 1), Button(np.add(line, (0.0, 4.0)), 3.0, 1, 0, 2)]
    assert distance_to(line, (5.0, 2.0)) == pytest.approx(2.0)
    found = button_at(buttons, (5.0, 3.4), 5.0)
    assert found is not None
    assert found.seat == 1
    assert button_at(buttons, (5.0, 30.0), 5.0) is None


def test_a_score_is_never_minus_zero() -> None:
    assert [points(score) for score in (-0.0004, 0.0, -0.06, 3.25)] == ["0.0", "0.0", "-0.06", "3.25"]


def test_keys_that_play_are_not_listed_as_commands(open_app: Opener, beacon: World) -> None:
    world = viewed(beacon, controls={"walk": {"keys": {"x": WEST}, "rest": STAY}})
    app = open_app(simulation=Simulation(world), seats={"walker_0": "human"})
    told = [words for _, rows in keys_of(app.game) for _, words in rows]
    assert "wipe the memories of the agents now" not in told
    release("x")
