"""What players thought as a table, CSV or JSON: one row for every thought, with the signals that the replay holds."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
import numpy as np

from simulator.engine.minds import SIGNALS, Mind, Signal, axes
from worlds.kit.writing import writing
from worlds.world import Refused, World

if TYPE_CHECKING:
    from replays.playback import Playback
    from replays.verdict import Progress

TABLES = (".csv", ".json")
TOLD_EVERY = 500  # rows

Row = tuple[int, str, Mind]
"""A thought: the tick before which it was, the name of its seat, and what was thought."""


def write_table(target: Path, replay: "Playback", ticks: tuple[int, int], progress: "Progress | None" = None) -> None:
    """Write what was thought from the first to the last of `ticks` to a CSV or JSON file, by its ending.

    Raises:
        Refused: the file cannot be written.
    """
    rows = _told(_rows(replay, ticks), ticks, progress)
    try:
        with writing(target) as file:
            (_write_csv if target.suffix.lower() == ".csv" else _write_json)(file, replay, rows)
    except OSError as error:
        raise Refused(f"{str(target)!r} cannot be written: {error.strerror or error}") from error


def entries(signal: Signal, world: World) -> list[str]:
    """Names of all numbers of a signal in a world, in their order: `move=left`, or `0` where the axis has no names."""
    known, found = axes(world), [""]
    for axis in signal.shape:
        names = known[axis] if isinstance(axis, str) else tuple(map(str, range(axis)))
        found = [f"{before}.{name}" if before else name for before in found for name in names]
    return found


def _rows(replay: "Playback", ticks: tuple[int, int]) -> Iterator[Row]:
    for tick, seat, mind in replay.thoughts():
        if ticks[0] <= tick <= ticks[1]:
            yield tick, replay.world.seats[seat].name, mind


def _told(rows: Iterator[Row], ticks: tuple[int, int], progress: "Progress | None") -> Iterator[Row]:
    length = ticks[1] - ticks[0]
    for count, row in enumerate(rows):
        if progress is not None and count % TOLD_EVERY == 0:
            progress(row[0] - ticks[0], length)
        yield row
    if progress is not None:
        progress(length, length)


def _write_csv(file: BinaryIO, replay: "Playback", rows: Iterator[Row]) -> None:
    """A column for every number; those of what was not told at a thought stay empty."""
    columns = {name: entries(SIGNALS[name], replay.world) for name in replay.signals}
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text)
    heads = [f"{name}.{entry}" if entry else name for name, within in columns.items() for entry in within]
    table.writerow(["tick", "seat", *heads])
    for tick, seat, mind in rows:
        told = [np.ravel(mind[name]).tolist() if name in mind else [""] * len(columns[name]) for name in columns]
        table.writerow([tick, seat, *(number for numbers in told for number in numbers)])
    text.detach()


def _write_json(file: BinaryIO, replay: "Playback", rows: Iterator[Row]) -> None:
    """One object: what was played, the declarations of the signals, and the thoughts, row by row."""
    head = {
        "world": replay.world.name,
        "players": replay.description.players,
        "signals": {name: _declared(SIGNALS[name], replay.world) for name in replay.signals},
    }
    file.write(msgspec.json.encode(head)[:-1] + b',"thoughts":[')
    for count, (tick, seat, mind) in enumerate(rows):
        numbers = {name: mind[name].tolist() for name in replay.signals if name in mind}
        file.write((b",\n" if count else b"\n") + msgspec.json.encode({"tick": tick, "seat": seat, **numbers}))
    file.write(b"\n]}\n")


def _declared(signal: Signal, world: World) -> dict[str, Any]:
    facts = {"about": signal.about, "unit": signal.unit, "shape": signal.sizes(world)}
    return facts | ({"entries": entries(signal, world)} if signal.shape else {})
