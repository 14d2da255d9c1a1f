"""The home page: all worlds with their pictures, what can be done with the chosen one, and the recordings."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from imgui_bundle import imgui

from simulator.app.panels.cut_short import draw_cut_short
from simulator.app.panels.parts import box, heading, moving, muted, picture, strong_button, whole_window
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.catalogue import RecordingCard, WorldCard
from simulator.app.play.miniatures import MovingPicture
from simulator.app.play.texts import text
from simulator.app.shell.accessibility import hints
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said

SIDE, NARROW = 330, 900  # px at scale 1: the part at the right, and windows in which it stands below
CARD, LINES = 225, 3  # px, the least width of a card; lines of its goal
FOOT = ("library", "open", "code", "demo")
RATIO = 0.625  # height of a picture for its width


@dataclasses.dataclass
class HomeView:
    """What the home page shows, as plain data; `pictures` are files, `films` those that move now."""

    cards: list[WorldCard]
    recent: list[RecordingCard]
    pictures: dict[str, Path]
    chosen: str
    hovered: str = ""
    """The world under the pointer."""
    films: dict[str, MovingPicture] = dataclasses.field(default_factory=dict)
    now: float = 0.0
    returned: bool = False
    """One comes, or comes back from another page: the keyboard is given to the chosen world."""
    cut_short: Sequence[Path] = ()
    """Recordings that a killed program left."""

    @property
    def card(self) -> WorldCard:
        """The chosen world."""
        return next(card for card in self.cards if card.name == self.chosen)


@dataclasses.dataclass(frozen=True)
class Wish:
    """What a user asks for in one of the screens around a game."""

    what: str
    """play, watch, setup, train, demo, replay, agent, library, open, code, language, keys, theme, smaller_text,
    larger_text or quit; of a recording: keep, delete and, in the library, undo, edit or label."""
    world: str = ""
    path: Path | None = None
    at: int = 0
    """The tick at which a replay begins."""


def draw_home(gui: Gui, look: Look, view: HomeView) -> Wish | None:
    """Show the page; what the user asks for in this frame."""
    wide = imgui.get_main_viewport().size.x >= look.px(NARROW)
    with whole_window("home"):
        wish = _head(gui, look, wide)
        if asked := draw_cut_short(gui, look, view.cut_short):
            wish = Wish(asked[0], path=asked[1])
        room = imgui.get_content_region_avail()
        foot = 0 if wide else look.px(104)
        side = look.px(SIDE) if wide else 0
        gap = imgui.get_style().item_spacing.x
        with box("worlds", (room.x - side - gap if wide else 0.0, room.y - foot), card=False):
            wish = _cards(gui, look, view) or wish
        if wide:
            imgui.same_line()
            with box("side", (0.0, 0.0)):
                wish = _side(gui, look, view) or wish
        else:
            wish = _foot(gui, look, view) or wish
    if wish is None and not imgui.get_io().nav_visible and imgui.is_key_pressed(imgui.Key.enter, repeat=False):
        wish = Wish("play", view.chosen)  # what is marked, though no part of the page has the keyboard yet
    return wish


def _head(gui: Gui, look: Look, wide: bool) -> Wish | None:
    heading(gui, "Crossplay", 26)
    style, wish = imgui.get_style(), None
    names = [
        (text(f"home.theme.{look.other_theme().theme.name}"), "theme"), ("A \u2013", "smaller_text"),
        ("A +", "larger_text"), (text("home.language"), "language"), (text("home.settings.keys"), "keys"),
        (text("home.quit"), "quit"),
    ]  # fmt: skip
    across = sum(imgui.calc_text_size(words).x + 2 * style.frame_padding.x for words, _ in names)
    left = imgui.get_window_width() - style.window_padding.x - across - style.item_spacing.x * (len(names) - 1)
    if wide:
        imgui.same_line(0.0, look.px(18))
        imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + look.px(11))
        imgui.text_disabled(text("home.tagline"))
    if wide or left > imgui.get_item_rect_max().x + style.item_spacing.x:
        imgui.same_line(left)
    else:  # large letters in a small window: below the name
        imgui.set_cursor_pos_x(max(left, style.window_padding.x))
    for order, (words, what) in enumerate(names):
        if order:
            imgui.same_line()
        if what.endswith("_text") or what == "theme":
            hints.named(text(f"access.{what}"))
        if imgui.button(words):
            wish = Wish(what)
    return wish


def _cards(gui: Gui, look: Look, view: HomeView) -> Wish | None:
    wish, family, gap = None, "", look.px(12)
    room, view.hovered = imgui.get_content_region_avail().x, ""
    most = max(Counter(card.family for card in view.cards).values())  # in a large window cards grow, not gaps
    columns = max(min(int((room + gap) // (look.px(CARD) + gap)), most), 1)
    width = int((room - gap * (columns - 1)) / columns)
    column = 0
    for card in view.cards:
        if card.family != family:
            family, column = card.family, 0
            imgui.dummy((1, look.px(2)))
            hints.headed()
            with gui.font(16, bold=True):
                imgui.text_colored(four(look.colour("ray")), text(f"family.{family}"))
        if column:
            imgui.same_line(0.0, gap)
        wish = _card(gui, look, view, card, width) or wish
        column = (column + 1) % columns
        if not column:
            imgui.dummy((1, max(gap - imgui.get_style().item_spacing.y * 2, 1)))
    return wish


def _card(gui: Gui, look: Look, view: HomeView, card: WorldCard, width: int) -> Wish | None:
    pad = look.px(10)
    words = pad * 2 + look.px(22) + round(imgui.get_text_line_height() * 0.95) * LINES
    room = round(imgui.get_window_height()) - words - pad  # in a low window the picture gives way to title and goal
    high = min(round(width * RATIO), max(room, look.px(40)))
    size = (width, high + words)
    at, place = imgui.get_cursor_screen_pos(), imgui.get_cursor_pos()
    if view.returned and view.chosen == card.name:
        imgui.set_keyboard_focus_here()
        imgui.set_nav_cursor_visible(True)
        view.returned = False
    hints.named(f"{said(card.title)}: {said(card.goal)}")
    pressed = imgui.invisible_button(card.name, size, imgui.ButtonFlags_.enable_nav)
    after, wish = imgui.get_cursor_pos(), None
    hovered = imgui.is_item_hovered()
    if hovered:
        view.hovered = card.name
    if imgui.is_item_focused() or pressed:
        view.chosen = card.name
    if (hovered and imgui.is_mouse_double_clicked(0)) or (pressed and not imgui.is_mouse_released(0)):
        wish = Wish("play", card.name)
    if not imgui.is_item_visible():
        return wish
    pen, corner, marked = imgui.get_window_draw_list(), (at.x + size[0], at.y + size[1]), view.chosen == card.name
    ground = look.soft("ray", 0.12) if marked else look.soft("muted", 0.1) if hovered else look.theme.card
    pen.add_rect_filled(at, corner, word(ground), look.px(8))
    _picture(gui, look, view, card.name, (at.x, at.y), (width, high))
    edge = look.colour("ray") if marked else look.theme.line
    pen.add_rect(at, corner, word(edge), look.px(8), float(look.px(2)) if marked else 1.0)
    imgui.set_cursor_pos((place.x + pad, place.y + high + pad))
    imgui.push_text_wrap_pos(place.x + width - pad)
    imgui.begin_group()
    heading(gui, card.title, 16)
    imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() - look.px(5))
    with gui.font(13.5):
        muted(look, card.goal, width - 2.0 * pad)
    imgui.end_group()
    imgui.pop_text_wrap_pos()
    imgui.set_cursor_pos(after)
    imgui.dummy((0, 0))
    imgui.set_cursor_pos(place)
    imgui.dummy(size)
    return wish


def _picture(gui: Gui, look: Look, view: HomeView, name: str, at: tuple[float, float], size: tuple[int, int]) -> None:
    """The picture of a world, or its initial until that is there; with little room its upper and lower edge are cut."""
    pen, corner = imgui.get_window_draw_list(), (at[0] + size[0], at[1] + size[1])
    path, whole = view.pictures.get(name), (size[0], max(round(size[0] * RATIO), size[1]))
    if path is not None:
        film, cut = view.films.get(name), (1.0 - size[1] / whole[1]) / 2.0
        seen = (
            picture(gui, path, whole) if film is None
            else moving(gui, film.path, film.at, film.picture, whole)
        )  # fmt: skip
        pen.add_image_rounded(
            seen, at, corner, (0, cut), (1, 1 - cut), 0xFFFFFFFF, look.px(8), imgui.ImDrawFlags_.round_top
        )
        return
    pen.add_rect_filled(at, corner, word(look.colour("floor")), look.px(8), imgui.ImDrawFlags_.round_top)
    with gui.font(22, bold=True):
        initial = said(name)[:1].upper()
        extent = imgui.calc_text_size(initial)
        middle = (round(at[0] + (size[0] - extent.x) / 2), round(at[1] + (size[1] - extent.y) / 2))
        pen.add_text(middle, word(look.colour("muted")), initial)


def _side(gui: Gui, look: Look, view: HomeView) -> Wish | None:
    card, room = view.card, imgui.get_content_region_avail().x
    at, size = imgui.get_cursor_screen_pos(), (int(room), round(room * RATIO))
    _picture(gui, look, view, card.name, (at.x, at.y), size)
    imgui.dummy(size)
    heading(gui, card.title, 22)
    wrapped(said(card.goal))
    imgui.dummy((1, look.px(2)))
    wish = _actions(gui, look, view, room, high=look.px(36))
    imgui.separator()
    heading(gui, text("home.recent"), 16)
    words = text("home.library.short")
    imgui.same_line(room + imgui.get_style().window_padding.x - imgui.calc_text_size(words).x - look.px(20))
    if imgui.small_button(words):
        wish = Wish("library")
    if not view.recent:
        muted(look, text("home.no_recordings"))
    for each in view.recent:
        if imgui.selectable(f"{each.path.stem}##{each.path}", False)[0]:
            wish = Wish("replay", path=each.path)
        if imgui.is_item_hovered():
            imgui.set_tooltip(str(each.path))
        with gui.font(12.5):
            imgui.text_disabled(each.words(view.now))
    imgui.separator()
    for what in FOOT[1:]:
        if imgui.button(text(f"home.{what}"), (room, 0.0)):
            wish = Wish(what)
    with gui.font(12.5):
        muted(look, text("home.keys"))
    return wish


def _actions(gui: Gui, look: Look, view: HomeView, room: float, high: int) -> Wish | None:
    gap, wish = imgui.get_style().item_spacing.x, None
    columns = 4 if room >= look.px(400) else 2
    width = (room - (columns - 1) * gap) / columns
    if strong_button(gui, look, text("home.play"), (width, high)):
        wish = Wish("play", view.chosen)
    for order, what in enumerate(("watch", "setup", "train"), 1):
        if order % columns:
            imgui.same_line()
        if imgui.button(text(f"home.{what}"), (width, high)):
            wish = Wish(what, view.chosen)
    return wish


def _foot(gui: Gui, look: Look, view: HomeView) -> Wish | None:
    """In a narrow window: what can be done, below."""
    imgui.separator()
    room, wish = imgui.get_content_region_avail().x, None
    title = look.px(150)
    heading(gui, view.card.title, 18)
    imgui.same_line(title)
    wish = _actions(gui, look, view, imgui.get_content_region_avail().x, 0)
    gap = imgui.get_style().item_spacing.x
    for order, what in enumerate(FOOT):
        if order:
            imgui.same_line()
        if imgui.button(text(f"home.{what}.short"), ((room - (len(FOOT) - 1) * gap) / len(FOOT), 0.0)):
            wish = Wish(what)
    return wish
