"""Opening files that a stranger may have put there: nobody waits for a pipe, and no device is read."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def opened(path: Path) -> BinaryIO:
    """A regular file, open for reading.

    Raises:
        OSError: it cannot be read, or is something else.
    """
    return os.fdopen(descriptor(path), "rb")


def descriptor(path: str | Path) -> int:
    """A descriptor of a regular file, open for reading; the caller closes it (``os.fdopen`` does).

    Raises:
        OSError: it cannot be read, or is something else.
        ValueError: no file can have this name.
    """
    file = os.open(path, _FLAGS)  # a pipe without a writer is opened at once
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return file
