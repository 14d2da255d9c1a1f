"""Reading bulk logs: run the whole batch again and compare it with what was recorded."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from replays import budgets, format
from replays.batch_log import BLOCK_HEAD, LARGEST_BLOCK, SLICE_HEAD, state_hash
from replays.chunks import Damaged
from replays.format import BLOCK, CONTROL, KEYFRAME, LANES, Control, Message
from replays.playback import differing_fields
from replays.track import check_states, find_world
from replays.verdict import Progress, Verdict
from simulator.engine import Batch, WorldFault
from worlds.world import Refused

LARGEST_MEMORY = 4 << 30  # bytes that a batch rebuilt from a file may take


class States(NamedTuple):
    """The state of all worlds after some decisions."""

    position: int
    data: bytes


class Block(NamedTuple):
    """Decisions up to ``position``, and the hash of all states after them."""

    position: int
    actions: NDArray[np.unsignedinteger]
    """(B, N, L, K)."""
    hash: bytes


class BatchReader:
    """One pass through a bulk log: ``lanes`` (N, L) and the first states at once, then `steps`."""

    def __init__(self, reader: format.Reader, path: Path) -> None:
        if reader.description.kind != "batch":
            raise Refused(f"{str(path)!r} is a replay, not the log of a batch: open it instead")
        self.description = reader.description
        self.subject = reader.description.subject
        self.world = find_world(self.subject, path)
        self.path = path
        self._reader = reader
        self._controlled, self._controls = 0, 0
        self._messages = reader.messages()
        self._check_count(reader.size)
        self.lanes, first = self._read_lanes()
        self.start = self._join(first, 0)

    @property
    def truncated(self) -> bool:
        """Whether the log was cut off; known after `steps`."""
        return self._reader.truncated

    def steps(self) -> Iterator[States | Block | Control]:
        """Blocks, states and interventions in their order."""
        position = 0
        for message in self._messages:
            if message.topic == BLOCK:
                block = self._block(message, position)
                position = block.position
                yield block
            elif message.position != position:
                raise Damaged(f"a {message.topic!r} message is at decision {message.position}, not {position}")
            elif message.topic == CONTROL:
                self._count(position)
                yield self._control(message)
            elif message.topic == KEYFRAME:
                states = self._join(message, position)
                if states is not None:
                    yield states
            else:
                raise Damaged(f"it has a {message.topic!r} message among its decisions")

    def build(self) -> Batch:
        """The batch of this log, at its first states."""
        if self.start is None:
            raise Damaged("it holds no whole chunk")
        subject = self.subject
        batch = Batch(
            self.world, subject.count, split=subject.split, episodes_per_trial=subject.episodes_per_trial,
            seed=subject.seed, first_index=subject.index, seats=subject.seats, lanes=self.lanes,
            inputs=subject.inputs, reveal=subject.reveal,
        )  # fmt: skip
        batch.reset()
        batch.restore(self.start.data)
        return batch

    def _check_count(self, size: int) -> None:
        """Before any memory is taken for that many worlds."""
        subject, world = self.subject, self.world
        if not 1 <= subject.count <= budgets.MAX_WORLDS:
            raise Damaged(f"it claims to hold {subject.count} worlds")
        if subject.count * budgets.WORLD_BYTES > size:
            raise Damaged(f"it claims to hold {subject.count} worlds, and {size} bytes have no room for their states")
        seen = 8 * len(world.seats) * (world.observation.total + world.told_pieces.total + sum(world.action_sizes) + 16)
        if subject.count * (2 * world.record.itemsize + seen) > LARGEST_MEMORY:
            raise Refused(f"{str(self.path)!r} holds {subject.count} worlds: that is more than 4 GiB of memory holds")

    def _read_lanes(self) -> tuple[NDArray[np.int64], Message | None]:
        data = bytearray()
        for message in self._messages:
            if message.topic != LANES:
                break
            data += message.data
            if len(data) > 2 * self.subject.count * len(self.world.seats):
                raise Damaged("it names more lanes than seats")
        else:
            return np.zeros((self.subject.count, 0), np.int64), None
        lanes = np.frombuffer(bytes(data), "<u2").astype(np.int64)
        if lanes.size % self.subject.count:
            raise Damaged("it names lanes for another number of worlds")
        if lanes.size and lanes.max() >= len(self.world.seats):
            raise Damaged(f"it names a lane in seat {lanes.max()}")
        return lanes.reshape(self.subject.count, -1), message

    def _join(self, message: Message | None, position: int) -> States | None:
        """The states of all worlds from their slices; None if the file was cut among them."""
        parts, worlds = [], 0
        while message is not None:
            (first,) = SLICE_HEAD.unpack_from(message.data)
            data = message.data[SLICE_HEAD.size :]
            count, rest = divmod(len(data), self.world.record.itemsize)
            wrong = message.topic != KEYFRAME or message.position != position or first != worlds or rest or not count
            if wrong or worlds + count > self.subject.count:
                raise Damaged(f"the states at decision {position} do not fit together")
            check_states(self.world, [(position, data)], self.path)
            parts.append(data)
            worlds += count
            if worlds == self.subject.count:
                return States(position, b"".join(parts))
            message = next(self._messages, None)
        return None

    def _block(self, message: Message, position: int) -> Block:
        decisions, digest = BLOCK_HEAD.unpack_from(message.data)
        sizes = self.world.action_sizes
        code = np.dtype(format.action_code(sizes))
        shape = (decisions, self.subject.count, self.lanes.shape[1], len(sizes))
        data = message.data[BLOCK_HEAD.size :]
        if len(data) != int(np.prod(shape, dtype=object)) * code.itemsize or len(data) > LARGEST_BLOCK:
            raise Damaged(f"the block at decision {message.position} has {len(data)} bytes")
        if not 1 <= decisions <= 4096 or message.position != position + decisions:
            raise Damaged(f"the block at decision {message.position} follows decision {position}")
        if message.position * self.subject.count > budgets.MAX_DECISIONS:
            raise Damaged(f"it has more than {budgets.MAX_DECISIONS} decisions")
        actions = np.frombuffer(data, code).reshape(shape)
        for factor, size in enumerate(sizes):
            if actions.size and int(actions[..., factor].max()) >= size:
                raise Damaged(f"an action in the block at decision {message.position} is not below {size}")
        return Block(message.position, actions, digest)

    def _count(self, position: int) -> None:
        """Refuse more controls between two decisions than it takes to give all tasks and seats to others."""
        self._controls = self._controls + 1 if position == self._controlled else 1
        self._controlled = position
        most = budgets.MAX_AT_ONCE + 16 * self.subject.count * (1 + len(self.world.seats))
        if self._controls > most:
            raise Damaged(f"it has more than {most} controls at decision {position}")

    def _control(self, message: Message) -> Control:
        control = format.parse(message.data, Control)
        world, seat, limits = self.subject.count, len(self.world.seats), 2**62
        if control.op == "drive" and _within(control.world, world) and _within(control.seat, seat):
            return control
        if control.op == "reset" and _within(control.trial or 0, limits):
            return control
        task = _within(control.index, limits) and _within(control.trial, limits)
        if control.op == "begin_task" and _within(control.world, world) and task:
            return control
        raise Damaged(f"it has a control {control.op!r} at decision {message.position} that batches do not know")


def _within(number: int | None, end: int) -> bool:
    return number is not None and 0 <= number < end


def verify_batch(path: Path, progress: Progress | None) -> Verdict:
    """Run a bulk log again: names the block that differs, then the fields at the next recorded states.

    Raises:
        Refused: the log cannot be played at all.
    """
    with format.boundary(path), path.open("rb") as file:
        log = BatchReader(format.Reader(file, path, path.stat().st_size), path)
        batch = log.build()
        bad: tuple[int, int] | None = None  # first and last decision of the first block that differed
        position = 0
        for step in log.steps():
            if isinstance(step, Block):
                if not _play(batch, step, path) and bad is None:
                    bad = position + 1, step.position
                position = step.position
                if progress is not None:
                    progress(position, 0)
            elif isinstance(step, Control):
                _intervene(batch, step)
            elif bad is not None or step.data != batch.snapshot():
                return _wrong(log, bad or (position, position), step, batch)
        if bad is not None:
            return _wrong(log, bad, None, batch)
        cut = "; there the log was cut short" if log.truncated else ""
        sentence = f"all {position} decisions of {batch.n} worlds in {str(path)!r} are what the rules give{cut}"
        return Verdict(True, position, None, (), sentence, log.truncated)


def _play(batch: Batch, block: Block, path: Path) -> bool:
    try:
        for actions in block.actions:
            batch.step(actions)
    except WorldFault as error:
        raise Refused(f"{str(path)!r} cannot be played on: {error}") from error
    return state_hash(batch) == block.hash


def _intervene(batch: Batch, control: Control) -> None:
    if control.op == "drive":
        batch.drive(int(control.world or 0), int(control.seat or 0), bool(control.external))
    elif control.op == "begin_task":
        batch.begin_tasks(*(np.array([number]) for number in (control.world, control.index, control.trial)))
    else:
        batch.reset(control.trial or 0)


def _wrong(log: BatchReader, bad: tuple[int, int], states: States | None, batch: Batch) -> Verdict:
    first, last = bad
    sentence = f"{str(log.path)!r} differs from the rules "
    sentence += f"in the block of decisions {first} to {last}" if first < last else f"at decision {last}"
    fields: tuple[str, ...] = ()
    if states is None:
        sentence += "; no later state tells in which fields"
    elif states.data == batch.snapshot():
        sentence += f"; the states at decision {states.position} agree again"
    else:
        fields = differing_fields(log.world, states.data, batch.snapshot())
        a, b = np.frombuffer(states.data, log.world.record), np.frombuffer(batch.snapshot(), log.world.record)
        numbers = [i for i in range(batch.n) if a[i].tobytes() != b[i].tobytes()]
        more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
        later = f"; at decision {states.position}" if states.position != last else ","
        sentence += f"{later} in {', '.join(fields)} of world {', '.join(map(str, numbers[:5]))}{more}"
    return Verdict(False, last, first, fields, sentence, log.truncated)
