"""Places in a recording that its user marked, kept in a small file beside it: ``game.mcap.bookmarks.json``."""

from pathlib import Path
from typing import Annotated

import msgspec

from simulator.engine.reading import read_bytes
from worlds.kit.writing import real, write_bytes
from worlds.world import Refused

ENDING = ".bookmarks.json"
LARGEST = 1 << 20  # bytes of such a file
MOST = 1000  # bookmarks of one recording

Tick = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    ticks: list[Tick] = []


def bookmarks_path(recording: Path) -> Path:
    """The file beside a recording."""
    place = real(recording)
    return place.with_name(place.name + ENDING)


def read_bookmarks(recording: Path) -> list[int]:
    """The marked ticks, rising; none where nobody marked anything.

    Raises:
        Refused: the file beside the recording is damaged.
    """
    place = bookmarks_path(recording)
    if not place.exists():
        return []
    try:
        kept = msgspec.json.decode(read_bytes(place, LARGEST), type=_Kept)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"bookmarks {str(place)!r} are damaged: {error}") from error
    return sorted(set(kept.ticks))[:MOST]


def write_bookmarks(recording: Path, ticks: list[int]) -> None:
    """Keep these ticks; without any the file goes.

    Raises:
        Refused: the file cannot be written.
    """
    place = bookmarks_path(recording)
    if len(ticks) > MOST:
        raise Refused(f"a recording takes {MOST} bookmarks: remove one first")
    try:
        if ticks:
            write_bytes(place, msgspec.json.encode(_Kept(ticks=sorted(set(ticks)))))
        else:
            place.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(f"bookmarks {str(place)!r} cannot be written: {error.strerror or error}") from error
