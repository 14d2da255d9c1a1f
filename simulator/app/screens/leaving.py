"""Before the window closes while it trains in the background: what is to become of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from imgui_bundle import imgui

from simulator.app.panels.parts import heading, muted, strong_button, whole_window
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.texts import text
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.shell.stage import WindowStage

FEW = 3  # folders that are named
KEEP, STOP, STAY = "keep", "stop", "stay"


class LeavingScreen(GuiScreen):
    """Asks; `decided` gets keep, stop or stay."""

    head = "train.leave.title"

    def __init__(self, stage: WindowStage, folders: Sequence[Path], decided: Callable[[str], None]) -> None:
        super().__init__(stage)
        self.words, self._decided = words_of(folders), decided

    def back(self) -> None:
        """Nothing is closed."""
        self._decided(STAY)

    def show(self) -> None:
        """The question, and its three answers."""
        gui, look = self.stage.gui, self.stage.look
        chosen = ""
        with whole_window("leaving"):
            imgui.dummy((1, look.px(20)))
            heading(gui, text("train.leave.title"), 22)
            wrapped(self.words)
            muted(look, text("train.leave.hint"))
            imgui.dummy((1, look.px(6)))
            size = (float(look.px(150)), float(look.px(38)))
            appearing = imgui.is_window_appearing()
            if strong_button(gui, look, text("train.leave.keep"), size):
                chosen = KEEP
            if appearing:
                imgui.set_item_default_focus()
                imgui.set_nav_cursor_visible(True)
            for name in (STOP, STAY):
                imgui.same_line()
                if imgui.button(text(f"train.leave.{name}"), size):
                    chosen = name
        if chosen:
            self._decided(chosen)


def words_of(folders: Sequence[Path]) -> str:
    """Which runs go on."""
    if len(folders) == 1:
        return text("train.leave.one", folder=folders[0].name)
    names = ", ".join(folder.name for folder in folders[:FEW]) + (" …" if len(folders) > FEW else "")
    return text("train.leave.many", count=len(folders), folders=names)
