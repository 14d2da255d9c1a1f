"""What the gallery shows, as plain data: the worlds with their goals, and the recordings that were made last."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable
from pathlib import Path

import worlds
from simulator.app.play.texts import text
from worlds.kit.words import shown
from worlds.kit.writing import real

FAMILIES = ("games", "traffic", "classics", "decisions", "yours")
MANY = 12  # recordings


@dataclasses.dataclass(frozen=True)
class WorldCard:
    """One world in the gallery."""

    name: str
    title: str
    goal: str
    family: str


@dataclasses.dataclass(frozen=True)
class RecordingCard:
    """One recording in the gallery."""

    path: Path
    when: float
    """Seconds since the epoch."""

    def words(self, now: float) -> str:
        """How long ago it was made, for people."""
        age = max(now - self.when, 0.0)
        for size, name in ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute")):
            if (count := int(age / size)) >= 1:
                return text(f"ago.{name}" if count == 1 else f"ago.{name}s", count=count)
        return text("ago.now")


def source(name: str) -> Path:
    """The file of a world, or the ``__init__.py`` of its folder; nothing is imported.

    Raises:
        Refused: an unknown world.
    """
    here = Path(worlds.__file__).parent
    for folder in (*(here / family for family in worlds.FAMILIES), *worlds.added_folders()):
        for path in (folder / f"{name}.py", folder / name / "__init__.py"):
            if path.is_file():
                return path
    from worlds.world import Refused  # here, since it brings the compiler along

    raise Refused(f"unknown world {shown(name)}: choose from {', '.join(worlds.names())}")


def headline(name: str) -> str:
    """The first line of a world's page, such as ``Tag: guess …``, read from its source."""
    path = source(name)
    rules = path.with_name("rules.py")
    if path.stem == "__init__" and rules.is_file():
        path = rules
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.readline(1000).strip().strip('"').strip()


def family(name: str) -> str:
    """The part of the catalogue that a world stands in: one of `FAMILIES`."""
    path = source(name)
    folder = path.parent if path.stem != "__init__" else path.parent.parent
    return folder.name if folder.parent == Path(worlds.__file__).parent else "yours"


def world_cards() -> list[WorldCard]:
    """All worlds, family by family; none of them is imported."""
    cards = []
    for name in worlds.names():
        title, _, goal = headline(name).partition(": ")
        cards.append(WorldCard(name, title, goal[:1].upper() + goal[1:], family(name)))
    return sorted(cards, key=lambda card: (FAMILIES.index(card.family), card.name))


def recent(folders: Iterable[Path], most: int = MANY) -> list[RecordingCard]:
    """The recordings in some folders, the newest first."""
    found = {}
    for folder in folders:
        for path in files_in(folder):
            try:
                found[real(path)] = path.stat().st_mtime
            except OSError:  # it is gone again
                continue
    cards = [RecordingCard(path, when) for path, when in found.items()]
    return sorted(cards, key=lambda card: -card.when)[:most]


def files_in(folder: Path) -> list[Path]:
    """The recordings of a folder by name; none where it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".mcap" and path.is_file())
    except OSError:
        return []


def folders_in(folder: Path) -> list[Path]:
    """The folders in a folder by name, but for hidden ones; none where it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.is_dir())
    except OSError:
        return []


def now() -> float:
    """Seconds since the epoch."""
    return time.time()
