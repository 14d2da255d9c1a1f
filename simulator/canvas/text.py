"""Fonts and cached pieces of text: DejaVu Sans, which comes with matplotlib (free licence, wide Unicode)."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import pygame

from simulator.canvas.kept import MEGABYTE, Kept
from simulator.canvas.theme import Colour
from worlds.kit.words import one_line

LONGEST = 1000  # characters of a line: pictures have a limit, and so has a window

_pieces = Kept(4 * MEGABYTE)  # some 1000 pieces of text


@lru_cache(maxsize=1)
def font_folder() -> Path | None:
    """Where matplotlib keeps its fonts, found without importing it; None if it is not there."""
    spec = find_spec("matplotlib")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "mpl-data" / "fonts" / "ttf"
        if (folder / "DejaVuSans.ttf").is_file():
            return folder
    return None


_fonts: dict[tuple[int, bool], pygame.font.Font] = {}


def font(pixels: int, *, bold: bool = False) -> pygame.font.Font:
    """The house font at a height in pixels."""
    if not pygame.font.get_init():
        _fonts.clear()
        pygame.font.init()
    if not _fonts:
        pygame.register_quit(_fonts.clear)  # a font used after pygame.quit() crashes the process
    key = max(pixels, 6), bold
    if key not in _fonts:
        folder = font_folder()
        name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
        _fonts[key] = pygame.font.Font(str(folder / name) if folder else None, key[0])
    return _fonts[key]


def written(text: str, pixels: int, colour: Colour, *, bold: bool = False) -> pygame.Surface:
    """An anti-aliased picture of one line of text (shared: do not draw on it).

    What cannot be drawn, such as a control character in a stranger's name, is shown as a sign.
    """

    def draw() -> pygame.Surface:
        return font(pixels, bold=bold).render(one_line(text, LONGEST), True, colour)

    return _pieces.of((text, pixels, colour, bold), draw)
