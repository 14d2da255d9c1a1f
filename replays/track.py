"""What a replay file holds, taken apart and checked: nothing here has been near a kernel yet."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import worlds
from replays import budgets, format
from replays.chunks import Damaged
from replays.format import CONTROL, EPISODE, EVENT, KEYFRAME, TICK, Control, Ending, Event
from replays.proofs import Proofs, tick_type
from replays.recorder import unfinished
from replays.thoughts import OLD, Thoughts
from worlds.world import Refused, World

LARGEST_BUILD = 10**6
CHECKED_TOGETHER = 16 << 20  # bytes of states that are checked at once


@dataclass(frozen=True)
class Span:
    """One stretch of a replay in one episode: ticks from ``start`` to below ``end``."""

    start: int
    end: int
    trial: int
    episode: int
    cause: str | None = None
    """Why it ended; None if it was cut short."""
    returns: tuple[float, ...] | None = None
    """Return of every seat, if it ended by itself."""


@dataclass
class Track:
    """What a replay file holds, checked and unpacked. T ticks, S seats, K action factors."""

    actions: NDArray[np.unsignedinteger[Any]]
    """(T, S, K): tick t + 1 is played with row t."""
    proofs: Proofs
    """Of the states after the T ticks."""
    marks: dict[int, list[bytes | Control]]
    """Keyframes and controls at a position, in their order."""
    keyframes: list[int]
    """Positions that have a keyframe, rising."""
    endings: dict[int, Ending]
    spans: list[Span]
    events: list[tuple[int, Event]]
    thoughts: Thoughts
    truncated: bool


def existing(path: Path) -> Path:
    """`path`, or the unfinished recording of that name.

    Raises:
        Refused: there is no such file.
    """
    with format.boundary(path):
        found = path if path.exists() else unfinished(path)
        if found is None:
            raise Refused(f"replay {str(path)!r} does not exist")
        if not found.is_file():  # a pipe would block, a folder cannot be read
            raise Refused(f"replay {str(path)!r} is not a file")
        return found


def find_world(subject: format.Subject, path: Path) -> World:
    """The installed world that a file was recorded in.

    Raises:
        Refused: it is not installed, or in another version or layout.
    """
    name = subject.world
    if name not in worlds.names():
        known = ", ".join(worlds.names())
        own = "one of your own needs --worlds FOLDER"
        raise Refused(f"replay {str(path)!r} plays world {name!r}, which is not installed: there are {known}; {own}")
    for key, value in subject.build_args.items():
        if isinstance(value, (int, float)) and not abs(value) <= LARGEST_BUILD:
            raise Damaged(f"its world is built with {key!r} {value}")
    world = worlds.get(name, **subject.build_args)
    if world.version != subject.version:
        raise Refused(
            f"replay {str(path)!r} was recorded in version {subject.version} of world {name!r}: "
            f"installed is version {world.version}"
        )
    if world.layout_hash != subject.layout_hash:
        raise Refused(
            f"replay {str(path)!r} was recorded with layout {subject.layout_hash[:12]!r} of world {name!r}: "
            f"installed is layout {world.layout_hash[:12]!r}"
        )
    return world


class Loader:
    """Collects the messages of a replay and refuses what no recorder writes."""

    def __init__(self, world: World, path: Path) -> None:
        self._world, self._path = world, path
        self._rows, self._ticks = bytearray(), 0
        self._marks: dict[int, list[bytes | Control]] = {}
        self._keyframes: list[int] = []
        self._unchecked: list[tuple[int, bytes]] = []  # states
        self._counts = dict.fromkeys(budgets.MAX_RARE, 0)
        self._json = dict.fromkeys(budgets.MAX_JSON_BYTES, 0)
        self._turns: list[tuple[int, format.Episode]] = []
        self._events: list[tuple[int, Event]] = []
        self._thoughts = Thoughts(world)

    def load(self, reader: format.Reader) -> Track:
        """Read all messages."""
        fields, seats, sizes = len(self._world.record.names or ()), len(self._world.seats), self._world.action_sizes
        self._tick_type = tick_type(seats, sizes, fields, format=reader.format)
        take = {
            TICK: self._tick, KEYFRAME: self._keyframe, CONTROL: self._control, EPISODE: self._episode,
            EVENT: self._event,
        }  # fmt: skip
        for message in reader.messages():
            expected = self._ticks + (message.topic == TICK)
            thought = message.topic in OLD or message.topic.startswith(format.THOUGHT)
            if not (thought or message.topic in take) or message.position != expected:
                raise Damaged(f"it has a {message.topic!r} message at tick {message.position} instead of {expected}")
            if message.topic in self._counts:
                self._count(message)
            if thought:
                schema = reader.schemas[message.topic].data
                self._thoughts.add(message.topic, schema, message.position, message.data)
            else:
                take[message.topic](message.position, message.data)
        self._gap(self._ticks)
        if not self._keyframes:
            raise Damaged("it holds no whole chunk" if reader.truncated else "it does not start with a state")
        if reader.schemas[KEYFRAME].data != format.describe_type(self._world.record):
            raise Damaged("its states have another layout than its description says")
        self._check_states()
        return self._track(reader.truncated)

    def _tick(self, position: int, data: bytes) -> None:
        if len(data) != self._tick_type.itemsize or position > budgets.MAX_TICKS:
            raise Damaged(f"tick {position} has {len(data)} bytes")
        self._rows += data
        self._ticks += 1

    def _keyframe(self, position: int, data: bytes) -> None:
        if len(data) != self._world.record.itemsize:
            raise Damaged(f"the state at tick {position} has {len(data)} bytes")
        self._gap(position)
        if self._keyframes[-1:] != [position]:
            self._keyframes.append(position)
        self._mark(position, data)
        self._unchecked.append((position, data))
        if len(self._unchecked) * len(data) > CHECKED_TOGETHER:
            self._check_states()

    def _check_states(self) -> None:
        """In pieces, so that a file full of impossible states is refused before it fills the memory."""
        check_states(self._world, self._unchecked, self._path)
        self._unchecked.clear()

    def _mark(self, position: int, mark: bytes | Control) -> None:
        marks = self._marks.setdefault(position, [])
        marks.append(mark)
        if len(marks) > budgets.MAX_AT_ONCE:
            raise Damaged(f"it has more than {budgets.MAX_AT_ONCE} states and controls at tick {position}")

    def _control(self, position: int, data: bytes) -> None:
        control = format.parse(data, Control)
        if control.op == "begin_task":
            raise Damaged(f"the control at tick {position} begins a task, which only logs of batches do")
        if control.op == "drive" and (
            control.external is None or control.seat is None or not 0 <= control.seat < len(self._world.seats)
        ):
            raise Damaged(f"the control at tick {position} drives seat {control.seat}")
        if control.trial is not None and not 0 <= control.trial < 2**62:
            raise Damaged(f"the control at tick {position} asks for trial {control.trial}")
        self._mark(position, control)

    def _episode(self, position: int, data: bytes) -> None:
        turn = format.parse(data, format.Episode)
        seats, fields = len(self._world.seats), len(self._world.record.names or ())
        if turn.ended and (len(turn.ended.returns) != seats or len(turn.ended.crcs) != fields):
            raise Damaged(f"the end of the episode at tick {position} has another number of seats or fields")
        self._turns.append((position, turn))

    def _event(self, position: int, data: bytes) -> None:
        self._events.append((position, format.parse(data, Event)))

    def _count(self, message: format.Message) -> None:
        """Before anything is made of it."""
        topic = message.topic
        self._counts[topic] += 1
        if self._counts[topic] > budgets.MAX_RARE[topic]:
            raise Damaged(f"it has more than {budgets.MAX_RARE[topic]} {topic!r} messages")
        if topic in self._json:
            self._json[topic] += len(message.data)
            if self._json[topic] > budgets.MAX_JSON_BYTES[topic]:
                raise Damaged(f"its {topic!r} messages have more than {budgets.MAX_JSON_BYTES[topic]} bytes")

    def _gap(self, position: int) -> None:
        """Every replay starts with a state, and no state is far from the one before."""
        if not self._keyframes and position > 0:
            raise Damaged("it does not start with a state")
        if self._keyframes and position - self._keyframes[-1] > budgets.MAX_GAP:
            raise Damaged(f"it has more than {budgets.MAX_GAP} ticks without a state")

    def _track(self, truncated: bool) -> Track:
        if isinstance(self._marks[0][0], Control):
            raise Damaged("it does not start with a state")
        ticks = np.frombuffer(self._rows, self._tick_type)
        for factor, size in enumerate(self._world.action_sizes):
            column = ticks["actions"][:, :, factor]
            if column.size and int(column.max()) >= size:
                tick = int(np.argmax((column >= size).any(axis=1))) + 1
                raise Damaged(f"action {column.max()} at tick {tick} is not below {size}")
        endings = {position: turn.ended for position, turn in self._turns if turn.ended}
        spans = _spans(self._turns, len(ticks))
        actions = np.ascontiguousarray(ticks["actions"])
        return Track(
            actions,
            Proofs(ticks),
            self._marks,
            self._keyframes,
            endings,
            spans,
            self._events,
            self._thoughts,
            truncated,
        )


def check_states(world: World, states: list[tuple[int, bytes]], path: Path) -> None:
    """Refuse states (position, records) that the rules can never produce, before any kernel sees them.

    Raises:
        Refused: names the file, the position and the field.
    """
    try:
        world.check(np.frombuffer(b"".join(data for _, data in states), world.record))
        return
    except Refused:
        pass
    for position, data in states:  # one of them is wrong: which?
        try:
            world.check(np.frombuffer(data, world.record))
        except Refused as error:
            raise Refused(f"replay {str(path)!r} is damaged: its state at {position} is impossible: {error}") from error


def _spans(turns: list[tuple[int, format.Episode]], length: int) -> list[Span]:
    spans = []
    for (start, turn), after in zip(turns, [*turns[1:], None], strict=True):
        end, ended = (after[0], after[1].ended) if after else (length, None)
        cause, returns = (ended.cause, tuple(ended.returns)) if ended else (None, None)
        if end > start or len(turns) == 1:
            spans.append(Span(start, end, turn.trial, turn.episode, cause, returns))
    return spans
