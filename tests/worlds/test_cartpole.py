"""Cartpole: Gymnasium's own numbers for the textbook's physics, and regions of physics that never mix."""

import numpy as np
import pytest
from gymnasium.envs.classic_control.cartpole import CartPoleEnv

import worlds
from simulator.engine import Batch, Simulation
from worlds.classics.cartpole import BEYOND, EDGE, EPISODE, GAP, SPREAD, TEXTBOOK, TICK

PHYSICS = ("gravity", "cart_mass", "pole_mass", "half_length", "force")


def textbook(swapped: int = 0) -> Simulation:
    """A task with the physics of CartPole-v1, where the first button pushes left."""
    simulation = Simulation(worlds.get("cartpole"), seed=1, episodes_per_trial=30)
    for name, value in zip(PHYSICS, TEXTBOOK, strict=True):
        simulation.w[name] = value
    simulation.w.swapped = swapped
    return simulation


def state(simulation: Simulation) -> list[float]:
    return [float(simulation.w[name][0]) for name in ("x", "speed", "lean", "turn")]


def test_it_moves_as_cartpole_v1_does() -> None:
    """Random pushes, from the same state, until the pole falls: the same path and end."""
    gym, simulation, rng = CartPoleEnv(), textbook(), np.random.default_rng(0)
    for _ in range(20):
        gym.reset(seed=0)
        gym.state = np.array(state(simulation))
        for _ in range(EPISODE):
            push = int(rng.integers(2))
            seen, reward, over, _, _ = gym.step(push)
            _, mine, _, _ = simulation.step(np.array([[push]]))
            assert mine[0] == reward == 1.0
            assert simulation.episode_ended == over
            if over:
                break
            np.testing.assert_allclose(state(simulation), gym.state, rtol=0, atol=1e-12)
            np.testing.assert_allclose(seen, np.array(gym.state, np.float32))
        assert over


def test_swapped_buttons_push_the_other_way() -> None:
    usual, swapped = textbook(), textbook(swapped=1)
    usual.step(np.array([[0]]))
    swapped.step(np.array([[1]]))
    assert usual.w.pushed[0] == swapped.w.pushed[0] == -TEXTBOOK[-1]
    assert state(usual) == state(swapped)


@pytest.mark.parametrize("split", ["train", "test-opponent", "test-layout", "test-both"])
def test_physics_come_from_their_own_part_of_the_range(split: str) -> None:
    batch = Batch(worlds.get("cartpole"), 4000, split=split, seed=2)
    batch.reset()
    spread = np.stack([np.log(batch.worlds[name] / TEXTBOOK[k]) / SPREAD[k] for k, name in enumerate(PHYSICS)], axis=1)
    size, beyond = np.abs(spread), np.array(batch.worlds["generator"]) == BEYOND
    if split in ("train", "test-opponent"):
        assert ((size >= GAP - 1e-9) & (size <= EDGE + 1e-9)).all()
    else:
        assert (size[beyond] >= EDGE - 1e-9).all()
        assert (size[~beyond] <= GAP + 1e-9).all()
        assert 0.4 < beyond.mean() < 0.6
    assert (np.abs(np.mean(spread > 0, axis=0) - 0.5) < 0.05).all()
    assert 0.45 < np.mean(batch.worlds["swapped"]) < 0.55


def test_final_physics_are_textbook_and_extreme_at_once() -> None:
    batch = Batch(worlds.get("cartpole"), 400, split="final", seed=2)
    batch.reset()
    sizes = {name: np.abs(np.log(batch.worlds[name] / TEXTBOOK[k]) / SPREAD[k]) for k, name in enumerate(PHYSICS)}
    for name, size in sizes.items():
        assert ((size <= GAP + 1e-9) if name in ("cart_mass", "half_length") else (size >= EDGE - 1e-9)).all(), name


def test_an_episode_ends_when_the_pole_falls_the_cart_leaves_or_time_is_up() -> None:
    for field, value, cause in (("lean", 0.3, "the pole fell"), ("x", 2.5, "the cart left the track")):
        simulation = textbook()
        simulation.w[field][0] = value
        simulation.step(np.array([[0]]))
        assert simulation.world.causes[int(simulation.final["cause"])].name == cause
    still = textbook()
    still.w.tick = EPISODE - 1
    still.step(np.array([[0]]))
    assert still.world.causes[int(still.final["cause"])].kind == "truncated"
    assert still.world.timing.tick == TICK
