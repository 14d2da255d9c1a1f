"""The scripted players of tag. Every kind knows which den is the refuge, but sees others only as far as the fog allows.

A decision is small: a walk towards a den (``steps`` has the way), a straight run at somebody in sight, or a flight.
Memory: ``goal`` is where the other side was last seen, ``timer`` counts decisions, ``mood`` is the errand: den 0, 1, …
or, from len(den) on, the far corner away from that den.
"""

import numpy as np

from worlds.kit.chance import integer, uniform
from worlds.kit.grid import CODE, COL_STEP, ROW_STEP, WALL, exits, next_step, passable
from worlds.kit.kernel import kernel
from worlds.world import Bot, Knob

ALERT = Knob("alert", 0.5, 1.0)  # share of decisions at which it thinks anew
SLOPPY = Knob("sloppy", 0.0, 0.25)  # share of random moves
FEAR = Knob("fear", 2.0, 6.0, held_out=(4.5, 6.0))  # m


def _bot(name: str, role: str, about: str, *knobs: Knob, split: str = "train") -> Bot:
    return Bot(name, role, (ALERT, SLOPPY, *knobs), split=split, about=about)


BOTS: tuple[Bot, ...] = (
    _bot("direct", "chaser", "runs at whom it sees, looks where it saw them last", Knob("memory", 2, 14, (10, 14))),
    _bot(
        "interceptor",
        "chaser",
        "runs to where the other will be",
        Knob("memory", 2, 12),
        Knob("lead", 0.3, 1.6, held_out=(1.1, 1.6)),  # s
    ),
    _bot(
        "ambusher",
        "chaser",
        "waits at a junction and pounces",
        Knob("patience", 5, 25),  # decisions
        Knob("pounce", 2.0, 5.0, held_out=(3.8, 5.0)),  # m
    ),
    _bot(
        "patroller",
        "chaser",
        "walks from den to den, chases for a while",
        Knob("chase", 2, 16, held_out=(11, 16)),  # decisions
        Knob("turn", 0, 1),  # below a half the round goes 0 1 2 3, else the other way
    ),
    _bot(
        "pack",
        "chaser",
        "comes from the side its mates do not",
        Knob("memory", 2, 12),
        Knob("spread", 0.8, 3.0, held_out=(2.2, 3.0)),  # m beyond the prey
    ),
    _bot(
        "warden",
        "chaser",
        "holds the refuge and leaves it for whoever comes near",
        Knob("leash", 1.5, 5.0, held_out=(3.8, 5.0)),  # m from the refuge
        Knob("restless", 0.0, 0.08),  # chance a decision of going for a round
    ),
    _bot(
        "stalker",
        "chaser",
        "follows at a distance, then strikes",
        Knob("gap", 1.5, 3.5),  # m
        Knob("strike", 0.03, 0.25),  # chance a decision
        split="test",
    ),
    _bot(
        "sweeper",
        "chaser",
        "searches corner after corner, chases only what is close",
        Knob("glance", 2.0, 5.0),  # m
        split="test",
    ),
    _bot("runner", "evader", "roams, bolts to the refuge when threatened", FEAR, Knob("patience", 4, 20)),
    _bot(
        "homebody",
        "evader",
        "goes to the refuge and stays",
        Knob("delay", 0, 12),  # decisions before it goes
        Knob("restless", 0.0, 0.08, held_out=(0.05, 0.08)),  # chance a decision of going for a walk
    ),
    _bot(
        "looper",
        "evader",
        "runs round the dens and rests at the refuge",
        FEAR,
        Knob("rest", 2, 12, held_out=(9, 12)),  # decisions
    ),
    _bot(
        "hider",
        "evader",
        "sits in a far corner until found",
        FEAR,
        Knob("homing", 0.1, 0.6, held_out=(0.4, 0.6)),  # chance that the next place is the refuge
    ),
    _bot(
        "decoy",
        "evader",
        "visits the sham dens to mislead",
        FEAR,
        Knob("linger", 1, 8),  # decisions at each
        Knob("honest", 0.1, 0.5, held_out=(0.35, 0.5)),  # chance that the next den is the refuge
    ),
    _bot(
        "wall_hugger",
        "evader",
        "keeps along walls, goes home late",
        FEAR,
        Knob("outing", 6, 25, held_out=(18, 25)),  # decisions before it goes home
    ),
    _bot(
        "zigzag",
        "evader",
        "makes for the refuge, swerving when seen",
        FEAR,
        Knob("swing", 1, 4),  # decisions a side
        split="test",
    ),
    _bot(
        "opportunist",
        "evader",
        "keeps near the refuge and slips in when nobody is about",
        FEAR,
        Knob("rest", 3, 15),  # decisions inside
        Knob("shadow", 2, 6),  # steps from the refuge
        split="test",
    ),
)

ROLES = ("chaser", "evader")
BY_ROLE = [[bot for bot in BOTS if bot.role == role] for role in ROLES]
KINDS = max(len(bots) for bots in BY_ROLE)
KNOBS = max(len(bot.knobs) for bot in BOTS)
TRAINING = np.array([sum(bot.split == "train" for bot in bots) for bots in BY_ROLE])  # they come first in each role
RESERVED = np.array([len(bots) for bots in BY_ROLE]) - TRAINING
NEW_KIND = 0.7  # share of held-out bots whose whole kind is reserved; the others have a knob held out
LOW, HIGH, HELD_LOW, HELD_HIGH = range(4)


def _knob_table() -> np.ndarray:
    """(roles, kinds, knobs, 4) f8: range and held-out range of every knob; without one it is empty, at the top."""
    table = np.zeros((len(ROLES), KINDS, KNOBS, 4))
    for role, bots in enumerate(BY_ROLE):
        for kind, bot in enumerate(bots):
            for index, knob in enumerate(bot.knobs):
                table[role, kind, index] = knob.low, knob.high, *(knob.held_out or (knob.high, knob.high))
    return table


KNOB_TABLE = _knob_table()

DIRECT, INTERCEPTOR, AMBUSHER, PATROLLER, PACK, WARDEN, STALKER, SWEEPER = range(8)
RUNNER, HOMEBODY, LOOPER, HIDER, DECOY, WALL_HUGGER, ZIGZAG, OPPORTUNIST = range(8)
DASH_WITHIN = 2.4  # m; bots dash when the other side is this close
CORRIDOR = 0.24  # m off the middle that a runner may be to enter a corridor
ARRIVED = 0.3  # m
EXIT_WORTH = 0.35  # m; what one more way out of a tile is worth in flight
FAR = 1e9


# --- who plays ---------------------------------------------------------------------------------------------------


@kernel
def draw_bot(w, seat, role, held_out):
    """Kind and knobs of one seat's bot. The number of draws is always the same, so tasks stay paired."""
    reserved = uniform(w) < NEW_KIND and held_out
    pick = uniform(w)
    kind = int(pick * TRAINING[role])
    if reserved:
        kind = TRAINING[role] + int(pick * RESERVED[role])
    w.bot_kind[seat] = kind
    for knob in range(len(w.bot_knob[seat])):
        low, high = KNOB_TABLE[role, kind, knob, LOW], KNOB_TABLE[role, kind, knob, HIGH]
        held_low, held_high = KNOB_TABLE[role, kind, knob, HELD_LOW], KNOB_TABLE[role, kind, knob, HELD_HIGH]
        luck = uniform(w)
        if held_low >= held_high:
            w.bot_knob[seat, knob] = low + luck * (high - low)
        elif held_out:
            w.bot_knob[seat, knob] = held_low + luck * (held_high - held_low)
        else:
            value = low + luck * (high - low - (held_high - held_low))
            w.bot_knob[seat, knob] = value if value < held_low else value + (held_high - held_low)


@kernel
def act(w, seat):
    """One decision of a bot: ``action[seat]`` = move (0 stay, 1 … 8 directions), dash."""
    if w.tick == 0:
        w.mood[seat] = integer(w, 2 * len(w.den))
        w.timer[seat] = 0
    elif uniform(w) > w.bot_knob[seat, 0]:
        w.action[seat, 1] = 0
        return
    rival, gap = nearest_rival(w, seat)
    if uniform(w) < w.bot_knob[seat, 1] or is_stuck(w, seat):
        w.action[seat, 0] = integer(w, 9)
    elif int(w.team[seat]) == 0:
        w.action[seat, 0] = hunt(w, seat, rival, gap)
    else:
        w.action[seat, 0] = evade(w, seat, rival, gap)
    w.action[seat, 1] = int(gap < DASH_WITHIN and int(w.cool[seat]) == 0)


@kernel
def nearest_rival(w, seat):
    """(index, metres) of the nearest of the other side in sight that can be caught or can catch; (−1, FAR) if none."""
    rival, gap = -1, FAR
    for other in range(len(w.pos)):
        if int(w.seen[seat, other]) == 1 and int(w.team[other]) != int(w.team[seat]):
            away = metres(w, seat, w.pos[other, 0], w.pos[other, 1])
            if away < gap and (int(w.team[other]) == 0 or int(w.safe[other]) == 0):
                rival, gap = other, away
    return rival, gap


@kernel
def is_stuck(w, seat):
    """Wants to move and does not: something that it does not know of is in the way."""
    return w.action[seat, 0] > 0 and w.tick > 0 and abs(w.vel[seat, 0]) + abs(w.vel[seat, 1]) < 0.05


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
    if kind == STALKER:
        return stalk(w, seat, rival, gap)
    if kind == SWEEPER:
        return towards(w, seat, w.pos[rival]) if gap < w.bot_knob[seat, 2] else roam(w, seat, 2 * len(w.den))
    if rival < 0:
        return search(w, seat)
    w.timer[seat] = int(w.bot_knob[seat, 2])
    aim(w, seat, rival, kind)
    return towards(w, seat, w.goal[seat])


@kernel
def aim(w, seat, rival, kind):
    """Where to run: at the prey, ahead of it, or beyond it as seen from a mate."""
    ahead = w.bot_knob[seat, 3] if kind == INTERCEPTOR else 0.0
    dx, dy = ahead * w.vel[rival, 0], ahead * w.vel[rival, 1]
    mate = nearest_mate(w, seat, rival)
    if kind == PACK and mate >= 0:
        away = max(metres(w, mate, w.pos[rival, 0], w.pos[rival, 1]), 0.1)
        dx = w.bot_knob[seat, 3] * (w.pos[rival, 0] - w.pos[mate, 0]) / away
        dy = w.bot_knob[seat, 3] * (w.pos[rival, 1] - w.pos[mate, 1]) / away
    side = len(w.tiles) - 1.0
    w.goal[seat, 0] = min(max(w.pos[rival, 0] + dx, 1.0), side)
    w.goal[seat, 1] = min(max(w.pos[rival, 1] + dy, 1.0), side)


@kernel
def nearest_mate(w, seat, rival):
    """The mate who is nearer to the prey than this seat, −1 if none: mates call out where they are."""
    mate = -1
    gap = metres(w, seat, w.pos[rival, 0], w.pos[rival, 1])
    for other in range(len(w.pos)):
        if other != seat and int(w.team[other]) == int(w.team[seat]):
            away = metres(w, other, w.pos[rival, 0], w.pos[rival, 1])
            if away < gap:
                mate, gap = other, away
    return mate


@kernel
def search(w, seat):
    """Look where the other side was last; when that is forgotten, roam."""
    if w.timer[seat] > 0:
        w.timer[seat] -= 1
        if metres(w, seat, w.goal[seat, 0], w.goal[seat, 1]) > ARRIVED:
            return towards(w, seat, w.goal[seat])
        w.timer[seat] = 0
    return roam(w, seat, 2 * len(w.den))


@kernel
def ambush(w, seat, rival, gap):
    """Walk until a junction, wait there; the errand changes when patience ends."""
    if gap < w.bot_knob[seat, 3]:
        return towards(w, seat, w.pos[rival])
    w.timer[seat] -= 1
    if w.timer[seat] < -8 and exits(w.tiles, row_of(w, seat), col_of(w, seat)) > 2:
        w.timer[seat] = int(w.bot_knob[seat, 2])
    if w.timer[seat] == 0:
        w.mood[seat] = integer(w, len(w.den))
    if w.timer[seat] > 0:
        return 0
    return roam(w, seat, len(w.den))


@kernel
def patrol(w, seat, rival):
    """Den after den; chases whom it sees, but not for long: then it must reach the next den first."""
    if rival >= 0 and w.timer[seat] < w.bot_knob[seat, 2]:
        w.timer[seat] += 1
        return towards(w, seat, w.pos[rival])
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
    if uniform(w) < w.bot_knob[seat, 3] or refuge_is_closed(w, seat):
        w.timer[seat] = 8
    home = w.den[w.refuge]
    if rival >= 0 and metres(w, rival, home[0], home[1]) < w.bot_knob[seat, 2]:
        return towards(w, seat, w.pos[rival])
    return errand(w, seat, w.refuge)


@kernel
def stalk(w, seat, rival, gap):
    """Keep the distance; once it strikes, it goes on for some decisions."""
    if rival < 0:
        return search(w, seat)
    if w.timer[seat] <= 0 and uniform(w) < w.bot_knob[seat, 3]:
        w.timer[seat] = 8
    w.timer[seat] -= 1
    w.goal[seat, 0] = w.pos[rival, 0]
    w.goal[seat, 1] = w.pos[rival, 1]
    if w.timer[seat] > 0 or gap > w.bot_knob[seat, 2] + 0.5:
        return towards(w, seat, w.goal[seat])
    return flee(w, seat, rival) if gap < w.bot_knob[seat, 2] - 0.5 else 0


# --- evaders -----------------------------------------------------------------------------------------------------


@kernel
def evade(w, seat, rival, gap):
    """The move of an evader."""
    kind = w.bot_kind[seat]
    if kind == HOMEBODY:
        return stay_home(w, seat, rival)
    if kind == OPPORTUNIST:
        return slip_in(w, seat, rival, gap)
    threatened = gap < w.bot_knob[seat, 2] and int(w.safe[seat]) == 0
    if kind == RUNNER:
        return bolt(w, seat, rival, threatened)
    if kind == ZIGZAG:
        return swerve(w, seat, rival, threatened)
    if threatened:
        return escape(w, seat, rival)
    if kind == LOOPER:
        return loop(w, seat)
    if kind == HIDER:
        return hide(w, seat)
    if kind == DECOY:
        return mislead(w, seat)
    return hug_walls(w, seat)


@kernel
def bolt(w, seat, rival, threatened):
    """Home when threatened, and stay until the fright is over."""
    if threatened:
        w.timer[seat] = int(w.bot_knob[seat, 3])
    if w.timer[seat] > 0:
        w.timer[seat] -= 1
        return go_home(w, seat, rival)
    return roam(w, seat, 2 * len(w.den))


@kernel
def stay_home(w, seat, rival):
    if w.tick == 0:
        w.timer[seat] = int(w.bot_knob[seat, 2])
    if w.timer[seat] <= 0 and uniform(w) < w.bot_knob[seat, 3]:
        w.timer[seat] = 10
    w.timer[seat] -= 1
    if w.timer[seat] > 0 and rival < 0:
        return roam(w, seat, len(w.den))
    return go_home(w, seat, rival)


@kernel
def loop(w, seat):
    """Den after den; rests where it is safe."""
    den = w.mood[seat] % len(w.den)
    move = errand(w, seat, den)
    if move == 0:
        w.timer[seat] += 1
        if den != w.refuge or w.timer[seat] > w.bot_knob[seat, 3]:
            w.timer[seat] = 0
            w.mood[seat] = (den + 1) % len(w.den)
    return move


@kernel
def hide(w, seat):
    """A corner far from some den, or home; a new one now and then."""
    w.timer[seat] -= 1
    if w.timer[seat] < 0:
        w.timer[seat] = 20
        w.mood[seat] = len(w.den) + integer(w, len(w.den))
        if uniform(w) < w.bot_knob[seat, 3]:
            w.mood[seat] = w.refuge
    return errand(w, seat, w.mood[seat])


@kernel
def mislead(w, seat):
    """Sham dens mostly, lingering at each."""
    move = errand(w, seat, w.mood[seat] % len(w.den))
    if move == 0:
        w.timer[seat] += 1
        if w.timer[seat] > w.bot_knob[seat, 3]:
            w.timer[seat] = 0
            w.mood[seat] = (w.refuge + 1 + integer(w, len(w.den) - 1)) % len(w.den)
            if uniform(w) < w.bot_knob[seat, 4]:
                w.mood[seat] = w.refuge
    return move


@kernel
def hug_walls(w, seat):
    """Straight on where a wall is near, turning as little as it can; home after an outing."""
    w.timer[seat] += 1
    if w.timer[seat] > w.bot_knob[seat, 3]:
        return go_home(w, seat, -1)
    row, col, last = row_of(w, seat), col_of(w, seat), w.action[seat, 0]
    best, choice = -FAR, 0
    for code in range(1, 9, 2):
        if passable(w.tiles, row, col, code):
            turn = (code - last) % 8
            worth = 4.0 - exits(w.tiles, row + ROW_STEP[code], col + COL_STEP[code]) - 0.9 * min(turn, 8 - turn)
            if worth > best:
                best, choice = worth, code
    return steady(w, seat, choice)


@kernel
def swerve(w, seat, rival, threatened):
    """Home, a step to the left or to the right of the way while threatened."""
    w.timer[seat] += 1
    move = go_home(w, seat, -1)
    if threatened and move > 0:
        swing = max(int(w.bot_knob[seat, 3]), 1)
        turned = 1 + (move + (0 if w.timer[seat] // swing % 2 == 0 else 6)) % 8
        if passable(w.tiles, row_of(w, seat), col_of(w, seat), turned):
            return turned
    return move


@kernel
def slip_in(w, seat, rival, gap):
    """Near the refuge but not in it; in when nobody is about, out again after a rest."""
    steps = int(w.steps[w.refuge, row_of(w, seat), col_of(w, seat)])
    w.timer[seat] -= 1
    if rival >= 0 and gap < w.bot_knob[seat, 2] and int(w.safe[seat]) == 0:
        return escape(w, seat, rival) if steps > 3 else go_home(w, seat, rival)
    if int(w.safe[seat]) == 1 and w.timer[seat] < -12:
        w.timer[seat] = int(w.bot_knob[seat, 3]) + 6
    if w.timer[seat] > 0 and w.timer[seat] <= 6:
        return errand(w, seat, len(w.den) + w.refuge)
    if rival < 0 or steps > w.bot_knob[seat, 4]:
        return go_home(w, seat, rival)
    return 0


# --- moves -------------------------------------------------------------------------------------------------------


@kernel
def go_home(w, seat, rival):
    """To the refuge; while the other side holds it, away from whom it sees or around."""
    if not refuge_is_closed(w, seat):
        return errand(w, seat, w.refuge)
    return escape(w, seat, rival) if rival >= 0 else roam(w, seat, len(w.den))


@kernel
def refuge_is_closed(w, seat):
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
    row, col = row_of(w, seat), col_of(w, seat)
    dens = len(w.den)
    if number < dens:
        closed = number == w.refuge and refuge_is_closed(w, seat) and int(w.steps[number, row, col]) <= 1
        if int(w.steps[number, row, col]) > 0:
            return 0 if closed else steady(w, seat, next_step(w.steps[number], w.tiles, row, col))
        return compass(w.den[number, 0] - w.pos[seat, 0], w.den[number, 1] - w.pos[seat, 1])
    best, choice = int(w.steps[number - dens, row, col]), 0
    for code in range(1, 9, 2):
        steps = int(w.steps[number - dens, row + ROW_STEP[code], col + COL_STEP[code]])
        if steps > best and passable(w.tiles, row, col, code):
            best, choice = steps, code
    return steady(w, seat, choice)


@kernel
def towards(w, seat, place):
    """One move towards a place in sight: straight when close, else to the neighbouring tile nearest to it."""
    dx, dy = place[0] - w.pos[seat, 0], place[1] - w.pos[seat, 1]
    if dx * dx + dy * dy < 1.0:
        return compass(dx, dy)
    row, col = row_of(w, seat), col_of(w, seat)
    best, choice = FAR, 0
    for code in range(1, 9):
        x, y = place[0] - (col + COL_STEP[code] + 0.5), place[1] - (row + ROW_STEP[code] + 0.5)
        if x * x + y * y < best and passable(w.tiles, row, col, code):
            best, choice = x * x + y * y, code
    return steady(w, seat, choice)


@kernel
def escape(w, seat, rival):
    """Towards the den that this seat reaches with the greatest lead over the rival; without a lead, just away."""
    row, col = row_of(w, seat), col_of(w, seat)
    best, choice = 0, -1
    for den in range(len(w.den)):
        mine = int(w.steps[den, row, col])
        lead = int(w.steps[den, row_of(w, rival), col_of(w, rival)]) - mine
        if lead > best and mine > 1 and not (den == w.refuge and refuge_is_closed(w, seat)):
            best, choice = lead, den
    return errand(w, seat, choice) if choice >= 0 else flee(w, seat, rival)


@kernel
def flee(w, seat, rival):
    """To the neighbouring tile farthest from the rival, with a liking for ways out."""
    row, col = row_of(w, seat), col_of(w, seat)
    best, choice = -FAR, 0
    for code in range(1, 9):
        if passable(w.tiles, row, col, code):
            near, beside = row + ROW_STEP[code], col + COL_STEP[code]
            worth = metres(w, rival, beside + 0.5, near + 0.5) + EXIT_WORTH * exits(w.tiles, near, beside)
            if worth > best:
                best, choice = worth, code
    return steady(w, seat, choice)


@kernel
def steady(w, seat, code):
    """A straight move, bent towards the middle of the tile where a wall's corner would stop it."""
    if code % 2 == 0:
        return code
    row, col = row_of(w, seat), col_of(w, seat)
    down, right = ROW_STEP[code], COL_STEP[code]
    aside = w.pos[seat, 1] - row - 0.5 if down == 0 else w.pos[seat, 0] - col - 0.5
    if abs(aside) < CORRIDOR:
        return code
    lean = 1 if aside > 0.0 else -1
    corner = w.tiles[row + down + (lean if down == 0 else 0), col + right + (0 if down == 0 else lean)]
    if int(corner) != WALL:
        return code
    return CODE[1 + (-lean if down == 0 else down), 1 + (right if down == 0 else -lean)]


@kernel
def compass(dx, dy):
    """The direction code nearest to a vector; 0 for one shorter than ARRIVED."""
    if dx * dx + dy * dy < ARRIVED * ARRIVED:
        return 0
    right = 0 if abs(dx) < 0.4142 * abs(dy) else (1 if dx > 0.0 else -1)
    down = 0 if abs(dy) < 0.4142 * abs(dx) else (1 if dy > 0.0 else -1)
    return CODE[1 + down, 1 + right]


@kernel
def metres(w, seat, x, y):
    dx, dy = w.pos[seat, 0] - x, w.pos[seat, 1] - y
    return np.sqrt(dx * dx + dy * dy)


@kernel
def row_of(w, seat):
    return int(w.pos[seat, 1])


@kernel
def col_of(w, seat):
    return int(w.pos[seat, 0])
