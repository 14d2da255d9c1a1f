"""Marks on a timeline: their shapes and colours, and which of them are drawn as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pygame
from imgui_bundle import imgui

from simulator.app.panels.views import MarkView
from simulator.app.shell.skin import word
from simulator.app.shell.theme import Look

KINDS: dict[str, tuple[str, str]] = {
    "divergence": ("cross", "bad"), "bookmark": ("flag", "ray"), "mistake": ("warning", "bad"),
    "unwanted": ("cross", "bad"), "end": ("square", "good"), "seat": ("ring", "ray"), "figure": ("disc", "ink"),
    "reward": ("diamond", "good"), "phase": ("bar", "muted"), "event": ("bar", "ink"),
}  # fmt: skip
"""Shape and colour by kind, the most important first: that one stands for all that are drawn as one."""
RANKS = {kind: rank for rank, kind in enumerate(KINDS)}


class Flag(NamedTuple):
    """One sign on the timeline."""

    x: float
    position: int
    """Of the most important mark."""
    kind: str
    marks: tuple[MarkView, ...]
    """All that it stands for, in their order."""


def merged(marks: Sequence[MarkView], x_of: Callable[[float], float], apart: float) -> list[Flag]:
    """The marks as signs that lie at least so many pixels apart."""
    groups: list[list[MarkView]] = []
    start = 0.0
    for mark in sorted(marks, key=lambda mark: mark.position):
        x = x_of(mark.position)
        if groups and x - start < apart:
            groups[-1].append(mark)
        else:
            groups.append([mark])
            start = x
    flags = []
    for group in groups:
        first = min(group, key=lambda mark: RANKS.get(mark.kind, len(RANKS)))
        flags.append(Flag(x_of(group[0].position), first.position, first.kind, tuple(group)))
    return flags


def flag_at(flags: Sequence[Flag], x: float, reach: float) -> Flag | None:
    """The sign nearest to a pixel."""
    near = min(flags, key=lambda flag: abs(flag.x - x), default=None)
    return near if near is not None and abs(near.x - x) <= reach else None


def draw_flags(look: Look, flags: Sequence[Flag], row: pygame.Rect) -> None:
    """All signs in a row of the present window; what stands for several has a line below."""
    pen, y = imgui.get_window_draw_list(), row.centery - look.px(1)
    for flag in flags:
        shape, style = KINDS.get(flag.kind, ("bar", "muted"))
        _draw_shape(pen, shape, (round(flag.x), y), look.px(4.5), word(look.colour(style)))
        if len(flag.marks) > 1:
            low = row.bottom - look.px(2)
            pen.add_line((flag.x - look.px(4), low), (flag.x + look.px(4), low), word(look.colour("muted")), 2.0)


def _draw_shape(pen: imgui.ImDrawList, shape: str, at: tuple[int, int], reach: float, colour: int) -> None:
    x, y = at
    if shape == "disc":
        pen.add_circle_filled((x, y), reach, colour)
    elif shape == "ring":
        pen.add_circle((x, y), reach, colour, 0, 2.0)
    elif shape == "square":
        pen.add_rect_filled((x - reach, y - reach), (x + reach, y + reach), colour)
    elif shape == "bar":
        pen.add_rect_filled((x - 1, y - reach), (x + 1, y + reach), colour)
    elif shape == "cross":
        pen.add_line((x - reach, y - reach), (x + reach, y + reach), colour, 2.5)
        pen.add_line((x - reach, y + reach), (x + reach, y - reach), colour, 2.5)
    elif shape == "flag":
        pen.add_line((x - reach, y - reach), (x - reach, y + reach), colour, 2.0)
        pen.add_triangle_filled((x - reach, y - reach), (x + reach, y - reach / 2), (x - reach, y + reach / 3), colour)
    elif shape == "warning":
        pen.add_triangle_filled((x, y - reach), (x + reach, y + reach), (x - reach, y + reach), colour)
    else:
        pen.add_quad_filled((x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y), colour)
