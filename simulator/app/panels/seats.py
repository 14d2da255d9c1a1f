"""The seats in the panel: who fills each, its score, and how it ended; in short where there are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from simulator.app.panels.numbers import scored
from simulator.app.play.texts import text
from simulator.app.shell.theme import Look

if TYPE_CHECKING:
    from simulator.app.panels.sheet import PanelSheet
    from simulator.app.panels.views import SceneView

ROW, SMALL_ROW = 25, 22  # px
MANY = 8  # seats; more are shown in short
COLUMNS = 5


def seats_height(look: Look, count: int) -> int:
    """Pixels that the card of so many seats takes."""
    if count <= MANY:
        return count * look.px(ROW) + look.px(8)
    return -(-count // COLUMNS) * look.px(SMALL_ROW) + look.px(ROW) + look.px(8)


def draw_seats(sheet: PanelSheet, scene: SceneView, box: pygame.Rect, *, telling: bool) -> None:
    """Lay out the card of all seats.

    `telling` shows what the task hides: which kinds of bots play.
    """
    look, count = sheet.look, len(scene.world.seats)
    sheet.card(box)
    line = pygame.Rect(box.left + look.px(4), box.top + look.px(4), box.width - look.px(8), look.px(ROW))
    if count <= MANY:
        for index in range(count):
            _draw_row(sheet, scene, index, line.move(0, index * line.height), telling)
        return
    _draw_row(sheet, scene, scene.followed, line, telling)
    wide, high = line.width // COLUMNS, look.px(SMALL_ROW)
    for index in range(count):
        place = line.left + index % COLUMNS * wide, line.bottom + index // COLUMNS * high
        _draw_cell(sheet, scene, index, pygame.Rect(place, (wide, high)), telling)


def _draw_row(sheet: PanelSheet, scene: SceneView, index: int, line: pygame.Rect, telling: bool) -> None:
    """One seat on a line of its own."""
    look, w, seat, followed = sheet.look, scene.shown(), scene.world.seats[index], index == scene.followed
    if followed:
        sheet.rect(line, look.soft("muted", 0.18), look.px(5))
    sheet.seat(scene.world.seats, index, (line.left + look.px(14), line.centery), look.px(6.5))
    name = sheet.text((line.left + look.px(30), line.centery), seat.name, size=13, bold=followed)
    right = line.right - look.px(8)
    score = sheet.text((right, line.centery), points(w["score"][index]), size=13, bold=True, align="right")
    room = min(score.left, right - look.px(44)) - name.right - look.px(14)
    words, style = _who(scene, index, telling)
    if room > look.px(20):
        sheet.text((name.right + look.px(8), line.centery), words, size=11, style=style, room=room)
    sheet.explain(line, _about(scene, index, words), index)


def _draw_cell(sheet: PanelSheet, scene: SceneView, index: int, cell: pygame.Rect, telling: bool) -> None:
    """One seat of many: its sign, its number, its score."""
    look = sheet.look
    if index == scene.followed:
        sheet.rect(cell, look.soft("muted", 0.18), look.px(5))
    sheet.seat(scene.world.seats, index, (cell.left + look.px(9), cell.centery), look.px(5))
    number = scene.world.seats[index].name.rpartition("_")[2]
    style = "good" if scene.who(index).startswith("you") else "ink"
    sheet.text((cell.left + look.px(17), cell.centery), number, size=10, style=style, bold=style == "good")
    score = points(scene.shown()["score"][index])
    sheet.text((cell.right - look.px(3), cell.centery), score, size=10, style="muted", align="right")
    sheet.explain(cell, _about(scene, index, _who(scene, index, telling)[0]), index)


def _about(scene: SceneView, index: int, who: str) -> str:
    """What the row of a seat means."""
    seat, score = scene.world.seats[index], points(scene.shown()["score"][index])
    words = text("tip.seat", name=seat.name, role=seat.role, team=seat.team, who=who, score=score)
    return words if index == scene.followed else f"{words}\n{text('tip.seat.follow')}"


def points(score: float) -> str:
    """A score for people; never minus zero."""
    return scored(float(score))


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
