"""What the people at a live game do: their keys, pads and clicks as actions, and for whose choice a world waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulator.app.play.choices import key_rows
from simulator.app.play.hands import Hands, allowed_now
from simulator.app.play.people import KEYBOARD, People

if TYPE_CHECKING:
    from simulator.app.play.devices import Keyboard, Pad
    from simulator.app.shell.gamepads import Gamepads
    from simulator.engine import Simulation
    from worlds.world import World


class ByHand:
    """The people of one game.

    Raises:
        Refused: people who cannot play together (see `People`).
    """

    def __init__(
        self, world: World, keyboard: Keyboard, gamepads: Gamepads, seats: Sequence[int], devices: Mapping[int, int]
    ) -> None:
        self.world, self.keyboard, self.gamepads = world, keyboard, gamepads
        self._devices = dict(devices)
        self.people = People(world, seats, self._devices)
        self.hands = self._whole_hands()
        """Of who has no half of the keyboard, or takes a seat over."""
        self._said: dict[int, str] = {}  # by seat: what was refused of the keys held now
        self._had: dict[int, np.ndarray] = {}  # by seat: choices that it had
        self._called: int | None = None

    def seat(self, seats: Sequence[int], devices: Mapping[int, int]) -> None:
        """Other people sit down.

        Raises:
            Refused: they cannot play together; then all stays as it was.
        """
        devices = {**self._devices, **devices}
        people = People(self.world, seats, devices)
        kept = {seat: device for seat, device in devices.items() if people.at(seat) is not None}
        self.people, self._devices = people, kept
        self.hands = self._whole_hands()
        self._said.clear()

    def _whole_hands(self) -> Hands:
        return next((person.hands for person in self.people if person.hands.half is None), Hands(self.world))

    @property
    def many(self) -> bool:
        """Whether several people play."""
        return len(self.people) > 1

    @property
    def roams(self) -> bool:
        """Whether a person alone may run every seat, one after the other: each goes on doing what it was told last."""
        return self.hands.keeps and len(self.people) == 1

    def whole(self) -> int | None:
        """The seat of who has the whole keyboard."""
        return next((person.seat for person in self.people if person.device == KEYBOARD), None)

    def hands_of(self, seat: int) -> Hands:
        """Whose keys a seat is played with."""
        person = self.people.at(seat)
        return self.hands if person is None else person.hands

    def input_of(self, seat: int, taken: int | None = None) -> tuple[list[int], Pad | None]:
        """Keys held and gamepad that play a seat; while another one is `taken` over, that has the keyboard."""
        person = self.people.at(seat)
        if person is None:
            pads = [each.pad or 0 for each in self.people] if self.roams else [] if len(self.people) else [0]
            return self.keyboard.down, self.gamepads.seat(pads[0]) if pads else None
        pad = None if person.pad is None else self.gamepads.seat(person.pad)
        away = not person.types or (taken is not None and person.device == KEYBOARD)
        return [] if away else self.keyboard.down, pad

    def turns(self, simulation: Simulation, played: int | None) -> list[int]:
        """Seats for whose choice the world stands still; `played` is the one that a person alone plays now."""
        if not self.hands.waits:
            return []
        seats = [person.seat for person in self.people] if self.many or played is None else [played]
        return [seat for seat in seats if _can_choose(simulation, seat)]

    def requests(self, simulation: Simulation, seat: int) -> tuple[list[str], list[str]]:
        """What the person in a seat asks for: what is possible, and words on what is not."""
        keys, pad = self.input_of(seat)
        return self.hands_of(seat).requests(keys, pad, allowed_now(simulation, seat), seat)

    def refuse(self, simulation: Simulation, turns: Sequence[int]) -> list[str]:
        """Drop what cannot be done of what was asked; sentences on it, each once for as long as a key is held."""
        said: dict[int, str] = {}
        for seat in turns:
            possible, refused = self.requests(simulation, seat)
            if possible or not refused:
                continue
            said[seat] = refused[0]
            hands, person = self.hands_of(seat), self.people.at(seat)
            hands.forget(seat)
            self.keyboard.drop(hands.codes)
            if person is None or person.pad is not None:
                self.gamepads.ticked()
        fresh = [words for seat, words in said.items() if self._said.get(seat) != words]
        self._said = said
        return fresh

    def called(self, simulation: Simulation, turns: Sequence[int]) -> int | None:
        """The seat whose person is to choose next, when that has changed: the picture turns to it."""
        waits = (seat for seat in turns if not self.requests(simulation, seat)[0])
        called = next(waits, None) if self.many else None
        if called is None or called == self._called:
            return None
        self._called = called
        return called

    def choose(self, simulation: Simulation, seat: int, keys: list[int], pad: Pad | None) -> list[int]:
        """The action of a seat in this tick."""
        return self.hands_of(seat).choose(
            keys, pad, allowed_now(simulation, seat), seat=seat,
            present=simulation.w["action"][seat].tolist(), fresh=self.keyboard.tapped, deciding=simulation.deciding,
        )  # fmt: skip

    def ticked(self) -> None:
        """Taps have been used up."""
        self.keyboard.ticked()
        self.gamepads.ticked()

    def forget(self, seat: int | None = None) -> None:
        """What was asked of a seat (None: of all) before does not count any more."""
        for hands in {id(hands): hands for hands in (self.hands, *(each.hands for each in self.people))}.values():
            hands.forget(seat)

    def hints(self, simulation: Simulation, seat: int) -> list[str]:
        """The keys that play; of a seat that is played alone those that its choices have."""
        if not self.many:
            return [f"{keys}   {about}" for about, keys, _ in self.hands.help(self._choices(simulation, seat))]
        rows = []
        for person in self.people:
            keys = " ".join(key for keys, _ in key_rows(person.hands) for key in keys)
            pads = "   ".join(pad for _, _, pad in person.hands.help() if pad)
            rows.append(f"{person.name}:   {keys if person.types else pads}")
        return rows

    def _choices(self, simulation: Simulation, seat: int) -> np.ndarray | None:
        """The choices (A,) u1 that a seat had when it last had more than one; None where it never had."""
        if _can_choose(simulation, seat):
            self._had[seat] = simulation.legal[seat].copy()
        return self._had.get(seat)

    def help(self) -> list[tuple[str, str, str]]:
        """Rows for the help page: what is done, keys, and parts of a gamepad."""
        if not self.many:
            return self.hands.help()
        return [
            (f"{person.name}, {about}", keys if person.types else "", pad if person.pad is not None else "")
            for person in self.people for about, keys, pad in person.hands.help()
        ]  # fmt: skip


def _can_choose(simulation: Simulation, seat: int) -> bool:
    """Whether more than one choice of any of a seat's actions is allowed: else it is not its turn."""
    if simulation.w["done"][seat]:
        return False
    edges = np.cumsum(simulation.world.action_sizes)[:-1]
    return any(int(np.sum(part)) > 1 for part in np.split(simulation.legal[seat], edges))
