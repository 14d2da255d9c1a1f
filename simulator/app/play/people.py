"""The people at one game: which seat each has, and what each plays with.

A device is a number: 0 the keyboard, 1 … a gamepad, and one of two for a half of the keyboard. Whoever names none, or
the keyboard, has it alone; two such people share it, the first at its left half.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.app.play.halves import LEFT, RIGHT
from simulator.app.play.hands import Hands
from worlds.kit.words import shown
from worlds.world import Refused

if TYPE_CHECKING:
    from worlds.world import World

KEYBOARD, MOST_PADS = 0, 16
LEFT_KEYS, RIGHT_KEYS = 101, 102  # behind all numbers of gamepads, so that share codes stay what they were
HALVES = {LEFT_KEYS: LEFT, RIGHT_KEYS: RIGHT}
NAMES = {"keys": KEYBOARD, "keys1": LEFT_KEYS, "keys2": RIGHT_KEYS}


@dataclass(frozen=True)
class Person:
    """One person at the game."""

    seat: int
    number: int
    """From 1; 0 for somebody alone."""
    device: int
    hands: Hands
    shares: bool = False
    """Whether this is the second of two who named no device: a first gamepad is theirs too."""

    @property
    def name(self) -> str:
        """As it stands in the world and in panels."""
        return f"you {self.number}" if self.number else "you"

    @property
    def pad(self) -> int | None:
        """The number of the gamepad, from 0; None: no gamepad at all."""
        if 1 <= self.device <= MOST_PADS:
            return self.device - 1
        return 0 if self.shares or (self.device == KEYBOARD and not self.number) else None

    @property
    def types(self) -> bool:
        """Whether the keyboard, or a half of it, is theirs."""
        return self.device == KEYBOARD or self.device in HALVES


class People:
    """All people at a game, in the order of their seats; `devices` by seat, those that are named.

    Raises:
        Refused: more people than devices, a device twice, or a world that needs more keys than half a keyboard has.
    """

    def __init__(self, world: World, seats: Sequence[int], devices: Mapping[int, int]) -> None:
        names = [seat.name for seat in world.seats]
        seats = sorted(seats)
        given = assigned([names[seat] for seat in seats], {names[seat]: device for seat, device in devices.items()})
        many = len(seats) > 1
        unnamed = [seat for seat in seats if not devices.get(seat, KEYBOARD)]
        self._all: list[Person] = []
        hands: dict[int, Hands] = {}
        for order, seat in enumerate(seats):
            device = given[names[seat]]
            half = HALVES.get(device)
            made = Hands(world, half) if half is not None else hands.setdefault(KEYBOARD, Hands(world))
            shares = half is not None and unnamed[1:] == [seat] and 1 not in given.values()
            self._all.append(Person(seat, order + 1 if many else 0, device, made, shares))
        self.codes = frozenset(code for person in self._all if person.types for code in person.hands.codes)
        """Keys that play."""

    def __iter__(self) -> Iterator[Person]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def at(self, seat: int) -> Person | None:
        """The person in a seat."""
        return next((person for person in self._all if person.seat == seat), None)

    @property
    def share(self) -> bool:
        """Whether the keyboard is in two halves."""
        return any(person.device in HALVES for person in self._all)


def check_people(world: World, names: Sequence[str], devices: Mapping[str, int]) -> None:
    """Whether people in some seats can play together.

    Raises:
        Refused: see `People`.
    """
    People(
        world, [world.seat_index(name) for name in names], {world.seat_index(name): at for name, at in devices.items()}
    )


def assigned(names: Sequence[str], devices: Mapping[str, int]) -> dict[str, int]:
    """What every one of the people in some seats plays with; `devices` are those that are named.

    Raises:
        Refused: more people than devices, or a device twice.
    """
    given = {name: devices[name] for name in names if devices.get(name, KEYBOARD) != KEYBOARD}
    taken: dict[int, str] = {}
    for name, device in given.items():
        if device in taken:
            raise Refused(
                f"{taken[device]} and {name} both play with {device_words(device)}: choose another one for one of them"
            )
        taken[device] = name
    rest = [name for name in names if name not in given]
    halves = [half for half in HALVES if half not in taken]
    if len(rest) > len(halves):
        *others, last = [name for name in names if given.get(name, KEYBOARD) in (KEYBOARD, *HALVES)]
        raise Refused(
            f"{', '.join(others)} and {last} are {len(others) + 1} people on one keyboard, which serves two: "
            f"give one of them a gamepad, as in {last}=human:pad1"
        )
    if len(rest) == 1 and len(halves) == len(HALVES):
        return {**given, rest[0]: KEYBOARD}
    return {**given, **dict(zip(rest, halves, strict=False))}


def device_of(whose: str, name: str) -> int:
    """The device of a name such as ``keys2`` or ``pad1``.

    Raises:
        Refused: there is none of that name.
    """
    number = name.removeprefix("pad")
    if name in NAMES:
        return NAMES[name]
    if name.startswith("pad") and number.isdecimal() and number.isascii() and 1 <= int(number) <= MOST_PADS:
        return int(number)
    raise Refused(
        f"{whose} is given {shown('human:' + name)}: a person plays with keys, keys1 (its left half), keys2 (its "
        f"right half) or pad1 to pad{MOST_PADS}"
    )


def device_words(device: int) -> str:
    """A device for people."""
    if device in HALVES:
        return f"the {HALVES[device].name} of the keyboard"
    return "the keyboard" if device == KEYBOARD else f"gamepad {device}"
