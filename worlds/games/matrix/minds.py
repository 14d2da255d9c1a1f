"""What strangers make of those they meet: what each kind picks next, and what it remembers of each of its dates.

A stranger keeps an account of each of those it can meet, ``[seat, date]``; it lasts as long as the trial. Only seats
that a bot drives learn.
"""

from worlds.games.matrix.constants import BAD, BLUE, GOOD, LONG, NOBODY
from worlds.games.matrix.games import action_of, answer, colour_of, lead
from worlds.games.matrix.roster import kind, knob
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp, exp


@kernel
def forget_all(w):
    """A trial begins: nobody knows anybody."""
    for seat in range(len(w.holder)):
        w.holder[seat] = NOBODY


@kernel
def sit_down(w, seat):
    """Somebody who remembers nothing."""
    w.holder[seat] = w.bot_kind[seat]
    w.mood[seat] = 1 - w.good if w.bot_knob[seat, knob.first] < 0.5 else w.good
    for date in range(w.met.shape[1]):
        w.met[seat, date] = 0
        w.mine[seat, date] = 0
        w.theirs[seat, date] = 0
        w.hurt[seat, date] = 0
        w.bad[seat, date] = 0
        w.anger[seat, date] = 0
        w.turned[seat, date] = 0
        w.lean[seat, date] = 0.5
        for colour in range(2):
            w.gains[seat, date, colour] = 0.0


@kernel
def blue_chance(w, seat, date):
    """How likely a stranger is to take blue for a date."""
    mine = w.bot_kind[seat]
    tosses = mine == kind.memory_one or mine == kind.gambler
    wish = by_coin(w, seat, date, mine) if tosses else wanted(w, seat, date, mine) * 1.0
    if w.met[seat, date] == 0 and opens(mine):
        sure = clamp(2.0 * w.bot_knob[seat, knob.first] - 0.5, 0.0, 1.0)
        wish = sure if colour_of(w, GOOD) == BLUE else 1.0 - sure
    slip = 0.0 if tosses else w.bot_knob[seat, knob.slip]
    return slip + (1.0 - 2.0 * slip) * wish


@kernel
def opens(mine):
    """Whether a kind goes by ``first`` when it meets somebody for the first time."""
    return not (mine == kind.grim or mine == kind.bully or mine == kind.avenger or mine == kind.gambler)


@kernel
def by_coin(w, seat, date, mine):
    """The chance of blue of those who toss a coin."""
    if mine == kind.gambler:
        better = w.gains[seat, date, 1] - w.gains[seat, date, 0]
        return 1.0 / (1.0 + exp(-w.bot_knob[seat, knob.heat] * better))
    own, other = action_of(w, int(w.mine[seat, date])), action_of(w, int(w.theirs[seat, date]))
    if own == GOOD:
        chance = w.bot_knob[seat, knob.after_good_good if other == GOOD else knob.after_good_bad]
    else:
        chance = w.bot_knob[seat, knob.after_bad_good if other == GOOD else knob.after_bad_bad]
    chance = clamp(chance, 0.0, 1.0)
    return chance if colour_of(w, GOOD) == BLUE else 1.0 - chance


@kernel
def wanted(w, seat, date, mine):
    """The colour that a stranger means to take, from the second meeting on."""
    theirs, side = int(w.theirs[seat, date]), seat % 2
    if mine == kind.mirror:
        return theirs
    if mine == kind.contrary:
        return 1 - theirs
    if mine == kind.learner:
        return answer(w, side, w.lean[seat, date])
    if mine == kind.levels:
        return by_level(w, seat, date)
    if mine == kind.exploiter:
        return 1 if w.gains[seat, date, 1] > w.gains[seat, date, 0] else 0
    if mine == kind.bully:
        best = lead(w, side)
        return 1 - best if int(w.turned[seat, date]) == 1 else best
    if mine == kind.moody:
        last = int(w.mood[seat])
        return 1 - last if w.bot_knob[seat, knob.contrariness] > 0.5 else last
    span = int(w.bot_knob[seat, knob.span])
    if mine == kind.switcher:
        return theirs if w.met[seat, date] // max(span, 1) % 2 == 0 else 1 - theirs
    if mine == kind.turncoat and w.met[seat, date] < span:
        return theirs
    return colour_of(w, wanted_action(w, seat, date, mine))


@kernel
def wanted_action(w, seat, date, mine):
    """GOOD or BAD, of those who think in these terms."""
    if mine == kind.stubborn:
        begun = action_of(w, int(w.mine[seat, date]))
        return 1 - begun if int(w.turned[seat, date]) == 1 else begun
    if mine == kind.grim:
        return BAD if w.hurt[seat, date] >= int(w.bot_knob[seat, knob.patience]) else GOOD
    if mine == kind.avenger:
        return BAD if w.anger[seat, date] > 0 else GOOD
    return BAD


@kernel
def by_level(w, seat, date):
    """Level 1 answers the other's last pick, level 2 what would answer that answer."""
    side, first = seat % 2, answer(w, seat % 2, w.theirs[seat, date] * 1.0)
    if int(w.bot_knob[seat, knob.level]) == 1:
        return first
    return answer(w, side, answer(w, 1 - side, first * 1.0) * 1.0)


@kernel
def learn(w, seat, date, mine, theirs, paid):
    """What a stranger keeps of a meeting: what both picked, and what it was paid."""
    w.met[seat, date] += 1
    w.mood[seat] = theirs
    hurts = action_of(w, theirs) == BAD
    w.hurt[seat, date] += int(hurts)
    count_bad(w, seat, date, paid)
    anger = int(w.bot_knob[seat, knob.anger]) if w.bot_kind[seat] == kind.avenger else 1
    w.anger[seat, date] = anger if hurts else max(w.anger[seat, date] - 1, 0)
    fade = w.bot_knob[seat, knob.fade] if w.bot_kind[seat] == kind.learner else 0.5
    w.lean[seat, date] += fade * (theirs - w.lean[seat, date])
    forget = w.bot_knob[seat, knob.forget] if w.bot_kind[seat] == kind.exploiter else 0.5
    w.gains[seat, date, mine] += forget * (paid - w.gains[seat, date, mine])
    w.mine[seat, date] = mine
    w.theirs[seat, date] = theirs


@kernel
def count_bad(w, seat, date, paid):
    """Bad meetings in a row; when they are too many, the stubborn and the bully change their minds."""
    mine = w.bot_kind[seat]
    patience = int(w.bot_knob[seat, knob.patience]) if mine == kind.stubborn or mine == kind.bully else LONG
    w.bad[seat, date] = w.bad[seat, date] + 1 if paid < 0.0 else 0
    change = w.bad[seat, date] >= patience
    if change:
        w.bad[seat, date] = 0
    if mine == kind.bully:
        w.turned[seat, date] = int(w.turned[seat, date]) ^ int(change)
    else:
        w.turned[seat, date] = int(change)
