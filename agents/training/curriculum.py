"""A curriculum over tasks: those in which there is most to learn are drawn again, beside fresh ones.

What counts is how an agent does *after* adapting: the returns of the later episodes of a trial (`first_late`), as in
ULEE (2601.19810), which scores tasks by their last episodes. A task is worth playing again when this return is
uncertain: its **learnability** is the variance of the late returns over the visits to it. Where an episode either
succeeds or fails this is p(1 − p), the learnability of SFL (Rutherford et al. 2024): tasks that always fail or never do
teach nothing. Like a replay buffer of levels (PLR, Jiang et al. 2021) a bounded number of tasks is kept, and a share of
fresh tasks is played all along.

A task is the pair (index, trial) of `Batch.begin_tasks`, and it is kept with the seat that the learner had in it: the
same layout is another task to an evader than to a chaser.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.training.component import State, load_pcg, matching, pcg_state
from agents.training.sampler import TaskSampler
from simulator.engine.checks import MOST
from simulator.engine.late import first_late

KEPT = 0.5  # of the weight of earlier visits, at each new one: the learner has changed since
PRIOR = 2.0  # returns that the mean variance of all kept tasks weighs as much as
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Curriculum:
    """Chooses the tasks of a batch's worlds, trial by trial."""

    def __init__(self, batch: TaskSampler, *, episodes: int, size: int, fresh: float, seed: int) -> None:
        """Keep up to ``size`` tasks of ``episodes`` episodes, shared equally between the learner's seats; a share of
        ``fresh`` of the trials are new tasks.
        """
        self.batch, self.fresh, self.first = batch, fresh, first_late(episodes)
        self.seats: Integers = batch.lanes[:, 0].astype(np.int64)
        """(N,): where the learner sits; of all-seat learners the first one's seat stands for all."""
        self.shelves = {int(seat): Shelf(max(1, size // len(set(self.seats.tolist())))) for seat in self.seats}
        """The kept tasks of each seat."""
        self.generator = np.random.Generator(np.random.PCG64(seed))
        self.task: Integers = np.zeros((batch.n, 2), np.int64)
        """(N, 2): index and trial of each world's present task."""
        self.own: Integers = np.zeros(batch.n, np.int64)
        """(N,): the next trial of each world's own index, where fresh tasks come from."""
        self.late: Floats = np.zeros((batch.n, 3))
        """(N, 3): number, sum and sum of squares of the late returns in the present trial."""
        self.reset()

    def reset(self) -> None:
        """The batch was reset: every world is in the first trial of its own index."""
        self.task[:, 0] = self.batch.first_index + np.arange(self.batch.n)
        self.task[:, 1] = 0
        self.own[:] = 1
        self.late[:] = 0.0

    def note(self, worlds: Integers, episodes: Integers, returns: Floats) -> None:
        """Episodes with these indices in their trials ended in some worlds, (k,) each."""
        late = episodes >= self.first
        where, values = worlds[late], returns[late]
        self.late[where] += np.stack([np.ones_like(values), values, values**2], axis=1)

    def begin(self, chosen: NDArray[np.bool_]) -> None:
        """The trials of the ``chosen`` (N,) worlds are over and their next ones have begun by themselves: note what was
        learned of the old tasks, and begin those that are drawn instead.
        """
        worlds = np.flatnonzero(chosen)
        if not len(worlds):
            return
        for world in worlds:
            index, trial = self.task[world]
            self.shelves[int(self.seats[world])].put((int(index), int(trial)), self.late[world])
        self.late[worlds] = 0.0
        by_itself = self.task[worlds] + [0, 1]
        again, which = self.generator.random((2, len(worlds)))
        for world, coin, point in zip(worlds, again, which, strict=True):
            shelf = self.shelves[int(self.seats[world])]
            if coin >= self.fresh and shelf.full:
                self.task[world] = shelf.draw(point)
            else:
                self.task[world] = self.batch.first_index + world, self.own[world]
                self.own[world] += 1
        other = worlds[(self.task[worlds] != by_itself).any(axis=1)]
        if len(other):
            self.batch.begin_tasks(other, self.task[other, 0], self.task[other, 1])

    def figures(self) -> dict[str, float]:
        """Tasks kept, and their mean learnability beside that of fresh tasks (in squared returns)."""
        shelves = self.shelves.values()
        kept = [float(shelf.learnability().mean()) for shelf in shelves if shelf.tasks]
        return {
            "tasks": float(sum(len(shelf.tasks) for shelf in shelves)),
            "learnability": round(float(np.mean(kept)) if kept else 0.0, 6),
            "fresh_learnability": round(float(np.mean([shelf.usual for shelf in shelves])), 6),
        }

    def state_dict(self) -> State:
        """The tasks that are played and those that are kept, and the generator of draws."""
        return {
            "task": self.task.copy(), "own": self.own.copy(), "late": self.late.copy(),
            "draws": pcg_state(self.generator),
            "shelves": {str(seat): shelf.state_dict() for seat, shelf in self.shelves.items()},
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`."""
        found = matching("the curriculum", state, self.state_dict())
        _refuse_tasks("the curriculum", found["task"], found["own"])
        _refuse_sums("the curriculum", found["late"])
        load_pcg("the curriculum", self.generator, found["draws"])
        shelves = matching("the shelves of tasks", found["shelves"], {str(seat): {} for seat in self.shelves})
        for seat, shelf in self.shelves.items():
            shelf.load_state_dict(shelves[str(seat)])
        self.task, self.own, self.late = found["task"], found["own"], found["late"]


class Shelf:
    """The most learnable tasks known for one seat, each with the fading sums of its late returns."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.tasks: dict[tuple[int, int], Floats] = {}
        """(index, trial) → number, sum and sum of squares of late returns, earlier visits weighing less."""
        self.usual = 0.0
        """Fading mean variance of tasks at their first visit."""

    @property
    def full(self) -> bool:
        """Whether it holds as many tasks as it may: before, none is drawn."""
        return len(self.tasks) >= self.size

    def put(self, task: tuple[int, int], late: Floats) -> None:
        """A visit gave these late returns (number, sum, sum of squares): renew the task, or take it in, in place of the
        least learnable one where that one is not above it.
        """
        if task in self.tasks:
            self.tasks[task] = KEPT * self.tasks[task] + late
            return
        variance = variances(late[None])[0]
        if np.isfinite(variance):
            self.usual += 0.01 * (variance - self.usual)
        self.tasks[task] = late.copy()
        if len(self.tasks) > self.size:
            scores = self.learnability()
            worst = int(scores.argmin())  # of equals the one that came first
            del self.tasks[list(self.tasks)[worst]]

    def draw(self, point: float) -> tuple[int, int]:
        """The task at ``point`` in [0, 1) of the cumulated learnability; any with the same chance while all are 0."""
        scores = self.learnability()
        sums = np.cumsum(scores if scores.sum() > 0.0 else np.ones_like(scores))
        place = int(np.searchsorted(sums, point * sums[-1], side="right"))
        return list(self.tasks)[min(place, len(sums) - 1)]  # rounding may reach the very end

    def learnability(self) -> Floats:
        """(K,): variance of the late returns of each task, drawn towards the mean of all while hardly known."""
        sums = np.array(list(self.tasks.values()))
        found, known = variances(sums), np.maximum(sums[:, 0] - 1.0, 0.0)
        measured = np.isfinite(found)
        usual = found[measured].mean() if measured.any() else 0.0
        return np.asarray((known * np.where(measured, found, 0.0) + PRIOR * usual) / (known + PRIOR))

    def state_dict(self) -> State:
        """The tasks (K, 2) in the order in which they came, with their sums (K, 3)."""
        tasks, sums = np.array(list(self.tasks), np.int64), np.array(list(self.tasks.values()))
        return {"tasks": tasks.reshape(-1, 2), "sums": sums.reshape(-1, 3), "usual": self.usual}

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`."""
        part = "a shelf of tasks"
        found = matching(part, state, self.state_dict(), growing=("tasks", "sums"))
        tasks, sums = [(index, trial) for index, trial in found["tasks"].tolist()], found["sums"]
        _refuse_tasks(part, found["tasks"])
        _refuse_sums(part, sums)
        if len(tasks) != len(sums) or len(set(tasks)) < len(tasks) or len(tasks) > self.size or found["usual"] < 0.0:
            raise ValueError(f"{part} holds tasks twice, without returns, or more than the {self.size} that it may")
        self.tasks = {task: row.copy() for task, row in zip(tasks, sums, strict=True)}
        self.usual = found["usual"]


def _refuse_tasks(part: str, *numbers: Integers) -> None:
    if any(((found < 0) | (found > MOST)).any() for found in numbers):
        raise ValueError(f"{part} names a task that is none of 0 to {MOST}")


def _refuse_sums(part: str, sums: Floats) -> None:
    if (sums[:, [0, 2]] < 0.0).any():
        raise ValueError(f"{part} has a count or a sum of squares below 0")


def variances(sums: Floats) -> Floats:
    """Variances (k,) from numbers, sums and sums of squares (k, 3); NaN of fewer than two values."""
    number, total, squares = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.maximum(squares - total**2 / number, 0.0) / (number - 1.0)
    return np.where(number > 1.0, spread, np.nan)
