"""What `crossplay calibrate` does: one frozen value, read from and written to TOML next to its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from worlds.world import Refused

LIMITS = {"seeds": (1, 100), "tasks": (0, 2**20), "resamples": (100, 10**6), "threads": (1, 1024)}


@dataclass(frozen=True, kw_only=True)
class CalibrateSettings:
    """Which rows of the table, with how many training seeds, on how many tasks.

    Raises:
        Refused: a number out of its range.
    """

    rows: tuple[str, ...] = ()
    """Rows of the table; empty for all."""
    seeds: int = 3
    """Training seeds, 0 up to one less than this."""
    tasks: int = 0
    """Paired held-out tasks; 0 for the number that the row asks for."""
    quick: bool = False
    """Prove in two minutes that meta-learning works at all: a short training must beat all that does not adapt."""
    references: bool = True
    """Let the classical references play the same tasks."""
    resamples: int = 1000
    """Bootstrap replicates behind each interval."""
    threads: int = 2
    """Threads for training and for playing; scores do not depend on how many play."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks are trained."""
    out: str = "runs/calibration"
    """Folder of the runs and their scores: what is there is not done again."""

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            if not low <= getattr(self, name) <= high:
                raise Refused(f"{name} is {getattr(self, name)}: allowed is {low} to {high}")
        if self.tasks == 1:
            raise Refused("tasks is 1: an interval needs at least 2")
