"""What a duellist sees, what an oracle is told, and what is counted."""

from worlds.games.duel.bots import aim_of, leap_of, tell_odds
from worlds.games.duel.constants import (
    CRATES,
    EPISODE,
    FASTEST,
    HEIGHT,
    KINDS_OF_SITUATION,
    MAGAZINE_LEAST,
    MAGAZINE_MOST,
    MOST_BALLS,
    NOBODY,
    RELOAD_LEAST,
    RELOAD_MOST,
    ROWS,
    SITUATIONS,
    SLOWEST,
    WEST,
    WIDTH,
)
from worlds.games.duel.duels import foe_of, is_aimed_at, is_loaded, is_on, may_hit, rival_of, row_of, target_of
from worlds.games.duel.roster import KNOB_LOW, KNOB_SPAN, KNOBS, NAMED, TURNS
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp
from worlds.kit.sight import RAYS, look_at_walls
from worlds.kit.ways import open_ways

OWN, OTHER, SHOT = 9, 10, 8
LOOK = 5.0  # m that rays reach
RULES_TOLD = 4


@kernel
def observe(w, seat, out):
    """In the order of the pieces."""
    at = observe_own(w, seat, out)
    at = observe_crates(w, seat, out, at)
    for turn in range(1, len(w.pos)):
        at = observe_other(w, seat, (seat + turn) % len(w.pos), out, at)
    rival, foe = rival_of(w, seat), foe_of(w, seat)
    at = observe_shot(w, seat, rival, seat, out, at)
    at = observe_shot(w, foe, seat, seat, out, at)
    look_at_walls(w, seat, LOOK, LOOK, out, at)
    at += RAYS
    ways = open_ways(w.tiles, int(w.pos[seat, 1]), int(w.pos[seat, 0]))
    for code in range(1, 9):
        out[at] = (ways >> code) & 1
        at += 1
    out[at] = w.tick / EPISODE
    observe_things(w, seat, rival, foe, out, at + 1)


@kernel
def observe_own(w, seat, out):
    """Bank, place, gun and balls."""
    out[0] = 1.0 if w.team[seat] == WEST else -1.0
    out[1] = 2.0 * w.pos[seat, 0] / WIDTH - 1.0
    out[2] = 2.0 * w.pos[seat, 1] / HEIGHT - 1.0
    out[3] = is_loaded(w, seat)
    out[4] = w.load[seat] / RELOAD_MOST
    out[5] = w.balls[seat] / MOST_BALLS
    out[6] = 1.0 if w.draw[seat] > 0 else 0.0
    out[7] = 1.0 if target_of(w, seat) != NOBODY else 0.0
    out[8] = 1.0 if may_hit(w, seat) else 0.0
    return OWN


@kernel
def observe_crates(w, seat, out, at):
    """Where those of the own bank are, and whether they were opened in this episode."""
    bank = w.team[seat]
    for crate in range(CRATES):
        out[at] = (w.crate[bank, crate, 0] - w.pos[seat, 0]) / HEIGHT
        out[at + 1] = (w.crate[bank, crate, 1] - w.pos[seat, 1]) / HEIGHT
        out[at + 2] = (int(w.opened[bank]) >> crate) & 1
        at += 3
    return at


@kernel
def observe_other(w, seat, other, out, at):
    """Where somebody is, if in sight; what its gun does; the ball that it has on the way to here."""
    for index in range(OTHER):
        out[at + index] = 0.0
    out[at] = 1.0 if w.team[other] == w.team[seat] else -1.0
    if int(w.seen[seat, other]) == 1:
        out[at + 1] = 1.0
        out[at + 2] = (w.pos[other, 0] - w.pos[seat, 0]) / WIDTH
        out[at + 3] = (w.pos[other, 1] - w.pos[seat, 1]) / HEIGHT
        out[at + 4] = is_loaded(w, other)
    if is_aimed_at(w, other, seat):
        out[at + 5] = 1.0
        out[at + 6] = 1.0 if w.draw[other] > 0 else 0.0
        out[at + 7 + w.barrel[other]] = 1.0
    return at + OTHER


@kernel
def observe_shot(w, shooter, mark, seat, out, at):
    """The last shot of one at another in this episode: lead, leap, whether it hit; whether it was over just now."""
    for side in range(TURNS):
        out[at + side] = 1.0 if w.lead[shooter, mark] == side else 0.0
        out[at + TURNS + side] = 1.0 if w.leapt[shooter, mark] == side else 0.0
    out[at + 6] = w.hit[shooter, mark]
    out[at + 7] = 1.0 if w.fresh[shooter] > 0 and w.mark[shooter] == mark else 0.0
    return at + SHOT


@kernel
def observe_things(w, seat, rival, foe, out, at):
    """The numbers of the situations that the foe's aim at the seat and the rival's leap from it went by, if such a shot
    was over just now; then of those that they go by, none while neither is in sight and no shot is on."""
    sees_foe = int(w.seen[seat, foe]) == 1 or is_on(w, foe)
    sees_rival = int(w.seen[seat, rival]) == 1 or is_on(w, seat)
    for row in range(ROWS):
        is_aim = row < KINDS_OF_SITUATION
        known = sees_foe if is_aim else sees_rival
        number = 0
        if known and (row != KINDS_OF_SITUATION - 1 or is_on(w, foe)):  # a barrel is seen once it is raised
            number = 1 + SITUATIONS * row + (row_of(w, foe, seat, row) if is_aim else row_of(w, seat, rival, row))
        shooter, mark = (foe, seat) if is_aim else (seat, rival)
        is_over = w.fresh[shooter] > 0 and w.mark[shooter] == mark
        out[at + row] = number / (ROWS * SITUATIONS) if is_over else 0.0
        out[at + ROWS + row] = number / (ROWS * SITUATIONS)


# --- what is told ----------------------------------------------------------------------------------------------------


@kernel
def reveal(w, seat, out):
    """Behind the others' kinds: where the rival leaps and the foe aims, the foe's knobs; the crate and the rules."""
    at = (len(w.pos) - 1) * NAMED
    rival, foe = rival_of(w, seat), foe_of(w, seat)
    tell_odds(w, rival, leap_of(w, seat, rival), out, at)
    tell_odds(w, foe, aim_of(w, foe, seat), out, at + TURNS)
    at += 2 * TURNS
    mine = w.bot_kind[foe]
    for column in range(KNOBS):
        value = (w.bot_knob[foe, column] - KNOB_LOW[mine, column]) / KNOB_SPAN[mine, column]
        out[at + column] = clamp(value, 0.0, 1.0)
    at += KNOBS
    out[at + w.full] = 1.0
    at += CRATES
    out[at] = (w.speed - SLOWEST) / (FASTEST - SLOWEST)
    out[at + 1] = (w.reload - RELOAD_LEAST) / (RELOAD_MOST - RELOAD_LEAST)
    out[at + 2] = (w.magazine - MAGAZINE_LEAST) / (MAGAZINE_MOST - MAGAZINE_LEAST)
    out[at + 3] = w.bouncy


@kernel
def figures(w, out):
    """Of the world: share of shots that hit; of each seat: shots, hits, times it was hit, leaps that saved it."""
    shots, hits = 0, 0
    for seat in range(len(w.pos)):
        shots += w.shots[seat]
        hits += w.hits[seat]
        own = 1 + 4 * seat
        out[own] = w.hits_taken[seat]
        out[own + 1] = w.shots[seat]
        out[own + 2] = w.hits[seat]
        out[own + 3] = w.missed[seat]
    out[0] = hits / max(shots, 1)
