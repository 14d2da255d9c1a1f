"""The bar below a replay: episodes, the present position, and a handle to drag."""

from __future__ import annotations

import pygame

from simulator.app.panels.views import TimelineView
from simulator.app.shell.theme import Look
from simulator.canvas import ink

HEIGHT = 46  # px at text scale 1


class Timeline:
    """Draws the bar and turns the mouse into positions."""

    def __init__(self, scene: TimelineView) -> None:
        self.scene = scene
        self.dragging = False
        self.bar = pygame.Rect(0, 0, 1, 1)
        """Where the bar was drawn, in window pixels."""

    def draw(self, target: pygame.Surface, box: pygame.Rect, look: Look) -> None:
        """Draw into `box` of the window."""
        scene, tick = self.scene, self.scene.world.timing.tick
        target.fill(look.theme.panel, box)
        middle = box.centery
        label = look.px(70)
        look.text(
            target, (box.left + label - look.px(14), middle), _clock(scene.position * tick), size=12, align="right"
        )
        total = (box.right - label + look.px(14), middle)
        look.text(target, total, _clock(scene.length * tick), size=12, style="muted")
        self.bar = pygame.Rect(box.left + label, box.top, box.width - 2 * label, box.height)
        groove = pygame.Rect(self.bar.left, middle - look.px(3), self.bar.width, look.px(6))
        ink.rounded(target, groove, look.theme.line, groove.height // 2)
        played = groove.copy()
        played.width = round(groove.width * scene.position / max(scene.length, 1))
        ink.rounded(target, played, look.colour("ray"), groove.height // 2)
        for start, new_trial in scene.boundaries:
            x = groove.left + round(groove.width * start / max(scene.length, 1))
            tall = look.px(9 if new_trial else 5)
            colour = look.colour("ink" if new_trial else "muted")
            pygame.draw.line(target, colour, (x, middle - tall), (x, middle + tall), 2 if new_trial else 1)
        self._mark_divergence(target, groove, look)
        ink.disc(target, (played.right, middle), look.px(8), look.colour("outline"))
        ink.disc(target, (played.right, middle), look.px(7), look.colour("ink"))

    def _mark_divergence(self, target: pygame.Surface, groove: pygame.Rect, look: Look) -> None:
        found = self.scene.diverged_at
        if found is not None:
            x = groove.left + round(groove.width * found / max(self.scene.length, 1))
            pygame.draw.line(
                target, look.colour("bad"), (x, groove.top - look.px(8)), (x, groove.bottom + look.px(8)), 3
            )

    def handle(self, event: pygame.event.Event) -> bool:
        """Take in a mouse event; whether it was meant for the bar."""
        if (
            event.type == pygame.MOUSEBUTTONDOWN
            and event.button == 1
            and self.bar.inflate(16, 0).collidepoint(event.pos)
        ):
            self.dragging = True
        elif event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self.dragging:
            self.dragging = False
            return True
        if self.dragging and event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION):
            part = (event.pos[0] - self.bar.left) / max(self.bar.width, 1)
            position = round(part * self.scene.length)
            if position != self.scene.position:
                self.scene.seek(position)
            return True
        return False


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}.{int(seconds * 10) % 10}"
