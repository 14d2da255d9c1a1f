"""How tag looks: back to front, in metres."""

from typing import Any

import numpy as np

from worlds.games.tag.constants import CHASER, DEN, FREE, LEANS, REACH, SIDES, STUMBLE
from worlds.kit.drawing import Canvas
from worlds.kit.sight import cast

BODY = 0.32  # m
TILES = {0: "floor", 1: "wall", 2: "floor", 3: "floor", 4: "floor", 5: "floor"}
ARROWS = {2: (1.0, 0.0), 3: (-1.0, 0.0), 4: (0.0, -1.0), 5: (0.0, 1.0)}
SHOWN_WITHIN = 4.0  # m; the three sides are drawn for two who are this close
ASIDE = 0.85  # m from the evader to the marks of its sides


def draw(w: Any, canvas: Canvas) -> None:
    """The arena, the dens, what the viewer sees, everyone, and what is about to be decided."""
    canvas.tiles(w.tiles, TILES)
    for row, column in np.argwhere(w.tiles >= 2):
        draw_arrow(canvas, row, column, ARROWS[int(w.tiles[row, column])])
    for den, centre in enumerate(w.den):
        draw_den(w, canvas, den, centre)
    viewer = canvas.viewer
    if viewer is not None and canvas.shows("fog"):
        draw_sight(w, canvas, viewer)
    if viewer is not None and canvas.shows("rays"):
        for other in np.flatnonzero(w.seen[viewer]):
            canvas.line(np.array([w.pos[viewer], w.pos[other]]), "ray", width=0.04)
    fog = canvas.shows("fog") and viewer is not None
    shown = [seat for seat in range(len(w.pos)) if not fog or seat == viewer or w.seen[viewer, seat]]
    for seat in shown:
        draw_runner(w, canvas, seat, w.pos[seat])
    if viewer is not None:
        draw_sides(w, canvas, viewer)
    for seat in shown:
        if w.down[seat] and w.last_prey[seat]:
            tell_clash(w, canvas, seat, int(w.last_prey[seat]) - 1)


def draw_arrow(canvas: Canvas, row: int, column: int, way: tuple[float, float]) -> None:
    """A one-way tile."""
    middle = np.array([column + 0.5, row + 0.5])
    reach = 0.3 * np.array(way)
    canvas.arrow(middle - reach, middle + reach, "one_way")


def draw_den(w: Any, canvas: Canvas, den: int, centre: Any) -> None:
    """All look alike until the hidden task is shown."""
    real = den == int(w.refuge) and canvas.shows("hidden")
    canvas.disc(centre, DEN, "refuge" if real else "den")
    canvas.text(centre, "ABCD"[den], size=0.6, style="muted")


def draw_runner(w: Any, canvas: Canvas, seat: int, position: Any) -> None:
    """Who lies on the ground has a ring that closes as it gets up; who cannot be touched one that shrinks."""
    down, free = int(w.down[seat]), int(w.free[seat])
    canvas.seat(seat, position, float(w.heading[seat]), BODY, dim=down > 0, mark="dash" if w.dash[seat] else "")
    if down:
        canvas.ring(position, 1.6 * BODY, "bad", part=1.0 - down / STUMBLE)
    if free:
        canvas.ring(position, 1.6 * BODY, "good", part=free / FREE)


def tell_clash(w: Any, canvas: Canvas, chaser: int, evader: int) -> None:
    """How the last clash of a chaser went, as long as it lies on the ground. Those of whom it was see which way both
    went, as agents do: that is all there is to learn of a stranger."""
    lunge, turn = LEANS[int(w.lean[chaser, evader])], LEANS[int(w.lean[evader, chaser])]
    caught = bool(w.won[chaser, evader])
    words = "caught" if caught else "missed"
    if canvas.viewer in (None, chaser, evader) or canvas.shows("hidden"):
        words += f": both {lunge}" if caught else f": it went {turn}"
    canvas.badge(w.pos[chaser] - (0.0, 1.1), words, "good" if caught else "bad")


def sides_of(w: Any, chaser: int, evader: int) -> Any:
    """Where left, low and right are of two who are close, (3, 2): as the chaser sees it, low is straight on."""
    along = w.pos[evader] - w.pos[chaser]
    along = along / max(float(np.hypot(*along)), 1e-6)
    left = np.array([along[1], -along[0]])  # y grows downwards
    return w.pos[evader] + ASIDE * np.array([left, along, -left])


def draw_sides(w: Any, canvas: Canvas, viewer: int) -> None:
    """The three sides of the clash that is near; the one that the viewer leans to is filled.

    Whoever asks for what is hidden sees which way the other one will go.
    """
    rival = int(w.rival[viewer]) - 1
    if rival < 0 or float(np.hypot(*(w.pos[rival] - w.pos[viewer]))) > SHOWN_WITHIN:
        return
    chaser, evader = (viewer, rival) if int(w.team[viewer]) == CHASER else (rival, viewer)
    canvas.ring(w.pos[chaser], REACH, "muted")
    for side, place in enumerate(sides_of(w, chaser, evader)):
        mine = int(w.action[viewer, 2]) == side
        canvas.disc(place, 0.2, "goal" if mine else "muted", outline=not mine)
        canvas.text(place + (0.0, 0.42), LEANS[side], size=0.3, style="ink" if mine else "muted")
        if canvas.shows("hidden") and int(w.action[rival, 2]) == side:
            canvas.ring(place, 0.3, f"seat_{rival}")


def draw_sight(w: Any, canvas: Canvas, viewer: int) -> None:
    """What the viewer sees through the fog."""
    x, y = w.pos[viewer]
    angles = np.linspace(0.0, 2.0 * np.pi, 180, endpoint=False)
    reach = [cast(w.tiles, x, y, np.cos(a) or 1e-9, np.sin(a) or 1e-9, float(w.fog)) + 0.15 for a in angles]
    canvas.fog(np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], axis=1))


def status(w: Any, seat: int) -> str:
    """How a seat's clashes went, and which way it leans."""
    caught, slipped, side = int(w.catches[seat]), int(w.slips[seat]), LEANS[int(w.action[seat, 2]) % SIDES]
    if int(w.team[seat]) == CHASER:
        return f"{caught} caught, {slipped} missed, leans {side}"
    return f"{slipped} escapes, caught {caught} times, leans {side}"
