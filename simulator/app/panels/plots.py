"""Charts of ImPlot in the window's colours: axes that always hold the data, a legend, and numbers under the pointer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from imgui_bundle import imgui, implot

from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four
from simulator.app.shell.theme import Look
from simulator.canvas.theme import Colour

POINTS = 400  # of a line, at most: more than its pixels say nothing
MARGIN = 0.06  # of what a chart spans, above and below
SMALLEST = 1e-9  # that an axis spans, as a part of its largest number
NEAR = 12  # px at scale 1: a click so near means a mark
FIXED = (
    implot.Flags_.no_menus | implot.Flags_.no_box_select | implot.Flags_.no_mouse_text | implot.Flags_.no_title
)  # fmt: skip
LEGEND = implot.LegendFlags_.no_buttons | implot.LegendFlags_.outside | implot.LegendFlags_.horizontal
AXIS = implot.AxisFlags_.no_menus | implot.AxisFlags_.no_side_switch | implot.AxisFlags_.no_highlight
UNITS = ((1e9, "thousand millions"), (1e6, "millions"), (1e3, "thousands"), (1.0, ""))


@dataclass(frozen=True)
class PlotLine:
    """One line of a chart."""

    label: str
    values: np.ndarray
    """(n,) as the steps of the chart."""
    colour: Colour
    width: float = 2.0
    """px at scale 1."""
    alpha: float = 1.0


@dataclass(frozen=True)
class Chart:
    """What a chart shows; `steps` (n,) go to the right."""

    name: str
    steps: np.ndarray
    lines: Sequence[PlotLine]
    format: str = "%g"
    legend: bool = False
    marks: np.ndarray | None = None
    """Steps that have a mark of their own, to be pressed."""

    @property
    def across(self) -> tuple[float, float]:
        """The steps it spans, from 0 on."""
        found = self.steps[np.isfinite(self.steps)]
        return 0.0, float(max(found.max(initial=0.0), 1.0)) * (1.0 + MARGIN / 2.0)

    @property
    def up(self) -> tuple[float, float]:
        """The values it spans."""
        return span(line.values for line in self.lines)

    @property
    def empty(self) -> bool:
        """Whether there is no number in it."""
        return not any(np.isfinite(line.values).any() for line in self.lines)


def span(values: Iterable[np.ndarray]) -> tuple[float, float]:
    """A low and a high with all finite values between them, and some room."""
    finite = np.concatenate([[], *(part[np.isfinite(part)] for part in values)])
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    room = max(MARGIN * (high - low), SMALLEST * max(abs(low), abs(high)), 1e-12)
    if high - low <= SMALLEST * max(abs(low), abs(high), 1e-3):
        room = max(0.1 * abs(high), 0.1)
    return low - room, high + room


def unit_of(most: float) -> tuple[float, str]:
    """What steps are counted in, and its word."""
    return next((size, word) for size, word in UNITS if most >= 2.0 * size or size == 1.0)


def fewer(values: np.ndarray, most: int = POINTS) -> np.ndarray:
    """At most so many values: neighbours are put together to their mean; NaN where none of them is a number."""
    each = -(-len(values) // most) if len(values) else 1
    if each == 1:
        return values
    padded = np.concatenate([values, np.full(-len(values) % each, math.nan)]).reshape(-1, each)
    known = np.isfinite(padded)
    counts = known.sum(axis=1)
    sums = np.where(known, padded, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), math.nan)


def draw_chart(gui: Gui, look: Look, chart: Chart, size: tuple[float, float]) -> int | None:
    """Show a chart; which of its marks was pressed."""
    unit, word = unit_of(chart.across[1])
    with dressed(gui, look), _plot(look, chart, size, unit, word) as shown:
        if not shown:
            return None
        xs = fewer(chart.steps / unit)
        for line in chart.lines:
            ys = fewer(line.values)
            known = np.isfinite(xs) & np.isfinite(ys)
            if known.any():
                spec = implot.Spec(line_color=four(line.colour, line.alpha), line_weight=line.width * look.zoom)
                implot.plot_line(line.label, np.ascontiguousarray(xs[known]), np.ascontiguousarray(ys[known]), spec)
        pressed = _marks(look, chart, unit)
        if implot.is_plot_hovered():
            _tell(look, chart, unit)
        return pressed


@contextmanager
def dressed(gui: Gui, look: Look) -> Iterator[None]:
    """Plots inside a `with` have the window's colours."""
    clear = imgui.ImVec4(0, 0, 0, 0)
    colours = {
        implot.Col_.frame_bg: clear, implot.Col_.plot_bg: four(look.theme.panel, 0.55), implot.Col_.plot_border: clear,
        implot.Col_.axis_text: four(look.colour("muted")), implot.Col_.axis_grid: four(look.theme.line),
        implot.Col_.axis_bg_hovered: clear, implot.Col_.axis_bg_active: clear,
        implot.Col_.legend_bg: four(look.theme.card, 0.85), implot.Col_.legend_border: clear,
        implot.Col_.legend_text: four(look.colour("ink")),
    }  # fmt: skip
    for part, colour in colours.items():
        implot.push_style_color(part, colour)
    pad = look.px(4)
    implot.push_style_var(implot.StyleVar_.plot_padding, imgui.ImVec2(pad, pad))
    implot.push_style_var(implot.StyleVar_.label_padding, imgui.ImVec2(pad, pad))
    implot.push_style_var(implot.StyleVar_.legend_padding, imgui.ImVec2(2 * pad, 2 * pad))
    implot.push_style_var(implot.StyleVar_.plot_min_size, imgui.ImVec2(look.px(60), look.px(40)))
    with gui.font(12.0):
        yield
    implot.pop_style_var(4)
    implot.pop_style_color(len(colours))


@contextmanager
def _plot(look: Look, chart: Chart, size: tuple[float, float], unit: float, word: str) -> Iterator[bool]:
    shown = implot.begin_plot(f"##{chart.name}", size, FIXED | (0 if chart.legend else implot.Flags_.no_legend))
    if shown:
        label = text("plot.steps.of", unit=word) if word else text("plot.steps")
        implot.setup_axes(label, "", AXIS, AXIS)
        implot.setup_axis_limits(implot.ImAxis_.x1, chart.across[0], chart.across[1] / unit, implot.Cond_.always)
        implot.setup_axis_limits(implot.ImAxis_.y1, *chart.up, implot.Cond_.always)
        implot.setup_axis_format(implot.ImAxis_.y1, chart.format)
        implot.setup_legend(implot.Location_.north_west, LEGEND)
        implot.setup_finish()
    yield shown
    if shown:
        implot.end_plot()


def _marks(look: Look, chart: Chart, unit: float) -> int | None:
    """The marks along the lower edge; which one is pressed, and words at the one under the pointer."""
    if chart.marks is None or not len(chart.marks):
        return None
    xs = chart.marks / unit
    low, high = chart.up
    ys = np.full(len(xs), low + 0.04 * (high - low))
    accent = look.colour("ray")
    spec = implot.Spec(
        marker=implot.Marker_.up, marker_size=float(look.px(5)), marker_fill_color=four(accent),
        marker_line_color=four(accent), flags=implot.ItemFlags_.no_legend,
    )  # fmt: skip
    implot.plot_scatter("##marks", np.ascontiguousarray(xs, np.float64), ys, spec)
    if not implot.is_plot_hovered():
        return None
    at = implot.plot_to_pixels(0.0, 0.0).x
    wide = implot.plot_to_pixels(1.0, 0.0).x - at
    away = np.abs(at + xs * wide - imgui.get_mouse_pos().x)
    near = int(np.argmin(away))
    return near if away[near] <= look.px(NEAR) and imgui.is_mouse_clicked(0) else None


def _tell(look: Look, chart: Chart, unit: float) -> None:
    """The numbers of the point under the pointer."""
    known = np.flatnonzero(np.isfinite(chart.steps))
    if not len(known):
        return
    step = implot.get_plot_mouse_pos().x * unit
    at = int(known[np.argmin(np.abs(chart.steps[known] - step))])
    words = [text("plot.step", step=f"{chart.steps[at]:,.0f}")]
    words += [f"{line.label}: {line.values[at]:.4g}" for line in chart.lines if np.isfinite(line.values[at])]
    imgui.set_tooltip("\n".join(words))
