"""Crossplay among the programs of a Linux desktop: in its menu, and as what its file manager opens recordings with.

What is written are files of the user's own, by the specifications of freedesktop.org: an entry of the desktop, the type
of recordings, and the icon. MCAP files of other programs stay theirs, as a recording is told by how it begins.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs
import pygame

from simulator.app.shell.icon import icon
from worlds.kit.writing import write_bytes
from worlds.world import Refused

TYPE, GENERAL = "application/x-crossplay-recording", "application/x-mcap"
ICON_SIZES = (48, 64, 128, 256)  # px
PATIENCE = 60.0  # s that an index of the desktop may take
ENTRY = """[Desktop Entry]
Type=Application
Version=1.0
Name=Crossplay
GenericName=Simulator of games and traffic
GenericName[zh_CN]=游戏与交通模拟器
Comment=Play, train and replay agents that adapt to worlds they never saw
Exec={command} %f
TryExec={program}
Icon=crossplay
Terminal=false
Categories=Game;Simulation;
MimeType={type};
"""
TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{type}">
    <comment>Crossplay recording</comment>
    <comment xml:lang="zh_CN">Crossplay 录像</comment>
    <icon name="crossplay"/>
    <magic priority="80">
      <match type="string" offset="0" value="\\x89MCAP0\\r\\n">
        <match type="string" offset="21" value="crossplay"/>
      </match>
    </magic>
    <glob pattern="*.mcap"/>
  </mime-type>
  <mime-type type="{general}">
    <comment>MCAP recording</comment>
    <magic priority="50">
      <match type="string" offset="0" value="\\x89MCAP0\\r\\n"/>
    </magic>
    <glob pattern="*.mcap"/>
  </mime-type>
</mime-info>
"""


def data_folder() -> Path:
    """Where a desktop looks for files of the user's own: $XDG_DATA_HOME."""
    return Path(platformdirs.user_data_dir())


def install() -> list[str]:
    """Add Crossplay to the user's desktop; a sentence for everything that was done.

    Raises:
        Refused: this is no Linux desktop, or the program cannot be called from there.
        OSError: a file cannot be written.
    """
    _check_system()
    said = []
    for place, data in _files(_program()).items():
        write_bytes(place, data)
        said.append(f"wrote {place}")
    return [*said, *_tell_desktop()]


def remove() -> list[str]:
    """Take it away again; a sentence for everything that was done.

    Raises:
        Refused: this is no Linux desktop.
        OSError: a file cannot be removed.
    """
    _check_system()
    said = []
    for place in _files(Path()):
        if place.is_file():
            place.unlink()
            said.append(f"removed {place}")
    return [*said, *_tell_desktop()] if said else [f"nothing was there to remove in {data_folder()}"]


def _check_system() -> None:
    if sys.platform in ("win32", "darwin"):
        raise Refused(
            "menus and file managers of Linux desktops alone are known to --install and --remove: "
            "here drop a recording onto the window, or open it by `crossplay FILE`"
        )


def _program() -> Path:
    """The `crossplay` of this environment: it runs also where nobody activated the environment."""
    place = Path(sys.executable).absolute().with_name("crossplay")
    if not os.access(place, os.X_OK):
        raise Refused(f"there is no program {str(place)!r}: install Crossplay into the environment of this Python")
    if any(ord(sign) < 32 for sign in str(place)):
        raise Refused(f"program {str(place)!r} has a name that no desktop entry can hold")
    return place


def _files(program: Path) -> dict[Path, bytes]:
    """All that is written."""
    root = data_folder()
    icons = root / "icons" / "hicolor"
    entry = ENTRY.format(command=_quoted(str(program)), program=_escaped(str(program)), type=TYPE)
    return {
        root / "applications" / "crossplay.desktop": entry.encode(),
        root / "mime" / "packages" / "crossplay.xml": TYPES.format(type=TYPE, general=GENERAL).encode(),
        **{icons / f"{side}x{side}" / "apps" / "crossplay.png": _png(side) for side in ICON_SIZES},
    }


def _quoted(word: str) -> str:
    """A word of a command in a desktop entry."""
    for sign in '\\"`$':
        word = word.replace(sign, f"\\{sign}")
    return _escaped(f'"{word}"').replace("%", "%%")


def _escaped(words: str) -> str:
    """A value of a desktop entry."""
    return words.replace("\\", "\\\\")


def _png(side: int) -> bytes:
    data = io.BytesIO()
    pygame.image.save(icon(side), data, "icon.png")
    return data.getvalue()


def _tell_desktop() -> list[str]:
    """Let the desktop read its folders again; a sentence about an index that could not be made anew."""
    root, said = data_folder(), []
    for tool, folder in (("update-mime-database", root / "mime"), ("update-desktop-database", root / "applications")):
        if shutil.which(tool) is None:
            said.append(f"{tool} is not installed, so the desktop may see this after the next login only")
            continue
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            done = subprocess.run([tool, str(folder)], capture_output=True, timeout=PATIENCE, check=False)
            if done.returncode == 0:
                continue
        said.append(f"{tool} failed in {folder}, so the desktop may not see this")
    with contextlib.suppress(OSError):  # a newer folder of icons is read again
        os.utime(root / "icons" / "hicolor")
    return said
