"""Columns of a text table, each as wide as what stands in it; intervals stand under each other."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from agents.evaluation.statistics import Estimate

BETWEEN = "   "
"""What stands between two columns."""
Cell = str | tuple[str, str]
"""Text, or a value and what belongs to it, such as half of its interval: values end under each other."""


def aligned(rows: Sequence[Sequence[Cell]], *, left: int = 1) -> Iterator[str]:
    """Yield a line for each row of cells; rows may end early.

    The first ``left`` columns begin at the left, all others end at the right. A column without text is left out.
    """
    columns = [
        list(_column(cells, begins=at < left))
        for at, cells in enumerate(zip_longest(*rows, fillvalue=""))
        if any(cells)
    ]
    for row in zip(*columns, strict=True):
        yield f"  {BETWEEN.join(row)}".rstrip()


def _column(cells: Sequence[Cell], *, begins: bool) -> Iterator[str]:
    pairs = [cell for cell in cells if isinstance(cell, tuple)]
    values, more = (max((len(pair[at]) for pair in pairs), default=0) for at in (0, 1))
    texts = [f"{cell[0]:>{values}} {cell[1]:<{more}}" if isinstance(cell, tuple) else cell for cell in cells]
    wide = max(map(len, texts))
    yield from (f"{text:<{wide}}" if begins else f"{text:>{wide}}" for text in texts)


def half(estimate: Estimate, how: str = ".2f") -> str:
    """Half the width of its interval, in Python's format ``how``, behind its sign."""
    return f"±{(estimate.high - estimate.low) / 2.0:{how}}"
