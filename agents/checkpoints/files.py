"""Files that are written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from simulator.engine.writing import write_whole


def write_bytes(path: Path, data: bytes) -> None:
    """Write to a temporary name, bring it to the disk, rename."""
    write_whole(path, data)


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Replace a folder by one with these files; a crash leaves the old one, the new one, or the old one under
    `.NAME.old`.

    `recover` puts the last case right.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    recover(folder)
    fresh, old = folder.with_name(f".{folder.name}.new"), _old(folder)
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name, data in files.items():
        write_bytes(fresh / name, data)
    if folder.exists():
        os.replace(folder, old)
    os.replace(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """After a crash between the two renames of `write_folder`: take the old folder back."""
    old = _old(folder)
    if old.exists() and not folder.exists():
        os.replace(old, folder)
    shutil.rmtree(old, ignore_errors=True)


def standing(folder: Path) -> Path:
    """The folder to read: itself, or the old one while it is being replaced. Only its writer may call `recover`."""
    old = _old(folder)
    return old if old.exists() and not folder.exists() else folder


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def to_json(value: Any) -> bytes:
    """Indented JSON that refuses NaN and infinity."""
    return (json.dumps(value, indent=2, allow_nan=False) + "\n").encode()
