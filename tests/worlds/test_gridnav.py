"""Gridnav: goals as published, walking, pay."""

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation
from worlds.classics.gridnav import goal_cell
from worlds.kit.cells import DOWN, LEFT, RIGHT, STAY, UP
from worlds.world import Refused


def walk(*moves: int) -> tuple[Simulation, list[float]]:
    """A task whose goal is in row 1, column 2, and what each of the moves paid."""
    simulation = Simulation(worlds.get("gridnav"))
    simulation.w.goal[:] = 1, 2
    return simulation, [float(simulation.step(np.array([[move]]))[1][0]) for move in moves]


def test_the_goal_is_any_cell_outside_the_start_corner() -> None:
    cells = {goal_cell(number, 5) for number in range(21)}
    assert cells == {(row, col) for row in range(5) for col in range(5)} - {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize("split", ["train", "test-layout"])
def test_goals_are_equally_likely_on_both_sides_of_the_split(split: str) -> None:
    batch = Batch(worlds.get("gridnav"), 21_000, split=split, seed=3)
    batch.reset()
    goals = np.array(batch.worlds["goal"], np.int64)
    counts = np.bincount(goals[:, 0] * 5 + goals[:, 1], minlength=25)
    free = np.delete(counts, [0, 1, 5, 6])
    assert counts[[0, 1, 5, 6]].sum() == 0
    assert ((free - 1000.0) ** 2 / 1000.0).sum() < 45.3  # chi-square with 20 degrees of freedom, p = 0.001


def test_only_the_goal_pays() -> None:
    _, rewards = walk(RIGHT, RIGHT, DOWN, STAY, UP)
    assert rewards == pytest.approx([-0.1, -0.1, 1.0, 1.0, -0.1])


def test_the_grid_ends_at_its_edges() -> None:
    simulation, _ = walk(LEFT, UP, DOWN, DOWN, DOWN, DOWN, DOWN)
    assert (simulation.w.row[0], simulation.w.col[0]) == (4, 0)


def test_the_walker_sees_its_cell_and_never_the_goal() -> None:
    simulation, _ = walk(RIGHT, DOWN)
    seen = simulation.observations[0, : simulation.world.observation.total]
    assert seen.tolist() == [float(cell == 6) for cell in range(25)]


def test_an_episode_takes_fifteen_ticks_and_a_trial_four_episodes() -> None:
    world = worlds.get("gridnav")
    assert (world.timing.decisions, world.timing.episodes) == (15, 4)
    simulation, _ = walk(*[STAY] * 15)
    assert simulation.episode_ended
    assert world.causes[int(simulation.final["cause"])].kind == "truncated"


def test_other_sides_scale_and_silly_ones_are_refused() -> None:
    assert worlds.get("gridnav", side=7).timing.decisions == 21
    with pytest.raises(Refused, match="side of 3 to 15"):
        worlds.get("gridnav", side=2)
