"""How a loaded kitchen looks: counters with what lies on them, pots with what is in them, and the cooks."""

from typing import Any

import numpy as np

from worlds.games.kitchen.classic.constants import (
    COLD,
    COUNTER,
    DECISIONS,
    DISH,
    DISHES,
    FLOOR,
    NOTHING,
    ONION,
    ONIONS,
    POT,
    SOUP,
    TOMATO,
    TOMATOES,
    USE,
    WINDOW,
)
from worlds.games.kitchen.icons import Place, dish, onion, soup, tomato
from worlds.kit.drawing import Canvas

TILE = 2.0  # m
BODY = 0.56  # m
ICONS = {ONION: onion, TOMATO: tomato, DISH: dish, SOUP: soup}
SOURCES = {ONIONS: onion, TOMATOES: tomato, DISHES: dish}


def draw(w: Any, canvas: Canvas) -> None:
    """Back to front."""
    rows, cols = w.tiles.shape
    canvas.tiles((np.asarray(w.tiles) != FLOOR).astype(np.uint8), {0: "floor", 1: "wall"}, size=TILE)
    for row in range(rows):
        for col in range(cols):
            draw_tile(w, canvas, row, col)
    for seat in range(len(w.hand)):
        draw_cook(w, canvas, seat)
    y = (rows + 0.5) * TILE
    canvas.text((cols * TILE / 2, y - 0.35), f"{float(w.points):.0f} points", size=0.9)
    canvas.text((cols * TILE / 2, y + 0.5), f"{DECISIONS - int(w.tick)} ticks left", size=0.55, style="muted")


def middle(row: float, col: float) -> Place:
    """The middle of a tile (m)."""
    return (float(col) + 0.5) * TILE, (float(row) + 0.5) * TILE


def draw_tile(w: Any, canvas: Canvas, row: int, col: int) -> None:
    """A source, a pot, the window, or what lies on a counter."""
    tile, at = int(w.tiles[row, col]), middle(row, col)
    if tile in SOURCES:
        canvas.box(at, 1.7, 1.7, "outline")
        canvas.box(at, 1.5, 1.5, "den")
        for x, y in ((-0.32, 0.28), (0.32, 0.28), (0.0, -0.25)):
            SOURCES[tile](canvas, (at[0] + x, at[1] + y), 0.38)
    elif tile == WINDOW:
        canvas.box(at, 1.8, 1.8, "outline")
        canvas.box(at, 1.6, 1.6, "good")
        canvas.arrow((at[0] - 0.5, at[1]), (at[0] + 0.55, at[1]), "outline", width=0.25)
    elif tile == POT:
        draw_pot(w, canvas, row, col, at)
    elif tile == COUNTER and int(w.lies[row, col]) != NOTHING:
        ICONS[int(w.lies[row, col])](canvas, at, 0.55)


def draw_pot(w: Any, canvas: Canvas, row: int, col: int, at: Place) -> None:
    """A pot with its things, and how far it has cooked; it glows when the soup is done."""
    ticks, onions, tomatoes = int(w.clock[row, col]), int(w.onions[row, col]), int(w.tomatoes[row, col])
    canvas.box(at, 1.9, 1.5, "outline")
    canvas.disc(at, 0.78, "wall_side", outline=True)
    canvas.disc(at, 0.62, "outline" if ticks == COLD else "accent_1")
    for index in range(onions + tomatoes):
        angle = 2.1 * index - 1.57
        spot = (at[0] + 0.34 * float(np.cos(angle)), at[1] + 0.34 * float(np.sin(angle)))
        (onion if index < onions else tomato)(canvas, spot, 0.26)
    if ticks != COLD:
        part = min(ticks / max(int(w.time[onions, tomatoes]), 1), 1.0)
        canvas.ring(at, 0.92, "good" if part >= 1.0 else "goal", part=part)
        canvas.text((at[0], at[1] - 0.1), "done" if part >= 1.0 else "", size=0.5)


def draw_cook(w: Any, canvas: Canvas, seat: int) -> None:
    """A cook, and what it carries in front of it."""
    x, y = middle(w.row[seat], w.col[seat])
    heading = float(w.heading[seat])
    canvas.seat(seat, (x, y), heading, BODY)
    if int(w.hand[seat]) != NOTHING:
        ahead = (x + 0.72 * float(np.cos(heading)), y + 0.72 * float(np.sin(heading)))
        ICONS[int(w.hand[seat])](canvas, ahead, 0.4)


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"{float(w.points):.0f} points, {int(w.served[seat])} served by this cook"


CONTROLS: dict[str, Any] = {
    "keys": {"right": 1, "down": 2, "left": 3, "up": 4, "space": USE}, "rest": 0, "pad": {"A": USE},
    "about": "arrows walk and turn, Space takes, puts, dishes up or serves what you look at",
}  # fmt: skip
