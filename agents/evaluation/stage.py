"""Where conditions are measured: one role on one split, the same tasks for everyone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.lineup import SAME_CHECKPOINT, Lineup, measured_seats
from agents.evaluation.results import BASELINE, Cell, ComparedFigure
from agents.evaluation.statistics import Comparison, Estimate, Statistic
from agents.evaluation.strangers import strangers
from agents.players.simple import RandomPlayer
from simulator.engine import stopping
from simulator.engine.batch import Batch
from simulator.engine.late import later
from simulator.engine.memory_control import Lent, MemoryControl, Noted, Shuffled, Wiped
from simulator.engine.player import Player
from simulator.engine.trial import Exchange, Trials, figure_names, figures_to_read, run_trials
from worlds.world import World

Work = Callable[[], list[tuple[str, Trials]]]
"""Plays some conditions, one after the other, with players that no other job uses."""
Played = dict[str, list[Trials]]
"""By condition, the trials of each checkpoint."""


@dataclass(frozen=True)
class Company:
    """Players of the seats that neither the learner nor the task's bots take."""

    seats: NDArray[np.int64]
    """(n, g): the seat of every one, by task."""
    players: list[Player]
    """g of them."""


@dataclass(frozen=True)
class Measured:
    """What came of a stage."""

    cell: Cell
    comparison: Comparison
    returns: NDArray[np.float64]
    """(n, E): of the first checkpoint of the agent."""


class Stage:
    """One role on one split: the same tasks for every condition."""

    def __init__(
        self, lineup: Lineup, role: str, split: str, bar: Any, seats: NDArray[np.int64] | None = None
    ) -> None:  # fmt: skip
        self.lineup, self.settings, self.world = lineup, lineup.settings, lineup.world
        self.role, self.split, self.bar = role, split, bar
        self.seats = self._learner_seats() if seats is None else seats
        """(n, k): where the learner sits, by task."""

    def _learner_seats(self) -> NDArray[np.int64]:
        seats = np.array(measured_seats(self.world, self.role, self.settings), dtype=np.int64)
        tasks = self.settings.tasks
        return np.tile(seats, (tasks, 1)) if self.lineup.together else seats[np.arange(tasks) % len(seats), None]

    @property
    def bot_seats(self) -> NDArray[np.bool_]:
        """(n, S): seats whose bot the task draws."""
        free = np.ones((self.settings.tasks, len(self.world.seats)), dtype=bool)
        np.put_along_axis(free, self.seats, False, axis=1)
        free[:, list(self.lineup.guests)] = False
        free[:, [self.world.seat_index(name) for name in self.lineup.bots]] = False
        return free

    def measure(self, pool: ThreadPoolExecutor) -> Measured:
        """Play every condition and put the returns together."""
        played = gather(pool, self._jobs())
        ordered = {name: played[name] for name in self.lineup.measured(self.role) if name in played}
        comparison = self.compare({name: [trial.returns for trial in members] for name, members in ordered.items()})
        return Measured(self._summarise(ordered, comparison), comparison, ordered["agent"][0].returns)

    def _jobs(self) -> Iterator[Work]:
        """All conditions to measure."""
        measured = self.settings.measured
        yield from (partial(self._same_checkpoint, player) for player in self.lineup.of("agent", self.split))
        for name in ("blind", "oracle"):
            if name in measured:
                yield from (partial(self.reference, name, player) for player in self.lineup.of(name, self.split))
        if "random" in measured:
            player = RandomPlayer(self.world.action_sizes, seed=self.settings.seed)
            yield lambda: [("random", self.play("random", player))]
        if "bot" in measured:
            yield lambda: [("bot", self.play("bot", None))]
        yield from (partial(self._baseline, spec) for spec in self.lineup.baselines(self.role))

    def _same_checkpoint(self, player: Any) -> list[tuple[str, Trials]]:
        """The agent and the controls that tamper with its memory."""
        noted = Noted(self.seats.size, self.settings.episodes)
        shuffles = "shuffled" in self.settings.measured
        found = [("agent", self.play("agent", player, control=noted if shuffles else None))]
        if "wiped" in self.settings.measured:
            found.append(("wiped", self.play("wiped", player, control=Wiped())))
        if shuffles:
            control = Shuffled(noted.memories, seed=self.settings.seed) if noted.memories is not None else None
            found.append(("shuffled", self.play("shuffled", player, control=control)))
        if "foreign" in self.lineup.plain(self.role):
            found.append(("foreign", self._foreign(player)))
        return found

    def _foreign(self, player: Any) -> Trials:
        """The agent with the memory that it formed on the same layouts against others."""
        noted = Noted(self.seats.size, self.settings.episodes)
        others = strangers(self.world, self.split, self.bot_seats, seed=self.settings.seed)
        self.play("with others", player, control=noted, exchange=others)
        return self.play("foreign", player, control=Lent(noted.memories) if noted.memories is not None else None)

    def reference(self, name: str, player: Any, exchange: Exchange | None = None) -> list[tuple[str, Trials]]:
        """Blind references forget at every episode start, as they did in training."""
        return [(name, self.play(name, player, control=Wiped() if name == "blind" else None, exchange=exchange))]

    def _baseline(self, spec: str) -> list[tuple[str, Trials]]:
        """One kind of bot in the learner's seats: seat by seat, since a batch has the same pinned bots everywhere."""
        name = BASELINE + spec
        chosen = [self.seats[0]] if self.lineup.together else list(np.unique(self.seats, axis=0))
        found: Trials | None = None
        for seats in chosen:
            pinned = {self.world.seats[seat].name: name for seat in seats}
            rows = (self.seats == seats).all(axis=1)
            found = self.play(name, None, pinned=pinned).where(rows, found)
        assert found is not None
        self.bar.update(1 - len(chosen))
        return [(name, found)]

    def play(
        self, name: str, player: Player | None, *, control: MemoryControl | None = None, keep: Sequence[int] = (),
        pinned: Mapping[str, str] | None = None, exchange: Exchange | None = None, company: Company | None = None,
    ) -> Trials:  # fmt: skip
        """One trial on every task; without a ``player`` the task's bots have the learner's seats."""
        self.bar.set_description(f"{self.role} {self.split} {name}")
        company = company or self.guests()
        batch = self._batch(player, pinned or {}, company)
        trials = run_trials(
            batch, player, self.seats, control=control, others=company.players, keep=keep, exchange=exchange
        )
        self.bar.update()
        return trials

    def guests(self) -> Company:
        """Those whom the settings seat."""
        seats = np.tile(np.array(list(self.lineup.guests), dtype=np.int64), (self.settings.tasks, 1))
        return Company(seats, [make() for make in self.lineup.guests.values()])

    def _batch(self, player: Player | None, pinned: Mapping[str, str], company: Company) -> Batch:
        settings = self.settings
        learner = self.seats if player is not None else self.seats[:, :0]
        return Batch(
            self.world, settings.tasks, split=self.split, episodes_per_trial=settings.episodes, seed=settings.seed,
            seats={**self.lineup.bots, **pinned}, lanes=np.concatenate([learner, company.seats], axis=1),
            reveal=getattr(player, "needs_reveal", False),
        )  # fmt: skip

    def drawn(self, split: str, trial: int) -> NDArray[Any]:
        """(n,) records of the tasks that the same worlds have on a split in their trial of this number."""
        settings = self.settings
        batch = Batch(self.world, settings.tasks, split=split, episodes_per_trial=settings.episodes, seed=settings.seed)
        batch.reset(trial)
        return batch.worlds.view(np.ndarray)

    def _summarise(self, trials: Played, returns: Comparison) -> Cell:
        metrics = {name: _mean_metrics(self.world, members) for name, members in trials.items()}
        figures = {}
        if self.settings.figures or self.lineup.baselines(self.role):
            places = {name: at for at, name in enumerate(figure_names(self.world))}
            for figure in figures_to_read(self.world):
                at = places[figure]
                tables = {name: [trial.metrics[:, :, at] for trial in members] for name, members in trials.items()}
                figures[figure] = ComparedFigure.of(self.compare(tables))
        cell = Cell.of(self.role, self.split, returns, metrics, figures)
        return replace(cell, iqm=self._middle(trials)) if self.settings.statistic == "both" else cell

    def _middle(self, trials: Played) -> dict[str, Estimate]:
        """Interquartile means over the later episodes, by condition."""
        tables = {name: [later(trial.returns)[:, None] for trial in members] for name, members in trials.items()}
        comparison = self.compare(tables, "iqm")
        return {name: comparison.late(name) for name in tables}

    def compare(
        self, tables: Mapping[str, Sequence[NDArray[np.float64]]], statistic: Statistic | None = None,
        groups: Mapping[str, str] = SAME_CHECKPOINT,
    ) -> Comparison:  # fmt: skip
        """Paired numbers (n, E) of every condition, one table for each of its checkpoints."""
        settings = self.settings
        return Comparison(
            {name: np.stack(list(members)) for name, members in tables.items()},
            groups=groups, resamples=settings.resamples, confidence=settings.confidence, seed=settings.seed,
            statistic=statistic or ("iqm" if settings.statistic == "iqm" else "mean"),
        )  # fmt: skip


def gather(pool: ThreadPoolExecutor, jobs: Iterator[Work]) -> Played:
    """Play all jobs side by side."""
    found: Played = {}
    for played in pool.map(lambda job: job(), jobs):
        stopping.raise_if_asked()
        for name, trials in played:
            found.setdefault(name, []).append(trials)
    return found


def _mean_metrics(world: World, members: Sequence[Trials]) -> dict[str, list[float]]:
    """The world's figures and the learner's own by episode, averaged over seeds and tasks."""
    means = np.mean([trial.metrics.mean(axis=0) for trial in members], axis=0)
    return {name: [float(value) for value in means[:, at]] for at, name in enumerate(figure_names(world))}
