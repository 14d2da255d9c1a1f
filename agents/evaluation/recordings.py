"""Trials of the agent as replays: the first few, or the best, the median and the worst of a cell."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.stage import Stage
from simulator.engine.late import later
from simulator.engine.player import Recorder, Tape
from simulator.engine.simulation import Simulation
from simulator.engine.trial import Exchange, play_trial

RecorderFactory = Callable[[str], Recorder]
FOLDER = "replays"
"""Where the replays lie, from the report's folder."""


@dataclass(frozen=True)
class Recorded:
    """A trial that was recorded."""

    role: str
    split: str
    rank: str
    """best, median or worst of its cell; empty for the first ones."""
    task: int
    returns: tuple[float, ...]
    """Of the learner, by episode."""
    file: str
    """From the report's folder, with slashes."""
    switch: int = 0
    """The first episode with other opponents; 0 where there was no switch."""

    @property
    def name(self) -> str:
        """Which trial it is, in words."""
        switched = f", switch before episode {self.switch}" if self.switch else ""
        return f"{self.role} on {self.split}{switched}{': ' + self.rank if self.rank else ''}"

    def dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {"returns": [round(value, 6) for value in self.returns]}


def record_trials(
    stage: Stage, returns: NDArray[np.float64], make: RecorderFactory, exchange: Exchange | None = None
) -> list[Recorded]:
    """Record what the settings ask for, of the first checkpoint, whose returns (n, E) are known.

    With an ``exchange`` of opponents, under which these are the returns, the first trials are left out.
    """
    settings = stage.settings
    chosen = [("", task) for task in range(0 if exchange else settings.record)]
    if settings.replays:
        chosen += list(extremes(returns).items())
    if not chosen:
        return []
    tasks = sorted({task for _, task in chosen})
    trials = stage.play("again, for replays", stage.lineup.of("agent", stage.split)[0], keep=tasks, exchange=exchange)
    tapes = dict(zip(tasks, trials.tapes, strict=True))
    for task, tape in tapes.items():
        _record(stage, task, tape, returns[task], make(_name(stage, task, exchange)), exchange)
    files = {task: f"{FOLDER}/{_name(stage, task, exchange)}.mcap" for task in tasks}
    switch = exchange.episode + 1 if exchange else 0
    return [
        Recorded(stage.role, stage.split, rank, task, tuple(returns[task].tolist()), files[task], switch)
        for rank, task in chosen
    ]  # fmt: skip


def extremes(returns: NDArray[np.float64]) -> dict[str, int]:
    """The best, the median and the worst task by return over the later episodes; of equal ones the first."""
    order = np.argsort(later(returns), kind="stable")
    scores = later(returns)
    best = int(np.flatnonzero(scores == scores[order[-1]])[0])
    return {"best": best, "median": int(order[(len(order) - 1) // 2]), "worst": int(order[0])}


def _name(stage: Stage, task: int, exchange: Exchange | None) -> str:
    switched = f"-switch-{exchange.episode + 1}" if exchange else ""
    return f"{stage.world.name}-{stage.role}-{stage.split}-{task}{switched}"


def _record(
    stage: Stage, task: int, tape: Mapping[int, Tape], expected: NDArray[np.float64], recorder: Recorder,
    exchange: Exchange | None,
) -> None:  # fmt: skip
    """Play a trial that was kept once more, alone before a recorder."""
    try:
        returns = play_trial(_simulation(stage, task, tape), tape, recorder, exchange=exchange, task=task)
    finally:
        recorder.close()
    alone = returns[:, stage.seats[task]].mean(axis=1)
    if not np.array_equal(alone, expected):
        raise RuntimeError(
            f"task {task} of {stage.world.name!r} ({stage.role}, {stage.split}) gave {expected} in "
            f"the batch and {alone} alone: the engine is not deterministic here"
        )


def _simulation(stage: Stage, task: int, driven: Mapping[int, Tape]) -> Simulation:
    """World ``task`` of the batch, by hand."""
    seats = {
        seat.name: "external" if index in driven else stage.lineup.bots.get(seat.name, "bot")
        for index, seat in enumerate(stage.world.seats)
    }
    return Simulation(
        stage.world, seed=stage.settings.seed, index=task, split=stage.split, seats=seats,
        episodes_per_trial=stage.settings.episodes,
    )  # fmt: skip
