"""Opening a recording: folders and recordings to choose from, by keys, mouse or gamepad."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pygame
from imgui_bundle import imgui

from simulator.app.panels.gallery import Wish
from simulator.app.panels.parts import box, heading, muted, whole_window
from simulator.app.play.catalogue import files_in, folders_in
from simulator.app.play.texts import text
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.shell.stage import WindowStage


class OpenScreen(GuiScreen):
    """Shows one folder at a time."""

    page, head = "open", "open.title"

    def __init__(self, stage: WindowStage, wished: Callable[[Wish], None], folder: Path | None = None) -> None:
        super().__init__(stage)
        self._wished = wished
        self.go(folder or Path.cwd())

    def go(self, folder: Path) -> None:
        """Show a folder."""
        self.folder = folder.absolute()
        self.folders, self.files = folders_in(self.folder), files_in(self.folder)

    def handle(self, event: pygame.event.Event) -> None:
        """A recording that is dropped here is played."""
        if event.type == pygame.DROPFILE:
            self._wished(Wish("replay", path=Path(event.file)))
            return
        super().handle(event)

    def show(self) -> None:
        """The folder."""
        gui, look = self.stage.gui, self.stage.look
        with whole_window("open"):
            if imgui.button(f"\uf060  {text('setup.back')}"):
                self.stage.pop()
            imgui.same_line()
            heading(gui, text("open.title"), 22)
            muted(look, str(self.folder))
            imgui.same_line()
            imgui.text_disabled(text("open.drop"))
            with box("files", (0.0, 0.0)):
                self._rows()

    def _rows(self) -> None:
        target: Path | None = None
        if imgui.is_window_appearing():
            imgui.set_keyboard_focus_here()
        if self.folder.parent != self.folder and imgui.selectable(f"\uf062  {text('open.up')}", False)[0]:
            target = self.folder.parent
        for folder in self.folders:
            if imgui.selectable(f"\uf07b  {folder.name}", False)[0]:
                target = folder
        for path in self.files:
            if imgui.selectable(f"\uf144  {path.name}", False)[0]:
                self._wished(Wish("replay", path=path))
        if not self.files and not self.folders:
            imgui.text_disabled(text("open.empty"))
        if target is not None:
            self.go(target)
