"""Players of decision processes: planning against brute force, beliefs against what happened, scores against others."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from agents.players.classical.exploring import BEB, PSRL, UCRL2, Explorer, GreedyExplorer
from agents.players.classical.pairs import NOTHING, ONE_OR_THREE, TWO, PairsOptimum, PairsPlayer, agrees, learned
from agents.players.classical.planning import plan, plan_within
from simulator.engine import Batch
from simulator.engine.trial import Trials, run_trials
from worlds.classics.two_state import ACTIONS, CROSS, EPISODE, ROOMS
from worlds.world import World

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def mdp() -> World:
    return worlds.get("mdp")


@pytest.fixture(scope="module")
def two_state() -> World:
    return worlds.get("two_state")


def trials(player: Any, world: World, tasks: int, split: str = "test-layout") -> Trials:
    return run_trials(Batch(world, tasks, split=split, seed=4), player, np.zeros(tasks, np.int64))


def random_process(states: int, actions: int, seed: int) -> tuple[Floats, Floats]:
    """Rewards (S, A) and odds (S, A, S)."""
    random = np.random.default_rng(seed)
    return random.normal(1.0, 1.0, (states, actions)), random.dirichlet(np.ones(states), (states, actions))


def value_of(policy: NDArray[np.int64], pays: Floats, odds: Floats) -> Floats:
    """What a policy (T, S), by actions left less one, is worth in each state."""
    value = np.zeros(len(pays))
    for choices in policy:
        states = np.arange(len(pays))
        value = pays[states, choices] + odds[states, choices] @ value
    return value


def test_planning_finds_the_best_of_all_policies() -> None:
    for seed in range(5):
        pays, odds = random_process(2, 2, seed)
        policies = [np.array(choices).reshape(3, 2) for choices in product(range(2), repeat=6)]
        best = np.max([value_of(policy, pays, odds) for policy in policies], axis=0)
        found = plan(pays[None, None], odds[None, None], 3)[0, 1:]
        np.testing.assert_allclose(value_of(found, pays, odds), best, atol=1e-12)


def test_of_several_models_the_best_word_counts() -> None:
    pays = np.zeros((1, 2, 1, 3))
    pays[0, 0, 0] = [1.0, 2.0, 0.0]
    pays[0, 1, 0] = [1.5, 0.0, 1.9]
    assert plan(pays, np.ones((1, 2, 1, 3, 1)), 1)[0, 1, 0] == 1


def test_planning_within_bounds_goes_from_the_given_odds_to_any() -> None:
    pays, odds = random_process(4, 3, 1)
    exact, narrow = np.zeros((1, 4, 3)), np.full((1, 4, 3), 2.0)
    np.testing.assert_array_equal(
        plan_within(pays[None], odds[None], exact, 5), plan(pays[None, None], odds[None, None], 5)
    )
    free = plan_within(pays[None], odds[None], narrow, 5)[0, 1:]
    np.testing.assert_array_equal(free, np.tile(pays.argmax(axis=1), (5, 1)))  # wherever one wishes to be, one gets


def test_the_world_and_the_players_plan_alike(mdp: World) -> None:
    batch = Batch(mdp, 20, seed=2)
    batch.reset()
    ours = plan(batch.worlds.pays[:, None], batch.worlds.odds[:, None], mdp.timing.decisions)
    np.testing.assert_array_equal(ours[:, 1:], batch.worlds.worth[:, 1:].argmax(axis=3))


def test_knowing_the_task_earns_the_published_optimum(mdp: World) -> None:
    nobody = np.zeros((2000, 0), np.int64)
    batch = Batch(mdp, 2000, split="test-layout", seed=4, seats={"player_0": "bot:insider"}, lanes=nobody)
    total = run_trials(batch, None, np.zeros(2000, np.int64)).returns.sum(axis=1)
    assert abs(total.mean() - 218.5) < 4.0 * total.std() / np.sqrt(2000) + 0.4


class Sitting(Explorer):
    """Always does the first action."""

    def think(self) -> NDArray[np.int64]:
        return np.zeros((len(self.visits), self.horizon + 1, self.states), dtype=np.int64)


def test_beliefs_are_what_happened(mdp: World) -> None:
    """One action in the first state, seen often: its mean reward and its odds become known."""
    player = Sitting(mdp)
    batch = Batch(mdp, 4, seed=6, episodes_per_trial=400)
    run_trials(batch, player, np.zeros(4, np.int64))
    assert (player.visits[:, :, 1:] == 0.0).all()
    assert (player.visits.sum(axis=(1, 2)) == 400 * 10 - 1).all()  # the last step is not seen any more
    assert (player.led.sum(axis=(1, 2, 3)) == 400 * 9).all()  # nor where the last action of an episode led
    batch.reset()
    for task in range(4):
        np.testing.assert_allclose(player.mean_odds()[task, 0, 0], batch.worlds.odds[task, 0, 0], atol=0.1)
        assert player.mean_pays()[task, 0, 0] == pytest.approx(batch.worlds.pays[task, 0, 0], abs=0.25)
    np.testing.assert_allclose(player.mean_odds().sum(axis=3), 1.0)


def test_explorers_learn_and_the_careful_ones_learn_more(mdp: World) -> None:
    players = {
        "beb": BEB(mdp, weight=14.0),
        "greedy": GreedyExplorer(mdp),
        "ucrl2": UCRL2(mdp, scale=0.03),
        "psrl": PSRL(mdp),
    }
    found = {name: trials(player, mdp, 500).returns for name, player in players.items()}
    totals = {name: returns.sum(axis=1).mean() for name, returns in found.items()}
    assert all(returns[:, -1].mean() > returns[:, 0].mean() + 3.0 for returns in found.values())
    assert min(totals["beb"], totals["greedy"]) > totals["ucrl2"] > totals["psrl"] > 120.0


def test_several_samples_are_optimistic(mdp: World) -> None:
    """Of many samples of each action, the best: the first episode explores, so it earns what chance does."""
    player = PSRL(mdp, samples=4)
    trials(player, mdp, 4)
    assert player.name == "OPSRL 4"
    assert player.think().shape == (4, mdp.timing.decisions + 1, 10)


def history_value(history: tuple[tuple[int, int], ...], room: int, sets: tuple[int, ...], actions: int) -> float:
    """Best expected return of two episodes of `actions`, from the pairs tried so far and what they paid."""
    left = 2 * actions - len(history)
    if left == 0:
        return 0.0
    if left == actions and room >= 0:
        return sum(history_value(history, start - 2, sets, actions) for start in range(ROOMS)) / ROOMS
    room = room + 2 if room < 0 else room  # a room of the new episode came marked, so that it is drawn once
    values = []
    for action in range(ACTIONS):
        pair, after = room * ACTIONS + action, 1 - room if action == CROSS else room
        possible = [pairs for pairs in sets if all((pairs >> tried & 1) == paid for tried, paid in history)]
        value = 0.0
        for paid in (0, 1):
            share = sum((pairs >> pair & 1) == paid for pairs in possible) / len(possible)
            if share:
                value += share * (paid + history_value((*history, (pair, paid)), after, sets, actions))
        values.append(value)
    return max(values)


@pytest.mark.parametrize("sets", [ONE_OR_THREE, TWO])
def test_beliefs_lose_nothing_against_whole_histories(sets: tuple[int, ...]) -> None:
    by_history = sum(history_value((), room, sets, 2) for room in range(ROOMS)) / ROOMS
    assert PairsOptimum(sets, actions=2).trial(2) == pytest.approx(by_history, abs=1e-12)


def test_the_pairs_player_earns_the_exact_optimum(two_state: World) -> None:
    for remember, exact in ((True, PairsOptimum(TWO).trial(5)), (False, 5 * PairsOptimum(TWO).trial(1))):
        total = trials(PairsPlayer(two_state, sets=TWO, remember=remember), two_state, 1500).returns.sum(axis=1)
        assert abs(total.mean() - exact) < 4.0 * total.std() / np.sqrt(1500)
    assert PairsOptimum(TWO).trial(5) > 5 * PairsOptimum(TWO).trial(1) + 2.0
    assert EPISODE == 4


def test_what_is_learned_rules_sets_out() -> None:
    known = learned(NOTHING, 1, 1)
    assert [pairs for pairs in TWO if agrees(pairs, known)] == [0b0011, 0b0110, 0b1010]
