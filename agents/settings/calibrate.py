"""What `crossplay calibrate` does: one frozen value, read from and written to TOML next to its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from agents.settings.declared import Range, Shown, check_ranges
from worlds.world import Refused


@dataclass(frozen=True, kw_only=True)
class CalibrateSettings:
    """Which rows of the table, with how many training seeds, on how many tasks.

    Raises:
        Refused: a number out of its range.
    """

    rows: Annotated[tuple[str, ...], Shown("ROW …", positional=True)] = ()
    """Rows of the table; empty for all."""
    seeds: Annotated[int, Range(1, 100)] = 3
    """Training seeds, 0 up to one less than this."""
    tasks: Annotated[int, Range(0, 2**20)] = 0
    """Paired held-out tasks; 0 for the number that the row asks for."""
    quick: Annotated[bool, Shown(bare=True)] = False
    """Prove in two minutes that meta-learning works at all: a short training must beat all that does not adapt."""
    references: bool = True
    """Let the classical references play the same tasks."""
    threads: Annotated[int, Range(1, 1024)] = 2
    """Threads for training and for playing; scores do not depend on how many play."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks are trained."""
    out: Annotated[str, Shown("DIR")] = "runs/calibration"
    """Folder of the runs and their scores: what is there is not done again."""

    def __post_init__(self) -> None:
        check_ranges(self)
        if self.tasks == 1:
            raise Refused("tasks is 1: an interval needs at least 2")
