"""One output: rows with inner elements, as XML with SUMO's names or as a table with ``element_attribute`` columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from worlds.kit.writing import writing
from worlds.world import Refused

ENDINGS = (".xml", ".csv")
Attributes = Mapping[str, object]


class Sheet:
    """A file that rows are added to; it takes its name only when it is whole.

    Raises:
        Refused: neither .xml nor .csv.
    """

    def __init__(self, path: Path, root: str, row: str, columns: tuple[str, ...], step: str = "") -> None:
        """``columns``: ``element_attribute``; ``step``: the element around the rows of one time, "" for none."""
        if path.suffix.lower() not in ENDINGS:
            raise Refused(f"output {str(path)!r} ends in {path.suffix!r}: choose {' or '.join(ENDINGS)}")
        self._root, self._row, self._step, self._columns = root, row, step, columns
        self._as_table = path.suffix.lower() == ".csv"
        self._writing: AbstractContextManager[Any] = writing(path)
        self._file: IO[bytes] = self._writing.__enter__()
        self._time: str | None = None
        if self._as_table:
            self._line(columns)
        else:
            self._write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n')

    def add(self, attributes: Attributes, inner: Mapping[str, Attributes] | None = None, time: str = "") -> None:
        """One row, with its inner elements, at a time (s, for sheets with steps)."""
        inner = inner or {}
        if self._as_table:
            cells = {f"{self._row}_{name}": value for name, value in attributes.items()}
            for tag, more in inner.items():
                cells |= {f"{tag}_{name}": value for name, value in more.items()}
            if self._step:
                cells[f"{self._step}_time"] = time
            self._line(tuple(cells.get(column, "") for column in self._columns))
            return
        self.begin_step(time)
        indent = "        " if self._step else "    "
        if not inner:
            self._write(f"{indent}<{self._row}{_written(attributes)}/>\n")
            return
        rows = "".join(f"{indent}    <{tag}{_written(more)}/>\n" for tag, more in inner.items())
        self._write(f"{indent}<{self._row}{_written(attributes)}>\n{rows}{indent}</{self._row}>\n")

    def begin_step(self, time: str) -> None:
        """The element of a time, which may stay without rows."""
        if self._as_table or not self._step or time == self._time:
            return
        self._end_step()
        self._write(f'    <{self._step} time="{time}">\n')
        self._time = time

    def _end_step(self) -> None:
        if self._time is not None:
            self._write(f"    </{self._step}>\n")
            self._time = None

    def close(self, problem: tuple[Any, Any, Any] = (None, None, None)) -> None:
        """The end of the file; with a problem it is given up."""
        if problem[0] is None and not self._as_table:
            self._end_step()
            self._write(f"</{self._root}>\n")
        self._writing.__exit__(*problem)

    def _line(self, cells: tuple[object, ...]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(cells)
        self._write(text.getvalue())

    def _write(self, text: str) -> None:
        self._file.write(text.encode())


def _written(attributes: Attributes) -> str:
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items())
