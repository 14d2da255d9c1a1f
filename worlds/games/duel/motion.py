"""Walking, being pinned, and leaping."""

from worlds.games.duel.constants import BODY, LEAP, MIDDLE, NOBODY, SPRINT, TICK, WALK
from worlds.games.duel.duels import threat_to
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp
from worlds.kit.motion import HEADINGS, MOVE_X, MOVE_Y, collides, halt


@kernel
def side_of(move):
    """The leap that a move means to who is shot at."""
    return MIDDLE + int(MOVE_Y[move] > 0.0) - int(MOVE_Y[move] < 0.0)


@kernel
def go_on(w, seat, move):
    """One tick: who is shot at leaps out and stays there until the ball is past, then comes back to his place; who
    draws or is shot at does not walk."""
    pinned = threat_to(w, seat) != NOBODY
    goal = LEAP * (w.way[seat] - MIDDLE)
    w.lean[seat] += clamp(goal - w.lean[seat], -SPRINT * TICK, SPRINT * TICK)
    if not pinned:
        w.way[seat] = MIDDLE
    if pinned or w.draw[seat] > 0 or move == 0:
        w.vel[seat, 0] = w.vel[seat, 1] = 0.0
    else:
        w.vel[seat, 0], w.vel[seat, 1] = WALK * MOVE_X[move], WALK * MOVE_Y[move]
        w.heading[seat] = HEADINGS[move]
        glide(w, seat, 0)
        glide(w, seat, 1)


@kernel
def glide(w, seat, axis):
    """Move along one axis unless cover, the border or the ditch is in the way."""
    before = w.pos[seat, axis]
    w.pos[seat, axis] = before + w.vel[seat, axis] * TICK
    if collides(w, seat, axis, before, BODY):
        halt(w, seat, axis, before)
