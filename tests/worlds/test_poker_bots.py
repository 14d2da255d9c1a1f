"""Poker's bots: each does what its card in the roster says, and remembers what it should."""

from typing import Any

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from tests.worlds.test_poker_rules import J, K, Q, bet, table
from worlds.games.poker.bots import by_the_book, chances
from worlds.games.poker.constants import AFTER_CHECK, BET, CHECK_BET, FOLD, OPEN, PASS, RAISE, VARIANTS, WAIT
from worlds.games.poker.roster import BOTS, KNOB_LISTS, NAMES
from worlds.world import World

FIRST_ROUND = (-1, -1)  # no public card, no end


@pytest.fixture(scope="module")
def world() -> World:
    return worlds.get("poker")


def bot(world: World, kind: str, variant: str = "kuhn", **knobs: float) -> Any:
    """A record in which opponent_0 is of a kind, with its knobs in the middle unless they are given."""
    simulation = table(world, variant, (K, J, Q))
    w = simulation.w
    w.bot_kind[1] = NAMES.index(kind)
    w.bot_knob[1] = 0.0
    own = next(each for each in BOTS if each.name == kind)
    for knob in own.knobs:
        w.bot_knob[1, world.knob_columns[knob.name]] = knobs.get(knob.name, 0.5 * (knob.low + knob.high))
    return w


def does(w: Any, rank: int, place: int, public: int = -1, end: int = -1) -> tuple[float, float, float]:
    """Chances to fold, to check or call, to bet or raise."""
    return tuple(float(chance) for chance in chances(w, 1, rank, public, end, place))  # type: ignore[return-value]


def test_there_are_many_kinds_and_some_are_kept_for_later() -> None:
    own = [each for each in BOTS if each.role == "opponent"]
    assert len(own) == 22
    assert len([each for each in own if each.split == "test"]) == 4
    assert [each.name for each in own if each.split == "final"] == ["copycat", "scared"]
    assert all(each.about for each in own)
    assert set(KNOB_LISTS) <= set(NAMES)


@pytest.mark.plain
@pytest.mark.parametrize("kind", NAMES)
def test_chances_are_chances_and_only_of_what_is_allowed(world: World, kind: str) -> None:
    for variant in ("kuhn", "leduc", "leduc_single", "leduc_four", "kuhn_five"):
        for courage in (0.0, 1.0):
            w = bot(world, kind, variant, courage=courage, curiosity=1.0 - courage)
            rules = VARIANTS[int(w.generator)]
            places = range(6) if rules.cap == 2 else range(4)
            knows = [FIRST_ROUND] + ([(p, e) for p in range(rules.ranks) for e in (0, 1)] if rules.rounds == 2 else [])
            for public, end in knows:
                for place in places:
                    for rank in range(rules.ranks):
                        fold, call, bets = does(w, rank, place, public, end)
                        assert min(fold, call, bets) >= -1e-12
                        assert fold + call + bets == pytest.approx(1.0)
                        assert place >= BET or fold == 0.0
                        full = place >= BET if rules.cap == 1 else place > CHECK_BET
                        assert not full or bets == 0.0


@pytest.mark.parametrize(
    ("kind", "rank", "place", "choice", "least", "most"),
    [
        ("rock", J, OPEN, "bet", 0.0, 0.0),
        ("rock", Q, BET, "fold", 0.7, 1.0),
        ("rock", K, AFTER_CHECK, "bet", 0.8, 1.0),
        ("tight", Q, BET, "fold", 0.6, 0.9),
        ("loose", Q, BET, "fold", 0.0, 0.2),
        ("station", J, BET, "fold", 0.0, 0.5),
        ("station", K, OPEN, "bet", 0.0, 0.5),
        ("maniac", J, OPEN, "bet", 0.6, 1.0),
        ("sticky", Q, BET, "fold", 0.6, 1.0),
        ("sticky", J, CHECK_BET, "fold", 0.0, 0.0),
        ("bluffer", J, OPEN, "bet", 0.7, 1.0),
        ("bluffer", Q, OPEN, "bet", 0.0, 0.1),
        ("slow_player", K, OPEN, "bet", 0.0, 0.2),
        ("robber", J, AFTER_CHECK, "bet", 0.6, 1.0),
        ("robber", J, OPEN, "bet", 0.0, 0.0),
        ("coward", Q, BET, "fold", 0.9, 1.0),
        ("coward", J, OPEN, "bet", 0.4, 0.8),
        ("poser", Q, OPEN, "bet", 0.5, 1.0),
        ("contrary", J, OPEN, "bet", 0.6, 1.0),
        ("contrary", K, OPEN, "bet", 0.0, 0.1),
        ("scared", Q, BET, "fold", 0.0, 0.3),
        ("scared", Q, CHECK_BET, "fold", 0.85, 1.0),
    ],
)
def test_a_kind_does_what_its_card_says(
    world: World, kind: str, rank: int, place: int, choice: str, least: float, most: float
) -> None:
    """However far it goes."""
    for courage in (0.0, 0.5, 1.0):
        for curiosity in (0.0, 0.5, 1.0):
            fold, _, bets = does(bot(world, kind, courage=courage, curiosity=curiosity), rank, place)
            assert least - 1e-9 <= (fold if choice == "fold" else bets) <= most + 1e-9


def test_a_slow_player_raises_who_bets_into_its_strong_card(world: World) -> None:
    assert does(bot(world, "slow_player", "leduc"), K, BET)[2] > 0.8


def test_a_guesser_does_not_look_at_its_card(world: World) -> None:
    w = bot(world, "guesser", "leduc")
    for place in (OPEN, BET):
        assert does(w, J, place) == pytest.approx(does(w, K, place))


def test_the_bot_plays_the_book_and_who_is_shaky_slips(world: World) -> None:
    w, shaky = bot(world, "equilibrium"), bot(world, "shaky", slip=0.5)
    for rank in (J, Q, K):
        for place in (OPEN, AFTER_CHECK, BET, CHECK_BET):
            fold, bets = by_the_book(0, rank, -1, -1, place)
            assert does(w, rank, place) == pytest.approx((fold, 1.0 - fold - bets, bets))
            even = 0.25  # half of the time one of two choices
            assert does(shaky, rank, place)[2 if place < BET else 0] == pytest.approx(
                0.5 * (bets if place < BET else fold) + even
            )


def test_a_mirror_and_a_copycat_do_as_is_done_to_them(world: World) -> None:
    for kind in ("mirror", "copycat"):
        w = bot(world, kind, lean=0.0)
        w.seen_bets[1], w.seen_folds[1] = 0.9, 0.1
        wild = does(w, J, OPEN)[2], does(w, Q, BET)[0]
        w.seen_bets[1], w.seen_folds[1] = 0.1, 0.8
        meek = does(w, J, OPEN)[2], does(w, Q, BET)[0]
        assert wild == pytest.approx((0.9, 0.1))
        assert meek == pytest.approx((0.1, 0.8))


def test_an_exploiter_bluffs_who_folds_and_calls_who_bets(world: World) -> None:
    w = bot(world, "exploiter")
    w.seen_bets[1], w.seen_folds[1] = 0.1, 0.8
    assert does(w, J, OPEN)[2] == 1.0
    assert does(w, Q, BET)[0] == pytest.approx(0.9)
    w.seen_bets[1], w.seen_folds[1] = 0.9, 0.1
    assert does(w, J, OPEN)[2] == 0.0
    assert does(w, Q, BET)[0] == pytest.approx(0.0)


def test_what_is_remembered_fades_towards_what_is_done(world: World) -> None:
    simulation = table(world, "kuhn", (K, J, Q))
    w = simulation.w
    w.bot_kind[1], w.bot_knob[1] = NAMES.index("mirror"), 0.0
    w.bot_knob[1, world.knob_columns["span"]] = 5.0
    before = float(w.seen_bets[1]), float(w.seen_folds[1])
    bet(simulation, "r")
    assert float(simulation.w.seen_bets[1]) == pytest.approx(before[0] + 0.2 * (1.0 - before[0]))
    assert float(simulation.w.seen_folds[1]) == before[1], "it had no bet to fold to"
    bet(simulation, "crf")  # the hand ends; then the other one bets and player_0 folds
    assert float(simulation.w.seen_folds[1]) == pytest.approx(before[1] + 0.2 * (1.0 - before[1]))


def test_a_tilter_steams_after_losses_in_a_row_and_calms_down(world: World) -> None:
    simulation = table(world, "kuhn", (K, J, Q))
    w = simulation.w
    w.bot_kind[1], w.bot_knob[1] = NAMES.index("tilter"), 0.0
    w.bot_knob[1, world.knob_columns["patience"]], w.bot_knob[1, world.knob_columns["steam"]] = 2.0, 3.0
    found = [does(simulation.w, J, OPEN)[2]]
    for cards in ((K, J, Q), (K, J, Q), (J, K, Q), (J, K, Q), (J, K, Q)):  # it loses twice, then it wins
        simulation.w.cards[:] = cards
        bet(simulation, "cc")
        found.append(does(simulation.w, J, OPEN)[2])
    assert found == [0.0, 0.0, 1.0, 1.0, 1.0, 0.0]


def test_a_moody_one_swings(world: World) -> None:
    w = bot(world, "moody", swing=4.0)
    found = []
    for played in range(9):
        w.played = played
        found.append(does(w, J, OPEN)[2] > 0.0)
    assert found == [False] * 4 + [True] * 4 + [False]


def test_bots_choose_as_often_as_their_chances_say(world: World) -> None:
    """First choices of opponents who open, over many games, within five standard errors."""
    batch = Batch(world, 4000, seed=2, seats={"opponent_0": "bot"})
    batch.reset()
    passed = np.full((4000, 1, 1), PASS)
    expected, met = np.zeros(3), np.zeros(3)
    batch.step(passed)  # player_0 checks
    spread = np.zeros(3)
    for w in batch.worlds.copy():
        odds = np.array(does(w, int(w["cards"][0, 1]), AFTER_CHECK))
        expected += odds
        spread += odds * (1.0 - odds)
    before = batch.worlds.copy()
    batch.step(passed)
    for index, choice in enumerate((FOLD, PASS, RAISE)):
        met[index] = (batch.worlds["action"][:, 1, 0] == choice).sum()
    assert (before["turn"] == 1).all()
    assert (np.abs(met - expected) <= 5.0 * np.sqrt(spread) + 1e-9).all()


@pytest.mark.parametrize("line", ["", "c", "r", "cr", "rr", "cc", "ccr", "rccr", "rcr"])
def test_what_a_seat_would_do_is_told_as_the_mean_over_the_cards_it_may_hold(world: World, line: str) -> None:
    simulation = table(world, "leduc", (K, J, Q))
    w = simulation.w
    w.bot_kind[1], w.bot_knob[1] = NAMES.index("tight"), 0.5
    bet(simulation, line)
    w, place, public = simulation.w, int(simulation.w.place), Q if int(simulation.w.stage) else -1
    if int(w.turn) == 0:
        place += 2
    told = np.zeros(world.told_pieces.total, np.float32)
    assert world.kernels.reveal is not None
    world.kernels.reveal(w, 0, told)
    if place > 5:
        assert told[world.told_pieces.at["next"]].tolist() == [0.0, 0.0, 0.0]
        return
    weights, odds = [], []
    for rank in (J, Q, K):
        weight, spot, end, stage_public, turn = 2.0 - (rank == public), OPEN, -1, -1, 0
        whole = line if int(w.turn) == 1 else line + "r"
        for letter in whole:
            if turn == 1:
                weight *= does(w, rank, spot, stage_public, end)[1 if letter == "c" else 2]
            turn = 1 - turn
            if letter == "r":
                spot += 2
            elif spot == OPEN:
                spot = AFTER_CHECK
            else:
                end, spot, stage_public, turn = [-1, 0, 1, 2, 3, 4][spot], OPEN, Q, 0
        weights.append(weight)
        odds.append(does(w, rank, place, public, int(w.end)))
    expected = np.average(odds, axis=0, weights=weights)
    np.testing.assert_allclose(told[world.told_pieces.at["next"]], expected, atol=1e-6)


def test_a_bot_that_is_not_to_act_waits(world: World) -> None:
    simulation = Simulation(world, seats={"opponent_0": "bot:maniac"})
    simulation.step(np.array([[RAISE], [PASS]]))
    assert int(simulation.w.action[1, 0]) == WAIT
