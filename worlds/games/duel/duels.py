"""What two duellists know of each other: the last shot each way, and the situations that habits go by.

A shot of one at another (its mark) is told by its *lead*, the side it was aimed at, by the *leap* of the mark and by
whether it *hit*. Until the first shot of an episode both sides are the middle, and nothing has hit.

Situations of a leap (row of `situation_of_leap`), of the mark, six each:
0 by range: near, middle, far × whether the mark's gun is loaded · 1 by success: the mark's last leap × whether it was
hit then · 2 the shooter's last lead × whether the mark's gun is loaded · 3 the shooter's own last leap × whether the
shooter shot last.
Of an aim (`situation_of_aim`), of the shooter: 0 as above · 1 its last lead × whether it hit · 2 the mark's last leap ×
whether the mark's gun is loaded · 3 the mark's own last lead × whether the shooter shot last · 4 where its barrel
points × whether the mark's gun is loaded.
"""

from worlds.games.duel.constants import COMING, FAR, JUDGED, KINDS_OF_SITUATION, NEAR, NOBODY, PAST, ROWS
from worlds.kit.kernel import kernel
from worlds.kit.maths import distance


@kernel
def is_loaded(w, seat):
    """Whether a seat's gun is ready, or was when it drew."""
    return int(w.load[seat] == 0 and w.balls[seat] > 0)


@kernel
def range_of(w, seat, other):
    """0 near, 1 middle, 2 far."""
    gap = distance(w.pos[seat], w.pos[other])
    return int(gap > NEAR) + int(gap > FAR)


@kernel
def situation_of_leap(w, shooter, mark, row):
    """What a leap of the mark would go by now, 0 … 5."""
    if row == 0:
        return 2 * range_of(w, shooter, mark) + is_loaded(w, mark)
    if row == 1:
        return 2 * w.leapt[shooter, mark] + w.hit[shooter, mark]
    if row == 2:
        return 2 * w.lead[shooter, mark] + is_loaded(w, mark)
    return 2 * w.leapt[mark, shooter] + w.latest[shooter, mark]


@kernel
def situation_of_aim(w, shooter, mark, row):
    """What an aim of the shooter would go by now, 0 … 5."""
    if row == 0:
        return 2 * range_of(w, shooter, mark) + is_loaded(w, mark)
    if row == 1:
        return 2 * w.lead[shooter, mark] + w.hit[shooter, mark]
    if row == 2:
        return 2 * w.leapt[shooter, mark] + is_loaded(w, mark)
    if row == 3:
        return 2 * w.lead[mark, shooter] + w.latest[shooter, mark]
    return 2 * w.barrel[shooter] + is_loaded(w, mark)


@kernel
def freeze(w, shooter, mark):
    """Note the situations of a shot when it is drawn: they stay what they were until it is over."""
    for row in range(KINDS_OF_SITUATION):
        w.held[shooter, row] = situation_of_aim(w, shooter, mark, row)
    for row in range(KINDS_OF_SITUATION - 1):
        w.held[shooter, KINDS_OF_SITUATION + row] = situation_of_leap(w, shooter, mark, row)
    for row in range(JUDGED):
        w.held[shooter, ROWS + row] = judged(w, shooter, mark, row)


@kernel
def judged(w, shooter, mark, row):
    """How things stand: for the shooter its score against the mark, 0 … 5, and whether it was hit in this episode; then
    both for the mark."""
    seat, other = (shooter, mark) if row < 2 else (mark, shooter)
    if row % 2 == 1:
        return int(w.hits_taken[seat] > 0)
    place = 1 + int(w.hits[seat] > w.hits[other]) - int(w.hits[seat] < w.hits[other])
    return 2 * place + is_loaded(w, seat)  # behind, even or ahead


@kernel
def row_of(w, shooter, mark, row):
    """The situation of row 0 … 4 of an aim, 5 … 8 of a leap, or what is judged (9 … 12): that of the shot that is on,
    or was over just now, else that of one that would be drawn now."""
    if is_on(w, shooter) and w.mark[shooter] == mark:
        return w.held[shooter, row]
    if row >= ROWS:
        return judged(w, shooter, mark, row - ROWS)
    if row < KINDS_OF_SITUATION:
        return situation_of_aim(w, shooter, mark, row)
    return situation_of_leap(w, shooter, mark, row - KINDS_OF_SITUATION)


@kernel
def is_on(w, shooter):
    """Whether a shot of this seat is drawn, still to be settled or over just now."""
    return w.draw[shooter] > 0 or may_hit(w, shooter) or w.fresh[shooter] > 0


@kernel
def may_hit(w, shooter):
    """Whether a ball of this seat flies that can still hit: its shot is not settled."""
    return w.ball[shooter] == COMING or w.ball[shooter] == PAST


@kernel
def is_aimed_at(w, shooter, seat):
    """Whether a shot of the first at the second is drawn or on its way."""
    return w.mark[shooter] == seat and (w.draw[shooter] > 0 or w.ball[shooter] == COMING)


@kernel
def threat_to(w, seat):
    """Who shoots at a seat now, NOBODY if nobody does."""
    for other in range(len(w.pos)):
        if is_aimed_at(w, other, seat):
            return other
    return NOBODY


@kernel
def is_taken(w, seat, mark):
    """Whether somebody else shoots at a mark."""
    for other in range(len(w.pos)):
        if other != seat and is_aimed_at(w, other, mark):
            return True
    return False


@kernel
def target_of(w, seat):
    """Whom a seat could shoot at: the nearest of the other bank that it sees and nobody else shoots at, NOBODY if
    none. For one leap cannot answer two shots."""
    found, best = NOBODY, 0.0
    for other in range(len(w.pos)):
        if w.team[other] != w.team[seat] and int(w.seen[seat, other]) == 1 and not is_taken(w, seat, other):
            gap = distance(w.pos[seat], w.pos[other])
            if found == NOBODY or gap < best:
                found, best = other, gap
    return found


@kernel
def rival_of(w, seat):
    """Whom a seat has to do with: the mark of its shot, else its target, else the first of the other bank."""
    if is_on(w, seat):
        return w.mark[seat]
    found = target_of(w, seat)
    if found != NOBODY:
        return found
    return 0 if w.team[seat] != w.team[0] else len(w.pos) - 1


@kernel
def foe_of(w, seat):
    """Whose aim matters to a seat: who shoots at it, or did just now, else its rival."""
    shooter = threat_to(w, seat)
    if shooter != NOBODY:
        return shooter
    for other in range(len(w.pos)):
        if is_on(w, other) and w.mark[other] == seat:
            return other
    return rival_of(w, seat)
