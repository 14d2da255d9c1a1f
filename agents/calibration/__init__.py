"""Calibration: tasks whose best score is published or can be computed, so that learning is proven before it is claimed.

Every file of this package that holds `ROWS` adds rows to the table of `crossplay calibrate`.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from worlds.world import Refused

if TYPE_CHECKING:
    from agents.calibration.row import Row


def rows() -> dict[str, Row]:
    """All rows by name, those with the smallest budget first."""
    found: list[Row] = []
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        found += getattr(importlib.import_module(module.name), "ROWS", ())
    return {row.name: row for row in sorted(found, key=lambda row: (row.minutes, row.name))}


def choose(names: tuple[str, ...]) -> list[Row]:
    """The rows of these names, all for none.

    Raises:
        Refused: an unknown name.
    """
    known = rows()
    for name in names:
        if name not in known:
            raise Refused(f"unknown row {name!r}: choose from {', '.join(known) or 'none yet'}")
    return [known[name] for name in names or known]
