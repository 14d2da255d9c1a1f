"""The list of the costliest decisions, over the world above the bar of a replay."""

from __future__ import annotations

from collections.abc import Sequence

import pygame
from imgui_bundle import imgui

from simulator.app.panels.parts import WHOLE
from simulator.app.panels.tips import explain, tell_hovered
from simulator.app.play.mistakes import Mistake
from simulator.app.play.texts import text
from simulator.app.shell.accessibility import hints
from simulator.app.shell.gui import Gui
from simulator.app.shell.theme import Look

BRANCH = "\uf126"


class MistakeList:
    """Says the list; knows where it lies."""

    def __init__(self) -> None:
        self.box = pygame.Rect(0, 0, 0, 0)
        self.places: dict[str, tuple[int, int]] = {}
        """The middle of what can be clicked, in window pixels: row 0 …, branch 0 …, close."""

    def say(
        self, gui: Gui, look: Look, title: str, found: Sequence[Mistake], foot: tuple[int, int], room: int, keys: str
    ) -> tuple[str, int] | None:
        """A list whose lower left corner is at ``foot``, at most ``room`` pixels wide; what was clicked: look, branch
        or close, and at which row.
        """
        imgui.set_next_window_pos(foot, imgui.Cond_.always, (0.0, 1.0))
        imgui.set_next_window_size_constraints((0, 0), (room, 10_000))
        imgui.push_style_var(imgui.StyleVar_.window_padding, (look.px(8), look.px(6)))
        imgui.push_style_var(imgui.StyleVar_.item_spacing, (look.px(6), look.px(3)))
        imgui.push_style_var(imgui.StyleVar_.frame_padding, (look.px(5), look.px(2)))
        imgui.begin("mistakes", None, WHOLE | imgui.WindowFlags_.always_auto_resize)
        clicked: tuple[str, int] | None = None
        with gui.font(12.0, bold=True):
            imgui.align_text_to_frame_padding()
            imgui.text(title)
        with gui.font(12.0):
            imgui.same_line()
            hints.named(text("mistakes.close"))
            if imgui.small_button("\uf00d##close"):
                clicked = ("close", -1)
            self._note("close")
            for order, mistake in enumerate(found):
                hints.named(text("replay.branch"))
                if imgui.button(f"{BRANCH}##{order}"):
                    clicked = ("branch", order)
                self._note(f"branch {order}")
                imgui.same_line()
                wide = imgui.calc_text_size(mistake.row).x
                if imgui.selectable(f"{mistake.row}##row{order}", False, 0, (wide, 0))[0]:
                    clicked = ("look", order)
                explain(gui, text("tip.mistakes.row"))
                self._note(f"row {order}")
            if found:
                imgui.text_disabled(text("mistakes.hint", branch=f"{BRANCH} / {keys}"))
        tell_hovered(gui, look)
        at, size = imgui.get_window_pos(), imgui.get_window_size()
        self.box = pygame.Rect(round(at.x), round(at.y), round(size.x), round(size.y))
        imgui.end()
        imgui.pop_style_var(3)
        return clicked

    def _note(self, name: str) -> None:
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        self.places[name] = round((low.x + high.x) / 2), round((low.y + high.y) / 2)
