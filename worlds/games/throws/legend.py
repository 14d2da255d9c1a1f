"""What the things in the picture of throws stand for."""

from functools import partial

from worlds.games.throws.constants import PAPER, ROCK, SCISSORS
from worlds.games.throws.picture import draw_throw
from worlds.kit.drawing import Canvas
from worlds.world import Sign

MIDDLE = (1.0, 1.0)


def share(canvas: Canvas) -> None:
    """A bar that is filled in part."""
    canvas.box(MIDDLE, 1.8, 0.6, "den")
    canvas.box((0.55, 1.0), 0.9, 0.6, "seat_0")


LEGEND = (
    Sign("rock", partial(draw_throw, middle=MIDDLE, half=0.9, throw=ROCK, style="seat_0")),
    Sign("paper", partial(draw_throw, middle=MIDDLE, half=0.9, throw=PAPER, style="seat_0")),
    Sign("scissors", partial(draw_throw, middle=MIDDLE, half=0.9, throw=SCISSORS, style="seat_0")),
    Sign("points at who won the last throw", lambda canvas: canvas.arrow((0.2, 1.0), (1.8, 1.0), "goal", width=0.2)),
    Sign("how often somebody threw it in this episode", share),
    Sign("in the strip of throws: on the side of who won", lambda canvas: canvas.box(MIDDLE, 1.6, 0.45, "goal")),
)
