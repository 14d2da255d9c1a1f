"""Beliefs over who the other one is, hand by hand, and the best response to them.

The hypotheses are strategies (see poker_types.py). What is believed is exact for them: after each hand each one counts
as often as it would have done what was seen, whichever card it held if none was shown. The hand is then played as the
best response to the mixture, which infers the card from the choices within the hand as well. It does not explore.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.players.classical.poker_tree import Floats, Tree

LEAST = 1e-6
"""Chance of a choice that a hypothesis never makes: nobody is ruled out for ever."""


class Beliefs:
    """What B tables of a variant are believed to be, each one of T hypotheses."""

    def __init__(self, tree: Tree, tables: Floats, count: int) -> None:
        self.tree = tree
        legal = tree.legal()[None]
        floored = np.where(legal, np.maximum(tables, LEAST), 0.0)
        self.tables = floored / np.maximum(floored.sum(axis=-1, keepdims=True), LEAST)
        self.reaches = tree.reach(self.tables, 0), tree.reach(self.tables, 1)
        self.logs = np.zeros((count, len(tables)))

    def odds(self) -> Floats:
        """What is believed: (B, T)."""
        odds = np.exp(self.logs - self.logs.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def forget(self) -> None:
        """All hypotheses are as likely again."""
        self.logs[:] = 0.0

    def respond(self, of: NDArray[np.int64] | None = None) -> NDArray[np.int8]:
        """Best responses (B, rows), in both positions, to what is believed; of some of the B alone if asked."""
        odds = self.odds() if of is None else self.odds()[of]
        reaches = tuple(
            (odds @ reach.reshape(len(reach), -1)).reshape(len(odds), *reach.shape[1:]) for reach in self.reaches
        )
        return self.tree.best_table((reaches[0], reaches[1]))[1]

    def learn(self, index: int, position: int, seen: dict[int, Floats]) -> None:
        """One hand of one of them: for each leaf that it may have ended at, the chance (ranks,) of the other's cards.

        ``position`` is the other's. A card that cannot be, after what was seen, has chance 0.
        """
        likely = np.zeros(self.logs.shape[1])
        for leaf, cards in seen.items():
            likely += self.reaches[position][:, leaf] @ cards
        self.logs[index] += np.log(np.maximum(likely, 1e-300))
