"""Small pictures of what a seat's choices do, for worlds that draw them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pygame

from simulator.app.shell.theme import Look
from simulator.canvas import Canvas, fit

if TYPE_CHECKING:
    from simulator.app.panels.views import SceneView

FINE = 3  # how much larger a picture is drawn before it is shrunk
KEPT = 60  # of at most 0.2 MB
SMALLEST = 16  # px; smaller ones show nothing
Picture = tuple[Hashable, np.ndarray]
"""What it is known by, and its pixels (h, w, 3) u1."""


class Pictures:
    """Draws and keeps them: they stay the same during a task."""

    def __init__(self, scene: SceneView) -> None:
        self.scene = scene
        self._kept: dict[tuple[object, ...], Picture | None] = {}

    def of(self, factor: int, choices: Sequence[int], look: Look, side: int) -> dict[int, Picture]:
        """The pictures of the followed seat's choices, square, `side` pixels; empty if the world draws none."""
        if self.scene.world.view.choice_picture is None or side < SMALLEST:
            return {}
        found = {choice: self._picture(factor, choice, look, side) for choice in choices}
        return {choice: picture for choice, picture in found.items() if picture is not None}

    def _picture(self, factor: int, choice: int, look: Look, side: int) -> Picture | None:
        scene, world = self.scene, self.scene.world
        key = (*scene.age[:2], scene.followed, factor, choice, side, look.theme.name)
        if key not in self._kept:
            if len(self._kept) > KEPT:
                self._kept.clear()
            large = pygame.Surface((side * FINE, side * FINE), 0, 32)
            canvas = Canvas(large, world.view.extent, theme=look.theme, camera=fit(world.view.extent, large.get_size()))
            large.fill(look.theme.card)
            assert world.view.choice_picture is not None
            drawn = world.view.choice_picture(scene.shown(), canvas, scene.followed, factor, choice)
            small = pygame.surfarray.array3d(pygame.transform.smoothscale(large, (side, side)))
            self._kept[key] = (key, np.ascontiguousarray(small.swapaxes(0, 1))) if drawn else None
        return self._kept[key]
