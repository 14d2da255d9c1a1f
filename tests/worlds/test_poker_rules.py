"""Poker: what hands pay, who may do what when, how cards are dealt, and what each seat sees of them."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch, Simulation
from worlds.games.poker.constants import FOLD, MOST_RANKS, PASS, RAISE, SHOWN, VARIANTS, WAIT
from worlds.world import Refused, World

WORDS = {"f": FOLD, "c": PASS, "r": RAISE}
J, Q, K = range(3)


@pytest.fixture(scope="module")
def world() -> World:
    return worlds.get("poker")


def table(world: World, variant: str, cards: tuple[int, int, int]) -> Simulation:
    """A game of a variant in which every hand has these cards: player_0's, opponent_0's, the public one."""
    number = [each.name for each in VARIANTS].index(variant)
    for index in range(200):
        split = {"train": "train", "test": "test-layout", "final": "final"}[VARIANTS[number].part]
        simulation = Simulation(world, index=index, split=split)
        if int(simulation.w.generator) == number:
            break
    simulation.w.cards[:] = cards
    return simulation


def bet(simulation: Simulation, line: str) -> NDArray[np.float64]:
    """Play a line of choices, c for check or call, r for bet or raise, f for fold: what both got in all."""
    total = np.zeros(2)
    for letter in line:
        actions = np.full(2, WAIT)
        actions[int(simulation.w.turn)] = WORDS[letter]
        assert simulation.legal[int(simulation.w.turn), WORDS[letter]] == 1, letter
        total += simulation.step(actions[:, None])[1]
    return total


@pytest.mark.plain
@pytest.mark.parametrize(
    ("variant", "cards", "line", "won"),
    [
        ("kuhn", (K, J, Q), "cc", 1),  # antes alone
        ("kuhn", (J, K, Q), "cc", -1),
        ("kuhn", (J, K, Q), "rf", 1),  # a bluff
        ("kuhn", (K, Q, J), "rc", 2),
        ("kuhn", (J, K, Q), "crf", -1),
        ("kuhn", (K, Q, J), "crc", 2),
        ("kuhn_double", (3, 0, 1), "rc", 3 / 2),  # an ante and a bet of two, in bets of two
        ("leduc", (K, Q, J), "cccc", 1 / 4),
        ("leduc", (K, Q, Q), "cccc", -1 / 4),  # a pair beats the higher card
        ("leduc", (K, K, Q), "rrcrrc", 0),  # equal cards
        ("leduc", (J, K, J), "rrcrrc", (1 + 2 + 2 + 4 + 4) / 4),
        ("leduc", (J, K, Q), "rrf", 3 / 4 * -1),  # who bet and folds to a raise loses ante and bet
        ("leduc", (J, K, Q), "crrf", 3 / 4),
        ("leduc", (J, K, Q), "rccrf", -3 / 4),
        ("leduc_single", (K, J, Q), "rcrc", (1 + 2 + 4) / 4),
        ("leduc_even", (K, J, Q), "rrcrrc", (1 + 4 + 4) / 2),
    ],
)
def test_a_hand_pays_what_the_loser_has_in(
    world: World, variant: str, cards: tuple[int, int, int], line: str, won: float
) -> None:
    simulation = table(world, variant, cards)
    np.testing.assert_allclose(bet(simulation, line), [won, -won])
    assert (int(simulation.w.hand), simulation.w.chips.tolist()) == (1, [1, 1])


def test_the_button_alternates_and_the_other_one_acts_first_in_both_rounds(world: World) -> None:
    simulation = table(world, "leduc", (K, J, Q))
    turns = []
    for line in ("cccc", "cccc"):
        for letter in line:
            turns.append(int(simulation.w.turn))
            bet(simulation, letter)
    assert turns == [0, 1, 0, 1, 1, 0, 1, 0]


def test_choices_follow_the_bets_and_who_is_not_to_act_waits(world: World) -> None:
    simulation = table(world, "kuhn", (K, J, Q))
    may = {"": [WAIT, PASS, RAISE], "c": [WAIT, PASS, RAISE], "cr": [WAIT, FOLD, PASS]}
    for done, (_, *own) in may.items():
        bet(simulation, done[-1:])
        turn = int(simulation.w.turn)
        assert np.flatnonzero(simulation.legal[turn]).tolist() == own
        assert np.flatnonzero(simulation.legal[1 - turn]).tolist() == [WAIT]
    simulation = table(world, "leduc", (K, J, Q))
    bet(simulation, "rr")
    assert np.flatnonzero(simulation.legal[0]).tolist() == [FOLD, PASS]


def test_an_episode_is_so_many_hands_and_each_seat_has_the_button_as_often(world: World) -> None:
    for variant in VARIANTS:
        assert variant.hands % 2 == 0
    simulation = table(world, "kuhn", (K, J, Q))
    for hand in range(8):
        assert not simulation.episode_ended
        assert int(simulation.w.hand) == hand
        bet(simulation, "cc")
    assert simulation.episode_ended
    assert simulation.final["score"].tolist() == [8.0, -8.0]


def test_cards_are_dealt_fairly_and_without_putting_any_back(world: World) -> None:
    """Every deal of a variant comes as often as it should, within five standard errors."""
    dealt: dict[int, NDArray[np.float64]] = {}
    for seed in range(4):
        batch = Batch(world, 1000, seed=seed)
        batch.reset()
        for number in range(4):
            mine = batch.worlds[batch.worlds["generator"] == number]
            cards = mine["cards"][:, : VARIANTS[number].hands].reshape(-1, 3).astype(int)
            counts = dealt.setdefault(number, np.zeros((MOST_RANKS,) * 3))
            np.add.at(counts, tuple(cards.T), 1)
    for number, counts in dealt.items():
        variant, total = VARIANTS[number], counts.sum()
        for deal in np.ndindex(counts.shape):
            left = [variant.copies if rank < variant.ranks else 0 for rank in range(MOST_RANKS)]
            chance = 1.0
            for drawn, rank in enumerate(deal):
                chance *= max(left[rank], 0) / (variant.ranks * variant.copies - drawn)
                left[rank] -= 1
            assert abs(counts[deal] - total * chance) <= 5.0 * np.sqrt(total * chance), (variant.name, deal)


def pieces(world: World, simulation: Simulation, seat: int) -> dict[str, list[float]]:
    return {name: simulation.observations[seat, part].tolist() for name, part in world.observation.at.items()}


@pytest.mark.parametrize("line", ["", "c", "r", "cr", "rc", "rcc", "rccr"])
def test_nothing_that_a_seat_sees_or_is_told_depends_on_the_cards_it_may_not_know(world: World, line: str) -> None:
    """The other's card, and the public one before it is turned up; neither in this hand nor in the next ones."""
    seen = []
    for other, public in ((Q, Q), (J, Q), (J, J), (K, Q)) if len(line) < 2 else ((Q, Q), (J, Q), (K, Q)):
        simulation = table(world, "leduc", (K, other, public))
        bet(simulation, line)
        told = np.zeros(world.told_pieces.total, np.float32)
        assert world.kernels.reveal is not None
        world.kernels.reveal(simulation.w, 0, told)
        seen.append((simulation.observations[0].tolist(), told.tolist()))
    assert all(each == seen[0] for each in seen)


def test_a_card_is_shown_only_when_the_hand_was_played_to_its_end(world: World) -> None:
    for line, over, shown in (("rc", [0.0, 0.0, 1.0], [1.0, 0.0]), ("rf", [0.0, 1.0, 0.0], [0.0, 0.0])):
        simulation = table(world, "kuhn", (K, J, Q))
        paid = bet(simulation, line)[0]
        found = pieces(world, simulation, 0)
        assert (found["over"], found["shown"][:2]) == (over, shown)
        assert found["paid"][0] == pytest.approx(paid / 5.0)
        bet(simulation, "c")
        found = pieces(world, simulation, 0)
        assert sum(found["over"]) + sum(found["shown"]) + found["paid"][0] == 0.0, "told once"
    simulation = table(world, "kuhn", (K, J, Q))
    bet(simulation, "rf")
    assert pieces(world, simulation, 1)["over"] == [1.0, 0.0, 0.0]


def test_what_a_seat_sees_of_the_hand(world: World) -> None:
    simulation = table(world, "leduc", (K, J, Q))
    bet(simulation, "rc")
    found = pieces(world, simulation, 1)
    assert (found["turn"], found["button"], found["second"]) == ([0.0], [1.0], [1.0])
    assert [int(np.argmax(found[name])) for name in ("card", "public", "first_round")] == [J, Q, 1]
    np.testing.assert_allclose(found["chips"], [3 / 13, 3 / 13], rtol=1e-6)
    np.testing.assert_allclose(found["rules"], [0.5, 1.0, 1.0, 1.0, 0.5, 1.0])


def test_the_rules_of_the_variants_can_be_told_apart(world: World) -> None:
    seen = {tuple(pieces(world, table(world, each.name, (0, 1, 0)), 0)["rules"]) for each in VARIANTS}
    assert len(seen) == len(VARIANTS)


def test_figures_count_chances_and_choices(world: World) -> None:
    simulation = table(world, "kuhn", (K, J, Q))
    for _ in range(2):
        bet(simulation, "rc")  # each bets once where it may
        bet(simulation, "rf")
        bet(simulation, "cc")
        bet(simulation, "cc")
    figures = simulation.final_figures
    assert figures["shown"] == 6 / 8
    assert figures["player_0_bets"] == 2 / 6
    assert figures["player_0_folds"] == 2 / 2


def test_who_asks_for_what_is_not_allowed_calls(world: World) -> None:
    simulation = table(world, "kuhn", (K, J, Q))
    simulation.step(np.array([[FOLD], [RAISE]]))  # no bet to fold to: a check
    simulation.step(np.array([[WAIT], [RAISE]]))
    simulation.step(np.array([[RAISE], [WAIT]]))  # no raise in Kuhn's game: a call
    assert (int(simulation.w.over[0]), float(simulation.w.won[0])) == (SHOWN, 2.0)


def test_there_is_one_size(world: World) -> None:
    with pytest.raises((Refused, TypeError)):
        worlds.get("poker", seats=3)


def test_the_picture_hides_what_the_human_may_not_see(world: World) -> None:
    """The picture does not change with the other's card, unless what is hidden is asked for."""
    from simulator.canvas import render

    def picture(other: int, layers: tuple[str, ...]) -> Any:
        simulation = table(world, "kuhn", (K, other, 3 - K - other))
        bet(simulation, "rf")
        return render(world, simulation.w, (854, 480), layers=layers, viewer=0)

    assert (picture(J, ()) == picture(Q, ())).all()
    assert (picture(J, ("hidden",)) != picture(Q, ("hidden",))).any()
