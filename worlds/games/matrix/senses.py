"""What a seat of matrix sees, and what oracles are told."""

from worlds.games.matrix.constants import (
    MOST_PAID,
    NOTED,
    NOTHING,
    OUTCOMES,
    RIGHT,
    ROUND,
    ROUNDS,
    SIDE,
    SIGHT,
    UP,
)
from worlds.games.matrix.minds import blue_chance
from worlds.games.matrix.roster import KINDS, KNOB_LOW, KNOB_SPAN, KNOBS
from worlds.games.matrix.walking import (
    can_walk,
    date_of,
    handy_stall,
    leads,
    round_now,
    seat_of,
    stall_in_sight,
    stands_on,
    table_of,
)
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp

# where the pieces of an observation begin
PLACE, WAYS, STALL, TO_STALL, BAG, TABLE, TO_TABLE, NEAR, ALONE, NEWS, DATE = 0, 2, 6, 10, 14, 17, 20, 24, 27, 31, 36
FAR = SIDE - 3.0  # tiles between opposite walls


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces."""
    for index in range(len(out)):
        out[index] = 0.0
    row, col, pairs, date = int(w.row[seat]), int(w.col[seat]), len(w.bag) // 2, date_of(w, seat)
    out[PLACE] = (row - 1) / FAR
    out[PLACE + 1] = (col - 1) / FAR
    for move in range(RIGHT, UP + 1):
        out[WAYS + move - RIGHT] = int(can_walk(w, seat, move))
    see_places(w, seat, out)
    out[BAG + int(w.bag[seat])] = 1.0  # nothing comes last
    other = seat_of(seat, date)
    down, right = int(w.row[other]) - row, int(w.col[other]) - col
    if abs(down) <= SIGHT and abs(right) <= SIGHT:
        out[NEAR], out[NEAR + 1], out[NEAR + 2] = 1.0, down / SIGHT, right / SIGHT
    out[ALONE] = seat % 2
    out[ALONE + 1] = int(w.over[seat])
    out[ALONE + 2] = 1.0 - (w.tick % ROUND) / ROUND
    out[ALONE + 3] = 1.0 - round_now(w) / ROUNDS
    out[DATE + date] = 1.0
    name(date, int(w.former[seat, date]), pairs, out, DATE + 2 * pairs + NOTED)
    if int(w.news[seat]) == 1:
        out[NEWS + int(w.shown[seat, 0])] = 1.0
        out[NEWS + 2 + int(w.shown[seat, 1])] = 1.0
        out[NEWS + 4] = w.won[seat] / MOST_PAID
        out[DATE + pairs + int(w.whom[seat])] = 1.0
        name(int(w.whom[seat]), int(w.asked[seat]), pairs, out, DATE + 2 * pairs)


@kernel
def name(who, outcome, pairs, out, at):
    """The names of somebody, and of what comes after a meeting with him that ended so, see `World.things`."""
    things = pairs * (2 + OUTCOMES)
    out[at] = (1 + who) / things
    out[at + 1] = (1 + pairs + (1 + OUTCOMES) * who + outcome) / things


@kernel
def see_places(w, seat, out):
    """The nearest stall in sight, the own table, and which steps lead nearer to them."""
    table, stall = table_of(w, seat), stall_in_sight(w, seat)
    out[TABLE] = (int(w.place[table, 0]) - w.row[seat]) / FAR
    out[TABLE + 1] = (int(w.place[table, 1]) - w.col[seat]) / FAR
    out[TABLE + 2] = int(stands_on(w, seat, table))
    for move in range(RIGHT, UP + 1):
        out[TO_TABLE + move - RIGHT] = int(leads(w, seat, move, table))
        if stall >= 0:
            out[TO_STALL + move - RIGHT] = int(leads(w, seat, move, stall))
    if stall >= 0:
        out[STALL] = 1.0
        out[STALL + 1] = (int(w.place[stall, 0]) - w.row[seat]) / SIGHT
        out[STALL + 2] = (int(w.place[stall, 1]) - w.col[seat]) / SIGHT
        out[STALL + 3] = int(stands_on(w, seat, stall))


@kernel
def reveal(w, seat, out):
    """Behind the kinds of all others: of the date its kind, what it is about to take and its knobs; then what the game
    pays, own colour first, and where the handiest stall is."""
    start, date = (len(w.bag) - 1) * KINDS, date_of(w, seat)
    other = seat_of(seat, date)
    mine = int(w.bot_kind[other])
    out[start + min(mine, KINDS)] = 1.0
    start += KINDS + 1
    blue = blue_chance(w, other, seat // 2)  # in a seat driven from outside: as if it knew nobody yet
    if int(w.bag[other]) != NOTHING:
        blue = float(int(w.bag[other]))
    out[start] = 1.0 - blue
    out[start + 1] = blue
    start += 2
    for column in range(KNOBS):
        value = (w.bot_knob[other, column] - KNOB_LOW[mine, column]) / KNOB_SPAN[mine, column]
        out[start + column] = clamp(value, 0.0, 1.0)
    start += KNOBS
    for own in range(2):
        for theirs in range(2):
            out[start + 2 * own + theirs] = w.payoff[seat % 2, own, theirs] / MOST_PAID
    stall = handy_stall(w, seat, False)
    out[start + 4] = (int(w.place[stall, 0]) - w.row[seat]) / FAR
    out[start + 5] = (int(w.place[stall, 1]) - w.col[seat]) / FAR
