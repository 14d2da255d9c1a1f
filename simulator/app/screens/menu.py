"""The menu of commands over a game, a replay or a split view: with a gamepad alone, all that keys do can be done."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import pygame

from simulator.app.play.devices import meant_key
from simulator.app.play.texts import text
from simulator.app.screens.live import LiveScene
from simulator.app.shell.controls import ANY, COMMANDS, LAYER_COMMANDS
from simulator.app.shell.gamepads import BACK_BUTTON, PAD_COMMANDS, button_words
from simulator.canvas.speech import said

if TYPE_CHECKING:
    from simulator.app.panels.menu import MenuDrawn, MenuRow, MenuView
    from simulator.app.screens.game import GameScreen
    from simulator.app.shell.stage import WindowStage

UNLISTED = ("menu", "play_pause")
"""Commands that are no entries: the menu itself, and what another entry does as well."""
STICK = (0, 1)  # axes: to the right, down
DEAD_ZONE = 0.5  # of a stick's way
MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL)
PRESSED = (*MOUSE, pygame.KEYDOWN, pygame.TEXTINPUT, pygame.JOYBUTTONDOWN, pygame.JOYHATMOTION, pygame.JOYAXISMOTION)


class CommandMenu:
    """Lists what a screen of a kind ("live" or "replay") offers now. ``offers`` tells of a command whether it does
    anything; ``state`` how it stands, in a word; ``taken`` which keys play; ``obey`` does what was chosen.
    """

    def __init__(
        self, stage: WindowStage, kind: str, offers: Callable[[str], bool], obey: Callable[[str], None],
        *, state: Callable[[str], str] = lambda name: "", taken: Callable[[], Collection[int]] = tuple,
    ) -> None:  # fmt: skip
        self.stage, self.kind = stage, kind
        self._offers, self._obey, self._state, self._taken = offers, obey, state, taken
        self.open = False
        """Whether it is seen; the game stands still then."""
        self.drawn: MenuDrawn | None = None
        """What came of drawing it last."""
        self.last = ""
        """The command that was chosen last."""
        self._stick = [0, 0]

    def show(self, on: bool) -> None:
        """Open it, or close it; what is held down then plays no seat and marks no entry."""
        if on:
            self.stage.prepare_gui().result()
        self.open, self.drawn, self._stick = on, None, [0, 0]
        self.stage.keyboard.clear()
        self.stage.gamepads.let_go()
        self.stage.gui.let_go()

    def handle(self, event: pygame.event.Event) -> bool:
        """Take in an event; whether it was used up. That something is let go of, others may hear, too."""
        if not self.open:
            return False
        stage = self.stage
        if event.type == pygame.KEYDOWN and stage.bindings.command(self.kind, meant_key(event)) in ("menu", "quit"):
            self.show(False)
            return True
        if event.type == pygame.JOYBUTTONDOWN:
            button = event.button
            if button == BACK_BUTTON or stage.buttons.at(button, self.kind) in ("menu", "quit"):
                self.show(False)
                return True
        if event.type == pygame.JOYAXISMOTION and event.axis in STICK:
            event = self._pushed(event)
        stage.gui.handle(event)
        return event.type in PRESSED

    def _pushed(self, event: pygame.event.Event) -> pygame.event.Event:
        """The stick as if it were the d-pad, for ImGui only scrolls by the stick."""
        self._stick[event.axis] = (event.value > DEAD_ZONE) - (event.value < -DEAD_ZONE)
        return pygame.event.Event(pygame.JOYHATMOTION, value=(self._stick[0], -self._stick[1]))

    def advance(self) -> bool:
        """Do what was chosen in the last frame; whether anything was."""
        asked = "" if self.drawn is None else self.drawn.asked
        if not self.open or not asked:
            return False
        self.show(False)
        if asked != "close":
            self.last = asked
            self._obey(asked)
        return True

    def draw(self) -> None:
        """Say it with ImGui's calls, inside a frame."""
        if self.open:
            from simulator.app.panels.menu import draw_menu

            self.drawn = draw_menu(self.stage.gui, self.stage.look, self.view())

    # --- what is listed --------------------------------------------------------------------------------------------

    def view(self) -> MenuView:
        """All of it as plain data."""
        from simulator.app.panels.menu import MenuRow, MenuView

        groups: dict[str, list[MenuRow]] = {}
        for command in COMMANDS:
            name = command.name
            if command.where in (ANY, self.kind) and name not in UNLISTED and self._offers(name):
                row = MenuRow(name, words_of(name, command.help), self._keys(name), self._state(name))
                groups.setdefault(said(command.group), []).append(row)
        names = [row.name for rows in groups.values() for row in rows]
        marked = self.last if self.last in names else names[0]
        return MenuView(tuple((title, tuple(rows)) for title, rows in groups.items()), text("menu.hint"), marked)

    def _keys(self, name: str) -> str:
        """What else gives a command: keys, and the button of a gamepad."""
        buttons = self.stage.buttons
        held = (each for each in PAD_COMMANDS if each.name == name and each.where in (ANY, self.kind))
        pads = [button_words(buttons.buttons[each.name]) for each in held if buttons.holds(name)]
        keys = self.stage.bindings.written(name, self.kind, self._taken())
        return " · ".join(filter(None, (said(keys), *pads)))


def words_of(name: str, about: str) -> str:
    """What an entry does; some words of the table only make sense beside a key."""
    if name in ("take_over", "quit"):
        return text(f"menu.{name}")
    return text("access.help") if name == "help" else said(about)


def menu_of(screen: GameScreen) -> CommandMenu:
    """The menu of a game or a replay."""
    scene = screen.scene

    def offers(name: str) -> bool:
        mine = isinstance(scene, LiveScene) and scene.taken is None and scene.followed in scene.table.humans
        return not (screen.idle(name) or (name == "take_over" and mine))

    def obey(name: str) -> None:
        if name == "take_over" and isinstance(scene, LiveScene) and scene.taken is not None:
            scene.take_over(False)  # a key is held for it; here it is chosen once more
        else:
            screen.command(name)

    return CommandMenu(
        screen.stage, scene.kind, offers, obey, state=lambda name: state_of(screen, name),
        taken=lambda: scene.codes if isinstance(scene, LiveScene) else (),
    )  # fmt: skip


def state_of(screen: GameScreen, name: str) -> str:
    """How what a command changes stands now, in a word."""
    scene = screen.scene
    words = {
        "pause": text("hud.paused") if scene.paused else "",
        "normal_speed": f"{scene.speed:g}×",
        "next_seat": said(scene.world.seats[scene.followed].name),
    }
    if name in words:
        return words[name]
    switches = {
        "take_over": getattr(scene, "taken", None) is not None,
        "minds": screen.minding is not None,
        "reverse": getattr(scene, "reverse", False),
        "record": getattr(scene, "recorder", None) is not None,
        "debug": screen.stage.debugging,
    } | {layer: layer in screen.layers for layer in LAYER_COMMANDS}
    if name not in switches:
        return ""
    return text("say.layer.on") if switches[name] else text("say.layer.off")
