"""The repeated game: what it pays, what is remembered, who slips, and the strategies against sequences by hand."""

import numpy as np
import pytest

import worlds
from simulator.engine import Simulation
from worlds.classics.repeated.constants import TURNS
from worlds.classics.repeated.picture import short
from worlds.classics.repeated.roster import BOTS, NAMES, NAMESAKES, is_held_out
from worlds.world import Refused, World

C, D = 0, 1


def quiet() -> World:
    return worlds.get("repeated", game="dilemma", noise=0.0)


def answers(kind: str, moves: str) -> str:
    """What a strategy plays against these moves, as letters."""
    simulation = Simulation(quiet(), seats={"opponent_0": f"bot:{kind}"})
    played = ""
    for move in moves:
        simulation.step(np.array(["CD".index(move), 0]))
        played += "CD"[int(simulation.w.played[1])]
    return played


@pytest.mark.parametrize(
    ("kind", "moves", "answer"),
    [
        ("cooperator", "CDDC", "CCCC"),
        ("defector", "CDDC", "DDDD"),
        ("alternator", "CCCC", "CDCD"),
        ("tit_for_tat", "CDDCC", "CCDDC"),
        ("suspicious_tit_for_tat", "CDDCC", "DCDDC"),
        ("anti_tit_for_tat", "CDDCC", "CDCCD"),
        ("bully", "CDDCC", "DDCCD"),
        ("tit_for_two_tats", "DCDDC", "CCCCD"),
        ("two_tits_for_tat", "DCCCC", "CDDCC"),
        ("hard_tit_for_tat", "DCCCC", "CDDDC"),
        ("contrite_tit_for_tat", "CDDCC", "CCDDC"),
        ("win_stay_lose_shift", "CDDCC", "CCDCC"),
        ("grudger", "CDCCC", "CCDDD"),
        ("soft_grudger", "DCCCCCC", "CDDDDCC"),
        ("gradual", "DCCCDCCCCC", "CDCCCDDCCC"),
        ("forgiver", "DCCCCCCCCCCC", "CDDDDDDDDDCC"),
        ("majority", "DDCCC", "CDDDC"),
        ("resurrection", "CDDCC", "CCDDC"),
        ("prober", "CCCCD", "DCCDD"),
        ("prober", "CDCDC", "DCCCD"),
        ("hard_prober", "CCCCC", "DDCCD"),
        ("handshake", "CDDDD", "CDCCC"),
        ("handshake", "CCCCC", "CDDDD"),
        ("omega_tit_for_tat", "DCDCDCDC", "CDCDCCCD"),
        ("punisher", "CDCC", "CCDD"),
        ("adaptive", "CCCCCCCCCCCC", "CCCCCCDDDDDD"),
    ],
)
def test_a_strategy_answers_as_it_should(kind: str, moves: str, answer: str) -> None:
    assert answers(kind, moves) == answer


def test_the_standard_dilemma_pays_three_one_nought_five() -> None:
    simulation = Simulation(quiet())
    paid = {}
    for own in (C, D):
        for other in (C, D):
            _, rewards, _, _ = simulation.step(np.array([own, other]))
            paid[own, other] = tuple(rewards)
    assert paid == {(C, C): (3.0, 3.0), (C, D): (0.0, 5.0), (D, C): (5.0, 0.0), (D, D): (1.0, 1.0)}


def test_the_opponent_remembers_through_the_trial_and_forgets_after_it() -> None:
    simulation = Simulation(quiet(), seats={"opponent_0": "bot:grudger"}, episodes_per_trial=2)
    seen = []
    for turn in range(3 * TURNS):
        simulation.step(np.array([D if turn == 0 else C, 0]))
        seen.append(int(simulation.final["played"][1] if simulation.episode_ended else simulation.w.played[1]))
    assert seen == [C] + [D] * (2 * TURNS - 1) + [C] * TURNS


def test_one_action_in_twenty_slips_and_both_see_what_came_out() -> None:
    simulation = Simulation(worlds.get("repeated", game="dilemma"))
    slips = 0
    for _ in range(50 * TURNS):
        observations, _, _, _ = simulation.step(np.array([C, D]))
        if simulation.trial_ended:
            continue
        mine, theirs = observations[0, 1:3].argmax(), observations[0, 3:5].argmax()
        assert (mine, theirs) == (observations[1, 3:5].argmax(), observations[1, 1:3].argmax())
        slips += int(mine != C) + int(theirs != D)
    assert 0.035 < slips / (100 * TURNS) < 0.065


def test_slips_are_the_same_whatever_is_played() -> None:
    left, right = (Simulation(worlds.get("repeated"), seed=4) for _ in range(2))
    for _ in range(TURNS):
        left.step(np.array([C, C]))
        right.step(np.array([D, D]))
    assert left.w.slips.any()
    assert (left.w.slips == right.w.slips).all()


@pytest.mark.parametrize("game", ["any", "dilemma"])
def test_payoffs_have_the_order_of_their_game(game: str) -> None:
    order = {
        "dilemma": "TRPS", "other_dilemma": "TRPS", "standard": "TRPS", "snowdrift": "TRSP", "stag_hunt": "RTPS",
        "harmony": "RTSP", "leader": "TSRP", "deadlock": "TPRS", "hero": "STRP", "coordination": "RPST",
        "great_temptation": "TRPS",
    }  # fmt: skip
    world = worlds.get("repeated", game=game)
    for split in ("train", "test-layout", "final"):
        for index in range(20):
            w = Simulation(world, split=split, index=index).w
            values = dict(zip("RSTP", w.payoff.ravel().tolist(), strict=True))
            if (game, split) == ("dilemma", "final"):
                assert values["T"] + values["S"] > 2.0 * values["R"]
            assert "".join(sorted(values, key=lambda name: -values[name])) == order[world.generators[w.generator].name]


def test_a_kind_lies_on_the_side_of_its_namesake() -> None:
    split = {bot.name: bot.split for bot in BOTS}
    assert {kind for kind in NAMES if split[kind] == "test"} == {k for k, n in NAMESAKES.items() if is_held_out(n)}
    assert {kind for kind in NAMES if split[kind] == "final"} == {"fickle"}
    assert is_held_out("Tit For Tat")
    assert not is_held_out("Gradual")


@pytest.mark.parametrize(("argument", "value"), [("game", "chess"), ("noise", 0.2)])
def test_a_game_that_is_not_there_is_refused(argument: str, value: object) -> None:
    with pytest.raises(Refused, match="choose from"):
        worlds.get("repeated", **{argument: value})


def test_payoffs_stay_in_their_half_of_a_cell() -> None:
    told = [short(payoff) for payoff in (3.6, 0.42, 0.0042, 0.999, 1.0, 0.0)]
    assert told == ["3.6", "0.42", "0.00", "1.00", "1.0", "0.00"]  # four letters at most; there were up to six
