"""Recordings as the library shows them: words for every cell, an order for every column, what a search leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from simulator.app.play.texts import text
from simulator.canvas.speech import said

if TYPE_CHECKING:
    from replays.library import Entry

COLUMNS = ("name", "world", "players", "score", "length", "date", "tags")
DESCENDING = ("score", "length", "date")
"""Columns whose largest values are wanted first."""
UNITS = (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")


def sorted_by(entries: Iterable[Entry], column: str, descending: bool) -> list[Entry]:
    """The entries in the order of a column; those that have nothing there come last."""
    known: dict[bool, list[Entry]] = {True: [], False: []}
    key = KEYS[column]
    for entry in entries:
        known[key(entry) not in (None, "")].append(entry)
    return sorted(known[True], key=key, reverse=descending) + known[False]


KEYS: dict[str, Callable[[Entry], Any]] = {
    "name": lambda entry: entry.name.lower(),
    "world": lambda entry: entry.summary.world,
    "players": lambda entry: players_of(entry).lower(),
    "score": lambda entry: entry.score,
    "length": lambda entry: entry.summary.seconds or None,
    "date": lambda entry: entry.modified,
    "tags": lambda entry: ", ".join(entry.tags),
}


def left_over(entries: Sequence[Entry], search: str, world: str) -> list[Entry]:
    """The entries that a search finds in one world, or in all (empty)."""
    from replays.library import matching

    return matching([entry for entry in entries if world in ("", entry.summary.world)], search)


def worlds_in(entries: Iterable[Entry]) -> list[str]:
    """The worlds that were recorded."""
    return sorted({entry.summary.world for entry in entries if entry.summary.world})


def cells(entry: Entry) -> dict[str, str]:
    """What stands in every column."""
    score = entry.score
    return {
        "name": entry.name,
        "world": said(entry.summary.world),
        "players": players_of(entry),
        "score": "" if score is None else number(score),
        "length": length_of(entry),
        "date": date_of(entry),
        "tags": ", ".join(entry.tags),
    }


def number(value: float) -> str:
    """A return in few letters."""
    return f"{value:.3g}" if abs(value) >= 1000.0 else f"{value:.2f}"


def players_of(entry: Entry) -> str:
    """Who played, for people; bots only where nobody else did."""
    if entry.summary.kind == "batch":
        return text("library.batch", count=entry.summary.count)
    names = ", ".join(player_words(who) for who in entry.people)
    return names or text("library.bots") * ("bot" in entry.summary.players)


def player_words(spec: str) -> str:
    """A player for people."""
    kind, _, name = spec.partition(":")
    if kind == "human":
        return text("library.person")
    if kind == "agent" and name:
        return text("setup.agent", name=name.replace("\\", "/").rstrip("/").rpartition("/")[2])
    return said(spec) or text("library.unknown")


def length_of(entry: Entry) -> str:
    """How long the recording plays, as minutes and seconds, or hours in front."""
    if entry.summary.kind != "replay" or entry.summary.problem or entry.state == "recording":
        return ""
    seconds = round(entry.summary.seconds)
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def date_of(entry: Entry) -> str:
    """When the file was written."""
    return entry.date


def size_words(size: int) -> str:
    """Bytes for people."""
    for unit, name in UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"


def task_words(entry: Entry) -> str:
    """World, split and layouts in one line."""
    told = entry.summary
    split = f"setup.split.{told.split}"
    try:
        words = text(split)
    except KeyError:
        words = told.split
    layouts = ", ".join(said(name.replace("_", " ")) for name in told.generators[:3])
    more = " …" * (len(told.generators) > 3)
    return " · ".join(filter(None, (said(told.world), words, layouts + more)))


def state_words(entry: Entry) -> str:
    """What is special about the file; empty if nothing is."""
    if entry.state == "damaged":
        return text("library.state.damaged", file=entry.path.name, reason=entry.summary.problem)
    if entry.summary.kind == "batch":
        return text("library.state.batch")
    return text(f"library.state.{entry.state}", file=entry.path.name) if entry.state != "whole" else ""
