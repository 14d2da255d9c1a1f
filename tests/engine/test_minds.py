"""Minds: signals are declared once, a mind holds declared ones alone, and lanes come apart as seats."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

import worlds
from simulator.engine.minds import SIGNALS, Mind, Signal, axes, declare
from worlds.world import Action, Numbers, OneHot, Refused, World


def test_a_mind_maps_declared_names_to_numbers() -> None:
    mind = Mind(probabilities=np.eye(3, dtype=np.float32), value=np.arange(3.0), belief=None)
    assert list(mind) == ["probabilities", "value"]
    assert "belief" not in mind
    with pytest.raises(Refused, match="offers 'mood', which is no declared signal: there are probabilities, value"):
        Mind(mood=np.zeros(3))


def test_names_of_an_axis_never_come_twice(beacon: World) -> None:
    """Columns of tables would come together, and the numbers behind them under other names."""
    walk = Action("walk", ("go", "go", "go.1", '"a=b", c'))
    told = (Numbers("beacon", 3, about="layout", of=("far", "far", "-")), OneHot("kind", ("x", "x"), about="layout"))
    found = axes(dataclasses.replace(beacon, actions=(walk,), told=told))
    assert found["actions"] == ("walk=go", "walk=go.1", "walk=go.1.2", 'walk="a=b", c')
    assert found["told"] == ("beacon.far", "beacon.far.1", "beacon.2", "kind=x", "kind=x.4")


def test_of_many_lanes_it_gives_one_seat_or_some_lanes_as_copies() -> None:
    whole = Mind(probabilities=np.eye(3, dtype=np.float32), value=np.arange(3.0))
    one, some = whole.of(1), whole.rows(slice(1, 3))
    assert {name: numbers.shape for name, numbers in one.items()} == {"probabilities": (3,), "value": ()}
    assert {name: numbers.shape for name, numbers in some.items()} == {"probabilities": (2, 3), "value": (2,)}
    whole["probabilities"][:] = 7.0
    whole["value"][:] = 7.0
    assert one["probabilities"].tolist() == [0.0, 1.0, 0.0]
    assert (float(one["value"]), some["value"].tolist()) == (1.0, [1.0, 2.0])


@pytest.mark.parametrize("name", worlds.names())
def test_a_signal_has_the_sizes_of_its_world(name: str) -> None:
    world = worlds.get(name)
    assert SIGNALS["probabilities"].sizes(world) == (sum(world.action_sizes),)
    assert SIGNALS["belief"].sizes(world) == (world.told_pieces.total,)
    assert SIGNALS["value"].sizes(world) == ()
    assert [len(names) for names in axes(world).values()] == [
        sum(world.action_sizes), world.told_pieces.total, world.observation.total
    ]  # fmt: skip
    assert all(len(set(names)) == len(names) for names in axes(world).values())


def test_what_is_told_is_named_by_what_it_stands_for() -> None:
    poker = axes(worlds.get("poker"))["told"]
    assert "bots.1=maniac" in poker
    junction = axes(worlds.get("junction"))["told"]
    assert {"custom=right before left", "stops.A"} < set(junction)
    assert "plan.0" in axes(worlds.get("highway"))["told"]  # numbers without names


def test_numbers_are_brought_into_the_declared_range() -> None:
    wild = np.array([np.nan, np.inf, -np.inf, 0.25], np.float32)
    assert SIGNALS["probabilities"].within(wild).tolist() == [0.0, 1.0, 0.0, 0.25]
    assert np.isfinite(SIGNALS["value"].within(wild)).all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Signal(name="two words", about="?"), "signal 'two words' cannot be declared"),
        (lambda: Signal(name="seat", about="?"), "signal 'seat' cannot be declared"),
        (lambda: Signal(name="mood", about="?", dtype="O"), "has type 'O': choose from"),
        (
            lambda: Signal(name="mood", about="?", shape=("height",)),
            "has an axis 'height': choose a size or",
        ),
        (lambda: Signal(name="mood", about="?", shape=(0,)), "has an axis 0"),
        (lambda: Signal(name="mood", about="?", low=1.0, high=0.0), "lies between 1.0 and 0.0"),
        (lambda: declare(Signal(name="value", about="something else")), "signal 'value' is declared already"),
    ],
)
def test_what_cannot_be_declared_is_refused(make: Callable[[], object], words: str) -> None:
    before = dict(SIGNALS)
    with pytest.raises(Refused) as refusal:
        make()
    assert words in str(refusal.value)
    assert before == SIGNALS


def test_declaring_the_same_again_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    mood = Signal(name="mood", about="how it feels")
    monkeypatch.setitem(SIGNALS, "mood", mood)
    declare(Signal(name="mood", about="how it feels"))
    assert SIGNALS["mood"] is mood
