"""The line that offers recordings which a killed program left: keep, play or delete them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from imgui_bundle import imgui

from simulator.app.panels.parts import box
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four
from simulator.app.shell.theme import Look

OFFERED = (("keep", "keep"), ("replay", "play"), ("delete", "delete"))
"""What is asked for, and the word for it."""
NAMED = 12  # of them in the tip


def draw_cut_short(gui: Gui, look: Look, parts: Sequence[Path]) -> tuple[str, Path] | None:
    """One line about the latest of them, nothing if there is none; what the user asks for."""
    if not parts:
        return None
    asked: tuple[str, Path] | None = None
    part, style = parts[0], imgui.get_style()
    name = part.name.rpartition(".mcap.")[0]
    words = text("cut.one", name=name) if len(parts) == 1 else text("cut.many", count=len(parts), name=name)
    labels = [text(f"library.{word}") for _, word in OFFERED]
    across = sum(imgui.calc_text_size(label).x + 2 * style.frame_padding.x + style.item_spacing.x for label in labels)
    room = imgui.get_content_region_avail().x - 2 * style.window_padding.x
    mark = f"\uf0c4  {words}"
    beside = imgui.calc_text_size(mark).x + across < room
    lines = 1 if beside else 2
    high = lines * imgui.get_frame_height() + (lines - 1) * style.item_spacing.y + 2 * style.window_padding.y
    imgui.push_style_color(imgui.Col_.child_bg, four(look.soft("bad", 0.2)))
    with box("cut short", (0.0, high)):
        imgui.align_text_to_frame_padding()
        imgui.text_unformatted(mark)
        if imgui.is_item_hovered():
            imgui.set_tooltip(places_of(parts))
        if beside:
            imgui.same_line(imgui.get_window_width() - style.window_padding.x - across + style.item_spacing.x)
        for order, ((what, _), label) in enumerate(zip(OFFERED, labels, strict=True)):
            if order:
                imgui.same_line()
            if imgui.button(label):
                asked = what, part
    imgui.pop_style_color()
    return asked


def places_of(parts: Sequence[Path]) -> str:
    """Where they lie, a line for each; of very many the latest."""
    more = [f"… + {len(parts) - NAMED}"] if len(parts) > NAMED else []
    return "\n".join([*map(str, parts[:NAMED]), *more])
