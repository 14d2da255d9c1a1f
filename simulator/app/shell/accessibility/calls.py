"""Overhears ImGui: while a frame is said, its calls also tell the page, and what a reader asks for is answered there.

The calls of `imgui` that make something a person can read or press are replaced by others that do the same and pass it
on. So the tree is true to what is drawn, whoever draws it, and panels know nothing of readers. Nothing is replaced
while nobody reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from imgui_bundle import imgui

from simulator.app.shell.accessibility import hints
from simulator.app.shell.accessibility.ears import Ears, readable
from simulator.app.shell.accessibility.page import PageMaker
from simulator.app.shell.accessibility.tree import CLICK, FOCUS, LESS, MORE, SET

PRESSED = (CLICK, FOCUS)
STEPPED = (FOCUS, SET, MORE, LESS)
WHOLE_NUMBERS = (-(2.0**31), 2.0**31 - 1)
Call = Callable[..., Any]


class Eavesdropper:
    """Puts the calls in place when a frame begins, and takes them away when it ends."""

    def __init__(self, page: PageMaker) -> None:
        self.ears = Ears(page)
        self._calls = {name: make(self.ears, ORIGINALS[name]) for name, make in CALLS.items()}

    def begin(self) -> None:
        """A frame is said from now on."""
        self.ears.begin()
        hints.listen(self.ears)
        for name, call in self._calls.items():
            setattr(imgui, name, call)

    def end(self) -> None:
        """It is said."""
        stop()
        self.ears.end()


def stop() -> None:
    """ImGui is as it was."""
    hints.listen(None)
    for name, call in ORIGINALS.items():
        setattr(imgui, name, call)


def _after(tell: Callable[..., object]) -> Callable[[Ears, Call], Call]:
    """The same call; afterwards `tell` gets the ears and what the call was given."""

    def make(ears: Ears, original: Call) -> Call:
        def call(*given: Any, **more: Any) -> Any:
            result = original(*given, **more)
            tell(ears, *given, **more)
            return result

        return call

    return make


def _button(ears: Ears, original: Call) -> Call:
    def call(label: str, *given: Any, **more: Any) -> bool:
        pressed = bool(original(label, *given, **more))
        return bool(ears.widget("button", label, PRESSED)) or pressed

    return call


def _picture_button(ears: Ears, original: Call) -> Call:
    def call(label: str, *given: Any, **more: Any) -> bool:
        pressed = bool(original(label, *given, **more))
        asked = ears.widget("button", label, PRESSED)
        ears.face()
        return bool(asked) or pressed

    return call


def _selectable(ears: Ears, original: Call) -> Call:
    def call(label: str, taken: bool, *given: Any, **more: Any) -> tuple[bool, bool]:
        pressed, after = original(label, taken, *given, **more)
        if ears.widget("choice", label, PRESSED, checked=bool(taken)):
            if ears.page.here.role == "combo":
                imgui.close_current_popup()
            return True, True
        return pressed, after

    return call


def _check(ears: Ears, original: Call) -> Call:
    def call(label: str, on: bool, *given: Any, **more: Any) -> tuple[bool, bool]:
        changed, after = original(label, on, *given, **more)
        if ears.widget("check", label, PRESSED, checked=bool(after)):
            return True, not on
        return changed, after

    return call


def _combo(ears: Ears, original: Call) -> Call:
    def call(label: str, shown: str, *given: Any, **more: Any) -> bool:
        is_open = bool(original(label, shown, *given, **more))
        if ears.widget("combo", label, PRESSED, value=readable(shown), expanded=is_open):
            imgui.internal.activate_item_by_id(imgui.get_item_id())
        if is_open:
            ears.enter_last()
        return is_open

    return call


def _slider(ears: Ears, original: Call) -> Call:
    def call(label: str, value: Any, low: Any, high: Any, *given: Any, **more: Any) -> tuple[bool, Any]:
        changed, after = original(label, value, low, high, *given, **more)
        asked = ears.widget("slider", label, STEPPED, amount=(float(after), float(low), float(high)))
        return (True, _stepped(asked, after, low, high)) if asked else (changed, after)

    return call


def _number(ears: Ears, original: Call) -> Call:
    def call(label: str, value: int, *given: Any, **more: Any) -> tuple[bool, int]:
        changed, after = original(label, value, *given, **more)
        asked = ears.widget("number", label, STEPPED, amount=(float(after), *WHOLE_NUMBERS))
        return (True, _stepped(asked, after, *map(int, WHOLE_NUMBERS))) if asked else (changed, after)

    return call


def _stepped(asked: list[tuple[str, Any]], value: Any, low: Any, high: Any) -> Any:
    for what, wanted in asked:
        if what == SET:
            value = type(value)(float(wanted))
        else:
            value += {MORE: 1, LESS: -1}.get(what, 0)
    return min(max(value, low), high)


def _edit(words_at: int) -> Callable[[Ears, Call], Call]:
    """A field for text, whose words are given in this place; the flags follow them."""

    def make(ears: Ears, original: Call) -> Call:
        def call(label: str, *given: Any, **more: Any) -> tuple[bool, str]:
            changed, after = original(label, *given, **more)
            flags = int(given[words_at + 1]) if len(given) > words_at + 1 else int(more.get("flags", 0))
            fixed = bool(flags & imgui.InputTextFlags_.read_only)
            hint = given[0] if words_at else ""
            asks = (FOCUS,) if fixed else (CLICK, FOCUS, SET)
            for what, wanted in ears.widget("edit", label, asks, value=after, hint=hint):
                if what == SET:
                    if imgui.is_item_active():
                        imgui.internal.clear_active_id()
                    return not flags & imgui.InputTextFlags_.enter_returns_true, str(wanted)
                imgui.internal.activate_item_by_id(imgui.get_item_id())
            return changed, after

        return call

    return make


def _fold(ears: Ears, original: Call) -> Call:
    def call(label: str, *given: Any, **more: Any) -> Any:
        result = original(label, *given, **more)
        is_open = bool(result[0]) if isinstance(result, tuple) else bool(result)
        if ears.widget("button", label, PRESSED, expanded=is_open):
            imgui.internal.activate_item_by_id(imgui.get_item_id())
        return result

    return call


def _tab(ears: Ears, original: Call) -> Call:
    def call(label: str, *given: Any, **more: Any) -> Any:
        result = original(label, *given, **more)
        is_open = bool(result[0])
        if ears.widget("tab", label, PRESSED, checked=is_open):
            imgui.internal.activate_item_by_id(imgui.get_item_id())
        return result

    return call


def _opens(role: str) -> Callable[[Ears, Call], Call]:
    """A call that begins something if it gives True; only then it is ended."""

    def make(ears: Ears, original: Call) -> Call:
        def call(name: str, *given: Any, **more: Any) -> Any:
            result = original(name, *given, **more)
            if bool(result[0]) if isinstance(result, tuple) else bool(result):
                ears.open(role, key=name)
                if role == "table":
                    ears.heads.append([])
            return result

        return call

    return make


def _progress(ears: Ears, original: Call) -> Call:
    def call(part: float, *given: Any, **more: Any) -> None:
        original(part, *given, **more)
        words = more.get("overlay") or (given[1] if len(given) > 1 else "")
        ears.progress(part, readable(words or ""))

    return call


CALLS: dict[str, Callable[[Ears, Call], Call]] = {
    **{name: _after(lambda ears, words, *_, **__: ears.text(words)) for name in (
        "text", "text_unformatted", "text_wrapped", "text_disabled", "bullet_text",
    )},
    "text_colored": _after(lambda ears, colour, words, *_, **__: ears.text(words)),
    "same_line": _after(lambda ears, *_, **__: ears.same_line()),
    **dict.fromkeys(("button", "small_button"), _button), "invisible_button": _picture_button,
    "selectable": _selectable, "checkbox": _check, "begin_combo": _combo,
    **dict.fromkeys(("slider_int", "slider_float"), _slider), "input_int": _number,
    "input_text": _edit(0), "input_text_with_hint": _edit(1), "collapsing_header": _fold,
    "begin_tab_bar": _opens("tabs"), "begin_tab_item": _tab, "begin_table": _opens("table"),
    "begin_popup": _opens("list"), "progress_bar": _progress,
    "end_combo": _after(lambda ears: ears.close()), "end_popup": _after(lambda ears: ears.close()),
    "end_tab_bar": _after(lambda ears: ears.close()), "end_table": _after(lambda ears: ears.end_table()),
    "begin": _after(lambda ears, name, *_, **__: ears.window(name)), "end": _after(lambda ears: ears.end_window()),
    "begin_child": _after(lambda ears, name, *_, **__: ears.open("group", key=name)),
    "end_child": _after(lambda ears: ears.close()),
    "begin_disabled": _after(lambda ears, off=True: ears.switch_off(off)),
    "end_disabled": _after(lambda ears: ears.switch_on()),
    "table_setup_column": _after(lambda ears, name, *_, **__: ears.heads[-1].append(readable(name))),
    "table_headers_row": _after(lambda ears: ears.head()),
    "table_next_row": _after(lambda ears, *_, **__: ears.row()),
    "table_next_column": _after(lambda ears: ears.cell()),
}  # fmt: skip
ORIGINALS: dict[str, Call] = {name: getattr(imgui, name) for name in CALLS}
