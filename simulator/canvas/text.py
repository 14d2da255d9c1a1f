"""Fonts and cached pieces of text: Roboto, which comes with imgui-bundle and is the font of the panels too.

Signs that it does not have, such as arrows, come from DejaVu Sans, which comes with matplotlib. Both licences are free.
Other languages need letters that neither has: then a font of the system is lent to them (`lend`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

import pygame

from simulator.canvas.faces import Face
from simulator.canvas.kept import MEGABYTE, Kept
from simulator.canvas.speech import said
from simulator.canvas.theme import Colour
from worlds.kit.words import one_line

LONGEST = 1000  # characters of a line: pictures have a limit, and so has a window

_pieces = Kept(4 * MEGABYTE)  # some 1000 pieces of text


@lru_cache
def font_file(package: str, folder: str, name: str) -> Path | None:
    """A font that comes with a package, found without importing it; None if it is not there."""
    spec = find_spec(package)
    places = (Path(place) / folder / name for place in (spec and spec.submodule_search_locations) or ())
    return next((place for place in places if place.is_file()), None)


def house_files(*, bold: bool = False) -> list[Path]:
    """The font of the house, and the one that helps it out with signs; those of them that are there."""
    weight = "-Bold" if bold else ""
    found = (
        font_file("imgui_bundle", "assets/fonts/Roboto", f"Roboto{weight or '-Regular'}.ttf"),
        font_file("matplotlib", "mpl-data/fonts/ttf", f"DejaVuSans{weight}.ttf"),
    )
    return [path for path in found if path is not None]


EASTERN = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
"""Chinese, Japanese and Korean letters, and the signs between them; the house fonts have none of them."""
_fonts: dict[tuple[int, bool, bool], pygame.font.Font] = {}
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
    """Those of some characters that neither font of the house has."""
    missing = frozenset(characters)
    for path in house_files():
        missing = Face(path).lacking(missing)
    return missing


def font(pixels: int, *, bold: bool = False, signs: bool = False) -> pygame.font.Font:
    """The house font at a height in pixels, or the one for ``signs`` that it does not have."""
    if not pygame.font.get_init():
        _fonts.clear()
        pygame.font.init()
    if not _fonts:
        pygame.register_quit(_fonts.clear)  # a font used after pygame.quit() crashes the process
    key = max(pixels, 6), bold, signs
    if key not in _fonts:
        files = house_files(bold=bold)
        _fonts[key] = pygame.font.Font(str(files[-1 if signs else 0]) if files else None, key[0])
    return _fonts[key]


@lru_cache(maxsize=4096)
def is_sign(character: str) -> bool:
    """Whether the house font leaves a character to the other one."""
    files = house_files()
    return len(files) > 1 and ord(character) > 0x7E and bool(Face(files[0]).lacking(character))


def written(text: str, pixels: int, colour: Colour, *, bold: bool = False) -> pygame.Surface:
    """An anti-aliased picture of one line of text in the language of the window (shared: do not draw on it).

    What cannot be drawn, such as a control character in a stranger's name, is shown as a sign.
    """

    def draw() -> pygame.Surface:
        line = one_line(said(text), LONGEST)
        parts = _lent[0][1].split(line) if _lent else [line]
        if len(parts) == 1 and not any(map(is_sign, line)):
            return font(pixels, bold=bold).render(line, True, colour)
        return _joined(parts, pixels, colour, bold)

    return _pieces.of((text, pixels, colour, bold), draw)


def _joined(parts: list[str], pixels: int, colour: Colour, bold: bool) -> pygame.Surface:
    """Parts of a line, by turns in the house fonts and the one lent, on one base line.

    It is as high as the house font makes it, so that lines stay where they are in every language.
    """
    house, pieces = font(pixels, bold=bold), []
    for at, part in enumerate(parts):
        if part and at % 2:
            pieces.append(_lent[0][0].render(part, max(pixels, 6), colour, bold=bold))
            continue
        for signs, letters in groupby(part, is_sign):
            own = font(pixels, bold=bold, signs=signs)
            pieces.append((own.render("".join(letters), True, colour), own.get_ascent()))
    wide = sum(piece.get_width() for piece, _ in pieces)
    line, x = pygame.Surface((wide, house.get_linesize()), pygame.SRCALPHA, 32), 0
    line.fill((*colour, 0))
    for piece, base in pieces:
        line.blit(piece, (x, house.get_ascent() - base))
        x += piece.get_width()
    return line
