"""The PettingZoo view of every world in every size: PettingZoo's own tests, and a stricter seed test of ours."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pettingzoo.utils import parallel_to_aec  # type: ignore[import-untyped]

import simulator.engine.parallel_env  # noqa: F401  # imported as a module first, it must not hide the function
from simulator.engine import Simulation, parallel_env
from simulator.engine.world_env import WorldEnv
from tests.tools.catalogue import EVERY_SIZE, build
from worlds.world import Refused, World

with warnings.catch_warnings():  # it imports one of PettingZoo's games in a way that PettingZoo deprecates
    warnings.simplefilter("ignore")
    from pettingzoo.test import (  # type: ignore[import-untyped]
        api_test,
        parallel_api_test,
        parallel_seed_test,
        render_test,
    )


@pytest.fixture(params=EVERY_SIZE, ids=lambda size: f"{size[0]}-{size[1]}")
def world(request: pytest.FixtureRequest) -> World:
    return build(*request.param)


@pytest.fixture
def env() -> Iterator[WorldEnv]:
    env = parallel_env("beacon", seats=3, episodes_per_trial=2)
    yield env
    env.close()


def random_choices(env: WorldEnv, rng: np.random.Generator) -> dict[str, Any]:
    sizes = env.simulation.world.action_sizes
    choices = {agent: rng.integers(sizes) for agent in env.possible_agents}
    return {agent: choices[agent] if len(sizes) > 1 else int(choices[agent][0]) for agent in env.agents}


def episode(env: WorldEnv, rng: np.random.Generator) -> list[Any]:
    """Everything that an episode of random play returns, after the reset."""
    told = []
    while env.agents:
        told.append(env.step(random_choices(env, rng)))
    return told


def test_pettingzoo_parallel_api(world: World) -> None:
    parallel_api_test(parallel_env(world), num_cycles=world.timing.decisions + 10)


def test_pettingzoo_seed(world: World) -> None:
    parallel_seed_test(lambda: parallel_env(world), num_cycles=20)


@pytest.mark.filterwarnings("ignore:Action space for each agent probably should be")  # MultiDiscrete is right for tag
def test_pettingzoo_aec_api(world: World) -> None:
    api_test(parallel_to_aec(parallel_env(world)), num_cycles=world.timing.decisions + 10)


def test_pettingzoo_render(world: World) -> None:
    render_test(lambda render_mode: parallel_to_aec(parallel_env(world, render_mode=render_mode)))


def test_same_seed_same_everything(world: World) -> None:
    """PettingZoo's own seed test compared a single step until its PR 1437; this one compares three whole episodes."""
    envs = [parallel_env(world, seed=seed, split="test-both") for seed in (1, 2)]
    games = []
    for env in envs:
        rng = np.random.default_rng(3)
        game: list[Any] = [env.reset(seed=42), episode(env, rng)]
        for _ in range(2):
            game += [env.reset(), episode(env, rng)]
        games.append(game)
    assert_equal(*games)
    others = ([envs[0].reset(seed=seed), episode(envs[0], np.random.default_rng(3))] for seed in range(43, 59))
    varies = world.name != "throws"  # where both throw from outside, nothing is left to chance
    assert any(differ(games[1][:2], other) for other in others) == varies  # one may miss the hidden goals of two seeds


def differ(left: Any, right: Any) -> bool:
    """Whether `assert_equal` tells the two apart."""
    try:
        assert_equal(left, right)
    except AssertionError:
        return True
    return False


def assert_equal(left: Any, right: Any) -> None:
    """Deep comparison; NumPy's own stumbles over dictionaries of arrays."""
    assert type(left) is type(right)
    if isinstance(left, dict):
        assert left.keys() == right.keys()
        for key in left:
            assert_equal(left[key], right[key])
    elif isinstance(left, list | tuple):
        assert len(left) == len(right)
        for a, b in zip(left, right, strict=True):
            assert_equal(a, b)
    else:
        np.testing.assert_array_equal(left, right)


def test_it_tells_what_the_simulation_tells(world: World) -> None:
    env = parallel_env(world, seed=8)
    twin = Simulation(world, seed=8, inputs=False)
    rng = np.random.default_rng(0)
    observations, _ = env.reset()
    for _ in range(world.timing.decisions):
        if not env.agents:
            break
        acting = list(env.agents)
        seen = twin.final_observations if twin.episode_ended else twin.observations
        for agent in acting:
            np.testing.assert_array_equal(observations[agent], seen[world.seat_index(agent)])
        choices = random_choices(env, rng)
        table = np.zeros((len(world.seats), len(world.actions)), np.int64)
        for agent, choice in choices.items():
            table[world.seat_index(agent)] = choice
        observations, rewards, terminated, truncated, _ = env.step(choices)
        _, expected, ends, _ = twin.step(table)
        for agent in acting:
            seat = world.seat_index(agent)
            assert rewards[agent] == expected[seat]
            assert (terminated[agent], truncated[agent]) == (ends[seat] == 1, ends[seat] == 2)


def test_metadata(world: World) -> None:
    env = parallel_env(world)
    assert env.metadata["name"] == f"{world.name}_v{world.version}" == str(env)
    assert env.metadata["is_parallelizable"]
    assert env.metadata["render_fps"] >= 1
    env.reset()
    assert env.state().shape == env.state_space.shape
    assert env.state_space.contains(env.state())


def test_the_last_observation_belongs_to_the_episode_that_ended(env: WorldEnv) -> None:
    """The simulation has begun the next episode by then; what is returned and drawn must not be of it."""
    env.reset(seed=1)
    told = episode(env, np.random.default_rng(0))
    observations, _, _, _, infos = told[-1]
    simulation = env.simulation
    for agent, seen in observations.items():
        place = simulation.final["pos"][simulation.world.seat_index(agent)]
        assert seen[0] == pytest.approx(place / 10.0)
        assert infos[agent]["cause"] in ("found", "time")
        assert list(infos[agent]["metrics"]) == list(simulation.world.figure_names)
    assert simulation.w.tick == 0
    again, _ = env.reset()
    np.testing.assert_array_equal(again["walker_0"], simulation.observations[0])


def test_seats_that_are_done_leave_before_the_others() -> None:
    world = build("beacon", 3)
    env = parallel_env(world)
    env.reset(seed=2)
    east = env.simulation.w.beacon > 5.0
    lengths = []
    finder = {"walker_1": 2 if east else 0}
    while env.agents:
        acting = list(env.agents)
        choices = {agent: finder.get(agent, 1) for agent in acting}
        observations, rewards, terminated, truncated, infos = env.step(choices)
        for told in (observations, rewards, terminated, truncated, infos):
            assert list(told) == acting
        lengths.append(len(acting))
        if len(env.agents) < len(acting) and env.agents:
            assert terminated == {"walker_0": False, "walker_1": True, "walker_2": False}
            assert "episode_return" in infos["walker_1"]
            assert "cause" not in infos["walker_1"]
            assert env.agents == ["walker_0", "walker_2"]
    assert lengths[0] == 3
    assert lengths[-1] == 2
    assert all(truncated.values())
    assert env.step({}) == ({}, {}, {}, {}, {})


def test_reset_goes_through_the_trial_and_then_to_the_next_task(env: WorldEnv) -> None:
    rng = np.random.default_rng(0)
    places = []
    for number in range(4):
        env.reset(seed=6 if number == 0 else None)
        assert (env.simulation.w.trial, env.simulation.w.episode) == (number // 2, number % 2)
        places.append(float(env.simulation.w.beacon))
        if number != 1:  # an episode that is given up counts too
            episode(env, rng)
    assert places[0] == places[1] != places[2] == places[3]
    env.reset(seed=6)
    assert env.simulation.w.trial == 0
    assert float(env.simulation.w.beacon) == places[0]


def test_first_reset_without_a_seed_starts_the_first_trial() -> None:
    first, second = parallel_env("beacon", seed=5), parallel_env("beacon")
    assert_equal(first.reset(), second.reset(seed=5))


def test_options_of_reset_are_ignored(env: WorldEnv) -> None:
    assert_equal(env.reset(seed=3, options={"options": 1}), env.reset(seed=3))


def test_bots_sit_in_the_other_seats() -> None:
    env = parallel_env(build("beacon", 3), seats={"walker_0": "bot", "walker_2": "bot:drifter:bold=0.5"})
    env.reset(seed=0)
    assert env.possible_agents == ["walker_1"]
    assert env.state().shape == (3 * env.observation_space("walker_1").shape[0],)  # type: ignore[index]
    told = episode(env, np.random.default_rng(0))
    assert list(told[-1][0]) == ["walker_1"]


def test_inputs_widen_the_observation() -> None:
    plain, wide = parallel_env("beacon"), parallel_env("beacon", inputs=True)
    extra = 3 + 1 + 1 + 1  # previous action, previous reward, episode start, time in trial
    sizes = [int(np.prod(env.observation_space("walker_0").shape or ())) for env in (wide, plain)]
    assert sizes[0] == sizes[1] + extra
    observations, _ = wide.reset(seed=0)
    for _ in range(40):
        assert all(wide.observation_space(agent).contains(seen) for agent, seen in observations.items())
        if not wide.agents:
            break
        observations = wide.step(random_choices(wide, np.random.default_rng(0)))[0]


def test_masks_fit_the_action_space(world: World) -> None:
    env = parallel_env(world)
    _, infos = env.reset(seed=0)
    for agent in env.agents:
        choice = env.action_space(agent).sample(infos[agent]["action_mask"])
        assert env.action_space(agent).contains(choice)


def test_pictures_show_the_state() -> None:
    env = parallel_env("beacon", render_mode="rgb_array")
    env.reset(seed=0)
    first = env.render()
    assert first is not None
    assert first.dtype == np.uint8
    assert first.shape == (64, 640, 3)
    env.step({"walker_0": 2, "walker_1": 2})
    second = env.render()
    assert second is not None
    assert not np.array_equal(second, first)
    assert parallel_env("beacon").render() is None


def test_a_window_opens_and_closes() -> None:
    env = parallel_env("beacon", render_mode="human")
    env.reset(seed=0)
    env.step({"walker_0": 2, "walker_1": 0})
    assert env.render() is None
    env.close()
    env.close()
    env.reset()  # opens it again
    env.close()


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"walker_0": 1}, "None of 'walker_1'"),
        ({"walker_0": 1, "walker_1": 3}, "action 3 of 'walker_1'"),
        ({"walker_0": -1, "walker_1": 0}, "action -1 of 'walker_0'"),
        ({"walker_0": 1, "walker_1": 0.5}, "action 0.5 of 'walker_1'"),
        ({"walker_0": 1, "walker_1": 0, "ghost": 0}, "no agent 'ghost'"),
    ],
)
def test_bad_actions_are_refused_and_change_nothing(choices: dict[str, Any], words: str) -> None:
    env = parallel_env("beacon")
    env.reset(seed=0)
    before = env.simulation.hash()
    with pytest.raises(Refused, match=words):
        env.step(choices)
    assert env.simulation.hash() == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"world": "nowhere"}, "unknown world 'nowhere'"),
        ({"world": "beacon", "seats": 9}, "not 9"),
        ({"world": "beacon", "render_mode": "ansi"}, "render_mode 'ansi'"),
        ({"world": "beacon", "split": "exam"}, "unknown split 'exam'"),
        ({"world": "beacon", "seats": {"walker_9": "bot"}}, "no seat 'walker_9'"),
        ({"world": "beacon", "size": 3}, "cannot be built"),
    ],
)
def test_bad_arguments_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        parallel_env(**options)


def test_a_built_world_takes_no_build_arguments() -> None:
    with pytest.raises(Refused, match="already built"):
        parallel_env(build("beacon"), seats=2)
