"""One trial of the agent as it is during a run, recorded for people; it draws nothing from the run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import agents
from agents.checkpoints import checkpoint
from agents.settings.folder import REPLAYS
from agents.training.run import Run, learner_seats
from simulator.engine import Recorder, Simulation
from simulator.engine.minds import Mind
from simulator.engine.trial import play_trial

RecorderFactory = Callable[[str], Recorder]
SUFFIX = ".mcap"


def record_trial(run: Run, agent: Path, update: int, make: RecorderFactory) -> dict[str, Any]:
    """Play one trial with the agent in a folder, the learning seats by turns.

    What is given stands in the line of its update in `metrics.jsonl`: the file, the seat, the ticks at which episodes
    begin, and their returns.
    """
    settings, world = run.settings, run.world
    turns = learner_seats(world, settings.world.roles)
    mine = turns[update % len(turns)]
    bots = {seat.name: "bot" for index, seat in enumerate(world.seats) if index != mine}
    simulation = Simulation(
        world, seed=settings.run.seed, split=settings.world.split, episodes_per_trial=settings.trial.episodes,
        seats=bots, reveal=settings.trial.reference == "oracle",
    )  # fmt: skip
    name = f"{world.name}-update-{update}"
    counted = Counted(make(name))
    try:
        returns = play_trial(simulation, {mine: agents.load(agent)}, counted)[:, mine]
    finally:
        counted.close()
    return {
        "file": f"{REPLAYS}/{name}{SUFFIX}", "seat": world.seats[mine].name, "begins": counted.begins,
        "returns": [round(float(value), 6) for value in returns],
    }  # fmt: skip


def record_now(run: Run, folder: Path, facts: dict[str, Any], update: int, make: RecorderFactory) -> dict[str, Any]:
    """The same with the network as it is now, through a checkpoint that goes again."""
    agent = folder / REPLAYS / ".agent" / f"update-{update}"
    try:
        checkpoint.save(agent, run.network, facts)
        return record_trial(run, agent, update, make)
    finally:
        shutil.rmtree(agent.parent, ignore_errors=True)


class Counted:
    """A recorder that hands all on to another one, and counts at which ticks episodes begin."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._ticks = 0
        self.begins: list[int] = []
        """Ticks from the start of the recording."""

    def begin(self, simulation: Simulation) -> None:
        """See `simulator.engine.player.Recorder`, here and below."""
        self.begins.append(self._ticks)
        self._recorder.begin(simulation)

    def tick(self, simulation: Simulation) -> None:
        """After the last tick of a trial nothing begins."""
        self._ticks += 1
        if simulation.episode_ended and not simulation.trial_ended:
            self.begins.append(self._ticks)
        self._recorder.tick(simulation)

    def control(self, simulation: Simulation, op: str, **arguments: Any) -> None:
        """An intervention."""
        self._recorder.control(simulation, op, **arguments)

    def mind(self, seat: int, mind: Mind) -> None:
        """A thought."""
        self._recorder.mind(seat, mind)

    def event(self, name: str, data: dict[str, Any]) -> None:
        """Anything else."""
        self._recorder.event(name, data)

    def close(self) -> None:
        """The end."""
        self._recorder.close()
