"""Pictures of every screen of the window, in both themes and at three sizes, to look at before a release.

Run: python tests/tools/every_screen.py FOLDER [--themes dark light] [--sizes 640x480 1280x800 1920x1080] [--only tag …]

Nothing is asserted: whether a page is beautiful and clear only a person can tell. All runs without a display, with the
settings and folders of nobody: recordings and runs are made in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
import pygame

from simulator.app.panels.gallery import Wish
from simulator.app.play.devices import key_code
from simulator.app.screens.app import App
from simulator.app.screens.game import GameScreen
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.setup import SetupScreen
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings

FRAME = 1 / 30  # s
PATIENCE = 600.0  # s until rules are compiled, at most
SIZES = ("640x480", "1280x800", "1920x1080")
WORLDS = ("tag", "poker", "matrix", "kitchen", "junction", "signals")


class Photographer:
    """One window of a theme and a size, and what is done in it."""

    def __init__(self, folder: Path, theme: str, size: tuple[int, int]) -> None:
        self.folder, self.name = folder, f"{theme}-{size[0]}x{size[1]}"
        self.app = App(Session(home=True, settings=WindowSettings(theme=theme), size=size))
        self.until(lambda: isinstance(self.app.top, HomeScreen))

    def until(self, there: Callable[[], object]) -> None:
        """Frames until it is so."""
        end = time.monotonic() + PATIENCE
        while not there():
            self.app.frame(FRAME)
            if time.monotonic() > end:
                raise TimeoutError(f"{self.app.top} did not come so far in {PATIENCE} s")

    def wait(self, seconds: float) -> None:
        """So much time of the window."""
        for _ in range(round(seconds / FRAME)):
            self.app.frame(FRAME)

    def keys(self, *names: str) -> None:
        """Keys, one after the other."""
        for name in names:
            for kind in (pygame.KEYDOWN, pygame.KEYUP):
                pygame.event.post(pygame.event.Event(kind, key=key_code(name), mod=0, unicode=""))
                self.app.frame(FRAME)
            self.app.frame(FRAME)

    def picture(self, screen: str) -> None:
        """What is seen now."""
        self.wait(4 * FRAME)
        path = self.folder / f"{screen}-{self.name}.png"
        pygame.image.save(self.app.window.surface, str(path))
        print(path.name, flush=True)

    def home_again(self) -> None:
        """Back to the gallery."""
        while not isinstance(self.app.top, HomeScreen):
            self.app.pop()
            self.app.frame(FRAME)

    def game(self, wish: Wish) -> None:
        """Open a game and wait until it is there, with its players."""
        self.app.grant(wish)
        self.until(lambda: isinstance(self.app.top, GameScreen) and self.app.outcome.first_frame is not None)


def gallery(taker: Photographer) -> None:
    """The pages that need no rules."""
    taker.wait(1.0)
    taker.picture("home")
    for name, wish in {"keys": Wish("keys"), "open": Wish("open"), "code": Wish("code")}.items():
        taker.app.grant(wish)
        taker.wait(0.5)
        taker.picture(name)
        taker.home_again()
    taker.keys("f1")
    taker.picture("home-help")
    taker.keys("f1")
    taker.app.grant(Wish("setup", "tag"))
    setup = taker.app.top
    taker.until(lambda: isinstance(setup, SetupScreen) and setup.view.preview is not None)
    taker.picture("setup")
    taker.home_again()
    taker.app.grant(Wish("train", "bandit"))
    taker.wait(1.0)
    taker.picture("train")
    taker.home_again()


def played(taker: Photographer, world: str) -> None:
    """A game by hand: its card, its help, the game with all layers, the page of seats."""
    taker.game(Wish("play", world))
    taker.wait(0.5)
    taker.picture(f"{world}-card")
    taker.keys("space", "f2")
    taker.wait(4.0)
    taker.picture(f"{world}-play")
    taker.keys("f1")
    taker.picture(f"{world}-help")
    taker.keys("f1", "insert")
    taker.picture(f"{world}-menu")
    taker.keys("escape", "f8")
    taker.wait(0.5)
    taker.picture(f"{world}-seats")
    taker.keys("escape", "f2")
    taker.home_again()


def watched(taker: Photographer, world: str) -> None:
    """The agent at work, with its thoughts, and what came of its trial."""
    taker.game(Wish("watch", world))
    taker.until(lambda: taker.app.outcome.seated is not None)
    taker.keys("f2", "f3")
    taker.wait(6.0)
    taker.picture(f"{world}-watch")
    taker.keys("f3", "i", "h", "k", "o", "g")
    taker.wait(2.0)
    taker.picture(f"{world}-minds")
    taker.keys("i", *["]"] * 4)
    scene = taker.app.scene
    taker.until(lambda: scene is not None and int(scene.simulation.w["trial"]) > 0)
    taker.keys("f9")
    taker.wait(20.0)
    taker.picture(f"{world}-summary")
    taker.app.pop()
    taker.wait(0.2)
    taker.keys("f2")
    taker.home_again()


def replayed(taker: Photographer, folder: Path) -> None:
    """The library, a replay, the list of mistakes, a what-if, the export."""
    taker.app.grant(Wish("library"))
    taker.wait(2.0)
    taker.picture("library")
    for path in sorted(folder.rglob("tag-*.mcap"))[-1:]:
        taker.game(Wish("replay", path=path, at=20))
        taker.wait(2.0)
        taker.picture("replay")
        taker.keys("i", "e")
        taker.wait(8.0)
        taker.picture("replay-mistakes")
        taker.keys("x")
        taker.wait(0.5)
        taker.picture("replay-export")
        taker.keys("escape", "b")
        taker.wait(2.0)
        taker.picture("what-if")
    taker.home_again()


def rounds(taker: Photographer, only: Sequence[str], folder: Path) -> Iterator[Callable[[], None]]:
    """What is to be done, one after the other."""
    yield lambda: gallery(taker)
    for world in only:
        yield lambda world=world: played(taker, world)  # type: ignore[misc]
        yield lambda world=world: watched(taker, world)  # type: ignore[misc]
    yield lambda: replayed(taker, folder)


def main() -> None:
    """Take all pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--themes", nargs="*", default=["dark", "light"])
    parser.add_argument("--sizes", nargs="*", default=list(SIZES))
    parser.add_argument("--only", nargs="*", default=list(WORLDS), metavar="WORLD")
    asked = parser.parse_args()
    asked.folder = asked.folder.absolute()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.update(XDG_DATA_HOME=scratch, XDG_CONFIG_HOME=scratch, XDG_VIDEOS_DIR=scratch)
        os.chdir(scratch)
        for theme in asked.themes:
            for size in asked.sizes:
                wide, _, high = size.partition("x")
                taker = Photographer(asked.folder, theme, (int(wide), int(high)))
                for act in rounds(taker, asked.only, Path(scratch)):
                    try:
                        act()
                    except TimeoutError as late:
                        print(late, file=sys.stderr)
                        taker.home_again()
                taker.app.close()


if __name__ == "__main__":
    main()
