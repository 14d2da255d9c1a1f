"""Recordings as files in a folder: which there are, which a killed program left unfinished, and the way to the trash.

What is deleted goes into a folder beside the recordings and stays there for some days, so that it can be brought back,
also by the next program. What somebody is recording is never touched.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from replays.labels import OWN, TRASH, own_folder
from replays.recorder import PART
from worlds.kit.locks import abandoned
from worlds.world import Refused

ENDING = ".mcap"
KEPT_DAYS = 7.0  # that a deleted recording can be brought back
_UNFINISHED = re.compile(r"(?P<name>.+\.mcap)\.\d+" + re.escape(PART))
_DELETED = re.compile(r"(?P<when>\d{16,20})-(?P<name>.+)", re.DOTALL)


def listed(folder: Path) -> dict[str, os.stat_result]:
    """The recordings of a folder, finished or not, by name; none where there is no folder.

    Raises:
        Refused: the folder cannot be read.
    """
    found = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(ENDING) or _UNFINISHED.fullmatch(entry.name):
                    with contextlib.suppress(OSError):  # it is gone again, or a link that leads nowhere
                        if stat.S_ISREG((facts := entry.stat()).st_mode):
                            found[entry.name] = facts
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Refused(f"folder {str(folder)!r} cannot be read: {error.strerror or error}") from error
    return found


def final_name(name: str) -> str | None:
    """The name that an unfinished recording was to have in the end; None of a finished one."""
    match = _UNFINISHED.fullmatch(name)
    return match["name"] if match else None


def cut_short(folder: Path) -> list[Path]:
    """The unfinished recordings of a folder that nobody writes to any more: their program was killed.

    Raises:
        Refused: the folder cannot be read.
    """
    parts = [folder / name for name in listed(folder) if final_name(name)]
    return sorted(part for part in parts if not being_written(part))


def being_written(path: Path) -> bool:
    """Whether somebody is recording to a file; not known, and so denied, where it may not be written."""
    if final_name(path.name) is None or abandoned(path):
        return False
    try:
        path.open("r+b").close()
    except OSError:
        return False
    return True


def keep(part: Path) -> Path:
    """Give an unfinished recording the name that it was to have, or the next free one; its bytes stay as they are.

    Raises:
        Refused: somebody is recording to it, or it cannot be renamed.
    """
    name = final_name(part.name)
    if name is None:
        raise Refused(f"recording {str(part)!r} is finished: only one that was cut short is kept so")
    with _about(part, "kept"):
        _check_free(part)
        return _move(part, part.parent, name)


def delete(path: Path) -> Path:
    """Put a recording into the trash of its folder; where it lies there.

    Raises:
        Refused: somebody is recording to it, or it cannot be moved.
    """
    with _about(path, "deleted"):
        _check_free(path)
        trash = own_folder(path.parent) / TRASH
        trash.mkdir(parents=True, exist_ok=True)
        return _move(path, trash, f"{time.time_ns()}-{path.name}")


def deleted(folder: Path) -> list[Path]:
    """What lies in the trash of a folder, what was deleted last at the end."""
    try:
        names = os.listdir(own_folder(folder) / TRASH)
    except OSError:
        return []
    return [folder / OWN / TRASH / name for name in sorted(names) if _DELETED.fullmatch(name)]


def restore(trashed: Path) -> Path:
    """Bring a recording back from the trash, under its name or the next free one.

    Raises:
        Refused: it is not there any more, or cannot be moved.
    """
    match = _DELETED.fullmatch(trashed.name)
    if match is None:
        raise Refused(f"{str(trashed)!r} is no deleted recording")
    with _about(trashed, "brought back"):
        return _move(trashed, trashed.parents[2], match["name"])


def purge(folder: Path, now: float) -> list[Path]:
    """Remove for good what was deleted long ago (``now`` in seconds since the epoch); what is gone."""
    gone = []
    for path in deleted(folder):
        if now - int(path.name.partition("-")[0]) / 1e9 > KEPT_DAYS * 86400:
            with contextlib.suppress(OSError):
                path.unlink()
                gone.append(path)
    return gone


def _check_free(path: Path) -> None:
    if being_written(path):
        raise Refused(f"recording {str(path)!r} is being written: end that game first")


def _move(path: Path, folder: Path, name: str) -> Path:
    """Move a file to a name that no file has: linked first, as a renamed one would replace another."""
    stem, dot, ending = name.partition(ENDING)
    for number in range(1, 10_000):
        target = folder / (name if number == 1 else f"{stem} {number}{dot}{ending}")
        try:
            os.link(path, target)
        except FileExistsError:
            continue
        except OSError:  # a file system without links
            if os.path.lexists(target):
                continue
            os.rename(path, target)
            return target
        path.unlink()
        return target
    raise Refused(f"recording {str(path)!r} finds no free name in {str(folder)!r}")


@contextlib.contextmanager
def _about(path: Path, done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"recording {str(path)!r} cannot be {done}: {error.strerror or error}") from error
