"""The scripted duellists: where they walk, when they shoot, and the habits by which they leap and aim."""

import numpy as np

from worlds.games.duel.constants import (
    COLUMNS,
    DECISIONS,
    DITCH_EAST,
    GO_NORTH,
    GO_SOUTH,
    HEIGHT,
    KINDS_OF_SITUATION,
    NOBODY,
    NORTH,
    ROWS,
    SHOOT,
    SIDES,
    SITUATIONS,
    SOUTH,
    WEST,
)
from worlds.games.duel.duels import is_loaded, may_hit, rival_of, row_of, target_of, threat_to
from worlds.games.duel.roster import AIMS_BY, BY_SCORE, LEAPS_BY, TURNS, kind, knob
from worlds.kit.chance import integer, uniform
from worlds.kit.grid import WALL
from worlds.kit.kernel import kernel
from worlds.kit.sight import clear_line
from worlds.kit.ways import step_by
from worlds.world import Field

LEEWAY = 0.15  # m off the middle that a walker may be to pass a corner
ARRIVED = 0.3  # m
STROLL = 12  # decisions after which a walk is given up
HIDEOUTS = 4  # places looked at for cover
LEAP_CODES = np.array([GO_NORTH, 0, GO_SOUTH])


@kernel
def draw_population(w):
    """The habits of this task's strangers: an answer to each situation."""
    for seat in range(len(w.pos)):
        for situation in range(SITUATIONS):
            w.leap_habit[seat, situation] = integer(w, TURNS)
            w.aim_habit[seat, situation] = integer(w, TURNS)


@kernel
def act(w, seat):
    """One decision: the leap while somebody shoots, else a step; and whether to shoot."""
    shooter, target = threat_to(w, seat), target_of(w, seat)
    w.action[seat, 1] = shoot(w, seat, target)
    if shooter == NOBODY:
        w.action[seat, 0] = walk(w, seat, target)
    else:
        w.action[seat, 0] = LEAP_CODES[some_side(w, seat, leap_of(w, shooter, seat))]


@kernel
def some_side(w, seat, side):
    """The side of its habit, or by chance as often as it lapses."""
    luck = uniform(w)
    lapse = w.bot_knob[seat, knob.lapse]
    return min(int(luck / lapse * TURNS), TURNS - 1) if luck < lapse else side


# --- habits --------------------------------------------------------------------------------------------------------


@kernel
def leap_of(w, shooter, seat):
    """The side to which a bot leaps from the shot of another, unless it lapses."""
    mine = w.bot_kind[seat]
    by = LEAPS_BY[mine]
    if by == BY_SCORE:
        return int(w.leap_habit[seat, row_of(w, shooter, seat, ROWS + 2)])
    situation = row_of(w, shooter, seat, KINDS_OF_SITUATION + by)
    last = situation // 2
    if mine == kind.rotator:
        return turned(last, w.bot_knob[seat, knob.step])
    if mine == kind.stubborn:
        return turned(last, w.bot_knob[seat, knob.step]) if situation % 2 == 1 else last
    if mine == kind.dodger:
        return turned(last, w.bot_knob[seat, knob.turn])
    side = int(w.leap_habit[seat, situation])
    return SOUTH - side if mine == kind.sulker and row_of(w, shooter, seat, ROWS + 3) == 1 else side


@kernel
def aim_of(w, seat, mark):
    """The side at which a bot aims at another, unless it lapses."""
    mine = w.bot_kind[seat]
    by = AIMS_BY[mine]
    if by == BY_SCORE:
        return int(w.aim_habit[seat, row_of(w, seat, mark, ROWS)])
    situation = row_of(w, seat, mark, by)
    last = situation // 2
    if mine == kind.rotator:
        return turned(last, w.bot_knob[seat, knob.aim_step])
    if mine == kind.stubborn:
        return last if situation % 2 == 1 else turned(last, w.bot_knob[seat, knob.aim_step])
    if mine == kind.dodger or mine == kind.bluffer:
        return turned(last, w.bot_knob[seat, knob.aim_turn])
    side = int(w.aim_habit[seat, situation])
    return SOUTH - side if mine == kind.sulker and row_of(w, seat, mark, ROWS + 1) == 1 else side


@kernel
def turned(side, turn):
    """So many sides on, north after south."""
    return (side + min(int(turn), TURNS)) % TURNS


@kernel
def tell_odds(w, other, side, out, at):
    """The odds of north, middle and south from here on, of the task's bot, as all that is told of others is."""
    lapse = w.bot_knob[other, knob.lapse]
    for index in range(TURNS):
        out[at + index] = lapse / TURNS + (1.0 - lapse if index == side else 0.0)


# --- shooting and walking ------------------------------------------------------------------------------------------


@kernel
def shoot(w, seat, target):
    """Once loaded and in sight of somebody it waits as long as its patience lasts."""
    if target == NOBODY or is_loaded(w, seat) == 0 or w.draw[seat] > 0 or may_hit(w, seat):
        w.wait[seat] = int(w.bot_knob[seat, knob.patience] * uniform(w) + 0.5)
        return 0
    w.wait[seat] -= 1
    if w.wait[seat] >= 0:
        return 0
    return SHOOT + some_side(w, seat, aim_of(w, seat, target))


@kernel
def walk(w, seat, target):
    """With a loaded gun it stands where it sees somebody; else it makes for cover, or for another place."""
    if is_loaded(w, seat) == 1 and target != NOBODY:
        w.stroll[seat] = 0
        return 0
    w.stroll[seat] -= 1
    dx, dy = w.goal[seat, 0] - w.pos[seat, 0], w.goal[seat, 1] - w.pos[seat, 1]
    if w.stroll[seat] <= 0 or (dx * dx + dy * dy < 2.0 * ARRIVED * ARRIVED and is_loaded(w, seat) == 1):
        w.stroll[seat] = STROLL
        choose_place(w, seat, uniform(w) < w.bot_knob[seat, knob.hides] and is_loaded(w, seat) == 0)
    return step_by(w, seat, w.goal[seat, 0], w.goal[seat, 1], -1.0, 0.0, LEEWAY, ARRIVED)


@kernel
def choose_place(w, seat, hides):
    """Sets ``goal``: a free place as far from the ditch as it likes to be; behind cover if it hides and finds some, in
    sight otherwise, of where it last saw its rival."""
    rival = rival_of(w, seat)
    for _ in range(HIDEOUTS):
        back = (1.0 - w.bot_knob[seat, knob.bold]) * (COLUMNS - 2) + 1.6 * uniform(w)
        depth = min(int(back), COLUMNS - 1)  # tiles from the ditch
        row = 1 + integer(w, HEIGHT - 2)
        column = COLUMNS - depth if w.team[seat] == WEST else int(DITCH_EAST) + depth
        if int(w.tiles[row, column]) == WALL:
            continue
        w.goal[seat, 0], w.goal[seat, 1] = column + 0.5, row + 0.5
        seen = clear_line(w.tiles, column + 0.5, row + 0.5, w.spot[seat, rival, 0], w.spot[seat, rival, 1])
        if seen != hides:
            return


def habits(seats: int) -> dict[str, Field]:
    """What bots have by heart, and what they keep in mind."""
    last = len(SIDES) - 1
    return {
        "leap_habit": Field("u1", (seats, SITUATIONS), NORTH, last, hidden=True, population=True, doc="by situation"),
        "aim_habit": Field("u1", (seats, SITUATIONS), NORTH, last, hidden=True, population=True, doc="by situation"),
        "goal": Field("f8", (seats, 2), 0.0, 15.0, unit="m", doc="the bots' own memory: a place,"),
        "wait": Field("i8", (seats,), -DECISIONS - 1, DECISIONS, doc="decisions until it shoots,"),
        "stroll": Field("i8", (seats,), -DECISIONS - 1, DECISIONS, doc="and decisions left of a walk"),
    }
