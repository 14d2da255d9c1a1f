"""How kitchen looks."""

from typing import Any

from worlds.kit.drawing import Canvas

EXTENT = (22.0, 14.0)


def draw(w: Any, canvas: Canvas) -> None:
    """Rooms and people."""
    canvas.tiles(w.tiles, {0: "floor", 1: "wall"}, size=2.0)
    for seat in range(len(w.hand)):
        canvas.seat(seat, ((float(w.col[seat]) + 0.5) * 2.0, (float(w.row[seat]) + 0.5) * 2.0), 0.0, 0.5)


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"{int(w.rights[seat])} dishes right, {int(w.plains[seat])} plain, {int(w.fails[seat])} lost"


CONTROLS: dict[str, Any] = {"rest": 0}
