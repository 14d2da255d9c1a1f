"""Gridnav: somewhere on a small grid lies a goal that nobody sees; find it once, then walk straight to it.

Rules    A grid of SIDE × SIDE cells (5 × 5), start in the corner. One cell is the goal for the whole task, none of the
         four cells of the start corner. A step off the grid leaves the walker where it is. This is GridNavi of
         Zintgraf et al. 2020 (VariBAD), and the figures below are for its size.
Who      walker_0, alone.
Actions  walk: stay, right, down, left, up.
Seen     place: the own cell, one-hot. Whether it is the goal is told by the reward alone.
Hidden   the goal: any of the other cells, all equally likely.
Reward   +1 a tick on the goal, −0.1 a tick elsewhere.
End      truncated after 3 × SIDE ticks (15).
Varies   the goal. Training and test draw from the same cells, as published, by separate streams of draws. Final: it
         lies at the edge of the grid.
Headroom large and known exactly (agents/players/classical/grid_search.py): who searches well and remembers loses
         only the first episode against one who knows the goal; who forgets loses as much in every episode.
Version  2: rules changed (the engine draws the goal's key and who plays; new streams of chance).
"""

from typing import Any

import numpy as np

from worlds.kit.bots import names_of
from worlds.kit.cells import (
    ACROSS,
    ALONG,
    CELL,
    DOWN,
    LEFT,
    MOVES,
    RIGHT,
    STAY,
    UP,
    after,
    facing,
    middle,
    one_hot,
    square,
    trail,
)
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
    OneHot,
    Refused,
    Seat,
    Timing,
    View,
    World,
)

ON_GOAL, ELSEWHERE = 1.0, -0.1  # reward a tick
TIME = 1  # cause
SMALLEST, LARGEST = 3, 15  # cells a side
BOTS = (
    Bot("sweeper", "walker", about="walks the grid to and fro, row by row, and never remembers"),
    Bot("stroller", "walker", about="walks at random"),
    Bot("knower", "walker", split="test", about="knows the goal"),
    Bot("spiral", "walker", split="final", about="walks along the rim and then inwards, and never remembers"),
)
kind, _ = names_of(BOTS)
GENERATORS = (Generator("goals"), Generator("held-out goals", split="test"), Generator("rim", split="final"))
RIM = 2


# --- the task and its episodes -----------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """The goal, which stays for a trial."""
    side = len(w.trod)
    if w.generator == RIM:
        w.goal[0], w.goal[1] = rim_cell(integer(w, 4 * side - 7), side)
        return
    chosen = integer(w, side * side - 4)
    w.goal[0], w.goal[1] = goal_cell(chosen, side)


@kernel
def rim_cell(number, side):
    """The ``number``-th outermost cell that can be the goal: along the upper edge, down the right one, and the like
    along the left and the lower edge. The start corner and its two neighbours on the rim cannot be.
    """
    last = side - 1
    if number < side - 2:
        return 0, 2 + number
    number -= side - 2
    if number < side - 2:
        return 2 + number, 0
    number -= side - 2
    if number < last:
        return last, 1 + number
    return number - last + 1, last


@kernel
def goal_cell(number, side):
    """Row and column of the ``number``-th cell, row by row, that can be the goal: none of the start corner's four."""
    place = number + (2 if number < side - 2 else 4)
    return place // side, place % side


@kernel
def begin(w):
    """Back to the corner; the path starts anew."""
    w.row[0] = w.col[0] = 0.0
    w.heading[0] = 0.0
    for cell in range(len(w.path)):
        w.path[cell] = 0
    for row in range(len(w.trod)):
        for col in range(len(w.trod)):
            w.trod[row, col] = 0
    w.trod[0, 0] = 1


# --- play --------------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """One tick: walk, leave a track, and get what the cell pays."""
    walk(w, int(actions[0, 0]))
    leave_track(w)
    rewards[0] += ON_GOAL if on_goal(w) else ELSEWHERE


@kernel
def walk(w, way):
    """One cell on, unless the grid ends there."""
    side = len(w.trod)
    w.row[0] = after(w.row[0], ACROSS[way], side)
    w.col[0] = after(w.col[0], ALONG[way], side)
    w.heading[0] = facing(way, w.heading[0])


@kernel
def leave_track(w):
    """Note the cell stood on."""
    row, col = int(w.row[0]), int(w.col[0])
    w.trod[row, col] = 1
    w.path[w.tick + 1] = row * len(w.trod) + col  # the engine counts the tick after the step


@kernel
def on_goal(w):
    """Whether the walker stands on the goal."""
    return int(w.row[0]) == w.goal[0] and int(w.col[0]) == w.goal[1]


@kernel
def ended(w, seat):
    """Only time ends an episode."""
    return TIME if w.tick >= len(w.path) - 1 else 0


# --- what is seen, told and measured -----------------------------------------------------------------------------


@kernel
def observe(w, seat, out):
    """The own cell."""
    one_hot(out, int(w.row[0]) * len(w.trod) + int(w.col[0]))


@kernel
def reveal(w, seat, out):
    """The goal's cell."""
    one_hot(out, w.goal[0] * len(w.trod) + w.goal[1])


@kernel
def figures(w, out):
    """Whether the goal was found in this episode, and how many cells were seen."""
    out[0] = float(w.trod[w.goal[0], w.goal[1]])
    out[1] = 0.0
    for row in range(len(w.trod)):
        for col in range(len(w.trod)):
            out[1] += float(w.trod[row, col])


@kernel
def solvable(w):
    """Whether the goal lies on the grid and outside the start corner."""
    inside = 0 <= w.goal[0] < len(w.trod) and 0 <= w.goal[1] < len(w.trod)
    return inside and max(w.goal[0], w.goal[1]) >= 2


# --- bots --------------------------------------------------------------------------------------------------------


@kernel
def act(w, seat):
    """A bot stays once it is on the goal; before, each kind walks its own way."""
    if on_goal(w):
        w.action[0, 0] = STAY
    elif w.bot_kind[0] == kind.sweeper:
        w.action[0, 0] = sweep(w)
    elif w.bot_kind[0] == kind.knower:
        w.action[0, 0] = straight(w)
    elif w.bot_kind[0] == kind.spiral:
        w.action[0, 0] = wind(w)
    else:
        w.action[0, 0] = RIGHT + integer(w, 4)


@kernel
def sweep(w):
    """To and fro, row by row."""
    row, col, last = int(w.row[0]), int(w.col[0]), len(w.trod) - 1
    if row % 2 == 0:
        return RIGHT if col < last else DOWN
    return LEFT if col > 0 else DOWN


@kernel
def wind(w):
    """On as before; to the right where the grid ends or the cell ahead was trodden already."""
    way = int(w.action[0, 0]) if w.tick > 0 and w.action[0, 0] != STAY else RIGHT
    for _ in range(4):
        row, col = int(w.row[0]) + ACROSS[way], int(w.col[0]) + ALONG[way]
        if 0 <= row < len(w.trod) and 0 <= col < len(w.trod) and int(w.trod[row, col]) == 0:
            return way
        way = RIGHT + (way - RIGHT + 1) % 4
    return way


@kernel
def straight(w):
    """Down or up first, then along."""
    row, col = int(w.row[0]), int(w.col[0])
    if row != w.goal[0]:
        return DOWN if row < w.goal[0] else UP
    return RIGHT if col < w.goal[1] else LEFT


# --- the picture and the world -----------------------------------------------------------------------------------


def draw(w: Any, canvas: Canvas) -> None:
    """The grid, the cells trodden in this episode, the goal (faint, and only if asked for), the path, the walker."""
    side, goal = len(w.trod), (int(w.goal[0]), int(w.goal[1]))
    canvas.tiles(np.zeros((side, side), np.uint8), {0: "floor"}, size=CELL)
    for row, col in np.argwhere(w.trod):
        square(canvas, row, col, 0.94, "path", alpha=46)
    here = bool(on_goal(w))
    if here or canvas.shows("hidden"):
        square(canvas, *goal, 0.94, "goal", alpha=150 if here else 40)
        canvas.ring(middle(*goal), 0.4 * CELL, "goal" if here else "muted")
    place = middle(float(w.row[0]), float(w.col[0]))
    trail(canvas, w.path[: int(w.tick)], side, place)
    canvas.disc(middle(0, 0), 0.06 * CELL, "muted")
    canvas.seat(0, place, float(w.heading[0]), 0.22 * CELL)


def status(w: Any, seat: int) -> str:
    """For people."""
    return "on the goal" if on_goal(w) else "searching"


def tell(w: Any, seat: int) -> list[str]:
    """Where the walker stands, in words."""
    side, row, col = len(w.trod), int(w.row[0]), int(w.col[0])
    here = "the goal" if on_goal(w) else "not the goal"
    return [
        f"Row {row + 1}, column {col + 1} of {side} times {side}: {here}.",
        f"{int(w.trod.sum())} cells were trodden in this episode, {len(w.path) - 1 - int(w.tick)} ticks are left.",
    ]


CAUSES = (RUNNING, Cause("time is up", "truncated"))


def state(side: int) -> dict[str, Field]:
    """The record."""
    ticks, last = 3 * side, side - 1
    return {
        "goal": Field("i8", (2,), 0, last, hidden=True, doc="row, column"),
        "path": Field("i8", (ticks + 1,), 0, side * side - 1, doc="cells stood on in this episode"),
        "row": Field("f8", (1,), 0, last, smooth="linear"),
        "col": Field("f8", (1,), 0, last, smooth="linear"),
        "heading": Field("f8", (1,), 0.0, 4.8, unit="rad", smooth="angle", doc="of the last step"),
        "trod": Field("u1", (side, side), 0, 1, doc="in this episode"),
    }


BUILD_CHOICES = {"side": range(SMALLEST, LARGEST + 1)}


def build(side: int = 5) -> World:
    """The world on a grid of 3 to 15 cells a side.

    Raises:
        Refused: another size.
    """
    if not SMALLEST <= side <= LARGEST:
        raise Refused(f"gridnav takes a side of {SMALLEST} to {LARGEST} cells, not {side}")
    names = tuple(f"row {1 + cell // side}, column {1 + cell % side}" for cell in range(side * side))
    keys = {"keys": {"right": RIGHT, "down": DOWN, "left": LEFT, "up": UP}, "rest": STAY, "wait": True}
    return World(
        name="gridnav",
        version=2,
        page=__doc__ or "",
        seats=(Seat("walker_0", "walker", team=0),),
        state=state(side),
        actions=(Action("walk", MOVES),),
        observation=Pieces(place=side * side).within(0.0, 1.0),
        told=(OneHot("goal", names, about="layout"),),
        figures=(Figure("found"), Figure("cells seen")),
        kernels=KERNELS,
        generators=GENERATORS,
        bots=BOTS,
        causes=CAUSES,
        timing=Timing(0.25, ticks_per_decision=1, decisions=3 * side, episodes=4),
        view=View(draw, (side * CELL, side * CELL), status=status, tell=tell, controls={"walk": keys}),
        build_args={"side": side},
        learning={
            "steps": 16_000_000,
            "epochs": 3,
            "learning_rate": 0.003,
            "learning_rate_anneal": 1.0,
            "entropy": 0.06,
            "entropy_end": 0.0,
            "reference_steps": 6_000_000,
        },
    )


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
