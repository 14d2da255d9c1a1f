"""What part of the world the window shows: all of it, or a closer view that follows a seat and looks ahead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.canvas import Camera, fit, follow

if TYPE_CHECKING:
    from worlds.world import World

Place = tuple[float, float]
ZOOM_STEP = 1.25
CLOSEST, NEAREST = 8.0, 30.0  # the closest view: that much of the whole, or that many metres across
STRIP, FILLED = 0.2, 0.6  # a part of the world that fills less of the picture's height (or width) is shown larger
HALF = 1.8  # zoom of a close view in worlds that do not say how close it should be
GLIDE = 6.0  # how fast the camera turns to another seat, 1/s
EASE = 1.5  # how fast it takes in that a seat changes its speed, 1/s
AHEAD, FARTHEST = 1.5, 0.24  # s of the way ahead of a seat that are shown more than behind it; at most of the picture
JUMP = 0.1  # of the world's longer side: what moves farther between two frames was put there


class Viewpoint:
    """The camera of one scene. Its commands are `follow`, `zoom_in` and `zoom_out`."""

    def __init__(self, world: World) -> None:
        self.following = False
        self.zoom = 1.0
        self.frame = (0.0, 0.0, *world.view.extent)
        """What part of the world matters: left, top, width, height in metres."""
        self.still = False
        """Whether the camera stays on the seat, without gliding or looking ahead."""
        self._closeup = world.view.closeup
        self._farthest = JUMP * max(world.view.extent)
        self._framed = False
        self._size = (1, 1)
        self._seat = -1
        self._place: Place | None = None
        self._offset: Place = (0.0, 0.0)
        self._speed: Place = (0.0, 0.0)

    @property
    def shows_all(self) -> bool:
        """Whether the whole world is shown."""
        return self.zoom <= 1.0

    def command(self, name: str) -> bool:
        """Obey a command; False if it is none of the camera's."""
        if name == "follow":
            self.following = not self.following
            self.zoom = max(self.zoom, self._close_zoom()) if self.following else 1.0
        elif name == "zoom_in":
            self.zoom = min(self.zoom * ZOOM_STEP, max(CLOSEST, self._zoom_for(NEAREST)))
        elif name == "zoom_out":
            self.zoom = max(self.zoom / ZOOM_STEP, 1.0)
        else:
            return False
        return True

    def look_at(self, frame: tuple[float, float, float, float], size: tuple[int, int]) -> None:
        """Take in what part of the world matters; go closer at first where it is a long strip."""
        self.frame, self._size = frame, size
        if self._framed:
            return
        self._framed = True
        filled = min(frame[2] / size[0], frame[3] / size[1]) / max(frame[2] / size[0], frame[3] / size[1])
        if filled < STRIP:
            self.following = True
            self.zoom = self._close_zoom() if self._closeup else min(FILLED / filled, CLOSEST)

    def camera(self, size: tuple[int, int], seat: int, place: Place | None, seconds: float, moved: float) -> Camera:
        """The camera of this frame for a followed seat at a place (None: it is nowhere, stay where it was).

        Args:
            seconds: real time since the last frame.
            moved: time since then in which things moved, 0 in a pause.
        """
        self._size = size
        corner, extent = self.frame[:2], self.frame[2:]
        self._watch(seat, place, moved)
        if self.zoom <= 1.0 or self._place is None:
            self._offset = (0.0, 0.0)
            return fit(extent, size, zoom=self.zoom, corner=corner)
        if self.following:
            scale = fit(extent, size, zoom=self.zoom).scale
            lead = [_clamped(AHEAD * self._speed[axis], FARTHEST * size[axis] / scale) for axis in range(2)]
            lead, part = ([0.0, 0.0], 1.0) if self.still else (lead, min(1.0, GLIDE * seconds))
            before = self._offset
            self._offset = (before[0] + (lead[0] - before[0]) * part, before[1] + (lead[1] - before[1]) * part)
        centre = self._place[0] + self._offset[0], self._place[1] + self._offset[1]
        return follow(extent, size, self.zoom, centre, corner=corner)

    def _watch(self, seat: int, place: Place | None, moved: float) -> None:
        """Take in where the seat is now, and how fast it goes."""
        known = self._place
        if place is None or known is None:
            self._place, self._seat = place or known, seat
            return
        way = place[0] - known[0], place[1] - known[1]
        if seat != self._seat:  # keep the view where it is; it then glides over
            self._offset = self._offset[0] - way[0], self._offset[1] - way[1]
            self._speed = (0.0, 0.0)
        elif not self.following:  # the view stands still
            self._offset = self._offset[0] - way[0], self._offset[1] - way[1]
        elif max(abs(way[0]), abs(way[1])) > self._farthest:
            self._offset = self._speed = (0.0, 0.0)
        elif moved > 0.0:
            part = min(1.0, EASE * moved)
            self._speed = (
                self._speed[0] + (way[0] / moved - self._speed[0]) * part,
                self._speed[1] + (way[1] / moved - self._speed[1]) * part,
            )
        self._place, self._seat = place, seat

    def _close_zoom(self) -> float:
        """The zoom of a close view."""
        return max(self._zoom_for(self._closeup), 1.0) if self._closeup else HALF

    def _zoom_for(self, metres: float) -> float:
        """The zoom at which the picture is so many metres wide."""
        return self._size[0] / metres / fit((self.frame[2], self.frame[3]), self._size).scale


def _clamped(value: float, most: float) -> float:
    return min(max(value, -most), most)
