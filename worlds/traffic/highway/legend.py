"""What the things in the picture of highway stand for."""

from functools import partial

from worlds.kit.drawing import Canvas
from worlds.road.legend import BLINKS, BRAKES, OWN
from worlds.traffic.highway.picture import BOX, LETTER, LIT, PLATE
from worlds.world import Sign

MIDDLE = (2.0, 2.0)
SPAN = 4.0  # m


def roof(canvas: Canvas, *, cuts: bool = False, stops: bool = False) -> None:
    """The letter of a firm as it stands on the roofs of its cars."""
    if stops:
        canvas.box(MIDDLE, LIT, LIT, "brake_light")
    else:
        canvas.disc(MIDDLE, 0.5 * LIT if cuts else PLATE, "bad" if cuts else "windscreen")
    canvas.text(MIDDLE, "K", size=LETTER, style="outline" if cuts or stops else "lane_mark")


def camera(canvas: Canvas, *, eye: str) -> None:
    """A camera box."""
    long, wide = BOX
    canvas.box(MIDDLE, 1.4 * long, 1.4 * wide, "ink")
    canvas.box(MIDDLE, 0.7 * long, 0.7 * wide, eye)


LEGEND = (
    OWN,
    BRAKES,
    BLINKS,
    Sign("a firm's letter on the roof of its cars", roof, SPAN),
    Sign("a firm that you saw cut in", partial(roof, cuts=True), SPAN),
    Sign("a firm that you saw stop short", partial(roof, stops=True), SPAN),
    Sign("a camera box of which you do not know yet", partial(camera, eye="muted"), SPAN),
    Sign("a live camera: it fined you", partial(camera, eye="bad"), SPAN),
    Sign("a dead camera: it did not", partial(camera, eye="windscreen"), SPAN),
)
