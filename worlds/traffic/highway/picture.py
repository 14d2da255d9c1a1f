"""How the highway looks: roads and traffic as in every world that has them, patrols and kilometre posts beside them."""

from typing import Any

from worlds.kit.drawing import Canvas
from worlds.kit.road.motorways import TOP
from worlds.kit.road.picture import draw_roads
from worlds.traffic.highway.constants import METRES, SECTIONS


def draw(w: Any, canvas: Canvas) -> None:
    """Everything, back to front; patrols only where the hidden task is shown, or where the viewer was fined."""
    draw_roads(w, canvas)
    viewer = canvas.viewer
    for section in range(SECTIONS):
        x = (section + 0.5) * METRES
        canvas.text((section * METRES + 8.0, TOP - 6.0), "ABCDEFGH"[section], size=5.0, style="muted")
        caught = viewer is not None and int(w.fined[viewer]) >> section & 1
        if w.patrol[section] and (canvas.shows("hidden") or caught):
            canvas.box((x, TOP - 4.0), 4.5, 1.9, "bad", label="")
            canvas.text((x, TOP - 8.0), "patrol", size=3.0, style="bad")
