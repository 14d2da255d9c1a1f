"""A curriculum: picks tasks in which there is something to learn, keeps a share of fresh ones, begins them exactly."""

from __future__ import annotations

import numpy as np
import pytest
from test_train import SMALL

from agents.settings.declared import changed
from agents.training.curriculum import Curriculum, Shelf, variances
from agents.training.run import Run
from simulator.engine import Batch, Simulation
from worlds.world import World

WORLDS, EPISODES = 60, 5
HOPELESS, EVEN, SURE = range(3)  # what becomes of an episode: it fails, either, it succeeds


class Tasks:
    """Worlds whose tasks are of three kinds by their index and trial; nothing is simulated."""

    def __init__(self) -> None:
        self.n, self.first_index = WORLDS, 100
        self.lanes = np.zeros((WORLDS, 1), np.int64)
        self.begun = 0

    def begin_tasks(self, worlds: np.ndarray, indices: np.ndarray, trials: np.ndarray) -> None:
        self.begun += len(worlds)


def kind(task: np.ndarray) -> int:
    return int(task.sum() % 3)


def play(fresh: float, rounds: int) -> tuple[Curriculum, Tasks, np.ndarray]:
    """Trials everywhere, round after round: how often each kind of task was played in the last twenty rounds."""
    tasks, rng = Tasks(), np.random.default_rng(3)
    curriculum = Curriculum(tasks, episodes=EPISODES, size=30, fresh=fresh, seed=1)
    counts = np.zeros(3)
    for turn in range(rounds):
        kinds = np.array([kind(task) for task in curriculum.task])
        if turn >= rounds - 20:
            counts += np.bincount(kinds, minlength=3)
        for episode in range(EPISODES):
            late = np.where(kinds == EVEN, rng.integers(0, 2, WORLDS), kinds == SURE).astype(float)
            returns = late if episode >= 2 else rng.random(WORLDS)  # episodes of searching must not matter
            curriculum.note(np.arange(WORLDS), np.full(WORLDS, episode), returns)
        curriculum.begin(np.ones(WORLDS, bool))
    return curriculum, tasks, counts / counts.sum()


def test_learnable_tasks_are_played_most() -> None:
    curriculum, _, shares = play(fresh=0.25, rounds=60)
    assert shares[EVEN] > 0.75  # 1/3 of the fresh ones and nearly all others
    kept = curriculum.shelves[0]
    assert sum(kind(np.array(task)) == EVEN for task in kept.tasks) == len(kept.tasks) == 30
    uniform = play(fresh=1.0, rounds=60)[2]
    assert uniform == pytest.approx([1 / 3] * 3, abs=0.05)


def test_the_share_of_fresh_tasks_is_as_set() -> None:
    curriculum, tasks, _ = play(fresh=0.25, rounds=60)
    fresh = curriculum.own.sum() - WORLDS  # trials of worlds' own, after the first
    assert fresh / (59 * WORLDS) == pytest.approx(0.25, abs=0.03)
    assert tasks.begun > 0
    assert play(fresh=1.0, rounds=5)[1].begun == 0  # fresh tasks begin by themselves


def test_success_or_failure_gives_p_times_one_minus_p() -> None:
    returns = np.array([1.0] * 30 + [0.0] * 70)
    sums = np.array([[len(returns), returns.sum(), (returns**2).sum()]])
    assert variances(sums)[0] == pytest.approx(0.3 * 0.7 * 100 / 99)
    assert np.isnan(variances(np.array([[1.0, 5.0, 25.0]]))[0])


def test_what_was_mastered_leaves() -> None:
    shelf = Shelf(2)
    for place, spread in enumerate((4.0, 1.0)):
        shelf.put((place, 0), np.array([4.0, 0.0, 4.0 * spread]))
    for _ in range(8):
        shelf.put((0, 0), np.array([3.0, 30.0, 300.0]))  # the same return at every visit
    shelf.put((2, 0), np.array([4.0, 0.0, 8.0]))
    assert set(shelf.tasks) == {(1, 0), (2, 0)}


def test_draws_follow_learnability() -> None:
    shelf = Shelf(2)
    shelf.put((0, 0), np.array([1001.0, 0.0, 3000.0]))
    shelf.put((1, 0), np.array([1001.0, 0.0, 1000.0]))
    share = shelf.learnability()[0] / shelf.learnability().sum()
    assert share == pytest.approx(0.75, abs=0.01)
    assert [shelf.draw(point) for point in (0.0, share - 0.01, share + 0.01, 1.0)] == [(0, 0), (0, 0), (1, 0), (1, 0)]


def test_a_state_is_complete() -> None:
    first, _, _ = play(fresh=0.5, rounds=30)
    second = Curriculum(Tasks(), episodes=EPISODES, size=30, fresh=0.5, seed=9)
    second.load_state_dict(first.state_dict())
    for curriculum in (first, second):
        curriculum.note(np.arange(WORLDS), np.full(WORLDS, 4), np.linspace(0.0, 1.0, WORLDS))
        curriculum.begin(np.ones(WORLDS, bool))
    assert (first.task == second.task).all()
    assert first.figures() == second.figures()


def test_worlds_of_a_run_play_the_tasks_that_were_drawn(beacon: World) -> None:
    settings = changed(SMALL, self_play=0.0, curriculum="learnability", curriculum_tasks=4)
    run = Run(settings, beacon)
    run.collector.reset()
    for _ in range(3):
        run.rollout.reset()
        run.collector.collect(n_step=settings.learning.lanes)
    group = run.collector.groups[0]
    batch, curriculum = group.batch, group.curriculum
    assert isinstance(batch, Batch)
    assert curriculum is not None
    drawn = curriculum.task[:, 0] != np.arange(batch.n)
    assert drawn.any()
    for world, (index, trial) in enumerate(curriculum.task.tolist()):
        alone = Simulation(beacon, seed=settings.run.seed, index=index)
        alone.reset(trial=trial)
        assert batch.worlds["task_key"][world] == alone.w["task_key"]
        assert batch.worlds["beacon"][world] == alone.w["beacon"]
        assert index % 2 == world % 2  # the learner sits there as it did when the task was taken in
    run.close()
