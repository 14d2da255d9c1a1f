"""Walking, being pinned, and leaping."""

from worlds.games.duel.constants import (
    BODY,
    GO_NORTH,
    GO_SOUTH,
    LEAP,
    LEAP_TICKS,
    MIDDLE,
    NOBODY,
    NORTH,
    SOUTH,
    SPRINT,
    TICK,
    WALK,
)
from worlds.games.duel.duels import threat_to
from worlds.kit.grid import WALL
from worlds.kit.kernel import kernel
from worlds.kit.motion import HEADINGS, MOVE_X, MOVE_Y, collides, halt

TALL = BODY + 0.05  # m; what a leap wants free around it


@kernel
def has_room(w, seat, side):
    """Whether a leap to the north or the south ends on the bank and not in cover."""
    way = 1.0 if side == SOUTH else -1.0
    x, y = w.pos[seat, 0], w.pos[seat, 1]
    west, east = int(x - TALL), int(x + TALL)
    half, end = int(y + way * (0.5 * LEAP + TALL)), int(y + way * (LEAP + TALL))
    stopped = int(w.tiles[half, west]) == WALL or int(w.tiles[half, east]) == WALL
    return int(not (stopped or int(w.tiles[end, west]) == WALL or int(w.tiles[end, east]) == WALL))


@kernel
def side_of(move):
    """The leap that a move means to who is shot at."""
    if move == 0:
        return MIDDLE
    return NORTH if MOVE_Y[move] < 0.0 else (SOUTH if MOVE_Y[move] > 0.0 else MIDDLE)


@kernel
def start_leap(w, seat, move):
    """The ball has left the barrel: to a side with room, or it stands."""
    side = side_of(move)
    if side != MIDDLE and has_room(w, seat, side) == 0:
        side = MIDDLE
    w.way[seat] = side
    w.leap[seat] = LEAP_TICKS if side != MIDDLE else 0


@kernel
def go_on(w, seat, move):
    """One tick of a leap, of a walk, or of standing: who draws or is shot at does not walk."""
    if w.leap[seat] > 0:
        w.leap[seat] -= 1
        w.vel[seat, 0] = 0.0
        w.vel[seat, 1] = SPRINT * (w.way[seat] - MIDDLE)
        glide(w, seat, 1)
    elif w.draw[seat] > 0 or threat_to(w, seat) != NOBODY or move == 0:
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


@kernel
def is_leap(move):
    """Whether a move is one of the three that are left to who is shot at."""
    return move == 0 or move == GO_NORTH or move == GO_SOUTH
