"""Train, test and final never share a layout stream, a generator, a bot kind or a region of a knob."""

import dataclasses
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.lib.recfunctions import repack_fields
from numpy.typing import NDArray

import worlds
from simulator.engine import SPLITS, Batch, parallel_env
from simulator.engine.vector_env import VectorEnv
from tests.tools.catalogue import build, play, skip_without
from worlds.world import Bot, Bots, Knob, Refused, World

N = 400
HELD_OUT_LAYOUT = {"test-layout", "test-both"}
HELD_OUT_OPPONENT = {"test-opponent", "test-both"}
FIELDS = ["split", "generator", "task_key", "layout_key", "bot_kind", "bot_knob"]
ASIDE = {"final", "validation"}  # splits whose tasks have keys of their own


def part_of(split: str, held_out: set[str]) -> str:
    """The part of the declarations that a split draws from."""
    return "final" if split == "final" else "test" if split in held_out else "train"


@pytest.fixture(params=worlds.names())
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param)


@pytest.fixture(params=SPLITS)
def split(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def tasks(world: World, split: str) -> NDArray[Any]:
    """What tells N fresh tasks, and N later ones reached by playing on."""
    skip_without(world, split)
    return tasks_of(world.name, split)


@cache
def tasks_of(name: str, split: str) -> NDArray[Any]:
    """The same; large worlds take long to draw, so each test looks at the same tasks."""
    world = build(name)
    batch = Batch(world, N, split=split, seed=21, episodes_per_trial=1)
    batch.reset()
    first = repack_fields(batch.worlds[FIELDS])
    play(batch, world.timing.decisions)
    return np.concatenate([first, repack_fields(batch.worlds[FIELDS])])


def test_a_task_carries_its_split(world: World, split: str) -> None:
    assert (tasks(world, split)["split"] == SPLITS.index(split)).all()


def test_generators_are_disjoint(world: World, split: str) -> None:
    wanted = part_of(split, HELD_OUT_LAYOUT)
    drawn = {world.generators[int(index)] for index in np.unique(tasks(world, split)["generator"])}
    assert drawn == {generator for generator in world.generators if generator.split == wanted}


def test_layout_streams_are_disjoint(world: World) -> None:
    drawn = [split for split in SPLITS if split != "final" or world.has_final]
    keys = {split: set(tasks(world, split)["layout_key"].tolist()) for split in drawn}
    for split, found in keys.items():
        assert len(found) > N, "layouts repeat"
        assert {key % 2 for key in found} == {int(part_of(split, HELD_OUT_LAYOUT) != "train")}
    train = keys["train"] | keys["test-opponent"]
    assert not train & (keys["test-layout"] | keys["test-both"])
    for split in ASIDE & set(drawn):
        assert not keys[split] & set().union(*(keys[other] for other in drawn if other != split)), split


def test_final_and_validation_have_task_keys_of_their_own(world: World) -> None:
    """Whatever the seed: they are children of another child of the world's key, and no trial has that number."""
    drawn = [split for split in SPLITS if split != "final" or world.has_final]
    keys = {
        split: {int(key) for seed in range(2) for key in records(world, split, seed)["task_key"]} for split in drawn
    }
    for split in ASIDE & set(drawn):
        assert all(not keys[split] & keys[other] for other in drawn if other != split)
    assert keys["train"] == keys["test-both"], "the others are paired"


def records(world: World, split: str, seed: int) -> NDArray[Any]:
    """The records of some fresh tasks."""
    batch = Batch(world, 8, split=split, seed=seed)
    batch.reset()
    return batch.worlds.copy()


def held_out_knobs(world: World, bot: Bot, values: NDArray[np.float64]) -> list[bool]:
    """For every knob with a region kept for testing: whether its value lies inside."""
    columns = world.knob_columns
    return [
        knob.held_out[0] <= values[columns[knob.name]] <= knob.held_out[1]
        for knob in bot.knobs
        if knob.held_out is not None
    ]


def test_bots_are_disjoint(world: World, split: str) -> None:
    """A test opponent is of a kind kept for testing, or plays with a knob in a region kept for testing; likewise a
    final one.
    """
    drawn, part = set(), part_of(split, HELD_OUT_OPPONENT)
    for w in tasks(world, split):
        for seat, facts in enumerate(world.seats):
            bot = world.bots_of(facts.role)[int(w["bot_kind"][seat])]
            drawn.add(bot)
            regions = held_out_knobs(world, bot, w["bot_knob"][seat])
            told = f"{bot.name} {w['bot_knob'][seat]} is no opponent of {part}"
            if part == "train":
                assert (bot.split, any(regions)) == ("train", False), told
            elif part == "test":
                assert bot.split == "test" or (bot.split == "train" and any(regions)), told
            else:
                assert bot.split == "final" or has_final_knob(world, bot, w["bot_knob"][seat]), told
    assert drawn >= {bot for bot in world.bots if bot.split == part}


def has_final_knob(world: World, bot: Bot, values: NDArray[np.float64]) -> bool:
    """Whether a knob lies in its final region."""
    regions = [(knob.final, values[world.knob_columns[knob.name]]) for knob in bot.knobs if knob.final is not None]
    return bot.split == "train" and any(region[0] <= value <= region[1] for region, value in regions)


def test_knobs_are_within_their_range(world: World, split: str) -> None:
    for w in tasks(world, split):
        for seat, facts in enumerate(world.seats):
            bot = world.bots_of(facts.role)[int(w["bot_kind"][seat])]
            values = dict(enumerate(w["bot_knob"][seat].tolist()))
            own = [values.pop(world.knob_columns[knob.name]) for knob in bot.knobs]
            for knob, value in zip(bot.knobs, own, strict=True):
                low, high = knob.final if split == "final" and knob.final else (knob.low, knob.high)
                assert low <= value <= high
            assert all(value == 0.0 for value in values.values())


def test_held_out_regions_lie_inside_their_knob(world: World) -> None:
    for bot in world.bots:
        for knob in bot.knobs:
            if knob.held_out is not None:
                assert knob.low <= knob.held_out[0] < knob.held_out[1] <= knob.high, f"{bot.name}.{knob.name}"
                assert knob.held_out[1] - knob.held_out[0] < knob.high - knob.low, f"{bot.name}.{knob.name}"


def test_each_role_has_opponents_of_both_kinds(world: World) -> None:
    for role in {seat.role for seat in world.seats}:
        assert {bot.split for bot in world.bots_of(role)} >= {"train", "test"}


SHIPPED = [name for name in worlds.names() if name != "beacon"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_world_has_tasks_of_final(name: str) -> None:
    assert build(name).has_final


def test_what_is_final_moves_nothing_of_the_others(world: World) -> None:
    """Without its final generators and bots a world has the same record, numbers, knobs and told facts."""
    without = dataclasses.replace(
        world,
        generators=tuple(each for each in world.generators if each.split != "final"),
        bots=tuple(bot for bot in world.bots if bot.split != "final"),
    )
    assert without.layout_hash == world.layout_hash
    assert [bot for bot in world.bots if bot.split != "final"] == list(without.bots)
    assert {name: world.knob_columns[name] for name in without.knob_columns} == without.knob_columns
    for role in {seat.role for seat in world.seats}:
        assert world.bots_of(role)[: len(without.bots_of(role))] == without.bots_of(role)


def test_a_final_kind_has_no_name_in_what_is_told(world: World) -> None:
    if not any(isinstance(told, Bots) for told in world.told):
        pytest.skip("nobody is named here")
    skip_without(world, "final")
    batch = Batch(world, 40, split="final", seed=3, reveal=True)
    batch.reset()
    for lane in range(batch.L):
        for fact in world.facts(int(batch.lanes[0, lane])):
            if fact.seat >= 0:
                assert not batch.told[:, lane, fact.at].any()
                assert not {bot.name for bot in world.bots if bot.split == "final"} & set(fact.choices)


def test_a_world_without_final_refuses_to_draw_it(world: World) -> None:
    without = dataclasses.replace(
        world,
        generators=tuple(each for each in world.generators if each.split != "final"),
        bots=tuple(bot for bot in world.bots if bot.split != "final"),
    )
    with pytest.raises(
        Refused, match=f"world {world.name!r} declares nothing as final: choose from train, test-layout"
    ):
        Batch(without, 2, split="final")


def test_a_final_range_of_a_knob_is_drawn_on_final_alone() -> None:
    beacon = build("beacon")
    bold = Knob("bold", 0.1, 0.9, held_out=(0.4, 0.6), final=(0.9, 1.0))
    bots = (Bot("pacer", "walker", (bold,)), Bot("drifter", "walker", (bold,), split="test"))
    world = dataclasses.replace(beacon, bots=bots)
    drawn = {split: records(world, split, 1)["bot_knob"][:, 0, 0] for split in SPLITS}
    assert ((drawn["final"] >= 0.9) & (drawn["final"] <= 1.0)).all()
    assert all((drawn[split] < 0.9).all() for split in SPLITS if split != "final")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bots": "first"}, "final bot 'waverer' stands before 'pacer': final ones come last in their role"),
        ({"generators": "none"}, "bots are final and no generator is: declare one with split='final'"),
        ({"bots": "none"}, "a generator is final and no bot of role walker is: declare one, or a knob's final range"),
        ({"bots": "inside"}, "the final range of knob 'bold' is 0.5 to 0.7: it lies outside its usual range"),
    ],
)
def test_half_a_declaration_of_final_is_refused(changes: dict[str, str], sentence: str) -> None:
    beacon = build("beacon")
    others = tuple(bot for bot in beacon.bots if bot.split != "final")
    made: dict[str, dict[str, Any]] = {
        "first": {"bots": (beacon.bots[-1], *others)},
        "none": {"bots": others} if "bots" in changes else {"generators": beacon.generators[:2]},
        "inside": {
            "bots": (*others, Bot("bold", "walker", (Knob("bold", 0.1, 0.9, final=(0.5, 0.7)),), split="final"))
        },
    }
    with pytest.raises(Refused) as refusal:
        dataclasses.replace(beacon, **made[next(iter(changes.values()))])
    assert sentence in str(refusal.value)


def test_learners_are_refused_the_split_final() -> None:
    beacon = build("beacon")
    for env in (lambda: parallel_env(beacon, split="final"), lambda: VectorEnv(beacon, 2, split="final")):
        with pytest.raises(Refused, match="split 'final' is kept from learners: choose from train, "):
            env()
