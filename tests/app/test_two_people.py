"""Two people on one keyboard, and with pads: who has which keys, who is refused, and that both move."""

from typing import Any

import numpy as np
import pygame
import pytest

import worlds
from simulator.app.panels.card import card_of
from simulator.app.play.choices import key_rows, keyed_choices
from simulator.app.play.codes import read_code, write_code
from simulator.app.play.devices import key_code
from simulator.app.play.halves import LEFT, RIGHT
from simulator.app.play.hands import Hands
from simulator.app.play.people import LEFT_KEYS, RIGHT_KEYS, People, assigned, device_of
from simulator.app.play.seating import seat_all
from simulator.app.play.setups import Setup
from simulator.engine import Simulation
from tests.app.conftest import FRAME, Notes, Opener, live, press, release, run, viewed
from worlds.world import Action, Refused, World

WEST, STAY, EAST = range(3)
WINDS = {
    "n": "up",
    "w": "left",
    "s": "down",
    "e": "right",
    "north": "up",
    "west": "left",
    "south": "down",
    "east": "right",
}
SHARED = [name for name in worlds.shipped() if len(worlds.get(name).seats) > 1]
BOTH = {"walker_0": "human", "walker_1": "human"}


@pytest.mark.parametrize("name", SHARED)
def test_every_world_fits_into_both_halves(name: str) -> None:
    """No key is in both halves, no key does two things, and every choice of the whole keyboard has one in each."""
    world = worlds.get(name)
    whole = {(each.factor, each.choice) for each in keyed_choices(Hands(world))}
    codes = []
    for half in (LEFT, RIGHT):
        hands = Hands(world, half)
        keys = [each.key for each in keyed_choices(hands)]
        assert len(set(keys)) == len(keys)
        assert {(each.factor, each.choice) for each in keyed_choices(hands)} == whole
        assert hands.codes <= {key_code(key) for key in half.room}
        codes.append(hands.codes)
    assert not codes[0] & codes[1]


@pytest.mark.parametrize(("half", "ways", "main"), [(LEFT, "W A S D", "Space"), (RIGHT, "↑ ← ↓ →", "Enter")])
def test_directions_and_space_lie_where_everybody_looks(half: Any, ways: str, main: str) -> None:
    rows = key_rows(Hands(worlds.get("tag"), half))
    assert rows[0] == (tuple(ways.split()), "move")
    assert ((main,), "dash") in rows
    numbers = [keys[0] for keys, words in rows if words in ("to den A", "to den B", "to den C", "at them")]
    assert numbers == (["1", "2", "3", "5"] if half is LEFT else ["U", "I", "O", "K"])


@pytest.mark.parametrize(
    ("names", "devices", "given"),
    [
        (["a"], {}, {"a": 0}),
        (["a", "b"], {}, {"a": LEFT_KEYS, "b": RIGHT_KEYS}),
        (["a", "b"], {"a": RIGHT_KEYS}, {"a": RIGHT_KEYS, "b": LEFT_KEYS}),
        (["a", "b"], {"b": 1}, {"a": 0, "b": 1}),
        (["a", "b", "c"], {"b": 1}, {"a": LEFT_KEYS, "b": 1, "c": RIGHT_KEYS}),
        (["a", "b", "c"], {"b": 1, "c": 2}, {"a": 0, "b": 1, "c": 2}),
    ],
)
def test_who_names_no_device_gets_what_is_left(names: list[str], devices: dict[str, int], given: Any) -> None:
    assert assigned(names, devices) == given


@pytest.mark.parametrize(
    ("devices", "sentence"),
    [
        (
            {},
            "a, b and c are 3 people on one keyboard, which serves two: give one of them a gamepad, as in c=human:pad1",
        ),
        ({"a": LEFT_KEYS, "b": RIGHT_KEYS}, "a, b and c are 3 people on one keyboard"),
        ({"a": 2, "b": 2}, "a and b both play with gamepad 2: choose another one for one of them"),
        ({"a": RIGHT_KEYS, "b": RIGHT_KEYS}, "a and b both play with the right half of the keyboard"),
    ],
)
def test_people_who_cannot_play_together_are_refused(devices: dict[str, int], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        assigned(["a", "b", "c"], devices)


def test_a_world_that_needs_more_keys_than_a_half_has_is_refused(beacon: World) -> None:
    many = tuple(f"choice {number}" for number in range(30))
    keys = dict(zip("abcdefghijklmnopqrstuvwxyz1234", range(30), strict=True))
    world = viewed(beacon, controls={"walk": {"keys": keys}})
    object.__setattr__(world, "actions", (Action("walk", many),))
    Hands(world)  # one person has them all
    with pytest.raises(Refused, match="world 'beacon' takes 30 keys and the left half of a keyboard has 22: give one"):
        People(world, [0, 1], {})
    assert len(People(world, [0, 1], {1: 1})) == 2


@pytest.mark.parametrize(("name", "device"), [("keys", 0), ("keys1", LEFT_KEYS), ("keys2", RIGHT_KEYS), ("pad3", 3)])
def test_devices_have_names(name: str, device: int) -> None:
    assert device_of("seat 'a'", name) == device


@pytest.mark.parametrize("name", ["me", "pad0", "pad17", "pad", "keys3", "pad²"])
def test_devices_that_are_none_are_refused(beacon: World, name: str) -> None:
    with pytest.raises(Refused, match="a person plays with keys, keys1"):
        seat_all(beacon, {"walker_0": f"human:{name}"})


def test_the_command_line_seats_two_people(beacon: World) -> None:
    seating = seat_all(beacon, {"walker_0": "human:keys2", "walker_1": "human"})
    assert (seating.devices, seating.followed) == ({"walker_0": RIGHT_KEYS}, "walker_0")
    assert seating.words == BOTH
    with pytest.raises(Refused, match="both play with gamepad 1"):
        seat_all(beacon, {"walker_0": "human:pad1", "walker_1": "human:pad1"})


def test_a_share_code_keeps_halves_and_pads() -> None:
    world = worlds.get("tag")
    for devices in ({"chaser_0": RIGHT_KEYS}, {"evader_0": 2}, {}):
        setup = Setup(world="tag", seats={"chaser_0": "human", "evader_0": "human"}, devices=devices)
        assert read_code(write_code(setup, world)) == setup


def test_both_move_at_once_and_are_called_by_number(open_app: Opener, beacon: World) -> None:
    app = open_app(simulation=Simulation(beacon), seats=BOTH)
    scene = live(app)
    assert [scene.who(seat) for seat in range(2)] == ["you 1", "you 2"]
    press("d", hold=True)
    press("left", hold=True)
    run(app, 0.2)
    assert scene.simulation.applied[:, 0].tolist() == [EAST, WEST]
    release("d")
    run(app, 0.2)
    assert scene.simulation.applied[:, 0].tolist() == [STAY, WEST]


def test_named_halves_swap_the_keys(open_app: Opener, beacon: World) -> None:
    app = open_app(simulation=Simulation(beacon), seats=BOTH, devices={"walker_0": RIGHT_KEYS})
    press("a", hold=True)
    run(app, 0.2)
    assert live(app).simulation.applied[:, 0].tolist() == [STAY, WEST]


def test_keys_of_one_half_are_no_commands_and_shift_holds_nobody(open_app: Opener, beacon: World) -> None:
    controls = {"walk": {"keys": {"r": WEST, "n": EAST}, "rest": STAY}}
    notes = Notes()
    app = open_app(simulation=Simulation(viewed(beacon, controls=controls)), seats=BOTH, recorder=notes)
    press("r")
    press("n")
    press("left shift", hold=True)
    run(app, 0.2)
    assert notes.ops == []
    assert live(app).taken is None
    assert any("share the keyboard" in words for _, words in app.messages)


def test_three_play_with_a_pad(open_app: Opener, beacon: World) -> None:
    app = open_app(simulation=Simulation(beacon), seats=BOTH, devices={"walker_1": 2})
    for pad in (4, 9):
        pygame.event.post(pygame.event.Event(pygame.JOYHATMOTION, instance_id=pad, value=(1 if pad == 9 else -1, 0)))
    press("left", hold=True)  # the other one has the whole keyboard
    run(app, 0.2)
    assert live(app).simulation.applied[:, 0].tolist() == [WEST, EAST]


def test_the_card_shows_everybodys_keys(beacon: World) -> None:
    world = worlds.get("duel")
    people = People(world, [0, 1], {})
    card = card_of(world, [0, 1], ["you 1", "you 2"], Hands(world), "L Shift", list(people))
    assert [(each.mark.who, each.device) for each in card.people] == [
        ("you 1", "the left half of the keyboard"),
        ("you 2", "the right half of the keyboard"),
    ]
    assert card.people[1].keys[0] == (("↑", "←", "↓", "→"), "move")
    assert (("U",), "shoot north") in card.people[1].keys
    mixed = card_of(world, [0, 1], ["you 1", "you 2"], Hands(world), "L Shift", list(People(world, [0, 1], {1: 1})))
    assert mixed.people[1].device == "gamepad 1"
    assert any("left stick" in keys[0] for keys, _ in mixed.people[1].keys)


@pytest.mark.parametrize(
    ("name", "seats"),
    [
        ("tag", ("chaser_0", "evader_0")), ("duel", ("west_0", "east_1")), ("kitchen", ("porter_0", "cook_1")),
        ("harvest", ("picker_0", "picker_1")), ("flags", ("west_0", "east_1")),
    ],
)  # fmt: skip
def test_two_people_play_the_games(open_app: Opener, name: str, seats: tuple[str, str]) -> None:
    """Each presses a direction that is possible; that seat goes there, and the other one does not."""
    world = worlds.get(name)
    seating = seat_all(world, dict.fromkeys(seats, "human"))
    simulation = Simulation(world, seed=3, seats=seating.engine)
    app = open_app(simulation=simulation, seats=seating.occupants, devices=seating.devices)
    scene, choices = live(app), [WINDS.get(words.lower(), words.lower()) for words in world.actions[0].choices]
    for number, half in enumerate((LEFT, RIGHT)):
        simulation.restart_episode()
        scene.by_hand.forget()
        mover, other = (world.seat_index(seats[at]) for at in (number, 1 - number))
        way = next(way for way in half.ways if simulation.legal[mover, choices.index(way)])
        press(half.ways[way], hold=True)
        if scene.by_hand.hands.waits or scene.by_hand.hands.keeps:
            press((RIGHT, LEFT)[number].main, hold=True)  # the other one stays where it is
        did: list[set[str]] = [set(), set()]
        for _ in range(42):
            before = scene.ticks
            app.frame(FRAME)
            if scene.ticks > before:
                for known, seat in zip(did, (mover, other), strict=True):
                    known.add(choices[int(simulation.applied[seat, 0])])
        assert way in did[0]
        assert way not in did[1]
        for key in (half.ways[way], (RIGHT, LEFT)[number].main):
            release(key)
        run(app, 0.1)


def test_both_are_drawn_where_the_picture_would_be_ones_own(open_app: Opener) -> None:
    world = worlds.get("flags")
    seats = {"west_0": "human", "east_1": "human"}
    seating = seat_all(world, seats)
    app = open_app(simulation=Simulation(world, seed=3, seats=seating.engine), seats=seating.occupants)
    run(app, 0.1)
    assert set(app.game.arena.placed) == {0, 1, 2, 3}
    assert np.isfinite([place for at in app.game.arena.placed.values() for place in at]).all()
