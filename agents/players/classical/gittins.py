"""The finite-horizon index of a Bernoulli arm, found by calibration.

The index of an arm with s wins and f losses when r pulls are left is the sure pay per pull at which one is indifferent
between taking it for all r pulls, and pulling the arm as long as it seems good and then taking it (Gittins 1979;
Kaufmann 2018 studies the finite horizon). Pulling the arm of the highest index is not quite optimal for a finite
number of pulls, but nearly.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from worlds.kit.kernel import kernel
from worlds.world import Refused

LEVELS = 2001
"""Sure pays that are tried, evenly from 0 to 1; between two of them the index is interpolated."""
MOST_PULLS = 300
"""The table takes 8 · n³ bytes."""


@lru_cache(maxsize=4)
def index_table(pulls: int) -> NDArray[np.float64]:
    """(pulls + 1, pulls + 1, pulls + 1): index by pulls left (from 1), wins and losses; 0 where a trial of so many
    pulls cannot come.

    Raises:
        Refused: more pulls than the table can hold.
    """
    if not 1 <= pulls <= MOST_PULLS:
        raise Refused(f"an index for {pulls} pulls: the table holds 1 to {MOST_PULLS}")
    table = np.zeros((pulls + 1, pulls + 1, pulls + 1))
    fill_table(table, np.zeros_like(table), np.zeros((pulls + 2, pulls + 2)), LEVELS)
    return table


@kernel
def fill_table(table: Any, before: Any, value: Any, levels: int) -> None:
    """Fill the table: level by level, what pulling first is worth beyond retiring, by backward induction.

    That difference falls as the sure pay rises; where it crosses 0 lies the index. `before` (like the table) keeps it
    from the level before, `value` the best play's worth by wins and losses, with `left` pulls left.
    """
    size = len(table)
    for level in range(levels):
        pay = level / (levels - 1)
        value[:, :] = 0.0
        for left in range(1, size):
            most = size - 1 - left  # pulls made by then
            for wins in range(most + 1):
                for losses in range(most + 1 - wins):
                    odds = (wins + 1.0) / (wins + losses + 2.0)
                    on = odds * (1.0 + value[wins + 1, losses]) + (1.0 - odds) * value[wins, losses + 1]
                    gain = on - left * pay
                    value[wins, losses] = max(on, left * pay)
                    if gain > 0.0:
                        table[left, wins, losses] = pay
                        before[left, wins, losses] = gain
                    elif before[left, wins, losses] > 0.0:
                        part = before[left, wins, losses] / (before[left, wins, losses] - gain)
                        table[left, wins, losses] += part / (levels - 1)
                        before[left, wins, losses] = 0.0
