"""Typing with a gamepad: where A begins a field of text, keys come onto the screen and take the pad's presses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pygame

from simulator.app.panels.screen_keys import draw_screen_keys, label
from simulator.app.play.screen_keys import ScreenKeys
from simulator.app.play.texts import text

if TYPE_CHECKING:
    from simulator.app.shell.accessibility.page import PageMaker
    from simulator.app.shell.stage import WindowStage

A, B, X = 0, 1, 2  # buttons
STICK = (0, 1)  # axes: to the right, down
DEAD_ZONE = 0.5  # of a stick's way
BY_HAND = (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN)  # of who has a keyboard or a mouse


class PadTyping:
    """The keyboard on the screen of a page, while it is there."""

    def __init__(self, stage: WindowStage, ended: Callable[[], None]) -> None:
        self.stage, self._ended = stage, ended
        self.keys: ScreenKeys | None = None
        self._asked = False
        """Whether the last press was the pad's A: a field that begins to be edited is edited by pad."""
        self._stick = [0, 0]
        self._told: str | None = None

    def handle(self, event: pygame.event.Event) -> bool:
        """Take in an event; whether it was meant for these keys. ImGui hears of all that is let go of."""
        if event.type in BY_HAND:
            self._asked, self.keys = False, None
        elif event.type == pygame.JOYBUTTONDOWN:
            self._asked = event.button == A
            if self.keys is not None:
                self._press(self.keys, event.button)
                return True
            if self._asked and self.stage.gui.field is not None:  # where the shoulders led into a field
                self.keys = ScreenKeys()
                return True
        elif self.keys is not None and event.type == pygame.JOYHATMOTION:
            self.keys.hold((event.value[0], -event.value[1]))
            return any(event.value)
        elif self.keys is not None and event.type == pygame.JOYAXISMOTION and event.axis in STICK:
            self._stick[event.axis] = (event.value > DEAD_ZONE) - (event.value < -DEAD_ZONE)
            self.keys.hold((self._stick[0], self._stick[1]))
            return abs(event.value) > DEAD_ZONE
        return False

    def _press(self, keys: ScreenKeys, button: int) -> None:
        gui = self.stage.gui
        if button == B:
            self.close()
        elif button == X:
            gui.rub_out()
        elif button == A:
            key = keys.press()
            if key.word == "done":
                self._end()
                gui.enter()
            elif key.word == "delete":
                gui.rub_out()
            elif key.word != "shift":
                gui.write(key.sign or " ")

    def close(self) -> None:
        """Leave the field as it is now."""
        self._end()
        self.stage.gui.end_editing()

    def _end(self) -> None:
        self.keys, self._asked = None, False
        self._ended()

    def expect(self) -> None:
        """A press of the pad leads into a field: the keys come with it."""
        self._asked = True

    def draw(self, seconds: float) -> None:
        """Come and go with the field; between the frame's begin and its end."""
        field = self.stage.gui.field
        if field is None:
            self.keys = None
        elif self.keys is None and self._asked:
            self.keys = ScreenKeys()
        if self.keys is not None and field is not None:
            self.keys.advance(seconds)
            draw_screen_keys(self.stage.gui, self.stage.look, self.keys, field)

    def tell(self, page: PageMaker) -> None:
        """Read the marked key aloud whenever it is another one."""
        now = None if self.keys is None else label(self.keys.marked)
        if now is not None and now != self._told:
            page.announce(now if self._told is not None else f"{text('type.opened')}: {now}")
        self._told = now
