"""The page on which other keys and buttons are chosen."""

from __future__ import annotations

import dataclasses

from imgui_bundle import imgui

from simulator.app.panels.parts import box, caps_width, heading, key_caps, muted, whole_window
from simulator.app.panels.wrapping import broken
from simulator.app.play.texts import text
from simulator.app.shell.accessibility import hints
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look

NARROW = 900  # px at scale 1: windows in which all stands in one column
SIDE = 0.38  # of a wide window: the buttons of gamepads
CAPS = 150  # px, the column of keys
KEY, BUTTON = "key", "button"
Place = tuple[str, str]
"""A command, with `KEY` or `BUTTON`: what is changed of it."""


@dataclasses.dataclass(frozen=True)
class KeyRow:
    """A command with what gives it, in words."""

    name: str
    caps: tuple[str, ...]
    words: str
    note: str = ""
    """Where it holds, if not everywhere."""
    own: bool = False
    """Whether it was chosen by the user."""


@dataclasses.dataclass
class KeysView:
    """What the page shows, as plain data."""

    groups: list[tuple[str, list[KeyRow]]] = dataclasses.field(default_factory=list)
    pads: list[KeyRow] = dataclasses.field(default_factory=list)
    waiting: Place | None = None
    """What gets a new key."""
    problem: str = ""
    returned: Place | None = None
    """The row that is given the keyboard."""

    @property
    def changed(self) -> bool:
        """Whether anything is not as usual."""
        return any(row.own for _, rows in self.groups for row in rows) or any(row.own for row in self.pads)


def draw_keys(gui: Gui, look: Look, view: KeysView) -> str | Place:
    """Show the page; what the user asks for: back, usual, the command that is to get a new key, or nothing."""
    wide = imgui.get_main_viewport().size.x >= look.px(NARROW)
    asked: str | Place = ""
    with whole_window("keys"):
        asked = _head(look, gui) or asked
        room = imgui.get_content_region_avail()
        told = view.problem or text("keys.intro")
        foot = _foot_height(told, room.x)
        side = room.x * SIDE if wide else 0.0
        gap = imgui.get_style().item_spacing.x
        with box("commands", (room.x - side - gap if wide else 0.0, room.y - foot)):
            asked = _commands(gui, look, view) or asked
            if not wide:
                asked = _pads(gui, look, view) or asked
        if wide:
            imgui.same_line()
            with box("pads", (0.0, room.y - foot)):
                asked = _pads(gui, look, view) or asked
        asked = _foot(look, view, told) or asked
    return asked


def _head(look: Look, gui: Gui) -> str:
    pressed = imgui.button(f"\uf060  {text('setup.back')}")
    imgui.same_line(0.0, look.px(16))
    heading(gui, text("keys.title"), 22)
    return "back" if pressed else ""


def _foot_height(told: str, room: float) -> float:
    words, usual = imgui.get_style(), text("keys.usual")
    beside = room - imgui.calc_text_size(usual).x - 2 * words.frame_padding.x - words.item_spacing.x
    high = imgui.calc_text_size(broken(told, beside), wrap_width=beside).y
    return max(high + 2 * words.frame_padding.y, imgui.get_frame_height()) + words.item_spacing.y


def _foot(look: Look, view: KeysView, told: str) -> str:
    """What is wrong, or what can be done; and the way back to the usual keys at the right."""
    style, at = imgui.get_style(), imgui.get_cursor_pos()
    room, usual = imgui.get_content_region_avail().x, text("keys.usual")
    button = imgui.calc_text_size(usual).x + 2 * style.frame_padding.x
    imgui.set_cursor_pos((at.x + room - button, at.y))
    imgui.begin_disabled(not view.changed)
    asked = "usual" if imgui.button(usual) else ""
    imgui.end_disabled()
    imgui.set_cursor_pos((at.x, at.y + style.frame_padding.y))
    imgui.push_style_color(imgui.Col_.text, four(look.colour("bad" if view.problem else "muted")))
    imgui.push_text_wrap_pos(at.x + room - button - style.item_spacing.x)
    if view.problem:
        hints.urgent()
    imgui.text(broken(told, room - button - style.item_spacing.x))
    imgui.pop_text_wrap_pos()
    imgui.pop_style_color()
    return asked


def _commands(gui: Gui, look: Look, view: KeysView) -> Place | None:
    asked, space = None, imgui.get_style().item_spacing
    heading(gui, text("keys.commands"), 18)
    imgui.push_style_var(imgui.StyleVar_.item_spacing, imgui.ImVec2(space.x, float(look.px(2))))
    for title, rows in view.groups:
        imgui.dummy((1, look.px(6)))
        hints.headed()
        with gui.font(14, bold=True):
            imgui.text_colored(four(look.colour("ray")), title)
        for row in rows:
            asked = _row(gui, look, view, row, KEY) or asked
    imgui.pop_style_var()
    return asked


def _pads(gui: Gui, look: Look, view: KeysView) -> Place | None:
    asked, space = None, imgui.get_style().item_spacing
    heading(gui, text("keys.pads"), 18)
    imgui.push_style_var(imgui.StyleVar_.item_spacing, imgui.ImVec2(space.x, float(look.px(2))))
    for row in view.pads:
        asked = _row(gui, look, view, row, BUTTON) or asked
    imgui.pop_style_var()
    imgui.dummy((1, look.px(4)))
    for part in ("back", "seat", "cross"):
        muted(look, text(f"keys.fixed.{part}"))
    return asked


def _row(gui: Gui, look: Look, view: KeysView, row: KeyRow, kind: str) -> Place | None:
    """A command that can be chosen; whether it was."""
    place, pad = (row.name, kind), look.px(8)
    waits = view.waiting == place
    wide, at, start = imgui.get_content_region_avail().x, imgui.get_cursor_screen_pos(), imgui.get_cursor_pos()
    taken = 0.0 if waits else max(caps_width(gui, look, row.caps) + look.px(12), float(look.px(CAPS)))
    room = wide - 2 * pad - taken
    words = text("keys.press" if kind == KEY else "keys.press.button") if waits else row.words
    words = f"{row.words}: {words}" if waits else words
    extra = " · ".join(filter(None, (row.note, text("keys.own") if row.own else "")))
    words = f"{words}  ({extra})" if extra and not waits else words
    line = imgui.calc_text_size(broken(words, room), wrap_width=room).y
    size = (wide, max(line, float(look.px(26))) + look.px(6))
    if view.returned == place:
        imgui.set_keyboard_focus_here()
        view.returned = None
    keys = " ".join(row.caps) or text("keys.none")
    hints.named(text(f"access.change_{kind}", command=row.words, keys=keys))
    pressed = imgui.invisible_button(f"{kind} {row.name}", size, imgui.ButtonFlags_.enable_nav)
    focused = imgui.is_item_focused() and imgui.get_io().nav_visible
    if waits or focused or imgui.is_item_hovered():
        pen, corner = imgui.get_window_draw_list(), (at.x + size[0], at.y + size[1])
        ground = look.soft("ray", 0.22) if waits else look.soft("muted", 0.12)
        pen.add_rect_filled((at.x, at.y), corner, word(ground), look.px(6))
        if waits:
            pen.add_rect((at.x, at.y), corner, word(look.colour("ray")), look.px(6), float(look.px(2)))
    if imgui.is_item_visible():
        if not waits:
            imgui.set_cursor_pos((start.x + pad, start.y + (size[1] - look.px(26)) / 2))
            _caps(gui, look, row)
        imgui.set_cursor_pos((start.x + pad + taken, start.y + (size[1] - line) / 2))
        imgui.push_style_color(imgui.Col_.text, four(look.colour("ray" if waits or row.own else "ink")))
        imgui.push_text_wrap_pos(start.x + pad + taken + room)
        imgui.text(broken(words, room))
        imgui.pop_text_wrap_pos()
        imgui.pop_style_color()
    imgui.set_cursor_pos(start)
    imgui.dummy(size)
    return place if pressed else None


def _caps(gui: Gui, look: Look, row: KeyRow) -> None:
    if row.caps:
        key_caps(gui, look, row.caps)
    else:
        imgui.align_text_to_frame_padding()
        imgui.text_disabled(text("keys.none"))
