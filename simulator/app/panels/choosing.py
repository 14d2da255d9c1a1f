"""What the followed seat does, and how likely each choice was: a rose of directions, columns, rows, pictures."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pygame

from simulator.app.panels.numbers import share
from simulator.app.panels.parts import drawn
from simulator.app.play.hands import Keys, Vector
from simulator.app.play.texts import text
from simulator.canvas.speech import said
from simulator.canvas.text import EASTERN
from simulator.canvas.theme import Colour

if TYPE_CHECKING:
    from simulator.app.panels.pictures import Picture, Pictures
    from simulator.app.panels.sheet import PanelSheet
    from simulator.app.panels.views import SceneView
    from simulator.app.play.hands import Hands

ONLY_EASTERN = re.compile(f"[{EASTERN}]+")
LOWEST_ROW, HIGHEST_ROW = 11, 20  # px, of choices that stand in rows
KEY_SIZES = (13, 11, 9, 8, 7)  # px, of a key in its column
ROSE_PART, ROSE_LEAST = 0.46, 0.28  # of the width, at most and at least, where columns stand beside a rose
WIDEST, CARD = 58, 92  # px, of a column and of a picture


class ShownChoices(NamedTuple):
    """Choices of one action that are shown together."""

    title: str
    names: list[str]
    parts: np.ndarray | None
    """How likely each is; None where that is not told."""
    chosen: int
    is_rose: bool
    factor: int
    choices: list[int]
    keys: list[str]
    """Which choose them, where a human plays."""
    asked: int = -1
    """The one that was asked for by hand and is not yet made."""

    def about(self, order: int) -> str:
        """What the bar of a choice means."""
        words = said(self.names[order])
        if self.parts is not None:
            words = text("tip.choice", name=words, part=f"{share(self.parts[order]):.0%}")
        if order == self.chosen:
            words = text("tip.choice.now", name=words)
        elif order == self.asked:
            words = text("tip.choice.asked", name=words)
        return words + (f"   [{self.keys[order]}]" if self.keys and self.keys[order] else "")


def shown_choices(scene: SceneView, hands: Hands, probabilities: np.ndarray | None) -> list[ShownChoices]:
    """The choices of the followed seat, in the groups in which they are shown."""
    doing = scene.simulation.w["action"][scene.followed]
    groups, first = [], 0
    for factor, (action, plan) in enumerate(zip(scene.world.actions, hands.plans, strict=True)):
        size = len(action.choices)
        parts = None if probabilities is None else probabilities[first : first + size]
        first += size
        directions = list(plan.choices) if isinstance(plan, Vector) else []
        others = [choice for choice in range(size) if choice not in directions]
        for choices in (directions, others):
            if not choices:
                continue
            names = [action.choices[choice] for choice in choices]
            chosen = choices.index(int(doing[factor])) if int(doing[factor]) in choices else -1
            shared = _shared_start(names) if directions else ""
            keys: list[str] = []
            if choices is others and isinstance(plan, Keys | Vector) and scene.can_order(scene.followed):
                keys = [plan.key_of(choice) for choice in choices]
            wanted = hands.wanted(scene.followed, factor)
            asked = -1 if wanted is None or wanted not in choices else choices.index(wanted)
            groups.append(ShownChoices(
                shared.strip() or action.name, [name[len(shared) :] for name in names],
                None if parts is None else parts[choices], chosen, choices is directions, factor, choices, keys,
                -1 if asked == chosen else asked,
            ))  # fmt: skip
    return groups


def draw_choices(
    sheet: PanelSheet,
    body: pygame.Rect,
    groups: Sequence[ShownChoices],
    colour: Colour,
    pictures: Pictures,
    hands: Hands,
) -> None:
    """A rose for directions and columns for all other choices, side by side."""
    look, left = sheet.look, body.left
    columns = [group for group in groups if not group.is_rose]
    widest = body.width
    if columns:
        words = sum(_needs(sheet, columns)) + look.px(12) * (len(columns) - 1) + look.px(16)
        widest = round(min(body.width * ROSE_PART, max(body.width - words, body.width * ROSE_LEAST)))
    for group in groups:
        if group.is_rose:
            box = pygame.Rect(left, body.top, min(body.height, widest), body.height)
            rose(sheet, box, group, colour)
            left = box.right + look.px(16)
    room = body.right - left - look.px(12) * (len(columns) - 1)
    for group, width in zip(columns, _widths(sheet, columns, room), strict=True):
        box = pygame.Rect(left, body.top + look.px(14), max(width, 8), body.height - look.px(14))
        sheet.text((left, body.top + look.px(5)), group.title, size=10, style="muted", room=max(width, 8))
        side = min(min(box.width // len(group.names), look.px(CARD)) - look.px(6), box.height - look.px(26))
        found = pictures.of(group.factor, group.choices, look, side)
        if found:
            cards(sheet, box, found, group, colour, hands.wanted(pictures.scene.followed, group.factor))
            continue
        bars(sheet, box, group, colour)
        left = box.right + look.px(12)


def _widths(sheet: PanelSheet, groups: Sequence[ShownChoices], room: int) -> list[int]:
    """Pixels for each group of choices: what its words need, and of what is left as much as it has choices."""
    needs = _needs(sheet, groups)
    over, count = room - sum(needs), sum(len(group.names) for group in groups)
    if over < 0:
        return [room * need // sum(needs) for need in needs]
    most = sheet.look.px(WIDEST)
    return [
        min(need + over * len(group.names) // count, max(need, most * len(group.names)))
        for group, need in zip(groups, needs, strict=True)
    ]


def _needs(sheet: PanelSheet, groups: Sequence[ShownChoices]) -> list[int]:
    """Pixels that the words of each group take in rows."""
    needs = []
    for group in groups:
        keys = group.keys or [""] * len(group.names)
        rows = [f"{said(name)} {key}" for name, key in zip(group.names, keys, strict=True)]
        needs.append(max(sheet.width(group.title, 10), *(sheet.width(row, 10) + sheet.look.px(16) for row in rows)))
    return needs


def bars(sheet: PanelSheet, box: pygame.Rect, group: ShownChoices, colour: Colour) -> None:
    """A column for each choice, as high as its probability; the one being done is filled and underlined. Rows, where
    the columns are too narrow for their names. Keys are shown in the columns of a seat that a human plays.
    """
    look, count = sheet.look, len(group.names)
    width = box.width / max(count, 1)
    lines = [_lines(sheet, name, round(width)) for name in group.names]
    wide = max((sheet.width(words, 9) for line in lines for words in line), default=0)
    if wide > max(6, round(width)) and box.height >= look.px(LOWEST_ROW) * count:
        _rows(sheet, box, group, colour)
        return
    foot = box.bottom - look.px(3 + 11 * max((len(line) for line in lines), default=1))
    for index in range(count):
        left = box.left + index * width
        column = pygame.Rect(round(left) + 1, box.top, max(2, round(width) - 2), foot - box.top)
        sheet.rect(column, look.soft("muted", 0.10), look.px(3))
        height = round((0.0 if group.parts is None else share(group.parts[index])) * column.height)
        shade = colour if index == group.chosen else look.soft("muted", 0.65)
        sheet.rect(pygame.Rect(column.left, foot - height, column.width, height), shade, look.px(3))
        if index == group.chosen:
            sheet.rect(pygame.Rect(column.left, foot + 1, column.width, 2), colour)
        style = _style(group, index)
        if index == group.asked:
            sheet.edge(column, look.colour("indicator"), 2.0, look.px(3))
        if group.keys:
            _key(sheet, column, group.keys[index], style)
        for order, words in enumerate(lines[index]):
            middle = (left + width / 2, foot + look.px(9 + 10 * order))
            sheet.text(middle, words, size=9, style=style, align="center", room=max(6, round(width)))
        sheet.explain(pygame.Rect(column.left, box.top, column.width, box.height), group.about(index))


def _style(group: ShownChoices, index: int) -> str:
    """Of the name of a choice: what is done stands out, then what is asked for."""
    return "ink" if index == group.chosen else "indicator" if index == group.asked else "muted"


def _rows(sheet: PanelSheet, box: pygame.Rect, group: ShownChoices, colour: Colour) -> None:
    """A row for each choice: its name on a bar as long as it is likely."""
    look = sheet.look
    high = min(box.height // len(group.names), look.px(HIGHEST_ROW))
    for index, name in enumerate(group.names):
        row = pygame.Rect(box.left, box.top + index * high, box.width, high - 2)
        shade = look.soft("ray" if index == group.chosen else "muted", 0.4)
        part = 0.0 if group.parts is None else share(group.parts[index])
        sheet.bar(row, part, shade, look.soft("muted", 0.10), look.px(3))
        if index == group.chosen:
            sheet.rect(pygame.Rect(row.left, row.top, look.px(3), row.height), colour)
        if index == group.asked:
            sheet.edge(row, look.colour("indicator"), 2.0, look.px(3))
        room, style = row.width - look.px(8), _style(group, index)
        if group.keys:
            place = (row.right - look.px(3), row.centery)
            room = (
                sheet.text(place, group.keys[index], size=9, style=style, align="right").left - row.left - look.px(10)
            )
        sheet.text((row.left + look.px(6), row.centery), name, size=9, style=style, room=max(room, 6))
        sheet.explain(row, group.about(index))


def _key(sheet: PanelSheet, column: pygame.Rect, key: str, style: str) -> None:
    """A key in the middle of its column, as large as there is room for."""
    room = column.width + 2  # up to the next column
    size = next((size for size in KEY_SIZES if sheet.width(key, size, bold=True) <= room), KEY_SIZES[-1])
    sheet.text(column.center, key, size=size, style=style, bold=True, align="center", room=room)


def _lines(sheet: PanelSheet, name: str, room: int) -> list[str]:
    """A name in one line, or in two if it is too long."""
    name = said(name)
    between = "" if ONLY_EASTERN.fullmatch(name) else " "
    words = name.split(" ") if between else list(name)
    if len(words) < 2 or sheet.width(name, 9) <= room:
        return [name]
    half = (len(words) + 1) // 2
    return [between.join(words[:half]), between.join(words[half:])]


def cards(
    sheet: PanelSheet, box: pygame.Rect, pictures: dict[int, Picture], group: ShownChoices, colour: Colour,
    wanted: int | None,
) -> None:  # fmt: skip
    """A picture for each choice with its number below, the one being done framed, one that is asked for marked.

    With probabilities a bar under each picture is as long as its choice is likely.
    """
    look, gui, chosen = sheet.look, sheet.gui, group.choices[group.chosen] if group.chosen >= 0 else -1
    width = min(box.width // max(len(pictures), 1), look.px(CARD))
    side = min(width - look.px(6), box.height - look.px(26))
    for order, (choice, (key, pixels)) in enumerate(pictures.items()):
        place = pygame.Rect(box.left + order * width, box.top, side, side)
        sheet.picture(place, lambda key=key, pixels=pixels: drawn(gui, key, pixels))  # type: ignore[misc]
        edge = colour if choice == chosen else look.colour("indicator") if choice == wanted else look.theme.line
        sheet.edge(place, edge, 3.0 if choice in (chosen, wanted) else 1.0, look.px(4))
        asked = choice == wanted and choice != chosen
        words = text("hud.asked", number=choice + 1) if asked else str(choice + 1)
        style = "ink" if choice == chosen else "indicator" if choice == wanted else "muted"
        middle = (place.centerx, place.bottom + look.px(11))
        sheet.text(middle, words, size=12, style=style, bold=True, align="center", room=width)
        at = group.choices.index(choice)
        if group.parts is not None:
            bar = pygame.Rect(place.left, place.bottom + look.px(20), place.width, look.px(4))
            shade = colour if choice == chosen else look.soft("muted", 0.65)
            sheet.bar(bar, share(group.parts[at]), shade, look.soft("muted", 0.2), 2)
        sheet.explain(place, group.about(at))


def rose(sheet: PanelSheet, box: pygame.Rect, group: ShownChoices, colour: Colour) -> None:
    """Stay and eight directions (E, NE, N, …) as petals; the one being done is filled."""
    look, parts, chosen = sheet.look, group.parts, group.chosen
    centre, reach = np.array(box.center, dtype=np.float64), min(box.width, box.height) / 2 - 2
    core, pale, full = reach * 0.24, look.soft("muted", 0.10), look.soft("muted", 0.65)
    sheet.ring((centre[0], centre[1]), reach, 1.2, look.soft("muted", 0.3))
    for index in range(8):
        angle = -index * math.pi / 4
        part = 0.0 if parts is None else math.sqrt(share(parts[1 + index]))
        sheet.polygon(_petal(angle, core, reach * 0.94, 1.0) + centre, pale)
        if part > 0.02:
            shade = colour if index + 1 == chosen else full
            sheet.polygon(_petal(angle, core, reach * 0.94, part) + centre, shade)
        unit = np.array((math.cos(angle), math.sin(angle)))
        if index + 1 == chosen:
            sheet.disc(tuple((centre + unit * reach).tolist()), max(2.5, reach * 0.07), colour)
        spot = pygame.Rect(0, 0, round(reach * 0.55), round(reach * 0.55))
        spot.center = tuple(np.rint(centre + unit * reach * 0.65).astype(int).tolist())
        sheet.explain(spot, group.about(1 + index))
    stay = 0.0 if parts is None else math.sqrt(share(parts[0]))
    sheet.disc((centre[0], centre[1]), core * 0.85, look.soft("muted", 0.14))
    if stay > 0.03:
        sheet.disc((centre[0], centre[1]), core * 0.85 * stay, colour if chosen == 0 else full)
    if chosen == 0:
        sheet.ring((centre[0], centre[1]), core * 0.85, 1.6, colour)
    middle = pygame.Rect(0, 0, round(2 * core), round(2 * core))
    middle.center = box.center
    sheet.explain(middle, group.about(0))


def _petal(angle: float, core: float, reach: float, part: float) -> np.ndarray:
    half = math.pi / 8 * 0.82
    turn = np.linspace(angle - half, angle + half, 5)
    unit = np.stack((np.cos(turn), np.sin(turn)), axis=1)
    return np.concatenate((unit * (core + (reach - core) * part), unit[::-1] * core))


def _shared_start(names: Sequence[str]) -> str:
    """The words that all names begin with: "to den " of "to den A" and "to den B"."""
    words = [name.split(" ")[:-1] for name in names]
    return " ".join(words[0]) + " " if len(names) > 1 and words[0] and all(each == words[0] for each in words) else ""
