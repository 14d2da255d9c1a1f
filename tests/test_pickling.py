"""Copies in this and other processes: whatever the engine holds can be copied, and goes on bit for bit."""

import copy
import importlib.util
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cloudpickle  # type: ignore[import-untyped]
import gymnasium
import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation, parallel_env
from simulator.engine.batch import WorldFault
from simulator.engine.vector_env import CollectorEnv, VectorEnv
from worlds.world import Refused, World

ROOT = Path(__file__).resolve().parents[1]
COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),
    "old pickle": lambda thing: pickle.loads(pickle.dumps(thing, protocol=2)),
    "cloudpickle": lambda thing: cloudpickle.loads(cloudpickle.dumps(thing)),
}
STEPS = 70  # past the end of an episode, and into the next trial


def play_batch(batch: Batch, steps: int = STEPS) -> list[bytes]:
    draws = np.random.Generator(np.random.PCG64(3))
    for _ in range(steps):
        batch.step(draws.integers(0, 3, (batch.n, batch.L)))
    arrays = (batch.observations, batch.rewards, batch.final_observations, batch.episode_returns, batch.figures)
    return [batch.snapshot(), *(array.tobytes() for array in arrays)]


def play_simulation(simulation: Simulation) -> list[Any]:
    draws = np.random.Generator(np.random.PCG64(4))
    for _ in range(STEPS):
        simulation.tick(draws.integers(0, 3, len(simulation.world.seats)))
    found = (simulation.rewards, simulation.observations, simulation.final, simulation.final_observations)
    return [simulation.hash(), simulation.final_metrics, *(part.tobytes() for part in found)]


def play_env(env: Any) -> list[Any]:
    draws, seen = np.random.Generator(np.random.PCG64(5)), list[Any]()
    for _ in range(STEPS):
        if not env.agents:
            seen.append({name: view.tobytes() for name, view in env.reset()[0].items()})
        observations, rewards, *_ = env.step({agent: draws.integers(3) for agent in env.agents})
        seen.append(({name: view.tobytes() for name, view in observations.items()}, rewards))
    return seen


def play_vector(env: VectorEnv) -> list[Any]:
    draws, seen = np.random.Generator(np.random.PCG64(6)), []
    for _ in range(STEPS):
        observations, rewards, terminated, truncated, _ = env.step(draws.integers(0, 3, env.num_envs))
        seen.append((observations.tobytes(), rewards.tobytes(), terminated.tobytes(), truncated.tobytes()))
    return seen


def begun(world: World) -> dict[str, tuple[Any, Callable[[Any], list[Any]]]]:
    """One of each kind, in the middle of something, and how to play on with it."""
    batch = Batch(world, 5, threads=2, seed=7, episodes_per_trial=2, seats={"walker_1": "bot"}, reveal=True)
    batch.reset()
    play_batch(batch, 13)
    simulation = Simulation(world, seed=8, episodes_per_trial=2)
    play_simulation(simulation)
    env = parallel_env(world, seed=9)
    env.reset()
    env.step(dict.fromkeys(env.agents, 2))
    vector = VectorEnv(world, 3, seed=10)
    vector.reset()
    vector.step(np.ones(vector.num_envs, int))
    return {
        "batch": (batch, play_batch),
        "simulation": (simulation, play_simulation),
        "parallel_env": (env, play_env),
        "vector": (vector, play_vector),
        "collector": (CollectorEnv(vector), lambda collector: play_vector(collector.env)),
    }


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_goes_on_bit_for_bit_and_shares_nothing(beacon: World, way: str) -> None:
    for name, (thing, play) in begun(beacon).items():
        first, second = COPIES[way](thing), COPIES[way](thing)
        expected = play(thing)
        assert play(first) == expected, name
        assert play(second) == expected, name  # neither the first copy nor the original moved it


def test_a_world_is_told_by_its_name_and_build_arguments(beacon: World) -> None:
    three = worlds.get("beacon", seats=3)
    data = pickle.dumps(three)
    found = pickle.loads(data)
    assert (found.layout_hash, dict(found.build_args)) == (three.layout_hash, {"seats": 3})
    assert len(data) < 500
    assert copy.deepcopy(three) is three
    assert copy.copy(three) is three


def test_a_world_that_the_catalogue_would_not_build_is_refused(beacon: World) -> None:
    changed = replace(beacon, timing=replace(beacon.timing, episodes=2))
    with pytest.raises(Refused, match="'beacon' was changed after"):
        pickle.dumps(changed)
    simulation = copy.deepcopy(Simulation(changed))  # in one process nothing has to be built again
    assert simulation.world is changed


def test_a_batch_that_stands_still_does_so_in_its_copy(beacon: World) -> None:
    with pytest.raises(WorldFault, match="call reset"):
        pickle.loads(pickle.dumps(Batch(beacon, 1))).step(np.zeros((1, 2), int))


def test_a_copy_in_a_process_of_its_own_goes_on_bit_for_bit(beacon: World, tmp_path: Path) -> None:
    """A new interpreter that knows nothing of the user's folder of worlds."""
    things = {name: begun(beacon)[name] for name in ("batch", "simulation", "vector")}
    sent = tmp_path / "things"
    sent.write_bytes(cloudpickle.dumps([thing for thing, _ in things.values()]))
    code = (
        "import pickle, sys; sys.path[:0] = ['.', 'tests']; import test_pickling as t\n"
        f"batch, simulation, vector = pickle.loads(open({str(sent)!r}, 'rb').read())\n"
        "found = t.play_batch(batch), t.play_simulation(simulation), t.play_vector(vector)\n"
        "sys.stdout.buffer.write(pickle.dumps(found))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    assert list(pickle.loads(done.stdout)) == [play(thing) for thing, play in things.values()]


class OneSeat(gymnasium.Env[Any, Any]):
    """The first agent of a parallel environment, as Gymnasium's process vectors take it."""

    def __init__(self, env: Any) -> None:
        self.env, self.agent = env, env.possible_agents[0]
        self.observation_space, self.action_space = env.observation_space(self.agent), env.action_space(self.agent)

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        observations, _infos = self.env.reset(seed=seed)
        return observations[self.agent], {}

    def step(self, action: Any) -> Any:
        found = [part[self.agent] for part in self.env.step({self.agent: action})]
        return *found[:4], {}


def test_gymnasium_runs_copies_in_processes_as_it_does_in_one(beacon: World) -> None:
    prototype = OneSeat(parallel_env(beacon, seats={"walker_1": "bot"}))
    makers = [lambda: copy.deepcopy(prototype)] * 2
    alone = gymnasium.vector.SyncVectorEnv(makers)
    apart = gymnasium.vector.AsyncVectorEnv(makers, context="spawn")
    try:
        assert np.array_equal(alone.reset(seed=3)[0], apart.reset(seed=3)[0])
        for step in range(35):
            actions = np.array([step % 3, 2])
            for mine, other in zip(alone.step(actions)[:4], apart.step(actions)[:4], strict=True):
                assert np.array_equal(mine, other)
    finally:
        apart.close()
        alone.close()


@pytest.mark.skipif(importlib.util.find_spec("supersuit") is None, reason="SuperSuit is not installed")
def test_supersuit_runs_copies_in_processes_as_it_does_in_one(beacon: World) -> None:
    import supersuit

    made = []
    for processes in (0, 2):
        env = supersuit.black_death_v3(parallel_env(beacon))
        vector = supersuit.pettingzoo_env_to_vec_env_v1(env)
        made.append(supersuit.concat_vec_envs_v1(vector, 2, num_cpus=processes, base_class="gymnasium"))
    alone, apart = made
    try:
        assert np.array_equal(alone.reset(seed=3)[0], apart.reset(seed=3)[0])
        for step in range(5):
            actions = np.array([step % 3, 2, 0, 1])
            assert np.array_equal(alone.step(actions)[0], apart.step(actions)[0])
    finally:
        apart.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_batch_with_threads_plays_on_in_the_child_of_a_fork(beacon: World) -> None:
    code = (
        "import os, sys, warnings; sys.path[:0] = ['.', 'tests']; import worlds; worlds.add_folder('tests/tiny')\n"
        "warnings.simplefilter('ignore'); import test_pickling as t; from simulator.engine import Batch\n"
        "batch = Batch(worlds.get('beacon'), 8, threads=2); batch.reset(); t.play_batch(batch, 3)\n"
        "reader, writer = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    os.write(writer, t.play_batch(batch, 5)[0]); os._exit(0)\n"
        "os.close(writer)\n"
        "print(open(reader, 'rb').read() == t.play_batch(batch, 5)[0]); os.wait()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, timeout=300)
    assert done.stdout.split() == [b"True"]
