"""Without a display every window is refused in one sentence; SDL alone would open one that nobody sees, for ever."""

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.hostile.harness import ROOT, refused

NOTHING: Mapping[str, str | None] = {"SDL_VIDEODRIVER": None, "DISPLAY": None, "WAYLAND_DISPLAY": None}
WRONG: Mapping[str, str | None] = {**NOTHING, "DISPLAY": ":4711", "WAYLAND_DISPLAY": "nowhere"}
WINDOWS = {
    "play": ("play", "bandit", "--seconds", "1"),
    "watch": ("watch", "bandit", "--seconds", "1"),
    "replay": ("replay", str(ROOT / "tests" / "golden" / "bandit.mcap"), "--seconds", "1"),
    "lab": ("lab", "--window", "--seconds", "1"),
}
HUMAN = """
from simulator.engine import parallel_env
from worlds.world import Refused
try:
    parallel_env("bandit", render_mode="human").reset(seed=1)
except Refused as refusal:
    print(refusal)
"""
WINDOW = """
from simulator.app.shell.window import Window, pygame
from simulator.canvas.display import has_display
size = Window("Crossplay", (640, 480)).size
print(pygame.display.get_driver(), size, has_display())
"""
ASKED = "from simulator.canvas.display import has_display; print(has_display())"

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems always have a display")


@pytest.mark.parametrize("command", WINDOWS)
def test_a_window_without_a_display_is_refused(command: str) -> None:
    ran = refused(*WINDOWS[command], says="there is no display (DISPLAY is not set)", environment=NOTHING)
    assert "xvfb-run" in ran.errors
    assert "SDL_VIDEODRIVER" in ran.errors


def test_a_display_that_does_not_answer_is_named() -> None:
    refused(*WINDOWS["watch"], says="DISPLAY is ':4711' and WAYLAND_DISPLAY is 'nowhere'", environment=WRONG)


@pytest.mark.parametrize("driver", ["x11", "nowhere"])
def test_a_driver_that_cannot_be_had_is_refused(driver: str) -> None:
    refused(*WINDOWS["watch"], says=f"({driver} not available)", environment={**WRONG, "SDL_VIDEODRIVER": driver})


def printed(source: str, environment: Mapping[str, str | None]) -> str:
    """What a program prints."""
    changed = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    kept = {name: value for name, value in changed.items() if value is not None}
    command = [sys.executable, "-c", source]
    return subprocess.run(command, env=kept, check=True, capture_output=True, text=True, timeout=120).stdout


def test_an_environment_for_human_eyes_needs_a_display() -> None:
    assert printed(HUMAN, WRONG).startswith("no window can be opened, since there is no display (DISPLAY is ':4711'")
    assert printed(HUMAN, {**NOTHING, "SDL_VIDEODRIVER": "dummy"}) == ""


@pytest.mark.parametrize("driver", ["dummy", "offscreen"])
def test_a_window_that_nobody_sees_opens_when_it_is_asked_for(driver: str) -> None:
    environment = {**WRONG, "SDL_VIDEODRIVER": driver}
    assert printed(WINDOW, environment).splitlines()[-1] == f"{driver} (640, 480) False"


def test_there_is_no_display_where_nobody_can_see_it() -> None:
    assert [printed(ASKED, environment) for environment in (NOTHING, WRONG)] == ["False\n", "False\n"]
