"""What the things in the picture of kitchen stand for."""

from functools import partial

from worlds.games.kitchen.constants import BINS
from worlds.games.kitchen.icons import COOK_ICONS, PORTER_ICONS, cross, tick
from worlds.games.kitchen.picture import draw_guest
from worlds.kit.drawing import Canvas
from worlds.world import Sign

MIDDLE = (1.0, 1.0)


def bin_of(canvas: Canvas, *, cooks: bool) -> None:
    """A crate with the things of one room."""
    canvas.box(MIDDLE, 1.9, 1.9, "outline")
    canvas.box(MIDDLE, 1.75, 1.75, "den")
    for item in range(BINS):
        icons = COOK_ICONS if cooks else PORTER_ICONS
        icons[item](canvas, (0.45 + 0.55 * item, 0.75 + 0.5 * (item % 2)), 0.26)


def pot(canvas: Canvas) -> None:
    """A pot under its lid."""
    canvas.box(MIDDLE, 1.9, 1.5, "outline")
    canvas.disc(MIDDLE, 0.72, "wall_side", outline=True)
    canvas.ring(MIDDLE, 0.56, "muted")
    canvas.disc(MIDDLE, 0.16, "muted")


LEGEND = (
    Sign("bins of the porters' room: leek, carrot, beet", partial(bin_of, cooks=False)),
    Sign("bins of the cooks' room: fish, egg, cheese", partial(bin_of, cooks=True)),
    Sign("a pot under its lid; what is in it shows when both have put something in", pot),
    Sign("a guest; the order is theirs", partial(draw_guest, at=(1.0, 1.3), guest=0, size=0.6)),
    Sign("two things that go together", partial(tick, at=MIDDLE, size=0.7)),
    Sign("in the kitchen: lost; on the board: a plain dish", partial(cross, at=MIDDLE, size=0.7)),
    Sign("in the kitchen: a plain dish", lambda canvas: canvas.ring(MIDDLE, 0.85, "muted")),
)
