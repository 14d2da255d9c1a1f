"""The words a world draws with. All lengths in metres, y downwards; styles are words of `simulator.canvas.theme`."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pygame

from simulator.canvas import ink, shapes
from simulator.canvas.camera import Camera, fit, fit_strip
from simulator.canvas.dimming import dim
from simulator.canvas.kept import MEGABYTE, Kept
from simulator.canvas.roads import draw_ribbon, draw_stamp, fill_ground
from simulator.canvas.scenery import backdrop, sketch_of
from simulator.canvas.signs import Button, draw_badge
from simulator.canvas.text import written
from simulator.canvas.theme import DARK, Colour, SeatLike, Theme, contrasting, seat_colours, seat_marks, seat_shapes
from simulator.canvas.tiles import ground
from simulator.canvas.vehicles import draw_light, draw_vehicle
from simulator.canvas.words import Words

LAYERS = frozenset({"rays", "fog", "hidden", "labels", "trails", "congestion", "clock", "route"})
FILLED_SPOT = 40.0  # px; a smaller ring around a seat is tinted inside
CHUBBY = 1.25  # times as wide as they are: so much at most vehicles are drawn where lanes are wider
SMALL_DETAIL = 9.0  # px of a painting, which is shrunk: smaller details of scenery are left out
SMALLEST_TEXT, LABEL = 9, 18  # px; smaller text is left out rather than smeared; text up to the other is not covered
TURNS = 256  # directions in which a body is drawn

_stills = Kept(8 * MEGABYTE)

Points = Any  # anything numpy makes a float array (n, 2) of
Place = Any  # … or a point (2,)


class Canvas:
    """A picture of one world.

    Args:
        surface: what is drawn on, from its corner.
        extent: width and height of the world (m).
        theme: the colours.
        camera: what part of the world is shown.
        layers: which of `LAYERS` are on; a world asks with `shows`.
        viewer: index of the seat whose view the rays and fog layers show, or None.
        seats: of the world, for their shapes and colours.
        names: text shown at a seat when labels are on (default: its name).
        trails: past places (n, 2) of seats, oldest first, drawn as fading lines behind them.
    """

    def __init__(
        self,
        surface: pygame.Surface,
        extent: tuple[float, float],
        *,
        theme: Theme = DARK,
        camera: Camera,
        layers: Collection[str] = (),
        viewer: int | None = None,
        seats: Sequence[SeatLike] = (),
        names: Mapping[int, str] | None = None,
        trails: Mapping[int, np.ndarray] | None = None,
    ) -> None:
        self.surface = surface
        self.extent = extent
        self.theme = theme
        self.camera = camera
        self.layers = frozenset(layers)
        self.viewer = viewer
        self.seats = seats
        self.names = names or {}
        self.trails = trails or {}
        self.painting = False
        """Whether scenery is being painted: large, and shrunk afterwards, which smooths all edges."""
        self.ahead = False
        """Whether scenery just out of view is painted too, a piece at a time: then a moving view never waits for it."""
        self.words, self.letters = Words(), 1.0
        """Where words stand, and how much larger than usual names are."""
        self._names: list[tuple[int, np.ndarray, float]] = []
        self.asked: set[str] = set()
        """Layers that the world asked for."""
        self.placed: dict[int, tuple[float, float]] = {}
        """Where (m) each seat was drawn: what the camera follows and trails are made of."""
        self.pointer: tuple[float, float] | None = None
        """What is pointed at (m), if anything is."""
        self.buttons: list[Button] = []
        """What can be clicked to tell a seat what to do."""
        self.colours = seat_colours(seats)
        self.shapes = seat_shapes(seats)
        self.marks = seat_marks(seats)
        self.framed: tuple[float, float, float, float] | None = None
        """The part of the world (left, top, width, height in m) that a world said matters, if it did."""
        surface.fill(theme.colour("void"))

    def shows(self, layer: str) -> bool:
        """Whether one of `LAYERS` is on; rays and fog need a viewer too."""
        self.asked.add(layer)
        return layer in self.layers and (self.viewer is not None or layer not in ("rays", "fog"))

    def frame(self, left: float, top: float, width: float, height: float) -> None:
        """Say, before anything is drawn, what part of the world matters: shown whole instead of the whole extent."""
        self.framed = (left, top, width, height)
        if self.camera == fit(self.extent, self.camera.size):
            self.camera = fit_strip((width, height), self.camera.size, (left, top))

    def tiles(self, grid: np.ndarray, styles: Mapping[int, str], *, size: float = 1.0) -> None:
        """The ground: codes `grid` (rows, columns) u1 and the style of each code; tiles of `size` metres.

        `wall` stands up; `one_way_east` (west, north, south) shows chevrons; codes without a style are floor.
        """
        corner = self.camera.pixels((0.0, 0.0))
        ground(self.surface, grid, styles, self.theme, (corner[0], corner[1]), size * self.camera.scale)

    def disc(
        self, centre: Place, radius: float, style: str, *, label: str = "", outline: bool = False, alpha: int = 255
    ) -> None:
        """A filled circle, with a dark rim if `outline`; the label is written inside."""
        middle, reach = self._point(centre), radius * self.camera.scale
        colour = self._colour(style)
        if outline:
            rim = reach + max(1.5, 0.04 * self.camera.scale)
            ink.disc(self.surface, middle, rim, self.theme.colour("outline"), alpha)
        ink.disc(self.surface, middle, reach, colour, alpha)
        self._label(label, middle, reach, colour)

    def box(
        self,
        centre: Place,
        width: float,
        height: float,
        style: str,
        *,
        angle: float = 0.0,
        label: str = "",
        alpha: int = 255,
    ) -> None:
        """A filled rectangle turned by `angle` (rad)."""
        corners = np.array(((-width, -height), (width, -height), (width, height), (-width, height))) / 2
        colour = self._colour(style)
        corners = shapes.turned(corners, angle) * self.camera.scale + self._point(centre)
        ink.polygon(self.surface, corners, colour, alpha)
        self._label(label, self._point(centre), min(width, height) / 2 * self.camera.scale, colour)

    def polygon(self, points: Points, style: str, *, alpha: int = 255, about: Place | None = None) -> None:
        """A filled polygon; `alpha` 0 … 255. One `about` a place keeps its shape where widths are drawn larger."""
        pixels = self.camera.pixels(points)
        if about is not None:
            pixels = (np.asarray(points) - about) * self.camera.scale + self._point(about)
        if not self.painting:
            ink.polygon(self.surface, pixels, self._colour(style), alpha)
        elif np.ptp(pixels, axis=0).max() >= SMALL_DETAIL:
            ink.plain(self.surface, pixels, self._colour(style))

    def line(self, points: Points, style: str, *, width: float = 0.05, alpha: int = 255) -> None:
        """A line through points."""
        pixels, behind = self.camera.pixels(points), self.theme.colour("floor")
        ink.line(self.surface, pixels, width * self.camera.scale, self._colour(style), alpha, behind=behind)

    def scenery(self, key: Hashable, paint: Callable[[Any], None], *, ground: str = "floor") -> None:
        """What never moves and lies beneath all else: `paint(sketch)` is called once, its picture then only copied.

        Equal keys stand for equal paintings. What it is given knows `polygon` and `ribbon` only, all opaque.
        """
        sketch = sketch_of(key, paint)

        def fresh(surface: pygame.Surface, camera: Camera) -> None:
            canvas = Canvas(surface, self.extent, theme=self.theme, camera=camera, seats=self.seats)
            canvas.painting = True
            fill_ground(surface, self._colour(ground), grown=ground == "land")
            for word, arguments, facts in sketch.near(camera):
                getattr(canvas, word)(*arguments, **facts)

        backdrop(self.surface, self.camera, (key, ground, self.theme.name), fresh, ahead=self.ahead)

    def still(self, key: Hashable, paint: Callable[[Any], None]) -> None:
        """What stands still for a while and lies beneath all else, in any words but names: `paint(canvas)` is called
        when its key or the camera is new, and its picture then only copied. A view that moves paints it every time.
        """
        whole = (key, self.extent, self.camera, self.theme.name, self.colours, self.surface.get_size())
        if not _stills.met(whole):
            paint(self)
            return

        def fresh() -> pygame.Surface:
            surface = pygame.Surface(self.surface.get_size(), 0, 32)
            paint(Canvas(surface, self.extent, theme=self.theme, camera=self.camera, seats=self.seats))
            return surface

        self.surface.blit(_stills.of(whole, fresh, on=self.surface), (0, 0))

    def ribbon(
        self, points: Points, width: float, style: str, *, dash: tuple[float, float] | None = None, alpha: int = 255
    ) -> None:
        """A band along points, never thinner than a pixel (in scenery it gets paler instead).

        `dash`: metres that are drawn, metres that are left out.
        """
        line, look = np.asarray(points, dtype=np.float64), (width, self._colour(style))
        draw_ribbon(self.surface, self.camera, line, *look, dash=dash, alpha=alpha, painting=self.painting)

    def vehicle(
        self,
        middle: Place,
        heading: float,
        length: float,
        width: float,
        style: str,
        *,
        kind: str = "car",
        brakes: bool = False,
        blink: int = 0,
        seat: int | None = None,
    ) -> None:
        """A car, truck or bus seen from above.

        Args:
            brakes: its brake lights shine.
            blink: indicators that shine now: 0 none, 1 left, 2 right.
            seat: whose it is: then in the seat's colour, with its number, and a ring around it when it is followed.
        """
        point, scale = self._point(middle), self.camera.scale
        if seat is None and not self._near(point, length * scale):
            return
        colour = self._colour(style if seat is None else f"seat_{seat}")
        if seat is not None:
            self.spot(seat, middle, 0.62 * length)
        size, turned = (length * scale, width * scale * min(self.camera.stretch, CHUBBY)), self.camera.turned(heading)
        draw_vehicle(self.surface, point, turned, size, colour, self.theme, kind=kind, brakes=brakes, blink=blink)
        if seat is not None:
            self._label(self.marks[seat], point, 0.42 * size[1], colour)
            if self.shows("labels"):
                self._names.append((seat, np.array(point), 0.5 * size[0]))

    def light(self, middle: Place, heading: float, width: float, state: str) -> None:
        """A traffic light (`red`, `yellow`, `green`) across a lane; the heading is that of the traffic it holds."""
        scale, turned = self.camera.scale, self.camera.turned(heading)
        draw_light(self.surface, self._point(middle), turned, width * scale, state, scale, self.theme)

    def spot(self, index: int, position: Place, radius: float) -> None:
        """Where a seat without a body of its own is: it can be clicked and followed, and is ringed when it is."""
        self.placed[index] = (float(position[0]), float(position[1]))
        if index == self.viewer:
            middle, reach = self._point(position), max(radius * self.camera.scale, 9.0)
            if reach < FILLED_SPOT:  # a large one would hide what lies in it
                ink.disc(self.surface, middle, reach, self.colours[index], 46)
            ink.ring(self.surface, middle, reach, min(max(1.6, reach * 0.07), 4.0), self.colours[index], 220)

        if self.shows("labels"):
            draw_badge(self.surface, self._point(position), (0.0, 0.0), self.marks[index], self.colours[index])

    def badge(self, position: Place, text: str, style: str = "ink", *, away: Place = (0.0, 0.0)) -> None:
        """A word on a small plate, readable at every distance, moved along `away` so that the point stays free."""
        point = self._point(position)
        draw_badge(self.surface, point, (away[0], away[1]), text, self._colour(style), self.words)

    def stamp(self, words: str) -> None:
        """Words in a corner of the picture, such as what the clock says."""
        draw_stamp(self.surface, words, self.theme.panel)

    def button(self, line: Points, width: float, seat: int, factor: int, choice: int) -> None:
        """A band that asks, when it is clicked, for a choice of one of a seat's actions."""
        self.buttons.append(Button(np.asarray(line, dtype=np.float64), width, seat, factor, choice))

    def arrow(self, start: Place, end: Place, style: str, *, width: float = 0.07, alpha: int = 255) -> None:
        """A line with a head at its end."""
        tail, tip = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
        length = math.hypot(*(tip - tail))
        if length == 0.0:
            return
        along = (tip - tail) / length
        side = np.array((-along[1], along[0]))
        head = min(4.0 * width, 0.6 * length)
        neck = tip - along * head
        outline = np.array(
            (
                tail + side * width / 2,
                neck + side * width / 2,
                neck + side * head * 0.62,
                tip,
                neck - side * head * 0.62,
                neck - side * width / 2,
                tail - side * width / 2,
            )
        )
        self.polygon(outline, style, alpha=alpha)

    def ring(
        self, centre: Place, radius: float, style: str, *, part: float = 1.0, width: float = 0.08, alpha: int = 255
    ) -> None:
        """A circle line, or its first `part` (0 … 1) clockwise from the top: good for progress."""
        thick = max(1.0, width * self.camera.scale)
        middle, reach = self._point(centre), radius * self.camera.scale
        if part >= 1.0:
            ink.ring(self.surface, middle, reach, thick, self._colour(style), alpha)
        elif part > 0.0:
            ink.arc(self.surface, middle, reach, thick, self._colour(style), part)

    def text(self, position: Place, text: str, *, size: float = 0.5, style: str = "ink", bold: bool = False) -> None:
        """One line of text of `size` metres, centred on a point; left out where it would be too small to read."""
        pixels = round(size * self.camera.scale)
        if text and pixels >= SMALLEST_TEXT:
            piece = written(text, pixels, self._colour(style), bold=bold)
            middle = self._point(position)
            box = piece.get_rect(center=(round(middle[0]), round(middle[1])))
            self.surface.blit(piece, self.words.take(box) if pixels <= LABEL else box)

    def floating(self, position: Place, text: str, *, size: float, style: str) -> None:
        """One bold line of text, moved up where it would lie on others."""
        piece = written(text, max(round(size * self.camera.scale), SMALLEST_TEXT), self._colour(style), bold=True)
        middle = self._point(position)
        self.surface.blit(piece, self.words.free(piece.get_rect(center=(round(middle[0]), round(middle[1]))), up=True))

    def finish(self) -> None:
        """Write the names of seats, above all else and where no other words are."""
        for index, middle, reach in self._names:
            pixels = round(min(max(round(0.3 * self.camera.scale), 10), 15) * self.letters)
            name = self.names.get(index, self.seats[index].name)
            piece = written(name, pixels, self.theme.colour("ink"))
            centre = (round(middle[0]), round(middle[1] + reach * 1.5 + pixels * 0.6))
            box = self.words.free(piece.get_rect(center=centre))
            self.surface.blit(written(name, pixels, self.theme.colour("outline")), box.move(1, 1))
            self.surface.blit(piece, box)
        self._names.clear()

    def fog(self, outline: Points, *, alpha: int = 140) -> None:
        """Dim everything outside the polygon (n, 2) that the viewer sees. Its rim is soft."""
        dim(self.surface, self.camera.pixels(outline), self.theme.colour("fog"), alpha)

    def seat(
        self, index: int, position: Place, heading: float, radius: float, *, dim: bool = False, mark: str = ""
    ) -> None:
        """The body of a seat: its own shape, colour and number, facing `heading` (rad).

        Args:
            dim: fainter, for one that is out of play or cannot be seen.
            mark: a word or sign shown above it.
        """
        self.placed[index] = (float(position[0]), float(position[1]))
        middle = np.array(self._point(position))
        reach = radius * self.camera.scale
        colour, outline = self.colours[index], self.theme.colour("outline")
        alpha = 105 if dim else 255
        if not dim:
            self._trail(index, reach, colour)
        if index == self.viewer:
            ink.disc(self.surface, (middle[0], middle[1]), reach * 1.95, colour, 46)
            ink.ring(self.surface, (middle[0], middle[1]), reach * 1.95, max(1.5, reach * 0.1), colour, 210)
        rim = max(1.6, 0.045 * self.camera.scale) / max(reach, 1.0)
        shadow, still = self.theme.colour("shadow"), np.rint(middle * ink.PHASES) / ink.PHASES
        drop, heading = still + np.array((0.0, reach * 0.2)), round(heading * TURNS / math.tau) * math.tau / TURNS
        ink.stack(
            self.surface,
            self._body(index, drop, heading, reach * 1.08, shadow, alpha // 3)
            + self._body(index, still, heading, reach * (1.0 + rim), outline, alpha)
            + self._body(index, still, heading, reach, colour, alpha),
        )
        self._label(self.marks[index], (middle[0], middle[1]), reach * 0.95, colour)
        if mark:
            self.text((position[0], position[1] - radius - 0.32), mark, size=0.34, bold=True)
        if self.shows("labels"):
            self._names.append((index, middle, reach))

    def _body(
        self, index: int, middle: np.ndarray, heading: float, reach: float, colour: Colour, alpha: int
    ) -> list[tuple[np.ndarray, Colour, int]]:
        shape = self.shapes[index]
        outlines = [shapes.OUTLINES[shape]] if shape in shapes.POINTED else [shapes.NOSE, shapes.OUTLINES[shape]]
        return [(shapes.turned(outline, heading) * reach + middle, colour, alpha) for outline in outlines]

    def _trail(self, index: int, reach: float, colour: Colour) -> None:
        past = self.trails.get(index)
        if past is None or len(past) < 2 or "trails" not in self.layers:
            return
        ink.trail(self.surface, self.camera.pixels(past), reach * 0.42, colour)

    def _label(self, text: str, middle: tuple[float, float], reach: float, on: Colour) -> None:
        pixels = round(reach * 1.05)
        if text and pixels >= SMALLEST_TEXT - 1:
            piece = written(text, pixels, contrasting(on), bold=True)
            self.surface.blit(piece, piece.get_rect(center=(round(middle[0]), round(middle[1]))))

    def _near(self, point: tuple[float, float], reach: float) -> bool:
        """Whether a pixel, or what is so near it, lies in the picture."""
        width, height = self.camera.size
        return -reach < point[0] < width + reach and -reach < point[1] < height + reach

    def _colour(self, style: str) -> Colour:
        kind, _, number = style.rpartition("_")
        if kind == "seat" and number.isdecimal() and int(number) < len(self.colours):
            return self.colours[int(number)]
        return self.theme.colour(style)

    def _point(self, place: Place) -> tuple[float, float]:
        camera = self.camera  # one point at a time is faster without NumPy
        x = (float(place[0]) - camera.centre[0]) * camera.scale + camera.size[0] / 2
        return x, (float(place[1]) - camera.centre[1]) * camera.scale * camera.stretch + camera.size[1] / 2
