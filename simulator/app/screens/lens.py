"""Looking closer at traffic: keys colour vehicles and lanes by a figure, a click tells the numbers of what it hits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pygame

from simulator.app.panels.road_numbers import Row, lanes_of, numbers
from simulator.app.panels.road_overlay import PAST, RoadOverlay, heat_legend
from simulator.app.panels.traffic import (
    NEAR,
    Picked,
    Scale,
    TrafficView,
    congestion_legend,
    draw_traffic,
    has_roads,
    modes_of,
    pick,
    picked_next,
    still_there,
    tints,
)  # fmt: skip
from simulator.app.play.road_log import moment
from simulator.app.play.texts import text
from simulator.app.screens.road_walk import RoadWatch
from worlds.road.lanes.places import cars_of, line_of
from worlds.road.picture import back_of, clock_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.app.screens.scene import Scene
    from simulator.app.shell.stage import WindowStage
    from simulator.canvas import Canvas, Theme
    from simulator.canvas.theme import Colour

CLEAR = 24  # px that stay free around what was clicked
REACH = 9.0  # px; how far a click may miss
OFF, NOW, BEFORE = "", "now", "before"
COMMANDS = ("colours", "heat")
TOLD_EVERY = 0.2  # s; numbers are read by people


class Lens:
    """What is looked at in one scene. In a world without roads it does nothing. `layers` tells what is shown."""

    def __init__(self, stage: WindowStage, scene: Scene, layers: Callable[[], frozenset[str]]) -> None:
        self.stage, self.scene, self._layers = stage, scene, layers
        self.there = has_roads(scene.world)
        self.modes = modes_of(scene.world)
        self.mode = self.modes[0]
        self.heat = OFF
        """Of which episode the delay by lane is shown."""
        self.picked: Picked | None = None
        self.watch = RoadWatch(scene) if self.there else None
        self.box = pygame.Rect(0, 0, 0, 0)
        """Where the legend and the numbers were drawn last."""
        self._spot: tuple[float, float] | None = None  # px of what was clicked
        self._place: tuple[float, float] | None = None  # m of the click
        self._left = False  # whether the legend gave way to it
        self._overlay = RoadOverlay()
        self._rows: tuple[Row, ...] = ()
        self._rows_of: object = None

    def command(self, name: str) -> bool:
        """The next way to colour vehicles, or the next delay to show; False if neither was asked for."""
        if name not in COMMANDS:
            return False
        if not self.there:
            self.stage.say(text("say.colours" if name == "colours" else "traffic.no_roads"))
        elif name == "colours":
            self.mode = self.modes[(self.modes.index(self.mode) + 1) % len(self.modes)]
        else:
            self._next_heat()
        return True

    def _next_heat(self) -> None:
        assert self.watch is not None
        if self.heat == NOW and self.watch.before is None:
            self.stage.say(text("traffic.no_before"))
        self.heat = {OFF: NOW, NOW: BEFORE if self.watch.before is not None else OFF, BEFORE: OFF}[self.heat]

    def layers_after(self, name: str, layers: frozenset[str]) -> frozenset[str]:
        """The layers after a command was obeyed: delay and speed colour the same lanes, so only what was asked for last
        is shown.
        """
        if name == "heat" and self.heat:
            return layers - {"congestion"}
        if name == "congestion" and "congestion" in layers:
            self.heat = OFF
        return layers

    def click(self, place: tuple[float, float], scale: float) -> None:
        """A click on a place (m) of a picture with so many pixels a metre."""
        if self.there:
            w, self._place = self.scene.shown(), place
            self.picked = picked_next(self.picked, pick(w, place, min(REACH / scale, NEAR)), w)

    def advance(self) -> None:
        """Find out what happened before the moment that is shown, where a recording jumped there."""
        if self.watch is not None:
            self.watch.advance()

    def tints(self, w: Any, theme: Theme) -> Iterator[Colour] | None:
        """Colours of vehicles, if they are not to have their own paint."""
        return tints(w, self.mode, theme) if self.there else None

    def under(self, w: Any, canvas: Canvas) -> None:
        """Lay delay by lane over the road, and mark the lane that was clicked; vehicles are drawn over it."""
        if self.watch is None:
            return
        if self.picked is not None and self.picked.kind != "car" and still_there(w, self.picked):
            for lane in lanes_of(w, self.picked.index) if self.picked.kind == "road" else [self.picked.index]:
                canvas.ribbon(line_of(w, lane), float(w["lane_width"][lane]), "light_green", alpha=90)
        lost = self._lost(w)
        if lost is not None and len(lost) == int(w["lanes"]):
            self._overlay.draw_heat(w, canvas, lost, moment(w) if self._shown_heat() == NOW else -1.0)

    def mark(self, w: Any, canvas: Canvas) -> None:
        """Show on the picture what the lights did, and what was clicked."""
        if self.watch is not None and self._overlay.has_heads(w) and self.watch.log.knows(w):
            self._overlay.draw_heads(w, canvas, self.watch.log, self._junction())
        if self.picked is None or not still_there(w, self.picked):
            self.picked = self._place = None
        elif self.picked.kind == "car":
            cars = cars_of(w, back_of(w))
            at = int(np.flatnonzero(cars.slot == self.picked.index)[0])
            self._place = (float(cars.middle[at, 0]), float(cars.middle[at, 1]))
            canvas.ring(self._place, 0.7 * float(cars.length[at]), "goal")
        spot = None if self._place is None else canvas.camera.pixels(self._place)
        self._spot = None if spot is None else (float(spot[0]), float(spot[1]))

    def _junction(self) -> int | None:
        """The junction that is followed, where seats are junctions."""
        is_junction = "car_seat" in (self.scene.world.record.names or ()) and "arms" in self.scene.world.state
        return self.scene.followed if is_junction and "ride" not in self.scene.world.state else None

    def _shown_heat(self) -> str:
        """Of which episode delay is shown: the one that just ended, or what was asked for."""
        ended = self.scene.banner is not None and "congestion" not in self._layers()
        return NOW if ended and self.heat == OFF else self.heat

    def _lost(self, w: Any) -> Any:
        shown, watch = self._shown_heat(), self.watch
        if watch is None or shown == OFF:
            return None
        if shown == BEFORE:
            return watch.before
        return watch.log.delay(moment(w)) if watch.log.knows(w) else None

    # --- what is told ----------------------------------------------------------------------------------------------

    @property
    def wanted(self) -> bool:
        """Whether there is a legend, or numbers, to be shown beside the clock."""
        return self.there and bool(self.mode != self.modes[0] or self.heat or "congestion" in self._layers())

    def draw(self, world: tuple[int, int], top: int, key: str, more: str = "") -> None:
        """Say with ImGui's calls what is seen, over a world's picture of a size of which `top` pixels are taken."""
        if self._spot is None:
            self._left = False
        else:  # what was clicked must be seen
            here = self.box.inflate(2 * CLEAR, 2 * CLEAR)
            there = here.move(world[0] - here.left - here.right, 0)
            if here.collidepoint(self._spot) and not there.collidepoint(self._spot):
                self._left = not self._left
        view = self.view(key, more)
        self.box = draw_traffic(self.stage.gui, self.stage.look, view, world, top, left=self._left)

    def view(self, key: str, more: str = "") -> TrafficView:
        """What is shown, as plain data; `key` goes on to the next colours, `more` shows what the task hides."""
        w, theme = self.scene.shown(), self.stage.look.theme
        scales, notes = [], []
        if "congestion" in self._layers():
            scales.append(Scale(text("traffic.congestion"), tuple(congestion_legend(theme))))
        if shown := self._shown_heat():
            scales.append(self._heat_scale(w, shown, theme))
        if "hidden" in self._layers() and "demand" in (self.scene.world.record.names or ()):
            notes.append(text("traffic.demand"))
        if self._overlay.has_heads(w):
            notes.append(text("traffic.lights", past=f"{PAST:.0f}"))
        rows = self._told(w)
        if rows and self.picked is not None and self.picked.kind == "lane" and len(lanes_of(w, self.picked.index)) > 1:
            notes.append(text("traffic.again"))
        if rows and more and "hidden" not in self._layers():
            notes.append(text("traffic.more", key=more))
        return TrafficView(clock_of(w), self.mode, key, rows, tuple(scales), tuple(notes))

    def _heat_scale(self, w: Any, shown: str, theme: Theme) -> Scale:
        assert self.watch is not None
        if shown == NOW and not self.watch.log.knows(w):
            return Scale(text("traffic.heat.walking"), ())
        return Scale(text(f"traffic.heat.{shown}"), tuple(heat_legend(theme)))

    def _told(self, w: Any) -> tuple[Row, ...]:
        """The numbers of what was clicked, made anew some times a second."""
        if self.picked is None or not still_there(w, self.picked):
            return ()
        telling = "hidden" in self._layers()
        key = (self.picked, telling, self.scene.age, int(moment(w) / TOLD_EVERY), self.scene.followed)
        if key != self._rows_of:
            self._rows_of = key
            log = None if self.watch is None else self.watch.log
            told = numbers(self.scene.world, w, self.picked, log, telling=telling, own=self.scene.viewer)
            self._rows = tuple(told)
        return self._rows
