"""Writing replays: what the players did in every tick, proof of the state after it, a full state every few seconds."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import msgspec
import numpy as np
from mcap.records import Channel, Schema
from mcap.writer import CompressionType, IndexType, Writer

from replays import budgets, format, thoughts
from replays.ahead import Ahead
from replays.format import CONTROL, EPISODE, EVENT, KEYFRAME, TICK, Control, Ending, Episode, Event
from replays.parent import Parent
from replays.proofs import Prover, tick_type
from simulator import crossplay_version
from worlds.kit.record import EXTERNAL
from worlds.kit.writing import clear, create, file_problem, real, settle
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.engine import Simulation
    from simulator.engine.minds import Mind

PART = ".part"  # ends the name of a file that is still being written


def record(
    path: str | Path,
    *,
    keyframe_seconds: float = 5.0,
    minds: bool = True,
    players: Mapping[str, str] | None = None,
    checkpoints: Mapping[str, str] | None = None,
    compact: bool = False,
    at_once: bool = False,
    parent: Parent | None = None,
) -> "Recording":
    """A recorder that writes a replay to `path` (by custom ``NAME.mcap``); hand it to whoever runs the simulation.

    Args:
        path: the file appears under this name when the recording is closed; until then, and after a crash, it is
            ``PATH.NUMBER.part``, which plays as well.
        keyframe_seconds: simulated seconds between full states: above 0. Each closes a chunk of the file.
        minds: keep what players thought, if they tell.
        players: who sits where, seat name → words.
        checkpoints: SHA-256 of the weights of agents, by seat name.
        compact: leave out the index of single messages (smaller; other programs search such a file more slowly).
        at_once: hand every tick to the operating system when it is made, for games that people play: a killed process
            then loses no tick, where otherwise it loses those since the last full state. The finished file is the same.
        parent: the recording that this one branches off from, see `replays.parent_of`.

    Raises:
        Refused: `keyframe_seconds` out of its range, or a path where no file can be.
    """
    if problem := file_problem(Path(path)):
        raise Refused(f"recording {str(path)!r} {problem}: name a file such as game.mcap")
    if not 0.0 < keyframe_seconds < 1e6:
        raise Refused(f"keyframe_seconds is {keyframe_seconds}: allowed is above 0 and below 1000000")
    told = dict(players or {}), dict(checkpoints or {})
    return Recording(Path(path), keyframe_seconds, minds, *told, compact, at_once=at_once, parent=parent)


class Log:
    """An MCAP file being written: chunks of messages, whole after every `flush`, under its own name after `finish`.
    With ``ahead`` of a chunk its messages can be handed on, see `replays.ahead`.

    When the disk is full it says so once and takes nothing more; what was flushed stays in the part file, which the
    refusal names. Part files that a killed process left of the same name go when this one is whole.

    Raises:
        Refused: by any method, the file cannot be written.
    """

    def __init__(
        self, path: Path, description: format.Description, types: Mapping[str, np.dtype[Any]], seconds: float, *,
        compact: bool = False, ahead: bool = False,
    ) -> None:  # fmt: skip
        self.path, self.bytes, self.messages = path, 0, 0
        self.part: Path | None = None
        self._broken = False
        self._nanoseconds = round(seconds * 1e9)
        with self._writing():
            self._file = self._create()
        index = IndexType.ALL if not compact else IndexType.ALL & ~IndexType.MESSAGE
        self._ahead = Ahead(self._file) if ahead else None
        stream = cast(BinaryIO, self._ahead or self._file)
        self._writer = Writer(stream, compression=CompressionType.ZSTD, index_types=index, enable_data_crcs=True)
        self._writer.start(profile=format.PROFILE, library=f"crossplay {description.crossplay}")
        self._writer.add_metadata("crossplay", format.describe(description))
        self._channels: dict[str, int] = {}
        for topic, kind in types.items():
            self.declare(topic, kind)
        for topic, words in format.JSON_TOPICS.items():
            self._channels[topic] = self._declare(topic, "json", format.json_schema(words))

    def _create(self) -> BinaryIO:
        """A part file of our own: two recordings of one name never share a file, and none is overwritten."""
        target = real(self.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        file, self.part = create(target.parent, target.name, PART)
        return file

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._broken = True
            kept = f"; what was recorded before is in {str(self.part)!r}" if self.part else ""
            raise Refused(f"replay {str(self.path)!r} cannot be written: {error.strerror or error}{kept}") from error

    def declare(self, topic: str, kind: np.dtype[Any]) -> None:
        """Say of which type the messages of a topic are, once and before the first."""
        if topic in self._channels or self._broken:
            return
        with self._writing():
            self._channels[topic] = self._declare(topic, "x-numpy", format.describe_type(kind))

    def _declare(self, topic: str, encoding: str, schema: bytes) -> int:
        name = f"crossplay.{topic[1:]}"
        kind = "jsonschema" if encoding == "json" else encoding
        before = self._written
        number = self._writer.register_schema(name, kind, schema)
        self._tell(before, Schema(id=number, name=name, encoding=kind, data=schema))
        before = self._written
        channel = self._writer.register_channel(topic, encoding, number)
        self._tell(before, Channel(id=channel, topic=topic, message_encoding=encoding, schema_id=number, metadata={}))
        return channel

    @property
    def _written(self) -> int:
        return 0 if self._ahead is None else self._ahead.tell()

    def _tell(self, before: int, record: Schema | Channel) -> None:
        if self._ahead is not None:
            self._ahead.declaration(before, record)

    def add(self, topic: str, position: int, data: bytes) -> None:
        """One message at `position` (ticks, or decisions in a batch log)."""
        if self._broken:
            return
        time = position * self._nanoseconds
        self.bytes += len(data) + 31
        self.messages += 1
        channel = self._channels[topic]
        with self._writing():
            before = self._written
            self._writer.add_message(channel, log_time=time, publish_time=time, sequence=position, data=data)
            if self._ahead is not None:
                self._ahead.message(before, channel, position, time, data)

    def put(self) -> None:
        """Where messages go ahead of their chunk: hand all so far to the operating system."""
        if self._ahead is not None and not self._broken:
            with self._writing():
                self._ahead.put()

    def flush(self) -> None:
        """Hand all so far to the operating system as whole chunks: a killed process loses only what comes after."""
        if not self._broken:
            with self._writing():
                self._writer.flush()

    def finish(self) -> None:
        """Close the file properly and give it its name."""
        if self._broken:
            with contextlib.suppress(OSError):
                self._file.close()
            return
        assert self.part is not None
        target = real(self.path)
        with self._writing():
            self._writer.finish()
            settle(self._file, self.part, target)
        clear(target, target.name, PART)

    def discard(self) -> None:
        """Leave no file, neither under its name nor the part."""
        self._broken = True
        with contextlib.suppress(OSError):
            self._file.close()
        if self.part is not None:
            self.part.unlink(missing_ok=True)

    @property
    def size(self) -> int:
        """Bytes that were handed to the operating system after a `flush`, without those that went ahead of a chunk."""
        return 0 if self._broken else (self._ahead or self._file).tell()


def unfinished(path: Path) -> Path | None:
    """The newest unfinished recording of `path`, if there is one."""
    target = real(path)
    parts = [part for part in target.parent.glob("*" + PART) if part.name.startswith(f"{target.name}.")]
    return max(parts, key=lambda part: part.stat().st_mtime, default=None)


class Recording:
    """A replay being written (see `record`); a `simulator.engine.Recorder`, and a context manager that closes it.

    ``full`` tells that the recording reached the longest length that replays may have, and was closed.
    """

    def __init__(
        self, path: Path, keyframe_seconds: float, minds: bool, players: dict[str, str],
        checkpoints: dict[str, str], compact: bool, *, at_once: bool = False, parent: Parent | None = None,
    ) -> None:  # fmt: skip
        self.path, self.full, self.parent = path, False, parent
        self.ticks = 0
        self._keyframe_seconds, self._minds, self._compact = keyframe_seconds, minds, compact
        self._players, self._checkpoints, self._at_once = players, checkpoints, at_once
        self._log: Log | None = None
        self._begun = False
        self._keyframe_at = 0
        self._rare = dict.fromkeys(budgets.MAX_RARE, 0)
        self._json = dict.fromkeys(budgets.MAX_JSON_BYTES, 0)
        self._marks = 0  # states and controls since the last tick

    def __enter__(self) -> "Recording":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def begin(self, simulation: "Simulation") -> None:
        """Create the file; the recording starts at the present state.

        Raises:
            Refused: the file cannot be written, or this recording has begun before.
        """
        if self._begun:
            raise Refused(f"recording {str(self.path)!r} has begun already: one recording holds one game")
        world = simulation.world
        description = format.Description(
            kind="replay",
            crossplay=crossplay_version(),
            subject=msgspec.convert(simulation.describe(), format.Subject),
            players=self._players,
            checkpoints=self._checkpoints,
            parent=self.parent or msgspec.UNSET,
        )
        fields = len(world.record.names or ())
        tick = tick_type(len(world.seats), world.action_sizes, fields, format=format.FORMAT)
        types = {TICK: tick, KEYFRAME: world.record}
        seconds = world.timing.tick
        self._log = Log(self.path, description, types, seconds, compact=self._compact, ahead=self._at_once)
        self._begun = True
        self._tick_row, self._prover, self._thoughts = np.zeros(1, tick), Prover(fields), thoughts.Writing(world)
        self._every = min(max(1, round(self._keyframe_seconds / world.timing.tick)), budgets.MAX_GAP)
        self._turn(simulation, None)
        self._keyframe(simulation)

    def tick(self, simulation: "Simulation") -> None:
        """Note the tick just made."""
        if self._log is None:
            return
        self.ticks += 1
        self._marks = 0
        row = self._tick_row
        external = simulation.w["driver"] == EXTERNAL
        row["actions"][0] = np.where(external[:, None], simulation.applied, 0)
        self._prover.prove(row, format.field_crcs(simulation.state.dtype, simulation.snapshot()))
        self._log.add(TICK, self.ticks, row.tobytes())
        if simulation.episode_ended:
            last = simulation.final
            cause = simulation.world.causes[int(last["cause"])].name
            crcs = format.field_crcs(simulation.state.dtype, last.tobytes())
            self._turn(simulation, Ending(cause=cause, returns=last["score"].tolist(), crcs=crcs))
        if self.ticks - self._keyframe_at >= self._every:
            self._keyframe(simulation)
        self._put()

    def control(self, simulation: "Simulation", op: str, **arguments: Any) -> None:
        """Note an intervention just made: drive (seat, external), next_task, next_episode, restart_episode,
        reset (trial), or restore (to any other state).

        Raises:
            Refused: another op, or arguments that do not fit.
        """
        if self._log is None:
            return
        try:
            control = msgspec.convert({"op": op, **_plain(arguments)}, Control)
        except msgspec.ValidationError as error:
            raise Refused(f"control {op!r} with {arguments} cannot be recorded: {error}") from error
        self._add_rare(CONTROL, msgspec.json.encode(control))
        if op != "drive":
            self._turn(simulation, None)
        self._keyframe(simulation)

    def mind(self, seat: int, mind: "Mind") -> None:
        """Note what a seat's player thought before the tick to come: whatever signals it offers.

        Raises:
            Refused: a signal has another shape than its declaration gives it in this world.
        """
        if self._log is None or not self._minds or not mind:
            return
        form, row = self._thoughts.row(seat, mind)
        self._log.declare(form.topic, form.kind)
        self._log.add(form.topic, self.ticks, row)

    def event(self, name: str, data: dict[str, Any]) -> None:
        """Note anything else of interest; `data` is what JSON can hold.

        Raises:
            Refused: data that JSON cannot hold, or above 1 MiB.
        """
        if self._log is None:
            return
        try:
            text = msgspec.json.encode(Event(name=name, data=_plain(data)))
        except (TypeError, ValueError) as error:
            raise Refused(f"event {name!r} cannot be recorded: {error}") from error
        if len(text) > budgets.MAX_JSON:
            raise Refused(f"event {name!r} has {len(text)} bytes: allowed are {budgets.MAX_JSON}")
        self._add_rare(EVENT, text)
        self._put()

    def close(self) -> None:
        """Finish the file; calling it again does nothing."""
        log, self._log = self._log, None
        if log is not None:
            log.finish()

    def discard(self) -> None:
        """Give up: no file is left of what was recorded."""
        log, self._log = self._log, None
        if log is not None:
            log.discard()

    def _put(self) -> None:
        if self._log is not None:  # it may have been closed as full
            self._log.put()

    def _turn(self, simulation: "Simulation", ended: Ending | None) -> None:
        w = simulation.w
        turn = Episode(trial=int(w["trial"]), episode=int(w["episode"]), ended=ended)
        self._add_rare(EPISODE, msgspec.json.encode(turn))

    def _add_rare(self, topic: str, data: bytes) -> None:
        """Note what no file may have much of; one that has enough is closed instead."""
        if self._log is None:
            return
        marks, size = self._marks + (topic in (KEYFRAME, CONTROL)), self._json.get(topic, 0) + len(data)
        if marks > budgets.MAX_AT_ONCE or (topic in self._json and size > budgets.MAX_JSON_BYTES[topic]):
            self.full = True
            self.close()
            return
        self._log.add(topic, self.ticks, data)
        self._rare[topic] += 1
        self._marks = marks
        if topic in self._json:
            self._json[topic] = size

    def _keyframe(self, simulation: "Simulation") -> None:
        self._add_rare(KEYFRAME, simulation.snapshot())
        if self._log is None:
            return
        self._log.flush()
        self._keyframe_at = self.ticks
        self.full = (
            self.ticks + self._every > budgets.MAX_TICKS
            or any(count > budgets.MAX_RARE[topic] * 7 // 8 for topic, count in self._rare.items())
            or self._log.bytes > budgets.most_unpacked(self._log.size) * 7 // 8
            or self._log.messages > budgets.most_messages(self._log.size) * 7 // 8
        )
        if self.full:
            self.close()


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same with NumPy values as Python ones."""
    return {str(key): _plain_value(value) for key, value in data.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return [_plain_value(item) for item in value]
    return value
