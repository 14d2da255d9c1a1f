"""Folders that are replaced whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

from worlds.kit.writing import folder_problem, real, write_bytes


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Replace a folder by one with these files, by NAME or FOLDER/NAME; a crash leaves the old one, the new one, or the
    old one under `.NAME.old`.

    `recover` puts the last case right. Of a symbolic link the folder that it leads to is replaced, and the link stays.

    Raises:
        OSError: a file is where the folder belongs, or something cannot be written.
    """
    place = real(folder)
    if problem := folder_problem(place):
        raise OSError(errno.ENOTDIR, problem, str(folder))
    place.parent.mkdir(parents=True, exist_ok=True)
    recover(place)
    fresh, old = _beside(place, "new"), _beside(place, "old")
    _remove(fresh)
    fresh.mkdir()
    for name, data in files.items():
        (fresh / name).parent.mkdir(exist_ok=True)
        write_bytes(fresh / name, data)
    if place.exists():
        os.replace(place, old)
    os.replace(fresh, place)
    _remove(old)


def recover(folder: Path) -> None:
    """After a crash between the two renames of `write_folder`: take the old folder back."""
    place = real(folder)
    old = _beside(place, "old")
    if old.exists() and not place.exists():
        os.replace(old, place)
    _remove(old)


def standing(folder: Path) -> Path:
    """The folder to read: itself, or the old one while it is being replaced. Only its writer may call `recover`."""
    place = real(folder)
    old = _beside(place, "old")
    return old if old.exists() and not place.exists() else folder


def _beside(place: Path, ending: str) -> Path:
    return place.parent / f".{place.name}.{ending}"


def _remove(place: Path) -> None:
    """Whatever there is under a name of ours."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)


def to_json(value: Any, *, indent: int | None = 2) -> bytes:
    """JSON that refuses NaN and infinity, indented or (None) on one line."""
    separators = (",", ":") if indent is None else None
    return (json.dumps(value, indent=indent, separators=separators, allow_nan=False) + "\n").encode()
