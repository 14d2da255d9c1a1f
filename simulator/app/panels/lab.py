"""The laboratory: figures of the ring, its diagram's axes, and all checks beside their published values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pygame
from imgui_bundle import imgui, implot

from simulator.app.panels.parts import box, heading, muted
from simulator.app.panels.plots import AXIS, FIXED, dressed
from simulator.app.panels.ring import seconds_in
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from worlds.road.lab.cars import RING
from worlds.road.lab.misses import KNOWN_MISS, judge, miss_of

if TYPE_CHECKING:
    from simulator.app.panels.ring import Ring
    from worlds.road.lab.check import Check

Found = Sequence[tuple[str, "Check"]]
"""Experiments and what they found."""
AGAINST = ("published", "model")
COLUMNS = (("measured", 78), ("published", 78), ("allowed", 150))  # px at scale 1
NARROW = 400  # px at scale 1: a table less wide shows what was measured alone
GAP = 10  # px at scale 1
BELOW_RING = 175  # px at scale 1, for the figures
TABLE = (
    imgui.TableFlags_.scroll_y | imgui.TableFlags_.row_bg | imgui.TableFlags_.no_saved_settings
    | imgui.TableFlags_.pad_outer_x
)  # fmt: skip


@dataclass
class LabView:
    """What the window shows."""

    ring: Ring
    speed: float
    """Simulated seconds a second."""
    paused: bool = False
    found: Found = ()
    now: str = ""
    """The experiment that is being made; empty when all are."""
    scroll: float = 0.0
    """Pages that the table is to move by, once."""
    plot: pygame.Rect = field(default_factory=lambda: pygame.Rect(0, 0, 0, 0))
    """Where the diagram was seen last: its picture belongs there, under the axes."""


def ring_box(size: tuple[int, int], look: Look) -> pygame.Rect:
    """Where the ring is drawn in a window of a size."""
    gap = look.px(GAP)
    side = max(min(round(size[0] * 0.46), size[1] - look.px(BELOW_RING)), 1)
    return pygame.Rect(gap, gap, side, side)


def draw_lab(gui: Gui, look: Look, view: LabView, size: tuple[int, int]) -> None:
    """All but the ring itself."""
    gap, ring = look.px(GAP), ring_box(size, look)
    right = ring.right + gap
    parts = (
        ("figures", (ring.left, ring.bottom + gap), (ring.width, size[1] - ring.bottom - 2 * gap), _figures),
        ("diagram", (right, gap), (size[0] - right - 2 * gap, round(0.44 * size[1])), _diagram),
        ("checks", (right, 2 * gap + round(0.44 * size[1])), (size[0] - right - gap, round(0.56 * size[1]) - 3 * gap),
         _checks),
    )  # fmt: skip
    clear = imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_background | imgui.WindowFlags_.no_saved_settings
    for name, place, room, show in parts:
        imgui.set_next_window_pos(place)
        imgui.set_next_window_size((max(room[0], 1), max(room[1], 1)))
        imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(0, 0))
        imgui.begin(name, None, clear | imgui.WindowFlags_.no_move)
        imgui.pop_style_var()
        show(gui, look, view)
        imgui.end()


def _figures(gui: Gui, look: Look, view: LabView) -> None:
    ring = view.ring
    speeds, jam = ring.speeds, ring.jam_speed()
    travels = text("lab.jam.none") if jam is None else text("lab.jam.travels", speed=f"{jam:+.0f}".replace("-", "−"))
    rows = (
        ("cars", text("lab.cars.calm" if ring.calm else "lab.cars.town", cars=ring.cars)),
        ("mean", f"{3.6 * float(speeds.mean()):.1f} km/h"),
        ("spread", f"{float(speeds.std()):.2f} m/s"),
        ("jam", travels),
    )
    clock = text("lab.paused" if view.paused else "lab.clock", seconds=f"{ring.seconds:.0f}", speed=f"{view.speed:g}")
    muted(look, clock)
    with gui.font(13.0):
        for name, words in rows:
            imgui.text_colored(four(look.colour("muted")), text(f"lab.{name}"))
            imgui.same_line(look.px(120))
            wrapped(words)
            if name == "jam" and imgui.is_item_hovered():
                imgui.set_tooltip(text("lab.jam.about"))
    with gui.font(11.0):
        muted(look, text("lab.keys"))


def _diagram(gui: Gui, look: Look, view: LabView) -> None:
    """Axes over the picture, which lies beneath the window's parts."""
    heading(gui, text("lab.diagram"), 14)
    imgui.same_line()
    with gui.font(12.0):
        muted(look, text("lab.diagram.about"))
    with dressed(gui, look):
        implot.push_style_color(implot.Col_.plot_bg, imgui.ImVec4(0, 0, 0, 0))
        implot.push_style_var(implot.StyleVar_.plot_border_size, 0.0)
        if implot.begin_plot("##diagram", imgui.get_content_region_avail(), FIXED | implot.Flags_.no_legend):
            end = view.ring.past[-1][0]
            implot.setup_axes(text("lab.time"), text("lab.place"), AXIS, AXIS)
            begin = end - seconds_in(max(view.plot.width, 1))
            implot.setup_axis_limits(implot.ImAxis_.x1, begin, end, implot.Cond_.always)
            implot.setup_axis_limits(implot.ImAxis_.y1, 0.0, RING, implot.Cond_.always)
            implot.setup_finish()
            at, wide = implot.get_plot_pos(), implot.get_plot_size()
            view.plot = pygame.Rect(round(at.x), round(at.y), round(wide.x), round(wide.y))
            implot.end_plot()
        implot.pop_style_var()
        implot.pop_style_color()


def _checks(gui: Gui, look: Look, view: LabView) -> None:
    holding = sum(check.passed for _, check in view.found)
    done = text("lab.measuring", name=view.now) if view.now else text("lab.hold", count=holding, all=len(view.found))
    heading(gui, text("lab.checks"), 14)
    imgui.same_line()
    with gui.font(12.0):
        muted(look, done)
    with gui.font(13.0), box("table", (0.0, 0.0)):
        narrow = imgui.get_content_region_avail().x < look.px(NARROW)
        columns = COLUMNS[:1] if narrow else COLUMNS
        if imgui.begin_table(f"checks {len(columns)}", 1 + len(columns), TABLE, imgui.get_content_region_avail()):
            imgui.table_setup_scroll_freeze(0, 1)
            imgui.table_setup_column(text("lab.check"), imgui.TableColumnFlags_.width_stretch)
            for name, wide in columns:
                imgui.table_setup_column(text(f"lab.{name}"), imgui.TableColumnFlags_.width_fixed, float(look.px(wide)))
            imgui.table_headers_row()
            _move(view)
            for against in AGAINST:
                _group(gui, look, view.found, against, len(columns))
            imgui.end_table()


def _move(view: LabView) -> None:
    """Scroll by the pages that were asked for."""
    if view.scroll:
        imgui.set_scroll_y(imgui.get_scroll_y() + 0.8 * view.scroll * imgui.get_window_size().y)
        view.scroll = 0.0


def _group(gui: Gui, look: Look, found: Found, against: str, columns: int) -> None:
    ours = [(name, check) for name, check in found if check.against == against]
    if not ours:
        return
    imgui.table_next_row()
    imgui.table_next_column()
    with gui.font(13.0, bold=True):
        imgui.text_colored(four(look.colour("muted")), text(f"lab.against.{against}"))
    for number, (name, check) in enumerate(ours):
        imgui.push_id(f"{against} {number}")
        _row(look, name, check, columns)
        imgui.pop_id()


def _row(look: Look, name: str, check: Check, columns: int) -> None:
    """A check; the disc before it is hollow where it misses as is known."""
    verdict = judge(name, check)
    style = look.colour("good" if check.passed else "muted" if verdict == KNOWN_MISS else "bad")
    imgui.table_next_row()
    imgui.table_next_column()
    radius, at = look.px(4), imgui.get_cursor_screen_pos()
    middle = imgui.ImVec2(at.x + 2 * radius, at.y + imgui.get_text_line_height() / 2)
    pen = imgui.get_window_draw_list()
    if verdict == KNOWN_MISS:
        pen.add_circle(middle, radius, word(style), 0, float(look.px(2)))
    else:
        pen.add_circle_filled(middle, radius, word(style))
    imgui.set_cursor_pos_x(imgui.get_cursor_pos_x() + 5 * radius)
    imgui.selectable(check.name, False, imgui.SelectableFlags_.span_all_columns)
    if imgui.is_item_hovered():
        _about(look, name, check)
    for words, colour in (
        (number(check.measured), style), (number(check.published), look.colour("ink")),
        (f"{allowed_range(check)} {check.unit}", look.colour("muted")),
    )[:columns]:  # fmt: skip
        imgui.table_next_column()
        imgui.text_colored(four(colour), words)


def _about(look: Look, name: str, check: Check) -> None:
    """Whether it holds, why not if that is known, and where the published value comes from."""
    miss, verdict = miss_of(name, check), judge(name, check)
    words = text("lab.holds" if check.passed else "lab.misses")
    if miss is not None and verdict == KNOWN_MISS:
        words = text("lab.known", reason=miss.reason)
    imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(look.px(10), look.px(8)))
    if imgui.begin_tooltip():
        imgui.push_text_wrap_pos(float(look.px(420)))
        wrapped(words, look.px(400))
        if check.source:
            muted(look, text("lab.source", source=check.source), look.px(400))
        imgui.pop_text_wrap_pos()
        imgui.end_tooltip()
    imgui.pop_style_var()


def number(value: float) -> str:
    """A number as short as it can be read."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def allowed_range(check: Check) -> str:
    """What is allowed, in few signs."""
    if math.isinf(check.low):
        return f"≤ {number(check.high)}"
    if math.isinf(check.high):
        return f"≥ {number(check.low)}"
    return f"{number(check.low)} – {number(check.high)}"
