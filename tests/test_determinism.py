"""Same seed, same bytes: alone or in company, on any number of threads, restored, cloned, compiled or plain."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from simulator.engine import SPLITS, Batch, Simulation
from tests.tools.catalogue import build, is_large, random_actions, skip_without
from tests.tools.fingerprints import fingerprints
from worlds.world import World

ROOT = Path(__file__).resolve().parents[1]
DECISIONS = 24
COMPARED = 7
LARGE = 4096


@pytest.fixture(params=worlds.names())
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param)


def crowd(world: World) -> int:
    """Worlds of a large batch: fewer of those with much state, or the tests would take gigabytes and minutes."""
    return LARGE // 16 if is_large(world) else LARGE


def choices(world: World) -> NDArray[np.int64]:
    """(DECISIONS, LARGE, S, K): what world i does does not depend on who else is there."""
    return random_actions(world, DECISIONS, LARGE, len(world.seats), seed=5)


def run(world: World, n: int, first: int = 0, threads: int = 1, split: str = "train") -> tuple[list[bytes], bytes]:
    """The states of the first worlds of a batch after DECISIONS, and what they saw and got at the end."""
    table = choices(world)
    batch = Batch(world, n, seed=9, first_index=first, threads=threads, split=split, episodes_per_trial=1)
    batch.reset()
    for decision in range(DECISIONS):
        batch.step(table[decision, first : first + n])
    kept = min(n, COMPARED)
    return [w.tobytes() for w in batch.worlds[:kept]], batch.observations[:kept].tobytes() + batch.rewards[
        :kept
    ].tobytes()


@cache
def expected(name: str, split: str) -> tuple[list[bytes], bytes]:
    return run(build(name), COMPARED, split=split)


@pytest.mark.parametrize("split", SPLITS)
def test_alone_or_in_a_batch(world: World, split: str) -> None:
    skip_without(world, split)
    for index in range(COMPARED):
        assert run(world, 1, first=index, split=split)[0][0] == expected(world.name, split)[0][index]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_in_a_large_batch_on_any_number_of_threads(world: World, threads: int) -> None:
    assert run(world, crowd(world), threads=threads) == expected(world.name, "train")


@pytest.mark.parametrize("threads", [2, 5])
def test_few_worlds_on_any_number_of_threads(world: World, threads: int) -> None:
    assert run(world, COMPARED, threads=threads) == expected(world.name, "train")


def test_a_simulation_is_one_world_of_a_batch(world: World) -> None:
    table = choices(world)
    for index in range(3):
        simulation = Simulation(world, seed=9, index=index, episodes_per_trial=1)
        for decision in range(DECISIONS):
            simulation.step(table[decision, index])
        assert simulation.snapshot() == expected(world.name, "train")[0][index]


def test_what_a_simulation_tells_is_what_a_batch_tells(world: World) -> None:
    table = choices(world)
    batch = Batch(world, 1, seed=9, episodes_per_trial=2)
    simulation = Simulation(world, seed=9, episodes_per_trial=2)
    np.testing.assert_array_equal(batch.reset()[0], simulation.observations)
    for decision in range(3 * world.timing.decisions):
        choice = table[decision % DECISIONS, decision // DECISIONS]
        seen, rewards, ends, trial_ends = batch.step(choice[None])
        mine, my_rewards, my_ends, trial_ended = simulation.step(choice)
        np.testing.assert_array_equal(seen[0], mine)
        np.testing.assert_array_equal(rewards[0], my_rewards.astype(np.float32))
        np.testing.assert_array_equal(ends[0], my_ends)
        np.testing.assert_array_equal(batch.legal[0], simulation.legal)
        assert (bool(trial_ends[0]), bool(batch.episode_ends[0])) == (trial_ended, simulation.episode_ended)
        if simulation.episode_ended:
            np.testing.assert_array_equal(batch.final_observations[0], simulation.final_observations)
            np.testing.assert_array_equal(batch.episode_returns[0], simulation.final["score"])
            assert batch.figures[0].tolist() == list(simulation.final_figures.values())


def test_restored_and_cloned_simulations_go_on_in_the_same_way(world: World) -> None:
    table = choices(world)[:, 0]
    first = Simulation(world, seed=3, index=5)
    for decision in range(8):
        first.step(table[decision])
    first.tick(table[8])  # in the middle of a decision
    saved = first.snapshot()
    twin = first.clone()
    elsewhere = Simulation(world, seed=99)
    elsewhere.restore(saved)
    hashes = {first.hash(), twin.hash(), elsewhere.hash()}
    assert len(hashes) == 1
    for decision in range(8, 20):
        for simulation in (first, twin, elsewhere):
            simulation.step(table[decision])
        assert first.hash() == twin.hash() == elsewhere.hash()
    first.restore(saved)
    assert first.hash() == hashes.pop()


def test_a_restored_batch_goes_on_in_the_same_way(world: World) -> None:
    table = choices(world)[:, :COMPARED]
    batch = Batch(world, COMPARED, seed=3, episodes_per_trial=1)
    batch.reset()
    for decision in range(10):
        batch.step(table[decision])
    saved, seen, legal = batch.snapshot(), batch.observations.copy(), batch.legal.copy()
    for decision in range(10, DECISIONS):
        batch.step(table[decision])
    after, after_seen = batch.snapshot(), batch.observations.copy()
    other = Batch(world, COMPARED, seed=77, threads=2, episodes_per_trial=1)
    for again in (batch, other):
        again.restore(saved)
        np.testing.assert_array_equal(again.observations, seen)
        np.testing.assert_array_equal(again.legal, legal)
        for decision in range(10, DECISIONS):
            again.step(table[decision])
        assert again.snapshot() == after
        np.testing.assert_array_equal(again.observations, after_seen)


def test_another_seed_index_or_split_is_another_task(world: World) -> None:
    places = [(1, 0, "train"), (2, 0, "train"), (1, 1, "train"), (1, 0, "test-both"), (1, 0, "validation")]
    states = {Simulation(world, seed=seed, index=index, split=split).snapshot() for seed, index, split in places}
    assert len(states) == len(places)


def elsewhere(world: World, games: int, ticks: int, **variables: str) -> list[list[str]]:
    """The same games in a fresh interpreter with other environment variables."""
    command = [sys.executable, str(ROOT / "tests" / "tools" / "fingerprints.py"), world.name, str(games), str(ticks)]
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_compiled_and_plain_python_agree(world: World) -> None:
    games, ticks = (1, 60) if is_large(world) else (3, 300)  # a vehicle takes plain Python 0.1 ms a tick
    assert elsewhere(world, games, ticks, NUMBA_DISABLE_JIT="1") == fingerprints(world.name, games, ticks)


def test_the_hash_seed_of_the_interpreter_is_without_effect(world: World) -> None:
    here = fingerprints(world.name, 4, 60)
    for seed in ("1", "4242"):
        assert elsewhere(world, 4, 60, PYTHONHASHSEED=seed) == here
