"""Arguments of the engine as they are given: turned into what the engine needs, or refused by one sentence."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from worlds.kit.words import shown
from worlds.world import OPEN_SPLITS, Refused, World

MOST = 2**62  # of trials and indices
MOST_SEED = 2**63 - 1
LARGEST_BATCH = 2**20  # worlds


def whole(name: str, value: Any, low: int, high: int) -> int:
    """A whole number of this range.

    Raises:
        Refused: anything else.
    """
    number = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise Refused(f"{name} is {shown(value)}: allowed is {low} to {high}")
    return int(value)


def open_to_learners(split: Any) -> None:
    """Keep the split final out of the environments that learners play in.

    Raises:
        Refused: final.
    """
    if isinstance(split, str) and split == "final":
        raise Refused(
            f"split 'final' is kept from learners: choose from {', '.join(OPEN_SPLITS)}, validation; "
            "`crossplay evaluate --splits final` measures on it"
        )


def truth(name: str, value: Any) -> bool:
    """True or False.

    Raises:
        Refused: anything else.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise Refused(f"{name} is {shown(value)}: allowed is True or False")
    return bool(value)


def array(name: str, value: Any) -> NDArray[Any]:
    """What NumPy makes of a value.

    Raises:
        Refused: rows of different lengths and the like.
    """
    try:
        return np.asarray(value)
    except (ValueError, TypeError, OverflowError, RuntimeError) as error:
        raise Refused(f"{name} is {shown(value)}: expected an array of numbers") from error


def integers(name: str, value: Any, low: int, high: int) -> NDArray[np.int64]:
    """A row (k,) of whole numbers of this range.

    Raises:
        Refused: another shape or kind of array, or a number out of range.
    """
    given = array(name, value)
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise Refused(f"{name} is {given.dtype} {given.shape}: expected a row of whole numbers")
    if given.size and not (low <= int(given.min()) and int(given.max()) <= high):
        wrong = next(number for number in given.tolist() if not low <= number <= high)
        raise Refused(f"{name} is {wrong}: allowed is {low} to {high}")
    return given.astype(np.int64)


def decisions(value: Any, world: World, rows: tuple[int, ...]) -> NDArray[np.int64]:
    """Actions (rows …, K), or (rows …) where a world has one factor, as the engine takes them.

    Raises:
        Refused: another shape or kind of array, or a choice that the world does not have.
    """
    given, factors = array("actions", value), world.action_sizes
    if given.ndim == len(rows) and len(factors) == 1:
        given = given[..., None]
    expected = (*rows, len(factors))
    if given.shape != expected or given.dtype.kind not in "iu":
        raise Refused(f"actions are {given.dtype} {given.shape}: expected integers {expected}")
    for factor, size in enumerate(factors):
        column = given[..., factor]
        if column.size and (column.min() < 0 or column.max() >= size):
            wrong = column.max() if column.max() >= size else column.min()
            raise Refused(f"action {world.actions[factor].name} is {wrong}: allowed is 0 to {size - 1}")
    return given.astype(np.int64, copy=False)


def records(name: str, value: Any, world: World, count: int) -> NDArray[Any]:
    """``count`` records of a world (one alone may come without its row).

    Raises:
        Refused: another number, another world's records or no records at all.
    """
    given = array(name, value)
    if given.dtype.names is None or given.dtype != world.record or given.size != count:
        kind = f"records of {len(given.dtype.names)} fields" if given.dtype.names else str(given.dtype)
        raise Refused(f"{name} are {kind} {given.shape}: expected {count} records of world {world.name!r}")
    return np.ascontiguousarray(given.astype(world.record, copy=False).reshape(count)).view(np.ndarray)


def state_bytes(value: Any, expected: int) -> bytes:
    """A snapshot of this length.

    Raises:
        Refused: anything else.
    """
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise Refused(f"the snapshot is {shown(value)}: expected bytes, as snapshot() gives them")
    data = bytes(value)
    if len(data) != expected:
        raise Refused(f"the snapshot has {len(data)} bytes: this needs {expected}")
    return data


def a_world(value: Any) -> World:
    """A world that was built.

    Raises:
        Refused: anything else.
    """
    if not isinstance(value, World):
        raise Refused(f"world is {shown(value)}: expected what worlds.get(NAME) gives")
    return value


def seat_specs(value: Any) -> dict[str, str]:
    """Seat name → spec, {} for None.

    Raises:
        Refused: anything else.
    """
    if value is None:
        return {}
    good = isinstance(value, Mapping) and all(isinstance(part, str) for pair in value.items() for part in pair)
    if not good:
        raise Refused(f"seats are {shown(value)}: expected seat names with specs, such as walker_0='bot'")
    return dict(value)


def tasks(n: int, worlds: Any, indices: Any, trials: Any) -> tuple[NDArray[np.int64], ...]:
    """Rows of tasks to begin, (k,) each: which world of a batch of n, which index, which trial.

    Raises:
        Refused: rows of other lengths, a number out of its range, or a world that is named twice.
    """
    chosen = integers("world of a task", worlds, 0, n - 1)
    found = chosen, *(integers(f"{name} of a task", row, 0, MOST) for name, row in
                      (("index", indices), ("trial", trials)))  # fmt: skip
    if len({len(row) for row in found}) > 1:
        raise Refused(f"tasks have shapes {', '.join(str(row.shape) for row in found)}: expected (k,) three times")
    if len(np.unique(chosen)) < len(chosen):
        raise Refused(f"tasks name a world twice in {chosen.tolist()}: a world begins one task at a time")
    return found


def counts(n: int, episodes: int, threads: int, seed: int, first: int) -> None:
    """Refuse the numbers that a batch is made from where they are out of their ranges."""
    limits: dict[str, tuple[Any, int, int]] = {
        "n": (n, 1, LARGEST_BATCH),
        "episodes_per_trial": (episodes, 1, 10**6),
        "threads": (threads, 1, 1024),
        "seed": (seed, 0, 2**63 - 1),
        "first_index": (first, 0, 2**62),
    }
    for name, (value, low, high) in limits.items():
        whole(name, value, low, high)
