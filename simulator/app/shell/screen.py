"""What every screen of the window can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pygame

if TYPE_CHECKING:
    from simulator.app.shell.accessibility.page import PageMaker


class Screen(Protocol):
    """What fills the window. The uppermost of the stack is seen and heard, the others wait."""

    frames: int
    """A second, at most, while it works."""

    @property
    def title(self) -> str:
        """What is seen, in a few words, for the name of the window; empty: no more than the program's name."""
        ...

    @property
    def showing(self) -> bool:
        """Whether it shows what the user came for: False while something is prepared."""
        ...

    @property
    def resting(self) -> bool:
        """Whether its picture stays as it is until somebody touches something."""
        ...

    def enter(self) -> None:
        """It is uppermost from now on."""
        ...

    def handle(self, event: pygame.event.Event) -> None:
        """Take in an event."""
        ...

    def advance(self, seconds: float) -> None:
        """Let `seconds` of real time pass."""
        ...

    def draw(self, surface: pygame.Surface, seconds: float) -> None:
        """Draw; no state of the world is changed by it."""
        ...

    def tell(self, page: PageMaker) -> None:
        """Tell what is drawn without ImGui, for who cannot see it; asked only while a screen reader is there."""
        ...

    def leave(self) -> None:
        """It goes and does not come back: finish what is open."""
        ...
