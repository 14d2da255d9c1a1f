"""Files of runs that pages are made of: read as one kind, or refused."""

from pathlib import Path
from typing import TypeVar

import msgspec

from worlds.world import Refused

MOST_BYTES = 16_000_000
T = TypeVar("T")


def read_kept(path: Path, kind: type[T], words: str) -> T | None:
    """What a file holds, as this kind; None where there is no file. ``words``: of what it is a file.

    Raises:
        Refused: it holds something else.
        OSError: it cannot be read.
    """
    if not path.is_file():
        return None
    with path.open("rb") as file:
        text = file.read(MOST_BYTES + 1)
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(f"{path.name} is no file of {words}: {error}") from error
