"""Pictures that are kept to be copied again. What bounds them is memory: a number of pictures would be a few kilobytes
in one world and hundreds of megabytes in another, whose ground is new in every task.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

import pygame

MEGABYTE = 2**20
EACH = 512  # bytes that even the smallest picture takes
LATELY = 64  # keys
WINDOWS = 3  # times the pixels of what is drawn on


class Kept:
    """Pictures by key, at most so many bytes of them; the longest unused go first.

    Where much moves, and so is another picture in every frame, ``twice`` keeps those alone that are asked for again
    among so many new ones.
    """

    def __init__(self, most: int, twice: int = 0) -> None:
        self.most, self._twice = most, twice
        self.bytes = 0
        self._pictures: OrderedDict[Hashable, pygame.Surface] = OrderedDict()
        self._once: dict[int, None] = {}  # hashes of keys that were asked for once, the oldest first

    def __contains__(self, key: Hashable) -> bool:
        return key in self._pictures

    def __len__(self) -> int:
        return len(self._pictures)

    def clear(self) -> None:
        """Draw all of them anew when they are asked for."""
        self._pictures.clear()
        self._once.clear()
        self.bytes = 0

    def of(
        self, key: Hashable, draw: Callable[[], pygame.Surface], *, on: pygame.Surface | None = None
    ) -> pygame.Surface:
        """The picture of a key, drawn now if it is new (shared: do not draw on it).

        Pictures that together cover a whole surface name it as ``on``: there is always room for some times its size,
        or a large window would draw all of them again at every frame.
        """
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
            return picture
        if self._twice and self._is_first(hash(key)):
            return draw()
        picture = self._pictures[key] = draw()
        self.bytes += size(picture)
        most = self.most if on is None else max(self.most, WINDOWS * size(on))
        while self.bytes > most and len(self._pictures) > 1:
            self.bytes -= size(self._pictures.popitem(last=False)[1])
        return picture

    def met(self, key: Hashable) -> bool:
        """Whether a key is one of the last that this was asked for; it is noted."""
        mark = hash(key)
        known = mark in self._once
        self._once[mark] = None
        if len(self._once) > LATELY:
            del self._once[next(iter(self._once))]
        return known

    def _is_first(self, mark: int) -> bool:
        """Whether it was not asked for lately; it is noted."""
        if mark in self._once:
            del self._once[mark]
            return False
        self._once[mark] = None
        if len(self._once) > self._twice:
            del self._once[next(iter(self._once))]
        return True


def size(picture: pygame.Surface) -> int:
    """Bytes of a picture."""
    return EACH + picture.get_width() * picture.get_height() * picture.get_bytesize()
