"""Worlds that wait: one key or one click is one turn, every choice has both, and two people choose in secret."""

from typing import Any

import numpy as np
import pygame
import pytest

import worlds
from simulator.app.panels.deck import Offer
from simulator.app.play.choices import keyed_choices
from simulator.app.play.devices import LABELS
from simulator.app.play.hands import Hands
from simulator.app.play.seating import seat_all
from simulator.app.screens.app import App
from simulator.app.screens.live import LiveScene
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Notes, Opener, live, press, run, viewed
from worlds.world import World

WEST, STAY, EAST = range(3)
WAITING = [name for name in worlds.shipped() if Hands(worlds.get(name)).waits]
BOTH = {"walker_0": "human", "walker_1": "human"}
CONTROLS = {"walk": {"keys": {"left": WEST, "right": EAST, "space": STAY}, "rest": STAY, "wait": True}}


def opened(open_app: Opener, name: str, people: int = 1) -> App:
    world = worlds.get(name)
    seating = seat_all(world, {seat.name: "human" for seat in world.seats[:people]})
    app = open_app(
        simulation=Simulation(world, seed=5, seats=seating.engine), seats=seating.occupants, size=(1100, 700)
    )
    app.prepare_gui().wait(120.0)
    app.frame(FRAME)
    app.frame(FRAME)
    app._hidden = True  # nobody looks: the tests of what is drawn open their eyes
    return app


def named(key: str) -> str:
    """The key of a label, as SDL calls it."""
    return next((name for name, words in LABELS.items() if words == key), key.lower())


def to_turn(app: App, scene: LiveScene) -> None:
    """Until somebody is to choose."""
    for _ in range(900):
        if scene.waiting and scene.banner is None:
            return
        app.frame(FRAME)
    raise AssertionError("nobody was ever asked")


def ticked(app: App, before: int) -> bool:
    """Whether the world goes on, at last: what was done last comes to its end first."""
    for _ in range(120):
        app.frame(FRAME)
        if live(app).ticks > before:
            return True
    return False


def possible(app: App) -> list[Offer]:
    assert app.game.deck is not None
    return [offer for turn in app.game.deck.view().turns for offer in turn.offers if offer.allowed]


def again(app: App) -> LiveScene:
    """The trial from its start, at the first turn."""
    scene = live(app)
    scene.simulation.reset()
    scene.replaced()
    to_turn(app, scene)
    return scene


def turns_taken(scene: LiveScene, monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The actions of the person whose turn it was, as they are taken from now on."""
    taken: list[list[int]] = []
    choose = scene.by_hand.choose

    def noted(simulation: Simulation, seat: int, *rest: Any) -> list[int]:
        is_turn = seat in scene.turns
        row = choose(simulation, seat, *rest)
        if is_turn:
            taken.append(row)
        return row

    monkeypatch.setattr(scene.by_hand, "choose", noted)
    return taken


@pytest.mark.parametrize("name", WAITING)
def test_one_key_or_one_click_is_one_turn(open_app: Opener, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Every choice that is possible at the first turn: by its key, and by its button where that is drawn."""
    app = opened(open_app, name)
    to_turn(app, live(app))
    taken = turns_taken(live(app), monkeypatch)
    found = possible(app)
    assert found
    for offer in found:
        for by_key in (True, False):
            scene = again(app)
            taken.clear()
            if by_key:
                press(named(offer.key))
            else:
                click(app, offer)
            run(app, scene.world.timing.tick + 0.2)
            to_turn(app, scene)
            assert len(taken) == 1
            assert taken[0][offer.factor] == offer.choice


@pytest.mark.parametrize("name", WAITING)
def test_every_choice_has_a_key_and_a_button(open_app: Opener, name: str) -> None:
    """All that the rules ever allow; a bandit's tenth machine too. What means "it is not my turn" needs none."""
    world = worlds.get(name)
    keyed = {(each.factor, each.choice) for each in keyed_choices(Hands(world))}
    for factor, size in enumerate(world.action_sizes):
        free = {(factor, choice) for choice in range(size)} - keyed
        assert free <= {(factor, choice) for choice in range(size) if world.actions[factor].choices[choice] == "wait"}
    app = opened(open_app, name)
    assert app.game.deck is not None
    drawn = {(offer.factor, offer.choice) for offer, _ in app.game.deck.drawn.buttons}
    assert drawn == keyed


def test_the_tenth_machine_of_a_bandit(open_app: Opener) -> None:
    app = opened(open_app, "bandit")
    scene = live(app)
    press("0")
    run(app, 1.0)
    assert (scene.ticks, int(scene.simulation.applied[0, 0])) == (1, 9)


def click(app: App, offer: Offer) -> None:
    """The mouse goes to a button, presses and lets go, as slowly as a person."""
    assert app.game.deck is not None
    boxes = {(each.seat, each.factor, each.choice): box for each, box in app.game.deck.drawn.buttons}
    left, top, right, bottom = boxes[offer.seat, offer.factor, offer.choice]
    place = round((left + right) / 2), round((top + bottom) / 2)
    app._hidden = False
    for kind, facts in (
        (pygame.MOUSEMOTION, {"rel": (0, 0), "buttons": (0, 0, 0)}), (pygame.MOUSEBUTTONDOWN, {"button": 1}),
        (pygame.MOUSEBUTTONUP, {"button": 1}),
    ):  # fmt: skip
        pygame.event.post(pygame.event.Event(kind, pos=place, **facts))
        app.frame(FRAME)
    app._hidden = True


# --- two people ------------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(open_app: Opener, beacon: World) -> App:
    """Two people in a world that waits for both."""
    app = open_app(simulation=Simulation(viewed(beacon, controls=CONTROLS)), seats=BOTH)
    app.prepare_gui().wait(120.0)
    return app


def states(app: App) -> list[str]:
    assert app.game.deck is not None
    return [turn.state for turn in app.game.deck.view().turns]


@pytest.mark.parametrize("first", [0, 1])
def test_the_world_waits_for_both_and_shows_no_choice_before(pair: App, first: int) -> None:
    scene = live(pair)
    run(pair, 0.3)
    assert (scene.ticks, states(pair)) == (0, ["your turn", "your turn"])
    keys = ["d", "left"]  # the first goes east, the second west
    press(keys[first])
    run(pair, 0.5)
    assert scene.ticks == 0
    assert states(pair)[first] == "has chosen"
    assert states(pair)[1 - first] == "your turn"
    doing = scene.simulation.w["action"][:, 0].tolist()
    assert doing == Simulation(scene.world).w["action"][:, 0].tolist()  # nothing of it is anywhere to be seen
    press(keys[1 - first])
    run(pair, 1.0)
    assert (scene.ticks, scene.simulation.applied[:, 0].tolist()) == (1, [EAST, WEST])
    assert states(pair) == ["your turn", "your turn"]


def test_the_same_picture_whatever_was_chosen(open_app: Opener) -> None:
    """Who looks at the screen while the other one chooses cannot tell rock from scissors."""
    pictures = []
    for key in ("1", "3"):
        app = opened(open_app, "throws", 2)
        press(key)
        run(app, 0.2)
        app.draw()
        app.draw()
        pictures.append(np.asarray(pygame.surfarray.array3d(app.window.surface)))
        app.close()
    assert (pictures[0] == pictures[1]).all()


def test_what_cannot_be_done_drops_only_ones_own_choice(pair: App) -> None:
    scene = live(pair)
    scene.simulation.w.pos[1] = 0.0
    press("d")
    run(pair, 0.1)
    press("left")  # walker_1 stands at the west end
    run(pair, 0.3)
    assert scene.ticks == 0
    assert any("is not possible now" in words for _, words in pair.messages)
    assert states(pair) == ["has chosen", "your turn"]
    press("right")
    run(pair, 0.5)
    assert (scene.ticks, scene.simulation.applied[:, 0].tolist()) == (1, [EAST, EAST])


def test_clicks_count_for_whose_button_it_is(pair: App) -> None:
    scene = live(pair)
    run(pair, 0.2)
    for seat, choice in ((0, WEST), (1, EAST)):
        click(pair, next(offer for offer in possible(pair) if (offer.seat, offer.choice) == (seat, choice)))
    run(pair, 0.5)
    assert (scene.ticks, scene.simulation.applied[:, 0].tolist()) == (1, [WEST, EAST])


def test_nobody_waits_for_who_is_done(pair: App) -> None:
    scene = live(pair)
    scene.simulation.w.done[1] = 1
    assert scene.turns == [0]


def test_the_picture_turns_to_whose_turn_it_is(open_app: Opener) -> None:
    """Poker: one at a time. The card in view is that of who has to choose."""
    app = opened(open_app, "poker", 2)
    scene = live(app)
    keys = ["c", "m"]  # check or call
    for _ in range(6):
        to_turn(app, scene)
        turn = scene.turns
        assert len(turn) == 1
        app.frame(FRAME)
        assert scene.followed == turn[0]
        before = scene.ticks
        press(keys[turn[0]])
        assert ticked(app, before)


@pytest.mark.parametrize("name", ["throws", "matrix", "repeated", "harvest"])
def test_two_people_play_many_turns(open_app: Opener, name: str) -> None:
    """Whatever is possible, first of all: nothing hangs, and every pair of choices is a tick or more."""
    app = opened(open_app, name, 2)
    scene = live(app)
    for _ in range(6):
        to_turn(app, scene)
        before = scene.ticks
        offers = possible(app)
        for seat in {offer.seat for offer in offers}:
            press(named(next(offer.key for offer in offers if offer.seat == seat)))
        assert ticked(app, before)


def test_a_recording_of_two_is_made(open_app: Opener, beacon: World) -> None:
    notes = Notes()
    app = open_app(simulation=Simulation(viewed(beacon, controls=CONTROLS)), seats=BOTH, recorder=notes)
    press("d")
    press("left")
    run(app, 0.5)
    assert notes.ticks == live(app).ticks == 1
