"""A small map of the whole world in a corner of a close view: who is where, and what part is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from simulator.app.shell.theme import Look
from simulator.canvas import Camera, Canvas, ink
from simulator.canvas.camera import fit_strip
from simulator.canvas.theme import seat_colours

if TYPE_CHECKING:
    from simulator.app.panels.views import SceneView

EVERY = 0.2  # s between two pictures of the map; seats move on it at every frame
CLOSER = 1.5  # a view is close if the whole is so much larger
LONG = 3.0  # times as long as high: such a map lies along the whole upper edge
PART = 0.3  # of the picture's width and height that any other map may take
GAP = 10  # px
LEAST, LANES = 64, 0.12  # px that a strip is high at least; part of it that a lane should take


class Overview:
    """Draws the map and knows where it lies."""

    def __init__(self, scene: SceneView) -> None:
        self.scene = scene
        self.shown = True
        self.box: pygame.Rect | None = None
        """Where the map was drawn, in pixels of the world's picture."""
        self._camera: Camera | None = None
        self._picture: pygame.Surface | None = None
        self._key: object = None
        self._old = 0.0

    def draw(
        self, target: pygame.Surface, look: Look, frame: tuple[float, float, float, float], view: Camera,
        placed: dict[int, tuple[float, float]], seconds: float,
    ) -> None:  # fmt: skip
        """Draw the map of `frame` (m) unless `view` shows nearly all of it anyway."""
        self.box = None
        wide, high = frame[2] * view.scale / view.size[0], frame[3] * view.scale * view.stretch / view.size[1]
        if not self.shown or max(wide, high) < CLOSER:
            return
        box = self._box_for(target, look, frame)
        self._render(look, frame, box.size, seconds)
        assert self._picture is not None
        assert self._camera is not None
        target.blit(self._picture, box)
        pygame.draw.rect(target, look.theme.line, box.inflate(2, 2), 1, border_radius=3)
        self._mark(target.subsurface(box), look, view, placed)
        self.box = box

    def seat_at(self, pixel: tuple[float, float], placed: dict[int, tuple[float, float]]) -> int | None:
        """The seat nearest to a pixel of the world's picture, if it lies on the map."""
        if self.box is None or self._camera is None or not self.box.collidepoint(pixel):
            return None
        x, y = self._camera.metres((pixel[0] - self.box.left, pixel[1] - self.box.top))
        return min(placed, key=lambda seat: (placed[seat][0] - x) ** 2 + (placed[seat][1] - y) ** 2, default=None)

    @staticmethod
    def _box_for(target: pygame.Surface, look: Look, frame: tuple[float, float, float, float]) -> pygame.Rect:
        width, height = target.get_size()
        gap, ratio = look.px(GAP), frame[2] / frame[3]
        if ratio > LONG:
            across = width - 2 * gap
            return pygame.Rect(gap, gap, across, max(min(round(across / ratio), height // 4), look.px(LEAST)))
        across = round(min(PART * width, PART * height * ratio))
        down = round(across / ratio)
        return pygame.Rect(gap, height - gap - down, across, down)

    def _render(
        self, look: Look, frame: tuple[float, float, float, float], size: tuple[int, int], seconds: float
    ) -> None:
        """Draw the world small, now and then."""
        self._old += seconds
        scene = self.scene
        key = (frame, size, look.theme.name, scene.age, scene.paused)
        if key == self._key and self._old < EVERY:
            return
        self._key, self._old = key, 0.0
        self._picture = pygame.Surface(size, 0, 32)
        self._camera = fit_strip(frame[2:], size, frame[:2], LANES)
        world = scene.world
        layers = {"congestion"}
        canvas = Canvas(
            self._picture, world.view.extent, theme=look.theme, camera=self._camera, layers=layers, seats=world.seats
        )
        world.view.draw(scene.shown(), canvas)

    def _mark(self, target: pygame.Surface, look: Look, view: Camera, placed: dict[int, tuple[float, float]]) -> None:
        """The part that is shown, and the seats."""
        assert self._camera is not None
        corners = [view.metres((0.0, 0.0)), view.metres((float(view.size[0]), float(view.size[1])))]
        (left, top), (right, bottom) = (self._camera.pixels(corner) for corner in corners)
        shown = pygame.Rect(round(left), round(top), round(right - left), round(bottom - top))
        pygame.draw.rect(target, look.colour("ink"), shown.clip(target.get_rect()), 1, border_radius=2)
        colours = seat_colours(self.scene.world.seats)
        for seat, place in sorted(placed.items(), key=lambda item: item[0] == self.scene.followed):
            pixel = self._camera.pixels(place)
            reach = look.px(5.5 if seat == self.scene.followed else 4)
            ink.disc(target, (pixel[0], pixel[1]), reach + 1.5, look.colour("outline"))
            ink.disc(target, (pixel[0], pixel[1]), reach, colours[seat])
