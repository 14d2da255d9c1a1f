"""The bar below a replay: buttons, the return curve of the followed seat, marks to click, and the play head."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pygame
from imgui_bundle import imgui

from simulator.app.panels.marks import Flag, draw_flags, flag_at, merged
from simulator.app.panels.numbers import scored
from simulator.app.panels.parts import WHOLE
from simulator.app.panels.tips import explain, explain_place
from simulator.app.panels.views import MarkView, TimelineView
from simulator.app.play.clocks import clock, seconds_of
from simulator.app.play.texts import text
from simulator.app.shell.accessibility import hints
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said
from simulator.canvas.theme import seat_colours

CURVE, FLAGS, GROOVE, BUTTONS = 40, 18, 16, 34  # px at text scale 1: heights of the rows
LOW_WINDOW = 540  # px; in a lower one the curve is left out
EDGE = 10  # px
POINTS = 600  # of the curve, at most
ROW = (
    ("seek_start", "\uf049"), ("previous_episode", "\uf048"), ("reverse", "\uf04a"), ("step_back", "\uf053"),
    ("play_pause", "\uf04b"), ("step", "\uf054"), ("next_episode", "\uf051"), ("seek_end", "\uf050"),
)  # fmt: skip
MORE = (("bookmark", "\uf02e"), ("branch", "\uf126"), ("mistakes", "\uf071"), ("export", "\uf56e"), ("menu", "\uf0c9"))
SPARED = ("seek_start", "seek_end", "mistakes", "previous_episode", "next_episode", "reverse", "bookmark")
"""Buttons that a narrow bar leaves to the menu, the least needed first."""
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
GHOST = (
    imgui.WindowFlags_.no_inputs | imgui.WindowFlags_.no_nav | imgui.WindowFlags_.no_background
    | imgui.WindowFlags_.no_focus_on_appearing
)  # fmt: skip


class BarWish(NamedTuple):
    """What was pressed: a command, or where to seek, or a speed."""

    what: str
    amount: float = 0.0


def bar_height(look: Look, height: int) -> int:
    """Pixels of the bar in a window, or a film, of this height."""
    curve = 0 if height < look.px(LOW_WINDOW) else CURVE
    return look.px(curve + FLAGS + GROOVE + BUTTONS + 8)


class Timeline:
    """Says the bar with ImGui's calls; the wishes are for the screen to grant. It goes over the whole recording, or a
    ``span`` of positions.
    """

    def __init__(self, view: TimelineView, keys: Callable[[str], str], span: tuple[int, int] | None = None) -> None:
        self.view, self._keys, self._span = view, keys, span
        self.groove = pygame.Rect(0, 0, 1, 1)
        """Where positions lie, in window pixels."""
        self.flags: list[Flag] = []
        """The marks as they are drawn: those that lie too near each other are one."""
        self.buttons: dict[str, tuple[int, int]] = {}
        """The middle of every button, in window pixels."""
        self.dragging = self.typing = False
        self._typed, self._ask, self._right = "", False, 0.0
        self._lines_key: object = None
        self._drawn: list[list[Any]] = []
        self._flags_key: object = None

    def jump(self) -> None:
        """Let a time be typed in."""
        self._ask = True

    def say(self, gui: Gui, look: Look, box: pygame.Rect) -> list[BarWish]:
        """The bar in `box` of the window; what was pressed."""
        wishes: list[BarWish] = []
        imgui.set_next_window_pos(box.topleft)
        imgui.set_next_window_size(box.size)
        imgui.push_style_var(imgui.StyleVar_.window_padding, (0.0, 0.0))
        imgui.begin("timeline", None, WHOLE | imgui.WindowFlags_.no_scrollbar)
        imgui.pop_style_var()
        top = box.top + look.px(4)
        curve = box.height - look.px(FLAGS + GROOVE + BUTTONS + 8)
        across = (box.left + look.px(EDGE), box.width - 2 * look.px(EDGE))
        plot = pygame.Rect(across[0], top, across[1], max(curve, 0))
        row = pygame.Rect(across[0], plot.bottom, across[1], look.px(FLAGS))
        self.groove = pygame.Rect(across[0], row.bottom, across[1], look.px(GROOVE))
        if curve > 0:
            self._curve(look, plot)
            explain_place(gui, (plot.left, plot.top, plot.right, plot.bottom), self._told)
        self._say_flags(gui, look, row, wishes)
        self._say_groove(gui, look, wishes)
        if self.view.buttons:
            self._say_buttons(gui, look, box, wishes)
        imgui.end()
        self._head(gui, look, box, plot)
        return wishes

    def _told(self, pixel: tuple[float, float]) -> str:
        """What the curve says at a pixel: when, and what the followed seat had earned by then."""
        view, at = self.view, self.position_at(pixel[0])
        if at > view.surveyed:
            return text("tip.bar.curve")
        when, seat = clock(at * view.world.timing.tick), said(view.world.seats[view.followed].name)
        score = scored(float(view.scores[at, view.followed]), sign=True)
        told = text("tip.bar.score", time=when, seat=seat, score=score)
        return f"{told}\n{text('tip.bar.curve')}"

    @property
    def span(self) -> tuple[int, int]:
        """The positions of its two ends."""
        return (0, self.view.length) if self._span is None else self._span

    def x_of(self, position: float) -> float:
        """The pixel of a position."""
        first, last = self.span
        return self.groove.left + self.groove.width * (position - first) / max(last - first, 1)

    def _boundaries(self, first: int = 0) -> list[tuple[int, bool]]:
        """Where episodes begin inside it, from the ``first`` one on: the position, and whether a trial does too."""
        low, high = self.span
        return [found for found in self.view.boundaries[first:] if low <= found[0] <= high]

    def position_at(self, x: float) -> int:
        """The position under a pixel."""
        part = (x - self.groove.left) / max(self.groove.width, 1)
        first, last = self.span
        return first + round(min(max(part, 0.0), 1.0) * (last - first))

    # --- rows ----------------------------------------------------------------------------------------------------

    def _range(self) -> tuple[float, float]:
        scores = self.view.scores[:, self.view.followed]
        low, high = min(float(scores.min()), 0.0), max(float(scores.max()), 0.0)
        return (low, high) if high - low > 1e-6 else (low, low + 1.0)

    def _curve(self, look: Look, plot: pygame.Rect) -> None:
        """The score of the followed seat in each episode, over the whole recording."""
        view, pen = self.view, imgui.get_window_draw_list()
        low, high = self._range()
        pen.add_rect_filled(plot.topleft, plot.bottomright, word(look.theme.card), look.px(4))
        scale = (plot.height - 8) / (high - low)
        zero = round(plot.bottom - 4 + low * scale)
        pen.add_line((plot.left, zero), (plot.right, zero), word(look.theme.line), 1.0)
        key = (tuple(plot), view.followed, view.surveyed, low, high)
        if key != self._lines_key:
            self._lines_key, self._drawn = key, list(self._paths(plot, low, scale))
        colour = word(seat_colours(view.world.seats)[view.followed])
        for points in self._drawn:
            pen.add_polyline(points, colour, float(look.px(2)), 0)
        for start, trial in self._boundaries(1):
            shade = look.colour("muted") if trial else look.theme.line
            x = round(self.x_of(start))
            pen.add_line((x, plot.top), (x, plot.bottom), word(shade), 2.0 if trial else 1.0)

    def _paths(self, plot: pygame.Rect, low: float, scale: float) -> Iterator[list[Any]]:
        """The pixels of the curve, episode by episode."""
        view, (low_end, high_end) = self.view, self.span
        starts = [start for start, _ in view.boundaries]
        ends = [*starts[1:], view.length][: len(starts)]  # one that ends before its first tick has no episode
        for start, end in zip(starts, ends, strict=True):
            end = min(end, view.surveyed, high_end)
            first = max(start + 1 if start else 0, low_end)
            if end - first < 1:
                continue
            share = max(2, round(POINTS * (end - first) / max(high_end - low_end, 1)))
            at = np.unique(np.linspace(first, end, min(share, end - first + 1)).astype(int))
            heights = plot.bottom - 4 - (view.scores[at, view.followed] - low) * scale
            turns = np.ones(len(at), bool)  # a level stretch is one line, without joints
            turns[1:-1] = (np.diff(heights[:-1]) != 0.0) | (np.diff(heights[1:]) != 0.0)
            pixels = zip(at[turns].tolist(), heights[turns].tolist(), strict=True)
            yield [imgui.ImVec2(self.x_of(x), float(y)) for x, y in pixels]

    def _say_flags(self, gui: Gui, look: Look, row: pygame.Rect, wishes: list[BarWish]) -> None:
        key = (id(self.view.marks), len(self.view.marks), tuple(self.groove), look.zoom)
        if key != self._flags_key:
            self._flags_key, self.flags = key, merged(self._marks(), self.x_of, look.px(13))
        draw_flags(look, self.flags, row)
        imgui.set_cursor_screen_pos(row.topleft)
        imgui.invisible_button("flags", row.size)
        if imgui.is_item_hovered() and (flag := flag_at(self.flags, imgui.get_mouse_pos().x, look.px(9))) is not None:
            with gui.font(13.0):
                imgui.set_tooltip("\n".join(self._lines(flag)))
            if imgui.is_item_clicked():
                wishes.append(BarWish("seek", flag.position))

    def _marks(self) -> list[MarkView]:
        first, last = self.span
        return [mark for mark in self.view.marks if first <= mark.position <= last]

    def _lines(self, flag: Flag, most: int = 8) -> list[str]:
        seats, tick = self.view.world.seats, self.view.world.timing.tick
        who = [said(seats[mark.seat].name) + ": " if mark.seat >= 0 else "" for mark in flag.marks[:most]]
        lines = [
            f"{clock(mark.position * tick)}  {name}{said(mark.words)}"
            for name, mark in zip(who, flag.marks, strict=False)
        ]
        return [*lines, text("replay.more", count=len(flag.marks) - most)] if len(flag.marks) > most else lines

    def _say_groove(self, gui: Gui, look: Look, wishes: list[BarWish]) -> None:
        view, pen, groove = self.view, imgui.get_window_draw_list(), self.groove
        middle, thick = groove.centery, look.px(3)
        pen.add_rect_filled(
            (groove.left, middle - thick), (groove.right, middle + thick), word(look.theme.line), float(thick)
        )
        for start, trial in self._boundaries():
            x, tall = round(self.x_of(start)), look.px(8 if trial else 5)
            shade = word(look.colour("ink" if trial else "muted"))
            pen.add_line((x, middle - tall), (x, middle + tall), shade, 2.0 if trial else 1.0)
        imgui.set_cursor_screen_pos(groove.topleft)
        imgui.invisible_button("groove", groove.size)
        explain(gui, text("tip.bar.groove"))
        self.dragging = imgui.is_item_active()
        if self.dragging and (position := self.position_at(imgui.get_mouse_pos().x)) != view.position:
            wishes.append(BarWish("seek", position))

    def _say_buttons(self, gui: Gui, look: Look, box: pygame.Rect, wishes: list[BarWish]) -> None:
        top, gap = self.groove.bottom + look.px(2), look.px(3)
        tight = box.width < look.px(560)
        side = (look.px(22 if tight else 30), look.px(26))
        imgui.set_cursor_screen_pos((self.groove.left, top))
        with gui.font(12.0 if tight else 14.0):
            padding = (look.px(5), (side[1] - imgui.get_font_size()) / 2)
            imgui.push_style_var(imgui.StyleVar_.frame_padding, padding)
            for order, (name, icon) in enumerate(self._fitting(look, side[0] + gap)):
                if order:
                    imgui.same_line(0.0, gap if name != "bookmark" else 3 * gap)
                self._button(look, name, icon, side, wishes)
            imgui.same_line(0.0, 3 * gap)
            self._say_speed(look, wishes, tight)
            imgui.same_line(0.0, gap)
            self._say_jump(look, wishes, tight)
            imgui.pop_style_var()

    def _fitting(self, look: Look, step: int) -> list[tuple[str, str]]:
        """The buttons for which there is room, each as wide as ``step``; the others stand in the menu."""
        shown = [each for each in (*ROW, *MORE) if each[0] in self.view.buttons]
        for name in SPARED:
            if len(shown) * step + look.px(52 + 48) > self.groove.width:
                shown = [each for each in shown if each[0] != name]
        return shown

    def _button(self, look: Look, name: str, icon: str, side: tuple[int, int], wishes: list[BarWish]) -> None:
        view, why = self.view, self.view.why_off(name)
        if name == "play_pause" and not view.paused:
            icon = "\uf04c"
        lit = name == "reverse" and view.reverse
        if lit:
            imgui.push_style_color(imgui.Col_.button, four(look.soft("ray", 0.45)))
        imgui.begin_disabled(bool(why))
        hints.named(text(f"replay.{name}"))
        if imgui.button(f"{icon}##{name}", side):
            wishes.append(BarWish(name))
        imgui.end_disabled()
        if lit:
            imgui.pop_style_color()
        low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        self.buttons[name] = round((low.x + high.x) / 2), round((low.y + high.y) / 2)
        if imgui.is_item_hovered(imgui.HoveredFlags_.allow_when_disabled | imgui.HoveredFlags_.no_nav_override):
            words = f"{text('replay.' + name)}   [{self._keys(name)}]" if self._keys(name) else text("replay." + name)
            imgui.set_tooltip(f"{words}\n{why}" if why else words)

    def _say_speed(self, look: Look, wishes: list[BarWish], tight: bool) -> None:
        imgui.set_next_item_width(look.px(52 if tight else 66))
        flags = imgui.ComboFlags_.no_arrow_button
        if imgui.begin_combo("##speed", f"{self.view.speed:g}×", flags):
            for speed in SPEEDS:
                if imgui.selectable(f"{speed:g}×", speed == self.view.speed)[0]:
                    wishes.append(BarWish("speed", speed))
            imgui.end_combo()
        if imgui.is_item_hovered(imgui.HoveredFlags_.no_nav_override):
            imgui.set_tooltip(f"{text('replay.speed')}   [{self._keys('slower')}, {self._keys('faster')}]")

    def _say_jump(self, look: Look, wishes: list[BarWish], tight: bool) -> None:
        """Where a time is typed in; with little room it shows the present one."""
        hint = clock(self.view.position * self.view.world.timing.tick) if tight else text("replay.jump_hint")
        imgui.set_next_item_width(min(look.px(64), self.groove.right - imgui.get_cursor_screen_pos().x))
        if self._ask:
            imgui.set_keyboard_focus_here()
            self._ask = False
        flags = imgui.InputTextFlags_.enter_returns_true | imgui.InputTextFlags_.auto_select_all
        done, self._typed = imgui.input_text_with_hint("##jump", hint, self._typed, flags)
        self.typing, self._right = imgui.is_item_active(), imgui.get_item_rect_max().x
        if done:
            seconds = seconds_of(self._typed)
            wishes.append(BarWish("bad_time") if seconds is None else BarWish("time", seconds))
            self._typed = ""
        if imgui.is_item_hovered(imgui.HoveredFlags_.no_nav_override):
            imgui.set_tooltip(f"{text('replay.jump')}   [{self._keys('jump')}]")

    def _head(self, gui: Gui, look: Look, box: pygame.Rect, plot: pygame.Rect) -> None:
        """What moves at every frame stands in a list of its own, so that the rest is not painted again."""
        view, tick = self.view, self.view.world.timing.tick
        imgui.set_next_window_pos(box.topleft)
        imgui.set_next_window_size(box.size)
        imgui.begin("head", None, WHOLE ^ imgui.WindowFlags_.no_bring_to_front_on_focus | GHOST)
        pen, x, middle = imgui.get_window_draw_list(), self.x_of(view.position), self.groove.centery
        ray, ink = word(look.colour("ray")), word(look.colour("ink"))
        thick = look.px(3)
        if x > self.groove.left + 1:
            pen.add_rect_filled((self.groove.left, middle - thick), (x, middle + thick), ray, float(thick))
        if plot.height:
            pen.add_line((x, plot.top), (x, middle), word(look.colour("ink"), 150), 1.0)
            score = float(view.scores[view.position, view.followed]) if view.position <= view.surveyed else view.score
            low, high = self._range()
            y = plot.bottom - 4 - (score - low) * (plot.height - 8) / (high - low)
            pen.add_circle_filled((x, min(max(y, plot.top), plot.bottom)), look.px(3.5), ink)
            seat = said(view.world.seats[view.followed].name)
            with gui.font(12.0):
                told = f"{seat}  {scored(score, sign=True)}"
                pen.add_text((plot.left + look.px(6), plot.top + look.px(2)), ink, told)
        pen.add_circle_filled((x, middle), look.px(7), ink)
        self._clock(gui, look, tick)
        imgui.end()

    def _clock(self, gui: Gui, look: Look, tick: float) -> None:
        """The time at the right end of the buttons, if there is room."""
        first, last = self.span
        words = f"{clock((self.view.position - first) * tick)} / {clock((last - first) * tick)}"
        with gui.font(13.0):
            size = imgui.calc_text_size(words)
            left = self.groove.right - size.x
            if left > self._right + look.px(8):
                y = self.groove.bottom + look.px(2) + (look.px(26) - size.y) / 2
                imgui.get_window_draw_list().add_text((left, y), word(look.colour("ink")), words)
                explain_place(gui, (left, y, self.groove.right, y + size.y), text("tip.bar.clock"))
