"""Figures of an evaluation and how sure they are: means or interquartile means over tasks and training seeds.

A *score table* is an array (seeds, tasks, episodes) of returns. All conditions are measured on the same tasks, so a
difference between two of them loses the spread that the tasks cause in both; and conditions that come from the same
checkpoints (an agent and its memory-wiped control) lose what their training seeds have in common. Intervals are those
of `intervals`: with several training seeds they are about all runs that might have been made, with one about this run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.evaluation.intervals import SeedGroup, Spread, ratio_ends
from simulator.engine.late import later
from worlds.world import Refused

Floats = NDArray[np.float64]
Statistic = Literal["mean", "iqm"]
Values = Callable[[str], Floats]
"""Name of a condition -> its (..., episodes) values."""
Formula = Callable[[Values], Floats]
"""A figure (...) that is linear in the values, e.g. ``lambda v: v("agent")[..., -1] - v("wiped")[..., -1]``."""

_CHUNK = 250  # replicates drawn at a time: 250 x 2,000 tasks are 4 MB
_TRIM = 0.25  # the interquartile mean leaves out this part on each side


@dataclass(frozen=True)
class Estimate:
    """A measured value and the ends of its interval."""

    value: float
    low: float
    high: float

    @property
    def above_zero(self) -> bool:
        """True when the whole interval lies above 0."""
        return self.low > 0.0

    def dict(self) -> dict[str, float]:
        """Plain numbers, rounded to six decimals so that a report reads the same wherever it was summed."""
        return {"value": round(self.value, 6), "low": round(self.low, 6), "high": round(self.high, 6)}

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


def task_counts(tasks: int, *, resamples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield blocks (r, tasks) of how often each task is drawn in each replicate; the same for the same arguments."""
    rng = np.random.default_rng(seed)
    for start in range(0, resamples, _CHUNK):
        rows = min(_CHUNK, resamples - start)
        drawn = rng.integers(0, tasks, size=(rows, tasks)) + np.arange(rows)[:, None] * tasks
        yield np.bincount(drawn.ravel(), minlength=rows * tasks).reshape(rows, tasks)


def interquartile_mean(scores: ArrayLike) -> Floats:
    """Mean of the middle half along axis 0."""
    from scipy.stats import trim_mean  # takes a second to import, and few need it

    return np.asarray(trim_mean(np.asarray(scores, dtype=np.float64), _TRIM, axis=0))


def _resampled_iqm(column: Floats, counts: NDArray[np.int64]) -> Floats:
    """Interquartile means (r,) of the replicates of a column: sort once, then weigh by how often each was drawn."""
    order = np.argsort(column, kind="stable")
    ordered, tasks, cut = column[order], len(column), int(_TRIM * len(column))
    reached = np.cumsum(counts[:, order], axis=1, dtype=np.float64)  # draws up to each value
    np.clip(reached, cut, tasks - cut, out=reached)
    # Each value weighs as much as it adds to `reached`; summed by parts, to spare the array of these steps.
    total = (tasks - cut) * ordered[-1] - cut * ordered[0] - reached[:, :-1] @ np.diff(ordered)
    return np.asarray(total / (tasks - 2 * cut))


def resample(columns: ArrayLike, *, resamples: int = 5000, seed: int = 0, statistic: Statistic = "mean") -> Floats:
    """Bootstrap replicates (resamples, C) of the statistic of each column of `columns` (tasks, C).

    Row r draws the same tasks for all columns, and for every call with as many tasks and the same seed.
    """
    table = np.asarray(columns, dtype=np.float64)
    blocks = []
    for counts in task_counts(len(table), resamples=resamples, seed=seed):
        if statistic == "mean":
            blocks.append(counts @ table / len(table))
        else:
            blocks.append(np.stack([_resampled_iqm(column, counts) for column in table.T], axis=1))
    return np.concatenate(blocks)


class Comparison:
    """Returns of several conditions on the same tasks, and figures of them with intervals."""

    def __init__(
        self,
        scores: Mapping[str, ArrayLike],
        *,
        groups: Mapping[str, str] | None = None,
        resamples: int = 5000,
        confidence: float = 0.95,
        seed: int = 0,
        statistic: Statistic = "mean",
    ) -> None:
        """Take `scores`: condition -> (seeds, tasks, episodes), tasks in the same order for all.

        `groups` names the conditions that come from the same checkpoints; by default each is its own group. How much an
        interquartile mean varies with the tasks is found by `resamples` bootstrap replicates, drawn by `seed`.

        Raises:
            Refused: fewer than two tasks, unequal numbers of tasks or seeds, or values that are not numbers.
        """
        self.scores = {name: np.asarray(table, dtype=np.float64) for name, table in scores.items()}
        self.groups = {name: (groups or {}).get(name, name) for name in self.scores}
        self.confidence, self.resamples, self.seed = confidence, resamples, seed
        self.statistic: Statistic = statistic
        _check(self.scores, self.groups)
        self._by_seed = {name: self._center(table) for name, table in self.scores.items()}
        self._noise: dict[str, Floats] = {}

    def _center(self, table: Floats) -> Floats:
        """The statistic of each seed, (seeds, episodes)."""
        by_task = np.moveaxis(table, 1, 0)
        return np.asarray(by_task.mean(axis=0) if self.statistic == "mean" else interquartile_mean(by_task))

    def __contains__(self, condition: str) -> bool:
        return condition in self.scores

    def by_seed(self, condition: str) -> Floats:
        """The statistic of each training seed, (seeds, episodes)."""
        return self._by_seed[condition]

    def _noise_of(self, condition: str) -> Floats:
        """How tasks make a condition's statistic vary, (n, seeds, episodes), as `SeedGroup` wants it: deviations of
        tasks, or of bootstrap replicates, in which all conditions draw the same tasks.
        """
        if condition not in self._noise:
            by_task = np.moveaxis(self.scores[condition], 1, 0)
            if self.statistic == "mean":
                draws, scale = by_task, len(by_task) * (len(by_task) - 1)
            else:
                columns = by_task.reshape(len(by_task), -1)
                drawn = resample(columns, resamples=self.resamples, seed=self.seed, statistic=self.statistic)
                draws, scale = drawn.reshape(-1, *by_task.shape[1:]), self.resamples - 1
            self._noise[condition] = (draws - draws.mean(axis=0)) / np.sqrt(scale)
        return self._noise[condition]

    def measure(self, formula: Formula) -> Estimate:
        """The interval of one figure of the conditions' values."""
        value, spread = self._measured((formula,))
        half = float(spread.half(np.ones(1), self.confidence))
        return Estimate(float(value[0]), float(value[0]) - half, float(value[0]) + half)

    def ratio(self, part: Formula, whole: Formula) -> Estimate | None:
        """``part / whole`` with its interval after Fieller; None unless ``whole`` is surely above 0, for then it may be
        any number.
        """
        (above, below), spread = self._measured((part, whole))
        ends = ratio_ends(float(above), float(below), spread, self.confidence)
        return Estimate(float(above / below), *ends) if ends else None

    def _measured(self, formulas: Sequence[Formula]) -> tuple[Floats, Spread]:
        """Some figures (D,) and how they vary: formulas are linear, so each is a sum over the groups."""
        used: dict[str, Floats] = {}

        def note(name: str) -> Floats:
            return used.setdefault(name, self._by_seed[name].mean(axis=0))

        value = np.array([formula(note) for formula in formulas], dtype=np.float64)
        parts = []
        for group in dict.fromkeys(self.groups[name] for name in used):
            members = {name for name in used if self.groups[name] == group}
            seeds = self._applied(formulas, members, self.by_seed)
            parts.append(SeedGroup(seeds, self._applied(formulas, members, self._noise_of)))
        return value, Spread.of(parts, next(iter(self.scores.values())).shape[1])

    def _applied(self, formulas: Sequence[Formula], members: set[str], values: Values) -> Floats:
        """The formulas (..., D) of some conditions alone, all others 0."""
        blank = np.broadcast_to(0.0, values(min(members)).shape)

        def only(name: str) -> Floats:
            return values(name) if name in members else blank

        return np.stack([formula(only) for formula in formulas], axis=-1)

    def by_episode(self, condition: str, minus: str | None = None) -> list[Estimate]:
        """Return by episode index of a condition, or by how much it exceeds another's."""

        def at(episode: int) -> Formula:
            if minus is None:
                return lambda v: v(condition)[..., episode]
            return lambda v: v(condition)[..., episode] - v(minus)[..., episode]

        return [self.measure(at(episode)) for episode in range(self.scores[condition].shape[2])]

    def gain(self, condition: str) -> Estimate:
        """Last episode minus first."""
        return self.measure(lambda v: v(condition)[..., -1] - v(condition)[..., 0])

    def rise(self, condition: str) -> Estimate:
        """Mean over the later episodes (`later`) minus the first: a gain with less noise than that of one episode."""
        return self.measure(lambda v: later(v(condition)) - v(condition)[..., 0])

    def late(self, condition: str, minus: str | None = None) -> Estimate:
        """Mean over the later episodes (`later`), or by how much it exceeds another's."""
        if minus is None:
            return self.measure(lambda v: later(v(condition)))
        return self.measure(lambda v: later(v(condition)) - later(v(minus)))

    def late_above(self, other: "Comparison", condition: str) -> Estimate:
        """By how much the later episodes of a condition exceed the same condition's in another comparison, of the same
        checkpoints: they are paired, and so are tasks of one number.

        Raises:
            Refused: the two differ in their numbers of tasks or seeds.
        """
        mine, theirs = self.scores[condition], other.scores[condition]
        if mine.shape != theirs.shape:
            raise Refused(f"condition {condition!r} was measured on other numbers of tasks: the two cannot be paired")
        both = Comparison(
            {"mine": mine, "theirs": theirs}, groups={"mine": condition, "theirs": condition},
            resamples=self.resamples, confidence=self.confidence, seed=self.seed, statistic=self.statistic,
        )  # fmt: skip
        return both.late("mine", "theirs")

    def adaptation(self, agent: str = "agent", blind: str = "blind", oracle: str = "oracle") -> Estimate | None:
        """(agent - blind) / (oracle - blind) over the later episodes; None unless the oracle is surely above blind."""
        return self.ratio(
            lambda v: later(v(agent)) - later(v(blind)),
            lambda v: later(v(oracle)) - later(v(blind)),
        )


def sampled(seeds: Mapping[str, int]) -> str:
    """What intervals are over, in words, from the number of training seeds of the agent and of every reference."""
    alone = [kind for kind, count in seeds.items() if count == 1]
    if len(alone) == len(seeds):
        return f"tasks; 1 training seed{' each' * (len(alone) > 1)}: says nothing of other runs"
    counts = ", ".join(f"{kind} {count}" for kind, count in seeds.items())
    return f"tasks and training seeds ({counts}{': 1 says nothing of other runs' * bool(alone)})"


def _check(scores: Mapping[str, Floats], groups: Mapping[str, str]) -> None:
    """Raise Refused unless the tables can be compared task by task."""
    if not scores:
        raise Refused("nothing to compare: name at least one condition")
    for name, table in scores.items():
        if table.ndim != 3:
            raise Refused(f"scores of {name!r} have {table.ndim} dimensions: 3 are needed (seeds, tasks, episodes)")
        if not np.isfinite(table).all():
            raise Refused(f"scores of {name!r} hold a value that is not a finite number")
    tasks = {name: table.shape[1] for name, table in scores.items()}
    if min(tasks.values()) < 2:
        raise Refused(f"{min(tasks.values())} tasks give no interval: use at least 2")
    if len(set(tasks.values())) > 1 or len({table.shape[2] for table in scores.values()}) > 1:
        raise Refused(f"conditions of {tasks} tasks cannot be paired: all need the same tasks and episodes")
    for group in set(groups.values()):
        if len({len(scores[name]) for name in scores if groups[name] == group}) > 1:
            raise Refused(
                f"conditions of group {group!r} differ in their number of training seeds: they need the same ones"
            )
