"""The display goes away, or is not there: one sentence, an exit code, and recordings that play to their last second."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import replays
from simulator.app.shell.display_loss import watch_display
from tests.app.conftest import Notes, Opener, run

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0  # s, on a busy machine
xvfb = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")


def program(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.Popen(
        [sys.executable, "-m", "simulator", *arguments], env={**kept, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@xvfb
def test_a_game_whose_x_server_dies_ends_with_a_sentence_and_a_whole_recording(tmp_path: Path) -> None:
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24"], pass_fds=[write],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as told:
        display = f":{told.readline().strip()}"
    path = tmp_path / "game.mcap"
    seats = ["--seats", "walker_0=random", "--worlds", str(ROOT / "tests" / "tiny")]
    game = program("watch", "beacon", *seats, "--record", str(path), DISPLAY=display, SDL_VIDEODRIVER="x11")
    try:
        end = time.monotonic() + PATIENCE
        while not list(tmp_path.glob("*.part")) and game.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(3.0)  # some of the game
        server.terminate()
        _, said = game.communicate(timeout=PATIENCE)
    finally:
        server.kill()
        server.wait()
        game.kill()
    assert game.returncode == 2, said
    assert (
        said == f"crossplay: the display {display} is gone: recordings are finished, all else of this window is lost.\n"
    )
    assert [each.name for each in tmp_path.iterdir()] == ["game.mcap"]
    assert not replays.open(path).truncated
    assert replays.verify(path).ok


def test_without_a_display_a_game_is_refused(tmp_path: Path) -> None:
    game = program("play", "tag", "--record", str(tmp_path / "game.mcap"), DISPLAY=":9999", SDL_VIDEODRIVER="x11")
    _, said = game.communicate(timeout=PATIENCE)
    assert game.returncode == 2
    assert said.startswith("crossplay: no window can be opened")
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_what_is_open_is_finished_when_the_display_is_lost(open_app: Opener) -> None:
    notes = Notes()
    app = open_app(recorder=notes)
    run(app, 0.3)
    assert not watch_display(app._display_lost)  # nothing to watch where nobody sees the window
    app._display_lost()
    assert notes.closed == 1
