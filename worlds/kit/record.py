"""The record: the whole state of one world as one gap-free NumPy record, task and random keys included."""

from typing import Any

import numpy as np

from worlds.kit.kernel import kernel

Kind = str | tuple[str, tuple[int, ...]]

TAKEN = frozenset(dir(np.record))
KINDS = {"f8", "i8", "i4", "u8", "u1"}
RUNNING, TERMINATED, TRUNCATED = range(3)  # values of `done`
BOT, EXTERNAL = range(2)  # values of `driver`
TRAIN, TEST_LAYOUT, TEST_OPPONENT, TEST_BOTH = range(4)  # values of `split`


def house_fields(seats: int, factors: int, knobs: int) -> dict[str, Kind]:
    """What the engine keeps in every record: keys, counters, who drives which seat, and what it is doing."""
    return {
        "world_key": "u8",  # key of this world of the batch: hash of the seed and the index
        "task_key": "u8",  # key of the task: all that stays for a trial follows from it
        "key": "u8",  # key of the random stream in use
        "drawn": "u8",  # draws made from that stream
        "trial": "i8",
        "episode": "i8",  # index within the trial
        "episodes": "i8",  # in one trial
        "tick": "i8",  # of this episode
        "split": "i8",  # TRAIN … TEST_BOTH
        "generator": "i8",  # index into the world's generators
        "cause": "i8",  # index into the world's causes; 0 while running
        "fault": "i8",  # 0, or a code that stops the batch
        "gain": ("f8", (seats,)),  # reward of the last tick
        "reward": ("f8", (seats,)),  # since the last decision began
        "score": ("f8", (seats,)),  # of this episode so far
        "bot_knob": ("f8", (seats, max(knobs, 1))),
        "bot_kind": ("i8", (seats,)),  # index among the bots of the seat's role
        "action": ("i8", (seats, factors)),  # what each seat is doing now
        "driver": ("u1", (seats,)),  # BOT or EXTERNAL
        "done": ("u1", (seats,)),  # RUNNING, TERMINATED or TRUNCATED
    }


def record(seats: int, *, factors: int = 1, knobs: int = 1, **fields: Kind) -> np.dtype[Any]:
    """A record type with the house fields and ``fields``: ``record(4, pos=("f8", (4, 2)), lit="i8")``.

    Fields are ordered large to small and the tail is filled to a multiple of 8 bytes, so there are no gaps and
    ``tobytes()`` is an honest snapshot and hash. Attribute access works compiled and plain.

    Raises:
        ValueError: a name that ``numpy.record`` owns or the house uses, or a kind outside f8, i8, i4, u8, u1.
    """
    house = house_fields(seats, factors, knobs)
    if clash := sorted((TAKEN | set(house)) & set(fields)):
        raise ValueError(f"field names {clash} are taken by numpy.record or the house fields: choose others")
    columns: list[tuple[str, str, tuple[int, ...]]] = []
    for name, kind in {**house, **fields}.items():
        code, shape = kind if isinstance(kind, tuple) else (kind, ())
        if code not in KINDS:
            raise ValueError(f"field {name!r} has kind {code!r}: use one of {sorted(KINDS)}")
        columns.append((name, code, shape))
    columns.sort(key=lambda column: -np.dtype(column[1]).itemsize)
    if spare := -np.dtype(columns).itemsize % 8:
        columns.append(("spare_", "u1", (spare,)))
    return np.dtype((np.record, np.dtype(columns)))


@kernel
def layout_is_held_out(w):  # type: ignore[no-untyped-def]
    """Whether this task's layout comes from the part kept for testing."""
    return w.split == TEST_LAYOUT or w.split == TEST_BOTH


@kernel
def opponents_are_held_out(w):  # type: ignore[no-untyped-def]
    """Whether this task's bots come from the part kept for testing."""
    return w.split == TEST_OPPONENT or w.split == TEST_BOTH
