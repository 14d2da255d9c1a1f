"""How sure a figure is, from trials of several training seeds on the same tasks: t-intervals that know both spreads.

A figure is a sum over *groups* (training runs that were made together: the agent's seeds, the blind reference's) of the
mean over a group's K seeds and over the N tasks that everybody plays. Its variance has two parts. That of the **seeds**
is the variance of the seeds' means, divided by K, for each group; with few seeds it is known badly, so the interval is
one of Student with the degrees of freedom of Welch and Satterthwaite. That of the **tasks** is the variance of the
figure by task, divided by N; the noise that the seeds' means show already is taken off (the crossed random effects of
analysis of variance). A group of one seed has no first part: its interval is over tasks alone.

Satterthwaite's formula is too sure where the seeds' part is small by chance, just when it counts least. So it counts
(d + 2) / d times in the degrees of freedom, d its own; then a claimed 95 % cover 93 to 97 % at 3, 5 and 10 seeds
(`python tests/tools/intervals.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_DIRECTIONS = 65  # in which the ends of a ratio are looked for, before they are found exactly
_STEPS, _CLOSER = 16, 8  # then 8 times in 16 parts of what is left: to eleven digits


@dataclass(frozen=True)
class SeedGroup:
    """What the training seeds of one group add to some figures."""

    by_seed: Floats
    """(K, D): each seed's part of every figure."""
    noise: Floats
    """(n, K, D): how tasks make it vary; the covariance of two of its columns is the sum of their products."""


@dataclass(frozen=True)
class Spread:
    """The covariances of D figures: of each group's seeds, and of the tasks."""

    seeds: tuple[tuple[Floats, int], ...]
    """(D, D) and degrees of freedom, of every group of several seeds."""
    tasks: Floats
    """(D, D)."""
    tasks_freedom: int

    @classmethod
    def of(cls, groups: Sequence[SeedGroup], tasks: int) -> Spread:
        """From what every group adds, on so many tasks."""
        whole = sum((group.noise.mean(axis=1) for group in groups), start=np.zeros(()))
        of_tasks, seeds = whole.T @ whole, []
        for group in groups:
            count = len(group.by_seed)
            if count > 1:
                between = np.atleast_2d(np.cov(group.by_seed, rowvar=False, ddof=1)) / count
                seeds.append((between, count - 1))
                apart = group.noise - group.noise.mean(axis=1, keepdims=True)
                of_tasks = of_tasks - np.einsum("nkd,nke->de", apart, apart) / (count * (count - 1))
        return cls(tuple(seeds), of_tasks, tasks - 1)

    def half(self, weights: Floats, confidence: float) -> Floats:
        """Half the width of the interval of the figures' sum by ``weights`` (..., D): (...,)."""
        from scipy.special import stdtrit  # a quarter of a second, which only measurements need

        def variance(matrix: Floats) -> Floats:
            return np.maximum(np.einsum("...d,de,...e->...", weights, matrix, weights), 0.0)

        parts = [(variance(matrix), freedom) for matrix, freedom in self.seeds]
        tasks, of_seeds = variance(self.tasks), np.asarray(sum(part for part, _ in parts), dtype=np.float64)
        freedom = _quotient(of_seeds**2, sum(part**2 / freedom for part, freedom in parts), 1.0)
        counted = of_seeds * (freedom + 2.0) / freedom  # see the head of this file
        both = _quotient((counted + tasks) ** 2, counted**2 / freedom + tasks**2 / self.tasks_freedom, 1.0)
        return np.asarray(stdtrit(both, 0.5 + confidence / 2.0) * np.sqrt(of_seeds + tasks))


def _quotient(above: Floats, below: Floats | float, otherwise: float) -> Floats:
    """``above / below``, and ``otherwise`` where both are 0: nothing varies there."""
    below = np.broadcast_to(np.asarray(below, dtype=np.float64), np.shape(above))
    return np.divide(above, below, out=np.full(np.shape(above), otherwise), where=below > 0.0)


def ratio_ends(part: float, whole: float, spread: Spread, confidence: float) -> tuple[float, float] | None:
    """Ends of the interval of ``part / whole`` after Fieller: all r for which part − r · whole may be 0.

    None unless ``whole`` is surely above 0; otherwise the interval has ends.
    """

    def may_be(angle: Floats) -> NDArray[np.bool_]:
        weights = np.stack([np.cos(angle), -np.sin(angle)], axis=-1)
        return np.abs(weights @ [part, whole]) <= spread.half(weights, confidence)

    if not whole > spread.half(np.array([0.0, 1.0]), confidence):
        return None
    middle = np.arctan2(part, whole)
    angles = np.unique(np.append(np.linspace(-np.pi / 2, np.pi / 2, _DIRECTIONS), middle))
    inside = np.flatnonzero(may_be(angles) | (angles == middle))
    within, beyond = angles[inside[[0, -1]]], angles[[inside[0] - 1, inside[-1] + 1]]
    for _ in range(_CLOSER):
        points = np.linspace(within, beyond, _STEPS + 1)
        outside = ~may_be(points)
        outside[-1] = True
        first = np.maximum(outside.argmax(axis=0), 1), np.arange(2)
        within, beyond = points[first[0] - 1, first[1]], points[first]
    low, high = np.tan(within)
    return float(low), float(high)
