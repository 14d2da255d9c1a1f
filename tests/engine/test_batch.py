"""The batch: one auto-reset rule, owned arrays, RL² inputs, faults, refusals."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from simulator.engine import SPLITS, Batch, WorldFault
from simulator.engine.batch import input_pieces
from tests.tools.catalogue import build, is_large, play, random_actions
from worlds.world import Refused, World

N = 16


@pytest.fixture(params=worlds.names())
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param)


@pytest.fixture
def batch() -> Batch:
    batch = Batch(build("beacon", 2), N, seed=2, episodes_per_trial=2)
    batch.reset()
    return batch


def stay(batch: Batch) -> NDArray[np.int64]:
    return np.ones((batch.n, batch.L), np.int64)


# --- arrays ------------------------------------------------------------------------------------------------------


def test_shapes_and_types(world: World) -> None:
    batch = Batch(world, N, reveal=True)
    lanes, seats, choices = len(world.seats), len(world.seats), sum(world.action_sizes)
    expected: dict[str, tuple[tuple[int, ...], str]] = {
        "observations": ((N, lanes, batch.observation_size), "f4"),
        "final_observations": ((N, lanes, batch.observation_size), "f4"),
        "legal": ((N, lanes, choices), "u1"),
        "rewards": ((N, lanes), "f4"),
        "ends": ((N, lanes), "u1"),
        "episode_ends": ((N,), "u1"),
        "trial_ends": ((N,), "u1"),
        "causes": ((N,), "u1"),
        "episode_returns": ((N, seats), "f8"),
        "told": ((N, lanes, world.told_pieces.total), "f4"),
        "final_told": ((N, lanes, world.told_pieces.total), "f4"),
        "figures": ((N, len(world.figure_names)), "f8"),
        "lanes": ((N, lanes), "i8"),
    }
    for name, (shape, kind) in expected.items():
        array = getattr(batch, name)
        assert (array.shape, array.dtype) == (shape, np.dtype(kind)), name
    assert batch.worlds.dtype == world.record
    assert batch.worlds.itemsize == world.record.itemsize
    assert batch.layout == world.observation + input_pieces(world), "what is told is apart"


def test_steps_fill_the_same_arrays(world: World) -> None:
    batch = Batch(world, 4)
    first = batch.reset()
    told = batch.step(random_actions(world, 4, batch.L))
    again = batch.step(random_actions(world, 4, batch.L, seed=1))
    assert first is told[0] is again[0] is batch.observations
    assert all(a is b for a, b in zip(told, again, strict=True))


def test_memory_is_the_state_and_the_buffers(world: World) -> None:
    if len(world.seats) <= 4:
        most = 2**19 if is_large(world) else 2048  # a town is the larger part of a large one
        if world.name == "mdp":
            most = 10_000  # the odds of what follows take 4,000 bytes, what actions are worth 4,400
        if world.name == "throws":
            most = 3_000  # strangers count what followed what in hundreds of throws
        assert world.record.itemsize <= most


# --- the auto-reset rule -----------------------------------------------------------------------------------------


def test_the_next_episode_begins_in_the_same_step(world: World) -> None:
    batch = Batch(world, N, seed=6, episodes_per_trial=3)
    batch.reset()
    episode, trial = np.zeros(N, int), np.zeros(N, int)
    for step in range(4 * world.timing.decisions):
        task_before = batch.worlds["task_key"].copy()
        _, _, _, trial_ends = batch.step(random_actions(world, N, batch.L, seed=step))
        over = batch.episode_ends > 0
        episode[over] += 1
        closing = episode == 3
        np.testing.assert_array_equal(trial_ends > 0, closing)
        trial[closing] += 1
        episode[closing] = 0
        np.testing.assert_array_equal(batch.worlds["episode"], episode)
        np.testing.assert_array_equal(batch.worlds["trial"], trial)
        np.testing.assert_array_equal(batch.worlds["tick"][over], 0)
        np.testing.assert_array_equal(batch.worlds["task_key"] != task_before, closing)
        assert (batch.causes[over] > 0).all()
        assert (batch.worlds["cause"] == 0).all()
    assert trial.max() >= 1


def test_final_observations_are_of_the_episode_that_ended(batch: Batch) -> None:
    """Walkers stay where they are: the last place seen is the one of the first observation of that episode."""
    begun = batch.observations[..., 0].copy()
    for _ in range(30):
        seen = batch.step(stay(batch))[0][..., 0].copy()
    over = batch.episode_ends > 0
    assert over.all()
    np.testing.assert_array_equal(batch.final_observations[..., 0], begun)
    assert (seen != begun).all(), "the new episode has begun somewhere else"


def test_returns_and_figures_are_those_of_the_episode_that_ended(world: World) -> None:
    batch = Batch(world, N, seed=1, episodes_per_trial=2)
    batch.reset()
    total = np.zeros((N, batch.L))
    finished = 0
    for step in range(3 * world.timing.decisions):
        _, rewards, _, _ = batch.step(random_actions(world, N, batch.L, seed=step))
        total += rewards
        over = batch.episode_ends > 0
        np.testing.assert_allclose(batch.episode_returns[over], total[over], rtol=1e-5, atol=1e-4)
        total[over] = 0.0
        finished += int(over.sum())
    assert finished >= N


def test_a_seat_that_is_done_gains_nothing_and_ends_once(batch: Batch) -> None:
    east = batch.worlds["beacon"] > 5.0
    seek = np.where(east, 2, 0)
    actions = np.stack([seek, np.ones_like(seek)], axis=1)  # walker_0 finds the beacon, walker_1 never moves
    found = np.zeros(N, bool)
    for _ in range(30):
        places = batch.worlds["pos"][:, 0].copy()
        _, rewards, ends, _ = batch.step(actions)
        over = batch.episode_ends > 0
        assert (rewards[found, 0] == 0.0).all()
        assert (ends[found, 0] == 0).all()
        assert (batch.worlds["pos"][found & ~over, 0] == places[found & ~over]).all()
        found |= ends[:, 0] == 1
        np.testing.assert_array_equal(batch.active[:, 0] == 0, found & ~over)
    assert found.all()
    assert over.all()
    assert (ends[:, 1] == 2).all()
    np.testing.assert_array_equal(batch.figures[:, 0], 1.0)
    assert (batch.active == 1).all()


def test_reset_starts_the_trial_that_is_asked_for(world: World) -> None:
    batch, other = Batch(world, 4, seed=3, episodes_per_trial=1), Batch(world, 4, seed=3, episodes_per_trial=1)
    batch.reset()
    for step in range(5 * world.timing.decisions):
        if (batch.worlds["trial"] >= 1).all():
            break
        batch.step(random_actions(world, 4, batch.L, seed=step))
    other.reset(trial=1)
    same = batch.worlds["trial"] == 1
    np.testing.assert_array_equal(batch.worlds["task_key"][same], other.worlds["task_key"][same])
    first = batch.reset().copy()
    np.testing.assert_array_equal(first, Batch(world, 4, seed=3, episodes_per_trial=1).reset())


# --- RL² inputs --------------------------------------------------------------------------------------------------


def inputs(batch: Batch) -> dict[str, Any]:
    return {name: batch.observations[..., batch.layout.at[name]] for name in list(batch.layout.sizes)[-4:]}


def test_rl2_inputs_tell_the_last_step(world: World) -> None:
    batch = Batch(world, N, seed=5, episodes_per_trial=2)
    batch.reset()
    assert list(inputs(batch)) == ["previous_action", "previous_reward", "episode_start", "trial_time"]
    told = inputs(batch)
    assert not told["previous_action"].any()
    assert not told["previous_reward"].any()
    assert (told["episode_start"] == 1.0).all()
    assert not told["trial_time"].any()
    time = np.zeros(N)
    for step in range(2 * world.timing.decisions):
        actions = random_actions(world, N, batch.L, seed=step)
        active = batch.active > 0
        _, rewards, _, trial_ends = batch.step(actions)
        told = inputs(batch)
        same_trial = trial_ends == 0
        goes_on = same_trial[:, None] & active
        np.testing.assert_array_equal(told["previous_action"][goes_on], one_hot(actions, world.action_sizes)[goes_on])
        np.testing.assert_array_equal(told["previous_reward"][goes_on][:, 0], rewards[goes_on])
        assert not told["previous_action"][~same_trial].any()
        assert not told["previous_reward"][~same_trial].any()
        start = (batch.episode_ends > 0)[:, None, None]
        np.testing.assert_array_equal(told["episode_start"], np.broadcast_to(start, told["episode_start"].shape))
        assert (told["trial_time"][~same_trial] == 0.0).all()
        later = told["trial_time"][:, 0, 0]
        assert (later < 1.0).all()
        assert (later[same_trial] > time[same_trial]).all()
        time = later.copy()


def one_hot(actions: NDArray[np.int64], sizes: tuple[int, ...]) -> NDArray[np.float64]:
    return np.concatenate([np.eye(size)[actions[..., factor]] for factor, size in enumerate(sizes)], axis=-1)


def test_inputs_and_told_facts_follow_the_world(world: World) -> None:
    plain, full = Batch(world, N, inputs=False, reveal=False), Batch(world, N, inputs=True, reveal=True)
    seen = world.observation.total
    np.testing.assert_array_equal(plain.reset(), full.reset()[..., :seen])
    assert plain.observation_size == seen
    assert full.observation_size == seen + sum(world.action_sizes) + 3
    assert plain.told.shape == (N, plain.L, 0)
    np.testing.assert_array_equal(full.told[1], full.tell(1))


# --- faults ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 3])
def test_a_fault_names_the_world_and_stops_the_batch(threads: int) -> None:
    batch = Batch(build("beacon", 2), N, seed=2, first_index=100, threads=threads)
    batch.reset()
    batch.step(stay(batch))
    good = batch.snapshot()
    batch.worlds["pos"][11, 1] = np.nan
    with pytest.raises(WorldFault, match=r"number 111 \(seed 2, trial 0, episode 0\).*tick [34]"):
        batch.step(stay(batch))
    with pytest.raises(WorldFault, match="number 111"):
        batch.step(stay(batch))
    batch.restore(good)
    batch.step(stay(batch))
    batch.worlds["pos"][0, 0] = np.nan
    with pytest.raises(WorldFault, match="number 100"):
        batch.step(stay(batch))
    batch.reset()
    batch.step(stay(batch))


def test_stepping_before_reset_is_refused() -> None:
    batch = Batch(build("beacon"), 2)
    with pytest.raises(WorldFault, match="reset"):
        batch.step(np.ones((2, 2), np.int64))


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": 0}, "n is 0"),
        ({"n": 2**40}, "n is"),
        ({"n": 2.5}, "n is 2.5"),
        ({"split": "exam"}, f"unknown split 'exam': choose from {', '.join(SPLITS)}"),
        ({"episodes_per_trial": 0}, "episodes_per_trial is 0"),
        ({"threads": 0}, "threads is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**64}, "seed is"),
        ({"first_index": -1}, "first_index is -1"),
        ({"seats": {"walker_7": "bot"}}, "no seat 'walker_7'"),
        ({"seats": {"walker_0": "robot"}}, "'robot'"),
        ({"seats": {"walker_0": "external:now"}}, "'external:now'"),
        ({"seats": {"walker_0": "bot:runner"}}, "no bot 'runner'"),
        ({"seats": {"walker_0": "bot:pacer:speed=1"}}, "no knob 'speed'"),
        ({"seats": {"walker_0": "bot:pacer:bold=2"}}, "bold of bot 'pacer' is given 2: allowed is 0.1 to 0.9"),
        ({"seats": {"walker_0": "bot:pacer:bold=nan"}}, "given nan"),
        ({"seats": {"walker_0": "bot:pacer:bold=x"}}, "it takes a number"),
        ({"lanes": ["walker_7"]}, "no seat 'walker_7'"),
        ({"lanes": ["walker_0", "walker_0"]}, "twice"),
        ({"lanes": np.array([[0], [5]])}, "seats 0 to 5"),
        ({"lanes": np.array([[0], [1], [0]])}, "lanes"),
        ({"lanes": np.array([[0.5], [1.0]])}, "lanes"),
    ],
)
def test_bad_arguments_are_refused(options: dict[str, Any], words: str) -> None:
    arguments: dict[str, Any] = {"n": 2, **options}
    with pytest.raises(Refused, match=words):
        Batch(build("beacon", 2), **arguments)


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (np.ones((N, 2), np.float32), "expected integers"),
        (np.ones((N, 3), np.int64), "expected integers"),
        (np.ones(N, np.int64), "expected integers"),
        (np.ones((N, 2, 2), np.int64), "expected integers"),
        (np.full((N, 2), 3), "walk is 3: allowed is 0 to 2"),
        (np.full((N, 2), -1), "walk is -1"),
        (np.full((N, 2), 2**40), "walk is"),
        (np.full((N, 2), 2**63, np.uint64), "walk is"),
    ],
)
def test_bad_actions_are_refused_and_change_nothing(batch: Batch, actions: NDArray[Any], words: str) -> None:
    before = batch.snapshot()
    with pytest.raises(Refused, match=words):
        batch.step(actions)
    assert batch.snapshot() == before
    batch.step(stay(batch).astype(np.uint8))
    batch.step(stay(batch)[:, :, None].astype(np.int32))


def test_bad_snapshots_are_refused_and_change_nothing(batch: Batch) -> None:
    good = batch.snapshot()
    play(batch, 2)
    now = batch.snapshot()
    for bad in (b"", good[:-1], good + b"\0", b"\xff" * len(good)):
        with pytest.raises(Refused):
            batch.restore(bad)
        assert batch.snapshot() == now
    with pytest.raises(Refused, match="trial is -1: allowed is 0 to"):
        batch.reset(trial=-1)


def test_a_trial_has_as_many_episodes_as_the_world_says() -> None:
    world = build("beacon", 2)
    world = dataclasses.replace(world, timing=dataclasses.replace(world.timing, episodes=3))
    assert Batch(world, 1).episodes_per_trial == 3
    assert Batch(world, 1, episodes_per_trial=2).episodes_per_trial == 2
