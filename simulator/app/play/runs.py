"""Two to four runs of one task in lock-step: conditions, players, episodes of one of them, or what was recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.app.play.conditions import (
    Condition,
    SameTask,
    conditions_of,
    learners_of,
    players_of,
    references_of,
    seated,
)
from simulator.app.play.notes import Tape, mark_of
from simulator.app.play.table import hand_over
from simulator.app.play.texts import text
from simulator.engine.memory_control import Wiped
from simulator.engine.seats import PLAYERS, read_spec
from simulator.engine.trial import SeatedPlayers, play_tick
from worlds.declarations import Refused

if TYPE_CHECKING:
    from simulator.engine import Simulation
    from simulator.engine.minds import Mind
    from simulator.engine.player import Recorder

FEWEST, MOST = 2, 4
CONDITIONS = ("agent", "wiped", "blind", "oracle")
RECORDING = ".mcap"
OTHERS = tuple(kind for kind in PLAYERS if kind != "human")
WATCHED = ("action", "score", "done")
"""Fields of every record in which runs may differ, before the world's own."""
Stepper = Callable[[], Mapping[int, "Mind"] | None]
"""Makes one tick; what the players thought, or None where nothing is left."""


class ShownRun:
    """One run: its simulation, a step, and how far it is. `only` is the one episode that is shown, counted from 0."""

    def __init__(
        self, label: str, simulation: Simulation, step: Stepper, learners: Sequence[int], who: Sequence[str],
        only: int | None = None,
    ) -> None:  # fmt: skip
        self.label, self.simulation, self.learners, self.who = label, simulation, list(learners), tuple(who)
        self._step, self._only = step, only
        self.source: Path | None = None
        """The recording that it is, or was recorded to."""
        self.close: Callable[[], None] = lambda: None
        """Finishes that recording."""
        self.returns: list[float] = []
        """Of the episodes that are over; the mean over the learners' seats."""
        self.resting = self.over = False
        """Whether its episode has ended and the others are waited for; whether nothing is left."""
        self.thoughts: dict[int, Mind] = {}
        self.ticks = 0
        """Of the episode."""
        while only is not None and int(simulation.w["episode"]) < only and not self.over:
            self.tick()
            self.go_on()
        self.returns.clear()

    @property
    def state(self) -> Any:
        """The record that is shown: of the end of the episode, once that is reached."""
        return self.simulation.final if self.resting else self.simulation.w

    @property
    def score(self) -> float:
        """The return of this episode so far."""
        return float(np.mean(self.state["score"][self.learners]))

    @property
    def total(self) -> float:
        """The return of all episodes so far."""
        return sum(self.returns) + (0.0 if self.resting else self.score)

    def tick(self) -> None:
        """One tick."""
        found = self._step()
        if found is None:
            self.over = self.resting = True
            return
        self.thoughts |= found
        self.ticks += 1
        if self.simulation.episode_ended:
            self.resting = True
            self.returns.append(self.score)
            self.over = self.simulation.trial_ended or int(self.simulation.final["episode"]) == self._only

    def go_on(self) -> None:
        """The next episode begins."""
        if self.resting and not self.over:
            self.resting, self.ticks = False, 0


@dataclasses.dataclass(frozen=True)
class Difference:
    """Where a run first differs from the first one in an episode."""

    tick: int
    fields: tuple[str, ...]


class Lockstep:
    """Runs that are ticked together; whoever ends an episode early waits for the others.

    Raises:
        Refused: too few, too many, or runs of different worlds.
    """

    def __init__(self, runs: Sequence[ShownRun]) -> None:
        if not FEWEST <= len(runs) <= MOST:
            raise Refused(f"{len(runs)} runs cannot be compared: name {FEWEST} to {MOST}")
        self.runs = list(runs)
        self.world = runs[0].simulation.world
        if any(run.simulation.world.layout_hash != self.world.layout_hash for run in runs):
            raise Refused("runs of different worlds cannot be compared: name runs of one task")
        fields = [name for name in self.world.record.names or () if name in self.world.state]
        self._fields = (*WATCHED, *fields)
        self.differences: list[Difference | None] = []
        """By run: where it first differs from the first run in this episode."""
        self._begin()

    @property
    def over(self) -> bool:
        """Whether nothing is left to see."""
        return all(run.resting for run in self.runs) and any(run.over for run in self.runs)

    @property
    def paused_between(self) -> bool:
        """Whether all have come to the end of their episode."""
        return all(run.resting for run in self.runs)

    def tick(self) -> bool:
        """One tick of every run whose episode goes on; False where nothing is left."""
        if self.over:
            return False
        if self.paused_between:
            for run in self.runs:
                run.go_on()
            self._begin()
        for run in self.runs:
            if not run.resting:
                run.tick()
        self._compare()
        return True

    def _begin(self) -> None:
        self.differences = [None] * len(self.runs)
        self._compare()

    def _compare(self) -> None:
        first = self.runs[0]
        for at, run in enumerate(self.runs):
            if self.differences[at] is not None or run is first:
                continue
            begun = run.ticks or first.ticks  # before, a seat still does what it did last in the episode before
            fields = [
                name for name in self._fields
                if (begun or name != "action") and not np.array_equal(run.state[name], first.state[name])
            ]  # fmt: skip
            if fields or run.resting != first.resting:
                tick = max(run.ticks, first.ticks)
                self.differences[at] = Difference(tick, tuple(fields) or ("end",))


# --- making runs ---------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class ComparedRuns:
    """Runs of one task that can be made as often as they are wanted."""

    task: Callable[[], SameTask]
    words: Sequence[str]
    tape: Tape = ()

    def __call__(self, folder: Path | None = None) -> Lockstep:
        """The runs at their beginning; those that are no recordings are recorded in a folder, if one is named.

        Raises:
            Refused: see `lockstep_of`.
        """
        return lockstep_of(self.task(), self.words, self.tape, folder)

    def recorded(self, folder: Path) -> list[tuple[str, str]]:
        """Play all runs to their end in a folder: recordings with the sign of the episode that is shown, and labels.

        Raises:
            Refused: they cannot be played.
        """
        lockstep = self(folder)
        try:
            while lockstep.tick():
                pass
        finally:
            for run in lockstep.runs:
                run.close()
        signs = [word.rpartition("@")[2] if "@" in word else "" for word in self.words]
        return [
            (f"{run.source}@{sign}" if sign else str(run.source), run.label)
            for run, sign in zip(lockstep.runs, signs, strict=True)
        ]


def lockstep_of(task: SameTask, words: Sequence[str], tape: Tape = (), folder: Path | None = None) -> Lockstep:
    """The runs that some words name: ``agent``, ``wiped``, ``blind``, ``oracle``; ``you`` for the ``tape`` of a game; a
    recording (NAME.mcap); or any player, such as ``bot:direct``. ``@5`` behind a word shows its fifth episode alone.
    Runs that are no recordings are recorded in a ``folder``.

    Raises:
        Refused: a word that names no run of this task.
    """
    if not FEWEST <= len(words) <= MOST:
        raise Refused(f"{len(words)} runs cannot be compared: name {FEWEST} to {MOST}")
    places = [None if folder is None else folder / f"run{order}{RECORDING}" for order in range(len(words))]
    return Lockstep([run_of(task, word, tape, place) for word, place in zip(words, places, strict=True)])


def check_words(words: Sequence[str]) -> None:
    """Refuse words that can name no runs of any task, before one is made.

    Raises:
        Refused: too few, too many, no player, no such recording, or no number of an episode.
    """
    if not FEWEST <= len(words) <= MOST:
        raise Refused(f"{len(words)} runs cannot be compared: name {FEWEST} to {MOST}")
    for word in words:
        name, sign, number = word.rpartition("@")
        name = name if sign else word
        if sign and not (number.isdecimal() and int(number)):
            raise Refused(f"run {word!r} names episode {number!r}: episodes are 1, 2 and so on")
        if name.endswith(RECORDING):
            if not Path(name).is_file():
                raise Refused(f"run {word!r} names no recording that is here")
        elif name not in CONDITIONS:
            read_spec("a run", name, OTHERS)


def run_of(task: SameTask, word: str, tape: Tape = (), place: Path | None = None) -> ShownRun:
    """One run; see `lockstep_of`."""
    name, only = _episode(task, word)
    label = text("split.episode", name=_named(name), episode=only + 1) if only is not None else _named(name)
    if name == "you":
        return _taped(task, label, tape, only, place)
    if name.endswith(RECORDING):
        return _recorded(task, label, Path(name), only)
    condition = None
    if name in CONDITIONS:
        beside = references_of(task)
        found = {condition.name: condition for condition in conditions_of(task, beside)}
        if name not in found:
            why = beside[name].misfit or f"'crossplay references {task.world.name}' trains one"
            raise Refused(f"nobody plays as {name!r} in {task.world.name!r} ({why}): choose from {', '.join(found)}")
        condition = found[name]
        task = task.filled(condition.agent)
    else:
        read_spec("a run", name, OTHERS)
        task = task.given(name)
    return _played(task, label, condition, only, place)


def task_of_recording(path: Path) -> SameTask:
    """The task of a recording that begins with a trial, and who played.

    Raises:
        Refused: it cannot be played, or begins in the middle of a trial.
    """
    import replays

    playback = replays.open(path)
    simulation, facts = playback.simulation, playback.info
    if int(simulation.w["episode"]) or int(simulation.w["tick"]):
        raise Refused(f"recording {str(path)!r} begins in the middle of a trial: compare one that begins with it")
    specs = {seat.name: facts["players"].get(seat.name, "bot") for seat in playback.world.seats}
    return SameTask(
        playback.world, facts["seed"], facts["index"], facts["split"], facts["episodes_per_trial"] or 0,
        int(simulation.w["trial"]), mark_of(simulation), specs, learners_of(playback.world, specs),
    )  # fmt: skip


def _episode(task: SameTask, word: str) -> tuple[str, int | None]:
    name, sign, number = word.rpartition("@")
    if not sign:
        return word, None
    if not number.isdecimal() or not 1 <= int(number) <= task.episodes:
        raise Refused(f"run {word!r} names episode {number!r}: this trial has episodes 1 to {task.episodes}")
    return name, int(number) - 1


def _named(name: str) -> str:
    if name.endswith(RECORDING):
        return Path(name).name
    return text(f"summary.{name}") if name in (*CONDITIONS, "you") else name


def _played(
    task: SameTask, label: str, condition: Condition | None, only: int | None, place: Path | None = None
) -> ShownRun:
    simulation, seating = seated(task)
    control = Wiped() if condition is not None and condition.wiped else None
    crew = SeatedPlayers(players_of(task.world, seating), control, task.learners)
    crew.begin()
    actions = np.zeros((len(task.world.seats), len(task.world.action_sizes)), dtype=np.int64)
    who = [seating.words[seat.name] for seat in task.world.seats]
    recorder = _recorder(simulation, place, seating.words)
    run = ShownRun(label, simulation, lambda: play_tick(simulation, crew, actions, recorder), task.learners, who, only)
    return _kept(run, place, recorder)


def _recorder(simulation: Simulation, place: Path | None, players: Mapping[str, str]) -> Recorder | None:
    """What records a run from its beginning on."""
    if place is None:
        return None
    import replays

    recorder = replays.record(place, players=players)
    recorder.begin(simulation)
    return recorder


def _kept(run: ShownRun, place: Path | None, recorder: Recorder | None) -> ShownRun:
    if recorder is not None:
        run.source, run.close = place, recorder.close
    return run


def _taped(task: SameTask, label: str, tape: Tape, only: int | None, place: Path | None = None) -> ShownRun:
    if not tape:
        raise Refused("what was played cannot be shown again: an episode was begun anew, or the trial not seen whole")
    nobody = task.given("bot")
    bots = {seat: spec if spec.startswith("bot") else "bot" for seat, spec in nobody.specs.items()}
    simulation, _ = seated(dataclasses.replace(nobody, specs=bots))
    crew, left = SeatedPlayers({}), iter(tape)
    recorder = _recorder(simulation, place, task.specs)

    def step() -> Mapping[int, Mind] | None:
        found = next(left, None)
        if found is None:
            return None
        drivers, done = found
        for seat in np.flatnonzero(simulation.w["driver"] != drivers):
            hand_over(simulation, recorder, int(seat), external=bool(drivers[seat]))
        return play_tick(simulation, crew, done.astype(np.int64), recorder)

    who = [text("summary.you") if spec == "human" else spec for spec in task.specs.values()]
    return _kept(ShownRun(label, simulation, step, task.learners, who, only), place, recorder)


def _recorded(task: SameTask, label: str, path: Path, only: int | None) -> ShownRun:
    import replays

    own = task_of_recording(path)
    if task.mark and own.mark != task.mark:
        raise Refused(f"recording {str(path)!r} is of another task: compare recordings of one task")
    playback = replays.open(path)

    def step() -> Mapping[int, Mind] | None:
        return playback.minds(playback.position) if playback.forward() else None

    who = [text("summary.you") if spec == "human" else spec for spec in own.specs.values()]
    run = ShownRun(label, playback.simulation, step, own.learners, who, only)
    run.source = path.absolute()
    return run
