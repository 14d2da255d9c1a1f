"""What a game screen says in words of its own: its page of keys, and why a followed seat's view stays hidden."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from simulator.app.panels import overlay
from simulator.app.panels.card import card_of, draw_card, draw_help, marks_of
from simulator.app.play.texts import text
from simulator.app.screens.live import LiveScene
from simulator.app.shell.controls import COMMANDS, LIVE
from simulator.app.shell.gamepads import button_words

if TYPE_CHECKING:
    from simulator.app.screens.game import GameScreen
    from simulator.app.shell.gui import Gui


def say_over(screen: GameScreen, gui: Gui) -> None:
    """The page of rules and keys, or the card before the game."""
    look, scene, stage = screen.stage.look, screen.scene, screen.stage
    who = [scene.who(seat) for seat in range(len(scene.world.seats))]
    if screen.helping:
        if asked := draw_help(gui, look, scene.world, marks_of(scene.world, who), keys_of(screen)):
            screen.command(asked)
    elif screen.reading:
        humans = scene.table.humans if isinstance(scene, LiveScene) else ()
        take_over = stage.bindings.written("take_over", LIVE)
        people = list(scene.people) if isinstance(scene, LiveScene) else ()
        hands = screen.hands_of(scene.followed)
        card = card_of(scene.world, humans, who, hands, take_over, people)
        if stage.gamepads.pads and stage.buttons.holds("menu"):
            card = dataclasses.replace(card, pad=button_words(stage.buttons.buttons["menu"]))
        draw_card(gui, look, card, screen.card_left)


def keys_of(screen: GameScreen) -> list[overlay.Section]:
    """What the help page shows now."""
    scene = screen.scene
    taken, play = (scene.codes, scene.by_hand.help()) if isinstance(scene, LiveScene) else ((), [])
    useless = [command.name for command in COMMANDS if screen.idle(command.name)]
    return overlay.help_sections(screen.stage.bindings, scene.kind, play, taken, useless)


def tell_kept(screen: GameScreen) -> None:
    """Say that the camera follows a seat whose view stays hidden, and what would show it."""
    scene = screen.scene
    if not isinstance(scene, LiveScene) or scene.viewer in (None, scene.followed):
        return
    seat, more = scene.world.seats[scene.followed].name, "fog" if "fog" in screen.arena.layers else "hidden"
    key = screen.stage.bindings.written(more, LIVE, scene.codes)
    screen.stage.say(text("see.kept.more", seat=seat, key=key) if key else text("see.kept", seat=seat))


def tell_hurried(screen: GameScreen) -> None:
    """Say that a trial is over, where its page does not come by itself."""
    scene = screen.scene
    taken = scene.codes if isinstance(scene, LiveScene) else ()
    screen.stage.say(text("summary.hurried", key=screen.stage.bindings.written("summary", LIVE, taken)))
