"""How strangers decide: each plans the odds of its next throw from what it remembers, then draws.

The odds are planned as soon as a throw is over and stay in the record, so that they can be told to oracles.
"""

from worlds.games.throws.constants import LONGEST, NOTHING, PREDICTORS, ROW
from worlds.games.throws.memory import (
    back,
    keeps_scores,
    known,
    longest_repeat,
    order_of,
    result,
    situation,
)
from worlds.games.throws.roster import LONG_ROWS, kind, knob
from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.kit.maths import power


@kernel
def act(w, seat):
    """Draw a throw by the planned odds."""
    if int(w.planned[seat]) == 0:  # whoever sat here until now was no bot
        plan(w, seat)
    luck = uniform(w)
    if luck < w.odds[seat, 0]:
        w.action[seat, 0] = 0
    else:
        w.action[seat, 0] = 1 if luck < w.odds[seat, 0] + w.odds[seat, 1] else 2


@kernel
def plan(w, seat):
    """The odds of the next throw."""
    mine = w.bot_kind[seat]
    w.planned[seat] = 1
    if mine in (kind.biased, kind.drifter, kind.cycle, kind.de_bruijn, kind.random):
        of_its_own(w, seat, mine)
    elif mine in (kind.copy, kind.table, kind.rotator, kind.win_stay, kind.echo):
        by_last_throws(w, seat, mine)
    elif keeps_scores(mine):
        by_scores(w, seat, mine)
    else:
        by_counts(w, seat, mine)
    if mine not in (kind.random, kind.biased, kind.drifter, kind.table, kind.win_stay, kind.mixture, kind.voter,
                    kind.gambler, kind.cautious):  # fmt: skip
        lapse(w, seat, w.bot_knob[seat, knob.lapse])


# --- odds ----------------------------------------------------------------------------------------------------------


@kernel
def evenly(w, seat):
    """Any throw."""
    for throw in range(3):
        w.odds[seat, throw] = 1.0 / 3.0


@kernel
def surely(w, seat, throw):
    """One throw."""
    for each in range(3):
        w.odds[seat, each] = 1.0 if each == throw else 0.0


@kernel
def in_proportion(w, seat, rock, paper, scissors, turn):
    """To weights of three throws, each turned."""
    total = rock + paper + scissors
    if total <= 0.0:
        evenly(w, seat)
        return
    w.odds[seat, turn] = rock / total
    w.odds[seat, (1 + turn) % 3] = paper / total
    w.odds[seat, (2 + turn) % 3] = scissors / total


@kernel
def commonest(w, seat, counts, turn):
    """The commonest throw, turned; several that are alike share the odds."""
    best = max(counts[0], counts[1], counts[2])
    in_proportion(w, seat, share_of(counts[0], best), share_of(counts[1], best), share_of(counts[2], best), turn)


@kernel
def share_of(count, best):
    """Of a throw, by whether its count is the best one."""
    return 1.0 if count == best else 0.0


@kernel
def lapse(w, seat, share):
    """Some throws are made by chance."""
    for throw in range(3):
        w.odds[seat, throw] = (1.0 - share) * w.odds[seat, throw] + share / 3.0


@kernel
def turn_of(w, seat):
    """What a stranger adds to the throw it looks at."""
    return int(w.bot_knob[seat, knob.turn]) % 3


# --- kinds that go their own way -----------------------------------------------------------------------------------


@kernel
def of_its_own(w, seat, mine):
    """Nothing that the other does matters."""
    at = w.thrown - w.since[seat]
    if mine == kind.biased:
        in_proportion(
            w, seat, power(w.bot_knob[seat, knob.rock], 2), power(w.bot_knob[seat, knob.paper], 2),
            power(w.bot_knob[seat, knob.scissors], 2), 0,
        )  # fmt: skip
    elif mine == kind.drifter:
        weights = w.weight[seat]
        in_proportion(w, seat, power(weights[0], 2), power(weights[1], 2), power(weights[2], 2), 0)
    elif mine == kind.cycle:
        surely(w, seat, int(w.row[seat, at % min(int(w.bot_knob[seat, knob.length]), ROW)]))
    elif mine == kind.de_bruijn:
        surely(w, seat, of_long_row(w, seat, at))
    else:
        evenly(w, seat)


@kernel
def of_long_row(w, seat, at):
    """A throw of the long row, its symbols given to throws in one of the six ways."""
    begins, length = 0, 9
    for _ in range(2, int(w.bot_knob[seat, knob.word])):
        begins += length
        length *= 3
    first = int(w.bot_knob[seat, knob.start] * (length - 1))
    symbol = int(LONG_ROWS[begins + (first + at) % length])
    return (symbol * (1 + int(w.row[seat, 0]) % 2) + int(w.row[seat, 1])) % 3


# --- kinds that go by the last throws ------------------------------------------------------------------------------


@kernel
def by_last_throws(w, seat, mine):
    """Reflexes."""
    seen, other = known(w, seat), 1 - seat
    if mine == kind.copy:
        lag = int(w.bot_knob[seat, knob.lag])
        if seen < lag:
            evenly(w, seat)
        else:
            surely(w, seat, (back(w, other, lag - 1) + turn_of(w, seat)) % 3)
        return
    if mine == kind.echo:
        remind(w, seat)
        return
    if seen == 0:
        evenly(w, seat)
        return
    own, his = back(w, seat, 0), back(w, other, 0)
    if mine == kind.table:
        surely(w, seat, int(w.answer[seat, situation(w, seat, order_of(w, seat))]))
        lapse(w, seat, 1.5 * (1.0 - w.bot_knob[seat, knob.sure]))
    elif mine == kind.rotator:
        gain = result(own, his)
        move = w.bot_knob[seat, knob.on_draw]
        if gain != 0:
            move = w.bot_knob[seat, knob.on_win] if gain > 0 else w.bot_knob[seat, knob.on_loss]
        surely(w, seat, (own + int(move)) % 3)
    else:
        stay_or_leave(w, seat, own, result(own, his))


@kernel
def stay_or_leave(w, seat, own, gain):
    """Win-stay, lose-shift, with odds; after a draw it stays half of the time."""
    stay = 0.5
    if gain != 0:
        stay = w.bot_knob[seat, knob.stay] if gain > 0 else 1.0 - w.bot_knob[seat, knob.leave]
    upwards = w.bot_knob[seat, knob.upwards]
    in_proportion(w, seat, stay, (1.0 - stay) * upwards, (1.0 - stay) * (1.0 - upwards), own)


@kernel
def remind(w, seat):
    """Echo: what the other threw when this stranger last followed the same throw of its own."""
    for lag in range(1, known(w, seat)):
        if back(w, seat, lag) == back(w, seat, 0):
            surely(w, seat, (back(w, 1 - seat, lag - 1) + turn_of(w, seat)) % 3)
            return
    evenly(w, seat)


# --- kinds that count ----------------------------------------------------------------------------------------------


@kernel
def by_counts(w, seat, mine):
    """From what came up how often."""
    if mine == kind.frequency:
        commonest(w, seat, w.tally[seat, 0], turn_of(w, seat))
    elif mine == kind.markov:
        commonest(w, seat, w.seen[seat, situation(w, seat, order_of(w, seat))], turn_of(w, seat))
    elif mine == kind.recaller:
        counts = w.seen[seat, situation(w, seat, order_of(w, seat))]
        in_proportion(w, seat, counts[0], counts[1], counts[2], turn_of(w, seat))
    elif mine == kind.matcher:
        match(w, seat)
    elif mine == kind.second_guesser:
        level = 2 * int(w.bot_knob[seat, knob.level]) % 3
        if w.bot_knob[seat, knob.base] < 1.0:
            commonest(w, seat, w.tally[seat, 1], level)
        else:
            commonest(w, seat, w.habit[seat, situation(w, seat, 1)], level)
    elif mine == kind.switcher:
        by_way(w, seat, w.bot_knob[seat, knob.first] if w.way[seat] == 0 else w.bot_knob[seat, knob.second])
    elif mine == kind.mixture:
        mix(w, seat, w.bot_knob[seat, knob.share])
    elif mine == kind.gambler:
        gamble(w, seat)
    elif mine == kind.leveller:
        counts = w.tally[seat, 1]
        least = min(counts[0], counts[1], counts[2])
        in_proportion(w, seat, share_of(counts[0], least), share_of(counts[1], least), share_of(counts[2], least),
                      turn_of(w, seat))  # fmt: skip
    elif known(w, seat) == 0:
        evenly(w, seat)
    else:  # turn_counter
        commonest(w, seat, w.tally[seat, 0], (back(w, 1 - seat, 0) + turn_of(w, seat)) % 3)


@kernel
def match(w, seat):
    """What the other threw after the longest repeat."""
    lag = longest_repeat(w, seat, int(w.bot_knob[seat, knob.stream]), int(w.bot_knob[seat, knob.longest]))
    if lag == 0:
        evenly(w, seat)
    else:
        surely(w, seat, (back(w, 1 - seat, lag - 1) + turn_of(w, seat)) % 3)


@kernel
def by_way(w, seat, number):
    """One of six simple ways."""
    way = int(number) % 6
    if way == 0:
        commonest(w, seat, w.tally[seat, 0], 1)  # beats the other's commonest throw
    elif way == 1:
        commonest(w, seat, w.tally[seat, 1], 2)  # beats what would beat its own commonest one
    elif known(w, seat) == 0:
        evenly(w, seat)
    elif way < 4:
        surely(w, seat, (back(w, 1 - seat, 0) + way - 1) % 3)  # beats the other's last throw, or loses to it
    else:
        surely(w, seat, (back(w, seat, 0) + way - 3) % 3)  # turns on, or turns back


@kernel
def mix(w, seat, share):
    """Odds of two ways, joined."""
    by_way(w, seat, w.bot_knob[seat, knob.second])
    rock, paper, scissors = w.odds[seat, 0], w.odds[seat, 1], w.odds[seat, 2]
    by_way(w, seat, w.bot_knob[seat, knob.first])
    w.odds[seat, 0] = share * w.odds[seat, 0] + (1.0 - share) * rock
    w.odds[seat, 1] = share * w.odds[seat, 1] + (1.0 - share) * paper
    w.odds[seat, 2] = share * w.odds[seat, 2] + (1.0 - share) * scissors


@kernel
def gamble(w, seat):
    """Each throw by a power of what it paid, beside what the best one did; none is ever given up."""
    sharpness = int(w.bot_knob[seat, knob.sharpness])
    paid = w.weight[seat]
    best = max(paid[0], paid[1], paid[2], 1e-9)
    in_proportion(
        w, seat, 0.02 + power(paid[0] / best, sharpness), 0.02 + power(paid[1] / best, sharpness),
        0.02 + power(paid[2] / best, sharpness), 0,
    )  # fmt: skip


# --- kinds that keep scores ----------------------------------------------------------------------------------------


@kernel
def by_scores(w, seat, mine):
    """Guesses of the other's next throw and of what its own habits would make it throw, each turned in three ways."""
    guess_all(w, seat)
    breadth = min(int(w.bot_knob[seat, knob.breadth]), PREDICTORS)
    if mine == kind.voter:
        vote(w, seat, breadth)
        return
    best, throw = 0.0, NOTHING
    for predictor in range(breadth):
        guess = int(w.guess[seat, predictor])
        for turn in range(3):
            if guess != NOTHING and w.credit[seat, 3 * predictor + turn] > best:
                best, throw = w.credit[seat, 3 * predictor + turn], (guess + turn) % 3
    if throw == NOTHING or (mine == kind.cautious and w.behind[seat] > w.bot_knob[seat, knob.limit]):
        evenly(w, seat)
    else:
        surely(w, seat, throw)


@kernel
def vote(w, seat, breadth):
    """Every guess has a weight, the square of what it would have won."""
    evenly(w, seat)
    total = 0.1
    for throw in range(3):
        w.odds[seat, throw] *= total
    for predictor in range(breadth):
        guess = int(w.guess[seat, predictor])
        for turn in range(3):
            score = max(w.credit[seat, 3 * predictor + turn], 0.0)
            if guess != NOTHING:
                w.odds[seat, (guess + turn) % 3] += score * score
                total += score * score
    for throw in range(3):
        w.odds[seat, throw] /= total


@kernel
def guess_all(w, seat):
    """By situation, by repeats and by counts: first of the other, then of its own throws."""
    w.guess[seat, 0] = likeliest(w.seen[seat, situation(w, seat, order_of(w, seat))])
    w.guess[seat, 2] = likeliest(w.habit[seat, situation(w, seat, 1)])
    w.guess[seat, 4] = likeliest(w.tally[seat, 0])
    w.guess[seat, 5] = likeliest(w.tally[seat, 1])
    lag = longest_repeat(w, seat, 0, LONGEST)
    w.guess[seat, 1] = NOTHING if lag == 0 else back(w, 1 - seat, lag - 1)
    w.guess[seat, 3] = NOTHING if lag == 0 else back(w, seat, lag - 1)


@kernel
def likeliest(counts):
    """The first of the commonest throws, NOTHING where nothing was counted."""
    if counts[0] + counts[1] + counts[2] <= 0.0:
        return NOTHING
    if counts[0] >= counts[1] and counts[0] >= counts[2]:
        return 0
    return 1 if counts[1] >= counts[2] else 2
