"""Text that other programs copied, or may paste."""

from __future__ import annotations

import contextlib

import pygame


def copy(words: str) -> None:
    """Let other programs paste these words; where the system has no clipboard nothing happens."""
    with contextlib.suppress(pygame.error, NotImplementedError):
        _open()
        pygame.scrap.put(pygame.SCRAP_TEXT, words.encode())


def pasted() -> str:
    """What was copied last, empty if it is no text."""
    with contextlib.suppress(pygame.error, NotImplementedError):
        _open()
        data = pygame.scrap.get(pygame.SCRAP_TEXT)
        if data:
            return data.decode("utf-8", "replace").strip("\0").strip()
    return ""


def _open() -> None:
    if not pygame.scrap.get_init():
        pygame.scrap.init()
