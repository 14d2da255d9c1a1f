"""Where a recording branched off from: the one that was played, and the tick of it from which this one goes on."""

import hashlib
import re
from pathlib import Path
from typing import Annotated

import msgspec

from worlds.world import Refused

PIECE = 1 << 20  # bytes that are read at once
LARGEST_FOLDER = 500  # files of a folder among which a parent of another name is looked for
UNUSUAL = re.compile(r"[\x00-\x1f/\\]")


class Parent(msgspec.Struct, kw_only=True, frozen=True):
    """The recording that another one goes on from."""

    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    """Of the whole file: it may have been renamed since."""
    name: Annotated[str, msgspec.Meta(max_length=255, pattern=r"^[^\x00-\x1f/\\]+\Z")]
    """Of the file, without its folder."""
    tick: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    """Ticks of it that came before."""


def parent_of(path: Path, tick: int) -> Parent:
    """What a recording that goes on from a tick of this file says of it.

    Raises:
        Refused: the file cannot be read.
    """
    return Parent(sha256=content_hash(path), name=UNUSUAL.sub("_", path.name)[:255], tick=tick)


def content_hash(path: Path) -> str:
    """SHA-256 of a whole file.

    Raises:
        Refused: it cannot be read.
    """
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                found.update(piece)
    except OSError as error:
        raise Refused(f"replay {str(path)!r} cannot be read: {error.strerror or error}") from error
    return found.hexdigest()


def find_parent(parent: Parent, folders: list[Path]) -> Path | None:
    """The file that is meant, in one of some folders: by its name, else by what it holds."""
    for folder in folders:
        place = folder / parent.name
        if place.is_file() and content_hash(place) == parent.sha256:
            return place
    for folder in folders:
        files = sorted(folder.glob("*.mcap"))[:LARGEST_FOLDER] if folder.is_dir() else []
        for place in files:
            if place.is_file() and content_hash(place) == parent.sha256:
                return place
    return None
