"""Cartpole's references: the linear model against the world's own step, and how long the regulators balance."""

import numpy as np
import pytest

import worlds
from agents.players.classical.balance import Regulator, TextbookRegulator, gains, linearised
from simulator.engine import Batch, Simulation
from simulator.engine.trial import run_trials
from worlds.classics.cartpole import TEXTBOOK

NAMES = ("x", "speed", "lean", "turn")
PHYSICS = ("gravity", "cart_mass", "pole_mass", "half_length", "force")


@pytest.mark.parametrize("index", range(4))
def test_the_linear_model_is_the_derivative_of_a_step(index: int) -> None:
    """Central differences of one tick about the upright rest, in the state and in the force."""
    simulation = Simulation(worlds.get("cartpole"), split="test-both", index=index, episodes_per_trial=20)
    physics = np.array([float(simulation.w[name]) for name in PHYSICS])
    transition, drive = linearised(physics)
    small = 1e-4
    for column in range(4):
        ends = [one_tick(simulation, column, sign * small, 1e-30) for sign in (1.0, -1.0)]
        np.testing.assert_allclose((ends[0] - ends[1]) / (2.0 * small), transition[:, column], atol=1e-6)
    ends = [one_tick(simulation, 0, 0.0, sign * small) for sign in (1.0, -1.0)]
    np.testing.assert_allclose((ends[0] - ends[1]) / (2.0 * small), drive[:, 0], atol=1e-6)


def one_tick(simulation: Simulation, column: int, value: float, force: float) -> np.ndarray:
    """The state after a tick from rest, but for one number, with a push of `force` N to the right."""
    simulation.next_episode()
    for name in NAMES:
        simulation.w[name][0] = 0.0
    simulation.w[NAMES[column]][0] = value
    simulation.w.force, simulation.w.swapped = abs(force), 0
    simulation.step(np.array([[1 if force > 0.0 else 0]]))
    return np.array([float(simulation.w[name][0]) for name in NAMES])


def test_the_gains_hold_the_linear_model() -> None:
    transition, drive = linearised(TEXTBOOK)
    closed = transition - drive @ gains(TEXTBOOK)[None]
    assert np.abs(np.linalg.eigvals(transition)).max() > 1.0
    assert np.abs(np.linalg.eigvals(closed)).max() < 1.0


def balanced(player: Regulator | TextbookRegulator, tasks: int = 200) -> np.ndarray:
    world = worlds.get("cartpole")
    batch = Batch(world, tasks, split="test-both", seed=4, reveal=getattr(player, "needs_reveal", False))
    return run_trials(batch, player, np.zeros(tasks, np.int64)).returns


def test_who_knows_the_physics_never_falls() -> None:
    assert (balanced(Regulator(worlds.get("cartpole"))) == 500.0).all()


def test_who_never_adapts_falls_at_once_where_the_buttons_are_swapped() -> None:
    world = worlds.get("cartpole")
    batch = Batch(world, 200, split="test-both", seed=4)
    batch.reset()
    swapped = np.array(batch.worlds["swapped"]) == 1
    fixed, learning = (balanced(TextbookRegulator(world, learn_buttons=learn)) for learn in (False, True))
    assert fixed[swapped].max() < 60.0
    assert fixed[~swapped].mean() > 450.0
    np.testing.assert_array_equal(fixed[~swapped], learning[~swapped])
    assert learning.mean() > 450.0
