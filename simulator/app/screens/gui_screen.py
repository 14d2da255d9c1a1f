"""What the screens made of ImGui's parts have in common."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import pygame

from simulator.app.panels.page_keys import draw_page_keys, page_keys
from simulator.app.panels.parts import draw_messages
from simulator.app.play.devices import meant_key
from simulator.app.play.texts import text
from simulator.app.screens.pad_typing import PadTyping
from simulator.app.shell.controls import LIVE
from simulator.app.shell.gamepads import BACK_BUTTON
from simulator.app.shell.stage import FRAMES, WindowStage

if TYPE_CHECKING:
    from simulator.app.shell.accessibility.page import PageMaker

OURS = ("theme", "smaller_text", "larger_text", "fullscreen", "screenshot", "debug", "keys", "quit")
"""Commands that these screens obey, and help; other keys belong to ImGui."""


class GuiScreen:
    """Hands events to ImGui, and paints what `show` says."""

    frames = FRAMES
    showing = resting = True
    page = ""
    """Its name in the table of texts, where its own keys stand."""
    head = ""
    """What heads it, in that table; the gallery is headed by the program's name."""

    def __init__(self, stage: WindowStage) -> None:
        self.stage = stage
        self.helping = False
        """Whether the page's keys are shown."""
        self.typing = PadTyping(stage, self.typed)
        self._measured: Hashable = ()

    @property
    def title(self) -> str:
        """What heads the page."""
        return text(self.head) if self.head else ""

    def enter(self) -> None:
        """It is seen from now on."""

    def leave(self) -> None:
        """Nothing is open."""

    def handle(self, event: pygame.event.Event) -> None:
        """The window's own keys first, then those on the screen, then ImGui."""
        if event.type == pygame.KEYDOWN:
            name = self.stage.bindings.command(LIVE, meant_key(event))
            escapes = event.key == pygame.K_ESCAPE and not self.stage.gui.busy
            if escapes and name is None:
                name = "quit"  # Esc leads out of a page, whatever key leaves a game
            if self._help(name, event.key, escapes):
                return
            if name in OURS and (escapes or pygame.K_F1 <= event.key <= pygame.K_F15):
                self.stage.command(name)
                return
        if self.typing.handle(event):
            return
        if event.type == pygame.JOYBUTTONDOWN and event.button == BACK_BUTTON and not self.stage.gui.busy:
            self.back()
            return
        self.stage.gui.handle(event)

    def _help(self, name: str | None, key: int, escapes: bool) -> bool:
        """Open the page of keys, or close it; whether the key was meant for that."""
        if name == "help" and pygame.K_F1 <= key <= pygame.K_F15:  # its other keys may be typed
            self.helping = not self.helping
            return True
        if self.helping and escapes:
            self.helping = False
            return True
        return self.helping and name not in OURS

    def back(self) -> None:
        """The gamepad's button for it was pressed."""
        self.stage.pop()

    def typed(self) -> None:
        """Somebody who wrote with a gamepad is done with a field."""

    def advance(self, seconds: float) -> None:
        """Time changes nothing."""

    @property
    def parts(self) -> Hashable:
        """What it is made of; where that is new, ImGui lays it out once unseen, or its tables would begin collapsed."""
        return type(self).__name__

    def draw(self, surface: pygame.Surface, seconds: float) -> None:
        """Paint the screen."""
        gui = self.stage.gui
        if self.parts != self._measured:
            self._measured = self.parts
            with gui.unseen(surface.get_size()):
                self.show()
            if self.stage.top is not self:  # something was pressed that led elsewhere
                return
        gui.begin(surface.get_size(), seconds)
        self.show()
        if self.helping:
            draw_page_keys(gui, self.stage.look, page_keys(self.page, self.stage.bindings))
        draw_messages(gui, self.stage.look, self.stage.recent())
        self.typing.draw(seconds)
        gui.end(surface)

    def tell(self, page: PageMaker) -> None:
        """All but the keys on the screen is said to ImGui, which is overheard."""
        self.typing.tell(page)

    def show(self) -> None:
        """Say with ImGui's calls what is seen, and act on what was pressed."""
        raise NotImplementedError
