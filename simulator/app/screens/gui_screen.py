"""What the screens made of ImGui's parts have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from simulator.app.panels.parts import draw_messages
from simulator.app.play.devices import meant_key
from simulator.app.shell.controls import LIVE
from simulator.app.shell.stage import FRAMES, WindowStage

if TYPE_CHECKING:
    from simulator.app.shell.accessibility.page import PageMaker

OURS = ("theme", "smaller_text", "larger_text", "fullscreen", "screenshot", "debug", "quit")
"""Commands that these screens obey; other keys belong to ImGui."""
BACK_BUTTON = 1  # of a gamepad: B


class GuiScreen:
    """Hands events to ImGui, and paints what `show` says."""

    frames = FRAMES
    showing = resting = True

    def __init__(self, stage: WindowStage) -> None:
        self.stage = stage

    def enter(self) -> None:
        """It is seen from now on."""

    def leave(self) -> None:
        """Nothing is open."""

    def handle(self, event: pygame.event.Event) -> None:
        """The window's own keys first, then ImGui."""
        if event.type == pygame.KEYDOWN:
            name = self.stage.bindings.command(LIVE, meant_key(event))
            escapes = event.key == pygame.K_ESCAPE and not self.stage.gui.busy
            if name in OURS and (escapes or pygame.K_F1 <= event.key <= pygame.K_F15):
                self.stage.command(name)
                return
        if event.type == pygame.JOYBUTTONDOWN and event.button == BACK_BUTTON and not self.stage.gui.busy:
            self.back()
            return
        self.stage.gui.handle(event)

    def back(self) -> None:
        """The gamepad's button for it was pressed."""
        self.stage.pop()

    def advance(self, seconds: float) -> None:
        """Time changes nothing."""

    def draw(self, surface: pygame.Surface, seconds: float) -> None:
        """Paint the screen."""
        gui = self.stage.gui
        gui.begin(surface.get_size(), seconds)
        self.show()
        draw_messages(gui, self.stage.look, self.stage.recent())
        gui.end(surface)

    def tell(self, page: PageMaker) -> None:
        """All of it is said to ImGui, which is overheard."""

    def show(self) -> None:
        """Say with ImGui's calls what is seen, and act on what was pressed."""
        raise NotImplementedError
