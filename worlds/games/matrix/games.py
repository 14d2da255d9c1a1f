"""The games: what two actions pay, the draw of one for a task, and which colour stands for which action.

Payoffs have four ranks. A symmetric game is named by the order of R (both good), S (good against bad), T (bad against
good) and P (both bad). In the others the two sides want different things. The mean of a side's four payoffs is 0, so
who knows nothing wins nothing. There is no harmony game: none in which one action is best for both whatever happens and
leads to the best for both.
"""

from worlds.games.matrix.constants import BAD, GAP_LEAST, GAP_MOST, GOOD
from worlds.kit.chance import between, integer
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_TESTING, FOR_TRAINING, layout_part

GAMES = (
    "dilemma",  # T > R > P > S
    "chicken",  # T > R > S > P
    "stag hunt",  # R > T > P > S
    "battle",  # both want to be in one place, each in another one
    "pennies",  # the first side wants the same, the second does not
    "leader",  # T > S > R > P; test
    "inspection",  # the first side trusts or inspects, the second is honest or cheats; test
    "hero",  # S > T > R > P; final
)
DILEMMA, CHICKEN, STAG_HUNT, BATTLE, PENNIES, LEADER, INSPECTION, HERO = range(8)
FOR_TRAIN, FOR_TEST = 5, 2  # how many of them, in this order; the rest is final


@kernel
def draw_game(w):
    """Which game the task is, how far its payoffs lie apart, and which colour is the good action."""
    part, luck = layout_part(w), integer(w, FOR_TRAIN * FOR_TEST)
    if part == FOR_TRAINING:
        w.game = luck % FOR_TRAIN
    elif part == FOR_TESTING:
        w.game = FOR_TRAIN + luck % FOR_TEST
    else:
        w.game = HERO
    low = 0.0
    second = low + between(w, GAP_LEAST, GAP_MOST)
    third = second + between(w, GAP_LEAST, GAP_MOST)
    high = third + between(w, GAP_LEAST, GAP_MOST)
    w.good = integer(w, 2)
    set_game(w, low, second, third, high)
    centre(w)


@kernel
def set_game(w, low, second, third, high):
    """By name."""
    if w.game == DILEMMA:
        set_both(w, third, low, high, second)
    elif w.game == CHICKEN:
        set_both(w, third, second, high, low)
    elif w.game == STAG_HUNT:
        set_both(w, high, low, third, second)
    elif w.game == LEADER:
        set_both(w, second, third, high, low)
    elif w.game == HERO:
        set_both(w, second, high, third, low)
    elif w.game == BATTLE:
        set_side(w, 0, high, low, low, third)
        set_side(w, 1, third, low, low, high)
    elif w.game == PENNIES:
        set_side(w, 0, high, low, low, high)
        set_side(w, 1, low, high, high, low)
    else:
        set_side(w, 0, high, low, second, third)
        set_side(w, 1, third, second, high, low)


@kernel
def set_both(w, reward, sucker, temptation, punishment):
    """The same from both sides."""
    set_side(w, 0, reward, sucker, temptation, punishment)
    set_side(w, 1, reward, sucker, temptation, punishment)


@kernel
def set_side(w, side, good_good, good_bad, bad_good, bad_bad):
    """``payoff[side, own colour, other's colour]``; here the own action comes first."""
    good, bad = w.good, 1 - w.good
    w.payoff[side, good, good] = good_good
    w.payoff[side, good, bad] = good_bad
    w.payoff[side, bad, good] = bad_good
    w.payoff[side, bad, bad] = bad_bad


@kernel
def centre(w):
    """The mean of each side becomes 0."""
    for side in range(2):
        mean = (w.payoff[side, 0, 0] + w.payoff[side, 0, 1] + w.payoff[side, 1, 0] + w.payoff[side, 1, 1]) / 4.0
        for own in range(2):
            for other in range(2):
                w.payoff[side, own, other] -= mean


@kernel
def answer(w, side, share):
    """The colour that pays a side best when the other takes blue with this chance."""
    red = w.payoff[side, 0, 0] + share * (w.payoff[side, 0, 1] - w.payoff[side, 0, 0])
    blue = w.payoff[side, 1, 0] + share * (w.payoff[side, 1, 1] - w.payoff[side, 1, 0])
    return 1 if blue > red else 0


@kernel
def lead(w, side):
    """The colour that pays a side most when the other answers it best."""
    red = w.payoff[side, 0, answer(w, 1 - side, 0.0)]
    blue = w.payoff[side, 1, answer(w, 1 - side, 1.0)]
    return 1 if blue > red else 0


@kernel
def action_of(w, colour):
    """GOOD or BAD."""
    return GOOD if colour == w.good else BAD


@kernel
def colour_of(w, action):
    """RED or BLUE."""
    return w.good if action == GOOD else 1 - w.good
