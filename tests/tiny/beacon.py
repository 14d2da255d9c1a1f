"""Beacon: walk along a line to a beacon that nobody sees. A whole world in one short file.

Rules    Everyone walks on one line. Standing near the beacon finds it: that walker is done, the others go on.
Who      walker_0 … walker_2, each for itself.
Actions  walk: west, stay, east (no walking into the ends of the line).
Seen     own: place, 1 · found: share of walkers that are done, 1.
Hidden   where the beacon is.                    Reward  +0.99 for finding it, −0.01 a tick until then.
End      terminated: found · truncated: time.    Varies  the beacon's place (test: far out), how bold the bots are.
Version  1.
"""

from typing import Any

import numpy as np

from worlds.kit.chance import between, integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp
from worlds.kit.observation import Pieces
from worlds.kit.record import TERMINATED, layout_is_held_out, opponents_are_held_out, record
from worlds.world import RUNNING, Action, Bot, Cause, Generator, Kernels, Knob, Refused, Seat, World

MOST_SEATS = 3
LENGTH, MIDDLE = 10.0, 5.0  # m
STRIDE = 0.25  # m a tick
REACH = 0.3  # m
TICKS = 60  # of an episode
WEST, STAY, EAST = range(3)
FOUND, TIME = 1, 2  # causes
BOLD = Knob("bold", 0.1, 0.9, held_out=(0.4, 0.6))


def build(seats: int = 2) -> World:
    if not 1 <= seats <= MOST_SEATS:
        raise Refused(f"beacon takes 1 to {MOST_SEATS} seats, not {seats}")
    return World(
        name="beacon",
        version=1,
        page=__doc__ or "",
        state=record(seats, beacon="f8", pos=("f8", (seats,))),
        seats=tuple(Seat(f"walker_{seat}", "walker", seat) for seat in range(seats)),
        actions=(Action("walk", ("west", "stay", "east")),),
        observation=Pieces(own=1, found=1),
        told=Pieces(beacon=1),
        metrics=("finders",),
        seat_metrics=("found", "place"),
        kernels=Kernels(
            draw_task=draw_task,
            begin=begin,
            step=step,
            ended=ended,
            observe=observe,
            reveal=reveal,
            act=act,
            metrics=metrics,
            legal=legal,
        ),
        draw=draw,
        generators=(Generator("near"), Generator("far", split="test")),
        bots=(Bot("pacer", "walker", (BOLD,)), Bot("drifter", "walker", (BOLD,), split="test")),
        causes=(RUNNING, Cause("found", "terminated"), Cause("time", "truncated")),
        ranges={"beacon": (0.0, LENGTH), "pos": (0.0, LENGTH)},
        smooth={"pos": "linear"},
        tick=0.1,
        ticks_per_decision=2,
        episode_decisions=TICKS // 2,
        extent=(LENGTH, 1.0),
        controls={"walk": {"a": WEST, "d": EAST}},
        build_args={"seats": seats},
    )


@kernel
def draw_task(w):  # type: ignore[no-untyped-def]
    far, strangers = int(layout_is_held_out(w)), int(opponents_are_held_out(w))
    w.generator = far
    w.beacon = MIDDLE + (between(w, 1.0, 2.5) + 2.0 * far) * (2 * integer(w, 2) - 1)
    for seat in range(len(w.pos)):
        w.bot_kind[seat] = strangers
        w.bot_knob[seat, 0] = between(w, 0.4, 0.6) if strangers else between(w, 0.1, 0.4) + 0.5 * integer(w, 2)


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


@kernel
def reveal(w, seat, out):  # type: ignore[no-untyped-def]
    out[0] = w.beacon / LENGTH


@kernel
def act(w, seat):  # type: ignore[no-untyped-def]
    choice = integer(w, 3) if uniform(w) < w.bot_knob[seat, 0] else int(w.action[seat, 0])
    stuck = (choice == WEST and w.pos[seat] <= 0.0) or (choice == EAST and w.pos[seat] >= LENGTH)
    w.action[seat, 0] = STAY if stuck else choice


@kernel
def legal(w, seat, out):  # type: ignore[no-untyped-def]
    out[WEST] = w.pos[seat] > 0.0
    out[STAY] = 1
    out[EAST] = w.pos[seat] < LENGTH


@kernel
def metrics(w, out):  # type: ignore[no-untyped-def]
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
