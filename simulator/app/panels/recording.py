"""One recording beside the table: what it is about, how it went, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from imgui_bundle import imgui, implot

from simulator.app.panels.gallery import RATIO, Wish
from simulator.app.panels.parts import heading, muted, picture, strong_button
from simulator.app.panels.tips import explain, explain_place
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.shelf import (
    date_of,
    length_of,
    number,
    player_words,
    size_words,
    state_words,
    task_words,
)
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said

if TYPE_CHECKING:
    from replays.library import Entry

CURVE = 130  # px at scale 1, the height of the return curve
MOST_SEATS, MARKS = 8, 5  # seats that are told, and marks between the ends of the axis of episodes


def draw_recording(gui: Gui, look: Look, entry: Entry, pictures: dict[str, Path]) -> Wish | None:
    """Show a recording; what the user asks for."""
    told, room = entry.summary, imgui.get_content_region_avail().x
    if (path := pictures.get(told.world)) is not None:
        size = (int(room), round(room * RATIO * 0.72))
        at = imgui.get_cursor_screen_pos()
        imgui.get_window_draw_list().add_image_rounded(
            picture(gui, path, size), at, (at.x + size[0], at.y + size[1]), (0, 0), (1, 1), 0xFFFFFFFF, look.px(6)
        )
        imgui.dummy(size)
    imgui.push_text_wrap_pos(0.0)
    heading(gui, entry.name, 18)
    imgui.pop_text_wrap_pos()
    wish = recording_buttons(gui, look, entry, room)
    if words := state_words(entry):
        imgui.push_style_color(imgui.Col_.text, four(look.colour("bad")))
        wrapped(words)
        imgui.pop_style_color()
    if told.world:
        wrapped(task_words(entry))
    facts = (date_of(entry), length_of(entry), size_words(entry.size))
    muted(look, " · ".join(filter(None, facts)))
    if entry.tags:
        muted(look, f"\uf02b  {', '.join(entry.tags)}")
    if told.kind == "replay" and not told.problem and told.world:
        _score(gui, look, entry)
    return wish


def recording_buttons(gui: Gui, look: Look, entry: Entry, room: float) -> Wish | None:
    """What can be done with a recording."""
    wish, gap = None, imgui.get_style().item_spacing.x
    names = ["keep"] * (entry.state == "part") + ["edit", "delete"]
    wide = {
        name: imgui.calc_text_size(text(f"library.{name}")).x + 2 * imgui.get_style().frame_padding.x for name in names
    }
    imgui.begin_disabled(entry.state in ("damaged", "recording") or entry.summary.kind == "batch")
    left = room - sum(wide.values()) - gap * len(names)
    own_line = left < look.px(56)
    if strong_button(gui, look, text("library.play"), (room if own_line else left, 0)):
        wish = Wish("replay", path=entry.path)
    imgui.end_disabled()
    imgui.begin_disabled(entry.state == "recording")
    for order, name in enumerate(names):
        if order or not own_line:
            imgui.same_line()
        if imgui.button(text(f"library.{name}"), (wide[name], 0)):
            wish = Wish(name, path=entry.path)
    imgui.end_disabled()
    return wish


def _score(gui: Gui, look: Look, entry: Entry) -> None:
    """How it went: the seats with their mean returns, and the curve of the one whose return counts."""
    told = entry.summary
    imgui.separator()
    if not told.returns:
        muted(look, text("library.no_episode"))
        return
    returns = np.array([row for row in told.returns if len(row) == len(told.returns[0])], np.float64)
    imgui.text_disabled(text("library.by_seat"))
    explain(gui, text("tip.library.by_seat"))
    room = imgui.get_content_region_avail().x
    for seat in range(min(returns.shape[1], MOST_SEATS)):
        name = told.seats[seat] if seat < len(told.seats) else text("seat.number", number=seat)
        who = told.players[seat] if seat < len(told.players) else ""
        words = number(float(returns[:, seat].mean()))
        at = imgui.get_cursor_screen_pos()
        line = (at.x, at.y, at.x + room, at.y + imgui.get_text_line_height())
        about = {"name": said(name), "who": player_words(who), "mean": words, "count": len(returns)}
        explain_place(gui, line, text("tip.library.seat", **about))
        imgui.text_unformatted(said(name))
        imgui.same_line()
        imgui.text_disabled(player_words(who))
        imgui.same_line(imgui.get_style().window_padding.x + room - imgui.calc_text_size(words).x)
        imgui.text_unformatted(words)
    _curve(gui, look, returns, entry.hero or 0, told.seats)
    words = text("library.episode") if told.episodes == 1 else ""
    muted(look, words or text("library.episodes", count=told.episodes, trials=told.trials))


def _curve(gui: Gui, look: Look, returns: np.ndarray, hero: int, seats: Sequence[str]) -> None:
    """Returns (episodes, seats) by episode: the one that counts strong, the others faint."""
    if len(returns) < 2:
        return
    imgui.text_disabled(text("library.by_episode"))
    explain(gui, text("tip.library.curve"))
    plain = implot.Flags_.canvas_only | implot.Flags_.no_inputs
    if not implot.begin_plot("##curve", (-1, look.px(CURVE)), plain):
        return
    quiet = implot.AxisFlags_.no_grid_lines | implot.AxisFlags_.no_highlight
    implot.setup_axes("", "", quiet, quiet)
    count, low, high = len(returns), float(returns.min()), float(returns.max())
    room = 0.1 * (high - low) or 1.0
    implot.setup_axes_limits(1 - 0.03 * count, 1.03 * count, low - room, high + room, implot.Cond_.always)
    implot.setup_axis_ticks(implot.ImAxis_.x1, _whole(count))
    episodes = np.arange(1.0, count + 1.0)
    others = [seat for seat in range(returns.shape[1]) if seat != hero][:MOST_SEATS]
    for seat in (*others, hero):
        shade = four(look.colour("ray")) if seat == hero else four(look.colour("muted"), 0.5)
        line = implot.Spec(line_color=shade, line_weight=float(look.px(2 if seat == hero else 1)))
        implot.plot_line(f"##{seat}", episodes, np.ascontiguousarray(returns[:, seat]), line)
    low_x, wide = implot.get_plot_pos().x, implot.get_plot_size().x
    span = implot.get_plot_limits().x
    implot.end_plot()

    def words(pixel: tuple[float, float]) -> str:
        at = span.min + (pixel[0] - low_x) / wide * (span.max - span.min)
        return episode_words(returns, round(at), (hero, *others), seats)

    explain(gui, words)


def episode_words(returns: np.ndarray, episode: int, shown: Sequence[int], seats: Sequence[str]) -> str:
    """What the curve says of an episode, counted from 1: the returns of the seats that it shows, and what they are."""
    episode = min(max(episode, 1), len(returns))
    names = [seats[seat] if seat < len(seats) else text("seat.number", number=seat) for seat in shown]
    values = [number(float(returns[episode - 1, seat])) for seat in shown]
    rows = [f"{said(name)}: {value}" for name, value in zip(names, values, strict=True)]
    return "\n".join([text("tip.chart.episode", number=episode), *rows, text("tip.library.curve")])


def _whole(count: int) -> list[float]:
    """Some of the numbers 1 … count, evenly, for an axis."""
    step = max(-(-(count - 1) // MARKS), 1)
    return [float(number) for number in range(1, count + 1, step)]
