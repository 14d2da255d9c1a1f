"""Builds the tree of one frame: what is drawn by hand is told here, what ImGui draws is overheard (see `ears`)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from simulator.app.shell.accessibility.tree import CLICK, ROOT, AccessNode, AccessTree, Box

OWN = 1 << 33  # numbers of ours begin here; those below are ImGui's
NEWS = 1 << 48  # and those of what was read aloud here: no number is used twice
KEPT = 8  # pieces of news that stay in the tree
EMPTY = ("page", "group", "list")
"""Roles of what is left out where it holds nothing: windows on which all is painted."""
Asked = tuple[str, str | float | None]
"""What was asked of a node, and with which value."""


class Draft:
    """A node while it is being built."""

    def __init__(self, number: int, role: str, name: str, facts: dict[str, Any]) -> None:
        self.number, self.role, self.name, self.facts = number, role, name, facts
        self.children: list[Draft] = []


class PageMaker:
    """The tree under construction: a stack of open nodes, and what readers asked for."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._fresh = NEWS
        self._news: deque[tuple[int, str]] = deque(maxlen=KEPT)
        self._waiting: list[str] = []
        self.asked: dict[int, list[Asked]] = {}
        """By number of the node: what is to be done in this frame. Whoever does it takes it out."""
        self.due: list[Callable[[], None]] = []
        """What is to be done after this frame is drawn."""
        self.focus = ROOT
        self.begin("")

    # --- one frame -------------------------------------------------------------------------------------------------

    def begin(self, title: str, box: Box | None = None) -> None:
        """A new frame of a window."""
        self.root = Draft(ROOT, "window", title, {"box": box})
        self.open_ones = [self.root]
        self._used: set[int] = {ROOT}
        self.focus = ROOT

    def end(self) -> AccessTree:
        """What was built. News come last: their only use is to be read aloud."""
        del self.open_ones[1:]
        self._tell_news()
        nodes: dict[int, AccessNode] = {}
        _freeze(self.root, nodes)
        pages = (child.number for child in self.root.children if child.role in ("game", "page"))
        return AccessTree(nodes, self.focus if self.focus in nodes and self.focus != ROOT else next(pages, ROOT))

    def announce(self, words: str) -> None:
        """Have this read aloud, once."""
        if words:
            self._waiting.append(words)

    def _tell_news(self) -> None:
        for words in self._waiting:
            self._fresh += 1
            self._news.append((self._fresh, words))
        self._waiting.clear()
        if self._news:
            with self.inside("log", "News", key="news"):
                for number, words in self._news:
                    self.add("text", words, number=number, live=True)

    # --- nodes -----------------------------------------------------------------------------------------------------

    @property
    def here(self) -> Draft:
        """The innermost open node."""
        return self.open_ones[-1]

    def number_of(self, key: Hashable) -> int:
        """The number of ours that belongs to a key, always the same."""
        return self._numbers.setdefault(key, OWN + len(self._numbers))

    def add(self, role: str, name: str, *, number: int | None = None, **facts: Any) -> Draft:
        """A node without children inside the innermost open one. `facts` are further fields of `AccessNode`."""
        wanted = self.number_of((self.here.number, role, len(self.here.children))) if number is None else number
        again = 0
        while wanted in self._used:  # two things of one number in a frame
            again += 1
            wanted = self.number_of((number, again, self.here.number))
        self._used.add(wanted)
        made = Draft(wanted, role, name, facts)
        self.here.children.append(made)
        return made

    def open(self, role: str, name: str = "", *, key: Hashable = None, number: int | None = None, **facts: Any) -> None:
        """A node into which all comes until it is closed; one that was open before in this frame goes on."""
        wanted = self.number_of((self.here.number, role, key)) if number is None else number
        before = next((each for each in self.here.children if each.number == wanted), None)
        self.open_ones.append(before or self.add(role, name, number=wanted, **facts))

    def close(self) -> None:
        """The innermost open node is complete."""
        if len(self.open_ones) > 1:
            self.open_ones.pop()

    @contextmanager
    def inside(self, role: str, name: str = "", *, key: Hashable = None, **facts: Any) -> Iterator[None]:
        """All in this `with` comes into one node."""
        self.open(role, name, key=key, **facts)
        yield
        self.close()

    # --- what screens tell of what they draw by hand ---------------------------------------------------------------

    def text(self, *lines: str) -> None:
        """Lines of text."""
        for words in lines:
            if words:
                self.add("text", words)

    def button(self, name: str, do: Callable[[], None], *, keys: str = "", hint: str = "") -> None:
        """Something that can be pressed; `do` is called after the frame in which that was asked."""
        made = self.add("button", name, keys=keys, hint=hint, asks=(CLICK,))
        if any(what == CLICK for what, _ in self.asked.pop(made.number, ())):
            self.due.append(do)

    def table(self, name: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows below a head; the first column names a row. Each row reads as a sentence of its own."""
        with self.inside("table", name, key=name):
            for order, row in enumerate(rows):
                with self.inside("row", row_words(head, row), key=order):
                    for words in row:
                        self.add("cell", words)


def row_words(head: Sequence[str], row: Sequence[str]) -> str:
    """A row of a table in words: what it is about, then each column that says something, after its name."""
    parts = [row[0]] if row else []
    for at, words in enumerate(row[1:], 1):
        name = head[at] if at < len(head) else ""
        if words:
            parts.append(f"{name}: {words}" if name else words)
    return ", ".join(part for part in parts if part)


def _freeze(draft: Draft, nodes: dict[int, AccessNode]) -> None:
    draft.children = [child for child in draft.children if child.name or child.children or child.role not in EMPTY]
    children = tuple(child.number for child in draft.children)
    nodes[draft.number] = AccessNode(draft.number, draft.role, draft.name, children=children, **draft.facts)
    for child in draft.children:
        _freeze(child, nodes)
