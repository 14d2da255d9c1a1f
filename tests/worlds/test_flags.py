"""Flags: what posts bring, what is hidden until the horn, what strangers plan, and what is told of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from tests.tools.headroom.flags import CATCHES, FLAGS, SEATS, Types, paid_of, paper
from worlds.games.flags.constants import (
    CATCH,
    CAUGHT,
    CAUGHT_ONE,
    CROWN,
    DECISIONS,
    DOCK,
    EMPTY,
    GUARD,
    LANE_ROWS,
    LANES,
    MUSTER,
    NO_POST,
    POSTED,
    POSTS,
    RAID,
    ROUND,
    ROUNDS,
    SIZES,
    STAY,
    THROUGH,
    TICKS_PER_DECISION,
    TO_POST,
    TOOK,
    TOWER,
    YARD,
)
from worlds.games.flags.layouts import GENERATORS, solvable, start_row
from worlds.games.flags.picture import draw
from worlds.games.flags.plans import DECOY, planned, post_of
from worlds.games.flags.roster import BOTS
from worlds.games.flags.senses import NAMED, OTHER, ROWS
from worlds.world import Refused, World

NORTH, MIDDLE, SOUTH = range(3)
NOWHERE = NO_POST
BEFORE, IN_ROUND = MUSTER // TICKS_PER_DECISION, ROUND // TICKS_PER_DECISION  # decisions before the horn; of a round


def world(seats: int = 4) -> World:
    return worlds.get("flags", seats=seats)


def round_of(posts: list[int], crown: int = SOUTH, seats: int = 4) -> tuple[Simulation, np.ndarray]:
    """One round in which everybody makes for a post (NOWHERE stays in the yard), and all its rewards."""
    simulation = Simulation(world(seats), seed=3)
    simulation.w.crown = crown
    total = np.zeros(seats)
    for decision in range(IN_ROUND):
        moves = [TO_POST + post if post != NOWHERE and decision < BEFORE else STAY for post in posts]
        total += simulation.step(np.array(moves)[:, None])[1]
    return simulation, total


def raid(lane: int) -> int:
    return int(post_of(RAID, lane))


def guard(lane: int) -> int:
    return int(post_of(GUARD, lane))


# --- what posts bring ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posts", "fates", "ahead"),
    [
        ([raid(NORTH), NOWHERE, NOWHERE, NOWHERE], {0: TOOK}, THROUGH),
        ([raid(NORTH), guard(NORTH), NOWHERE, NOWHERE], {0: CAUGHT, 1: CAUGHT_ONE}, -CATCH),
        ([raid(NORTH), guard(MIDDLE), NOWHERE, NOWHERE], {0: TOOK}, THROUGH),
        ([raid(NORTH), guard(NORTH), raid(NORTH), NOWHERE], {0: CAUGHT, 1: CAUGHT_ONE, 2: TOOK}, THROUGH - CATCH),
        ([raid(NORTH), NOWHERE, raid(NORTH), NOWHERE], {0: TOOK, 2: EMPTY}, THROUGH),
        ([raid(NORTH), guard(NORTH), raid(NORTH), guard(NORTH)], {0: CAUGHT, 2: CAUGHT}, -2 * CATCH),
        ([raid(SOUTH), raid(NORTH), guard(NORTH), NOWHERE], {0: TOOK, 1: CAUGHT, 2: CAUGHT_ONE}, CROWN + CATCH),
        ([raid(MIDDLE), raid(MIDDLE), NOWHERE, NOWHERE], {0: TOOK, 1: TOOK}, 0.0),
    ],
)
def test_guards_catch_one_raider_each_and_the_first_who_is_left_takes_the_flag(
    posts: list[int], fates: dict[int, int], ahead: float
) -> None:
    simulation, rewards = round_of(posts)
    assert {seat: int(simulation.w.fate[seat]) for seat in fates} == fates
    shares = POSTED * np.array([post != NOWHERE for post in posts])
    np.testing.assert_allclose(rewards - shares, [ahead, -ahead, ahead, -ahead], atol=1e-12)


def test_the_reduced_model_has_the_rules_of_the_world() -> None:
    chance = np.random.default_rng(2)
    for _ in range(25):
        posts = chance.integers(POSTS, size=SEATS)
        simulation, rewards = round_of(posts.tolist())
        prizes = np.where(np.arange(LANES) == SOUTH, CROWN, THROUGH)
        ahead = FLAGS[tuple(posts)] @ prizes + CATCH * CATCHES[tuple(posts)]
        np.testing.assert_allclose(rewards[0] - POSTED, ahead, atol=1e-12)
        paid = np.isin(simulation.w.fate, (TOOK, CAUGHT_ONE))
        np.testing.assert_array_equal(paid, paid_of(posts[None])[0])


@pytest.mark.parametrize("seats", SIZES)
def test_where_one_stands_when_the_horn_sounds_is_ones_post(seats: int) -> None:
    simulation = Simulation(world(seats), seed=4)
    w = simulation.w
    places = [(LANE_ROWS[MIDDLE], DOCK), (LANE_ROWS[NORTH], DOCK - 1), (LANE_ROWS[SOUTH], YARD + 1), (2, YARD)]
    stay = np.zeros((seats, 1), np.int64)
    for decision in range(BEFORE):
        if decision == BEFORE - 1:
            w.row[:4], w.col[:4] = zip(*places, strict=True)
        simulation.step(stay)
    assert w.post[:4].tolist() == [raid(MIDDLE), guard(NORTH), guard(SOUTH), NO_POST]


def test_after_the_horn_one_can_only_wait_and_then_a_new_round_begins_in_the_yard() -> None:
    simulation = Simulation(world(), seed=4)
    for decision in range(DECISIONS - 1):
        in_time = decision % IN_ROUND < BEFORE
        assert simulation.legal[:, TO_POST:].all() == in_time
        assert in_time or simulation.legal[:, 1:].sum() == 0
        if decision % IN_ROUND == 0:
            assert simulation.w.col.tolist() == [YARD] * 4
            assert simulation.w.row.tolist() == [start_row(2, seat // 2) for seat in range(4)]
        simulation.step(np.full((4, 1), TO_POST + decision // IN_ROUND))
    assert simulation.w.posted.tolist() == [ROUNDS] * 4


def test_the_crown_is_shown_by_whoever_takes_a_flag() -> None:
    plain, _ = round_of([raid(NORTH), NOWHERE, NOWHERE, NOWHERE], crown=SOUTH)
    crown, _ = round_of([raid(NORTH), NOWHERE, NOWHERE, NOWHERE], crown=NORTH)
    assert plain.w.shown.tolist() == [1, 0, 0]
    assert crown.w.shown.tolist() == [2, 0, 0]
    at = world().observation.at["ways"]
    assert plain.observations[1, at][4:].tolist() == [-1.0, 0.0, 0.0]
    assert crown.observations[1, at][4:].tolist() == [1.0, 0.0, 0.0]


# --- shores ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("split", ["train", "test-both", "final"])
@pytest.mark.parametrize("seats", SIZES)
def test_every_post_can_be_reached_before_the_horn(split: str, seats: int) -> None:
    for post in range(POSTS):
        batch = Batch(world(seats), 40, split=split, seed=2)
        batch.reset()
        for _ in range(BEFORE):
            batch.step(np.full((40, seats, 1), TO_POST + post))
        assert (batch.worlds["post"] == post).all()
    assert all(solvable(w) for w in batch.worlds)


def test_shores_differ_in_their_hedges_and_in_how_far_posts_are() -> None:
    found: dict[int, set[bytes]] = {}
    for split in ("train", "test-both", "final"):
        batch = Batch(world(), 120, split=split, seed=2)
        batch.reset()
        for w in batch.worlds:
            found.setdefault(int(w["generator"]), set()).add(w["shore"].tobytes())
        if split != "final":
            assert len(np.unique(batch.worlds["difficulty"])) > 1
    assert sorted(found) == list(range(len(GENERATORS)))
    assert all(len(shores) > 3 for shores in found.values())


def test_a_blocked_lane_or_an_open_border_is_refused() -> None:
    simulation = Simulation(world(), seed=1)
    world().check(simulation.w)
    for row, column in ((LANE_ROWS[NORTH], TOWER), (0, 2)):
        broken = simulation.w.copy()
        broken["shore"][row, column] ^= 1
        with pytest.raises(Refused, match="shore"):
            world().check(broken)


# --- what is seen ----------------------------------------------------------------------------------------------------


def test_nobody_sees_across_the_water_before_the_horn() -> None:
    seen = []
    for post in range(POSTS):
        simulation = Simulation(world(), seed=6)
        for _ in range(BEFORE - 1):
            simulation.step(np.array([STAY, TO_POST + post, STAY, TO_POST + post])[:, None])
        seen.append(simulation.observations[0].copy())
    for other in seen[1:]:
        np.testing.assert_array_equal(other, seen[0])
    simulation.step(np.array([STAY, TO_POST + post, STAY, TO_POST + post])[:, None])
    assert not np.array_equal(simulation.observations[0], seen[0])


def test_mates_are_seen_as_far_as_the_sight_of_the_task() -> None:
    simulation = Simulation(world(), seed=6)
    w, at = simulation.w, world().observation.at["others"]
    simulation.step(np.zeros((4, 1), np.int64))
    for sight in (2, 5):
        w.sight = sight
        for apart in range(1, 6):
            w.row[2], w.col[2] = w.row[0], w.col[0]
            w.row[2] = min(int(w.row[0]) + apart, 8)
            out = np.zeros(world().observation.total, np.float32)
            world().kernels.observe(w, 0, out)
            assert out[at][OTHER + 1] == float(w.row[2] - w.row[0] <= sight)


class Watcher:
    """A canvas that notes which seats are drawn."""

    def __init__(self, viewer: int | None, layers: tuple[str, ...] = ()) -> None:
        self.viewer, self.layers, self.seats = viewer, layers, set[int]()
        self.pointer: Any | None = None

    def shows(self, layer: str) -> bool:
        return layer in self.layers

    def seat(self, index: int, *_: object, **__: object) -> None:
        self.seats.add(index)

    def __getattr__(self, word: str) -> Callable[..., None]:
        return lambda *_, **__: None


def test_the_picture_shows_a_viewer_no_foe_before_the_horn() -> None:
    simulation = Simulation(world(), seed=6, seats={seat.name: "bot" for seat in world().seats})
    for decision in range(DECISIONS - 1):
        player, everybody, curious = Watcher(1), Watcher(None), Watcher(1, ("hidden",))
        for canvas in (player, everybody, curious):
            draw(simulation.w, canvas)
        assert everybody.seats == curious.seats == {0, 1, 2, 3}
        is_over = decision % IN_ROUND >= BEFORE
        assert player.seats == everybody.seats if is_over else {1} <= player.seats <= {1, 3}
        simulation.step(np.zeros((4, 1), np.int64))


def test_both_sides_see_alike() -> None:
    """Seats that do the same in mirrored places see the same, but for the side they are on."""
    posts = [raid(NORTH), raid(NORTH), guard(SOUTH), guard(SOUTH)]
    simulation = Simulation(world(), seed=3)
    for _ in range(BEFORE + 1):
        simulation.step((TO_POST + np.array(posts))[:, None])
        west, east = simulation.observations[0].copy(), simulation.observations[1].copy()
        assert west[0] == -east[0]
        own = slice(1, world().observation.at["own"].stop)
        np.testing.assert_array_equal(west[own], east[own])


def test_things_name_every_other_by_the_round_and_by_its_last_post() -> None:
    simulation = Simulation(world(), seed=3)
    at, others = world().observation.at["things"], SEATS - 1
    for decision in range(DECISIONS - 1):
        names = (simulation.observations[0, at] * world().things).round().astype(int)
        noted, asked = names[: NAMED * others], names[NAMED * others :]
        now, away = (noted, asked) if decision % IN_ROUND >= BEFORE else (asked, noted)
        assert not away.any()
        for other in range(others):
            first = 1 + other * ROWS
            assert now[NAMED * other] == first + decision // IN_ROUND
            last = 0 if decision < IN_ROUND else 1 + 2 * NORTH  # it always guards the north, in vain
            assert now[NAMED * other + 1] == first + ROUNDS + last
        simulation.step(np.full((4, 1), TO_POST + guard(NORTH)))
    assert world().noted == NAMED * others
    assert world().observation.sizes["things"] == 2 * NAMED * others


# --- strangers -------------------------------------------------------------------------------------------------------


def test_bots_take_the_posts_they_plan_but_for_lapses_and_in_every_episode_begin_alike() -> None:
    batch = Batch(world(), 300, seed=5, lanes=np.zeros((300, 0), np.int64), episodes_per_trial=2)
    batch.reset()
    first: list[np.ndarray] = []
    right, nobody = [], np.zeros((300, 0, 1), np.int64)
    for decision in range(DECISIONS + IN_ROUND):
        batch.step(nobody)
        if decision % IN_ROUND == BEFORE - 1:
            right.append(batch.worlds["post"] == batch.worlds["aim"])
            if decision in (BEFORE - 1, DECISIONS + BEFORE - 1):
                first.append(batch.worlds["aim"].copy())
    np.testing.assert_array_equal(first[0], first[1])
    assert 0.9 < np.mean(right) < 1.0


def test_what_is_told_of_lanes_comes_true() -> None:
    """Without lapses, a raid goes through where a lane is open alone, and a guard catches where a raid comes."""
    names = [seat.name for seat in world().seats]
    seats = dict.fromkeys(names[1:], "bot")
    at, tried = world().told_pieces.at, 0
    for post in range(POSTS):
        batch = Batch(world(), 150, seed=8, seats=seats, lanes=names[:1], reveal=True)
        batch.reset()
        for decision in range(DECISIONS - 1):
            if decision % IN_ROUND == 0:
                told = batch.told[:, 0].copy()
            batch.step(np.full((150, 1, 1), TO_POST + post if decision % IN_ROUND < BEFORE else STAY))
            if decision % IN_ROUND != BEFORE - 1:
                continue
            w = batch.worlds
            exact = (w["goal"] == w["aim"])[:, 1:].all(axis=1)
            side = told[:, at["open" if post < LANES else "raided"]][:, post % LANES] > 0.5
            works = np.isin(w["fate"][:, 0], (TOOK,) if post < LANES else (CAUGHT_ONE,))
            alone = exact & (w["post"][:, 2] != post)  # of two mates in one place either may be counted first
            np.testing.assert_array_equal(works[alone], side[alone])
            tried += int(alone.sum())
    assert tried > 1000


def plays_of(plan: int, chance: np.random.Generator, count: int = 40) -> list[tuple[int, ...]]:
    """Posts that types of a plan take in a row of situations, the same for every plan."""
    knobs = [(int(chance.integers(POSTS)), int(chance.integers(1, 3)), int(chance.integers(216))) for _ in range(count)]
    rows = []
    for each in knobs:
        own, posts = NO_POST, []
        for turns in range(ROUNDS):
            own = int(planned(plan, *each, turns, own, turns % 2, (turns * 4 + 1) % POSTS, (turns * 2 + 3) % POSTS))
            posts.append(own)
        rows.append(tuple(posts))
    return rows


def test_plans_differ_and_none_leaves_the_six_posts() -> None:
    found = {plan: plays_of(plan, np.random.default_rng(3)) for plan in range(len(BOTS))}
    assert all(0 <= post < POSTS for rows in found.values() for row in rows for post in row)
    for plan, rows in found.items():
        for other in range(plan):
            assert rows != found[other], f"{BOTS[plan].name} plays like {BOTS[other].name}"
    assert BOTS[DECOY].split == "test"


def test_most_plans_respond_to_what_others_do() -> None:
    """The next post depends on whether the last one paid, on the rival's or on the mate's, but for who is drilled or
    goes by the round."""
    responds = set()
    for plan, bot in enumerate(BOTS):
        for own in range(POSTS):
            nexts = {
                int(planned(plan, 1, 1, 0, 1, own, paid, rival, mate))
                for paid in range(2) for rival in range(POSTS) for mate in range(POSTS)
            }  # fmt: skip
            if len(nexts) > 1:
                responds.add(bot.name)
    assert responds == {"all_in", "turtle", "shadow", "flank", "fidget", "contrary", "partner", "avenger"}


def test_remembering_across_episodes_is_worth_much_and_within_them_less() -> None:
    known = Types(range(DECOY))
    told, kept, wiped = (paper(player, known, known, 120)[:, 2:].mean() for player in ("told", "kept", "wiped"))
    assert wiped < 0.7 * told
    assert kept - wiped > 0.6 * (told - wiped)


@pytest.mark.parametrize("seats", [2, 5])
def test_other_numbers_of_seats_are_refused(seats: int) -> None:
    with pytest.raises(Refused, match="4, 6 or 8"):
        worlds.get("flags", seats=seats)
