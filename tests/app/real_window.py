"""The real window, end to end: `xvfb-run python tests/app/real_window.py FOLDER` plays, looks, replays, verifies.

It runs the program as a user would, in a process of its own, and presses real keys where `xdotool` is installed (else
keys are scripted). There it then goes through all screens, by mouse and by keys, in one run of the program: see
`tests/app/real/tour.py`. Pictures and recordings stay in FOLDER. Exit code 0 means that all was as it should be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pygame

ROOT = Path(__file__).resolve().parents[2]
COLOURS = 60  # a blank or broken picture has fewer
PATIENCE = 540  # s; the first start compiles the rules
EAST = 1  # of tag's moves


def main(folder: Path) -> None:
    """Try play, watch and replay in real windows."""
    folder.mkdir(parents=True, exist_ok=True)
    watch = ("watch", "tag", "--seats", "chaser_0=random", "--speed", "4", "--seconds", "5")
    crossplay(
        *watch, "--seed", "1"
    )  # compiles, if need be, so that what follows shows the world and not a progress bar
    crossplay(*watch, "--screenshot", folder / "watch.png")
    look_at(folder / "watch.png")
    recording = folder / "game.mcap"
    play_by_keys(recording)
    look_at(folder / "play.png")
    print(crossplay("verify", recording).strip())
    east, dashes, ticks = played(recording)
    assert east > 5, f"the right arrow was held, but chaser_0 went east in {east} of {ticks} ticks"
    assert dashes > 0, "space was pressed, but chaser_0 never dashed"
    crossplay("replay", recording, "--speed", "4", "--seconds", "4", "--screenshot", folder / "replay.png")
    look_at(folder / "replay.png")
    same_pixels(folder)
    if shutil.which("xdotool") is not None:
        through_all_screens(folder / "tour")
    print(f"the real window works: pictures in {folder}")


def crossplay(*arguments: str | Path) -> str:
    """Run a command of the program; its output."""
    command = [sys.executable, "-m", "simulator", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


def play_by_keys(recording: Path) -> None:
    """Play chaser_0: hold the right arrow, tap space, look at help, close with Escape."""
    recording.unlink(missing_ok=True)
    picture = recording.with_name("play.png")
    command = [sys.executable, "-m", "simulator", "play", "tag", "--seat", "chaser_0", "--record", str(recording)]
    command += ["--screenshot", str(picture)]
    if shutil.which("xdotool") is None:
        play_by_script(recording, picture)
        return
    game = subprocess.Popen([*command, "--seconds", "120"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        press_real_keys(recording, game.pid)
        assert game.wait(timeout=60) == 0, game.stdout.read().decode() if game.stdout else ""
    finally:
        game.kill()


def press_real_keys(recording: Path, process: int) -> None:
    """Keys sent to the X server, as a keyboard would."""
    wait_until_playing(recording)
    focus(process)
    xdotool("keydown", "Right")
    time.sleep(1.5)
    xdotool("key", "space")
    time.sleep(1.0)
    xdotool("keyup", "Right")
    xdotool("key", "F1")
    time.sleep(0.5)
    xdotool("key", "F1")
    time.sleep(0.5)
    for _ in range(2):  # the first asks whether to leave
        xdotool("key", "Escape")
        time.sleep(0.5)


def wait_until_playing(recording: Path) -> None:
    """The recording is begun when the world is there."""
    wait_for(lambda: bool(list(recording.parent.glob(f"{recording.name}.*"))), "the world never appeared")
    time.sleep(2.0)


def xdotool(*arguments: str) -> str:
    """Run xdotool; its output."""
    done = subprocess.run(["xdotool", *arguments], capture_output=True, text=True, timeout=PATIENCE, check=True)
    return done.stdout


def play_by_script(recording: Path, picture: Path) -> None:
    """The same with scripted keys, in this process."""
    import replays
    import worlds
    from simulator.app.screens.app import play
    from simulator.app.shell.session import Session
    from simulator.app.shell.settings import WindowSettings
    from simulator.engine import Simulation

    world = worlds.get("tag")
    bots = {seat.name: "bot" for seat in world.seats[1:]}
    play(
        Session(
            simulation=Simulation(world, seats=bots), seats={"chaser_0": "human"}, recorder=replays.record(recording),
            settings=WindowSettings(), screenshot=picture, seconds=30.0,
            keys=[(0.5, "+right"), (2.0, "space"), (3.0, "-right"), (3.2, "f1"), (3.6, "f1"), (4.0, "escape"),
                  (4.5, "escape")],
        )
    )  # fmt: skip


def same_pixels(folder: Path) -> None:
    """ImGui's pages are the same, pixel by pixel, in a real window and under the dummy driver."""
    seen = {}
    for driver in ("", "dummy"):
        places = folder / f"pages-{driver or 'real'}"
        places.mkdir(exist_ok=True)
        variables = {**os.environ, "SDL_VIDEODRIVER": driver} if driver else dict(os.environ)
        command = [sys.executable, str(ROOT / "tests" / "app" / "gui_pages.py"), str(places)]
        subprocess.run(command, cwd=ROOT, env=variables, timeout=PATIENCE, check=True)
        seen[driver] = {path.name: path.read_bytes() for path in sorted(places.glob("*.png"))}
    assert len(seen[""]) > 2
    assert seen[""] == seen["dummy"], "a real window shows other pixels than the dummy driver"


def through_all_screens(folder: Path) -> None:
    """From the gallery through all screens in one run of the program; what was played there is as it was recorded."""
    from tests.app.real.tour import Tour

    folder.mkdir(exist_ok=True)
    tour = Tour(folder)
    tour.go()
    for recording in (*tour.recorded("tag"), *tour.recorded("throws")):
        print(crossplay("verify", recording).strip())
    east, _, ticks = played(tour.recorded("tag")[0])
    assert east > 5, f"the right arrow was held, but chaser_0 went east in {east} of {ticks} ticks"


def window_of(process: int) -> str:
    """The window of a process, empty where there is none; one that is fitted to the screen may be replaced."""
    command = ["xdotool", "search", "--onlyvisible", "--pid", str(process)]
    return (subprocess.run(command, capture_output=True, text=True, check=False).stdout.split() or [""])[-1]


def focus(process: int) -> None:
    """Its window hears the keyboard from now on."""

    def focused() -> bool:
        window = window_of(process)
        subprocess.run(["xdotool", "windowfocus", window], capture_output=True, check=False)
        return xdotool("getwindowfocus").strip() == window

    wait_for(focused, "the window never got the keyboard")


def wait_for(there: Callable[[], bool], problem: str) -> None:
    """Until it is so; the machine may be slow."""
    end = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < end, problem
        time.sleep(0.2)


def played(recording: Path) -> tuple[int, int, int]:
    """In how many ticks chaser_0 went east and dashed, and how many ticks there are."""
    import replays

    playback = replays.open(recording)
    east = dashes = 0
    while playback.forward():
        move, dash, _lean = playback.simulation.applied[0]
        east += int(move == EAST)
        dashes += int(dash)
    return east, dashes, playback.length


def look_at(path: Path) -> None:
    """A picture must show a world on the left and a panel on the right."""
    picture = pygame.surfarray.array3d(pygame.image.load(str(path)))
    width = len(picture)
    for name, part in (("world", picture[: width // 2]), ("panel", picture[width * 3 // 4 :])):
        colours = len(np.unique(part.reshape(-1, 3), axis=0))
        assert colours >= COLOURS, f"the {name} in {path} has only {colours} colours: it looks blank"
    print(f"{path}: {picture.shape[0]} × {picture.shape[1]}")


def run(arguments: Sequence[str]) -> None:
    """Command line."""
    sys.path.insert(0, str(ROOT))
    main(Path(arguments[0]) if arguments else Path.cwd() / "window")


if __name__ == "__main__":
    run(sys.argv[1:])
