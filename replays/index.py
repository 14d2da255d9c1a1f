"""The index of recordings: an SQLite file in the user's cache that remembers what every recording is about.

It holds nothing that the files do not: one that is missing, damaged or of another Crossplay is made anew from them, one
that cannot be written is done without. Every change is one transaction of SQLite's, so a program that is killed leaves
the index as it was before or after it, and two programs wait for each other. Every row carries a checksum: SQLite
checks its own pages, but not the values in them.
"""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from replays.summary import Summary
from worlds.kit.cache import cache_root
from worlds.kit.locks import held

VERSION = 2  # of its columns; another one has another file, so that two Crossplays do not undo each other's work
PATIENCE = 5.0  # s that another program may keep it
BUSY = 60.0  # s after a wait in vain in which nobody waits for it again
LATEST = 2**63 - 1  # ns since the epoch that a row can hold: a file may claim to be from the year 2300
DAMAGED = ".damaged"  # ends the name of an index that was put aside
COLUMNS = Summary.__struct_fields__
FLAGS = frozenset(field.name for field in msgspec.structs.fields(Summary) if isinstance(field.default, bool))
TUPLES = frozenset(field.name for field in msgspec.structs.fields(Summary) if isinstance(field.default, tuple))
WRITTEN = ("folder", "file", "size", "modified", *COLUMNS, "name", "tags")
TABLE = f"CREATE TABLE IF NOT EXISTS recordings ({', '.join(WRITTEN)}, proof INTEGER, PRIMARY KEY (folder, file))"
SELECT = f"SELECT {', '.join(WRITTEN)}, proof FROM recordings WHERE folder = ?"
INSERT = f"INSERT OR REPLACE INTO recordings VALUES ({', '.join('?' * (len(WRITTEN) + 1))})"
DELETE = "DELETE FROM recordings WHERE folder = ? AND file = ?"
_decode = msgspec.json.Decoder().decode
_tags = msgspec.json.Decoder(tuple[str, ...]).decode
_MENDABLE = frozenset(
    (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_SCHEMA)
)
"""What SQLite says of a file that is no index, a damaged one, or one with other tables."""


class Indexed(NamedTuple):
    """One row: a file as it was when it was read, and the user's own words about it."""

    size: int
    modified: int
    """Nanoseconds since the epoch."""
    summary: Summary
    name: str = ""
    tags: tuple[str, ...] = ()


class RecordingIndex:
    """The index in a file (default: the user's own). No method raises: without a file that can be used all is empty.

    ``told`` is a sentence about what went wrong, empty while nothing did.
    """

    def __init__(self, place: Path | None = None) -> None:
        self.place = place or cache_root().parent / f"recordings-{VERSION}.sqlite"
        self.told = ""
        self._busy_until = -math.inf

    def rows(self, folder: Path) -> dict[str, Indexed]:
        """What is known of the files of a folder, by name; a row that was damaged is not."""
        found: dict[str, Indexed] = {}
        with self._opened(check=True) as db:
            for row in db.execute(SELECT, [_key(folder)]):
                if (read := _read(row)) is not None:
                    found[os.fsdecode(row[1])] = read
        return found

    def update(self, folder: Path, found: Mapping[str, Indexed], gone: Iterable[str] = ()) -> None:
        """Write some rows and take out others, all or none of them; what no row can hold is left out."""
        rows = [_row(folder, name, each) for name, each in found.items() if abs(each.modified) <= LATEST]
        lost = [(_key(folder), _key(name)) for name in gone]
        if not rows and not lost:
            return
        with self._opened() as db:
            db.execute("BEGIN IMMEDIATE")
            db.executemany(DELETE, lost)
            db.executemany(INSERT, rows)
            db.execute("COMMIT")

    def forget_lost(self) -> None:
        """Take out the rows of folders that are not there any more."""
        with self._opened() as db:
            for (folder,) in db.execute("SELECT DISTINCT folder FROM recordings").fetchall():
                if not isinstance(folder, str | bytes) or not os.path.isdir(folder):
                    db.execute("DELETE FROM recordings WHERE folder = ?", [folder])

    @contextlib.contextmanager
    def _opened(self, *, check: bool = False) -> Iterator[sqlite3.Connection]:
        """The database; what fails inside ends the block, fills `told`, and puts a damaged file aside."""
        db = self._connected(check)
        try:
            yield db
        except sqlite3.Error as error:
            self._note(error)
            if _mendable(error):
                self._put_aside()
        finally:
            db.close()

    def _connected(self, check: bool) -> sqlite3.Connection:
        """A connection to the file, else to an empty index in memory."""
        for _ in range(2):  # once more after a damaged file was put aside
            try:
                self.place.parent.mkdir(parents=True, exist_ok=True)
                patience = PATIENCE if time.monotonic() > self._busy_until else 0.0
                return _connect(self.place, check, patience)
            except (sqlite3.Error, OSError) as error:
                self._note(error)
                if not (_mendable(error) and self._put_aside()):
                    break
        return _connect(None, False)

    def _put_aside(self) -> bool:
        """Give a damaged index another name; whether there is room for a new one."""
        with contextlib.suppress(OSError), held(self.place.with_name(self.place.name + ".lock")):
            if self._sound():  # another program was faster
                return True
            os.replace(self.place, self.place.with_name(self.place.name + DAMAGED))
            for rest in ("-journal", "-wal", "-shm"):
                self.place.with_name(self.place.name + rest).unlink(missing_ok=True)
            self.told = "the index of recordings was damaged and is made anew from the files"
            return True
        return False

    def _sound(self) -> bool:
        try:
            _connect(self.place, True).close()
        except sqlite3.Error as error:
            return not _mendable(error)
        return True

    def _note(self, error: BaseException) -> None:
        if isinstance(error, sqlite3.OperationalError) and _code(error) == sqlite3.SQLITE_BUSY:
            self._busy_until = time.monotonic() + BUSY
        self.told = f"the index of recordings {str(self.place)!r} cannot be used: {error}"


def _connect(place: Path | None, check: bool, patience: float = PATIENCE) -> sqlite3.Connection:
    """A connection to an index, with its table; ``check``: after looking through all of its pages."""
    db = sqlite3.connect(":memory:" if place is None else place, timeout=patience, isolation_level=None)
    try:
        db.text_factory = lambda data: data.decode("utf-8", "replace")  # a wrong letter is a wrong checksum, no error
        db.execute("PRAGMA cell_size_check = ON")
        if check and [row[0] for row in db.execute("PRAGMA integrity_check(1)")] != ["ok"]:
            raise sqlite3.DatabaseError("it is damaged")
        db.execute(TABLE)
        names = tuple(row[1] for row in db.execute("PRAGMA table_info(recordings)"))
        if names != (*WRITTEN, "proof"):
            raise sqlite3.DatabaseError("it has other columns")
    except BaseException:
        db.close()
        raise
    return db


def _mendable(error: BaseException) -> bool:
    """Whether a new index would do better."""
    if not isinstance(error, sqlite3.DatabaseError):
        return False
    code = _code(error)
    return code is None or code & 0xFF in _MENDABLE or code == sqlite3.SQLITE_IOERR_SHORT_READ


def _code(error: BaseException) -> int | None:
    """SQLite's own number of an error."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code


def _row(folder: Path, file: str, of: Indexed) -> list[Any]:
    """A row as SQLite takes it; what is several values is JSON."""
    facts = msgspec.to_builtins(of.summary)
    values = [_plain(facts[column]) for column in COLUMNS]
    row = [_key(folder), _key(file), of.size, of.modified, *values, of.name, _plain(of.tags)]
    return [*row, _proof(row)]


def _read(row: tuple[Any, ...]) -> Indexed | None:
    """What a row says, if its checksum is right and every value is what it has to be."""
    *values, proof = row
    if _proof(values) != proof:
        return None
    _, file, size, modified, *facts, name, tags = values
    if not isinstance(file, str | bytes) or not isinstance(name, str):
        return None
    if not isinstance(size, int) or not isinstance(modified, int):
        return None
    try:
        told = {column: _several(column, value) for column, value in zip(COLUMNS, facts, strict=True)}
        summary = msgspec.convert(told, Summary, strict=True)
        return Indexed(size, modified, summary, name, _tags(tags))
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return msgspec.json.encode(value).decode() if isinstance(value, list | tuple) else value


def _several(column: str, value: Any) -> Any:
    if column in FLAGS:
        return bool(value)
    return _decode(value) if column in TUPLES else value


def _proof(values: Iterable[Any]) -> int:
    return zlib.crc32("\0".join(f"{type(value).__name__} {value!r}" for value in values).encode("utf-8", "replace"))


def _key(path: Path | str) -> str | bytes:
    """A name as SQLite keeps it: text, or bytes where a file's name is none."""
    name = str(path)
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name
