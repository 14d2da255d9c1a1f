"""Tables of a replay, as CSV, JSON or Parquet: what players thought, what they did, and what they saw."""

import contextlib
import csv
import io
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import msgspec
import numpy as np

from replays.decisions import SeatDecision, columns_of, decisions
from simulator.engine.minds import SIGNALS, Signal, axes
from worlds.kit.writing import writing
from worlds.world import Refused, World

if TYPE_CHECKING:
    from replays.playback import Playback
    from replays.verdict import Progress

TABLES = (".csv", ".json", ".parquet")
CONTENTS = {
    "thoughts": "what players thought: one row for every thought, with the signals that the replay holds",
    "steps": "what was done: one row for every decision of a seat, with its reward",
    "observations": "the same, and what the seat saw when it decided",
}
TOLD_EVERY = 500  # rows
ROWS = 5_000  # that are brought to a Parquet file at once
WHOLE, REAL, SHORT, WORD = "int64", "float64", "float32", "string"
"""What stands in a column, by Arrow's names."""


class Sheet(NamedTuple):
    """A table that is being made."""

    columns: dict[str, str]
    """Name → what stands in it."""
    rows: Iterator[Sequence[Any]]
    """The first number of each is its tick; None: not told."""


def check_table(kind: str, content: str) -> None:
    """Refuse a table that cannot be written.

    Raises:
        Refused: no such content, or a package is missing.
    """
    if content not in CONTENTS:
        raise Refused(f"content is {content!r}: choose from {', '.join(CONTENTS)}")
    if kind == ".parquet" and find_spec("pyarrow") is None:
        raise Refused("Parquet needs PyArrow: install it with pip install 'pyarrow>=18', or export to .csv")


def write_table(
    target: Path, replay: "Playback", ticks: tuple[int, int], content: str = "thoughts",
    seats: Sequence[int] | None = None, progress: "Progress | None" = None,
) -> None:  # fmt: skip
    """Write what was thought, done or seen from the first to the last of `ticks` to a file, by its ending; of some
    ``seats`` or of all.

    Raises:
        Refused: the file cannot be written.
    """
    chosen = list(range(len(replay.world.seats))) if seats is None else list(seats)
    sheet = _sheet(replay, ticks, content, chosen)
    sheet = sheet._replace(rows=_told(sheet.rows, ticks, progress))
    try:
        with writing(target) as file:
            kind = target.suffix.lower()
            if kind == ".csv":
                _write_csv(file, sheet)
            elif kind == ".parquet":
                _write_parquet(file, sheet)
            elif content == "thoughts":
                _thoughts_as_json(file, replay, sheet)
            else:
                _write_json(file, replay, sheet)
    except OSError as error:
        raise Refused(f"{str(target)!r} cannot be written: {error.strerror or error}") from error


def entries(signal: Signal, world: World) -> list[str]:
    """Names of all numbers of a signal in a world, in their order: `move=left`, or `0` where the axis has no names."""
    known, found = axes(world), [""]
    for axis in signal.shape:
        names = known[axis] if isinstance(axis, str) else tuple(map(str, range(axis)))
        found = [f"{before}.{name}" if before else name for before in found for name in names]
    return found


def _sheet(replay: "Playback", ticks: tuple[int, int], content: str, seats: Sequence[int]) -> Sheet:
    if content == "thoughts":
        return Sheet(_thought_columns(replay), _thought_rows(replay, ticks, seats))
    columns = {"tick": WHOLE, "seconds": REAL, "trial": WHOLE, "episode": WHOLE, "seat": WORD}
    columns |= {f"action.{action.name}": WORD for action in replay.world.actions} | {"reward": REAL, "end": WORD}
    seen = content == "observations"
    if seen:
        columns |= dict.fromkeys((f"seen.{name}" for name in columns_of(replay)), SHORT)
    found = decisions(replay, seats, ticks)
    return Sheet(columns, (_step_row(replay, each, seen) for each in found))


def _step_row(replay: "Playback", each: SeatDecision, seen: bool) -> list[Any]:
    world = replay.world
    did = [action.choices[choice] for action, choice in zip(world.actions, each.action, strict=True)]
    seconds, seat = round(each.tick * world.timing.tick, 6), world.seats[each.seat].name
    row = [each.tick, seconds, each.trial, each.episode, seat, *did]
    return [*row, each.reward, each.end, *(each.observation.tolist() if seen else ())]


def _thought_columns(replay: "Playback") -> dict[str, str]:
    """A column for every number."""
    columns = {"tick": WHOLE, "seat": WORD}
    for name in replay.signals:
        columns |= {f"{name}.{entry}" if entry else name: REAL for entry in entries(SIGNALS[name], replay.world)}
    return columns


def _thought_rows(replay: "Playback", ticks: tuple[int, int], seats: Sequence[int]) -> Iterator[list[Any]]:
    """Numbers that were not told at a thought are None."""
    counts = {name: len(entries(SIGNALS[name], replay.world)) for name in replay.signals}
    for tick, seat, mind in replay.thoughts():
        if ticks[0] <= tick <= ticks[1] and seat in seats:
            told = [np.ravel(mind[name]).tolist() if name in mind else [None] * counts[name] for name in counts]
            yield [tick, replay.world.seats[seat].name, *(number for numbers in told for number in numbers)]


def _told(
    rows: Iterator[Sequence[Any]], ticks: tuple[int, int], progress: "Progress | None"
) -> Iterator[Sequence[Any]]:
    length = ticks[1] - ticks[0]
    for count, row in enumerate(rows):
        if progress is not None and count % TOLD_EVERY == 0:
            progress(row[0] - ticks[0], length)
        yield row
    if progress is not None:
        progress(length, length)


# --- files ---------------------------------------------------------------------------------------------------------


def _write_csv(file: BinaryIO, sheet: Sheet) -> None:
    """What was not told stays empty."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow(sheet.columns)
    table.writerows(sheet.rows)
    text.detach()


def _write_parquet(file: BinaryIO, sheet: Sheet) -> None:
    import pyarrow
    from pyarrow import parquet

    kinds = {name: getattr(pyarrow, kind)() for name, kind in sheet.columns.items()}
    form = pyarrow.schema(list(kinds.items()))
    with contextlib.closing(parquet.ParquetWriter(file, form)) as table:
        while part := list(islice(sheet.rows, ROWS)):
            columns = [
                pyarrow.array(column, kind) for column, kind in zip(zip(*part, strict=True), form.types, strict=True)
            ]
            table.write_table(pyarrow.table(columns, schema=form))


def _write_json(file: BinaryIO, replay: "Playback", sheet: Sheet) -> None:
    """One object: what was played, and the rows, one by one."""
    file.write(msgspec.json.encode(_head(replay))[:-1] + b',"steps":[')
    for count, row in enumerate(sheet.rows):
        named = dict(zip(sheet.columns, row, strict=True))
        file.write((b",\n" if count else b"\n") + msgspec.json.encode(named))
    file.write(b"\n]}\n")


def _head(replay: "Playback") -> dict[str, Any]:
    return {"world": replay.world.name, "players": replay.description.players}


def _thoughts_as_json(file: BinaryIO, replay: "Playback", sheet: Sheet) -> None:
    """One object: what was played, the declarations of the signals, and the thoughts, row by row."""
    shapes = {name: SIGNALS[name].sizes(replay.world) for name in replay.signals}
    declared = {name: _declared(SIGNALS[name], replay.world) for name in replay.signals}
    file.write(msgspec.json.encode(_head(replay) | {"signals": declared})[:-1] + b',"thoughts":[')
    for count, row in enumerate(sheet.rows):
        told, left = {"tick": row[0], "seat": row[1]}, iter(row[2:])
        for name, shape in shapes.items():
            numbers = list(islice(left, int(np.prod(shape))))
            if None not in numbers:
                told[name] = np.reshape(numbers, shape).tolist()
        file.write((b",\n" if count else b"\n") + msgspec.json.encode(told))
    file.write(b"\n]}\n")


def _declared(signal: Signal, world: World) -> dict[str, Any]:
    facts = {"about": signal.about, "unit": signal.unit, "shape": signal.sizes(world)}
    return facts | ({"entries": entries(signal, world)} if signal.shape else {})
