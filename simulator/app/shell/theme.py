"""How the window looks: colours of the canvas themes, sizes that follow the user's text scale, small helpers."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, replace

import pygame

from simulator.canvas import THEMES, Theme
from simulator.canvas.speech import said
from simulator.canvas.text import LONGEST, written
from simulator.canvas.theme import Colour, mix

SMALLEST_SCALE, LARGEST_SCALE, SCALE_STEP = 0.7, 2.5, 0.1


@dataclass(frozen=True)
class Look:
    """A theme and a text scale; everything in the window is drawn with it."""

    theme: Theme
    scale: float = 1.0
    """The user's own."""
    density: float = 1.0
    """The desktop's: pixels of the screen for one of old."""
    still: bool = False
    """Whether nothing moves that need not."""

    @property
    def zoom(self) -> float:
        """How much larger all is drawn."""
        return self.scale * self.density

    def px(self, size: float) -> int:
        """A length that grows with the text."""
        return max(1, round(size * self.zoom))

    def colour(self, word: str) -> Colour:
        """The colour of a style word."""
        return self.theme.colour(word)

    def soft(self, word: str, part: float) -> Colour:
        """A style word's colour, mixed into the card's background."""
        return mix(self.theme.card, self.theme.colour(word), part)

    def other_theme(self) -> Look:
        """The same with the next theme."""
        names = list(THEMES)
        return replace(self, theme=THEMES[names[(names.index(self.theme.name) + 1) % len(names)]])

    def scaled(self, steps: int) -> Look:
        """The same with larger or smaller text."""
        scale = min(max(self.scale + steps * SCALE_STEP, SMALLEST_SCALE), LARGEST_SCALE)
        return replace(self, scale=round(scale, 2))

    def text(
        self,
        target: pygame.Surface,
        place: tuple[float, float],
        words: str,
        *,
        size: float = 13,
        style: str = "ink",
        bold: bool = False,
        align: str = "left",
        room: int | None = None,
        colour: Colour | None = None,
    ) -> pygame.Rect:
        """One line of text; `place` is its left, centre or right end at half its height. Cut short to `room` pixels."""
        words, pixels = said(words), self.px(size)
        shade = colour or self.theme.colour(style)
        piece = written(words, pixels, shade, bold=bold)
        if room is not None and piece.get_width() > room and len(words) > 1:
            kept = shortened(words, room, lambda part: written(part, pixels, shade, bold=bold).get_width())
            piece = written(kept, pixels, shade, bold=bold)
        box = piece.get_rect(centery=round(place[1]))
        setattr(box, {"left": "left", "right": "right", "center": "centerx"}[align], round(place[0]))
        target.blit(piece, box)
        return box

    def lines(self, words: str, size: float, room: int) -> list[str]:
        """The words on as many lines of `room` pixels as it takes, broken at spaces and in paths, else anywhere."""
        return broken(said(words), room, lambda part: written(part, self.px(size), self.colour("ink")).get_width())


def broken(words: str, room: int, width: Callable[[str], int]) -> list[str]:
    """The words on as many lines of `room` pixels as it takes, broken at spaces and in paths, else anywhere."""
    made = []
    while width(words) > room and len(words) > 1:
        fits = max(bisect(range(1, min(len(words), LONGEST)), room, key=lambda n: width(words[:n])), 1)
        breaks = [at + 1 for at, letter in enumerate(words[:fits]) if letter in " /\\"]
        end = breaks[-1] if breaks else fits
        made.append(words[:end].rstrip())
        words = words[end:].lstrip()
    return [*made, words]


def shortened(words: str, room: int, width: Callable[[str], int]) -> str:
    """As much of the words as fits into `room` pixels, at least a letter, and a sign that there is more."""
    kept = bisect(range(1, min(len(words), LONGEST)), room, key=lambda n: width(_cut(words, n)))
    return _cut(words, max(kept, 1))


def _cut(words: str, count: int) -> str:
    return words[:count].rstrip() + "…"
