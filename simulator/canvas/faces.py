"""Fonts of the system for letters that the house fonts do not have.

A large font such as Noto Sans CJK is a collection: one file with a face for each country, and the same character looks
otherwise in each. So a face is a file and a number in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pygame
import pygame.freetype

from simulator.canvas.theme import Colour

MOST_FACES = 64  # of a collection
LARGE, MOST_BYTES = 1 << 20, 1 << 27  # of a file; a font with thousands of characters is larger than the first
MOST_TRIED = 24  # fonts of other names


@dataclass(frozen=True)
class Face:
    """One font of a file."""

    path: Path
    number: int = 0
    """Its place in a collection."""

    def lacking(self, characters: Collection[str]) -> frozenset[str]:
        """Those of some characters for which it has no glyph."""
        every = "".join(characters)
        found = _open(self).get_metrics(every) if every else []
        return frozenset(each for each, size in zip(every, found, strict=True) if size is None)

    def render(self, words: str, pixels: int, colour: Colour, *, bold: bool = False) -> tuple[pygame.Surface, int]:
        """A picture of some words at a height in pixels, and how far below its top the base line is."""
        font = _open(self)
        font.strong = bold
        return font.render(words, colour, size=pixels)[0], font.get_sized_ascender(pixels)


def face_with(characters: Collection[str], families: Sequence[str]) -> Face | None:
    """A font of this system with all these characters: the first that is there of some families, else any."""
    if not pygame.font.get_init():
        pygame.font.init()
    for face in _candidates(families):
        try:
            if not face.lacking(characters):
                return face
        except (pygame.error, OSError, UnicodeError):
            continue  # a font that cannot be read is as good as none
    return None


@lru_cache(maxsize=8)
def _open(face: Face) -> pygame.freetype.Font:
    if not pygame.freetype.get_init():
        pygame.freetype.init()
    pygame.register_quit(_open.cache_clear)  # a font used after pygame.quit() crashes the process
    font = pygame.freetype.Font(str(face.path), 12, font_index=face.number)
    font.pad = True  # as high as a line, whatever the letters are
    return font


def _candidates(families: Sequence[str]) -> Iterator[Face]:
    seen: set[Path] = set()
    for family in families:
        if (name := pygame.font.match_font(family)) is not None:
            seen.add(Path(name))
            yield _of_family(Path(name), family)
    tried = 0
    for name in pygame.font.get_fonts():
        path = Path(pygame.font.match_font(name) or "")
        if path not in seen and tried < MOST_TRIED and path.is_file() and LARGE <= path.stat().st_size <= MOST_BYTES:
            seen.add(path)
            tried += 1
            yield Face(path)


def _of_family(path: Path, family: str) -> Face:
    """The face of a file that is of a family; the first where none says so."""
    for number in range(MOST_FACES):
        try:
            if _open(Face(path, number)).name == family:
                return Face(path, number)
        except (pygame.error, OSError):  # there is no face of that number
            break
    return Face(path)
