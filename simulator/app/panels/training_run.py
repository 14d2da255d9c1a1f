"""One training run: how far it is, what can be done with it, its curves, its recorded trials and its evaluation."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
from imgui_bundle import imgui

from simulator.app.panels.parts import box, heading, muted, strong_button
from simulator.app.panels.plots import Chart, PlotLine, draw_chart
from simulator.app.panels.tips import explain
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.metrics import FIGURES, Curves, Trial
from simulator.app.play.reports import ReportCell, ReportView
from simulator.app.play.texts import text
from simulator.app.play.training_runs import FAILED, FINISHED, RUNNING, STARTING, STOPPED, RunCard
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from simulator.canvas.theme import mix

STYLES = {STARTING: "ray", RUNNING: "ray", FINISHED: "good", STOPPED: "muted", FAILED: "bad"}
SIGNS = {STARTING: "\uf110", RUNNING: "\uf04b", FINISHED: "\uf00c", STOPPED: "\uf04c", FAILED: "\uf071"}
ROLES = ("accent_0", "accent_1", "accent_2", "accent_4", "accent_5", "accent_3", "accent_6", "accent_7")
MAIN, SMALL = 250, 150  # px at scale 1: heights of the charts
COLUMN = 330  # px, the least width of a small chart
BUTTON = 128  # px


@dataclasses.dataclass(frozen=True)
class Ask:
    """What a user asks for on the training page."""

    what: str
    """back, start, stop, resume, watch, evaluate or replay."""
    path: Path | None = None
    at: int = 0
    """The tick at which a replay is to begin."""


@dataclasses.dataclass
class RunPage:
    """What is shown of one run beside its card."""

    curves: Curves | None = None
    """None until they were read."""
    stopping: bool = False
    """Whether it was asked to stop."""
    evaluating: bool = False
    report: ReportView | None = None
    trials: Path = Path()
    """Folder of the recorded trials."""


def chip(gui: Gui, look: Look, state: str, corner: tuple[float, float]) -> float:
    """A state as a coloured word with its upper right corner there; its left edge."""
    pen, colour = imgui.get_window_draw_list(), look.colour(STYLES[state])
    with gui.font(12.0, bold=True):
        words = f"{SIGNS[state]} {text(f'train.{state}')}"
        size, pad = imgui.calc_text_size(words), look.px(7)
        left, high = round(corner[0] - size.x - 2 * pad), round(size.y + look.px(4))
        ground = mix(look.theme.card, colour, 0.18)
        pen.add_rect_filled((left, corner[1]), (corner[0], corner[1] + high), word(ground), high / 2)
        pen.add_text((left + pad, corner[1] + look.px(2)), word(colour), words)
    return float(left)


def draw_run(gui: Gui, look: Look, run: RunCard, page: RunPage) -> Ask | None:
    """Show a run; what the user asks for."""
    at = imgui.get_cursor_screen_pos()
    chip(gui, look, run.state, (at.x + imgui.get_content_region_avail().x, at.y + look.px(4)))
    heading(gui, run.name, 20)
    muted(look, progress(run))
    explain(gui, text("tip.train.part"))
    imgui.push_style_color(imgui.Col_.plot_histogram, four(look.colour("good" if run.part >= 1.0 else "ray")))
    imgui.progress_bar(run.part, (-1.0, float(look.px(6))), "")
    explain(gui, text("tip.train.part"))
    imgui.pop_style_color()
    if run.sentence:
        imgui.push_style_color(imgui.Col_.text, four(look.colour("bad")))
        wrapped(text("train.why", reason=run.sentence) if run.state == FAILED else run.sentence)
        imgui.pop_style_color()
    ask = _actions(gui, look, run, page)
    curves = page.curves
    if curves is None or not len(curves.steps):
        muted(look, text("train.no_curves" if run.alive else "train.no_log"))
    else:
        ask = _charts(gui, look, page, curves) or ask
    ask = _trials(gui, look, run, page) or ask
    return _report(gui, look, page) or ask


def progress(run: RunCard) -> str:
    """How far it is, how fast, and how long it takes still."""
    name = "train.progress" if run.asked else "train.progress.open"
    parts = [run.world or text("train.unknown"), text(name, done=f"{run.done:,}", asked=f"{run.asked:,}")]
    if run.reference != "none":
        parts.append(text("train.reference", reference=run.reference))
    if run.speed > 0.0:
        parts.append(text("train.speed", speed=f"{run.speed:,.0f}"))
        if run.alive and run.asked > run.done:
            parts.append(text("train.left", time=duration((run.asked - run.done) / run.speed)))
    return "  ·  ".join(parts)


def duration(seconds: float) -> str:
    """A time for people."""
    if seconds < 90.0:
        return f"{max(round(seconds), 1)} s"
    if seconds < 5400.0:
        return f"{round(seconds / 60.0)} min"
    return f"{seconds / 3600.0:.1f} h" if seconds < 172800.0 else f"{seconds / 86400.0:.1f} days"


def _actions(gui: Gui, look: Look, run: RunCard, page: RunPage) -> Ask | None:
    size, ask = (float(look.px(BUTTON)), 0.0), None
    buttons: list[tuple[str, str, bool]] = []
    if run.alive:
        buttons.append(("stop", "train.stopping" if page.stopping else "train.stop", not page.stopping))
    elif run.resumable:
        buttons.append(("resume", "train.resume", True))
    if run.playable:
        buttons.append(("watch", "train.watch", True))
        buttons.append(("evaluate", "train.evaluating" if page.evaluating else "train.evaluate", not page.evaluating))
    for order, (what, words, free) in enumerate(buttons):
        if order:
            imgui.same_line()
        imgui.begin_disabled(not free)
        first = order == 0 and not run.alive
        pressed = strong_button(gui, look, text(words), size) if first else imgui.button(text(words), size)
        imgui.end_disabled()
        if pressed:
            ask = Ask(what, run.folder)
    return ask


# --- curves ----------------------------------------------------------------------------------------------------------


def returns_chart(look: Look, curves: Curves) -> Chart:
    """Of each role a thin line for the first episode of a trial and a thick one for the last."""
    lines = []
    for order, role in enumerate(curves.roles):
        colour = look.colour(ROLES[order % len(ROLES)])
        shade = mix(look.theme.card, colour, 0.62)
        lines.append(PlotLine(text("train.first", role=role), curves.columns[f"first {role}"], shade, 1.4))
        lines.append(PlotLine(text("train.last", role=role), curves.columns[f"last {role}"], colour, 2.6))
    marks = np.array([trial.step for trial in marked(curves)])
    return Chart("returns", curves.steps, lines, legend=True, marks=marks)


def marked(curves: Curves) -> list[Trial]:
    """The recorded trials that have a place on the curve."""
    return [trial for trial in curves.trials if math.isfinite(trial.step)]


def figure_chart(look: Look, curves: Curves, name: str) -> Chart:
    """One of the small charts."""
    line = PlotLine(text(f"train.{name}"), curves.columns[name], look.colour("ray"))
    return Chart(name, curves.steps, [line])


def _charts(gui: Gui, look: Look, page: RunPage, curves: Curves) -> Ask | None:
    room, ask = imgui.get_content_region_avail().x, None
    with gui.font(13.5, bold=True):
        imgui.text(text("train.return"))
        explain(gui, text("tip.train.return"))
    with box("returns", (room, float(look.px(MAIN))), card=False):
        pressed = draw_chart(gui, look, returns_chart(look, curves), (-1.0, -1.0))
        if pressed is not None:
            ask = _opened(page, marked(curves)[pressed])
    charts = [chart for name in FIGURES if not (chart := figure_chart(look, curves, name)).empty]
    gap = imgui.get_style().item_spacing.x
    columns = max(min(int((room + gap) // (look.px(COLUMN) + gap)), 2), 1)
    width = (room - gap * (columns - 1)) / columns
    for order, chart in enumerate(charts):
        if order % columns:
            imgui.same_line()
        with box(chart.name, (width, float(look.px(SMALL))), card=False):
            with gui.font(13.5, bold=True):
                imgui.text(chart.lines[0].label)
                explain(gui, text(f"tip.train.{chart.name}"))
            draw_chart(gui, look, chart, (-1.0, -1.0))
    return ask


# --- recordings ------------------------------------------------------------------------------------------------------


def _opened(page: RunPage, trial: Trial, episode: int = 0) -> Ask:
    return Ask("replay", page.trials / trial.file, trial.begins[episode] if episode < len(trial.begins) else 0)


def _trials(gui: Gui, look: Look, run: RunCard, page: RunPage) -> Ask | None:
    """The recorded trials, the newest first: a row each, with a button for each episode."""
    heading(gui, text("train.trials"), 16)
    trials = page.curves.trials if page.curves is not None else ()
    if not trials:
        muted(look, text("train.no_trials_yet" if run.alive else "train.no_trials"))
        return None
    ask: Ask | None = None
    for trial in reversed(trials):
        imgui.push_id(trial.file)
        step = "?" if math.isnan(trial.step) else f"{trial.step:,.0f}"
        if imgui.button(f"\uf144  {text('train.trial', step=step)}"):
            ask = _opened(page, trial)
        edge = imgui.get_window_width() - imgui.get_style().window_padding.x
        for episode, value in enumerate(trial.returns):
            words = f"{episode + 1}: {value:.3g}"
            imgui.same_line(0.0, look.px(6))
            if imgui.get_cursor_pos_x() + imgui.calc_text_size(words).x + look.px(20) > edge:
                imgui.new_line()
            if imgui.button(f"{words}##{episode}"):
                ask = _opened(page, trial, episode)
            if imgui.is_item_hovered():
                imgui.set_tooltip(f"{text('train.trial.open')} {episode + 1}, {trial.seat}")
        imgui.pop_id()
    return ask


def _report(gui: Gui, look: Look, page: RunPage) -> Ask | None:
    report = page.report
    if report is None:
        return None
    heading(gui, text("train.report.title"), 16)
    if report.problem:
        imgui.push_style_color(imgui.Col_.text, four(look.colour("bad")))
        wrapped(report.problem)
        imgui.pop_style_color()
        return None
    muted(look, text("train.report"))
    for cell in report.cells:
        _cell(gui, look, cell)
    ask: Ask | None = None
    if report.recordings:
        muted(look, text("train.report.recordings"))
    for words, path in report.recordings:
        if imgui.button(f"\uf144  {words}##{path}"):
            ask = Ask("replay", path)
    return ask


def _cell(gui: Gui, look: Look, cell: ReportCell) -> None:
    """One role on one split: whoever was measured in rows, episodes in columns."""
    with gui.font(13.5, bold=True):
        imgui.text(text("train.report.cell", role=cell.role, split=cell.split, tasks=f"{cell.tasks:,}"))
        explain(gui, text("tip.train.cell"))
    episodes = max((len(values) for values in cell.curves.values()), default=0)
    flags = imgui.TableFlags_.sizing_fixed_fit | imgui.TableFlags_.borders_inner_h | imgui.TableFlags_.scroll_x
    rows = len(cell.curves) + 1
    high = rows * (imgui.get_text_line_height() + 2 * imgui.get_style().cell_padding.y) + look.px(16)
    if not imgui.begin_table(f"{cell.role} {cell.split}", min(episodes, 60) + 1, flags, (0.0, high)):
        return
    imgui.table_next_column()
    for episode in range(min(episodes, 60)):
        imgui.table_next_column()
        imgui.text_disabled(str(episode + 1))
    for name, values in cell.curves.items():
        imgui.table_next_row()
        imgui.table_next_column()
        imgui.text(name)
        for value in values[:60]:
            imgui.table_next_column()
            imgui.text(f"{value:.2f}" if math.isfinite(value) else "–")
    imgui.end_table()
    explain(gui, text("tip.train.cell"))
