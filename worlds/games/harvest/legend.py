"""What the things in the picture of harvest stand for."""

from functools import partial

import numpy as np

from worlds.games.harvest.constants import FAILED, FULL, UNTRIED, WORKED
from worlds.games.harvest.picture import draw_berry, draw_bush, draw_note
from worlds.kit.drawing import Canvas
from worlds.world import Sign

MIDDLE = (1.0, 1.0)


def grab(canvas: Canvas) -> None:
    """Three berries at a time."""
    for berry in (-0.6, 0.0, 0.6):
        draw_berry(canvas, (1.0 + berry, 1.0), 0.28)


def bolt(canvas: Canvas) -> None:
    """A zap that flies to a partner."""
    canvas.line([(0.2, 1.2), (0.6, 0.7), (1.0, 1.2), (1.4, 0.7), (1.8, 1.2)], "goal", width=0.18)


def gift(canvas: Canvas) -> None:
    """A berry on its way to a partner."""
    canvas.arrow((0.1, 1.0), (1.9, 1.0), "good", width=0.14)
    draw_berry(canvas, (0.9, 1.0), 0.35)


def partner(canvas: Canvas) -> None:
    """Somebody with a ring."""
    canvas.seat(1, MIDDLE, -np.pi / 2, 0.55)
    canvas.ring(MIDDLE, 0.8, "goal")


LEGEND = (
    Sign("a patch: the more berries, the more come", partial(draw_bush, centre=(1.5, 1.5), stock=FULL), 3.0),
    Sign("around a patch: yours in this round", lambda canvas: canvas.ring(MIDDLE, 0.85, "goal")),
    Sign("around somebody: your partner in this round", partner),
    Sign("picks a berry", partial(draw_berry, centre=MIDDLE, radius=0.4)),
    Sign("grabs three, and tramples one", grab),
    Sign("zaps the partner, who lies on the ground for a tick", bolt),
    Sign("gives the partner a berry", gift),
    Sign("in the notebook: not tried with them yet", partial(draw_note, centre=MIDDLE, half=0.7, known=UNTRIED)),
    Sign("in the notebook: it worked", partial(draw_note, centre=MIDDLE, half=0.7, known=WORKED)),
    Sign("in the notebook: it did not", partial(draw_note, centre=MIDDLE, half=0.7, known=FAILED)),
)
