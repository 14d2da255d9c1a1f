"""What a seat of harvest sees, what oracles are told, and what is measured."""

from worlds.games.harvest.constants import (
    ANSWERED,
    DID_NOTHING,
    FULL,
    KEYS,
    LUSH_MOST,
    MOST_ZAPS,
    NAMED,
    NOTED,
    OWN_DEEDS,
    PATCHES,
    PICKING,
    RIGHT,
    ROUND,
    ROUNDS,
    SEEN_DEEDS,
    SIDE,
    SLOW_LEAST,
    UP,
    WALK,
)
from worlds.games.harvest.minds import key_of
from worlds.games.harvest.roster import KINDS, KNOB_LOW, KNOB_SPAN, KNOBS
from worlds.games.harvest.walking import can_walk, has_rung, is_at, is_together, round_now
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp

# where the pieces of an observation begin
PLACE, WAYS, DUE, PATCH, STOCK, CLOCK, OWN, MINE, HERE, THEIRS, NEWS = 0, 2, 6, 9, 13, 14, 17, 19, 25, 27, 33
ABOUT = 2 * OWN_DEEDS  # of the news, behind two deeds
MATE = NEWS + ABOUT + 4
FAR = SIDE - 3.0  # tiles between opposite fences
LONGEST_WAIT = float(max(WALK, PICKING))
MUCH = 1.5 * PICKING  # berries of a round; baskets with more look alike
SEAT_FIGURES = ("berries", "zaps", "zapped", "gifts", "given", "soothed")
WORLD_FIGURES = ("difficulty", "collective_return", "efficiency", "equality", "sustainability", "peace")


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces."""
    for index in range(len(out)):
        out[index] = 0.0
    row, col, patch, mate = int(w.row[seat]), int(w.col[seat]), w.due[seat], w.mate[seat]
    out[PLACE] = (row - 1) / FAR
    out[PLACE + 1] = (col - 1) / FAR
    for move in range(RIGHT, UP + 1):
        out[WAYS + move - RIGHT] = int(can_walk(w, seat, move))
    out[DUE] = (int(w.place[patch, 0]) - row) / FAR
    out[DUE + 1] = (int(w.place[patch, 1]) - col) / FAR
    out[DUE + 2] = int(is_at(w, seat, patch))
    out[PATCH + patch] = 1.0
    out[STOCK] = w.stock[patch] / FULL
    in_round = w.tick % ROUND
    out[CLOCK] = int(has_rung(w))
    out[CLOCK + 1] = (ROUND - in_round if has_rung(w) else WALK - in_round) / LONGEST_WAIT
    out[CLOCK + 2] = 1.0 - round_now(w) / ROUNDS
    out[OWN] = w.down[seat]
    out[OWN + 1] = min(w.basket[seat] / MUCH, 1.0)
    if int(w.deed[seat]) != DID_NOTHING:
        out[MINE + int(w.deed[seat])] = 1.0
    if mate == len(w.mate):
        return
    if is_together(w, seat):
        out[HERE] = 1.0
        out[HERE + 1] = min(w.basket[mate] / MUCH, 1.0)
        if int(w.deed[mate]) != DID_NOTHING:
            out[THEIRS + int(w.deed[mate])] = 1.0
    turn = (mate - seat) % len(w.mate) - 1
    out[MATE + turn] = 1.0
    observe_things(w, seat, turn, out, MATE + len(w.mate) - 1)


@kernel
def observe_things(w, seat, turn, out, at):
    """Whom one has just come to know, and by what; then whom one is to know, and by what one could."""
    others = len(w.mate) - 1
    things, first = others * NAMED, 1 + others + turn * OWN_DEEDS
    opening, latest = int(w.opening[seat]), int(w.latest[seat])
    if opening != DID_NOTHING and w.tick % ROUND >= ANSWERED:
        out[NEWS + opening] = 1.0
        out[NEWS + OWN_DEEDS + latest] = 1.0
        if w.soft[seat] > 0:
            out[NEWS + ABOUT] = 1.0
            out[NEWS + ABOUT + 1] = int(opening == latest)
            out[NEWS + ABOUT + 2] = w.soft[seat] / PICKING
        out[NEWS + ABOUT + 3] = min(w.stung[seat] / MOST_ZAPS, 1.0)
        out[at] = (1 + turn) / things
        out[at + 1] = (first + opening) / things
        out[at + 2] = (first + latest) / things
    out[at + NOTED] = (1 + turn) / things
    for deed in range(OWN_DEEDS):
        out[at + NOTED + 1 + deed] = (first + deed) / things


@kernel
def reveal(w, seat, out):
    """Behind the kinds of all others: of the partner its kind, its key and its knobs; then how the patch grows."""
    seats, mate = len(w.mate), w.mate[seat]
    start = (seats - 1) * KINDS
    if mate < seats:
        mine = w.bot_kind[mate]
        out[start + min(mine, KINDS)] = 1.0
        out[start + KINDS + 1 + key_of(w, mate)] = 1.0
        for column in range(KNOBS):
            value = (w.bot_knob[mate, column] - KNOB_LOW[mine, column]) / KNOB_SPAN[mine, column]
            out[start + KINDS + 1 + len(KEYS) + column] = clamp(value, 0.0, 1.0)
    start += KINDS + 1 + len(KEYS) + KNOBS
    out[start] = (w.growth[w.due[seat]] - SLOW_LEAST) / (LUSH_MOST - SLOW_LEAST)


@kernel
def figures(w, out):
    """Of the world the difficulty, the return of all seats together, and what Perolat and others (2017) measure of a
    commons, by the berries that each took: efficiency (their sum a tick), equality (1 − Gini), sustainability (the mean
    tick at which one took some, 0 for who never did), peace (seats on their feet, in the mean of the ticks). Then each
    seat's own."""
    out[1] = 0.0
    seats, total, apart, late, lain = len(w.mate), 0.0, 0.0, 0.0, 0
    ticks = max(w.tick, 1)
    for seat in range(seats):
        out[1] += w.score[seat]
        total += w.harvest[seat]
        late += w.when[seat] / max(w.paid[seat], 1)
        lain += w.lain[seat]
        for other in range(seats):
            apart += abs(w.harvest[seat] - w.harvest[other])
        at = len(WORLD_FIGURES) + len(SEAT_FIGURES) * seat
        out[at] = w.harvest[seat]
        out[at + 1] = w.zaps[seat]
        out[at + 2] = w.zapped[seat]
        out[at + 3] = w.gifts[seat]
        out[at + 4] = w.given[seat]
        out[at + 5] = w.soothed[seat]
    out[0] = w.difficulty
    out[2] = total / ticks
    out[3] = 1.0 - apart / (2.0 * seats * total) if total > 0.0 else 1.0
    out[4] = late / seats
    out[5] = seats - lain / ticks


def pieces(seats: int) -> dict[str, int]:
    """The pieces of an observation and their sizes."""
    return {
        "place": 2, "ways": 4, "due": 3, "patch": PATCHES, "stock": 1, "clock": 3, "own": 2, "mine": SEEN_DEEDS,
        "here": 2, "theirs": SEEN_DEEDS, "news": ABOUT + 4, "mate": seats - 1, "things": NOTED + NAMED,
    }  # fmt: skip
