"""Small pictures of what a seat's choices do, for worlds that draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pygame

from simulator.app.shell.theme import Look
from simulator.canvas import Canvas, fit

if TYPE_CHECKING:
    from simulator.app.panels.views import SceneView

FINE = 3  # how much larger a picture is drawn before it is shrunk
KEPT = 60  # of at most 0.2 MB
LABEL = 34  # px that the words below a picture take


class Pictures:
    """Draws and keeps them: they stay the same during a task."""

    def __init__(self, scene: SceneView) -> None:
        self.scene = scene
        self._kept: dict[tuple[object, ...], pygame.Surface | None] = {}

    def of(self, factor: int, choices: Sequence[int], look: Look, width: int, height: int) -> dict[int, pygame.Surface]:
        """The pictures of the followed seat's choices, square, as large as fits; empty if the world draws none."""
        side = min(height - look.px(LABEL), 2 * width)
        if self.scene.world.view.choice_picture is None or side < 16:
            return {}
        found = {choice: self._picture(factor, choice, look, side) for choice in choices}
        return {choice: picture for choice, picture in found.items() if picture is not None}

    def _picture(self, factor: int, choice: int, look: Look, side: int) -> pygame.Surface | None:
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
            self._kept[key] = pygame.transform.smoothscale(large, (side, side)) if drawn else None
        return self._kept[key]
