"""What an evaluation in a run's folder found, as rows to show: returns by episode, and the recordings of it."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import msgspec

from simulator.app.play.metrics import number
from simulator.app.play.training_runs import REPORT, REPORT_CONSOLE
from worlds.kit.reading import opened
from worlds.kit.words import one_line

FILE = "report.json"
LARGEST = 2**24  # bytes
SHOWN = ("agent", "wiped", "blind", "oracle", "random")
MOST_CELLS, MOST_RECORDINGS, WORD = 12, 60, 60


class _Cell(msgspec.Struct):
    role: str
    split: str
    tasks: int
    return_by_episode: dict[str, list[dict[str, Any]]]


class _Recorded(msgspec.Struct):
    file: str
    role: str = ""
    split: str = ""
    rank: str = ""


class _Report(msgspec.Struct):
    results: list[_Cell]
    replays: list[_Recorded] = []


@dataclasses.dataclass(frozen=True)
class ReportCell:
    """One role on one split."""

    role: str
    split: str
    tasks: int
    curves: dict[str, tuple[float, ...]]
    """Mean return by episode of whoever was measured."""


@dataclasses.dataclass(frozen=True)
class ReportView:
    """All of it."""

    cells: tuple[ReportCell, ...] = ()
    recordings: tuple[tuple[str, Path], ...] = ()
    """What it is in words, and the file."""
    problem: str = ""
    """Why there is none."""


def read_report(run: Path) -> ReportView | None:
    """The report of a run; None where none was asked for."""
    try:
        with opened(run / REPORT / FILE) as file:
            found = msgspec.json.decode(file.read(LARGEST), type=_Report)
    except FileNotFoundError:
        problem = _refusal(run / REPORT_CONSOLE)
        return ReportView(problem=problem) if problem else None
    except (OSError, msgspec.DecodeError, ValueError, RecursionError) as error:
        return ReportView(problem=one_line(f"the report cannot be read: {error}"))
    cells = tuple(
        ReportCell(
            one_line(cell.role, WORD), one_line(cell.split, WORD), cell.tasks,
            {name: _values(cell.return_by_episode[name]) for name in SHOWN if name in cell.return_by_episode},
        )
        for cell in found.results[:MOST_CELLS]
    )  # fmt: skip
    recordings = []
    for each in found.replays[:MOST_RECORDINGS]:
        path = run / REPORT / "replays" / Path(each.file.replace("\\", "/")).name
        if path.is_file():
            recordings.append((one_line(f"{each.rank or 'trial'}: {each.role}, {each.split}", WORD), path))
    return ReportView(cells, tuple(recordings))


def _values(entries: list[dict[str, Any]]) -> tuple[float, ...]:
    return tuple(number(entry.get("value")) for entry in entries[:WORD])


def _refusal(console: Path) -> str:
    """The last line of what the command printed, if it says why there is no report."""
    try:
        with opened(console) as file:
            file.seek(max(os.fstat(file.fileno()).st_size - 4096, 0))
            lines = file.read(4096).decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return one_line(lines[-1].removeprefix("crossplay: ")) if lines and lines[-1].startswith("crossplay: ") else ""
