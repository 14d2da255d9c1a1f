"""The world's part of the window: camera, trails, numbers that rise where points are made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pygame

from simulator.app.panels.numbers import as_paid
from simulator.app.panels.overlay import draw_status, status_height
from simulator.app.panels.overview import Overview
from simulator.app.panels.viewpoint import Viewpoint
from simulator.app.play.texts import text
from simulator.app.shell.theme import Look
from simulator.canvas import Camera, Canvas, Theme
from simulator.canvas.signs import Button, button_at
from simulator.canvas.theme import Colour
from simulator.canvas.tinted import TintedCanvas

if TYPE_CHECKING:
    from simulator.app.panels.views import SceneView

TRAIL = 0.7  # s of the past
TRAIL_POINTS = 26
RISE = 1.1  # s that a number is seen
EVENT = 0.2  # points: a change of a score at one moment that is shown by itself, as it was paid
WORTH_SHOWING = 0.75  # points: what comes in smaller changes is gathered first
APART = 0.6  # s between two numbers of one seat, so that they do not cover each other: what comes between is gathered
HINT = 12  # px of a line that tells keys, as the status has it
CLICK = 40  # px; how near a click must be to a seat
SELECT = 10  # px; a click so near a seat chooses it, whatever else may be clicked there


class Pops:
    """Numbers that rise from a seat when its score changes."""

    def __init__(self, seats: int) -> None:
        self._known = np.zeros(seats)
        self._events, self._trickle = np.zeros(seats), np.zeros(seats)  # points that are still to be shown
        self._age: object = None
        self.rising: list[tuple[int, float, float]] = []
        """(seat, points, seconds since)."""

    def watch(self, w: Any, age: object, seconds: float) -> None:
        """Take in the scores of the present state."""
        score = np.array(w["score"], dtype=np.float64)
        if age != self._age:
            self._age, self._known, self.rising = age, score, []
            self._events[:] = self._trickle[:] = 0.0
            return
        made, self._known = score - self._known, score
        sudden = np.abs(made) >= EVENT
        self._events += np.where(sudden, made, 0.0)
        self._trickle += np.where(sudden, 0.0, made)
        self.rising = [(seat, points, old + seconds) for seat, points, old in self.rising if old + seconds < RISE]
        fresh = {seat for seat, _, old in self.rising if old < APART}
        for seat in range(len(score)):
            kind = self._events if self._events[seat] else self._trickle
            if seat not in fresh and abs(kind[seat]) >= (EVENT if kind is self._events else WORTH_SHOWING):
                self.rising.append((seat, float(kind[seat]), 0.0))
                kind[seat] = 0.0


class Arena:
    """Draws the shown state of a scene and remembers the camera."""

    def __init__(self, scene: SceneView) -> None:
        self.scene = scene
        self.view, self.overview = Viewpoint(scene.world), Overview(scene)
        self.placed: dict[int, tuple[float, float]] = {}
        self.pointer: tuple[float, float] | None = None
        """Where the mouse is over the world's picture."""
        self.layers = {"labels", "trails"}
        """Layers that this world has been seen to draw."""
        self.tints: Callable[[Any, Theme], Iterator[Colour] | None] = lambda w, theme: None
        """Colours of vehicles, where a figure decides them."""
        self.under: Callable[[Any, Canvas], None] = lambda w, canvas: None
        """Draws what lies on the road."""
        self.mark: Callable[[Any, Canvas], None] = lambda w, canvas: None
        """Draws what else is to be seen above the world."""
        self._buttons: list[Button] = []
        self._pops = Pops(len(scene.world.seats))
        self._trails: dict[int, deque[tuple[float, float, float]]] = {}
        self._age: object = None
        self._clock = 0.0
        self._camera: Camera | None = None
        self._foot = 0
        self._foot_of: object = None

    def command(self, name: str) -> bool:
        """Obey a command of the camera or the map; False if it is none."""
        if name == "map":
            self.overview.shown = not self.overview.shown
            return True
        return self.view.command(name)

    def seat_at(self, pixel: tuple[float, float], reach: float = CLICK) -> int | None:
        """The seat that was drawn near a pixel of the world's picture, or of the small map in it."""
        on_map = self.overview.seat_at(pixel, self.placed)
        if on_map is not None or not self._covers(pixel):
            return on_map
        assert self._camera is not None
        x, y = self._camera.metres(pixel)
        near = {seat: float(np.hypot(place[0] - x, place[1] - y)) for seat, place in self.placed.items()}
        seat = min(near, key=lambda seat: near[seat], default=None)
        return seat if seat is not None and near[seat] * self._camera.scale < reach else None

    def button_at(self, pixel: tuple[float, float]) -> Button | None:
        """What a click on a pixel of the world's picture asks for."""
        if not self._covers(pixel) or self.seat_at(pixel, SELECT) is not None:
            return None
        assert self._camera is not None
        return button_at(self._buttons, self._camera.metres(pixel), self._camera.scale)

    @property
    def taken(self) -> int:
        """Pixels at the top of the picture that the small map takes, where it is a strip."""
        box, size = self.overview.box, (0, 0) if self._camera is None else self._camera.size
        return box.bottom if box is not None and box.width > size[0] / 2 and box.top < size[1] / 4 else 0

    def camera_at(self, pixel: tuple[float, float]) -> Camera | None:
        """The camera of the picture that a pixel of the window lies in, if it lies in it."""
        return self._camera if self._covers(pixel) else None

    def _covers(self, pixel: tuple[float, float]) -> bool:
        """Whether a pixel of the window lies in the world's picture."""
        size = (0, 0) if self._camera is None else self._camera.size
        return 0 <= pixel[0] < size[0] and 0 <= pixel[1] < size[1]

    def camera(self, size: tuple[int, int], seconds: float = 0.0, moved: float = 0.0) -> Camera:
        """What part of the world is shown; a followed seat is glided after."""
        followed = self.seen
        return self.view.camera(size, followed, self.placed.get(followed), seconds, moved)

    @property
    def seen(self) -> int:
        """The seat that the camera goes along with: the followed one, or while that one is done and gone, the next one
        that is there.
        """
        followed, seats = self.scene.followed, len(self.scene.world.seats)
        if followed in self.placed or not self.scene.shown()["done"][followed]:
            return followed
        later = ((followed + step) % seats for step in range(1, seats))
        return next((seat for seat in later if seat in self.placed), followed)

    def draw(self, target: pygame.Surface, look: Look, layers: frozenset[str], seconds: float) -> None:
        """Draw the world; `seconds` of real time passed since the last frame."""
        scene, w = self.scene, self.scene.shown()
        moving = seconds if not scene.paused else 0.0
        self.view.still = look.still
        self._forget_old(moving)
        names = {index: scene.who(index) if scene.who(index).startswith("you") else seat.name
                 for index, seat in enumerate(scene.world.seats)}  # fmt: skip
        watched = scene.followed if scene.viewer is None else scene.viewer
        words = "" if scene.world.view.status is None else scene.world.view.status(w, watched)
        if (seen := self.seen) != scene.followed and self.view.following:
            gone, there = scene.world.seats[scene.followed].name, scene.world.seats[seen].name
            words = text("see.stand_in", seat=gone, other=there)
        self._camera = self._above(self.camera(target.get_size(), seconds, moving), look, words)
        canvas = TintedCanvas(
            target, scene.world.view.extent, theme=look.theme, camera=self._camera,
            layers=layers, viewer=scene.viewer, seats=scene.world.seats, names=names,
            trails={seat: np.array([(x, y) for x, y, _ in trail]) for seat, trail in self._trails.items()},
        )  # fmt: skip
        canvas.ahead, canvas.letters = True, max(look.zoom, 1.0)
        if self.pointer is not None and self._covers(self.pointer):
            canvas.pointer = self._camera.metres(self.pointer)
        canvas.tints, canvas.under = self.tints(w, look.theme), lambda onto: self.under(w, onto)
        scene.world.view.draw(w, canvas)
        canvas.lay()
        self._camera, self._buttons = canvas.camera, canvas.buttons
        self.layers |= canvas.asked
        if canvas.framed is not None:
            self.view.look_at(canvas.framed, target.get_size())
        self._remember(canvas.placed)
        self._point_out(canvas)
        self._show_asked(canvas)
        self.mark(w, canvas)
        if "trails" in layers:
            self._pops.watch(w, scene.age, moving)
            self._draw_pops(canvas)
        canvas.finish()
        hints = self._hints(look, target.get_width())
        foot = min(status_height(look, words, hints), target.get_height() // 2)
        upper = target.subsurface((0, 0, target.get_width(), target.get_height() - foot))
        self.overview.draw(upper, look, self.view.frame, self._camera, self.placed, seconds)
        draw_status(target, look, words, hints)

    @property
    def camera_drawn(self) -> Camera | None:
        """The camera of the last picture."""
        return self._camera

    def _above(self, camera: Camera, look: Look, words: str) -> Camera:
        """The same camera; one that shows all of the world shows it above the words at the foot of the picture.

        The room grows when it must, and shrinks only between episodes, so that the picture does not jump in play.
        """
        size = camera.size
        if not self.view.shows_all:
            return camera
        foot, now = status_height(look, words, self._hints(look, size[0])), (self.scene.age, look)
        if foot > self._foot or now != self._foot_of:
            self._foot, self._foot_of = foot, now
        upper = self.camera((size[0], max(size[1] - self._foot, size[1] // 2)))
        lower = (size[1] - upper.size[1]) / 2 / (upper.scale * upper.stretch)
        return Camera((upper.centre[0], upper.centre[1] + lower), upper.scale, size, upper.stretch)

    def _hints(self, look: Look, room: int) -> list[str]:
        """The keys that play, on as many lines as they take."""
        inner = room - look.px(36)
        return [line for hint in self.scene.hints() for line in look.lines(hint, HINT, inner)]

    def _point_out(self, canvas: Canvas) -> None:
        """Show what a click would ask for, where the mouse is over it."""
        button = None if self.pointer is None else self.button_at(self.pointer)
        if button is not None and self.scene.can_order(button.seat):
            canvas.ribbon(button.line, button.width, "light_green", alpha=90)

    def _show_asked(self, canvas: Canvas) -> None:
        """Mark at once what was asked for by a key or a click: the world may make the choice some seconds later."""
        for button in canvas.buttons:
            if self.scene.asked(button.seat, button.factor) == button.choice:
                canvas.ribbon(button.line, button.width, "indicator", alpha=110)

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
        farthest = 0.1 * max(self.scene.world.view.extent)
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
                canvas.floating(spot, as_paid(points), size=0.5, style=style)
