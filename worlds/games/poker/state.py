"""What the rules of poker keep."""

from worlds.games.poker.constants import DECISIONS, ENDS, MOST_CHIPS, MOST_HANDS, MOST_RANKS, PLACES, SEATS, SHOWN
from worlds.games.poker.roster import ROW
from worlds.world import Field

MOST_PAID = 5.0  # bets of the last round that a hand pays, at most


def _trial(kind: str, shape: tuple[int, ...], low: float, high: float, doc: str = "") -> Field:
    """What is remembered from one episode of a trial to the next."""
    return Field(kind, shape, low, high, carried=True, doc=doc)


EACH, LONG = (SEATS,), 10**9  # LONG: more hands than any trial has
STATE = {
    "odd": Field("f8", (SEATS, ROW), 0.0, 1.0, hidden=True, population=True, doc="the oddball's chances, see Manner"),
    "expects": Field(
        "f8", (SEATS, 2), 0.0, 1.0, hidden=True, population=True, doc="of a stranger: share of bets and of folds"
    ),
    "seen_bets": _trial("f8", EACH, 0.0, 1.0, "share of late choices in which the other one bet or raised"),
    "seen_folds": _trial("f8", EACH, 0.0, 1.0, "share of late bets to which it folded"),
    "earned": _trial("f8", EACH, -1e12, 1e12, "bets of the last round, in the trial"),
    "won": Field("f8", (MOST_HANDS,), -MOST_PAID, MOST_PAID, doc="by seat 0 in each hand of the episode"),
    "played": _trial("i8", (), 0, LONG, "hands of the trial"),
    "losses": _trial("i8", EACH, 0, LONG, "hands lost in a row"),
    "steam": _trial("i8", EACH, 0, 10, "hands that a tilter will still be wild"),
    "hands": Field("i8", (), 1, MOST_HANDS, doc="of an episode"),
    "hand": Field("i8", (), 0, MOST_HANDS, doc="of this episode"),
    "turn": Field("i8", (), 0, SEATS - 1, doc="seat that acts"),
    "first": Field("i8", (), 0, SEATS - 1, doc="seat that acts first in this hand; the other one has the button"),
    "stage": Field("i8", (), 0, 1, doc="round of the hand"),
    "place": Field("i8", (), 0, PLACES - 1, doc="what was done in this round"),
    "end": Field("i8", (), -1, ENDS - 1, doc="how the first round ended; −1: not yet"),
    "chips": Field("i8", EACH, 1, MOST_CHIPS, doc="in the pot"),
    "counts": Field(
        "i8", (SEATS, 5), 0, DECISIONS, doc="times it could open, bet then, was bet to, folded then, showed its card"
    ),
    "cards": Field("u1", (MOST_HANDS, 3), 0, MOST_RANKS - 1, hidden=True, doc="of both seats, and the public one"),
    "over": Field("u1", (MOST_HANDS,), 0, SHOWN, doc="how each hand of the episode ended; 0: not yet"),
}  # fmt: skip
