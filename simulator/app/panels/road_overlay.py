"""What is laid over roads: delay by lane in colours, and a small timeline at every head of lights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pygame

from simulator.app.play.road_log import RoadLog, coming, heads_of, moment
from simulator.canvas.theme import Colour, Theme
from simulator.canvas.timelines import Piece, draw_timeline
from worlds.road.fields import GREEN, RED, YELLOW
from worlds.road.lanes.places import line_of, points_at

if TYPE_CHECKING:
    from collections.abc import Hashable

    from simulator.canvas import Canvas

BOUNDS = (2.0, 10.0, 40.0, 150.0)
"""Vehicle-seconds lost on 100 m of lane from which the next colour is taken."""
HEAT = ("flow_3", "flow_2", "flow_1", "flow_0")
SEEN = 0.5  # vehicle-seconds on 100 m; lanes that lost less keep their look
EVERY = 2.0  # s of the episode after which the colours are painted anew
PAST, AHEAD = 40.0, 15.0  # s of a timeline
WIDTH = 82  # px
NEAR_ENOUGH = 2.6  # px a metre: farther away only the followed junction has timelines
BACK, ASIDE = 24.0, 1.5  # m from the stop line, and from the road's edge, to a timeline
CLEAR = 46.0  # px from the stop line, at least
STYLES = {RED: "light_red", YELLOW: "light_yellow", GREEN: "light_green"}


def heat_of(lost: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Which colour of `HEAT` each lane has (L,); −1 none. `lost`: vehicle-seconds of each; `lengths`: metres."""
    density = 100.0 * lost / np.maximum(lengths, 10.0)
    return np.where(density < SEEN, -1, np.minimum(np.searchsorted(BOUNDS[1:], density, side="right"), len(HEAT) - 1))


def heat_legend(theme: Theme) -> list[tuple[Colour, str]]:
    """Colours and from how many vehicle-seconds on 100 m they are taken."""
    starts = ("0", *(f"{bound:g}" for bound in BOUNDS[1:]))
    return [(theme.colour(style), start) for style, start in zip(HEAT, starts, strict=True)]


class RoadOverlay:
    """Paints over the roads of one scene; what does not change is kept as a picture."""

    def __init__(self) -> None:
        self._network: Hashable = None
        self._lines: dict[int, np.ndarray] = {}
        self._heads: dict[int, tuple[int, list[int]]] = {}
        self._places: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._heat: pygame.Surface | None = None
        self._heat_of: Hashable = None

    def look_at(self, w: Any) -> None:
        """Take in the network, where it is another one than before."""
        key = int(w["task_key"]), int(w["trial"]), int(w["lanes"])
        if key == self._network:
            return
        self._network, self._lines, self._heat_of = key, {}, None
        self._heads = heads_of(w)
        self._places = {group: _place(w, lanes) for group, (_, lanes) in self._heads.items()}

    # --- delay by lane ---------------------------------------------------------------------------------------------

    def draw_heat(self, w: Any, canvas: Canvas, lost: np.ndarray, when: float) -> None:
        """Every lane in the colour of the delay on it until `when` (s); painted anew now and then."""
        self.look_at(w)
        camera = canvas.camera
        key = (self._network, camera, int(when / EVERY), canvas.theme.name, len(lost))
        if key != self._heat_of or self._heat is None:
            self._heat_of = key
            self._heat = self._painted(w, canvas, lost)
        canvas.surface.blit(self._heat, (0, 0))

    def _painted(self, w: Any, canvas: Canvas, lost: np.ndarray) -> pygame.Surface:
        layer = pygame.Surface(canvas.surface.get_size(), pygame.SRCALPHA, 32)
        onto, canvas.surface = canvas.surface, layer
        colours = heat_of(lost[: int(w["lanes"])], w["lane_length"][: len(lost)])
        for lane in np.flatnonzero(colours >= 0).tolist():
            if lane not in self._lines:
                self._lines[lane] = line_of(w, lane)
            canvas.ribbon(self._lines[lane], 0.8 * float(w["lane_width"][lane]), HEAT[int(colours[lane])], alpha=150)
        canvas.surface = onto
        return layer

    # --- timelines of lights ---------------------------------------------------------------------------------------

    def has_heads(self, w: Any) -> bool:
        """Whether there are lights."""
        self.look_at(w)
        return bool(self._heads)

    def draw_heads(self, w: Any, canvas: Canvas, log: RoadLog, junction: int | None) -> None:
        """A timeline at every head in view: of all junctions in a close view, else of one of them."""
        self.look_at(w)
        arms: dict[tuple[int, int], list[int]] = {}
        for group, (owner, lanes) in self._heads.items():
            if canvas.camera.scale >= NEAR_ENOUGH or owner == junction:
                arms.setdefault((owner, _outermost(w, lanes[0])), []).append(group)
        for (_, _), groups in arms.items():
            place, aside = self._places[groups[0]]
            x, y = canvas.camera.pixels(place) + max(CLEAR - BACK * canvas.camera.scale, 0.0) * aside[::-1] * (
                -1.0,
                1.0,
            )
            if 0 <= x < canvas.camera.size[0] and 0 <= y < canvas.camera.size[1]:
                self._draw_arm(w, canvas, log, groups, (float(x), float(y)))

    def _draw_arm(self, w: Any, canvas: Canvas, log: RoadLog, groups: list[int], point: tuple[float, float]) -> None:
        now, bands = moment(w), []
        for group in groups:
            band = band_of(w, log, group, canvas.theme)
            if band not in bands:
                bands.append(band)
        lanes = sorted({lane for group in groups for lane in self._heads[group][1]})
        whole = PAST + AHEAD
        dots = [(at + 0.5 - now + PAST) / whole for at in log.calls(lanes, max(now - PAST, 0.0), now)]
        stretches = log.colours(groups[0], 0.0, now)
        words = f"{stretches[-1].end - stretches[-1].start:.0f}" if stretches else ""
        aside = self._places[groups[0]][1]
        draw_timeline(
            canvas.surface, point, (float(aside[0]), float(aside[1])), WIDTH, bands, PAST / whole,
            dots=[dot for dot in dots if dot >= 0.0], words=words, others=canvas.words,
        )  # fmt: skip


def band_of(w: Any, log: RoadLog, group: int, theme: Theme) -> list[Piece]:
    """The colours of a signal group along a timeline: what it showed, and what is decided."""
    now, whole = moment(w), PAST + AHEAD
    found: list[Piece] = []
    for stretch in [*log.colours(group, now - PAST, now), *coming(w, group)]:
        start, end = ((at - now + PAST) / whole for at in (stretch.start, stretch.end))
        if start < 1.0 and end > start:
            found.append((max(start, 0.0), min(end, 1.0), theme.colour(STYLES[stretch.state])))
    return found


def _outermost(w: Any, lane: int) -> int:
    while int(w["lane_right"][lane]) >= 0:
        lane = int(w["lane_right"][lane])
    return lane


def _place(w: Any, lanes: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Where the timeline of an arm stands (m): some way before the line, right of the road; and the way to there."""
    lane = _outermost(w, lanes[0])
    length = float(w["lane_length"][lane])
    places, headings = points_at(w, np.array([lane]), np.array([max(length - BACK, 0.5 * length)]), np.array([-1]))
    aside = np.array((-math.sin(headings[0]), math.cos(headings[0])))
    return np.asarray(places[0] + (0.5 * float(w["lane_width"][lane]) + ASIDE) * aside), aside
