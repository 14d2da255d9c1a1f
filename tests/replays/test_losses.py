"""What decisions cost, as an oracle sees them: on the small world, where the right value is known."""

from pathlib import Path

import numpy as np
import pytest

import replays
from replays.losses import Loss, losses, worst
from simulator.engine import Mind, Simulation
from worlds.world import World

WEST, STAY, EAST = range(3)
STRIDE, REACH, LENGTH, TICK_COST = 0.25, 0.3, 10.0, 0.01


class Knower:
    """Walks straight to the beacon, which it is told, and knows what that is worth: without a discount, 1 less a
    hundredth for each tick of the way."""

    needs_reveal = True

    def __init__(self) -> None:
        self.name = "knower"
        self.mind: Mind | None = None
        self.memory = np.zeros((1, 1), np.float32)

    def reset(self, lanes: int) -> None:
        self.memory = np.zeros((lanes, 1), np.float32)

    def forget(self) -> None:
        self.memory[:] = 0.0

    def act(self, observations: np.ndarray, legal: np.ndarray) -> np.ndarray:
        place, beacon = LENGTH * observations[:, 0], LENGTH * observations[:, -1]
        ticks = np.ceil((np.abs(beacon - place) - REACH) / STRIDE - 1e-4)
        choice = np.where(beacon > place, EAST, WEST)
        probabilities = np.eye(3, dtype=np.float32)[choice]
        value = (1.0 - TICK_COST * np.maximum(ticks, 1)).astype(np.float32)
        self.mind = Mind(probabilities=probabilities, value=value)
        return choice[:, None]


@pytest.fixture(params=["external", "bot:pacer:bold=0.2"])
def recording(request: pytest.FixtureRequest, tmp_path: Path, beacon: World) -> Path:
    """walker_0 strolls from side to side, as a person or as a bot does."""
    path = tmp_path / "game.mcap"
    simulation = Simulation(beacon, seed=13, seats={"walker_0": request.param, "walker_1": "bot"})
    with replays.record(path) as recorder:
        recorder.begin(simulation)
        for tick in range(200):
            simulation.tick(np.full((2, 1), (WEST, STAY, EAST)[tick // 2 % 3], np.int64))
            recorder.tick(simulation)
    return path


def test_a_step_away_costs_the_way_back(recording: Path) -> None:
    replay = replays.open(recording)
    found = losses(replay, 0, 0, Knower(), 1.0)
    assert len(found) > 10
    seen = set()
    for loss in found:
        replay.seek(loss.position)
        w = replay.simulation.w
        beacon, place = float(w["beacon"]), float(w["pos"][0])
        right = EAST if beacon > place else WEST
        assert loss.better == (right,)
        replay.forward()
        assert loss.done == (int(replay.simulation.applied[0, 0]),)
        if not replay.simulation.deciding:
            replay.forward()
        end = replay.simulation.episode_ended
        near = abs(beacon - place) <= 2 * STRIDE + REACH
        if loss.done == loss.better:
            assert loss.loss == 0.0
        elif not end and not near and 0.5 < place < 9.5:
            ticks = 2 if loss.done == (STAY,) else 4
            assert loss.loss == pytest.approx(TICK_COST * ticks, abs=1e-4)
            seen.add(loss.done)
    assert seen


def test_the_worst_are_those_that_cost_most() -> None:
    found = [Loss(at, 0, cost, (0,), (better,)) for at, (cost, better) in enumerate([(1, 1), (3, 1), (-2, 1), (5, 0)])]
    assert [loss.position for loss in worst(found)] == [1, 0]
    assert [loss.position for loss in worst(found, 1)] == [1]


def test_only_the_trial_at_hand_is_weighed(recording: Path, beacon: World) -> None:
    replay = replays.open(recording)
    starts = [span.start for span in replay.episodes if span.trial == 1]
    if starts:
        assert max(loss.position for loss in losses(replay, 0, 0, Knower(), 1.0)) < starts[0]
        assert min(loss.position for loss in losses(replay, starts[0], 0, Knower(), 1.0)) >= starts[0]


def test_weighing_leaves_the_replay_where_it_was(recording: Path) -> None:
    replay = replays.open(recording)
    replay.seek(33)
    before = replay.simulation.hash()
    losses(replay, 33, 0, Knower(), 0.9)
    assert (replay.position, replay.simulation.hash()) == (33, before)
