from typing import Any

import numpy as np
import pytest

import worlds
from simulator.app.play.devices import Keyboard, Pad, key_code, key_label
from simulator.app.play.hands import Hands
from tests.app.conftest import viewed
from worlds.world import Refused, World

FREE = np.ones(11, np.uint8)


def keys(*names: str) -> list[int]:
    return [key_code(name) for name in names]


@pytest.mark.parametrize(
    ("held", "move"),
    [
        ((), 0), (("right",), 1), (("right", "up"), 2), (("w",), 3), (("up", "a"), 4), (("left",), 5),
        (("s", "a"), 6), (("down",), 7), (("d", "s"), 8), (("left", "right"), 0), (("left", "a"), 5),
        (("left", "right", "up"), 3),
    ],
)  # fmt: skip
def test_arrows_and_wasd_make_eight_directions(compass: Any, held: tuple[str, ...], move: int) -> None:
    assert Hands(compass).choose(keys(*held), None, FREE) == [move, 0]


def test_a_held_key_makes_the_other_choice(compass: Any) -> None:
    assert Hands(compass).choose(keys("space", "up"), None, FREE) == [3, 1]


@pytest.mark.parametrize(
    ("pad", "row"),
    [
        (Pad(stick=[0.9, 0.1]), [1, 0]), (Pad(stick=[0.7, -0.7]), [2, 0]), (Pad(stick=[0.1, 0.2]), [0, 0]),
        (Pad(hat=(0, 1)), [3, 0]), (Pad(hat=(-1, -1)), [6, 0]), (Pad(held={0}), [0, 1]), (Pad(tapped={0}), [0, 1]),
    ],
)  # fmt: skip
def test_a_gamepad_does_the_same(compass: Any, pad: Pad, row: list[int]) -> None:
    assert Hands(compass).choose([], pad, FREE) == row


def test_the_keyboard_wins_over_a_drifting_stick(compass: Any) -> None:
    assert Hands(compass).choose(keys("left"), Pad(stick=[1.0, 0.0]), FREE) == [5, 0]


def test_a_choice_that_is_not_allowed_becomes_resting(compass: Any) -> None:
    legal = FREE.copy()
    legal[1] = 0
    assert Hands(compass).choose(keys("right"), None, legal)[0] == 0
    legal[0] = 0
    assert Hands(compass).choose(keys("right"), None, legal)[0] == 2


def test_a_short_tap_is_obeyed_once() -> None:
    keyboard = Keyboard()
    keyboard.press(7)
    keyboard.release(7)
    assert keyboard.down == [7]
    keyboard.ticked()
    assert keyboard.down == []
    keyboard.press(8)
    keyboard.ticked()
    assert keyboard.down == [8]
    keyboard.clear()
    assert keyboard.down == []


def test_a_world_without_controls_gets_the_arrows(beacon: World) -> None:
    hands = Hands(beacon)
    legal = np.ones(3, np.uint8)
    assert [hands.choose(keys(*held), None, legal) for held in ((), ("left",), ("right",))] == [[1], [0], [2]]
    assert hands.choose([], Pad(stick=[-1.0, 0.0]), legal) == [0]
    assert hands.help() == [("walk", "← →", "left stick or d-pad")]


def test_a_world_can_name_a_key_for_each_choice(beacon: World) -> None:
    world = viewed(beacon, controls={"walk": {"keys": {"1": 0, "3": 2}, "rest": 1}})
    hands = Hands(world)
    legal = np.ones(3, np.uint8)
    assert hands.choose(keys("1", "3"), None, legal) == [2]  # the one pressed last
    assert hands.choose([], Pad(held={1}), legal) == [2]
    assert hands.choose([], None, legal) == [1]


@pytest.mark.parametrize(
    ("controls", "sentence"),
    [
        ({"fly": {}}, "controls of 'beacon' name 'fly': its actions are walk"),
        ({"walk": {"vector": [0, 1]}}, "control 'walk' has a vector of 2"),
        ({"walk": {"hold": "space", "choice": 5}}, "control 'walk' names choice 5: it has 0 to 2"),
        ({"walk": {"left": 9}}, "control 'walk' names choice 9"),
        ({"walk": {"hyper": 1}}, "key 'hyper' is unknown"),
    ],
)
def test_wrong_controls_are_refused(beacon: World, controls: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        Hands(viewed(beacon, controls=controls))


def test_choices_beside_the_directions_have_keys_of_their_own(compass: Any) -> None:
    compass.actions[0].choices += ("home",)
    compass.action_sizes = (10, 2)
    compass.view.controls["move"]["keys"] = {"1": 9}
    hands = Hands(compass)
    assert hands.choose(keys("up", "1"), None, np.ones(12, np.uint8)) == [9, 0]
    assert hands.help()[0] == ("move", "arrows or W A S D 1", "left stick or d-pad")
    assert key_code("1") in hands.codes


def test_ten_choices_have_ten_keys_and_a_click_chooses_too() -> None:
    hands, legal = Hands(worlds.get("bandit")), np.ones(10, np.uint8)
    assert hands.choose(keys("0"), None, legal) == [9]
    hands.order(0, 0, 4)
    assert [hands.choose(keys("2"), None, legal) for _ in range(2)] == [[4], [1]]
    assert hands.waits


def test_choices_that_keys_do_not_tell_are_named() -> None:
    rows = [Hands(worlds.get(name)).help()[0] for name in ("two_state", "gridnav", "junction")]
    assert [(about, keys) for about, keys, _ in rows] == [
        ("move: stay, cross", "1 2"),
        ("walk: right, down, left, up, stay", "→ ↓ ← ↑ Space"),
        ("pedal: push on, stop at the line, brake, roll", "↑ ↓ Space X"),
    ]


def test_keys_are_called_as_they_stand_on_the_keyboard() -> None:
    assert [key_label(key) for key in ("end", "home", "page up", "f1", "x")] == ["End", "Home", "PgUp", "F1", "X"]
