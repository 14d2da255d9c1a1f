"""The keyboard on the screen, over a page: at the foot of the window, or above where the field lies there."""

from __future__ import annotations

from imgui_bundle import imgui

from simulator.app.play.screen_keys import COLUMNS, HEIGHT, ScreenKey, ScreenKeys
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import TEXT, on, word
from simulator.app.shell.theme import Look

WIDE, HIGH, GAP, PAD = 560, 36, 5, 12  # px at scale 1: of the whole, of a key, between keys, around them
HINT = 28  # px at scale 1, of the line below the keys
Rect = tuple[float, float, float, float]


def label(key: ScreenKey) -> str:
    """What stands on a key."""
    return key.sign or text(f"type.{key.word}")


def place_of(look: Look, size: tuple[float, float], field: float) -> Rect:
    """Left, top, width and height (px) in a window of this size, so that a ``field`` so far down can be seen."""
    wide = min(float(look.px(WIDE)), size[0] - 2 * look.px(GAP))
    high = float(look.px(PAD) + HEIGHT * look.px(HIGH) + (HEIGHT - 1) * look.px(GAP) + look.px(HINT))
    top = size[1] - high - look.px(GAP)
    if covers(look, (0.0, top, wide, high), field):
        top = float(look.px(GAP))
    return (size[0] - wide) / 2, top, wide, high


def covers(look: Look, rect: Rect, field: float) -> bool:
    """Whether a field that is so far down (px) lies under the keys, as in small windows it must."""
    return field + look.px(2 * TEXT) > rect[1] and field < rect[1] + rect[3]


def below(look: Look, rect: Rect, field: float, written: str) -> str:
    """The line below the keys: what the pad does; what was ``written`` where the keys cover the field."""
    return f"{written}|" if covers(look, rect, field) else text("type.hint")


def draw_screen_keys(gui: Gui, look: Look, keys: ScreenKeys, field: float) -> None:
    """Paint the keys above all else; nothing of it is pressed but by a gamepad."""
    view = imgui.get_main_viewport()
    rect = left, top, wide, high = place_of(look, (view.work_size.x, view.work_size.y), field)
    pen = imgui.get_foreground_draw_list()
    edge = word(look.theme.line)
    pen.add_rect_filled((left, top), (left + wide, top + high), word(look.theme.panel), look.px(8))
    pen.add_rect((left, top), (left + wide, top + high), edge, look.px(8))
    pad, gap, tall = look.px(PAD), look.px(GAP), look.px(HIGH)
    step = (wide - 2 * pad + gap) / COLUMNS
    marked = keys.marked
    for key in keys.keys:
        at = (round(left + pad + key.column * step), round(top + pad + key.row * (tall + gap)))
        end = (round(left + pad + (key.column + key.columns) * step - gap), at[1] + tall)
        _draw_key(gui, look, key, (*at, *end), lit=key == marked, held=key.word == "shift" and keys.capitals)
    words = below(look, rect, field, gui.written)
    with gui.font(13.0):
        while imgui.calc_text_size(words).x > wide - 2 * pad:
            words = words[1:]
        size = imgui.calc_text_size(words)
        at = (round(left + (wide - size.x) / 2), round(top + high - (look.px(HINT) + size.y) / 2))
        pen.add_text(at, word(look.colour("ink")), words)


def _draw_key(gui: Gui, look: Look, key: ScreenKey, box: tuple[int, int, int, int], *, lit: bool, held: bool) -> None:
    pen, accent = imgui.get_foreground_draw_list(), look.colour("ray")
    ground = word(accent) if lit else word(look.soft("ray", 0.36)) if held else word(look.theme.card)
    pen.add_rect_filled(box[:2], box[2:], ground, look.px(6))
    if not lit:
        pen.add_rect(box[:2], box[2:], word(look.theme.line), look.px(6))
    words = label(key)
    with gui.font(TEXT, bold=bool(key.sign)):
        size = imgui.calc_text_size(words)
        at = (round((box[0] + box[2] - size.x) / 2), round((box[1] + box[3] - size.y) / 2))
        ink = imgui.get_color_u32(on(accent)) if lit else word(look.colour("ink"))
        pen.add_text(at, ink, words)
