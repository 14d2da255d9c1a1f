"""Small charts of the panel: the adaptation curve, and what the agent expects."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pygame
from imgui_bundle import imgui, implot

from simulator.app.panels.numbers import bounded, places, short
from simulator.app.panels.plots import AXIS, FIXED, dressed
from simulator.app.play.texts import text
from simulator.app.shell.skin import four
from simulator.canvas.theme import Colour, mix

if TYPE_CHECKING:
    from simulator.app.panels.sheet import PanelSheet
    from simulator.app.play.history import History

DASHES = 48  # of a reference, over all episodes
TRACED = 60  # points of a line inside one episode
SMALLEST = 0.1  # points; a curve that spans less is flat
REFERENCE_STYLES = {"oracle": "good", "blind": "bad", "random": "muted"}
FLAGS = FIXED | implot.Flags_.no_legend | implot.Flags_.no_inputs
SEGMENTS = implot.LineFlags_.segments | implot.ItemFlags_.no_legend
Points = list[tuple[float, float]]


class CurveLine(NamedTuple):
    """One line of the curve, or several: x (n,) in episodes, y (n,) in points. Every two points are an end each of a
    piece, but for discs and what is filled.
    """

    xs: np.ndarray
    ys: np.ndarray
    colour: Colour
    width: float = 1.0
    """px at scale 1; 0: no line."""
    fill: bool = False
    marker: float = 0.0
    """px at scale 1: radius of a disc at each point."""
    hollow: bool = False
    name: str = ""


def nice_range(values: Sequence[float]) -> tuple[float, float, float]:
    """A low and a high that hold zero and all values, and a step of 1, 2 or 5 times a power of ten for 3 to 6 lines."""
    finite = [bounded(value) for value in values if not math.isnan(value)] or [0.0]
    low, high = min(0.0, *finite), max(0.0, *finite)
    if high - low < SMALLEST:
        high = low + SMALLEST
    rough = (high - low) / 4
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    room = 0.06 * (high - low)
    return (low - room if low < 0.0 else 0.0), (high + room if high > 0.0 else 0.0), step


def adaptation_curve(
    sheet: PanelSheet, box: pygame.Rect, history: History, seat: int, colour: Colour,
    references: Mapping[str, Sequence[float]],
) -> None:  # fmt: skip
    """Return by episode of the present trial for one seat, growing as it is played.

    Bold dots: finished episodes. Thin lines: the score inside each episode. Faint lines: earlier trials. Dashed:
    references. The hollow dot is the episode being played.
    """
    lines = _lines(sheet, history, seat, colour, references)
    finite = np.concatenate([line.ys[~np.isnan(line.ys)] for line in lines] or [np.zeros(1)])
    low, high, _ = nice_range([float(finite.min(initial=0.0)), float(finite.max(initial=0.0))])
    across = float(history.episodes)
    sheet.call(lambda: _plot(sheet, box, lines, across, (low, high)))
    width = box.width / max(history.episodes, 1)
    for episode in range(history.episodes):
        column = pygame.Rect(round(box.left + episode * width), box.top, round(width), box.height)
        sheet.explain(column, _about(history, seat, episode, references))


def _about(history: History, seat: int, episode: int, references: Mapping[str, Sequence[float]]) -> str:
    """What stands in the column of an episode."""
    lines = [text("tip.curve")]
    if episode < len(history.returns):
        lines.append(text("tip.curve.episode", number=episode + 1, score=short(history.returns[episode][seat], 2)))
    lines += [
        text("tip.curve.reference", name=name, score=short(line[episode], 2))
        for name, line in references.items()
        if episode < len(line)
    ]
    return "\n".join(lines)


def _lines(
    sheet: PanelSheet, history: History, seat: int, colour: Colour, references: Mapping[str, Sequence[float]]
) -> list[CurveLine]:
    look = sheet.look
    returns = [float(row[seat]) for row in history.returns]
    past = [[(at + 1.0, float(row[seat])) for at, row in enumerate(trial)] for trial in history.past]
    inside = [
        [
            (episode + part, float(scores[seat]))
            for part, scores in [*trace[:: max(1, len(trace) // TRACED)], *trace[-1:]]
        ]
        for episode, trace in enumerate(history.traces)
    ]
    grounded = [[(points[0][0], 0.0), *points, (points[-1][0], 0.0)] for points in inside if points]
    made = [_joined(past, look.soft("muted", 0.35)), _joined(grounded, look.soft("muted", 0.10), 0.0, fill=True)]
    shown = len(returns)
    made.append(_joined(inside[:shown], mix(look.theme.card, colour, 1 / 3), 1.6))
    made.append(_joined(inside[shown:], colour, 1.6))
    for name, line in references.items():
        made.append(_dashed(name, list(line)[: history.episodes], look.colour(REFERENCE_STYLES.get(name, "muted"))))
    dots = [[(at + 1.0, value) for at, value in enumerate(returns)]]
    made += [_joined(dots, colour, 3.0), _joined(dots, colour, 0.0, marker=4.0)]
    if history.traces[-1] and not history.over:
        part, scores = history.traces[-1][-1]
        made.append(_joined([[(shown + part, float(scores[seat]))]], colour, 0.0, marker=3.5, hollow=True))
    return [line for line in made if len(line.xs)]


def _joined(
    parts: Iterable[Points], colour: Colour, width: float = 1.0, *, fill: bool = False, marker: float = 0.0,
    hollow: bool = False,
) -> CurveLine:  # fmt: skip
    """Several lines as one, which is said at once."""
    points: Points = []
    for part in parts:
        found = places(part)
        points += found if fill or marker else [end for piece in pairwise(found) for end in piece]
    xs, ys = np.array(points, np.float64).reshape(-1, 2).T
    return CurveLine(np.ascontiguousarray(xs), np.ascontiguousarray(ys), colour, width, fill, marker, hollow)


def _dashed(name: str, line: Sequence[float], colour: Colour) -> CurveLine:
    """A reference, in short pieces."""
    known = places((at + 1.0, float(value)) for at, value in enumerate(line))
    if len(known) < 2:
        return _joined([known], colour, 0.0, marker=2.0)._replace(name=name)
    xs, ys = np.array(known).T
    at = np.linspace(xs[0], xs[-1], max(DASHES, 2) + 1)
    pieces = [[(x, float(np.interp(x, xs, ys))) for x in ends] for ends in list(pairwise(at.tolist()))[::2]]
    return _joined(pieces, colour, 2.0)._replace(name=name)


def _plot(
    sheet: PanelSheet, box: pygame.Rect, lines: Sequence[CurveLine], across: float, up: tuple[float, float]
) -> None:
    """Say it with ImPlot."""
    look = sheet.look
    imgui.set_cursor_screen_pos(box.topleft)
    with dressed(sheet.gui, look):
        if not implot.begin_plot("##curve", box.size, FLAGS):
            return
        implot.setup_axes("", "", AXIS, AXIS)
        implot.setup_axes_limits(0.0, across, *up, implot.Cond_.always)
        stride = max(1, math.ceil(across / 10))
        numbers = range(0, int(across), stride)
        implot.setup_axis_ticks(implot.ImAxis_.x1, [at + 0.5 for at in numbers], [str(at + 1) for at in numbers])
        implot.setup_finish()
        for order, line in enumerate(lines):
            _say(sheet, line, f"##{order}")
        implot.end_plot()


def _say(sheet: PanelSheet, line: CurveLine, label: str) -> None:
    look, colour = sheet.look, four(line.colour)
    if line.fill:
        implot.plot_shaded(label, line.xs, line.ys, 0.0, implot.Spec(fill_color=colour))
        return
    if line.width and len(line.xs) > 1:
        spec = implot.Spec(line_color=colour, line_weight=line.width * look.zoom, flags=SEGMENTS)
        implot.plot_line(label, line.xs, line.ys, spec)
    if line.marker:
        inner = four(look.theme.card) if line.hollow else colour
        implot.plot_scatter(
            f"{label}.", line.xs, line.ys,
            implot.Spec(
                marker=implot.Marker_.circle, marker_size=line.marker * look.zoom, marker_fill_color=inner,
                marker_line_color=colour, line_weight=1.7 * look.zoom,
            ),
        )  # fmt: skip
    if line.name:
        implot.push_style_color(implot.Col_.inlay_text, colour)
        wide = sheet.gui.width(text_of(line.name), 12.0)
        implot.plot_text(text_of(line.name), line.xs[-1], line.ys[-1], (-wide / 2 - look.px(2), -look.px(9)))
        implot.pop_style_color()


def text_of(name: str) -> str:
    """What a reference is called."""
    return text(f"summary.{name}") if name in ("oracle", "blind") else name


def sparkline(sheet: PanelSheet, box: pygame.Rect, values: Sequence[float], colour: Colour) -> None:
    """What the agent expected at its last decisions, the newest at the right."""
    points = places((float(order), value) for order, value in enumerate(values))
    if len(points) < 2:
        return
    low, high = min(y for _, y in points), max(y for _, y in points)
    room = max(high - low, 1e-6 + 0.02 * max(abs(low), abs(high)))
    step = box.width / (len(values) - 1)
    pixels = np.array([(box.left + x * step, box.bottom - (y - low) / room * box.height) for x, y in points])
    sheet.line(pixels, colour, 1.6 * sheet.look.zoom)
    sheet.disc((float(pixels[-1][0]), float(pixels[-1][1])), sheet.look.px(3), colour)
    sheet.explain(box, text("tip.values", count=len(points), low=short(low, 2), high=short(high, 2)))
