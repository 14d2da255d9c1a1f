"""What lies around a live game: how much people see, whose turn it is and what can be chosen, and who sits where."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from imgui_bundle import imgui

from simulator.app.panels.card import SeatMark, draw_mark
from simulator.app.panels.parts import heading, muted
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.texts import text
from simulator.app.shell.accessibility import hints
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said

SMALL = 13.0  # px of the words at scale 1
HIGHEST = 0.4  # of the window: the bar of choices never takes more
MENU = 460  # px at scale 1
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclasses.dataclass(frozen=True)
class Offer:
    """A choice that can be clicked."""

    seat: int
    factor: int
    choice: int
    key: str
    words: str
    allowed: bool


@dataclasses.dataclass(frozen=True)
class PersonTurn:
    """One person in a world that waits: the choices, and whether it is the turn."""

    mark: SeatMark
    state: str
    urgent: bool
    offers: tuple[Offer, ...]


@dataclasses.dataclass(frozen=True)
class SeatRow:
    """A seat in the menu, and who may sit there."""

    seat: int
    mark: SeatMark
    names: tuple[str, ...]
    at: int
    """Of the names: who sits there; -1: somebody else."""


@dataclasses.dataclass(frozen=True)
class DeckView:
    """All of it, as plain data."""

    seeing: str = ""
    more: str = ""
    """The key that changes how much is seen."""
    strip: str = ""
    turns: tuple[PersonTurn, ...] = ()
    menu: tuple[SeatRow, ...] = ()
    menu_key: str = ""
    problem: str = ""
    busy: str = ""


@dataclasses.dataclass(frozen=True)
class Asked:
    """What was clicked: an offer, another player (a row of the menu and a place in its list), or to close the menu."""

    offer: Offer | None = None
    reseat: tuple[int, int] | None = None
    close: bool = False


@dataclasses.dataclass
class Drawn:
    """What came of drawing."""

    asked: Asked | None = None
    boxes: list[Box] = dataclasses.field(default_factory=list)
    """Where clicks are ours."""
    high: int = 0
    """Pixels that the bar of choices takes."""
    buttons: list[tuple[Offer, Box]] = dataclasses.field(default_factory=list)


QUIET = (
    imgui.WindowFlags_.no_decoration | imgui.WindowFlags_.no_move | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_focus_on_appearing | imgui.WindowFlags_.no_nav
)  # fmt: skip


def draw_deck(gui: Gui, look: Look, view: DeckView, world: tuple[int, int], top: int = 0) -> Drawn:
    """Show it over a world's picture of a size."""
    drawn = Drawn()
    if view.seeing and not view.turns:
        _plate(gui, look, view, top)
    if view.strip:
        _strip(gui, look, view.strip, world, top)
    if view.turns:
        _bar(gui, look, view, world, drawn)
    if view.menu or view.busy:
        _menu(gui, look, view, drawn)
    return drawn


def _plate(gui: Gui, look: Look, view: DeckView, top: int) -> None:
    """The words in the corner of the world on how much is seen."""
    imgui.set_next_window_pos((look.px(8), top + look.px(8)))
    imgui.set_next_window_bg_alpha(0.82)
    imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(look.px(9), look.px(4)))
    imgui.push_style_var(imgui.StyleVar_.window_rounding, look.px(11))
    imgui.begin("seeing", None, QUIET | imgui.WindowFlags_.no_inputs | imgui.WindowFlags_.always_auto_resize)
    with gui.font(SMALL):
        imgui.text(view.seeing)
        if view.more:
            imgui.same_line()
            imgui.text_colored(four(look.colour("muted")), view.more)
    imgui.end()
    imgui.pop_style_var(2)


def _strip(gui: Gui, look: Look, words: str, world: tuple[int, int], top: int) -> None:
    """A line of words above the world."""
    imgui.set_next_window_pos((world[0] / 2, top + look.px(44)), imgui.Cond_.always, (0.5, 0.0))
    imgui.set_next_window_size_constraints((0, 0), (world[0] - look.px(16), 1e4))
    imgui.push_style_color(imgui.Col_.window_bg, four(look.soft("ray", 0.3)))
    imgui.push_style_var(imgui.StyleVar_.window_rounding, look.px(8))
    imgui.begin("strip", None, QUIET | imgui.WindowFlags_.no_inputs | imgui.WindowFlags_.always_auto_resize)
    with gui.font(15, bold=True):
        imgui.push_text_wrap_pos(world[0] - look.px(44))
        wrapped(words)
        imgui.pop_text_wrap_pos()
    imgui.end()
    imgui.pop_style_var()
    imgui.pop_style_color()


def _bar(gui: Gui, look: Look, view: DeckView, world: tuple[int, int], drawn: Drawn) -> None:
    """Everybody's choices at the foot of the world, each as a button with its key."""
    size = imgui.get_main_viewport().size
    imgui.set_next_window_pos((0.0, size.y), imgui.Cond_.always, (0.0, 1.0))
    imgui.set_next_window_size((world[0], 0))
    imgui.set_next_window_size_constraints((world[0], 0), (world[0], round(size.y * HIGHEST)))
    imgui.begin("choices", None, QUIET ^ imgui.WindowFlags_.no_scrollbar)
    hints.titled(text("access.choices"))
    with gui.font(SMALL):
        for turn in view.turns:
            imgui.push_id(turn.mark.name)
            draw_mark(look, dataclasses.replace(turn.mark, name=turn.mark.who, who=""), framed=True)
            imgui.same_line()
            colour = look.colour("good" if turn.urgent else "muted")
            imgui.align_text_to_frame_padding()
            imgui.text_colored(four(colour), turn.state)
            imgui.same_line(0.0, look.px(16))
            _offers(turn.offers, world[0], drawn)
            imgui.pop_id()
        imgui.text_colored(four(look.colour("muted")), f"{view.seeing}   {view.more}")
    drawn.boxes.append(_place())
    drawn.high = round(size.y - drawn.boxes[-1][1])
    imgui.end()


def _place() -> Box:
    """Where the present window is."""
    at, extent = imgui.get_window_pos(), imgui.get_window_size()
    return at.x, at.y, at.x + extent.x, at.y + extent.y


def _offers(offers: Sequence[Offer], room: int, drawn: Drawn) -> None:
    """Buttons, on as many lines as they take."""
    spacing = imgui.get_style().item_spacing.x / 2
    end = room - imgui.get_style().window_padding.x
    for order, offer in enumerate(offers):
        words = f"{offer.key}   {said(offer.words)}" if offer.words != offer.key else offer.key
        wide = imgui.calc_text_size(words).x + 2 * imgui.get_style().frame_padding.x
        if order:
            imgui.same_line(0.0, spacing)
        if order and imgui.get_cursor_pos_x() + wide > end:
            imgui.new_line()
        imgui.begin_disabled(not offer.allowed)
        if imgui.button(f"{words}##{order}"):
            drawn.asked = Asked(offer=offer)
        imgui.end_disabled()
        low, end_of = imgui.get_item_rect_min(), imgui.get_item_rect_max()
        drawn.buttons.append((offer, (low.x, low.y, end_of.x, end_of.y)))


def _menu(gui: Gui, look: Look, view: DeckView, drawn: Drawn) -> None:
    """Every seat with a list of who may sit there."""
    size = imgui.get_main_viewport().size
    wide = min(look.px(MENU), size.x - look.px(24))
    imgui.set_next_window_pos((size.x / 2, size.y / 2), imgui.Cond_.always, (0.5, 0.5))
    imgui.set_next_window_size_constraints((wide, 0), (wide, size.y - look.px(24)))
    imgui.push_style_var(imgui.StyleVar_.window_rounding, look.px(12))
    imgui.push_style_var(imgui.StyleVar_.window_border_size, 1.0)
    flags = imgui.WindowFlags_.no_title_bar | imgui.WindowFlags_.no_resize | imgui.WindowFlags_.no_move
    imgui.begin("seats", None, flags | imgui.WindowFlags_.no_saved_settings | imgui.WindowFlags_.always_auto_resize)
    if imgui.is_window_appearing():
        imgui.set_window_focus()
        imgui.set_nav_cursor_visible(True)
    heading(gui, text("seats.title"), 20)
    muted(look, text("seats.hint"))
    for row in view.menu:
        imgui.push_id(row.mark.name)
        draw_mark(look, dataclasses.replace(row.mark, who=""), framed=True)
        imgui.same_line(look.px(160))
        imgui.set_next_item_width(-1)
        shown = row.names[row.at] if row.at >= 0 else said(row.mark.who)
        if imgui.begin_combo("##who", shown):
            for order, name in enumerate(row.names):
                if imgui.selectable(f"{name}##{order}", order == row.at)[0] and order != row.at:
                    drawn.asked = Asked(reseat=(row.seat, order))
            imgui.end_combo()
        imgui.pop_id()
    if view.busy:
        muted(look, view.busy)
    if view.problem:
        hints.urgent()
        imgui.push_style_color(imgui.Col_.text, four(look.colour("bad")))
        wrapped(view.problem)
        imgui.pop_style_color()
    imgui.dummy((1, look.px(2)))
    if imgui.button(text("seats.close"), (look.px(120), 0)):
        drawn.asked = Asked(close=True)
    imgui.same_line()
    imgui.text_colored(four(look.colour("muted")), text("seats.key", key=view.menu_key))
    drawn.boxes.append(_place())
    imgui.end()
    imgui.pop_style_var(2)
