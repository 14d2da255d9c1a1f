"""The lanes of a batch as Gymnasium's vector environment, and under tianshou's stock collector and PPO."""

from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import worlds
from simulator.engine import Batch
from simulator.engine.vector_env import CollectorEnv, VectorEnv
from tests.tools.catalogue import build, random_actions
from worlds.world import Refused, World


@pytest.fixture(params=worlds.names())
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param)


@pytest.fixture
def env() -> Iterator[VectorEnv]:
    env = VectorEnv(build("beacon", 2), 8, seed=3, episodes_per_trial=2)
    yield env
    env.close()


def choices(env: VectorEnv, seed: int) -> Any:
    """Random actions in the shape of the action space."""
    found = random_actions(env.batch.world, env.num_envs, seed=seed)
    return found if found.shape[1] > 1 else found[:, 0]


def test_spaces_and_shapes(world: World) -> None:
    env = VectorEnv(world, 5)
    lanes = len(world.seats)
    assert env.num_envs == 5 * lanes
    assert env.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    observations, infos = env.reset(seed=1)
    assert env.observation_space.contains(observations)
    assert infos["action_mask"].shape == (env.num_envs, sum(world.action_sizes))
    for step in range(3):
        actions = env.action_space.sample()
        assert actions.shape == choices(env, step).shape
        observations, rewards, terminated, truncated, _ = env.step(actions)
        assert env.observation_space.contains(observations)
        assert rewards.shape == terminated.shape == truncated.shape == (env.num_envs,)
        assert terminated.dtype == truncated.dtype == bool


def test_lanes_are_numbered_world_after_world(world: World) -> None:
    env = VectorEnv(world, 3, seed=4, inputs=True)
    batch = Batch(world, 3, seed=4)
    observations, _ = env.reset()
    np.testing.assert_array_equal(observations.reshape(3, batch.L, -1), batch.reset())
    for step in range(world.timing.decisions + 2):
        actions = choices(env, step)
        observations, rewards, terminated, truncated, _ = env.step(actions)
        expected, expected_rewards, ends, _ = batch.step(actions.reshape(3, batch.L, -1))
        np.testing.assert_array_equal(observations.reshape(expected.shape), expected)
        np.testing.assert_array_equal(rewards.reshape(3, -1), expected_rewards)
        np.testing.assert_array_equal(terminated.reshape(3, -1), ends == 1)
        np.testing.assert_array_equal(truncated.reshape(3, -1), ends == 2)


def test_results_are_copies(env: VectorEnv) -> None:
    first, _ = env.reset()
    kept = first.copy()
    env.step(choices(env, 0))
    np.testing.assert_array_equal(first, kept)


def test_ends_carry_the_last_observation_and_the_figures(env: VectorEnv) -> None:
    """A lane ends once; the others of its world may still play, and it idles until they are done."""
    env.reset()
    total = np.zeros(env.num_envs)
    ends = np.zeros(env.num_envs, int)
    early = False
    for step in range(40):
        idle_before = env._info()["idle"]
        _, rewards, terminated, truncated, infos = env.step(choices(env, step // 5))
        ended = terminated | truncated
        total += rewards
        assert not (ended & idle_before).any()
        assert (rewards[idle_before] == 0.0).all()
        early |= bool((ended & infos["idle"]).any())
        ends += ended
        if not ended.any():
            assert "final_obs" not in infos
            continue
        np.testing.assert_array_equal(infos["_final_obs"], ended)
        assert [last is not None for last in infos["final_obs"]] == ended.tolist()
        facts = infos["final_info"]
        np.testing.assert_allclose(facts["episode_return"][ended], total[ended], atol=1e-6)
        np.testing.assert_array_equal(facts["_episode_return"], ended)
        assert not (facts["_finders"] & ~ended).any()
        total[ended] = 0.0
    assert early, "no lane ended before its world: the test shows nothing"
    assert (ends >= 1).all()


def test_reset_with_a_seed_repeats_and_without_one_goes_on(env: VectorEnv) -> None:
    first, _ = env.reset(seed=7)
    tasks = env.batch.worlds["beacon"].copy()
    env.step(choices(env, 0))
    env.reset()
    assert (env.batch.worlds["trial"] == 1).all()
    assert (env.batch.worlds["beacon"] != tasks).all()
    again, _ = env.reset(seed=7, options={"anything": 1})
    np.testing.assert_array_equal(again, first)


def test_gymnasium_wrappers_work(env: VectorEnv) -> None:
    wrapped = gymnasium.wrappers.vector.RecordEpisodeStatistics(env)
    wrapped.reset(seed=0)
    seen = 0
    for step in range(31):
        *_, infos = wrapped.step(choices(env, step))
        seen += int(infos.get("_episode", np.zeros(1)).sum())
    assert seen >= env.num_envs


def test_a_list_of_seeds_is_refused(env: VectorEnv) -> None:
    with pytest.raises(Refused, match=r"one for all worlds of a batch\) is \[1, 2\]"):
        env.reset(seed=[1, 2])  # type: ignore[arg-type]


def test_actions_out_of_range_are_refused(env: VectorEnv) -> None:
    env.reset()
    with pytest.raises(Refused, match="walk is 3"):
        env.step(np.full(env.num_envs, 3))


def test_the_collector_gets_ends_first_and_new_episodes_on_reset() -> None:
    env = CollectorEnv(VectorEnv(build("beacon", 1), 6, seed=1))
    env.reset()
    for _ in range(40):
        observations, _, terminated, truncated, infos = env.step(np.full(6, 2))
        done = np.flatnonzero(terminated | truncated)
        if done.size:
            assert (observations[terminated, 1] == 1.0).all(), "the seat itself is among the finders at its end"
            fresh, _ = env.reset(env_id=done)
            np.testing.assert_array_equal(fresh, env.env.batch.observations.reshape(6, -1)[done])
            assert (np.abs(fresh[:, 0] - 0.5) <= 0.05 + 1e-6).all(), "a walker starts in the middle"
        assert [info["env_id"] for info in infos] == list(range(6))


def test_some_lanes_of_the_collector_can_rest() -> None:
    env = CollectorEnv(VectorEnv(build("beacon", 1), 4))
    env.reset()
    observations, rewards, terminated, truncated, infos = env.step(np.array([2, 2]), np.array([1, 3]))
    assert observations.shape[0] == rewards.size == terminated.size == truncated.size == 2
    assert [info["env_id"] for info in infos] == [1, 3]
    env.close()
    assert env.is_closed


@pytest.mark.slow
def test_stock_tianshou_ppo_trains_on_it() -> None:
    import torch
    from tianshou.algorithm import PPO  # type: ignore[attr-defined]
    from tianshou.algorithm.modelfree.reinforce import DiscreteActorPolicy
    from tianshou.algorithm.optim import AdamOptimizerFactory
    from tianshou.data import Collector, CollectStats, VectorReplayBuffer
    from tianshou.utils.net.common import Net
    from tianshou.utils.net.discrete import DiscreteActor, DiscreteCritic

    torch.set_num_threads(1)
    env = VectorEnv(build("beacon", 1), 16, seed=1, seats={"walker_0": "external"})
    shape: Any = env.single_observation_space.shape
    choices_n = env.single_action_space.n  # type: ignore[attr-defined]
    actor = DiscreteActor(preprocess_net=Net(state_shape=shape, hidden_sizes=[16]), action_shape=choices_n)
    critic = DiscreteCritic(preprocess_net=Net(state_shape=shape, hidden_sizes=[16]))
    policy = DiscreteActorPolicy(actor=actor, action_space=env.single_action_space)  # type: ignore[arg-type]
    algorithm: Any = PPO(policy=policy, critic=critic, optim=AdamOptimizerFactory(lr=1e-3))
    buffer = VectorReplayBuffer(16 * 80, 16)
    collector: Any = Collector[CollectStats](algorithm, CollectorEnv(env), buffer)  # type: ignore[arg-type]
    collector.reset()
    before = [weight.detach().clone() for weight in actor.parameters()]
    stats = collector.collect(n_step=16 * 64)
    assert stats.n_collected_steps == 16 * 64
    assert stats.n_collected_episodes >= 16
    assert stats.lens.max() <= build("beacon", 1).timing.decisions
    with torch.no_grad():
        assert np.isfinite(stats.returns).all()
    algorithm.policy.is_within_training_step = True
    algorithm.update(buffer=buffer, batch_size=128, repeat=1)
    assert any((a != b).any() for a, b in zip(before, actor.parameters(), strict=True))
    again = collector.collect(n_episode=20)
    assert again.n_collected_episodes >= 20
