"""What the screens made of ImGui's parts have in common."""

from __future__ import annotations

import pygame

from simulator.app.panels.parts import draw_messages
from simulator.app.play.devices import meant_key
from simulator.app.shell.controls import LIVE
from simulator.app.shell.stage import FRAMES, Stage

OURS = ("theme", "smaller_text", "larger_text", "fullscreen", "screenshot", "debug", "quit")
"""Commands that these screens obey; other keys belong to ImGui."""


class GuiScreen:
    """Hands events to ImGui, and paints what `show` says."""

    frames = FRAMES
    showing = resting = True

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def enter(self) -> None:
        """It is seen from now on."""

    def leave(self) -> None:
        """Nothing is open."""

    def handle(self, event: pygame.event.Event) -> None:
        """The window's own keys first, then ImGui."""
        if event.type == pygame.KEYDOWN:
            name = self.stage.bindings.command(LIVE, meant_key(event))
            if name in OURS and (event.key == pygame.K_ESCAPE or event.key >= pygame.K_F1):
                self.stage.command(name)
                return
        self.stage.gui.handle(event)

    def advance(self, seconds: float) -> None:
        """Time changes nothing."""

    def draw(self, surface: pygame.Surface, seconds: float) -> None:
        """Paint the screen."""
        gui = self.stage.gui
        gui.begin(surface.get_size(), seconds)
        self.show()
        draw_messages(gui, self.stage.look, self.stage.recent())
        gui.end(surface)

    def show(self) -> None:
        """Say with ImGui's calls what is seen, and act on what was pressed."""
        raise NotImplementedError
