"""How the bots play: the chances of every choice, for any card that one may hold, and what they remember of the other.

`chances` is all that a bot goes by, so that whoever wants to know what it would do, the reference players among them,
asks the same code.
"""

from worlds.games.poker.book import BOOK, FIRST_ROW
from worlds.games.poker.constants import (
    ACTOR,
    AFTER_CHECK,
    BET,
    CAP,
    CHECK_BET,
    COPIES,
    FOLD,
    LONGEST,
    PASS,
    PLACES,
    RAISE,
    RAISES,
    RANK_COUNT,
    RULES,
    WAIT,
    WAYS,
)
from worlds.games.poker.roster import MANNER_ROWS, ROW, kind, knob
from worlds.kit.chance import between, uniform
from worlds.kit.kernel import kernel

NO_PAIR = 0.7  # strength of the highest card that makes no pair, of a pair 1
EXPECTED_LEAST, EXPECTED_MOST = 0.2, 0.6  # share of bets and of folds that one expects of somebody who has done nothing


@kernel
def act(w, seat):
    """One decision of a bot: by its card, and by chance."""
    if w.turn != seat:
        w.action[seat, 0] = WAIT
        return
    public = w.cards[w.hand, 2] if w.stage == 1 else -1
    fold, call, _ = chances(w, seat, w.cards[w.hand, seat], public, w.end, w.place)
    luck = uniform(w)
    w.action[seat, 0] = FOLD if luck < fold else PASS if luck < fold + call else RAISE


# --- what one does with a card -----------------------------------------------------------------------------------


@kernel
def chances(w, seat, rank, public, end, place):
    """Chances to fold, to check or call, and to bet or raise, of who holds `rank` at a place of a round.

    `public` is −1 in the first round; `end` is how that one ended, if it has.
    """
    mine = w.bot_kind[seat]
    facing, can_raise = place >= BET, RAISES[place] < RULES[w.generator, CAP]
    if mine == kind.equilibrium or mine == kind.shaky:
        fold, raising = by_the_book(w.generator, rank, public, end, place)
        if mine == kind.shaky:
            slip, choices = w.bot_knob[seat, knob.slip], 1.0 + int(facing) + int(can_raise)
            fold = (1.0 - slip) * fold + (slip / choices if facing else 0.0)
            raising = (1.0 - slip) * raising + (slip / choices if can_raise else 0.0)
        return fold, 1.0 - fold - raising, raising
    strength = strength_of(rank, public, RULES[w.generator, RANK_COUNT])
    weak, strong = max(0.0, 1.0 - 2.0 * strength), max(0.0, 2.0 * strength - 1.0)
    middling = 1.0 - weak - strong
    if not facing:
        raising = (
            number(w, seat, 0, place, end) * weak
            + number(w, seat, 1, place, end) * middling
            + number(w, seat, 2, place, end) * strong
        )
        return 0.0, 1.0 - raising, raising
    stay = (
        number(w, seat, 3, place, end) * weak
        + number(w, seat, 4, place, end) * middling
        + number(w, seat, 5, place, end) * strong
    )
    raising = 0.0
    if can_raise:
        press, pull = number(w, seat, 6, place, end), number(w, seat, 7, place, end)
        raising = press * (weak + middling) + pull * strong
    return (1.0 - raising) * (1.0 - stay), (1.0 - raising) * stay, raising


@kernel
def by_the_book(variant, rank, public, end, place):
    """Chances to fold and to raise of the equilibrium."""
    row = row_of(RULES[variant, RANK_COUNT], rank, public, end, place) + FIRST_ROW[variant]
    return BOOK[row, 0] / 1000.0, BOOK[row, 1] / 1000.0


@kernel
def row_of(ranks, rank, public, end, place):
    """The row of a variant's book for what somebody knows."""
    if public < 0:
        return place * ranks + rank
    return PLACES * ranks + ((end * PLACES + place) * ranks + public) * ranks + rank


@kernel
def strength_of(rank, public, ranks):
    """How strong a card is, from 0 to 1."""
    high = rank / (ranks - 1.0)
    if public < 0:
        return high
    return 1.0 if rank == public else NO_PAIR * high


@kernel
def number(w, seat, column, place, end):
    """One number of the manner of a bot (see Manner), in its present mood; who goes by the book has none."""
    mine = w.bot_kind[seat]
    if mine == kind.oddball:
        return w.odd[seat, column]
    if mine == kind.mirror:
        return as_the_other(w, seat, column, w.bot_knob[seat, knob.lean])
    if mine == kind.copycat:
        return 1.0 - w.seen_folds[seat] if 3 <= column < 6 else w.seen_bets[seat]
    if mine == kind.exploiter:
        return against_the_other(w, seat, column)
    if 3 <= column < 6:
        if mine == kind.sticky and (place >= CHECK_BET or end >= 0):
            return 1.0
        if mine == kind.scared and (place >= CHECK_BET or end >= 0):
            return 0.1 if column < 5 else 0.7
    if mine == kind.robber and place != AFTER_CHECK and column < 3:
        return 0.0 if column < 2 else 0.3
    how_far = dose(w, seat, column)
    mild, wild = MANNER_ROWS[mine, 0, column], MANNER_ROWS[mine, 1, column]
    return mild + how_far * (wild - mild)


@kernel
def dose(w, seat, column):
    """How far a bot goes from the mildest of its kind to the wildest."""
    mine = w.bot_kind[seat]
    if mine == kind.tilter:
        return 1.0 if w.steam[seat] > 0 else 0.0
    if mine == kind.moody:
        return float(w.played // max(int(w.bot_knob[seat, knob.swing]), 1) % 2)
    return w.bot_knob[seat, knob.curiosity] if 3 <= column < 6 else w.bot_knob[seat, knob.courage]


@kernel
def as_the_other(w, seat, column, lean):
    """Mirror: as often as the other one bets and folds, but with the cards that are fit for it."""
    bets = min(max(w.seen_bets[seat] + lean, 0.0), 1.0)
    stays = min(max(1.0 - w.seen_folds[seat] + lean, 0.0), 1.0)
    if column < 3:
        return bets if column < 2 else 0.5 + 0.5 * bets
    if column < 6:
        return stays * stays if column == 3 else stays if column == 4 else 1.0
    return bets * bets if column == 6 else bets


@kernel
def against_the_other(w, seat, column):
    """Exploiter: the more the other one folds the more it bluffs; the more it bets the more it calls."""
    bluff = min(max((w.seen_folds[seat] - 0.3) / 0.3, 0.0), 1.0)
    catch = min(max((w.seen_bets[seat] - 0.25) / 0.3, 0.0), 1.0)
    if column < 3:
        return bluff if column == 0 else 0.3 + 0.3 * bluff if column == 1 else 0.95
    if column < 6:
        return 0.4 * catch if column == 3 else 0.1 + 0.9 * catch if column == 4 else 1.0
    return 0.4 * bluff if column == 6 else 0.8


# --- what one remembers ------------------------------------------------------------------------------------------


@kernel
def draw_population(w):
    """What each expects of a stranger, and the oddball's chances: more lie near 0 and 1 than in an even draw."""
    for seat in range(len(w.odd)):
        w.expects[seat, 0] = between(w, EXPECTED_LEAST, EXPECTED_MOST)
        w.expects[seat, 1] = between(w, EXPECTED_LEAST, EXPECTED_MOST)
        for column in range(ROW):
            luck = uniform(w)
            w.odd[seat, column] = min(max(1.5 * luck - 0.25, 0.0), 1.0)
        w.odd[seat, 5] = max(w.odd[seat, 5], w.odd[seat, 4])  # strong cards stay at least as often as middling ones


@kernel
def meet(w, seat):
    """Nothing is known of the other one: it is taken for what is expected."""
    w.seen_bets[seat] = w.expects[seat, 0]
    w.seen_folds[seat] = w.expects[seat, 1]
    w.losses[seat] = 0
    w.steam[seat] = 0


@kernel
def watch(w, seat, place, choice):
    """Remember what the other one chose at a place; older choices fade."""
    fade = 1.0 / max(w.bot_knob[seat, knob.span], 1.0)
    if RAISES[place] < RULES[w.generator, CAP]:
        w.seen_bets[seat] += fade * (int(choice == RAISE) - w.seen_bets[seat])
    if place >= BET:
        w.seen_folds[seat] += fade * (int(choice == FOLD) - w.seen_folds[seat])


@kernel
def take_it(w, seat, won):
    """A hand is over: who has lost some in a row is beside itself for some hands."""
    if w.steam[seat] > 0:
        w.steam[seat] -= 1
    w.losses[seat] = w.losses[seat] + 1 if won < 0.0 else 0
    if w.bot_kind[seat] == kind.tilter and w.losses[seat] >= int(w.bot_knob[seat, knob.patience]):
        w.losses[seat] = 0
        w.steam[seat] = int(w.bot_knob[seat, knob.steam])


# --- what others may be told of it -------------------------------------------------------------------------------


@kernel
def foretell(w, seat, out, start):
    """What a seat would do next, without a look at its card: its chances, mean over the cards that it may hold.

    A card counts as often as it is in the deck and as likely as it had led to what the seat did in this hand. When the
    other one is to act, it tells what the seat would answer to a bet or raise, or to a call where there is none left.
    """
    place, rules = w.place, RULES[w.generator]
    if w.turn != seat:
        if RAISES[place] >= rules[CAP]:
            return  # a call or a fold ends the round, and what comes then hangs on the next card
        place = after_raise(place)
    position = 0 if w.first == seat else 1
    public = w.cards[w.hand, 2] if w.stage == 1 else -1
    whole = 0.0
    for rank in range(rules[RANK_COUNT]):
        weight = float(rules[COPIES] - int(rank == public))
        if w.stage == 1:
            weight *= led_to(w, seat, position, rank, -1, -1, PLACES + w.end)
        weight *= led_to(w, seat, position, rank, public, w.end, place)
        fold, call, raising = chances(w, seat, rank, public, w.end, place)
        out[start] += weight * fold
        out[start + 1] += weight * call
        out[start + 2] += weight * raising
        whole += weight
    for choice in range(3):
        out[start + choice] = min(out[start + choice] / whole, 1.0) if whole > 0.0 else 0.0


@kernel
def after_raise(place):
    """The place after one more bet or raise."""
    return 2 + place  # OPEN to BET, AFTER_CHECK to CHECK_BET, BET to RAISED, CHECK_BET to CHECK_RAISED


@kernel
def led_to(w, seat, position, rank, public, end, goal):
    """How likely a seat with this card has made its own choices on the way to a place, or to PLACES + an end."""
    likely = 1.0
    for step in range(LONGEST):
        place, choice = WAYS[goal, step, 0], WAYS[goal, step, 1]
        if place >= 0 and ACTOR[place] == position:
            fold, call, raising = chances(w, seat, rank, public, end, place)
            likely *= fold if choice == FOLD else call if choice == PASS else raising
    return likely
