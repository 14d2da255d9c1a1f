"""Where conditions are measured: one role on one split, the same tasks for everyone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.results import Cell, Figure
from agents.lineup import BASELINE, SAME_CHECKPOINT, Lineup, learner_seats
from agents.players import RandomPlayer
from agents.statistics import Comparison
from agents.trials import MemoryControl, Noted, Shuffled, Trials, Wiped, play_trial, run_trials
from simulator.engine.batch import Batch
from simulator.engine.player import Player, Recorder
from simulator.engine.simulation import Simulation
from worlds.world import World

RecorderFactory = Callable[[str], Recorder]
Job = Callable[[], list[tuple[str, Trials]]]
"""Plays some conditions, one after the other, with players that no other job uses."""


class Stage:
    """One role on one split: the same tasks for every condition."""

    def __init__(self, lineup: Lineup, role: str, split: str, bar: Any) -> None:
        self.lineup, self.settings, self.world = lineup, lineup.settings, lineup.world
        self.role, self.split, self.bar = role, split, bar
        seats = np.array(learner_seats(self.world, role, self.settings), dtype=np.int64)
        self.seats = (
            np.tile(seats, (self.settings.tasks, 1))
            if lineup.together
            else seats[np.arange(self.settings.tasks) % len(seats), None]
        )
        """(n, k): where the learner sits, by task."""

    def measure(self, pool: ThreadPoolExecutor, recorder_factory: RecorderFactory | None) -> Cell:
        """Play every condition and put the returns together."""
        trials: dict[str, list[Trials]] = {}
        for played in pool.map(lambda job: job(), self._jobs(self.settings.record if recorder_factory else 0)):
            for name, trial in played:
                trials.setdefault(name, []).append(trial)
        if recorder_factory is not None:
            self._record(trials["agent"][0], recorder_factory)
        return self._summarise({name: trials[name] for name in self.lineup.measured(self.role) if name in trials})

    def _jobs(self, keep: int) -> Iterator[Job]:
        """All conditions to measure; the trials of the first agent are kept."""
        measured = self.settings.measured
        for index, player in enumerate(self.lineup.of("agent", self.split)):
            yield partial(self._same_checkpoint, player, keep if index == 0 else 0)
        for name in ("blind", "oracle"):
            if name in measured:
                yield from (partial(self._reference, name, player) for player in self.lineup.of(name, self.split))
        if "random" in measured:
            player = RandomPlayer(self.world.action_sizes, seed=self.settings.seed)
            yield lambda: [("random", self._play("random", player))]
        if "bot" in measured:
            yield lambda: [("bot", self._play("bot", None))]
        yield from (partial(self._baseline, spec) for spec in self.lineup.baselines(self.role))

    def _same_checkpoint(self, player: Any, keep: int) -> list[tuple[str, Trials]]:
        """The agent and the controls that tamper with its memory."""
        noted = Noted(self.seats.size, self.settings.episodes)
        shuffles = "shuffled" in self.settings.measured
        found = [("agent", self._play("agent", player, noted if shuffles else None, keep))]
        if "wiped" in self.settings.measured:
            found.append(("wiped", self._play("wiped", player, Wiped())))
        if shuffles:
            control = Shuffled(noted.memories, seed=self.settings.seed) if noted.memories is not None else None
            found.append(("shuffled", self._play("shuffled", player, control)))
        return found

    def _reference(self, name: str, player: Any) -> list[tuple[str, Trials]]:
        """Blind references forget at every episode start, as they did in training."""
        return [(name, self._play(name, player, Wiped() if name == "blind" else None))]

    def _baseline(self, spec: str) -> list[tuple[str, Trials]]:
        """One kind of bot in the learner's seats: seat by seat, since a batch has the same pinned bots everywhere."""
        name = BASELINE + spec
        chosen = [self.seats[0]] if self.lineup.together else list(np.unique(self.seats, axis=0))
        found: Trials | None = None
        for seats in chosen:
            pinned = {self.world.seats[seat].name: name for seat in seats}
            rows = (self.seats == seats).all(axis=1)
            found = self._play(name, None, pinned=pinned).where(rows, found)
        assert found is not None
        self.bar.update(1 - len(chosen))
        return [(name, found)]

    def _play(
        self, name: str, player: Player | None, control: MemoryControl | None = None, keep: int = 0,
        pinned: Mapping[str, str] | None = None,
    ) -> Trials:  # fmt: skip
        self.bar.set_description(f"{self.role} {self.split} {name}")
        guests = [make() for make in self.lineup.guests.values()]
        batch = self._batch(player, pinned or {})
        trials = run_trials(batch, player, self.seats, control=control, others=guests, keep=keep)
        self.bar.update()
        return trials

    def _batch(self, player: Player | None, pinned: Mapping[str, str]) -> Batch:
        settings = self.settings
        learner = self.seats if player is not None else self.seats[:, :0]
        guests = np.tile(np.array(list(self.lineup.guests), dtype=np.int64), (settings.tasks, 1))
        return Batch(
            self.world, settings.tasks, split=self.split, episodes_per_trial=settings.episodes, seed=settings.seed,
            seats={**self.lineup.bots, **pinned}, lanes=np.concatenate([learner, guests], axis=1),
            reveal=getattr(player, "needs_reveal", False),
        )  # fmt: skip

    def _record(self, trials: Trials, recorder_factory: RecorderFactory) -> None:
        """Play the kept trials once more, one by one before a recorder."""
        for task, tapes in enumerate(trials.tapes):
            recorder = recorder_factory(f"{self.world.name}-{self.role}-{self.split}-{task}")
            try:
                returns = play_trial(self._simulation(task, tapes), tapes, recorder)
            finally:
                recorder.close()
            alone = returns[:, self.seats[task]].mean(axis=1)
            if not np.array_equal(alone, trials.returns[task]):
                raise RuntimeError(
                    f"task {task} of {self.world.name!r} ({self.role}, {self.split}) gave {trials.returns[task]} in "
                    f"the batch and {alone} alone: the engine is not deterministic here"
                )

    def _simulation(self, task: int, driven: Any) -> Simulation:
        """World ``task`` of the batch, by hand."""
        seats = {
            seat.name: "external" if index in driven else self.lineup.bots.get(seat.name, "bot")
            for index, seat in enumerate(self.world.seats)
        }
        return Simulation(
            self.world, seed=self.settings.seed, index=task, split=self.split, seats=seats,
            episodes_per_trial=self.settings.episodes,
        )  # fmt: skip

    def _summarise(self, trials: dict[str, list[Trials]]) -> Cell:
        returns = self._compare({name: [trial.returns for trial in members] for name, members in trials.items()})
        metrics = {name: mean_metrics(self.world, members) for name, members in trials.items()}
        figures = {}
        if self.settings.figures or self.lineup.baselines(self.role):
            for at, figure in enumerate(self.world.metrics):
                tables = {name: [trial.metrics[:, :, at] for trial in members] for name, members in trials.items()}
                figures[figure] = Figure.of(self._compare(tables))
        return Cell.of(self.role, self.split, returns, metrics, figures)

    def _compare(self, tables: Mapping[str, Sequence[NDArray[np.float64]]]) -> Comparison:
        """Paired numbers (n, E) of every condition, one table for each of its checkpoints."""
        settings = self.settings
        return Comparison(
            {name: np.stack(list(members)) for name, members in tables.items()},
            groups=SAME_CHECKPOINT, resamples=settings.resamples, confidence=settings.confidence, seed=settings.seed,
            statistic=settings.statistic,
        )  # fmt: skip


def mean_metrics(world: World, members: Sequence[Trials]) -> dict[str, list[float]]:
    """The world's figures by episode, averaged over seeds and tasks."""
    means = np.mean([trial.metrics.mean(axis=0) for trial in members], axis=0)
    return {name: [float(value) for value in means[:, at]] for at, name in enumerate(world.metrics)}
