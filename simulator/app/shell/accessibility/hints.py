"""What a panel can add to what is overheard: a name for a widget without words, words that it paints itself.

All of it costs nothing, and does nothing, while nobody reads.
"""

from __future__ import annotations

from typing import Protocol


class Listening(Protocol):
    """Who overhears a frame of ImGui."""

    def name_next(self, words: str) -> None:
        """The next widget is called so."""
        ...

    def role_next(self, role: str) -> None:
        """The next text has this role."""
        ...

    def title(self, words: str) -> None:
        """The window that is open is called so."""
        ...

    def live_next(self) -> None:
        """The next text is read aloud as soon as it appears."""
        ...

    def hear(self, words: str) -> None:
        """These words are painted here."""
        ...


_ears: list[Listening] = []


def listen(ears: Listening | None) -> None:
    """From now on these ears hear the hints; None: nobody does."""
    _ears[:] = [] if ears is None else [ears]


def named(words: str) -> None:
    """Name the next widget, which shows no words of its own, or not enough of them."""
    for ears in _ears:
        ears.name_next(words)


def headed() -> None:
    """The next text is a heading."""
    for ears in _ears:
        ears.role_next("heading")


def titled(words: str) -> None:
    """Name the open window, which shows no heading."""
    for ears in _ears:
        ears.title(words)


def urgent() -> None:
    """The next text is read aloud as soon as it appears, or changes."""
    for ears in _ears:
        ears.live_next()


def painted(words: str) -> None:
    """Words that are drawn as a picture."""
    for ears in _ears:
        ears.hear(words)
