"""Crossplay in menu and file manager of a Linux desktop: what is written, what the desktop makes of it, undoing it."""

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pygame
import pytest

from simulator.app import cli
from simulator.app.shell import file_manager
from simulator.app.shell.file_manager import GENERAL, ICON_SIZES, TYPE
from tests.replays.shelves import record_beacon

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="desktops of Linux")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own data, and a program in a place with signs that a desktop entry has to escape."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    program = tmp_path / 'my $5 "env" 100%' / "crossplay"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(program.with_name("python")))
    return tmp_path / "data"


def files(folder: Path) -> list[str]:
    """What we wrote, without the indexes that the desktop makes."""
    found = [path for path in folder.rglob("*") if path.is_file() and "crossplay." in path.name]
    return sorted(str(path.relative_to(folder)) for path in found)


def test_it_is_added_and_taken_away_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    icons = sorted(f"icons/hicolor/{side}x{side}/apps/crossplay.png" for side in ICON_SIZES)
    wanted = ["applications/crossplay.desktop", *icons, "mime/packages/crossplay.xml"]
    for _ in range(2):  # a second time changes nothing
        assert cli.run(["home", "--install"]) == 0
        said = capsys.readouterr().out.splitlines()
        assert files(home) == wanted
        assert sorted(line for line in said if line.startswith("wrote")) == [f"wrote {home / name}" for name in wanted]
    for side, name in zip(ICON_SIZES, (f"{side}x{side}" for side in ICON_SIZES), strict=True):
        data = (home / "icons" / "hicolor" / name / "apps" / "crossplay.png").read_bytes()
        assert pygame.image.load(io.BytesIO(data), "icon.png").get_size() == (side, side)
    assert cli.run(["home", "--remove"]) == 0
    assert [line.partition(" ")[0] for line in capsys.readouterr().out.splitlines()][: len(wanted)] == ["removed"] * 6
    assert files(home) == []
    assert cli.run(["home", "--remove"]) == 0
    assert capsys.readouterr().out == f"nothing was there to remove in {home}\n"


def test_the_entry_names_the_program_and_the_recordings(home: Path) -> None:
    file_manager.install()
    place = home / "applications" / "crossplay.desktop"
    entry = place.read_text(encoding="utf-8")
    assert f"\nMimeType={TYPE};\n" in entry
    (command,) = re.findall(r"^Exec=(.*)$", entry, re.MULTILINE)
    program = str(Path(sys.executable).with_name("crossplay"))
    assert called(command) == [program, "%f"]
    if shutil.which("desktop-file-validate"):
        done = subprocess.run(["desktop-file-validate", str(place)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert done.stdout == ""


def called(line: str) -> list[str]:
    """The words of an Exec line, as the specification reads it: first as a value, then as a command."""
    value = line.replace("\\\\", "\\")
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value)
    return [re.sub(r'\\([\\"`$])', r"\1", quoted).replace("%%", "%") or bare for quoted, bare in words]


@pytest.mark.skipif(shutil.which("gio") is None, reason="needs gio")
@pytest.mark.skipif(shutil.which("update-mime-database") is None, reason="needs update-mime-database")
def test_a_recording_is_told_from_other_files_of_its_ending(home: Path, tmp_path: Path) -> None:
    file_manager.install()
    game = record_beacon(tmp_path / "game.mcap", 30)
    other = tmp_path / "robot.mcap"
    other.write_bytes(game.read_bytes()[:17] + b"\x04\0\0\0ros1" + bytes(100))
    for path, kind in ((game, TYPE), (other, GENERAL)):
        told = subprocess.run(
            ["gio", "info", "-a", "standard::content-type", str(path)], capture_output=True, text=True, check=True,
            env={**os.environ, "XDG_DATA_HOME": str(home)},
        )  # fmt: skip
        assert f"standard::content-type: {kind}\n" in told.stdout, path.name


def test_what_cannot_be_is_refused_in_one_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*words: str) -> str:
        assert cli.run(["home", *words]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        return said

    assert "--install and --remove are both given" in refused("--install", "--remove")
    with monkeypatch.context() as patch:
        patch.setattr("sys.platform", "darwin")
        assert "Linux desktops alone" in refused("--install")
        assert "Linux desktops alone" in refused("--remove")
    Path(sys.executable).with_name("crossplay").unlink()
    assert "there is no program" in refused("--install")
    (home.parent / "file").touch()
    Path(sys.executable).with_name("crossplay").touch(mode=0o755)
    monkeypatch.setenv("XDG_DATA_HOME", str(home.parent / "file"))
    assert "file" in refused("--install")
    assert not home.exists() or files(home) == []


def test_without_the_desktops_tools_it_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    said = file_manager.install()
    assert [line for line in said if "is not installed" in line] == said[-2:]
    assert "update-mime-database" in said[-2]
    assert "update-desktop-database" in said[-1]
