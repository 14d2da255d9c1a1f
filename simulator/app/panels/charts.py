"""Small charts of the panel: the adaptation curve, action probabilities, and what the agent expects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pygame

from simulator.app.panels.numbers import bounded, places, share
from simulator.app.play.history import History
from simulator.app.play.texts import text
from simulator.app.shell.theme import Look
from simulator.canvas import ink
from simulator.canvas.speech import said
from simulator.canvas.text import written
from simulator.canvas.theme import Colour

DASH = 5  # px
LOWEST_ROW, HIGHEST_ROW = 11, 20  # px, of choices that stand in rows
SMALLEST = 0.1  # points; a curve that spans less is flat
REFERENCE_STYLES = {"oracle": "good", "blind": "bad", "random": "muted"}


class Frame:
    """Axes: turns values into pixels of `box`."""

    def __init__(self, box: pygame.Rect, across: tuple[float, float], up: tuple[float, float]) -> None:
        self.box, self.across, self.up = box, across, up

    def place(self, x: float, y: float) -> tuple[float, float]:
        """The pixel of a point."""
        width, height = self.across[1] - self.across[0], self.up[1] - self.up[0]
        return (
            self.box.left + (x - self.across[0]) / width * self.box.width,
            self.box.bottom - (y - self.up[0]) / height * self.box.height,
        )

    def line(self, points: Sequence[tuple[float, float]]) -> np.ndarray:
        """Pixels (n, 2) of points."""
        return np.array([self.place(x, y) for x, y in points], dtype=np.float64).reshape(-1, 2)


def nice_range(values: Sequence[float]) -> tuple[float, float, float]:
    """A low and a high that hold zero and all values, and a step of 1, 2 or 5 times a power of ten for 3 to 6 lines."""
    finite = [bounded(value) for value in values if not math.isnan(value)] or [0.0]
    low, high = min(0.0, *finite), max(0.0, *finite)
    if high - low < SMALLEST:
        high = low + SMALLEST
    rough = (high - low) / 4
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    room = 0.06 * (high - low)
    return (low - room if low < 0.0 else 0.0), (high + room if high > 0.0 else 0.0), step


def adaptation_curve(
    target: pygame.Surface,
    box: pygame.Rect,
    look: Look,
    history: History,
    seat: int,
    colour: Colour,
    references: Mapping[str, Sequence[float]],
) -> None:
    """Return by episode of the present trial for one seat, growing as it is played.

    Bold dots: finished episodes. Thin lines: the score inside each episode. Faint lines: earlier trials. Dashed:
    references. The hollow dot is the episode being played.
    """
    returns = [float(row[seat]) for row in history.returns]
    past = [[float(row[seat]) for row in trial] for trial in history.past]
    now = [(part, float(scores[seat])) for part, scores in history.traces[-1]]
    everything = [*returns, *(value for _, value in now), *(v for line in references.values() for v in line)]
    everything += [value for trial in past for value in trial]
    everything += [float(scores[seat]) for trace in history.traces for _, scores in trace[::5]]
    low, high, step = nice_range(everything)
    inner = box.inflate(-look.px(52), -look.px(30)).move(look.px(16), -look.px(5))
    frame = Frame(inner, (0.0, float(history.episodes)), (low, high))
    _grid(target, look, frame, history.episodes, step)
    for trial in past:
        ink.line(target, frame.line(places((i + 1.0, v) for i, v in enumerate(trial))), 1.0, look.soft("muted", 0.35))
    _traces(target, look, frame, history, seat, colour)
    for name, line in references.items():
        _reference(target, look, frame, name, list(line)[: history.episodes])
    dots = places((i + 1.0, value) for i, value in enumerate(returns))
    if len(dots) > 1:
        ink.line(target, frame.line(dots), look.px(3), colour)
    for x, y in dots:
        ink.disc(target, frame.place(x, y), look.px(5), look.theme.card)
        ink.disc(target, frame.place(x, y), look.px(4), colour)
    if (newest := places((len(returns) + part, value) for part, value in now[-1:])) and not history.over:
        tip = frame.place(*newest[0])
        ink.disc(target, tip, look.px(4), colour)
        ink.disc(target, tip, look.px(4) - 1.7, look.theme.card)


def _grid(target: pygame.Surface, look: Look, frame: Frame, episodes: int, step: float) -> None:
    for index in range(math.ceil(frame.up[0] / step), math.floor(frame.up[1] / step) + 1):
        value = index * step
        y = round(frame.place(0.0, value)[1])
        shade = look.theme.line if abs(value) > step / 1e3 else look.soft("muted", 0.6)
        pygame.draw.line(target, shade, (frame.box.left, y), (frame.box.right, y))
        look.text(target, (frame.box.left - look.px(6), y), f"{value:g}", size=10, style="muted", align="right")
    stride = max(1, math.ceil(episodes / 10))
    for episode in range(0, episodes, stride):
        x = frame.place(episode + 0.5, 0.0)[0]
        look.text(target, (x, frame.box.bottom + look.px(10)), str(episode + 1), size=10, style="muted", align="center")
    for episode in range(1, episodes):
        x = round(frame.place(float(episode), 0.0)[0])
        pygame.draw.line(target, look.soft("muted", 0.12), (x, frame.box.top), (x, frame.box.bottom))


def _traces(target: pygame.Surface, look: Look, frame: Frame, history: History, seat: int, colour: Colour) -> None:
    faint = tuple(int((c + 2 * b) / 3) for c, b in zip(colour, look.theme.card, strict=True))
    for episode, trace in enumerate(history.traces):
        stride = max(1, len(trace) // 60)
        points = places((episode + part, float(scores[seat])) for part, scores in [*trace[::stride], *trace[-1:]])
        if len(points) > 1:
            pixels = frame.line(points)
            base = frame.place(0.0, 0.0)[1]
            floor = [(pixels[-1][0], base), (pixels[0][0], base)]
            pygame.draw.polygon(target, look.soft("muted", 0.10), [*pixels.tolist(), *floor])
            shade = colour if episode == len(history.returns) else (faint[0], faint[1], faint[2])
            ink.line(target, pixels, 1.6, shade)


def _reference(target: pygame.Surface, look: Look, frame: Frame, name: str, line: Sequence[float]) -> None:
    colour = look.colour(REFERENCE_STYLES.get(name, "muted"))
    pixels = frame.line(places((index + 1.0, float(value)) for index, value in enumerate(line)))
    for start, end in pairwise(pixels):
        count = max(1, int(math.hypot(*(end - start)) / DASH))
        for piece in range(0, count, 2):
            part = start + (end - start) * piece / count
            ink.line(target, np.array((part, start + (end - start) * min(piece + 1, count) / count)), 2.0, colour)
    if len(pixels):
        place = (pixels[-1][0] - look.px(2), pixels[-1][1] - look.px(8))
        look.text(target, place, name, size=10, align="right", colour=colour)


def bars(
    target: pygame.Surface,
    box: pygame.Rect,
    look: Look,
    names: Sequence[str],
    parts: np.ndarray | None,
    chosen: int,
    colour: Colour,
    *,
    keys: Sequence[str] = (),
) -> None:
    """A column for each choice, as high as its probability; the one being done is filled and underlined. Rows, where
    the columns are too narrow for their names.

    `keys` are shown in the columns of a seat that a human plays.
    """
    width = box.width / max(len(names), 1)
    lines = [_lines(look, name, round(width)) for name in names]
    wide = max((look.width(words, 9) for line in lines for words in line), default=0)
    if wide > max(6, round(width)) and box.height >= look.px(LOWEST_ROW) * len(names):
        _rows(target, box, look, names, parts, chosen, colour, keys)
        return
    foot = box.bottom - look.px(3 + 11 * max((len(line) for line in lines), default=1))
    for index in range(len(names)):
        left = box.left + index * width
        column = pygame.Rect(round(left) + 1, box.top, max(2, round(width) - 2), foot - box.top)
        ink.rounded(target, column, look.soft("muted", 0.10), look.px(3))
        height = round((0.0 if parts is None else share(parts[index])) * column.height)
        if height:
            shade = colour if index == chosen else look.soft("muted", 0.65)
            ink.rounded(target, pygame.Rect(column.left, foot - height, column.width, height), shade, look.px(3))
        if index == chosen:
            pygame.draw.rect(target, colour, (column.left, foot + 1, column.width, 2))
        style = "ink" if index == chosen else "muted"
        if keys:
            look.text(target, column.center, keys[index], size=13, style=style, bold=True, align="center")
        for order, words in enumerate(lines[index]):
            middle = (left + width / 2, foot + look.px(9 + 10 * order))
            look.text(target, middle, words, size=9, style=style, align="center", room=max(6, round(width)))


def _rows(
    target: pygame.Surface, box: pygame.Rect, look: Look, names: Sequence[str], parts: np.ndarray | None, chosen: int,
    colour: Colour, keys: Sequence[str],
) -> None:  # fmt: skip
    """A row for each choice: its name on a bar as long as it is likely."""
    high = min(box.height // len(names), look.px(HIGHEST_ROW))
    for index, name in enumerate(names):
        row = pygame.Rect(box.left, box.top + index * high, box.width, high - 2)
        ink.rounded(target, row, look.soft("muted", 0.10), look.px(3))
        wide = round((0.0 if parts is None else share(parts[index])) * row.width)
        if wide:
            shade = look.soft("ray" if index == chosen else "muted", 0.4)
            ink.rounded(target, pygame.Rect(row.left, row.top, wide, row.height), shade, look.px(3))
        if index == chosen:
            pygame.draw.rect(target, colour, (row.left, row.top, look.px(3), row.height))
        room, style = row.width - look.px(8), "ink" if index == chosen else "muted"
        if keys:
            end = look.text(
                target, (row.right - look.px(3), row.centery), keys[index], size=9, style=style, align="right"
            )
            room = end.left - row.left - look.px(10)
        look.text(target, (row.left + look.px(6), row.centery), name, size=9, style=style, room=max(room, 6))


def _lines(look: Look, name: str, room: int) -> list[str]:
    """A name in one line, or in two if it is too long."""
    name = said(name)
    words = name.split(" ")
    if len(words) < 2 or written(name, look.px(9), look.colour("ink")).get_width() <= room:
        return [name]
    half = (len(words) + 1) // 2
    return [" ".join(words[:half]), " ".join(words[half:])]


def cards(
    target: pygame.Surface,
    box: pygame.Rect,
    look: Look,
    pictures: Mapping[int, pygame.Surface],
    parts: np.ndarray | None,
    chosen: int,
    colour: Colour,
    *,
    wanted: int | None = None,
) -> None:
    """A picture for each choice with its number below, the one being done framed, one that is asked for marked.

    With probabilities a bar under each picture is as long as its choice is likely.
    """
    width = min(box.width // max(len(pictures), 1), look.px(92))
    side = min(width - look.px(6), box.height - look.px(26))
    for order, (choice, picture) in enumerate(pictures.items()):
        place = pygame.Rect(box.left + order * width, box.top, side, side)
        target.blit(pygame.transform.smoothscale(picture, place.size), place)
        edge = colour if choice == chosen else look.colour("indicator") if choice == wanted else look.theme.line
        pygame.draw.rect(target, edge, place, 3 if choice in (chosen, wanted) else 1, look.px(4))
        middle = (place.centerx, place.bottom + look.px(11))
        words = text("hud.asked", number=choice + 1) if choice == wanted and choice != chosen else str(choice + 1)
        style = "ink" if choice == chosen else "indicator" if choice == wanted else "muted"
        look.text(target, middle, words, size=12, style=style, bold=True, align="center", room=width)
        if parts is not None:
            bar = pygame.Rect(place.left, place.bottom + look.px(20), place.width, look.px(4))
            ink.rounded(target, bar, look.soft("muted", 0.2), 2)
            bar.width = round(bar.width * share(parts[choice]))
            ink.rounded(target, bar, colour if choice == chosen else look.soft("muted", 0.65), 2)


def rose(
    target: pygame.Surface, box: pygame.Rect, look: Look, parts: np.ndarray | None, chosen: int, colour: Colour
) -> None:
    """Stay and eight directions (E, NE, N, …) as petals; the one being done is filled."""
    centre = np.array(box.center, dtype=np.float64)
    reach = min(box.width, box.height) / 2 - 2
    core = reach * 0.24
    ink.ring(target, (centre[0], centre[1]), reach, 1.2, look.soft("muted", 0.3))
    for index in range(8):
        angle = -index * math.pi / 4
        part = 0.0 if parts is None else math.sqrt(share(parts[1 + index]))
        for length, shade in ((1.0, look.soft("muted", 0.10)), (part, look.soft("muted", 0.65))):
            if length > 0.02:
                mine = colour if index + 1 == chosen and length < 1.0 else shade
                ink.polygon(target, _petal(angle, core, reach * 0.94, length) + centre, mine)
        if index + 1 == chosen:
            tip = centre + np.array((math.cos(angle), math.sin(angle))) * reach
            ink.disc(target, (tip[0], tip[1]), max(2.5, reach * 0.07), colour)
    stay = 0.0 if parts is None else math.sqrt(share(parts[0]))
    ink.disc(target, (centre[0], centre[1]), core * 0.85, look.soft("muted", 0.14))
    if stay > 0.03:
        ink.disc(
            target, (centre[0], centre[1]), core * 0.85 * stay, colour if chosen == 0 else look.soft("muted", 0.65)
        )
    if chosen == 0:
        ink.ring(target, (centre[0], centre[1]), core * 0.85, 1.6, colour)


def _petal(angle: float, core: float, reach: float, part: float) -> np.ndarray:
    half = math.pi / 8 * 0.82
    turn = np.linspace(angle - half, angle + half, 5)
    unit = np.stack((np.cos(turn), np.sin(turn)), axis=1)
    return np.concatenate((unit * (core + (reach - core) * part), unit[::-1] * core))


def sparkline(target: pygame.Surface, box: pygame.Rect, look: Look, values: Sequence[float], colour: Colour) -> None:
    """What the agent expected at its last decisions, the newest at the right."""
    points = places((float(order), value) for order, value in enumerate(values))
    if len(points) < 2:
        return
    low, high = min(y for _, y in points), max(y for _, y in points)
    room = max(high - low, 1e-6 + 0.02 * max(abs(low), abs(high)))
    frame = Frame(box, (0.0, float(len(values) - 1)), (low, low + room))
    pixels = frame.line(points)
    pygame.draw.polygon(
        target, look.soft("muted", 0.14), [*pixels.tolist(), (pixels[-1][0], box.bottom), (pixels[0][0], box.bottom)]
    )
    ink.line(target, pixels, 1.6, colour)
    ink.disc(target, (pixels[-1][0], pixels[-1][1]), look.px(3), colour)
