"""What players thought, as rows of bytes: a form says which signals a row holds, and stands in the file beside it.

The topic of a form is ``/mind/`` and the names of its signals, ``/mind/probabilities+value``; its schema is the NumPy
type of a row: the signals as they are declared, then the seat. Files of format 1 have ``/mind`` and ``/belief``.
"""

import bisect
import heapq
import itertools
import math
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from replays import budgets
from replays.chunks import Damaged
from replays.format import OLD_BELIEF, OLD_MIND, THOUGHT
from simulator.engine.minds import CODES, SIGNALS, Mind, is_name
from worlds.kit.words import one_line
from worlds.world import Refused, World

SEAT = ("seat", "<u2")
OLD = {OLD_MIND: ("probabilities", "value"), OLD_BELIEF: ("belief",)}


class Form(NamedTuple):
    """Rows that hold the same signals."""

    topic: str
    kind: np.dtype[Any]
    """Of a row: signals, then ``seat``."""
    names: tuple[str, ...]
    """The signals that are declared here; a newer version may have written others beside them."""


def form_of(names: Sequence[str], world: World, topic: str = "") -> Form:
    """The form of declared signals, in the order of their declarations."""
    ordered = tuple(name for name in SIGNALS if name in names)
    fields = [(name, SIGNALS[name].dtype, SIGNALS[name].sizes(world)) for name in ordered]
    return Form(topic or THOUGHT + "+".join(ordered), np.dtype([*fields, SEAT]), ordered)


def form_in(topic: str, schema: bytes, world: World) -> Form:
    """The form that a file declares. Signals of a newer version are passed over.

    Raises:
        Damaged: it is none, or a declared signal has another type or shape there.
    """
    if topic in OLD:
        return form_of(OLD[topic], world, topic)
    told = msgspec.json.decode(schema, type=list[list[str | list[int]]])
    fields = [_field(entry) for entry in told]
    names = tuple(name for name, _, _ in fields[:-1])
    if fields[-1:] != [(*SEAT, ())] or len(set(names)) != len(names) or topic != THOUGHT + "+".join(names):
        raise Damaged(f"its thoughts {one_line(topic, 80)!r} do not hold what they are named after")
    kind = np.dtype(fields)
    if kind.itemsize > budgets.MAX_THOUGHT:
        raise Damaged(f"its thoughts have {kind.itemsize} bytes where at most {budgets.MAX_THOUGHT} are allowed")
    for name, code, shape in fields[:-1]:
        if name in SIGNALS and (SIGNALS[name].dtype, SIGNALS[name].sizes(world)) != (code, shape):
            declared = f"{SIGNALS[name].dtype} {SIGNALS[name].sizes(world)}"
            raise Damaged(f"its thoughts hold {name!r} as {code} {shape}: declared is {declared}")
    return Form(topic, kind, tuple(name for name in names if name in SIGNALS))


def _field(entry: list[str | list[int]]) -> tuple[str, str, tuple[int, ...]]:
    """Name, type and shape of one field of a schema."""
    name, code, *rest = entry
    shape = rest[0] if rest else []
    whole = isinstance(name, str) and isinstance(code, str) and isinstance(shape, list) and len(rest) <= 1
    if whole and (is_name(str(name)) or [name, code] == list(SEAT)) and code in CODES and len(shape) <= 8:
        sizes = tuple(int(size) for size in shape)
        if all(size >= 0 for size in sizes) and math.prod(sizes) <= budgets.MAX_THOUGHT:
            return str(name), str(code), sizes
    raise Damaged(f"its thoughts have a field {one_line(str(entry), 80)!r}, which no signal can have")


class Writing:
    """Turns minds of one seat each into rows of a world's forms."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._forms: dict[tuple[str, ...], tuple[Form, NDArray[Any], dict[str, NDArray[Any]]]] = {}

    def row(self, seat: int, mind: Mind) -> tuple[Form, bytes]:
        """The form and the row of what a seat's player thought.

        Raises:
            Refused: a signal has another shape than its declaration gives it in this world.
        """
        names = tuple(mind)
        if names not in self._forms:
            form = form_of(names, self._world)
            row = np.zeros(1, form.kind)
            self._forms[names] = form, row, {name: row[name] for name in names}
        form, row, places = self._forms[names]
        row["seat"] = seat
        for name, place in places.items():
            numbers = mind[name]
            if numbers.shape != place.shape[1:]:
                raise Refused(
                    f"signal {name!r} of seat {self._world.seats[seat].name!r} has shape {numbers.shape}: in world "
                    f"{self._world.name!r} it has {place.shape[1:]}"
                )
            place[0] = numbers
        return form, row.tobytes()


class Thoughts:
    """All thoughts of a file, packed, since there may be millions; of a newer version's signals nothing is kept."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._forms: dict[str, Form] = {}
        self._kinds: dict[str, np.dtype[Any]] = {}
        """Of the rows that are kept."""
        self._rows: dict[int, dict[str, tuple[array[int], bytearray]]] = {}
        """By seat and topic: positions, rising, and a row for each."""

    def add(self, topic: str, schema: bytes, position: int, data: bytes) -> None:
        """Take in one row.

        Raises:
            Damaged: it does not have the declared form, or is of a seat that the world does not have.
        """
        if topic not in self._forms:
            form = self._forms[topic] = form_in(topic, schema, self._world)
            self._kinds[topic] = np.dtype([(name, form.kind[name]) for name in (*form.names, SEAT[0])])
        kind, kept = self._forms[topic].kind, self._kinds[topic]
        if len(data) != kind.itemsize:
            raise Damaged(f"the thought at tick {position} has {len(data)} bytes")
        seat = int.from_bytes(data[-2:], "little")
        if seat >= len(self._world.seats):
            raise Damaged(f"the thought at tick {position} is of seat {seat}")
        names = kept.names or ()
        if names == SEAT[:1]:
            return
        if names != kind.names:
            row = np.zeros(1, kept)
            for name in names:
                row[name] = np.frombuffer(data, kind)[name]
            data = row.tobytes()
        positions, rows = self._rows.setdefault(seat, {}).setdefault(topic, (array("l"), bytearray()))
        positions.append(position)
        rows += data

    @property
    def names(self) -> tuple[str, ...]:
        """The declared signals that some thought holds, in the order of their declarations."""
        found = {name for form in self._forms.values() for name in form.names}
        return tuple(name for name in SIGNALS if name in found)

    def at(self, position: int, lasting: int) -> dict[int, Mind]:
        """What was thought last, by seat, no more than ``lasting`` ticks before a position."""
        found = {}
        for seat, by_topic in self._rows.items():
            last = {topic: bisect.bisect_right(rows[0], position) - 1 for topic, rows in by_topic.items()}
            when = {topic: by_topic[topic][0][index] for topic, index in last.items() if index >= 0}
            newest = max(when.values(), default=-1)
            if newest >= 0 and position - newest <= lasting:
                found[seat] = self._mind(seat, [(topic, last[topic]) for topic in when if when[topic] == newest])
        return found

    def all(self) -> Iterator[tuple[int, int, Mind]]:
        """Every thought in its order: position, seat, mind."""
        streams = (self._stream(seat, topic) for seat, by_topic in self._rows.items() for topic in by_topic)
        for (position, seat), same in itertools.groupby(heapq.merge(*streams), key=lambda each: each[:2]):
            yield position, seat, self._mind(seat, [(topic, index) for _, _, topic, index in same])

    def _stream(self, seat: int, topic: str) -> Iterator[tuple[int, int, str, int]]:
        return ((position, seat, topic, index) for index, position in enumerate(self._rows[seat][topic][0]))

    def _mind(self, seat: int, chosen: list[tuple[str, int]]) -> Mind:
        """Some rows of a seat as one mind, within the declared ranges: a file may hold any number."""
        found: dict[str, NDArray[Any]] = {}
        for topic, index in chosen:
            kind = self._kinds[topic]
            row = np.frombuffer(self._rows[seat][topic][1], kind, 1, index * kind.itemsize)[0]
            found |= {name: SIGNALS[name].within(row[name]) for name in self._forms[topic].names}
        return Mind(**found)
