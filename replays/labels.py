"""The names and tags that a user gives to recordings: one small JSON file in the folder of the recordings.

They stand beside the recordings and not in them, so that a recording is never written again (it is proof, and one that
was cut short could not be), and not only in the index, which is a cache and may be lost. They stay when the folder is
copied or moved. The index holds a copy, from which a lost file of labels is made again.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from worlds.kit.locks import held
from worlds.kit.words import one_line, shown
from worlds.kit.writing import write_bytes
from worlds.world import Refused

OWN = ".crossplay"  # the folder beside recordings that holds what belongs to them
FILE, LOCK, DAMAGED = "labels.json", "lock", ".damaged"
TRASH = "trash"
LONGEST_NAME, LONGEST_TAG, MOST_TAGS = 100, 30, 20
MOST_BYTES = 32 << 20  # of the file


class Label(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a user says of one recording."""

    name: str = ""
    tags: tuple[str, ...] = ()


class _File(msgspec.Struct, kw_only=True):
    format: int = 1
    recordings: dict[str, Label] = {}


def own_folder(folder: Path) -> Path:
    """The folder beside recordings that holds what belongs to them.

    Whoever made the recordings may have made it, too. So no link in it is followed: it could lead to any other file.

    Raises:
        OSError: it, or something of it, is a link.
    """
    own = folder / OWN
    for place in (own, own / TRASH, own / FILE, own / LOCK):
        if place.is_symlink():
            raise OSError(errno.ELOOP, "a link stands where the library keeps files of its own", str(place))
    return own


def read_labels(folder: Path) -> dict[str, Label] | None:
    """The labels of a folder's recordings by file name; None if there is no file of them, or none that can be read."""
    try:
        place = own_folder(folder) / FILE
        if place.stat().st_size > MOST_BYTES:
            return None
        told = msgspec.json.decode(place.read_bytes(), type=_File)
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return {name: Label(name=_fit(label.name), tags=_tidy(label.tags)) for name, label in told.recordings.items()}


def change_labels(folder: Path, changes: Mapping[str, Label | None], known: Mapping[str, Label]) -> None:
    """Write some labels, and take out those that are None; programs that do so at once wait for each other.

    ``known`` is what the index remembers, for a file of labels that is lost or damaged; a damaged one is put aside.

    Raises:
        OSError: the file cannot be written.
    """
    own = own_folder(folder)
    own.mkdir(exist_ok=True)
    with held(own / LOCK):
        told = read_labels(folder)
        if told is None:
            told = dict(known)
            with contextlib.suppress(FileNotFoundError):
                os.replace(own / FILE, own / (FILE + DAMAGED))
        told |= {key_of(name): label for name, label in changes.items() if label is not None}
        gone = {key_of(name) for name, label in changes.items() if label in (None, Label())}
        kept = {name: label for name, label in sorted(told.items()) if name not in gone}
        write_bytes(own / FILE, msgspec.json.format(msgspec.json.encode(_File(recordings=kept))))


def key_of(file: str) -> str:
    """A file's name as JSON can hold it."""
    return file.encode("utf-8", "backslashreplace").decode()


def checked_name(name: str) -> str:
    """A name that a user gave, without blanks around it; empty takes it away.

    Raises:
        Refused: too long, or not one line of letters and signs.
    """
    name = name.strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused(f"name {shown(name)} cannot be given: allowed is one line of at most {LONGEST_NAME} characters")
    return name


def checked_tags(words: Iterable[str]) -> tuple[str, ...]:
    """Tags that a user gave: each once, in their order, in small letters.

    Raises:
        Refused: too many, one too long, or one with a comma or what is no letter or sign.
    """
    tags = tuple(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
    for tag in tags:
        if len(tag) > LONGEST_TAG or not tag.isprintable() or "," in tag:
            raise Refused(f"tag {shown(tag)} cannot be given: allowed are {LONGEST_TAG} characters without commas")
    if len(tags) > MOST_TAGS:
        raise Refused(f"{len(tags)} tags cannot be given: allowed are {MOST_TAGS} for one recording")
    return tags


def _fit(name: str) -> str:
    return one_line(name, LONGEST_NAME)


def _tidy(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(one_line(tag, LONGEST_TAG) for tag in tags)[:MOST_TAGS]
