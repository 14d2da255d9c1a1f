"""What is to be exported, as a small form over the world, and how far exports are."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pygame
from imgui_bundle import imgui

from simulator.app.panels.parts import WHOLE, heading, muted, strong_button
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.theme import Look

WIDE = 380  # px at scale 1
ABOVE = WHOLE ^ imgui.WindowFlags_.no_bring_to_front_on_focus
QUIET = ABOVE | imgui.WindowFlags_.no_focus_on_appearing | imgui.WindowFlags_.no_nav


@dataclasses.dataclass
class ExportForm:
    """What can be chosen, and what is."""

    kinds: Sequence[str]
    """Of `texts`: export.kind.NAME."""
    parts: Sequence[str]
    """Of `texts`: export.part.NAME; none: all of it."""
    sizes: Sequence[tuple[int, int]]
    """Of the picture, px; the first is that of the window."""
    can_panel: bool
    """Whether the panels can be shown, too."""
    kind: str = "gif"
    part: str = "episode"
    size: tuple[int, int] = (640, 480)
    panels: bool = False

    @property
    def drawn(self) -> bool:
        """Whether pictures are made, and no table."""
        return self.kind in ("gif", "mp4", "png", "strip")


class ExportPanel:
    """Says the form and the exports that go on; knows where they lie."""

    def __init__(self) -> None:
        self.box = pygame.Rect(0, 0, 0, 0)
        self.places: dict[str, tuple[int, int]] = {}
        """The middle of what can be clicked, in window pixels: start, cancel, stop 0 …"""

    def say(self, gui: Gui, look: Look, form: ExportForm) -> str:
        """The form in the middle of the window; what was pressed: start, cancel or nothing."""
        view, asked = imgui.get_main_viewport(), ""
        imgui.set_next_window_pos((view.size.x / 2, view.size.y / 2), imgui.Cond_.always, (0.5, 0.5))
        imgui.set_next_window_size((min(look.px(WIDE), view.size.x), 0))
        imgui.begin("export", None, ABOVE | imgui.WindowFlags_.always_auto_resize)
        if imgui.is_window_appearing():
            imgui.set_window_focus()
        heading(gui, text("export.title"), 18)
        form.kind = self._choice(look, "kind", form.kind, form.kinds)
        if form.parts and form.kind != "png":
            form.part = self._choice(look, "part", form.part, form.parts)
        if form.drawn:
            form.size = self._size(look, form)
            if form.can_panel:
                form.panels = imgui.checkbox(text("export.panels"), form.panels)[1]
        imgui.dummy((1, look.px(4)))
        wide = (float(look.px(130)), float(look.px(32)))
        if strong_button(gui, look, text("export.start"), wide):
            asked = "start"
        if imgui.is_window_appearing():
            imgui.set_item_default_focus()
            imgui.set_nav_cursor_visible(True)
        self._note("start")
        imgui.same_line()
        if imgui.button(text("export.cancel"), wide):
            asked = "cancel"
        self._note("cancel")
        muted(look, text("export.keys"))
        at, size = imgui.get_window_pos(), imgui.get_window_size()
        self.box = pygame.Rect(round(at.x), round(at.y), round(size.x), round(size.y))
        imgui.end()
        return asked

    def _choice(self, look: Look, name: str, chosen: str, options: Sequence[str]) -> str:
        self._label(look, name)
        if imgui.begin_combo(f"##{name}", text(f"export.{name}.{chosen}")):
            for option in options:
                if imgui.selectable(text(f"export.{name}.{option}"), option == chosen)[0]:
                    chosen = option
            imgui.end_combo()
        return chosen

    def _size(self, look: Look, form: ExportForm) -> tuple[int, int]:
        self._label(look, "size")
        chosen = form.size
        if imgui.begin_combo("##size", _size_words(form, chosen)):
            for option in form.sizes:
                if imgui.selectable(_size_words(form, option), option == chosen)[0]:
                    chosen = option
            imgui.end_combo()
        return chosen

    def _label(self, look: Look, name: str) -> None:
        imgui.align_text_to_frame_padding()
        imgui.text(text(f"export.{name}"))
        imgui.same_line(look.px(70))
        imgui.set_next_item_width(-1.0)

    def say_going(
        self, gui: Gui, look: Look, going: Sequence[tuple[str, float | None]], corner: tuple[int, int]
    ) -> int:
        """Exports that go on, below and left of a corner: their words, and how much is done, 0 … 1. Which is to be
        stopped, or -1.
        """
        stopped = -1
        imgui.set_next_window_pos(corner, imgui.Cond_.always, (1.0, 0.0))
        imgui.begin("exports", None, QUIET | imgui.WindowFlags_.always_auto_resize)
        with gui.font(13.0):
            for order, (words, part) in enumerate(going):
                imgui.progress_bar(part or 0.0, (look.px(90), look.px(14)), "")
                imgui.same_line()
                imgui.text(words)
                imgui.same_line()
                if imgui.small_button(f"\uf00d##stop{order}"):
                    stopped = order
                self._note(f"stop {order}")
                if imgui.is_item_hovered(imgui.HoveredFlags_.no_nav_override):
                    imgui.set_tooltip(text("export.stop"))
        imgui.end()
        return stopped

    def _note(self, name: str) -> None:
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        self.places[name] = round((low.x + high.x) / 2), round((low.y + high.y) / 2)


def _size_words(form: ExportForm, size: tuple[int, int]) -> str:
    name = "window" if size == form.sizes[0] else "other"
    return text(f"export.size.{name}", wide=size[0], high=size[1])
