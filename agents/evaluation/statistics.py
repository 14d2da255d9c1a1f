"""Intervals over tasks and training seeds: one joint bootstrap, so that every comparison is paired.

A *score table* is an array (seeds, tasks, episodes) of returns. All conditions are measured on the same tasks; a
bootstrap replicate draws tasks once for all of them, so a difference between two conditions loses the spread that the
tasks cause in both. Where several training seeds are given, replicates draw seeds too, and conditions that come from
the same checkpoints (an agent and its memory-wiped control) draw the same ones.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.engine.late import later
from worlds.world import Refused

Floats = NDArray[np.float64]
Statistic = Literal["mean", "iqm"]
Values = Callable[[str], Floats]
"""Name of a condition -> its (..., episodes) values: the measured ones or the bootstrap replicates."""

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


def seed_weights(seeds: int, *, resamples: int, rng: np.random.Generator) -> Floats:
    """Weights (resamples, seeds) of training seeds, rows sum to 1.

    K - 1 of K seeds are drawn with replacement: with so few seeds drawing K would make the variance of their mean too
    small by (K - 1) / K (Rao and Wu 1988).
    """
    if seeds == 1:
        return np.ones((resamples, 1))
    drawn = rng.integers(0, seeds, size=(resamples, seeds - 1))
    return np.stack([(drawn == index).mean(axis=1) for index in range(seeds)], axis=1)


class Comparison:
    """Returns of several conditions on the same tasks, with joint bootstrap replicates."""

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
        """Resample `scores`: condition -> (seeds, tasks, episodes), tasks in the same order for all.

        `groups` names the conditions that come from the same checkpoints; by default each is its own group.

        Raises:
            Refused: fewer than two tasks, unequal numbers of tasks or seeds, or values that are not numbers.
        """
        self.scores = {name: np.asarray(table, dtype=np.float64) for name, table in scores.items()}
        self.groups = {name: (groups or {}).get(name, name) for name in self.scores}
        self.confidence = confidence
        self.statistic: Statistic = statistic
        _check(self.scores, self.groups)
        self._values = {name: self._center(table).mean(axis=0) for name, table in self.scores.items()}
        self._replicates = self._draw(resamples, seed)

    def _center(self, table: Floats) -> Floats:
        """The statistic of each seed, (seeds, episodes)."""
        by_task = np.moveaxis(table, 1, 0)
        return np.asarray(by_task.mean(axis=0) if self.statistic == "mean" else interquartile_mean(by_task))

    def _draw(self, resamples: int, seed: int) -> dict[str, Floats]:
        rng = np.random.default_rng((seed, 1))  # its own stream: seeds and tasks are drawn independently
        members = {group: len(self.scores[name]) for name, group in self.groups.items()}
        weights = {group: seed_weights(members[group], resamples=resamples, rng=rng) for group in sorted(members)}
        columns = np.concatenate([_columns(table) for table in self.scores.values()], axis=1)
        drawn = resample(columns, resamples=resamples, seed=seed, statistic=self.statistic)
        replicates, start = {}, 0
        for name, table in self.scores.items():
            seeds, _, episodes = table.shape
            block = drawn[:, start : start + seeds * episodes].reshape(resamples, seeds, episodes)
            replicates[name] = np.einsum("rk,rke->re", weights[self.groups[name]], block)
            start += seeds * episodes
        return replicates

    def __contains__(self, condition: str) -> bool:
        return condition in self.scores

    def by_seed(self, condition: str) -> Floats:
        """The statistic of each training seed, (seeds, episodes)."""
        return self._center(self.scores[condition])

    def measure(self, formula: Callable[[Values], Floats]) -> Estimate:
        """The interval of one number computed from the conditions' values, e.g. `lambda v: v("agent")[..., -1]`.

        `formula` is called with the measured values (episodes,) and with the replicates (resamples, episodes).
        """
        return self._estimate(formula(self._values.__getitem__), formula(self._replicates.__getitem__))

    def _estimate(self, value: Floats, replicates: Floats) -> Estimate:
        tail = (1.0 - self.confidence) / 2.0
        low, high = np.nanquantile(replicates, (tail, 1.0 - tail))  # see `share`
        return Estimate(float(value), float(low), float(high))

    def by_episode(self, condition: str, minus: str | None = None) -> list[Estimate]:
        """Return by episode index of a condition, or by how much it exceeds another's."""

        def at(episode: int) -> Callable[[Values], Floats]:
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
        """By how much the later episodes of a condition exceed the same condition's in another comparison.

        Both replicate alike where they have as many tasks, seeds and replicates and the same seed, so tasks of one
        number are paired, and so are checkpoints.

        Raises:
            Refused: the comparisons were not resampled alike.
        """
        mine, theirs = self._replicates[condition], other._replicates[condition]
        if self.scores[condition].shape != other.scores[condition].shape or mine.shape != theirs.shape:
            raise Refused(f"condition {condition!r} was measured on other numbers of tasks: the two cannot be paired")
        value = later(self._values[condition]) - later(other._values[condition])
        return self._estimate(value, later(mine) - later(theirs))

    def adaptation(self, agent: str = "agent", blind: str = "blind", oracle: str = "oracle") -> Estimate | None:
        """(agent - blind) / (oracle - blind) over the later episodes; None unless the oracle is surely above blind."""
        if not self.late(oracle, blind).above_zero:
            return None

        def ratio(v: Values) -> Floats:
            floor = later(v(blind))
            return share(later(v(agent)) - floor, later(v(oracle)) - floor)

        return self.measure(ratio)


def share(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, not a number where the whole is 0: of a headroom that is surely above 0 a few replicates may
    have none, and they have no share to tell.
    """
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) != 0.0)


def _columns(table: Floats) -> Floats:
    """(seeds, tasks, episodes) -> (tasks, seeds * episodes)."""
    return np.moveaxis(table, 1, 0).reshape(table.shape[1], -1)


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
