"""What the gallery shows, as plain data: the worlds with their goals, and the recordings that were made last."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable
from pathlib import Path

import worlds

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
            if age >= size:
                count = int(age / size)
                return f"{count} {name}{'s' if count > 1 else ''} ago"
        return "just now"


def world_cards() -> list[WorldCard]:
    """All worlds, family by family; none of them is imported."""
    cards = []
    for name in worlds.names():
        title, _, goal = worlds.headline(name).partition(": ")
        cards.append(WorldCard(name, title, goal[:1].upper() + goal[1:], worlds.family(name)))
    return sorted(cards, key=lambda card: (FAMILIES.index(card.family), card.name))


def recent(folders: Iterable[Path], most: int = MANY) -> list[RecordingCard]:
    """The recordings in some folders, the newest first."""
    found = {}
    for folder in folders:
        for path in files_in(folder):
            try:
                found[path.resolve()] = path.stat().st_mtime
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
