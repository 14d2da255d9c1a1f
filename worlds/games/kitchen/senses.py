"""What a cook sees, what an oracle is told, and what is counted."""

from worlds.games.kitchen.constants import (
    BINS,
    DECISIONS,
    FAILED,
    GUESTS,
    HEIGHT,
    KEEPS_LEAST,
    KEEPS_MOST,
    LIMIT,
    NOBODY,
    NOTHING,
    PAY,
    PLACES,
    PORTER,
    POTS,
    PUT,
    ROOM,
    ROWS,
    SITUATIONS,
    UP,
)
from worlds.games.kitchen.habits import item_of, mate_of, pot_of, rest_of, tell_odds
from worlds.games.kitchen.roster import KNOB_LOW, KNOB_SPAN, KNOBS, NAMED
from worlds.games.kitchen.state import MOST_REST
from worlds.games.kitchen.walking import can_walk, mirrored, side_of, steps_to
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp

OWN, ORDER, LAST, BOARD = 8, 6, 17, BINS * BINS
NAMED_ROWS = 1 + ROWS  # that an order names: its mate, and what that one's choices may go by
OF_MATE = 1 + ROWS * SITUATIONS  # rows that each mate has
# where the pieces begin
WAYS = OWN
FAR = WAYS + 4
AT_ORDER = FAR + PLACES
AT_LAST = AT_ORDER + ORDER
AT_BOARD = AT_LAST + LAST
AT_CLOCK = AT_BOARD + BOARD
AT_MATES = AT_CLOCK + 2
FARTHEST = 16.0  # steps; what is farther looks like that
MANY = 8.0  # dishes


@kernel
def observe(w, seat, out):
    """In the order of the pieces."""
    for index in range(len(out)):
        out[index] = 0.0
    row, col, mate = int(w.row[seat]), int(w.col[seat]), mate_of(w, seat)
    out[0] = 1.0 if side_of(seat) == PORTER else -1.0
    out[1] = 2.0 * (row - 1) / (HEIGHT - 3) - 1.0
    out[2] = 2.0 * (mirrored(seat, col) - 1) / (ROOM - 1) - 1.0
    out[3 + int(w.hand[seat])] = 1.0  # nothing comes last
    out[7] = int(w.put_pot[seat]) != NOTHING
    for move in range(1, UP + 1):
        out[WAYS + move - 1] = can_walk(w, seat, move)
    for place in range(PLACES):
        out[FAR + place] = min(steps_to(w, seat, place, row, col), FARTHEST) / FARTHEST
    out[AT_CLOCK] = w.tick / DECISIONS
    out[AT_CLOCK + 1] = min(w.rights[seat], MANY) / MANY
    if mate == NOBODY:
        return
    out[AT_ORDER + int(w.guest[seat])] = 1.0
    out[AT_ORDER + GUESTS] = min((w.tick - w.began) / LIMIT, 1.0)
    out[AT_ORDER + GUESTS + 1] = int(w.over[seat])
    out[AT_ORDER + GUESTS + 2] = (w.tick - w.put_at[seat]) / LIMIT if out[7] == 1.0 else 0.0
    observe_last(w, seat, mate, out)
    observe_board(w, seat, out)
    out[AT_MATES + mate // 2] = 1.0
    first = AT_MATES + w.brought.shape[1]
    if int(w.over[seat]) == 0:
        name(w, mate, out, first + NAMED_ROWS)
    elif int(w.fresh[seat]) == 1 and int(w.put_pot[mate]) != NOTHING:
        name(w, mate, out, first)


@kernel
def name(w, mate, out, at):
    """The mate, and the situations that its choices of this order go by, from ``at`` on, see `World.things`."""
    things, own = w.brought.shape[1] * OF_MATE, 1 + mate // 2 * OF_MATE
    out[at] = own / things
    for line in range(ROWS):
        out[at + 1 + line] = (own + 1 + SITUATIONS * line + int(w.held[mate, line])) / things


@kernel
def observe_last(w, seat, mate, out):
    """The last order with this mate in this episode: what and where each put, how it went, whether it was just now."""
    at = AT_LAST
    for who in (mate, seat):
        other = seat if who == mate else mate
        item, pot = int(w.brought[who, other // 2]), int(w.place[who, other // 2])
        if item != NOTHING:
            out[at + item] = 1.0
            out[at + BINS + pot] = 1.0
        at += BINS + POTS
    if int(w.ever[seat, mate // 2]) == 1:
        out[at + int(w.went[seat, mate // 2])] = 1.0
    out[at + 3] = int(w.fresh[seat])
    out[at + 4] = int(w.late[seat])


@kernel
def observe_board(w, seat, out):
    """What went together in this episode: rows for what the mate brings, columns for the own; 1 yes, −1 no."""
    for theirs in range(BINS):
        for own in range(BINS):
            known = int(w.board[own, theirs]) if side_of(seat) == PORTER else int(w.board[theirs, own])
            out[AT_BOARD + BINS * theirs + own] = 1.0 if known == 2 else -1.0 if known == 1 else 0.0


# --- what is told ----------------------------------------------------------------------------------------------------


@kernel
def reveal(w, seat, out):
    """Behind the others' kinds: where the mate puts what, its knobs, when it begins; what goes together, how long
    things keep."""
    at = (len(w.hand) - 1) * NAMED
    mate = mate_of(w, seat)
    if mate != NOBODY:
        tell_odds(w, mate, pot_of(w, mate, seat), out, at)
        tell_odds(w, mate, item_of(w, mate, seat), out, at + POTS)
        mine = int(w.bot_kind[mate])
        for column in range(KNOBS):
            value = (w.bot_knob[mate, column] - KNOB_LOW[mine, column]) / KNOB_SPAN[mine, column]
            out[at + POTS + BINS + column] = clamp(value, 0.0, 1.0)
        out[at + POTS + BINS + KNOBS] = rest_of(w, mate, seat) / MOST_REST
    at += POTS + BINS + KNOBS + 1
    for theirs in range(BINS):
        for own in range(BINS):
            fits = int(w.recipe[own]) == theirs if side_of(seat) == PORTER else int(w.recipe[theirs]) == own
            out[at + BINS * theirs + own] = fits
    out[at + BINS * BINS] = (w.keeps - KEEPS_LEAST) / (KEEPS_MOST - KEEPS_LEAST)


SEAT_FIGURES = (
    "failed_orders", "late_orders", "right_dishes", "plain_dishes", "reward_dishes", "reward_failures", "reward_puts",
)  # fmt: skip


@kernel
def figures(w, out):
    """The difficulty of the kitchen; of each seat how its orders went, and the three parts of its reward."""
    out[0] = w.difficulty
    for seat in range(len(w.hand)):
        own = 1 + 7 * seat
        out[own] = w.fails[seat]
        out[own + 1] = w.burns[seat]
        out[own + 2] = w.rights[seat]
        out[own + 3] = w.plains[seat]
        out[own + 4] = w.rights[seat] * PAY[2] + w.plains[seat] * PAY[1]
        out[own + 5] = w.fails[seat] * PAY[FAILED]
        out[own + 6] = w.puts[seat] * PUT
