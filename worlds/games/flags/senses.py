"""What a seat of flags sees, what oracles are told, and what is counted."""

from worlds.games.flags.constants import (
    CASES,
    CAUGHT,
    DOCK,
    DOWN,
    EPISODE,
    GUARD,
    HEIGHT,
    LANES,
    MUSTER,
    NO_POST,
    POSTS,
    RAID,
    RIGHT,
    ROUND,
    ROUNDS,
    SIGHT_LEAST,
    SIGHT_MOST,
    WEST,
    WIDTH,
)
from worlds.games.flags.moves import can_walk, is_shown, paid, team_of
from worlds.games.flags.plans import post_of
from worlds.games.flags.roster import KINDS
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp

OWN, WAYS, OTHER, NAMED = 11 + POSTS, 4 + LANES, 6 + POSTS, 2
ROWS = ROUNDS + CASES  # names of one other seat: by the round, and by what its last post brought
MOST_POINTS = 6.0  # ahead; what goes beyond twice as much looks the same
SEAT_FIGURES = 4


@kernel
def round_now(w):
    """The round that is played."""
    return min(w.tick // ROUND, ROUNDS - 1)


@kernel
def observe(w, seat, out):
    """In the order of the pieces."""
    for index in range(len(out)):
        out[index] = 0.0
    at = observe_own(w, seat, out)
    for move in range(RIGHT, DOWN + 1):
        out[at + move - RIGHT] = int(can_walk(w, seat, move))
    at += DOWN
    for lane in range(LANES):
        out[at + lane] = 0.0 if w.shown[lane] == 0 else 2.0 * w.shown[lane] - 3.0
    at += LANES
    for turn in range(1, len(w.post)):
        at = observe_other(w, seat, (seat + turn) % len(w.post), out, at)
    out[at] = w.tick / EPISODE
    observe_things(w, seat, out, at + 1)


@kernel
def observe_own(w, seat, out):
    """Side and place, the time until the horn, round, points, the last post and what it brought."""
    mine, theirs = team_of(seat), 1 - team_of(seat)
    out[0] = 1.0 if mine == WEST else -1.0
    out[1] = 2.0 * w.row[seat] / (HEIGHT - 1) - 1.0
    out[2] = w.col[seat] / DOCK
    out[3] = max(1.0 - w.tick % ROUND / MUSTER, 0.0)
    out[4] = 1.0 if is_shown(w) else 0.0
    out[5 + round_now(w)] = 1.0
    out[9] = clamp((w.points[mine] - w.points[theirs]) / MOST_POINTS, -2.0, 2.0)
    if w.post[seat] != NO_POST:
        out[10] = 1.0 if paid(w, seat) == 1 else -1.0
        out[11 + w.post[seat]] = 1.0
    return OWN


@kernel
def observe_other(w, seat, other, out, at):
    """Its side; where it is, if in sight; its last post and what became of that."""
    ally, side = team_of(other) == team_of(seat), 1.0 if team_of(seat) == WEST else -1.0
    out[at] = 1.0 if ally else -1.0
    if sees(w, seat, other):
        out[at + 1] = 1.0
        out[at + 2] = side * (w.pos[other, 0] - w.pos[seat, 0]) / WIDTH
        out[at + 3] = (w.pos[other, 1] - w.pos[seat, 1]) / HEIGHT
    if w.post[other] != NO_POST:
        out[at + 4] = paid(w, other)
        out[at + 5] = 1.0 if w.fate[other] == CAUGHT else 0.0
        out[at + 6 + w.post[other]] = 1.0
    return at + OTHER


@kernel
def sees(w, seat, other):
    """Before the horn one sees some tiles far and nothing across the water; after it, everybody."""
    if is_shown(w):
        return True
    near = abs(w.row[other] - w.row[seat]) <= w.sight and abs(w.col[other] - w.col[seat]) <= w.sight
    return team_of(other) == team_of(seat) and near


@kernel
def observe_things(w, seat, out, at):
    """Of every other: the row of the round, and that of its last post. After the horn they stand in the first half,
    which memories write on, before it in the second."""
    others = len(w.post) - 1
    start = at if is_shown(w) else at + NAMED * others
    for turn in range(1, others + 1):
        first, there = 1 + (turn - 1) * ROWS, start + NAMED * (turn - 1)
        out[there] = (first + round_now(w)) / (ROWS * others)
        out[there + 1] = (first + ROUNDS + w.case[(seat + turn) % len(w.post)]) / (ROWS * others)


# --- what is told ----------------------------------------------------------------------------------------------------


@kernel
def reveal(w, seat, out):
    """Behind the others' kinds: the lanes open to a raid, those where a raid comes that nobody meets; then the lane of
    the crown and how far one sees."""
    at = (len(w.post) - 1) * KINDS
    for lane in range(LANES):
        raids, guards, mates, cover = 0, 0, 0, 0
        for other in range(len(w.post)):
            raiding, guarding = w.aim[other] == post_of(RAID, lane), w.aim[other] == post_of(GUARD, lane)
            if team_of(other) != team_of(seat):
                raids += int(raiding)
                guards += int(guarding)
            elif other != seat:
                mates += int(raiding)
                cover += int(guarding)
        out[at + lane] = 1.0 if mates == guards else 0.0
        out[at + LANES + lane] = 1.0 if raids > cover else 0.0
    at += 2 * LANES
    out[at + w.crown] = 1.0
    out[at + LANES] = (w.sight - SIGHT_LEAST) / (SIGHT_MOST - SIGHT_LEAST)


# --- what is counted -------------------------------------------------------------------------------------------------


@kernel
def figures(w, out):
    """Flags and catches of all; of each seat times it was caught, flags, catches, and rounds without a post."""
    out[0] = out[1] = 0.0
    for seat in range(len(w.post)):
        out[0] += w.took[seat]
        out[1] += w.catches[seat]
        own = 2 + SEAT_FIGURES * seat
        out[own] = w.caught[seat]
        out[own + 1] = w.took[seat]
        out[own + 2] = w.catches[seat]
        out[own + 3] = w.posted[seat]
