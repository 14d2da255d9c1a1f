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
         all.
Headroom mean of 500, 1,000 tasks of test-both: LQR for known physics 500 in every episode; LQR for the textbook's
         physics 248, as it falls wherever the buttons are swapped, and 500 once it notes which way its first push goes.
Version  1.
"""

from typing import Any

import numpy as np

from worlds.kit.chance import between, integer, layout_key, open_stream
from worlds.kit.drawing import Canvas
from worlds.kit.kernel import kernel
from worlds.kit.maths import clamp, cos, exp, sin
from worlds.kit.observation import Pieces
from worlds.kit.record import layout_is_held_out, opponents_are_held_out, record
from worlds.world import RUNNING, Action, Bot, Cause, Generator, Kernels, Seat, World

TICK = 0.02  # s
EPISODE = 500  # ticks
TRACK_END = 2.4  # m off the middle
STEEPEST = 12.0 * 2.0 * 3.141592653589793 / 360.0  # rad
START = 0.05  # m, m/s, rad, rad/s: an episode starts within this of the upright rest
GRAVITY, CART, POLE, LENGTH, FORCE = range(5)
TEXTBOOK = np.array([9.8, 1.0, 0.1, 0.5, 10.0])  # m/s², kg, kg, m (half the pole), N
SPREAD = np.array([0.5, 0.7, 1.1, 0.7, 0.5])  # e-folds to either side: ×1.65, ×2.0, ×3.0, ×2.0, ×1.65
GAP, EDGE = 0.1, 0.8  # of the spread: what lies between them is for training
FAMILIAR, BETWEEN, BEYOND = range(3)  # generators
FELL, LEFT_TRACK, TIME = range(1, 4)  # causes
REFLEX, STEADY = range(2)  # bots
SPEED_SEEN, TURN_SEEN = 2.0, 2.0  # m/s and rad/s that are shown as 1
MOST_SEEN = 5.0
STEADY_GAINS = np.array([1.0, 2.4, 34.0, 9.0])  # per m, m/s, rad, rad/s: about those of LQR for the textbook's physics


# --- the task and its episodes -----------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """The physics and the buttons, which stay for a trial; which bot stands by to balance here."""
    w.bot_kind[0] = STEADY if opponents_are_held_out(w) else REFLEX
    held_out = int(layout_is_held_out(w))
    w.layout_key = layout_key(w, held_out)
    open_stream(w, np.uint64(w.layout_key))
    w.generator = held_out * (BETWEEN + integer(w, 2))
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
    if w.generator == BETWEEN:
        low, high = 0.0, GAP
    elif w.generator == BEYOND:
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
def metrics(w, out):
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
    wish = w.lean[0] + 0.3 * w.turn[0]
    if w.bot_kind[0] == STEADY:
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
)
BOTS = (
    Bot("reflex", "cart", about="pushes to where the pole falls"),
    Bot(
        "steady",
        "cart",
        split="test",
        about="weighs place, speed, lean and turning as the textbook's cart asks",
    ),
)
CAUSES = (
    RUNNING,
    Cause("the pole fell", "terminated"),
    Cause("the cart left the track", "terminated"),
    Cause("time is up", "truncated"),
)


def state() -> np.dtype[Any]:
    """The record."""
    return record(
        1,
        layout_key="u8",
        gravity="f8",  # m/s²
        cart_mass="f8",  # kg
        pole_mass="f8",  # kg
        half_length="f8",  # m, from the hinge to the middle of the pole
        force="f8",  # N
        swapped="i8",  # 1 where the first button pushes right
        x=("f8", (1,)),  # m right of the middle
        speed=("f8", (1,)),  # m/s
        lean=("f8", (1,)),  # rad to the right
        turn=("f8", (1,)),  # rad/s
        pushed=("f8", (1,)),  # N to the right, in the last tick
    )


def ranges() -> dict[str, tuple[float, float]]:
    """Lowest and highest value of every field of its own."""
    low, high = TEXTBOOK * np.exp(-1.001 * SPREAD), TEXTBOOK * np.exp(1.001 * SPREAD)
    numbers = {"gravity": GRAVITY, "cart_mass": CART, "pole_mass": POLE, "half_length": LENGTH, "force": FORCE}
    return {
        "layout_key": (0, 2**64 - 1),
        **{name: (float(low[which]), float(high[which])) for name, which in numbers.items()},
        "swapped": (0, 1),
        "x": (-4.0, 4.0),
        "speed": (-40.0, 40.0),
        "lean": (-2.0, 2.0),
        "turn": (-60.0, 60.0),
        "pushed": (-float(high[FORCE]), float(high[FORCE])),
    }


def build() -> World:
    """The world."""
    return World(
        name="cartpole",
        version=1,
        page=__doc__ or "",
        state=state(),
        seats=(Seat("cart_0", "cart", team=0),),
        actions=(Action("push", ("first", "second")),),
        observation=Pieces(cart=2, pole=2),
        told=Pieces(gravity=1, cart_mass=1, pole_mass=1, half_length=1, force=1, swapped=1),
        metrics=("seconds up", "metres off the middle"),
        kernels=KERNELS,
        draw=draw,
        generators=GENERATORS,
        bots=BOTS,
        causes=CAUSES,
        ranges=ranges(),
        smooth={"x": "linear", "lean": "angle"},
        tick=TICK,
        ticks_per_decision=1,
        episode_decisions=EPISODE,
        trial_episodes=3,
        extent=(DRAWN * WIDTH, DRAWN * HEIGHT),
        controls={"push": {"keys": {"left": 0, "right": 1}, "rest": 0}},
        status=status,
        observation_bounds=(-MOST_SEEN, MOST_SEEN),
    )


KERNELS = Kernels(
    draw_task=draw_task,
    begin=begin,
    step=step,
    ended=ended,
    observe=observe,
    reveal=reveal,
    act=act,
    metrics=metrics,
)
