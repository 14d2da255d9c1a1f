"""What strangers remember: what was thrown, and what each kind makes of it. It lasts as long as the trial.

Only seats that a bot drives learn. A stranger who comes in later (the engine may exchange them between episodes) knows
nothing of what was thrown before.
"""

from worlds.games.throws.constants import (
    LAST_THROWS,
    NOBODY,
    NOTHING,
    PAIRS,
    PREDICTORS,
    SEATS,
    SITUATIONS,
    SPAN,
    STRATEGIES,
)
from worlds.games.throws.roster import kind, knob
from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp, power

BEHIND_FADE = 0.9  # of what a cautious stranger won lately


# --- what was thrown -----------------------------------------------------------------------------------------------


@kernel
def forget_all(w):
    """A trial begins: nothing was thrown, and nobody remembers anything."""
    w.thrown = 0
    for seat in range(SEATS):
        w.low[seat] = 0
        w.high[seat] = 0
        w.holder[seat] = NOBODY


@kernel
def push(w, seat, throw):
    """Write a throw down: its two bits go before those of the throws before it."""
    w.low[seat] = (w.low[seat] << 1 | (throw & 1)) & LAST_THROWS
    w.high[seat] = (w.high[seat] << 1 | throw >> 1) & LAST_THROWS


@kernel
def back(w, who, ago):
    """What a seat threw ``ago`` throws before the last one."""
    return (w.low[who] >> ago & 1) + 2 * (w.high[who] >> ago & 1)


@kernel
def known(w, seat):
    """How many of the last throws the stranger in a seat saw."""
    return min(w.thrown - w.since[seat], SPAN)


@kernel
def result(own, other):
    """1 for a win, −1 for a loss, 0 for a draw."""
    return (own - other + 4) % 3 - 1


# --- what a stranger makes of it -------------------------------------------------------------------------------------


@kernel
def sit_down(w, seat):
    """Somebody who remembers nothing."""
    w.holder[seat] = w.bot_kind[seat]
    w.since[seat] = w.thrown
    w.way[seat] = 0
    w.behind[seat] = 0.0
    for throw in range(3):
        w.tally[seat, 0, throw] = 0.0
        w.tally[seat, 1, throw] = 0.0
        w.weight[seat, throw] = 0.1 + 0.45 * w.row[seat, throw]
        for context in range(SITUATIONS):
            w.seen[seat, context, throw] = 0.0
        for context in range(PAIRS):
            w.habit[seat, context, throw] = 0.0
    for context in range(SITUATIONS):
        w.stamp[seat, context] = w.thrown
    for strategy in range(STRATEGIES):
        w.credit[seat, strategy] = 0.0
    for predictor in range(PREDICTORS):
        w.guess[seat, predictor] = NOTHING


@kernel
def keeps_scores(mine):
    """Whether a kind guesses by several methods."""
    return mine in (kind.chooser, kind.voter, kind.cautious)


@kernel
def situation(w, seat, order):
    """The number of the situation before a throw, as ``order`` tells situations apart; 0 before the second throw."""
    if known(w, seat) < 2:
        return 0
    other = 1 - seat
    if order == 0:
        return back(w, other, 0)
    if order == 1:
        return 3 * back(w, seat, 0) + back(w, other, 0)
    if order == 2:
        return 3 * back(w, other, 0) + back(w, other, 1)
    if order == 3:
        return 3 * back(w, seat, 0) + back(w, seat, 1)
    return 9 * back(w, seat, 0) + 3 * back(w, other, 0) + back(w, other, 1)


@kernel
def order_of(w, seat):
    """How a stranger tells situations apart, 0 … 4."""
    return min(int(w.bot_knob[seat, knob.order]), 4)


@kernel
def learn(w, seat, own, other):
    """A throw is over, and not yet written down: counts, scores and moods."""
    mine = w.bot_kind[seat]
    if mine in (kind.frequency, kind.switcher, kind.mixture, kind.leveller) or keeps_scores(mine):
        count_throws(w, seat, mine, own, other)
    if mine == kind.markov or keeps_scores(mine):
        add(w.seen[seat, situation(w, seat, order_of(w, seat))], other, w.bot_knob[seat, knob.fade])
    if mine == kind.second_guesser:
        count_throws(w, seat, mine, own, other)
    if mine == kind.second_guesser or keeps_scores(mine):
        add(w.habit[seat, situation(w, seat, 1)], own, w.bot_knob[seat, knob.fade])
    if mine == kind.recaller:
        recall(w, seat, other)
    elif mine == kind.turn_counter and known(w, seat) > 0:
        add(w.tally[seat, 0], (other - back(w, 1 - seat, 0) + 3) % 3, w.bot_knob[seat, knob.fade])
    elif mine == kind.drifter:
        drift(w, seat)
    elif mine == kind.gambler:
        w.weight[seat, own] = w.bot_knob[seat, knob.scores_fade] * w.weight[seat, own] + (
            1.0 - w.bot_knob[seat, knob.scores_fade]
        ) * (0.5 + 0.5 * result(own, other))
    elif mine == kind.switcher:
        lose_patience(w, seat, result(own, other))
    if keeps_scores(mine):
        keep_scores(w, seat, other)
        w.behind[seat] = BEHIND_FADE * w.behind[seat] - result(own, other)


@kernel
def count_throws(w, seat, mine, own, other):
    """How often each threw what, lately."""
    fade = 0.9 if mine in (kind.switcher, kind.mixture) else w.bot_knob[seat, knob.fade]
    add(w.tally[seat, 0], other, fade)
    add(w.tally[seat, 1], own, fade)


@kernel
def add(counts, throw, fade):
    """One more of a throw; what was counted before fades."""
    for index in range(3):
        counts[index] *= fade
    counts[throw] += 1.0


@kernel
def recall(w, seat, other):
    """The counts of this situation fade with the throws since it last came up."""
    context = situation(w, seat, order_of(w, seat))
    add(w.seen[seat, context], other, power(w.bot_knob[seat, knob.recall], w.thrown - w.stamp[seat, context]))
    w.stamp[seat, context] = w.thrown


@kernel
def drift(w, seat):
    """Weights go a little up or down, by chance."""
    for throw in range(3):
        step = w.bot_knob[seat, knob.pace] * (2.0 * uniform(w) - 1.0)
        w.weight[seat, throw] = clamp(w.weight[seat, throw] + step, 0.05, 1.0)


@kernel
def lose_patience(w, seat, gain):
    """A switcher counts what it lost since it changed its way."""
    w.behind[seat] = max(w.behind[seat] - gain, 0.0)
    if w.behind[seat] >= w.bot_knob[seat, knob.patience]:
        w.behind[seat] = 0.0
        w.way[seat] = 1 - w.way[seat]


@kernel
def keep_scores(w, seat, other):
    """What each guess, and each turn of it, would have won."""
    fade = w.bot_knob[seat, knob.scores_fade]
    for predictor in range(PREDICTORS):
        guess = int(w.guess[seat, predictor])
        for turn in range(3):
            gain = 0 if guess == NOTHING else result((guess + turn) % 3, other)
            w.credit[seat, 3 * predictor + turn] = fade * w.credit[seat, 3 * predictor + turn] + gain


# --- repeats -------------------------------------------------------------------------------------------------------


@kernel
def longest_repeat(w, seat, stream, most):
    """How many throws ago the last throws came up before, as many of them as possible but no more than ``most``, the
    latest time of several; 0 where not even the last one did. ``stream``: 0 the throws of both, 1 the other's, 2 own.

    Bit d of ``found`` says that the last throws, so far as they were looked at, are those of d throws before.
    """
    count = known(w, seat)
    seen = (1 << count) - 1
    found, best = seen & ~1, 0
    for ago in range(min(most, count)):
        alike = seen
        if stream != 1:
            alike = alike_to(w, seat, ago, alike)
        if stream != 2:
            alike = alike_to(w, 1 - seat, ago, alike)
        found &= alike >> ago
        if found == 0:
            break
        best = found
    return lowest_bit(best)


@kernel
def alike_to(w, who, ago, among):
    """Those of the throws ``among`` (bits) that are what a seat threw ``ago`` throws before the last one."""
    low = w.low[who] if w.low[who] >> ago & 1 else ~w.low[who]
    high = w.high[who] if w.high[who] >> ago & 1 else ~w.high[who]
    return among & low & high


@kernel
def lowest_bit(bits):
    """The place of the lowest bit, 0 for none."""
    if bits == 0:
        return 0
    place = 0
    for width in (32, 16, 8, 4, 2, 1):
        if bits & ((1 << width) - 1) == 0:
            bits >>= width
            place += width
    return place
