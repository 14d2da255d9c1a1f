"""Traffic by numbers: vehicles coloured by a figure, the legend, and what a click on a vehicle or lane tells."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pygame
from imgui_bundle import imgui

from simulator.app.panels.road_numbers import FIRMS, KMH, Row, lanes_of
from simulator.app.panels.tips import explain
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from simulator.canvas.signs import distance_to
from simulator.canvas.speech import said
from simulator.canvas.theme import Colour, Theme, mix
from worlds.road.lanes.places import cars_of, line_of
from worlds.road.picture import FLOWS, PAINTS, back_of

if TYPE_CHECKING:
    from worlds.world import World

NEAR = 4.0  # m; a click may miss a vehicle by so much
MODES = ("paint", "speed", "waited", "acceleration", "firm")
RANGES = {"speed": (0.0, 120.0), "waited": (0.0, 60.0), "acceleration": (-3.0, 3.0)}
"""What the two ends of a colour scale stand for: km/h, s, m/s²."""
ENDS = {"speed": ("flow_0", "flow_4"), "waited": ("flow_4", "flow_0"), "acceleration": ("bad", "good")}
BELOW_CHIP = 36  # px at scale 1: above it, at the left, stands what people see
STEPS = 7  # colours of a legend
WIDE, COLUMN = 250, 124  # px at scale 1, of words and up to the numbers


@dataclasses.dataclass(frozen=True)
class Picked:
    """A vehicle, a lane, or all lanes of a road, that was clicked."""

    kind: str
    """car, lane or road."""
    index: int
    since: float = 0.0
    """Of a vehicle: when it came, since its slot goes to another one later."""


def has_roads(world: World) -> bool:
    """Whether a world has lanes and vehicles."""
    return {"car_lane", "lane_limit"} <= set(world.record.names or ())


def modes_of(world: World) -> tuple[str, ...]:
    """The ways in which vehicles of a world can be coloured."""
    return MODES if "fleet" in (world.record.names or ()) else MODES[:-1]


def figures_of(w: Any, mode: str) -> np.ndarray:
    """The figure (n,) of all vehicles on the map that a mode colours, in the order in which they are drawn."""
    slots = np.flatnonzero(w["car_lane"] >= 0)
    if mode == "firm":
        return np.asarray(np.maximum(w["fleet"][slots], 0), dtype=np.float64)
    name, factor = {"speed": ("car_speed", KMH), "waited": ("car_waited", 1.0), "acceleration": ("car_accel", 1.0)}[
        mode
    ]
    return np.asarray(w[name][slots] * factor)


def tints(w: Any, mode: str, theme: Theme) -> Iterator[Colour] | None:
    """The colour of every vehicle on the map, in the order in which they are drawn; None: their own paint."""
    if mode == "paint":
        return None
    return iter([_colour(mode, figure, theme) for figure in figures_of(w, mode).tolist()])


def _colour(mode: str, figure: float, theme: Theme) -> Colour:
    if mode == "firm":
        return theme.colour(f"car_{int(figure) % PAINTS}")
    low, high = RANGES[mode]
    part = min(max((figure - low) / (high - low), 0.0), 1.0)
    start, end = (theme.colour(style) for style in ENDS[mode])
    middle = theme.colour("flow_2" if mode != "acceleration" else "ink")
    return mix(start, middle, 2 * part) if part < 0.5 else mix(middle, end, 2 * part - 1)


def legend(mode: str, theme: Theme) -> list[tuple[Colour, str]]:
    """Colours and what they stand for; words only where a scale begins, ends and has its middle."""
    if mode == "paint":
        return []
    if mode == "firm":
        return [(_colour(mode, firm, theme), letter) for firm, letter in enumerate(FIRMS)]
    low, high = RANGES[mode]
    figures = [low + (high - low) * step / (STEPS - 1) for step in range(STEPS)]
    told = {0: f"{low:g}", STEPS // 2: f"{(low + high) / 2:g}", STEPS - 1: f"{high:g}"}
    return [(_colour(mode, figure, theme), told.get(step, "")) for step, figure in enumerate(figures)]


def pick(w: Any, place: tuple[float, float], reach: float) -> Picked | None:
    """The vehicle at a place (m), or else the lane; `reach` is how far a click may miss (m)."""
    cars = cars_of(w, back_of(w))
    if len(cars.slot):
        away = np.hypot(cars.middle[:, 0] - place[0], cars.middle[:, 1] - place[1]) - 0.5 * cars.length
        nearest = int(np.argmin(away))
        if away[nearest] < max(reach, 0.5):
            slot = int(cars.slot[nearest])
            return Picked("car", slot, float(w["car_since"][slot]))
    used = int(w["points"])
    owner = np.repeat(np.arange(int(w["lanes"])), w["lane_points"][: int(w["lanes"])])
    close = np.hypot(w["point_x"][:used] - place[0], w["point_y"][:used] - place[1]) < 400.0
    best, least = -1, np.inf
    for lane in np.unique(owner[close]).tolist():
        line = line_of(w, lane)
        away_from = distance_to(line, place) - 0.5 * float(w["lane_width"][lane])
        if away_from < least:
            best, least = lane, away_from
    return Picked("lane", best) if least < reach else None


def picked_next(before: Picked | None, found: Picked | None, w: Any) -> Picked | None:
    """What a click chooses after another one: a second click on a lane chooses the whole road."""
    if before is None or found is None or found.kind != "lane" or before.kind != "lane":
        return found
    beside = lanes_of(w, before.index)
    return Picked("road", found.index) if found.index in beside and len(beside) > 1 else found


def still_there(w: Any, picked: Picked) -> bool:
    """Whether a vehicle that was clicked is on the map."""
    if picked.kind != "car":
        return picked.index < int(w["lanes"])
    return int(w["car_lane"][picked.index]) >= 0 and float(w["car_since"][picked.index]) == picked.since


# --- drawing ---------------------------------------------------------------------------------------------------------

FLAGS = (
    imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_move | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_focus_on_appearing | imgui.WindowFlags_.no_nav | imgui.WindowFlags_.no_inputs
    | imgui.WindowFlags_.always_auto_resize
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class TrafficView:
    """What is shown over roads, as plain data."""

    clock: str
    mode: str
    key: str
    """That goes on to the next colours."""
    rows: tuple[Row, ...] = ()
    scales: tuple[Scale, ...] = ()
    """Of what else is coloured."""
    notes: tuple[str, ...] = ()
    """What can be done, or is shown besides."""


@dataclasses.dataclass(frozen=True)
class Scale:
    """What the colours of something stand for."""

    title: str
    colours: tuple[tuple[Colour, str], ...]


def congestion_legend(theme: Theme) -> list[tuple[Colour, str]]:
    """The colours of roads by speed, and from which share of the limit (%) they are taken."""
    return [(theme.colour(f"flow_{flow}"), f"{100 * flow // FLOWS}%") for flow in range(FLOWS)]


def draw_traffic(
    gui: Gui, look: Look, view: TrafficView, world: tuple[int, int], top: int = 0, *, left: bool = False
) -> pygame.Rect:
    """The clock, the legend, and the numbers of what was clicked, at the right end of the world's picture, or at its
    left one; the box that they take. A small picture is not covered by what need not be read.
    """
    small = world[0] < 2 * look.px(WIDE)
    place = (look.px(8), top + look.px(BELOW_CHIP)) if left else (world[0] - look.px(8), top + look.px(8))
    imgui.set_next_window_pos(place, imgui.Cond_.always, (0.0 if left else 1.0, 0.0))
    imgui.set_next_window_bg_alpha(0.86)
    imgui.push_style_var(imgui.StyleVar_.window_rounding, look.px(10))
    imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(look.px(11), look.px(7)))
    imgui.begin("traffic", None, FLAGS)
    with gui.font(17, bold=True):
        imgui.text(view.clock)
        explain(gui, text("tip.traffic.clock"))
    with gui.font(13):
        if not small or view.mode != "paint":
            shown = text(f"traffic.by.{view.mode}")
            imgui.text_colored(four(look.colour("muted")), f"{view.key}: {shown}" if view.key else shown)
            explain(gui, text("tip.traffic.colours"))
        _scale(gui, look, legend(view.mode, look.theme), text("tip.traffic.colours"))
        for scale in view.scales:
            _words(look, scale.title)
            explain(gui, text("tip.traffic.roads"))
            _scale(gui, look, list(scale.colours), text("tip.traffic.roads"))
        for note in () if small else view.notes:
            _words(look, note)
        if view.rows:
            imgui.separator()
            imgui.begin_group()
            _rows(look, view.rows)
            imgui.end_group()
            explain(gui, text("tip.traffic.rows"))
    at, size = imgui.get_window_pos(), imgui.get_window_size()
    imgui.end()
    imgui.pop_style_var(2)
    return pygame.Rect(round(at.x), round(at.y), round(size.x), round(size.y))


def _words(look: Look, words: str) -> None:
    """Pale words on as many lines as they take."""
    for line in look.lines(words, 13, look.px(WIDE)):
        imgui.text_colored(four(look.colour("muted")), line)


def _rows(look: Look, rows: tuple[Row, ...]) -> None:
    """Names and what is told of them; the first row, and one without anything told, is a title."""
    for order, (name, told) in enumerate(rows):
        if order == 0 or not told:
            imgui.text(name)
        else:
            imgui.text_colored(four(look.colour("muted")), name)
        if told:
            imgui.same_line(look.px(COLUMN))
            imgui.text(said(told))


def _scale(gui: Gui, look: Look, colours: list[tuple[Colour, str]], about: str) -> None:
    """Boxes of colour with the words of some below them, and what they stand for."""
    if not colours:
        return
    pen, at, wide, high = imgui.get_window_draw_list(), imgui.get_cursor_screen_pos(), look.px(26), look.px(12)
    for order, (colour, told) in enumerate(colours):
        left = at.x + order * wide
        pen.add_rect_filled((left, at.y), (left + wide - 1, at.y + high), word(colour))
        size = imgui.calc_text_size(told).x
        pen.add_text((left + (wide - size) / 2, at.y + high + 2), word(look.colour("ink")), told)
    imgui.dummy((wide * len(colours), high + imgui.get_text_line_height() + 4))
    explain(gui, about)
