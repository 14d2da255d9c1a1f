"""Cartpole: keep a pole upright on a cart whose weights, forces and even buttons are new in every task.

Rules    A cart on a straight track carries a pole on a hinge, and is pushed left or right with full force in every
         tick. The dynamics are those of Barto, Sutton and Anderson (1983), without friction, with the numbers, the
         integration and the ends of CartPole-v1 (Gymnasium) where the physics are the textbook's.
Who      cart_0, alone.
Actions  push: first, second. Which of them pushes left is part of the task.
Seen     cart: place on the track and speed · pole: angle and turning speed.
Hidden   gravity, mass of the cart, mass and length of the pole, force of a push, which button pushes which way.
Reward   +1 a tick.
End      terminated: the pole leans by more than 12°, or the cart is more than 2.4 m off the middle · truncated after
         500 ticks of 0.02 s.
Varies   every number is the textbook's times exp(u × its spread). Training draws 0.1 ≤ |u| ≤ 0.8 for each. Held out
         are `between`, |u| < 0.1 for all, with the textbook's own physics in its middle, and `beyond`, |u| ≥ 0.8 for
         all. Final: |u| < 0.1 for the cart's mass and the pole's length, |u| ≥ 0.8 for gravity, the pole's mass and the
         force.
Headroom what counts is which way the buttons push: a linear-quadratic regulator for the textbook's physics falls
         wherever they are swapped, and never falls once it notes which way its first push goes.
Version  2: rules changed (the engine draws the regions of physics and who plays; new streams of chance).
"""

from typing import Any

import numpy as np

from worlds.kit.bots import names_of
from worlds.kit.chance import between, integer
from worlds.kit.drawing import Canvas
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp, cos, exp, sin
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
    Numbers,
    Seat,
    Timing,
    View,
    World,
)

TICK = 0.02  # s
EPISODE = 500  # ticks
TRACK_END = 2.4  # m off the middle
STEEPEST = 12.0 * 2.0 * 3.141592653589793 / 360.0  # rad
START = 0.05  # m, m/s, rad, rad/s: an episode starts within this of the upright rest
GRAVITY, CART, POLE, LENGTH, FORCE = range(5)
TEXTBOOK = np.array([9.8, 1.0, 0.1, 0.5, 10.0])  # m/s², kg, kg, m (half the pole), N
SPREAD = np.array([0.5, 0.7, 1.1, 0.7, 0.5])  # e-folds to either side: ×1.65, ×2.0, ×3.0, ×2.0, ×1.65
GAP, EDGE = 0.1, 0.8  # of the spread: what lies between them is for training
FAMILIAR, BETWEEN, BEYOND, UNEVEN = range(4)  # generators
STIFF = 3  # ticks
FELL, LEFT_TRACK, TIME = range(1, 4)  # causes
SPEED_SEEN, TURN_SEEN = 2.0, 2.0  # m/s and rad/s that are shown as 1
MOST_SEEN = 5.0
STEADY_GAINS = np.array([1.0, 2.4, 34.0, 9.0])  # per m, m/s, rad, rad/s: about those of LQR for the textbook's physics
BOTS = (
    Bot("reflex", "cart", about="pushes to where the pole falls"),
    Bot("steady", "cart", split="test", about="weighs place, speed, lean and turning as the textbook's cart asks"),
    Bot("stiff", "cart", split="final", about="decides as the steady one does, but only every third tick"),
)
kind, _ = names_of(BOTS)


# --- the task and its episodes -----------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """The physics and the buttons, which stay for a trial."""
    w.swapped = integer(w, 2)
    w.gravity = draw_number(w, GRAVITY)
    w.cart_mass = draw_number(w, CART)
    w.pole_mass = draw_number(w, POLE)
    w.half_length = draw_number(w, LENGTH)
    w.force = draw_number(w, FORCE)


@kernel
def draw_number(w, which):
    """One physical number from the part of its range that belongs to the generator."""
    low, high = GAP, EDGE
    if w.generator == BETWEEN or (w.generator == UNEVEN and which in (CART, LENGTH)):
        low, high = 0.0, GAP
    elif w.generator in (BEYOND, UNEVEN):
        low, high = EDGE, 1.0
    side = 2.0 * integer(w, 2) - 1.0
    return TEXTBOOK[which] * exp(side * between(w, low, high) * SPREAD[which])


@kernel
def begin(w):
    """Nearly upright, nearly at rest, nearly in the middle."""
    w.x[0] = between(w, -START, START)
    w.speed[0] = between(w, -START, START)
    w.lean[0] = between(w, -START, START)
    w.turn[0] = between(w, -START, START)
    w.pushed[0] = 0.0


# --- play --------------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """One tick: push, move, and be paid for having been up."""
    w.pushed[0] = w.force * direction_of(w, int(actions[0, 0]))
    move(w)
    rewards[0] += 1.0


@kernel
def direction_of(w, button):
    """−1 where the button pushes left, +1 where it pushes right."""
    return 2.0 * ((button + w.swapped) % 2) - 1.0


@kernel
def move(w):
    """One Euler step of equations (1) and (2) of Barto et al. (1983) without friction."""
    sine, cosine = sin(w.lean[0]), cos(w.lean[0])
    mass = w.cart_mass + w.pole_mass
    moment = w.pole_mass * w.half_length
    drive = (w.pushed[0] + moment * w.turn[0] * w.turn[0] * sine) / mass
    inertia = w.half_length * (4.0 / 3.0 - w.pole_mass * cosine * cosine / mass)
    spin = (w.gravity * sine - cosine * drive) / inertia
    rush = drive - moment * spin * cosine / mass
    w.x[0] += TICK * w.speed[0]
    w.speed[0] += TICK * rush
    w.lean[0] += TICK * w.turn[0]
    w.turn[0] += TICK * spin


@kernel
def ended(w, seat):
    """The pole fell, the cart left, or the time is up."""
    if abs(w.lean[0]) > STEEPEST:
        return FELL
    if abs(w.x[0]) > TRACK_END:
        return LEFT_TRACK
    return TIME if w.tick >= EPISODE else 0


# --- what is seen, told and measured -----------------------------------------------------------------------------


@kernel
def observe(w, seat, out):
    """Cart and pole, each number about 1 where it matters."""
    out[0] = clamp(w.x[0] / TRACK_END, -MOST_SEEN, MOST_SEEN)
    out[1] = clamp(w.speed[0] / SPEED_SEEN, -MOST_SEEN, MOST_SEEN)
    out[2] = clamp(w.lean[0] / STEEPEST, -MOST_SEEN, MOST_SEEN)
    out[3] = clamp(w.turn[0] / TURN_SEEN, -MOST_SEEN, MOST_SEEN)


@kernel
def reveal(w, seat, out):
    """The physics as multiples of the textbook's, and whether the buttons are swapped."""
    out[0] = w.gravity / TEXTBOOK[GRAVITY]
    out[1] = w.cart_mass / TEXTBOOK[CART]
    out[2] = w.pole_mass / TEXTBOOK[POLE]
    out[3] = w.half_length / TEXTBOOK[LENGTH]
    out[4] = w.force / TEXTBOOK[FORCE]
    out[5] = float(w.swapped)


@kernel
def figures(w, out):
    """How long the pole stood, and how far from the middle the cart ended."""
    out[0] = w.tick * TICK
    out[1] = abs(w.x[0])


@kernel
def solvable(w):
    """Whether a push is stronger than gravity's pull on all of it at half the steepest lean: then it can right it."""
    return w.force > (w.cart_mass + w.pole_mass) * w.gravity * sin(0.5 * STEEPEST)


# --- bots --------------------------------------------------------------------------------------------------------


@kernel
def act(w, seat):
    """Push under the pole: by its fall alone, or by all four numbers."""
    if w.bot_kind[0] == kind.stiff and w.tick % STIFF != 0:
        return
    wish = w.lean[0] + 0.3 * w.turn[0]
    if w.bot_kind[0] != kind.reflex:
        wish = (
            STEADY_GAINS[0] * w.x[0]
            + STEADY_GAINS[1] * w.speed[0]
            + STEADY_GAINS[2] * w.lean[0]
            + STEADY_GAINS[3] * w.turn[0]
        )
    right = 1 if wish > 0.0 else 0
    w.action[0, 0] = (right + w.swapped) % 2


# --- the picture and the world -----------------------------------------------------------------------------------

DRAWN = 3.0  # times as large as it is; what the window writes beside things is made for worlds some 15 m across
RAIL, AXLE = 2.62, 2.42  # m down the picture: the track's top, the middle of the cart
MIDDLE, WIDTH, HEIGHT = 3.1, 6.2, 3.3  # m


def draw(w: Any, canvas: Canvas) -> None:
    """The track with its ends, how far the pole may lean, the push, the cart on its wheels, the pole on its hinge."""
    _track(canvas)
    hinge = np.array([MIDDLE + float(w.x[0]), AXLE - 0.16])
    lean, length = float(w.lean[0]), 2.0 * float(w.half_length)
    fan = [hinge + length * _up(angle) for angle in np.linspace(-STEEPEST, STEEPEST, 9)]
    canvas.polygon(DRAWN * np.array([hinge, *fan]), "den", alpha=120)
    _push(w, canvas, hinge)
    width, height = 0.5 + 0.12 * float(w.cart_mass), 0.2 + 0.06 * float(w.cart_mass)
    for side in (-0.3, 0.3):
        canvas.disc((DRAWN * (hinge[0] + side * width), DRAWN * (RAIL - 0.08)), DRAWN * 0.08, "muted", outline=True)
    canvas.box((DRAWN * hinge[0], DRAWN * (RAIL - 0.12 - 0.5 * height)), DRAWN * width, DRAWN * height, "seat_0")
    thick = 0.06 + 0.2 * float(w.pole_mass)
    pole = np.array([hinge, hinge + length * _up(lean)])
    canvas.ribbon(DRAWN * pole, DRAWN * thick, "goal" if abs(lean) < 0.6 * STEEPEST else "bad")
    canvas.disc(DRAWN * hinge, DRAWN * 0.05, "ink", outline=True)
    canvas.spot(0, (DRAWN * hinge[0], DRAWN * AXLE), DRAWN * 0.4)
    if canvas.shows("hidden"):
        _physics(w, canvas)


def _up(lean: float) -> Any:
    """The direction of a pole that leans to the right by `lean`."""
    return np.array([np.sin(lean), -np.cos(lean)])


def _track(canvas: Canvas) -> None:
    """Ground, rail, a mark each metre, a post at each end."""
    canvas.box((DRAWN * MIDDLE, DRAWN * 0.5 * HEIGHT), DRAWN * WIDTH, DRAWN * HEIGHT, "floor")
    canvas.box((DRAWN * MIDDLE, DRAWN * 0.5 * (RAIL + HEIGHT)), DRAWN * WIDTH, DRAWN * (HEIGHT - RAIL), "land")
    rail = np.array([(MIDDLE - TRACK_END - 0.4, RAIL), (MIDDLE + TRACK_END + 0.4, RAIL)])
    canvas.ribbon(DRAWN * rail, DRAWN * 0.05, "wall_edge")
    for metre in np.arange(-2, 3):
        mark = np.array([(MIDDLE + metre, RAIL + 0.025), (MIDDLE + metre, RAIL + 0.11)])
        canvas.ribbon(DRAWN * mark, DRAWN * 0.02, "muted")
    for end in (-TRACK_END, TRACK_END):
        canvas.box((DRAWN * (MIDDLE + end), DRAWN * (RAIL - 0.22)), DRAWN * 0.06, DRAWN * 0.4, "hazard")


def _push(w: Any, canvas: Canvas, hinge: Any) -> None:
    """An arrow as long as the push is strong."""
    if w.pushed[0] != 0.0:
        reach = 0.045 * float(w.pushed[0])
        start = np.array([hinge[0] + (0.45 if reach > 0 else -0.45), AXLE])
        canvas.arrow(DRAWN * start, DRAWN * (start + (reach, 0.0)), "good", width=0.16, alpha=190)


def _physics(w: Any, canvas: Canvas) -> None:
    """The hidden numbers in words."""
    cart = f"gravity {float(w.gravity):.1f} m/s² · cart {float(w.cart_mass):.2f} kg, pushed with {float(w.force):.1f} N"
    pole = f"pole {float(w.pole_mass):.2f} kg, {2.0 * float(w.half_length):.2f} m"
    buttons = f"the first button pushes {'right' if w.swapped else 'left'}"
    for line, words in enumerate((cart, f"{pole} · {buttons}")):
        canvas.text((DRAWN * MIDDLE, DRAWN * (RAIL + 0.27 + 0.22 * line)), words, size=0.45, style="muted")


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"up for {float(w.tick) * TICK:.1f} s, leaning {abs(np.degrees(float(w.lean[0]))):.0f}°"


GENERATORS = (
    Generator("familiar"),
    Generator("between", split="test"),
    Generator("beyond", split="test"),
    Generator("uneven", split="final"),
)
CAUSES = (
    RUNNING,
    Cause("the pole fell", "terminated"),
    Cause("the cart left the track", "terminated"),
    Cause("time is up", "truncated"),
)


def state() -> dict[str, Field]:
    """The record."""
    most = float(physics("N", FORCE).high)
    return {
        "gravity": physics("m/s²", GRAVITY),
        "cart_mass": physics("kg", CART),
        "pole_mass": physics("kg", POLE),
        "half_length": physics("m", LENGTH, "from the hinge to the middle of the pole"),
        "force": physics("N", FORCE),
        "swapped": Field("i8", (), 0, 1, hidden=True, doc="1 where the first button pushes right"),
        "x": Field("f8", (1,), -4.0, 4.0, unit="m", smooth="linear", doc="right of the middle"),
        "speed": Field("f8", (1,), -40.0, 40.0, unit="m/s"),
        "lean": Field("f8", (1,), -2.0, 2.0, unit="rad", smooth="angle", doc="to the right"),
        "turn": Field("f8", (1,), -60.0, 60.0, unit="rad/s"),
        "pushed": Field("f8", (1,), -most, most, unit="N", doc="to the right, in the last tick"),
    }


def physics(unit: str, which: int, doc: str = "") -> Field:
    """A hidden number of the task, within its spread and a little more for rounding."""
    low, high = (float(TEXTBOOK[which] * np.exp(side * 1.001 * SPREAD[which])) for side in (-1.0, 1.0))
    return Field("f8", (), low, high, unit=unit, hidden=True, doc=doc)


def build() -> World:
    """The world."""
    names = ("gravity", "cart_mass", "pole_mass", "half_length", "force", "swapped")
    return World(
        name="cartpole",
        version=2,
        page=__doc__ or "",
        seats=(Seat("cart_0", "cart", team=0),),
        state=state(),
        actions=(Action("push", ("first", "second")),),
        observation=Pieces(cart=2, pole=2).within(-MOST_SEEN, MOST_SEEN),
        told=tuple(Numbers(name, 1, about="layout") for name in names),
        figures=(Figure("seconds up"), Figure("metres off the middle")),
        kernels=KERNELS,
        generators=GENERATORS,
        bots=BOTS,
        causes=CAUSES,
        timing=Timing(TICK, ticks_per_decision=1, decisions=EPISODE, episodes=3),
        view=View(
            draw, (DRAWN * WIDTH, DRAWN * HEIGHT), status=status,
            controls={"push": {"keys": {"left": 0, "right": 1}, "wait": True, "about": "time runs while one is held"}},
        ),
        learning={
            "steps": 6_000_000, "lanes": 256, "rollout": 128, "horizon": "episode", "hidden": 64, "epochs": 4,
            "entropy": 0.01, "entropy_end": 0.0, "reference_steps": 3_000_000,
        },
    )  # fmt: skip


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
