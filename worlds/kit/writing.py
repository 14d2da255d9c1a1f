"""The one writer of files: what it writes is there whole or not at all, and what a killed one left is cleared away.

A file is written under ``.NAME.NUMBER.tmp``, brought to the disk, and renamed. Its writer holds the lock of that
temporary file (see `worlds.kit.locks`), so the next writer to the same place knows which of them nobody writes to any
more, and removes these. Through a symbolic link the file that it leads to is replaced, and the link stays.
"""

import contextlib
import errno
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from worlds.kit.locks import abandoned, lock_file

TEMPORARY = ".tmp"


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the name ``path`` when the block ends well, and vanishes when it does not.

    Raises:
        OSError: with the name ``path``: it cannot be written.
    """
    target = real(path)
    with _naming(path):
        if problem := file_problem(path):
            raise OSError(errno.EISDIR if target.is_dir() else errno.EINVAL, problem)
        target.parent.mkdir(parents=True, exist_ok=True)
        clear(target, f".{target.name}", TEMPORARY)
        file, temporary = create(target.parent, f".{target.name}", TEMPORARY)
    try:
        with _naming(path, path, temporary):
            yield file
            settle(file, temporary, target)
    finally:
        with contextlib.suppress(OSError):  # a file that cannot be flushed is closed all the same
            file.close()
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: with the name ``path``: it cannot be written.
    """
    with writing(path) as file:
        file.write(data)


def create(folder: Path, start: str, end: str) -> tuple[BinaryIO, Path]:
    """A new file ``START.NUMBER END`` in a folder, whose lock this process holds until it is closed."""
    for number in itertools.count(os.getpid()):
        place = folder / f"{start}.{number}{end}"
        try:
            file = place.open("xb")
        except FileExistsError:
            continue
        if lock_file(file.fileno()) and _still_there(file, place):  # else one who clears away was faster
            return file, place
        file.close()
    raise AssertionError("there is always another number")


def settle(file: BinaryIO, temporary: Path, target: Path) -> None:
    """Bring a complete file to the disk and give it its name."""
    file.flush()
    os.fsync(file.fileno())
    if os.name == "nt":  # which renames no open file
        file.close()
    os.replace(temporary, target)
    file.close()


def clear(target: Path, start: str, end: str) -> None:
    """Remove the files that `create` made beside ``target``, and whose writers are gone."""
    form = re.compile(re.escape(start) + r"\.\d+" + re.escape(end))
    with contextlib.suppress(OSError):
        for name in os.listdir(target.parent):
            left = target.parent / name
            if form.fullmatch(name) and abandoned(left):
                with contextlib.suppress(OSError):
                    left.unlink()


_NO_FOLDER = "is a file, not a folder"


def file_problem(path: Path) -> str | None:
    """Why no file can be written at a path, in words that follow its name; None where nothing speaks against it."""
    if "\0" in str(path):
        return "has a NUL character in its name"
    if path.name in ("", "..") or path.is_dir():
        return "is a folder, not a file"
    if path.exists() and not path.is_file():
        return "is no plain file"
    problem = folder_problem(path.parent)
    return f"cannot be there: its folder {problem}" if problem == _NO_FOLDER else problem


def folder_problem(path: Path) -> str | None:
    """Why no folder can be at a path, in words that follow its name; None where nothing speaks against it."""
    if "\0" in str(path):
        return "has a NUL character in its name"
    for place in (path, *path.parents):
        if place.is_dir():
            return None
        if place.exists():
            return _NO_FOLDER if place == path else f"cannot be there: {str(place)!r} is a file"
    return None


def real(path: Path) -> Path:
    """Where a path leads, through symbolic links and without ``.`` and ``..``; it need not exist. Links that lead round
    in a circle stay as they are.
    """
    return Path(os.path.realpath(path)) if "\0" not in str(path) else path


def expanded(path: Path) -> Path:
    """A path with the home folder in the place of ``~``; as it is where nobody has such a home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


@contextlib.contextmanager
def _naming(path: Path, *mine: Path) -> Iterator[None]:
    """Give errors of the system the name that the user knows: those that name no file or one of ``mine``, or all."""
    try:
        yield
    except OSError as error:
        if mine and error.filename is not None and error.filename not in map(str, mine):
            raise
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _still_there(file: BinaryIO, place: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), place.stat())
    except OSError:
        return False
