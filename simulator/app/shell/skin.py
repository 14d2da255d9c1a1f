"""How ImGui's parts look: the colours of the window's theme, and sizes that follow the text scale."""

from __future__ import annotations

from imgui_bundle import imgui, implot

from simulator.app.shell.theme import Look
from simulator.canvas.theme import Colour, contrasting, mix

TEXT = 15.0  # px of a line of text at scale 1
C = imgui.Col_


def word(colour: Colour, alpha: int = 255) -> int:
    """A colour as ImGui's draw lists take it."""
    return colour[0] | colour[1] << 8 | colour[2] << 16 | alpha << 24


def four(colour: Colour, alpha: float = 1.0) -> imgui.ImVec4:
    """A colour as ImGui's styles take it."""
    return imgui.ImVec4(colour[0] / 255, colour[1] / 255, colour[2] / 255, alpha)


def dress(look: Look) -> None:
    """Give the present contexts of ImGui and ImPlot this look."""
    style, theme, px = imgui.get_style(), look.theme, look.px
    (imgui.style_colors_dark if theme.dark else imgui.style_colors_light)()
    style.font_size_base = TEXT
    two = imgui.ImVec2
    style.window_padding, style.frame_padding = two(px(14), px(12)), two(px(10), px(6))
    style.item_spacing, style.item_inner_spacing = two(px(10), px(8)), two(px(8), px(6))
    style.cell_padding = two(px(8), px(5))
    style.window_rounding = style.window_border_size = 0.0
    style.frame_border_size = 1.0 if theme.dark and theme.edged else 0.0
    style.child_rounding = style.popup_rounding = px(8)
    style.frame_rounding = style.grab_rounding = style.tab_rounding = style.scrollbar_rounding = px(6)
    style.child_border_size, style.grab_min_size, style.scrollbar_size = 1.0, px(14), px(13)
    style.indent_spacing = px(20)
    style.font_scale_main = look.zoom
    for part, colour in _colours(look).items():
        style.set_color_(part, colour)
    implot.get_style().plot_border_size = 0.0


def _colours(look: Look) -> dict[int, imgui.ImVec4]:
    theme, accent = look.theme, look.colour("ray")
    field, lit, held = mix(theme.card, theme.line, 0.7), look.soft("ray", 0.22), look.soft("ray", 0.36)
    return {
        C.text: four(look.colour("ink")), C.text_disabled: four(look.colour("muted")),
        C.window_bg: four(theme.panel), C.child_bg: four(theme.card), C.popup_bg: four(theme.card),
        C.border: four(theme.line), C.frame_bg: four(field), C.frame_bg_hovered: four(lit),
        C.frame_bg_active: four(held),
        C.button: four(field), C.button_hovered: four(lit), C.button_active: four(held),
        C.header: four(lit), C.header_hovered: four(lit), C.header_active: four(held),
        C.slider_grab: four(accent), C.slider_grab_active: four(accent), C.check_mark: four(accent),
        C.scrollbar_bg: four(theme.panel), C.scrollbar_grab: four(theme.line),
        C.scrollbar_grab_hovered: four(look.colour("muted")), C.scrollbar_grab_active: four(look.colour("muted")),
        C.separator: four(theme.line), C.nav_cursor: four(accent), C.text_selected_bg: four(held),
        C.tab: four(theme.panel), C.tab_hovered: four(lit), C.tab_selected: four(held),
        C.table_header_bg: four(field), C.table_border_light: four(theme.line), C.table_border_strong: four(theme.line),
        C.modal_window_dim_bg: four(theme.panel, 0.6),
    }  # fmt: skip


def on(colour: Colour) -> imgui.ImVec4:
    """Text that can be read on a colour."""
    return four(contrasting(colour))
