"""Frozen lake: cross the ice to the far corner; where it is thin nobody tells you, nor which button moves you where.

Rules    A lake of SIDE × SIDE cells (5 × 5). Each is a hole with probability 0.2, except the start, top left, and the
         goal, bottom right; only lakes that can be crossed are used, as in Gymnasium's FrozenLake. The ice is not
         slippery: a step goes where its button says. This is the k-shot Meta-FrozenLake of AMAGO (Grigsby et al.
         2024); there the buttons keep their order, which `remapped=False` gives.
Who      slider_0, alone.
Actions  button: first … fifth. Which of them stays, and which goes right, down, left and up, is part of the task.
Seen     place: the own cell, one-hot. A hole shows only by the next episode's early start.
Hidden   the holes; what each button does.
Reward   +1 for reaching the goal.
End      terminated: in a hole, or at the goal · truncated after 5 × SIDE ticks (25).
Varies   the holes, the buttons. Training and test lakes are drawn alike, by separate streams of draws. Final: rifts of
         open water from shore to shore, each with a bridge or two.
Headroom large: who knows lake and buttons always arrives, an explorer that remembers does so from about the seventh
         episode on, and seldom in the first.
Version  2: rules changed (the engine draws the lake's key and who plays; new streams of chance).
"""

from typing import Any

import numpy as np

from worlds.kit.bots import names_of
from worlds.kit.cells import ACROSS, ALONG, CELL, DOWN, MOVES, RIGHT, after, facing, middle, one_hot, square, trail
from worlds.kit.chance import integer, uniform
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
    Shares,
    Timing,
    View,
    World,
)

HOLE = 0.2  # probability that a cell is one
SECOND = 0.3  # probability that a rift has a second bridge
TRIES = 64  # to draw a lake that can be crossed; about two in three can
ARRIVED, DROWNED, TIME = range(1, 4)  # causes
SMALLEST, LARGEST = 3, 12  # cells a side
BUTTONS = ("first", "second", "third", "fourth", "fifth")
BOTS = (
    Bot("stroller", "slider", about="presses buttons at random"),
    Bot("hopeful", "slider", about="presses what usually goes right and down"),
    Bot("knower", "slider", split="test", about="knows the holes and the buttons"),
    Bot("rounder", "slider", split="final", about="presses what usually goes down, at the lower edge what goes right"),
)
kind, _ = names_of(BOTS)
GENERATORS = (Generator("lakes"), Generator("held-out lakes", split="test"), Generator("rifts", split="final"))
RIFTS = 2


# --- the task and its episodes -----------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """The lake and what the buttons do, which stay for a trial."""
    draw_plain_task(w)
    for button in range(len(w.does) - 1, 0, -1):  # every order is equally likely (Fisher and Yates)
        other = integer(w, button + 1)
        w.does[button], w.does[other] = w.does[other], w.does[button]


@kernel
def draw_plain_task(w):
    """The same with the buttons in their usual order."""
    draw_lake(w)
    for button in range(len(w.does)):
        w.does[button] = button


@kernel
def draw_lake(w):
    """Holes until the lake can be crossed; if it never can, one whose upper and right edges are clear."""
    side = len(w.hole)
    if w.generator == RIFTS:
        draw_rifts(w)
        measure_ways(w)
        return
    for attempt in range(TRIES + 1):
        for row in range(side):
            for col in range(side):
                clear = attempt == TRIES and (row == 0 or col == side - 1)
                w.hole[row, col] = 1 if uniform(w) < HOLE and not clear else 0
        w.hole[0, 0] = w.hole[side - 1, side - 1] = 0
        measure_ways(w)
        if w.away[0, 0] < side * side:
            break


@kernel
def draw_rifts(w):
    """Open water from shore to shore, row after row, each with one bridge of ice, now and then with two; no other
    holes. Rows lie so far apart that the way from bridge to bridge takes no longer than an episode.
    """
    side = len(w.hole)
    apart = max(2, side // 3)
    for row in range(side):
        is_rift = row % apart == apart - 1 and row < side - 1
        first, second = integer(w, side), integer(w, side)
        two = uniform(w) < SECOND
        for col in range(side):
            w.hole[row, col] = 1 if is_rift and col != first and not (two and col == second) else 0


@kernel
def measure_ways(w):
    """How many steps every cell is from the goal over the ice; side · side where there is no way."""
    side = len(w.hole)
    none = side * side
    for row in range(side):
        for col in range(side):
            w.away[row, col] = none
    w.away[side - 1, side - 1] = 0
    changed = True
    while changed:
        changed = False
        for row in range(side):
            for col in range(side):
                best = nearest_neighbour(w, row, col) + 1
                if int(w.hole[row, col]) == 0 and best < w.away[row, col]:
                    w.away[row, col] = best
                    changed = True


@kernel
def nearest_neighbour(w, row, col):
    """The smallest distance to the goal among the four cells beside one."""
    side = len(w.hole)
    best = side * side
    for move in range(RIGHT, len(ALONG)):
        there, across = row + ACROSS[move], col + ALONG[move]
        if 0 <= there < side and 0 <= across < side:
            best = min(best, w.away[there, across])
    return best


@kernel
def begin(w):
    """Back to the start; the path starts anew."""
    w.row[0] = w.col[0] = 0.0
    w.heading[0] = 0.0
    for cell in range(len(w.path)):
        w.path[cell] = 0


# --- play --------------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """One tick: slide where the button says, leave a track, and be paid for arriving."""
    slide(w, w.does[int(actions[0, 0])])
    w.path[w.tick + 1] = here(w)  # the engine counts the tick after the step
    rewards[0] += 1.0 if arrived(w) else 0.0


@kernel
def slide(w, move):
    """One cell on, unless the lake ends there."""
    side = len(w.hole)
    w.row[0] = after(w.row[0], ACROSS[move], side)
    w.col[0] = after(w.col[0], ALONG[move], side)
    w.heading[0] = facing(move, w.heading[0])


@kernel
def here(w):
    """The own cell."""
    return int(w.row[0]) * len(w.hole) + int(w.col[0])


@kernel
def arrived(w):
    """Whether this is the goal."""
    return here(w) == len(w.hole) * len(w.hole) - 1


@kernel
def ended(w, seat):
    """At the goal, in a hole, or out of time."""
    if arrived(w):
        return ARRIVED
    if int(w.hole[int(w.row[0]), int(w.col[0])]) == 1:
        return DROWNED
    return TIME if w.tick >= len(w.path) - 1 else 0


# --- what is seen, told and measured -----------------------------------------------------------------------------


@kernel
def observe(w, seat, out):
    """The own cell."""
    one_hot(out, here(w))


@kernel
def reveal(w, seat, out):
    """The holes; then for each button what it does, one-hot."""
    side, moves = len(w.hole), len(w.does)
    for row in range(side):
        for col in range(side):
            out[row * side + col] = float(w.hole[row, col])
    for button in range(moves):
        first = side * side + button * moves
        one_hot(out[first : first + moves], w.does[button])


@kernel
def figures(w, out):
    """Whether the goal was reached, and in how many steps the episode ended."""
    out[0] = 1.0 if arrived(w) else 0.0
    out[1] = float(w.tick)


@kernel
def solvable(w):
    """Whether the goal can be reached in time."""
    return w.away[0, 0] < len(w.path)


# --- bots --------------------------------------------------------------------------------------------------------


@kernel
def act(w, seat):
    """Press a random button; or what would go right or down if the buttons were in order; or the best one."""
    if w.bot_kind[0] == kind.stroller:
        w.action[0, 0] = integer(w, len(w.does))
    elif w.bot_kind[0] == kind.hopeful:
        w.action[0, 0] = RIGHT + integer(w, 2)
    elif w.bot_kind[0] == kind.rounder:
        w.action[0, 0] = DOWN if w.row[0] < len(w.hole) - 1 else RIGHT
    else:
        w.action[0, 0] = best_button(w)


@kernel
def best_button(w):
    """The first button that leads one step nearer to the goal."""
    row, col, side = int(w.row[0]), int(w.col[0]), len(w.hole)
    for button in range(len(w.does)):
        there, across = row + ACROSS[w.does[button]], col + ALONG[w.does[button]]
        if 0 <= there < side and 0 <= across < side:
            if w.away[there, across] < w.away[row, col]:
                return button
    return 0


# --- the picture and the world -----------------------------------------------------------------------------------


def draw(w: Any, canvas: Canvas) -> None:
    """The shore, ice with cracks, the holes (those of the task only if asked for), start, flag, path, the slider."""
    side, last = len(w.hole), len(w.hole) - 1
    cell = (int(w.row[0]), int(w.col[0]))
    place = middle(float(w.row[0]), float(w.col[0]))
    _ice(canvas, side)
    for row in range(side):
        for col in range(side):
            if w.hole[row, col] and (canvas.shows("hidden") or cell == (row, col)):
                _hole(canvas, row, col)
            else:
                _crack(canvas, row, col)
    canvas.ring(middle(0, 0), 0.36 * CELL, "ice_edge")
    _flag(canvas, last)
    trail(canvas, w.path[: int(w.tick)], side, place)
    canvas.seat(0, place, float(w.heading[0]), 0.22 * CELL, dim=bool(w.hole[cell]))
    if canvas.shows("hidden"):
        words = [f"{button + 1} {MOVES[move]}" for button, move in enumerate(w.does)]
        canvas.text((0.5 * side * CELL, (side + 0.3) * CELL), " · ".join(words), size=0.6, style="muted")


def _ice(canvas: Canvas, side: int) -> None:
    """The lake in its shore, with faint lines between the cells."""
    reach = side * CELL
    canvas.box((0.5 * reach, 0.5 * reach), reach + 0.5, reach + 0.5, "shore")
    canvas.box((0.5 * reach, 0.5 * reach), reach, reach, "ice")
    for number in range(1, side):
        canvas.ribbon(np.array([(number * CELL, 0.0), (number * CELL, reach)]), 0.05, "ice_edge")
        canvas.ribbon(np.array([(0.0, number * CELL), (reach, number * CELL)]), 0.05, "ice_edge")


def _hole(canvas: Canvas, row: int, col: int) -> None:
    canvas.disc(middle(row, col), 0.42 * CELL, "ice_edge")
    canvas.disc(middle(row + 0.02, col), 0.37 * CELL, "water")


def _crack(canvas: Canvas, row: int, col: int) -> None:
    """A few lines in the ice that look a little different in every cell."""
    turn = 0.9 * (3 * row + 5 * col % 7)
    centre = np.array(middle(row + 0.12 * np.sin(2 * turn), col + 0.12 * np.cos(3 * turn)))
    for branch in range(3):
        angles = turn + branch * 2.1 + np.array([0.0, 0.35])
        bend = centre + 0.15 * CELL * np.array([np.cos(angles[0]), np.sin(angles[0])])
        end = bend + 0.13 * CELL * np.array([np.cos(angles[1]), np.sin(angles[1])])
        canvas.ribbon(np.array([centre, bend, end]), 0.04, "ice_edge")


def _flag(canvas: Canvas, last: int) -> None:
    square(canvas, last, last, 0.94, "goal", alpha=60)
    corner = np.array([last * CELL, last * CELL])
    canvas.ribbon(corner + CELL * np.array([(0.42, 0.84), (0.42, 0.16)]), 0.13, "ink")
    canvas.polygon(corner + CELL * np.array([(0.44, 0.16), (0.82, 0.3), (0.44, 0.45)]), "goal")


def status(w: Any, seat: int) -> str:
    """For people."""
    steps = int(w.tick)
    return "there" if arrived(w) else f"{steps} {'step' if steps == 1 else 'steps'} on the ice"


def tell(w: Any, seat: int) -> list[str]:
    """Where the slider is, in words."""
    side, row, col = len(w.hole), int(w.row[0]), int(w.col[0])
    here = "a hole" if w.hole[row, col] else "the goal" if arrived(w) else "ice"
    return [f"Row {row + 1}, column {col + 1} of {side} times {side}: {here}."]


CAUSES = (
    RUNNING,
    Cause("arrived", "terminated"),
    Cause("fell into a hole", "terminated"),
    Cause("time is up", "truncated"),
)


def state(side: int) -> dict[str, Field]:
    """The record."""
    ticks, cells, last, buttons = 5 * side, side * side, side - 1, len(BUTTONS)
    return {
        "away": Field("i8", (side, side), 0, cells, hidden=True, doc="steps to the goal"),
        "does": Field("i8", (buttons,), 0, buttons - 1, hidden=True, doc="the move behind each button"),
        "path": Field("i8", (ticks + 1,), 0, cells - 1, doc="cells stood on in this episode"),
        "row": Field("f8", (1,), 0, last, smooth="linear"),
        "col": Field("f8", (1,), 0, last, smooth="linear"),
        "heading": Field("f8", (1,), 0.0, 4.8, unit="rad", smooth="angle", doc="of the last step"),
        "hole": Field("u1", (side, side), 0, 1, hidden=True),
    }


BUILD_CHOICES = {"side": range(SMALLEST, LARGEST + 1)}


def build(side: int = 5, remapped: bool = True) -> World:
    """The world on a lake of 3 to 12 cells a side, with buttons in a new order for every task or in the usual one.

    Raises:
        Refused: another size.
    """
    if not SMALLEST <= side <= LARGEST:
        raise Refused(f"frozen_lake takes a side of {SMALLEST} to {LARGEST} cells, not {side}")
    cells = side * side
    buttons = tuple(OneHot(f"{button} button", MOVES, about="layout") for button in BUTTONS)
    keys = {"keys": {str(number + 1): number for number in range(len(BUTTONS))}, "rest": 0, "wait": True}
    return World(
        name="frozen_lake",
        version=2,
        page=__doc__ or "",
        seats=(Seat("slider_0", "slider", team=0),),
        state=state(side),
        actions=(Action("button", BUTTONS),),
        observation=Pieces(place=cells).within(0.0, 1.0),
        told=(Shares("holes", cells, about="layout"), *buttons),
        figures=(Figure("arrived"), Figure("steps")),
        kernels=kernels(draw_task if remapped else draw_plain_task),
        generators=GENERATORS,
        bots=BOTS,
        causes=CAUSES,
        timing=Timing(0.25, ticks_per_decision=1, decisions=5 * side, episodes=15),
        view=View(draw, (side * CELL, (side + 0.5) * CELL), status=status, tell=tell, controls={"button": keys}),
        build_args={"side": side, "remapped": remapped},
        learning={"reference_steps": 6_000_000},
    )


def kernels(task: Any) -> Kernels:
    """The rules, with one of the two ways to draw a task."""
    return Kernels(
        draw_task=task, begin=begin, step=step, ended=ended, observe=observe, reveal=reveal, act=act, figures=figures,
        solvable=solvable,
    )  # fmt: skip
