"""What the things in the picture of flags stand for."""

from worlds.games.flags.picture import draw_arrow, draw_crown, draw_ferry, draw_shield, fly
from worlds.kit.drawing import Canvas
from worlds.world import Sign

MIDDLE = (1.0, 1.0)


def dock(canvas: Canvas) -> None:
    """A dock of planks."""
    canvas.box(MIDDLE, 1.7, 1.4, "path")
    for plank in (-0.5, 0.0, 0.5):
        canvas.line([(1.0 + plank, 0.35), (1.0 + plank, 1.65)], "floor", width=0.09)


def flag(canvas: Canvas) -> None:
    """A flag on its pole."""
    canvas.line([(0.6, 1.9), (0.6, 0.2)], "ink", width=0.14)
    fly(canvas, (0.6, 0.2), 0.9, "seat_0")


LEGEND = (
    Sign("a dock: stand there when the horn sounds to raid its lane", dock),
    Sign("a watchtower: stand there to guard its lane", lambda canvas: draw_shield(canvas, MIDDLE, 0.8, "den")),
    Sign("a raid, by its number before the horn", lambda canvas: draw_arrow(canvas, MIDDLE, 0.8, "wall_edge", 1.0)),
    Sign("a guard, by its number before the horn", lambda canvas: draw_shield(canvas, MIDDLE, 0.8, "wall_edge")),
    Sign("a flag, in its team's colour; a bare pole has lost it", flag),
    Sign("the crown: flags of this lane count more", lambda canvas: draw_crown(canvas, MIDDLE, 0.7)),
    Sign("a ferry; each carries its raider over the river", lambda canvas: draw_ferry(canvas, MIDDLE), span=2.0),
)
