"""Explains what panels of ImGui show: each notes what a place means, and the place under the mouse tells it."""

from __future__ import annotations

from imgui_bundle import imgui

from simulator.app.panels.sheet import show_tip
from simulator.app.shell.gui import Gui
from simulator.app.shell.theme import Look
from simulator.app.shell.tips import Pixel, TipBox, Words


def explain(gui: Gui, words: Words) -> None:
    """Tell what the last item means."""
    low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
    explain_place(gui, (low.x, low.y, high.x, high.y), words)


def explain_place(gui: Gui, place: tuple[float, float, float, float], words: Words) -> None:
    """Tell what a place (left, top, right, bottom) of the present window means, as far as it is in view."""
    pen = imgui.get_window_draw_list()
    low, high = pen.get_clip_rect_min(), pen.get_clip_rect_max()
    box = (max(place[0], low.x), max(place[1], low.y), min(place[2], high.x), min(place[3], high.y))
    if words and box[0] < box[2] and box[1] < box[3]:
        gui.tips.boxes.append(TipBox(*box, words))


def explain_heads(gui: Gui, words: list[str]) -> None:
    """Tell what the columns of a table mean whose row of names is the present one."""
    for column, each in enumerate(words):
        if imgui.table_set_column_index(column):
            at, wide = imgui.get_cursor_screen_pos(), imgui.get_content_region_avail().x
            explain_place(gui, (at.x, at.y, at.x + wide, at.y + imgui.get_text_line_height()), each)


def tell_hovered(gui: Gui, look: Look) -> None:
    """Explain what is under the mouse in the present window; not to whoever goes by keys."""
    by_keys = imgui.get_current_context().nav_highlight_item_under_nav
    if imgui.is_window_hovered(imgui.HoveredFlags_.child_windows) and not by_keys:
        at = imgui.get_mouse_pos()
        tell_at(gui, look, (at.x, at.y))


def tell_at(gui: Gui, look: Look, pixel: Pixel | None) -> None:
    """Explain what is at a pixel; None: the mouse is away."""
    if pixel is not None and (words := gui.tips.told(pixel)):
        show_tip(gui, look, words)
