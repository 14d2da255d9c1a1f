"""The window as a tree of plain nodes: what a screen reader is told, and what tests read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

ROOT = 1
ROLES = frozenset(
    (
        "window", "page", "group", "game", "log", "heading", "text", "button", "check", "choice", "list", "combo",
        "slider", "number", "edit", "tabs", "tab", "table", "row", "header", "cell", "progress", "picture",
    )
)  # fmt: skip
CLICK, FOCUS, SET, MORE, LESS = "click", "focus", "set", "more", "less"
"""What can be asked of a node: press it, give it the keyboard, give it a value, one step up, one step down."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the window."""


@dataclass(frozen=True)
class AccessNode:
    """One thing in the window."""

    number: int
    """Stays the same as long as the thing is shown."""
    role: str
    """Of `ROLES`."""
    name: str = ""
    value: str = ""
    """What it is set to, if it can be set."""
    hint: str = ""
    """More about it than its name."""
    keys: str = ""
    """Keys that do the same."""
    box: Box | None = None
    children: tuple[int, ...] = ()
    asks: tuple[str, ...] = ()
    """What can be asked of it: of `CLICK`, `FOCUS`, `SET`, `MORE`, `LESS`."""
    enabled: bool = True
    checked: bool | None = None
    """Also whether a choice of a list is the one taken; None: it cannot be."""
    expanded: bool | None = None
    amount: tuple[float, float, float] | None = None
    """Of a number: what it is, its least and its greatest."""
    live: bool = False
    """Whether it is read aloud as soon as it appears, wherever the reader is."""


@dataclass(frozen=True)
class AccessTree:
    """All nodes by number; `focus` is what has the keyboard."""

    nodes: Mapping[int, AccessNode] = field(default_factory=lambda: {ROOT: AccessNode(ROOT, "window")})
    focus: int = ROOT

    def walk(self, number: int = ROOT) -> Iterator[AccessNode]:
        """A node and all below it, in reading order."""
        node = self.nodes[number]
        yield node
        for child in node.children:
            yield from self.walk(child)

    def all(self, role: str, within: int = ROOT) -> list[AccessNode]:
        """All nodes of a role, in reading order."""
        return [node for node in self.walk(within) if node.role == role]

    def find(self, role: str, name: str, within: int = ROOT) -> AccessNode:
        """The first node of a role whose name begins so.

        Raises:
            LookupError: there is none; it lists the names there are.
        """
        named = self.all(role, within)
        for node in named:
            if node.name.startswith(name):
                return node
        raise LookupError(f"no {role} {name!r}: there are {', '.join(repr(node.name) for node in named)}")

    def outline(self) -> str:
        """The tree as indented lines, for people."""
        return "\n".join(self._lines(ROOT, 0))

    def _lines(self, number: int, depth: int) -> Iterator[str]:
        node = self.nodes[number]
        parts = [node.role, repr(node.name), *([f"= {node.value!r}"] if node.value else [])]
        parts += [word for word, on in (("off", not node.enabled), ("taken", node.checked), ("live", node.live)) if on]
        parts += [word for word, on in (("open", node.expanded), ("focused", number == self.focus)) if on]
        yield "  " * depth + " ".join(parts) + (f" [{node.keys}]" if node.keys else "")
        for child in node.children:
            yield from self._lines(child, depth + 1)

    def changed_since(self, before: AccessTree) -> list[AccessNode]:
        """Nodes that are new or other than before."""
        return [node for number, node in self.nodes.items() if before.nodes.get(number) != node]
