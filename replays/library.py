"""The library: all recordings of a folder with what they are about, found quickly by the words of a user.

What is slow is reading the files, so it is done once for every file, and again when its size or time stamp changes; the
rest comes from the index (`replays.index`). Names and tags of the user's own lie beside the recordings
(`replays.labels`), deleted ones in a trash there (`replays.files`). Each of the three can be lost alone without harm to
the others, and none is needed to play a recording.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from replays import files
from replays.index import Indexed, RecordingIndex
from replays.labels import TRASH, Label, change_labels, checked_name, checked_tags, key_of, read_labels
from replays.summary import Summary, summarise
from worlds.world import Refused

AT_ONCE = 64  # files read between two writes of the index: so many a killed program reads again
State = Literal["whole", "cut", "part", "recording", "damaged"]
STATES: dict[State, str] = {
    "whole": "", "cut": "cut short", "part": "cut short, not kept yet", "recording": "being recorded",
    "damaged": "cannot be played",
}  # fmt: skip
"""Of a file, in words. A part is what a killed program left under a passing name."""
Report = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """One recording in the library."""

    path: Path
    size: int
    """Bytes."""
    modified: float
    """Seconds since the epoch."""
    state: State
    summary: Summary
    own_name: str = ""
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The user's own name for it, else that of the file."""
        return self.own_name or (files.final_name(self.path.name) or self.path.name).removesuffix(files.ENDING)

    @cached_property
    def hero(self) -> int | None:
        """The seat whose return tells how it went: a person's, else an agent's, else the first."""
        players = self.summary.players
        for kind in ("human", "agent", ""):
            for seat, who in enumerate(players):
                if who.startswith(kind):
                    return seat
        return 0 if self.summary.returns else None

    @cached_property
    def score(self) -> float | None:
        """The mean return of that seat over the episodes that ended."""
        hero, returns = self.hero, self.summary.returns
        if hero is None or not returns or any(hero >= len(row) for row in returns):
            return None
        return sum(row[hero] for row in returns) / len(returns)

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Who played, each once; seats that only bots of the task filled are left out."""
        sat = (*self.summary.players, *self.summary.joined)
        return tuple(dict.fromkeys(who for who in sat if who not in ("", "bot")))

    @cached_property
    def words(self) -> str:
        """All in it that a search looks through, in small letters."""
        told = self.summary
        parts = (
            self.name, self.path.name, told.world, told.split, *told.generators, *told.players, *told.joined,
            *told.seats, *self.tags, STATES[self.state], self.date.partition(" ")[0],
        )  # fmt: skip
        return " ".join(parts).lower()

    @property
    def date(self) -> str:
        """When the file was written, as day and minute; empty for a time stamp beyond all calendars."""
        try:
            return time.strftime("%Y-%m-%d %H:%M", time.localtime(self.modified))
        except (ValueError, OverflowError, OSError):
            return ""


def matching(entries: Iterable[Entry], search: str) -> list[Entry]:
    """The entries in which every word of a search occurs; an empty search finds all."""
    words = search.lower().split()
    found = []
    for entry in entries:
        text = entry.words
        if all(word in text for word in words):
            found.append(entry)
    return found


class Library:
    """The recordings of one folder; ``index`` is the file of the index (default: the user's own).

    ``told`` is a sentence about what went wrong with the index, for the user to know; all works without it.
    """

    def __init__(self, folder: Path, index: Path | None = None) -> None:
        self.folder = folder.absolute()
        self._index = RecordingIndex(index)

    @property
    def told(self) -> str:
        """What is wrong with the index, empty if nothing is."""
        return self._index.told

    def known(self) -> list[Entry]:
        """What the index knew when it was written last, the newest first; no recording is looked at."""
        rows = self._index.rows(self.folder)
        return _sorted(self._entry(name, row, live=False) for name, row in rows.items())

    def refresh(self, report: Report | None = None, stop: Callable[[], bool] = bool) -> list[Entry]:
        """All recordings of the folder, the newest first, after the files that are new or changed were read.

        ``report`` is told how many of the files to read are read; ``stop`` is asked whether the rest is to be left out.

        Raises:
            Refused: the folder cannot be read.
        """
        found = files.listed(self.folder)
        for gone in files.purge(self.folder, time.time()):
            self._label({_trashed(gone): None}, quiet=True)
        self._index.forget_lost()
        known = self._index.rows(self.folder)
        rows = {name: row for name, row in known.items() if name in found and _fresh(row, found[name])}
        rows = self._labelled(rows, known)
        changed = {name: row for name, row in rows.items() if row != known[name]}
        self._index.update(self.folder, changed, known.keys() - found.keys())
        missing = [name for name in found if name not in rows and not files.being_written(self.folder / name)]
        for start in range(0, len(missing), AT_ONCE):
            if stop():
                break
            some = {}
            for name in missing[start : start + AT_ONCE]:
                facts = found[name]
                some[name] = Indexed(facts.st_size, facts.st_mtime_ns, summarise(self.folder / name))
            some = self._labelled(some, known)
            self._index.update(self.folder, some)
            rows |= some
            if report is not None:
                report(min(start + AT_ONCE, len(missing)), len(missing))
        for name, facts in found.items():
            rows.setdefault(name, Indexed(facts.st_size, facts.st_mtime_ns, Summary()))
        return _sorted(self._entry(name, row) for name, row in rows.items())

    # --- what a user does with them ------------------------------------------------------------------------------

    def rename(self, entry: Entry, name: str) -> Entry:
        """Give a recording a name of the user's own, or take it away (empty); the file keeps its name.

        Raises:
            Refused: a name that cannot be, or a folder that cannot be written.
        """
        changed = dataclasses.replace(entry, own_name=checked_name(name))
        self._label({entry.path.name: Label(name=changed.own_name, tags=entry.tags)})
        return changed

    def tag(self, entry: Entry, tags: Iterable[str]) -> Entry:
        """Give a recording these tags and no others.

        Raises:
            Refused: tags that cannot be, or a folder that cannot be written.
        """
        changed = dataclasses.replace(entry, tags=checked_tags(tags))
        self._label({entry.path.name: Label(name=entry.own_name, tags=changed.tags)})
        return changed

    def delete(self, path: Path) -> Path:
        """Put a recording into the trash, with its name and tags; where it lies there.

        Raises:
            Refused: somebody is recording to it, or it cannot be moved.
        """
        trashed = files.delete(path)
        self._carry(path.name, _trashed(trashed))
        return trashed

    def undo(self) -> Path | None:
        """Bring back what was deleted last, with its name and tags; None if the trash is empty.

        Raises:
            Refused: it cannot be brought back.
        """
        trash = files.deleted(self.folder)
        if not trash:
            return None
        restored = files.restore(trash[-1])
        self._carry(_trashed(trash[-1]), restored.name)
        return restored

    def keep(self, part: Path) -> Path:
        """Make a recording that was cut short one like the others: it gets the name that it was to have.

        Raises:
            Refused: somebody is recording to it, or it cannot be renamed.
        """
        kept = files.keep(part)
        self._carry(part.name, kept.name)
        return kept

    # --- names and tags ------------------------------------------------------------------------------------------

    def _carry(self, old: str, new: str) -> None:
        """Let the label of one name go over to another."""
        told = read_labels(self.folder)
        label = (self._remembered() if told is None else told).get(key_of(old))
        if label is not None:
            self._label({old: None, new: label}, quiet=True)

    def _remembered(self) -> dict[str, Label]:
        """The labels that the index knows."""
        rows = self._index.rows(self.folder).items()
        return {key_of(name): Label(name=row.name, tags=row.tags) for name, row in rows if row.name or row.tags}

    def _label(self, changes: Mapping[str, Label | None], *, quiet: bool = False) -> None:
        try:
            change_labels(self.folder, changes, self._remembered())
        except OSError as error:
            if quiet:
                return
            reason = error.strerror or error
            raise Refused(f"names and tags cannot be kept in folder {str(self.folder)!r}: {reason}") from error
        rows = self._index.rows(self.folder)
        told = {
            name: rows[name]._replace(name=label.name, tags=label.tags)
            for name, label in changes.items()
            if label is not None and name in rows
        }
        self._index.update(self.folder, told)

    def _labelled(self, rows: dict[str, Indexed], known: dict[str, Indexed]) -> dict[str, Indexed]:
        """The rows with the labels of the folder; where its file of them is lost, with those that the index knows."""
        labels = read_labels(self.folder)
        if labels is None:
            return {name: _worded(row, known.get(name, row)) for name, row in rows.items()}
        none = Label()
        found = {name: labels.get(key_of(name), none) for name in rows}
        return {name: row._replace(name=found[name].name, tags=found[name].tags) for name, row in rows.items()}

    def _entry(self, name: str, row: Indexed, *, live: bool = True) -> Entry:
        path = self.folder / name
        state: State = "whole"
        if files.final_name(name):
            state = "recording" if live and files.being_written(path) else "part"
        if state != "recording" and row.summary.problem:
            state = "damaged"
        elif state == "whole" and row.summary.cut:
            state = "cut"
        return Entry(
            path=path, size=row.size, modified=row.modified / 1e9, state=state, summary=row.summary,
            own_name=row.name, tags=row.tags,
        )  # fmt: skip


def _worded(row: Indexed, other: Indexed) -> Indexed:
    return row._replace(name=other.name, tags=other.tags)


def _fresh(row: Indexed, facts: object) -> bool:
    """Whether a file is still as it was when it was read."""
    return (row.size, row.modified) == (getattr(facts, "st_size", None), getattr(facts, "st_mtime_ns", None))


def _trashed(path: Path) -> str:
    """The name under which the label of a deleted recording is kept; no recording has such a name."""
    return f"{TRASH}/{path.name}"


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (-entry.modified, entry.path.name))
