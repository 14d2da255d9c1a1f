"""Other keys and buttons: a command is chosen, and the next key that is pressed gives it from then on."""

from __future__ import annotations

from collections.abc import Callable

import pygame

from simulator.app.panels.card import caps
from simulator.app.panels.keys import BUTTON, KEY, KeyRow, KeysView, Place, draw_keys
from simulator.app.play.devices import key_code, key_label, meant_key
from simulator.app.play.texts import text
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.shell.controls import ANY, BY_NAME, COMMANDS
from simulator.app.shell.gamepads import BY_BUTTON, PAD_COMMANDS, PLAYS, button_name, button_words
from simulator.app.shell.stage import WindowStage
from simulator.canvas.speech import said
from worlds.world import Refused

MODIFIERS = (
    pygame.K_LSHIFT, pygame.K_RSHIFT, pygame.K_LCTRL, pygame.K_RCTRL, pygame.K_LALT, pygame.K_RALT, pygame.K_LMETA,
    pygame.K_RMETA, pygame.K_MODE,
)  # fmt: skip
"""Keys that may be held to press another one: they count once they are let go of."""
SIGNS = {pygame.K_QUESTION: "?", pygame.K_PLUS: "+"}
JOYS = (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP, pygame.JOYHATMOTION, pygame.JOYAXISMOTION)


class KeysScreen(GuiScreen):
    """Changes keys and buttons of the window; `changed` is called after each change."""

    page, head = "keys", "keys.title"

    def __init__(self, stage: WindowStage, changed: Callable[[], None]) -> None:
        super().__init__(stage)
        self._changed = changed
        self.view = KeysView()
        self._held: int | None = None
        self._list()

    def enter(self) -> None:
        """Nothing is waited for."""
        self.view.waiting = self._held = None

    # --- what is shown -------------------------------------------------------------------------------------------

    def _list(self) -> None:
        """All commands with what gives them now."""
        self.view.groups, bindings = [], self.stage.bindings
        for command in COMMANDS:
            rows = next((rows for title, rows in self.view.groups if title == said(command.group)), None)
            if rows is None:
                rows = []
                self.view.groups.append((said(command.group), rows))
            keys = caps(bindings.written(command.name))
            own = bindings.keys[command.name] != command.keys
            rows.append(KeyRow(command.name, keys, words_of(command.name), own=own))
        self.view.pads = [self._button_row(command.name) for command in PAD_COMMANDS]

    def _button_row(self, name: str) -> KeyRow:
        buttons, usual = self.stage.buttons, BY_BUTTON[name]
        shown = (button_words(buttons.buttons[name]),) if buttons.holds(name) else ()
        note = "" if usual.where in (ANY, BY_NAME[name].where) else text(f"keys.in.{usual.where}")
        words = words_of("pause" if name == "play_pause" else name)
        return KeyRow(name, shown, words, note, own=buttons.buttons[name] != usual.button)

    def show(self) -> None:
        """The page."""
        asked = draw_keys(self.stage.gui, self.stage.look, self.view)
        if asked == "back":
            self.stage.pop()
        elif asked == "usual":
            self._bind({}, {})
            self.stage.say(text("keys.usual.done"))
        elif isinstance(asked, tuple):
            self.view.waiting, self.view.problem, self._held = asked, "", None
            self.stage.gui.let_go()  # what is let go of from now on is not for the page

    # --- what is pressed -----------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> None:
        """While a new key is waited for, whatever is pressed is that key; a click, or Escape, leaves all as it was."""
        waiting = self.view.waiting
        if waiting is None:
            super().handle(event)
        elif event.type == pygame.KEYDOWN:
            self._key_down(waiting, event)
        elif event.type == pygame.KEYUP:
            if self._held is not None and event.key == self._held:
                self._take_key(waiting, event.key)
        elif event.type == pygame.JOYBUTTONDOWN:
            self._take_button(waiting, event.button) if waiting[1] == BUTTON else self._give_up()
        elif event.type not in JOYS:
            if event.type in (pygame.MOUSEBUTTONDOWN, pygame.WINDOWFOCUSLOST):
                self._give_up()
            super().handle(event)

    def _give_up(self) -> None:
        self.view.returned, self.view.waiting, self._held = self.view.waiting, None, None

    def _key_down(self, waiting: Place, event: pygame.event.Event) -> None:
        if event.key == pygame.K_ESCAPE and waiting != ("quit", KEY):
            self._give_up()
        elif waiting[1] == BUTTON:
            return
        elif event.key in MODIFIERS:
            self._held = event.key
        else:
            self._take_key(waiting, meant_key(event))

    def _take_key(self, waiting: Place, code: int) -> None:
        """The new key of a command, unless another command has it."""
        name, bindings = waiting[0], self.stage.bindings
        self._give_up()
        key = SIGNS.get(code) or pygame.key.name(code)
        if not is_named(key, code):
            self.view.problem = text("keys.nameless")
        elif (holder := bindings.holder(name, code)) is not None:
            self.view.problem = text("keys.taken", key=key_label(key), command=words_of(holder))
        else:
            usual = BY_NAME[name].keys
            own = {other: keys for other, keys in self.stage.settings.keys.items() if other != name}
            if code not in map(key_code, usual) or any(bindings.holder(name, key_code(each)) for each in usual):
                own[name] = [key]
            if self._bind(own, self.stage.settings.buttons):
                self.stage.say(text("keys.now", command=words_of(name), key=key_label(key)))

    def _take_button(self, waiting: Place, button: int) -> None:
        """The new button of a command, unless another command has it, or it plays."""
        name, words = waiting[0], button_words(button)
        self._give_up()
        holder = self.stage.buttons.holder(name, button)
        if holder == PLAYS:
            self.view.problem = text("keys.plays", key=words)
        elif holder is not None:
            self.view.problem = text("keys.taken.button", key=words, command=words_of(holder))
        else:
            own = {other: each for other, each in self.stage.settings.buttons.items() if other != name}
            if button != BY_BUTTON[name].button:
                own[name] = button_name(button)
            if self._bind(self.stage.settings.keys, own):
                self.stage.say(text("keys.now", command=words_of(name), key=words))

    def _bind(self, keys: dict[str, str | list[str]], buttons: dict[str, str]) -> bool:
        """Obey these, and keep them; whether they can be."""
        self.view.problem = ""
        try:
            self.stage.bind(keys, buttons)
        except Refused as refusal:
            self.view.problem = f"{refusal}."
            return False
        self._list()
        self._changed()
        return True


def words_of(name: str) -> str:
    """What a command does, for people."""
    if name in ("help", "play_pause"):  # whose own words only say what they mean among the others of the help page
        return text(f"keys.words.{name}")
    return said(BY_NAME[name].help)


def is_named(key: str, code: int) -> bool:
    """Whether the name of a key leads back to it."""
    try:
        return bool(key) and key_code(key) == code
    except Refused:
        return False
