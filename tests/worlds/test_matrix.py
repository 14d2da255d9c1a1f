"""Matrix: who meets whom where, what a meeting pays, what is seen, and what strangers make of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from worlds.games.matrix.constants import (
    BLUE,
    CHOICES,
    DECISIONS,
    GO,
    MOST_PAID,
    NOTHING,
    ON_TIME,
    PACKED,
    RED,
    ROUND,
    ROUNDS,
    SHOWN,
    SIZES,
    STALLS,
    STAY,
    TABLES,
    TAKE_BLUE,
    TAKE_RED,
)
from worlds.games.matrix.games import GAMES, answer
from worlds.games.matrix.layouts import GENERATORS, longest_way, solvable
from worlds.games.matrix.picture import draw_meetings, status
from worlds.games.matrix.roster import BOTS
from worlds.games.matrix.walking import at_stall, date_of, seat_of, table_of
from worlds.world import Refused, World

N = 200


def world(seats: int = 4) -> World:
    return worlds.get("matrix", seats=seats)


def to_table(simulation: Simulation, seat: int, colour: int) -> None:
    """Put a seat at its table with a parcel in its bag, as if it had walked."""
    w = simulation.w
    w.row[seat], w.col[seat] = w.place[table_of(w, seat)]
    w.bag[seat] = colour


def legal_choices(simulation: Simulation, seat: int) -> np.ndarray:
    out = np.zeros(len(CHOICES), np.uint8)
    assert simulation.world.kernels.legal is not None
    simulation.world.kernels.legal(simulation.w, seat, out)
    return out


def stay(simulation: Simulation) -> np.ndarray:
    return np.full((len(simulation.w.bag), 1), STAY)


def meeting(first: int, second: int, seats: int = 2) -> tuple[Simulation, np.ndarray]:
    """A meeting of the first pair of a round, and its rewards."""
    simulation = Simulation(world(seats), seed=4)
    other = int(seat_of(0, date_of(simulation.w, 0)))
    to_table(simulation, 0, first)
    to_table(simulation, other, second)
    _, rewards, _, _ = simulation.step(stay(simulation))
    return simulation, rewards[[0, other]]


# --- rounds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seats", SIZES)
def test_dates_are_mutual_and_everybody_of_the_other_side_is_met_as_often_as_can_be(seats: int) -> None:
    simulation, found = Simulation(world(seats), seed=1), np.zeros((seats, seats), int)
    for _ in range(ROUNDS):
        w = simulation.w
        tables: dict[int, set[frozenset[int]]] = {}
        for seat in range(seats):
            other = int(seat_of(seat, date_of(w, seat)))
            assert other % 2 != seat % 2
            assert int(seat_of(other, date_of(w, other))) == seat
            assert int(table_of(w, other)) == int(table_of(w, seat))
            tables.setdefault(int(table_of(w, seat)), set()).add(frozenset((seat, other)))
            found[seat, other] += 1
        assert all(len(pairs) == 1 for pairs in tables.values()), "two pairs share a table"
        for _ in range(ROUND):
            simulation.step(stay(simulation))
    across = found[::2, 1::2]
    assert across.sum() == ROUNDS * seats / 2
    assert np.ptp(across) <= 1
    assert found[::2, ::2].sum() == found[1::2, 1::2].sum() == 0


def test_a_meeting_pays_both_sides_what_the_game_says() -> None:
    for first in (RED, BLUE):
        for second in (RED, BLUE):
            simulation, rewards = meeting(first, second)
            payoff = simulation.w.payoff
            expected = np.array([payoff[0, first, second], payoff[1, second, first]])
            np.testing.assert_allclose(rewards, expected + PACKED + ON_TIME)
            assert simulation.w.bag.tolist() == [NOTHING, NOTHING]


def test_nobody_meets_twice_in_a_round_and_bags_are_empty_at_its_end() -> None:
    simulation, _ = meeting(RED, RED)
    to_table(simulation, 0, RED)
    to_table(simulation, 1, RED)
    _, rewards, _, _ = simulation.step(stay(simulation))
    assert rewards.tolist() == [0.0, 0.0]
    for _ in range(ROUND - 2):
        simulation.step(stay(simulation))
    assert simulation.w.bag.tolist() == [NOTHING, NOTHING]
    assert simulation.w.missed.tolist() == [0, 0]
    assert simulation.w.over.tolist() == [0, 0]


def test_who_is_stood_up_gets_no_more_than_for_coming() -> None:
    simulation = Simulation(world(2), seed=4)
    total = 0.0
    for tick in range(ROUND):
        if tick == 0:
            to_table(simulation, 0, RED)
        total += float(simulation.step(stay(simulation))[1][0])
    assert total == PACKED + ON_TIME
    assert simulation.w.missed.tolist() == [1, 1]


def test_taking_needs_a_stall_and_may_be_thought_over() -> None:
    simulation = Simulation(world(2), seed=4)
    legal = legal_choices(simulation, 0)
    assert legal[TAKE_RED] == legal[TAKE_BLUE] == 1, "everybody begins at a stall"
    assert simulation.step(np.array([[TAKE_RED], [STAY]]))[1].tolist() == [PACKED, 0.0]
    assert simulation.step(np.array([[TAKE_BLUE], [STAY]]))[1].tolist() == [0.0, 0.0]
    assert simulation.w.bag.tolist() == [BLUE, NOTHING]
    simulation.w.row[0], simulation.w.col[0] = simulation.w.place[0]
    legal = legal_choices(simulation, 0)
    assert legal[TAKE_RED] == legal[TAKE_BLUE] == 0
    simulation.step(np.array([[TAKE_RED], [STAY]]))
    assert simulation.w.bag[0] == BLUE


def test_going_on_leads_to_a_stall_and_then_to_the_table() -> None:
    simulation = Simulation(world(2), seed=4, seats={"trader_1": "bot"})
    choices, met = np.array([[GO], [STAY]]), 0
    for _ in range(ROUND):
        choices[0] = TAKE_RED if simulation.w.bag[0] == NOTHING and at_stall(simulation.w, 0) else GO
        simulation.step(choices)
        met += int(simulation.w.news[0])
    assert met == 1


# --- games and arenas ------------------------------------------------------------------------------------------------


def test_no_game_is_for_nothing() -> None:
    """The mean of a side's payoffs is 0; no side has one pick that is best against both and best for both as well."""
    met = set()
    for split in ("train", "test-layout", "final"):
        batch = Batch(world(2), N, split=split, seed=2)
        batch.reset()
        for w in batch.worlds:
            met.add(int(w.game))
            np.testing.assert_allclose(w.payoff.mean(axis=(1, 2)), 0.0, atol=1e-9)
            assert np.abs(w.payoff).max() <= MOST_PAID
            best = [int(answer(w, side, 0.0)) for side in range(2)]
            dominant = all(int(answer(w, side, 1.0)) == best[side] for side in range(2))
            if dominant:
                assert w.payoff[0, best[0], best[1]] < w.payoff[0, 1 - best[0], 1 - best[1]]
                assert w.payoff[1, best[1], best[0]] < w.payoff[1, 1 - best[1], 1 - best[0]]
    assert met == set(range(len(GAMES)))


def test_arenas_are_fair_and_let_everybody_come_in_time() -> None:
    for split in ("train", "test-layout", "final"):
        batch = Batch(world(), N, split=split, seed=3)
        batch.reset()
        for w in batch.worlds:
            np.testing.assert_array_equal(w.tiles, w.tiles[::-1, ::-1])
            np.testing.assert_array_equal(w.place[0::2] + w.place[1::2], len(w.tiles) - 1)
            assert solvable(w)
            assert longest_way(w) == pytest.approx(w.difficulty * ROUND)
        walls = batch.worlds["tiles"][:, 1:-1, 1:-1].any(axis=(1, 2))
        assert walls.mean() > 0.8, "most arenas are no open court"


def test_bots_come_in_time() -> None:
    for index in range(len(GENERATORS)):
        split = {"train": "train", "test": "test-both", "final": "final"}[GENERATORS[index].split]
        batch = Batch(world(), 64, split=split, seed=5, seats={s.name: "bot" for s in world().seats},
                      lanes=np.zeros((64, 0), np.int64), episodes_per_trial=1)  # fmt: skip
        batch.reset()
        for _ in range(DECISIONS - 1):
            batch.step(np.zeros((64, 0, 1), np.int64))
        assert batch.worlds["meetings"].mean() > 0.9 * (ROUNDS - 1)


# --- what is seen and told -------------------------------------------------------------------------------------------


def test_nobody_sees_what_is_in_anothers_bag() -> None:
    simulation = Simulation(world(2), seed=4)
    to_table(simulation, 1, RED)
    seen = []
    for colour in (RED, BLUE):
        simulation.w.bag[1] = colour
        out = np.zeros(world(2).observation.total, np.float32)
        world(2).kernels.observe(simulation.w, 0, out)
        seen.append(out)
    np.testing.assert_array_equal(seen[0], seen[1])


def test_picks_and_pay_are_seen_after_the_meeting() -> None:
    simulation, _ = meeting(RED, BLUE)
    news = simulation.observations[0, world(2).observation.at["news"]]
    np.testing.assert_allclose(news, [1, 0, 0, 1, simulation.w.won[0] / MOST_PAID], rtol=1e-6)
    simulation.step(stay(simulation))
    assert not simulation.observations[0, world(2).observation.at["news"]].any()


def test_names_tell_with_whom_and_after_what() -> None:
    """Of whom one has just met, with how the meeting before had ended; then of the date, with how the last one did."""
    simulation, _ = meeting(RED, BLUE, seats=4)
    met = date_of(simulation.w, 0)

    def names() -> list[int]:
        return (
            np.round(simulation.observations[0, world().observation.at["things"]] * world().things).astype(int).tolist()
        )

    fresh, after = 1 + 2 + 5 * met, 1 + 2 + 5 * met + 1 + 2 * RED + BLUE
    assert names() == [1 + met, fresh, 1 + met, after]
    while date_of(simulation.w, 0) == met:
        simulation.step(stay(simulation))
    assert names() == [0, 0, 1 + 1 - met, 1 + 2 + 5 * (1 - met)]
    while date_of(simulation.w, 0) != met:
        simulation.step(stay(simulation))
    assert names() == [0, 0, 1 + met, after]


def test_told_odds_are_those_by_which_bots_take() -> None:
    batch = Batch(world(), N, seed=6, seats={s.name: "bot" for s in world().seats[1:]}, lanes=["trader_0"], reveal=True)
    batch.reset()
    at = world().told_pieces.at["next"]
    expected, taken = 0.0, 0
    told = batch.told[:, 0, at].copy()
    np.testing.assert_allclose(told.sum(axis=1), 1.0, atol=1e-6)
    batch.step(np.full((N, 1, 1), STAY))
    for index, w in enumerate(batch.worlds):
        bag = int(w.bag[seat_of(0, date_of(w, 0))])
        assert bag != NOTHING, "bots begin at a stall"
        assert told[index, bag] > 0.0
        expected, taken = expected + told[index, BLUE], taken + int(bag == BLUE)
    assert abs(taken - expected) < 4.0 * np.sqrt(N) / 2.0
    sure = batch.told[:, 0, at].max(axis=1)
    assert (sure == 1.0).all(), "what is in the bag is told"


# --- without walking -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("game", ["any", "dilemma"])
def test_without_walking_it_is_repeated(game: str) -> None:
    """The same tasks, strangers, slips, payoffs and views, choice by choice, in all splits."""
    pair = [worlds.get("matrix", walk=False, game=game), worlds.get("repeated", game=game)]
    assert pair[0].seats == pair[1].seats
    assert pair[0].bots == pair[1].bots
    rng = np.random.default_rng(1)
    for split in ("train", "test-opponent", "test-both", "final"):
        batches = [
            Batch(each, 64, split=split, seed=3, seats={"opponent_0": "bot"}, lanes=["player_0"]) for each in pair
        ]
        for batch in batches:
            batch.reset()
        for _ in range(90):
            choices = rng.integers(2, size=(64, 1, 1))
            seen, paid, _, _ = batches[0].step(choices)
            other_seen, other_paid, _, _ = batches[1].step(choices)
            np.testing.assert_array_equal(seen, other_seen)
            np.testing.assert_array_equal(paid, other_paid)


def test_the_axelrod_half_meets_the_same_game_in_both() -> None:
    """The standard dilemma, 200 turns with slips: any two strategies earn the same in either world."""
    pytest.importorskip("axelrod")
    from agents.players.axelrod import AxelrodPlayer, names
    from simulator.engine.trial import run_trials

    returns = []
    for name in ("matrix", "repeated"):
        build = {"walk": False} if name == "matrix" else {}
        each = worlds.get(name, game="dilemma", **build)
        batch = Batch(each, 12, split="test-opponent", seed=4, lanes=["player_0", "opponent_0"])
        first, second = (AxelrodPlayer(names("test")[at::7][:12], turns=200, noise=0.05, seed=at) for at in (0, 3))
        returns.append(run_trials(batch, first, np.zeros(12, np.int64), others=[second]).returns)
    np.testing.assert_array_equal(returns[0], returns[1])


def test_sizes_and_variants_are_refused_in_a_sentence() -> None:
    for args in ({"seats": 3}, {"seats": 10}, {"game": "dilemma"}, {"noise": 0.0}, {"walk": False, "seats": 6},
                 {"walk": False, "game": "chess"}):  # fmt: skip
        with pytest.raises(Refused, match=r"^matrix is (given|built with) "):
            worlds.get("matrix", **args)


def test_the_page_counts_the_kinds() -> None:
    assert f"of {len(BOTS)} kinds" in " ".join(world().page.split())


class Texts:
    """A canvas that remembers what is written; the rest is drawn nowhere."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def text(self, position: object, text: str, **look: object) -> None:
        self.texts.append(text)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **look: None


def test_a_meeting_in_the_last_tick_of_a_round_stays_in_view() -> None:
    simulation = Simulation(world(), seed=4)
    for _ in range(ROUND - 1):
        simulation.step(stay(simulation))
    w = simulation.w
    table, other = int(table_of(w, 0)), int(seat_of(0, date_of(w, 0)))
    to_table(simulation, 0, RED)
    to_table(simulation, other, BLUE)
    shown = []
    for _ in range(SHOWN + 1):
        simulation.step(stay(simulation))
        canvas: Any = Texts()
        draw_meetings(w, canvas)
        shown.append(canvas.texts)
    paid = [f"{float(w.payoff[0, RED, BLUE]):+.1f}", f"{float(w.payoff[1, BLUE, RED]):+.1f}"]
    assert shown == [paid] * SHOWN + [[]]
    assert int(w.venue[0]) == table
    assert status(w, 0).endswith("in 1 meeting")


def test_places_are_enough_for_every_size() -> None:
    assert max(SIZES) // 2 <= TABLES
    assert STALLS == TABLES
