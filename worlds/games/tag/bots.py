"""The scripted players of tag. Every kind knows which den is the refuge, but sees others only as far as the fog allows.

A decision is small: a walk towards a den (``steps`` has the way), a straight run at somebody in sight, or a flight.
Memory: ``goal`` is where the other side was last seen, ``timer`` counts decisions, ``mood`` is the errand: to den 0,
1, …, or, from len(den) on, as far as it goes from that den.
"""

import numpy as np

from worlds.kit import ways
from worlds.kit.bots import names_of
from worlds.kit.chance import integer, uniform
from worlds.kit.grid import exits, passable
from worlds.kit.kernel import kernel
from worlds.kit.maths import distance
from worlds.kit.ways import next_step, steady
from worlds.world import Bot, Knob

CHASERS = 0  # team
DASH_WITHIN = 2.4  # m; bots dash when the other side is this close
CORRIDOR = 0.24  # m off the middle that a runner may be to enter a corridor
ARRIVED = 0.3  # m
WAYS_OUT = 0.3  # m; what one more way out of a tile is worth in flight
OUTING = 10  # decisions of a walk, a round or a strike
HIDING = 15  # decisions in one corner
NEAR_HOME = 6  # steps; a gatekeeper who sees nobody goes no farther from the refuge
FAR = 1e9


# --- who they are ------------------------------------------------------------------------------------------------

ALERT = Knob("alert", 0.5, 1.0)  # share of decisions at which it thinks anew
SLOPPY = Knob("sloppy", 0.0, 0.25)  # share of random moves
FEAR = Knob("fear", 2.0, 6.0, held_out=(4.5, 6.0))  # m


def _bot(name: str, role: str, about: str, *knobs: Knob, split: str = "train") -> Bot:
    return Bot(name, role, (ALERT, SLOPPY, *knobs), split=split, about=about)


BOTS: tuple[Bot, ...] = (
    _bot("direct", "chaser", "runs at whom it sees, looks where it saw them last",
         Knob("memory", 2, 14, held_out=(10, 14))),  # decisions
    _bot("interceptor", "chaser", "runs to where the other will be",
         Knob("memory", 2, 12),
         Knob("lead", 0.3, 1.6, held_out=(1.1, 1.6))),  # s
    _bot("ambusher", "chaser", "waits at a junction and pounces",
         Knob("patience", 5, 25),  # decisions
         Knob("pounce", 2.0, 5.0, held_out=(3.8, 5.0))),  # m
    _bot("patroller", "chaser", "walks from den to den, chases for a while",
         Knob("chase", 2, 16, held_out=(11, 16)),  # decisions
         Knob("turn", 0, 1)),  # below a half the round goes 0 1 2 3, else the other way
    _bot("pack", "chaser", "comes from the side its mates do not",
         Knob("memory", 2, 12),
         Knob("spread", 0.8, 3.0, held_out=(2.2, 3.0))),  # m beyond the prey
    _bot("warden", "chaser", "holds the refuge and leaves it for whoever comes near",
         Knob("leash", 1.5, 5.0, held_out=(3.8, 5.0)),  # m from the refuge
         Knob("restless", 0.0, 0.08)),  # chance a decision of going for a round
    _bot("stalker", "chaser", "follows at a distance, then strikes",
         Knob("gap", 1.5, 3.5),  # m
         Knob("strike", 0.03, 0.25), split="test"),  # chance a decision
    _bot("sweeper", "chaser", "searches corner after corner, chases only what is close",
         Knob("glance", 2.0, 5.0), split="test"),  # m; also how many decisions it looks where it saw them last
    _bot("gatekeeper", "chaser", "keeps between the refuge and whom it sees, and closes in only when near",
         Knob("share", 0.25, 0.7),  # of the line from the refuge to the other side
         Knob("pounce", 2.0, 4.0), split="final"),  # m
    _bot("runner", "evader", "roams, bolts to the refuge when threatened", FEAR, Knob("patience", 4, 20)),
    _bot("homebody", "evader", "goes to the refuge and stays",
         Knob("delay", 0, 12),  # decisions before it goes
         Knob("restless", 0.0, 0.08, held_out=(0.05, 0.08))),  # chance a decision of going for a walk
    _bot("looper", "evader", "runs round the dens and rests at the refuge", FEAR,
         Knob("rest", 2, 12, held_out=(9, 12))),  # decisions
    _bot("hider", "evader", "sits in a far corner until found", FEAR,
         Knob("homing", 0.1, 0.6, held_out=(0.4, 0.6))),  # chance that the next place is the refuge
    _bot("decoy", "evader", "visits the sham dens to mislead", FEAR,
         Knob("linger", 1, 8),  # decisions at each
         Knob("honest", 0.1, 0.5, held_out=(0.35, 0.5))),  # chance that the next den is the refuge
    _bot("wall_hugger", "evader", "keeps along walls, goes home late", FEAR,
         Knob("outing", 6, 25, held_out=(18, 25))),  # decisions before it goes home
    _bot("zigzag", "evader", "makes for the refuge, swerving when seen", FEAR,
         Knob("swing", 1, 4), split="test"),  # decisions a side
    _bot("opportunist", "evader", "keeps near the refuge and slips in when nobody is about", FEAR,
         Knob("rest", 3, 15),  # decisions inside
         Knob("shadow", 2, 6), split="test"),  # steps from the refuge
    _bot("teaser", "evader", "goes near the other side, keeps just out of reach, goes home when it has had enough",
         Knob("gap", 2.5, 5.0),  # m
         Knob("patience", 10, 40), split="final"),  # decisions
)  # fmt: skip
kind, knob = names_of(BOTS)


# --- how often it thinks -----------------------------------------------------------------------------------------


@kernel
def act(w, seat):
    """One decision of a bot: ``action[seat]`` = move (0 stay, 1 … 8 directions), dash (0, 1)."""
    if w.tick == 0:
        w.mood[seat] = integer(w, 2 * len(w.den))
        w.timer[seat] = 0
    elif uniform(w) > w.bot_knob[seat, knob.alert]:
        w.action[seat, 1] = 0
        return
    rival, gap = nearest_rival(w, seat)
    speed = abs(w.vel[seat, 0]) + abs(w.vel[seat, 1])
    is_stuck = w.tick > 0 and w.action[seat, 0] > 0 and speed < 0.05
    if is_stuck or uniform(w) < w.bot_knob[seat, knob.sloppy]:
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
    mine = w.bot_kind[seat]
    if mine == kind.ambusher:
        return ambush(w, seat, rival, gap)
    if mine == kind.patroller:
        return patrol(w, seat, rival)
    if mine == kind.warden:
        return guard(w, seat, rival)
    if mine == kind.gatekeeper:
        return cut_off(w, seat, rival, gap)
    if mine == kind.sweeper and gap > w.bot_knob[seat, knob.glance]:
        return roam(w, seat, 2 * len(w.den))
    if rival >= 0:
        aim(w, seat, rival)
        if mine == kind.stalker:
            return stalk(w, seat, rival, gap)
        w.timer[seat] = int(w.bot_knob[seat, knob.glance if mine == kind.sweeper else knob.memory])
    elif w.timer[seat] > 0:
        w.timer[seat] -= 1  # looks where the other side was last
    if w.timer[seat] > 0:
        return step_by(w, seat, w.goal[seat, 0], w.goal[seat, 1], -1.0, 0.0)
    return roam(w, seat, 2 * len(w.den))


@kernel
def aim(w, seat, rival):
    """Sets ``goal``: the prey, or a place ahead of it, or beyond it as seen from the mate who is nearer to it."""
    away = distance(w.pos[seat], w.pos[rival])
    ahead = w.bot_knob[seat, knob.lead] if w.bot_kind[seat] == kind.interceptor and away > 1.0 else 0.0
    dx, dy = ahead * w.vel[rival, 0], ahead * w.vel[rival, 1]
    if w.bot_kind[seat] == kind.pack and away > 1.0:
        for mate in range(len(w.pos)):
            gap = distance(w.pos[mate], w.pos[rival])
            if int(w.team[mate]) == CHASERS and 0.1 < gap < away:
                away = gap
                dx = w.bot_knob[seat, knob.spread] * (w.pos[rival, 0] - w.pos[mate, 0]) / gap
                dy = w.bot_knob[seat, knob.spread] * (w.pos[rival, 1] - w.pos[mate, 1]) / gap
    w.goal[seat, 0] = min(max(w.pos[rival, 0] + dx, 1.0), len(w.tiles) - 1.0)
    w.goal[seat, 1] = min(max(w.pos[rival, 1] + dy, 1.0), len(w.tiles) - 1.0)


@kernel
def ambush(w, seat, rival, gap):
    """Walk on until a junction, wait there while patience lasts; pounce on whoever comes close."""
    if gap < w.bot_knob[seat, knob.pounce]:
        return step_by(w, seat, w.pos[rival, 0], w.pos[rival, 1], -1.0, 0.0)
    w.timer[seat] -= 1
    if w.timer[seat] > 0:
        return 0
    if w.timer[seat] == 0:
        w.mood[seat] = integer(w, len(w.den))
    if w.timer[seat] < -OUTING // 2 and exits(w.tiles, int(w.pos[seat, 1]), int(w.pos[seat, 0])) > 2:
        w.timer[seat] = int(w.bot_knob[seat, knob.patience])
    return roam(w, seat, len(w.den))


@kernel
def patrol(w, seat, rival):
    """Den after den; chases whom it sees, but not for long: then it must reach the next den first."""
    if rival >= 0 and w.timer[seat] < w.bot_knob[seat, knob.chase]:
        w.timer[seat] += 1
        return step_by(w, seat, w.pos[rival, 0], w.pos[rival, 1], -1.0, 0.0)
    den = w.mood[seat] % len(w.den)
    move = errand(w, seat, den)
    if move == 0:
        w.timer[seat] = 0
        w.mood[seat] = (den + (1 if w.bot_knob[seat, knob.turn] < 0.5 else len(w.den) - 1)) % len(w.den)
    return move


@kernel
def guard(w, seat, rival):
    """Into the refuge and stay; out for whoever comes within the leash, or for a round now and then."""
    if w.timer[seat] > 0:
        w.timer[seat] -= 1
        return roam(w, seat, len(w.den))
    if rival >= 0 and distance(w.pos[rival], w.den[w.refuge]) < w.bot_knob[seat, knob.leash]:
        return step_by(w, seat, w.pos[rival, 0], w.pos[rival, 1], -1.0, 0.0)
    if is_shut_out(w, seat) or uniform(w) < w.bot_knob[seat, knob.restless]:
        w.timer[seat] = OUTING
    return errand(w, seat, w.refuge)


@kernel
def cut_off(w, seat, rival, gap):
    """To a place on the line from the refuge to the other side, at whoever is near; without one, near the refuge."""
    if gap < w.bot_knob[seat, knob.pounce]:
        return step_by(w, seat, w.pos[rival, 0], w.pos[rival, 1], -1.0, 0.0)
    if rival < 0:
        steps = int(w.steps[w.refuge, int(w.pos[seat, 1]), int(w.pos[seat, 0])])
        return errand(w, seat, w.refuge) if steps > NEAR_HOME else roam(w, seat, 2 * len(w.den))
    for axis in range(2):
        home = w.den[w.refuge, axis]
        w.goal[seat, axis] = home + w.bot_knob[seat, knob.share] * (w.pos[rival, axis] - home)
    return step_by(w, seat, w.goal[seat, 0], w.goal[seat, 1], -1.0, 0.0)


@kernel
def stalk(w, seat, rival, gap):
    """Keep the distance to the prey; now and then strike for some decisions."""
    w.timer[seat] -= 1
    if w.timer[seat] < 0 and uniform(w) < w.bot_knob[seat, knob.strike]:
        w.timer[seat] = OUTING
    if w.timer[seat] > 0 or gap > w.bot_knob[seat, knob.gap] + 0.5:
        return step_by(w, seat, w.goal[seat, 0], w.goal[seat, 1], -1.0, 0.0)
    return step_by(w, seat, w.goal[seat, 0], w.goal[seat, 1], 1.0, 0.0) if gap < w.bot_knob[seat, knob.gap] - 0.5 else 0


# --- evaders -----------------------------------------------------------------------------------------------------


@kernel
def evade(w, seat, rival, gap):
    """The move of an evader: the kinds that have a home to run to, and those that run from place to place."""
    mine = w.bot_kind[seat]
    threatened = gap < w.bot_knob[seat, knob.fear] and int(w.safe[seat]) == 0
    if mine == kind.runner:
        w.timer[seat] = int(w.bot_knob[seat, knob.patience]) if threatened else w.timer[seat] - 1
        return go_home(w, seat, rival) if w.timer[seat] > 0 else roam(w, seat, 2 * len(w.den))
    if mine == kind.homebody:
        w.timer[seat] = int(w.bot_knob[seat, knob.delay]) if w.tick == 0 else w.timer[seat] - 1
        if w.timer[seat] < 0 and uniform(w) < w.bot_knob[seat, knob.restless]:
            w.timer[seat] = OUTING
        return roam(w, seat, len(w.den)) if w.timer[seat] > 0 and rival < 0 else go_home(w, seat, rival)
    if mine == kind.zigzag:
        w.timer[seat] += 1
        return swerve(w, seat, go_home(w, seat, rival)) if threatened else go_home(w, seat, rival)
    if mine == kind.opportunist:
        return slip_in(w, seat, rival, threatened)
    if mine == kind.teaser:
        return tease(w, seat, rival, gap)
    if threatened:
        return escape(w, seat, rival)
    if mine == kind.wall_hugger:
        w.timer[seat] += 1
        if w.timer[seat] > w.bot_knob[seat, knob.outing]:
            return go_home(w, seat, rival)
        x, y = w.pos[seat, 0] + w.vel[seat, 0], w.pos[seat, 1] + w.vel[seat, 1]
        return step_by(w, seat, x, y, -1.0, -1.0)
    return tour(w, seat, mine)


@kernel
def tour(w, seat, mine):
    """The errand, a stop at its end, and then the next one: a round of the dens, a hiding place, a sham."""
    dens = len(w.den)
    w.mood[seat] %= 2 * dens if mine == kind.hider else dens
    move = errand(w, seat, w.mood[seat])
    if move > 0:
        return move
    stop = HIDING if mine == kind.hider else int(w.bot_knob[seat, knob.linger if mine == kind.decoy else knob.rest])
    w.timer[seat] += 1
    if w.timer[seat] > stop or (mine == kind.looper and w.mood[seat] != w.refuge):
        w.timer[seat] = 0
        luck = uniform(w)
        if mine == kind.looper:
            w.mood[seat] += 1
        elif luck < w.bot_knob[seat, knob.homing if mine == kind.hider else knob.honest]:
            w.mood[seat] = w.refuge
        elif mine == kind.hider:
            w.mood[seat] = dens + integer(w, dens)
        else:
            w.mood[seat] = (w.refuge + 1 + integer(w, dens - 1)) % dens
    return 0


@kernel
def swerve(w, seat, move):
    """A little to the left or to the right of the way, a few decisions each."""
    swing = max(int(w.bot_knob[seat, knob.swing]), 1)
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
        w.timer[seat] = int(w.bot_knob[seat, knob.rest]) + OUTING // 2
    if 0 < w.timer[seat] <= OUTING // 2:
        return errand(w, seat, len(w.den) + w.refuge)
    return go_home(w, seat, rival) if rival < 0 or steps > w.bot_knob[seat, knob.shadow] else 0


@kernel
def tease(w, seat, rival, gap):
    """From den to den until it sees somebody; then up to him, and off again; home once patience is out."""
    w.timer[seat] = int(w.bot_knob[seat, knob.patience]) if w.tick == 0 else w.timer[seat] - 1
    if w.timer[seat] < 0:
        if w.timer[seat] < -OUTING:
            w.timer[seat] = int(w.bot_knob[seat, knob.patience])
        return go_home(w, seat, rival)
    if rival < 0:
        return roam(w, seat, len(w.den))
    if gap < w.bot_knob[seat, knob.gap]:
        return escape(w, seat, rival)
    return step_by(w, seat, w.pos[rival, 0], w.pos[rival, 1], -1.0, 0.0)


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
        return steady(w, seat, next_step(w.steps[den], w.tiles, row, col), CORRIDOR)
    return step_by(w, seat, w.den[den, 0], w.den[den, 1], away, 0.0)


@kernel
def step_by(w, seat, x, y, away, ways_out):
    """To the best of the nine tiles here: see `ways.step_by`."""
    return ways.step_by(w, seat, x, y, away, ways_out, CORRIDOR, ARRIVED)
