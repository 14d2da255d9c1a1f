import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulator.app.panels.blend import Blend, joined

HOUSE = [("task_key", "u8"), ("trial", "i8"), ("episode", "i8"), ("tick", "i8")]
STATE = np.dtype([*HOUSE, ("pos", "f8", (2, 2)), ("turn", "f8"), ("code", "i8")])


def world() -> Any:
    return SimpleNamespace(
        record=STATE, smooth={"pos": "linear", "turn": "angle"}, view=SimpleNamespace(extent=(20.0, 10.0))
    )


def state(**values: Any) -> np.ndarray:
    made = np.zeros(1, STATE)
    for name, value in values.items():
        made[name] = value
    return made


def test_places_are_blended_and_whole_numbers_are_not() -> None:
    before, after = state(code=1), state(tick=1, pos=[[1.0, 0.4], [0.0, 0.0]], code=5)
    shown = Blend(world()).between(before, after, 0.25)
    assert shown["pos"].tolist() == [[0.25, pytest.approx(0.1)], [0.0, 0.0]]
    assert (shown["code"], shown["tick"]) == (5, 1)


@pytest.mark.parametrize(("part", "expected"), [(0.0, 3.0), (0.5, math.pi), (1.0, -3.0)])
def test_angles_take_the_shorter_way(part: float, expected: float) -> None:
    shown = Blend(world()).between(state(turn=3.0), state(tick=1, turn=-3.0), part)
    assert math.cos(shown["turn"] - expected) == pytest.approx(1.0)


@pytest.mark.parametrize("change", [{"episode": 1}, {"trial": 1}, {"task_key": 7}, {"tick": 0}, {"tick": 9}])
def test_blending_never_crosses_a_reset(change: dict[str, int]) -> None:
    before = state(tick=4)
    after = state(**{"tick": 5, **change}, pos=[[1.0, 1.0], [1.0, 1.0]])
    assert not joined(before, after)
    assert (Blend(world()).between(before, after, 0.1)["pos"] == 1.0).all()


def test_what_was_put_elsewhere_does_not_slide_there() -> None:
    after = state(tick=1, pos=[[15.0, 1.0], [0.5, 0.0]])
    shown = Blend(world()).between(state(), after, 0.5)
    assert shown["pos"].tolist() == [[15.0, 1.0], [0.25, 0.0]]


def test_the_states_themselves_are_not_touched() -> None:
    before, after = state(), state(tick=1, pos=[[1.0, 0.0], [0.0, 0.0]], turn=1.0)
    kept = before.tobytes(), after.tobytes()
    Blend(world()).between(before, after, 0.3)["pos"][...] = 9.0
    assert (before.tobytes(), after.tobytes()) == kept
