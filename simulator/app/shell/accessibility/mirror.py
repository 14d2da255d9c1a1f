"""Mirrors one window for screen readers: builds the tree of each frame, and hands over what readers ask for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from simulator.app.shell.accessibility.page import PageMaker
from simulator.app.shell.accessibility.tree import AccessTree

Request = tuple[int, str, "str | float | None"]


class ScreenReader(Protocol):
    """Who gets the trees: AccessKit, or nobody."""

    def show(self, tree: AccessTree) -> None:
        """The window looks so now."""
        ...

    def focus(self, gained: bool) -> None:
        """The window has the keyboard, or lost it."""
        ...


class Mirror:
    """The tree of one window. Nothing is built until `listening`."""

    def __init__(self) -> None:
        self.listening = False
        """Whether somebody reads. Set from any thread."""
        self.reader: ScreenReader | None = None
        self.tree = AccessTree()
        """Of the last frame."""
        self.page = PageMaker()
        self._asked: deque[Request] = deque()  # filled from any thread
        self._ears: Any = None
        self._said: set[tuple[float, str]] = set()
        self.wake: Callable[[], None] = lambda: None
        """Called from any thread when something was asked: a window at rest draws its next frame at once."""

    def ask(self, number: int, what: str, value: str | float | None = None) -> None:
        """Do something with a node (see `AccessNode.asks`) in the next frame. Callable from any thread."""
        self._asked.append((number, what, value))
        self.wake()

    def focus(self, gained: bool) -> None:
        """The window has the keyboard, or lost it."""
        if self.reader is not None:
            self.reader.focus(gained)

    @property
    def ears(self) -> Any:
        """What overhears ImGui while somebody reads, else None; ImGui is imported by then."""
        if not self.listening:
            return None
        if self._ears is None:
            from simulator.app.shell.accessibility.calls import Eavesdropper

            self._ears = Eavesdropper(self.page)
        return self._ears

    def frame(
        self, title: str, size: tuple[int, int], messages: Sequence[tuple[float, str]],
        tell: Callable[[PageMaker], None], draw: Callable[[], None],
    ) -> None:  # fmt: skip
        """Draw one frame and take down what is in it: first what the screen tells, then what it says to ImGui.

        `messages` are those that are shown, each with the moment at which it goes.
        """
        page = self.page
        page.asked = {}
        while self._asked:
            number, what, value = self._asked.popleft()
            page.asked.setdefault(number, []).append((what, value))
        page.begin(title, (0.0, 0.0, float(size[0]), float(size[1])))
        for message in messages:
            if message not in self._said:
                page.announce(message[1])
        self._said = set(messages)
        tell(page)
        draw()
        self.tree = page.end()
        if self.reader is not None:
            self.reader.show(self.tree)
        due, page.due = page.due, []
        for do in due:
            do()
