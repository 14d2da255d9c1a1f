"""A bare window for finished pictures: what ``render_mode="human"`` opens (the application is simulator.app)."""

from __future__ import annotations

import numpy as np
import pygame


class Viewer:
    """One window of `size` (width, height) pixels; closing it by hand leaves the program running without it."""

    def __init__(self, title: str, size: tuple[int, int]) -> None:
        pygame.display.init()
        pygame.display.set_caption(title)
        self._surface: pygame.Surface | None = pygame.display.set_mode(size)

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
