"""Trees of ours as AccessKit takes them; skipped where the extra `accessibility` is not installed."""

import gc
from typing import Any

import pytest

from simulator.app.shell.accessibility.bridge import ROLES as KIT_ROLES
from simulator.app.shell.accessibility.bridge import Bridge, connect
from simulator.app.shell.accessibility.mirror import Mirror
from simulator.app.shell.accessibility.tree import CLICK, FOCUS, ROLES, ROOT, SET, AccessNode, AccessTree
from tests.app.conftest import FRAME, Opener

kit: Any = pytest.importorskip("accesskit", reason="the extra `accessibility` is not installed")


class Adapter:
    """In the place of a platform's: makes each update, as the real ones do once a reader is there."""

    def __init__(self) -> None:
        self.updates: list[Any] = []
        self.focused: list[bool] = []

    def update_if_active(self, make: Any) -> None:
        self.updates.append(make())

    def update_window_focus_state(self, gained: bool) -> None:
        self.focused.append(gained)


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> Adapter:
    made = Adapter()
    monkeypatch.setattr(Bridge, "_adapted", lambda bridge: made)
    monkeypatch.setattr("simulator.app.shell.accessibility.bridge.sys.platform", "linux")
    return made


def test_every_role_and_action_of_ours_has_one_of_accesskit() -> None:
    assert set(KIT_ROLES) == ROLES
    assert all(hasattr(kit.Role, name) for name in KIT_ROLES.values())


def test_whole_games_are_accepted_and_then_only_what_changed(open_app: Opener, adapter: Adapter) -> None:
    app = open_app(seats={"walker_0": "human"})
    bridge = Bridge(app.mirror)
    app.frame(FRAME)
    assert adapter.updates == []  # nobody reads yet
    bridge.begin()
    app.frame(FRAME)
    first = adapter.updates[0]
    assert isinstance(first, kit.TreeUpdate)
    numbers = {number for number, _ in first.nodes}
    assert numbers == set(app.mirror.tree.nodes)
    assert first.focus == app.mirror.tree.focus
    assert first.tree.root == ROOT
    for _ in range(3):
        app.frame(0.0)
    assert sum(len(update.nodes) for update in adapter.updates[1:]) < len(numbers)
    bridge.focus(False)
    app.frame(FRAME)
    assert adapter.focused[-1] is False
    bridge.end()
    shown = len(adapter.updates)
    app.frame(FRAME)
    assert len(adapter.updates) == shown


def test_what_nodes_say_arrives(adapter: Adapter) -> None:
    bridge = Bridge(Mirror())
    made = bridge.node(AccessNode(
        5, "slider", "Episodes", value="4", hint="how many", keys="E", box=(1, 2, 3, 4), children=(7,),
        asks=(FOCUS, SET), enabled=False, amount=(4.0, 1.0, 50.0),
    ))  # fmt: skip
    assert (made.label, made.value, made.description, made.keyboard_shortcut) == ("Episodes", "4", "how many", "E")
    assert (made.numeric_value, made.min_numeric_value, made.max_numeric_value) == (4.0, 1.0, 50.0)
    assert (made.bounds.x0, made.bounds.y1, list(made.children)) == (1.0, 4.0, [7])
    assert made.is_disabled
    assert made.supports_action(kit.Action.SET_VALUE)
    assert not made.supports_action(kit.Action.CLICK)
    text = bridge.node(AccessNode(6, "text", "Hand 1", live=True))
    assert (text.value, text.label, text.live) == ("Hand 1", None, kit.Live.POLITE)
    choice = bridge.node(AccessNode(7, "choice", "bot", checked=True))
    assert choice.is_selected
    check = bridge.node(AccessNode(8, "check", "all", checked=False))
    assert check.toggled == kit.Toggled.FALSE
    combo = bridge.node(AccessNode(9, "combo", "player_0", value="You", expanded=True))
    assert combo.is_expanded
    assert combo.label == "player_0: You"


def test_requests_wait_in_the_mirror_for_the_next_frame(adapter: Adapter) -> None:
    class Request:
        action, target, data = kit.Action.SET_VALUE, 5, (None, "abc")

    class Press:
        action, target, data = kit.Action.CLICK, 6, None

    class Unknown:
        action, target, data = kit.Action.SCROLL_DOWN, 6, None

    asked: list[tuple[int, str, Any]] = []
    mirror = Mirror()
    bridge = Bridge(mirror)
    mirror.wake = lambda: None
    for request in (Request, Press, Unknown):
        bridge.do(request)
    mirror.frame("window", (10, 10), [], lambda page: asked.extend(
        (number, *each) for number, found in page.asked.items() for each in found
    ), lambda: None)  # fmt: skip
    assert asked == [(5, SET, "abc"), (6, CLICK, None)]


@pytest.mark.skipif(not hasattr(kit, "unix"), reason="the adapter of another platform needs a window")
def test_the_real_adapter_is_made_and_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a reader it asks for nothing."""
    mirror = Mirror()
    bridge = Bridge(mirror)
    bridge.show(AccessTree())
    assert not mirror.listening
    del bridge
    mirror.reader = None
    gc.collect()


def test_no_adapter_for_a_window_that_nobody_sees(open_app: Opener) -> None:
    app = open_app()
    assert app.mirror.reader is None
    assert not connect(app.mirror)
