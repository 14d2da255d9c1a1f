"""The curves of a training run, read from its `metrics.jsonl` while it is written.

Only what is new is read at each look, and no more than `CHUNK` bytes of it. A line that is not finished waits for its
rest; one that cannot be read is left out. Of a long file that is opened some lines are read first, evenly over it, and
what follows after. So a look takes the same time however long the file is, and what is kept is bounded:
when there are more than `MOST` rows, neighbours are put together to their mean.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np

from agents.settings.folder import REPLAYS
from worlds.kit.reading import opened
from worlds.kit.words import one_line

CHUNK = 2**18  # bytes at a look
LARGE = 2**22  # bytes: of a longer file some lines are read first
SAMPLES, BLOCK = 400, 2**14  # lines, and bytes in which one is looked for
LONGEST_LINE = 2**20  # bytes
MOST = 512  # rows
MOST_ROLES, MOST_TRIALS, NAME = 8, 4096, 40  # and letters of a role's name
FARTHEST = 1e15  # larger numbers are none
FIGURES = ("gain", "entropy", "value_loss", "steps_per_second")
"""What is drawn beside the returns."""
Row = dict[str, float]


@dataclasses.dataclass(frozen=True)
class Trial:
    """A trial of the agent that was recorded."""

    file: str
    """Name in the run's folder of replays."""
    update: int
    step: float
    """Agent-steps learned from by then; NaN where the log does not tell."""
    seat: str = ""
    begins: tuple[int, ...] = ()
    """Ticks at which its episodes begin."""
    returns: tuple[float, ...] = ()


@dataclasses.dataclass
class Curves:
    """What the charts show: (n,) each, NaN where a line did not tell."""

    steps: np.ndarray
    columns: dict[str, np.ndarray]
    """Of `FIGURES`, and `first ROLE` and `last ROLE`: the mean return of the first and of the last episode."""
    roles: tuple[str, ...]
    trials: tuple[Trial, ...]
    latest: Mapping[str, float]
    """The newest line alone."""


class MetricsTail:
    """Follows one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begin()

    def _begin(self) -> None:
        self._offset, self._rest, self._file = 0, b"", (-1, -1)
        self._rows: list[Row] = []
        self._waiting: list[Row] = []
        self._stride = 1
        """Lines that a row stands for."""
        self._latest: Row = {}
        self.roles: tuple[str, ...] = ()
        self.trials: dict[str, Trial] = {}
        self.version = 0
        """Changes whenever there is something new."""

    def look(self) -> bool:
        """Read on; whether there is more to be read at once."""
        try:
            with opened(self.path) as file:
                return self._read(file)
        except OSError:  # not there yet, or being replaced
            return False

    def _read(self, file: BinaryIO) -> bool:
        found = os.fstat(file.fileno())
        mark, size = (found.st_dev, found.st_ino), found.st_size
        if mark != self._file or size < self._offset:  # another file, or one that was cut
            before = self.version
            self._begin()
            self.version = before + 1
            self._file = mark
            if size > LARGE:
                self._sample(file, size)
        file.seek(self._offset)
        data = file.read(CHUNK)
        self._offset += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            self._rest = b""
        self._take(lines)
        return self._offset < size

    def _sample(self, file: BinaryIO, size: int) -> None:
        """Some lines, evenly over all but the last part of a long file, which is read as what is new is."""
        last = size - CHUNK
        lines = []
        for number in range(SAMPLES):
            file.seek(last * number // SAMPLES)
            block = file.read(BLOCK).split(b"\n")
            if len(block) > 2:
                lines.append(block[1])  # the first one is cut
        self._take(lines)
        file.seek(last)
        self._offset = last + len(file.readline(LONGEST_LINE))

    def _take(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            told = _decoded(line)
            if told is not None:
                self.version += 1
                self._add(self._row(told))
                self._note_trial(told)

    def _row(self, told: Mapping[str, Any]) -> Row:
        row = {name: number(told.get(name)) for name in ("update", "steps", *FIGURES)}
        returns, world = told.get("returns"), told.get("world")
        for name, values in returns.items() if isinstance(returns, dict) else ():
            role = one_line(f"{world} {name}" if isinstance(world, str) else name, NAME)
            if role not in self.roles:
                if len(self.roles) >= MOST_ROLES:
                    continue
                self.roles = (*self.roles, role)
            if isinstance(values, list) and values:
                row[f"first {role}"], row[f"last {role}"] = number(values[0]), number(values[-1])
        return row

    def _add(self, row: Row) -> None:
        self._latest = row
        self._waiting.append(row)
        if len(self._waiting) < self._stride:
            return
        self._rows.append(_mean(self._waiting))
        self._waiting = []
        if len(self._rows) > MOST:
            pairs = zip(self._rows[0::2], self._rows[1::2], strict=False)
            odd = self._rows[-1:] if len(self._rows) % 2 else []
            self._rows = [_mean(pair) for pair in pairs] + odd
            self._stride *= 2

    def _note_trial(self, told: Mapping[str, Any]) -> None:
        trial = told.get("replay")
        if not isinstance(trial, dict) or not isinstance(trial.get("file"), str) or len(self.trials) >= MOST_TRIALS:
            return
        name = Path(trial["file"].replace("\\", "/")).name
        update = number(told.get("update"))
        self.trials[name] = Trial(
            name, 0 if math.isnan(update) else int(update), number(told.get("steps")),
            one_line(str(trial.get("seat", "")), NAME),
            tuple(int(value) for value in numbers(trial.get("begins")) if value >= 0.0),
            tuple(numbers(trial.get("returns"))),
        )  # fmt: skip

    def curves(self) -> Curves:
        """All that was read, as arrays."""
        rows = [*self._rows, *([_mean(self._waiting)] if self._waiting else [])]
        names = [*FIGURES, *(f"{part} {role}" for role in self.roles for part in ("first", "last"))]
        steps = np.array([row.get("steps", math.nan) for row in rows])
        rows = [row for row, step in zip(rows, steps, strict=True) if math.isfinite(step)]
        columns = {name: np.array([row.get(name, math.nan) for row in rows]) for name in names}
        steps = np.array([row["steps"] for row in rows])
        updates = np.array([row["update"] for row in rows])
        return Curves(steps, columns, self.roles, self._trials(updates, steps), dict(self._latest))

    def _trials(self, updates: np.ndarray, steps: np.ndarray) -> tuple[Trial, ...]:
        """The recordings that are there, with what the log says of them; the step of others is read off the curve."""
        known = np.isfinite(updates)
        updates, steps = updates[known], steps[known]
        order = np.argsort(updates, kind="stable")
        found = []
        for name in recorded_in(self.path.parent / REPLAYS):
            trial = self.trials.get(name) or Trial(name, update_of(name), math.nan)
            if math.isnan(trial.step) and len(updates):
                step = float(np.interp(trial.update, updates[order], steps[order]))
                trial = dataclasses.replace(trial, step=step)
            found.append(trial)
        return tuple(sorted(found, key=lambda trial: (trial.update, trial.file)))


def recorded_in(folder: Path) -> list[str]:
    """Names of the trials in a folder of replays."""
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".mcap"))[:MOST_TRIALS]
    except OSError:
        return []


def update_of(name: str) -> int:
    """The update that a recording's name tells, as in ``tag-update-20.mcap``; 0 where it tells none."""
    digits = name.rpartition("-")[2].partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0


def last_row(path: Path) -> Row:
    """Update, steps and speed of the last whole line of a file; empty where there is none."""
    try:
        with opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(size - CHUNK, 0))
            lines = file.read(CHUNK).split(b"\n")
    except OSError:
        return {}
    for line in reversed(lines[:-1]):  # behind the last end of a line is nothing, or one that is being written
        told = _decoded(line)
        if told is not None:
            return {name: number(told.get(name)) for name in ("update", "steps", "steps_per_second")}
    return {}


def number(value: Any) -> float:
    """A number as it can be drawn; NaN for all else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    return float(value) if -FARTHEST < value < FARTHEST else math.nan


def numbers(values: Any) -> list[float]:
    """The numbers of a list; none where it is no list of numbers."""
    found = [number(value) for value in values] if isinstance(values, list) and len(values) <= MOST else []
    return [] if any(map(math.isnan, found)) else found


def _decoded(line: bytes) -> dict[str, Any] | None:
    line = line.strip(b"\0\r ")  # a power cut can leave zeros
    if not line.startswith(b"{") or len(line) > LONGEST_LINE:
        return None
    try:
        told = msgspec.json.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):  # ValueError: no UTF-8
        try:
            told = json.loads(line)  # which knows NaN
        except (ValueError, RecursionError):
            return None
    return told if isinstance(told, dict) and not math.isnan(number(told.get("steps"))) else None


def _mean(rows: Iterable[Row]) -> Row:
    """The mean of what each of some rows tells."""
    rows = list(rows)
    if len(rows) == 1:
        return rows[0]
    found: Row = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        told = [row[name] for row in rows if name in row and not math.isnan(row[name])]
        found[name] = sum(told) / len(told) if told else math.nan
    return found
