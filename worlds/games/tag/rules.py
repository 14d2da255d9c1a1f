"""Tag: guess which way they will break; everybody here has a habit, and nobody tells you which.

Rules    Everyone runs through an arena of walls and one-way tiles, and may dash now and then. When a chaser comes
         within reach of an evader, it lunges and the evader breaks, both to the side that each leans to at that moment:
         left, low or right, as the chaser sees it. The same side is a catch: the evader is sent far away. Another side
         is a slip: the chaser lies on the ground for a while and the evader is off, untouchable for a moment. Two clash
         only if each is the nearest to the other, of those in sight who are on their feet and can be touched. Four dens
         are marked and signposted; one of them is the refuge of this task, and standing in it pays a little.
Who      chaser_0 … (team 0, the smaller half of the seats, at least one), evader_0 … (team 1).
Actions  move: stay, one of eight directions, on along the signpost to one of the dens, straight at
         the nearest of the other side or at where it was last seen, away from it · dash: no or yes · lean: left, low,
         right.
Seen     own: role, place, velocity, on the ground, untouchable, dashing, dash ready, in the refuge · ways: which of the
         eight directions are open · dens: signpost, walking distance, standing in it, each · others: in sight, offset,
         velocity, same side, on the ground, untouchable; clashes with it in this episode: how many, whether there was
         one just now, which way one leaned oneself in the last, which way it did, whether one had the better of it ·
         things: with whom there was a clash just now, the how-manieth it was and after which leans; then who is nearest
         and the same of the next clash with it, for memories with a row for each · clock.
Hidden   which way each stranger leans, by its habit; whom chasers hunt and when they tire, what evaders fear; which den
         is the refuge; how fast either side runs; how long a dash takes to recover; how far the fog lets one see.
Reward   clash: chaser +2 for a catch, −0.25 for a slip; evader −2 and +1 · den: +0.005 a tick in the refuge.
End      truncated after 15 seconds.
Varies   layout (rooms, mazes, caves, pillars; test: rings, alleys; final: slanting walls), dens, speeds,
         fog, dash, and the strangers: nine habits, six of them for training, and where each begins.
Headroom On paper (tests/tools/headroom/tag.py: two clashes an episode with each of two strangers, episodes 3 to 5) a
         chaser earns 2.0 by chance, 2.5 by what one episode shows, 7.1 by remembering all, 7.5 if told; an evader 0.0
         by chance, 0.7, 3.5 and 3.7. The best habit that plays by itself earns 2.8 and 0.7.
Version  4: what both leaned to before a clash is among the names that memories file it under.
"""

from typing import Any

from worlds.games.tag.bots import ARRIVED, BOTS, CORRIDOR, act
from worlds.games.tag.constants import (
    AT_THE_DEN,
    AT_THEM,
    AWAY,
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
    FREE,
    GASP,
    HOLDING,
    LEANS,
    MISSED,
    MOST_MET,
    MOVES,
    REACH,
    RESPONSE,
    SIDE,
    SIDES,
    SIGNS,
    SLIPPED,
    STUMBLE,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
)
from worlds.games.tag.generators import GENERATORS, chasers, detour, draw_task, place, solvable, walled_in
from worlds.games.tag.legend import LEGEND
from worlds.games.tag.picture import draw, status
from worlds.games.tag.senses import (
    NAMED,
    NOTED,
    OWN,
    PER_DEN,
    PER_OTHER,
    ROWS,
    WAYS,
    leans_before,
    observe,
    reveal,
)
from worlds.games.tag.state import state
from worlds.kit.kernel import kernel
from worlds.kit.maths import atan2, distance
from worlds.kit.motion import HEADINGS, MOVE_X, MOVE_Y, collides, halt, start_dash
from worlds.kit.observation import Pieces
from worlds.kit.sight import look_around
from worlds.kit.ways import open_ways, signpost, step_by
from worlds.world import (
    RUNNING,
    Action,
    Bots,
    Cause,
    Figure,
    Kernels,
    Numbers,
    OneHot,
    Refused,
    Seat,
    Shares,
    Timing,
    View,
    World,
)

OF_WORLD, OF_SEAT = 4, 2  # figures


@kernel
def begin(w):
    """One episode of the same task: everyone somewhere new, the two sides apart, nobody near a den."""
    for seat in range(len(w.pos)):
        w.last_seen[seat, 0] = w.last_seen[seat, 1] = 0
        w.lost[seat] = w.timer[seat] = w.mood[seat] = 0
        w.cool[seat] = w.dash[seat] = w.down[seat] = w.free[seat] = 0
        w.catches[seat] = w.slips[seat] = w.held[seat] = 0
        w.last_prey[seat] = w.just[seat] = 0
        w.heading[seat] = 0.0
        for other in range(len(w.pos)):
            w.met[seat, other] = w.lean[seat, other] = w.won[seat, other] = w.after[seat, other] = 0
        place(w, seat, seat)
    watch(w)


# --- one tick ----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Everyone moves, then the refuge pays, then those within reach clash."""
    for seat in range(len(w.pos)):
        if w.tick % TICKS_PER_DECISION == 0:
            w.just[seat] = 0
        recover(w, seat)
        start_dash(w, seat, actions[seat, 1], DASH_TICKS, w.cool_time)
        run(w, seat, actions[seat, 0])
        hold(w, seat, rewards)
    for chaser in range(chasers(len(w.pos))):
        reach_out(w, chaser, actions, rewards)
    if (w.tick + 1) % TICKS_PER_DECISION == 0:
        watch(w)


@kernel
def recover(w, seat):
    """Who lies on the ground, and who cannot be touched, a tick less."""
    if int(w.down[seat]) > 0:
        w.down[seat] = int(w.down[seat]) - 1
    if int(w.free[seat]) > 0:
        w.free[seat] = int(w.free[seat]) - 1


@kernel
def run(w, seat, move):
    """Velocity follows the wish; each axis stops at walls on its own, so bodies slide along them."""
    dx, dy = direction(w, seat, move)
    speed = w.speed[w.team[seat]] * (DASH if int(w.dash[seat]) > 0 else 1.0)
    if int(w.down[seat]) > 0:
        speed = 0.0
    w.vel[seat, 0] += RESPONSE * (speed * dx - w.vel[seat, 0])
    glide(w, seat, 0)
    w.vel[seat, 1] += RESPONSE * (speed * dy - w.vel[seat, 1])
    glide(w, seat, 1)
    if dx != 0.0 or dy != 0.0:
        w.heading[seat] = HEADINGS[move] if move < SIGNS else atan2(dy, dx)


@kernel
def direction(w, seat, move):
    """The unit vector of a move: one of eight, on along a den's signpost, or at the other side or away from it."""
    if move < SIGNS:
        return MOVE_X[move], MOVE_Y[move]
    if move < AT_THEM:
        row, column = int(w.pos[seat, 1]), int(w.pos[seat, 0])
        return signpost(w, seat, move - SIGNS, open_ways(w.tiles, row, column), AT_THE_DEN)
    if int(w.last_seen[seat, 0]) == 0:  # has seen nobody yet
        return 0.0, 0.0
    away, x, y = -1.0 if move == AT_THEM else 1.0, w.last_seen[seat, 1] + 0.5, w.last_seen[seat, 0] + 0.5
    if int(w.rival[seat]) > 0:
        x, y = w.pos[w.rival[seat] - 1, 0], w.pos[w.rival[seat] - 1, 1]
    code = step_by(w, seat, x, y, away, 0.0, CORRIDOR, ARRIVED)
    return MOVE_X[code], MOVE_Y[code]


@kernel
def glide(w, seat, axis):
    """Move along one axis unless a wall or a one-way tile is in the way."""
    before = w.pos[seat, axis]
    w.pos[seat, axis] = before + w.vel[seat, axis] * TICK
    if collides(w, seat, axis, before, BODY):
        halt(w, seat, axis, before)


@kernel
def hold(w, seat, rewards):
    """The refuge pays whoever stands in it."""
    if distance(w.pos[seat], w.den[w.refuge]) < DEN:
        w.held[seat] = int(w.held[seat]) + 1
        rewards[seat] += HOLDING


@kernel
def reach_out(w, chaser, actions, rewards):
    """A chaser clashes with its rival within reach if that has it for its rival, too, so that both lean for each other.
    Of all who are ready the two that are closest to each other are such a pair."""
    evader = int(w.rival[chaser]) - 1
    if evader < 0 or int(w.rival[evader]) - 1 != chaser or not (is_ready(w, chaser) and is_ready(w, evader)):
        return
    if distance(w.pos[chaser], w.pos[evader]) < REACH:
        clash(w, chaser, evader, int(actions[chaser, 2]), int(actions[evader, 2]), rewards)


@kernel
def is_ready(w, seat):
    """Whether somebody can clash: stands on its feet, and can be touched."""
    return int(w.down[seat]) == 0 and int(w.free[seat]) == 0


@kernel
def clash(w, chaser, evader, lunge, turn, rewards):
    """Both leaned somewhere: the same side is a catch, another one a slip."""
    caught = lunge == turn
    w.after[chaser, evader] = leans_before(w, chaser, evader)
    w.after[evader, chaser] = leans_before(w, evader, chaser)
    note(w, chaser, evader, lunge, caught)
    note(w, evader, chaser, turn, not caught)
    w.last_prey[chaser] = evader + 1
    w.free[evader] = FREE
    if caught:
        rewards[chaser] += CATCHING
        rewards[evader] += CAUGHT
        w.catches[chaser] = int(w.catches[chaser]) + 1
        w.catches[evader] = int(w.catches[evader]) + 1
        w.down[chaser] = GASP
        place(w, evader, chasers(len(w.pos)))
        return
    rewards[chaser] += MISSED
    rewards[evader] += SLIPPED
    w.slips[chaser] = int(w.slips[chaser]) + 1
    w.slips[evader] = int(w.slips[evader]) + 1
    w.down[chaser] = STUMBLE


@kernel
def note(w, seat, other, leaned, won):
    """What one knows of the last clash with somebody."""
    w.met[seat, other] = min(int(w.met[seat, other]) + 1, MOST_MET)
    w.lean[seat, other] = leaned
    w.won[seat, other] = int(won)
    w.just[seat] = other + 1


@kernel
def watch(w):
    """Who sees whom; the rival, which is the nearest of the other side in sight who is ready, else the nearest; where
    that is."""
    look_around(w, w.fog)
    for seat in range(len(w.pos)):
        best, rival = 4.0 * SIDE, 0
        for other in range(len(w.pos)):
            if int(w.seen[seat, other]) == 1 and w.team[other] != w.team[seat]:
                gap = distance(w.pos[seat], w.pos[other]) + (0.0 if is_ready(w, other) else 2.0 * SIDE)
                if gap < best:
                    best, rival = gap, other + 1
        w.rival[seat] = rival
        w.lost[seat] = 0 if rival > 0 else min(int(w.lost[seat]) + 1, DECISIONS)
        if rival > 0:
            w.last_seen[seat, 0], w.last_seen[seat, 1] = int(w.pos[rival - 1, 1]), int(w.pos[rival - 1, 0])


@kernel
def ended(w, seat):
    """Everyone plays until the time is up."""
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def figures(w, out):
    """Catches and slips; seconds in the refuge; difficulty. Of each seat: its clashes, and where it had the better."""
    out[0] = out[1] = out[2] = 0.0
    out[3] = detour(w)
    for seat in range(len(w.pos)):
        catches, slips = int(w.catches[seat]), int(w.slips[seat])
        out[2] += TICK * int(w.held[seat])
        if w.team[seat] == CHASER:
            out[0] += catches
            out[1] += slips
        out[OF_WORLD + OF_SEAT * seat] = catches + slips
        out[OF_WORLD + OF_SEAT * seat + 1] = catches if w.team[seat] == CHASER else slips


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
        version=4,
        page=__doc__ or "",
        seats=tuple(named),
        state=state(seats),
        actions=(Action("move", MOVES), Action("dash", ("no", "yes")), Action("lean", LEANS)),
        observation=Pieces(
            own=OWN, ways=WAYS, dens=PER_DEN * DENS, others=PER_OTHER * (seats - 1), things=NAMED, clock=1
        ).within(-2.0, 2.0),
        things=ROWS * (seats - 1),
        noted=NOTED,
        told=(
            OneHot("refuge", DEN_NAMES, about="layout"),
            Numbers("way", 2, about="layout", of=("east", "south")),
            Numbers("fog", 1, about="layout"),
            Numbers("speeds", 2, about="layout", of=("chasers", "evaders")),
            Numbers("cool_time", 1, about="layout"),
            Shares("better", SIDES, about="opponents", of=LEANS),
            Bots(),
        ),
        figures=(Figure("catches"), Figure("slips"), Figure("held"), Figure("difficulty"),
                 Figure("clashes", per="seat"), Figure("won", per="seat")),
        kernels=KERNELS,
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(TICK, TICKS_PER_DECISION, DECISIONS),
        view=View(draw, (float(SIDE), float(SIDE)), status=status, legend=LEGEND, controls=CONTROLS),
        build_args={"seats": seats},
        learning={
            "steps": 25_000_000, "lanes": 256, "epochs": 3, "memory": "ledger", "belief": 0.3,
            "reference_steps": 15_000_000,
        },
        consistent=walled_in,
    )  # fmt: skip


CONTROLS: dict[str, dict[str, Any]] = {
    "move": {
        "vector": [0, 1, 2, 3, 4, 5, 6, 7, 8],
        "keys": {"1": 9, "2": 10, "3": 11, "4": 12, "5": AT_THEM, "6": AWAY},
        "about": "a way, 1 to 4 for den A to D, 5 at them, 6 away",
    },
    "dash": {"hold": "space"},
    "lean": {
        "keys": {"q": 0, "z": 1, "e": 2},
        "keep": True,
        "about": "where you lunge or break: left, low or right as the chaser sees it",
    },
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
