"""The scripted players of tag. Every kind knows which den is the refuge, but sees others only as far as the fog allows.

A decision is small: a walk towards a den (``steps`` has the way), a straight run at somebody in sight, or a flight.
Memory: ``goal`` is where the other side was last seen, ``timer`` counts decisions, ``mood`` is the errand: to den 0,
1, …, or, from len(den) on, as far as it goes from that den.
"""

import numpy as np

from worlds.kit.chance import integer, uniform
from worlds.kit.grid import CODE, COL_STEP, ROW_STEP, WALL, exits, next_step, passable
from worlds.kit.kernel import kernel
from worlds.kit.maths import distance

DIRECT, INTERCEPTOR, AMBUSHER, PATROLLER, PACK, WARDEN, STALKER, SWEEPER = range(8)
RUNNER, HOMEBODY, LOOPER, HIDER, DECOY, WALL_HUGGER, ZIGZAG, OPPORTUNIST = range(8)
CHASERS = 0  # team
DASH_WITHIN = 2.4  # m; bots dash when the other side is this close
CORRIDOR = 0.24  # m off the middle that a runner may be to enter a corridor
ARRIVED = 0.3  # m
WAYS_OUT = 0.3  # m; what one more way out of a tile is worth in flight
OUTING = 10  # decisions of a walk, a round or a strike
HIDING = 15  # decisions in one corner
FAR = 1e9


# --- how often it thinks -----------------------------------------------------------------------------------------


@kernel
def act(w, seat):
    """One decision of a bot: ``action[seat]`` = move (0 stay, 1 … 8 directions), dash (0, 1)."""
    if w.tick == 0:
        w.mood[seat] = integer(w, 2 * len(w.den))
        w.timer[seat] = 0
    elif uniform(w) > w.bot_knob[seat, 0]:
        w.action[seat, 1] = 0
        return
    rival, gap = nearest_rival(w, seat)
    speed = abs(w.vel[seat, 0]) + abs(w.vel[seat, 1])
    is_stuck = w.tick > 0 and w.action[seat, 0] > 0 and speed < 0.05
    if is_stuck or uniform(w) < w.bot_knob[seat, 1]:
        w.action[seat, 0] = integer(w, 9)
    elif int(w.team[seat]) == CHASERS:
        w.action[seat, 0] = hunt(w, seat, rival, gap)
    else:
        w.action[seat, 0] = evade(w, seat, rival, gap)
    w.action[seat, 1] = int(gap < DASH_WITHIN and int(w.cool[seat]) == 0)


@kernel
def nearest_rival(w, seat):
    """(index, metres) of the nearest of the other side in sight that can be caught or can catch; (−1, FAR) if none."""
    rival, gap = -1, FAR
    for other in range(len(w.pos)):
        if int(w.seen[seat, other]) == 0 or int(w.team[other]) == int(w.team[seat]):
            continue
        away = distance(w.pos[seat], w.pos[other])
        if away < gap and (int(w.team[other]) == CHASERS or int(w.safe[other]) == 0):
            rival, gap = other, away
    return rival, gap


# --- chasers -----------------------------------------------------------------------------------------------------


@kernel
def hunt(w, seat, rival, gap):
    """The move of a chaser."""
    kind = w.bot_kind[seat]
    if kind == AMBUSHER:
        return ambush(w, seat, rival, gap)
    if kind == PATROLLER:
        return patrol(w, seat, rival)
    if kind == WARDEN:
        return guard(w, seat, rival)
    if kind == SWEEPER and gap > w.bot_knob[seat, 2]:
        return roam(w, seat, 2 * len(w.den))
    if rival >= 0:
        aim(w, seat, rival)
        if kind == STALKER:
            return stalk(w, seat, rival, gap)
        w.timer[seat] = int(w.bot_knob[seat, 2])
    elif w.timer[seat] > 0:
        w.timer[seat] -= 1  # looks where the other side was last
    if w.timer[seat] > 0:
        return step_by(w, seat, w.goal[seat, 0], w.goal[seat, 1], -1.0, 0.0)
    return roam(w, seat, 2 * len(w.den))


@kernel
def aim(w, seat, rival):
    """Sets ``goal``: the prey, or a place ahead of it, or beyond it as seen from the mate who is nearer to it."""
    away = distance(w.pos[seat], w.pos[rival])
    ahead = w.bot_knob[seat, 3] if w.bot_kind[seat] == INTERCEPTOR and away > 1.0 else 0.0
    dx, dy = ahead * w.vel[rival, 0], ahead * w.vel[rival, 1]
    if w.bot_kind[seat] == PACK and away > 1.0:
        for mate in range(len(w.pos)):
            gap = distance(w.pos[mate], w.pos[rival])
            if int(w.team[mate]) == CHASERS and 0.1 < gap < away:
                away = gap
                dx = w.bot_knob[seat, 3] * (w.pos[rival, 0] - w.pos[mate, 0]) / gap
                dy = w.bot_knob[seat, 3] * (w.pos[rival, 1] - w.pos[mate, 1]) / gap
    w.goal[seat, 0] = min(max(w.pos[rival, 0] + dx, 1.0), len(w.tiles) - 1.0)
    w.goal[seat, 1] = min(max(w.pos[rival, 1] + dy, 1.0), len(w.tiles) - 1.0)


@kernel
def ambush(w, seat, rival, gap):
    """Walk on until a junction, wait there while patience lasts; pounce on whoever comes close."""
    if gap < w.bot_knob[seat, 3]:
        return step_by(w, seat, w.pos[rival, 0], w.pos[rival, 1], -1.0, 0.0)
    w.timer[seat] -= 1
    if w.timer[seat] > 0:
        return 0
    if w.timer[seat] == 0:
        w.mood[seat] = integer(w, len(w.den))
    if w.timer[seat] < -OUTING // 2 and exits(w.tiles, int(w.pos[seat, 1]), int(w.pos[seat, 0])) > 2:
        w.timer[seat] = int(w.bot_knob[seat, 2])
    return roam(w, seat, len(w.den))


@kernel
def patrol(w, seat, rival):
    """Den after den; chases whom it sees, but not for long: then it must reach the next den first."""
    if rival >= 0 and w.timer[seat] < w.bot_knob[seat, 2]:
        w.timer[seat] += 1
        return step_by(w, seat, w.pos[rival, 0], w.pos[rival, 1], -1.0, 0.0)
    den = w.mood[seat] % len(w.den)
    move = errand(w, seat, den)
    if move == 0:
        w.timer[seat] = 0
        w.mood[seat] = (den + (1 if w.bot_knob[seat, 3] < 0.5 else len(w.den) - 1)) % len(w.den)
    return move


@kernel
def guard(w, seat, rival):
    """Into the refuge and stay; out for whoever comes within the leash, or for a round now and then."""
    if w.timer[seat] > 0:
        w.timer[seat] -= 1
        return roam(w, seat, len(w.den))
    if rival >= 0 and distance(w.pos[rival], w.den[w.refuge]) < w.bot_knob[seat, 2]:
        return step_by(w, seat, w.pos[rival, 0], w.pos[rival, 1], -1.0, 0.0)
    if is_shut_out(w, seat) or uniform(w) < w.bot_knob[seat, 3]:
        w.timer[seat] = OUTING
    return errand(w, seat, w.refuge)


@kernel
def stalk(w, seat, rival, gap):
    """Keep the distance to the prey; now and then strike for some decisions."""
    w.timer[seat] -= 1
    if w.timer[seat] < 0 and uniform(w) < w.bot_knob[seat, 3]:
        w.timer[seat] = OUTING
    if w.timer[seat] > 0 or gap > w.bot_knob[seat, 2] + 0.5:
        return step_by(w, seat, w.goal[seat, 0], w.goal[seat, 1], -1.0, 0.0)
    return step_by(w, seat, w.goal[seat, 0], w.goal[seat, 1], 1.0, 0.0) if gap < w.bot_knob[seat, 2] - 0.5 else 0


# --- evaders -----------------------------------------------------------------------------------------------------


@kernel
def evade(w, seat, rival, gap):
    """The move of an evader: the kinds that have a home to run to, and those that run from place to place."""
    kind = w.bot_kind[seat]
    threatened = gap < w.bot_knob[seat, 2] and int(w.safe[seat]) == 0
    if kind == RUNNER:
        w.timer[seat] = int(w.bot_knob[seat, 3]) if threatened else w.timer[seat] - 1
        return go_home(w, seat, rival) if w.timer[seat] > 0 else roam(w, seat, 2 * len(w.den))
    if kind == HOMEBODY:
        w.timer[seat] = int(w.bot_knob[seat, 2]) if w.tick == 0 else w.timer[seat] - 1
        if w.timer[seat] < 0 and uniform(w) < w.bot_knob[seat, 3]:
            w.timer[seat] = OUTING
        return roam(w, seat, len(w.den)) if w.timer[seat] > 0 and rival < 0 else go_home(w, seat, rival)
    if kind == ZIGZAG:
        w.timer[seat] += 1
        return swerve(w, seat, go_home(w, seat, rival)) if threatened else go_home(w, seat, rival)
    if kind == OPPORTUNIST:
        return slip_in(w, seat, rival, threatened)
    if threatened:
        return escape(w, seat, rival)
    if kind == WALL_HUGGER:
        w.timer[seat] += 1
        if w.timer[seat] > w.bot_knob[seat, 3]:
            return go_home(w, seat, rival)
        x, y = w.pos[seat, 0] + w.vel[seat, 0], w.pos[seat, 1] + w.vel[seat, 1]
        return step_by(w, seat, x, y, -1.0, -1.0)
    return tour(w, seat, kind)


@kernel
def tour(w, seat, kind):
    """The errand, a stop at its end, and then the next one: a round of the dens, a hiding place, a sham."""
    dens = len(w.den)
    w.mood[seat] %= 2 * dens if kind == HIDER else dens
    move = errand(w, seat, w.mood[seat])
    if move > 0:
        return move
    stop = HIDING if kind == HIDER else int(w.bot_knob[seat, 3])
    w.timer[seat] += 1
    if w.timer[seat] > stop or (kind == LOOPER and w.mood[seat] != w.refuge):
        w.timer[seat] = 0
        luck = uniform(w)
        if kind == LOOPER:
            w.mood[seat] += 1
        elif luck < w.bot_knob[seat, 3 if kind == HIDER else 4]:
            w.mood[seat] = w.refuge
        elif kind == HIDER:
            w.mood[seat] = dens + integer(w, dens)
        else:
            w.mood[seat] = (w.refuge + 1 + integer(w, dens - 1)) % dens
    return 0


@kernel
def swerve(w, seat, move):
    """A little to the left or to the right of the way, a few decisions each."""
    swing = max(int(w.bot_knob[seat, 3]), 1)
    turned = 1 + (move + (0 if w.timer[seat] // swing % 2 == 0 else 6)) % 8
    if move > 0 and passable(w.tiles, int(w.pos[seat, 1]), int(w.pos[seat, 0]), turned):
        return turned
    return move


@kernel
def slip_in(w, seat, rival, threatened):
    """Near the refuge but not in it; in when nobody is about, out again after a rest."""
    steps = int(w.steps[w.refuge, int(w.pos[seat, 1]), int(w.pos[seat, 0])])
    w.timer[seat] -= 1
    if threatened:
        return escape(w, seat, rival) if steps > 3 else go_home(w, seat, rival)
    if int(w.safe[seat]) == 1 and w.timer[seat] < -OUTING:
        w.timer[seat] = int(w.bot_knob[seat, 3]) + OUTING // 2
    if 0 < w.timer[seat] <= OUTING // 2:
        return errand(w, seat, len(w.den) + w.refuge)
    return go_home(w, seat, rival) if rival < 0 or steps > w.bot_knob[seat, 4] else 0


@kernel
def go_home(w, seat, rival):
    """To the refuge; while the other side holds it, away from whom it sees, or around."""
    if not is_shut_out(w, seat):
        return errand(w, seat, w.refuge)
    return escape(w, seat, rival) if rival >= 0 else roam(w, seat, len(w.den))


@kernel
def escape(w, seat, rival):
    """Towards the den that this seat reaches with the greatest lead over the rival; without a lead, just away."""
    row, col = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    best, choice = 0, -1
    for den in range(len(w.den)):
        mine = np.int64(
            w.steps[den, row, col]
        )  # int() of a byte is unsigned when compiled: the lead could not be negative
        lead = np.int64(w.steps[den, int(w.pos[rival, 1]), int(w.pos[rival, 0])]) - mine
        if lead > best and (mine > 1 or den == w.refuge) and not (den == w.refuge and is_shut_out(w, seat)):
            best, choice = lead, den
    if choice >= 0:
        return errand(w, seat, choice)
    return step_by(w, seat, w.pos[rival, 0], w.pos[rival, 1], 1.0, WAYS_OUT)


# --- moves -------------------------------------------------------------------------------------------------------


@kernel
def is_shut_out(w, seat):
    """Whether the other side holds the refuge."""
    return w.holder >= 0 and w.holder != int(w.team[seat])


@kernel
def roam(w, seat, errands):
    """The present errand; a new one of the first ``errands`` on arrival."""
    move = errand(w, seat, w.mood[seat] % errands)
    if move == 0:
        w.mood[seat] = integer(w, errands)
    return move


@kernel
def errand(w, seat, number):
    """One move towards den ``number``, or away from den ``number`` − len(den); 0 once there is no way on."""
    row, col = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    den = number % len(w.den)
    away = 1.0 if number != den else -1.0
    steps = int(w.steps[den, row, col])
    if away < 0.0 and steps > 0:
        if steps == 1 and den == w.refuge and is_shut_out(w, seat):
            return 0
        return steady(w, seat, next_step(w.steps[den], w.tiles, row, col))
    return step_by(w, seat, w.den[den, 0], w.den[den, 1], away, 0.0)


@kernel
def step_by(w, seat, x, y, away, ways_out):
    """To the best of the nine tiles here: ``away`` (±1) weighs the distance from (x, y), ``ways_out`` the exits, in m.

    On the very tile that it makes for, it walks to the point itself.
    """
    row, col = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    if away < 0.0 and row == int(y) and col == int(x):
        dx, dy = x - w.pos[seat, 0], y - w.pos[seat, 1]
        return CODE[1 + int(dy > ARRIVED) - int(dy < -ARRIVED), 1 + int(dx > ARRIVED) - int(dx < -ARRIVED)]
    best, choice = -FAR, 0
    for code in range(9):
        if code > 0 and not passable(w.tiles, row, col, code):
            continue
        near, beside = row + ROW_STEP[code], col + COL_STEP[code]
        dx, dy = beside + 0.5 - x, near + 0.5 - y
        worth = away * np.sqrt(dx * dx + dy * dy) + ways_out * exits(w.tiles, near, beside)
        if worth > best:
            best, choice = worth, code
    return steady(w, seat, choice)


@kernel
def steady(w, seat, code):
    """A straight move, bent towards the middle of the tile where a wall's corner would stop it."""
    row, col = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    down, right = ROW_STEP[code], COL_STEP[code]
    aside = w.pos[seat, 1] - row - 0.5 if down == 0 else w.pos[seat, 0] - col - 0.5
    if code % 2 == 0 or abs(aside) < CORRIDOR:
        return code
    lean = 1 if aside > 0.0 else -1
    if down == 0:
        return CODE[1 - lean, 1 + right] if int(w.tiles[row + lean, col + right]) == WALL else code
    return CODE[1 + down, 1 - lean] if int(w.tiles[row + down, col + lean]) == WALL else code
