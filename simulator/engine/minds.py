"""What players think: signals, each declared once by name, shape and unit, and the `Mind` that maps names to numbers.

Whoever makes, records, shows or exports a signal reads the declaration. So a new signal is declared in `SIGNALS` (or by
`declare`) and offered by a player, and nothing else has to know it.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from worlds.world import Refused, World

CODES = ("|u1", "<u2", "<u4", "<i2", "<i4", "<i8", "<f4", "<f8")
"""NumPy types that the numbers of a signal may have."""
AXES = ("actions", "told", "observation")
"""Sizes that a world decides, see `axes`."""
BANDS = 16
"""Parts of a memory whose change is told."""
LONGEST_NAME = 40  # characters


@dataclass(frozen=True, kw_only=True)
class Signal:
    """The declaration of one thing that players may tell of their thoughts.

    Raises:
        Refused: a name, a shape or a type that no signal can have.
    """

    name: str
    shape: tuple[str | int, ...] = ()
    """For one seat: numbers, and words of `AXES` for what the world decides."""
    unit: str = ""
    """What the numbers count; empty where they are pure."""
    about: str
    """What it says, for people."""
    dtype: str = "<f4"
    """One of `CODES`."""
    low: float = -math.inf
    high: float = math.inf
    """Lowest and highest value; infinite: any finite number."""

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise Refused(f"signal {self.name!r} cannot be declared: a name has letters, digits and _, up to 40")
        if self.dtype not in CODES:
            raise Refused(f"signal {self.name!r} has type {self.dtype!r}: choose from {', '.join(CODES)}")
        for axis in self.shape:
            if axis not in AXES if isinstance(axis, str) else axis < 1:
                raise Refused(f"signal {self.name!r} has an axis {axis!r}: choose a size or from {', '.join(AXES)}")
        if not self.low < self.high:
            raise Refused(f"signal {self.name!r} lies between {self.low} and {self.high}: the second is the larger one")

    def sizes(self, world: World) -> tuple[int, ...]:
        """Its shape in a world, for one seat."""
        lengths = {
            "actions": sum(world.action_sizes), "told": world.told_pieces.total, "observation": world.observation.total
        }  # fmt: skip
        return tuple(lengths[axis] if isinstance(axis, str) else axis for axis in self.shape)

    def within(self, numbers: NDArray[Any]) -> NDArray[Any]:
        """A copy whose numbers are finite and in the declared range: the nearest there is, 0 for what is no number."""
        found: NDArray[Any] = np.nan_to_num(numbers)
        if self.low > -math.inf or self.high < math.inf:
            found = np.clip(found, self.low, self.high)
        return found


def is_name(name: str) -> bool:
    """Whether a signal may be called so."""
    return name.isascii() and name.isidentifier() and len(name) <= LONGEST_NAME and name != "seat"


def axes(world: World) -> dict[str, tuple[str, ...]]:
    """Names of the entries along every axis that a world decides: all choices, factor after factor; what it tells, in
    the order of ``world.told_pieces``; what a seat sees, without the engine's inputs. No name comes twice.
    """
    choices = (f"{action.name}={choice}" for action in world.actions for choice in action.choices)
    found = {"actions": tuple(choices), "told": _told(world), "observation": _entries(world.observation.sizes)}
    return {axis: _apart(names) for axis, names in found.items()}


def _apart(names: Iterable[str]) -> tuple[str, ...]:
    """The names, each once: one that comes again has its place behind it."""
    found: dict[str, None] = {}
    for place, name in enumerate(names):
        while name in found:
            name = f"{name}.{place}"
        found[name] = None
    return tuple(found)


def _told(world: World) -> tuple[str, ...]:
    """Names of what a world tells, by what each entry stands for: `map=ring`, `stops.west`, and `bots.1=grim` of the
    seat after one's own. Where that is another thing for another seat, and where it has no name, by number.
    """
    pieces = world.told_pieces
    found = list(_entries(pieces.sizes))
    for alike in zip(*(world.facts(seat) for seat in range(len(world.seats))), strict=True):
        at, words = alike[0].at, {fact.choices or fact.of for fact in alike}
        if len(words) > 1:
            continue
        piece = next(name for name, place in pieces.at.items() if place.start <= at.start < place.stop)
        turn = (at.start - pieces.at[piece].start) // (at.stop - at.start) + 1
        before = piece if alike[0].seat < 0 else f"{piece}.{turn}"
        for place, word in enumerate(words.pop(), at.start):
            if word != "-":
                found[place] = f"{before}{'=' if alike[0].one_hot else '.'}{word}"
    return tuple(found)


def _entries(pieces: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(name if size == 1 else f"{name}.{at}" for name, size in pieces.items() for at in range(size))


SIGNALS: dict[str, Signal] = {
    signal.name: signal
    for signal in (
        Signal(
            name="probabilities", shape=("actions",), low=0.0, high=1.0,
            about="how likely it takes each choice, factor after factor",
        ),
        Signal(name="value", unit="reward", about="the return that it expects from here on"),
        Signal(
            name="belief", shape=("told",),
            about="what it makes of the hidden task, laid out as the world tells it: probabilities of what has names, "
            "expected values of the numbers",
        ),
        Signal(
            name="memory", shape=(BANDS,), dtype="|u1", low=0.0, high=255.0,
            about="how much its memory changed at this decision, in equal parts of it from first to last: 255 for as "
            "much as it ever can",
        ),
    )
}  # fmt: skip
"""Every declared signal by name, in the order in which they are written and shown."""


def declare(signal: Signal) -> None:
    """Declare one more signal, for players of your own.

    Raises:
        Refused: another signal has this name.
    """
    if SIGNALS.setdefault(signal.name, signal) != signal:
        raise Refused(f"signal {signal.name!r} is declared already, in another way: choose another name")


class Mind(Mapping[str, NDArray[Any]]):
    """What a player thought at its last decision: numbers by the names of declared signals, as many as it offers.

    Of all lanes of a player each signal has the shape (L, …); `of` gives the same for one seat, without that axis.
    """

    __slots__ = ("_signals",)

    def __init__(self, /, **signals: NDArray[Any] | float | None) -> None:
        """Offer ``signals`` by name; what is None is not offered.

        Raises:
            Refused: a signal that is not declared.
        """
        for name in signals:
            if name not in SIGNALS:
                raise Refused(f"a mind offers {name!r}, which is no declared signal: there are {', '.join(SIGNALS)}")
        self._signals = {name: np.asarray(numbers) for name, numbers in signals.items() if numbers is not None}

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._signals[name]

    def __contains__(self, name: object) -> bool:
        return name in self._signals

    def __iter__(self) -> Iterator[str]:
        return iter(self._signals)

    def __len__(self) -> int:
        return len(self._signals)

    def __repr__(self) -> str:
        return f"Mind({', '.join(f'{name}: {numbers.shape}' for name, numbers in self._signals.items())})"

    def of(self, lane: int) -> "Mind":
        """What it thought about one lane, for that seat alone; a copy."""
        return Mind(**{name: np.array(numbers[lane]) for name, numbers in self._signals.items()})

    def rows(self, lanes: slice) -> "Mind":
        """What it thought about some lanes; a copy."""
        return Mind(**{name: numbers[lanes].copy() for name, numbers in self._signals.items()})
