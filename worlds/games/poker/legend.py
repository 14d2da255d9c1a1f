"""What the things in the picture of poker stand for."""

from functools import partial

from worlds.games.poker.picture import draw_card
from worlds.kit.drawing import Canvas
from worlds.world import Sign

MIDDLE = (2.0, 2.0)


def chips(canvas: Canvas) -> None:
    """Three chips in a row."""
    for chip in range(3):
        canvas.disc((1.4 + 0.6 * chip, 2.0), 0.6, "seat_0", outline=True)


def button(canvas: Canvas) -> None:
    """A disc with a D."""
    canvas.disc(MIDDLE, 1.1, "ink", label="D", outline=True)


def turn(canvas: Canvas) -> None:
    """Somebody with a ring."""
    canvas.seat(0, MIDDLE, 0.0, 0.9)
    canvas.ring(MIDDLE, 1.5, "goal")


LEGEND = (
    Sign("a card that you see", partial(draw_card, middle=MIDDLE, name="K"), span=4.0),
    Sign("a card that you do not see", partial(draw_card, middle=MIDDLE, name=""), span=4.0),
    Sign("chips that somebody has in the pot", chips, span=4.0),
    Sign("around somebody: it is their turn", turn, span=4.0),
    Sign("the button: the other one acts first", button, 4.0),
    Sign("lit: what you may do now; a click does it", lambda canvas: canvas.box(MIDDLE, 3.6, 1.6, "wall_edge"), 4.0),
)
