"""Bulk logs: every decision of a whole batch in blocks with one hash each, for training and evaluation."""

import hashlib
import struct
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from replays import budgets, format
from replays.format import BLOCK, CONTROL, KEYFRAME, LANES, Control
from replays.recorder import Log
from simulator import crossplay_version
from simulator.engine import Batch
from worlds.kit.writing import file_problem
from worlds.world import Refused

SLICE = 8 << 20  # bytes of states in one message
LARGEST_BLOCK = 16 << 20  # bytes of actions in one message
BLOCK_HEAD = struct.Struct("<I16s")  # decisions, hash of all states after them
SLICE_HEAD = struct.Struct("<I")  # first world of the slice


def record_batch(
    path: str | Path,
    batch: Batch,
    *,
    block: int = 64,
    keyframe_blocks: int = 16,
    players: Mapping[str, str] | None = None,
    checkpoints: Mapping[str, str] | None = None,
) -> "BatchRecording":
    """A recorder around a batch: step, reset and drive the batch through it, and `close` it at the end.

    Args:
        path: as for `replays.record`.
        batch: may have begun; the log starts at its present state.
        block: decisions in a block, 1 … 4096.
        keyframe_blocks: blocks between full states of all worlds, at least 1.
        players: who sits where, seat name → words.
        checkpoints: SHA-256 of the weights of agents, by seat name.

    Raises:
        Refused: a number out of its range, or a batch whose single decision is above 16 MiB.
    """
    if not 1 <= block <= 4096 or keyframe_blocks < 1:
        raise Refused(f"block is {block} and keyframe_blocks {keyframe_blocks}: allowed are 1 to 4096, and 1 or more")
    if problem := file_problem(Path(path)):
        raise Refused(f"batch log {str(path)!r} {problem}: name a file such as log.mcap")
    return BatchRecording(Path(path), batch, block, keyframe_blocks, dict(players or {}), dict(checkpoints or {}))


class BatchRecording:
    """A batch whose every decision is written down (see `record_batch`).

    ``full`` tells that the log reached the largest size that logs may have, and was closed; stepping goes on.
    """

    def __init__(
        self, path: Path, batch: Batch, block: int, keyframe_blocks: int, players: dict[str, str],
        checkpoints: dict[str, str],
    ) -> None:  # fmt: skip
        self.path, self.batch, self.full = path, batch, False
        self.decisions = 0
        self._shape = (batch.n, batch.L, len(batch.action_sizes))
        self._code = np.dtype(format.action_code(batch.action_sizes))
        size = batch.n * batch.L * len(batch.action_sizes) * self._code.itemsize
        if size > LARGEST_BLOCK:
            raise Refused(f"one decision of this batch takes {size} bytes: a log holds up to {LARGEST_BLOCK}")
        self._block = max(1, min(block, LARGEST_BLOCK // max(size, 1)))
        self._keyframe_blocks, self._players, self._checkpoints = keyframe_blocks, players, checkpoints
        self._log: Log | None = None
        self._closed = False
        self._pending: list[bytes] = []
        self._blocks = 0

    def __enter__(self) -> "BatchRecording":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def step(self, actions: NDArray[np.integer[Any]]) -> tuple[Any, Any, Any, Any]:
        """`Batch.step`, written down."""
        log = self._ready()
        result = self.batch.step(actions)
        if log is not None:
            self.decisions += 1
            self._pending.append(np.asarray(actions).reshape(self._shape).astype(self._code).tobytes())
            if len(self._pending) >= self._block:
                self._finish_block(log)
                if self._blocks % self._keyframe_blocks == 0:
                    self._keyframe(log)
        return result

    def reset(self, trial: int = 0) -> Any:
        """`Batch.reset`, written down."""
        if self._log is None:
            observations = self.batch.reset(trial)
            self._ready()
            return observations
        self._finish_block(self._log)
        self._states(self._log)  # the last ones before all is drawn anew: they name the fields of a divergence
        observations = self.batch.reset(trial)
        self._control(self._log, Control(op="reset", trial=trial))
        return observations

    def drive(self, world_index: int, seat: int, external: bool) -> None:
        """`Batch.drive`, written down."""
        log = self._ready()
        if log is not None:
            self._finish_block(log)
        self.batch.drive(world_index, seat, external)
        if log is not None:
            log.add(CONTROL, self.decisions, msgspec.json.encode(
                Control(op="drive", world=world_index, seat=seat, external=external)
            ))  # fmt: skip

    def begin_tasks(
        self, worlds: NDArray[np.integer[Any]], indices: NDArray[np.integer[Any]], trials: NDArray[np.integer[Any]]
    ) -> None:
        """`Batch.begin_tasks`, written down."""
        log = self._ready()
        if log is not None:
            self._finish_block(log)
        self.batch.begin_tasks(worlds, indices, trials)
        if log is not None:
            for world, index, trial in zip(worlds, indices, trials, strict=True):
                control = Control(op="begin_task", world=int(world), index=int(index), trial=int(trial))
                log.add(CONTROL, self.decisions, msgspec.json.encode(control))

    def close(self) -> None:
        """Finish the file; calling it again does nothing."""
        self._closed = True
        if self._log is not None:
            self._finish_block(self._log)
            if self._blocks % self._keyframe_blocks:
                self._states(self._log)
            self._log.finish()
            self._log = None

    def _ready(self) -> Log | None:
        if self._log is None and not self._closed:
            self._log = self._begin()
        return self._log

    def _begin(self) -> Log:
        batch, world = self.batch, self.batch.world
        subject = format.Subject(
            world=world.name, version=world.version, layout_hash=world.layout_hash, build_args=dict(world.build_args),
            seed=batch.seed, index=batch.first_index, count=batch.n, split=batch.split, seats=batch.seats,
            episodes_per_trial=batch.episodes_per_trial, inputs=batch.inputs, reveal=batch.reveal,
        )  # fmt: skip
        description = format.Description(
            kind="batch", crossplay=crossplay_version(), subject=subject, players=self._players,
            checkpoints=self._checkpoints,
        )  # fmt: skip
        lanes = batch.lanes.astype("<u2")
        head = [("decisions", "<u4"), ("hash", "|u1", (16,))]
        types = {
            KEYFRAME: world.record,
            LANES: np.dtype([("seats", "<u2", (batch.L,))]),
            BLOCK: np.dtype([*head, ("actions", self._code, (self._block, *self._shape))]),
        }
        log = Log(self.path, description, types, world.timing.tick * world.timing.ticks_per_decision)
        for first in range(0, batch.n, SLICE):
            log.add(LANES, 0, lanes[first : first + SLICE].tobytes())
        self._keyframe(log)
        return log

    def _finish_block(self, log: Log) -> None:
        if self._pending:
            head = BLOCK_HEAD.pack(len(self._pending), state_hash(self.batch))
            log.add(BLOCK, self.decisions, head + b"".join(self._pending))
            self._pending.clear()
            self._blocks += 1

    def _control(self, log: Log, control: Control) -> None:
        log.add(CONTROL, self.decisions, msgspec.json.encode(control))
        self._keyframe(log)

    def _keyframe(self, log: Log) -> None:
        self._states(log)
        log.flush()
        ahead = self._block * self._keyframe_blocks * self.batch.n
        if self.decisions * self.batch.n + ahead > budgets.MAX_DECISIONS or log.bytes > budgets.MAX_UNPACKED_BATCH // 2:
            self.full = True
            self.close()

    def _states(self, log: Log) -> None:
        records = self.batch.worlds
        count = max(1, SLICE // records.itemsize)
        for first in range(0, self.batch.n, count):
            log.add(KEYFRAME, self.decisions, SLICE_HEAD.pack(first) + records[first : first + count].tobytes())


def state_hash(batch: Batch) -> bytes:
    """16 bytes that stand for the state of all worlds."""
    return hashlib.blake2b(batch.snapshot(), digest_size=16).digest()
