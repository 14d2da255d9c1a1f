"""The bytes of a replay: an MCAP file with Crossplay's topics, read with every size checked before it is used.

A file holds one metadata record (what was recorded, as JSON with its own hash) and then chunks of messages. The
sequence number of a message is the number of ticks (in a batch log: decisions) made before it, or by it for ``/tick``
and ``/block``; its time is that number in simulated seconds, so equal runs give equal files. Numbers are raw
little-endian records whose NumPy type stands in the channel's schema; what is rare is JSON with a JSON schema, for
Foxglove, Rerun and the mcap tools to show.
"""

import contextlib
import errno
import hashlib
import io
import json
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple, TypeVar

import msgspec
import numpy as np
from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Channel, Footer, Header, Metadata, Schema

from replays import budgets
from replays.chunks import MAGIC, RECORD, Damaged, check_cut, unpack_chunk
from replays.parent import Parent
from worlds.broken import place_in_user_world
from worlds.kit.words import one_line
from worlds.world import Refused

PROFILE = "crossplay"
FORMAT = 3
READS = ("1", "2", "3")
"""Format 1 knew no other thoughts than those of `OLD_MIND` and `OLD_BELIEF`; until 2 proofs were longer, see
`replays.proofs`."""

TICK, KEYFRAME, CONTROL, EPISODE, EVENT = "/tick", "/keyframe", "/control", "/episode", "/event"
THOUGHT = "/mind/"  # begins the topics of what players thought, see `replays.thoughts`
OLD_MIND, OLD_BELIEF = "/mind", "/belief"  # of files of format 1
BLOCK, LANES = "/block", "/lanes"
TOPICS = frozenset((TICK, KEYFRAME, CONTROL, EPISODE, EVENT, OLD_MIND, OLD_BELIEF, BLOCK, LANES))

_MESSAGE = struct.Struct("<HIQQ")
_OPCODES = frozenset(int(code) for code in Opcode)
_Json = TypeVar("_Json")


class Subject(msgspec.Struct, kw_only=True, frozen=True):
    """What was simulated: all that it takes to build the same simulation or batch again."""

    world: str
    version: int
    layout_hash: str
    build_args: dict[str, int | float | str | bool | None] = {}
    seed: int
    index: int = 0
    """Of the world in a batch; for a batch log that of its first world."""
    count: int = 1
    """Worlds: above 1 only in batch logs."""
    split: str
    episodes_per_trial: int
    seats: dict[str, str] = {}
    inputs: bool = True
    reveal: bool = False


class Description(msgspec.Struct, kw_only=True, frozen=True):
    """The first thing in a file: what it holds and who made it."""

    kind: Literal["replay", "batch"]
    crossplay: str
    subject: Subject
    players: dict[str, str] = {}
    """Who sat in a seat, as a person would say it."""
    checkpoints: dict[str, str] = {}
    """SHA-256 of the weights that played a seat."""
    parent: Parent | msgspec.UnsetType = msgspec.UNSET
    """What this recording branched off from, if it did."""


class Control(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An intervention from outside the rules, made again in playback."""

    op: Literal["drive", "next_task", "next_episode", "restart_episode", "reset", "restore", "begin_task"]
    seat: int | None = None
    external: bool | None = None
    trial: int | None = None
    world: int | None = None
    """In the log of a batch: its number there."""
    index: int | None = None
    """In the log of a batch: whose task begins in that world, as in `Batch.begin_tasks`."""


class Ending(msgspec.Struct, kw_only=True, frozen=True):
    """How an episode ended."""

    cause: str
    returns: list[float]
    """By seat."""
    crcs: list[int]
    """CRC32 of every field of its last state, which the auto-reset has replaced when the tick is over."""


class Episode(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """From here on another episode runs; ``ended`` tells how the one before came to its end (by itself)."""

    trial: int
    episode: int
    ended: Ending | None = None


class Event(msgspec.Struct, kw_only=True, frozen=True):
    """Anything else of interest."""

    name: str
    data: dict[str, Any] = {}


class Message(NamedTuple):
    """One message of a file."""

    topic: str
    position: int
    data: bytes


JSON_TOPICS: dict[str, type[msgspec.Struct]] = {CONTROL: Control, EPISODE: Episode, EVENT: Event}


def action_code(sizes: tuple[int, ...]) -> str:
    """The smallest unsigned integer type that holds every action."""
    return "|u1" if max(sizes) <= 256 else "<u2"


def field_crcs(dtype: np.dtype[Any], state: bytes) -> list[int]:
    """CRC-32 of every top-level field of one record (which has no gaps), in the order of the record."""
    view = memoryview(state)
    starts = [offset for _, offset, *_ in (dtype.fields or {}).values()]
    return [zlib.crc32(view[start:end]) for start, end in zip(starts, [*starts[1:], dtype.itemsize], strict=True)]


def describe_type(dtype: np.dtype[Any]) -> bytes:
    """A NumPy type as JSON, for a schema."""
    return json.dumps(np.dtype(dtype).descr).encode()


def json_schema(kind: type[msgspec.Struct]) -> bytes:
    """The JSON schema of one of the message kinds."""
    return msgspec.json.encode(msgspec.json.schema(kind))


def describe(description: Description) -> dict[str, str]:
    """The metadata record of a file: the description as JSON, and its hash (MCAP guards only chunks)."""
    text = msgspec.json.encode(description).decode()
    return {"format": str(FORMAT), "description": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def parse(data: bytes, kind: type[_Json]) -> _Json:
    """A JSON message as its kind; anything else is damage."""
    if len(data) > budgets.MAX_JSON:
        raise Damaged(f"it has a message of {len(data)} bytes where at most {budgets.MAX_JSON} are allowed")
    return msgspec.json.decode(data, type=kind)


@contextlib.contextmanager
def boundary(path: Path) -> Iterator[None]:
    """Turn whatever a damaged or hostile file provokes into one sentence; what is not the file's fault passes: other
    files that cannot be read or written (a full kernel cache), and rules of a user's own world that do not compile.
    """
    try:
        yield
    except MemoryError:
        raise
    except Refused as error:
        if len(str(error)) <= budgets.LONGEST_SENTENCE:
            raise
        raise Refused(one_line(str(error), budgets.LONGEST_SENTENCE)) from error
    except OSError as error:
        if not _about(error, path):
            raise
        raise Refused(f"replay {str(path)!r} cannot be read: {error.strerror or error}") from error
    except Damaged as error:
        reason = one_line(str(error), budgets.LONGEST_REASON)
        raise Refused(f"replay {str(path)!r} is damaged: {reason}") from error
    except UnicodeDecodeError as error:
        raise Refused(f"replay {str(path)!r} is damaged: a text in it is not UTF-8") from error
    except Exception as error:
        if place_in_user_world(error):
            raise
        raise Refused(f"replay {str(path)!r} is damaged: {_in_words(error)}") from error


def _in_words(error: Exception) -> str:
    """What a library that met a damaged file said, for those who do not know the library."""
    if isinstance(error, KeyError):
        return f"a part that it needs is missing ({one_line(str(error), budgets.LONGEST_REASON)})"
    reason = one_line(str(error), budgets.LONGEST_REASON)
    return f"what stands in it cannot be read ({reason})" if reason else "it ends too early"


def _about(error: OSError, path: Path) -> bool:
    """Whether an error is one of reading this file: it names it, or was met by a read, which names nothing."""
    if error.filename is not None:
        return os.fspath(error.filename) == str(path)
    return error.errno in (errno.EIO, errno.EISDIR, errno.ESTALE, errno.EINVAL)


class Reader:
    """One pass through a file: ``description`` and ``schemas`` first, then every message in order.

    ``truncated`` is known when `messages` is exhausted: the file ends before its closing record, and what was yielded
    is all that lies in whole chunks.

    Raises:
        Refused: the file is no Crossplay replay, or one of another format.
        Damaged, and any other exception: see `boundary`.
    """

    def __init__(self, file: BinaryIO, path: Path, size: int) -> None:
        self.truncated = False
        self.time = 0  # ns of simulated time, of the message that was yielded last
        self.schemas: dict[str, Schema] = {}  # by topic
        self._file, self._path, self.size = file, path, size
        self.format = FORMAT
        self._checksum = 0
        self._unpacked = 0
        self._messages = 0
        self._topics: dict[int, str] = {}
        self._schemas_by_id: dict[int, Schema] = {}
        if self._take(len(MAGIC)) != MAGIC:
            raise Refused(f"{str(path)!r} is not a Crossplay replay: replays are MCAP files written by crossplay")
        self.description = self._read_description()
        replay = self.description.kind == "replay"
        self._most_unpacked = budgets.most_unpacked(size) if replay else budgets.MAX_UNPACKED_BATCH
        self._most_messages = budgets.most_messages(size) if replay else budgets.MAX_MESSAGES

    def messages(self) -> Iterator[Message]:
        """Every message of every whole chunk."""
        while (record := self._next_record()) is not None:
            opcode, body, checksum = record
            if opcode == Opcode.CHUNK:
                yield from self._open_chunk(body)
            elif opcode == Opcode.DATA_END:
                (told,) = struct.unpack("<I", body)
                if told not in (0, checksum):
                    raise Damaged("the checksum of its data is wrong")
                self._read_summary()
                return
            elif opcode not in (Opcode.MESSAGE_INDEX, Opcode.ATTACHMENT):
                raise Damaged(f"it has a record of kind {opcode} among its data")
        self.truncated = True

    def _take(self, count: int) -> bytes:
        data = self._file.read(count)
        self._checksum = zlib.crc32(data, self._checksum)
        return data

    def _next_record(self) -> tuple[int, bytes, int] | None:
        """Kind, body and the checksum of all before it; None where the file was cut."""
        checksum = self._checksum
        head = self._take(RECORD.size)
        if len(head) < RECORD.size or head[0] == 0:
            check_cut(head, self._file.read(budgets.MAX_RECORD))
            return None
        opcode, length = RECORD.unpack(head)
        if opcode not in _OPCODES:
            raise Damaged(f"it has a record of unknown kind {opcode}")
        if length > self.size - self._file.tell():
            check_cut(head, self._file.read(budgets.MAX_RECORD))
            return None
        if length > budgets.MAX_RECORD:
            raise Damaged(f"it has a record of {length} bytes where at most {budgets.MAX_RECORD} are allowed")
        return opcode, self._take(length), checksum

    def _read_description(self) -> Description:
        header, facts = self._next_record(), self._next_record()
        if header is None or facts is None:
            raise Damaged("it ends before its description")
        if header[0] != Opcode.HEADER or facts[0] != Opcode.METADATA or len(facts[1]) > budgets.MAX_JSON:
            raise Refused(f"{str(self._path)!r} is not a Crossplay replay: its description is missing")
        profile = Header.read(_stream(header[1])).profile
        if profile != PROFILE:
            raise Refused(f"{str(self._path)!r} is not a Crossplay replay: it is an MCAP file of profile {profile!r}")
        told = Metadata.read(_stream(facts[1])).metadata
        if told["format"] not in READS:
            known = f"{', '.join(READS[:-1])} and {READS[-1]}"
            raise Refused(f"replay {str(self._path)!r} has format {told['format']!r}: this Crossplay reads {known}")
        self.format = int(told["format"])
        text = told["description"].encode()
        if hashlib.sha256(text).hexdigest() != told["sha256"]:
            raise Damaged("the checksum of its description is wrong")
        return _showable(parse(text, Description))

    def _open_chunk(self, body: bytes) -> Iterator[Message]:
        data = unpack_chunk(body)
        self._unpacked += len(data)
        if self._unpacked > self._most_unpacked:
            raise Damaged(f"it unpacks to more than {self._most_unpacked} bytes")
        at = 0
        while at < len(data):
            opcode, length = RECORD.unpack_from(data, at)
            at += RECORD.size
            if length > len(data) - at:
                raise Damaged("a message reaches beyond its chunk")
            if opcode == Opcode.MESSAGE:
                yield self._message(data, at, length)
            else:
                self._declare(opcode, data[at : at + length])
            at += length

    def _message(self, data: bytes, at: int, length: int) -> Message:
        self._messages += 1
        if self._messages > self._most_messages:
            raise Damaged(f"it has more than {self._most_messages} messages")
        channel, position, self.time, _ = _MESSAGE.unpack_from(data, at)
        if length < _MESSAGE.size or channel not in self._topics:
            raise Damaged("it has a message of no known channel")
        return Message(self._topics[channel], position, data[at + _MESSAGE.size : at + length])

    def _declare(self, opcode: int, body: bytes) -> None:
        if len(body) > budgets.MAX_JSON or len(self._schemas_by_id) + len(self._topics) > 64:
            raise Damaged("it declares more channels than Crossplay has")
        if opcode == Opcode.SCHEMA:
            schema = Schema.read(_stream(body))
            self._schemas_by_id[schema.id] = schema
        elif opcode == Opcode.CHANNEL:
            channel = Channel.read(_stream(body))
            known = channel.topic in TOPICS or channel.topic.startswith(THOUGHT)
            if not known or channel.topic in self.schemas or channel.id in self._topics:
                raise Damaged(f"it has a channel {channel.topic!r} that Crossplay does not write")
            self._topics[channel.id] = channel.topic
            self.schemas[channel.topic] = self._schemas_by_id[channel.schema_id]
        else:
            raise Damaged(f"it has a record of kind {opcode} inside a chunk")

    def _read_summary(self) -> None:
        """Walk over the index at the end, which only other programs use, and check that it is whole."""
        self._checksum = 0
        while (record := self._next_record()) is not None:
            opcode, body, checksum = record
            if opcode != Opcode.FOOTER:
                continue
            footer = Footer.read(_stream(body))
            told = zlib.crc32(body[:-4], zlib.crc32(RECORD.pack(opcode, len(body)), checksum))
            if len(body) != 20 or footer.summary_crc not in (0, told):
                raise Damaged("the checksum of its index is wrong")
            end = self._take(len(MAGIC) + 1)
            if not MAGIC.startswith(end):
                raise Damaged("something follows its end")
            self.truncated = end != MAGIC
            return
        self.truncated = True


def _showable(description: Description) -> Description:
    """The same with names of players that can be shown: one line, nothing but letters and signs, not endless."""
    players = {seat: one_line(name, budgets.LONGEST_NAME) for seat, name in description.players.items()}
    return msgspec.structs.replace(description, players=players)


def _stream(body: bytes) -> ReadDataStream:
    return ReadDataStream(io.BytesIO(body))
