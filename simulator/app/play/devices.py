"""Keyboard and gamepads as plain values: what is held down now, and how keys are named."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import pygame

from simulator.canvas.display import open_display
from worlds.world import Refused

LEFT_TRIGGER, RIGHT_TRIGGER = 102, 105  # numbers of buttons that a gamepad does not have
LABELS = {
    "tab": "Tab", "left": "←", "right": "→", "up": "↑", "down": "↓", "escape": "Esc", "page up": "PgUp",
    "page down": "PgDn", "insert": "Ins", "end": "End", "backspace": "Backspace", "left shift": "L Shift",
    "right shift": "R Shift", "return": "Enter",
}  # fmt: skip


@dataclass
class Keyboard:
    """Keys held now, oldest first, and keys tapped since the last tick, so that a short tap is never lost."""

    held: dict[int, None] = field(default_factory=dict)
    tapped: dict[int, None] = field(default_factory=dict)

    def press(self, key: int) -> None:
        """A key went down."""
        self.held[key] = self.tapped[key] = None

    def release(self, key: int) -> None:
        """A key went up."""
        self.held.pop(key, None)

    def drop(self, keys: Collection[int]) -> None:
        """Taps on these keys count no more."""
        for key in keys:
            self.tapped.pop(key, None)

    def clear(self) -> None:
        """The window lost the keyboard: nothing is held."""
        self.held.clear()
        self.tapped.clear()

    def ticked(self) -> None:
        """Taps have been used up."""
        self.tapped.clear()

    @property
    def down(self) -> list[int]:
        """Keys to obey now, the one pressed last at the end."""
        return [*self.tapped, *(key for key in self.held if key not in self.tapped)] if self.tapped else [*self.held]


@dataclass
class Pad:
    """The state of one gamepad."""

    name: str = "gamepad"
    stick: list[float] = field(default_factory=lambda: [0.0, 0.0])
    hat: tuple[int, int] = (0, 0)
    held: set[int] = field(default_factory=set)
    tapped: set[int] = field(default_factory=set)

    @property
    def direction(self) -> tuple[float, float]:
        """Right and down, −1 … 1 each: the d-pad if it is pressed, else the left stick."""
        if self.hat != (0, 0):
            return float(self.hat[0]), float(-self.hat[1])
        return self.stick[0], self.stick[1]

    @property
    def down(self) -> set[int]:
        """Buttons to obey now."""
        return self.held | self.tapped


def key_code(name: str) -> int:
    """The key of a name as SDL writes it ("p", "left shift", "f1"; any case).

    Raises:
        Refused: no such key.
    """
    open_display()  # SDL knows the names of keys only with a display
    if name == "?":
        return pygame.K_QUESTION
    if name == "+":
        return pygame.K_PLUS
    try:
        return pygame.key.key_code(name)
    except ValueError:
        raise Refused(f"key {name!r} is unknown: use names like p, left shift, f1, space, page up") from None


def key_label(key: str) -> str:
    """A key's name as it stands on the keyboard."""
    if key in LABELS:
        return LABELS[key]
    return key.upper() if len(key) <= 3 else key.title()


def meant_key(event: pygame.event.Event) -> int:
    """The key that was meant: ? and + need Shift on many keyboards, and then arrive as another key."""
    return {"?": pygame.K_QUESTION, "+": pygame.K_PLUS}.get(getattr(event, "unicode", ""), event.key)
