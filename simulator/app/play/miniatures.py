"""Small pictures of all worlds, still and moving, drawn once by another process and kept in the user's cache.

The other process runs the rules uncompiled: a picture takes some tenths of a second so, where compiling the rules takes
up to two minutes. The few worlds whose rules are too slow for that are drawn last, compiled, which a later game then
need not wait for. The moving ones come after all still ones.

`python -m simulator.app.play.miniatures FOLDER THEME [--moving] NAME …` draws them.
"""

from __future__ import annotations

import bisect
import contextlib
import hashlib
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import worlds
from simulator.app.play.catalogue import source
from worlds.kit.cache import cache_root
from worlds.kit.writing import write_bytes

if TYPE_CHECKING:
    from simulator.engine import Simulation
    from worlds.world import World

SIZE = (480, 300)  # px
PATIENCE = 60.0  # s for a picture by uncompiled rules, the start of the other process included
COMPILED = 600.0  # s for one by compiled rules
TICKS, MOVING = 40, 2.0  # of the world, so that something is going on; s that this may take
LONG = 6.0  # times as wide as high: of such a world a part is shown
PICTURES = 48  # of a film, or as many as can be drawn within FILMING s, but no fewer than FEWEST
FILMING, FEWEST = 40.0, 8
SHOWN = (0.1, 0.15)  # s that a picture of a film is shown, at least and at most …
TURN = 0.5  # … and at most where the world waits for its players
QUALITY = 80  # of WebP: a film takes some 100 kB
PACE = 0.2  # s between two looks whether a picture is there


class Miniatures:
    """The pictures of one theme: those that are there, and a thread that waits for the others."""

    def __init__(
        self, names: Sequence[str], theme: str, folder: Path | None = None, patience: float = PATIENCE
    ) -> None:
        self._patience = patience
        self.folder, self.theme = folder or pictures_folder(), theme
        self._paths = {
            (name, moving): self.folder / picture_name(name, theme, moving)
            for moving in (False, True)
            for name in names
        }
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._make, daemon=True, name="crossplay: miniatures")
        self._thread.start()

    def path(self, name: str, moving: bool = False) -> Path | None:
        """The PNG file of a world, or the WebP file of its moving picture, if it is there."""
        path = self._paths[name, moving]
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

    def _make(self) -> None:
        for moving in (False, True):
            missing = [name for (name, moves), path in self._paths.items() if moves == moving and not path.is_file()]
            slow: list[str] = []
            for names, compiled, patience in ((missing, False, self._patience), (slow, True, COMPILED)):
                while names and not self._stopped.is_set():
                    late = self._run(names, moving, compiled, patience)
                    if late is not None and not compiled:
                        slow.append(late)
                    names = names[names.index(late) + 1 :] if late is not None else []

    def _run(self, names: Sequence[str], moving: bool, compiled: bool, patience: float) -> str | None:
        """Let a process draw these; the one that took too long and was given up."""
        with contextlib.suppress(OSError):
            self._child = _start(self.folder, self.theme, names, moving, compiled)
        began, at = time.monotonic(), 0
        while self._child is not None and self._child.poll() is None and not self._stopped.wait(PACE):
            while at < len(names) and self._paths[names[at], moving].is_file():
                at, began = at + 1, time.monotonic()
            if at < len(names) and time.monotonic() - began > patience:
                self._child.kill()
                self._child.wait()
                return names[at]
        return None


class MovingPicture:
    """A moving miniature: its file, and what it shows as time goes by. Only what is shown is unpacked.

    Raises:
        OSError: the file cannot be read, or is no film.
    """

    def __init__(self, path: Path) -> None:
        from PIL import Image

        self.path, self._image = path, Image.open(io.BytesIO(path.read_bytes()))
        self._many = getattr(self._image, "n_frames", 1)
        self._ends: list[float] = []
        """s from the start until each picture goes, as far as they were shown."""
        self._seconds = 0.0
        self.advance(0.0)

    def advance(self, seconds: float) -> None:
        """Let time pass; after the last picture the first comes again."""
        self._seconds += seconds
        while len(self._ends) < self._many and (not self._ends or self._seconds >= self._ends[-1]):
            self._image.seek(len(self._ends))
            self._image.load()
            self._ends.append((self._ends or [0.0])[-1] + max(self._image.info.get("duration", 100), 10) / 1000)
        self._seconds %= self._ends[-1]

    @property
    def at(self) -> int:
        """Which picture is shown."""
        return bisect.bisect_right(self._ends, self._seconds)

    def picture(self) -> Any:
        """What is shown, (h, w, 3) u1."""
        import numpy as np

        self._image.seek(self.at)
        return np.asarray(self._image.convert("RGB"))


def pictures_folder() -> Path:
    """Where the pictures of all worlds are kept."""
    return cache_root().parent / "miniatures"


def picture_name(world: str, theme: str, moving: bool = False) -> str:
    """The name of a picture, or of a moving one; it changes with the world's rules."""
    path = source(world)
    files = sorted(path.parent.rglob("*.py")) if path.stem == "__init__" else [path]
    digest = hashlib.sha256()
    for file in files:
        with contextlib.suppress(OSError):
            digest.update(file.read_bytes())
    return f"{world}-{theme}-{digest.hexdigest()[:16]}.{'webp' if moving else 'png'}"


def _start(folder: Path, theme: str, names: Sequence[str], moving: bool, compiled: bool) -> subprocess.Popen[bytes]:
    own = [f"--worlds={path}" for path in worlds.added_folders()]
    options = [*own, "--moving"] if moving else own
    module = "simulator.app.play.miniatures"
    command = [sys.executable, "-W", "ignore", "-m", module, str(folder), theme, *options, *names]
    root = str(Path(__file__).resolve().parents[3])
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
    variables = {**os.environ, "SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1", "PYTHONPATH": paths}
    if not compiled:
        variables["NUMBA_DISABLE_JIT"] = "1"
    return subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def draw(world: World, theme: str) -> Any:
    """A picture of the first task of a world, some moments after its start, (h, w, 3) u1."""
    simulation, end = _begun(world), time.monotonic() + MOVING
    for _ in _ticks(simulation, min(TICKS, world.timing.episode_ticks // 2)):
        if time.monotonic() > end:
            break
    return _snapshot(simulation, theme)


def film(world: World, theme: str) -> tuple[list[Any], float]:
    """Pictures of the first task of a world from its start on, each (h, w, 3) u1, and the seconds each is shown.

    Where a tick is short a picture shows several, so that time runs as in the world; long ticks are shown faster than
    they are, or cars would hop and nobody would wait for the end.
    """
    tick, shortest = world.timing.tick, SHOWN[0]
    longest = TURN if any(control.get("wait") for control in world.view.controls.values()) else SHOWN[1]
    apart = max(round(shortest / tick), 1)
    simulation, end, pictures = _begun(world), time.monotonic() + FILMING, []
    for at in _ticks(simulation, PICTURES * apart):
        if at % apart == 0:
            pictures.append(_snapshot(simulation, theme))
        if time.monotonic() > end:
            break
    if len(pictures) < FEWEST:
        raise TimeoutError(f"{len(pictures)} pictures in {FILMING} s")
    return pictures, min(max(tick * apart, shortest), longest)


def _begun(world: World) -> Simulation:
    from simulator.engine import Simulation

    return Simulation(world, seats={seat.name: "bot" for seat in world.seats})


def _ticks(simulation: Simulation, many: int) -> Iterator[int]:
    """Let the bots play on; how many ticks are played, up to the end of the trial."""
    import numpy as np

    actions = np.array(simulation.w["action"], np.int64)
    for at in range(many):
        simulation.tick(actions)
        yield at + 1
        if simulation.trial_ended:
            return


def _snapshot(simulation: Simulation, theme: str) -> Any:
    """What a world looks like now, (h, w, 3) u1."""
    import numpy as np
    import pygame

    from simulator.canvas import THEMES, Camera, Canvas, fit
    from simulator.canvas.camera import stretch_for

    world, look = simulation.world, THEMES[theme]
    extent = world.view.extent
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
    if hasattr(os, "nice"):
        os.nice(15)
    folder, theme, *names = arguments
    moving = "--moving" in names
    for path in [name.partition("=")[2] for name in names if name.startswith("--worlds=")]:
        worlds.add_folder(path)
    for name in [name for name in names if not name.startswith("--")]:
        with contextlib.suppress(Exception):
            made = _filmed(name, theme) if moving else _drawn(name, theme)
            write_bytes(Path(folder) / picture_name(name, theme, moving), made)


def _drawn(name: str, theme: str) -> bytes:
    """A still picture, as a PNG file."""
    from PIL import Image

    picture = io.BytesIO()
    Image.fromarray(draw(worlds.get(name), theme)).save(picture, "png", optimize=True)
    return picture.getvalue()


def _filmed(name: str, theme: str) -> bytes:
    """A moving picture, as a WebP file."""
    from PIL import Image

    pictures, seconds = film(worlds.get(name), theme)
    first, *others = [Image.fromarray(picture) for picture in pictures]
    made = io.BytesIO()
    first.save(
        made, "webp", save_all=True, append_images=others, duration=round(1000 * seconds), quality=QUALITY, loop=0
    )  # fmt: skip
    return made.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
