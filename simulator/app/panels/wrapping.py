"""Text on several lines. ImGui breaks at spaces; where words have none between them it would break anywhere.

Chinese and Japanese may break between any two characters, but no line begins with a comma and none ends with an open
bracket (the rules are those of Unicode's UAX 14 for the classes ID, CL and OP, and no others).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from imgui_bundle import imgui

from simulator.canvas.text import EASTERN

NEVER_FIRST = "，。、；：？！）》」』】〉…·%”’,.;:?!)"
NEVER_LAST = "（《「『【〈“‘("
_HAS_EASTERN = re.compile(f"[{EASTERN}]")
_PIECE = re.compile(f"[{EASTERN}]|[^{EASTERN}\\s]+|\\s+")


def wrapped(words: str, room: float = 0.0) -> None:
    """Text of ImGui on as many lines as it takes, `room` pixels wide at most; 0: as wide as there is room."""
    imgui.text_wrapped(broken(words, room or imgui.get_content_region_avail().x))


def broken(words: str, room: float) -> str:
    """A text with line ends where ImGui would not find them."""
    return _broken(words, round(room), imgui.get_font_size()) if _HAS_EASTERN.search(words) else words


@lru_cache(maxsize=512)
def _broken(words: str, room: int, size: float) -> str:
    """The text with line ends put in; `size` is that of the present letters, and a part of what it is kept by."""
    return "\n".join(lines_of(words, room, lambda part: imgui.calc_text_size(part).x))


def lines_of(words: str, room: float, width: Callable[[str], float]) -> list[str]:
    """Lines of at most so much room; a piece that is wider stands alone."""
    found: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and width((line + piece).rstrip()) > room:
                found.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        found.append(line.rstrip())
    return found


def _pieces(words: str) -> Iterator[str]:
    """What may not be torn apart: a character with the signs that cling to it, or a word."""
    held = ""
    for piece in _PIECE.findall(words):
        if held and piece[0] not in NEVER_FIRST and held[-1] not in NEVER_LAST:
            yield held
            held = ""
        held += piece
    if held:
        yield held
