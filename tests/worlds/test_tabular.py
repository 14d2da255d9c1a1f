"""Bandit, mdp and two_state: tasks are drawn as published, and the rules do what the page says."""

from __future__ import annotations

import numpy as np
import pytest

import worlds
from agents.players.classical.pairs import ONE_OR_THREE, TWO
from simulator.engine import Batch, Simulation
from worlds.world import OPEN_SPLITS, Refused

N = 4000


@pytest.mark.parametrize("split", [*OPEN_SPLITS, "validation"])
def test_odds_are_even_on_every_split(split: str) -> None:
    batch = Batch(worlds.get("bandit", arms=4), N, split=split, seed=1)
    batch.reset()
    shares = np.histogram(batch.worlds.odds, bins=10, range=(0.0, 1.0))[0] / batch.worlds.odds.size
    np.testing.assert_allclose(shares, 0.1, atol=0.01)


def test_final_machines_are_misers_and_final_processes_run_on_rails() -> None:
    batch = Batch(worlds.get("bandit", arms=4), N, split="final", seed=1)
    batch.reset()
    assert batch.worlds.odds.mean() == pytest.approx(0.25, abs=0.01)  # of the cubes of even draws
    processes = Batch(worlds.get("mdp"), 200, split="final", seed=1)
    processes.reset()
    assert (processes.worlds.odds.max(axis=3) >= 0.85).all()
    np.testing.assert_allclose(processes.worlds.odds.sum(axis=3), 1.0)


def test_final_actions_have_changed_places() -> None:
    simulation = Simulation(worlds.get("two_state"), seed=5, split="final")
    room = int(simulation.w.room)
    simulation.step(np.array([[0]]))
    assert int(simulation.w.room) == 1 - room, "what stays elsewhere crosses here"
    simulation.step(np.array([[1]]))
    assert int(simulation.w.room) == 1 - room


def test_a_machine_pays_by_its_odds() -> None:
    batch = Batch(worlds.get("bandit", arms=2, pulls=200), 50, seed=1)
    batch.reset()
    for _ in range(200):
        batch.step(np.ones((50, 1), np.int64))
        if batch.episode_ends.all():
            break
    np.testing.assert_allclose(batch.episode_returns[:, 0] / 200, batch.worlds.odds[:, 1], atol=0.15)
    regret = 200 * (batch.worlds.odds.max(axis=1) - batch.worlds.odds[:, 1])
    np.testing.assert_allclose(batch.figures[:, 1], regret, atol=1e-9)


def test_counters_count() -> None:
    simulation = Simulation(worlds.get("bandit", arms=3, pulls=9), seed=2)
    for pull in range(6):
        simulation.step(np.array([[pull % 2]]))
    assert simulation.w.pulled.tolist() == [3, 3, 0]
    assert simulation.w.won.sum() == simulation.w.paid.sum() == simulation.w.score[0]
    assert simulation.observations[0, :5] == pytest.approx([0, 1, 0, simulation.w.paid[5], 1 / 3])


@pytest.mark.parametrize("split", [*OPEN_SPLITS, "validation"])
def test_processes_are_drawn_as_published(split: str) -> None:
    """Means from N(1, 1); odds from Dirichlet(1, …, 1) over 10 states, with mean 0.1 and variance 9 / 1100."""
    batch = Batch(worlds.get("mdp"), 1000, split=split, seed=1)
    batch.reset()
    pays, odds = batch.worlds.pays, batch.worlds.odds
    assert pays.mean() == pytest.approx(1.0, abs=0.02)
    assert pays.std() == pytest.approx(1.0, abs=0.02)
    assert ((pays - 1.0) ** 4).mean() == pytest.approx(3.0, abs=0.2)
    np.testing.assert_allclose(odds.sum(axis=3), 1.0)
    np.testing.assert_allclose(odds.mean(axis=(0, 1, 2)), 0.1, atol=0.003)
    assert odds.var() == pytest.approx(9 / 1100, rel=0.02)


def test_a_step_pays_around_its_mean_and_leads_by_its_odds() -> None:
    world = worlds.get("mdp", horizon=1)
    simulation = Simulation(world, seed=3, episodes_per_trial=N)
    pays, odds = float(simulation.w.pays[0, 2]), simulation.w.odds[0, 2].copy()
    paid, led = [], np.zeros(10)
    for _ in range(N):
        simulation.step(np.array([[2]]))
        paid.append(float(simulation.final["score"][0]))
        led[int(simulation.final["now"])] += 1
    assert np.mean(paid) == pytest.approx(pays, abs=4 / np.sqrt(N))
    assert np.std(paid) == pytest.approx(1.0, abs=0.06)
    np.testing.assert_allclose(led / N, odds, atol=0.035)


def test_what_an_action_paid_stands_at_its_pair() -> None:
    world = worlds.get("mdp", pairs=True)
    simulation = Simulation(world, seed=3)
    gain = world.observation.at["gain"]
    assert not simulation.observations[0, gain].any()
    for _ in range(world.timing.decisions - 1):
        before = int(simulation.w.now)
        simulation.step(np.array([[3]]))
        table = simulation.observations[0, gain].reshape(10, 5)
        assert table[before, 3] == np.float32(simulation.w.paid)
        assert np.count_nonzero(table) == 1
    simulation.step(np.array([[3]]))
    assert not simulation.observations[0, gain].any()  # a new episode


def test_the_oracle_is_told_what_actions_pay_and_how_far_they_fall_short() -> None:
    world = worlds.get("mdp")
    batch = Batch(world, 50, seed=2, inputs=False, reveal=True)
    batch.reset()
    told = batch.told[:, 0]
    worth = batch.worlds.worth[:, -1, 0]
    np.testing.assert_allclose(told[:, :50], batch.worlds.pays.reshape(50, 50), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(told[:, 50:], worth - worth.max(axis=1, keepdims=True), rtol=1e-5, atol=1e-5)


def test_rewarded_pairs_are_those_of_the_split() -> None:
    world = worlds.get("two_state")
    for split in (*OPEN_SPLITS, "validation"):
        batch = Batch(world, 400, split=split, seed=1)
        batch.reset()
        wanted = TWO if split in ("test-layout", "test-both") else ONE_OR_THREE
        assert set(batch.worlds.pairs.tolist()) == set(wanted)


def test_a_rewarded_pair_pays_every_time() -> None:
    simulation = Simulation(worlds.get("two_state"), seed=5)
    for _ in range(4):
        room, pairs = int(simulation.w.room), int(simulation.w.pairs)
        _, rewards, _, _ = simulation.step(np.array([[1]]))
        assert rewards[0] == (pairs >> (2 * room + 1) & 1)
        if not simulation.episode_ended:
            assert int(simulation.w.room) == 1 - room


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("bandit", {"arms": 1}), ("bandit", {"pulls": 0}), ("mdp", {"states": 1}), ("mdp", {"horizon": 0})],
)
def test_sizes_out_of_range_are_refused(name: str, arguments: dict[str, int]) -> None:
    with pytest.raises(Refused, match="it takes"):
        worlds.get(name, **arguments)
