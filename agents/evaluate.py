"""Measures an agent: return by episode on unseen tasks, beside controls and references that play the same tasks.

The conditions, all on the same tasks (task i of a role and split is the same draw for everyone):

* ``agent``: the checkpoint, its memory kept over the trial
* ``wiped``: the same checkpoint, its memory wiped at every episode start
* ``shuffled``: the same checkpoint, its memory exchanged at every episode start with that of another task
* ``blind``: a reference that was trained with its memory wiped every episode
* ``oracle``: a reference that is told the hidden task
* ``random``: every allowed choice with the same probability
* ``bot``: the task's own bot in the learner's seat, for context

The checkpoints are final ones: nothing here picks the best of several.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

import worlds
from agents.evaluate_settings import EvaluateSettings
from agents.players import RandomPlayer
from agents.report import Cell, Report, Source
from agents.statistics import Comparison
from agents.trials import MemoryControl, Noted, Shuffled, Trials, Wiped, play_trial, run_trials
from simulator.engine.batch import Batch
from simulator.engine.player import Player, Recorder
from simulator.engine.simulation import Simulation
from worlds.world import Refused, World

RecorderFactory = Callable[[str], Recorder]
SAME_CHECKPOINT = {"agent": "agent", "wiped": "agent", "shuffled": "agent"}


def evaluate(
    settings: EvaluateSettings, *, recorder_factory: RecorderFactory | None = None, progress: bool = True
) -> Report:
    """Play all tasks under all conditions and report returns with intervals.

    ``recorder_factory`` is called with a name for each of the ``settings.record`` trials per role and split.
    ``progress`` shows a bar where the terminal allows one.

    Raises:
        Refused: no checkpoint, one that does not fit, an unknown role or seat, or a reference of the wrong kind.
    """
    lineup = _line_up(settings)
    roles = _roles(lineup)
    cells = [(role, split) for role in roles for split in settings.splits]
    with (
        _torch_threads(settings.threads),
        tqdm(
            total=sum(lineup.runs(split) for _, split in cells), unit="run", disable=None if progress else True
        ) as bar,
    ):
        results = [_Cell(lineup, role, split, bar).measure(recorder_factory) for role, split in cells]
    report = Report(settings=settings, world=lineup.world, sources=lineup.sources, cells=tuple(results))
    if settings.out:
        report.save(settings.out)
    return report


@dataclass(frozen=True)
class _Lineup:
    """Everyone who plays."""

    settings: EvaluateSettings
    world: World
    players: dict[str, list[Any]]
    """By agent, blind, oracle: one player per checkpoint."""
    guests: dict[int, Any]
    """Players of seats that ``settings.seats`` takes from the task's bots."""
    bots: dict[str, str]
    """Seats whose bot is chosen by the settings."""
    sources: tuple[Source, ...]

    def of(self, condition: str, split: str) -> list[Any]:
        """The players of a condition; references trained on this very split go before those trained on `train`."""
        players = self.players.get(SAME_CHECKPOINT.get(condition, condition), [])
        own = [player for player in players if player.train_split == split]
        return own or [player for player in players if player.train_split == "train"]

    def runs(self, split: str) -> int:
        """Batches of trials that one role takes on a split."""
        return sum(len(self.of(name, split)) or int(name in ("random", "bot")) for name in self.settings.measured)


def _line_up(settings: EvaluateSettings) -> _Lineup:
    if not settings.checkpoint:
        raise Refused("nothing to evaluate: name at least one checkpoint")
    players = {kind: [load_player(path, settings) for path in getattr(settings, kind)] for kind in ("blind", "oracle")}
    players["agent"] = [load_player(path, settings) for path in settings.checkpoint]
    world = worlds.get(players["agent"][0].world_name, **players["agent"][0].build_args)
    for kind, members in players.items():
        for player, path in zip(members, _paths(settings, kind), strict=True):
            _check_kind(player, path, kind)
            player.check(world, True)
    guests, bots = _read_seats(world, settings)
    sources = tuple(
        Source.of(kind, path, player)
        for kind in ("agent", "blind", "oracle")
        for path, player in zip(_paths(settings, kind), players[kind], strict=True)
    )
    return _Lineup(settings, world, players, guests, bots, sources)


def _paths(settings: EvaluateSettings, kind: str) -> tuple[str, ...]:
    return settings.checkpoint if kind == "agent" else getattr(settings, kind)


def load_player(path: str, settings: EvaluateSettings) -> Any:
    """The player of a checkpoint, sampling by the evaluation's seed."""
    from agents import load

    return load(path, device=settings.device, seed=settings.seed, sample=not settings.greedy)


def _check_kind(player: Any, path: str, kind: str) -> None:
    reference = player.reference or "agent"
    if reference != kind:
        raise Refused(f"checkpoint {path!r} is of kind {reference!r}: it cannot be measured as {kind!r}")


def _read_seats(world: World, settings: EvaluateSettings) -> tuple[dict[int, Any], dict[str, str]]:
    """Players and bots that the settings put into seats other than the learner's."""
    guests: dict[int, Any] = {}
    bots: dict[str, str] = {}
    for name, spec in settings.seats.items():
        seat = world.seat_index(name)
        kind, _, detail = spec.partition(":")
        if kind == "bot":
            bots[name] = spec
        elif spec == "random":
            guests[seat] = RandomPlayer(world.action_sizes, seed=settings.seed + 1 + seat)
        elif kind == "agent" and detail:
            guests[seat] = load_player(detail, settings)
            _check_kind(guests[seat], detail, "agent")
            guests[seat].check(world, True)
        else:
            raise Refused(f"seat {name!r} is given {spec!r}: use bot:KIND[:KNOB=VALUE,…], agent:CHECKPOINT or random")
    return guests, bots


def _roles(lineup: _Lineup) -> tuple[str, ...]:
    """The roles to measure, in the order of the seats: those that all checkpoints learned."""
    world, settings = lineup.world, lineup.settings
    known = tuple(dict.fromkeys(seat.role for seat in world.seats))
    members = [player for players in lineup.players.values() for player in players]
    learned = tuple(role for role in known if all(role in player.config.roles for player in members))
    for role in settings.roles:
        if role not in known:
            raise Refused(f"unknown role {role!r} in world {world.name!r}: choose from {', '.join(known)}")
        if role not in learned:
            raise Refused(
                f"role {role!r} was not learned by all checkpoints: they share {', '.join(learned) or 'none'}"
            )
    if not learned:
        raise Refused("the checkpoints share no role: evaluate those of one role together")
    chosen = tuple(role for role in learned if role in (settings.roles or learned))
    for role in chosen:
        if not _learner_seats(world, role, settings):
            raise Refused(f"no seat of role {role!r} is left for the learner: give fewer of them to others")
    return chosen


def _learner_seats(world: World, role: str, settings: EvaluateSettings) -> list[int]:
    return [i for i, seat in enumerate(world.seats) if seat.role == role and seat.name not in settings.seats]


@contextmanager
def _torch_threads(threads: int) -> Iterator[None]:
    """Set torch's threads for a while: left to itself it takes all cores, and fights the simulation for them."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Cell:
    """One role on one split: the same tasks for every condition."""

    def __init__(self, lineup: _Lineup, role: str, split: str, bar: Any) -> None:
        self.lineup, self.settings, self.world = lineup, lineup.settings, lineup.world
        self.role, self.split, self.bar = role, split, bar
        seats = np.array(_learner_seats(self.world, role, self.settings), dtype=np.int64)
        self.seats = seats[np.arange(self.settings.tasks) % len(seats)]
        """(n,): where the learner sits, by task."""

    def measure(self, recorder_factory: RecorderFactory | None) -> Cell:
        """Play every condition and put the returns together."""
        keep = self.settings.record if recorder_factory is not None else 0
        trials: dict[str, list[Trials]] = {}
        for index, player in enumerate(self.lineup.of("agent", self.split)):
            for name, trial in self._same_checkpoint(player, keep if index == 0 else 0):
                trials.setdefault(name, []).append(trial)
        for name in self.settings.measured:
            if name in ("blind", "oracle"):
                trials[name] = [self._reference(name, player) for player in self.lineup.of(name, self.split)]
        if "random" in self.settings.measured:
            player = RandomPlayer(self.world.action_sizes, seed=self.settings.seed)
            trials["random"] = [self._play("random", player)]
        if "bot" in self.settings.measured:
            trials["bot"] = [self._play("bot", None)]
        if recorder_factory is not None:
            self._record(trials["agent"][0], recorder_factory)
        return self._summarise({name: trials[name] for name in self.settings.measured if trials.get(name)})

    def _same_checkpoint(self, player: Any, keep: int) -> Iterator[tuple[str, Trials]]:
        """The agent and the controls that tamper with its memory."""
        noted = Noted(self.settings.tasks, self.settings.episodes)
        shuffles = "shuffled" in self.settings.measured
        yield "agent", self._play("agent", player, noted if shuffles else None, keep)
        if "wiped" in self.settings.measured:
            yield "wiped", self._play("wiped", player, Wiped())
        if shuffles:
            control = Shuffled(noted.memories, seed=self.settings.seed) if noted.memories is not None else None
            yield "shuffled", self._play("shuffled", player, control)

    def _reference(self, name: str, player: Any) -> Trials:
        """Blind references forget at every episode start, as they did in training."""
        return self._play(name, player, Wiped() if name == "blind" else None)

    def _play(self, name: str, player: Player | None, control: MemoryControl | None = None, keep: int = 0) -> Trials:
        self.bar.set_description(f"{self.role} {self.split} {name}")
        batch = self._batch(player)
        trials = run_trials(
            batch, player, self.seats, control=control, others=tuple(self.lineup.guests.values()), keep=keep
        )
        self.bar.update()
        return trials

    def _batch(self, player: Player | None) -> Batch:
        settings = self.settings
        learner = [self.seats] if player is not None else []
        guests = [np.full(settings.tasks, seat, dtype=np.int64) for seat in self.lineup.guests]
        lanes: NDArray[np.int64] = np.zeros((settings.tasks, 0), dtype=np.int64)
        if learner or guests:
            lanes = np.stack([*learner, *guests], axis=1)
        return Batch(
            self.world, settings.tasks, split=self.split, episodes_per_trial=settings.episodes,
            threads=settings.threads, seed=settings.seed, seats=self.lineup.bots, lanes=lanes,
            reveal=any(getattr(each, "needs_reveal", False) for each in (player, *self.lineup.guests.values())),
        )  # fmt: skip

    def _record(self, trials: Trials, recorder_factory: RecorderFactory) -> None:
        """Play the kept trials once more, one by one before a recorder."""
        for task, tapes in enumerate(trials.tapes):
            recorder = recorder_factory(f"{self.world.name}-{self.role}-{self.split}-{task}")
            try:
                returns = play_trial(self._simulation(task, tapes), tapes, recorder)
            finally:
                recorder.close()
            if not np.array_equal(returns[:, self.seats[task]], trials.returns[task]):
                raise RuntimeError(
                    f"task {task} of {self.world.name!r} ({self.role}, {self.split}) gave {trials.returns[task]} in "
                    f"the batch and {returns[:, self.seats[task]]} alone: the engine is not deterministic here"
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
        comparison = Comparison(
            {name: np.stack([trial.returns for trial in members]) for name, members in trials.items()},
            groups=SAME_CHECKPOINT,
            resamples=self.settings.resamples,
            confidence=self.settings.confidence,
            seed=self.settings.seed,
            statistic=self.settings.statistic,
        )
        metrics = {name: _mean_metrics(self.world, members) for name, members in trials.items()}
        return Cell.of(self.role, self.split, comparison, metrics)


def _mean_metrics(world: World, members: Sequence[Trials]) -> dict[str, list[float]]:
    """The world's figures by episode, averaged over seeds and tasks."""
    means = np.mean([trial.metrics.mean(axis=0) for trial in members], axis=0)
    return {name: [float(value) for value in means[:, at]] for at, name in enumerate(world.metrics)}
