"""Frozen lake's references: value iteration against shortest ways, and an explorer that only gets better."""

import numpy as np

import worlds
from agents.players.classical.lake import DISCOUNT, LakeExplorer, LakeKnower, neighbours, solve
from simulator.engine import Batch
from simulator.engine.trial import run_trials


def test_value_iteration_finds_every_shortest_way() -> None:
    """The value of a cell is the discounted goal, a number of steps away that the world measures in its own way."""
    batch = Batch(worlds.get("frozen_lake"), 200, split="test-both", seed=2)
    batch.reset()
    holes = np.array(batch.worlds["hole"]).reshape(200, 25) == 1
    away = np.array(batch.worlds["away"]).reshape(200, 25)
    value, moves = solve(holes, 5)
    reachable = (away < 25) & ~holes
    reachable[:, -1] = False
    np.testing.assert_allclose(value[reachable], DISCOUNT ** (away[reachable] - 1.0))
    assert (value[~reachable] == 0.0).all()
    lake, cell = np.nonzero(reachable)
    there = neighbours(5)[moves[lake, cell], cell]
    np.testing.assert_array_equal(away[lake, there], away[lake, cell] - 1)


def arrivals(player: LakeKnower | LakeExplorer, tasks: int, remapped: bool) -> np.ndarray:
    world = worlds.get("frozen_lake", remapped=remapped)
    batch = Batch(world, tasks, split="test-both", seed=6, reveal=getattr(player, "needs_reveal", False))
    return run_trials(batch, player, np.zeros(tasks, np.int64)).returns


def test_who_knows_the_lake_always_arrives() -> None:
    for remapped in (False, True):
        world = worlds.get("frozen_lake", remapped=remapped)
        assert (arrivals(LakeKnower(world), 300, remapped) == 1.0).all()


def test_the_explorer_never_falls_again_once_it_has_arrived_and_in_the_end_arrives_everywhere() -> None:
    for remapped in (False, True):
        found = arrivals(LakeExplorer(worlds.get("frozen_lake", remapped=remapped)), 300, remapped)
        assert (np.diff(found, axis=1) >= 0.0).all()
        assert found[:, 0].mean() < 0.75
        assert found[:, -1].mean() > 0.98
