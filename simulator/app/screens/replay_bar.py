"""What stands around a replay: the bar below it, drawn with ImGui, and what its buttons, marks and keys do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pygame

from simulator.app.play.texts import text
from simulator.app.screens.replay import ReplayScene
from simulator.app.shell.controls import REPLAY
from simulator.app.shell.stage import WindowStage

if TYPE_CHECKING:
    from simulator.app.panels.timeline import Timeline

MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL)
KEYBOARD = (pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT)
FOOT = 108  # px at text scale 1 until ImGui is there to say it


class ReplayBar:
    """Hands events to ImGui where they belong to the bar, and grants what was pressed there."""

    def __init__(self, stage: WindowStage, scene: ReplayScene, command: Callable[[str], None]) -> None:
        self.stage, self.scene, self._command = stage, scene, command
        self.timeline: Timeline | None = None
        """The bar; there as soon as ImGui is."""
        self.box = pygame.Rect(0, 0, 1, 1)
        self._asked = False
        stage.prepare_gui()

    @property
    def busy(self) -> bool:
        """Whether it is still found out what happened in the recording."""
        survey = self.scene.survey
        return self.timeline is None or (survey is not None and not survey.done)

    def height(self, size: tuple[int, int]) -> int:
        """Pixels that the bar takes of a window of this size."""
        if not self.stage.has_gui:
            return self.stage.look.px(FOOT)
        from simulator.app.panels.timeline import bar_height

        return bar_height(self.stage.look, size[1])

    def handle(self, event: pygame.event.Event) -> bool:
        """Take in an event; whether it was meant for the bar."""
        if self.timeline is None:
            return False
        gui = self.stage.gui
        if event.type in MOUSE:
            mine = self.timeline.dragging or gui.busy
            gui.handle(event)
            return mine or self.box.collidepoint(getattr(event, "pos", pygame.mouse.get_pos()))
        if event.type in KEYBOARD and self.timeline.typing:
            gui.handle(event)
            return True
        return False

    def jump(self) -> None:
        """Let a time be typed in."""
        if self.timeline is not None:
            self.timeline.jump()

    def say(self, gui: Any, box: pygame.Rect) -> None:
        """Say the bar with ImGui's calls, inside a frame, and do what was pressed."""
        if self.timeline is None:
            from simulator.app.panels.timeline import Timeline

            self.timeline = Timeline(self.scene, lambda name: self.stage.bindings.written(name, REPLAY))
        self.box = box
        for wish in self.timeline.say(gui, self.stage.look, box):
            self._grant(wish.what, wish.amount)

    def _grant(self, what: str, amount: float) -> None:
        scene = self.scene
        if what == "seek":
            scene.seek(amount)
        elif what == "speed":
            scene.set_speed(amount)
        elif what == "time":
            scene.seek(amount / scene.world.timing.tick)
        elif what == "bad_time":
            scene.say(text("replay.bad_time"))
        else:
            self._command(what)
