"""Tag: catch the evaders, or be safe at home; nobody tells you which of the four dens is home.

Rules    Everyone runs through an arena of walls and one-way tiles, and may dash now and then.
         Four dens are marked and signposted; one of them is the refuge of this task, the other three are shams.
         Whoever has looked into a sham sees its signpost dark until the episode ends; the next day all are lit again.
         The refuge is held by the side that stepped in first; the other side cannot enter until it is empty.
         An evader in the refuge is safe. A chaser who touches an unsafe evader catches it: it is sent far away.
Who      chaser_0 … (team 0, the smaller half of the seats, at least one), evader_0 … (team 1).
Actions  move: stay, one of eight directions, or on along the signpost to one of the dens · dash: no or yes.
Seen     own: role, place, velocity, held, dashing, dash ready · dens: signpost, walking distance, dark, standing in
         it, each · others in sight: seen, offset, velocity, same side, safe, each · rays: distance to the wall and who
         is hit, sixteen directions · clock.
Hidden   which den is the refuge; how fast either side runs; how long a dash takes to recover; how far the fog lets one
         see; who the others are.
Reward   evader: +0.5 a tick in the refuge, −1 when caught · chaser: +0.5 a tick in the refuge, +2 for a catch.
End      truncated after EPISODE ticks.
Varies   layout (rooms, mazes, caves, pillars; test: others, see generators.py), dens, speeds, fog, dash, bots.
Headroom return of an episode on test-both, 2,000 tasks, 95 % intervals, same network and 15 M steps of training:
         chaser: blind 20.9 ± 0.8, oracle 35.0 ± 0.6 · evader: blind 16.8 ± 0.8, oracle 30.4 ± 0.7.
Version  1.
"""

from typing import Any

import numpy as np

from worlds.games.tag.bots import act
from worlds.games.tag.constants import (
    BODY,
    CATCHING,
    CAUGHT,
    CHASER,
    DASH,
    DASH_TICKS,
    DECISIONS,
    DEN,
    DEN_NAMES,
    DENS,
    EAST,
    EPISODE,
    EVADER,
    FOG_MOST,
    HEADINGS,
    HOLDING,
    MOVE_X,
    MOVE_Y,
    MOVES,
    NOBODY,
    NORTH,
    REACH,
    RESPONSE,
    SIDE,
    SIGNS,
    SOUTH,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    WEST,
)
from worlds.games.tag.generators import GENERATORS, carve
from worlds.games.tag.limits import RANGES, walled_in
from worlds.games.tag.picture import draw
from worlds.games.tag.roster import BOTS, KINDS, KNOBS, draw_bot
from worlds.games.tag.senses import look_around, look_into_dens, observe, reveal
from worlds.games.tag.sight import RAYS
from worlds.games.tag.signposts import open_ways, signpost
from worlds.kit.chance import between, integer, layout_key, open_stream
from worlds.kit.grid import WALL, enterable, free_tile
from worlds.kit.kernel import kernel
from worlds.kit.maths import atan2, distance
from worlds.kit.observation import Pieces
from worlds.kit.record import layout_is_held_out, opponents_are_held_out, record
from worlds.world import RUNNING, Action, Cause, Kernels, Refused, Seat, World

TRAINING = sum(generator.split == "train" for generator in GENERATORS)  # they come first
TESTING = len(GENERATORS) - TRAINING


# --- the task ----------------------------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """What stays for a trial: the arena, the refuge, the bodies and the others."""
    w.refuge = integer(w, DENS)
    w.fog = between(w, 4.0, FOG_MOST)
    w.cool_time = 15 + integer(w, 31)
    w.speed[CHASER] = between(w, 3.2, 4.0)
    w.speed[EVADER] = w.speed[CHASER] * between(w, 0.85, 1.15)
    for seat in range(len(w.pos)):
        w.team[seat] = EVADER if seat >= chasers(len(w.pos)) else CHASER
        draw_bot(w, seat, w.team[seat], opponents_are_held_out(w))
    w.layout_key = layout_key(w, layout_is_held_out(w))
    open_stream(w, np.uint64(w.layout_key))
    w.generator = TRAINING + integer(w, TESTING) if layout_is_held_out(w) else integer(w, TRAINING)
    carve(w)


@kernel
def begin(w):
    """One episode of the same task: everyone somewhere new, the two sides apart, nobody near a den."""
    w.holder = NOBODY
    for seat in range(len(w.pos)):
        w.goal[seat, 0] = w.goal[seat, 1] = 0.0
        w.timer[seat] = w.mood[seat] = w.cool[seat] = w.dash[seat] = 0
        w.catches[seat] = w.held[seat] = 0
        w.safe[seat] = w.looked[seat] = 0
        w.heading[seat] = 0.0
        place(w, seat, seat)
    look_around(w)


@kernel
def chasers(seats):
    """How many of the seats chase."""
    return max(1, seats // 2)


# --- one tick ----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Everyone moves, then the refuge pays, then touches count."""
    for seat in range(len(w.pos)):
        start_dash(w, seat, actions[seat, 1])
        run(w, seat, actions[seat, 0])
    hold(w, rewards)
    catch(w, rewards)
    if (w.tick + 1) % TICKS_PER_DECISION == 0:
        look_into_dens(w)
        look_around(w)


@kernel
def start_dash(w, seat, wanted):
    """A dash lasts a few ticks and needs time to recover."""
    if int(w.cool[seat]) > 0:
        w.cool[seat] = int(w.cool[seat]) - 1
    if int(w.dash[seat]) > 0:
        w.dash[seat] = int(w.dash[seat]) - 1
    elif wanted == 1 and int(w.cool[seat]) == 0:
        w.dash[seat] = DASH_TICKS
        w.cool[seat] = DASH_TICKS + w.cool_time


@kernel
def run(w, seat, move):
    """Velocity follows the wish; each axis stops at walls on its own, so bodies slide along them."""
    dx, dy = direction(w, seat, move)
    speed = w.speed[w.team[seat]] * (DASH if int(w.dash[seat]) > 0 else 1.0)
    w.vel[seat, 0] += RESPONSE * (speed * dx - w.vel[seat, 0])
    slide(w, seat, 0)
    w.vel[seat, 1] += RESPONSE * (speed * dy - w.vel[seat, 1])
    slide(w, seat, 1)
    if dx != 0.0 or dy != 0.0:
        w.heading[seat] = HEADINGS[move] if move < SIGNS else atan2(dy, dx)


@kernel
def direction(w, seat, move):
    """The unit vector of a move: one of eight, or on along a den's signpost."""
    if move < SIGNS:
        return MOVE_X[move], MOVE_Y[move]
    row, column = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    return signpost(w, seat, move - SIGNS, open_ways(w.tiles, row, column))


@kernel
def slide(w, seat, axis):
    """Move along one axis unless a wall, a one-way tile or a refuge held by the other side is in the way."""
    before = w.pos[seat, axis]
    w.pos[seat, axis] = before + w.vel[seat, axis] * TICK
    if collides(w, seat, axis, before) or intrudes(w, seat):
        w.pos[seat, axis] = before
        w.vel[seat, axis] = 0.0


@kernel
def collides(w, seat, axis, before):
    """Whether the body's leading edge is in a wall now, or its middle has entered a tile against its arrow."""
    forward = w.vel[seat, axis] > 0.0
    edge = int(w.pos[seat, axis] + (BODY if forward else -BODY))
    side = 1 - axis
    low, high = int(w.pos[seat, side] - BODY), int(w.pos[seat, side] + BODY)
    middle = int(w.pos[seat, axis])
    if axis == 0:
        if int(w.tiles[low, edge]) == WALL or int(w.tiles[high, edge]) == WALL:
            return True
        row = int(w.pos[seat, side])
        return middle != int(before) and not enterable(w.tiles, row, middle, EAST if forward else WEST)
    if int(w.tiles[edge, low]) == WALL or int(w.tiles[edge, high]) == WALL:
        return True
    column = int(w.pos[seat, side])
    return middle != int(before) and not enterable(w.tiles, middle, column, SOUTH if forward else NORTH)


@kernel
def intrudes(w, seat):
    """Whether this seat stands in the refuge while the other side holds it."""
    if w.holder == NOBODY or w.holder == w.team[seat]:
        return False
    return distance(w.pos[seat], w.den[w.refuge]) < DEN


@kernel
def hold(w, rewards):
    """The refuge belongs to the first side in it (seats in order); it keeps evaders safe and pays whoever holds it."""
    if w.holder != NOBODY and not manned(w, w.holder):
        w.holder = NOBODY
    for seat in range(len(w.pos)):
        inside = distance(w.pos[seat], w.den[w.refuge]) < DEN
        if inside and w.holder == NOBODY:
            w.holder = w.team[seat]
        holds = inside and w.holder == w.team[seat]
        w.safe[seat] = int(holds)
        if holds:
            w.held[seat] = int(w.held[seat]) + 1
            rewards[seat] += HOLDING


@kernel
def manned(w, team):
    """Whether anybody of this team stands in the refuge."""
    for seat in range(len(w.pos)):
        if w.team[seat] == team and distance(w.pos[seat], w.den[w.refuge]) < DEN:
            return True
    return False


@kernel
def catch(w, rewards):
    """A touch sends an unsafe evader away and pays the chaser."""
    for chaser in range(chasers(len(w.pos))):
        for evader in range(chasers(len(w.pos)), len(w.pos)):
            if int(w.safe[evader]) == 0 and distance(w.pos[chaser], w.pos[evader]) < REACH:
                w.catches[chaser] = int(w.catches[chaser]) + 1
                w.catches[evader] = int(w.catches[evader]) + 1
                rewards[chaser] += CATCHING
                rewards[evader] += CAUGHT
                place(w, evader, len(w.pos))


@kernel
def place(w, seat, placed):
    """The best of a few random tiles: far from the other side (of the first ``placed`` seats) and from every den."""
    best = -1.0
    x, y = w.pos[seat, 0], w.pos[seat, 1]
    for _ in range(8):
        row, column = free_tile(w)
        room = min(room_around(w, seat, placed, column + 0.5, row + 0.5), 6.0)
        if room > best:
            best = room
            x, y = column + 0.5, row + 0.5
    w.pos[seat, 0], w.pos[seat, 1] = x, y
    w.vel[seat, 0] = w.vel[seat, 1] = 0.0


@kernel
def room_around(w, seat, placed, x, y):
    """Metres to the nearest of the other side; less than nothing on a den."""
    room = 2.0 * SIDE
    for other in range(placed):
        if w.team[other] != w.team[seat]:
            dx, dy = x - w.pos[other, 0], y - w.pos[other, 1]
            room = min(room, np.sqrt(dx * dx + dy * dy))
    for den in range(DENS):
        dx, dy = x - w.den[den, 0], y - w.den[den, 1]
        if np.sqrt(dx * dx + dy * dy) < DEN + 1.0:
            room -= SIDE
    return room


@kernel
def ended(w, seat):
    """Everyone plays until the time is up."""
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def metrics(w, out):
    """Catches; ticks that evaders and chasers held the refuge."""
    out[0] = out[1] = out[2] = 0.0
    for seat in range(len(w.pos)):
        if w.team[seat] == CHASER:
            out[0] += int(w.catches[seat])
        out[1 + int(w.team[seat] == CHASER)] += int(w.held[seat])


# --- the world ---------------------------------------------------------------------------------------------------


def build(seats: int = 4) -> World:
    """Tag for 2 to 8 seats.

    Raises:
        Refused: another number of seats.
    """
    if not isinstance(seats, int) or not 2 <= seats <= 8:
        raise Refused(f"tag is given seats={seats!r}: it takes 2 to 8")
    hunting = max(1, seats // 2)
    named = [Seat(f"chaser_{i}", "chaser", CHASER) for i in range(hunting)]
    named += [Seat(f"evader_{i}", "evader", EVADER) for i in range(seats - hunting)]
    return World(
        name="tag",
        version=1,
        page=__doc__ or "",
        state=state(seats),
        ranges=RANGES,
        consistent=walled_in,
        seats=tuple(named),
        actions=(Action("move", MOVES), Action("dash", ("no", "yes"))),
        observation=Pieces(own=8, dens=5 * DENS, others=7 * (seats - 1), rays=2 * RAYS, clock=1),
        observation_bounds=(-2.0, 2.0),
        told=Pieces(refuge=DENS, way=2, fog=1, speeds=2, cool_time=1, bots=KINDS * (seats - 1)),
        told_names={"refuge": DEN_NAMES},
        told_bots="bots",
        kernels=KERNELS,
        draw=draw,
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        metrics=("catches", "evaders_held", "chasers_held"),
        tick=TICK,
        ticks_per_decision=TICKS_PER_DECISION,
        episode_decisions=DECISIONS,
        extent=(float(SIDE), float(SIDE)),
        smooth={"pos": "linear", "heading": "angle"},
        controls={
            "move": {"vector": [0, 1, 2, 3, 4, 5, 6, 7, 8], "keys": {"1": 9, "2": 10, "3": 11, "4": 12}},
            "dash": {"hold": "space"},
        },
        build_args={"seats": seats},
    )


def state(seats: int) -> np.dtype[Any]:
    """The record for this many seats."""
    return record(
        seats,
        factors=2,
        knobs=KNOBS,
        layout_key="u8",
        refuge="i8",  # 0 … DENS − 1, hidden
        holder="i8",  # NOBODY or a team
        cool_time="i8",  # ticks a dash needs to recover, hidden
        fog="f8",  # m, hidden
        speed=("f8", (2,)),  # m/s by team, hidden
        den=("f8", (DENS, 2)),  # m
        pos=("f8", (seats, 2)),  # m
        vel=("f8", (seats, 2)),  # m/s
        heading=("f8", (seats,)),  # rad, clockwise from east
        goal=("f8", (seats, 2)),  # the bots' own memory: a place,
        timer=("i8", (seats,)),  # a count of decisions
        mood=("i8", (seats,)),  # and a state of mind
        team=("u1", (seats,)),
        cool=("u1", (seats,)),  # ticks until the next dash
        dash=("u1", (seats,)),  # ticks of dash left
        catches=("u1", (seats,)),  # made or suffered
        held=("u1", (seats,)),  # ticks in the refuge
        safe=("u1", (seats,)),  # holds the refuge now
        looked=("u1", (seats,)),  # bit d: has looked into sham d in this episode
        seen=("u1", (seats, seats)),  # who sees whom
        tiles=("u1", (SIDE, SIDE)),
        steps=("u1", (DENS, SIDE, SIDE)),  # walking distance to each den
    )


KERNELS = Kernels(
    draw_task=draw_task,
    begin=begin,
    step=step,
    ended=ended,
    observe=observe,
    reveal=reveal,
    act=act,
    metrics=metrics,
)
