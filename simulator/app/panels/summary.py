"""The page after a trial: the curves of all who played this very task, what was believed when, and what comes next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from imgui_bundle import imgui, implot

from simulator.app.panels.charts import nice_range
from simulator.app.panels.numbers import bounded, scored
from simulator.app.panels.parts import box, heading, muted, strong_button, whole_window
from simulator.app.panels.results import RIGHT, BeliefRow, BeliefTable, Line, SummaryView
from simulator.app.panels.tips import explain, explain_heads, tell_hovered
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from simulator.canvas import shapes
from simulator.canvas.theme import Colour

NARROW = 900  # px at scale 1: windows in which all stands in one column
CHART, FLAT_CHART = 330, 230  # px, its height in a wide and in a narrow window
NUMBERS = 0.44  # part of a wide window that the table of numbers takes
K = imgui.Key
SMOOTH = 1 | 4  # of a draw list: soft edges of lines and of what is filled; the package gives the flags no names
UP, DOWN = -math.pi / 2, math.pi / 2  # a triangle points there
MARKS = {
    "you": ("circle", 0.0), "agent": ("square", 0.0), "wiped": ("diamond", 0.0), "blind": ("triangle", DOWN),
    "oracle": ("triangle", UP),
}  # fmt: skip
STYLES = {"you": "ink", "agent": "ray", "wiped": "demand", "blind": "bad", "oracle": "good"}
PLOT = (
    implot.Flags_.no_menus | implot.Flags_.no_box_select | implot.Flags_.no_mouse_text | implot.Flags_.no_title
    | implot.Flags_.no_legend | implot.Flags_.no_inputs
)  # fmt: skip
AXIS = implot.AxisFlags_.no_menus | implot.AxisFlags_.no_highlight | implot.AxisFlags_.lock
TABLE = imgui.TableFlags_.row_bg | imgui.TableFlags_.borders_inner_h | imgui.TableFlags_.sizing_fixed_fit


def draw_summary(gui: Gui, look: Look, view: SummaryView) -> str:
    """Show the page; what was chosen in this frame, or nothing."""
    size = imgui.get_main_viewport().size
    wide = size.x >= look.px(NARROW)
    with whole_window("summary"):
        _head(gui, look, view)
        room, foot = imgui.get_content_region_avail(), _foot_height(look, view)
        with box("results", (0.0, room.y - foot), card=False):
            _scroll()
            high = look.px(CHART if wide else FLAT_CHART)
            inner = imgui.get_content_region_avail().x
            right = round(inner * NUMBERS) if wide else 0
            with box("curve", (inner - right - look.px(10) if wide else 0.0, high)):
                _chart(gui, look, view)
            if wide:
                imgui.same_line()
            with box("numbers", (0.0, high if wide else _table_height(look, view))):
                _numbers(gui, look, view)
            _beliefs(gui, look, view)
        asked = _foot(gui, look, view)
        tell_hovered(gui, look)
        return asked


def _head(gui: Gui, look: Look, view: SummaryView) -> None:
    heading(gui, view.title, 22)
    imgui.same_line(0.0, look.px(14))
    imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + look.px(7))
    muted(look, view.task)


def colour_of(look: Look, lines: Sequence[Line], at: int) -> Colour:
    """The colour of a line; a second person is drawn paler than the first."""
    line = lines[at]
    later = line.kind == "you" and any(before.kind == "you" for before in lines[:at])
    return look.colour("muted" if later else STYLES[line.kind])


def _chart(gui: Gui, look: Look, view: SummaryView) -> None:
    with gui.font(13, bold=True):
        imgui.text_colored(four(look.colour("ray")), text("summary.curve"))
        explain(gui, text("tip.summary.curve"))
    _legend(gui, look, view)
    low, high, _ = nice_range([value for line in view.lines for value in line.returns])
    low = low or -0.06 * high  # the marks at 0 are drawn whole
    colours = {
        implot.Col_.plot_bg: look.theme.card, implot.Col_.frame_bg: look.theme.card,
        implot.Col_.axis_text: look.colour("muted"), implot.Col_.axis_grid: look.theme.line,
    }  # fmt: skip
    for part, colour in colours.items():
        implot.push_style_color(part, four(colour))
    if implot.begin_plot("##curve", (-1, -1), PLOT):
        implot.setup_axes(text("summary.episode"), "", AXIS | implot.AxisFlags_.no_grid_lines, AXIS)
        implot.setup_axes_limits(0.6, view.episodes + 0.4, low, high, imgui.Cond_.always)
        stride = max(1, math.ceil(view.episodes / 10))
        implot.setup_axis_ticks(implot.ImAxis_.x1, [float(at) for at in range(1, view.episodes + 1, stride)])
        implot.setup_axis_format(implot.ImAxis_.x1, "%.0f")
        implot.setup_finish()
        implot.push_plot_clip_rect()
        for at in reversed(range(len(view.lines))):  # what was played in the window lies above all else
            _line(look, view.lines, at)
        implot.pop_plot_clip_rect()
        first, second = implot.plot_to_pixels(1.0, low).x, implot.plot_to_pixels(2.0, low).x
        implot.end_plot()
        explain(gui, lambda pixel: episode_words(view, 1 + round((pixel[0] - first) / (second - first))))
    implot.pop_style_color(len(colours))


def episode_words(view: SummaryView, episode: int) -> str:
    """What the curves say of an episode, counted from 1."""
    episode = min(max(episode, 1), view.episodes)
    rows = [f"{line.name}: {scored(line.returns[episode - 1])}" for line in view.lines if episode <= len(line.returns)]
    return "\n".join([text("tip.chart.episode", number=episode), *rows])


def _line(look: Look, lines: Sequence[Line], at: int) -> None:
    pen, colour = implot.get_plot_draw_list(), word(colour_of(look, lines, at))
    pen.flags |= SMOOTH
    points = [implot.plot_to_pixels(1.0 + x, bounded(y)) for x, y in enumerate(lines[at].returns)]
    for start, end in pairwise(points):
        pen.add_line(start, end, colour, float(look.px(3 if at == 0 else 2)))
    for point in points:
        _mark(look, pen, lines[at].kind, (point.x, point.y), colour, look.px(5))


def _mark(look: Look, pen: Any, kind: str, place: tuple[float, float], colour: int, radius: float) -> None:
    """The mark of a line, with an edge that keeps it apart from the lines under it."""
    shape, turn = MARKS[kind]
    outline = shapes.turned(shapes.OUTLINES[shape], turn)
    for grown, shade in ((radius + look.px(1.5), word(look.theme.card)), (radius, colour)):
        pen.add_convex_poly_filled(
            [imgui.ImVec2(place[0] + grown * x, place[1] + grown * y) for x, y in outline], shade
        )


def _legend(gui: Gui, look: Look, view: SummaryView) -> None:
    """Marks and names in a row, or in several where there is no room."""
    room, used, gap = imgui.get_content_region_avail().x, 0.0, look.px(16)
    high, mark = imgui.get_text_line_height(), look.px(28)
    for at, line in enumerate(view.lines):
        width = mark + imgui.calc_text_size(line.name).x
        if at and used + gap + width <= room:
            imgui.same_line(0.0, gap)
            used += gap
        else:
            used = 0.0
        used += width
        pen, corner = imgui.get_window_draw_list(), imgui.get_cursor_screen_pos()
        colour = word(colour_of(look, view.lines, at))
        middle = (corner.x + look.px(11), corner.y + high / 2)
        pen.add_line((corner.x, middle[1]), (corner.x + look.px(22), middle[1]), colour, look.px(2))
        _mark(look, pen, line.kind, middle, colour, look.px(5))
        imgui.dummy((mark, high))
        explain(gui, line.about)
        imgui.same_line(0.0, 0.0)
        imgui.text(line.name)
        explain(gui, line.about)


def _scroll() -> None:
    """Keys and the shoulder buttons of a gamepad scroll the box that is being filled."""
    step = imgui.get_window_height() * 0.8
    for keys, way in (((K.page_down, K.gamepad_r1), 1), ((K.page_up, K.gamepad_l1), -1)):
        if any(imgui.is_key_pressed(key) for key in keys):
            imgui.set_scroll_y(imgui.get_scroll_y() + way * step)


def _table_height(look: Look, view: SummaryView) -> float:
    line = imgui.get_text_line_height() + 2 * imgui.get_style().cell_padding.y
    return line * (len(view.lines) + 1) + look.px(52) + look.px(40) * len(view.notes)


def _numbers(gui: Gui, look: Look, view: SummaryView) -> None:
    for note in view.notes:
        with gui.font(13.5):
            muted(look, note)
    flags = TABLE | imgui.TableFlags_.scroll_x
    line = imgui.get_text_line_height() + 2 * imgui.get_style().cell_padding.y
    high = line * (len(view.lines) + 1) + imgui.get_style().scrollbar_size
    if not imgui.begin_table("returns", view.episodes + 2, flags, (0.0, high)):
        return
    imgui.table_setup_scroll_freeze(1, 1)
    imgui.table_setup_column("##who")
    for episode in range(view.episodes):
        imgui.table_setup_column(str(episode + 1))
    imgui.table_setup_column(text("summary.total"))
    imgui.table_headers_row()
    heads = [text("tip.summary.episode", number=episode + 1) for episode in range(view.episodes)]
    explain_heads(gui, ["", *heads, text("tip.summary.mean", count=view.episodes)])
    for at in range(len(view.lines)):
        imgui.table_next_row()
        _returns(gui, look, view, at)
    imgui.end_table()
    for row in view.lines:
        if row.problem:
            with gui.font(13):
                imgui.push_style_color(imgui.Col_.text, four(look.colour("bad")))
                wrapped(f"{row.name}: {row.problem}")
                imgui.pop_style_color()


def _returns(gui: Gui, look: Look, view: SummaryView, at: int) -> None:
    """The row of somebody."""
    row = view.lines[at]
    about = row.problem or row.about
    imgui.table_next_column()
    imgui.text_colored(four(colour_of(look, view.lines, at)), row.name)
    explain(gui, about)
    for episode in range(view.episodes):
        imgui.table_next_column()
        if episode < len(row.returns):
            imgui.text(scored(row.returns[episode]))
            explain(gui, text("tip.summary.return", name=row.name, number=episode + 1, about=about))
    imgui.table_next_column()
    if row.words:
        imgui.text_disabled(row.words)
        explain(gui, about)
    elif row.mean is not None:
        imgui.text(scored(row.mean))
        explain(gui, f"{row.name}. {text('tip.summary.mean', count=len(row.returns))}")


def _beliefs(gui: Gui, look: Look, view: SummaryView) -> None:
    if not view.beliefs:
        imgui.dummy((1, look.px(4)))
        muted(look, text("summary.no_beliefs"))
    for order, table in enumerate(view.beliefs):
        imgui.dummy((1, look.px(4)))
        heading(gui, table.title, 16)
        explain(gui, text("tip.summary.beliefs"))
        _belief_table(gui, look, table, order, view.episodes)


def _belief_table(gui: Gui, look: Look, table: BeliefTable, order: int, episodes: int) -> None:
    line = imgui.get_text_line_height() + 2 * imgui.get_style().cell_padding.y
    high = line * (len(table.rows) + 1) + imgui.get_style().scrollbar_size
    if not imgui.begin_table(f"beliefs{order}", episodes + 2, TABLE | imgui.TableFlags_.scroll_x, (0.0, high)):
        return
    imgui.table_setup_scroll_freeze(1, 1)
    imgui.table_setup_column("##fact")
    for episode in range(episodes):
        imgui.table_setup_column(f"{text('summary.episode')} {episode + 1}")
    imgui.table_setup_column(text("summary.truth"))
    imgui.table_headers_row()
    heads = [text("tip.summary.then", number=episode + 1) for episode in range(episodes)]
    explain_heads(gui, ["", *heads, text("tip.summary.truth")])
    for row in table.rows:
        imgui.table_next_row()
        _believed(gui, look, row, episodes)
    imgui.end_table()


def _believed(gui: Gui, look: Look, row: BeliefRow, episodes: int) -> None:
    """The row of a fact."""
    imgui.table_next_column()
    imgui.text(row.fact)
    explain(gui, text("tip.minds.fact", fact=row.fact))
    for episode, cell in enumerate(row.cells):
        imgui.table_next_column()
        if cell.right:
            imgui.text_colored(four(look.colour("good")), f"{cell.words}  {RIGHT}")
        else:
            imgui.text(cell.words)
        told = "tip.summary.right" if cell.right else "tip.summary.belief"
        explain(gui, text(told, number=episode + 1, fact=row.fact, words=cell.words))
    for _ in range(episodes - len(row.cells)):
        imgui.table_next_column()
    imgui.table_next_column()
    imgui.text(row.truth)
    explain(gui, f"{row.fact}: {row.truth}. {text('tip.summary.truth')}")


def _widths(view: SummaryView) -> list[float]:
    pad = 2 * imgui.get_style().frame_padding.x
    return [imgui.calc_text_size(words).x + pad for _, words in view.choices]


def _rows(look: Look, view: SummaryView) -> list[list[int]]:
    """The buttons, as many in a row as there is room for."""
    room = imgui.get_main_viewport().size.x - 2 * imgui.get_style().window_padding.x
    gap, rows, used = imgui.get_style().item_spacing.x, [[]], 0.0  # type: ignore[var-annotated]
    for at, width in enumerate(_widths(view)):
        if rows[-1] and used + gap + width > room:
            rows.append([])
            used = 0.0
        rows[-1].append(at)
        used += width + gap
    return rows


def _foot_height(look: Look, view: SummaryView) -> float:
    style = imgui.get_style()
    lines = len(_rows(look, view)) * (imgui.get_frame_height() + style.item_spacing.y)
    return lines + imgui.get_text_line_height() + 2 * style.item_spacing.y


def _foot(gui: Gui, look: Look, view: SummaryView) -> str:
    asked = ""
    for row in _rows(look, view):
        for order, at in enumerate(row):
            what, words = view.choices[at]
            if order:
                imgui.same_line()
            if at == 0 and imgui.is_window_appearing():
                imgui.set_keyboard_focus_here()
                imgui.set_nav_cursor_visible(True)
            pressed = strong_button(gui, look, words) if at == 0 else imgui.button(words)
            if pressed:
                asked = what
    if view.left is not None:
        seconds = str(max(1, math.ceil(view.left)))
        imgui.text_colored(four(look.colour("ray")), text("summary.goes_on", seconds=seconds))
    else:
        imgui.text_disabled(text("summary.keys"))
    return asked
