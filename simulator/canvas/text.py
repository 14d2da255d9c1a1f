"""Fonts and cached pieces of text: DejaVu Sans, which comes with matplotlib (free licence, wide Unicode).

Other languages need letters that it does not have: then a font of the system is lent to it (`lend`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import pygame

from simulator.canvas.faces import Face
from simulator.canvas.kept import MEGABYTE, Kept
from simulator.canvas.speech import said
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


EASTERN = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
"""Chinese, Japanese and Korean letters, and the signs between them; the house font has none of them."""
_fonts: dict[tuple[int, bool], pygame.font.Font] = {}
_lent: list[tuple[Face, re.Pattern[str]]] = []


def lend(face: Face | None, characters: Collection[str] = ()) -> None:
    """Take these letters, and those of the Far East, from a face of the system; None: from none any more."""
    others = "".join(re.escape(each) for each in sorted(characters))
    _lent[:] = [] if face is None else [(face, re.compile(f"([{EASTERN}{others}]+)"))]
    _pieces.clear()


def lent() -> Face | None:
    """The face of the system that is in use, if any."""
    return _lent[0][0] if _lent else None


def house_lacks(characters: Collection[str]) -> frozenset[str]:
    """Those of some characters that the house font does not have."""
    folder = font_folder()
    return frozenset(characters) if folder is None else Face(folder / "DejaVuSans.ttf").lacking(characters)


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
    """An anti-aliased picture of one line of text in the language of the window (shared: do not draw on it).

    What cannot be drawn, such as a control character in a stranger's name, is shown as a sign.
    """

    def draw() -> pygame.Surface:
        line = one_line(said(text), LONGEST)
        parts = _lent[0][1].split(line) if _lent else [line]
        if len(parts) == 1:
            return font(pixels, bold=bold).render(line, True, colour)
        return _joined(parts, pixels, colour, bold)

    return _pieces.of((text, pixels, colour, bold), draw)


def _joined(parts: list[str], pixels: int, colour: Colour, bold: bool) -> pygame.Surface:
    """Parts of a line, by turns in the house font and the one lent, on one base line.

    It is as high as the house font makes it, so that lines stay where they are in every language.
    """
    house, pieces = font(pixels, bold=bold), []
    for at, part in enumerate(parts):
        if part and at % 2:
            pieces.append(_lent[0][0].render(part, max(pixels, 6), colour, bold=bold))
        elif part:
            pieces.append((house.render(part, True, colour), house.get_ascent()))
    wide = sum(piece.get_width() for piece, _ in pieces)
    line, x = pygame.Surface((wide, house.get_linesize()), pygame.SRCALPHA, 32), 0
    line.fill((*colour, 0))
    for piece, base in pieces:
        line.blit(piece, (x, house.get_ascent() - base))
        x += piece.get_width()
    return line
