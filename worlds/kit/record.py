"""The record: the whole state of one world as one gap-free NumPy record, task and random keys included."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from worlds.declarations import SPLITS, Field, Refused
from worlds.kit.kernel import kernel

TAKEN = frozenset(dir(np.record))
RUNNING, TERMINATED, TRUNCATED = range(3)  # values of `done`
BOT, EXTERNAL = range(2)  # values of `driver`
TRAIN, TEST_LAYOUT, TEST_OPPONENT, TEST_BOTH, FINAL, VALIDATION = range(len(SPLITS))  # values of `split`
FOR_TRAINING, FOR_TESTING, FOR_FINAL = range(3)  # parts of layouts and of opponents, in the order of PARTS
MOST_EPISODES = 10**6  # of a trial
ANY_WORD, ANY_COUNT, ANY_SUM = (0, 2**64 - 1), (0, 2**62), (-1e12, 1e12)


def house_fields(
    seats: int = 1,
    factors: int = 1,
    knobs: int = 1,
    *,
    knob_range: tuple[float, float] = (0.0, 0.0),
    kinds: int = 1,
    choices: int = 1,
    generators: int = 1,
    causes: int = 1,
    ticks: int = 1,
) -> dict[str, Field]:
    """What the engine keeps in every record: keys, counters, who drives which seat, and what it is doing."""
    each = (seats,)
    return {
        "world_key": Field("u8", (), *ANY_WORD, doc="key of this world of the batch: hash of the seed and the index"),
        "task_key": Field("u8", (), *ANY_WORD, doc="key of the task: all that stays for a trial follows from it"),
        "layout_key": Field("u8", (), *ANY_WORD, doc="of the layout's stream: even for training, odd if held out"),
        "key": Field("u8", (), *ANY_WORD, doc="key of the random stream in use"),
        "drawn": Field("u8", (), *ANY_COUNT, doc="draws made from that stream"),
        "trial": Field("i8", (), *ANY_COUNT),
        "episode": Field("i8", (), 0, MOST_EPISODES, doc="index within the trial"),
        "episodes": Field("i8", (), 1, MOST_EPISODES, doc="in one trial"),
        "tick": Field("i8", (), 0, ticks, doc="of this episode"),
        "split": Field("i8", (), 0, len(SPLITS) - 1, doc="TRAIN … VALIDATION"),
        "generator": Field("i8", (), 0, generators - 1, doc="index into the world's generators"),
        "cause": Field("i8", (), 0, causes - 1, doc="index into the world's causes; 0 while running"),
        "fault": Field("i8", (), 0, 0, doc="0, or a code that stops the batch"),
        "gain": Field("f8", each, *ANY_SUM, doc="reward of the last tick"),
        "reward": Field("f8", each, *ANY_SUM, doc="since the last decision began"),
        "score": Field("f8", each, *ANY_SUM, doc="of this episode so far"),
        "bot_knob": Field("f8", (seats, max(knobs, 1)), *knob_range, doc="by column, see `knob_columns`"),
        "bot_kind": Field("i8", each, 0, kinds - 1, doc="index among the bots of the seat's role"),
        "action": Field("i8", (seats, factors), 0, choices - 1, doc="what each seat is doing now"),
        "driver": Field("u1", each, BOT, EXTERNAL),
        "done": Field("u1", each, RUNNING, TRUNCATED),
    }


def record(fields: Mapping[str, Field], house: Mapping[str, Field] | None = None) -> np.dtype[Any]:
    """A record type with the house fields and ``fields``: ``record({"lit": Field("i8", (), 0, 1)})``.

    Fields are ordered large to small and the tail is filled to a multiple of 8 bytes, so there are no gaps and
    ``tobytes()`` is an honest snapshot and hash. Attribute access works compiled and plain.

    Raises:
        Refused: a name that ``numpy.record`` owns or the house uses.
    """
    house = house_fields() if house is None else house
    if clash := sorted((TAKEN | set(house)) & set(fields)):
        raise Refused(f"field names {clash} are taken by numpy.record or the house fields: choose others")
    columns = [(name, field.kind, field.shape) for name, field in {**house, **fields}.items()]
    columns.sort(key=lambda column: -np.dtype(column[1]).itemsize)
    if spare := -np.dtype(columns).itemsize % 8:
        columns.append(("spare_", "u1", (spare,)))
    return np.dtype((np.record, np.dtype(columns)))


@kernel
def layout_part(w):  # type: ignore[no-untyped-def]
    """The part that this task's layout comes from: FOR_TRAINING, FOR_TESTING or FOR_FINAL."""
    if w.split == FINAL:
        return FOR_FINAL
    return FOR_TESTING if w.split == TEST_LAYOUT or w.split == TEST_BOTH else FOR_TRAINING


@kernel
def opponents_part(w):  # type: ignore[no-untyped-def]
    """The part that this task's bots come from: FOR_TRAINING, FOR_TESTING or FOR_FINAL."""
    if w.split == FINAL:
        return FOR_FINAL
    return FOR_TESTING if w.split == TEST_OPPONENT or w.split == TEST_BOTH else FOR_TRAINING


@kernel
def layout_is_held_out(w):  # type: ignore[no-untyped-def]
    """Whether this task's layout comes from a part that training never sees."""
    return layout_part(w) != FOR_TRAINING


@kernel
def opponents_are_held_out(w):  # type: ignore[no-untyped-def]
    """Whether this task's bots come from a part that training never sees."""
    return opponents_part(w) != FOR_TRAINING
