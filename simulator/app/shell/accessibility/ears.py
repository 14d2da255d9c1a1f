"""Makes nodes of what ImGui's calls say (`calls` passes them on): names, values, tables, what is asked of a widget."""

from __future__ import annotations

import re
from typing import Any

from imgui_bundle import imgui

from simulator.app.shell.accessibility.page import Draft, PageMaker, row_words
from simulator.app.shell.accessibility.tree import FOCUS, Box

ICONS = re.compile("[\ue000-\uf8ff]")
UNHEARD = ("messages",)  # windows whose words are told by the window itself


def readable(words: str) -> str:
    """Words without icons, and without what only tells ImGui's widgets apart."""
    return " ".join(ICONS.sub(" ", words.partition("##")[0]).split())


class Ears:
    """Hears the frames of one window of ImGui, from `begin` to `end`."""

    def __init__(self, page: PageMaker) -> None:
        self.page = page
        self.begin()

    def begin(self) -> None:
        """A frame is said from now on."""
        self._name, self._role, self._live = "", "text", False  # of what comes next
        self._joined = False  # whether the last text and what comes next stand on one line
        self._face: Box | None = None  # of a picture that is a button: words on it are its name
        self._off: list[bool] = []
        self._deaf = 0  # windows deep
        self.heads: list[list[str]] = []
        """Names of the columns of the tables that are open."""

    def end(self) -> None:
        """It is said."""
        if focus := imgui.internal.get_focus_id():
            self.page.focus = focus

    # --- hints -----------------------------------------------------------------------------------------------------

    def name_next(self, words: str) -> None:
        """The next widget is called so."""
        self._name = words

    def role_next(self, role: str) -> None:
        """The next text has this role."""
        self._role = role

    def title(self, words: str) -> None:
        """The window that is open is called so."""
        if not self._deaf:
            self.page.here.name = words

    def live_next(self) -> None:
        """The next text is read aloud."""
        self._live = True

    def hear(self, words: str) -> None:
        """Words are painted here."""
        if words := readable(words):
            self.page.add("text", words)
            self._joined = False

    # --- what the calls tell ---------------------------------------------------------------------------------------

    def text(self, words: str) -> None:
        """A text was written."""
        role, self._role = self._role, "text"
        words, box, children = readable(words), _box(), self.page.here.children
        live, self._live = self._live, False
        if self._joined and children and children[-1].role == "slider" and not children[-1].facts.get("value"):
            children[-1].facts["value"] = words  # what a slider stands at is written beside it
        elif words and not self._deaf and not _inside(box, self._face):
            self.page.add(role, words, box=box, live=live)
        self._joined = False

    def same_line(self) -> None:
        """What comes next stands beside what was last."""
        self._joined = True

    def widget(self, role: str, label: str, asks: tuple[str, ...], **facts: Any) -> list[tuple[str, Any]]:
        """A widget was made: note it; what is asked of it. The keyboard is given to it here."""
        if self._deaf:
            return []
        number = imgui.get_item_id() or imgui.get_id(label)
        name, box = self._name_of(label), _box()
        enabled = not any(self._off)
        made = self.page.add(role, name, number=number, box=box, enabled=enabled, asks=asks if enabled else (), **facts)
        self._joined, self._face = False, None
        asked = self.page.asked.pop(made.number, []) if enabled else []
        if any(what == FOCUS for what, _ in asked):
            imgui.internal.focus_item()
            imgui.set_nav_cursor_visible(True)
        return [each for each in asked if each[0] != FOCUS]

    def face(self) -> None:
        """The last widget has its words painted on it."""
        self._face = _box()

    def _name_of(self, label: str) -> str:
        """What a widget is called: as the panel says, by its own words, by the text before it, or by its mark."""
        given, self._name = self._name, ""
        before = self.page.here.children[-1] if self.page.here.children else None
        if given:
            return given
        if words := readable(label):
            return words
        if self._joined and before is not None and before.role in ("text", "heading"):
            self.page.here.children.pop()
            return before.name
        return label.rpartition("##")[2].replace("_", " ")

    def open(self, role: str, name: str = "", **facts: Any) -> None:
        """All that follows lies inside this."""
        if not self._deaf:
            self.page.open(role, name, **facts)
        self._joined, self._face = False, None

    def close(self) -> None:
        """What was opened last is complete."""
        if not self._deaf:
            self.page.close()
        self._joined, self._face = False, None

    def window(self, name: str) -> None:
        """A window begins."""
        if self._deaf or name in UNHEARD:
            self._deaf += 1
        else:
            self.open("page", key=name)

    def end_window(self) -> None:
        """It ends; its first heading is its name."""
        if self._deaf:
            self._deaf -= 1
            return
        here = self.page.here
        here.name = here.name or next((each.name for each in here.children if each.role == "heading"), "")
        self.close()

    def enter_last(self) -> None:
        """What follows lies inside the last widget: the choices of a list that is open."""
        if not self._deaf:
            self.page.open_ones.append(self.page.here.children[-1])

    def progress(self, part: float, words: str) -> None:
        """A bar that fills."""
        if not self._deaf:
            self.page.add("progress", words, box=_box(), amount=(min(max(part, 0.0), 1.0), 0.0, 1.0))

    def switch_off(self, off: bool) -> None:
        """What follows cannot be used."""
        self._off.append(off)

    def switch_on(self) -> None:
        """As before."""
        self._off.pop()

    # --- tables ----------------------------------------------------------------------------------------------------

    def row(self) -> None:
        """A row begins."""
        self.end_row()
        self.open("row", key=len(self.page.here.children))

    def cell(self) -> None:
        """A cell begins, in a row if there is none."""
        self.end_cell()
        if self.page.here.role == "table":
            self.row()
        self.open("cell", key=len(self.page.here.children))

    def end_cell(self) -> None:
        """The words of a cell are its name."""
        here = self.page.here
        if here.role != "cell" or self._deaf:
            return
        texts = [each for each in here.children if each.role == "text"]
        here.name = " ".join(each.name for each in texts)
        here.children = [each for each in here.children if each.role != "text"]
        self.close()

    def end_row(self) -> None:
        """The words of a row are those of its cells; what chooses all of it is called so."""
        self.end_cell()
        here = self.page.here
        if here.role != "row" or self._deaf:
            return
        here.name = row_words(self.heads[-1], [each.name for each in here.children])
        for choice in (each for cell in here.children for each in cell.children if each.name == "row"):
            choice.name = here.name
        self.close()

    def head(self) -> None:
        """The row of column names."""
        self.row()
        for words in self.heads[-1]:
            self.page.add("header", words)
        row: Draft = self.page.here
        row.name = ", ".join(words for words in self.heads[-1] if words)
        self.close()

    def end_table(self) -> None:
        """The table is complete."""
        self.end_row()
        self.heads.pop()
        self.close()


def _box() -> Box:
    low, high = imgui.get_item_rect_min(), imgui.get_item_rect_max()
    return low.x, low.y, high.x, high.y


def _inside(box: Box, other: Box | None) -> bool:
    return other is not None and other[0] <= box[0] <= other[2] and other[1] <= box[1] <= other[3]
