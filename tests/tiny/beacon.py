"""Beacon: walk along a line to a beacon that nobody sees. A whole world in one short file.

Rules    Everyone walks on one line. Standing near the beacon finds it: that walker is done, the others go on.
Who      walker_0 … walker_2, each for itself.
Actions  walk: west, stay, east (no walking into the ends of the line).
Seen     own: place, 1 · found: share of walkers that are done, 1.
Hidden   where the beacon is.                    Reward  +0.99 for finding it, −0.01 a tick until then.
End      terminated: found · truncated: time.
Varies   the beacon's place (test: far out; final: between them), how bold the bots are.
Version  2: rules changed (the engine draws who is met; new streams of chance).
"""

from typing import Any

import numpy as np

from worlds.kit.bots import names_of
from worlds.kit.chance import between, integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp
from worlds.kit.observation import Pieces
from worlds.kit.record import TERMINATED
from worlds.world import (
    RUNNING,
    Action,
    Bot,
    Cause,
    Field,
    Figure,
    Generator,
    Kernels,
    Knob,
    Numbers,
    Refused,
    Seat,
    Timing,
    View,
    World,
)

MOST_SEATS = 3
LENGTH, MIDDLE = 10.0, 5.0  # m
STRIDE = 0.25  # m a tick
REACH = 0.3  # m
TICKS = 60  # of an episode
WEST, STAY, EAST = range(3)
NEAR, FAR, BETWEEN = range(3)  # generators
SWAY = 8  # decisions: a waverer goes so far one way, then the other
FOUND, TIME = 1, 2  # causes
BOLD = Knob("bold", 0.1, 0.9, held_out=(0.4, 0.6))
BOTS = (
    Bot("pacer", "walker", (BOLD,)),
    Bot("drifter", "walker", (BOLD,), split="test"),
    Bot("waverer", "walker", (BOLD,), split="final"),
)
kind, knob = names_of(BOTS)


def build(seats: int = 2, named: bool = False) -> World:
    """With ``named``, walkers also see the name of the half of the line that they are in."""
    if not 1 <= seats <= MOST_SEATS:
        raise Refused(f"beacon takes 1 to {MOST_SEATS} seats, not {seats}")
    return World(
        name="beacon",
        version=2,
        page=__doc__ or "",
        seats=tuple(Seat(f"walker_{seat}", "walker", seat) for seat in range(seats)),
        state={
            "beacon": Field("f8", (), 0.0, LENGTH, unit="m", hidden=True),
            "pos": Field("f8", (seats,), 0.0, LENGTH, unit="m", smooth="linear"),
        },
        actions=(Action("walk", ("west", "stay", "east")),),
        observation=(Pieces(own=1, found=1) + Pieces(things=1) if named else Pieces(own=1, found=1)).within(0.0, 1.0),
        things=2 if named else 0,
        told=(Numbers("beacon", 1, about="layout"),),
        figures=(Figure("finders"), Figure("found", per="seat"), Figure("place", per="seat")),
        kernels=Kernels(
            draw_task=draw_task, begin=begin, step=step, ended=ended, observe=observe, reveal=reveal, act=act,
            figures=figures, legal=legal, solvable=solvable,
        ),
        generators=(Generator("near"), Generator("far", split="test"), Generator("between", split="final")),
        bots=BOTS,
        causes=(RUNNING, Cause("found", "terminated"), Cause("time", "truncated")),
        timing=Timing(tick=0.1, ticks_per_decision=2, decisions=TICKS // 2),
        view=View(draw, (LENGTH, 1.0), controls={"walk": {"a": WEST, "d": EAST}}),
        build_args={"seats": seats, "named": True} if named else {"seats": seats},
    )  # fmt: skip


@kernel
def draw_task(w):  # type: ignore[no-untyped-def]
    low, high = 1.0, 2.5
    if w.generator == FAR:
        low, high = 3.0, 4.5
    elif w.generator == BETWEEN:
        low, high = 2.5, 3.0
    away = between(w, low, high)
    w.beacon = MIDDLE + away * (2 * integer(w, 2) - 1)


@kernel
def begin(w):  # type: ignore[no-untyped-def]
    for seat in range(len(w.pos)):
        w.pos[seat] = MIDDLE + between(w, -0.5, 0.5)


@kernel
def step(w, actions, rewards):  # type: ignore[no-untyped-def]
    for seat in range(len(w.pos)):
        if int(w.done[seat]) == 0:
            w.pos[seat] = clamp(w.pos[seat] + STRIDE * (int(actions[seat, 0]) - STAY), 0.0, LENGTH)
            rewards[seat] += 0.99 if finds(w, seat) else -0.01


@kernel
def finds(w, seat):  # type: ignore[no-untyped-def]
    return abs(w.pos[seat] - w.beacon) <= REACH


@kernel
def ended(w, seat):  # type: ignore[no-untyped-def]
    if finds(w, seat):
        return FOUND
    return TIME if w.tick >= TICKS else 0


@kernel
def observe(w, seat, out):  # type: ignore[no-untyped-def]
    out[0] = w.pos[seat] / LENGTH
    out[1] = finders(w) / len(w.pos)
    if len(out) > 2:
        out[2] = 0.5 if w.pos[seat] < MIDDLE else 1.0


@kernel
def reveal(w, seat, out):  # type: ignore[no-untyped-def]
    out[0] = w.beacon / LENGTH


@kernel
def act(w, seat):  # type: ignore[no-untyped-def]
    choice = integer(w, 3) if uniform(w) < w.bot_knob[seat, knob.bold] else int(w.action[seat, 0])
    if w.bot_kind[seat] == kind.waverer:
        choice = EAST if w.tick // 2 // SWAY % 2 == 0 else WEST
    stuck = (choice == WEST and w.pos[seat] <= 0.0) or (choice == EAST and w.pos[seat] >= LENGTH)
    w.action[seat, 0] = STAY if stuck else choice


@kernel
def legal(w, seat, out):  # type: ignore[no-untyped-def]
    out[WEST] = w.pos[seat] > 0.0
    out[STAY] = 1
    out[EAST] = w.pos[seat] < LENGTH


@kernel
def figures(w, out):  # type: ignore[no-untyped-def]
    out[0] = finders(w)
    for seat in range(len(w.pos)):
        out[1 + 2 * seat] = 1.0 if int(w.done[seat]) == TERMINATED else 0.0
        out[2 + 2 * seat] = w.pos[seat]


@kernel
def finders(w):  # type: ignore[no-untyped-def]
    count = 0.0
    for seat in range(len(w.pos)):
        count += 1.0 if int(w.done[seat]) == TERMINATED else 0.0
    return count


@kernel
def solvable(w):  # type: ignore[no-untyped-def]
    return abs(w.beacon - MIDDLE) + 0.5 < STRIDE * TICKS and REACH < w.beacon < LENGTH - REACH


def draw(w: Any, canvas: Any) -> None:
    canvas.line(np.array([[0.0, 0.5], [LENGTH, 0.5]]), "floor")
    if canvas.shows("hidden"):
        canvas.ring((w.beacon, 0.5), REACH, "goal")
    for seat, place in enumerate(w.pos):
        canvas.seat(seat, (place, 0.5), 0.0, 0.2, dim=bool(w.done[seat]))
