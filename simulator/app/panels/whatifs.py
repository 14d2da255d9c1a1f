"""The small list of what was tried in this sitting, at the upper left of the world."""

from __future__ import annotations

from collections.abc import Sequence

import pygame
from imgui_bundle import imgui

from simulator.app.panels.parts import WHOLE
from simulator.app.panels.tips import explain, tell_hovered
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four
from simulator.app.shell.theme import Look

MOST = 8  # rows
HERE, BRANCH = "\uf0da ", "\uf126 "
Row = tuple[int, str, bool]
"""Depth, words, and whether it is what is shown."""


class WhatIfList:
    """Says the list; knows where it lies."""

    def __init__(self) -> None:
        self.box = pygame.Rect(0, 0, 0, 0)
        self.places: list[tuple[int, int]] = []
        """The middle of every row, in window pixels."""

    def say(self, gui: Gui, look: Look, rows: Sequence[Row], corner: tuple[int, int], hint: str) -> int | None:
        """The rows; the number of one that was clicked."""
        if len(rows) < 2:
            self.box = pygame.Rect(0, 0, 0, 0)
            return None
        now = next((order for order, row in enumerate(rows) if row[2]), 0)
        first = min(max(now - MOST // 2, 0), max(len(rows) - MOST, 0))
        imgui.set_next_window_pos(corner)
        imgui.set_next_window_size((0, 0))
        imgui.set_next_window_bg_alpha(0.9)
        imgui.push_style_var(imgui.StyleVar_.window_padding, (look.px(8), look.px(6)))
        imgui.push_style_var(imgui.StyleVar_.item_spacing, (look.px(4), look.px(2)))
        imgui.begin("what-ifs", None, WHOLE | imgui.WindowFlags_.always_auto_resize)
        clicked = None
        with gui.font(12.0, bold=True):
            imgui.text(text("whatif.title"))
        self.places = []
        with gui.font(12.0):
            for order, (depth, words, shown) in enumerate(rows[first : first + MOST], first):
                imgui.push_style_color(imgui.Col_.text, four(look.colour("ray" if shown else "ink")))
                icon = HERE if shown else BRANCH if depth else ""
                label = f"{'    ' * depth}{icon}{words}##{order}"
                wide = imgui.calc_text_size(label.partition("##")[0]).x + look.px(6)
                if imgui.selectable(label, False, 0, (wide, 0))[0] and not shown:
                    clicked = order
                explain(gui, text("tip.whatif.row"))
                imgui.pop_style_color()
                low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
                self.places.append((round((low.x + high.x) / 2), round((low.y + high.y) / 2)))
            imgui.text_disabled(hint)
        tell_hovered(gui, look)
        at, size = imgui.get_window_pos(), imgui.get_window_size()
        self.box = pygame.Rect(round(at.x), round(at.y), round(size.x), round(size.y))
        imgui.end()
        imgui.pop_style_var(2)
        return clicked
