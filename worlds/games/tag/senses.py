"""What the seats of tag see, and what oracles are told, piece by piece."""

from worlds.games.tag.bots import habit_of, knob
from worlds.games.tag.constants import (
    AT_THE_DEN,
    CHASER,
    DEN,
    DENS,
    EPISODE,
    EVADER,
    FOG_LEAST,
    FOG_MOST,
    FREE,
    REST_MOST,
    SIDE,
    SIDES,
    SIGNS,
    SPEED,
    STUMBLE,
    TOLD_MET,
)
from worlds.kit.kernel import kernel
from worlds.kit.maths import distance
from worlds.kit.ways import downhill, open_ways, signpost

OWN, WAYS, PER_DEN, PER_OTHER = 10, 8, 4, 18  # numbers seen
NOTED = 3  # names of a clash: with whom, which, and after what
ROWS = 1 + TOLD_MET + SIDES * SIDES  # things of each other one, see `name_clash`
NAMED = 2 * NOTED  # of the one just now, and of the next one


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces."""
    ways = open_ways(w.tiles, int(w.pos[seat, 1]), int(w.pos[seat, 0]))
    observe_own(w, seat, out)
    for code in range(1, SIGNS):
        out[OWN + code - 1] = 1.0 if (ways >> code) & 1 == 1 else 0.0
    at = observe_dens(w, seat, ways, out, OWN + WAYS)
    at = observe_others(w, seat, out, at)
    observe_things(w, seat, out, at)
    out[at + NAMED] = w.tick / EPISODE


@kernel
def observe_own(w, seat, out):
    out[0] = 1.0 if w.team[seat] == CHASER else -1.0
    for axis in range(2):
        out[1 + axis] = 2.0 * w.pos[seat, axis] / SIDE - 1.0
        out[3 + axis] = w.vel[seat, axis] / (2.0 * SPEED)
    out[5] = int(w.down[seat]) / STUMBLE
    out[6] = int(w.free[seat]) / FREE
    out[7] = 1.0 if w.dash[seat] > 0 else 0.0
    out[8] = 1.0 if w.cool[seat] == 0 else 0.0
    out[9] = 1.0 if distance(w.pos[seat], w.den[w.refuge]) < DEN else 0.0


@kernel
def observe_dens(w, seat, ways, out, at):
    row, column = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    for den in range(DENS):
        dx, dy = signpost(w, seat, den, ways, AT_THE_DEN)
        out[at] = dx
        out[at + 1] = dy
        out[at + 2] = min(int(w.steps[den, row, column]) / 20.0, 1.0)
        out[at + 3] = 1.0 if distance(w.pos[seat], w.den[den]) < DEN else 0.0
        at += PER_DEN
    return at


@kernel
def observe_others(w, seat, out, at):
    for turn in range(1, len(w.pos)):
        other = (seat + turn) % len(w.pos)
        for index in range(PER_OTHER):
            out[at + index] = 0.0
        if int(w.seen[seat, other]) == 1:
            out[at] = 1.0
            for axis in range(2):
                out[at + 1 + axis] = (w.pos[other, axis] - w.pos[seat, axis]) / FOG_MOST
                out[at + 3 + axis] = w.vel[other, axis] / (2.0 * SPEED)
            out[at + 5] = 1.0 if w.team[other] == w.team[seat] else -1.0
            out[at + 6] = int(w.down[other]) / STUMBLE
            out[at + 7] = int(w.free[other]) / FREE
        if int(w.met[seat, other]) > 0:
            out[at + 8] = min(int(w.met[seat, other]), TOLD_MET) / TOLD_MET
            out[at + 9] = 1.0 if int(w.just[seat]) == other + 1 else 0.0
            out[at + 10 + int(w.lean[seat, other])] = 1.0
            out[at + 10 + SIDES + int(w.lean[other, seat])] = 1.0
            out[at + 10 + 2 * SIDES] = 1.0 if int(w.won[seat, other]) == 1 else -1.0
        at += PER_OTHER
    return at


@kernel
def observe_things(w, seat, out, at):
    """With whom there was a clash just now and which it was; then who is nearest, and which the next one with it is."""
    for name in range(NAMED):
        out[at + name] = 0.0
    rival, last = int(w.rival[seat]) - 1, int(w.just[seat]) - 1
    if last >= 0:
        name_clash(w, seat, last, int(w.met[seat, last]) - 1, int(w.after[seat, last]), out, at)
    if rival >= 0:
        name_clash(w, seat, rival, int(w.met[seat, rival]), leans_before(w, seat, rival), out, at + NOTED)


@kernel
def name_clash(w, seat, other, number, before, out, at):
    """The names of the other one and of a clash with it, the how-manieth of the episode it is and what both leaned to
    before (`leans_before`); see `World.things`.
    """
    others = len(w.pos) - 1
    turn, things = (other - seat - 1 + len(w.pos)) % len(w.pos), others * ROWS
    first = turn * ROWS
    out[at] = (1 + first) / things
    out[at + 1] = (2 + first + min(number, TOLD_MET - 1)) / things
    if before > 0:
        out[at + 2] = (1 + first + TOLD_MET + before) / things


@kernel
def leans_before(w, seat, other):
    """Which way both leaned in the last clash of this episode: 1 + three times the own side + theirs; 0 before the
    first.
    """
    if int(w.met[seat, other]) == 0:
        return 0
    return 1 + SIDES * int(w.lean[seat, other]) + int(w.lean[other, seat])


@kernel
def reveal(w, seat, out):
    """The hidden task: refuge (one-hot), the way to it, fog, speeds, dash; how likely each lean beats the nearest."""
    out[w.refuge] = 1.0
    dx, dy = downhill(w.steps[w.refuge], w.tiles, w.pos[seat, 0], w.pos[seat, 1])
    out[DENS] = dx
    out[DENS + 1] = dy
    out[DENS + 2] = (w.fog - FOG_LEAST) / (FOG_MOST - FOG_LEAST)
    out[DENS + 3] = w.speed[CHASER] / SPEED - 1.0
    out[DENS + 4] = w.speed[EVADER] / SPEED - 1.0
    out[DENS + 5] = w.cool_time / REST_MOST
    rival = int(w.rival[seat]) - 1
    if rival >= 0:  # the task's bot of that seat, as `Bots` tells it, whoever plays there
        stray, habit = w.bot_knob[rival, knob.sloppy], habit_of(w, rival, seat)
        for side in range(SIDES):
            same = stray / SIDES + (1.0 - stray if side == habit else 0.0)
            out[DENS + 6 + side] = same if w.team[seat] == CHASER else 1.0 - same
