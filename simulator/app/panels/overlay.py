"""What is drawn over the window: help, banners, progress."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pygame

from simulator.app.pages.markdown import title
from simulator.app.panels.views import Banner
from simulator.app.shell.controls import ANY, COMMANDS, REPLAY, Bindings
from simulator.app.shell.theme import Look
from simulator.canvas import ink
from simulator.canvas.text import written

ROW, GUTTER = 19, 24  # px, of a line of help, and between its columns
SLOW_START = 5.0  # s, after which the time that passed is told: the bar may stand still while a large kernel compiles
HelpLine = tuple[str, str]
Section = tuple[str, list[HelpLine]]


def help_sections(
    bindings: Bindings,
    scene: str,
    playing: Sequence[tuple[str, str, str]],
    taken: Collection[int] = (),
    idle: Collection[str] = (),
) -> list[Section]:
    """The help page of a scene: groups of (keys, what they do). `playing` has (action, keys, gamepad) rows.

    Keys that are `taken` play a seat and give no commands; commands that are `idle` do nothing in this world.
    """
    sections: list[Section] = []
    if playing:
        rows = [(keys, action) for action, keys, _ in playing]
        rows += [(f"pad: {pad}", action.partition(":")[0]) for action, _, pad in playing if pad]
        sections.append(("Your seat", rows))
    for command in COMMANDS:
        if command.where not in (ANY, scene) or command.name in idle:
            continue
        if all(title != command.group for title, _ in sections):
            sections.append((command.group, []))
        rows = next(rows for title, rows in sections if title == command.group)
        keys = bindings.written(command.name, scene, taken)
        if keys:
            rows.append((keys, command.help))
    by_title = dict(sections)
    by_title["View"].append(("mouse", "click a seat to follow it, wheel to zoom"))
    if scene == REPLAY:
        by_title["Replay"].append(("mouse", "drag along the bar"))
    else:
        by_title["Play"].append(("pad: LB, RB, Start", "take over, next seat, pause"))
    return [(title, rows) for title, rows in sections if rows]


def draw_help(target: pygame.Surface, look: Look, sections: Sequence[Section], page: str = "") -> None:
    """The keys, beside what the world's `page` says it is about; text shrinks rather than is cut."""
    shade(target, look, 238)
    width, height = target.get_size()
    small, split = fitted(look, sections, (width, height))
    back = small.text(
        target, (width - small.px(28), small.px(34)), "F1 or Esc: back", size=12, style="muted", align="right"
    )
    keys = small.text(target, (small.px(32), small.px(34)), "Keys", size=20, bold=True)
    room = back.left - keys.right - small.px(48)
    about = title(page)[1] if page.strip() else ""
    small.text(target, (keys.right + small.px(24), small.px(36)), about, size=12, style="muted", room=room)
    x, spare = small.px(32), width - sum(column_width(small, column) for column in split) - 2 * small.px(32)
    for column in split:
        wide = min(column_width(small, column), width - x - small.px(16))
        _draw_column(target, small, column, (x, small.px(72)), wide)
        x += wide + min(max(spare // max(len(split) - 1, 1), small.px(GUTTER)), small.px(4 * GUTTER))


def fitted(look: Look, sections: Sequence[Section], size: tuple[int, int]) -> tuple[Look, list[list[Section]]]:
    """The largest text, up to that of `look`, at which the page fits; and its columns."""
    small = look
    while True:
        for count in (1, 2, 3, 4):
            split = _columns(sections, count)
            across = sum(column_width(small, column) + small.px(GUTTER) for column in split) + small.px(64 - GUTTER)
            down = small.px(80) + max(_height(column) for column in split) * small.px(ROW)
            if across <= size[0] and down <= size[1]:
                return small, split
        if small.scale <= 0.6:
            return small, _columns(sections, 2)
        small = Look(look.theme, round(small.scale - 0.05, 2))


def _draw_column(
    target: pygame.Surface, look: Look, column: Sequence[Section], place: tuple[int, int], room: int
) -> None:
    x, y = place
    keys_room = min(_widest(look, [keys for _, rows in column for keys, _ in rows], bold=True), round(room * 0.6))
    for group, rows in column:
        look.text(target, (x, y), group, size=12, bold=True, style="ray")
        for keys, words in rows:
            y += look.px(ROW)
            look.text(target, (x, y), keys, size=12, bold=True, room=keys_room)
            left = x + keys_room + look.px(14)
            look.text(target, (left, y), words, size=12, style="muted", room=place[0] + room - left)
        y += look.px(ROW * 2)


def _widest(look: Look, lines: Sequence[str], *, bold: bool = False) -> int:
    """Pixels of the longest of these lines."""
    return max(look.width(words, 12, bold=bold) for words in lines)


def column_width(look: Look, column: Sequence[Section]) -> int:
    """Pixels that a column takes with nothing cut."""
    keys, words = ([row[part] for _, rows in column for row in rows] for part in (0, 1))
    return _widest(look, keys, bold=True) + look.px(14) + _widest(look, words)


def _height(column: Sequence[Section]) -> int:
    return sum(len(rows) + 2 for _, rows in column)


def _columns(sections: Sequence[Section], count: int) -> list[list[Section]]:
    """The sections in their order, split so that the tallest column is as short as can be."""
    if count <= 1 or len(sections) <= 1:
        return [list(sections)]
    tries = []
    for first in range(1, len(sections)):
        rest = _columns(sections[first:], count - 1)
        tries.append([list(sections[:first]), *rest])
    return min(tries, key=lambda split: max(_height(column) for column in split))


def draw_banner(target: pygame.Surface, look: Look, banner: Banner) -> None:
    """Large words in the upper part of the world."""
    width, height = target.get_size()
    box = pygame.Rect(0, 0, min(look.px(460), width - look.px(20)), look.px(84))
    box.center = (width // 2, max(height // 5, box.height // 2 + 6))
    plate = pygame.Surface(box.size, pygame.SRCALPHA, 32)
    pygame.draw.rect(plate, (*look.theme.panel, 236), plate.get_rect(), border_radius=look.px(14))
    pygame.draw.rect(plate, (*look.colour("good" if banner.good else "bad"), 255), plate.get_rect(), 2, look.px(14))
    target.blit(plate, box)
    look.text(target, (box.centerx, box.top + look.px(29)), banner.title, size=21, bold=True, align="center")
    style = "good" if banner.good else "bad"
    look.text(
        target,
        (box.centerx, box.top + look.px(58)),
        banner.text,
        size=14,
        style=style,
        align="center",
        room=box.width - 16,
    )


def draw_strip(target: pygame.Surface, look: Look, words: str, style: str) -> None:
    """A strip of words above the world, for example that a replay has diverged."""
    width = target.get_width()
    box = pygame.Rect(0, 0, width, look.px(30))
    plate = pygame.Surface(box.size, pygame.SRCALPHA, 32)
    plate.fill((*look.colour(style), 232))
    target.blit(plate, box)
    look.text(target, box.center, words, size=13, bold=True, align="center", colour=(16, 18, 24), room=width - 20)


def _status_pieces(look: Look, words: str, hints: Sequence[str]) -> list[pygame.Surface]:
    lines = [(words, 15, "ink")] * bool(words) + [(hint, 12, "muted") for hint in hints]
    return [written(text, look.px(size), look.colour(style), bold=size > 12) for text, size, style in lines]


def status_height(look: Look, words: str, hints: Sequence[str]) -> int:
    """Pixels at the foot of the world that `draw_status` covers."""
    pieces = _status_pieces(look, words, hints)
    inner = sum(piece.get_height() for piece in pieces) + look.px(6) * (len(pieces) + 1)
    return inner + look.px(20) if pieces else 0


def draw_status(target: pygame.Surface, look: Look, words: str, hints: Sequence[str]) -> None:
    """How the followed seat fares, at the foot of the world; and for a while how it is played, below."""
    width, height = target.get_size()
    pieces = _status_pieces(look, words, hints)
    if not pieces:
        return
    gap = look.px(6)
    box = pygame.Rect(0, 0, max(piece.get_width() for piece in pieces) + 4 * gap, 0)
    box.height = status_height(look, words, hints) - look.px(20)
    box.midbottom = (width // 2, height - look.px(10))
    plate = pygame.Surface(box.size, pygame.SRCALPHA, 32)
    pygame.draw.rect(plate, (*look.theme.panel, 225), plate.get_rect(), border_radius=look.px(8))
    target.blit(plate, box)
    y = box.top + gap
    for piece in pieces:
        target.blit(piece, piece.get_rect(midtop=(box.centerx, y)))
        y += piece.get_height() + gap


def draw_progress(
    target: pygame.Surface, look: Look, title: str, words: str, part: float | None, seconds: float
) -> None:
    """What is seen while something is prepared; without a known `part` the bar only shows that time goes on."""
    target.fill(look.theme.panel)
    middle = target.get_rect().center
    look.text(target, (middle[0], middle[1] - look.px(54)), title, size=30, bold=True, align="center")
    look.text(target, (middle[0], middle[1] - look.px(14)), words, size=14, style="muted", align="center")
    bar = pygame.Rect(0, 0, look.px(320), look.px(6))
    bar.center = (middle[0], middle[1] + look.px(18))
    draw_bar(target, look, bar, part, seconds)
    if seconds >= SLOW_START:
        passed = (middle[0], bar.bottom + look.px(16))
        look.text(target, passed, f"{seconds:.0f} s", size=11, style="muted", align="center")


def draw_bar(target: pygame.Surface, look: Look, bar: pygame.Rect, part: float | None, seconds: float) -> None:
    """A bar, filled to `part`; or with a piece that wanders, if nobody knows how much is left."""
    ink.rounded(target, bar, look.theme.line, bar.height // 2)
    filled = bar.copy()
    if part is None:
        filled.width = bar.width // 4
        filled.left = bar.left + round((bar.width - filled.width) * abs((seconds * 0.7) % 2 - 1))
    else:
        filled.width = round(bar.width * min(max(part, 0.0), 1.0))
    ink.rounded(target, filled, look.colour("ray"), bar.height // 2)


def shade(target: pygame.Surface, look: Look, alpha: int) -> None:
    """Darken (or lighten) everything drawn so far."""
    plate = pygame.Surface(target.get_size(), pygame.SRCALPHA, 32)
    plate.fill((*look.theme.panel, alpha))
    target.blit(plate, (0, 0))
