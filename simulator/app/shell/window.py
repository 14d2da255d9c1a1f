"""The operating system's window: opening, resizing, full screen, pictures of it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import platformdirs
import pygame

from simulator.app.shell.desktop import borders, fitted, open_desktop
from simulator.app.shell.icon import show_icon
from worlds.kit.words import one_line
from worlds.kit.writing import expanded, write_bytes
from worlds.world import Refused

SMALLEST = (480, 320)


class Window:
    """One resizable window. Needs no audio device and no GL. `before_shown` is called when it is made.

    Raises:
        Refused: no window can be opened, for example because there is no display.
    """

    def __init__(
        self, title: str, size: tuple[int, int], *, fullscreen: bool = False,
        before_shown: Callable[[], object] = lambda: None,
    ) -> None:  # fmt: skip
        open_desktop()
        try:
            pygame.font.init()
            self._title = ""
            self.call(title)
            show_icon()
            self._size = fitted((max(size[0], SMALLEST[0]), max(size[1], SMALLEST[1])))
            self.fullscreen = False
            if sys.platform in ("win32", "darwin"):  # there a screen reader must find what it reads when it is shown
                pygame.display.set_mode(self._size, pygame.RESIZABLE | pygame.HIDDEN)
            else:
                self._open()
            before_shown()
            if sys.platform in ("win32", "darwin"):
                self._open()
            self._fit_frame()
        except pygame.error as error:
            raise Refused(f"no window of {size[0]} × {size[1]} pixels can be opened: {error}") from error
        pygame.key.set_repeat()
        if fullscreen:
            self.toggle_fullscreen()

    def _open(self) -> None:
        if self.fullscreen:
            self.surface = pygame.display.set_mode(pygame.display.get_desktop_sizes()[0], pygame.FULLSCREEN)
        else:
            self.surface = pygame.display.set_mode(self._size, pygame.RESIZABLE | pygame.SHOWN)
            if self.surface.get_size() != self._size:  # some drivers leave full screen only at the second call
                self.surface = pygame.display.set_mode(self._size, pygame.RESIZABLE)

    def _fit_frame(self) -> None:
        """The frame that the desktop puts around the window must have room, too."""
        wide, high = borders()
        room = fitted((self._size[0] + wide, self._size[1] + high))
        size = max(room[0] - wide, SMALLEST[0]), max(room[1] - high, SMALLEST[1])
        if size != self._size:
            self._size = size
            self._open()

    def call(self, title: str) -> None:
        """Name it; the desktop is told only what is new."""
        if title != self._title:
            self._title = title
            pygame.display.set_caption(one_line(title, 200))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.surface.get_size()

    def resized(self) -> None:
        """The user changed the size."""
        surface = pygame.display.get_surface()
        if surface is not None:
            self.surface = surface
            if not self.fullscreen:
                self._size = surface.get_size()

    def toggle_fullscreen(self) -> None:
        """Between the whole screen and a window."""
        self.fullscreen = not self.fullscreen
        self._open()

    def save(self, path: Path) -> Path:
        """Write the window's picture to a PNG file.

        Raises:
            Refused: the file cannot be written.
        """
        path = expanded(path).absolute()
        picture = io.BytesIO()
        try:
            pygame.image.save(self.surface, picture, "png")
            write_bytes(path, picture.getvalue())
        except OSError as error:
            raise Refused(f"screenshot {str(path)!r} cannot be written: {error.strerror or error}") from error
        except pygame.error as error:
            raise Refused(f"screenshot {str(path)!r} cannot be written: {error}") from error
        return path

    def close(self) -> None:
        """Close the window and let go of the gamepads."""
        pygame.joystick.quit()  # the font module stays: fonts used after it ends would crash the process
        pygame.display.quit()


class UnseenWindow(Window):
    """A picture of any size that no window shows, for films: it needs no display."""

    def __init__(self, size: tuple[int, int]) -> None:
        pygame.font.init()
        self._size, self.fullscreen = size, False
        self.surface = pygame.Surface(size, 0, 32)

    def call(self, title: str) -> None:
        """Nobody reads it."""

    def close(self) -> None:
        """Nothing is open."""


def picture_path() -> Path:
    """A new name in the user's folder of pictures."""
    stamp = datetime.now().strftime("%Y-%m-%d %H.%M.%S.%f")[:-4]
    return Path(platformdirs.user_pictures_dir()) / "Crossplay" / f"crossplay {stamp}.png"
