"""The scripted players of tag. All run alike: what tells them apart is which way they lean when it comes to a clash.

A chaser walks from den to den, runs at the prey in sight until its wind is gone, and looks where it saw it last. An
evader walks from den to den, lingers there, and runs off when somebody comes nearer than it bears. Memory: ``timer``
counts decisions of a chase or a stop, ``mood`` is the den that one is on the way to.
"""

import numpy as np

from worlds.games.tag.constants import DENS, NOBODY, SIDES, SIGNS
from worlds.games.tag.habits import habitual
from worlds.kit import ways
from worlds.kit.bots import names_of
from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.maths import distance
from worlds.world import Bot, Knob

CHASERS = 0  # team
DASH_WITHIN = 2.6  # m; bots dash when the other side is this close
CORRIDOR = 0.24  # m off the middle that a runner may be to enter a corridor
ARRIVED = 0.3  # m
WAYS_OUT = 0.3  # m; what one more way out of a tile is worth in flight
REST = 8  # decisions that a chaser walks whose wind is gone
SEARCH = 6  # decisions that it looks where it saw the prey last
FAVOUR = 3.0  # m; a favourite prey counts as so much nearer
BY_SLIP, BY_CATCH = 1.0, 2.0  # whom a chaser favours: below the first nobody, then who slipped it, then whom it caught


# --- who they are ------------------------------------------------------------------------------------------------

SLOPPY = Knob("sloppy", 0.0, 0.18, held_out=(0.12, 0.18))  # share of leans by chance
OPENING = Knob("opening", 0.0, 3.0)  # the first lean: 0 left, 1 low, 2 right
ROW = Knob("row", 0.0, 9.0)  # of a drilled one: three times its second lean and its third
TURN = Knob("turn", 0.0, 2.0)  # below 1 it goes one side further on, left to low to right to left; else two
OF_ROLE = {
    "chaser": (Knob("wind", 8.0, 30.0), Knob("favourite", 0.0, 3.0)),  # decisions that a chase lasts; whom it hunts
    "evader": (Knob("fear", 1.5, 4.5), Knob("linger", 1.0, 10.0)),  # m at which it runs; decisions at a den
}
HABITS: tuple[tuple[str, str, str, tuple[Knob, ...]], ...] = (
    ("stubborn", "train", "the same way every time", ()),
    ("rounder", "train", "a side further on each time", (TURN,)),
    ("copier", "train", "the way you went the last time", ()),
    ("sore", "train", "again what worked; after a failure a side further on", (TURN,)),
    ("fidget", "train", "again what failed; after a success a side further on", (TURN,)),
    ("drilled", "train", "a row of three, over and over", (ROW,)),
    ("contrary", "test", "a side further on than you went the last time", (TURN,)),
    ("paired", "test", "each way twice, then a side further on", (TURN,)),
    ("tiring", "final", "one way twice, then another for good", (TURN,)),
)
"""Name, part of the split, what it does, knobs; in the order of the numbers in `habits`."""
BOTS: tuple[Bot, ...] = tuple(
    Bot(name, role, (OPENING, SLOPPY, *OF_ROLE[role], *knobs), split=split, about=f"leans {about}")
    for role in OF_ROLE
    for name, split, about, knobs in HABITS
)
kind, knob = names_of(BOTS)


# --- a decision --------------------------------------------------------------------------------------------------


@kernel
def act(w, seat):
    """``action[seat]`` = move, dash, lean."""
    if w.tick == 0:
        w.mood[seat] = integer(w, DENS)
        w.timer[seat] = 0
    rival = int(w.rival[seat]) - 1
    if int(w.team[seat]) == CHASERS and rival != NOBODY:
        rival = prey_of(w, seat, rival)
    gap = distance(w.pos[seat], w.pos[rival]) if rival != NOBODY else 2.0 * len(w.tiles)
    speed = abs(w.vel[seat, 0]) + abs(w.vel[seat, 1])
    if w.tick > 0 and int(w.action[seat, 0]) > 0 and speed < 0.05 and int(w.down[seat]) == 0:
        w.action[seat, 0] = integer(w, SIGNS)  # stuck
    elif int(w.team[seat]) == CHASERS:
        w.action[seat, 0] = hunt(w, seat, rival)
    else:
        w.action[seat, 0] = evade(w, seat, rival, gap)
    w.action[seat, 1] = int(gap < DASH_WITHIN and int(w.cool[seat]) == 0)
    w.action[seat, 2] = lean(w, seat, int(w.rival[seat]) - 1)


@kernel
def lean(w, seat, rival):
    """The side that its habit says, or now and then any."""
    if rival == NOBODY:
        return integer(w, SIDES)
    side = habit_of(w, seat, rival)
    return integer(w, SIDES) if uniform(w) < w.bot_knob[seat, knob.sloppy] else side


@kernel
def habit_of(w, seat, rival):
    """The side that a bot's habit says for its next clash with somebody."""
    opening = min(int(w.bot_knob[seat, knob.opening]), SIDES - 1)
    turn = 1 if w.bot_knob[seat, knob.turn] < 1.0 else 2
    row = min(int(w.bot_knob[seat, knob.row]), SIDES * SIDES - 1) if w.bot_kind[seat] == kind.drilled else 0
    met, won = int(w.met[seat, rival]), int(w.won[seat, rival]) == 1
    own, theirs = int(w.lean[seat, rival]), int(w.lean[rival, seat])
    return habitual(w.bot_kind[seat], opening, turn, row, met, own, theirs, won)


# --- chasers -----------------------------------------------------------------------------------------------------


@kernel
def prey_of(w, seat, nearest):
    """Whom a chaser runs at, of those in sight: the nearest, unless it favours who slipped it, or was caught, last."""
    favourite = w.bot_knob[seat, knob.favourite]
    best, choice = 2.0 * len(w.tiles), nearest
    if favourite < BY_SLIP:
        return choice
    for other in range(len(w.pos)):
        if int(w.seen[seat, other]) == 0 or int(w.team[other]) == CHASERS:
            continue
        gap = distance(w.pos[seat], w.pos[other])
        last = int(w.last_prey[seat]) == other + 1
        if last and (int(w.won[seat, other]) == 1) == (favourite >= BY_CATCH):
            gap -= FAVOUR
        if gap < best:
            best, choice = gap, other
    return choice


@kernel
def hunt(w, seat, prey):
    """The move of a chaser: at the prey while its wind lasts, then for a walk."""
    if w.timer[seat] < 0:
        w.timer[seat] += 1
        return roam(w, seat)
    if prey != NOBODY:
        w.timer[seat] += 1
        if w.timer[seat] > w.bot_knob[seat, knob.wind]:
            w.timer[seat] = -REST
        return step_by(w, seat, w.pos[prey, 0], w.pos[prey, 1], -1.0, 0.0)
    if 0 < int(w.lost[seat]) <= SEARCH and int(w.last_seen[seat, 0]) > 0:
        return step_by(w, seat, w.last_seen[seat, 1] + 0.5, w.last_seen[seat, 0] + 0.5, -1.0, 0.0)
    w.timer[seat] = 0
    return roam(w, seat)


# --- evaders -----------------------------------------------------------------------------------------------------


@kernel
def evade(w, seat, rival, gap):
    """The move of an evader: off when somebody is too near, else a walk from den to den with a stop at each."""
    if gap < w.bot_knob[seat, knob.fear]:
        return escape(w, seat, rival)
    move = errand(w, seat, w.mood[seat])
    if move == 0:
        w.timer[seat] += 1
        if w.timer[seat] > w.bot_knob[seat, knob.linger]:
            w.timer[seat] = 0
            w.mood[seat] = integer(w, DENS)
    return move


@kernel
def escape(w, seat, rival):
    """Towards the den that this seat reaches with the greatest lead over the rival; without a lead, just away."""
    row, col = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    best, choice = 0, NOBODY
    for den in range(DENS):
        mine = np.int64(w.steps[den, row, col])  # int() of a byte is unsigned when compiled: no lead below 0
        lead = np.int64(w.steps[den, int(w.pos[rival, 1]), int(w.pos[rival, 0])]) - mine
        if lead > best and mine > 1:
            best, choice = lead, den
    if choice != NOBODY:
        return errand(w, seat, choice)
    return step_by(w, seat, w.pos[rival, 0], w.pos[rival, 1], 1.0, WAYS_OUT)


# --- moves -------------------------------------------------------------------------------------------------------


@kernel
def roam(w, seat):
    """On to the den in mind; there, another one comes to mind."""
    move = errand(w, seat, w.mood[seat])
    if move == 0:
        w.mood[seat] = integer(w, DENS)
    return move


@kernel
def errand(w, seat, den):
    """One move towards a den; 0 once there."""
    row, col = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    if int(w.steps[den, row, col]) > 0:
        return steady(w, seat, ways.next_step(w.steps[den], w.tiles, row, col))
    return step_by(w, seat, w.den[den, 0], w.den[den, 1], -1.0, 0.0)


@kernel
def steady(w, seat, code):
    """See `ways.steady`."""
    return ways.steady(w, seat, code, CORRIDOR)


@kernel
def step_by(w, seat, x, y, away, ways_out):
    """To the best of the nine tiles here: see `ways.step_by`."""
    return ways.step_by(w, seat, x, y, away, ways_out, CORRIDOR, ARRIVED)
