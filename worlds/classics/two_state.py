"""Two state: two rooms, two actions, and some of the four pairs pay; small enough that the best play can be computed.

Rules    Two rooms. One action stays in the room, the other crosses to the other one. Some of the four pairs of room and
         action are rewarded: taking such an action in such a room pays, every time.
Who      player, alone.
Actions  move: stay or cross.
Seen     room: where one is, one-hot · clock: share of the episode that is left.
Hidden   which pairs are rewarded.
Reward   +1 for taking a rewarded pair.
End      truncated after EPISODE actions.
Varies   the room an episode starts in; the rewarded pairs: one or three of the four in training (8 tasks), two of them
         in test-layout and test-both (6 tasks). Final: the two actions have changed places, and one to three pairs are
         rewarded (14 tasks). Bots only fill the seat when nobody plays: a guesser in training, an insider who knows the
         pairs in test.
Headroom small and known exactly (agents/players/classical/pairs.py): the best player who remembers earns most of what
         lies between the best who forgets between episodes and one who knows the pairs.
Version  2: rules changed (the engine draws who plays; new streams of chance).
"""

from typing import Any

import numpy as np

from worlds.kit.bots import names_of
from worlds.kit.chance import integer
from worlds.kit.drawing import Canvas
from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.world import (
    RUNNING,
    Action,
    Bot,
    Cause,
    Field,
    Figure,
    Generator,
    Kernels,
    Seat,
    Shares,
    Timing,
    View,
    World,
)

ROOMS, ACTIONS = 2, 2
STAY, CROSS = range(ACTIONS)
EPISODE = 4  # actions
TIME_IS_UP = 1  # cause
TICK = 0.8  # s an action
ALL = (1 << (ROOMS * ACTIONS)) - 1
WIDTH, HEIGHT = 10.0, 6.0  # m
CENTRES = np.array([[2.6, 3.2], [7.4, 3.2]])  # m
ROOM = 1.35  # m, radius
BOTS = (
    Bot("guesser", "player", about="takes any action"),
    Bot("insider", "player", split="test", about="knows the rewarded pairs and plays them best"),
    Bot("pendulum", "player", split="final", about="takes the two actions by turns"),
)
kind, _ = names_of(BOTS)
GENERATORS = (Generator("one or three"), Generator("two", split="test"), Generator("swapped", split="final"))
ONE_OR_THREE, TWO, SWAPPED = range(3)


# --- the task ----------------------------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """Which pairs are rewarded."""
    if w.generator == SWAPPED:
        w.pairs = 1 + integer(w, ALL - 1)
    else:
        w.pairs = drawn_set(integer(w, 6), 2) if w.generator == TWO else drawn_odd(integer(w, 8))
    plan(w)


@kernel
def lands(w, room, action):
    """The room that an action leads to."""
    crosses = action == (STAY if w.generator == SWAPPED else CROSS)
    return 1 - room if crosses else room


@kernel
def drawn_odd(which):
    """One of the 8 sets of one or three pairs, as bits."""
    return drawn_set(which, 1) if which < 4 else drawn_set(which - 4, 3)


@kernel
def drawn_set(which, size):
    """Set number `which` among those of `size` pairs, as bits."""
    found = -1
    pairs = 0
    while found < which:
        pairs += 1
        if counted(pairs) == size:
            found += 1
    return pairs


@kernel
def counted(pairs):
    """How many pairs a set holds."""
    count = 0
    for pair in range(ROOMS * ACTIONS):
        count += pairs >> pair & 1
    return count


@kernel
def pays(w, room, action):
    """1 for a rewarded pair, else 0."""
    return w.pairs >> (room * ACTIONS + action) & 1


@kernel
def plan(w):
    """What each action is worth with so many left, if the best ones follow (value iteration)."""
    for left in range(1, len(w.worth)):
        for room in range(ROOMS):
            for action in range(ACTIONS):
                after = lands(w, room, action)
                rest = max(w.worth[left - 1, after, STAY], w.worth[left - 1, after, CROSS])
                w.worth[left, room, action] = pays(w, room, action) + rest


@kernel
def solvable(w):
    """Whether something pays, and something does not."""
    return 0 < w.pairs < ALL


@kernel
def begin(w):
    """An episode starts in either room."""
    w.room = w.before = integer(w, ROOMS)
    w.paid = 0
    for room in range(ROOMS):
        for action in range(ACTIONS):
            w.tried[room, action] = 0


# --- one action --------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """A rewarded pair pays; then one stays or crosses."""
    action = actions[0, 0]
    w.paid = pays(w, w.room, action)
    w.tried[w.room, action] = 1
    rewards[0] += w.paid
    w.before = w.room
    w.room = lands(w, w.room, action)


@kernel
def ended(w, seat):
    """The episode has so many actions."""
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def act(w, seat):
    """The insider does what is worth most, the pendulum the other action than before, the guesser anything."""
    worth = w.worth[EPISODE - w.tick, w.room]
    if w.bot_kind[seat] == kind.insider:
        w.action[seat, 0] = CROSS if worth[CROSS] > worth[STAY] else STAY
    elif w.bot_kind[seat] == kind.pendulum:
        w.action[seat, 0] = w.tick % ACTIONS
    else:
        w.action[seat, 0] = integer(w, ACTIONS)


# --- what is seen ------------------------------------------------------------------------------------------------


@kernel
def observe(w, seat, out):
    """The room and the time."""
    for room in range(ROOMS):
        out[room] = 1.0 if room == w.room else 0.0
    out[ROOMS] = 1.0 - w.tick / EPISODE


@kernel
def reveal(w, seat, out):
    """Which pairs are rewarded."""
    for room in range(ROOMS):
        for action in range(ACTIONS):
            out[room * ACTIONS + action] = pays(w, room, action)


@kernel
def figures(w, out):
    """How many of the pairs were tried."""
    out[0] = 0.0
    for room in range(ROOMS):
        for action in range(ACTIONS):
            out[0] += int(w.tried[room, action])


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"{int(w.score[seat])} rewarded of {int(w.tick)}"


def tell(w: Any, seat: int) -> list[str]:
    """What the rooms show, in sentences."""
    lines = [f"From room {'AB'[int(w.before)]}: {'rewarded' if w.paid else 'nothing'}."] if w.tick > 0 else []
    lines.append(f"You are in room {'AB'[int(w.room)]}. {EPISODE - int(w.tick)} actions are left.")
    for room, action in np.argwhere(w.tried):
        paid = "is rewarded" if int(w.pairs) >> (room * ACTIONS + action) & 1 else "pays nothing"
        lines.append(f"In room {'AB'[room]}, {('stay', 'cross')[action]} {paid}.")
    return lines


def draw(w: Any, canvas: Canvas) -> None:
    """Two rooms with their four ways; those tried in this episode are bright, rewarded ones gold."""
    for room in range(ROOMS):
        canvas.disc(CENTRES[room], ROOM, "refuge" if room == int(w.room) else "den", outline=True)
        canvas.text(CENTRES[room] - [0.0, 0.95], "AB"[room], size=0.5, style="ink")
        for action in range(ACTIONS):
            draw_pair(w, canvas, room, action)
    if w.tick > 0:
        words = "rewarded" if w.paid else "nothing"
        canvas.text((WIDTH / 2, HEIGHT - 0.45), words, size=0.45, style="goal" if w.paid else "muted")
    canvas.seat(0, CENTRES[int(w.room)] + [0.0, 0.2], 0.0, 0.4)


def draw_pair(w: Any, canvas: Canvas, room: int, action: int) -> None:
    """The way of one action out of one room, as far as it is known in this episode."""
    rewarded = bool(int(w.pairs) >> (room * ACTIONS + action) & 1)
    known = bool(w.tried[room, action]) or canvas.shows("hidden")
    style = ("goal" if rewarded else "muted") if known else "one_way"
    side = 1.0 if room == 0 else -1.0
    if lands(w, room, action) != room:
        start = CENTRES[room] + np.array([side * (ROOM + 0.12), -0.45 * side])
        end = CENTRES[1 - room] + np.array([-side * (ROOM + 0.12), -0.45 * side])
        canvas.arrow(start, end, style, width=0.16)
        spot = (start + end) / 2 - [0.0, 0.42 * side]
    else:
        spot = CENTRES[room] - np.array([0.0, ROOM + 0.45])
        angles = np.linspace(0.75 * np.pi, 2.25 * np.pi, 24)
        canvas.line(spot + 0.62 * np.stack([np.cos(angles), np.sin(angles)], axis=1), style, width=0.16)
    canvas.text(spot, ("+1" if rewarded else "0") if known else "?", size=0.42, style=style if known else "ink")


# --- the world ---------------------------------------------------------------------------------------------------


def build() -> World:
    """The only size there is."""
    return World(
        name="two_state",
        version=2,
        page=__doc__ or "",
        seats=(Seat("player_0", "player", team=0),),
        state=STATE,
        actions=(Action("move", ("stay", "cross")),),
        observation=Pieces(room=ROOMS, clock=1).within(0.0, 1.0),
        told=(Shares("pairs", ROOMS * ACTIONS, about="layout"),),
        figures=(Figure("tried"),),
        kernels=KERNELS,
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(TICK, ticks_per_decision=1, decisions=EPISODE),
        view=View(
            draw,
            (WIDTH, HEIGHT),
            status=status,
            tell=tell,
            controls={"move": {"keys": {"1": 0, "2": 1}, "wait": True}},
        ),
        learning={"steps": 3_000_000, "reference_steps": 1_500_000},
    )


STATE = {
    "pairs": Field("i8", (), 0, ALL, hidden=True, doc="bit room · ACTIONS + action: rewarded"),
    "worth": Field(
        "f8", (EPISODE + 1, ROOMS, ACTIONS), 0.0, EPISODE, hidden=True,
        doc="of an action with so many left, if the best ones follow",
    ),
    "room": Field("i8", (), 0, ROOMS - 1),
    "before": Field("i8", (), 0, ROOMS - 1, doc="the room before the last action"),
    "paid": Field("i8", (), 0, 1, doc="by the last action"),
    "tried": Field("u1", (ROOMS, ACTIONS), 0, 1, doc="in this episode"),
}  # fmt: skip

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
