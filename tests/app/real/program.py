"""The program itself, which also writes down what is in its window: `python tests/app/real/program.py FILE WORDS…`.

It is `crossplay WORDS…`, with a screen reader that keeps the window's tree in FILE: so that who presses keys and clicks
knows where things lie, and can read what is written there. Beside it, in FILE.shown, stands which ticks of recordings
the window has shown, a line for each picture with a new one: what is read there outlives a process that is killed.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from simulator.__main__ import main  # noqa: E402
from simulator.app.screens import app  # noqa: E402
from simulator.app.screens.game import GameScreen  # noqa: E402
from simulator.app.screens.live import LiveScene  # noqa: E402
from simulator.app.shell import stage  # noqa: E402
from simulator.app.shell.accessibility.mirror import Mirror  # noqa: E402
from simulator.app.shell.accessibility.tree import AccessTree  # noqa: E402

APART = 0.05  # s between two pictures that are written down


class Scribe:
    """A reader that writes down what is in the window, with the number of the picture."""

    def __init__(self, place: Path) -> None:
        self.place, self.pictures, self._when = place, 0, 0.0

    def connect(self, mirror: Mirror) -> bool:
        """Read a window's mirror from now on."""
        mirror.reader, mirror.listening = self, True
        return True

    def show(self, tree: AccessTree) -> None:
        """The window looks so now."""
        self.pictures += 1
        if time.monotonic() - self._when < APART:
            return
        self._when = time.monotonic()
        told = {"picture": self.pictures, "things": [dataclasses.asdict(node) for node in tree.walk()]}
        fresh = self.place.with_suffix(".new")
        fresh.write_text(json.dumps(told), encoding="utf-8")
        os.replace(fresh, self.place)

    def focus(self, gained: bool) -> None:
        """It may have the keyboard or not."""


def shown_beside(place: Path) -> Path:
    """Where the ticks that the window has shown are kept, beside its tree."""
    return place.with_name(f"{place.name}.shown")


class WitnessedApp(app.App):
    """The application, which writes down after each picture how far the recordings of its games are."""

    place: Path
    _file = -1
    _told: dict[str, int]

    def frame(self, seconds: float) -> None:
        """The picture is seen when this is over."""
        super().frame(seconds)
        if self._file < 0:
            self._told = {}
            self._file = os.open(self.place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for screen in self.screens:
            scene = screen.scene if isinstance(screen, GameScreen) else None
            recorder = scene.recorder if isinstance(scene, LiveScene) else None
            recorder = getattr(recorder, "_recorder", recorder)  # inside of a careful one
            name, ticks = str(getattr(recorder, "path", "")), getattr(recorder, "ticks", -1)
            if ticks >= 0 and self._told.get(name) != ticks:
                self._told[name] = ticks
                os.write(self._file, f"{json.dumps([name, ticks])}\n".encode())


if __name__ == "__main__":
    vars(stage)["connect"] = Scribe(Path(sys.argv[1])).connect
    WitnessedApp.place = shown_beside(Path(sys.argv[1]))
    vars(app)["App"] = WitnessedApp
    del sys.argv[1]
    main()
