"""The games: payoffs of two players with two actions, the same for both, and the draw of one.

A game is named by the order of its payoffs: R for mutual cooperation, S for cooperating with a defector, T for
defecting against a cooperator, P for mutual defection.
"""

from worlds.classics.repeated.constants import COOPERATE, DEFECT, HIGHEST, NOISE, SEATS, STATES
from worlds.kit.chance import between, integer, uniform
from worlds.kit.kernel import kernel
from worlds.world import Generator

GENERATORS = (
    Generator("dilemma"),  # T > R > P > S
    Generator("snowdrift"),  # T > R > S > P
    Generator("stag_hunt"),  # R > T > P > S
    Generator("harmony"),  # R > T > S > P
    Generator("leader", split="test"),  # T > S > R > P
    Generator("deadlock", split="test"),  # T > P > R > S
    Generator("hero", split="final"),  # S > T > R > P
    Generator("coordination", split="final"),  # R > P > S > T
)
DILEMMA, SNOWDRIFT, STAG_HUNT, HARMONY, LEADER, DEADLOCK, HERO = range(7)
STANDARD_GENERATORS = (
    Generator("standard"), Generator("other_dilemma", split="test"), Generator("great_temptation", split="final")
)  # fmt: skip
STANDARD, OTHER = range(2)


@kernel
def draw_any(w):
    """A trial of any game without noise."""
    draw_game(w)
    sit_down(w, 0.0)


@kernel
def draw_any_noisy(w):
    """A trial of any game with noise."""
    draw_game(w)
    sit_down(w, NOISE)


@kernel
def draw_standard(w):
    """A trial of the prisoner's dilemma without noise."""
    draw_dilemma(w)
    sit_down(w, 0.0)


@kernel
def draw_standard_noisy(w):
    """A trial of the prisoner's dilemma with noise."""
    draw_dilemma(w)
    sit_down(w, NOISE)


@kernel
def draw_game(w):
    """Payoffs between 0 and 5, apart by at least a half, in the order of the generator."""
    low = between(w, 0.0, 1.0)
    second = low + between(w, 0.5, 1.3)
    third = second + between(w, 0.5, 1.3)
    high = third + between(w, 0.5, 1.3)
    if w.generator == DILEMMA:
        set_payoffs(w, third, low, high, second)
    elif w.generator == SNOWDRIFT:
        set_payoffs(w, third, second, high, low)
    elif w.generator == STAG_HUNT:
        set_payoffs(w, high, low, third, second)
    elif w.generator == HARMONY:
        set_payoffs(w, high, second, third, low)
    elif w.generator == LEADER:
        set_payoffs(w, second, third, high, low)
    elif w.generator == DEADLOCK:
        set_payoffs(w, second, low, high, third)
    elif w.generator == HERO:
        set_payoffs(w, second, high, third, low)
    else:
        set_payoffs(w, high, second, low, third)


@kernel
def draw_dilemma(w):
    """R, P, S, T = 3, 1, 0, 5 as in the tournaments (Axelrod 1984); held out: another prisoner's dilemma.

    Final: one in which exploiting each other by turns pays more than cooperating, T + S > 2 R.
    """
    low = between(w, 0.0, 1.0)
    second = low + between(w, 0.5, 1.3)
    third = second + between(w, 0.5, 1.3)
    high = third + between(w, 0.5, 1.3)
    if w.generator == STANDARD:
        set_payoffs(w, 3.0, 0.0, 5.0, 1.0)
    elif w.generator == OTHER:
        set_payoffs(w, third, low, high, second)
    else:
        set_payoffs(w, 1.0 + 0.4 * third, 0.5 * low, HIGHEST, 0.6 + 0.5 * second)


@kernel
def set_payoffs(w, reward, sucker, temptation, punishment):
    """``payoff[own action, other's action]``."""
    w.payoff[COOPERATE, COOPERATE] = reward
    w.payoff[COOPERATE, DEFECT] = sucker
    w.payoff[DEFECT, COOPERATE] = temptation
    w.payoff[DEFECT, DEFECT] = punishment


@kernel
def sit_down(w, noise):
    """How often a hand slips, and nothing played yet."""
    w.noise = noise
    forget_all(w)


@kernel
def draw_population(w):
    """The tables of the random families belong to the opponents."""
    for seat in range(SEATS):
        draw_tables(w, seat)


@kernel
def draw_tables(w, seat):
    """A machine and a table of two turns; both lean towards answering in kind, as most strategies do."""
    for state in range(STATES):
        for action in range(2):
            w.machine_next[seat, state, action] = integer(w, 256)
            w.machine_says[seat, state, action] = int(uniform(w) < (0.3 if action == COOPERATE else 0.7))
    for row in range(16):
        luck = uniform(w)
        chance = uniform(w)
        lean = 0.3 if row & 1 else 0.7  # bit 0: what the other did last
        w.table[seat, row] = chance if luck < 0.3 else float(int(chance < lean))


@kernel
def forget_all(w):
    """Nothing was played in this trial."""
    w.turns = 0
    for seat in range(SEATS):
        w.played[seat] = COOPERATE
        w.recent[seat] = 0
        w.opening[seat] = 0
        w.defections[seat] = 0
        w.state[seat] = 0
        w.earned[seat] = 0.0
        w.faded[seat] = 0.0
        for other in range(2):
            w.met[seat, other] = 0
            w.tally[seat, other] = 0.0
        for mark in range(w.mark.shape[1]):
            w.mark[seat, mark] = 0
        for turn in range(w.past.shape[1]):
            w.past[seat, turn] = 0


@kernel
def solvable(w):
    """Payoffs differ, so that what one does matters."""
    return w.payoff[0, 0] != w.payoff[1, 0] and w.payoff[0, 1] != w.payoff[1, 1]
