"""The cross-play matrix: every checkpoint with every other one, on the same tasks.

Row i and column j: checkpoint i takes one seat of a role (or the whole role) and checkpoint j all other seats that are
free for agents; what counts is the return of i. On the diagonal an agent plays with itself. What is lost off the
diagonal was a convention of one training run, not a skill. Intervals cover the draw of tasks, for these checkpoints.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.lineup import Lineup, measured_seats
from agents.evaluation.stage import Company, Stage, Work, gather
from agents.evaluation.statistics import Comparison, Estimate, Floats, Values
from agents.settings.evaluate import EvaluateSettings
from simulator.engine.late import later
from simulator.engine.trial import Trials
from worlds.world import Refused


@dataclass(frozen=True)
class Matrix:
    """One role on one split."""

    role: str
    split: str
    tasks: int
    by: str
    """What the row's checkpoint takes: seat or role."""
    names: tuple[str, ...]
    """The checkpoints, in the order of rows and columns."""
    scores: tuple[tuple[Estimate, ...], ...]
    """Return of the row's checkpoint over the later episodes."""
    own: Estimate
    """Mean of the diagonal."""
    others: Estimate
    """Mean off the diagonal."""
    loss: Estimate
    """Own minus others."""

    def dict(self) -> dict[str, Any]:
        """Plain values with stable keys."""
        return {
            "role": self.role,
            "split": self.split,
            "tasks": self.tasks,
            "by": self.by,
            "checkpoints": list(self.names),
            "later": [[score.dict() for score in row] for row in self.scores],
            "diagonal": self.own.dict(),
            "off_diagonal": self.others.dict(),
            "loss": self.loss.dict(),
        }


def check(lineup: Lineup, role: str) -> None:
    """Refuse a matrix that cannot be.

    Raises:
        Refused: one checkpoint alone, no seat for another one, or seats that are given to guests.
    """
    if len(lineup.settings.checkpoint) < 2:
        raise Refused("crossplay needs at least two checkpoints: name others beside the first")
    if not _others(lineup, role, _own_seats(lineup, role)[0]):
        raise Refused(
            f"crossplay by {lineup.settings.crossplay} leaves no seat for a second agent beside the {role} of world "
            f"{lineup.world.name!r}: build it with more seats, or use the other of seat and role"
        )


def _own_seats(lineup: Lineup, role: str) -> list[list[int]]:
    """The seats that the row's checkpoint takes, in turn over the tasks."""
    seats = measured_seats(lineup.world, role, lineup.settings)
    return [seats] if lineup.settings.crossplay == "role" else [[seat] for seat in seats]


def _others(lineup: Lineup, role: str, own: list[int]) -> list[int]:
    """Seats for the column's checkpoint: those that nobody is given to, of roles that all checkpoints learned."""
    learned = set.intersection(*(set(player.config.roles) for player in lineup.players["agent"]))
    by_role = lineup.settings.crossplay == "role"
    return [
        index
        for index, seat in enumerate(lineup.world.seats)
        if index not in own and seat.name not in lineup.settings.seats and seat.role in learned
        and not (by_role and seat.role == role)
    ]  # fmt: skip


def runs_of(lineup: Lineup) -> int:
    """Batches of trials that one role takes on a split."""
    return len(lineup.settings.checkpoint) ** 2


def measure_matrix(lineup: Lineup, role: str, split: str, bar: Any, pool: ThreadPoolExecutor) -> Matrix:
    """Play all pairs; each job has players of its own."""
    tasks, own = lineup.settings.tasks, _own_seats(lineup, role)
    turns = [own[task % len(own)] for task in range(tasks)]
    others = np.array([_others(lineup, role, seats) for seats in turns], dtype=np.int64)
    stage = Stage(lineup, role, split, bar, np.array(turns, dtype=np.int64))
    count = len(lineup.settings.checkpoint)

    def jobs() -> Iterator[Work]:
        yield from (partial(_play, stage, row, column, others) for row in range(count) for column in range(count))

    played = gather(pool, jobs())
    tables = {name: [trials.returns for trials in members] for name, members in played.items()}
    return summarise(stage, stage.compare(tables), names_of(lineup.settings.checkpoint))


def _play(stage: Stage, row: int, column: int, others: NDArray[np.int64]) -> list[tuple[str, Trials]]:
    from agents.evaluation.lineup import load_player

    settings = stage.settings
    guests = stage.guests()
    partners = [
        load_player(settings.checkpoint[column], _seeded(settings, 1 + at)) for at in range(others.shape[1])
    ]  # of other seeds than the row's own: else an agent would draw the same numbers in two seats
    company = Company(np.concatenate([guests.seats, others], axis=1), [*guests.players, *partners])
    player = load_player(settings.checkpoint[row], settings)
    return [(_name(row, column), stage.play(f"{row + 1} with {column + 1}", player, company=company))]


def _seeded(settings: EvaluateSettings, add: int) -> EvaluateSettings:
    return replace(settings, seed=settings.seed + add)


def _name(row: int, column: int) -> str:
    return f"{row} with {column}"


def names_of(checkpoints: tuple[str, ...]) -> tuple[str, ...]:
    """The last part of every path, and its number where two are alike."""
    short = [path.replace("\\", "/").rstrip("/").split("/")[-1] for path in checkpoints]
    return tuple(
        f"{name} ({index + 1})" if short.count(name) > 1 else name for index, name in enumerate(short)
    )  # fmt: skip


def summarise(stage: Stage, comparison: Comparison, names: tuple[str, ...]) -> Matrix:
    """Read the figures off a comparison of all pairs."""
    count = range(len(names))

    def mean(v: Values, *, same: bool) -> Floats:
        pairs = [(row, column) for row in count for column in count if (row == column) == same]
        return np.asarray(np.mean([later(v(_name(*pair))) for pair in pairs], axis=0))

    return Matrix(
        role=stage.role,
        split=stage.split,
        tasks=stage.settings.tasks,
        by=stage.settings.crossplay,
        names=names,
        scores=tuple(tuple(comparison.late(_name(row, column)) for column in count) for row in count),
        own=comparison.measure(lambda v: mean(v, same=True)),
        others=comparison.measure(lambda v: mean(v, same=False)),
        loss=comparison.measure(lambda v: mean(v, same=True) - mean(v, same=False)),
    )
