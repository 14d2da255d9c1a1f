"""Gamepads: plugged in at any time, read from events."""

from __future__ import annotations

import contextlib

import pygame

from simulator.app.play.devices import LEFT_TRIGGER, RIGHT_TRIGGER, Pad
from simulator.app.play.texts import text
from simulator.app.shell.controls import REPLAY

TAKE_OVER_BUTTON = 4  # left shoulder
NEXT_SEAT_BUTTON = 5  # right shoulder
PAUSE_BUTTON = 7  # start
LEAVE_BUTTON = 6  # back, or select
IN_GAMES = {NEXT_SEAT_BUTTON: "next_seat", PAUSE_BUTTON: "pause", LEAVE_BUTTON: "quit"}
"""Buttons that no world is played with, and their commands."""
JUMP_BUTTON = 4  # left shoulder, with which nobody takes over a seat of a replay
IN_REPLAYS = {
    **IN_GAMES, 0: "play_pause", 1: "quit", 2: "reverse", 3: "branch", JUMP_BUTTON: "jump",  # A, B, X, Y
}  # fmt: skip
WAYS = {(-1, 0): "seek_back", (1, 0): "seek_forward", (0, 1): "next_mark", (0, -1): "previous_mark"}
"""The d-pad in replays."""
TRIGGER_AXES = {2: LEFT_TRIGGER, 5: RIGHT_TRIGGER}  # of an Xbox layout, as pygame's documentation of joysticks has it
PULLED = 0.0  # of an axis that rests at −1


def pad_command(event: pygame.event.Event, scene: str) -> str | None:
    """The command that a gamepad gives in a scene ("live" or "replay"), or None."""
    if event.type == pygame.JOYHATMOTION:
        return WAYS.get(tuple(event.value)) if scene == REPLAY else None
    if event.type != pygame.JOYBUTTONDOWN:
        return None
    return (IN_REPLAYS if scene == REPLAY else IN_GAMES).get(event.button)


class Gamepads:
    """All gamepads, in the order in which they came. The joystick subsystem starts with the first `start`."""

    def __init__(self) -> None:
        self.pads: dict[int, Pad] = {}
        self._opened: dict[int, pygame.joystick.JoystickType] = {}

    def start(self) -> None:
        """Look for gamepads from now on; a machine without that subsystem simply has none."""
        with contextlib.suppress(pygame.error):
            pygame.joystick.init()

    def seat(self, order: int) -> Pad | None:
        """The gamepad that came as number `order`."""
        pads = list(self.pads.values())
        return pads[order] if order < len(pads) else None

    def handle(self, event: pygame.event.Event) -> str | None:
        """Take in an event; the message to show, if it says something new."""
        if event.type == pygame.JOYDEVICEADDED:
            return self._add(event.device_index)
        if event.type == pygame.JOYDEVICEREMOVED:
            self._opened.pop(event.instance_id, None)
            pad = self.pads.pop(event.instance_id, None)
            return text("say.pad_gone", name=pad.name) if pad else None
        if event.type in (pygame.JOYAXISMOTION, pygame.JOYHATMOTION, pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
            self._change(self.pads.setdefault(event.instance_id, Pad()), event)
        return None

    def ticked(self) -> None:
        """Taps have been used up."""
        for pad in self.pads.values():
            pad.tapped.clear()

    def _add(self, index: int) -> str | None:
        try:
            joystick = pygame.joystick.Joystick(index)
        except pygame.error:  # it is gone again
            return None
        identity = joystick.get_instance_id()
        self._opened[identity] = joystick  # closing it would stop its events
        self.pads[identity] = Pad(joystick.get_name())
        return text("say.pad_ready", name=joystick.get_name())

    @staticmethod
    def _change(pad: Pad, event: pygame.event.Event) -> None:
        if event.type == pygame.JOYAXISMOTION and event.axis in (0, 1):
            pad.stick[event.axis] = event.value
        elif event.type == pygame.JOYAXISMOTION and event.axis in TRIGGER_AXES:
            (pad.held.add if event.value > PULLED else pad.held.discard)(TRIGGER_AXES[event.axis])
        elif event.type == pygame.JOYHATMOTION:
            pad.hat = (event.value[0], event.value[1])
        elif event.type == pygame.JOYBUTTONDOWN:
            pad.held.add(event.button)
            pad.tapped.add(event.button)
        elif event.type == pygame.JOYBUTTONUP:
            pad.held.discard(event.button)
