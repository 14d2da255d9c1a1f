"""What the things in the picture of matrix stand for."""

from functools import partial

import numpy as np

from worlds.games.matrix.picture import draw_bag, draw_parcel
from worlds.kit.drawing import Canvas
from worlds.world import Sign

MIDDLE = (1.0, 1.0)
RED, BLUE = 0, 1


def table(canvas: Canvas) -> None:
    """A table, and a mark of somebody who is due there."""
    canvas.disc(MIDDLE, 0.86, "den", outline=True)
    canvas.text(MIDDLE, "A", size=0.8, style="muted")
    canvas.disc((0.28, 1.72), 0.2, "seat_0", outline=True)


def stall(canvas: Canvas) -> None:
    """A stall with both kinds of parcels."""
    canvas.box((1.0, 1.15), 1.7, 1.3, "wall_side")
    draw_parcel(canvas, (0.58, 1.2), 0.3, RED)
    draw_parcel(canvas, (1.42, 1.2), 0.3, BLUE)
    for stripe in range(4):
        canvas.box((0.325 + 0.45 * stripe, 0.4), 0.45, 0.4, "ink" if stripe % 2 else "goal")


def date(canvas: Canvas) -> None:
    """Somebody with a ring."""
    canvas.seat(1, MIDDLE, -np.pi / 2, 0.52)
    canvas.ring(MIDDLE, 0.72, "goal")


LEGEND = (
    Sign("a stall, where parcels are taken", stall),
    Sign("a red parcel", partial(draw_parcel, centre=MIDDLE, half=0.75, colour=RED)),
    Sign("a blue parcel", partial(draw_parcel, centre=MIDDLE, half=0.75, colour=BLUE)),
    Sign("a closed bag: a parcel is in it, and nobody sees which", partial(draw_bag, centre=MIDDLE, half=0.8)),
    Sign("a table; small marks: who meets there in this round", table),
    Sign("around a table: yours in this round", lambda canvas: canvas.ring(MIDDLE, 0.9, "goal")),
    Sign("around somebody: your date", date),
)
