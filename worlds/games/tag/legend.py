"""What the things in the picture of tag stand for."""

from functools import partial

import numpy as np

from worlds.games.tag.picture import draw_arrow
from worlds.kit.drawing import Canvas
from worlds.world import Sign

MIDDLE = (1.0, 1.0)


def den(canvas: Canvas, *, real: bool) -> None:
    """One of the four dens, or the refuge among them."""
    canvas.disc(MIDDLE, 0.85, "refuge" if real else "den")
    canvas.text(MIDDLE, "A", size=0.7, style="muted")


def runner(canvas: Canvas, *, ring: str) -> None:
    """Somebody with a ring."""
    canvas.seat(0, MIDDLE, -np.pi / 2, 0.5, dim=ring == "bad")
    canvas.ring(MIDDLE, 0.8, ring, part=0.7)


def sides(canvas: Canvas) -> None:
    """Where one may lean, the middle one chosen."""
    for place, x in enumerate((0.35, 1.0, 1.65)):
        canvas.disc((x, 1.0), 0.25, "goal" if place == 1 else "muted", outline=place != 1)


LEGEND = (
    Sign("a den; one of the four is the refuge, which nobody is told", partial(den, real=False)),
    Sign("the refuge, where hidden things are shown", partial(den, real=True)),
    Sign("one way: nobody goes against the arrow", lambda canvas: draw_arrow(canvas, 0, 0, (1.0, 0.0)), span=1.0),
    Sign("on the ground: the ring closes until it gets up", partial(runner, ring="bad")),
    Sign("cannot be caught yet: the ring shrinks until it can", partial(runner, ring="good")),
    Sign("around a chaser: whoever comes within is lunged at", lambda canvas: canvas.ring(MIDDLE, 0.85, "muted")),
    Sign("the sides of a clash: left, low and right; yours is full", sides),
)
