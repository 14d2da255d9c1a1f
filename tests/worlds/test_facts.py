"""What a world reveals, fact by fact: every entry belongs to one fact, and one-hot facts are told one-hot."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from tests.tools.catalogue import build
from worlds.world import Bots, Numbers, OneHot, Refused, Shares, World


@pytest.fixture(params=worlds.names())
def world(request: pytest.FixtureRequest) -> World:
    return worlds.get(request.param)


def test_facts_cover_what_is_told_without_overlap(world: World) -> None:
    for seat in range(len(world.seats)):
        entries = [index for fact in world.facts(seat) for index in range(fact.at.start, fact.at.stop)]
        assert entries == list(range(world.told_pieces.total))
        assert [fact.at for fact in world.facts(seat)] == [fact.at for fact in world.facts(0)]


def test_facts_with_names_are_told_one_hot_and_bots_by_their_kind(world: World) -> None:
    for split in ("train", "test-both"):
        batch = Batch(world, 6, split=split, lanes=[seat.name for seat in world.seats], reveal=True)
        batch.reset()
        told = batch.told
        np.testing.assert_array_equal(batch.tell(2), told[2])
        for seat in range(batch.L):
            for fact in (fact for fact in world.facts(seat) if fact.one_hot):
                found = told[:, seat, fact.at]
                assert set(np.unique(found)) <= {0.0, 1.0}
                assert (found.sum(axis=1) == 1.0).all()
                if fact.seat >= 0:
                    kinds = batch.worlds["bot_kind"][:, fact.seat]
                    names = [bot.name for bot in world.bots_of(world.seats[fact.seat].role)]
                    assert [fact.choices[index] for index in found.argmax(axis=1)] == [names[kind] for kind in kinds]


def test_tag_tells_its_refuge_by_name_and_changes_nothing_by_telling() -> None:
    tag = worlds.get("tag")
    simulation = Simulation(tag, seed=4)
    before = simulation.hash()
    refuge = next(fact for fact in tag.facts(0) if fact.name == "refuge")
    assert refuge.choices[int(simulation.tell(0)[refuge.at].argmax())] == "den " + "ABCD"[int(simulation.w["refuge"])]
    assert simulation.hash() == before


def test_facts_that_fit_nothing_are_refused() -> None:
    beacon, bandit = build("beacon", 2), worlds.get("bandit")
    for world, told, words in (
        (beacon, (OneHot("side", ("west",), about="layout"),), "1 names: it takes 2 or more"),
        (beacon, (Numbers("way", 2, about="layout"), Numbers("way", 1, about="layout")), "one name: way, way"),
        (beacon, (Numbers("way", 2, about="rules"),), "'rules': use opponents or layout"),  # type: ignore[arg-type]
        (bandit, (Bots(),), "and there are none"),
        (beacon, (Shares("way", 2, about="layout", of=("left",)),), "2 numbers of 1 things: name each or none"),
    ):
        with pytest.raises(Refused, match=words):
            replace(world, told=told)


@pytest.mark.parametrize("what", ["actions", "seats"])
def test_what_bears_the_name_of_another_is_refused(what: str) -> None:
    beacon = build("beacon", 2)
    first, seat = beacon.actions[0], beacon.seats[0]
    twice: dict[str, Any] = {
        "actions": {"actions": (first, first)},
        "seats": {"seats": (seat, seat)},
    }
    with pytest.raises(Refused, match=f"two of its {what} have one name: "):
        replace(beacon, **twice[what])
