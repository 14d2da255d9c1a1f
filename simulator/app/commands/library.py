"""Find, name and tidy up recordings: in the window, or as a list.

Without a folder these are the recordings that were made in the window, and those of the present folder. A search finds
what holds all of its words: of names, worlds, splits, layouts, players, tags and dates (2026-11-29).

Examples:
  crossplay library
  crossplay library games --search "tag human"
  crossplay library --list --search "cut short"
  crossplay library games --json
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from agents.settings.declared import Shown, check_ranges
from simulator.app.commands.common import STARTED, Outcome, check_files, refuse, table
from simulator.app.commands.flags import Flag, Language, OptionalFile, Options, Seconds

if TYPE_CHECKING:
    from replays.library import Entry

JSON = True
HEADS = ("name", "world", "players", "return", "length", "date", "tags", "remark")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Which recordings, and how they are shown."""

    folder: Annotated[str, Shown("FOLDER", positional=True, default="none")] = ""
    """Where the recordings lie."""
    search: Annotated[str, Shown("WORDS", default="none")] = ""
    """Show those in which all of these words occur."""
    list: Flag = False
    """Print a list, and open no window."""
    language: Language = ""
    """Of the window, such as en or zh; default: as its settings, or else the system, say."""
    fullscreen: Flag = False
    """Fill the screen."""
    seconds: Seconds = None
    """Close after so many seconds."""
    screenshot: OptionalFile = None
    """Save the last frame to this PNG file on closing."""

    def __post_init__(self) -> None:
        check_ranges(self)
        check_files(screenshot=self.screenshot)


def run(settings: Settings, options: Options) -> Outcome:
    """Open the window, or print a list."""
    from simulator.app.shell.start import recordings_folder

    folders = [Path(settings.folder)] if settings.folder else [recordings_folder(), Path.cwd()]
    if settings.folder and not folders[0].is_dir():
        what = "is a file: `crossplay replay` plays one" if folders[0].exists() else "does not exist"
        refuse(f"folder {settings.folder!r} {what}")
    if settings.list or getattr(options, "json", False):
        return listed(folders, settings.search)
    from simulator.app.screens import app
    from simulator.app.shell.session import Session

    session = Session(
        library=folders, search=settings.search, fullscreen=settings.fullscreen,
        language=settings.language,
        seconds=settings.seconds, screenshot=settings.screenshot, started=STARTED,
    )  # fmt: skip
    app.play(session)
    return Outcome(text=f"wrote {settings.screenshot}" if settings.screenshot else "")


def listed(folders: list[Path], search: str) -> Outcome:
    """The recordings as a table, and as facts."""
    from replays.library import matching
    from simulator.app.shell.recordings import Recordings

    recordings = Recordings(folders)
    entries = recordings.refresh()
    found = matching(entries, search)
    places = " and ".join(str(library.folder) for library in recordings.libraries)
    words = f"{len(found)} of {len(entries)} recordings in {places}"
    if recordings.told:
        words += f"\n{recordings.told}"
    rows = [_row(entry) for entry in found]
    return Outcome(
        text=f"{table(HEADS, rows)}\n\n{words}" if rows else words,
        facts={"recordings": [_facts(entry) for entry in found], "all": len(entries), "told": recordings.told},
    )


def _row(entry: Entry) -> list[str]:
    from replays.library import STATES
    from simulator.app.play.shelf import COLUMNS, cells

    shown = cells(entry)
    remark = entry.summary.problem or STATES[entry.state]
    if entry.own_name:
        remark = ", ".join(filter(None, (f"file {entry.path.name}", remark)))
    return [*(shown[column] for column in COLUMNS), remark]


def _facts(entry: Entry) -> dict[str, Any]:
    import msgspec

    told = msgspec.to_builtins(entry.summary)
    mine = {"file": str(entry.path), "name": entry.name, "tags": entry.tags, "state": entry.state}
    return {**mine, "bytes": entry.size, "modified": entry.modified, "score": entry.score, **told}
