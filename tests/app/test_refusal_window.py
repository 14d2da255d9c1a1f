"""A file that cannot be opened, where nobody reads what a terminal shows: the sentence stands in a small window."""

import io
import os
import shutil
from pathlib import Path

import numpy as np
import pygame
import pytest

from simulator.app import cli
from simulator.app.screens import refusal
from simulator.app.screens.refusal import RefusalScreen, refusal_stage
from simulator.app.shell import stage as shell
from simulator.app.shell.settings import WindowSettings
from simulator.app.shell.stage import WindowStage
from tests.app.conftest import FRAME, press
from tests.app.real.server import x_server
from tests.app.real.window import RealWindow
from worlds.world import Refused

WORDS = "replay '/home/me/notes.txt' is no replay."


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


def opened(sentence: str = WORDS) -> WindowStage:
    stage = refusal_stage(sentence)
    while not isinstance(stage.top, RefusalScreen):
        stage.frame(FRAME)
        pygame.time.wait(5)
    for _ in range(4):
        stage.frame(FRAME)
    return stage


@pytest.mark.parametrize("key", ["escape", "return", "space"])
def test_it_shows_the_sentence_until_a_key_closes_it(key: str) -> None:
    stage = opened()
    assert stage.title == "This cannot be opened – Crossplay"
    before = np.array(pygame.surfarray.array3d(stage.window.surface))
    assert isinstance(stage.top, RefusalScreen)
    stage.top.sentence = ""
    stage.frame(FRAME)
    assert (pygame.surfarray.array3d(stage.window.surface) != before).any(), "the sentence is not to be seen"
    assert stage.running
    press(key, hold=True)
    for _ in range(3):
        stage.frame(FRAME)
    assert not stage.running
    stage.close()


def test_it_opens_with_settings_that_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> WindowSettings:
        raise Refused("settings are broken")

    monkeypatch.setattr(shell, "load_window_settings", broken)
    stage = opened()
    assert stage.settings == WindowSettings()
    stage.close()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is shown in windows; nobody is at a terminal, and there is a display."""
    told: list[str] = []
    monkeypatch.setattr(refusal, "show_refusal", told.append)
    monkeypatch.setattr(cli, "_has_display", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return told


def test_a_file_that_a_desktop_hands_over_is_refused_where_it_is_seen(
    shown: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("notes.txt", "game.mcap"):
        (tmp_path / name).write_text("no recording")
        assert cli.run([str(tmp_path / name)]) == 2
        said = capsys.readouterr().err.strip()
        assert name in said
        assert said == f"crossplay: {shown.pop()}"
    assert not shown


def test_who_has_a_terminal_or_gives_a_command_reads_it_there(
    shown: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "game.mcap").write_text("no recording")
    assert cli.run(["replay", str(tmp_path / "game.mcap")]) == 2
    for name in ("stdin", "stderr"):
        with monkeypatch.context() as patch:
            patch.setattr(f"sys.{name}", Terminal())
            assert cli.run([str(tmp_path / "game.mcap")]) == 2
    monkeypatch.setattr(cli, "_has_display", lambda: False)
    assert cli.run([str(tmp_path / "game.mcap")]) == 2
    assert not shown
    assert "game.mcap" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(None in map(shutil.which, ("Xvfb", "xdotool")), reason="needs Xvfb and xdotool")
def test_in_a_real_window_a_button_closes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_text("no recording")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    with x_server() as (_, display):
        monkeypatch.setitem(os.environ, "DISPLAY", display)
        window = RealWindow(tmp_path, [str(tmp_path / "notes.txt")], {}, tmp_path / "here")
        try:
            window.wait_words("notes.txt' is ")
            window.picture("refusal")
            button = window.wait_thing("button", "Close")
            window.move_to(button.middle)
            window.tap_mouse()
            assert window.process.wait(timeout=60) == 2
        finally:
            window.close()
