"""Repeated: one game of two actions, turn after turn, against somebody whose ways nobody tells you.

Rules    Both choose at once to cooperate or to defect, and each gets what the game pays for the two actions. With
         noise, an action comes out as the other one in one turn of 20; both see what came out.
         An episode is 40 turns and a trial 200, as in the published tournaments. The opponent remembers through the
         whole trial: the next episode goes on where the last one stopped.
Who      player_0 and opponent_0, each for itself; the game is the same from both sides.
Actions  act: cooperate, defect.
Seen     first: nothing was played yet · mine, theirs: what came out in the last turn, one-hot · paid: what it paid,
         in parts of 5.
Hidden   what the game pays for each outcome; who the opponent is.
Reward   what the game pays.
End      truncated after 40 turns.
Varies   the game (dilemma, snowdrift, stag hunt, harmony; test: leader, deadlock); the opponent, of 32 kinds: named
         strategies that the Axelrod library plays as well, on the side of the split where a hash of their name puts
         them, and random families. Built with game="dilemma" it is the prisoner's dilemma with R, P, S, T = 3, 1, 0, 5
         (test: another one), with noise=0 nothing slips. The opponent's seat also takes a strategy of the library
         itself: axelrod:NAME.
Headroom 2,000 tasks of test-both, mean return of the first episode when one strategy takes the player's seat: adaptive
         80.5 ± 1.0, alternator 77.1, defector 77.0, win-stay lose-shift 69.3, tit for tat 68.1, cooperator 58.7. No
         blind agent and no oracle was trained yet.
Version  1.
"""

from typing import Any

import numpy as np

from worlds.classics.repeated.bots import act
from worlds.classics.repeated.constants import (
    COOPERATE,
    DEFECT,
    EPISODES,
    HIGHEST,
    HISTORY,
    KEPT_C,
    NOISE,
    OPENING,
    SEATS,
    SLIPPED_C,
    SLIPPED_D,
    SPAN_MASK,
    STATES,
    TIME_IS_UP,
    TURNS,
)
from worlds.classics.repeated.games import (
    GENERATORS,
    STANDARD_GENERATORS,
    draw_any,
    draw_any_noisy,
    draw_standard,
    draw_standard_noisy,
)
from worlds.classics.repeated.picture import HEIGHT, WIDTH, draw, status
from worlds.classics.repeated.roster import BOTS, KINDS, KNOBS, ROLES
from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.kit.record import record
from worlds.world import RUNNING, Action, Cause, Kernels, Refused, Seat, World

DRAWS = {
    ("any", 0.0): draw_any,
    ("any", NOISE): draw_any_noisy,
    ("dilemma", 0.0): draw_standard,
    ("dilemma", NOISE): draw_standard_noisy,
}


@kernel
def begin(w):
    """One episode: which actions of it will slip, and a clean row of the picture."""
    for seat in range(SEATS):
        for turn in range(TURNS):
            w.slips[seat, turn] = int(uniform(w) < w.noise)
            w.past[seat, (w.turns + turn) % HISTORY] = 0
        for other in range(2):
            w.outcomes[seat, other] = 0


@kernel
def step(w, actions, rewards):
    """One turn."""
    play(w, actions)
    pay(w, rewards)
    remember(w)


@kernel
def play(w, actions):
    """Both act; now and then the other action comes out."""
    turn = min(w.tick, TURNS - 1)
    for seat in range(SEATS):
        slipped = int(w.slips[seat, turn])
        w.played[seat] = actions[seat, 0] ^ slipped
        w.past[seat, w.turns % HISTORY] = (SLIPPED_C if slipped else KEPT_C) + w.played[seat]


@kernel
def pay(w, rewards):
    """What the game pays for the outcome."""
    for seat in range(SEATS):
        paid = w.payoff[w.played[seat], w.played[1 - seat]]
        rewards[seat] += paid
        w.earned[seat] += paid


@kernel
def remember(w):
    """What everybody knows of the trial: the last turns, the first ones, and the counts."""
    for seat in range(SEATS):
        defected = w.played[seat]
        w.recent[seat] = (w.recent[seat] << 1 | defected) & SPAN_MASK
        if w.turns < OPENING:
            w.opening[seat] |= defected << w.turns
        w.defections[seat] += defected
    w.outcomes[w.played[0], w.played[1]] += 1
    w.met[w.played[0], w.played[1]] = 1
    w.turns += 1


@kernel
def ended(w, seat):
    """Why a seat is done; 0 while it plays on."""
    return TIME_IS_UP if w.tick >= TURNS else 0


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces."""
    begun = w.turns > 0
    own, other = w.played[seat], w.played[1 - seat]
    out[0] = 0.0 if begun else 1.0
    out[1] = 1.0 if begun and own == COOPERATE else 0.0
    out[2] = 1.0 if begun and own == DEFECT else 0.0
    out[3] = 1.0 if begun and other == COOPERATE else 0.0
    out[4] = 1.0 if begun and other == DEFECT else 0.0
    out[5] = w.payoff[own, other] / HIGHEST if begun else 0.0


@kernel
def reveal(w, seat, out):
    """The hidden task: the other's kind, one-hot, and knobs; what the game pays."""
    for kind in range(KINDS):
        out[kind] = 1.0 if kind == w.bot_kind[1 - seat] else 0.0
    for knob in range(KNOBS):
        out[KINDS + knob] = w.bot_knob[1 - seat, knob]
    for own in range(2):
        for other in range(2):
            out[KINDS + KNOBS + 2 * own + other] = w.payoff[own, other] / HIGHEST


@kernel
def metrics(w, out):
    """Shares of the episode's turns: the player cooperates, the opponent does, both do, both defect."""
    turns = max(w.tick, 1)
    both = w.outcomes[COOPERATE, COOPERATE]
    out[0] = (both + w.outcomes[COOPERATE, DEFECT]) / turns
    out[1] = (both + w.outcomes[DEFECT, COOPERATE]) / turns
    out[2] = both / turns
    out[3] = w.outcomes[DEFECT, DEFECT] / turns


def build(game: str = "any", noise: float = NOISE) -> World:
    """The world of any game, or of the standard prisoner's dilemma (``game="dilemma"``); noise is 0.05 or 0."""
    if game not in ("any", "dilemma"):
        raise Refused(f"repeated is built with game={game!r}: choose from any, dilemma")
    if (game, noise) not in DRAWS:
        raise Refused(f"repeated is built with noise={noise}: choose from 0, {NOISE}")
    return World(
        name="repeated",
        version=1,
        page=__doc__ or "",
        state=state(),
        seats=tuple(Seat(f"{role}_0", role, team=team) for team, role in enumerate(ROLES)),
        actions=(Action("act", ("cooperate", "defect")),),
        observation=Pieces(first=1, mine=2, theirs=2, paid=1),
        told=Pieces(kind=KINDS, knobs=KNOBS, payoff=4),
        metrics=("player_cooperates", "opponent_cooperates", "both_cooperate", "both_defect"),
        kernels=Kernels(
            draw_task=DRAWS[game, noise], begin=begin, step=step, ended=ended, observe=observe, reveal=reveal, act=act,
            metrics=metrics,
        ),
        draw=draw,
        status=status,
        generators=GENERATORS if game == "any" else STANDARD_GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        ranges=RANGES,
        carried=CARRIED,
        tick=0.5,
        ticks_per_decision=1,
        episode_decisions=TURNS,
        trial_episodes=EPISODES,
        extent=(WIDTH, HEIGHT),
        controls={"act": {"keys": {"c": 0, "d": 1}, "keep": True, "about": "repeated until it is changed"}},
        build_args={"game": game, "noise": float(noise)},
    )  # fmt: skip


RANGES: dict[str, tuple[float, float]] = {
    "noise": (0.0, NOISE),
    "payoff": (0.0, HIGHEST),
    "table": (0.0, 1.0),
    "earned": (0.0, 1e12),
    "tally": (0.0, 1e12),
    "faded": (0.0, 1.0),
    "turns": (0, 10**9),
    "played": (COOPERATE, DEFECT),
    "recent": (0, SPAN_MASK),
    "opening": (0, 2**OPENING - 1),
    "defections": (0, 10**9),
    "mark": (-(10**9), 10**9),
    "outcomes": (0, TURNS),
    "state": (0, STATES - 1),
    "slips": (0, 1),
    "met": (0, 1),
    "past": (0, SLIPPED_D),
    "machine_says": (COOPERATE, DEFECT),
    "machine_next": (0, 255),
}
CARRIED = (
    "earned", "tally", "faded", "turns", "played", "recent", "opening", "defections", "mark", "state", "met", "past",
)  # fmt: skip
"""What is remembered from one episode of a trial to the next."""


def state() -> np.dtype[Any]:
    """The record."""
    pairs = (SEATS, 2)
    return record(
        SEATS,
        knobs=KNOBS,
        noise="f8",  # chance that an action slips
        payoff=("f8", (2, 2)),  # [own action, other's action], hidden
        table=("f8", (SEATS, 16)),  # memory_two: chance of cooperating by the last two turns of both
        earned=("f8", (SEATS,)),  # in the trial
        tally=("f8", pairs),  # adaptive: what each action earned
        faded=("f8", (SEATS,)),  # threshold: the other's share of defections of late
        turns="i8",  # of the trial so far
        played=("i8", (SEATS,)),  # what came out in the last turn
        recent=("i8", (SEATS,)),  # the last 16 turns, the newest in bit 0; 1 is a defection
        opening=("i8", (SEATS,)),  # the first 4 turns, the first in bit 0
        defections=("i8", (SEATS,)),  # in the trial
        mark=("i8", (SEATS, 3)),  # a strategy's own counts
        outcomes=("i8", (2, 2)),  # turns of the episode, [player's action, opponent's action]
        state=("u1", (SEATS,)),  # of a machine
        slips=("u1", (SEATS, TURNS)),  # which turns of the episode slip, hidden
        met=("u1", (2, 2)),  # outcomes that came up in the trial
        past=("u1", (SEATS, HISTORY)),  # for the picture
        machine_says=("u1", (SEATS, STATES, 2)),  # by state and the other's last action
        machine_next=("u1", (SEATS, STATES, 2)),  # modulo the number of states
    )
