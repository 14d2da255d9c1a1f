"""A row of the calibration table: a task with a published or computable answer, and what is asked of an agent on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.settings.train import TrainSettings
from simulator.engine.batch import Batch
from simulator.engine.trial import Trials, run_trials
from worlds.world import Refused, World

Scores = NDArray[np.float64]
Contestant = Callable[[World, int], Any]
"""(world, seed) → a player for the learner's seat, or the spec of a bot ("bot:KIND[:KNOB=VALUE,…]") that takes it."""

CHUNK = 2000
"""Tasks played in one batch; fixed, so that a score never depends on the number of threads."""
SEED = 900_001
"""Of the tasks that are scored; training tasks have other seeds, and another split."""


def bot(kind: str) -> Contestant:
    """A bot of the world as a contestant."""
    return lambda _world, _seed: f"bot:{kind}"


def total(trials: Trials) -> Scores:
    """The sum over a trial, (n,)."""
    return trials.returns.sum(axis=1)


def first_episode(trials: Trials) -> Scores:
    """The return of the first episode, (n,)."""
    return trials.returns[:, 0]


def later_episodes(trials: Trials) -> Scores:
    """The mean return of all episodes after the first, (n,)."""
    return np.asarray(trials.returns[:, 1:].mean(axis=1))


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One number that an agent must reach."""

    name: str
    score: Callable[[Trials], Scores]
    """What is averaged over tasks, (n,)."""
    least: float
    """The mean that is asked for."""
    goal: float | None = None
    """The mean that would be better still."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One task of the table.

    A row plays every contestant on the same tasks: task i of a seed is the same draw for everyone.
    """

    name: str
    title: str
    settings: TrainSettings
    """How the agent is trained; seed, threads, device and folder are the command's. Its `steps` are the budget."""
    bars: tuple[Bar, ...]
    references: Mapping[str, Contestant] = field(default_factory=dict)
    """Who else plays the same tasks, by the name in the table."""
    published: Mapping[str, str] = field(default_factory=dict)
    """Figures of others, as context, by what they are; each names its source in the row's file."""
    minutes: float
    """Training budget of one seed on two CPU cores."""
    split: str = "test-both"
    tasks: int = 10_000
    play: Callable[[Row, World, Contestant, int, int, Executor], Trials] | None = None
    """Plays a contestant where `play_tasks` would not do."""
    quick: TrainSettings | None = None
    """A short training that must already be clearly better than the reference `floor`."""
    floor: str = ""
    """The best reference that does not adapt."""

    def __post_init__(self) -> None:
        if self.quick is not None and self.floor not in self.references:
            raise Refused(
                f"row {self.name!r} measures its quick proof by {self.floor!r}: that is none of its references"
            )

    def trials(self, world: World, contestant: Contestant, tasks: int, seed: int, pool: Executor) -> Trials:
        """What a contestant does on the first `tasks` tasks of a seed."""
        return (self.play or play_tasks)(self, world, contestant, tasks, seed, pool)


def play_tasks(row: Row, world: World, contestant: Contestant, tasks: int, seed: int, pool: Executor) -> Trials:
    """One trial on each task, the learner in the first seat and the task's bots in the others."""

    def chunk(first: int) -> Trials:
        count = min(CHUNK, tasks - first)
        player = contestant(world, seed + 1 + first)  # a stream of its own: lanes of two chunks have the same numbers
        bot = player if isinstance(player, str) else None
        seat = world.seats[0].name
        batch = Batch(
            world, count, split=row.split, episodes_per_trial=row.settings.trial.episodes or None, seed=seed,
            first_index=first, seats={seat: bot} if bot else None, lanes=np.zeros((count, 0 if bot else 1), np.int64),
            reveal=bool(getattr(player, "needs_reveal", False)),
        )  # fmt: skip
        return run_trials(batch, None if bot else player, np.zeros(count, dtype=np.int64))

    parts = list(pool.map(chunk, range(0, tasks, CHUNK)))
    return Trials.joined(parts)
