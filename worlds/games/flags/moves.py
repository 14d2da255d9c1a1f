"""Walking to a post before the horn, and what follows when it sounds."""

from worlds.games.flags.constants import (
    ACROSS,
    ALONG,
    CATCH,
    CAUGHT,
    CAUGHT_ONE,
    CROWN,
    DOCK,
    DOWN,
    EAST,
    EMPTY,
    GUARD,
    IDLE,
    LANE_ROWS,
    LANES,
    LEFT,
    MUSTER,
    NO_FATE,
    NO_POST,
    NOBODY,
    POLE,
    RAID,
    RIGHT,
    ROUND,
    SHORE,
    STAY,
    THROUGH,
    TO_POST,
    TOOK,
    TOWER,
    WEST,
    WIDTH,
    YARD,
)
from worlds.games.flags.layouts import start_row
from worlds.games.flags.plans import lane_of, planned, post_of, task_of
from worlds.games.flags.roster import knob
from worlds.kit.chance import integer, uniform
from worlds.kit.grid import WALL
from worlds.kit.kernel import kernel
from worlds.kit.maths import PI

# --- rounds ----------------------------------------------------------------------------------------------------------


@kernel
def team_of(seat):
    """Seats of the two teams come by turns."""
    return seat % 2


@kernel
def is_shown(w):
    """Whether the horn has sounded and the fog is gone."""
    return w.tick % ROUND >= MUSTER


@kernel
def paid(w, seat):
    """Whether the last post brought something: a flag, or a raider caught."""
    return int(w.fate[seat] == TOOK or w.fate[seat] == CAUGHT_ONE)


@kernel
def muster(w, turns):
    """A round begins: everybody is in the yard, and every stranger has a plan."""
    seats = len(w.post)
    for seat in range(seats):
        w.row[seat], w.col[seat] = start_row(seats // 2, seat // 2), YARD
        w.case[seat] = 0 if w.post[seat] == NO_POST else 1 + 2 * lane_of(w.post[seat]) + paid(w, seat)
        w.heading[seat] = 0.0 if team_of(seat) == WEST else PI
        stand(w, seat)
    for seat in range(seats):
        w.aim[seat] = plan(w, seat, turns)
        luck, lapse = uniform(w), w.bot_knob[seat, knob.lapse]
        some = integer(w, 2 * LANES)
        w.goal[seat] = some if luck < lapse else w.aim[seat]


@kernel
def plan(w, seat, turns):
    """The next post of the task's bot of a seat, by its plan."""
    seats = len(w.post)
    rival, mate = (seat + 1) % seats, (seat + 2) % seats
    opening, turn = int(w.bot_knob[seat, knob.opening]), int(w.bot_knob[seat, knob.turn])
    row, own = int(w.bot_knob[seat, knob.row]), w.post[seat]
    return planned(w.bot_kind[seat], opening, turn, row, turns, own, paid(w, seat), w.post[rival], w.post[mate])


@kernel
def stand(w, seat):
    """Where a seat is on the map, from its place on its shore."""
    w.pos[seat, 0] = map_x(team_of(seat), w.col[seat] + 0.0)
    w.pos[seat, 1] = w.row[seat] + 0.5


@kernel
def map_x(team, column):
    """Metres from the west of the middle of a team's column."""
    return column + 0.5 if team == WEST else WIDTH - 0.5 - column


# --- before the horn -------------------------------------------------------------------------------------------------


@kernel
def walk(w, seat, choice):
    """One step."""
    move = choice if choice < TO_POST else step_to(w, seat, choice - TO_POST)
    if move == STAY or not can_walk(w, seat, move):
        return
    w.row[seat] += ACROSS[move]
    w.col[seat] += ahead(seat, move)
    if ACROSS[move] == 0:
        w.heading[seat] = 0.0 if ALONG[move] > 0 else PI
    else:
        w.heading[seat] = 0.5 * PI * ACROSS[move]
    stand(w, seat)


@kernel
def ahead(seat, move):
    """Columns towards the water."""
    return ALONG[move] if team_of(seat) == WEST else -ALONG[move]


@kernel
def can_walk(w, seat, move):
    """Whether a step ends on open ground."""
    return int(w.shore[w.row[seat] + ACROSS[move], w.col[seat] + ahead(seat, move)]) != WALL


@kernel
def step_to(w, seat, post):
    """The move that leads nearer to a post, STAY there; towards the water first, on both shores."""
    here = int(w.steps[post, w.row[seat], w.col[seat]])
    for turn in range(RIGHT, DOWN + 1):
        move = RIGHT + LEFT - turn if ACROSS[turn] == 0 and team_of(seat) == EAST else turn
        if int(w.steps[post, w.row[seat] + ACROSS[move], w.col[seat] + ahead(seat, move)]) < here:
            return move
    return STAY


# --- the horn --------------------------------------------------------------------------------------------------------


@kernel
def blow_horn(w):
    """Who stands on a dock raids, who stands in a lane guards it; then all fates are settled."""
    for seat in range(len(w.post)):
        w.post[seat] = place_of(w, seat)
        w.met[seat] = NOBODY
        w.fate[seat] = NO_FATE if w.post[seat] == NO_POST else IDLE
        w.posted[seat] += int(w.post[seat] != NO_POST)
    w.gained[0] = w.gained[1] = 0.0
    for team in range(2):
        for lane in range(LANES):
            settle(w, team, lane)
    for team in range(2):
        w.points[team] += w.gained[team]


@kernel
def place_of(w, seat):
    """The post of where a seat stands."""
    for lane in range(LANES):
        if w.row[seat] == LANE_ROWS[lane] and w.col[seat] > YARD:
            return post_of(RAID if w.col[seat] == DOCK else GUARD, lane)
    return NO_POST


@kernel
def settle(w, team, lane):
    """Raiders of a team in a lane: each guard there catches one, the first that is left takes the flag, any other
    comes to an empty pole."""
    guard, taken = 1 - team, False  # the guards' seats begin there
    for raider in range(team, len(w.post), 2):
        if w.post[raider] != post_of(RAID, lane):
            continue
        while guard < len(w.post) and w.post[guard] != post_of(GUARD, lane):
            guard += 2
        if guard < len(w.post):
            meet(w, raider, guard)
            guard += 2
        elif taken:
            w.fate[raider] = EMPTY
        else:
            taken = True
            w.fate[raider] = TOOK
            w.took[raider] += 1
            w.gained[team] += CROWN if lane == w.crown else THROUGH
            w.shown[lane] = 2 if lane == w.crown else 1


@kernel
def meet(w, raider, guard):
    """A guard catches a raider."""
    w.fate[raider], w.fate[guard] = CAUGHT, CAUGHT_ONE
    w.met[raider], w.met[guard] = guard, raider
    w.caught[raider] += 1
    w.catches[guard] += 1
    w.gained[team_of(guard)] += CATCH


@kernel
def run_on(w, seat, ticks):
    """Where a seat is so many ticks after the horn: raiders cross, land and run, guards go to meet them."""
    foe = 1 - team_of(seat)
    if w.post[seat] != NO_POST and task_of(w.post[seat]) == RAID:
        if ticks == 0:
            w.pos[seat, 0] = 0.5 * WIDTH
            w.heading[seat] = 0.0 if foe == EAST else PI
        elif ticks == 1:
            w.pos[seat, 0] = map_x(foe, DOCK + 0.0)
        elif w.fate[seat] == CAUGHT:
            w.pos[seat, 0] = map_x(foe, TOWER + 1.0)
        else:
            w.pos[seat, 0] = map_x(foe, POLE + 3.0 - ticks)
    elif w.fate[seat] == CAUGHT_ONE and ticks == 2:
        w.col[seat] = TOWER
        stand(w, seat)


assert SHORE == DOCK + 2  # a wall stands behind the yard, and one keeps walkers out of the water
