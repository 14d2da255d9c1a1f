"""Numbers and tables that the files of poker share: the variants, and the tree of one round of betting.

A round of betting is at one of six places, named by what was done in it (c: check or call, r: bet or raise). A place
says who acts, whether there is a bet to answer, and what comes next. A round that ends without a fold has one of five
ends.
"""

from typing import NamedTuple

import numpy as np

SEATS = 2
MOST_RANKS = 6
WAIT, FOLD, PASS, RAISE = range(4)  # choices; PASS: check or call, RAISE: bet or raise
OPEN, AFTER_CHECK, BET, CHECK_BET, RAISED, CHECK_RAISED = range(6)  # places: "", c, r, cr, rr, crr
PLACES, ENDS = 6, 5  # of a round
ACTOR = np.array([0, 1, 1, 0, 0, 1])  # who acts at a place: 0 who acts first in the hand, 1 the button
RAISES = np.array([0, 0, 1, 1, 2, 2])  # bets and raises so far, by place
END_OF_PASS = np.array([-1, 0, 1, 2, 3, 4])  # the end that a check or call makes: cc, rc, crc, rrc, crrc; −1: none
END_RAISES = np.array([0, 1, 1, 2, 2])  # bets and raises in a round with such an end
LONGEST = 4  # choices in a round
WAYS = np.array(  # (PLACES + ENDS, LONGEST, 2): place and choice of every step to a place, or to an end; −1: none
    [
        [*steps, *[(-1, -1)] * (LONGEST - len(steps))]
        for steps in (
            [],
            [(OPEN, PASS)],
            [(OPEN, RAISE)],
            [(OPEN, PASS), (AFTER_CHECK, RAISE)],
            [(OPEN, RAISE), (BET, RAISE)],
            [(OPEN, PASS), (AFTER_CHECK, RAISE), (CHECK_BET, RAISE)],
            [(OPEN, PASS), (AFTER_CHECK, PASS)],
            [(OPEN, RAISE), (BET, PASS)],
            [(OPEN, PASS), (AFTER_CHECK, RAISE), (CHECK_BET, PASS)],
            [(OPEN, RAISE), (BET, RAISE), (RAISED, PASS)],
            [(OPEN, PASS), (AFTER_CHECK, RAISE), (CHECK_BET, RAISE), (CHECK_RAISED, PASS)],
        )
    ]
)
FOLDED_0, FOLDED_1, SHOWN = 1, 2, 3  # how a hand ended; 0: not yet
OUT_OF_HANDS = 1  # cause


class Variant(NamedTuple):
    """One game: the deck, the rounds of betting and the stakes, in chips; everybody antes one chip."""

    name: str
    ranks: int
    copies: int
    """Of each rank in the deck."""
    rounds: int
    """Two: a public card is turned up between them."""
    cap: int
    """Bets and raises that a round allows."""
    bets: tuple[int, int]
    """Chips of a bet or raise, by round."""
    hands: int
    """Of an episode."""
    part: str = "train"

    @property
    def big(self) -> int:
        """The bet of the last round: rewards are counted in it."""
        return self.bets[self.rounds - 1]

    @property
    def longest(self) -> int:
        """Decisions of a hand, at most."""
        return self.rounds * (self.cap + 2)

    @property
    def most(self) -> int:
        """Chips that one seat puts in, at most."""
        return 1 + self.cap * sum(self.bets[: self.rounds])


VARIANTS = (
    Variant("kuhn", 3, 1, 1, 1, (1, 1), 8),
    Variant("kuhn_four", 4, 1, 1, 1, (1, 1), 8),
    Variant("leduc", 3, 2, 2, 2, (2, 4), 6),
    Variant("leduc_single", 3, 2, 2, 1, (2, 4), 6),
    Variant("kuhn_five", 5, 1, 1, 1, (1, 1), 8, "test"),
    Variant("leduc_four", 4, 2, 2, 2, (2, 4), 6, "test"),
    Variant("kuhn_double", 4, 1, 1, 1, (2, 2), 8, "final"),
    Variant("leduc_even", 3, 2, 2, 2, (2, 2), 6, "final"),
)
MOST_HANDS = max(each.hands for each in VARIANTS)  # of an episode
DECISIONS = max(each.hands * each.longest for each in VARIANTS)  # of an episode
MOST_CHIPS = max(each.most for each in VARIANTS)
RULES = np.array([[v.ranks, v.copies, v.rounds, v.cap, v.bets[0], v.bets[1], v.big, v.hands] for v in VARIANTS])
RANK_COUNT, COPIES, ROUNDS, CAP, SMALL_BET, LARGE_BET, BIG, HANDS = range(8)  # columns of RULES
LARGEST = np.array([MOST_RANKS, 2.0, 2.0, 2.0, 4.0, 4.0])
RULES_SEEN = RULES[:, : len(LARGEST)] / LARGEST  # what a seat sees of them, in parts of the most
