"""Whether there is a display. Without one SDL quietly opens a window that nobody sees, and a game in it never ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import pygame

from worlds.world import Refused

UNSEEN = ("dummy", "offscreen")  # SDL's drivers that draw without a screen
ADVICE = "run on a desktop or under `xvfb-run -a`, or set SDL_VIDEODRIVER=dummy to run unseen"


def open_display() -> None:
    """Start SDL's display, before the first window. One that nobody sees is taken if SDL_VIDEODRIVER asks for it.

    Raises:
        Refused: there is no display.
    """
    try:
        with contextlib.nullcontext() if pygame.display.get_init() else _quiet():
            pygame.display.init()  # never pygame.init(): it would look for audio devices for seconds
    except pygame.error as error:
        raise Refused(f"no window can be opened ({error}): {ADVICE}") from error
    if pygame.display.get_driver() in UNSEEN and pygame.display.get_driver() not in _asked():
        pygame.display.quit()
        raise Refused(f"no window can be opened, since there is no display ({_named()}): {ADVICE}")


def has_display() -> bool:
    """Whether a window would be seen by somebody; a display that is already open stays open."""
    was_open = pygame.display.get_init()
    try:
        open_display()
    except Refused:
        return False
    seen = pygame.display.get_driver() not in UNSEEN
    if not was_open:
        pygame.display.quit()
    return seen


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the libraries of X and Wayland write to standard error: the refusal says all that is to be said."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _asked() -> list[str]:
    """The drivers that the user wants, in SDL's order."""
    return os.environ.get("SDL_VIDEODRIVER", "").lower().split(",")


def _named() -> str:
    """What the environment says about displays, as far as it can be printed."""
    told = [f"{name} is {os.environ[name]!a}" for name in ("DISPLAY", "WAYLAND_DISPLAY") if os.environ.get(name)]
    return " and ".join(told) or "DISPLAY is not set"
