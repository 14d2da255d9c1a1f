"""Duel: shoot at where the other will be; nobody tells you which way it leaps, or where it aims.

Rules    Two banks face each other across a ditch that nobody walks over. On each stands cover, the same on both, turned
         by half a turn. Guns are slow and so are their balls. Who shoots raises the gun for one decision, and all see
         that, but not where the shot goes: to the place north of the other, to the other, or south of it. A gun that
         points at somebody pins him: he cannot walk until the ball is past. When it leaves the barrel he may leap,
         north or south, or stand; that too is settled before he sees where the ball goes. So a shot hits where lead and
         leap agree; whoever leapt then comes back to his place. Cover is low: it hides, but stops neither leaps nor a
         ball on its way to its mark. In some places balls bounce: one that has flown past its mark turns back at the
         first cover or border, once, and hits its mark if it touches it then. A shot is settled once: when the ball
         hits, or can hit no more. Then both know lead and leap, and it pays. Nobody can be shot at by two at a time:
         who is shot at already is no target to another, and of two who raise their guns at him at once chance lets
         one. The gun is loaded anew, which takes long; balls are few. Of three crates on each bank one, the same all
         the time, has more balls in it. A raised barrel points north, middle or south by chance, not where it shoots;
         but some strangers make up their minds by where theirs points. The wall above shows how the other aimed and
         leapt in this trial, the last at the right: a triangle up for north, a square for middle, one down for south.
Who      west_0 and east_1, or two on each bank: west_0, west_1, east_2, east_3.
Actions  move: stay or one of eight directions; who is shot at chooses between stay, north and south · trigger: hold, or
         shoot north, middle or south, with a loaded gun at the nearest of the other bank in sight.
Seen     own: bank, place, gun, balls · crates · others: in sight, offset, gun, whether they shoot
         here, where a raised barrel points · mine, theirs: the last shot of each of the two at
         the other in this episode, lead and leap one-hot, whether it hit, whether it was over just now · rays: cover
         in sixteen directions · ways: where one can walk · clock · things: the situations by which an aim of
         the other and a leap went that are over just now, and those that the next ones may go by, for memories with a
         row for each.
Hidden   who the others are, by what they decide how to leap and aim; which crate is full; how fast balls
         are, how long loading takes, how many balls there are, whether they bounce.
Reward   +1 for a hit, −0.25 for a miss; who is shot at has the opposite.
End      truncated after 60 decisions (18 s).
Varies   cover (posts, walls, hedges, bunkers; test: steps, combs; final: crosses), the rules of the place, the others:
         13 kinds, each with habits of its own, how bold, patient and shy of open ground it is, and how often it lapses.
Headroom scripted players (tests/tools/headroom/duel.py, 600 tasks), mean return of episodes 3 to 5 of train /
         test-opponent, ± 0.13: told the odds of the next leap and aim 4.8 / 4.7; Bayes player who remembers the trial
         4.4 / 3.8 (by episode on train 1.3, 3.4, 4.2, 4.5, 4.6); the same, wiped at every episode start 1.2 / 1.3;
         by chance 0.1 / 0.1; best fixed side 0.1 / 0.1; best single bot 0.4 / 0.6 (--bots, 300 tasks). So knowing the
         opponents alone is worth 3.6. On a reduced model of five shots each way (--paper): told 4.5, remembers 4.1,
         wiped 1.0, by chance 0.0. Trained, 18 runs of 5 million steps, three of each kind, 1,000 tasks
         (docs/references/duel.json): an oracle told all 5.0 / 5.0, one told the opponents alone as much, the agent 3.5
         / 3.0, blind 1.4 / 1.2. The shipped agent, one seed of 15 million steps, 4.2 / 3.6, wiped 1.8 / 1.5.
Version  2: what a shot went by is named when it is over.
"""

from typing import Any

from worlds.games.duel.bots import act, draw_population
from worlds.games.duel.constants import (
    CRATE_BALLS,
    CRATE_REACH,
    CRATES,
    DECISIONS,
    DITCH_EAST,
    DITCH_WEST,
    EAST,
    EPISODE,
    HEIGHT,
    JUDGED,
    MIDDLE,
    NOBODY,
    READY,
    ROWS,
    SHOOT,
    SIDES,
    SITUATIONS,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    WEST,
    WIDTH,
)
from worlds.games.duel.duels import target_of, threat_to
from worlds.games.duel.generators import GENERATORS, draw_task, solvable
from worlds.games.duel.legend import LEGEND
from worlds.games.duel.motion import go_on
from worlds.games.duel.picture import CONTROLS, draw, has_to_leap, status
from worlds.games.duel.roster import BOTS, KNOBS, ROLE, TURNS
from worlds.games.duel.senses import OTHER, OWN, RULES_TOLD, SHOT, figures, observe, reveal
from worlds.games.duel.shots import can_shoot, fly, raise_guns, release
from worlds.games.duel.state import is_consistent, state
from worlds.kit.chance import integer
from worlds.kit.grid import FLOOR
from worlds.kit.kernel import kernel
from worlds.kit.maths import distance
from worlds.kit.motion import COMPASS, MOVE_X
from worlds.kit.observation import Pieces
from worlds.kit.sight import RAYS, look_around
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

SIZES = (2, 4)
CLEAR = 2.0 * WIDTH  # m; one sees as far as nothing is in the way
START_COLUMNS = 4  # of a bank, from the back, where episodes begin


# --- an episode --------------------------------------------------------------------------------------------------


@kernel
def begin(w):
    """One episode of the same task: all guns loaded, everybody somewhere on his bank, opposite ones turned round."""
    for seat in range(len(w.pos)):
        w.load[seat] = w.draw[seat] = w.ball[seat] = w.bounced[seat] = w.fresh[seat] = 0
        w.flash[seat] = w.hits[seat] = w.hits_taken[seat] = w.shots[seat] = w.missed[seat] = 0
        w.wait[seat] = w.stroll[seat] = 0
        w.mark[seat] = w.wanted[seat] = NOBODY
        w.balls[seat] = w.magazine
        w.way[seat] = w.aim[seat] = w.dodge[seat] = MIDDLE
        w.lean[seat] = 0.0
        w.barrel[seat] = integer(w, TURNS)
        w.vel[seat, 0] = w.vel[seat, 1] = w.ball_vel[seat, 0] = w.ball_vel[seat, 1] = 0.0
        w.heading[seat] = 0.0 if w.team[seat] == WEST else 3.141592653589793
        for row in range(ROWS + JUDGED):
            w.held[seat, row] = 0
        for other in range(len(w.pos)):
            w.lead[seat, other] = w.leapt[seat, other] = MIDDLE
            w.hit[seat, other] = w.latest[seat, other] = 0
            w.spot[seat, other, 0] = (DITCH_EAST + WIDTH) / 2 if w.team[other] != WEST else DITCH_WEST / 2
            w.spot[seat, other, 1] = HEIGHT / 2  # nobody was seen yet: anywhere on the bank
    w.opened[0] = w.opened[1] = 0
    place_seats(w)
    look(w)


@kernel
def place_seats(w):
    """Those of the west on free tiles, each on one of its own, those of the east on the same ones, turned round."""
    half, tiles = len(w.pos) // 2, START_COLUMNS * (HEIGHT - 2)
    for seat in range(half):
        start, row, column = integer(w, tiles), 1, 1
        for turn in range(tiles):
            place = (start + turn) % tiles
            row, column = 1 + place // START_COLUMNS, 1 + place % START_COLUMNS
            if int(w.tiles[row, column]) == FLOOR and not is_occupied(w, seat, row, column):
                break
        w.pos[seat, 0], w.pos[seat, 1] = column + 0.5, row + 0.5
        w.pos[half + seat, 0], w.pos[half + seat, 1] = WIDTH - column - 0.5, HEIGHT - row - 0.5
    for seat in range(len(w.pos)):
        for axis in range(2):
            w.goal[seat, axis] = w.ball_at[seat, axis] = w.pos[seat, axis]


@kernel
def is_occupied(w, seats, row, column):
    """Whether one of the first seats stands on a tile."""
    for seat in range(seats):
        if int(w.pos[seat, 1]) == row and int(w.pos[seat, 0]) == column:
            return True
    return False


# --- one tick ----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Guns are raised, drawn shots leave, their marks leap; balls fly, everybody moves, guns are loaded."""
    if w.tick % TICKS_PER_DECISION == 0:
        raise_guns(w, actions)
    release(w, actions)
    for seat in range(len(w.pos)):
        if w.ball[seat] != READY:
            fly(w, seat, rewards)
    for seat in range(len(w.pos)):
        go_on(w, seat, actions[seat, 0])
        open_crates(w, seat)
        load(w, seat)
    if (w.tick + 1) % TICKS_PER_DECISION == 0:
        look(w)


@kernel
def look(w):
    """Everybody looks around and remembers where it saw whom."""
    look_around(w, CLEAR)
    for seat in range(len(w.pos)):
        for other in range(len(w.pos)):
            if int(w.seen[seat, other]) == 1:
                w.spot[seat, other, 0], w.spot[seat, other, 1] = w.pos[other, 0], w.pos[other, 1]


@kernel
def open_crates(w, seat):
    """Who walks up to a crate of his bank opens it; the full one has balls."""
    bank = w.team[seat]
    for crate in range(CRATES):
        is_open = (w.opened[bank] >> crate) & 1 == 1
        if not is_open and distance(w.pos[seat], w.crate[bank, crate]) < CRATE_REACH:
            w.opened[bank] |= 1 << crate
            if crate == w.full:
                w.balls[seat] += CRATE_BALLS


@kernel
def load(w, seat):
    """One tick of loading; a ball at rest lies in the gun."""
    w.load[seat] = max(w.load[seat] - 1, 0)
    w.flash[seat] = max(w.flash[seat] - 1, 0)
    if w.ball[seat] == READY:
        w.ball_at[seat, 0], w.ball_at[seat, 1] = w.pos[seat, 0], w.pos[seat, 1]


@kernel
def ended(w, seat):
    """Everyone plays until the time is up."""
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def legal(w, seat, out):
    """Who is shot at leaps north, south or not at all; who cannot shoot holds."""
    pinned = threat_to(w, seat) != NOBODY
    for move in range(len(COMPASS)):
        out[move] = int(not pinned or move == 0 or MOVE_X[move] == 0.0)
    can = can_shoot(w, seat, target_of(w, seat))
    out[len(COMPASS)] = 1
    for side in range(TURNS):
        out[len(COMPASS) + SHOOT + side] = int(can)


# --- the world ---------------------------------------------------------------------------------------------------


LEARNING: dict[str, Any] = {
    "steps": 15_000_000, "lanes": 256, "memory": "ledger", "gamma": 0.93, "gae_lambda": 0.9, "belief": 0.3,
    "reference_steps": 10_000_000,
}  # fmt: skip


VIEW = View(draw, (float(WIDTH), float(HEIGHT)), status=status, legend=LEGEND, controls=CONTROLS, presses=has_to_leap)


def build(seats: int = 2) -> World:
    """Duel for 2 or 4 seats, half of them on each bank.

    Raises:
        Refused: another number of seats.
    """
    if not isinstance(seats, int) or seats not in SIZES:
        raise Refused(f"duel is given seats={seats!r}: it takes 2 or 4")
    banks = [WEST if 2 * index < seats else EAST for index in range(seats)]
    named = [Seat(f"{('west', 'east')[bank]}_{index}", ROLE, bank) for index, bank in enumerate(banks)]
    return World(
        name="duel",
        version=2,
        page=__doc__ or "",
        seats=tuple(named),
        state=state(seats),
        actions=(Action("move", COMPASS), Action("trigger", ("hold", *(f"shoot {side}" for side in SIDES)))),
        observation=Pieces(
            own=OWN, crates=3 * CRATES, others=OTHER * (seats - 1), mine=SHOT, theirs=SHOT, rays=RAYS, ways=8, clock=1,
            things=2 * ROWS,
        ).within(-2.0, 2.0),
        told=(
            Bots(),
            Shares("leap", TURNS, about="opponents", of=SIDES),
            Shares("aim", TURNS, about="opponents", of=SIDES),
            Numbers("knobs", KNOBS, about="opponents"),
            OneHot("full_crate", ("north crate", "middle crate", "south crate"), about="layout"),
            Numbers("rules", RULES_TOLD, about="layout"),
        ),
        things=ROWS * SITUATIONS,
        noted=ROWS,
        figures=(
            Figure("hit_rate"),
            Figure("hits_taken", per="seat", unwanted=True), Figure("shots", per="seat"), Figure("hits", per="seat"),
            Figure("escapes", per="seat"),
        ),
        kernels=Kernels(
            draw_population=draw_population, draw_task=draw_task, begin=begin, step=step, ended=ended,
            observe=observe, reveal=reveal, act=act, figures=figures, legal=legal, solvable=solvable,
        ),
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(TICK, TICKS_PER_DECISION, DECISIONS),
        view=VIEW,
        build_args={"seats": seats},
        learning=LEARNING,
        consistent=is_consistent,
    )  # fmt: skip
