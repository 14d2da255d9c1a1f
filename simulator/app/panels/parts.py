"""Small parts that the screens share: headings, buttons, pictures, keys as they look on a keyboard."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pygame
from imgui_bundle import imgui

from simulator.app.panels.wrapping import broken, wrapped
from simulator.app.shell.accessibility import hints
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import TEXT, four, on, word
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said

MESSAGES = 4  # that are shown at once
WHOLE = (
    imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_saved_settings | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_bring_to_front_on_focus
)  # fmt: skip
FLAT = imgui.ChildFlags_.nav_flattened
CARD = FLAT | imgui.ChildFlags_.borders | imgui.ChildFlags_.always_use_window_padding


@contextmanager
def whole_window(name: str) -> Iterator[None]:
    """A window of ImGui that fills the window, above the bar of messages."""
    view = imgui.get_main_viewport()
    imgui.set_next_window_pos(view.work_pos)
    imgui.set_next_window_size(view.work_size)
    imgui.begin(name, None, WHOLE)
    yield
    imgui.end()


@contextmanager
def box(name: str, size: tuple[float, float], *, card: bool = True) -> Iterator[None]:
    """A part of a window that scrolls by itself; 0 takes all that is left."""
    if not card:
        imgui.push_style_color(imgui.Col_.child_bg, imgui.ImVec4(0, 0, 0, 0))
    imgui.begin_child(name, size, CARD if card else FLAT)
    if not card:
        imgui.pop_style_color()
    yield
    imgui.end_child()


def heading(gui: Gui, words: str, size: float = 18.0) -> None:
    """A line of bold text, words of a world translated."""
    hints.headed()
    with gui.font(size, bold=True):
        imgui.text(said(words))


def muted(look: Look, words: str, room: float = 0.0) -> None:
    """Text of less weight, broken where the room (px) ends; words of a world are translated."""
    imgui.push_style_color(imgui.Col_.text, four(look.colour("muted")))
    wrapped(said(words), room)
    imgui.pop_style_color()


def strong_button(gui: Gui, look: Look, words: str, size: tuple[float, float] = (0.0, 0.0)) -> bool:
    """The button that is wanted most."""
    accent = look.colour("ray")
    for part, colour in (
        (imgui.Col_.button, four(accent)), (imgui.Col_.button_hovered, four(accent, 0.85)),
        (imgui.Col_.button_active, four(accent, 0.7)), (imgui.Col_.text, on(accent)),
    ):  # fmt: skip
        imgui.push_style_color(part, colour)
    with gui.font(TEXT, bold=True):
        pressed = imgui.button(words, size)
    imgui.pop_style_color(4)
    return pressed


def picture(gui: Gui, path: Path, size: tuple[int, int]) -> imgui.ImTextureRef:
    """A picture from a file, made small so that no pixel is skipped."""
    return gui.painter.picture((str(path), size), lambda: _loaded(path, size))


def drawn(gui: Gui, key: Hashable, pixels: np.ndarray) -> imgui.ImTextureRef:
    """A picture (h, w, 3) that stays the same as long as its key does."""
    return gui.painter.picture(key, lambda: pixels)


def moving(
    gui: Gui, key: Hashable, at: int, shown: Callable[[], np.ndarray], size: tuple[int, int]
) -> imgui.ImTextureRef:  # fmt: skip
    """Picture number `at` of a film, made small likewise; no other of that film is kept."""

    def make() -> np.ndarray:
        return _small(pygame.surfarray.make_surface(shown().swapaxes(0, 1)), size)

    return gui.painter.picture((key, size), make, at)


def _loaded(path: Path, size: tuple[int, int]) -> np.ndarray:
    try:
        return _small(pygame.image.load(str(path)).convert(24), size)
    except (pygame.error, OSError):
        return np.zeros((size[1], size[0], 3), np.uint8)


def _small(surface: pygame.Surface, size: tuple[int, int]) -> np.ndarray:
    small = pygame.transform.smoothscale(surface, size)
    return np.ascontiguousarray(pygame.surfarray.array3d(small).swapaxes(0, 1))


def caps_width(gui: Gui, look: Look, keys: Sequence[str]) -> float:
    """Pixels that `key_caps` takes."""
    with gui.font(13.0, bold=True):
        wide = [max(imgui.calc_text_size(key).x + 2 * look.px(8), look.px(26)) for key in keys]
    return sum(wide) + look.px(4) * (len(keys) - 1)


def key_caps(gui: Gui, look: Look, keys: Sequence[str]) -> None:
    """Keys as they look on a keyboard, one beside the other, in a line of their own or before what follows."""
    hints.painted(" ".join(key for key in keys if key != "or"))
    pen, pad, high = imgui.get_window_draw_list(), look.px(8), look.px(26)
    with gui.font(13.0, bold=True):
        for order, key in enumerate(keys):
            if order:
                imgui.same_line(0.0, look.px(4))
            size = imgui.calc_text_size(key)
            if key == "or":
                imgui.align_text_to_frame_padding()
                imgui.text_disabled(said(key))
                continue
            wide = max(size.x + 2 * pad, high)
            at = imgui.get_cursor_screen_pos()
            low, edge = look.theme.line, look.soft("muted", 0.7)
            pen.add_rect_filled((at.x, at.y), (at.x + wide, at.y + high), word(edge), look.px(5))
            pen.add_rect_filled(
                (at.x + 1, at.y + 1), (at.x + wide - 1, at.y + high - look.px(3)), word(low), look.px(4)
            )
            middle = (round(at.x + (wide - size.x) / 2), round(at.y + (high - look.px(3) - size.y) / 2))
            pen.add_text(middle, word(look.colour("ink")), key)
            imgui.dummy((wide, high))


def draw_messages(gui: Gui, look: Look, messages: Sequence[str]) -> None:
    """What was said lately, in a bar at the foot of the window; all else keeps above it: it covers no button."""
    if not messages:
        return
    view, style = imgui.get_main_viewport(), imgui.get_style()
    room = view.size.x - 2 * style.window_padding.x
    shown = [broken(words, room) for words in messages[-MESSAGES:]]
    high = sum(imgui.calc_text_size(words, wrap_width=room).y + style.item_spacing.y for words in shown)
    imgui.push_style_color(imgui.Col_.window_bg, four(look.soft("ray", 0.25)))
    flags = imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_saved_settings | imgui.WindowFlags_.no_nav
    flags |= imgui.WindowFlags_.no_focus_on_appearing | imgui.WindowFlags_.no_inputs
    foot = high - style.item_spacing.y + 2 * style.window_padding.y
    imgui.internal.begin_viewport_side_bar("messages", view, imgui.Dir.down, foot, flags)
    for words in shown:
        imgui.text_wrapped(words)
    imgui.end()
    imgui.pop_style_color()
