"""The world's part of the window: camera, trails, numbers that rise where points are made."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
import pygame

from simulator.canvas import Camera, Canvas, fit, follow
from simulator.desktop.theme import Look

if TYPE_CHECKING:
    from simulator.desktop.scene import Scene

ZOOM_STEP, CLOSEST = 1.25, 8.0
STRIP, FILLED = 0.2, 0.6  # a part of the world that fills less of the picture's height (or width) is shown larger
TRAIL = 0.7  # s of the past
TRAIL_POINTS = 26
RISE = 1.1  # s that a number is seen
WORTH_SHOWING = 0.75  # points: smaller changes of a score are gathered first
APART = 0.6  # s between two numbers of one seat, so that they do not cover each other: what comes between is gathered
CLICK = 40  # px; how near a click must be to a seat
GLIDE = 6.0  # how fast the camera follows, 1/s


class Pops:
    """Numbers that rise from a seat when its score changes."""

    def __init__(self, seats: int) -> None:
        self._known = np.zeros(seats)
        self._age: object = None
        self.rising: list[tuple[int, float, float]] = []
        """(seat, points, seconds since)."""

    def watch(self, w: Any, age: object, seconds: float) -> None:
        """Take in the scores of the present state."""
        score = np.array(w["score"], dtype=np.float64)
        if age != self._age:
            self._age, self._known, self.rising = age, score, []
            return
        self.rising = [(seat, points, old + seconds) for seat, points, old in self.rising if old + seconds < RISE]
        fresh = {seat for seat, _, old in self.rising if old < APART}
        for seat in np.flatnonzero(np.abs(score - self._known) >= WORTH_SHOWING):
            if int(seat) in fresh:
                continue
            self.rising.append((int(seat), float(score[seat] - self._known[seat]), 0.0))
            self._known[seat] = score[seat]


class Arena:
    """Draws the shown state of a scene and remembers the camera."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.following = False
        self.zoom = 1.0
        self.placed: dict[int, tuple[float, float]] = {}
        self._pops = Pops(len(scene.world.seats))
        self._centre: tuple[float, float] | None = None
        self._trails: dict[int, deque[tuple[float, float, float]]] = {}
        self._age: object = None
        self._clock = 0.0
        self._camera: Camera | None = None
        self._frame = (0.0, 0.0, *scene.world.extent)
        self._framed = False

    def command(self, name: str) -> bool:
        """Obey a command of the camera; False if it is none."""
        if name == "follow":
            self.following = not self.following
            self.zoom = max(self.zoom, 1.8) if self.following else 1.0
        elif name == "zoom_in":
            self.zoom = min(self.zoom * ZOOM_STEP, CLOSEST)
        elif name == "zoom_out":
            self.zoom = max(self.zoom / ZOOM_STEP, 1.0)
        else:
            return False
        return True

    def seat_at(self, pixel: tuple[float, float]) -> int | None:
        """The seat that was drawn near a pixel of the world's picture."""
        if self._camera is None:
            return None
        x, y = self._camera.metres(pixel)
        near = {seat: float(np.hypot(place[0] - x, place[1] - y)) for seat, place in self.placed.items()}
        seat = min(near, key=lambda seat: near[seat], default=None)
        return seat if seat is not None and near[seat] * self._camera.scale < CLICK else None

    def camera(self, size: tuple[int, int], seconds: float = 0.0) -> Camera:
        """What part of the world is shown; a followed seat is glided after."""
        corner, extent = self._frame[:2], self._frame[2:]
        place = self.placed.get(self.scene.followed)
        if self.zoom <= 1.0 or place is None:
            self._centre = None
            return fit(extent, size, zoom=self.zoom, corner=corner)
        if not self.following and self._centre is not None:
            place = self._centre
        if self._centre is None:
            self._centre = place
        part = min(1.0, GLIDE * seconds)
        self._centre = (
            self._centre[0] + (place[0] - self._centre[0]) * part,
            self._centre[1] + (place[1] - self._centre[1]) * part,
        )
        return follow(extent, size, self.zoom, self._centre, corner=corner)

    def draw(self, target: pygame.Surface, look: Look, layers: frozenset[str], seconds: float) -> None:
        """Draw the world; `seconds` of real time passed since the last frame."""
        scene, w = self.scene, self.scene.shown()
        moving = seconds if not scene.paused else 0.0
        self._forget_old(moving)
        names = {index: scene.who(index) if scene.who(index).startswith("you") else seat.name
                 for index, seat in enumerate(scene.world.seats)}  # fmt: skip
        self._camera = self.camera(target.get_size(), seconds)
        canvas = Canvas(
            target, scene.world.extent, theme=look.theme, camera=self._camera,
            layers=layers, viewer=scene.followed, seats=scene.world.seats, names=names,
            trails={seat: np.array([(x, y) for x, y, _ in trail]) for seat, trail in self._trails.items()},
        )  # fmt: skip
        scene.world.draw(w, canvas)
        self._camera = canvas.camera
        if canvas.framed is not None:
            self._look_at(canvas.framed, target.get_size())
        self._remember(canvas.placed)
        if "trails" in layers:
            self._pops.watch(w, scene.age, moving)
            self._draw_pops(canvas)

    def _look_at(self, frame: tuple[float, float, float, float], size: tuple[int, int]) -> None:
        """Take in what part of the world matters; go closer at first where it is a long strip."""
        if self._framed:
            self._frame = frame
            return
        self._frame, self._framed = frame, True
        filled = min(frame[2] / size[0], frame[3] / size[1]) / max(frame[2] / size[0], frame[3] / size[1])
        if filled < STRIP:
            self.following, self.zoom = True, min(FILLED / filled, CLOSEST)

    def _forget_old(self, seconds: float) -> None:
        self._clock += seconds * max(self.scene.speed, 1.0)
        if self._age != self.scene.age:
            self._age = self.scene.age
            self._trails.clear()
        for trail in self._trails.values():
            while trail and self._clock - trail[0][2] > TRAIL:
                trail.popleft()

    def _remember(self, placed: dict[int, tuple[float, float]]) -> None:
        self.placed = placed
        farthest = 0.1 * max(self.scene.world.extent)
        for seat, (x, y) in placed.items():
            trail = self._trails.setdefault(seat, deque(maxlen=TRAIL_POINTS * 4))
            if trail and max(abs(trail[-1][0] - x), abs(trail[-1][1] - y)) > farthest:
                trail.clear()  # it was put elsewhere
            if not trail or self._clock - trail[-1][2] >= TRAIL / TRAIL_POINTS:
                trail.append((x, y, self._clock))

    def _draw_pops(self, canvas: Canvas) -> None:
        for seat, points, old in self._pops.rising:
            place = canvas.placed.get(seat)
            if place is not None:
                style = "good" if points > 0 else "bad"
                spot = (place[0], place[1] - 0.7 - 0.9 * old / RISE)
                canvas.text(spot, f"{points:+.0f}", size=0.5, style=style, bold=True)
