"""Hands the tree to screen readers by AccessKit (the extra `accessibility`): AT-SPI, UI Automation, NSAccessibility.

Import this only where the extra may be there. Facts about AccessKit 0.7 that shape it: on Unix its handlers come from a
thread of its own; while it asks for the first tree it holds a lock, and needs Python's. So that two locks are never
waited for crosswise, nothing is called in here before a reader came, and the handlers only leave notes.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pygame

from simulator.app.shell.accessibility.mirror import Mirror
from simulator.app.shell.accessibility.tree import CLICK, FOCUS, LESS, MORE, ROOT, SET, AccessNode, AccessTree

ROLES = {
    "window": "WINDOW", "page": "PANE", "group": "GROUP", "game": "GROUP", "log": "LOG", "heading": "HEADING",
    "text": "LABEL", "button": "BUTTON", "check": "CHECK_BOX", "choice": "LIST_BOX_OPTION", "list": "LIST_BOX",
    "combo": "COMBO_BOX", "slider": "SLIDER", "number": "SPIN_BUTTON", "edit": "TEXT_INPUT", "tabs": "TAB_LIST",
    "tab": "TAB", "table": "TABLE", "row": "ROW", "header": "COLUMN_HEADER", "cell": "CELL",
    "progress": "PROGRESS_INDICATOR", "picture": "IMAGE",
}  # fmt: skip
ASKS = {CLICK: "CLICK", FOCUS: "FOCUS", SET: "SET_VALUE", MORE: "INCREMENT", LESS: "DECREMENT"}
STILL = ("text", "heading", "group", "page", "game", "log", "row", "table", "cell", "window", "progress", "tabs")
"""Roles of what cannot be pressed: these are never called unavailable."""
WAKE = pygame.event.custom_type()


class Bridge:
    """Shows the trees of one mirror to AccessKit, and leaves in the mirror what readers ask for.

    Raises:
        ImportError: the extra is not installed.
    """

    def __init__(self, mirror: Mirror) -> None:
        self.kit: Any = importlib.import_module("accesskit")
        self._mirror = mirror
        self._shown: AccessTree | None = None
        self._gained, self._told = pygame.key.get_focused(), False
        self._adapter = self._adapted()
        mirror.wake = _wake
        mirror.reader = self

    def _adapted(self) -> Any:
        """The adapter of this platform."""
        handlers = (self.begin, self.do)
        if sys.platform == "win32":
            return self.kit.windows.SubclassingAdapter(pygame.display.get_wm_info()["window"], *handlers)
        if sys.platform == "darwin":
            self.kit.macos.add_focus_forwarder_to_window_class("SDLWindow")
            return self.kit.macos.SubclassingAdapter.for_window(pygame.display.get_wm_info()["window"], *handlers)
        return self.kit.unix.Adapter(*handlers, self.end)

    # --- called by AccessKit, perhaps from another thread ----------------------------------------------------------

    def begin(self) -> None:
        """A reader came. It gets its first tree with the next frame."""
        self._shown, self._told = None, False
        self._mirror.listening = True
        _wake()

    def end(self) -> None:
        """The last reader went."""
        self._mirror.listening = False

    def do(self, request: Any) -> None:
        """A reader asks for something."""
        what = next((ours for ours, theirs in ASKS.items() if getattr(self.kit.Action, theirs) == request.action), None)
        if what is not None:
            given = request.data[1] if request.data else None
            self._mirror.ask(int(request.target), what, given if isinstance(given, str | float) else None)

    # --- called by the window --------------------------------------------------------------------------------------

    def focus(self, gained: bool) -> None:
        """The window has the keyboard, or lost it; told with the next tree."""
        self._gained, self._told = gained, False

    def show(self, tree: AccessTree) -> None:
        """The window looks so now: readers are told what changed."""
        if not self._told:
            self._told = True
            self._raised("update_view_focus_state" if sys.platform == "darwin" else "update_window_focus_state")
        before = self._shown
        if before is not None and before == tree:
            return
        self._shown = tree
        changed = list(tree.nodes.values()) if before is None else tree.changed_since(before)
        _raise(self._adapter.update_if_active(lambda: self.update(changed, tree.focus)))

    def _raised(self, name: str) -> None:
        if hasattr(self._adapter, name):  # Windows sees to it itself
            _raise(getattr(self._adapter, name)(self._gained))

    def update(self, nodes: list[AccessNode], focus: int) -> Any:
        """Nodes as AccessKit takes them."""
        made = self.kit.TreeUpdate(focus)
        made.tree = self.kit.Tree(ROOT)
        made.tree.toolkit_name = "Crossplay"
        made.nodes.extend((node.number, self.node(node)) for node in nodes)
        return made

    def node(self, node: AccessNode) -> Any:
        """One node as AccessKit takes it."""
        kit = self.kit
        made = kit.Node(getattr(kit.Role, ROLES[node.role]))
        (made.set_value if node.role == "text" else made.set_label)(self._name(node))
        if node.value:
            made.set_value(node.value)
        if node.hint:
            made.set_description(node.hint)
        if node.keys:
            made.set_keyboard_shortcut(node.keys)
        if node.box is not None:
            made.set_bounds(kit.Rect(*map(float, node.box)))
        made.set_children(list(node.children))
        for what in node.asks:
            made.add_action(getattr(kit.Action, ASKS[what]))
        if not node.enabled and node.role not in STILL:
            made.set_disabled()
        self._state(made, node)
        return made

    @staticmethod
    def _name(node: AccessNode) -> str:
        """AccessKit gives the values of lists and fields to no reader on Unix, so there they belong to the name."""
        told = sys.platform not in ("win32", "darwin") and node.role in ("combo", "edit") and node.value
        return f"{node.name}: {node.value}" if told else node.name

    def _state(self, made: Any, node: AccessNode) -> None:
        kit = self.kit
        if node.checked is not None:
            if node.role == "check":
                made.set_toggled(kit.Toggled.TRUE if node.checked else kit.Toggled.FALSE)
            else:
                made.set_selected(node.checked)
        if node.expanded is not None:
            made.set_expanded(node.expanded)
        if node.amount is not None:
            value, low, high = node.amount
            made.set_numeric_value(value)
            made.set_min_numeric_value(low)
            made.set_max_numeric_value(high)
        if node.live:
            made.set_live(kit.Live.POLITE)


def _raise(events: Any) -> None:
    """Windows and macOS give events that have to be raised outside of AccessKit's lock."""
    if events is not None:
        events.raise_events()


def _wake() -> None:
    """The window draws its next frame at once."""
    if pygame.display.get_init():
        pygame.event.post(pygame.event.Event(WAKE))


def connect(mirror: Mirror) -> bool:
    """Let screen readers see a window's mirror; False where the extra is not installed, or there is no real window."""
    if pygame.display.get_driver() in ("dummy", "offscreen"):
        return False
    try:
        Bridge(mirror)
    except ImportError:
        return False
    return True
