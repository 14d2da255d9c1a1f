"""What is drawn over the window: help, banners, progress."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pygame
from imgui_bundle import imgui

from simulator.app.panels.views import Banner
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.texts import text
from simulator.app.shell.controls import ANY, COMMANDS, REPLAY, Bindings
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four
from simulator.app.shell.theme import Look
from simulator.canvas import ink
from simulator.canvas.speech import said
from simulator.canvas.text import written
from simulator.canvas.theme import Colour, contrasting

STRIP = 32  # px at scale 1: height of a strip of one line
SLOW_START = 5.0  # s, after which the time that passed is told: the bar may stand still while a large kernel compiles
ABOVE = (
    imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_inputs | imgui.WindowFlags_.no_nav
    | imgui.WindowFlags_.no_saved_settings | imgui.WindowFlags_.no_focus_on_appearing
)  # fmt: skip
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
        rows += [(text("keys.pad", pad=pad), action.partition(":")[0]) for action, _, pad in playing if pad]
        sections.append((text("keys.your_seat"), rows))
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
    mouse = text("keys.mouse")
    by_title["View"].append((mouse, text("keys.mouse.view")))
    if scene == REPLAY:
        by_title["Replay"].append((mouse, text("keys.mouse.replay")))
        by_title["Replay"].append((text("keys.pad", pad="A, B, X, Y"), text("keys.pad.replay")))
    else:
        by_title["Play"].append((text("keys.pad", pad="LB, RB, Start, Back"), text("keys.pad.play")))
    return [(said(title), [(keys, said(words)) for keys, words in rows]) for title, rows in sections if rows]


def draw_banner(gui: Gui, look: Look, banner: Banner, world: tuple[int, int]) -> None:
    """Large words in the upper part of a world's picture of a size."""
    style = look.colour("good" if banner.good else "bad")
    wide = min(look.px(460), world[0] - look.px(20))
    middle = (world[0] / 2, max(world[1] / 5, look.px(48)))
    imgui.set_next_window_pos(middle, imgui.Cond_.always, (0.5, 0.5))
    imgui.set_next_window_size((wide, 0))
    imgui.push_style_color(imgui.Col_.window_bg, four(look.theme.panel, 0.93))
    imgui.push_style_color(imgui.Col_.border, four(style))
    imgui.push_style_var(imgui.StyleVar_.window_border_size, 2.0)
    imgui.push_style_var(imgui.StyleVar_.window_rounding, float(look.px(14)))
    imgui.begin("banner", None, ABOVE)
    with gui.font(25, bold=True):
        centred(banner.title)
    with gui.font(17):
        centred(banner.text, style)
    imgui.end()
    imgui.pop_style_var(2)
    imgui.pop_style_color(2)


def draw_strip(gui: Gui, look: Look, words: str, style: str, world: tuple[int, int]) -> None:
    """A strip of words above a world's picture of a size, for example that a replay has diverged."""
    imgui.set_next_window_pos((0, 0))
    imgui.set_next_window_size((world[0], 0))
    imgui.push_style_color(imgui.Col_.window_bg, four(look.colour(style), 0.91))
    imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(look.px(10), look.px(6)))
    imgui.begin(f"strip {style}", None, ABOVE)
    with gui.font(15, bold=True):
        centred(words, contrasting(look.colour(style)))
    imgui.end()
    imgui.pop_style_var()
    imgui.pop_style_color()


def centred(words: str, colour: Colour | None = None) -> None:
    """Words in the middle of their window, on as many lines as they take."""
    room, wide = imgui.get_content_region_avail().x, imgui.calc_text_size(words).x
    imgui.set_cursor_pos_x(imgui.get_cursor_pos_x() + max(room - wide, 0.0) / 2)
    if colour is not None:
        imgui.push_style_color(imgui.Col_.text, four(colour))
    wrapped(words)
    if colour is not None:
        imgui.pop_style_color()


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
    pieces = [_fitted(piece, width - 5 * gap) for piece in pieces]
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


def _fitted(piece: pygame.Surface, room: int) -> pygame.Surface:
    """A line, made smaller where there is no room for all of it."""
    part = room / piece.get_width()
    if part >= 1.0 or room < 1:
        return piece
    return pygame.transform.smoothscale(piece, (room, max(round(piece.get_height() * part), 1)))


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
    told = [] if part is None else [text("prepare.compiled", part=f"{100 * part:.0f}")]
    told += [f"{seconds:.0f} s"] if seconds >= SLOW_START else []
    below = (middle[0], bar.bottom + look.px(16))
    look.text(target, below, "   ".join(told), size=11, style="muted", align="center")


def draw_bar(target: pygame.Surface, look: Look, bar: pygame.Rect, part: float | None, seconds: float) -> None:
    """A bar, filled to `part`; or with a piece that wanders, if nobody knows how much is left."""
    ink.rounded(target, bar, look.theme.line, bar.height // 2)
    filled = bar.copy()
    if part is None and look.still:
        filled.width = 0
    elif part is None:
        filled.width = bar.width // 4
        filled.left = bar.left + round((bar.width - filled.width) * abs((seconds * 0.7) % 2 - 1))
    else:
        filled.width = round(bar.width * min(max(part, 0.0), 1.0))
    ink.rounded(target, filled, look.colour("ray"), bar.height // 2)
