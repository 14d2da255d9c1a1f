"""How a loaded kitchen looks."""

from typing import Any

from worlds.kit.drawing import Canvas

TILE = 2.0


def draw(w: Any, canvas: Canvas) -> None:
    """Tiles and people."""
    canvas.tiles((w.tiles > 0).astype("u1"), {0: "floor", 1: "wall"}, size=TILE)


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"{float(w.points):.0f} points"


CONTROLS: dict[str, Any] = {"rest": 0}
