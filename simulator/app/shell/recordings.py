"""The recordings of several folders as one library, and those that a killed program left."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.app.play.texts import text
from simulator.app.shell.jobs import Job
from worlds.kit.writing import real
from worlds.world import Refused

if TYPE_CHECKING:
    from replays.library import Entry, Library


class Recordings:
    """What a user does with recordings goes to the library of their folder. Made in a background job: it imports much.

    ``told`` says what went wrong with a folder, or with the index.
    """

    def __init__(self, folders: Iterable[Path], index: Path | None = None) -> None:
        from replays.library import Library

        self.libraries: list[Library] = [Library(folder, index) for folder in distinct(folders)]
        self._refusals: list[str] = []

    @property
    def told(self) -> str:
        """One sentence, or nothing."""
        return next(iter((*self._refusals, *filter(None, (library.told for library in self.libraries)))), "")

    def known(self) -> list[Entry]:
        """What the index knows, the newest first."""
        return _newest(entry for library in self.libraries for entry in library.known())

    def refresh(self, report: Callable[[int, int], None] | None = None, stop: Callable[[], bool] = bool) -> list[Entry]:
        """All recordings, the newest first; see `Library.refresh`."""
        found: list[Entry] = []
        self._refusals = []
        for library in self.libraries:
            try:
                found += library.refresh(report, stop)
            except Refused as refusal:
                self._refusals.append(str(refusal))
        return _newest(found)

    def of(self, folder: Path) -> Library:
        """The library of a folder."""
        return next(library for library in self.libraries if library.folder == folder)

    def last_deleted(self) -> Path | None:
        """What `undo` would bring back, as it lies in the trash."""
        from replays.files import deleted

        found = [path for library in self.libraries for path in deleted(library.folder)]
        return max(found, key=lambda path: path.name, default=None)

    def undo(self) -> Path | None:
        """Bring back what was deleted last; None if nothing was.

        Raises:
            Refused: it cannot be brought back.
        """
        last = self.last_deleted()
        return None if last is None else self.of(last.parents[2]).undo()


class CutShort:
    """Looks in the background for recordings that a killed program left; `parts` are those found, the latest first."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._job: Job[list[Path]] | None = None
        self.parts: list[Path] = []
        self._done: set[Path] = set()

    def look(self) -> None:
        """Look again. Most often there is nothing that looks like one, and then nothing is imported for it."""
        self._done = {part for part in self._done if not part.exists()}
        if not any(_has_parts(folder) for folder in self._folders):
            self.parts, self._job = [], None
            return
        self._job = Job("Looking for recordings that were cut short", lambda: _cut_short(self._folders))

    def advance(self) -> list[Path]:
        """Take in what was found; all that is known now."""
        if self._job is not None and self._job.done:
            found, self._job = self._job.result(), None
            self.parts = [part for part in found if part not in self._done]  # since the look some were kept or deleted
        return self.parts

    def obey(self, what: str, part: Path) -> str:
        """Keep or delete one of them; a sentence about what was done, or why it was not."""
        from replays.library import Library

        library = Library(part.parent)
        try:
            moved = library.keep(part) if what == "keep" else library.delete(part)
        except Refused as refusal:
            return f"{refusal}."
        self._done.add(part)
        self.parts = [other for other in self.parts if other != part]
        return text("library.kept", name=moved.name) if what == "keep" else text("library.gone", name=part.name)


def distinct(folders: Iterable[Path]) -> list[Path]:
    """The folders, each once, however it is written."""
    return list({real(folder): folder.absolute() for folder in reversed(list(folders))}.values())[::-1]


def _has_parts(folder: Path) -> bool:
    try:
        return any(name.endswith(".part") for name in os.listdir(folder))
    except OSError:
        return False


def _cut_short(folders: Iterable[Path]) -> list[Path]:
    from replays.files import cut_short

    found: dict[Path, float] = {}
    for folder in distinct(folders):
        try:
            found |= {part: part.stat().st_mtime for part in cut_short(folder)}
        except (Refused, OSError):  # a folder that cannot be read has none to offer
            continue
    return sorted(found, key=lambda part: -found[part])


def _newest(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: -entry.modified)
