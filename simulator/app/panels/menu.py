"""The menu of commands over a game: all that its keys do, for who has a gamepad or a mouse alone."""

from __future__ import annotations

import dataclasses
import itertools

from imgui_bundle import imgui

from simulator.app.panels.card import over_the_world
from simulator.app.panels.parts import heading, muted
from simulator.app.panels.wrapping import broken
from simulator.app.play.texts import text
from simulator.app.shell.accessibility import hints
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look

COLUMN, MOST = 320, 3  # px at scale 1 of a column, and how many there are at most
PAD = 8  # px at scale 1
SMALL = 13.0


@dataclasses.dataclass(frozen=True)
class MenuRow:
    """A command that can be chosen."""

    name: str
    words: str
    keys: str = ""
    """What gives it else, in words."""
    state: str = ""
    """How it stands now: on, off, 2×."""


@dataclasses.dataclass(frozen=True)
class MenuView:
    """What the menu shows, as plain data."""

    groups: tuple[tuple[str, tuple[MenuRow, ...]], ...]
    hint: str
    marked: str = ""
    """The command that is marked when it opens: the one that was chosen last."""


@dataclasses.dataclass
class MenuDrawn:
    """What came of drawing: what was chosen, "close", or nothing; and where it stands."""

    asked: str = ""
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


def draw_menu(gui: Gui, look: Look, view: MenuView) -> MenuDrawn:
    """Show it in the middle of the window."""
    drawn, room = MenuDrawn(), imgui.get_main_viewport().size.x - look.px(24)
    columns = max(1, min(MOST, int(room // look.px(COLUMN)), len(view.groups)))
    with over_the_world("menu", look, (look.px(COLUMN) * columns + look.px(24), 0.0)):
        fresh = imgui.is_window_appearing()
        if fresh:
            imgui.set_window_focus()
            imgui.set_nav_cursor_visible(True)
        heading(gui, text("menu.title"), 20)
        close = text("menu.close")
        imgui.same_line(imgui.get_content_region_avail().x - imgui.calc_text_size(close).x - look.px(PAD))
        if imgui.button(close):
            drawn.asked = "close"
        muted(look, view.hint)
        gap = imgui.get_style().item_spacing
        wide = (imgui.get_content_region_avail().x - gap.x * (columns - 1)) / columns
        imgui.push_style_var(imgui.StyleVar_.item_spacing, imgui.ImVec2(gap.x, float(look.px(1))))
        for order, groups in enumerate(_columns(view, columns)):
            if order:
                imgui.same_line(0.0, gap.x)
            imgui.begin_group()
            for title, rows in groups:
                _group(gui, look, title, wide)
                for row in rows:
                    if fresh and row.name == view.marked:
                        imgui.set_keyboard_focus_here()
                    if _row(gui, look, row, wide):
                        drawn.asked = row.name
            imgui.end_group()
        imgui.pop_style_var()
        at, size = imgui.get_window_pos(), imgui.get_window_size()
        drawn.box = (at.x, at.y, at.x + size.x, at.y + size.y)
    return drawn


def _columns(view: MenuView, count: int) -> list[list[tuple[str, tuple[MenuRow, ...]]]]:
    """The groups in their order, in columns so that the longest one is short."""
    highs = [len(rows) + 2 for _, rows in view.groups]
    ways = itertools.combinations(range(1, len(highs)), count - 1)
    cuts = [(0, *way, len(highs)) for way in ways]
    best = min(cuts, key=lambda cut: max(sum(highs[a:b]) for a, b in itertools.pairwise(cut)))
    return [list(view.groups[a:b]) for a, b in itertools.pairwise(best)]


def _group(gui: Gui, look: Look, title: str, wide: float) -> None:
    imgui.dummy((wide, look.px(4)))
    hints.headed()
    with gui.font(SMALL, bold=True):
        imgui.text_colored(four(look.colour("ray")), title)
    imgui.dummy((wide, look.px(3)))  # room for the frame of what has the keyboard


def _row(gui: Gui, look: Look, row: MenuRow, wide: float) -> bool:
    """A command; whether it was chosen."""
    pad, pen, at = look.px(PAD), imgui.get_window_draw_list(), imgui.get_cursor_screen_pos()
    state, keys = gui.width(row.state, SMALL, bold=True), gui.width(row.keys, SMALL)
    taken = sum(each + pad for each in (state, keys) if each)
    room = wide - 2 * pad - taken
    words = broken(row.words, room)
    line = imgui.get_text_line_height()
    high = imgui.calc_text_size(words, wrap_width=room).y + look.px(7)
    told = ", ".join(filter(None, (row.words, row.state)))
    hints.named(f"{told} ({row.keys})" if row.keys else told)
    pressed = imgui.invisible_button(row.name, (wide, high), imgui.ButtonFlags_.enable_nav)
    if imgui.is_item_hovered() or (imgui.is_item_focused() and imgui.get_io().nav_visible):
        pen.add_rect_filled((at.x, at.y), (at.x + wide, at.y + high), word(look.soft("ray", 0.2)), look.px(6))
    top = round(at.y + (high - imgui.calc_text_size(words, wrap_width=room).y) / 2)
    font = gui.plain
    pen.add_text(font, imgui.get_font_size(), (round(at.x + pad), top), word(look.colour("ink")), words, room)
    small, right = SMALL * look.zoom, at.x + wide - pad
    low = round(top + (line - small) / 2)
    for shown, font, style, width in ((row.keys, gui.plain, "muted", keys), (row.state, gui.bold, "ray", state)):
        if shown:
            right -= width
            pen.add_text(font, small, (round(right), low), word(look.colour(style)), shown)
            right -= pad
    return pressed
