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

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.players.chance import generator_words, set_generator
from simulator.engine.late import first_late

KEPT = 0.5  # of the weight of earlier visits, at each new one: the learner has changed since
PRIOR = 2.0  # returns that the mean variance of all kept tasks weighs as much as
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class TaskWorlds(Protocol):
    """What a curriculum asks of `simulator.engine.Batch`."""

    n: int
    first_index: int
    lanes: np.ndarray

    def begin_tasks(self, worlds: Integers, indices: Integers, trials: Integers) -> None: ...


class Curriculum:
    """Chooses the tasks of a batch's worlds, trial by trial."""

    def __init__(self, batch: TaskWorlds, *, episodes: int, size: int, fresh: float, seed: int) -> None:
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

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """All that decides the draws to come, as arrays and plain numbers."""
        arrays = {"task": self.task, "own": self.own, "late": self.late}
        for seat, shelf in self.shelves.items():
            arrays[f"tasks.{seat}"] = np.array(list(shelf.tasks), np.int64).reshape(-1, 2)
            arrays[f"sums.{seat}"] = np.array(list(shelf.tasks.values())).reshape(-1, 3)
        usual = {str(seat): shelf.usual for seat, shelf in self.shelves.items()}
        return arrays, {"generator": generator_words(self.generator), "usual": usual}

    def restore(self, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> None:
        """Continue from a `state`."""
        self.task[:], self.own[:], self.late[:] = arrays["task"], arrays["own"], arrays["late"]
        set_generator(self.generator, facts["generator"])
        for seat, shelf in self.shelves.items():
            keys, sums = arrays[f"tasks.{seat}"].tolist(), arrays[f"sums.{seat}"]
            shelf.tasks = {(index, trial): row.copy() for (index, trial), row in zip(keys, sums, strict=True)}
            shelf.usual = facts["usual"][str(seat)]


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


def variances(sums: Floats) -> Floats:
    """Variances (k,) from numbers, sums and sums of squares (k, 3); NaN of fewer than two values."""
    number, total, squares = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.maximum(squares - total**2 / number, 0.0) / (number - 1.0)
    return np.where(number > 1.0, spread, np.nan)
