"""What a seat of poker sees, and what is told of the other one."""

from worlds.games.poker.bots import foretell, number
from worlds.games.poker.constants import (
    AFTER_CHECK,
    BET,
    ENDS,
    FOLDED_0,
    MOST_CHIPS,
    MOST_HANDS,
    MOST_RANKS,
    OPEN,
    PLACES,
    RULES_SEEN,
    SEATS,
    SHOWN,
)
from worlds.games.poker.roster import KINDS, KNOB_SCALE, KNOBS, ROW
from worlds.games.poker.state import MOST_PAID
from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces

OBSERVATION = Pieces(
    turn=1, button=1, card=MOST_RANKS, public=MOST_RANKS, second=1, place=PLACES, first_round=ENDS, chips=SEATS,
    rules=6, over=3, shown=MOST_RANKS, paid=1, left=1,
)  # fmt: skip
TURN, BUTTON, CARD, PUBLIC, SECOND, PLACE, FIRST_ROUND, CHIPS, RULES_AT, OVER, SHOWN_AT, PAID, LEFT = (
    OBSERVATION.at[name].start for name in OBSERVATION.sizes
)
CHIP = 1.0 / MOST_CHIPS  # how a chip is seen


@kernel
def observe(w, seat, out):
    """In the order of the pieces."""
    for index in range(len(out)):
        out[index] = 0.0
    out[TURN] = int(w.turn == seat)
    out[BUTTON] = int(w.first != seat)
    hand = min(w.hand, MOST_HANDS - 1)
    out[CARD + w.cards[hand, seat]] = 1.0
    if w.stage == 1:
        out[PUBLIC + w.cards[hand, 2]] = 1.0
        out[SECOND] = 1.0
        out[FIRST_ROUND + w.end] = 1.0
    out[PLACE + w.place] = 1.0
    out[CHIPS] = w.chips[seat] * CHIP
    out[CHIPS + 1] = w.chips[1 - seat] * CHIP
    see_rules(w, out)
    if w.place == OPEN and w.stage == 0 and w.hand > 0:
        see_last(w, seat, out)
    out[LEFT] = 1.0 - w.hand / w.hands


@kernel
def see_rules(w, out):
    """The deck and the stakes."""
    for column in range(RULES_SEEN.shape[1]):
        out[RULES_AT + column] = RULES_SEEN[w.generator, column]


@kernel
def see_last(w, seat, out):
    """How the hand before ended, and the other one's card if it was shown."""
    last = w.hand - 1
    how = w.over[last]
    if how == SHOWN:
        out[OVER + 2] = 1.0
        out[SHOWN_AT + w.cards[last, 1 - seat]] = 1.0
    else:
        out[OVER + (how - FOLDED_0 + seat) % SEATS] = 1.0  # 0: this seat folded
    out[PAID] = (w.won[last] if seat == 0 else -w.won[last]) / MOST_PAID


@kernel
def reveal(w, seat, out):
    """Behind the other's kind: its knobs in parts of the most, its manner and mood now, and what it would do."""
    other, start = 1 - seat, KINDS
    for column in range(KNOBS):
        out[start + column] = w.bot_knob[other, column] * KNOB_SCALE[w.bot_kind[other], column]
    start += KNOBS
    for column in range(ROW):
        out[start + column] = number(w, other, column, AFTER_CHECK if column < 3 else BET, -1)
    start += ROW
    out[start] = w.seen_bets[other]
    out[start + 1] = w.seen_folds[other]
    out[start + 2] = int(w.steam[other] > 0)
    foretell(w, other, out, start + 3)
