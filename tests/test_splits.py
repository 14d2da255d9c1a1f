"""Train and test never share a layout stream, a generator, a bot kind or a region of a knob."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from simulator.engine import SPLITS, Batch
from tests.tools.catalogue import build, play
from worlds.world import Bot, World

N = 400
HELD_OUT_LAYOUT = {"test-layout", "test-both"}
HELD_OUT_OPPONENT = {"test-opponent", "test-both"}


@pytest.fixture(params=worlds.names())
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param)


@pytest.fixture(params=SPLITS)
def split(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def tasks(world: World, split: str) -> NDArray[Any]:
    """The records of N fresh tasks, and of N later ones reached by playing on."""
    batch = Batch(world, N, split=split, seed=21, episodes_per_trial=1)
    batch.reset()
    first = batch.worlds.copy()
    play(batch, world.timing.decisions)
    return np.concatenate([first, batch.worlds])


def test_a_task_carries_its_split(world: World, split: str) -> None:
    assert (tasks(world, split)["split"] == SPLITS.index(split)).all()


def test_generators_are_disjoint(world: World, split: str) -> None:
    wanted = "test" if split in HELD_OUT_LAYOUT else "train"
    drawn = {world.generators[int(index)] for index in np.unique(tasks(world, split)["generator"])}
    assert drawn == {generator for generator in world.generators if generator.split == wanted}


def test_layout_streams_are_disjoint(world: World) -> None:
    keys = {split: set(tasks(world, split)["layout_key"].tolist()) for split in SPLITS}
    for split, found in keys.items():
        assert len(found) > N, "layouts repeat"
        assert {key % 2 for key in found} == {int(split in HELD_OUT_LAYOUT)}
    train = keys["train"] | keys["test-opponent"]
    assert not train & (keys["test-layout"] | keys["test-both"])


def held_out_knobs(world: World, bot: Bot, values: NDArray[np.float64]) -> list[bool]:
    """For every knob with a region kept for testing: whether its value lies inside."""
    columns = world.knob_columns
    return [
        knob.held_out[0] <= values[columns[knob.name]] <= knob.held_out[1]
        for knob in bot.knobs
        if knob.held_out is not None
    ]


def test_bots_are_disjoint(world: World, split: str) -> None:
    """A test opponent is of a kind kept for testing, or plays with a knob in a region kept for testing."""
    drawn = set()
    for w in tasks(world, split):
        for seat, facts in enumerate(world.seats):
            bot = world.bots_of(facts.role)[int(w["bot_kind"][seat])]
            drawn.add(bot)
            regions = held_out_knobs(world, bot, w["bot_knob"][seat])
            if split in HELD_OUT_OPPONENT:
                assert bot.split == "test" or any(regions), f"{bot.name} {w['bot_knob'][seat]} is a training opponent"
            else:
                assert bot.split == "train", f"{bot.name} is kept for testing"
                assert not any(regions), f"{bot.name} {w['bot_knob'][seat]} lies in a region kept for testing"
    kept = "test" if split in HELD_OUT_OPPONENT else "train"
    assert drawn >= {bot for bot in world.bots if bot.split == kept}


def test_knobs_are_within_their_range(world: World, split: str) -> None:
    for w in tasks(world, split):
        for seat, facts in enumerate(world.seats):
            bot = world.bots_of(facts.role)[int(w["bot_kind"][seat])]
            values = dict(enumerate(w["bot_knob"][seat].tolist()))
            own = [values.pop(world.knob_columns[knob.name]) for knob in bot.knobs]
            assert all(knob.low <= value <= knob.high for knob, value in zip(bot.knobs, own, strict=True))
            assert all(value == 0.0 for value in values.values())


def test_held_out_regions_lie_inside_their_knob(world: World) -> None:
    for bot in world.bots:
        for knob in bot.knobs:
            if knob.held_out is not None:
                assert knob.low <= knob.held_out[0] < knob.held_out[1] <= knob.high, f"{bot.name}.{knob.name}"
                assert knob.held_out[1] - knob.held_out[0] < knob.high - knob.low, f"{bot.name}.{knob.name}"


def test_each_role_has_opponents_of_both_kinds(world: World) -> None:
    for role in {seat.role for seat in world.seats}:
        assert {bot.split for bot in world.bots_of(role)} == {"train", "test"}
