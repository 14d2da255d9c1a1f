"""A kitchen from a file in Overcooked-AI's layout format, by the rules of that game.

Soups are made of onions and tomatoes. A pot that is full begins to cook by itself; one with less when somebody uses it
with empty hands, where such a soup is worth anything. A soup that is done is taken up with a dish and goes out at the
window. Counters hold one thing each.
Cooks see everything, look where they last moved, and stand in each other's way. An episode has 400 decisions.
"""

from dataclasses import replace
from typing import Any

from worlds.games.kitchen.classic.bots import act
from worlds.games.kitchen.classic.constants import (
    CHOICES,
    COLD,
    DECISIONS,
    NOTHING,
    RIGHT,
    TICK,
    TIME_IS_UP,
    UP,
    USE,
)
from worlds.games.kitchen.classic.cooking import can_use, cook, use, walk
from worlds.games.kitchen.classic.laying import GENERATORS, closed, solvable
from worlds.games.kitchen.classic.loading import rule_of
from worlds.games.kitchen.classic.picture import CONTROLS, TILE, draw, status
from worlds.games.kitchen.classic.roster import BOTS, KNOBS, ROLE
from worlds.games.kitchen.classic.senses import (
    FRONT,
    NEAR,
    OTHER,
    OWN,
    POT_FACTS,
    POTS,
    SEAT_FIGURES,
    WAYS,
    figures,
    observe,
    reveal,
)
from worlds.games.kitchen.classic.state import state
from worlds.games.kitchen.reader import SHIPPED, read, text_of
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
    Refused,
    Seat,
    Timing,
    View,
    World,
)

NORTH = 4.71238898038469  # rad; how everybody looks at first


@kernel
def begin(w):
    """Everybody at his start, empty-handed; cold pots and empty counters."""
    w.points = 0.0
    for seat in range(len(w.hand)):
        w.row[seat], w.col[seat] = w.start[seat, 0], w.start[seat, 1]
        w.heading[seat], w.facing[seat] = NORTH, UP
        w.hand[seat], w.hand_onions[seat], w.hand_tomatoes[seat] = NOTHING, 0, 0
        w.served[seat] = w.puts[seat] = w.fetched[seat] = w.blocked[seat] = 0
        w.idle[seat] = 0
    for row in range(w.tiles.shape[0]):
        for col in range(w.tiles.shape[1]):
            w.lies[row, col] = w.onions[row, col] = w.tomatoes[row, col] = w.away[row, col] = 0
            w.clock[row, col] = COLD


@kernel
def step(w, actions, rewards):
    """Who uses something does so, seat after seat; then all move; then pots cook."""
    for seat in range(len(w.hand)):
        if actions[seat, 0] == USE:
            use(w, seat, rewards)
    walk(w, actions)
    cook(w)


@kernel
def ended(w, seat):
    """Everyone cooks until the time is up."""
    return TIME_IS_UP if w.tick >= DECISIONS else 0


@kernel
def legal(w, seat, out):
    """One can stay, and turn to any side; using something is masked where it would do nothing."""
    for move in range(UP + 1):
        out[move] = 1
    out[USE] = int(can_use(w, seat))


LEARNING: dict[str, Any] = {"steps": 20_000_000, "lanes": 128, "gamma": 0.99, "reference_steps": 10_000_000}


def build_from(layout: str, seats: int, shaped: bool, page: str) -> World:
    """The kitchen of a layout: one of `SHIPPED`, a file, or its text.

    Raises:
        Refused: the layout is none, or has another number of cooks than ``seats`` (2 may stand for any).
    """
    text = text_of(layout)
    name = layout if layout in SHIPPED or layout != text else "layout"
    kitchen = read(text, name)
    cooks = len(kitchen.starts)
    if seats not in (2, cooks):
        raise Refused(f"kitchen is given seats={seats!r} and a layout of {cooks} cooks: leave seats out")
    rows, cols = len(kitchen.tiles), len(kitchen.tiles[0])
    world = World(
        name="kitchen",
        version=1,
        page=page,
        seats=tuple(Seat(f"cook_{seat}", ROLE, team=0) for seat in range(cooks)),
        state=state(cooks, rows, cols),
        actions=(Action("do", CHOICES),),
        observation=Pieces(
            own=OWN, ways=WAYS, near=NEAR, front=FRONT, pots=POTS * POT_FACTS, others=OTHER * (cooks - 1), clock=1
        ).within(-150.0, 150.0),
        told=(Bots(), Numbers("knobs", KNOBS * (cooks - 1), about="opponents")),
        figures=(
            Figure("soup_points"),
            *(Figure(each, per="seat", unwanted=each == "blocked_steps") for each in SEAT_FIGURES),
        ),
        kernels=Kernels(
            draw_task=rule_of(kitchen, shaped), begin=begin, step=step, ended=ended, observe=observe, reveal=reveal,
            act=act, figures=figures, legal=legal, solvable=solvable,
        ),
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(TICK, ticks_per_decision=1, decisions=DECISIONS, episodes=1),
        view=View(draw, (cols * TILE, (rows + 1) * TILE), status=status, controls={"do": CONTROLS}),
        consistent=closed,
    )  # fmt: skip
    kept = layout if layout in SHIPPED else text  # a text goes along with replays and runs, a file may be gone
    return replace(world, build_args={"seats": cooks, "layout": kept, "shaped": shaped}, learning=LEARNING)


assert RIGHT == 1
