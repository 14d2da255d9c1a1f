"""When a live game stands still until its person has answered: as a what-if begins, and before a trial is lost."""

from __future__ import annotations

from collections.abc import Collection

import pygame

from simulator.app.panels.views import Banner
from simulator.app.play.devices import meant_key
from simulator.app.play.texts import text
from simulator.app.screens.live import LiveScene
from simulator.app.screens.scene import Scene
from simulator.app.screens.what_if_list import COMMANDS as WALKS
from simulator.app.shell.stage import WindowStage


class Halt:
    """Asks one thing at a time; keys that give one of ``commands`` are not meant as an answer."""

    def __init__(self, stage: WindowStage, scene: Scene, commands: Collection[str]) -> None:
        self.stage, self.scene, self._commands = stage, scene, commands
        self.standing = False
        """It goes on from a frame of a replay as soon as its person presses a key."""
        self.leaving = False
        """It is asked whether the game is to be left in the middle of a trial."""

    @property
    def on(self) -> bool:
        """Whether the world stands still."""
        return self.standing or self.leaving

    @property
    def banner(self) -> Banner | None:
        """What is asked."""
        if self.leaving:
            return Banner(text("leave.title"), text("leave.keys"), False)
        return Banner(text("whatif.stands"), text("whatif.press")) if self.standing else None

    def before_leaving(self) -> bool:
        """Ask, if a person would lose a trial that is under way by leaving; whether it is asked."""
        scene, w = self.scene, self.scene.simulation.w
        under_way = scene.ticks > 0 and (int(w["tick"]) > 0 or int(w["episode"]) > 0)
        if self.on or not under_way or not isinstance(scene, LiveScene) or not scene.table.humans:
            return False
        self.leaving = True
        self.stage.keyboard.clear()
        return True

    def handle(self, event: pygame.event.Event) -> bool:
        """Escape leaves where that was asked; any other key, or a click, goes on. Whether that used the event up."""
        if not self.on:
            return False
        if event.type == pygame.KEYDOWN:
            name = self.stage.bindings.command(self.scene.kind, meant_key(event))
            if self.leaving and name == "quit":
                self.stage.pop()
                return True
            if name in self._commands or (self.standing and name in WALKS):
                return False
        elif self.leaving and self.stage.buttons.command(event, self.scene.kind) == "quit":
            self.stage.pop()
            return True
        elif event.type not in (pygame.MOUSEBUTTONDOWN, pygame.JOYBUTTONDOWN):
            return False
        self.standing = self.leaving = False
        return True
