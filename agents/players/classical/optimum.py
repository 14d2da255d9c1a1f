"""The best play of a Bernoulli bandit with odds drawn evenly from [0, 1], exactly, by dynamic programming.

What is known is the multiset of (wins, losses) of the arms: which arm is which does not matter, so sorted tuples stand
for all orders. That keeps 10 pulls of 5 arms at some ten thousand states.
"""

from __future__ import annotations

from worlds.world import Refused

Arm = tuple[int, int]
"""Wins and losses."""
Known = tuple[Arm, ...]
"""Of all arms, sorted."""
MOST_PULLS = 14


class Optimum:
    """Value and choice of the best play of `pulls` pulls of `arms` arms.

    Raises:
        Refused: more pulls than can be computed in seconds.
    """

    def __init__(self, arms: int, pulls: int) -> None:
        if not 1 <= pulls <= MOST_PULLS:
            raise Refused(f"the exact optimum of {pulls} pulls: it takes 1 to {MOST_PULLS}")
        self.pulls = pulls
        self.start: Known = ((0, 0),) * arms
        self._found: dict[Known, tuple[float, Arm]] = {}

    def value(self, known: Known | None = None) -> float:
        """Expected wins in the pulls that are left; from the start unless told otherwise."""
        return self._best(self.start if known is None else known)[0]

    def choice(self, known: Known) -> Arm:
        """Wins and losses of an arm that is best to pull."""
        return self._best(known)[1]

    def _best(self, known: Known) -> tuple[float, Arm]:
        """The pulls that are left follow from those made."""
        if known in self._found:
            return self._found[known]
        if sum(wins + losses for wins, losses in known) >= self.pulls:
            return 0.0, known[0]
        best = max(((self._pulled(known, arm), arm) for arm in dict.fromkeys(known)), key=lambda pair: pair[0])
        self._found[known] = best
        return best

    def _pulled(self, known: Known, arm: Arm) -> float:
        """Expected wins if one of the arms with these counts is pulled next."""
        wins, losses = arm
        odds = (wins + 1) / (wins + losses + 2)
        won = self.value(_with(known, arm, (wins + 1, losses)))
        lost = self.value(_with(known, arm, (wins, losses + 1)))
        return odds * (1.0 + won) + (1.0 - odds) * lost


def _with(known: Known, old: Arm, new: Arm) -> Known:
    """One arm's counts changed."""
    rest = list(known)
    rest.remove(old)
    rest.append(new)
    return tuple(sorted(rest))
