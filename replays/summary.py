"""What a recording is about, read from its bytes alone: no world is simulated, and none need be installed.

A list of recordings asks this of every file, so it never raises for what a file holds: a damaged file, or one that is
no recording, has a summary too, which says why it cannot be played.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

import worlds
from replays import budgets, format
from replays.chunks import Damaged
from replays.format import EPISODE, EVENT, KEYFRAME, TICK
from worlds.kit.words import one_line
from worlds.world import Refused

MOST_EPISODES = 200  # whose returns are kept; all are counted
MOST_GENERATORS = 12  # that are named
MOST_JOINED = 12  # players that are named
LARGEST_VERSION = 2**31
LONGEST_WORD = 80  # characters of a name in a summary


class Summary(msgspec.Struct, kw_only=True, frozen=True):
    """One recording in some plain values."""

    kind: Literal["replay", "batch", "unreadable"] = "replay"
    problem: str = ""
    """Why it cannot be played; empty if nothing is known against it."""
    cut: bool = False
    """It ends before its closing record: its program was killed, or the disk was full."""
    world: str = ""
    version: int = 0
    split: str = ""
    generators: tuple[str, ...] = ()
    """Of its tasks, in the order in which they came up."""
    seats: tuple[str, ...] = ()
    players: tuple[str, ...] = ()
    """By seat when it began, as specs: human, bot, agent:NAME, …"""
    joined: tuple[str, ...] = ()
    """Who came into a seat later, each once; a person who took one over for a while is human."""
    returns: tuple[tuple[float, ...], ...] = ()
    """(episodes, seats): of the first episodes that ended by themselves."""
    episodes: int = 0
    """That ended by themselves."""
    trials: int = 0
    ticks: int = 0
    seconds: float = 0.0
    """Simulated."""
    count: int = 1
    """Worlds: above 1 in the log of a batch."""


def summarise(path: Path) -> Summary:
    """The summary of a file; one that cannot be played says why in ``problem``."""
    try:
        with format.boundary(path), path.open("rb") as file:
            reader = format.Reader(file, path, path.stat().st_size)
            about = _about(reader.description)
            return about if about.kind == "batch" else _Collector(reader).read(about)
    except Refused as refusal:
        return Summary(kind="unreadable", problem=_reason(refusal, path))


def _reason(refusal: Refused, path: Path) -> str:
    """The sentence without the name of the file, beside which it is shown."""
    name = repr(str(path))
    return str(refusal).removeprefix("replay ").removeprefix(f"{name} ")


def _about(told: format.Description) -> Summary:
    subject = told.subject
    if not 0 <= subject.version < LARGEST_VERSION or not 0 < subject.count <= budgets.MAX_WORLDS:
        raise Damaged(f"it claims to hold {subject.count} worlds of version {subject.version}")
    words = [_word(seat) for seat in told.players]
    return Summary(
        kind=told.kind, world=_word(subject.world), version=subject.version, split=_word(subject.split),
        seats=tuple(words), players=tuple(_word(who) for who in told.players.values()), count=subject.count,
    )  # fmt: skip


class _Collector:
    """Takes from the messages of a replay what a summary needs."""

    def __init__(self, reader: format.Reader) -> None:
        self._reader = reader
        self._returns: list[tuple[float, ...]] = []
        self._generators: dict[int, None] = {}
        self._trials: set[int] = set()
        self._joined: dict[str, None] = {}
        self._episodes = self._ticks = self._time = 0
        self._json = dict.fromkeys((EPISODE, EVENT), 0)
        self._place: tuple[int, np.dtype[np.generic]] | None = None
        self._started = False

    def read(self, about: Summary) -> Summary:
        """Go through the whole file."""
        for message in self._reader.messages():
            if message.topic == TICK:
                self._ticks, self._time = message.position, self._reader.time
            elif message.topic in self._json:
                self._told(message)
            elif message.topic == KEYFRAME:
                self._keyframe(message.data)
        if not self._started:
            raise Damaged("it holds no whole chunk" if self._reader.truncated else "it does not start with a state")
        if self._ticks > budgets.MAX_TICKS:
            raise Damaged(f"it claims to have {self._ticks} ticks")
        names, players = self._seats(about)
        return msgspec.structs.replace(
            about, cut=self._reader.truncated, seats=names, players=players, joined=tuple(self._joined),
            returns=tuple(self._returns),
            generators=tuple(_generator(about.world, number) for number in self._generators),
            episodes=self._episodes, trials=len(self._trials), ticks=self._ticks, seconds=self._time / 1e9,
        )  # fmt: skip

    def _told(self, message: format.Message) -> None:
        """An episode or an event, unless there are too many."""
        topic, data = message.topic, message.data
        self._json[topic] += len(data)
        if self._json[topic] > budgets.MAX_JSON_BYTES[topic]:
            raise Damaged(f"its {topic!r} messages have more than {budgets.MAX_JSON_BYTES[topic]} bytes")
        if topic == EPISODE:
            self._episode(data)
        elif len(self._joined) < MOST_JOINED:
            self._event(format.parse(data, format.Event))

    def _event(self, event: format.Event) -> None:
        """A seat that changes hands."""
        if event.name == "take_over":
            self._joined["human"] = None
        elif event.name == "seat_change":
            who = event.data.get("player")  # a stranger's file may hold anything
            if isinstance(who, str) and (word := _word(who.strip())):
                self._joined[word] = None

    def _episode(self, data: bytes) -> None:
        turn = format.parse(data, format.Episode)
        self._trials.add(turn.trial)
        if turn.ended is None:
            return
        self._episodes += 1
        if len(self._returns) < MOST_EPISODES:
            if not all(math.isfinite(value) for value in turn.ended.returns) or len(turn.ended.returns) > 1000:
                raise Damaged("an episode ended with returns that are no numbers")
            self._returns.append(tuple(turn.ended.returns))

    def _keyframe(self, data: bytes) -> None:
        """The whole state: of it the number of the generator."""
        self._started = True
        if self._place is None:
            layout = np.dtype([(name, *rest) for name, *rest in json.loads(self._reader.schemas[KEYFRAME].data)])
            if layout.fields is None or "generator" not in layout.fields:
                raise Damaged("its states have no generator")
            kind, offset, *_ = layout.fields["generator"]
            self._place = (int(offset), kind)
        offset, kind = self._place
        if len(self._generators) < MOST_GENERATORS:
            self._generators[int(np.frombuffer(data, kind, 1, offset)[0])] = None

    def _seats(self, about: Summary) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names and players of all seats: the file tells those of the seats that somebody filled, in their order."""
        count = np.dtype([tuple(field) for field in _ticks(self._reader)]).fields["actions"][0].shape[0]  # type: ignore[index]
        told = dict(zip(about.seats, about.players, strict=True))
        if len(told) == count:
            return about.seats, about.players
        names = _seat_names(about.world)
        names = names if len(names) == count else tuple(f"seat {number}" for number in range(min(count, 64)))
        return names, tuple(told.get(name, "") for name in names)


def _ticks(reader: format.Reader) -> list[list[object]]:
    found: list[list[object]] = json.loads(reader.schemas[TICK].data)
    return found


def _word(text: str) -> str:
    return one_line(text, LONGEST_WORD)


@lru_cache(maxsize=256)
def _generator(world: str, number: int) -> str:
    """A generator's name; its number, if that world is not installed."""
    try:
        return worlds.get(world).generators[number].name
    except Exception:  # the rules of a world of the user's own may fail in any way
        return str(number)


@lru_cache(maxsize=256)
def _seat_names(world: str) -> tuple[str, ...]:
    """The names of a world's seats in its usual size; none if it is not installed."""
    try:
        return tuple(seat.name for seat in worlds.get(world).seats)
    except Exception:  # as above
        return ()
