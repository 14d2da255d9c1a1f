"""The legend of a world: what the things in its picture stand for, each beside its sign as the world draws it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pygame
from imgui_bundle import imgui

from simulator.app.panels.wrapping import wrapped
from simulator.app.shell.gui import Gui
from simulator.app.shell.theme import Look
from simulator.canvas import Canvas, fit
from simulator.canvas.speech import said

if TYPE_CHECKING:
    from worlds.world import Seat, Sign, World

FINE = 3  # how much larger a sign is drawn before it is shrunk
SIDE = 38  # px of a sign, at text of 100 %


def draw_legend(gui: Gui, look: Look, world: World) -> None:
    """A row for every sign: its picture, and what it stands for."""
    side = max(int(look.px(SIDE)), 1)
    for number, sign in enumerate(world.view.legend):
        key = ("legend", world.name, number, side, look.theme.name)
        imgui.image(gui.painter.picture(key, partial(picture_of, sign, world.seats, look, side)), (side, side))
        imgui.same_line()
        high = imgui.calc_text_size(said(sign.words), False, max(imgui.get_content_region_avail().x, 1.0)).y
        imgui.begin_group()
        imgui.dummy((1.0, max((side - high) / 2.0 - imgui.get_style().item_spacing.y, 0.0)))
        wrapped(said(sign.words))
        imgui.end_group()


def picture_of(sign: Sign, seats: Sequence[Seat], look: Look, side: int) -> np.ndarray:
    """A sign as pixels (side, side, 3), on the colour of a box."""
    large = pygame.Surface((side * FINE, side * FINE), 0, 32)
    extent = (sign.span, sign.span)
    canvas = Canvas(large, extent, theme=look.theme, camera=fit(extent, large.get_size()), seats=seats)
    large.fill(look.theme.card)
    sign.draw(canvas)
    canvas.finish()
    small = pygame.surfarray.array3d(pygame.transform.smoothscale(large, (side, side)))
    return np.ascontiguousarray(small.swapaxes(0, 1))
