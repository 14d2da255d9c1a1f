"""What a world reveals, fact by fact: every entry belongs to one fact, and one-hot facts are told one-hot."""

from dataclasses import replace

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from worlds.world import Refused, World


@pytest.fixture(params=worlds.names())
def world(request: pytest.FixtureRequest) -> World:
    return worlds.get(request.param)


def test_facts_cover_what_is_told_without_overlap(world: World) -> None:
    for seat in range(len(world.seats)):
        entries = [index for fact in world.facts(seat) for index in range(fact.at.start, fact.at.stop)]
        assert entries == list(range(world.told.total))
        assert [fact.at for fact in world.facts(seat)] == [fact.at for fact in world.facts(0)]


def test_facts_with_names_are_told_one_hot_and_bots_by_their_kind(world: World) -> None:
    for split in ("train", "test-both"):
        batch = Batch(world, 6, split=split, lanes=[seat.name for seat in world.seats], reveal=True)
        told = batch.reset()[:, :, -world.told.total :]
        np.testing.assert_array_equal(batch.tell(2), told[2])
        for seat in range(batch.L):
            for fact in (fact for fact in world.facts(seat) if fact.one_hot):
                found = told[:, seat, fact.at]
                assert set(np.unique(found)) <= {0.0, 1.0}
                assert (found.sum(axis=1) == 1.0).all()
                if fact.about >= 0:
                    kinds = batch.worlds["bot_kind"][:, fact.about]
                    names = [bot.name for bot in world.bots_of(world.seats[fact.about].role)]
                    assert [fact.choices[index] for index in found.argmax(axis=1)] == [names[kind] for kind in kinds]


def test_tag_tells_its_refuge_by_name_and_changes_nothing_by_telling() -> None:
    tag = worlds.get("tag")
    simulation = Simulation(tag, seed=4)
    before = simulation.hash()
    refuge = next(fact for fact in tag.facts(0) if fact.name == "refuge")
    assert refuge.choices[int(simulation.tell(0)[refuge.at].argmax())] == "den " + "ABCD"[int(simulation.w["refuge"])]
    assert simulation.hash() == before


def test_names_that_fit_nothing_are_refused() -> None:
    tag = worlds.get("tag")
    for changes, words in (
        ({"told_names": {"refuse": ("a", "b")}}, "no pieces"),
        ({"told_names": {"refuge": tuple("abcde")}}, "5 names"),
        ({"told_bots": "refuge"}, "must fit 3"),
    ):
        with pytest.raises(Refused, match=words):
            replace(tag, **changes)
