"""Throws: rock, paper, scissors, hundreds of times against somebody whose ways nobody tells you.

Rules    Both throw at once: paper beats rock, scissors beat paper, rock beats scissors. An episode is 20 throws and a
         trial 400; with 50 episodes it is as long as a match of the published tournaments. The other remembers through
         the whole trial: the next episode goes on where the last one stopped.
Who      player_0 and opponent_0, each for itself; both have the same role, so an agent can sit in either, or in both.
Actions  throw: rock, paper, scissors.
Seen     first: nothing was thrown yet · last, before: what both threw in the last throw and in the one before it,
         one-hot pairs, the own throw first · mine, theirs: what share of the throws of this episode each was · things:
         the numbers of the pair before the last one and of the two before it, after which the last one came; then those
         of the last pair and of the last two, after which the next one comes: for memories with a row for each.
Hidden   who the other is, of which kind and with which knobs; what it has by heart; what it is about to throw.
Reward   +1 a win, −1 a loss.
End      truncated after 20 throws.
Varies   the other, of 23 kinds with knobs: by chance, by short and long rows, copies, counters of throws, situations,
         turns and repeats, rotations by outcome, second-guessers, mixtures, switchers, and players who keep scores of
         several predictors and of their turns (test: voter, gambler, leveller, echo; final: turn_counter, cautious).
         There is no layout. Either seat also takes a bot of OpenSpiel's RoShamBo set: roshambo:NAME.
Headroom on paper, return of 1,000 throws in episodes 3 to 20 of train / of test-opponent, over 150 tasks
         (tests/tools/headroom/throws.py): told the odds of the next throw 752 ± 50 / 722 ± 46, which who knows the
         kind and the knobs comes near; a mixture of 40 predictors and of 300 strangers of the training split that
         remembers the whole trial 669 ± 54 / 489 ± 62; the same, wiped after every episode 389 ± 47 / 336 ± 46. So
         remembering across episodes is worth 280 ± 38 / 154 ± 30, which is 0.77 / 0.40 of what knowing all is worth:
         the rest is the chooser's, the voter's and the echo's. Wiped after 50 throws it would be worth 162 / 103:
         so much of a stranger shows at once, which is why episodes are short. Trained, 12 runs of 5 million
         steps, three of each kind, 1,000 tasks, the same return (docs/references/throws.json): an oracle told the
         other one 569 / 492, the agent 560 / 452, blind 433 / 354. The shipped agent, one seed of 15 million steps, 576
         / 459, wiped 347 / 307.
Version  3: the situation that has just shown what follows is named, too. 2: shorter episodes, fewer lapses, slower
         drift; no oracle is told the odds of the next throw.
"""

from typing import Any

from worlds.games.throws.bots import act, plan
from worlds.games.throws.constants import (
    DOUBLES,
    EPISODES,
    LAST_THROWS,
    LONG,
    NOBODY,
    NOTHING,
    PAIRS,
    PREDICTORS,
    ROW,
    SEATS,
    SITUATIONS,
    STRATEGIES,
    THROWS,
    TIME_IS_UP,
)
from worlds.games.throws.legend import LEGEND
from worlds.games.throws.memory import back, forget_all, learn, push, result, sit_down
from worlds.games.throws.picture import HEIGHT, WIDTH, draw, status
from worlds.games.throws.roster import BOTS, KINDS, KNOB_LOW, KNOB_SPAN, KNOBS, ROLE
from worlds.games.throws.words import tell
from worlds.kit.chance import integer
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp
from worlds.kit.observation import Pieces
from worlds.kit.record import BOT
from worlds.world import (
    RUNNING,
    Action,
    Bots,
    Cause,
    Field,
    Figure,
    Generator,
    Kernels,
    Numbers,
    Seat,
    Shares,
    Timing,
    View,
    World,
)

THINGS = PAIRS + DOUBLES
NOTED = 2  # names of the situation that has just shown what follows: notes of it are taken
NAMES = NOTED + 2  # and of the present one


# --- the task ------------------------------------------------------------------------------------------------------


@kernel
def draw_population(w):
    """What the strangers have by heart: rows and answers."""
    for seat in range(SEATS):
        for index in range(ROW):
            w.row[seat, index] = integer(w, 3)
        for context in range(SITUATIONS):
            w.answer[seat, context] = integer(w, 3)


@kernel
def draw_task(w):
    """There is no layout; a trial begins with nothing thrown."""
    forget_all(w)


@kernel
def begin(w):
    """One episode: nobody has won anything; whoever is new at the table remembers nothing."""
    w.draws = 0
    for seat in range(SEATS):
        w.wins[seat] = 0
        for throw in range(3):
            w.count[seat, throw] = 0
        if w.holder[seat] != w.bot_kind[seat]:
            sit_down(w, seat)
        plan(w, seat)


# --- one throw -----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """One throw."""
    first, second = actions[0, 0], actions[1, 0]
    pay(w, first, second, rewards)
    remember(w, first, second)
    make_plans(w)


@kernel
def pay(w, first, second, rewards):
    """What it brings, and the counts of the episode."""
    gain = result(first, second)
    rewards[0] += gain
    rewards[1] -= gain
    w.count[0, first] += 1
    w.count[1, second] += 1
    if gain == 0:
        w.draws += 1
    else:
        w.wins[0 if gain > 0 else 1] += 1


@kernel
def remember(w, first, second):
    """Strangers learn from the throw; then it is written down."""
    if int(w.driver[0]) == BOT:
        learn(w, 0, first, second)
    if int(w.driver[1]) == BOT:
        learn(w, 1, second, first)
    push(w, 0, first)
    push(w, 1, second)
    w.thrown += 1


@kernel
def make_plans(w):
    """What strangers are about to do; nobody knows that of players from outside."""
    for seat in range(SEATS):
        if int(w.driver[seat]) == BOT:
            plan(w, seat)
        else:
            w.planned[seat] = 0
            for throw in range(3):
                w.odds[seat, throw] = 1.0 / 3.0


@kernel
def ended(w, seat):
    """Why a seat is done; 0 while it plays on."""
    return TIME_IS_UP if w.tick >= THROWS else 0


# --- what is seen --------------------------------------------------------------------------------------------------


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces."""
    other = 1 - seat
    for index in range(1 + 2 * PAIRS):
        out[index] = 0.0
    at = 1 + 2 * PAIRS
    for throw in range(3):
        out[at + throw] = w.count[seat, throw] / max(w.tick, 1)
        out[at + 3 + throw] = w.count[other, throw] / max(w.tick, 1)
    for name in range(NAMES):
        out[at + 6 + name] = 0.0
    if w.thrown == 0:
        out[0] = 1.0
        return
    last = pair_seen(w, seat, 0)
    out[1 + last] = 1.0
    name_situation(w, seat, 0, out, at + 8)
    if w.thrown > 1:
        out[1 + PAIRS + pair_seen(w, seat, 1)] = 1.0
        name_situation(w, seat, 1, out, at + 6)


@kernel
def pair_seen(w, seat, ago):
    """What both threw ``ago`` throws before the last one, as a number from 0 on."""
    return 3 * back(w, seat, ago) + back(w, 1 - seat, ago)


@kernel
def name_situation(w, seat, ago, out, at):
    """The names of what had been thrown by then: the pair, and the pair with the one before it."""
    pair = pair_seen(w, seat, ago)
    out[at] = (1 + pair) / THINGS
    if w.thrown > ago + 1:
        out[at + 1] = (1 + PAIRS + PAIRS * pair + pair_seen(w, seat, ago + 1)) / THINGS


@kernel
def reveal(w, seat, out):
    """Behind the other's kind the odds of its next throw, and where its knobs lie in their ranges."""
    other = 1 - seat
    for throw in range(3):
        out[KINDS + throw] = w.odds[other, throw]
    mine = w.bot_kind[other]
    for column in range(KNOBS):
        value = (w.bot_knob[other, column] - KNOB_LOW[mine, column]) / KNOB_SPAN[mine, column]
        out[KINDS + 3 + column] = clamp(value, 0.0, 1.0)


@kernel
def figures(w, out):
    """Throws of the episode that nobody won, and those that each seat won."""
    out[0] = w.draws
    for seat in range(SEATS):
        out[1 + seat] = w.wins[seat]


# --- the world -----------------------------------------------------------------------------------------------------


def build() -> World:
    """The world; it has one size."""
    return World(
        name="throws",
        version=3,
        page=__doc__ or "",
        seats=(Seat("player_0", ROLE, team=0), Seat("opponent_0", ROLE, team=1)),
        state=STATE,
        actions=(Action("throw", ("rock", "paper", "scissors")),),
        observation=Pieces(first=1, last=PAIRS, before=PAIRS, mine=3, theirs=3, things=NAMES).within(0.0, 1.0),
        told=(
            Bots(),
            Shares("next", 3, about="opponents", told_to="beliefs"),
            Numbers("knobs", KNOBS, about="opponents"),
        ),
        things=THINGS,
        noted=NOTED,
        figures=(Figure("draws"), Figure("wins", per="seat")),
        kernels=Kernels(
            draw_population=draw_population, draw_task=draw_task, begin=begin, step=step, ended=ended,
            observe=observe, reveal=reveal, act=act, figures=figures,
        ),
        generators=(
            Generator("even keys"), Generator("odd keys", split="test"), Generator("other keys", split="final"),
        ),
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(0.5, ticks_per_decision=1, decisions=THROWS, episodes=EPISODES),
        view=View(
            draw, (WIDTH, HEIGHT), status=status, tell=tell, legend=LEGEND,
            controls={"throw": {"keys": KEYS, "wait": True, "about": "or click what to throw"}},
        ),
        learning={
            "steps": 15_000_000, "lanes": 256, "memory": "ledger", "gamma": 0.9, "gae_lambda": 0.5, "entropy": 0.01,
            "belief": 0.1, "reference_steps": 10_000_000,
        },
    )  # fmt: skip


KEYS: dict[str, Any] = {"1": 0, "2": 1, "3": 2, "left": 0, "up": 1, "right": 2}


def _trial(kind: str, shape: tuple[int, ...], low: float, high: float, doc: str = "") -> Field:
    """What strangers remember from one episode of a trial to the next; nobody sees it."""
    return Field(kind, shape, low, high, hidden=True, carried=True, doc=doc)


EACH = (SEATS,)
STATE = {
    "odds": _trial("f8", (SEATS, 3), 0.0, 1.0, "of each seat's next throw; even where no bot sits"),
    "seen": _trial("f8", (SEATS, SITUATIONS, 3), 0.0, LONG, "what the other threw in each situation"),
    "habit": _trial("f8", (SEATS, PAIRS, 3), 0.0, LONG, "what the stranger threw after each pair"),
    "tally": _trial("f8", (SEATS, 2, 3), 0.0, LONG, "what was thrown lately: by the other, by the stranger"),
    "credit": _trial("f8", (SEATS, STRATEGIES), -1e3, 1e3, "what each guess, and each turn of it, would have won"),
    "weight": _trial("f8", (SEATS, 3), 0.0, 1.0, "drifter: of each throw; gambler: what each paid"),
    "behind": _trial("f8", EACH, -LONG, LONG, "switcher, cautious: what was lost lately"),
    "thrown": Field("i8", (), 0, LONG, carried=True, doc="throws of the trial so far"),
    "low": Field("i8", EACH, 0, LAST_THROWS, carried=True, doc="lower bits of the last throws, of the newest in bit 0"),
    "high": Field("i8", EACH, 0, LAST_THROWS, carried=True, doc="upper bits of the same"),
    "since": _trial("i8", EACH, 0, LONG, "throws of the trial when the stranger sat down"),
    "holder": _trial("i8", EACH, NOBODY, len(BOTS) - 1, "the kind whose memory this is"),
    "stamp": _trial("i4", (SEATS, SITUATIONS), 0, LONG, "recaller: when a situation last came up"),
    "way": _trial("i8", EACH, 0, 1, "switcher: which of its two ways"),
    "draws": Field("i8", (), 0, THROWS, doc="of the episode"),
    "wins": Field("i8", EACH, 0, THROWS, doc="of the episode"),
    "count": Field("i8", (SEATS, 3), 0, THROWS, doc="what each threw in the episode"),
    "guess": _trial("u1", (SEATS, PREDICTORS), 0, NOTHING, "of those that keep scores"),
    "planned": _trial("u1", EACH, 0, 1, "whether the odds are those of the bot"),
    "row": Field("u1", (SEATS, ROW), 0, 2, hidden=True, population=True, doc="what a stranger has by heart"),
    "answer": Field("u1", (SEATS, SITUATIONS), 0, 2, hidden=True, population=True, doc="table: to each situation"),
}
