"""The card before a game: the goal, your marker, your keys, and what nobody tells you. And the page behind F1."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from imgui_bundle import imgui

from simulator.app.pages.markdown import sections, title
from simulator.app.panels.legend import draw_legend
from simulator.app.panels.overlay import Section
from simulator.app.panels.parts import box, caps_width, heading, key_caps, muted
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.choices import key_notes, key_rows
from simulator.app.play.people import device_words
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from simulator.canvas import shapes
from simulator.canvas.speech import said
from simulator.canvas.theme import Colour, seat_colours, seat_shapes

if TYPE_CHECKING:
    from simulator.app.play.hands import Hands
    from simulator.app.play.people import Person
    from worlds.world import World

WIDE, HIGH = 620, 560  # px at scale 1, at most
WIDE_FOR_MANY = 760  # px, where several people play
KEYS_WIDE = 190  # px, of the keys beside what they do
DIM = (
    imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_inputs | imgui.WindowFlags_.no_nav
    | imgui.WindowFlags_.no_saved_settings
)  # fmt: skip
JOINED = {"L Shift": "L\u00a0Shift", "R Shift": "R\u00a0Shift"}
RULES = ("Rules", "Who", "Actions", "Seen", "Hidden", "Reward", "End", "Varies")
"""Sections of a world's page, in the order in which they are shown."""


@dataclasses.dataclass(frozen=True)
class SeatMark:
    """A seat as it is drawn in the world."""

    name: str
    who: str
    colour: Colour
    shape: str


@dataclasses.dataclass(frozen=True)
class PersonKeys:
    """One of several people: the marker, and with what it is played."""

    mark: SeatMark
    device: str
    keys: tuple[tuple[tuple[str, ...], str], ...]
    """(keys, what they do)."""


@dataclasses.dataclass(frozen=True)
class CardView:
    """What the card shows, as plain data."""

    title: str
    goal: str
    hidden: str
    you: tuple[SeatMark, ...]
    keys: tuple[tuple[tuple[str, ...], str], ...]
    """(keys, what they do)."""
    notes: tuple[str, ...] = ()
    """What the world says of its actions."""
    take_over: str = ""
    """The key with which somebody who watches plays."""
    people: tuple[PersonKeys, ...] = ()
    """Where several play: each with keys of their own, in place of `you` and `keys`."""
    pad: str = ""
    """The button of a gamepad that opens the menu, if there is one."""


def caps(keys: str) -> tuple[str, ...]:
    """Keys as they stand on the keyboard, one by one, from a line of help such as ``arrows or W A S D``."""
    for long, short in JOINED.items():
        keys = keys.replace(long, short)
    return tuple(filter(None, keys.replace("arrows", "← ↑ ↓ →").split(" ")))  # not at the spaces inside a name


def marks_of(world: World, who: Sequence[str]) -> list[SeatMark]:
    """The marks of all seats."""
    colours, outlines = seat_colours(world.seats), seat_shapes(world.seats)
    return [SeatMark(seat.name, who[at], colours[at], outlines[at]) for at, seat in enumerate(world.seats)]


def card_of(
    world: World, humans: Sequence[int], who: Sequence[str], hands: Hands, take_over: str, people: Sequence[Person] = ()
) -> CardView:
    """The card of a game in which people fill some seats."""
    name, goal = title(world.page) if world.page.strip() else (world.name, "")
    marks = marks_of(world, who)
    keys = tuple((caps(" ".join(keys)), words) for keys, words in key_rows(hands)) if humans else ()
    return CardView(
        name, goal[:1].upper() + goal[1:], sections(world.page).get("Hidden", "") if world.page.strip() else "",
        tuple(dataclasses.replace(marks[seat], who="") for seat in humans), keys,
        tuple(key_notes(world)) if humans else (), take_over,
        tuple(_person(marks[person.seat], person) for person in people) if len(people) > 1 else (),
    )  # fmt: skip


def _person(mark: SeatMark, person: Person) -> PersonKeys:
    rows = key_rows(person.hands) if person.types else [((pad,), about) for about, _, pad in person.hands.help()]
    return PersonKeys(dataclasses.replace(mark, who=person.name), device_words(person.device), tuple(rows))


@contextmanager
def over_the_world(name: str, look: Look, size: tuple[float, float]) -> Iterator[None]:
    """A window of ImGui in the middle of a darkened world."""
    view = imgui.get_main_viewport()
    imgui.set_next_window_pos((0, 0))
    imgui.set_next_window_size(view.size)
    imgui.set_next_window_bg_alpha(0.6)
    imgui.begin(f"behind {name}", None, DIM)
    imgui.end()
    room = (view.size.x - look.px(24), view.size.y - look.px(24))
    wide, high = min(size[0], room[0]), min(size[1], room[1]) if size[1] else 0.0
    imgui.set_next_window_pos((view.size.x / 2, view.size.y / 2), imgui.Cond_.always, (0.5, 0.5))
    imgui.set_next_window_size((wide, high))
    imgui.set_next_window_size_constraints((wide, 0), (wide, room[1]))
    imgui.push_style_var(imgui.StyleVar_.window_rounding, look.px(12))
    imgui.push_style_var(imgui.StyleVar_.window_border_size, 1.0)
    flags = imgui.WindowFlags_.no_title_bar | imgui.WindowFlags_.no_resize | imgui.WindowFlags_.no_move
    imgui.begin(name, None, flags | imgui.WindowFlags_.no_collapse | imgui.WindowFlags_.no_saved_settings)
    imgui.pop_style_var(2)
    yield
    imgui.end()


def draw_card(gui: Gui, look: Look, view: CardView, left: float = 0.0) -> None:
    """Show the card; where nobody plays the game begins by itself in so many seconds."""
    with over_the_world("card", look, (look.px(WIDE_FOR_MANY if view.people else WIDE), 0.0)):
        heading(gui, view.title, 26)
        with gui.font(16):
            wrapped(said(view.goal))
        if view.people:
            _people(gui, look, view.people)
        elif view.you:
            _part(gui, look, text("card.you"))
            for mark in view.you:
                draw_mark(look, mark)
        else:
            imgui.dummy((1, look.px(4)))
            wrapped(text("card.watch", key=view.take_over))
        if view.keys and not view.people:
            _part(gui, look, text("card.keys"))
            flow_keys(gui, look, view.keys, imgui.get_content_region_avail().x)
            for note in view.notes:
                words = said(note)
                wrapped(f"{words[:1].upper()}{words[1:]}")
        _part(gui, look, text("card.hidden"))
        hidden = said(view.hidden) or text("card.nothing")
        wrapped(f"{hidden[:1].upper()}{hidden[1:]}")
        imgui.dummy((1, look.px(6)))
        imgui.separator()
        with gui.font(17, bold=True):
            words = text("card.begin") if view.you else text("card.begins", seconds=str(max(1, math.ceil(left))))
            imgui.text_colored(four(look.colour("ray")), words)
        muted(look, text("card.help.pad", button=view.pad) if view.pad else text("card.help"))


def _people(gui: Gui, look: Look, people: Sequence[PersonKeys]) -> None:
    """Everybody beside each other: marker, device and keys."""
    gap = imgui.get_style().item_spacing.x
    columns = min(len(people), 2)
    wide = (imgui.get_content_region_avail().x - gap * (columns - 1)) / columns
    for order, person in enumerate(people):
        if order % columns:
            imgui.same_line(0.0, gap)
        imgui.begin_group()
        imgui.dummy((wide, look.px(2)))
        with gui.font(17, bold=True):
            who = said(person.mark.who)
            imgui.text_colored(four(look.colour("ray")), who[:1].upper() + who[1:])
        imgui.same_line()
        muted_line(look, person.device)
        draw_mark(look, dataclasses.replace(person.mark, who=""))
        flow_keys(gui, look, person.keys, wide)
        imgui.end_group()


def flow_keys(gui: Gui, look: Look, rows: Sequence[tuple[Sequence[str], str]], wide: float) -> None:
    """Keys and what they do, as many beside each other as there is room for."""
    used, gap = 0.0, look.px(14)
    for keys, about in rows:
        words = said(about)
        needed = caps_width(gui, look, keys) + look.px(6) + imgui.calc_text_size(words).x
        if used and used + gap + needed <= wide:
            imgui.same_line(0.0, gap)
            used += gap + needed
        else:
            used = needed
        key_caps(gui, look, keys)
        imgui.same_line(0.0, look.px(6))
        imgui.align_text_to_frame_padding()
        imgui.text(words)


def muted_line(look: Look, words: str) -> None:
    """Text of less weight on the present line."""
    imgui.text_colored(four(look.colour("muted")), said(words))


def _part(gui: Gui, look: Look, words: str) -> None:
    imgui.dummy((1, look.px(2)))
    with gui.font(13, bold=True):
        imgui.text_colored(four(look.colour("ray")), said(words))


def _keys(gui: Gui, look: Look, keys: Sequence[str], words: str) -> None:
    """Keys at the left, what they do at the right; right below them where the keys are many."""
    left = imgui.get_cursor_pos_x()
    beside = caps_width(gui, look, keys) <= look.px(KEYS_WIDE)
    key_caps(gui, look, keys)
    if beside:
        imgui.same_line(left + look.px(KEYS_WIDE + 12))
        imgui.align_text_to_frame_padding()
    wrapped(said(words))


def draw_mark(look: Look, mark: SeatMark, *, framed: bool = False) -> None:
    """A seat's sign, its name, and who fills it; `framed` is beside buttons and lists."""
    pen, at = imgui.get_window_draw_list(), imgui.get_cursor_screen_pos()
    high = imgui.get_frame_height() if framed else imgui.get_text_line_height()
    outline = shapes.turned(shapes.OUTLINES[mark.shape], -1.5708 if mark.shape in shapes.POINTED else 0.0)
    radius = look.px(8)
    points: Any = [imgui.ImVec2(at.x + radius * (1 + x), at.y + high / 2 + radius * y) for x, y in outline]
    pen.add_concave_poly_filled(points, word(mark.colour))
    imgui.dummy((2 * radius + look.px(4), high))
    imgui.same_line()
    if framed:
        imgui.align_text_to_frame_padding()
    imgui.text(said(mark.name))
    if mark.who:
        imgui.same_line()
        imgui.text_disabled(said(mark.who))


def draw_help(gui: Gui, look: Look, world: World, marks: Sequence[SeatMark], keys: Sequence[Section]) -> str:
    """Rules, legend and keys, each with a tab of its own; as columns where there is room for all.

    Gives what was pressed: keys (other ones are to be chosen), menu, or nothing.
    """
    view, page = imgui.get_main_viewport(), world.page
    with over_the_world("help", look, (view.size.x, view.size.y)):
        name, goal = title(page) if page.strip() else ("", "")
        heading(gui, name or text("help.keys"), 22)
        imgui.same_line(0.0, look.px(14))
        muted(look, goal[:1].upper() + goal[1:])
        imgui.align_text_to_frame_padding()
        imgui.text_colored(four(look.colour("ray")), text("help.back"))
        imgui.same_line(0.0, look.px(14))
        asked = "keys" if imgui.button(text("help.change")) else ""
        imgui.same_line()
        asked = "menu" if imgui.button(text("help.menu")) else asked
        room, gap = imgui.get_content_region_avail(), imgui.get_style().item_spacing.x
        parts = [("rules", lambda: _rules(gui, look, page)), ("legend", lambda: _legend(gui, look, world, marks)),
                 ("keys", lambda: _all_keys(gui, look, keys))]  # fmt: skip
        if room.x >= look.px(1000):
            widths = (room.x * 0.34, room.x * 0.25, 0.0)
            for (part, show), width in zip(parts, widths, strict=True):
                with box(part, (width, 0.0)):
                    heading(gui, text(f"help.{part}"), 16)
                    show()
                imgui.same_line(0.0, gap)
            imgui.new_line()
        elif imgui.begin_tab_bar("parts"):
            for part, show in parts:
                if imgui.begin_tab_item(text(f"help.{part}"))[0]:
                    with box(part, (0.0, 0.0)):
                        show()
                    imgui.end_tab_item()
            imgui.end_tab_bar()
    return asked


def _rules(gui: Gui, look: Look, page: str) -> None:
    found = sections(page) if page.strip() else {}
    for name in [*(name for name in RULES if name in found), *(name for name in found if name not in RULES)]:
        if name != "Version":
            if name != RULES[0]:  # which stands above all of them
                _part(gui, look, name)
            wrapped(said(found[name]))


def _legend(gui: Gui, look: Look, world: World, marks: Sequence[SeatMark]) -> None:
    for mark in marks:
        draw_mark(look, mark)
    if world.view.legend:
        imgui.separator()
        draw_legend(gui, look, world)


def _all_keys(gui: Gui, look: Look, groups: Sequence[Section]) -> None:
    for group, rows in groups:
        _part(gui, look, group)
        for keys, words in rows:
            if keys.startswith((text("keys.mouse"), text("keys.pad", pad=""))):
                muted(look, text("keys.row", keys=keys, what=words))
            else:
                _keys(gui, look, caps(keys), words)
