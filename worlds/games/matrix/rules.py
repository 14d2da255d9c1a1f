"""Matrix: pack a red or a blue parcel, meet your date, and see what your two colours pay; nobody tells you the game.

Rules    There are two sides. An episode has 6 rounds of 10 ticks. In each round everybody has a date with somebody of
         the other side, at a table of their own. On the way you take red or blue at a stall; nobody sees which. When
         both of a date are at their table with something in the bag, the bags are opened: the two colours are the
         picks of a game of two actions, and it pays each side. Whoever has not met by the end of the round gets
         nothing, and what is in a bag then is lost. Walkers do not block each other.
Who      trader_0, trader_1, …: 2, 4, 6 or 8 seats; even ones are the first side, odd ones the second.
Actions  walk: stay, right, down, left, up, take red, take blue, go on (a step on the shortest way: to the own table
         with something in the bag, else to the nearest stall in sight). Walls, taking where no stall is, and going on
         where there is no way to go, are masked.
Seen     place: own row and column · ways: which of the four next tiles are open · stall: whether one is within three
         tiles, offset of the nearest, whether this is one · to_stall: steps that lead nearer to it · bag: red, blue,
         nothing · table: offset of the own table, whether this is it · to_table: steps that lead nearer to it · near:
         whether the date is within three tiles, its offset · side · done: whether this round's meeting is over · clock:
         what is left of the round and of the episode · news: after a meeting its two picks and what it paid · date,
         whom: whom one meets in this round, and whom one has just met, one-hot · things: numbers of whom one
         has just met and of how the meeting before with it had ended, then of the date and of how the last meeting with
         it ended, for memories with a row for each.
Hidden   which game it is, what its outcomes pay, which colour stands for which action; who the others are, and what the
         date is about to take; where the stalls are.
Reward   +0.25 for taking something and +0.75 for bringing it to the table, once a round each; what the game pays,
         between −3 and 3, and in the mean of its outcomes 0.
End      truncated after 60 ticks.
Varies   the game (dilemma, chicken, stag hunt, battle of the sexes, pennies; test: leader, inspection; final: hero) and
         its payoffs; the arena (court, lanes, rooms, ring; test: cross, stairs; final: combs), tables and stalls; the
         others, of 14 kinds with knobs (test: bully, avenger, moody; final: turncoat, gambler), who remember whom they
         met through the whole trial. Built with walk=False nobody walks: it is the game of the world `repeated` for two
         seats, any of its games or the standard prisoner's dilemma (game="dilemma"), with noise or without.
Headroom on paper, without the walk: what the game pays in an episode of train / of test-opponent, 120 tasks
         (tests/tools/headroom/matrix.py). Told the game and the others 7.1 ± 0.6 / 7.1 ± 0.6, told the others alone
         6.6 / 6.3, told the game alone 5.9 / 5.8, told neither but with a memory of the trial 5.1 / 5.2, the same wiped
         after every episode 2.0 ± 0.6 / 1.9 ± 0.6. So remembering across episodes may be worth 5.1 / 5.2, and knowing
         the others alone 4.6 / 4.4 of it. The best single bot, stubborn, gets 1.7 / 2.0, the best fixed colour 0.6 /
         0.9, picks by chance −0.9 / −0.9. Who always comes in time has 6 more.
         Trained, 18 runs of 5 million steps, three of each kind, 1,000 tasks, returns of episodes 3 to 5 of train /
         test-opponent with those 6 (docs/references/matrix.json): an oracle told all 9.5 / 9.5, one told the others
         alone 9.6 / 9.0, the agent 9.5 / 8.5, blind 7.9 / 7.2. The best single bot there, bully, earns 8.7 / 8.1.
Version  2: situations are named.
"""

from typing import Any

from worlds.games.matrix.constants import (
    CHOICES,
    DECISIONS,
    DOWN,
    GO,
    LEFT,
    NOTED,
    NOTHING,
    ON_TIME,
    OUTCOMES,
    PACKED,
    RIGHT,
    ROUND,
    ROUNDS,
    SHOWN,
    SIZES,
    STALLS,
    STAY,
    TABLES,
    TAKE_BLUE,
    TAKE_RED,
    TIME_IS_UP,
    UP,
)
from worlds.games.matrix.games import draw_game
from worlds.games.matrix.layouts import GENERATORS, carve, solvable, walled_in
from worlds.games.matrix.legend import LEGEND
from worlds.games.matrix.minds import forget_all, learn, sit_down
from worlds.games.matrix.picture import HEIGHT, WIDTH, draw, status
from worlds.games.matrix.roster import BOTS, KINDS, KNOBS, NAMES, ROLE
from worlds.games.matrix.senses import observe, reveal
from worlds.games.matrix.standing import build_standing
from worlds.games.matrix.state import state
from worlds.games.matrix.walking import (
    act,
    at_stall,
    can_walk,
    date_of,
    do,
    goal_of,
    seat_of,
    stands_on,
    table_of,
)
from worlds.kit.chance import integer
from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.kit.record import BOT
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
    """A game and an arena; nobody knows anybody."""
    forget_all(w)
    for seat in range(len(w.bag)):
        for date in range(len(w.bag) // 2):
            w.former[seat, date] = 0
        for own in range(2):
            w.known[seat, own, 0] = 0
            w.known[seat, own, 1] = 0
    draw_game(w)
    carve(w)


@kernel
def begin(w):
    """One episode: who meets whom where, and everybody at a stall, the two sides opposite to each other."""
    w.shift = integer(w, len(w.bag) // 2)
    for each in range(ROUNDS):
        w.turn[each] = integer(w, TABLES)
    first = integer(w, STALLS)
    for seat in range(len(w.bag)):
        stall = TABLES + (first + seat if first % 2 == 0 else first - seat) % STALLS
        w.row[seat], w.col[seat] = w.place[stall, 0], w.place[stall, 1]
        w.heading[seat] = w.won[seat] = w.earned[seat] = 0.0
        w.meetings[seat] = w.missed[seat] = w.answered[seat] = w.takings[seat] = w.arrivals[seat] = 0
        w.bag[seat] = NOTHING
        w.over[seat] = w.packed[seat] = w.came[seat] = w.news[seat] = w.whom[seat] = 0
        w.shown[seat, 0] = w.shown[seat, 1] = w.asked[seat] = w.shows[seat] = w.venue[seat] = 0
        if w.holder[seat] != w.bot_kind[seat]:
            sit_down(w, seat)


# --- one tick --------------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Everybody walks or takes; pairs that are at their tables meet; a round may end."""
    for seat in range(len(w.bag)):
        w.news[seat] = 0
        w.shows[seat] = max(int(w.shows[seat]) - 1, 0)
        do(w, seat, actions[seat, 0])
        reward_coming(w, seat, rewards)
    for seat in range(0, len(w.bag), 2):
        other = seat_of(seat, date_of(w, seat))
        if is_due(w, seat) and is_due(w, other):
            meet(w, seat, other, rewards)
    if (w.tick + 1) % ROUND == 0:
        end_round(w)


@kernel
def reward_coming(w, seat, rewards):
    """A little for packing, more for coming with something: once a round each."""
    if int(w.bag[seat]) == NOTHING:
        return
    if int(w.packed[seat]) == 0:
        w.packed[seat] = 1
        w.takings[seat] += 1
        rewards[seat] += PACKED
    if int(w.came[seat]) == 0 and is_due(w, seat):
        w.came[seat] = 1
        w.arrivals[seat] += 1
        rewards[seat] += ON_TIME


@kernel
def is_due(w, seat):
    """Whether a seat waits at its table with something in the bag."""
    return int(w.over[seat]) == 0 and int(w.bag[seat]) != NOTHING and stands_on(w, seat, table_of(w, seat))


@kernel
def meet(w, seat, other, rewards):
    """Both open their bags."""
    own, theirs = int(w.bag[seat]), int(w.bag[other])
    pay(w, seat, own, theirs, rewards)
    pay(w, other, theirs, own, rewards)
    note(w, seat, other // 2, own, theirs)
    note(w, other, seat // 2, theirs, own)


@kernel
def pay(w, seat, own, theirs, rewards):
    """What the game pays a seat."""
    side = seat % 2
    w.won[seat] = w.payoff[side, own, theirs]
    w.earned[seat] += w.won[seat]
    w.meetings[seat] += 1
    w.answered[seat] += int(w.won[seat] >= w.payoff[side, 1 - own, theirs])
    rewards[seat] += w.won[seat]


@kernel
def note(w, seat, date, own, theirs):
    """What a seat sees of its meeting, and what a stranger makes of it."""
    w.over[seat] = w.news[seat] = 1
    w.shown[seat, 0], w.shown[seat, 1] = own, theirs
    w.whom[seat] = date
    w.shows[seat], w.venue[seat] = SHOWN, table_of(w, seat)
    w.asked[seat] = w.former[seat, date]
    w.former[seat, date] = 1 + 2 * own + theirs
    w.known[seat, own, theirs] = 1
    w.bag[seat] = NOTHING
    if int(w.driver[seat]) == BOT:
        learn(w, seat, date, own, theirs, w.won[seat])


@kernel
def end_round(w):
    """Who has not met has missed it, and bags are emptied."""
    for seat in range(len(w.bag)):
        w.missed[seat] += 1 - int(w.over[seat])
        w.over[seat] = w.packed[seat] = w.came[seat] = 0
        w.bag[seat] = NOTHING


@kernel
def ended(w, seat):
    """Why a seat is done; 0 while it plays on."""
    return TIME_IS_UP if w.tick >= DECISIONS else 0


@kernel
def legal(w, seat, out):
    """One can stay, step on floor, and take at a stall until one has met."""
    may_take = int(at_stall(w, seat) and int(w.over[seat]) == 0)
    out[STAY] = 1
    for move in range(RIGHT, UP + 1):
        out[move] = int(can_walk(w, seat, move))
    out[TAKE_RED] = out[TAKE_BLUE] = may_take
    goal = goal_of(w, seat)
    out[GO] = int(goal >= 0 and not stands_on(w, seat, goal))


# --- what is measured ----------------------------------------------------------------------------------------------

SEAT_FIGURES = ("reward_game", "reward_packed", "reward_on_time", "meetings", "right_answers")
OF_SEAT = len(SEAT_FIGURES)


@kernel
def figures(w, out):
    """The difficulty of the arena; of each seat the three parts of its reward, its meetings and its right answers."""
    out[0] = w.difficulty
    for seat in range(len(w.bag)):
        start = 1 + OF_SEAT * seat
        out[start] = w.earned[seat]
        out[start + 1] = w.takings[seat] * PACKED
        out[start + 2] = w.arrivals[seat] * ON_TIME
        out[start + 3] = w.meetings[seat]
        out[start + 4] = w.answered[seat]


# --- the world -------------------------------------------------------------------------------------------------------


LEARNING: dict[str, Any] = {
    "steps": 12_000_000, "lanes": 128, "memory": "ledger", "epochs": 3, "gamma": 0.97, "learning_rate": 0.003,
    "belief": 0.1, "reference_steps": 6_000_000,
}  # fmt: skip


def build(seats: int = 4, walk: bool = True, game: str = "any", noise: float = 0.05) -> World:
    """Matrix for 2, 4, 6 or 8 seats; with ``walk=False`` for two, who meet at every tick.

    Raises:
        Refused: another number of seats, or a game or noise where people walk.
    """
    if not walk:
        return build_standing(seats, game, noise)
    if not isinstance(seats, int) or seats not in SIZES:
        raise Refused(f"matrix is given seats={seats!r}: it takes {', '.join(map(str, SIZES[:-1]))} or {SIZES[-1]}")
    if (game, noise) != ("any", 0.05):
        raise Refused(f"matrix is given game={game!r} and noise={noise}: they go with walk=False")
    pairs = seats // 2
    return World(
        name="matrix",
        version=2,
        page=__doc__ or "",
        seats=tuple(Seat(f"trader_{i}", ROLE, team=i % 2) for i in range(seats)),
        state=state(seats),
        consistent=walled_in,
        actions=(Action("walk", CHOICES),),
        observation=Pieces(
            place=2, ways=4, stall=4, to_stall=4, bag=3, table=3, to_table=4, near=3, side=1, done=1, clock=2, news=5,
            date=pairs, whom=pairs, things=2 * NOTED,
        ),
        told=(
            Bots(),
            OneHot("date", (*NAMES[:KINDS], "unknown"), about="opponents"),
            Shares("next", 2, about="opponents", of=("red", "blue"), told_to="beliefs"),
            Numbers("knobs", KNOBS, about="opponents"),
            Numbers("payoff", 4, about="layout"),
            Numbers("stall", 2, about="layout"),
        ),
        things=pairs * (2 + OUTCOMES),
        noted=NOTED,
        figures=(
            Figure("difficulty"), *(Figure(name, per="seat") for name in SEAT_FIGURES),
        ),
        kernels=Kernels(
            draw_task=draw_task, begin=begin, step=step, ended=ended, observe=observe, reveal=reveal, act=act,
            figures=figures, legal=legal, solvable=solvable,
        ),
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(0.3, ticks_per_decision=1, decisions=DECISIONS),
        view=View(draw, (WIDTH, HEIGHT), status=status, legend=LEGEND, controls={"walk": CONTROLS}),
        build_args={"seats": seats, "walk": True, "game": game, "noise": noise},
        learning=LEARNING,
    )  # fmt: skip


CONTROLS: dict[str, Any] = {
    "keys": {
        "right": RIGHT, "down": DOWN, "left": LEFT, "up": UP, "r": TAKE_RED, "b": TAKE_BLUE, "1": TAKE_RED,
        "2": TAKE_BLUE, "g": GO, "space": STAY,
    },
    "rest": STAY, "wait": True, "pad": {"X": TAKE_BLUE, "B": TAKE_RED, "A": GO, "Y": STAY},
    "about": "G goes on by itself; or click the colour to take at a stall",
}  # fmt: skip
