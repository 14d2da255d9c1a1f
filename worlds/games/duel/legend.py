"""What the things in the picture of duel stand for."""

from functools import partial

import numpy as np

from worlds.games.duel.constants import MIDDLE
from worlds.games.duel.picture import draw_burst, draw_side
from worlds.kit.drawing import Canvas
from worlds.world import Sign

CENTRE = (1.0, 1.0)


def crate(canvas: Canvas) -> None:
    """A crate that is shut."""
    canvas.box(CENTRE, 1.3, 1.3, "outline")
    canvas.box(CENTRE, 1.1, 1.1, "den")
    for way in (-0.5, 0.5):
        canvas.line([(0.5, 1.0 - way), (1.5, 1.0 + way)], "muted", width=0.12)


def raised(canvas: Canvas) -> None:
    """A gun that points at somebody."""
    canvas.ribbon(np.array([(0.5, 1.4), (1.9, 0.4)]), 0.08, "bad", dash=(0.25, 0.2))
    canvas.line([(0.5, 1.4), (1.1, 1.25)], "ink", width=0.22)
    canvas.seat(0, (0.5, 1.4), 0.0, 0.42)


def gun_bar(canvas: Canvas) -> None:
    """A gun that is half loaded, and three balls."""
    canvas.box(CENTRE, 1.8, 0.44, "outline")
    canvas.box((0.6, 1.0), 0.85, 0.28, "muted")
    for ball in range(3):
        canvas.disc((0.3 + 0.35 * ball, 0.6), 0.12, "ink")


def ball(canvas: Canvas) -> None:
    """A ball on its way."""
    canvas.line([(0.2, 1.0), (1.3, 1.0)], "seat_0", width=0.25)
    canvas.disc((1.3, 1.0), 0.45, "outline")
    canvas.disc((1.3, 1.0), 0.36, "seat_0")
    canvas.disc((1.3, 1.0), 0.18, "ink")


def water(canvas: Canvas) -> None:
    """The ditch."""
    canvas.box(CENTRE, 2.0, 2.0, "water")
    canvas.line([(0.4, 1.0), (0.8, 0.85), (1.2, 1.0), (1.6, 0.85)], "shore", width=0.14)


LEGEND = (
    Sign("a gun is raised: who is aimed at must choose a leap now", raised),
    Sign("how far a gun is loaded, and a dot for each ball left", gun_bar),
    Sign("a ball, in the colour of who shot it", ball),
    Sign("somebody is hit", partial(draw_burst, middle=CENTRE, grown=0.3), span=2.0),
    Sign("a crate; one on each bank has more balls in it", crate),
    Sign("where you can shoot: north of it, at it, south of it", lambda canvas: canvas.ring(CENTRE, 0.8, "muted")),
    Sign("in the wall above: aimed or leapt north", lambda canvas: draw_side(canvas, (0.4, 0.4), MIDDLE - 1), span=0.8),
    Sign("in the wall above: at the middle, or stood", lambda canvas: draw_side(canvas, (0.4, 0.4), MIDDLE), span=0.8),
    Sign("in the wall above: south", lambda canvas: draw_side(canvas, (0.4, 0.4), MIDDLE + 1), span=0.8),
    Sign("the ditch: balls cross it, nobody walks over", water),
)
