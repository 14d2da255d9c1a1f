"""The keys of a page that is no game, over it: its own, those that every page has, and those of the window."""

from __future__ import annotations

from collections.abc import Sequence

from imgui_bundle import imgui

from simulator.app.panels.card import caps
from simulator.app.panels.parts import WHOLE, caps_width, heading, key_caps, muted
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.texts import TEXTS, text
from simulator.app.shell.controls import BY_NAME, LIVE, Bindings
from simulator.app.shell.gui import Gui
from simulator.app.shell.theme import Look

WIDE, KEYS = 540, 190  # px at scale 1: of the page, and of its column of keys
OF_WINDOW = ("theme", "smaller_text", "larger_text", "fullscreen", "screenshot", "help")
Row = tuple[str, str]
"""Keys, and what they do."""


def page_keys(page: str, bindings: Bindings) -> list[Row]:
    """The keys of a page by its name in the table of texts: first its own."""
    names = [f"keys.{page}", "keys.every"]
    lines = [line for name in names if name in TEXTS for line in text(name).splitlines()]
    own = [(keys.strip(), words.strip()) for keys, _, words in (line.partition("=") for line in lines)]
    told = {keys for keys, _ in own[: -len(text("keys.every").splitlines())]}
    own = [row for order, row in enumerate(own) if row[0] not in told or order < len(told)]
    window = [(bindings.written(name, LIVE), BY_NAME[name].help) for name in OF_WINDOW]
    return [*own, *((keys, words) for keys, words in window if keys)]


def draw_page_keys(gui: Gui, look: Look, rows: Sequence[Row]) -> None:
    """A box in the middle of the window."""
    view = imgui.get_main_viewport()
    imgui.set_next_window_pos((view.size.x / 2, view.size.y / 2), imgui.Cond_.always, (0.5, 0.5))
    imgui.set_next_window_size((min(look.px(WIDE), view.size.x), 0))
    imgui.set_next_window_size_constraints((0, 0), (view.size.x, view.size.y))
    flags = WHOLE ^ imgui.WindowFlags_.no_bring_to_front_on_focus ^ imgui.WindowFlags_.no_scrollbar
    flags |= imgui.WindowFlags_.no_focus_on_appearing | imgui.WindowFlags_.no_nav  # the page keeps the keyboard
    imgui.begin("page keys", None, flags | imgui.WindowFlags_.always_auto_resize)
    heading(gui, text("help.keys"), 20)
    for keys, words in rows:
        left, signs = imgui.get_cursor_pos_x(), caps(keys)
        key_caps(gui, look, signs)
        if caps_width(gui, look, signs) <= look.px(KEYS):
            imgui.same_line(left + look.px(KEYS + 12))
            imgui.align_text_to_frame_padding()
        else:
            imgui.set_cursor_pos_x(left + look.px(KEYS + 12))
        wrapped(words)
    muted(look, text("keys.back"))
    imgui.end()
