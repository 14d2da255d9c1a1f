"""Linear probes: how well a told fact can be read from numbers by a ridge regression that was fitted on other tasks.

The tasks are split in two halves; what is fitted on one is scored on the other, so every task is scored once. How much
the weights are held back is chosen within the fitting half, for each target by itself, by the error that leaving out
one task at a time would give (in closed form). A score is kept by task, as numbers whose mean is the score and whose
variance is that of the score (DeLong and others 1988 for the area under the curve), so that intervals are those of
`agents.evaluation.statistics`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from worlds.world import Fact

Floats = NDArray[np.float64]
Measure = Literal["accuracy", "AUC", "R²"]
FORCES = np.logspace(-4.0, 2.0, 13)  # of the ridge, times the number of tasks that it is fitted on
FLAT = 0.1  # of the usual spread: numbers that vary less are not made larger than that
LEAST = 4  # tasks of either answer in each half, below which a fact is not probed


@dataclass(frozen=True)
class Score:
    """How well one fact, or some entries of it, is read."""

    measure: Measure
    chance: float
    """What somebody scores who knows how often everything is, and nothing of the task."""
    entries: int
    """Numbers of the fact that the score is the mean of; 1 for a fact with names."""
    by_task: Floats
    """(n,): their mean is the score."""

    @property
    def value(self) -> float:
        """The score."""
        return float(self.by_task.mean())


def halves(count: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The two halves (n,) of the tasks: those of even and of odd number."""
    even = np.arange(count) % 2 == 0
    return even, ~even


def probe(memory: Floats, told: Floats, fact: Fact) -> list[Score]:
    """How well memories (n, S) tell a fact of which ``told`` (n, size) is true; nothing where it hardly varies."""
    if fact.one_hot:
        return _names(memory, told)
    binary = np.asarray(np.isin(told, (0.0, 1.0)).all(axis=0))
    enough = np.array([_varies(column, yes_or_no) for column, yes_or_no in zip(told.T, binary, strict=True)])
    found: list[Score] = []
    kinds: tuple[tuple[Measure, NDArray[np.bool_]], ...] = (("AUC", binary & enough), ("R²", ~binary & enough))
    for measure, chosen in kinds:
        if chosen.any():
            truth = told[:, chosen]
            guesses = _crossed(memory, truth)
            if measure == "R²":
                guesses = guesses.clip(truth.min(axis=0), truth.max(axis=0))
            each = [
                areas(guess, true > 0.5) if measure == "AUC" else explained(guess, true)
                for guess, true in zip(guesses.T, truth.T, strict=True)
            ]
            chance = 0.5 if measure == "AUC" else 0.0
            found.append(Score(measure, chance, len(each), np.mean(each, axis=0)))
    return found


def _names(memory: Floats, told: Floats) -> list[Score]:
    """Accuracy of the likeliest name."""
    truth = told.argmax(axis=1)
    if not all(len(np.unique(truth[half])) > 1 for half in halves(len(truth))):
        return []
    hits = _crossed(memory, told).argmax(axis=1) == truth
    chance = np.empty(len(truth))
    for half in halves(len(truth)):
        chance[half] = truth[half] == np.bincount(truth[~half]).argmax()
    return [Score("accuracy", float(chance.mean()), 1, hits.astype(np.float64))]


def _varies(column: Floats, binary: bool) -> bool:
    """Whether both halves have enough of what is to be told apart."""
    for half in halves(len(column)):
        part = column[half]
        if min((part > 0.5).sum(), (part <= 0.5).sum()) < LEAST if binary else part.std() <= 1e-9:
            return False
    return True


def _crossed(memory: Floats, targets: Floats) -> Floats:
    """Guesses (n, T) of targets (n, T), each half by what was fitted on the other."""
    guesses = np.empty(targets.shape)
    for half in halves(len(memory)):
        guesses[half] = ridge(memory[~half], targets[~half], memory[half])
    return guesses


def ridge(seen: Floats, targets: Floats, unseen: Floats) -> Floats:
    """Fit ``seen`` (m, S) to targets (m, T) and guess those of ``unseen`` (k, S): (k, T)."""
    middle, spread, centre = seen.mean(axis=0), seen.std(axis=0), targets.mean(axis=0)
    least = max(FLAT * float(np.sqrt((spread**2).mean())), 1e-8)
    scale = np.maximum(spread, least)  # what hardly changes here may be far off in another task, and tells nothing
    basis, sizes, directions = np.linalg.svd((seen - middle) / scale, full_matrices=False)
    along = basis.T @ (targets - centre)
    kept = sizes[:, None] ** 2 / (sizes[:, None] ** 2 + FORCES * len(seen))  # (directions, forces)
    left_out = np.empty((len(FORCES), targets.shape[1]))
    for at, share in enumerate(kept.T):
        residual = targets - centre - basis @ (share[:, None] * along)
        leverage = (basis**2 @ share + 1.0 / len(seen)).clip(max=1.0 - 1e-9)
        left_out[at] = ((residual / (1.0 - leverage)[:, None]) ** 2).mean(axis=0)
    share = kept[:, left_out.argmin(axis=0)]  # (directions, T)
    weights = np.where(sizes > 1e-8, 1.0 / np.maximum(sizes, 1e-8), 0.0)[:, None] * share * along
    return np.asarray(centre + (unseen - middle) / scale @ (directions.T @ weights))


def areas(guess: Floats, yes: NDArray[np.bool_]) -> Floats:
    """(n,) numbers whose mean is the area under the curve: how often a guess for a yes is above one for a no.

    Equal ones count half. Halves were fitted apart, so only guesses of one half are compared.
    """
    found = np.empty(len(yes))
    for half in halves(len(yes)):
        high, low = guess[half & yes], guess[half & ~yes]
        over = (_share_below(high, low), 1.0 - _share_below(low, high))  # DeLong's components
        area = over[0].mean()
        for part, mine in zip(over, (half & yes, half & ~yes), strict=True):
            found[mine] = area + (part - area) * half.sum() / mine.sum()
    return found


def _share_below(each: Floats, others: Floats) -> Floats:
    """By number, the share of ``others`` below it; equal ones count half."""
    ordered = np.sort(others)
    below, up_to = (np.searchsorted(ordered, each, side) for side in ("left", "right"))
    return np.asarray((below + up_to) / (2.0 * len(others)))


def explained(guess: Floats, true: Floats) -> Floats:
    """(n,) numbers whose mean is R², the part of the variance that is explained; below 0 for worse than the mean."""
    wrong, spread = (true - guess) ** 2, np.empty(len(true))
    for half in halves(len(true)):
        spread[half] = (true[half] - true[~half].mean()) ** 2
    missed = wrong.mean() / spread.mean()
    return np.asarray(1.0 - missed - (wrong - missed * spread) / spread.mean())
