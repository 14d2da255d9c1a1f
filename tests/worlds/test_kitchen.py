"""Kitchen: what an order pays, what is hidden, what strangers go by, and what is told of it."""

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from tests.tools.headroom.kitchen import paper
from tests.tools.interdependence import interdependence
from worlds.games.kitchen.constants import (
    BINS,
    DECISIONS,
    FAILED,
    LIMIT,
    NOBODY,
    NOTHING,
    PAY,
    PLACES,
    PLAIN,
    POTS,
    PUT,
    RIGHT,
    ROWS,
    SITUATIONS,
    SIZES,
    STAY,
    TO_BIN,
    TO_POT,
    USE,
    WALL_COLUMN,
    WIDTH,
)
from worlds.games.kitchen.generators import GENERATORS, LONGEST
from worlds.games.kitchen.habits import mate_of
from worlds.games.kitchen.roster import ITEM_BY, KINDS, POT_BY
from worlds.world import Refused, World

PORTER_SEAT, COOK_SEAT = 0, 1


def world(seats: int = 2) -> World:
    return worlds.get("kitchen", seats=seats)


def at_pot(simulation: Simulation, seat: int, pot: int, item: int) -> None:
    """Put a seat before a pot with something in its hand, as if it had walked."""
    w = simulation.w
    row, col = (int(each) for each in w.spot[BINS + pot])
    w.row[seat], w.col[seat] = row, col if seat % 2 == 0 else WIDTH - 1 - col
    w.hand[seat] = item


def acts(porter: int = STAY, cook: int = STAY) -> np.ndarray:
    return np.array([[porter], [cook]])


def order(item: int, pot: int, other_item: int, other_pot: int) -> tuple[Simulation, np.ndarray]:
    """An order to which both come at once, and what it pays."""
    simulation = Simulation(world(), seed=4)
    at_pot(simulation, PORTER_SEAT, pot, item)
    at_pot(simulation, COOK_SEAT, other_pot, other_item)
    return simulation, simulation.step(acts(USE, USE))[1]


# --- orders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", range(BINS))
@pytest.mark.parametrize("other", range(BINS))
def test_two_things_in_one_pot_are_a_dish_and_it_shows_whether_they_go_together(item: int, other: int) -> None:
    simulation, rewards = order(item, 1, other, 1)
    went = RIGHT if simulation.w.recipe[item] == other else PLAIN
    assert rewards.tolist() == [PAY[went] + PUT] * 2
    assert simulation.w.went.ravel().tolist() == [went, went]
    assert simulation.w.board[item, other] == went
    assert sorted(simulation.w.recipe.tolist()) == [0, 1, 2], "each goes with one of the other side"


def test_things_in_two_pots_are_lost() -> None:
    simulation, rewards = order(0, 0, 0, 2)
    assert rewards.tolist() == [PAY[FAILED] + PUT] * 2
    assert simulation.w.fails.tolist() == [1, 1]
    assert simulation.w.board.max() == 0, "and nothing is known of what goes together"


def test_a_thing_that_is_alone_in_a_pot_burns() -> None:
    simulation = Simulation(world(), seed=4)
    at_pot(simulation, PORTER_SEAT, 0, 1)
    total, ticks = float(simulation.step(acts(USE))[1][0]), 0
    while simulation.w.fails[PORTER_SEAT] == 0:
        total += float(simulation.step(acts())[1][0])
        ticks += 1
    assert ticks == simulation.w.keeps
    assert total == PUT + PAY[FAILED]
    assert simulation.w.late.tolist() == [1, 1]
    assert simulation.w.brought.ravel().tolist() == [1, NOTHING], "what was never put in is not told"


def test_an_order_that_takes_too_long_fails_and_the_next_one_comes_in() -> None:
    simulation, fails = Simulation(world(), seed=4), []
    for _ in range(2 * LIMIT + 1):
        simulation.step(acts())
        fails.append(int(simulation.w.fails[0]))
    assert fails.index(1) == LIMIT - 1
    assert fails.index(2) == 2 * LIMIT - 1
    assert simulation.w.turn == 2


def test_what_somebody_puts_in_is_hidden_until_the_order_is_over() -> None:
    seen = []
    for pot, item in ((0, 0), (2, 1)):
        simulation = Simulation(world(), seed=4)
        at_pot(simulation, PORTER_SEAT, pot, item)
        simulation.step(acts(USE))
        seen.append(simulation.observations[COOK_SEAT].copy())
        at_pot(simulation, COOK_SEAT, 1, 0)
        simulation.step(acts(STAY, USE))
        seen.append(simulation.observations[COOK_SEAT].copy())
    np.testing.assert_array_equal(seen[0], seen[2])
    assert (seen[1] != seen[3]).any(), "then both see it"


def test_one_puts_in_once_an_order_and_only_what_can_be_done_is_allowed() -> None:
    simulation = Simulation(world(), seed=4)
    legal = simulation.legal[PORTER_SEAT]
    assert legal[TO_BIN : TO_BIN + BINS].all()
    assert not legal[TO_POT : TO_POT + POTS].any(), "empty hands"
    while simulation.w.hand[PORTER_SEAT] == NOTHING:
        simulation.step(acts(TO_BIN + 1))
    assert simulation.w.hand[PORTER_SEAT] == 1
    legal = simulation.legal[PORTER_SEAT]
    assert legal[TO_BIN : TO_BIN + BINS].tolist() == [1, 0, 1], "one may think better of it"
    while simulation.w.put_pot[PORTER_SEAT] == NOTHING:
        simulation.step(acts(TO_POT + 2))
    assert simulation.w.put_pot[PORTER_SEAT] == 2
    assert not simulation.legal[PORTER_SEAT][USE:].any()


def test_the_order_that_is_over_is_told_before_the_next_one_comes_in() -> None:
    simulation, _ = order(0, 1, 0, 1)
    at = world().observation.at
    before = simulation.observations[COOK_SEAT].copy()
    assert before[at["last"]][:6].tolist() == [1, 0, 0, 0, 1, 0], "what the mate brought, and where"
    assert before[at["last"]][-2] == 1.0, "it was over just now"
    assert simulation.w.over.tolist() == [1, 1]
    simulation.step(acts())
    after = simulation.observations[COOK_SEAT]
    assert simulation.w.turn == 1
    assert after[at["last"]][-2] == 0.0
    assert (after[at["things"]] != before[at["things"]]).any(), "the rows of the old one were named until then"


# --- kitchens --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("split", ["train", "test-both", "final"])
def test_rooms_are_alike_and_every_pot_can_be_reached(split: str) -> None:
    batch = Batch(world(), 200, split=split, seed=2)
    batch.reset()
    for w in batch.worlds:
        np.testing.assert_array_equal(w["tiles"], w["tiles"][:, ::-1])
        assert (w["tiles"][:, WALL_COLUMN] == 1).all(), "nobody gets into the other room"
        rows, cols = w["spot"].T.astype(int)
        ways = w["steps"][BINS:][:, rows[:BINS], cols[:BINS]]
        assert ways.max() <= LONGEST
        assert len({*zip(rows, cols, strict=True)}) == PLACES
        assert world().kernels.solvable(w)  # type: ignore[misc]
    assert len(np.unique(batch.worlds["difficulty"])) > 10, "kitchens differ in how hard they are"
    kept = {"train": "train", "test-both": "test", "final": "final"}[split]
    assert {GENERATORS[int(each)].split for each in batch.worlds["generator"]} == {kept}


def test_nobody_can_cook_alone() -> None:
    share, together = interdependence(world(), 64)
    assert together > 0.5
    assert share == 1.0


# --- seats -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seats", SIZES)
def test_mates_are_mutual_and_everybody_works_with_everybody_of_the_other_room(seats: int) -> None:
    simulation = Simulation(world(seats), seed=1)
    met = np.zeros((seats, seats), int)
    for turn in range(12):
        simulation.w.turn = turn
        for seat in range(seats):
            mate = int(mate_of(simulation.w, seat))
            if mate == NOBODY:
                assert seats == 3
                continue
            assert (seat + mate) % 2 == 1
            assert int(mate_of(simulation.w, mate)) == seat
            met[seat, mate] += 1
    across = met[::2, 1::2]
    assert across.min() >= 6
    assert np.ptp(across) == 0


def test_who_has_a_break_is_paid_nothing() -> None:
    simulation = Simulation(world(3), seed=1)
    idle = next(seat for seat in range(3) if mate_of(simulation.w, seat) == NOBODY)
    total = np.zeros(3)
    for _ in range(LIMIT):
        total += simulation.step(np.full((3, 1), STAY))[1]
    assert total[idle] == 0.0
    assert sorted(total.tolist()) == [PAY[FAILED], PAY[FAILED], 0.0]


def test_another_number_of_seats_is_refused() -> None:
    with pytest.raises(Refused, match="it takes 2, 3 or 4"):
        world(5)


# --- strangers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [row[0] for row in KINDS])
def test_what_is_told_of_a_stranger_comes_true(kind: str) -> None:
    """The odds of what it does, in the order that comes in, are those of what it then did."""
    count = 48
    spec = {"cook_1": f"bot:{kind}:lapse=0.02"}
    batch = Batch(world(), count, seed=6, seats=spec, lanes=["porter_0"], reveal=True)
    batch.reset()
    chance, parts = np.random.default_rng(1), world().told_pieces.at
    told: list[float] = []
    odds, go = {}, np.zeros((count, 2), np.int64)
    for _ in range(2 * DECISIONS):
        w = batch.worlds
        begins = w["tick"] == w["began"] + (w["turn"] > 0)
        for lane in np.flatnonzero(begins & (w["over"][:, PORTER_SEAT] == 0)):
            odds[lane] = batch.told[lane, 0, parts["pot"]].copy(), batch.told[lane, 0, parts["brings"]].copy()
            go[lane] = chance.integers(3, size=2)
        holds = w["hand"][:, PORTER_SEAT] == go[:, 0]
        batch.step(np.where(holds, TO_POT + go[:, 1], TO_BIN + go[:, 0])[:, None, None])
        for lane in np.flatnonzero((batch.worlds["fresh"][:, PORTER_SEAT] == 1) & (batch.worlds["late"][:, 0] == 0)):
            told.append(float(odds[lane][0][int(batch.worlds["place"][lane, COOK_SEAT, 0])]))
            told.append(float(odds[lane][1][int(batch.worlds["brought"][lane, COOK_SEAT, 0])]))
    assert len(told) > 200
    assert np.mean(told) > 0.9, "and a third by chance"


def test_kinds_differ_in_what_they_go_by() -> None:
    assert len(POT_BY) == len(ITEM_BY) == len(KINDS)
    trained = {(POT_BY[i], ITEM_BY[i]) for i, row in enumerate(KINDS) if row[3] == "train"}
    others = {(POT_BY[i], ITEM_BY[i]) for i, row in enumerate(KINDS) if row[3] != "train" and row[0] != "sulker"}
    assert not trained & others


def names_of(simulation: Simulation, seat: int) -> np.ndarray:
    """Rows that a seat's observation names: those to write on, then those to read; 0 for none."""
    seen = simulation.observations[seat][simulation.world.observation.at["things"]]
    return (seen * simulation.world.things).round().astype(int).reshape(2, -1)


def expected_names(mate: int, held: np.ndarray) -> list[int]:
    """The row of a mate, then those of its situations."""
    own = 1 + mate // 2 * (1 + ROWS * SITUATIONS)
    return [own, *(own + 1 + SITUATIONS * np.arange(ROWS) + held)]


def test_a_mate_and_its_situations_are_named_to_read_while_an_order_is_on() -> None:
    simulation = Simulation(world(4), seed=2)
    for seat in range(4):
        mate = int(mate_of(simulation.w, seat))
        shown, due = names_of(simulation, seat)
        assert due.tolist() == expected_names(mate, simulation.w.held[mate])
        assert not shown.any(), "nobody has shown anything yet"
    assert world(4).things == 2 * (1 + ROWS * SITUATIONS)
    assert world(4).noted == 1 + ROWS


def test_what_a_mate_went_by_is_named_to_write_on_once_it_has_shown_what_it_did() -> None:
    simulation, _ = order(0, 1, 0, 1)
    held = simulation.w.held[COOK_SEAT].copy()
    shown, due = names_of(simulation, PORTER_SEAT)
    assert shown.tolist() == expected_names(COOK_SEAT, held)
    assert not due.any(), "there is nothing to decide"
    simulation.step(acts())
    shown, due = names_of(simulation, PORTER_SEAT)
    assert not shown.any()
    assert due.tolist() == expected_names(COOK_SEAT, simulation.w.held[COOK_SEAT])


def test_a_mate_that_brought_nothing_has_shown_nothing() -> None:
    simulation = Simulation(world(), seed=4)
    at_pot(simulation, PORTER_SEAT, 0, 1)
    simulation.step(acts(USE))
    while simulation.w.fails[PORTER_SEAT] == 0:
        simulation.step(acts())
    assert not names_of(simulation, PORTER_SEAT)[0].any()
    assert names_of(simulation, COOK_SEAT)[0].all(), "the other did bring something"


def test_remembering_across_episodes_is_worth_much_and_within_them_little() -> None:
    told, kept, wiped = (paper(manner, 200, 4)[:, 2:].mean() for manner in ("told", "kept", "wiped"))
    assert wiped < 0.4 * told
    assert kept - wiped > 0.6 * (told - wiped)
