"""What a game screen says in words of its own: its page of keys, and why a followed seat's view stays hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.app.panels import overlay
from simulator.app.play.texts import text
from simulator.app.screens.live import LiveScene
from simulator.app.shell.controls import COMMANDS, LIVE

if TYPE_CHECKING:
    from simulator.app.screens.game import GameScreen


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
