"""Gamepads: plugged in at any time, read from events."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import pygame

from simulator.app.play.devices import LEFT_TRIGGER, RIGHT_TRIGGER, Pad
from simulator.app.play.texts import text
from simulator.app.shell.controls import ANY, LIVE, REPLAY
from worlds.kit.words import shown
from worlds.world import Refused


@dataclass(frozen=True)
class PadCommand:
    """A command that a button gives; `where` says in which scenes."""

    name: str
    button: int
    where: str = ANY


PAD_COMMANDS: tuple[PadCommand, ...] = (
    PadCommand("take_over", 4, LIVE),
    PadCommand("next_seat", 5),
    PadCommand("menu", 7),
    PadCommand("pause", 8),
    PadCommand("quit", 6),
    PadCommand("keys", 9),
    PadCommand("play_pause", 0, REPLAY),
    PadCommand("reverse", 2, REPLAY),
    PadCommand("branch", 3, REPLAY),
    PadCommand("jump", 4, REPLAY),
)
BY_BUTTON: dict[str, PadCommand] = {command.name: command for command in PAD_COMMANDS}
BUTTONS = ("A", "B", "X", "Y", "LB", "RB", "Back", "Start")
"""Names of buttons by number, of an Xbox layout; others go by their number, such as 9 for a stick that is pressed."""
PLAYED = range(4)
"""Buttons with which worlds are played: no commands of live games."""
BACK_BUTTON = 1  # B goes back on every page, and leaves a replay
MOST_BUTTONS = 64
PLAYS = "plays"
"""What a button does that is none of a command."""
WAYS = {(-1, 0): "seek_back", (1, 0): "seek_forward", (0, 1): "next_mark", (0, -1): "previous_mark"}
"""The d-pad in replays."""
TRIGGER_AXES = {2: LEFT_TRIGGER, 5: RIGHT_TRIGGER}  # of an Xbox layout, as pygame's documentation of joysticks has it
PULLED = 0.0  # of an axis that rests at −1


def button_name(button: int) -> str:
    """A button as a file of settings names it."""
    return BUTTONS[button] if button < len(BUTTONS) else str(button)


def button_words(button: int) -> str:
    """A button for people."""
    return BUTTONS[button] if button < len(BUTTONS) else text("keys.button", number=button)


def button_of(name: str) -> int:
    """The button of a name.

    Raises:
        Refused: there is none of that name.
    """
    if name in BUTTONS:
        return BUTTONS.index(name)
    if not (name.isascii() and name.isdecimal() and len(name) < 4 and int(name) < MOST_BUTTONS):
        raise Refused(f"button {shown(name)} is unknown: use {', '.join(BUTTONS)} or the number of another one")
    return int(name)


class PadBindings:
    """Which button gives which command: the defaults, with the user's own buttons in their place.

    Raises:
        Refused: an unknown command or button, a button that plays a seat there, or two commands on one.
    """

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self.buttons = {command.name: command.button for command in PAD_COMMANDS}
        for name, word in (own or {}).items():
            if name not in BY_BUTTON:
                raise Refused(f"command {shown(name)} has no button: there are {', '.join(BY_BUTTON)}")
            self.buttons[name] = button_of(word)
        self._commands: dict[str, dict[int, str]] = {LIVE: {}, REPLAY: {BACK_BUTTON: "quit"}}
        for name in (*(own or {}), *BY_BUTTON):  # the user's own first: they take a button away from a default
            button = self.buttons[name]
            if name in (own or {}) and (holder := self.holder(name, button)) is not None:
                raise Refused(
                    f"button {button_name(button)} is given to {name}, and already {holder}: one button, one command"
                )
            for scene in _scenes(name):
                self._commands[scene].setdefault(button, name)

    def holder(self, name: str, button: int) -> str | None:
        """What else a button does where a command of this name is given: another command, or "plays"; None: nothing."""
        if LIVE in _scenes(name) and button in PLAYED:
            return PLAYS
        found = (self.at(button, scene) for scene in _scenes(name))
        return next((other for other in found if other not in (None, name)), None)

    def at(self, button: int, scene: str) -> str | None:
        """The command of a button in a scene ("live" or "replay"), or None."""
        return self._commands[scene].get(button)

    def holds(self, name: str) -> bool:
        """Whether a command has its button: another one may have taken it away."""
        return all(self.at(self.buttons[name], scene) == name for scene in _scenes(name))

    def command(self, event: pygame.event.Event, scene: str) -> str | None:
        """The command that a gamepad gives in a scene, or None; a seat is taken over for as long as its button is held,
        which is no command.
        """
        if event.type == pygame.JOYHATMOTION:
            return WAYS.get(tuple(event.value)) if scene == REPLAY else None
        name = self.at(event.button, scene) if event.type == pygame.JOYBUTTONDOWN else None
        return None if name == "take_over" else name


def _scenes(name: str) -> tuple[str, ...]:
    where = BY_BUTTON[name].where
    return (LIVE, REPLAY) if where == ANY else (where,)


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

    def let_go(self) -> None:
        """Buttons that are down chose something in a menu: none of them plays until it is pressed anew."""
        for pad in self.pads.values():
            pad.tapped.clear()
            pad.held.clear()

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
