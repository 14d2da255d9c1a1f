"""One world out of a bulk log, as a replay of its own that can be watched, exported and branched."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from replays import format
from replays.batch_play import BatchReader, Block
from replays.chunks import Damaged
from replays.format import Control
from replays.recorder import Recording, record
from replays.track import existing
from simulator.engine import Simulation, WorldFault
from worlds.world import Refused


def extract(path: str | Path, index: int, out: str | Path) -> None:
    """Write world `index` of a bulk log to `out` as a replay, with proof for every tick.

    Raises:
        Refused: no such world, or a log that cannot be played.
    """
    place = existing(Path(path))
    with format.boundary(place), place.open("rb") as file:
        log = BatchReader(format.Reader(file, place, place.stat().st_size), place)
        if not 0 <= index < log.subject.count:
            raise Refused(f"world {index} is not in {str(place)!r}: it holds 0 to {log.subject.count - 1}")
        told = log.description
        with record(out, players=told.players, checkpoints=told.checkpoints) as recording:
            try:
                _run(log, index, recording)
            except BaseException:  # a replay of the first half would pass for the whole
                recording.discard()
                raise


def _run(log: BatchReader, index: int, recording: Recording) -> None:
    simulation = _simulation(log, index)
    recording.begin(simulation)
    for step in log.steps():
        if isinstance(step, Block):
            for actions in step.actions[:, index]:
                _decide(simulation, log.lanes[index], actions, recording)
        elif isinstance(step, Control):
            _intervene(log, simulation, step, index, recording)


def _simulation(log: BatchReader, index: int) -> Simulation:
    if log.start is None:
        raise Damaged("it holds no whole chunk")
    simulation = _of_index(log, log.subject.index + index)
    size = log.world.record.itemsize
    simulation.restore(log.start.data[index * size : (index + 1) * size])
    return simulation


def _of_index(log: BatchReader, index: int) -> Simulation:
    subject = log.subject
    return Simulation(
        log.world, seed=subject.seed, index=index, split=subject.split, seats=subject.seats,
        episodes_per_trial=subject.episodes_per_trial, inputs=subject.inputs, reveal=subject.reveal,
    )  # fmt: skip


def _task(log: BatchReader, simulation: Simulation, control: Control) -> bytes:
    """The state in which a task begins, under the present drivers."""
    other = _of_index(log, int(control.index or 0))
    other.reset(int(control.trial or 0))
    other.state["driver"] = simulation.state["driver"]
    return other.snapshot()


def _decide(
    simulation: Simulation, lanes: NDArray[np.int64], actions: NDArray[np.unsignedinteger], recording: Recording
) -> None:
    """All ticks of one decision."""
    given = np.zeros_like(simulation.applied)
    given[lanes] = actions
    try:
        while True:
            simulation.tick(given)
            recording.tick(simulation)
            if simulation.deciding:
                return
    except WorldFault as error:
        raise Refused(f"the log cannot be played on: {error}") from error


def _intervene(log: BatchReader, simulation: Simulation, control: Control, index: int, recording: Recording) -> None:
    if control.op == "reset":
        simulation.reset(control.trial or 0)
        recording.control(simulation, "reset", trial=control.trial or 0)
        # bots, as the batch has no lane there
        strangers = [seat for seat in simulation.external if seat not in log.lanes[index]]
        for seat in strangers:
            simulation.drive(seat, False)
            recording.control(simulation, "drive", seat=seat, external=False)
    elif control.world == index and control.op == "begin_task":
        simulation.restore(_task(log, simulation, control))
        recording.control(simulation, "restore")
    elif control.world == index:
        simulation.drive(int(control.seat or 0), bool(control.external))
        recording.control(simulation, "drive", seat=control.seat, external=control.external)
