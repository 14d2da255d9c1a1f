"""Writing a file whole or not at all: under a temporary name beside it, brought to the disk, renamed.

An error leaves neither half a file nor the temporary one, and it names the file, which the system does not do where
there is no space left.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: str | Path) -> Iterator[BinaryIO]:
    """A binary file to write to, which becomes ``path`` when the block ends without an error.

    Raises:
        OSError: the file cannot be written; its ``filename`` is ``path``.
    """
    target = Path(path)
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
