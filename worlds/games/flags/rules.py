"""Flags: take your post before the fog lifts; both teams have plans, and nobody tells you theirs or your mates'.

Rules    Two shores face each other across a foggy river. Three lanes lead from the yard of each to its docks, past a
         pole with a flag and a watchtower. An episode has 4 rounds. At first everybody walks on the own shore and sees
         nothing across the water. Then the horn sounds. Who stands on a dock goes over on the ferry and raids that
         lane; who stands in a lane guards it; it is too late for anything else. The fog lifts, and all see it all.
         Each guard of a lane catches one raider there. The first raider who is left takes the flag, any other one
         comes to an empty pole. Flags in one of the three lanes, the same for the whole task, have a crown and count
         more. Then everybody is back in the yard.
Who      west_0, east_1, west_2, east_3, … by turns: 4, 6 or 8 seats. A seat's rival is the next one.
Actions  move: stay, right, up, left, down, or go on towards one of the six posts: raid or guard, in the north, the
         middle or the south. Before the horn, steps into hedges are masked; after it, all but staying is.
Seen     own: side, row, column, time until the horn, whether it has sounded, the round, the points by which one leads,
         the last post and whether it paid · ways: which of the four next tiles are open; for each lane, what flag was
         taken there in this episode (1 the crown, −1 a plain one) · others, the seats in turn from the own one: mate
         or foe, whether in sight, offset, the last post, whether it paid, whether it was caught · clock · things: for
         each of them the round, and the lane of its post of the round before with whether it paid: after the horn in
         the first half, before it in the second.
Hidden   the others' plans, in both teams; the lane of the crown; how far one sees on the own shore.
Reward   the own team's points less the other's: 1 for a flag, 1.5 for one with the crown, 1 for a raider caught; the
         whole team has them alike. And 0.1 for having a post when the horn sounds.
End      truncated after 28 decisions (16.8 s).
Varies   the shore (alleys, cuts, bends, groves; test: stiles, terraces; final: warren), crown and sight, the others:
         13 kinds of plans, each with a first post, a turn and lapses of its own.
Headroom scripted players in the world (tests/tools/headroom/flags.py --world, 300 tasks), mean return of episodes 3
         to 5 of train / test-opponent, ± 0.2: told 5.1 / 5.0; Bayes player who remembers the trial 5.1 / 4.6 (by
         episode on train 2.2, 4.9, 5.2, 5.1, 5.2, on test-opponent 1.4, 3.9, 4.4, 4.6, 4.6); the same, wiped at every
         episode start 2.2 / 1.4; posts by chance 0.5 / 0.5; best post always taken 0.3 / 0.2; best single bot 0.7 /
         0.9. On paper, without the share for having a post, told of the others alone 4.6 / 4.6: of the foes alone
         4.2 / 4.0, of the mate alone 2.0 / 1.0; kept 4.7 / 4.1, wiped 1.7 / 0.6. Trained, 18 runs
         of 5 million steps, three of each kind, 1,000 tasks (docs/references/flags.json): an oracle told all 4.9 / 4.9,
         one told the others alone 4.9 / 4.8, the agent 3.6 / 3.4, blind 0.7 / 0.2. The shipped agent, one seed of 12
         million steps, 4.2 / 3.9, in its first episode 1.1 / 0.7, wiped 1.1 / 0.8, with a memory of other opponents
         0.7 / 0.6.
Version  1.
"""

from typing import Any

from worlds.games.flags.constants import (
    CHOICES,
    DECISIONS,
    DOWN,
    EPISODE,
    HEIGHT,
    LANE_NAMES,
    LANES,
    MUSTER,
    NO_FATE,
    NO_POST,
    NOBODY,
    POSTED,
    RIGHT,
    ROUND,
    SIGHT_LEAST,
    SIGHT_MOST,
    SIZES,
    STAY,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    TO_POST,
    WIDTH,
)
from worlds.games.flags.layouts import GENERATORS, carve, solvable, walled_in
from worlds.games.flags.legend import LEGEND
from worlds.games.flags.moves import blow_horn, can_walk, is_shown, muster, run_on, team_of, walk
from worlds.games.flags.picture import CONTROLS, PANEL, draw, status
from worlds.games.flags.roster import BOTS, ROLE
from worlds.games.flags.senses import NAMED, OTHER, OWN, ROWS, WAYS, figures, observe, reveal
from worlds.games.flags.state import state
from worlds.kit.chance import integer
from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
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

# --- the task and the episode ----------------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """A shore, the lane of the crown, and how far one sees."""
    w.crown = integer(w, LANES)
    w.sight = SIGHT_LEAST + integer(w, SIGHT_MOST - SIGHT_LEAST + 1)
    carve(w)


@kernel
def begin(w):
    """One episode: nothing has been shown, and the first round begins."""
    for lane in range(LANES):
        w.shown[lane] = 0
    for team in range(2):
        w.points[team] = w.gained[team] = 0.0
    for seat in range(len(w.post)):
        w.post[seat], w.fate[seat], w.met[seat] = NO_POST, NO_FATE, NOBODY
        w.took[seat] = w.catches[seat] = w.caught[seat] = w.posted[seat] = 0
    muster(w, 0)


# --- one tick --------------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Everybody walks until the horn sounds; then raids run their course, and the round is paid."""
    into = w.tick % ROUND
    for seat in range(len(w.post)):
        if into < MUSTER:
            walk(w, seat, actions[seat, 0])
        else:
            run_on(w, seat, into - MUSTER)
    if into == MUSTER - 1:
        blow_horn(w)
        for seat in range(len(w.post)):
            rewards[seat] += POSTED * int(w.post[seat] != NO_POST)
    if into == ROUND - 1:
        pay(w, rewards)
        if w.tick + 1 < EPISODE:
            muster(w, (w.tick + 1) // ROUND)


@kernel
def pay(w, rewards):
    """The points of the round, to the whole team."""
    for seat in range(len(w.post)):
        mine = team_of(seat)
        rewards[seat] += w.gained[mine] - w.gained[1 - mine]


@kernel
def ended(w, seat):
    """Why a seat is done; 0 while it plays on."""
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def legal(w, seat, out):
    """One can stay; until the horn one can step onto open ground, and make for any post."""
    free = 0 if is_shown(w) else 1
    out[STAY] = 1
    for move in range(RIGHT, DOWN + 1):
        out[move] = int(free == 1 and can_walk(w, seat, move))
    for choice in range(TO_POST, len(out)):
        out[choice] = free


@kernel
def act(w, seat):
    """A bot makes for the post that it means to take, and waits there."""
    w.action[seat, 0] = STAY if is_shown(w) else TO_POST + w.goal[seat]


# --- the world -------------------------------------------------------------------------------------------------------


LEARNING: dict[str, Any] = {
    "steps": 12_000_000, "lanes": 256, "memory": "ledger", "gamma": 0.95, "gae_lambda": 0.9, "belief": 0.3,
    "reference_steps": 8_000_000,
}  # fmt: skip


def build(seats: int = 4) -> World:
    """Flags for 4, 6 or 8 seats, half of them in each team.

    Raises:
        Refused: another number of seats.
    """
    if not isinstance(seats, int) or seats not in SIZES:
        raise Refused(f"flags is given seats={seats!r}: it takes 4, 6 or 8")
    named = [Seat(f"{('west', 'east')[index % 2]}_{index}", ROLE, index % 2) for index in range(seats)]
    others = seats - 1
    return World(
        name="flags",
        version=1,
        page=__doc__ or "",
        seats=tuple(named),
        state=state(seats),
        actions=(Action("move", CHOICES),),
        observation=Pieces(own=OWN, ways=WAYS, others=OTHER * others, clock=1, things=2 * NAMED * others).within(
            -2.0, 2.0
        ),
        things=ROWS * others,
        noted=NAMED * others,
        told=(
            Bots(),
            Shares("open", LANES, about="opponents", of=LANE_NAMES),
            Shares("raided", LANES, about="opponents", of=LANE_NAMES),
            OneHot("crown", LANE_NAMES, about="layout"),
            Numbers("sight", 1, about="layout", told_to="oracles"),
        ),
        figures=(
            Figure("flags"), Figure("catches"),
            Figure("caught", per="seat", unwanted=True), Figure("flags", per="seat"), Figure("catches", per="seat"),
            Figure("posts", per="seat"),
        ),
        kernels=Kernels(
            draw_task=draw_task, begin=begin, step=step, ended=ended, observe=observe, reveal=reveal, act=act,
            figures=figures, legal=legal, solvable=solvable,
        ),
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(TICK, TICKS_PER_DECISION, DECISIONS),
        view=View(draw, (float(WIDTH), HEIGHT + PANEL), status=status, legend=LEGEND, controls=CONTROLS),
        build_args={"seats": seats},
        learning=LEARNING,
        consistent=walled_in,
    )  # fmt: skip
