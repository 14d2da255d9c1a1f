"""The seats in the panel: who fills each, its score, and how it ended; in short where there are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from simulator.app.panels.numbers import short
from simulator.app.play.texts import text
from simulator.app.shell.theme import Look, draw_seat
from simulator.canvas import ink

if TYPE_CHECKING:
    from simulator.app.panels.views import SceneView

GAP = 8  # px
ROW, SMALL_ROW = 25, 22  # px
MANY = 8  # seats; more are shown in short
COLUMNS = 5


def draw_seats(target: pygame.Surface, look: Look, scene: SceneView, y: int, *, telling: bool) -> int:
    """Draw the card of all seats at a height; gives the height below it.

    `telling` shows what the task hides: which kinds of bots play.
    """
    pad, count = look.px(10), len(scene.world.seats)
    rows, row = (count, look.px(ROW)) if count <= MANY else (-(-count // COLUMNS), look.px(SMALL_ROW))
    head = 0 if count <= MANY else look.px(ROW)
    box = pygame.Rect(pad, y, target.get_width() - 2 * pad, rows * row + head + look.px(8))
    look.card(target, box)
    y += look.px(4)
    inner = pygame.Rect(box.left + look.px(4), y, box.width - look.px(8), row)
    if count <= MANY:
        for index in range(count):
            _draw_row(target, look, scene, index, inner.move(0, index * row), telling)
        return box.bottom + GAP
    inner.height = head
    _draw_row(target, look, scene, scene.followed, inner, telling)
    for index in range(count):
        width = inner.width // COLUMNS
        cell = pygame.Rect(inner.left + index % COLUMNS * width, y + head + index // COLUMNS * row, width, row)
        _draw_cell(target, look, scene, index, cell)
    return box.bottom + GAP


def _draw_row(
    target: pygame.Surface, look: Look, scene: SceneView, index: int, line: pygame.Rect, telling: bool
) -> None:
    """One seat on a line of its own."""
    w, seat, followed = scene.shown(), scene.world.seats[index], index == scene.followed
    if followed:
        ink.rounded(target, line, look.soft("muted", 0.18), look.px(5))
    draw_seat(target, scene.world.seats, index, (line.left + look.px(14), line.centery), look.px(6.5))
    name = look.text(target, (line.left + look.px(30), line.centery), seat.name, size=13, bold=followed)
    right = line.right - look.px(8)
    score = look.text(target, (right, line.centery), points(w["score"][index]), size=13, bold=True, align="right")
    room = min(score.left, right - look.px(44)) - name.right - look.px(14)
    words, style = _who(scene, index, telling)
    if room > look.px(20):
        look.text(target, (name.right + look.px(8), line.centery), words, size=11, style=style, room=room)


def _draw_cell(target: pygame.Surface, look: Look, scene: SceneView, index: int, cell: pygame.Rect) -> None:
    """One seat of many: its sign, its number, its score."""
    if index == scene.followed:
        ink.rounded(target, cell, look.soft("muted", 0.18), look.px(5))
    draw_seat(target, scene.world.seats, index, (cell.left + look.px(9), cell.centery), look.px(5))
    number = scene.world.seats[index].name.rpartition("_")[2]
    style = "good" if scene.who(index).startswith("you") else "ink"
    look.text(target, (cell.left + look.px(17), cell.centery), number, size=10, style=style, bold=style == "good")
    score = points(scene.shown()["score"][index])
    look.text(target, (cell.right - look.px(3), cell.centery), score, size=10, style="muted", align="right")


def points(score: float) -> str:
    """A score for people; never minus zero."""
    return short(round(float(score), 1) + 0.0)


def _who(scene: SceneView, seat: int, telling: bool) -> tuple[str, str]:
    """Who fills a seat, or why it is done while others go on, and the style of these words.

    What kind of bot it is belongs to what the task hides.
    """
    w, who, world = scene.shown(), scene.who(seat), scene.world
    if int(w["done"][seat]) and not w["done"].all():
        return ("" if world.view.status is None else world.view.status(w, seat)) or text("hud.done"), "ink"
    kinds = world.bots_of(world.seats[seat].role)
    if who == "bot" and telling and kinds:
        return text("hud.bot", name=kinds[int(w["bot_kind"][seat])].name), "muted"
    return who, "good" if who.startswith("you") else "muted"
