"""A bare window for finished pictures: what ``render_mode="human"`` opens (the application is simulator.app)."""

from __future__ import annotations

import numpy as np
import pygame

from simulator.canvas.display import open_display
from worlds.kit.words import one_line
from worlds.world import Refused


class Viewer:
    """One window of `size` (width, height) pixels; closing it by hand leaves the program running without it.

    Raises:
        Refused: no window can be opened, for example because there is no display.
    """

    def __init__(self, title: str, size: tuple[int, int]) -> None:
        open_display()
        pygame.display.set_caption(one_line(title, 200))
        try:
            self._surface: pygame.Surface | None = pygame.display.set_mode(size)
        except pygame.error as error:
            raise Refused(f"no window of {size[0]} × {size[1]} pixels can be opened: {error}") from error

    def show(self, picture: np.ndarray) -> None:
        """Put a picture (height, width, 3) uint8 into the window and answer its events."""
        if self._surface is None:
            return
        if pygame.event.get(pygame.QUIT):
            self.close()
            return
        pygame.event.pump()
        pygame.surfarray.blit_array(self._surface, picture.swapaxes(0, 1))
        pygame.display.flip()

    def close(self) -> None:
        """Close the window; a second call does nothing."""
        if self._surface is not None:
            self._surface = None
            pygame.display.quit()
