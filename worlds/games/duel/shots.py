"""A shot from the raised gun to the reward: guns, balls, and the one time at which it is settled."""

import numpy as np

from worlds.games.duel.constants import (
    COMING,
    DRAW_TICKS,
    FLASH_TICKS,
    HEIGHT,
    HIT,
    LEAP,
    MIDDLE,
    MISS,
    NOBODY,
    PAST,
    REACH,
    READY,
    SHOOT,
    SPENT,
    STORY,
    TICK,
    WIDTH,
)
from worlds.games.duel.duels import freeze, is_loaded, is_taken, may_hit, target_of
from worlds.games.duel.motion import side_of
from worlds.games.duel.roster import TURNS
from worlds.kit.chance import integer
from worlds.kit.grid import WALL
from worlds.kit.kernel import kernel

EDGE = 0.05  # m that a ball keeps from the edge of the map
SUBSTEPS = 2  # of a ball in a tick: it moves half a tile at most


@kernel
def raise_guns(w, actions):
    """Who wants to shoot and can raises the gun. Nothing of this decision has happened yet: what habits go by now is
    what everybody saw. Of two who want the same mark chance lets one shoot."""
    seats = len(w.pos)
    for seat in range(seats):
        w.fresh[seat] = 0
        w.wanted[seat] = target_of(w, seat)
    backwards = seats > 2 and integer(w, 2) == 1
    for turn in range(seats):
        seat = seats - 1 - turn if backwards else turn
        target = w.wanted[seat]
        if actions[seat, 1] >= SHOOT and can_shoot(w, seat, target) and not is_taken(w, seat, target):
            w.mark[seat] = target
            w.aim[seat] = actions[seat, 1] - SHOOT
            w.draw[seat] = DRAW_TICKS
            freeze(w, seat, target)


@kernel
def can_shoot(w, seat, target):
    """Whether a seat has a loaded gun, whose last shot is settled, and somebody to shoot at."""
    return target != NOBODY and is_loaded(w, seat) == 1 and w.draw[seat] == 0 and not may_hit(w, seat)


@kernel
def release(w, actions):
    """Balls leave for where their marks stand now, or a leap beside it; only then do the marks leap."""
    for seat in range(len(w.pos)):
        if w.draw[seat] == 1:
            shoot_off(w, seat)
    for seat in range(len(w.pos)):
        mark = w.mark[seat]
        if w.draw[seat] == 1:
            w.way[mark] = side_of(actions[mark, 0])
        w.draw[seat] = max(w.draw[seat] - 1, 0)


@kernel
def shoot_off(w, seat):
    """The ball flies straight at the place aimed at; the gun is empty."""
    mark = w.mark[seat]
    dx = w.pos[mark, 0] - w.pos[seat, 0]
    dy = w.pos[mark, 1] - w.pos[seat, 1] + LEAP * (w.aim[seat] - MIDDLE)
    length = np.sqrt(dx * dx + dy * dy)
    w.ball_vel[seat, 0], w.ball_vel[seat, 1] = w.speed * dx / length, w.speed * dy / length
    w.ball_at[seat, 0], w.ball_at[seat, 1] = w.pos[seat, 0], w.pos[seat, 1]
    w.ball[seat] = COMING
    w.bounced[seat] = 0
    w.load[seat] = w.reload
    w.balls[seat] -= 1
    w.shots[seat] += 1


@kernel
def fly(w, seat, rewards):
    """One tick of a ball: it reaches its mark, flies on past it, stops at cover or bounces off it once."""
    for _ in range(SUBSTEPS):
        x = w.ball_at[seat, 0] + w.ball_vel[seat, 0] * TICK / SUBSTEPS
        y = w.ball_at[seat, 1] + w.ball_vel[seat, 1] * TICK / SUBSTEPS
        past = x - w.pos[w.mark[seat], 0]
        if w.ball[seat] == COMING and past * w.ball_vel[seat, 0] >= 0.0:
            y -= past / w.ball_vel[seat, 0] * w.ball_vel[seat, 1]
            w.ball_at[seat, 0], w.ball_at[seat, 1] = x - past, min(max(y, 0.0), HEIGHT)
            reach(w, seat, y, rewards)
        elif not (EDGE <= x <= WIDTH - EDGE and EDGE <= y <= HEIGHT - EDGE):  # off the map
            come_to_rest(w, seat, rewards)
        elif w.ball[seat] != COMING and int(w.tiles[int(y), int(x)]) == WALL:
            bounce(w, seat, int(x), rewards)
        else:
            w.ball_at[seat, 0], w.ball_at[seat, 1] = x, y
            if w.ball[seat] == PAST and w.bounced[seat] == 1:
                come_back(w, seat, rewards)
        if w.ball[seat] == READY:
            return


@kernel
def reach(w, seat, y, rewards):
    """The ball is beside its mark, or in it, wherever that has leapt: a hit, or over unless it may bounce."""
    mark = w.mark[seat]
    w.dodge[seat] = w.way[mark]
    if abs(y - w.pos[mark, 1] - w.lean[mark]) < REACH:
        settle(w, seat, 1, rewards)
    elif w.bouncy == 1:
        w.ball[seat] = PAST
    else:
        settle(w, seat, 0, rewards)
        w.ball[seat] = SPENT


@kernel
def bounce(w, seat, column, rewards):
    """A ball that would fly into cover turns back, the first time and where balls bounce."""
    if w.bouncy == 0 or w.bounced[seat] == 1:
        come_to_rest(w, seat, rewards)
        return
    w.bounced[seat] = 1
    row = min(int(w.ball_at[seat, 1]), HEIGHT - 1)  # the south edge of the map belongs to the last row
    axis = 0 if int(w.tiles[row, column]) == WALL else 1
    w.ball_vel[seat, axis] = -w.ball_vel[seat, axis]


@kernel
def come_back(w, seat, rewards):
    """A ball that has bounced hits its mark if it touches it."""
    mark = w.mark[seat]
    dx = w.ball_at[seat, 0] - w.pos[mark, 0]
    dy = w.ball_at[seat, 1] - w.pos[mark, 1] - w.lean[mark]
    if dx * dx + dy * dy < REACH * REACH:
        settle(w, seat, 1, rewards)


@kernel
def come_to_rest(w, seat, rewards):
    """A ball flies no more; if it could still have hit, its shot has missed."""
    if may_hit(w, seat):
        settle(w, seat, 0, rewards)
    w.ball[seat] = READY


@kernel
def settle(w, seat, hit, rewards):
    """A shot is over, once: both know how it was aimed, how the mark leapt and whether it hit; it pays."""
    mark = w.mark[seat]
    w.ball[seat] = READY
    rewards[seat] += HIT if hit == 1 else MISS
    rewards[mark] -= HIT if hit == 1 else MISS
    w.hits[seat] += hit
    w.hits_taken[mark] += hit
    w.missed[mark] += 1 - hit
    if hit == 1:
        w.flash[mark] = FLASH_TICKS
    w.lead[seat, mark], w.leapt[seat, mark], w.hit[seat, mark] = w.aim[seat], w.dodge[seat], hit
    w.latest[seat, mark], w.latest[mark, seat] = 1, 0
    w.fresh[seat] = 1
    w.barrel[seat] = integer(w, TURNS)
    leads, leaps = w.leads[seat, mark], w.leaps[seat, mark]
    for shot in range(STORY - 1):
        leads[shot], leaps[shot] = leads[shot + 1], leaps[shot + 1]
    leads[STORY - 1], leaps[STORY - 1] = w.aim[seat], w.dodge[seat]
