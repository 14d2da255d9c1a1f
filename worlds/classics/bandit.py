"""Bandit: a row of machines that pay at odds nobody tells; the classic test of trying against using.

Rules    Every machine pays with a probability of its own, drawn evenly from 0 to 1 and kept for the whole trial. A
         pull of one machine pays 1 or nothing. A trial of n pulls is episodes of `pulls` pulls each.
Who      player, alone.
Actions  pull: which machine.
Seen     last: the machine pulled last in this episode, one-hot · paid: whether it paid · clock: share of the episode
         that is left.
Hidden   how often each machine pays.
Reward   +1 when the machine pays.
End      truncated after `pulls` pulls.
Varies   the odds: even draws from [0, 1) on every split but final, so that scores can be compared with published ones.
         Train and test odds come from layout keys of different parity and never from the same stream. Final: most
         machines pay seldom, their odds are the cubes of such draws. Bots only fill the seat when nobody plays: a
         guesser in training, an insider who knows the odds in test.
Headroom of a trial of 10 × 10 pulls on 10 machines: a fixed or random choice earns 50, the best player who forgets
         between episodes 67.14 (exact, agents/players/classical/optimum.py), the finite-horizon index about 83.7,
         knowing the odds 90.9 (n·k/(k + 1)).
Source   Duan et al. 2016 (RL², arXiv 1611.02779), table 1: n pulls in all on k machines.
Version  2: rules changed (the engine draws the machines' key and who plays; new streams of chance).
"""

from typing import Any

import numpy as np

from worlds.kit.bots import names_of
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
    Refused,
    Seat,
    Shares,
    Timing,
    View,
    World,
)

MOST_ARMS, MOST_PULLS = 100, 1000
TICK = 0.5  # s a pull
NONE = -1  # value of `last` before the first pull
OUT_OF_PULLS = 1  # cause
ROW = 10  # machines side by side in the drawing
BOX, TALL = 1.6, 3.4  # m, of one machine and its room
BOTS = (
    Bot("guesser", "player", about="pulls any machine"),
    Bot("insider", "player", split="test", about="knows the odds and pulls the best machine"),
    Bot("stayer", "player", split="final", about="stays with a machine while it pays, then goes to the next one"),
)
kind, _ = names_of(BOTS)
GENERATORS = (Generator("even keys"), Generator("odd keys", split="test"), Generator("misers", split="final"))
MISERS = 2


# --- the task ----------------------------------------------------------------------------------------------------


@kernel
def draw_task(w):
    """The odds of every machine."""
    for arm in range(len(w.odds)):
        luck = uniform(w)
        w.odds[arm] = luck * luck * luck if w.generator == MISERS else luck


@kernel
def solvable(w):
    """Whether the best machine ever pays."""
    return w.odds[best_arm(w)] > 0.0


@kernel
def best_arm(w):
    """The machine with the best odds."""
    best = 0
    for arm in range(1, len(w.odds)):
        if w.odds[arm] > w.odds[best]:
            best = arm
    return best


@kernel
def begin(w):
    """One episode on the same machines: the counters start again."""
    w.last = NONE
    for pull in range(len(w.paid)):
        w.paid[pull] = 0
    for arm in range(len(w.odds)):
        w.pulled[arm] = 0
        w.won[arm] = 0


# --- one pull ----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """The machine is pulled and pays or not."""
    arm = actions[0, 0]
    pays = 1 if uniform(w) < w.odds[arm] else 0
    w.last = arm
    w.paid[w.tick] = pays
    w.pulled[arm] += 1
    w.won[arm] += pays
    rewards[0] += pays


@kernel
def ended(w, seat):
    """The episode has so many pulls."""
    return OUT_OF_PULLS if w.tick >= len(w.paid) else 0


@kernel
def act(w, seat):
    """The insider pulls the best machine, the stayer the last one or its neighbour, the guesser any."""
    mine, arms = w.bot_kind[seat], len(w.odds)
    if mine == kind.insider:
        w.action[seat, 0] = best_arm(w)
    elif mine == kind.stayer and w.tick > 0:
        w.action[seat, 0] = w.last if int(w.paid[w.tick - 1]) == 1 else (w.last + 1) % arms
    else:
        w.action[seat, 0] = integer(w, arms)


# --- what is seen ------------------------------------------------------------------------------------------------


@kernel
def observe(w, seat, out):
    """The last pull of this episode and what it paid."""
    arms = len(w.odds)
    for arm in range(arms):
        out[arm] = 1.0 if arm == w.last else 0.0
    out[arms] = int(w.paid[w.tick - 1]) if w.tick > 0 else 0
    out[arms + 1] = 1.0 - w.tick / len(w.paid)


@kernel
def reveal(w, seat, out):
    """The odds of every machine."""
    for arm in range(len(w.odds)):
        out[arm] = w.odds[arm]


@kernel
def figures(w, out):
    """Pulls of the best machine; what one loses by the odds of the machines pulled, against always pulling the best."""
    best = best_arm(w)
    out[0] = w.pulled[best]
    out[1] = 0.0
    for arm in range(len(w.odds)):
        out[1] += w.pulled[arm] * (w.odds[best] - w.odds[arm])


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"{int(w.won.sum())} won in {int(w.tick)} pulls"


def tell(w: Any, seat: int) -> list[str]:
    """What the machines show, in sentences."""
    last, left = int(w.last), len(w.paid) - int(w.tick)
    paid = "paid" if w.tick > 0 and w.paid[int(w.tick) - 1] else "paid nothing"
    lines = [f"Machine {last + 1} {paid}."] if last >= 0 and w.tick > 0 else []
    lines.append(f"{left} pulls are left in this episode.")
    lines += [f"Machine {arm + 1}: {int(w.won[arm])} of {int(w.pulled[arm])} pulls paid." for arm in range(len(w.odds))
              if w.pulled[arm]]  # fmt: skip
    return lines


def draw(w: Any, canvas: Canvas) -> None:
    """A row of machines: how often each was pulled and paid in this episode, and the odds where they are shown."""
    for arm in range(len(w.odds)):
        draw_machine(w, canvas, arm, corner(arm))
    x, y = corner(max(int(w.last), 0))
    if w.last >= 0:
        canvas.seat(0, (x + BOX / 2, y + TALL - 0.42), -np.pi / 2, 0.26)
    else:
        canvas.seat(0, (extent(len(w.odds))[0] / 2, 0.3), np.pi / 2, 0.2)


def corner(arm: int) -> tuple[float, float]:
    """Left and upper end of a machine's room (m)."""
    return 0.5 + BOX * (arm % ROW), 0.9 + TALL * (arm // ROW)


def draw_machine(w: Any, canvas: Canvas, arm: int, place: tuple[float, float]) -> None:
    """One machine: a coin for every win and a blank for every pull that paid nothing, newest pull marked."""
    x, y = place
    middle = x + BOX / 2
    pulled, won = int(w.pulled[arm]), int(w.won[arm])
    chosen = arm == int(w.last)
    canvas.box((middle, y + 1.2), BOX - 0.12, 2.4, "wall_edge" if chosen else "wall_side")
    canvas.box((middle, y + 1.2), BOX - 0.24, 2.28, "wall")
    canvas.box((middle, y + 0.98), BOX - 0.4, 1.24, "void")
    canvas.text((middle, y + 0.22), str(arm + 1), size=0.3)
    share = won / pulled if pulled else 0.0
    low = y + 1.58
    canvas.box((middle, low - 0.6 * share), BOX - 0.44, 1.2 * share, "good")
    if pulled:
        canvas.text((middle, y + 0.98), f"{won}/{pulled}", size=0.36)
    if canvas.shows("hidden"):
        level = low - 1.2 * float(w.odds[arm])
        canvas.line(np.array([[x + 0.2, level], [x + BOX - 0.2, level]]), "goal", width=0.06)
    if chosen:
        paid = bool(w.paid[int(w.tick) - 1])
        canvas.disc((middle, y + 2.02), 0.3, "goal" if paid else "shadow", label="1" if paid else "")
    else:
        canvas.disc((middle, y + 2.02), 0.3, "den")
    canvas.button(np.array([[middle, y + 0.1], [middle, y + 2.4]]), BOX - 0.2, 0, 0, arm)


def extent(arms: int) -> tuple[float, float]:
    """Width and height of the drawing (m)."""
    return 1.0 + BOX * min(arms, ROW), 1.2 + TALL * -(-arms // ROW)


# --- the world ---------------------------------------------------------------------------------------------------


BUILD_CHOICES = {"arms": range(2, MOST_ARMS + 1), "pulls": range(1, MOST_PULLS + 1)}


def build(arms: int = 10, pulls: int = 10) -> World:
    """A bandit of 2 to 100 machines with episodes of 1 to 1,000 pulls.

    Raises:
        Refused: another number of machines or pulls.
    """
    if not isinstance(arms, int) or not 2 <= arms <= MOST_ARMS:
        raise Refused(f"bandit is given arms={arms!r}: it takes 2 to {MOST_ARMS}")
    if not isinstance(pulls, int) or not 1 <= pulls <= MOST_PULLS:
        raise Refused(f"bandit is given pulls={pulls!r}: it takes 1 to {MOST_PULLS}")
    return World(
        name="bandit",
        version=2,
        page=__doc__ or "",
        seats=(Seat("player_0", "player", team=0),),
        state=state(arms, pulls),
        actions=(Action("pull", tuple(str(arm + 1) for arm in range(arms))),),
        observation=Pieces(last=arms, paid=1, clock=1).within(0.0, 1.0),
        told=(Shares("odds", arms, about="layout"),),
        figures=(Figure("best_pulled"), Figure("regret")),
        kernels=KERNELS,
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("out of pulls", "truncated")),
        timing=Timing(TICK, ticks_per_decision=1, decisions=pulls, episodes=10),
        view=View(
            draw,
            extent(arms),
            status=status,
            tell=tell,
            controls={"pull": {"wait": True, "about": "or click a machine"}},
        ),
        build_args={"arms": arms, "pulls": pulls},
        learning={
            "steps": 10_000_000,
            "memory": "tally",
            "hidden": 64,
            "encoder": 32,
            "epochs": 3,
            "minibatches": 16,
            "gae_lambda": 0.5,
            "entropy": 0.05,
            "entropy_end": 0.0,
            "reference_steps": 3_000_000,
        },
    )


def state(arms: int, pulls: int) -> dict[str, Field]:
    """The record for so many machines and pulls."""
    return {
        "odds": Field("f8", (arms,), 0.0, 1.0, hidden=True, doc="of paying 1"),
        "last": Field("i8", (), NONE, arms - 1, doc="machine pulled last in this episode, or NONE"),
        "pulled": Field("i8", (arms,), 0, pulls, doc="times in this episode"),
        "won": Field("i8", (arms,), 0, pulls),
        "paid": Field("u1", (pulls,), 0, 1, doc="what each pull of this episode paid"),
    }


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
