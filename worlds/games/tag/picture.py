"""How tag looks: back to front, in metres."""

from typing import Any

import numpy as np

from worlds.games.tag.constants import DEN
from worlds.kit.drawing import Canvas
from worlds.kit.sight import RAY_X, RAY_Y, RAYS, cast

BODY = 0.32  # m
TILES = {0: "floor", 1: "wall", 2: "floor", 3: "floor", 4: "floor", 5: "floor"}
ARROWS = {2: (1.0, 0.0), 3: (-1.0, 0.0), 4: (0.0, -1.0), 5: (0.0, 1.0)}


def draw(w: Any, canvas: Canvas) -> None:
    """The arena, the dens, what the viewer sees, and everyone."""
    canvas.tiles(w.tiles, TILES)
    for row, column in np.argwhere(w.tiles >= 2):
        draw_arrow(canvas, row, column, ARROWS[int(w.tiles[row, column])])
    for den, centre in enumerate(w.den):
        draw_den(w, canvas, den, centre)
    viewer = canvas.viewer
    if viewer is not None and (canvas.shows("fog") or canvas.shows("rays")):
        draw_sight(w, canvas, viewer)
    for seat, position in enumerate(w.pos):
        hidden = canvas.shows("fog") and viewer is not None and seat != viewer and not w.seen[viewer, seat]
        if not hidden:
            canvas.seat(seat, position, float(w.heading[seat]), BODY, mark="dash" if w.dash[seat] else "")


def draw_arrow(canvas: Canvas, row: int, column: int, way: tuple[float, float]) -> None:
    """A one-way tile."""
    middle = np.array([column + 0.5, row + 0.5])
    reach = 0.3 * np.array(way)
    canvas.arrow(middle - reach, middle + reach, "one_way")


def draw_den(w: Any, canvas: Canvas, den: int, centre: Any) -> None:
    """All look alike until the viewer finds a sham or the hidden task is shown; a held refuge has its holder's ring."""
    real = den == int(w.refuge)
    canvas.disc(centre, DEN, "refuge" if real and canvas.shows("hidden") else "den")
    if canvas.viewer is not None and int(w.looked[canvas.viewer]) >> den & 1:  # dark for the viewer
        canvas.disc(centre, 0.8 * DEN, "floor")
    canvas.text(centre, "ABCD"[den], size=0.6, style="muted")
    if real and int(w.holder) >= 0:
        holder = int(np.flatnonzero(w.team == w.holder)[0])
        canvas.ring(centre, DEN, f"seat_{holder}")


def draw_sight(w: Any, canvas: Canvas, viewer: int) -> None:
    """What the viewer sees through the fog, and its rays."""
    x, y = w.pos[viewer]
    if canvas.shows("fog"):
        angles = np.linspace(0.0, 2.0 * np.pi, 180, endpoint=False)
        reach = [cast(w.tiles, x, y, np.cos(a) or 1e-9, np.sin(a) or 1e-9, float(w.fog)) + 0.15 for a in angles]
        outline = np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], axis=1)
        canvas.fog(outline)
    if canvas.shows("rays"):
        for ray in range(RAYS):
            length = cast(w.tiles, x, y, RAY_X[ray], RAY_Y[ray], float(w.fog))
            end = np.array([x + length * RAY_X[ray], y + length * RAY_Y[ray]])
            canvas.line(np.array([[x, y], end]), "ray", width=0.04)
            canvas.disc(end, 0.06, "ray_hit")
