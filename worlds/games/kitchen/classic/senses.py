"""What a cook of a loaded kitchen sees, what an oracle is told, and what is counted."""

from worlds.games.kitchen.classic.constants import (
    COLD,
    COUNTER,
    DECISIONS,
    DISHES,
    FULL,
    NOTHING,
    ONION,
    ONIONS,
    POT,
    RIGHT,
    SOUP,
    TOMATOES,
    UP,
    WINDOW,
)
from worlds.games.kitchen.classic.cooking import can_use, goes_to, is_ready
from worlds.games.kitchen.classic.needs import beside
from worlds.games.kitchen.classic.roster import BOTS, KNOBS
from worlds.kit.kernel import kernel

OWN, WAYS, NEAR, FRONT, POTS, POT_FACTS, OTHER = 11, 4, 27, 1, 2, 9, 11
NAMED = sum(bot.split != "final" for bot in BOTS)
REACH = 8.0  # tiles that count as 1
AFAR = 1_000  # tiles; nothing is as far
LONG = 20.0  # ticks of cooking that count as 1


@kernel
def observe(w, seat, out):
    """In the order of the pieces."""
    for index in range(len(out)):
        out[index] = 0.0
    row, col = int(w.row[seat]), int(w.col[seat])
    out[0] = row / REACH
    out[1] = col / REACH
    out[2 + int(w.facing[seat]) - RIGHT] = 1.0
    out[6 + int(w.hand[seat])] = 1.0
    for move in range(RIGHT, UP + 1):
        there, across = goes_to(w, seat, move)
        out[OWN + move - RIGHT] = int(there != row or across != col)
    observe_near(w, seat, row, col, out)
    at = OWN + WAYS + NEAR
    out[at] = int(can_use(w, seat))
    at = observe_pots(w, seat, row, col, out, at + FRONT)
    for turn in range(1, len(w.hand)):
        other = (seat + turn) % len(w.hand)
        out[at] = (w.row[other] - row) / REACH
        out[at + 1] = (w.col[other] - col) / REACH
        out[at + 2 + int(w.facing[other]) - RIGHT] = 1.0
        out[at + 6 + int(w.hand[other])] = 1.0
        at += OTHER
    out[at] = w.tick / DECISIONS


@kernel
def sort_of(w, row, col):
    """Which of the nine sorts of places a tile is: onions, tomatoes, dishes, window, each of four things that lie on a
    counter, a free counter; −1 none of them."""
    tile, lies = int(w.tiles[row, col]), int(w.lies[row, col])
    if tile == COUNTER:
        return 8 if lies == NOTHING else 3 + lies
    if tile == WINDOW:
        return 3
    return tile - ONIONS if tile in (ONIONS, TOMATOES, DISHES) else -1


@kernel
def observe_near(w, seat, row, col, out):
    """Of each sort the nearest tile that one can walk up to: that there is one, and its offset."""
    home, first = int(w.region[row, col]), OWN + WAYS
    for there in range(w.tiles.shape[0]):
        for across in range(w.tiles.shape[1]):
            sort = sort_of(w, there, across)
            if sort < 0 or not beside(w, there, across, home):
                continue
            at, gap = first + 3 * sort, abs(there - row) + abs(across - col)
            known = REACH * (abs(out[at + 1]) + abs(out[at + 2])) if out[at] == 1.0 else AFAR
            if gap < known - 0.5:
                out[at] = 1.0
                out[at + 1] = (there - row) / REACH
                out[at + 2] = (across - col) / REACH


@kernel
def observe_pots(w, seat, row, col, out, at):
    """The two nearest pots: there, offset, whether one can walk up to it, what is in it, whether it cooks or is ready,
    ticks left. Returns where the next piece begins."""
    home, before = int(w.region[row, col]), -1
    for _ in range(POTS):
        best, found = AFAR, -1
        for there in range(w.tiles.shape[0]):
            for across in range(w.tiles.shape[1]):
                place = there * w.tiles.shape[1] + across
                gap = abs(there - row) + abs(across - col)
                if int(w.tiles[there, across]) == POT and place != before and gap < best:
                    best, found = gap, place
        if found >= 0:
            there, across = found // w.tiles.shape[1], found % w.tiles.shape[1]
            ticks = int(w.clock[there, across])
            onions, tomatoes = int(w.onions[there, across]), int(w.tomatoes[there, across])
            out[at] = 1.0
            out[at + 1] = (there - row) / REACH
            out[at + 2] = (across - col) / REACH
            out[at + 3] = int(beside(w, there, across, home))
            out[at + 4] = onions / FULL
            out[at + 5] = tomatoes / FULL
            out[at + 6] = int(ticks != COLD)
            out[at + 7] = int(is_ready(w, there, across))
            out[at + 8] = (int(w.time[onions, tomatoes]) - ticks) / LONG if ticks != COLD else 0.0
        before = found
        at += POT_FACTS
    return at


@kernel
def reveal(w, seat, out):
    """Behind the others' kinds: the knobs of each."""
    at = (len(w.hand) - 1) * NAMED
    for turn in range(1, len(w.hand)):
        other = (seat + turn) % len(w.hand)
        for column in range(KNOBS):
            out[at] = w.bot_knob[other, column]
            at += 1


SEAT_FIGURES = ("blocked_steps", "soups", "things_put", "useful_deeds")


@kernel
def figures(w, out):
    """What soups were worth; of each seat steps that somebody was in the way of, soups served, things put into pots,
    useful dishes and soups taken up."""
    out[0] = w.points
    for seat in range(len(w.hand)):
        out[1 + 4 * seat] = w.blocked[seat]
        out[2 + 4 * seat] = w.served[seat]
        out[3 + 4 * seat] = w.puts[seat]
        out[4 + 4 * seat] = w.fetched[seat]


assert (ONION, SOUP) == (1, 4)  # sorts 4 … 7 are things that lie about
