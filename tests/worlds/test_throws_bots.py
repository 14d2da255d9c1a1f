"""The strangers of throws: each does what its card says, on throws made by hand."""

from collections import Counter

import numpy as np
import pytest

import worlds
from simulator.engine import Simulation
from worlds.games.throws.constants import SPAN
from worlds.games.throws.roster import BOTS

EVEN = [1 / 3] * 3


def seated(spec: str, index: int = 0) -> Simulation:
    """A game against a stranger in the second seat."""
    return Simulation(worlds.get("throws"), seed=3, index=index, seats={"opponent_0": f"bot:{spec}"})


def throw(simulation: Simulation, mine: int) -> int:
    """One throw; what the stranger threw."""
    simulation.step(np.array([mine, 0]))
    return int(simulation.applied[1, 0])


def planned(simulation: Simulation) -> str:
    """The stranger's next throw: R, P or S where it is sure, ? where all three are as likely, else *."""
    odds = simulation.w.odds[1]
    if np.ptp(odds) == 0.0:
        return "?"
    return "RPS"[int(odds.argmax())] if odds.max() == 1.0 else "*"


def plans(spec: str, moves: str) -> str:
    """What a stranger is about to throw before each of these moves."""
    simulation, found = seated(spec), ""
    for move in moves:
        found += planned(simulation)
        throw(simulation, "RPS".index(move))
    return found


@pytest.mark.parametrize(
    ("spec", "moves", "expected"),
    [
        ("random", "RRR", "???"),
        ("copy:lag=1,turn=1,lapse=0", "RPSR", "?PSR"),
        ("copy:lag=2,turn=0,lapse=0", "RPSR", "??RP"),
        ("frequency:fade=1,turn=1,lapse=0", "RRPPP", "?PPP*"),
        ("frequency:fade=0.7,turn=1,lapse=0", "RRPPP", "?PPPS"),
        ("frequency:fade=1,turn=2,lapse=0", "RRPP", "?SSS"),
        ("markov:order=0,fade=1,turn=1,lapse=0", "RPRPRP", "?P?*PS"),
        ("matcher:stream=1,longest=20,turn=1,lapse=0", "RPSRPS", "????SR"),
        ("matcher:stream=1,longest=20,turn=0,lapse=0", "RRPSSRRP", "??R??SPP"),
        ("turn_counter:fade=1,turn=1,lapse=0", "RPSRP", "??RPS"),
    ],
)
def test_a_stranger_plans_as_it_should(spec: str, moves: str, expected: str) -> None:
    assert plans(spec, moves) == expected


def test_biased_throws_by_the_squares_of_its_weights() -> None:
    odds = seated("biased:rock=0.2,paper=0.4,scissors=0.4").w.odds[1]
    np.testing.assert_allclose(odds, [1 / 9, 4 / 9, 4 / 9])


def test_a_drifter_changes_slowly() -> None:
    simulation = seated("drifter:pace=0.1")
    before = simulation.w.weight[1].copy()
    for _ in range(30):
        throw(simulation, 0)
        assert 0.0 < np.abs(simulation.w.weight[1] - before).max() <= 0.1
        before = simulation.w.weight[1].copy()


def test_a_cycle_repeats_its_row() -> None:
    simulation = seated("cycle:length=4,lapse=0")
    assert [throw(simulation, at % 3) for at in range(12)] == simulation.w.row[1, :4].tolist() * 3


@pytest.mark.parametrize("word", [2, 3])
def test_a_long_row_holds_every_word_once(word: int) -> None:
    simulation = seated(f"de_bruijn:word={word},start=0.3,lapse=0", index=word)
    row = [throw(simulation, 1) for _ in range(3**word)]
    words = Counter(tuple((row + row)[at : at + word]) for at in range(3**word))
    assert len(words) == 3**word


def test_a_recaller_answers_in_proportion() -> None:
    simulation = seated("recaller:order=0,recall=0.999,turn=1,lapse=0")
    for move in (0, 1, 0, 1, 0):  # after rock came: rock (before there was a situation), paper, paper
        throw(simulation, move)
    odds = simulation.w.odds[1]
    assert odds[0] == 0.0
    assert 0.32 < odds[1] < odds[2] / 1.9


def test_a_table_has_one_answer_for_each_situation() -> None:
    simulation, rng = seated("table:order=1,sure=1"), np.random.default_rng(1)
    met: dict[tuple[int, int], str] = {}
    for at in range(49):
        pair = (int(simulation.applied[1, 0]), int(simulation.applied[0, 0]))
        if at > 1:
            assert met.setdefault(pair, planned(simulation)) == planned(simulation) != "?"
        throw(simulation, int(rng.integers(3)))
    assert len(met) >= 5


def test_a_rotator_moves_on_by_the_outcome() -> None:
    simulation = seated("rotator:on_win=0,on_draw=1,on_loss=2,lapse=0")
    for at in range(30):
        his = throw(simulation, at * at % 3)
        outcome = (his - at * at % 3) % 3  # 1: it won
        assert planned(simulation) == "RPS"[(his + {1: 0, 0: 1, 2: 2}[outcome]) % 3]


def test_win_stay_leaves_what_lost() -> None:
    simulation = seated("win_stay:stay=0.8,leave=1,upwards=0.75")
    for at in range(30):
        his = throw(simulation, at % 3)
        odds = np.roll(simulation.w.odds[1], -his)
        outcome = (his - at % 3) % 3
        expected = {1: [0.8, 0.15, 0.05], 0: [0.5, 0.375, 0.125], 2: [0.0, 0.75, 0.25]}[outcome]
        np.testing.assert_allclose(odds, expected)


@pytest.mark.parametrize(("level", "turn"), [(1, 2), (2, 1), (3, 0)])
def test_a_second_guesser_answers_the_answer_to_its_habit(level: int, turn: int) -> None:
    simulation, thrown = seated(f"second_guesser:base=0,level={level},fade=1,lapse=0"), []
    for at in range(20):
        thrown.append(throw(simulation, at % 3))
        counts = np.bincount(thrown, minlength=3)
        if (counts == counts.max()).sum() == 1:
            assert planned(simulation) == "RPS"[(counts.argmax() + turn) % 3]


def test_a_switcher_changes_its_way_when_it_falls_behind() -> None:
    simulation = seated("switcher:first=4,second=2,patience=2,lapse=0")
    mine, his, lost, way = 0, throw(simulation, 0), 0, 0
    for _ in range(30):
        lost = max(lost - ((his - mine + 1) % 3 - 1), 0)
        if lost == 2:
            lost, way = 0, 1 - way
        expected = ((mine if way else his) + 1) % 3  # it beats the other's last throw, or turns on from its own
        assert planned(simulation) == "RPS"[expected]
        mine = (expected + 1) % 3
        his = throw(simulation, mine)


def test_a_mixture_joins_two_ways() -> None:
    simulation = seated("mixture:first=2,second=3,share=0.9")
    throw(simulation, 1)
    np.testing.assert_allclose(simulation.w.odds[1], [0.1, 0.0, 0.9])


@pytest.mark.parametrize("row", [[0], [0, 1, 2], [0, 0, 1, 2, 1]])
def test_a_chooser_finds_out_what_repeats(row: list[int]) -> None:
    simulation, won = seated("chooser:order=1,fade=0.9,scores_fade=0.9,breadth=6,lapse=0"), []
    for at in range(49):
        mine = row[at % len(row)]
        won.append((throw(simulation, mine) - mine) % 3 == 1)
    assert np.mean(won[-20:]) >= (1.0 if len(row) < 5 else 0.7)


def test_a_voter_and_a_gambler_lean_to_what_pays() -> None:
    for spec in ("voter:order=0,fade=0.9,scores_fade=0.9,breadth=4", "gambler:scores_fade=0.9,sharpness=8"):
        simulation = seated(spec)
        for _ in range(49):
            throw(simulation, 0)
        odds = simulation.w.odds[1]
        assert odds[1] > 0.8, spec
        assert odds[1] < 1.0, spec


def test_a_leveller_throws_what_it_threw_least() -> None:
    simulation, thrown = seated("leveller:fade=0.98,turn=0,lapse=0"), []
    for _ in range(30):
        thrown.append(throw(simulation, 0))
    assert all(len(set(thrown[at : at + 3])) == 3 for at in range(0, 30, 3))


def test_an_echo_recalls_its_last_like_throw() -> None:
    simulation = seated("echo:turn=1,lapse=0")
    mine: list[int] = []
    his: list[int] = []
    for at in range(40):
        mine.append(at * at % 3)
        his.append(throw(simulation, mine[-1]))
        earlier = [back for back in range(len(his) - 1) if his[back] == his[-1]]
        assert planned(simulation) == ("RPS"[(mine[earlier[-1] + 1] + 1) % 3] if earlier else "?")


def test_a_cautious_one_throws_by_chance_while_it_is_behind() -> None:
    simulation, behind = seated("cautious:order=1,fade=0.9,scores_fade=0.9,breadth=6,limit=0.5"), []
    for _ in range(49):
        plan = planned(simulation)
        behind.append(simulation.w.behind[1] > 0.5)
        assert plan == "?" or not behind[-1]
        throw(simulation, "RPS".find(plan) + 1 if plan in "RP" else 0)  # beats what it is sure of
    assert 0 < sum(behind) < 49


def test_repeats_are_found_as_a_plain_search_finds_them() -> None:
    """Over the last throws that the record holds: the longest, of as long ones the latest."""
    rng = np.random.default_rng(2)
    for stream in range(3):
        simulation = seated(f"matcher:stream={stream},longest=6,turn=0,lapse=0", index=stream)
        pairs: list[tuple[int, int]] = []
        for _ in range(49):
            mine = int(rng.integers(3))
            pairs.append((mine, throw(simulation, mine)))
            look = [(pair, pair[0], pair[1])[stream] for pair in pairs][-SPAN:]
            best, found = 0, 0
            for lag in range(1, len(look)):
                length = 0
                while length < min(6, len(look) - lag) and look[-1 - length] == look[-1 - lag - length]:
                    length += 1
                if length > best:
                    best, found = length, lag
            assert planned(simulation) == ("RPS"[pairs[-found][0]] if found else "?")


def test_every_kind_has_a_card() -> None:
    assert all(bot.about for bot in BOTS)
    splits = Counter(bot.split for bot in BOTS)
    assert splits["train"] >= 16
    assert splits["test"] >= 3
    assert splits["final"] >= 2
