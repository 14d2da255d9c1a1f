"""Matrix: what strangers make of the meetings that they had."""

import numpy as np
import pytest

from simulator.engine import Batch, Simulation
from tests.worlds.test_matrix import stay, to_table, world
from worlds.games.matrix.constants import (
    DECISIONS,
    RED,
    ROUND,
    STAY,
    TAKE_BLUE,
    TAKE_RED,
)
from worlds.games.matrix.games import GAMES
from worlds.games.matrix.minds import blue_chance
from worlds.games.matrix.roster import BOTS, KINDS
from worlds.games.matrix.walking import act


def answers(spec: str, picks: str, game: str = "dilemma") -> str:
    """What a stranger takes (c: the good action, d: the bad one) against picks, meeting by meeting; slips are off."""
    simulation = Simulation(world(2), seed=4, seats={"trader_1": f"bot:{spec}"})
    w = simulation.w
    w.game, w.good = GAMES.index(game), RED
    w.payoff[:] = {"dilemma": [[1.0, -3.0], [3.0, -1.0]], "stag hunt": [[3.0, -3.0], [1.0, -1.0]]}[game]
    found = ""
    for pick in picks:
        to_table(simulation, 0, "cd".index(pick))
        to_table(simulation, 1, int(blue_chance(w, 1, 0) > 0.5))
        round_ = int(w.tick) // ROUND
        while int(w.tick) // ROUND == round_ and int(w.tick) < DECISIONS - 1:
            simulation.step(np.array([[STAY], [STAY]]))
        found += "cd"[int(w.shown[1, 0])]
    return found


@pytest.mark.parametrize(
    ("spec", "picks", "expected"),
    [
        ("mirror:first=1,slip=0", "cddc", "ccdd"),
        ("mirror:first=0,slip=0", "cddc", "dcdd"),
        ("contrary:first=1,slip=0", "cddc", "cdcc"),
        ("grim:patience=2,slip=0", "dcdcc", "cccdd"),
        ("memory_one:first=1,after_good_good=0,after_good_bad=1,after_bad_good=1,after_bad_bad=0", "cdcd", "cddc"),
        ("stubborn:first=1,patience=2,slip=0", "dddd", "ccdd"),
        ("avenger:anger=2,slip=0", "dcccc", "cddcc"),
        ("switcher:first=1,span=2,slip=0", "cddcd", "ccccc"),
        ("turncoat:first=1,span=3,slip=0", "ccccc", "cccdd"),
        ("bully:patience=3,slip=0", "cccc", "dddd"),
        ("exploiter:first=1,forget=0.5,slip=0", "cdddd", "ccddd"),
    ],
)
def test_strangers_answer_what_one_does(spec: str, picks: str, expected: str) -> None:
    assert answers(spec, picks) == expected


def test_learners_and_levels_answer_a_stag_hunt_by_what_they_expect() -> None:
    assert answers("learner:first=0,fade=0.9,slip=0", "ccdd", "stag hunt") == "dccd"
    assert answers("levels:first=0,level=1,slip=0", "cddc", "stag hunt") == "dcdd"
    assert answers("levels:first=0,level=2,slip=0", "cddc", "stag hunt") == "dcdd"


ANSWERING = {"memory_one": "memory_one:after_good_good=1,after_good_bad=0,after_bad_good=1,after_bad_bad=0"}


@pytest.mark.parametrize("kind", [bot.name for bot in BOTS])
def test_every_kind_answers_somebody(kind: str) -> None:
    """Whatever a kind is, what one does to it changes what it takes later, in some game."""
    batches = []
    for colour in (TAKE_RED, TAKE_BLUE):
        seats = {"trader_1": f"bot:{ANSWERING.get(kind, kind)}"}
        batch = Batch(world(2), 24, split="train", seed=7, lanes=["trader_0"], seats=seats, episodes_per_trial=2)
        batch.reset()
        chances = []
        for _ in range(DECISIONS):
            choices = np.full((24, 1, 1), STAY)
            for index, w in enumerate(batch.worlds):
                act(w, 0)
                choices[index] = colour if w.action[0, 0] >= TAKE_RED else w.action[0, 0]
            batch.step(choices)
            chances.append([float(blue_chance(w, 1, 0)) for w in batch.worlds])
        batches.append(np.array(chances))
    assert np.abs(batches[0] - batches[1]).max() > 0.5


def test_who_comes_in_later_knows_nobody() -> None:
    simulation = Simulation(world(2), seats={"trader_1": "bot:grim"}, episodes_per_trial=2)
    donor = Simulation(world(2), seats={"trader_1": "bot:mirror"}).w
    simulation.w.met[1, 0] = 3
    for _ in range(DECISIONS):
        simulation.step(stay(simulation))
    assert simulation.w.met[1, 0] == 3
    simulation.take_opponents(donor, [1], False)
    assert simulation.w.met[1, 0] == 0


def test_final_kinds_have_no_name() -> None:
    assert [bot.name for bot in BOTS[KINDS:]] == [bot.name for bot in BOTS if bot.split == "final"]
