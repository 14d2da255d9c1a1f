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
Varies   the game (dilemma, snowdrift, stag hunt, harmony; test: leader, deadlock; final: hero, coordination); the
         opponent, of 33 kinds: named strategies that the Axelrod library plays as well, on the side of the split where
         a hash of their name puts them, and random families (final: one whose mood turns). Built with game="dilemma"
         it is the prisoner's dilemma with R, P, S, T = 3, 1, 0, 5 (test: another one; final: one with T + S > 2 R),
         with noise=0 nothing slips. The opponent's seat also takes a strategy of the library itself: axelrod:NAME.
Headroom 2,000 tasks of test-both, mean return of the first episode when one strategy takes the player's seat: adaptive
         80.5 ± 1.0, alternator 77.1, defector 77.0, win-stay lose-shift 69.3, tit for tat 68.1, cooperator 58.7. No
         blind agent and no oracle was trained yet.
Version  2: rules changed (the engine draws the game and who plays; new streams of chance).
"""

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
    draw_population,
    draw_standard,
    draw_standard_noisy,
    solvable,
)
from worlds.classics.repeated.picture import HEIGHT, WIDTH, draw, status
from worlds.classics.repeated.roster import BOTS, KINDS, KNOBS, ROLES
from worlds.classics.repeated.words import tell
from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.world import (
    RUNNING,
    Action,
    Bots,
    Cause,
    Field,
    Figure,
    Kernels,
    Numbers,
    Refused,
    Seat,
    Timing,
    View,
    World,
)

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
    """The hidden task: behind the other's kind its knobs, and what the game pays."""
    for knob in range(KNOBS):
        out[KINDS + knob] = w.bot_knob[1 - seat, knob]
    for own in range(2):
        for other in range(2):
            out[KINDS + KNOBS + 2 * own + other] = w.payoff[own, other] / HIGHEST


@kernel
def figures(w, out):
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
        version=2,
        page=__doc__ or "",
        seats=tuple(Seat(f"{role}_0", role, team=team) for team, role in enumerate(ROLES)),
        state=STATE,
        actions=(Action("act", ("cooperate", "defect")),),
        observation=Pieces(first=1, mine=2, theirs=2, paid=1).within(0.0, 1.0),
        told=(Bots(), Numbers("knobs", KNOBS, about="opponents"), Numbers("payoff", 4, about="layout")),
        figures=tuple(
            map(Figure, ("player_cooperates", "opponent_cooperates", "both_cooperate", "both_defect"))
        ),
        kernels=Kernels(
            draw_population=draw_population, draw_task=DRAWS[game, noise], begin=begin, step=step, ended=ended,
            observe=observe, reveal=reveal, act=act, figures=figures, solvable=solvable,
        ),
        generators=GENERATORS if game == "any" else STANDARD_GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(0.5, ticks_per_decision=1, decisions=TURNS, episodes=EPISODES),
        view=View(
            draw, (WIDTH, HEIGHT), status=status, tell=tell,
            controls={"act": {"keys": {"c": 0, "d": 1}, "wait": True}},
        ),
        build_args={"game": game, "noise": float(noise)},
        learning={
            "roles": ("player",), "steps": 16_000_000, "hidden": 96, "encoder": 32, "epochs": 3, "entropy": 0.02,
            "reference_steps": 8_000_000,
        },
    )  # fmt: skip


def _trial(kind: str, shape: tuple[int, ...], low: float, high: float, doc: str = "") -> Field:
    """What is remembered from one episode of a trial to the next."""
    return Field(kind, shape, low, high, carried=True, doc=doc)


EACH, PAIRS, LONG = (SEATS,), (SEATS, 2), 10**9  # LONG: more turns than any trial has
STATE = {
    "noise": Field("f8", (), 0.0, NOISE, doc="chance that an action slips"),
    "payoff": Field("f8", (2, 2), 0.0, HIGHEST, hidden=True, doc="[own action, other's action]"),
    "table": Field("f8", (SEATS, 16), 0.0, 1.0, hidden=True, doc="memory_two: chance by the last two turns of both"),
    "earned": _trial("f8", EACH, 0.0, 1e12, "in the trial"),
    "tally": _trial("f8", PAIRS, 0.0, 1e12, "adaptive: what each action earned"),
    "faded": _trial("f8", EACH, 0.0, 1.0, "threshold: the other's share of defections of late"),
    "turns": _trial("i8", (), 0, LONG, "of the trial so far"),
    "played": _trial("i8", EACH, COOPERATE, DEFECT, "what came out in the last turn"),
    "recent": _trial("i8", EACH, 0, SPAN_MASK, "the last 16 turns, the newest in bit 0; 1 is a defection"),
    "opening": _trial("i8", EACH, 0, 2**OPENING - 1, "the first 4 turns, the first in bit 0"),
    "defections": _trial("i8", EACH, 0, LONG, "in the trial"),
    "mark": _trial("i8", (SEATS, 3), -LONG, LONG, "a strategy's own counts"),
    "outcomes": Field("i8", (2, 2), 0, TURNS, doc="turns of the episode, [player's action, opponent's action]"),
    "state": _trial("u1", EACH, 0, STATES - 1, "of a machine"),
    "slips": Field("u1", (SEATS, TURNS), 0, 1, hidden=True, doc="which turns of the episode slip"),
    "met": _trial("u1", (2, 2), 0, 1, "outcomes that came up in the trial"),
    "past": _trial("u1", (SEATS, HISTORY), 0, SLIPPED_D, "for the picture"),
    "machine_says": Field(
        "u1", (SEATS, STATES, 2), COOPERATE, DEFECT, hidden=True, doc="by state and the other's last action"
    ),
    "machine_next": Field("u1", (SEATS, STATES, 2), 0, 255, hidden=True, doc="modulo the number of states"),
}
