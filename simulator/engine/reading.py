"""Reading a stranger's file: only a regular file is opened, and never more of it is read than is allowed.

A name may lead to a pipe that nobody writes to, to a device without end, or to a file that grows while it is read.
"""

import os
from pathlib import Path
from typing import BinaryIO

from worlds.kit.reading import descriptor
from worlds.world import Refused

PIECE = 2**20  # bytes


def open_regular(path: str | Path) -> int:
    """A descriptor of a regular file, open for reading; the caller closes it (``os.fdopen`` does).

    Raises:
        Refused: there is no such file, it may not be read, or it is no regular file.
    """
    try:
        return descriptor(path)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise Refused(f"file {str(path)!r} cannot be read: {_reason(error)}") from error


def read_bytes(path: str | Path, most: int) -> bytes:
    """All bytes of a regular file.

    Raises:
        Refused: it cannot be read, is no regular file, or holds more than ``most`` bytes.
    """
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = _read(file, size, most) if size <= most else None
    except OSError as error:
        raise Refused(f"file {str(path)!r} cannot be read: {_reason(error)}") from error
    if data is None or len(data) > most:
        raise Refused(f"file {str(path)!r} is larger than {most:,} bytes, the most that is read of such a file")
    return data


def _read(file: BinaryIO, size: int, most: int) -> bytes:
    """What a file of such a size holds, up to one byte more than ``most``. Python makes room for all that it is asked
    to read, so it is asked for what there should be, and then piece by piece: a size may be wrong, or grow.
    """
    parts = [file.read(size + 1)]
    left = most + 1 - len(parts[0])
    while left > 0 and (part := file.read(min(PIECE, left))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def read_text(path: str | Path, most: int) -> str:
    """All text of a regular file in UTF-8, a byte order mark left out.

    Raises:
        Refused: it cannot be read, is no regular file, holds more than ``most`` bytes, or is no UTF-8.
    """
    try:
        return read_bytes(path, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"file {str(path)!r} is not UTF-8 text: byte {error.start} is no part of a character") from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
