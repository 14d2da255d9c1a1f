"""The pictures of the traffic worlds in docs/pictures, made anew as the window shows them, without a window.

Run: python tests/tools/pictures.py [WORLD …] [--out FOLDER]

The shipped agent of a world has its seats where it learned the world's present version; elsewhere bots play. Look at
every picture before you keep it: what happens at its moment changes with rules and players.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
import pygame
from PIL import Image

from simulator.app.commands.opening import GameSettings, make_session
from simulator.app.play.seating import fitting_agent, seats_for
from simulator.app.screens.app import App
from simulator.app.shell.settings import WindowSettings
from worlds.kit.writing import write_bytes

SIZE = (1280, 800)  # px
COARSE, FINE = 1 / 6, 1 / 60  # s, of frames at first and at last
CALM = 2.0  # s before the moment in which frames are fine
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"


@dataclasses.dataclass(frozen=True)
class Shot:
    """One moment of a world."""

    seconds: float
    """Of the world, since its trial began."""
    build: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    commands: tuple[str, ...] = ()
    """Of `simulator.app.shell.controls`, given at the begin."""


SHOTS = {
    "highway": Shot(13.0),
    "junction": Shot(21.0),
    "routes": Shot(60.0),
    "signals": Shot(80.0, {"junctions": 16}, ("congestion",)),
}


def take(name: str, shot: Shot) -> bytes:
    """The window at one moment of a world, as a PNG file."""
    agent = fitting_agent(name) if not shot.build else ""
    session = make_session(
        name, GameSettings(build=dict(shot.build), split="test-both"),
        lambda world: dict.fromkeys(seats_for(world, agent), f"agent:{agent}") if agent else {},
        agent=agent, size=SIZE, card=False, summary=False,
    )  # fmt: skip
    session.settings = WindowSettings()  # nobody's own; a copy of the session would not get the players
    app = App(session)
    while app.outcome.seated is None:
        app.frame(FINE)
        time.sleep(0.5)  # rules may be compiled meanwhile
    app.prepare_gui().result()
    for command in shot.commands:
        app.game.command(command)
    tick = app.game.scene.world.timing.tick
    while (left := shot.seconds - app.outcome.ticks * tick) > 0.0:
        app.frame(COARSE if left > CALM else FINE)
    for _ in range(3):
        app.draw()
    picture = io.BytesIO()
    whole = Image.frombytes("RGB", SIZE, pygame.image.tobytes(app.window.surface, "RGB"))
    whole.save(picture, "PNG", optimize=True)  # a palette would change the colours of lights and brakes
    app.close()
    return picture.getvalue()


def main() -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("worlds", nargs="*", default=list(SHOTS), metavar="WORLD")
    parser.add_argument("--out", type=Path, default=PICTURES)
    asked = parser.parse_args()
    if unknown := [name for name in asked.worlds if name not in SHOTS]:
        parser.error(f"no picture is made of {unknown[0]!r}: there are {', '.join(SHOTS)}")
    for name in asked.worlds:
        path = asked.out / f"{name}.png"
        write_bytes(path, take(name, SHOTS[name]))
        print(f"wrote {path}", flush=True)


if __name__ == "__main__":
    main()
