"""How a learner fares against each of its opponents, and which of them it should meet again (prioritised fictitious
self-play, Vinyals et al. 2019).

There are games that nobody wins or loses, so a result is the return that the learner had after adapting: the mean of
the later episodes of a trial. What stands for the chance to win against an opponent is the **chance that a trial
against it goes better than one against an opponent picked evenly**: the mean over all opponents of the probability of
superiority P(X > Y) + P(X = Y) / 2 (Vargha and Delaney 2000). It is relative to what the learner's role gets elsewhere,
and no unit, scale or outlier of the returns matters to it. Chances are counted over the last `WINDOW` trials, since the
learner changes, and begin at a half.

Weights of draws are (1 − chance)², AlphaStar's f_hard, so opponents that take the most from the learner come most
often; a share of `EVENLY` is drawn evenly, so that no result grows old.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from agents.training.component import State, matching, numbered, table

WINDOW = 64  # trials that are remembered for each role and opponent
PRIOR = 4.0  # trials with a chance of a half that every opponent begins with
EVENLY = 0.1  # of the draws
Floats = NDArray[np.float64]


class Results:
    """The last results of a learner by its role and opponent."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int], Floats] = {}
        """(role, opponent's number) → its last results, oldest first."""

    def note(self, role: str, opponent: int, result: float) -> None:
        """A trial in this role against this opponent ended with this mean return of its later episodes."""
        before = self.known.get((role, opponent), np.zeros(0))
        self.known[role, opponent] = np.append(before, result)[-WINDOW:]

    def chances(self, role: str, opponents: Sequence[int]) -> Floats:
        """Chance (K,) that a trial against each goes better than one against any of them, drawn towards a half where
        there are few results.
        """
        samples = [self.known.get((role, number), np.zeros(0)) for number in opponents]
        met = [sample for sample in samples if len(sample)]
        found = np.full(len(samples), 0.5)
        for place, sample in enumerate(samples):
            if len(sample):
                better = np.mean([superiority(sample, other) for other in met])
                found[place] = (len(sample) * better + PRIOR * 0.5) / (len(sample) + PRIOR)
        return found

    def weights(self, role: str, opponents: Sequence[int]) -> Floats:
        """Probabilities (K,) of drawing each of the opponents for a learner in this role."""
        hard = (1.0 - self.chances(role, opponents)) ** 2
        return (1.0 - EVENLY) * hard / hard.sum() + EVENLY / len(hard)

    def forget(self, opponents: set[int]) -> None:
        """Drop what is known of opponents that nobody will meet again."""
        self.known = {key: sample for key, sample in self.known.items() if key[1] not in opponents}

    def table(self, names: Mapping[int, str]) -> dict[str, dict[str, dict[str, float]]]:
        """Role → opponent's name → its trials, their mean result, the learner's chance and the weight of a draw."""
        found: dict[str, dict[str, dict[str, float]]] = {}
        for role in dict.fromkeys(role for role, _ in self.known):
            numbers = [number for number in names if (role, number) in self.known]
            if not numbers:
                continue
            facts = zip(numbers, self.chances(role, numbers), self.weights(role, numbers), strict=True)
            found[role] = {
                names[number]: {
                    "trials": float(len(self.known[role, number])),
                    "return": round(float(self.known[role, number].mean()), 6),
                    "chance": round(float(chance), 6),
                    "weight": round(float(weight), 6),
                }
                for number, chance, weight in facts
            }
        return found

    def state_dict(self) -> State:
        """The results by role, then by opponent's number."""
        found: State = {}
        for (role, number), sample in self.known.items():
            found.setdefault(role, {})[str(number)] = sample.copy()
        return found

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`; whoever knows the roles and the opponents checks these."""
        part, known = "the table of results", dict[tuple[str, int], Floats]()
        for role, samples in table(part, state).items():
            for number, sample in numbered(part, samples).items():
                one = matching(part, {"sample": sample}, {"sample": np.zeros(0)}, growing=("sample",))["sample"]
                if not 0 < len(one) <= WINDOW:
                    raise ValueError(f"{part} holds {len(one)} results against one opponent, not 1 to {WINDOW}")
                known[role, number] = one
        self.known = known


def superiority(ours: Floats, theirs: Floats) -> float:
    """P(X > Y) + P(X = Y) / 2 for one value of each sample picked at random."""
    ordered = np.sort(theirs)
    below = np.searchsorted(ordered, ours, side="left")
    upto = np.searchsorted(ordered, ours, side="right")
    return float((below + upto).mean() / (2.0 * len(ordered)))
