"""Where words stand in a picture, so that none that can move lies on another."""

from __future__ import annotations

import pygame

TRIES = 8  # places that are tried; a word without a free one stays where it is


class Words:
    """The boxes of all words of a picture, in pixels."""

    def __init__(self) -> None:
        self.boxes: list[pygame.Rect] = []

    def take(self, box: pygame.Rect) -> pygame.Rect:
        """Note where a word stands."""
        self.boxes.append(box)
        return box

    def free(self, box: pygame.Rect, *, up: bool = False) -> pygame.Rect:
        """A place for a word, below all that it would lie on, or above; it is taken from then on."""
        moved = box.copy()
        for _ in range(TRIES):
            other = moved.collidelist(self.boxes)
            if other < 0:
                return self.take(moved)
            if up:
                moved.bottom = self.boxes[other].top
            else:
                moved.top = self.boxes[other].bottom
        return self.take(box)
