"""Writes worlds/games/poker/book.py: an equilibrium of every variant, in thousandths. Run it when a variant changes.

`python tests/tools/poker_book.py` prints each variant's value for who acts first, in chips, and what the best response
to the rounded book wins, in the bets that rewards are counted in.
"""

import textwrap
from pathlib import Path

import numpy as np

from agents.players.classical.poker_equilibrium import equilibrium, exploitability
from agents.players.classical.poker_tree import Tree
from worlds.games.poker.constants import FOLD, PASS, RAISE, VARIANTS

BOOK = Path(__file__).resolve().parents[2] / "worlds" / "games" / "poker" / "book.py"
HEAD = '''"""An equilibrium of every variant, in thousandths, as tests/tools/poker_book.py solves and writes it."""

import numpy as np

FIRST_ROW = np.array({first})  # by variant, see `row_of`
# Of every row chances to fold and to raise in thousandths, as 1001 · fold + raise
_WRITTEN = """
{rows}
"""
BOOK = np.array([divmod(int(word), 1001) for word in _WRITTEN.split()])
'''


def rounded(table: np.ndarray) -> np.ndarray:
    """Chances to fold and raise (rows, 2) in thousandths, which together are no more than all."""
    found = np.rint(1000.0 * table[:, [FOLD, RAISE]]).astype(np.int64)
    found[:, 1] = np.minimum(found[:, 1], 1000 - found[:, 0])
    return found


def main() -> None:
    """Solve, round, measure and write."""
    first, words = [0], []
    for variant in VARIANTS:
        tree = Tree(variant)
        value, table = equilibrium(tree)
        book = rounded(table)
        table[:, FOLD], table[:, RAISE] = book[:, 0] / 1000.0, book[:, 1] / 1000.0
        table[:, PASS] = 1.0 - table[:, FOLD] - table[:, RAISE]
        print(
            f"{variant.name:<14}{value * variant.big:>10.6f} chips, book loses {exploitability(tree, table):.5f} bets"
        )
        words += [str(1001 * fold + bet) for fold, bet in book.tolist()]
        first.append(first[-1] + tree.rows)
    rows = "\n".join(textwrap.wrap(" ".join(words), 118))
    BOOK.write_text(HEAD.format(first=first[:-1], rows=rows), encoding="utf-8")


if __name__ == "__main__":
    main()
