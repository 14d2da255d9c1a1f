"""What tag's seats see and know, piece by piece."""

from worlds.games.tag.constants import (
    CHASER,
    DEN,
    DENS,
    EPISODE,
    EVADER,
    FOG_MOST,
    SIDE,
    SPEED,
)
from worlds.games.tag.roster import KINDS
from worlds.games.tag.sight import RAYS, look_at_bodies, look_at_walls
from worlds.games.tag.signposts import is_dark, open_ways, signpost
from worlds.kit.grid import clear_line, downhill
from worlds.kit.kernel import kernel
from worlds.kit.maths import distance


@kernel
def look_around(w):
    """Who sees whom: within the fog's radius and with no wall between."""
    for seat in range(len(w.pos)):
        for other in range(seat):
            gap = distance(w.pos[seat], w.pos[other])
            clear = gap < w.fog and clear_line(
                w.tiles, w.pos[seat, 0], w.pos[seat, 1], w.pos[other, 0], w.pos[other, 1]
            )
            w.seen[seat, other] = int(clear)
            w.seen[other, seat] = int(clear)


@kernel
def look_into_dens(w):
    """A seat that stands in a sham knows it for the rest of the episode."""
    for seat in range(len(w.pos)):
        for den in range(DENS):
            if den != w.refuge and distance(w.pos[seat], w.den[den]) < DEN:
                w.looked[seat] = int(w.looked[seat]) | (1 << den)


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces."""
    at = observe_own(w, seat, out)
    at = observe_dens(w, seat, out, at)
    at = observe_others(w, seat, out, at)
    at = observe_rays(w, seat, out, at)
    out[at] = w.tick / EPISODE


@kernel
def observe_own(w, seat, out):
    out[0] = 1.0 if w.team[seat] == CHASER else -1.0
    for axis in range(2):
        out[1 + axis] = 2.0 * w.pos[seat, axis] / SIDE - 1.0
        out[3 + axis] = w.vel[seat, axis] / (2.0 * SPEED)
    out[5] = float(int(w.safe[seat]))
    out[6] = 1.0 if w.dash[seat] > 0 else 0.0
    out[7] = 1.0 if w.cool[seat] == 0 else 0.0
    return 8


@kernel
def observe_dens(w, seat, out, at):
    row, column = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    ways = open_ways(w.tiles, row, column)
    for den in range(DENS):
        dx, dy = signpost(w, seat, den, ways)
        dark = is_dark(w, seat, den)
        out[at] = dx
        out[at + 1] = dy
        out[at + 2] = 1.0 if dark else min(int(w.steps[den, row, column]) / 20.0, 1.0)
        out[at + 3] = 1.0 if dark else 0.0
        out[at + 4] = 1.0 if distance(w.pos[seat], w.den[den]) < DEN else 0.0
        at += 5
    return at


@kernel
def observe_others(w, seat, out, at):
    for turn in range(1, len(w.pos)):
        other = (seat + turn) % len(w.pos)
        for index in range(7):
            out[at + index] = 0.0
        if int(w.seen[seat, other]) == 1:
            out[at] = 1.0
            for axis in range(2):
                out[at + 1 + axis] = (w.pos[other, axis] - w.pos[seat, axis]) / FOG_MOST
                out[at + 3 + axis] = w.vel[other, axis] / (2.0 * SPEED)
            out[at + 5] = 1.0 if w.team[other] == w.team[seat] else -1.0
            out[at + 6] = float(int(w.safe[other]))
        at += 7
    return at


@kernel
def observe_rays(w, seat, out, at):
    look_at_walls(w, seat, out, at)
    look_at_bodies(w, seat, out, at)
    return at + 2 * RAYS


@kernel
def reveal(w, seat, out):
    """The hidden task: refuge (one-hot), the way to it, fog, speeds, dash, and every other seat's bot (one-hot)."""
    for index in range(len(out)):
        out[index] = 0.0
    out[w.refuge] = 1.0
    dx, dy = downhill(w.steps[w.refuge], w.tiles, w.pos[seat, 0], w.pos[seat, 1])
    out[DENS] = dx
    out[DENS + 1] = dy
    out[DENS + 2] = (w.fog - 4.0) / (FOG_MOST - 4.0)
    out[DENS + 3] = w.speed[CHASER] / SPEED - 1.0
    out[DENS + 4] = w.speed[EVADER] / SPEED - 1.0
    out[DENS + 5] = w.cool_time / 45.0
    at = DENS + 6
    for turn in range(1, len(w.pos)):
        out[at + w.bot_kind[(seat + turn) % len(w.pos)]] = 1.0
        at += KINDS
