"""Poker's references: published values, the known equilibria, best responses against brute force, and beliefs."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from agents.players.classical.poker_bayes import Beliefs
from agents.players.classical.poker_equilibrium import equilibrium, exploitability
from agents.players.classical.poker_players import BayesPlayer, EquilibriumPlayer, ToldPlayer
from agents.players.classical.poker_tree import Tree, as_table
from agents.players.classical.poker_types import all_trees, book_of, population, table_of, tables_of
from simulator.engine import Batch
from simulator.engine.trial import run_trials
from worlds.games.poker.constants import AFTER_CHECK, BET, CHECK_BET, FOLD, OPEN, PASS, RAISE, VARIANTS
from worlds.world import World

KUHN, LEDUC = 0, 2
J, Q, K = range(3)


@pytest.fixture(scope="module")
def world() -> World:
    return worlds.get("poker")


@pytest.fixture(scope="module")
def trees() -> dict[int, Tree]:
    return all_trees()


def test_kuhns_value_is_minus_one_eighteenth_and_the_plan_is_of_the_known_family(trees: dict[int, Tree]) -> None:
    """Kuhn 1950: for any a up to 1/3 the first bets a jack with chance a, a king with 3a, and calls with a queen after
    a check with a + 1/3; the second bluffs a jack after a check and calls with a queen with 1/3 each.
    """
    tree = trees[KUHN]
    value, table = equilibrium(tree)
    assert value == pytest.approx(-1.0 / 18.0, abs=1e-9)
    bluff = table[tree.row(OPEN, -1, -1) + J, RAISE]
    assert -1e-9 <= bluff <= 1.0 / 3.0 + 1e-9
    assert table[tree.row(OPEN, -1, -1) + Q, RAISE] == pytest.approx(0.0, abs=1e-9)
    assert table[tree.row(OPEN, -1, -1) + K, RAISE] == pytest.approx(3.0 * bluff, abs=1e-9)
    assert table[tree.row(CHECK_BET, -1, -1) + Q, PASS] == pytest.approx(bluff + 1.0 / 3.0, abs=1e-9)
    assert table[tree.row(AFTER_CHECK, -1, -1) + J, RAISE] == pytest.approx(1.0 / 3.0, abs=1e-9)
    assert table[tree.row(AFTER_CHECK, -1, -1) + K, RAISE] == pytest.approx(1.0, abs=1e-9)
    assert table[tree.row(BET, -1, -1) + Q, PASS] == pytest.approx(1.0 / 3.0, abs=1e-9)
    assert exploitability(tree, table) == pytest.approx(0.0, abs=1e-9)


def test_leducs_value_is_the_published_one(trees: dict[int, Tree]) -> None:
    """−0.085606 chips for the first: the game of Southey et al. 2005, as OpenSpiel's leduc_poker plays it."""
    value, table = equilibrium(trees[LEDUC])
    assert value * VARIANTS[LEDUC].big == pytest.approx(-0.085606, abs=1e-6)
    assert exploitability(trees[LEDUC], table) == pytest.approx(0.0, abs=1e-8)


@pytest.mark.parametrize("variant", range(len(VARIANTS)))
def test_nobody_wins_more_than_a_thousandth_of_a_bet_from_the_book(trees: dict[int, Tree], variant: int) -> None:
    assert -1e-9 < exploitability(trees[variant], book_of(trees[variant], variant)) < 1e-3


def test_deals_of_every_variant_add_up(trees: dict[int, Tree]) -> None:
    for tree in trees.values():
        assert tree.deals.sum() == pytest.approx(1.0)


def test_the_best_response_is_the_best_of_all_plans(trees: dict[int, Tree], world: World) -> None:
    """Kuhn's game has few enough to try them all, in the first position: two choices at each of 6 spots."""
    tree = trees[KUHN]
    table = tables_of(population(world, 3, split="train", seed=1), trees, KUHN)[2]
    spots = [(tree.row(place, -1, -1) + rank, place) for place in (OPEN, CHECK_BET) for rank in range(3)]
    values = []
    for choices in product((False, True), repeat=len(spots)):
        own = np.zeros((tree.rows, 4))
        own[:, PASS] = 1.0
        for (row, place), other in zip(spots, choices, strict=True):
            own[row] = np.eye(4)[(RAISE if place == OPEN else FOLD) if other else PASS]
        values.append(float(tree.value(own, table, 0)))
    found, _ = tree.best(tree.reach(table, 1)[None], 0)
    assert found[0] == pytest.approx(max(values))


@pytest.mark.parametrize("variant", range(len(VARIANTS)))
def test_a_best_response_earns_what_it_says(trees: dict[int, Tree], world: World, variant: int) -> None:
    tree = trees[variant]
    tables = tables_of(population(world, 4, split="test-both", seed=3), trees, variant)
    value, choices = tree.best_table((tree.reach(tables, 0), tree.reach(tables, 1)))
    np.testing.assert_allclose(tree.mean_value(as_table(choices), tables), value, atol=1e-12)
    assert (value >= tree.mean_value(book_of(tree, variant)[None], tables) - 1e-9).all()


def test_beliefs_are_those_of_bayes(trees: dict[int, Tree], world: World) -> None:
    """Two hypotheses; the first hand was folded to a bet: what counts is how often each bets, over the cards it may
    have held.
    """
    tree = trees[KUHN]
    tables = tables_of(population(world, 2, split="train", seed=4), trees, KUHN)
    beliefs = Beliefs(tree, tables, 1)
    leaf = next(at for at, each in enumerate(tree.leaves) if [s[1] for s in each.steps] == [RAISE, FOLD])
    beliefs.learn(0, 0, {leaf: tree.dealt(tree.leaves[leaf])[Q]})
    bets = [np.mean([beliefs.tables[t, tree.row(OPEN, -1, -1) + rank, RAISE] for rank in (J, K)]) for t in range(2)]
    np.testing.assert_allclose(beliefs.odds()[0], np.array(bets) / sum(bets), rtol=1e-9)


def returns(player: Any, world: World, tasks: int, split: str, kind: str = "") -> NDArray[np.float64]:
    batch = Batch(
        world, tasks, split=split, seed=4, reveal=bool(getattr(player, "needs_reveal", False)),
        seats={"opponent_0": f"bot:{kind}" if kind else "bot"}, episodes_per_trial=2,
    )  # fmt: skip
    return np.asarray(run_trials(batch, player, np.zeros(tasks, np.int64)).returns)


@pytest.mark.slow
def test_who_is_told_a_steady_opponent_earns_the_best_responses_value(trees: dict[int, Tree], world: World) -> None:
    tasks = 150
    batch = Batch(world, tasks, seed=4, seats={"opponent_0": "bot:coward"}, episodes_per_trial=2)
    batch.reset()
    expected = []
    for w in batch.worlds.copy():
        tree = trees[int(w["generator"])]
        table = table_of(w, tree)
        value = tree.best_table((tree.reach(table, 0)[None], tree.reach(table, 1)[None]))[0][0]
        expected.append(value * tree.variant.hands)
    off = returns(ToldPlayer(world), world, tasks, "train", "coward").mean(axis=1) - np.array(expected)
    assert abs(off.mean()) < 4.0 * off.std() / np.sqrt(tasks)


@pytest.mark.slow
def test_the_equilibrium_breaks_even_with_itself(world: World) -> None:
    total = returns(EquilibriumPlayer(world), world, 500, "train", "equilibrium").mean(axis=1)
    assert abs(total.mean()) < 4.0 * total.std() / np.sqrt(len(total))


@pytest.mark.slow
def test_the_bayes_player_gets_to_know_who_sits_there(world: World) -> None:
    """After two episodes it thinks of players like a coward, and plays as well in any company."""
    player = BayesPlayer(world, hypotheses=60)
    returns(player, world, 40, "train", "coward")
    share = np.mean([
        beliefs.odds()[lane][player.kinds() == "coward"].sum()
        for beliefs in player.beliefs.values()
        for lane in np.flatnonzero(np.abs(beliefs.logs).sum(axis=1) > 0.0)
    ])  # fmt: skip
    assert share > 3.0 * (player.kinds() == "coward").mean()


def test_lanes_do_not_depend_on_company(world: World) -> None:
    alone = returns(BayesPlayer(world, hypotheses=20), world, 2, "train")
    together = returns(BayesPlayer(world, hypotheses=20), world, 5, "train")
    np.testing.assert_array_equal(alone, together[:2])
