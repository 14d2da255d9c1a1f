"""A part of the panel as it was laid out last: shapes and words for ImGui, and what each of them means.

It is laid out some times a second, which is as fast as people read, and said in every frame: the same words and shapes
are the same draw list, which is not painted again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pygame
from imgui_bundle import imgui

from simulator.app.panels.parts import WHOLE
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import word
from simulator.app.shell.theme import Look, broken, shortened
from simulator.canvas import shapes
from simulator.canvas.speech import said
from simulator.canvas.theme import Colour, SeatLike, mix, seat_colours, seat_shapes

LETTERS = 1.2  # height of a line of text for each pixel of its letters
TIP = 320  # px at scale 1 that an explanation takes at most
QUIET = WHOLE | imgui.WindowFlags_.no_inputs | imgui.WindowFlags_.no_nav | imgui.WindowFlags_.no_focus_on_appearing
Place = tuple[float, float]


class TipSpot(NamedTuple):
    """A place that explains itself when the mouse is over it."""

    box: pygame.Rect
    words: str
    seat: int
    """Which a click there follows; -1: none."""


class PanelSheet:
    """One list of shapes and words; places are pixels of the window."""

    def __init__(self, gui: Gui, look: Look, name: str, box: pygame.Rect) -> None:
        self.gui, self.look, self.name, self.box = gui, look, name, box
        self.spots: list[TipSpot] = []
        self.written: list[tuple[str, pygame.Rect]] = []
        """All words, and where they stand."""
        self._said: list[tuple[str, tuple[Any, ...]]] = []

    def show(self) -> None:
        """Say it in the present frame."""
        imgui.set_next_window_pos(self.box.topleft)
        imgui.set_next_window_size(self.box.size)
        imgui.push_style_var(imgui.StyleVar_.window_padding, (0.0, 0.0))
        imgui.begin(f"panel {self.name}", None, QUIET)
        imgui.pop_style_var()
        pen = imgui.get_window_draw_list()
        for shape, arguments in self._said:
            if shape:
                getattr(pen, shape)(*arguments)
            else:
                arguments[0]()
        imgui.end()

    def explain(self, box: pygame.Rect, words: str, seat: int = -1) -> None:
        """Tell what a place means, and which seat a click there follows."""
        if words:
            self.spots.append(TipSpot(box, words, seat))

    def call(self, what: Callable[[], None]) -> None:
        """Say something with ImGui's own calls."""
        self._said.append(("", (what,)))

    # --- words -----------------------------------------------------------------------------------------------------

    def width(self, words: str, size: float, *, bold: bool = False) -> int:
        """Pixels that a line of text takes."""
        return self.gui.width(said(words), LETTERS * size, bold=bold)

    def text(
        self, place: Place, words: str, *, size: float = 13, style: str = "ink", bold: bool = False,
        align: str = "left", room: int | None = None, colour: Colour | None = None,
    ) -> pygame.Rect:  # fmt: skip
        """One line of text; `place` is its left, centre or right end at half its height. Cut short to `room` pixels."""
        words, high = said(words), round(LETTERS * size * self.look.zoom)
        wide = self.width(words, size, bold=bold)
        if room is not None and wide > room and len(words) > 1:
            words = shortened(words, room, lambda part: self.width(part, size, bold=bold))
            wide = self.width(words, size, bold=bold)
        left = place[0] - {"left": 0.0, "right": wide, "center": wide / 2}[align]
        box = pygame.Rect(round(left), round(place[1] - high / 2), wide, high)
        font = self.gui.bold if bold else self.gui.plain
        shade = word(colour or self.look.colour(style))
        self._said.append(("add_text", (font, float(high), box.topleft, shade, words)))
        self.written.append((words, box))
        return box

    def lines(self, words: str, size: float, room: int) -> list[str]:
        """The words on as many lines of `room` pixels as it takes, broken at spaces and in paths, else anywhere."""
        return broken(said(words), room, lambda part: self.width(part, size))

    def chip_width(self, words: str) -> int:
        """How wide a chip with these words is."""
        return self.width(words, 11, bold=True) + self.look.px(14)

    def chip(self, place: Place, words: str, style: str, *, align: str = "left", tip: str = "") -> pygame.Rect:
        """A word in a small tinted box; gives the box."""
        look, wide = self.look, self.chip_width(words)
        box = pygame.Rect(0, 0, wide, look.px(20))
        box.centery = round(place[1])
        setattr(box, align, round(place[0]))
        self.rect(box, mix(look.theme.panel, look.colour(style), 0.2), box.height // 2)
        self.text(box.center, words, size=11, style=style, bold=True, align="center")
        self.explain(box, tip)
        return box

    # --- shapes ----------------------------------------------------------------------------------------------------

    def rect(self, box: pygame.Rect, colour: Colour, radius: float = 0.0) -> None:
        """A filled box."""
        if box.width > 0 and box.height > 0:
            self._said.append(("add_rect_filled", (box.topleft, box.bottomright, word(colour), float(radius))))

    def edge(self, box: pygame.Rect, colour: Colour, width: float = 1.0, radius: float = 0.0) -> None:
        """The edge of a box."""
        self._said.append(("add_rect", (box.topleft, box.bottomright, word(colour), float(radius), float(width))))

    def card(self, box: pygame.Rect) -> None:
        """The background of a box in the panel."""
        theme, radius = self.look.theme, self.look.px(8)
        self.rect(box, theme.card, radius)
        if theme.edged:
            self.edge(box, theme.line, 1.0, radius)

    def bar(self, box: pygame.Rect, part: float, colour: Colour, ground: Colour, radius: float = 0.0) -> None:
        """A bar, filled from the left."""
        self.rect(box, ground, radius)
        wide = round(box.width * part)
        self.rect(pygame.Rect(box.left, box.top, wide, box.height), colour, min(radius, wide / 2))

    def disc(self, centre: Place, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self._said.append(("add_circle_filled", (centre, float(radius), word(colour))))

    def ring(self, centre: Place, radius: float, width: float, colour: Colour) -> None:
        """A circle line whose outer edge is at `radius`."""
        self._said.append(("add_circle", (centre, radius - width / 2, word(colour), 0, float(width))))

    def polygon(self, points: np.ndarray, colour: Colour) -> None:
        """A filled outline (n, 2)."""
        corners = [imgui.ImVec2(x, y) for x, y in points.tolist()]
        self._said.append(("add_concave_poly_filled", (corners, word(colour))))

    def picture(self, box: pygame.Rect, texture: Callable[[], imgui.ImTextureRef]) -> None:
        """A picture in a box; it is asked for in every frame."""
        self.call(lambda: imgui.get_window_draw_list().add_image(texture(), box.topleft, box.bottomright))

    def line(self, points: np.ndarray, colour: Colour, width: float) -> None:
        """A line through points (n, 2)."""
        self._said.append(
            ("add_polyline", ([imgui.ImVec2(x, y) for x, y in points.tolist()], word(colour), float(width), 0))
        )

    def seat(self, seats: Sequence[SeatLike], index: int, centre: Place, radius: float) -> None:
        """A seat's shape and colour as a small sign, facing up unless it is pointed."""
        shape = seat_shapes(seats)[index]
        turn = -np.pi / 2 if shape in shapes.POINTED else 0.0
        outline = shapes.turned(shapes.OUTLINES[shape], turn) * radius + np.asarray(centre)
        self.polygon(outline, seat_colours(seats)[index])


def show_tip(gui: Gui, look: Look, words: str) -> None:
    """An explanation beside the mouse."""
    with gui.font(13.0):
        imgui.begin_tooltip()
        imgui.push_text_wrap_pos(float(look.px(TIP)))
        imgui.text(said(words))
        imgui.pop_text_wrap_pos()
        imgui.end_tooltip()
