"""Signals of a mind that no panel is made for: one row each, in numbers or as bars, as they are declared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pygame

from simulator.app.panels.beliefs import FEW, HEAD, ROW, STRIP, TITLE, draw_strip
from simulator.app.panels.numbers import bounded, short
from simulator.app.play.texts import text
from simulator.app.shell.theme import Look
from simulator.engine.minds import SIGNALS, Mind

if TYPE_CHECKING:
    from simulator.app.panels.sheet import PanelSheet

ELSEWHERE = ("probabilities", "value", "belief", "memory")
"""What has a panel of its own."""


class SignalRow(NamedTuple):
    """What is shown of one signal."""

    title: str
    words: str
    """Few numbers written out; of more the lowest and the highest. Then the unit."""
    parts: np.ndarray | None
    """Heights of bars, 0 … 1; None where the numbers are written out."""
    about: str
    """What it says, for people."""


def signal_rows(mind: Mind | None) -> list[SignalRow]:
    """A row for every signal that is offered and has no panel of its own, in the order of the declarations."""
    offered = [name for name in SIGNALS if mind is not None and name in mind and name not in ELSEWHERE]
    return [_row(name, np.ravel(mind[name])) for name in offered if mind is not None]


def _row(name: str, numbers: np.ndarray) -> SignalRow:
    signal, title = SIGNALS[name], name.replace("_", " ")
    unit = f" {signal.unit}" if signal.unit else ""
    if len(numbers) <= FEW:
        return SignalRow(title, "  ".join(short(number, 2) for number in numbers) + unit, None, signal.about)
    finite = np.array([bounded(number) for number in np.nan_to_num(numbers.astype(np.float64))])
    low = signal.low if math.isfinite(signal.low) else float(finite.min())
    high = signal.high if math.isfinite(signal.high) else float(finite.max())
    words = text("hud.range", low=short(finite.min(), 2), high=short(finite.max(), 2)) + unit
    return SignalRow(title, words, (finite - low) / ((high - low) or 1.0), signal.about)


def thoughts_height(look: Look, rows: list[SignalRow]) -> int:
    """Pixels that a card with all these rows takes; nothing for none."""
    return look.px(HEAD + ROW * len(rows) + 8) if rows else 0


def draw_thoughts(sheet: PanelSheet, rows: list[SignalRow], box: pygame.Rect) -> None:
    """A card with a line for each row; what has no room is left out."""
    look = sheet.look
    sheet.card(box)
    sheet.explain(box, text("tip.thoughts"))
    left, right = box.left + look.px(12), box.right - look.px(12)
    sheet.text((left, box.top + look.px(13)), text("hud.thoughts"), size=11, style="muted", bold=True)
    y = box.top + look.px(HEAD) + look.px(ROW) // 2
    for row in rows:
        if y + look.px(ROW) // 2 > box.bottom:
            break
        line = pygame.Rect(left, y - look.px(ROW) // 2, right - left, look.px(ROW))
        sheet.explain(line, f"{row.about}\n{row.words}")
        sheet.text((left, y), row.title, size=10, style="muted", room=look.px(TITLE))
        after = left + look.px(TITLE + 4)
        if row.parts is not None:
            strip = pygame.Rect(after, y - look.px(ROW) // 2 + 1, look.px(STRIP), look.px(ROW) - 4)
            draw_strip(sheet, strip, row.parts, None)
            after = strip.right + look.px(8)
        sheet.text((after, y), row.words, size=10, room=right - after)
        y += look.px(ROW)
