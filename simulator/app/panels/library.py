"""The library page: all recordings in a table, what the chosen one is about, and what can be done with it."""

from __future__ import annotations

import dataclasses
from bisect import bisect
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from imgui_bundle import imgui

from simulator.app.panels.cut_short import draw_cut_short
from simulator.app.panels.gallery import Wish
from simulator.app.panels.parts import box, heading, muted, whole_window
from simulator.app.panels.recording import draw_recording, recording_buttons
from simulator.app.panels.tips import explain_heads, tell_hovered
from simulator.app.play.shelf import COLUMNS, DESCENDING, cells, state_words, task_words
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said

if TYPE_CHECKING:
    from replays.library import Entry

SIDE, NARROW, TIGHT = 320, 980, 700  # px at scale 1: the part at the right, windows without it, and smaller ones
TIGHT_COLUMNS, NARROW_COLUMNS = ("name", "world", "score", "date"), ("name", "world", "players", "score", "date")
WIDTHS = {"score": 76, "length": 72, "date": 138}  # px at scale 1; the others share what is left
WEIGHTS = {"name": 2.6, "world": 1.0, "players": 1.5, "tags": 1.2}
ICONS = {"cut": "\uf0c4", "part": "\uf0c4", "damaged": "\uf071", "recording": "\uf111"}
POPUP = "edit recording"
TABLE = (
    imgui.TableFlags_.sortable | imgui.TableFlags_.resizable | imgui.TableFlags_.scroll_y | imgui.TableFlags_.row_bg
    | imgui.TableFlags_.no_saved_settings | imgui.TableFlags_.borders_inner_h | imgui.TableFlags_.sizing_stretch_prop
    | imgui.TableFlags_.pad_outer_x
)  # fmt: skip
ROW = imgui.SelectableFlags_.span_all_columns | imgui.SelectableFlags_.allow_double_click


@dataclasses.dataclass
class LibraryView:
    """What the library page shows, as plain data."""

    rows: Sequence[Entry] = ()
    """In their order, without those that the search leaves out."""
    count: int = 0
    """Of all recordings."""
    chosen: Entry | None = None
    search: str = ""
    world: str = ""
    """Only this world's; empty: all."""
    worlds: Sequence[str] = ()
    column: str = "date"
    descending: bool = True
    busy: str = ""
    """What is being done, in words."""
    told: str = ""
    """What went wrong with a folder or the index."""
    parts: Sequence[Path] = ()
    """Left by a killed program."""
    last_deleted: str = ""
    """The name of what undo brings back; empty if there is nothing."""
    pictures: dict[str, Path] = dataclasses.field(default_factory=dict)
    """Of worlds, as files."""
    editing: Entry | None = None
    """Whose name and tags are in the two fields below."""
    opening: bool = False
    """The small window with these fields is to open."""
    name: str = ""
    tags: str = ""
    to_search: bool = False
    """The search field gets the keys in the next frame."""
    to_rows: bool = True
    """The chosen row gets them."""
    focused: Path | None = None
    """The row that had them last: one that gets them is chosen, one that keeps them is not chosen again."""


def draw_library(gui: Gui, look: Look, view: LibraryView) -> Wish | None:
    """Show the page; what the user asks for: back, replay, delete, undo, keep, label or nothing."""
    wide = imgui.get_main_viewport().size.x >= look.px(NARROW)
    with whole_window("library"):
        wish = _head(gui, look, view)
        if asked := draw_cut_short(gui, look, view.parts):
            wish = Wish(asked[0], path=asked[1])
        room, gap = imgui.get_content_region_avail(), imgui.get_style().item_spacing.x
        foot = imgui.get_text_line_height_with_spacing() * (1 if wide else 2.4) + look.px(2)
        side = look.px(SIDE) if wide and view.chosen is not None else 0
        with box("rows", (room.x - side - gap * (side > 0), room.y - foot), card=False):
            wish = _table(gui, look, view, wide) or wish
        if side and view.chosen is not None:
            imgui.same_line()
            with box("recording", (0.0, room.y - foot)):
                wish = draw_recording(gui, look, view.chosen, view.pictures) or wish
        wish = _foot(gui, look, view, wide) or wish
        tell_hovered(gui, look)
        wish = _edit(gui, look, view) or wish
    return wish


def _head(gui: Gui, look: Look, view: LibraryView) -> Wish | None:
    wish = None
    if imgui.button(f"\uf060  {text('setup.back')}"):
        wish = Wish("back")
    style, wide = imgui.get_style(), imgui.get_main_viewport().size.x >= look.px(TIGHT)
    imgui.same_line(0.0, look.px(16))
    if wide:
        imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() - look.px(5))
        heading(gui, text("library.title"), 22)
        imgui.same_line(0.0, look.px(16))
    undo, combo = f"\uf2ea  {text('library.undo')}", look.px(130)
    after = imgui.calc_text_size(undo).x + 2 * style.frame_padding.x + style.item_spacing.x if view.last_deleted else 0
    imgui.set_next_item_width(imgui.get_content_region_avail().x - combo - style.item_spacing.x - after)
    if view.to_search:
        imgui.set_keyboard_focus_here()
        view.to_search = False
    changed, words = imgui.input_text_with_hint(
        "##search", text("library.search"), view.search, imgui.InputTextFlags_.escape_clears_all
    )
    if changed:
        view.search = words
    imgui.same_line()
    imgui.set_next_item_width(combo)
    _worlds(view)
    if view.last_deleted:
        imgui.same_line()
        if imgui.button(undo):
            wish = Wish("undo")
        imgui.set_item_tooltip(text("library.undo.tip", name=view.last_deleted))
    return wish


def _worlds(view: LibraryView) -> None:
    if imgui.begin_combo("##world", said(view.world) or text("library.all_worlds")):
        for name in ("", *view.worlds):
            if imgui.selectable(f"{said(name) or text('library.all_worlds')}##{name}", name == view.world)[0]:
                view.world = name
            if name == view.world:
                imgui.set_item_default_focus()
        imgui.end_combo()


def _table(gui: Gui, look: Look, view: LibraryView, wide: bool) -> Wish | None:
    if not view.rows and not view.busy:
        muted(look, text("library.nothing" if view.count else "library.none"))
        return None
    tight = imgui.get_main_viewport().size.x < look.px(TIGHT)
    columns = TIGHT_COLUMNS if tight else COLUMNS if wide else NARROW_COLUMNS
    if not imgui.begin_table(f"recordings {len(columns)}", len(columns), TABLE, imgui.get_content_region_avail()):
        return None
    imgui.table_setup_scroll_freeze(0, 1)
    for column in columns:
        _setup_column(look, view, column)
    imgui.table_headers_row()
    explain_heads(gui, [text(f"tip.library.{column}") for column in columns])
    _order(view)
    wish, clipper = None, imgui.ListClipper()
    clipper.begin(len(view.rows))
    at = _place(view)
    if view.to_rows and at is not None:
        clipper.include_item_by_index(at)
    while clipper.step():
        for number in range(clipper.display_start, clipper.display_end):
            wish = _row(look, view, columns, number) or wish
    imgui.end_table()
    return wish


def _setup_column(look: Look, view: LibraryView, column: str) -> None:
    flags = imgui.TableColumnFlags_.width_fixed if column in WIDTHS else imgui.TableColumnFlags_.width_stretch
    if column in DESCENDING:
        flags |= imgui.TableColumnFlags_.prefer_sort_descending
    if column == view.column:
        flags |= imgui.TableColumnFlags_.default_sort
    size = float(look.px(WIDTHS[column])) if column in WIDTHS else WEIGHTS[column]
    imgui.table_setup_column(text(f"library.{column}"), flags, size, COLUMNS.index(column))


def _order(view: LibraryView) -> None:
    specs = imgui.table_get_sort_specs()
    if specs is not None and specs.specs_dirty and specs.specs_count:
        chosen = specs.get_specs(0)
        view.column = COLUMNS[chosen.column_user_id]
        view.descending = chosen.get_sort_direction() == imgui.SortDirection.descending
        specs.specs_dirty = False


def _place(view: LibraryView) -> int | None:
    """The row of the chosen recording."""
    if view.chosen is None or not view.to_rows:
        return None
    return next((at for at, entry in enumerate(view.rows) if entry.path == view.chosen.path), None)


def _row(look: Look, view: LibraryView, columns: Sequence[str], number: int) -> Wish | None:
    entry, wish = view.rows[number], None
    chosen = view.chosen is not None and view.chosen.path == entry.path
    imgui.push_id(str(entry.path))
    imgui.table_next_row()
    imgui.table_next_column()
    pressed, _ = imgui.selectable("##row", chosen, ROW)
    if chosen and view.to_rows:
        imgui.set_item_default_focus()
        imgui.set_scroll_here_y()
        imgui.set_keyboard_focus_here(-1)
        imgui.set_nav_cursor_visible(True)  # else Enter does nothing before the first arrow
        view.to_rows = False
    if pressed or (imgui.is_item_focused() and view.focused != entry.path):
        view.chosen, view.focused = entry, entry.path
    by_mouse = imgui.is_mouse_released(0) or imgui.is_mouse_clicked(0)
    if pressed and (imgui.is_mouse_double_clicked(0) or not by_mouse):
        wish = Wish("replay", path=entry.path)
    if imgui.is_item_hovered() and (words := state_words(entry)):
        imgui.set_tooltip(words)
    imgui.same_line(0.0, 0.0)
    if entry.state in ICONS:
        imgui.text_colored(four(look.colour("bad")), ICONS[entry.state])
        imgui.same_line(0.0, look.px(6))
    shown = cells(entry)
    for order, column in enumerate(columns):
        if order:
            imgui.table_next_column()
        _cell(shown[column], right=column in WIDTHS and column != "date")
    imgui.pop_id()
    return wish


def _cell(words: str, *, right: bool) -> None:
    """Words in a column, cut where it ends; numbers stand at the right."""
    room, wide = imgui.get_content_region_avail().x, imgui.calc_text_size(words).x
    if right:
        imgui.set_cursor_pos_x(imgui.get_cursor_pos_x() + max(room - wide, 0.0))
    elif wide > room:
        fits = bisect(range(1, len(words)), room, key=lambda count: imgui.calc_text_size(f"{words[:count]}…").x)
        words = f"{words[:fits].rstrip()}…"
    imgui.text_unformatted(words)


def _foot(gui: Gui, look: Look, view: LibraryView, wide: bool) -> Wish | None:
    """How many there are, what is being done, the keys; in a narrow window what can be done with the chosen one."""
    wish = None
    if not wide and view.chosen is not None:
        wish = recording_buttons(gui, look, view.chosen, imgui.get_content_region_avail().x)
    imgui.text_disabled(text("library.count", shown=len(view.rows), count=view.count))
    about = state_words(view.chosen) or task_words(view.chosen) if view.chosen is not None and not wide else ""
    if words := view.busy or about or (view.told and f"{view.told[:1].upper()}{view.told[1:]}."):
        imgui.same_line(0.0, look.px(20))
        _cell(words, right=False)
    elif wide:
        words = text("library.keys")
        imgui.same_line(imgui.get_window_width() - imgui.calc_text_size(words).x - imgui.get_style().window_padding.x)
        imgui.text_disabled(words)
    return wish


def _edit(gui: Gui, look: Look, view: LibraryView) -> Wish | None:
    """Name and tags of a recording, in a small window of their own."""
    wish = None
    if view.opening:
        imgui.open_popup(POPUP)
        view.opening = False
    view_size = imgui.get_main_viewport().size
    imgui.set_next_window_pos((view_size.x / 2, view_size.y / 2), imgui.Cond_.appearing, (0.5, 0.5))
    imgui.set_next_window_size((min(look.px(460), view_size.x - look.px(40)), 0))
    if not imgui.begin_popup(POPUP):
        view.editing = None
        return None
    if view.editing is None:
        imgui.close_current_popup()
    else:
        wish = _fields(gui, look, view, view.editing)
    imgui.end_popup()
    return wish


def _fields(gui: Gui, look: Look, view: LibraryView, entry: Entry) -> Wish | None:
    heading(gui, text("library.edit"), 18)
    muted(look, entry.path.name)
    if imgui.is_window_appearing():
        imgui.set_keyboard_focus_here()
    entered = False
    for field in ("name", "tags"):
        imgui.text_disabled(text(f"library.{field}"))
        imgui.set_next_item_width(-1)
        hint, flags = text(f"library.{field}.hint"), imgui.InputTextFlags_.enter_returns_true
        done, words = imgui.input_text_with_hint(f"##{field}", hint, getattr(view, field), flags)
        setattr(view, field, words)
        entered = entered or done
    saved = imgui.button(text("library.save")) or entered
    imgui.same_line()
    left = imgui.button(text("library.cancel"))
    if saved or left:
        imgui.close_current_popup()
        view.editing = None
    return Wish("label", path=entry.path) if saved else None
