"""An equilibrium of a poker variant, exactly, by linear programming over the sequence form (von Stengel 1996).

For each position the plan with the best worst case. The two plans together are an equilibrium, and one table holds
both, as the positions never share a row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.players.classical.poker_tree import CHOICES, Floats, Tree
from worlds.games.poker.constants import PASS

Sequence = tuple[int, int]
"""Row (with its rank) and choice; (−1, 0): nothing yet."""
NOTHING: Sequence = (-1, 0)


class Plans:
    """The sequences of one position, and which of them follow which."""

    def __init__(self, tree: Tree, position: int) -> None:
        self.tree, self.position = tree, position
        self.number: dict[Sequence, int] = {NOTHING: 0}
        self.parent: dict[int, Sequence] = {}
        """By row: what leads to it."""
        for leaf in tree.leaves:
            for rank in range(tree.ranks):
                before = NOTHING
                for row, choice, side in leaf.steps:
                    if side == position:
                        self.parent.setdefault(row + rank, before)
                        before = (row + rank, choice)
                        self.number.setdefault(before, len(self.number))

    def last(self, leaf: int, rank: int) -> int:
        """The own sequence with which a leaf is reached."""
        own = [(row + rank, choice) for row, choice, side in self.tree.leaves[leaf].steps if side == self.position]
        return self.number[own[-1] if own else NOTHING]

    def constraints(self) -> tuple[Floats, Floats]:
        """E and e of E x = e: what goes into a row comes out of it."""
        rows = list(self.parent)
        found = np.zeros((1 + len(rows), len(self.number)))
        found[0, 0] = 1.0
        for at, row in enumerate(rows, start=1):
            found[at, self.number[self.parent[row]]] = -1.0
            for choice in range(CHOICES):
                if (row, choice) in self.number:
                    found[at, self.number[row, choice]] = 1.0
        return found, np.eye(1 + len(rows))[0]

    def table(self, plan: Floats, into: Floats) -> None:
        """Write a plan as chances into a table (rows, 4); where it never comes it checks or calls."""
        for row, before in self.parent.items():
            whole = plan[self.number[before]]
            into[row] = 0.0
            if whole < 1e-9:
                into[row, PASS] = 1.0
                continue
            for choice in range(CHOICES):
                if (row, choice) in self.number:
                    into[row, choice] = max(plan[self.number[row, choice]], 0.0) / whole
            into[row] /= into[row].sum()


def equilibrium(tree: Tree) -> tuple[float, Floats]:
    """What position 0 earns a hand, and a table (rows, 4) of an equilibrium."""
    sides = Plans(tree, 0), Plans(tree, 1)
    payoff = payoffs(tree, sides)
    table = np.zeros((tree.rows, CHOICES))
    value, plan = best_worst(sides[0], sides[1], payoff)
    sides[0].table(plan, table)
    _, plan = best_worst(sides[1], sides[0], -payoff.T)
    sides[1].table(plan, table)
    return value, table


def payoffs(tree: Tree, sides: tuple[Plans, Plans]) -> Floats:
    """What position 0 earns by sequences of both."""
    found = np.zeros((len(sides[0].number), len(sides[1].number)))
    for leaf in range(len(tree.leaves)):
        for own in range(tree.ranks):
            for other in range(tree.ranks):
                at = sides[0].last(leaf, own), sides[1].last(leaf, other)
                found[at] += tree.stakes[0, leaf, own, other]
    return found


def best_worst(own: Plans, other: Plans, payoff: Floats) -> tuple[float, Floats]:
    """The plan that earns most if the other one knows it: max f·q with Fᵀq ≤ Aᵀx, E x = e."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array, hstack

    (flow, source), (theirs, sink) = own.constraints(), other.constraints()
    count, rows = len(own.number), len(sink)
    solved = linprog(
        np.concatenate([np.zeros(count), -sink]),
        A_ub=hstack([coo_array(-payoff.T), coo_array(theirs.T)]).tocsr(),
        b_ub=np.zeros(len(other.number)),
        A_eq=hstack([coo_array(flow), coo_array((len(source), rows))]).tocsr(),
        b_eq=source,
        bounds=[(0.0, None)] * count + [(None, None)] * rows,
        method="highs",
    )
    plan: NDArray[np.float64] = np.asarray(solved.x[:count])
    return -float(solved.fun), plan


def exploitability(tree: Tree, table: Floats) -> float:
    """What the best responses to a table earn a hand, mean of both positions: 0 for an equilibrium."""
    reaches = tree.reach(table, 0)[None], tree.reach(table, 1)[None]
    return float(tree.best_table(reaches)[0][0])
