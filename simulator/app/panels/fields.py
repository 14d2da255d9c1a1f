"""Fields of a page with their labels: lists to choose from, and sliders."""

from __future__ import annotations

from collections.abc import Sequence

from imgui_bundle import imgui

from simulator.app.shell.theme import Look

LABEL = 96  # px at scale 1, where the controls begin


def field_label(look: Look, words: str) -> None:
    """What stands before a field."""
    imgui.align_text_to_frame_padding()
    imgui.text_disabled(words)
    imgui.same_line(look.px(LABEL) + imgui.get_style().window_padding.x)


def combo(name: str, shown: Sequence[str], at: int, tips: Sequence[str] = (), other: str = "") -> int:
    """A list to choose from; the place of the chosen one. `other` is shown where none of them is chosen."""
    if imgui.begin_combo(f"##{name}", shown[at] if 0 <= at < len(shown) else other):
        for order, words in enumerate(shown):
            if imgui.selectable(f"{words}##{order}", order == at)[0]:
                at = order
            if order < len(tips) and tips[order] and imgui.is_item_hovered():
                imgui.set_tooltip(tips[order])
            if order == at:
                imgui.set_item_default_focus()
        imgui.end_combo()
    return at


def slider(look: Look, name: str, at: int, low: int, high: int, shown: str) -> tuple[bool, int]:
    """A slider over whole steps, with what it stands for at its right; whether it was moved, and where to."""
    imgui.set_next_item_width(-look.px(64))
    changed, step = imgui.slider_int(f"##{name}", at, low, high, "")
    imgui.same_line()
    imgui.text(shown)
    return changed, min(max(step, low), high)
