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
Varies   layout (rooms, mazes, caves, pillars; test: others, see generators.py; final: slanting walls), dens, speeds,
         fog, dash, bots.
Headroom A blind agent of either role earns less than two thirds of what an oracle does, on tasks neither has met.
Version  2: rules changed (the engine draws who is met and the arena's kind; new streams of chance).
"""

from typing import Any

from worlds.games.tag.bots import BOTS, act
from worlds.games.tag.constants import (
    AT_THE_DEN,
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
    EPISODE,
    EVADER,
    FASTEST,
    FOG_LEAST,
    FOG_MOST,
    GIRTH,
    HOLDING,
    MOVES,
    NOBODY,
    REACH,
    RESPONSE,
    REST_LEAST,
    REST_MOST,
    SIDE,
    SIGNS,
    SPEED,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
)
from worlds.games.tag.generators import GENERATORS, chasers, draw_task, place, solvable, walled_in
from worlds.games.tag.picture import draw
from worlds.kit.grid import FLOOR, SOUTH_ONLY
from worlds.kit.kernel import kernel
from worlds.kit.maths import PI, atan2, distance
from worlds.kit.motion import HEADINGS, MOVE_X, MOVE_Y, collides, halt, start_dash
from worlds.kit.observation import Pieces
from worlds.kit.sight import RAYS, look_around, look_at_bodies, look_at_walls
from worlds.kit.ways import UNREACHED, downhill, open_ways, signpost
from worlds.world import (
    RUNNING,
    Action,
    Bots,
    Cause,
    Field,
    Figure,
    Kernels,
    Numbers,
    OneHot,
    Refused,
    Seat,
    Timing,
    View,
    World,
)


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
    look_around(w, w.fog)


# --- one tick ----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Everyone moves, then the refuge pays, then touches count."""
    for seat in range(len(w.pos)):
        start_dash(w, seat, actions[seat, 1], DASH_TICKS, w.cool_time)
        run(w, seat, actions[seat, 0])
    hold(w, rewards)
    catch(w, rewards)
    if (w.tick + 1) % TICKS_PER_DECISION == 0:
        look_into_dens(w)
        look_around(w, w.fog)


@kernel
def run(w, seat, move):
    """Velocity follows the wish; each axis stops at walls on its own, so bodies slide along them."""
    dx, dy = direction(w, seat, move)
    speed = w.speed[w.team[seat]] * (DASH if int(w.dash[seat]) > 0 else 1.0)
    w.vel[seat, 0] += RESPONSE * (speed * dx - w.vel[seat, 0])
    glide(w, seat, 0)
    w.vel[seat, 1] += RESPONSE * (speed * dy - w.vel[seat, 1])
    glide(w, seat, 1)
    if dx != 0.0 or dy != 0.0:
        w.heading[seat] = HEADINGS[move] if move < SIGNS else atan2(dy, dx)


@kernel
def direction(w, seat, move):
    """The unit vector of a move: one of eight, or on along a den's signpost."""
    if move < SIGNS:
        return MOVE_X[move], MOVE_Y[move]
    row, column = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    return way_to(w, seat, move - SIGNS, open_ways(w.tiles, row, column))


@kernel
def way_to(w, seat, den, ways):
    """The unit vector on from here to a den; (0, 0) when it is dark, or when there. ``ways``: see open_ways."""
    if is_dark(w, seat, den):
        return 0.0, 0.0
    return signpost(w, seat, den, ways, AT_THE_DEN)


@kernel
def is_dark(w, seat, den):
    """Whether this seat has looked into the den in this episode and found a sham."""
    return (int(w.looked[seat]) >> den) & 1 == 1


@kernel
def glide(w, seat, axis):
    """Move along one axis unless a wall, a one-way tile or a refuge held by the other side is in the way."""
    before = w.pos[seat, axis]
    w.pos[seat, axis] = before + w.vel[seat, axis] * TICK
    if collides(w, seat, axis, before, BODY) or intrudes(w, seat):
        halt(w, seat, axis, before)


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
def look_into_dens(w):
    """A seat that stands in a sham knows it for the rest of the episode."""
    for seat in range(len(w.pos)):
        for den in range(DENS):
            if den != w.refuge and distance(w.pos[seat], w.den[den]) < DEN:
                w.looked[seat] = int(w.looked[seat]) | (1 << den)


@kernel
def ended(w, seat):
    """Everyone plays until the time is up."""
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def figures(w, out):
    """Catches; ticks that evaders and chasers held the refuge."""
    out[0] = out[1] = out[2] = 0.0
    for seat in range(len(w.pos)):
        if w.team[seat] == CHASER:
            out[0] += int(w.catches[seat])
        out[1 + int(w.team[seat] == CHASER)] += int(w.held[seat])


# --- what is seen ------------------------------------------------------------------------------------------------


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces."""
    at = observe_own(w, seat, out)
    at = observe_dens(w, seat, out, at)
    at = observe_others(w, seat, out, at)
    at = observe_rays(w, seat, out, at)
    out[at] = w.tick / EPISODE


@kernel
def observe_own(w, seat, out):
    out[0] = 1.0 if w.team[seat] == CHASER else -1.0
    for axis in range(2):
        out[1 + axis] = 2.0 * w.pos[seat, axis] / SIDE - 1.0
        out[3 + axis] = w.vel[seat, axis] / (2.0 * SPEED)
    out[5] = float(int(w.safe[seat]))
    out[6] = 1.0 if w.dash[seat] > 0 else 0.0
    out[7] = 1.0 if w.cool[seat] == 0 else 0.0
    return 8


@kernel
def observe_dens(w, seat, out, at):
    row, column = int(w.pos[seat, 1]), int(w.pos[seat, 0])
    ways = open_ways(w.tiles, row, column)
    for den in range(DENS):
        dx, dy = way_to(w, seat, den, ways)
        dark = is_dark(w, seat, den)
        out[at] = dx
        out[at + 1] = dy
        out[at + 2] = 1.0 if dark else min(int(w.steps[den, row, column]) / 20.0, 1.0)
        out[at + 3] = 1.0 if dark else 0.0
        out[at + 4] = 1.0 if distance(w.pos[seat], w.den[den]) < DEN else 0.0
        at += 5
    return at


@kernel
def observe_others(w, seat, out, at):
    for turn in range(1, len(w.pos)):
        other = (seat + turn) % len(w.pos)
        for index in range(7):
            out[at + index] = 0.0
        if int(w.seen[seat, other]) == 1:
            out[at] = 1.0
            for axis in range(2):
                out[at + 1 + axis] = (w.pos[other, axis] - w.pos[seat, axis]) / FOG_MOST
                out[at + 3 + axis] = w.vel[other, axis] / (2.0 * SPEED)
            out[at + 5] = 1.0 if w.team[other] == w.team[seat] else -1.0
            out[at + 6] = float(int(w.safe[other]))
        at += 7
    return at


@kernel
def observe_rays(w, seat, out, at):
    look_at_walls(w, seat, w.fog, FOG_MOST, out, at)
    look_at_bodies(w, seat, GIRTH, FOG_MOST, out, at)
    return at + 2 * RAYS


@kernel
def reveal(w, seat, out):
    """The hidden task: refuge (one-hot), the way to it, fog, speeds and dash."""
    out[w.refuge] = 1.0
    dx, dy = downhill(w.steps[w.refuge], w.tiles, w.pos[seat, 0], w.pos[seat, 1])
    out[DENS] = dx
    out[DENS + 1] = dy
    out[DENS + 2] = (w.fog - FOG_LEAST) / (FOG_MOST - FOG_LEAST)
    out[DENS + 3] = w.speed[CHASER] / SPEED - 1.0
    out[DENS + 4] = w.speed[EVADER] / SPEED - 1.0
    out[DENS + 5] = w.cool_time / REST_MOST


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
        version=2,
        page=__doc__ or "",
        seats=tuple(named),
        state=state(seats),
        actions=(Action("move", MOVES), Action("dash", ("no", "yes"))),
        observation=Pieces(own=8, dens=5 * DENS, others=7 * (seats - 1), rays=2 * RAYS, clock=1).within(-2.0, 2.0),
        told=(
            OneHot("refuge", DEN_NAMES, about="layout"),
            Numbers("way", 2, about="layout"),
            Numbers("fog", 1, about="layout"),
            Numbers("speeds", 2, about="layout"),
            Numbers("cool_time", 1, about="layout"),
            Bots(),
        ),
        figures=(Figure("catches"), Figure("evaders_held"), Figure("chasers_held")),
        kernels=KERNELS,
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(TICK, TICKS_PER_DECISION, DECISIONS),
        view=View(draw, (float(SIDE), float(SIDE)), controls=CONTROLS),
        build_args={"seats": seats},
        learning={"reference_steps": 15_000_000},
        consistent=walled_in,
    )


def state(seats: int) -> dict[str, Field]:
    """The record for this many seats."""
    each, points = (seats,), (seats, 2)
    return {
        "refuge": Field("i8", (), 0, DENS - 1, hidden=True, doc="the den that is one"),
        "holder": Field("i8", (), NOBODY, EVADER, doc="team that holds the refuge, or NOBODY"),
        "cool_time": Field("i8", (), REST_LEAST, REST_MOST, unit="ticks", hidden=True, doc="a dash needs to recover"),
        "fog": Field("f8", (), FOG_LEAST, FOG_MOST, unit="m", hidden=True, doc="how far one sees"),
        "speed": Field("f8", (2,), 2.7, 4.6, unit="m/s", hidden=True, doc="by team"),
        "den": Field("f8", (DENS, 2), 1.0, SIDE - 1.5, unit="m"),
        "pos": Field("f8", points, 1.0 + BODY, SIDE - 1.0 - BODY, unit="m", smooth="linear"),
        "vel": Field("f8", points, -FASTEST, FASTEST, unit="m/s"),
        "heading": Field("f8", each, -PI, PI, unit="rad", smooth="angle", doc="clockwise from east"),
        "goal": Field("f8", points, 0.0, SIDE - 1.0, unit="m", doc="the bots' own memory: a place,"),
        "timer": Field("i8", each, -200, 200, doc="a count of decisions"),
        "mood": Field("i8", each, 0, 2 * DENS - 1, doc="and a state of mind"),
        "team": Field("u1", each, CHASER, EVADER),
        "cool": Field("u1", each, 0, DASH_TICKS + REST_MOST, unit="ticks", doc="until the next dash"),
        "dash": Field("u1", each, 0, DASH_TICKS, unit="ticks", doc="of dash left"),
        "catches": Field("u1", each, 0, 255, doc="made or suffered in this episode"),
        "held": Field("u1", each, 0, EPISODE, unit="ticks", doc="in the refuge"),
        "safe": Field("u1", each, 0, 1, doc="holds the refuge now"),
        "looked": Field("u1", each, 0, 2**DENS - 1, doc="bit d: has looked into sham d in this episode"),
        "seen": Field("u1", (seats, seats), 0, 1, doc="who sees whom"),
        "tiles": Field("u1", (SIDE, SIDE), FLOOR, SOUTH_ONLY),
        "steps": Field("u1", (DENS, SIDE, SIDE), 0, UNREACHED, doc="walking distance to each den"),
    }


CONTROLS: dict[str, dict[str, Any]] = {
    "move": {
        "vector": [0, 1, 2, 3, 4, 5, 6, 7, 8],
        "keys": {"1": 9, "2": 10, "3": 11, "4": 12},
        "about": "a way, or 1 to 4 for den A to D",
    },
    "dash": {"hold": "space"},
}
KERNELS = Kernels(
    draw_task=draw_task,
    begin=begin,
    step=step,
    ended=ended,
    observe=observe,
    reveal=reveal,
    act=act,
    figures=figures,
    solvable=solvable,
)
