"""Looking closer at traffic: a key colours vehicles by a figure, a click tells the numbers of a vehicle or a lane."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.app.panels.traffic import (
    NEAR,
    Picked,
    TrafficView,
    draw_traffic,
    has_roads,
    modes_of,
    numbers,
    pick,
    still_there,
    tints,
)  # fmt: skip
from simulator.app.play.texts import text
from worlds.road.lanes.places import cars_of, line_of
from worlds.road.picture import back_of

if TYPE_CHECKING:
    from simulator.app.screens.scene import Scene
    from simulator.app.shell.stage import WindowStage
    from simulator.canvas import Canvas, Theme
    from simulator.canvas.theme import Colour

REACH = 9.0  # px; how far a click may miss


class Lens:
    """What is looked at in one scene. In a world without roads it does nothing."""

    def __init__(self, stage: WindowStage, scene: Scene) -> None:
        self.stage, self.scene = stage, scene
        self.there = has_roads(scene.world)
        self.modes = modes_of(scene.world)
        self.mode = self.modes[0]
        self.picked: Picked | None = None

    def command(self, name: str) -> bool:
        """The next way to colour vehicles; False if that was not asked for."""
        if name != "colours":
            return False
        if not self.there:
            self.stage.say(text("say.colours"))
            return True
        self.mode = self.modes[(self.modes.index(self.mode) + 1) % len(self.modes)]
        return True

    def click(self, place: tuple[float, float], scale: float) -> None:
        """A click on a place (m) of a picture with so many pixels a metre."""
        if self.there:
            self.picked = pick(self.scene.shown(), place, min(REACH / scale, NEAR))

    def tints(self, w: Any, theme: Theme) -> Iterator[Colour] | None:
        """Colours of vehicles, if they are not to have their own paint."""
        return tints(w, self.mode, theme) if self.there else None

    def mark(self, w: Any, canvas: Canvas) -> None:
        """Show on the picture what was clicked."""
        if self.picked is None or not still_there(w, self.picked):
            self.picked = None
        elif self.picked.kind == "lane":
            width = float(w["lane_width"][self.picked.index])
            canvas.ribbon(line_of(w, self.picked.index), width, "light_green", alpha=90)
        else:
            cars = cars_of(w, back_of(w))
            at = int(np.flatnonzero(cars.slot == self.picked.index)[0])
            canvas.ring((float(cars.middle[at, 0]), float(cars.middle[at, 1])), 0.7 * float(cars.length[at]), "goal")

    def draw(self, world: tuple[int, int], top: int, key: str) -> None:
        """Say with ImGui's calls what is seen, over a world's picture of a size of which `top` pixels are taken."""
        draw_traffic(self.stage.gui, self.stage.look, self.view(key), world, top)

    def view(self, key: str) -> TrafficView:
        """What is shown, as plain data."""
        scene, w = self.scene, self.scene.shown()
        seconds = int(w["tick"]) * scene.world.timing.tick
        rows = () if self.picked is None or not still_there(w, self.picked) else numbers(scene.world, w, self.picked)
        return TrafficView(f"{int(seconds) // 60}:{int(seconds) % 60:02d}", self.mode, key, tuple(rows))
