"""The library: finds recordings, opens them, gives them names and tags, deletes them and brings them back."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from simulator.app.panels.gallery import Wish
from simulator.app.panels.library import LibraryView, draw_library
from simulator.app.play.miniatures import picture_name, pictures_folder
from simulator.app.play.shelf import left_over, sorted_by, worlds_in
from simulator.app.play.texts import text
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.shell.jobs import Job
from simulator.app.shell.recordings import Recordings
from simulator.app.shell.stage import WindowStage
from worlds.world import Refused

if TYPE_CHECKING:
    from replays.library import Entry


DELETE_BUTTON, UNDO_BUTTON, SEARCH_BUTTON, EDIT_BUTTON = 2, 3, 6, 7  # of a gamepad: X, Y, Back and Start


class LibraryScreen(GuiScreen):
    """Shows the recordings of some folders; `wished` is told which one the user opens."""

    page, head = "library", "library.title"

    def __init__(
        self, stage: WindowStage, wished: Callable[[Wish], None], folders: Sequence[Path], search: str = "",
        index: Path | None = None,
    ) -> None:  # fmt: skip
        super().__init__(stage)
        self._wished, self._folders, self._index = wished, folders, index
        self.view = LibraryView(search=search, busy=text("library.reading"))
        self.entries: list[Entry] = []
        self._recordings: Recordings | None = None
        self._job: Job[list[Entry]] | None = None
        self._early: list[Entry] | None = None  # what the index knew, until all is read
        self._stopped = threading.Event()
        self._stale = False  # something was changed since the job began
        self._order: object = None

    # --- reading -------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """Recordings may have come since."""
        self.view.to_rows = True
        self._read()

    def leave(self) -> None:
        """What is not read by now is read next time."""
        self._stopped.set()

    @property
    def resting(self) -> bool:  # type: ignore[override]
        """Whether nothing is being read."""
        return self._job is None

    def _read(self) -> None:
        if self._job is not None:
            self._stale = True
            return
        self._stale = False
        self._job = Job("Reading recordings", self._all)

    def _all(self) -> list[Entry]:
        """In the background: first what the index knows, for the table, then all."""
        if self._recordings is None:
            self._recordings = Recordings(self._folders, self._index)
            self._early = self._recordings.known()
        return self._recordings.refresh(self._report, self._stopped.is_set)

    def _report(self, done: int, count: int) -> None:
        self.view.busy = text("library.progress", done=done, count=count)

    def advance(self, seconds: float) -> None:
        """Take in what was read; put the rows in order when the search or the order changed."""
        if self._early is not None:
            self._take(self._early)
            self._early = None
        if self._job is not None and self._job.done:
            job, self._job = self._job, None
            found = job.result()
            if self._stale:
                self._read()
            else:
                self._take(found)
                self.view.busy = ""
        order = (self.view.search, self.view.world, self.view.column, self.view.descending)
        if order != self._order:
            self._order = order
            self._arrange()

    def _take(self, entries: list[Entry]) -> None:
        view = self.view
        self.entries, view.count, view.worlds = entries, len(entries), worlds_in(entries)
        view.parts = [entry.path for entry in entries if entry.state == "part" or _empty_part(entry)]
        if self._recordings is not None:
            last = self._recordings.last_deleted()
            view.last_deleted = "" if last is None else _deleted_name(last)
            view.told = self._recordings.told
        places = {name: _picture(name, self.stage.look.theme.name) for name in view.worlds}
        view.pictures = {name: path for name, path in places.items() if path is not None and path.is_file()}
        self._arrange()

    def _arrange(self) -> None:
        view = self.view
        if view.world not in view.worlds:
            view.world = ""
        view.rows = sorted_by(left_over(self.entries, view.search, view.world), view.column, view.descending)
        paths = {entry.path: entry for entry in view.rows}
        chosen = view.chosen and paths.get(view.chosen.path)
        view.chosen = chosen or (view.rows[0] if view.rows else None)

    # --- keys and wishes -----------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> None:
        """A recording that is dropped here is played; F2, Delete, Ctrl F and Ctrl Z."""
        if event.type == pygame.DROPFILE:
            self._wished(Wish("replay", path=Path(event.file)))
            return
        if event.type == pygame.KEYDOWN and self._key(event):
            return
        if event.type == pygame.JOYBUTTONDOWN and self._button(event.button):
            return
        super().handle(event)

    def _key(self, event: pygame.event.Event) -> bool:
        chosen, control = self.view.chosen, bool(event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META))
        if control and event.key == pygame.K_f:
            self.view.to_search = True
        elif self.view.editing is not None and event.key == pygame.K_ESCAPE:
            self.view.editing = None
        elif self.view.editing is not None or self.stage.gui.busy:
            return False
        elif control and event.key == pygame.K_z:
            self._grant(Wish("undo"))
        elif chosen is not None and event.key in (pygame.K_F2, pygame.K_DELETE):
            self._grant(Wish("edit" if event.key == pygame.K_F2 else "delete", path=chosen.path))
        elif event.key == pygame.K_ESCAPE and self.view.search:
            self.view.search = ""
        else:
            return False
        return True

    def _button(self, button: int) -> bool:
        """A gamepad's X, Y, Back and Start: it cannot get out of the table to what stands beside it."""
        if self.view.editing is not None or self.stage.gui.busy:
            return False
        chosen = self.view.chosen
        if button == UNDO_BUTTON:
            self._grant(Wish("undo"))
        elif button == SEARCH_BUTTON:
            self.view.to_search = True
            self.typing.expect()
        elif button == DELETE_BUTTON and chosen is not None:
            self._grant(Wish("delete", path=chosen.path))
        elif button == EDIT_BUTTON and chosen is not None:
            self._grant(Wish("edit", path=chosen.path))
            self.typing.expect()
        else:
            return False
        return True

    def typed(self) -> None:
        """Back to the recordings that were looked for."""
        if self.view.editing is None:
            self.view.to_rows = True

    def show(self) -> None:
        """The page."""
        wish = draw_library(self.stage.gui, self.stage.look, self.view)
        if wish is not None:
            self._grant(wish)

    def _grant(self, wish: Wish) -> None:
        if wish.what == "back":
            self.stage.pop()
        elif wish.what == "replay":
            self._wished(wish)
        elif self._recordings is not None:
            try:
                self._act(self._recordings, wish.what, wish.path)
            except Refused as refusal:
                self.stage.say(f"{refusal}.")

    def _act(self, recordings: Recordings, what: str, path: Path | None) -> None:
        entry = next((entry for entry in self.entries if entry.path == path), None)
        if what == "undo":
            restored = recordings.undo()
            if restored is not None:
                self.stage.say(text("library.restored", name=restored.name.removesuffix(".mcap")))
                self.view.chosen = None if entry is None else entry
        elif entry is None:
            return
        elif what == "edit":
            self.view.editing, self.view.opening = entry, True
            self.view.name, self.view.tags = entry.own_name, ", ".join(entry.tags)
            return
        elif what == "label":
            shelf = recordings.of(entry.path.parent)
            changed = shelf.tag(shelf.rename(entry, self.view.name), self.view.tags.split(","))
            self._replace(entry, changed)
            return
        else:
            shelf = recordings.of(entry.path.parent)
            moved = shelf.delete(entry.path) if what == "delete" else shelf.keep(entry.path)
            name = entry.name if what == "delete" else moved.name
            self.stage.say(text("library.deleted" if what == "delete" else "library.kept", name=name))
            self._replace(entry, None if what == "delete" else dataclasses.replace(entry, path=moved, state="cut"))
        self._read()

    def _replace(self, entry: Entry, changed: Entry | None) -> None:
        """Show at once what was done; the row after a deleted one is chosen."""
        rows = list(self.view.rows)
        at = next((at for at, row in enumerate(rows) if row.path == entry.path), 0)
        if changed is None:
            after = rows[at + 1 : at + 2] or rows[max(at - 1, 0) : at]
            self.view.chosen = after[0] if after else None
        elif self.view.chosen is not None and self.view.chosen.path == entry.path:
            self.view.chosen = changed
        kept = [changed if each.path == entry.path else each for each in self.entries]
        self._take([each for each in kept if each is not None])
        self.view.to_rows = True
        if self._job is not None:
            self._stale = True


def _empty_part(entry: Entry) -> bool:
    """Whether a killed program left this before it recorded anything."""
    return entry.state == "damaged" and entry.path.suffix == ".part"


def _deleted_name(trashed: Path) -> str:
    return trashed.name.partition("-")[2].removesuffix(".mcap")


@cache
def _picture(world: str, theme: str) -> Path | None:
    """Where the gallery keeps its picture of a world; None if that is not installed."""
    import worlds

    return pictures_folder() / picture_name(world, theme) if world in worlds.names() else None
