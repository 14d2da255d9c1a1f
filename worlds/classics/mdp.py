"""Mdp: a few states, a few actions, all odds and rewards unknown; the tabular problem of exploration theory.

Rules    Each action in each state leads to the next state by fixed odds, drawn evenly from all distributions, and pays
         a fixed mean, drawn around 1 with spread 1; what is paid varies around that mean with spread 1. Every episode
         starts in state 0.
Who      player, alone.
Actions  act: one of the actions; their numbers mean nothing from task to task.
Seen     state: the present one, one-hot · gain (only with `pairs`): what the last action paid, at the place of the
         state and action that it was paid for; nothing that a memory could not know, but put so that it can add up.
Hidden   where each action leads, and what it pays on average.
Reward   what the action paid.
End      truncated after `horizon` actions.
Varies   everything hidden: the same distribution on every split but final, so that scores can be compared with
         published ones. Train and test tasks come from layout keys of different parity and never from the same stream.
         Final: each action in each state nearly always leads to one and the same state. Bots only fill the seat when
         nobody plays: a guesser in training, an insider who knows the task in test.
Headroom remembering is worth much: of what lies between planning that forgets and knowing the task, planning that
         remembers earns almost half, and a bonus for what was tried little a little more.
Source   Duan et al. 2016 (RL², arXiv 1611.02779), section 3.1.2 and table 2.
Version  2: rules changed (the engine draws the key of the task and who plays; new streams of chance).
"""

from typing import Any

import numpy as np

from worlds.kit.bots import names_of
from worlds.kit.chance import integer, uniform
from worlds.kit.drawing import Canvas
from worlds.kit.kernel import kernel
from worlds.kit.maths import PI
from worlds.kit.noise import FARTHEST, exponential, normal
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
    Refused,
    Seat,
    Timing,
    View,
    World,
)

MEAN, SPREAD, NOISE = 1.0, 1.0, 1.0  # of the mean rewards, and of what is paid around each
FIRST = 0  # state in which every episode begins
TIME_IS_UP = 1  # cause
TICK = 0.5  # s an action
SIDE, RING, STATE = 10.0, 3.7, 0.5  # m, of the drawing
MOST = {"states": (2, 50), "actions": (2, 20), "horizon": (1, 200)}
BOTS = (
    Bot("guesser", "player", about="takes any action"),
    Bot("insider", "player", split="test", about="knows the task and plays it best"),
    Bot("surveyor", "player", split="final", about="takes the action that it tried least in this state"),
)
kind, _ = names_of(BOTS)
GENERATORS = (Generator("even keys"), Generator("odd keys", split="test"), Generator("rails", split="final"))
RAILS = 2
SURE = 0.85  # of leading to the one state, on rails


# --- the task ----------------------------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """Odds and mean rewards of every action in every state."""
    for state in range(w.odds.shape[0]):
        for action in range(w.odds.shape[1]):
            w.pays[state, action] = MEAN + SPREAD * normal(w)
            draw_odds(w, state, action)
    plan(w)


@kernel
def draw_odds(w, state, action):
    """Where an action leads: a draw from Dirichlet(1, …, 1)."""
    amount = 0.0
    for after in range(w.odds.shape[2]):
        w.odds[state, action, after] = exponential(w)
        amount += w.odds[state, action, after]
    for after in range(w.odds.shape[2]):
        w.odds[state, action, after] /= amount
    if w.generator == RAILS:
        chosen = integer(w, w.odds.shape[2])
        for after in range(w.odds.shape[2]):
            w.odds[state, action, after] = (1.0 - SURE) * w.odds[state, action, after] + SURE * int(after == chosen)


@kernel
def plan(w):
    """What each action is worth with so many actions left, if all that follow are the best (value iteration)."""
    states, actions = w.odds.shape[0], w.odds.shape[1]
    for left in range(1, len(w.worth)):
        for state in range(states):
            for action in range(actions):
                value = w.pays[state, action]
                for after in range(states):
                    value += w.odds[state, action, after] * w.worth[left - 1, after, best(w, left - 1, after)]
                w.worth[left, state, action] = value


@kernel
def best(w, left, state):
    """The action of most worth with so many actions left."""
    chosen = 0
    for action in range(1, w.odds.shape[1]):
        if w.worth[left, state, action] > w.worth[left, state, chosen]:
            chosen = action
    return chosen


@kernel
def solvable(w):
    """Whether the odds of every action add up to 1."""
    for state in range(w.odds.shape[0]):
        for action in range(w.odds.shape[1]):
            amount = 0.0
            for after in range(w.odds.shape[2]):
                amount += w.odds[state, action, after]
            if abs(amount - 1.0) > 1e-9:
                return False
    return True


@kernel
def begin(w):
    """Every episode of the task starts in the same state."""
    w.before = w.now = FIRST
    w.paid = 0.0
    for state in range(w.odds.shape[0]):
        for action in range(w.odds.shape[1]):
            w.tried[state, action] = 0


# --- one action --------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """The action pays, then leads on."""
    action = actions[0, 0]
    w.paid = w.pays[w.now, action] + NOISE * normal(w)
    w.tried[w.now, action] += 1
    rewards[0] += w.paid
    w.before = w.now
    w.now = lands(w, w.now, action)


@kernel
def lands(w, state, action):
    """A draw of the state that an action leads to."""
    luck = uniform(w)
    for after in range(w.odds.shape[2] - 1):
        luck -= w.odds[state, action, after]
        if luck < 0.0:
            return after
    return w.odds.shape[2] - 1


@kernel
def ended(w, seat):
    """The episode has so many actions."""
    return TIME_IS_UP if w.tick >= len(w.worth) - 1 else 0


@kernel
def act(w, seat):
    """The insider does what is worth most, the surveyor what it tried least, the guesser anything."""
    left, mine, actions = len(w.worth) - 1 - w.tick, w.bot_kind[seat], w.odds.shape[1]
    if mine == kind.insider:
        w.action[seat, 0] = best(w, left, w.now)
    elif mine == kind.surveyor:
        chosen = 0
        for action in range(1, actions):
            if w.tried[w.now, action] < w.tried[w.now, chosen]:
                chosen = action
        w.action[seat, 0] = chosen
    else:
        w.action[seat, 0] = integer(w, actions)


# --- what is seen ------------------------------------------------------------------------------------------------


@kernel
def observe(w, seat, out):
    """The present state; what the last action paid, at the place of its pair, where there is room for it."""
    states, actions = w.odds.shape[0], w.odds.shape[1]
    for state in range(states):
        out[state] = 1.0 if state == w.now else 0.0
    for gain in range(states, len(out)):
        out[gain] = 0.0
    if len(out) > states and w.tick > 0:
        out[states + w.before * actions + w.action[seat, 0]] = w.paid


@kernel
def reveal(w, seat, out):
    """The mean reward of every action in every state; how far each action falls short of the best one here and now."""
    states, actions = w.odds.shape[0], w.odds.shape[1]
    for state in range(states):
        for action in range(actions):
            out[state * actions + action] = w.pays[state, action]
    left = len(w.worth) - 1 - w.tick
    most = w.worth[left, w.now, best(w, left, w.now)]
    for action in range(actions):
        out[states * actions + action] = w.worth[left, w.now, action] - most


@kernel
def figures(w, out):
    """How many different actions in different states were tried."""
    out[0] = 0.0
    for state in range(w.odds.shape[0]):
        for action in range(w.odds.shape[1]):
            if w.tried[state, action] > 0:
                out[0] += 1.0


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"state {int(w.now)}, {len(w.worth) - 1 - int(w.tick)} actions left"


def tell(w: Any, seat: int) -> list[str]:
    """The last move and what was tried here, in sentences."""
    lines = []
    if w.tick > 0:
        move = f"Action {int(w.action[0, 0]) + 1} in state {int(w.before)} paid {float(w.paid):.1f}"
        lines.append(f"{move} and led to state {int(w.now)}.")
    lines.append(f"You are in state {int(w.now)}. {len(w.worth) - 1 - int(w.tick)} actions are left.")
    tried = [f"action {action + 1} {int(times)} times" for action, times in enumerate(w.tried[int(w.now)]) if times]
    return [*lines, f"Tried here in this episode: {', '.join(tried)}."] if tried else lines


def draw(w: Any, canvas: Canvas) -> None:
    """The states in a ring, what was tried from each in this episode, the last move, and the best play if shown."""
    states = w.odds.shape[0]
    for state in range(states):
        draw_state(w, canvas, state)
    if canvas.shows("hidden"):
        for state in range(states):
            draw_best(w, canvas, state)
    if w.tick > 0:
        start, end = place(states, int(w.before)), place(states, int(w.now))
        draw_move(canvas, start, end, "path")
        style = "good" if w.paid > 0 else "bad"
        canvas.text((SIDE / 2, SIDE / 2 - 0.3), f"{float(w.paid):+.1f}", size=0.8, style=style)
        canvas.text((SIDE / 2, SIDE / 2 + 0.35), f"action {int(w.action[0, 0]) + 1}", size=0.36, style="muted")
    canvas.seat(0, place(states, int(w.now)), 0.0, 0.3)


def place(states: int, state: int) -> np.ndarray:
    """Middle of a state in the drawing (m)."""
    angle = 2.0 * PI * state / states - PI / 2.0
    return np.array([SIDE / 2 + RING * np.cos(angle), SIDE / 2 + RING * np.sin(angle)])


def draw_state(w: Any, canvas: Canvas, state: int) -> None:
    """A state with a dot for each action around it: bright once tried in this episode."""
    states, actions = w.pays.shape
    centre = place(states, state)
    canvas.disc(centre, STATE, "den" if state != int(w.now) else "refuge", label=str(state), outline=True)
    for action in range(actions):
        angle = 2.0 * PI * action / actions - PI / 2.0
        spot = centre + 0.72 * np.array([np.cos(angle), np.sin(angle)])
        tried = int(w.tried[state, action])
        style = "muted" if not tried else "path"
        if canvas.shows("hidden"):
            mean = float(w.pays[state, action])
            style = "good" if mean > MEAN else "bad"
            canvas.disc(spot, min(0.06 + 0.08 * abs(mean - MEAN), 0.24), style)
            continue
        canvas.disc(spot, 0.09 if not tried else min(0.12 + 0.02 * tried, 0.22), style)


def draw_best(w: Any, canvas: Canvas, state: int) -> None:
    """Where the best action of a state leads most likely, with most of the episode still to come."""
    states = w.odds.shape[0]
    action = int(np.argmax(w.worth[-1, state]))
    after = int(np.argmax(w.odds[state, action]))
    if after != state:
        draw_move(canvas, place(states, state), place(states, after), "goal", width=0.04)


def draw_move(canvas: Canvas, start: np.ndarray, end: np.ndarray, style: str, *, width: float = 0.09) -> None:
    """An arrow from rim to rim; a ring for a move that leads back to where it began."""
    way = end - start
    length = float(np.sqrt(way @ way))
    if length < 1e-6:
        canvas.ring(start, STATE + 0.12, style)
        return
    rim = way / length * (STATE + 0.1)
    canvas.arrow(start + rim, end - rim, style, width=width)


# --- the world ---------------------------------------------------------------------------------------------------


BUILD_CHOICES = {name: range(low, high + 1) for name, (low, high) in MOST.items()}


def build(states: int = 10, actions: int = 5, horizon: int = 10, pairs: bool = False) -> World:
    """A random decision process; with `pairs`, the observation has a place for each pair of state and action.

    Raises:
        Refused: a size out of its range.
    """
    for name, value in (("states", states), ("actions", actions), ("horizon", horizon)):
        low, high = MOST[name]
        if not isinstance(value, int) or not low <= value <= high:
            raise Refused(f"mdp is given {name}={value!r}: it takes {low} to {high}")
    if not isinstance(pairs, bool):
        raise Refused(f"mdp is given pairs={pairs!r}: it takes true or false")
    seen = Pieces(state=states).within(0.0, 1.0)
    if pairs:
        seen += Pieces(gain=states * actions).within(-MOST_PAID, MOST_PAID)
    return World(
        name="mdp",
        version=2,
        page=__doc__ or "",
        seats=(Seat("player_0", "player", team=0),),
        state=state(states, actions, horizon),
        actions=(Action("act", tuple(str(action + 1) for action in range(actions))),),
        observation=seen,
        told=(Numbers("pays", states * actions, about="layout"), Numbers("short", actions, about="layout")),
        figures=(Figure("tried"),),
        kernels=KERNELS,
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(TICK, ticks_per_decision=1, decisions=horizon, episodes=10),
        view=View(draw, (SIDE, SIDE), status=status, tell=tell, controls={"act": {"wait": True}}),
        build_args={"states": states, "actions": actions, "horizon": horizon, "pairs": pairs},
        learning={
            "steps": 30_000_000,
            "lanes": 256,
            "memory": "associative",
            "hidden": 64,
            "epochs": 6,
            "minibatches": 16,
            "gamma": 0.95,
            "gae_lambda": 0.3,
            "entropy": 0.03,
            "entropy_end": 0.0,
            "reference_steps": 5_000_000,
        },
    )


FARTHEST_MEAN = MEAN + FARTHEST * SPREAD
MOST_PAID = FARTHEST_MEAN + FARTHEST * NOISE


def state(states: int, actions: int, horizon: int) -> dict[str, Field]:
    """The record of a process of this size."""
    pairs, most = (states, actions), horizon * FARTHEST_MEAN
    return {
        "odds": Field("f8", (*pairs, states), 0.0, 1.0, hidden=True, doc="of the next state"),
        "pays": Field("f8", pairs, MEAN - FARTHEST * SPREAD, FARTHEST_MEAN, hidden=True, doc="mean reward"),
        "worth": Field(
            "f8", (horizon + 1, *pairs), -most, most, hidden=True,
            doc="of an action with so many left, if the best ones follow",
        ),
        "now": Field("i8", (), 0, states - 1, doc="the present state"),
        "before": Field("i8", (), 0, states - 1, doc="the state before"),
        "paid": Field("f8", (), -MOST_PAID, MOST_PAID, doc="by the last action"),
        "tried": Field("i8", pairs, 0, horizon, doc="times in this episode"),
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
