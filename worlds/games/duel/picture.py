"""How duel looks: back to front, in metres."""

from typing import Any

import numpy as np

from worlds.games.duel.constants import (
    COMING,
    CRATES,
    DITCH_EAST,
    DITCH_WEST,
    FLASH_TICKS,
    HEIGHT,
    LEAP,
    MIDDLE,
    READY,
    SIDES,
    STORY,
    UNTOLD,
    WEST,
)
from worlds.games.duel.duels import is_taken, may_hit, rival_of
from worlds.kit.drawing import Canvas

GIRTH = 0.36  # m; radius of a duellist
BALL = 0.15  # m
TRAIL = (0.32, 0.16, 0.08)  # s behind the ball, widest last
WAVES = 5
FLOOR, WALL = "floor", "wall"
KEYS = ("1 N", "2 M", "3 S")  # of the trigger, and the side that each shoots at


def draw(w: Any, canvas: Canvas) -> None:
    """The banks, the crates, what can be chosen, balls and everyone."""
    canvas.tiles(w.tiles, {0: FLOOR, 1: WALL, 2: FLOOR, 3: FLOOR})
    draw_ditch(canvas)
    for bank in range(2):
        for crate in range(CRATES):
            draw_crate(w, canvas, bank, crate)
    if canvas.viewer is not None:
        draw_aims(w, canvas, canvas.viewer)
    for seat in range(len(w.pos)):
        if w.ball[seat] != READY:
            draw_ball(w, canvas, seat)
    for seat in range(len(w.pos)):
        viewer = canvas.viewer
        if canvas.shows("fog") and viewer is not None and seat != viewer and not w.seen[viewer, seat]:
            continue
        draw_duellist(w, canvas, seat)
    if canvas.viewer is not None:
        draw_story(w, canvas, canvas.viewer)


def draw_story(w: Any, canvas: Canvas, viewer: int) -> None:
    """In the wall above: how the rival aimed at the viewer and leapt from him lately, the last ones rightmost."""
    rival = int(rival_of(w, viewer))
    for x, words, sides in ((0.9, "aimed", w.leads[rival, viewer]), (8.1, "leapt", w.leaps[viewer, rival])):
        canvas.disc((x, 0.5), 0.22, f"seat_{rival}", outline=True)
        canvas.text((x + 1.15, 0.5), words, size=0.5)
        for shot in range(STORY):
            draw_side(canvas, (x + 2.5 + 0.6 * shot, 0.5), int(sides[shot]))


def draw_side(canvas: Canvas, middle: tuple[float, float], side: int) -> None:
    """North a tip upwards, south one downwards, the middle a square; a dot for what has not been seen yet."""
    if side == UNTOLD:
        canvas.disc(middle, 0.06, "muted")
    elif side == MIDDLE:
        canvas.box(middle, 0.34, 0.34, "ink")
    else:
        down = 0.24 * (side - MIDDLE)
        canvas.polygon(np.array([(-0.24, -down), (0.24, -down), (0.0, down)]) + middle, "ink")


def draw_ditch(canvas: Canvas) -> None:
    """Water that nobody crosses."""
    west, east = DITCH_WEST + 0.08, DITCH_EAST - 0.08
    canvas.polygon([(west, 1.0), (east, 1.0), (east, HEIGHT - 1.0), (west, HEIGHT - 1.0)], "water")
    for edge in (west, east):
        canvas.line([(edge, 1.0), (edge, HEIGHT - 1.0)], "shore", width=0.14)
    for wave in range(WAVES):
        y = 1.9 + wave * (HEIGHT - 3.0) / WAVES
        x = (west + east) / 2 + (0.55 if wave % 2 else -0.55)
        canvas.line([(x - 0.5, y), (x - 0.17, y - 0.12), (x + 0.17, y), (x + 0.5, y - 0.12)], "shore", width=0.06)


def draw_crate(w: Any, canvas: Canvas, bank: int, crate: int) -> None:
    """A box with a cross; flat once it was opened, and framed if it is the full one and the hidden task is shown."""
    x, y = w.crate[bank, crate]
    if canvas.shows("hidden") and crate == int(w.full):
        canvas.ring((x, y), 0.44, "refuge")
    if int(w.opened[bank]) >> crate & 1:
        canvas.box((x, y), 0.5, 0.5, "floor_alt")
        return
    canvas.box((x, y), 0.52, 0.52, "outline")
    canvas.box((x, y), 0.44, 0.44, "den")
    canvas.line([(x - 0.2, y - 0.2), (x + 0.2, y + 0.2)], "muted", width=0.05)
    canvas.line([(x - 0.2, y + 0.2), (x + 0.2, y - 0.2)], "muted", width=0.05)


def draw_aims(w: Any, canvas: Canvas, viewer: int) -> None:
    """Where the viewer can shoot: three places at its target, each asks for its choice when it is clicked."""
    others = [seat for seat in range(len(w.pos)) if w.team[seat] != w.team[viewer] and w.seen[viewer, seat]]
    is_ready = w.load[viewer] == 0 and w.balls[viewer] > 0 and w.draw[viewer] == 0 and not may_hit(w, viewer)
    others = [seat for seat in others if not is_taken(w, viewer, seat)]
    if not others or not is_ready:
        return
    target = min(others, key=lambda seat: float(np.hypot(*(w.pos[seat] - w.pos[viewer]))))
    x, y = w.pos[target]
    outwards = -1.0 if w.team[target] == WEST else 1.0
    for side in range(len(SIDES)):
        spot = (x, y + LEAP * (side - MIDDLE))
        canvas.ring(spot, 0.48, "muted")
        canvas.text((x + 0.85 * outwards, spot[1]), KEYS[side], size=0.42, style="muted")  # beside, clear of the seat
        canvas.button(np.array([(x, spot[1] - 0.45), (x, spot[1] + 0.45)]), 1.6, viewer, 1, 1 + side)


def draw_ball(w: Any, canvas: Canvas, seat: int) -> None:
    """A ball with its trail, in its seat's colour, bright inside."""
    at, way = np.array(w.ball_at[seat]), np.array(w.ball_vel[seat])
    if w.ball[seat] == COMING:
        flown = float(np.hypot(*(at - w.pos[seat])))
        speed = max(float(np.hypot(*way)), 1e-9)
        for width, seconds in zip((0.06, 0.12, 0.2), TRAIL, strict=True):
            back = min(seconds, flown / speed)
            canvas.line([at - back * way, at], f"seat_{seat}", width=width)
    canvas.disc(at, BALL + 0.05, "outline")
    canvas.disc(at, BALL, f"seat_{seat}")
    canvas.disc(at, 0.5 * BALL, "ink")


def draw_duellist(w: Any, canvas: Canvas, seat: int) -> None:
    """Body, gun, reload bar and balls; a burst when hit, a dashed line to its mark while the gun is raised."""
    x, y = w.pos[seat][0], w.pos[seat][1] + w.lean[seat]
    out = 1.0 if w.team[seat] == WEST else -1.0
    if w.flash[seat]:
        draw_burst(canvas, (x, y), 1.0 - float(w.flash[seat]) / FLASH_TICKS)
    raised = bool(w.draw[seat])
    if raised:
        mark = w.pos[w.mark[seat]]
        canvas.ribbon(np.array([(x, y), mark]), 0.05, "bad", dash=(0.25, 0.25))
        points = w.aim[seat] if seat == canvas.viewer else w.barrel[seat]  # one's own shows where one shoots
        lean = 0.3 * (int(points) - MIDDLE)
        canvas.line([(x, y), (x + 0.85 * out, y + lean)], "ink", width=0.16)
    if abs(float(w.lean[seat])) > 0.05:  # where it leapt from
        canvas.line([w.pos[seat], (x, y)], "muted", width=0.24)
        canvas.ring(w.pos[seat], 0.2, "muted")
    canvas.seat(seat, (x, y), 0.0 if out > 0.0 else np.pi, GIRTH)
    draw_gun_bar(w, canvas, seat, x, y - 0.62)
    if canvas.shows("hidden") and raised:
        canvas.ring(w.pos[w.mark[seat]] + np.array([0.0, LEAP * (int(w.aim[seat]) - MIDDLE)]), 0.3, "goal")


def draw_gun_bar(w: Any, canvas: Canvas, seat: int, x: float, y: float) -> None:
    """How far the gun is loaded, and a dot for every ball left."""
    part = 1.0 - float(w.load[seat]) / float(w.reload)
    canvas.box((x, y), 0.96, 0.2, "outline")
    style = "good" if part >= 1.0 and w.balls[seat] > 0 else "muted"
    if w.balls[seat] > 0:
        canvas.box((x - 0.44 * (1.0 - part), y), 0.88 * part, 0.12, style)
    for ball in range(int(w.balls[seat])):
        canvas.disc((x - 0.42 + 0.17 * ball, y - 0.22), 0.055, "ink")


def draw_burst(canvas: Canvas, middle: tuple[float, float], grown: float) -> None:
    """Rays that fly apart from who was hit."""
    for ray in range(8):
        way = np.array([np.cos(ray * np.pi / 4 + 0.2), np.sin(ray * np.pi / 4 + 0.2)])
        canvas.line([middle + way * (0.35 + 0.5 * grown), middle + way * (0.6 + 0.7 * grown)], "bad", width=0.1)
    canvas.ring(middle, 0.42 + 0.5 * grown, "bad")


def has_to_leap(w: Any, seat: int) -> bool:
    """Whether a gun is raised at a seat: it has to choose its leap before the ball leaves."""
    return any(bool(w.draw[other]) and int(w.mark[other]) == seat for other in range(len(w.pos)))


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"hits {int(w.hits[seat])}, taken {int(w.hits_taken[seat])}, balls left {int(w.balls[seat])}"


CONTROLS: dict[str, dict[str, Any]] = {
    "move": {
        "vector": [0, 1, 2, 3, 4, 5, 6, 7, 8],
        "about": "a way; when a gun is raised at you, time runs slowly: up or down to leap",
    },
    "trigger": {
        "keys": {"1": 1, "2": 2, "3": 3}, "rest": 0, "once": True, "pad": {"X": 1, "A": 2, "B": 3},
        "about": "shoot north of it, at it or south of it; or click the mark where you want to shoot",
    },
}  # fmt: skip
