"""Small pictures of all worlds, drawn once by another process and kept in the user's cache.

The other process runs the rules uncompiled: a picture takes some tenths of a second so, where compiling the rules takes
up to two minutes. The few worlds whose rules are too slow for that are drawn last, compiled, which a later game then
need not wait for.

`python -m simulator.app.play.miniatures FOLDER THEME NAME …` draws them.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import worlds
from simulator.app.play.catalogue import source
from worlds.kit.cache import cache_root
from worlds.kit.writing import write_bytes

if TYPE_CHECKING:
    from worlds.world import World

SIZE = (480, 300)  # px
PATIENCE = 60.0  # s for a picture by uncompiled rules, the start of the other process included
COMPILED = 600.0  # s for one by compiled rules
TICKS, MOVING = 40, 2.0  # of the world, so that something is going on; s that this may take
LONG = 6.0  # times as wide as high: of such a world a part is shown
PACE = 0.2  # s between two looks whether a picture is there


class Miniatures:
    """The pictures of one theme: those that are there, and a thread that waits for the others."""

    def __init__(
        self, names: Sequence[str], theme: str, folder: Path | None = None, patience: float = PATIENCE
    ) -> None:
        self._patience = patience
        self.folder, self.theme = folder or pictures_folder(), theme
        self._paths = {name: self.folder / picture_name(name, theme) for name in names}
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()
        missing = [name for name, path in self._paths.items() if not path.is_file()]
        self._thread = threading.Thread(target=self._make, args=(missing,), daemon=True, name="crossplay: miniatures")
        self._thread.start()

    def path(self, name: str) -> Path | None:
        """The PNG file of a world, if it is there."""
        path = self._paths[name]
        return path if path.is_file() else None

    @property
    def done(self) -> bool:
        """Whether no more will come."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """End the other process; what is drawn stays."""
        self._stopped.set()
        if self._child is not None:
            self._child.kill()
        self._thread.join(5.0)

    def _make(self, missing: list[str]) -> None:
        slow: list[str] = []
        for names, compiled, patience in ((missing, False, self._patience), (slow, True, COMPILED)):
            while names and not self._stopped.is_set():
                late = self._run(names, compiled, patience)
                if late is not None and not compiled:
                    slow.append(late)
                names = names[names.index(late) + 1 :] if late is not None else []

    def _run(self, names: Sequence[str], compiled: bool, patience: float) -> str | None:
        """Let a process draw these; the one that took too long and was given up."""
        with contextlib.suppress(OSError):
            self._child = _start(self.folder, self.theme, names, compiled)
        began, at = time.monotonic(), 0
        while self._child is not None and self._child.poll() is None and not self._stopped.wait(PACE):
            while at < len(names) and self._paths[names[at]].is_file():
                at, began = at + 1, time.monotonic()
            if at < len(names) and time.monotonic() - began > patience:
                self._child.kill()
                self._child.wait()
                return names[at]
        return None


def pictures_folder() -> Path:
    """Where the pictures of all worlds are kept."""
    return cache_root().parent / "miniatures"


def picture_name(world: str, theme: str) -> str:
    """The name of a picture; it changes with the world's rules."""
    path = source(world)
    files = sorted(path.parent.rglob("*.py")) if path.stem == "__init__" else [path]
    digest = hashlib.sha256()
    for file in files:
        with contextlib.suppress(OSError):
            digest.update(file.read_bytes())
    return f"{world}-{theme}-{digest.hexdigest()[:16]}.png"


def _start(folder: Path, theme: str, names: Sequence[str], compiled: bool) -> subprocess.Popen[bytes]:
    own = [f"--worlds={path}" for path in worlds.added_folders()]
    command = [sys.executable, "-W", "ignore", "-m", "simulator.app.play.miniatures", str(folder), theme, *own, *names]
    root = str(Path(__file__).resolve().parents[3])
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
    variables = {**os.environ, "SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1", "PYTHONPATH": paths}
    if not compiled:
        variables["NUMBA_DISABLE_JIT"] = "1"
    return subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def draw(world: World, theme: str) -> Any:
    """A picture of the first task of a world, some moments after its start, (h, w, 3) u1."""
    import numpy as np
    import pygame

    from simulator.canvas import THEMES, Camera, Canvas, fit
    from simulator.canvas.camera import stretch_for
    from simulator.engine import Simulation

    simulation = Simulation(world, seats={seat.name: "bot" for seat in world.seats})
    actions, end = np.array(simulation.w["action"], np.int64), time.monotonic() + MOVING
    for _ in range(min(TICKS, world.timing.episode_ticks // 2)):
        simulation.tick(actions)
        if time.monotonic() > end:
            break
    look, extent = THEMES[theme], world.view.extent
    large = pygame.Surface((2 * SIZE[0], 2 * SIZE[1]), 0, 32)
    camera = fit(extent, large.get_size())
    canvas = Canvas(large, extent, theme=look, camera=camera, seats=world.seats, layers=set())
    world.view.draw(simulation.w, canvas)
    if extent[0] > LONG * extent[1] and canvas.placed:
        across = world.view.closeup or extent[0] / 4
        scale = large.get_width() / across
        stretch = 1.0 if canvas.framed is None else stretch_for(canvas.framed[2:], large.get_size(), scale)
        camera = Camera(canvas.placed[0], scale, large.get_size(), stretch)
        world.view.draw(simulation.w, Canvas(large, extent, theme=look, camera=camera, seats=world.seats, layers=set()))
    small = pygame.transform.smoothscale(large, SIZE)
    return np.ascontiguousarray(pygame.surfarray.array3d(small).swapaxes(0, 1))


def main(arguments: Sequence[str]) -> None:
    """Draw the pictures of some worlds; one that cannot be drawn is left out."""
    from PIL import Image

    if hasattr(os, "nice"):
        os.nice(15)
    folder, theme, *names = arguments
    for path in [name.partition("=")[2] for name in names if name.startswith("--worlds=")]:
        worlds.add_folder(path)
    for name in [name for name in names if not name.startswith("--")]:
        with contextlib.suppress(Exception):
            picture = io.BytesIO()
            Image.fromarray(draw(worlds.get(name), theme)).save(picture, "png", optimize=True)
            write_bytes(Path(folder) / picture_name(name, theme), picture.getvalue())


if __name__ == "__main__":
    main(sys.argv[1:])
