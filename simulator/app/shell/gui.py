"""Dear ImGui on the window's surface: its context, its letters, and what the keyboard, mouse and gamepads tell it.

Import this behind the first frame: the library takes half a second, and the loops that paint are compiled once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import imgui_bundle
import pygame
from imgui_bundle import imgui, implot

from simulator.app.shell.painter import Painter
from simulator.app.shell.skin import TEXT, dress
from simulator.app.shell.theme import Look
from simulator.app.shell.tips import Tips
from simulator.canvas.faces import Face
from simulator.canvas.text import lent

FONTS = Path(imgui_bundle.__file__).parent / "assets" / "fonts"
MANY_WIDTHS = 4000  # of words that are known
LONGEST_FRAME, SHORTEST_FRAME = 0.25, 1e-4  # s; ImGui refuses frames without time
K = imgui.Key
KEYS = {
    pygame.K_TAB: K.tab, pygame.K_LEFT: K.left_arrow, pygame.K_RIGHT: K.right_arrow, pygame.K_UP: K.up_arrow,
    pygame.K_DOWN: K.down_arrow, pygame.K_PAGEUP: K.page_up, pygame.K_PAGEDOWN: K.page_down, pygame.K_HOME: K.home,
    pygame.K_END: K.end, pygame.K_DELETE: K.delete, pygame.K_BACKSPACE: K.backspace, pygame.K_SPACE: K.space,
    pygame.K_RETURN: K.enter, pygame.K_KP_ENTER: K.keypad_enter, pygame.K_ESCAPE: K.escape,
    pygame.K_a: K.a, pygame.K_c: K.c, pygame.K_v: K.v, pygame.K_x: K.x, pygame.K_y: K.y, pygame.K_z: K.z,
}  # fmt: skip
MODIFIERS = (
    (pygame.KMOD_CTRL, K.mod_ctrl), (pygame.KMOD_SHIFT, K.mod_shift), (pygame.KMOD_ALT, K.mod_alt),
    (pygame.KMOD_META, K.mod_super),
)  # fmt: skip
PAD_BUTTONS = {
    0: K.gamepad_face_down, 1: K.gamepad_face_right, 2: K.gamepad_face_left, 3: K.gamepad_face_up,
    7: K.gamepad_start,
}  # fmt: skip
STEPS = {4: True, 5: False}  # shoulders of a pad, and whether they step back: as Tab does, into every part of a page
STICK = ((K.gamepad_l_stick_left, K.gamepad_l_stick_right), (K.gamepad_l_stick_up, K.gamepad_l_stick_down))
HAT = ((K.gamepad_dpad_left, K.gamepad_dpad_right), (K.gamepad_dpad_down, K.gamepad_dpad_up))
DEAD_ZONE = 0.35  # of a stick's way
BUTTONS = {1: 0, 3: 1, 2: 2}  # of a mouse: SDL's number → ImGui's


class Gui:
    """One ImGui context. Between `begin` and `end` the calls of `imgui` and `implot` say what is shown."""

    def __init__(self, look: Look) -> None:
        self.context, self.plots = imgui.create_context(), implot.create_context()
        self._choose()
        io = imgui.get_io()
        io.set_ini_filename("")
        io.set_log_filename("")
        io.config_flags |= imgui.ConfigFlags_.nav_enable_keyboard | imgui.ConfigFlags_.nav_enable_gamepad
        io.backend_flags |= imgui.BackendFlags_.renderer_has_textures | imgui.BackendFlags_.renderer_has_vtx_offset
        io.config_input_text_cursor_blink = False  # what rests is not painted anew
        io.fonts.flags |= imgui.ImFontAtlasFlags_.no_baked_round_corners  # soft edges by shape are painted faster
        io.fonts.flags |= imgui.ImFontAtlasFlags_.no_baked_lines  # and so are lines
        self.plain, self.bold = _font("Roboto-Regular.ttf"), _font("Roboto-Bold.ttf")
        self._lent: set[Face] = set()
        self.painter = Painter()
        self._widths: dict[tuple[str, float, bool], int] = {}
        self.ears: Any = None
        """What overhears each frame for a screen reader, if there is one."""
        self.tips = Tips()
        """What is explained in the frame that was said last."""
        self._look: Look | None = None
        self.wear(look)

    def wear(self, look: Look) -> None:
        """Use the colours and the text scale of a look."""
        if look != self._look:
            self._choose()
            dress(look)
            self._look = look
            self._widths.clear()

    def _choose(self) -> None:
        imgui.set_current_context(self.context)
        implot.set_current_context(self.plots)

    def begin(self, size: tuple[int, int], seconds: float) -> None:
        """Begin a frame of a window of this size."""
        self._choose()
        self._borrow()
        io = imgui.get_io()
        io.display_size = imgui.ImVec2(*size)
        io.delta_time = min(max(seconds, SHORTEST_FRAME), LONGEST_FRAME)
        imgui.new_frame()
        self.tips.begin()
        if self.ears is not None:
            self.ears.begin()

    def _borrow(self) -> None:
        """Take letters that the own fonts lack from the face of the system that is in use."""
        face = lent()
        if face is not None and face not in self._lent:
            self._lent.add(face)
            for font in (self.plain, self.bold):
                _merge(font, face)

    def end(self, target: pygame.Surface) -> bool:
        """Paint what was said since `begin`; whether it differs from the frame before."""
        if self.ears is not None:
            self.ears.end()
        imgui.render()
        return self.painter.paint(target)

    @contextmanager
    def unseen(self, size: tuple[int, int]) -> Iterator[None]:
        """A frame that nobody sees or hears, inside a `with`: ImGui learns in it how wide tables and boxes are that are
        new, and so the first frame that is seen is as those after it.
        """
        ears, self.ears = self.ears, None
        self.begin(size, SHORTEST_FRAME)
        yield
        imgui.end_frame()
        self.ears = ears

    @contextmanager
    def font(self, size: float = TEXT, *, bold: bool = False) -> Iterator[None]:
        """Text of another size (at scale 1), or bold, inside a `with`."""
        imgui.push_font(self.bold if bold else self.plain, size)
        yield
        imgui.pop_font()

    def width(self, words: str, size: float, *, bold: bool = False) -> int:
        """Pixels that a line of text takes, in whole ones; between `begin` and `end`."""
        key = (words, size, bold)
        if key not in self._widths:
            if len(self._widths) >= MANY_WIDTHS:
                self._widths.clear()
            with self.font(size, bold=bold):
                self._widths[key] = math.ceil(imgui.calc_text_size(words).x)
        return self._widths[key]

    def handle(self, event: pygame.event.Event) -> None:
        """Take in what keyboard, mouse and gamepads do."""
        self._choose()
        io, kind = imgui.get_io(), event.type
        if kind in (pygame.KEYDOWN, pygame.KEYUP):
            _key(io, event)
        elif kind == pygame.TEXTINPUT:
            io.add_input_characters_utf8(event.text)
        elif kind == pygame.MOUSEMOTION:
            io.add_mouse_pos_event(*event.pos)
        elif kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP) and event.button in BUTTONS:
            io.add_mouse_pos_event(*event.pos)
            io.add_mouse_button_event(BUTTONS[event.button], kind == pygame.MOUSEBUTTONDOWN)
        elif kind == pygame.MOUSEWHEEL:
            io.add_mouse_wheel_event(float(event.x), float(event.y))
        elif kind in (pygame.WINDOWFOCUSLOST, pygame.WINDOWFOCUSGAINED):
            io.add_focus_event(kind == pygame.WINDOWFOCUSGAINED)
        else:
            _pad(io, event)

    @property
    def busy(self) -> bool:
        """Whether a list is open or something is edited: then Escape ends that, and nothing else."""
        self._choose()
        popup = imgui.PopupFlags_.any_popup_id | imgui.PopupFlags_.any_popup_level
        return imgui.is_popup_open("", popup) or imgui.is_any_item_active()

    # --- a field of text that is being edited ---

    @property
    def field(self) -> float | None:
        """How far down it is (px); None where none is edited."""
        self._choose()
        if not imgui.get_io().want_text_input:
            return None
        return float(imgui.get_current_context().platform_ime_data.input_pos.y)

    @property
    def written(self) -> str:
        """What stands in it so far; between `begin` and `end`."""
        state = imgui.internal.get_input_text_state(imgui.internal.get_active_id())
        return "" if state is None else str(state.get_text())

    def write(self, words: str) -> None:
        """Write into it, as if by keys."""
        self._choose()
        imgui.get_io().add_input_characters_utf8(words)

    def rub_out(self) -> None:
        """Take its last sign away, or what is marked in it."""
        self._tap(K.backspace)

    def enter(self) -> None:
        """Take it as it is, and what hangs on that."""
        self._tap(K.enter)

    def _tap(self, key: Any) -> None:
        self._choose()
        for down in (True, False):
            imgui.get_io().add_key_event(key, down)

    def let_go(self) -> None:
        """Hold nothing down: what is let go while another screen is seen is not told here, and a key that ImGui takes
        for held would go on repeating itself.
        """
        self._choose()
        io = imgui.get_io()
        io.clear_input_keys()
        io.clear_input_mouse()

    def end_editing(self) -> None:
        """Leave it as it is."""
        self._choose()
        imgui.internal.clear_active_id()

    def close(self) -> None:
        """Give the contexts back."""
        self._choose()
        implot.destroy_context(self.plots)
        imgui.destroy_context(self.context)


def _font(name: str) -> imgui.ImFont:
    """A font with the icons of Font Awesome; its letters lie on whole pixels, so that they are copied, not sampled."""
    letters, icons = imgui.ImFontConfig(), imgui.ImFontConfig()
    letters.oversample_h = icons.oversample_h = 1
    icons.merge_mode = True
    fonts = imgui.get_io().fonts
    font = fonts.add_font_from_file_ttf(str(FONTS / "Roboto" / name), TEXT, letters)
    fonts.add_font_from_file_ttf(str(FONTS / "Font_Awesome_6_Free-Solid-900.otf"), 0.85 * TEXT, icons)
    return font


def _merge(font: imgui.ImFont, face: Face) -> None:
    """Add a face of the system to a font; each of its letters is painted when it is needed."""
    letters = imgui.ImFontConfig()
    letters.oversample_h, letters.merge_mode, letters.dst_font, letters.font_no = 1, True, font, face.number
    imgui.get_io().fonts.add_font_from_file_ttf(str(face.path), TEXT, letters)


def _key(io: Any, event: pygame.event.Event) -> None:
    modifiers = int(getattr(event, "mod", 0))
    for mask, key in MODIFIERS:
        io.add_key_event(key, bool(modifiers & mask))
    if event.key in KEYS:
        io.add_key_event(KEYS[event.key], event.type == pygame.KEYDOWN)


def _pad(io: Any, event: pygame.event.Event) -> None:
    if event.type in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
        if event.button in PAD_BUTTONS:
            io.add_key_event(PAD_BUTTONS[event.button], event.type == pygame.JOYBUTTONDOWN)
        elif event.button in STEPS:
            io.add_key_event(K.mod_shift, STEPS[event.button] and event.type == pygame.JOYBUTTONDOWN)
            io.add_key_event(K.tab, event.type == pygame.JOYBUTTONDOWN)
    elif event.type == pygame.JOYHATMOTION:
        for (less, more), value in zip(HAT, event.value, strict=True):
            io.add_key_event(less, value < 0)
            io.add_key_event(more, value > 0)
    elif event.type == pygame.JOYAXISMOTION and event.axis in (0, 1):
        less, more = STICK[event.axis]
        io.add_key_analog_event(less, event.value < -DEAD_ZONE, max(-event.value, 0.0))
        io.add_key_analog_event(more, event.value > DEAD_ZONE, max(event.value, 0.0))
    else:
        return
    io.backend_flags |= imgui.BackendFlags_.has_gamepad
