"""How kitchen looks: two rooms with a wall of pots between them; below the order, the last one, and the board.

Lids are on while an order is open: what somebody has put in is shown to himself, and to who looks for hidden things.
The other room is dark for a seat that still has to choose: only who has put something in sees his mate at work. When
the order is over the lids are lifted, and for a while everybody sees what both brought and how it went.
"""

from typing import Any

import numpy as np

from worlds.games.kitchen.constants import (
    BINS,
    FAILED,
    HEIGHT,
    LIMIT,
    NOBODY,
    NOTHING,
    PLACES,
    PLAIN,
    PORTER,
    POT_NAMES,
    POTS,
    RIGHT,
    TO_BIN,
    WALL_COLUMN,
    WIDTH,
)
from worlds.games.kitchen.habits import mate_of
from worlds.games.kitchen.icons import COOK_ICONS, PORTER_ICONS, Place, cross, tick
from worlds.games.kitchen.roster import NAMES
from worlds.kit.drawing import Canvas

TILE = 2.0  # m
TOP = HEIGHT * TILE  # m; of the panel below the kitchen
EXTENT = (WIDTH * TILE, TOP + 6.4)
ORDER, LAST, BOARD = 4.2, 11.9, 18.4  # m from the left; the middles of its three parts
BODY = 0.5  # m
GUESTS = ("red guest", "blue guest", "green guest")
GUEST_STYLES = ("accent_5", "accent_0", "accent_2")
WORDS = ("lost", "a plain dish", "they go together!")
WORD_STYLES = ("bad", "muted", "good")


def draw(w: Any, canvas: Canvas) -> None:
    """Back to front."""
    viewer = canvas.viewer if canvas.viewer is not None else 0
    canvas.still(("kitchen", w.tiles.tobytes(), w.stand.tobytes()), lambda still: draw_rooms(w, still))
    if canvas.viewer is not None:
        for place in range(BINS):
            draw_bin_key(w, canvas, place, viewer)
    for pot in range(POTS):
        draw_pot(w, canvas, pot, viewer)
    dark = canvas.viewer is not None and (canvas.shows("fog") or (chooses(w, viewer) and not canvas.shows("hidden")))
    for seat in range(len(w.hand)):
        if not dark or seat % 2 == viewer % 2:
            draw_seat(w, canvas, seat)
    if dark:
        left = 0.0 if viewer % 2 == PORTER else WALL_COLUMN * TILE
        canvas.fog(np.array([(left, 0), (left + 6 * TILE, 0), (left + 6 * TILE, 7 * TILE), (left, 7 * TILE)]))
    for seat in range(0, len(w.hand), 2):
        if int(w.flash[seat]) > 0:
            draw_result(w, canvas, seat)
    canvas.box((WIDTH, TOP + 3.2), WIDTH * TILE, 6.4, "void")  # the dark ends at the kitchen
    draw_order(w, canvas, viewer)
    draw_last(w, canvas, viewer)
    draw_board(w, canvas, viewer)


def chooses(w: Any, seat: int) -> bool:
    """Whether a seat has an order and has put nothing in yet."""
    return int(w.over[seat]) == 0 and int(w.put_pot[seat]) == NOTHING and int(mate_of(w, seat)) != NOBODY


def at_place(w: Any, place: int, side: int) -> Place:
    """The middle (m) of a bin or pot, in the room of porters or of cooks."""
    row, col = (int(each) for each in w.stand[place])
    return ((col if side == PORTER else WIDTH - 1 - col) + 0.5) * TILE, (row + 0.5) * TILE


def draw_item(canvas: Canvas, at: Place, size: float, side: int, item: int) -> None:
    """What porters (side 0) or cooks bring."""
    (PORTER_ICONS if side == PORTER else COOK_ICONS)[item](canvas, at, size)


def draw_rooms(w: Any, canvas: Canvas) -> None:
    """The kitchen without anybody: crates with what is in them, and pots under their lids."""
    canvas.tiles(w.tiles, {0: "floor", 1: "wall"}, size=TILE)
    for side in range(2):
        for place in range(BINS):
            x, y = at_place(w, place, side)
            canvas.box((x, y), 1.7, 1.7, "outline")
            canvas.box((x, y), 1.5, 1.5, "den")
            draw_item(canvas, (x, y), 0.48, side, place)
    for pot in range(POTS):
        x, y = at_place(w, BINS + pot, PORTER)
        canvas.box((x, y), 1.9, 1.5, "outline")
        for handle in (-1.0, 1.0):
            canvas.box((x + 0.86 * handle, y + 0.1), 0.3, 0.4, "muted")
        canvas.disc((x, y), 0.72, "wall_side", outline=True)
        canvas.ring((x, y), 0.56, "muted")
        canvas.disc((x, y), 0.16, "muted")


def draw_bin_key(w: Any, canvas: Canvas, place: int, viewer: int) -> None:
    """The key of a crate in the viewer's room."""
    x, y = at_place(w, place, viewer % 2)
    canvas.text((x - 0.55, y - 0.5), str(1 + place), size=0.5, style="muted")
    canvas.button(np.array([(x - 0.8, y), (x + 0.8, y)]), 1.7, viewer, 0, TO_BIN + place)


def draw_pot(w: Any, canvas: Canvas, pot: int, viewer: int) -> None:
    """A pot's key; what the viewer has put into it, and for who looks for hidden things what all have."""
    x, y = at_place(w, BINS + pot, PORTER)
    if canvas.viewer is not None:
        canvas.text((x, y - 0.42), str(4 + pot), size=0.42, style="ink")
        canvas.button(np.array([(x - 0.8, y), (x + 0.8, y)]), 1.7, viewer, 0, TO_BIN + BINS + pot)
    for seat in range(len(w.hand)):
        shown = seat == viewer or canvas.shows("hidden")
        if shown and int(w.put_pot[seat]) == pot and int(w.over[seat]) == 0:
            draw_item(canvas, (x + (-0.62 if seat % 2 == 0 else 0.62), y + 0.35), 0.3, seat % 2, int(w.put_item[seat]))
        if canvas.shows("hidden") and int(w.over[seat]) == 0 and int(w.plan_pot[seat]) == pot and w.driver[seat] == 0:
            canvas.ring((x, y), 0.85 + 0.12 * (seat % 2), f"seat_{seat}")


def draw_seat(w: Any, canvas: Canvas, seat: int) -> None:
    """A cook, and what it carries."""
    x, y = (float(w.col[seat]) + 0.5) * TILE, (float(w.row[seat]) + 0.5) * TILE + 0.14 * (seat // 2)
    canvas.seat(seat, (x, y), float(w.heading[seat]), BODY, dim=mate_of(w, seat) == NOBODY)
    if int(w.hand[seat]) != NOTHING:
        draw_item(canvas, (x + 0.55, y + 0.5), 0.34, seat % 2, int(w.hand[seat]))


def draw_result(w: Any, canvas: Canvas, porter: int) -> None:
    """Where the two of the last order had put what, now that the lids are lifted."""
    cook = int(w.lately[porter])
    if cook == NOBODY or int(w.late[porter]) == 1:
        return
    went = int(w.went[porter, cook // 2])
    for seat, other, way in ((porter, cook, -1.0), (cook, porter, 1.0)):
        item, pot = int(w.brought[seat, other // 2]), int(w.place[seat, other // 2])
        x, y = at_place(w, BINS + pot, PORTER)
        canvas.disc((x + 0.5 * way, y), 0.6, f"seat_{seat}", outline=True)
        canvas.disc((x + 0.5 * way, y), 0.48, "void")
        draw_item(canvas, (x + 0.5 * way, y), 0.36, seat % 2, item)
        if went == FAILED:
            cross(canvas, (x + 0.5 * way, y - 0.8), 0.24)
        elif went == RIGHT and way > 0.0:
            tick(canvas, (x, y - 0.85), 0.4)
        elif way > 0.0:
            canvas.ring((x, y), 1.15, "muted")


# --- the panel -------------------------------------------------------------------------------------------------------


def draw_guest(canvas: Canvas, at: Place, guest: int, size: float) -> None:
    """A head; each guest has another hat."""
    x, y = at
    canvas.disc(at, size, GUEST_STYLES[guest], outline=True)
    for eye in (-0.35, 0.35):
        canvas.disc((x + eye * size, y - 0.1 * size), 0.12 * size, "outline")
    canvas.line([(x - 0.35 * size, y + 0.4 * size), (x + 0.35 * size, y + 0.4 * size)], "outline", width=0.14 * size)
    hats = (
        [(-0.9, -0.6), (0.9, -0.6), (0.0, -1.7)],  # pointed
        [(-0.7, -0.6), (-0.7, -1.5), (0.7, -1.5), (0.7, -0.6)],  # tall
        [(-1.2, -0.6), (1.2, -0.6), (0.6, -1.05), (-0.6, -1.05)],  # flat
    )
    canvas.polygon(np.array(hats[guest]) * size + [x, y], "ink")


def draw_order(w: Any, canvas: Canvas, viewer: int) -> None:
    """Whose order it is, with whom, and how long it is open."""
    mate, x, y = int(mate_of(w, viewer)), ORDER, TOP + 0.9
    canvas.box((x, TOP + 3.2), 7.8, 5.6, "floor")
    if mate == NOBODY:
        canvas.text((x, TOP + 3.2), "you have a break", size=0.75)
        return
    guest = int(w.guest[viewer])
    canvas.text((x, y + 0.2), f"for the {GUESTS[guest]}", size=0.7)
    draw_guest(canvas, (x - 2.6, y + 2.2), guest, 0.68)
    known = canvas.shows("hidden") and int(w.driver[mate]) == 0
    canvas.text((x + 0.9, y + 1.6), f"with {'porter' if mate % 2 == 0 else 'cook'} {mate}", size=0.6)
    canvas.text((x + 0.9, y + 2.5), NAMES[int(w.bot_kind[mate])] if known else "", size=0.6, style="muted")
    if int(w.over[viewer]) == 1:
        words = WORDS[int(w.went[viewer, mate // 2])]
    elif int(w.put_pot[viewer]) != NOTHING:
        words = f"in the {POT_NAMES[int(w.put_pot[viewer])]} pot: wait"
    else:
        words = "take one thing" if int(w.hand[viewer]) == NOTHING else "put it into a pot"
    canvas.text((x, y + 3.6), words, size=0.6)
    share = max(1.0 - (float(w.tick) - float(w.began)) / LIMIT, 0.02)
    canvas.box((x, y + 4.5), 7.2, 0.45, "outline")
    canvas.box((x - 3.6 * (1.0 - share), y + 4.5), 7.2 * share, 0.33, "goal" if int(w.over[viewer]) == 0 else "good")


def draw_last(w: Any, canvas: Canvas, viewer: int) -> None:
    """The last order with this mate: what each brought, where, and how it went; the score."""
    mate, x, y = int(mate_of(w, viewer)), LAST, TOP + 0.9
    canvas.text((x, y), "the last order", size=0.5, style="muted")
    words = f"{int(w.rights[viewer])} right, {int(w.plains[viewer])} plain, {int(w.fails[viewer])} lost"
    canvas.text((x, y + 4.1), words, size=0.55)
    canvas.text((x, y + 4.8), f"score {float(w.score[viewer]):+.2f}", size=0.55, style="muted")
    if mate == NOBODY or not int(w.ever[viewer, mate // 2]):
        canvas.text((x, y + 1.6), "none yet", size=0.55, style="muted")
        return
    for who, other, line in ((viewer, mate, y + 0.95), (mate, viewer, y + 1.95)):
        item, pot = int(w.brought[who, other // 2]), int(w.place[who, other // 2])
        canvas.disc((x - 2.1, line), 0.4, f"seat_{who}", label=str(who), outline=True)
        if item != NOTHING:
            draw_item(canvas, (x - 0.9, line), 0.38, who % 2, item)
            canvas.text((x + 1.3, line), POT_NAMES[pot], size=0.6)
    went = int(w.went[viewer, mate // 2])
    late = went == FAILED and int(w.late[viewer]) == 1
    canvas.text((x, y + 3.0), "one was too late" if late else WORDS[went], size=0.62, style=WORD_STYLES[went])


def draw_board(w: Any, canvas: Canvas, viewer: int) -> None:
    """What goes together: what was found out in this trial, or all of it for who looks for hidden things."""
    size, left, top = 1.2, BOARD - 1.3, TOP + 2.2
    canvas.text((BOARD, TOP + 0.9), "what goes together", size=0.5, style="muted")
    for item in range(BINS):
        draw_item(canvas, (left - 0.85, top + size * (item + 0.5)), 0.36, PORTER, item)
        draw_item(canvas, (left + size * (item + 0.5), top - 0.45), 0.36, 1, item)
        for other in range(BINS):
            cell = (left + size * (other + 0.5), top + size * (item + 0.5))
            canvas.box(cell, size - 0.1, size - 0.1, "floor")
            known = int(w.known[item, other])
            if canvas.shows("hidden"):
                known = RIGHT if int(w.recipe[item]) == other else PLAIN
            if known == RIGHT:
                tick(canvas, cell, 0.3)
            elif known == PLAIN:
                cross(canvas, cell, 0.26)


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"{int(w.rights[seat])} right, {int(w.plains[seat])} plain, {int(w.fails[seat])} lost"


CONTROLS: dict[str, Any] = {
    "keys": {
        "right": 1, "down": 2, "left": 3, "up": 4, "e": 5, "space": 0,
        **{str(1 + place): TO_BIN + place for place in range(PLACES)},
    },
    "rest": 0, "keep": True, "pad": {"X": 6, "A": 7, "B": 8, "Y": 9, "LT": 10, "RT": 11},
    "about": "1 to 3: to a bin, and take; 4 to 6: to a pot, and put in; or click; arrows walk, Space stops, E uses",
}  # fmt: skip
