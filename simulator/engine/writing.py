"""Writing a file whole or not at all: under a temporary name beside it, brought to the disk, renamed.

An error leaves neither half a file nor the temporary one, and it names the file, which the system does not do where
there is no space left.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from worlds.world import Refused


def refuse_to_replace(path: str | Path) -> None:
    """Refuse a name under which there is something else than a regular file: a rename would put a file in the place of
    a device (which every program of the system needs), a pipe or a socket.

    Raises:
        Refused: names it.
    """
    try:
        kind = os.stat(path).st_mode
    except OSError:  # nothing is there, or it will be told when it is written
        return
    if not stat.S_ISREG(kind):
        raise Refused(f"{str(path)!r} cannot be written: it is there and no regular file, so name another")


@contextmanager
def whole_file(path: str | Path) -> Iterator[BinaryIO]:
    """A binary file to write to, which becomes ``path`` when the block ends without an error.

    Raises:
        Refused: something else than a regular file is there.
        OSError: the file cannot be written; its ``filename`` is ``path``.
    """
    target = Path(path)
    refuse_to_replace(target)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        if error.filename not in (None, str(temporary)):
            raise
        raise OSError(error.errno, error.strerror or str(error), str(target)) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_whole(path: str | Path, data: bytes) -> None:
    """Write these bytes as the whole of a file (see `whole_file`)."""
    with whole_file(path) as file:
        file.write(data)
