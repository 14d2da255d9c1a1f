"""What knowing the strangers is worth in `tag`, on paper: `python tests/tools/headroom/tag.py`, in some seconds.

The reduced model leaves the arena out: a learner clashes so many times an episode with each of two strangers, five
episodes a trial. Both lean at once, to one of three sides; the same side is a catch. Strangers lean by the habits of
the world (`worlds.games.tag.habits`), with knobs drawn as for training or testing. Four players:

- told: knows the odds of the stranger's next lean and answers them best. Nobody earns more at the next clash.
- kept: Bayes' rule over all habits and knobs of training, kept for the trial.
- wiped: the same, forgotten at every episode start: the best that memory within episodes can do.
- fixed: the best habit that plays by itself, each kind with each of its sides; it knows nothing of the stranger.
"""

import argparse
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from worlds.games.tag.constants import CATCHING, CAUGHT, MISSED, SIDES, SLIPPED
from worlds.games.tag.habits import CONTRARY, DRILLED, FIDGET, PAIRED, ROUNDER, SORE, TIRING, habitual

Floats = NDArray[np.float64]
EPISODES = 5
STRANGERS = 2
PAY = {"chaser": (CATCHING, MISSED), "evader": (CAUGHT, SLIPPED)}  # of a catch, and of none
HABITS = {"train": range(6), "test-opponent": (CONTRARY, PAIRED), "final": (TIRING,)}
SLOPPY = (0.0, 0.18)
SURE = 0.05  # share of stray leans that the Bayes players reckon with


class Type(NamedTuple):
    """One habit with its knobs."""

    habit: int
    opening: int
    turn: int = 1
    row: int = 0


def types_of(habits: Sequence[int]) -> tuple[list[Type], Floats]:
    """All types of these habits, and how often each is met."""
    found: list[Type] = []
    weights: list[float] = []
    for habit in habits:
        turns = (1, 2) if habit in (ROUNDER, SORE, FIDGET, CONTRARY, PAIRED, TIRING) else (1,)
        rows = range(SIDES * SIDES) if habit == DRILLED else (0,)
        mine = [Type(habit, opening, turn, row) for opening in range(SIDES) for turn in turns for row in rows]
        found += mine
        weights += [1.0 / len(mine)] * len(mine)
    return found, np.array(weights) / sum(weights)


def lean_of(kind: Type, met: int, own: int, theirs: int, won: bool) -> int:
    """The side that a type leans to."""
    return int(habitual(*kind, met, own, theirs, won))


def play(role: str, player: str, types: list[Type], weights: Floats, clashes: int, rng: np.random.Generator,
         trials: int, known: tuple[list[Type], Floats], fixed: Type | None = None) -> Floats:  # fmt: skip
    """Return of each episode (trials, EPISODES) of a player of ``role``."""
    returns = np.zeros((trials, EPISODES))
    catch, none = PAY[role]
    for trial in range(trials):
        for _ in range(STRANGERS):
            stranger = types[int(rng.choice(len(types), p=weights))]
            stray = rng.uniform(*SLOPPY)
            belief = known[1].copy()
            for episode in range(EPISODES):
                if player == "wiped":
                    belief = known[1].copy()
                his, mine, his_win, my_win = 0, 0, False, False
                for met in range(clashes):
                    habit = lean_of(stranger, met, his, mine, his_win)
                    if player == "told":
                        odds = np.full(SIDES, stray / SIDES)
                        odds[habit] += 1.0 - stray
                    else:
                        guesses = np.array([lean_of(each, met, his, mine, his_win) for each in known[0]])
                        odds = np.bincount(guesses, belief, SIDES)
                    if fixed is not None:
                        lean = lean_of(fixed, met, mine, his, my_win)
                    else:
                        best = odds if role == "chaser" else -odds
                        lean = int(rng.choice(np.flatnonzero(best > best.max() - 1e-9)))
                    side = habit if rng.random() >= stray else int(rng.integers(SIDES))
                    if player in ("kept", "wiped"):
                        belief = belief * np.where(guesses == side, 1.0 - SURE, SURE / 2)
                        belief /= belief.sum()
                    caught = lean == side
                    returns[trial, episode] += catch if caught else none
                    his, mine = side, lean
                    my_win = caught == (role == "chaser")
                    his_win = not my_win
    return returns


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for every role and split."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=400)
    parser.add_argument("--clashes", type=int, default=2, help="an episode with each of two strangers")
    given = parser.parse_args(arguments)
    known = types_of(HABITS["train"])
    for split, habits in HABITS.items():
        types, weights = types_of(habits)
        for role in PAY:
            rng = np.random.default_rng(1)
            rows = {
                player: play(role, player, types, weights, given.clashes, rng, given.trials, known)
                for player in ("told", "kept", "wiped")
            }
            singles = {
                each: play(role, "fixed", types, weights, given.clashes, rng, given.trials // 4, known, each)
                for each in known[0][:: max(len(known[0]) // 24, 1)]
            }
            best = max(singles, key=lambda each: float(singles[each].mean()))
            rows["fixed"] = singles[best]
            late = {name: found[:, 2:].mean() for name, found in rows.items()}
            head = late["told"] - late["wiped"]
            evenly = STRANGERS * given.clashes * (PAY[role][0] / SIDES + PAY[role][1] * (SIDES - 1) / SIDES)
            print(f"{split}, {role}: by episode, {STRANGERS} strangers, {given.clashes} clashes with each")
            for name, found in rows.items():
                means = "".join(f"{mean:7.2f}" for mean in found.mean(axis=0))
                error = 1.96 * found.mean(axis=1).std(ddof=1) / len(found) ** 0.5
                print(f"    {name:6}{means}   ± {error:.2f}" + (f"   {best}" if name == "fixed" else ""))
            print(f"    evenly {evenly:.2f}; headroom told − wiped {head:.2f}; (kept − wiped) / headroom in episodes "
                  f"3–5 {(late['kept'] - late['wiped']) / head:.2f}; (told − fixed) / headroom "
                  f"{(late['told'] - late['fixed']) / head:.2f}\n", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
