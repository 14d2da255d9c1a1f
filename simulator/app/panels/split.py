"""The split view around its worlds: where each stands, what is written above it, and the bar below."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pygame
from imgui_bundle import imgui

from simulator.app.panels.numbers import scored
from simulator.app.panels.parts import WHOLE
from simulator.app.panels.tips import explain, explain_place, tell_hovered
from simulator.app.play.runs import Difference, Lockstep
from simulator.app.play.texts import text
from simulator.app.shell.accessibility import hints
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said

HEAD, TALL_HEAD, FOOT, GAP = 48, 68, 52, 4  # px at scale 1
SLIM = 300  # px at scale 1: panes that are no wider have three short lines above them
FEW = 3  # fields that are named
FILMED = "filmed"


@dataclasses.dataclass(frozen=True)
class PaneView:
    """What is written above one world."""

    label: str
    returns: str
    difference: str
    differs: bool
    about: str = ""
    """Who plays in it."""
    returns_about: str = ""
    """What its returns mean."""


def pane_views(lockstep: Lockstep) -> list[PaneView]:
    """The heads of all panes."""
    first, tick = lockstep.runs[0], lockstep.world.timing.tick
    views = []
    for at, run in enumerate(lockstep.runs):
        returns = text("split.returns", now=scored(run.score), all=scored(run.total))
        if at:
            returns += text("split.more", more=scored(run.total - first.total, sign=True))
        found = lockstep.differences[at]
        words = "" if not at else _difference(found, tick, first.label)
        if run.resting:
            words = f"{text('split.ended')}   {words}".rstrip()
        seats = zip(lockstep.world.seats, run.who, strict=True)
        who = ", ".join(f"{said(seat.name)} – {player}" for seat, player in seats)
        about = text("tip.split.returns") + (" " + text("tip.split.more", first=first.label) if at else "")
        tip = text("tip.split.run", name=run.label, who=who)
        views.append(PaneView(run.label, returns, words, found is not None, tip, about))
    return views


def _difference(found: Difference | None, tick: float, name: str) -> str:
    if found is None:
        return text("split.same", name=name)
    fields = ", ".join(said(field.replace("_", " ")) for field in found.fields[:FEW])
    more = len(found.fields) - FEW
    if more > 0:
        fields += text("split.fields", count=more)
    if not found.tick:
        return text("split.begins", fields=fields)
    return text("split.differs", tick=found.tick, seconds=f"{found.tick * tick:.1f}", fields=fields)


def panes(size: tuple[int, int], count: int, look: Look, shape: float) -> list[pygame.Rect]:
    """Where the worlds stand in a window; `shape` is width by height of a world. As large as possible, one beside the
    other, one above the other, or two by two; each below its head.
    """
    room = pygame.Rect(0, 0, size[0], max(size[1] - look.px(FOOT), 1))
    ways = {(count, 1), (1, count), (2, -(-count // 2)), (-(-count // 2), 2)}
    gap = look.px(GAP)

    def box(columns: int, rows: int) -> tuple[int, int]:
        wide = (room.width - gap * (columns - 1)) // columns
        return wide, (room.height - gap * (rows - 1)) // rows - head_height(look, wide)

    def worth(way: tuple[int, int]) -> tuple[float, int]:
        wide, high = box(*way)
        return min(wide, high * shape), way[0]

    columns, rows = max(sorted(ways), key=worth)
    wide, high = box(columns, rows)
    head, high = head_height(look, wide), max(high, 1)
    return [
        pygame.Rect((at % columns) * (wide + gap), (at // columns) * (high + head + gap) + head, wide, high)
        for at in range(count)
    ]


def head_height(look: Look, wide: int) -> int:
    """Pixels above a pane of this width."""
    return look.px(HEAD if wide > look.px(SLIM) else TALL_HEAD)


def draw_split(
    gui: Gui, look: Look, places: Sequence[pygame.Rect], views: Sequence[PaneView], words: Sequence[str], playing: str
) -> str:  # fmt: skip
    """Heads and bar; what was pressed. `words` stand in the bar, as far as there is room; `playing` is paused, playing
    or over, or filmed: then there are no buttons.
    """
    for at, (place, view) in enumerate(zip(places, views, strict=True)):
        _head(gui, look, at, place, view)
    return _bar(gui, look, words, playing)


def _head(gui: Gui, look: Look, at: int, place: pygame.Rect, view: PaneView) -> None:
    high = head_height(look, place.width)
    imgui.set_next_window_pos((place.left, place.top - high))
    imgui.set_next_window_size((place.width, high))
    imgui.push_style_var(imgui.StyleVar_.window_padding, (look.px(10), look.px(4)))
    imgui.push_style_var(imgui.StyleVar_.item_spacing, (look.px(10), look.px(2)))
    imgui.begin(f"head{at}", None, WHOLE | imgui.WindowFlags_.no_nav)
    with gui.font(15, bold=True):
        imgui.text(view.label)
        explain(gui, view.about)
    if place.width > look.px(SLIM):
        imgui.same_line()
    imgui.text(view.returns)
    explain(gui, view.returns_about)
    words = fitted(view.difference, imgui.get_content_region_avail().x)
    if view.differs:
        pen, corner = imgui.get_window_draw_list(), (place.left, place.top - high)
        pen.add_rect_filled(corner, (corner[0] + look.px(4), corner[1] + high), word(look.colour("bad")))
        imgui.text_colored(four(look.colour("bad")), words)
        explain_place(gui, (*corner, corner[0] + look.px(4), corner[1] + high), view.difference)
    else:
        imgui.text_disabled(words)
    explain(gui, view.difference)
    tell_hovered(gui, look)
    imgui.end()
    imgui.pop_style_var(2)


def fitted(words: str, room: float) -> str:
    """The words, cut short to so many pixels."""
    if imgui.calc_text_size(words).x <= room:
        return words
    kept = len(words)
    while kept and imgui.calc_text_size(words[:kept].rstrip() + "…").x > room:
        kept -= 1
    return words[:kept].rstrip() + "…"


def bar_words(lockstep: Lockstep, speed: float) -> list[str]:
    """What stands in the bar, the most needed first."""
    episode = int(lockstep.runs[0].state["episode"]) + 1
    at = text("split.at", episode=episode, all=int(lockstep.runs[0].state["episodes"]))
    same = len({int(run.state["episode"]) for run in lockstep.runs}) == 1
    return [f"{speed:g}×", *([at] if same else []), text("split.over") if lockstep.over else text("split.keys")]


def _bar(gui: Gui, look: Look, words: Sequence[str], playing: str) -> str:
    view, asked, high = imgui.get_main_viewport().work_size, "", look.px(FOOT)
    imgui.set_next_window_pos((0, view.y - high))
    imgui.set_next_window_size((view.x, high))
    imgui.push_style_var(imgui.StyleVar_.window_padding, (look.px(10), look.px(8)))
    imgui.begin("bar", None, WHOLE)
    buttons = (
        ("\uf060", "back"), ("\uf048", "restart"), ("\uf04c" if playing == "playing" else "\uf04b", "play_pause"),
        ("\uf051", "step"), ("\uf068", "slower"), ("\uf067", "faster"),
        ("\uf56e", "export"), ("\uf0c9", "menu"),
    )  # fmt: skip
    for order, (icon, what) in enumerate(buttons if playing != FILMED else ()):
        if order:
            imgui.same_line()
        hints.named(text(f"split.{what}"))
        if imgui.button(f"{icon}##{what}", (look.px(38), look.px(34))):
            asked = what
        if imgui.is_item_hovered(imgui.HoveredFlags_.no_nav_override):
            imgui.set_tooltip(text(f"split.{what}"))
    top = look.px(8) + (look.px(34) - imgui.get_text_line_height()) / 2 - imgui.get_style().frame_padding.y
    for order, part in enumerate(words):
        imgui.same_line(0.0, look.px(16))
        if imgui.get_content_region_avail().x < imgui.calc_text_size(part).x:
            break
        imgui.set_cursor_pos_y(top)
        (imgui.text_disabled if order == len(words) - 1 else imgui.text)(part)
        if order < len(words) - 1:  # the last one is a sentence
            explain(gui, text("tip.split.at" if order else "tip.speed"))
    tell_hovered(gui, look)
    imgui.end()
    imgui.pop_style_var()
    return asked
