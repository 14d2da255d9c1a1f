"""How matrix looks: the arena with its tables and stalls on the left, the viewer's round and the game on the right.

A parcel is red and round or blue and square, so that it can be told without colour. A bag is closed to everybody but
its owner; when two open theirs, both parcels and what they paid stand above the table until the round ends.
"""

from typing import Any

import numpy as np

from worlds.games.matrix.constants import BLUE, NOTHING, PLACES, ROUND, ROUNDS, SIDE, SIGHT, TABLES, TAKE_RED
from worlds.games.matrix.games import GAMES
from worlds.games.matrix.roster import NAMES
from worlds.games.matrix.walking import at_stall, date_of, round_now, seat_of, table_of
from worlds.kit.drawing import Canvas

TILE = 2.0  # m
WIDTH, HEIGHT = 30.0, SIDE * TILE  # m
PANEL = 18.6  # m from the left; of the panel on the right
CELL = 2.7  # m; of the table of payoffs
PAY_LEFT, PAY_TOP = 21.6, 7.7  # m
COLOURS = ("bad", "accent_6")  # of a red and a blue parcel
LETTERS = "ABCD"
BODY = 0.52  # m
Place = tuple[float, float]


def draw(w: Any, canvas: Canvas) -> None:
    """Back to front."""
    viewer = canvas.viewer or 0
    canvas.tiles(w.tiles, {0: "floor", 1: "wall"}, size=TILE)
    for place in range(PLACES):
        draw_table(w, canvas, place, viewer) if place < TABLES else draw_stall(w, canvas, place)
    foggy = canvas.viewer is not None and canvas.shows("fog")
    for seat in range(len(w.bag)):
        if not foggy or is_near(w, viewer, seat):
            draw_seat(w, canvas, seat, viewer)
    if foggy:
        x, y = middle(w.row[viewer], w.col[viewer])
        reach = (SIGHT + 0.5) * TILE
        canvas.fog(np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * reach + [x, y])
    draw_meetings(w, canvas)
    draw_round(w, canvas, viewer)
    draw_game(w, canvas, viewer)
    draw_buttons(w, canvas, viewer)


def middle(row: float, col: float) -> Place:
    """The middle of a tile (m)."""
    return (float(col) + 0.5) * TILE, (float(row) + 0.5) * TILE


def at_place(w: Any, place: int) -> Place:
    """The middle of a table or stall."""
    return middle(w.place[place, 0], w.place[place, 1])


def is_near(w: Any, viewer: int, seat: int) -> bool:
    """Whether a seat is in the viewer's sight; itself always is."""
    down, right = float(w.row[seat] - w.row[viewer]), float(w.col[seat] - w.col[viewer])
    return max(abs(down), abs(right)) <= SIGHT + 0.5


def draw_parcel(canvas: Canvas, centre: Place, half: float, colour: int) -> None:
    """Red and round, or blue and square, with a ribbon."""
    x, y = centre
    if colour == BLUE:
        canvas.box(centre, 2.2 * half, 2.2 * half, "outline")
        canvas.box(centre, 1.9 * half, 1.9 * half, COLOURS[BLUE])
    else:
        canvas.disc(centre, 1.12 * half, COLOURS[0], outline=True)
    canvas.line([(x - 0.9 * half, y), (x + 0.9 * half, y)], "ink", width=0.2 * half)
    if colour == BLUE:
        canvas.line([(x, y - 0.9 * half), (x, y + 0.9 * half)], "ink", width=0.2 * half)


def draw_bag(canvas: Canvas, centre: Place, half: float) -> None:
    """A closed bag: somebody carries something."""
    x, y = centre
    body = np.array([(-0.45, -0.75), (0.45, -0.75), (0.95, 0.6), (0.6, 1.0), (-0.6, 1.0), (-0.95, 0.6)])
    canvas.polygon(body * half * 1.2 + [x, y], "outline")
    canvas.polygon(body * half + [x, y], "muted")
    canvas.line([(x - 0.5 * half, y - 0.6 * half), (x + 0.5 * half, y - 0.6 * half)], "outline", width=0.3 * half)


def draw_table(w: Any, canvas: Canvas, place: int, viewer: int) -> None:
    """A round table; marks of those who are due, and a ring for the viewer's own."""
    centre = at_place(w, place)
    canvas.disc(centre, 0.86, "den", outline=True)
    canvas.text(centre, LETTERS[place], size=0.8, style="muted")
    due = [seat for seat in range(len(w.bag)) if int(table_of(w, seat)) == place]
    for seat in due:
        side = -1.0 if seat % 2 == 0 else 1.0
        canvas.disc((centre[0] + 0.72 * side, centre[1] + 0.72), 0.2, f"seat_{seat}", outline=True)
    if viewer in due and int(w.over[viewer]) == 0:
        canvas.ring(centre, 1.0, "goal")


def draw_stall(w: Any, canvas: Canvas, place: int) -> None:
    """A stall with both kinds of parcels under an awning."""
    x, y = at_place(w, place)
    canvas.box((x, y + 0.15), 1.7, 1.3, "wall_side")
    draw_parcel(canvas, (x - 0.42, y + 0.2), 0.3, 0)
    draw_parcel(canvas, (x + 0.42, y + 0.2), 0.3, 1)
    for stripe in range(4):
        left = x - 0.9 + 0.45 * stripe
        roof = [
            (left, y - 0.8),
            (left + 0.45, y - 0.8),
            (left + 0.45, y - 0.42),
            (left + 0.225, y - 0.26),
            (left, y - 0.42),
        ]
        canvas.polygon(np.array(roof), "ink" if stripe % 2 else "goal")


def stand(w: Any, seat: int) -> Place:
    """Where a seat is drawn: its side of the tile, so that two at a table face each other."""
    x, y = middle(w.row[seat], w.col[seat])
    return x + (-0.46 if seat % 2 == 0 else 0.46), y + 0.12 * (seat // 2 % 3 - 1)


def draw_seat(w: Any, canvas: Canvas, seat: int, viewer: int) -> None:
    """A walker, and what it carries: open to who looks for hidden things and to itself."""
    place = stand(w, seat)
    canvas.seat(seat, place, float(w.heading[seat]), BODY)
    if seat == seat_of(viewer, date_of(w, viewer)) and int(w.over[viewer]) == 0:
        canvas.ring(place, BODY + 0.14, "goal")
    if int(w.bag[seat]) != NOTHING:
        hand = (place[0] + (-0.5 if seat % 2 == 0 else 0.5), place[1] + 0.42)
        if seat == viewer or canvas.shows("hidden"):
            draw_parcel(canvas, hand, 0.28, int(w.bag[seat]))
        else:
            draw_bag(canvas, hand, 0.36)


def draw_meetings(w: Any, canvas: Canvas) -> None:
    """Above each table that has been used in this round, or a moment ago: the two parcels, and what each side was
    paid."""
    for seat in range(0, len(w.bag), 2):
        if int(w.over[seat]) == 0 and int(w.shows[seat]) == 0:
            continue
        x, y = at_place(w, int(w.venue[seat]))
        above = y > 4.5 and (seat // 2 % 2 == 0 or y > SIDE * TILE - 4.5)  # tables next to each other: on either side
        x, y = min(max(x, 3.1), SIDE * TILE - 3.1), y - 1.75 if above else y + 1.75
        picks = [int(pick) for pick in w.shown[seat]]
        canvas.box((x, y), 6.0, 1.3, "goal" if int(w.news[seat]) else "outline")
        canvas.box((x, y), 5.8, 1.1, "wall_side")
        for side, way in ((0, -1.0), (1, 1.0)):  # even seats are the first side
            draw_parcel(canvas, (x + 0.5 * way, y), 0.36, picks[side])
            won = float(w.payoff[side, picks[side], picks[1 - side]])
            canvas.text((x + 1.95 * way, y), f"{won:+.1f}", size=0.7, style="good" if won >= 0.0 else "bad")


def draw_round(w: Any, canvas: Canvas, viewer: int) -> None:
    """Whom the viewer meets where, how long the round lasts, and what the rounds of this episode were."""
    left = PANEL + 0.4
    round_, ticks = int(round_now(w)), int(w.tick) % ROUND
    canvas.text((PANEL + 5.6, 0.9), f"round {round_ + 1} of {ROUNDS}", size=0.8)
    canvas.box((PANEL + 5.6, 1.75), 10.4, 0.45, "floor")
    share = max(1.0 - ticks / ROUND, 0.02)
    canvas.box((left + 5.2 * share, 1.75), 10.4 * share, 0.45, "goal" if int(w.over[viewer]) == 0 else "good")
    other, table = seat_of(viewer, date_of(w, viewer)), LETTERS[int(table_of(w, viewer))]
    for who, x in ((viewer, 0.9), (int(other), 4.3)):
        canvas.disc((left + x, 3.2), 0.62, f"seat_{who}", label=str(who), outline=True)
    canvas.text((left + 2.6, 3.2), "meets", size=0.6, style="muted")
    canvas.text((left + 7.6, 3.2), f"at table {table}", size=0.75)
    known = canvas.shows("hidden") and int(w.driver[other]) == 0
    canvas.text((left + 4.3, 4.25), NAMES[int(w.bot_kind[other])].replace("_", " ") if known else "", size=0.6)
    mine = int(w.bag[viewer])
    if int(w.over[viewer]) == 1:
        words = "done: wait for the next round"
    elif mine == NOTHING:
        words = "take a parcel at a stall"
    else:
        words = f"carry it to table {table}"
    canvas.text((left + 5.2, 5.2), words, size=0.65)


def draw_game(w: Any, canvas: Canvas, viewer: int) -> None:
    """What the viewer's pick (row) against the date's (column) pays: those seen in this trial, or all of it."""
    every = canvas.shows("hidden")
    title = f"the game: {GAMES[int(w.game)]}" if every else "what the game pays you"
    canvas.text((PAY_LEFT + CELL, PAY_TOP - 1.0), title, size=0.65, style="muted")
    for own in range(2):
        draw_parcel(canvas, (PAY_LEFT - 0.7, PAY_TOP + CELL * (own + 0.5)), 0.42, own)
        draw_parcel(canvas, (PAY_LEFT + CELL * (own + 0.5), PAY_TOP - 0.15), 0.3, own)
        for theirs in range(2):
            cell = (PAY_LEFT + CELL * (theirs + 0.5), PAY_TOP + 0.45 + CELL * (own + 0.5))
            last = int(w.meetings[viewer]) > 0 and (own, theirs) == (int(w.shown[viewer, 0]), int(w.shown[viewer, 1]))
            canvas.box(cell, CELL - 0.15, CELL - 0.15, "den" if last else "floor")
            seen = every or int(w.known[viewer, own, theirs]) == 1
            paid = float(w.payoff[viewer % 2, own, theirs])
            style = "muted" if not seen else "good" if paid >= 0.0 else "bad"
            canvas.text(cell, f"{paid:+.1f}" if seen else "?", size=0.9, style=style)
    canvas.text((PAY_LEFT - 1.9, PAY_TOP + CELL + 0.4), "you", size=0.55, style="muted")
    canvas.text((PAY_LEFT - 0.7, PAY_TOP - 0.15), "date", size=0.55, style="muted")


def draw_buttons(w: Any, canvas: Canvas, viewer: int) -> None:
    """The two parcels to take, lit while the viewer stands at a stall; and the score."""
    lit = bool(at_stall(w, viewer)) and int(w.over[viewer]) == 0
    for colour, name in enumerate(("red  [1]", "blue  [2]")):
        centre = (PANEL + 3.0 + 5.2 * colour, 14.9)
        chosen = int(w.bag[viewer]) == colour
        canvas.box(centre, 4.9, 1.7, "goal" if chosen else "wall_edge" if lit else "floor")
        canvas.box(centre, 4.65, 1.45, "wall" if lit else "floor")
        draw_parcel(canvas, (centre[0] - 1.4, centre[1]), 0.42, colour)
        canvas.text((centre[0] + 0.7, centre[1]), name, size=0.65, style="ink" if lit else "muted")
        if lit:
            band = np.array([[centre[0] - 1.6, centre[1]], [centre[0] + 1.6, centre[1]]])
            canvas.button(band, 1.5, viewer, 0, TAKE_RED + colour)
    score = f"score {float(w.score[viewer]):+.1f}, of which the game {float(w.earned[viewer]):+.1f}"
    canvas.text((PANEL + 5.6, 16.5), score, size=0.6)
    canvas.text((PANEL + 5.6, 17.3), "arrows walk, G walks on by itself", size=0.5, style="muted")


def status(w: Any, seat: int) -> str:
    """For people."""
    meetings = int(w.meetings[seat])
    return f"{float(w.score[seat]):+.1f} in {meetings} meeting{'' if meetings == 1 else 's'}"
