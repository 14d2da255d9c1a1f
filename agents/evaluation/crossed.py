"""The crossed table: seen and new layouts against seen and new opponents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.evaluation.results import Cell, plain
from agents.evaluation.statistics import Comparison, Estimate
from worlds.world import SPLITS

TRAIN = SPLITS[0]
NEW_LAYOUT = ("test-layout", "test-both")
NEW_OPPONENTS = ("test-opponent", "test-both")


@dataclass(frozen=True)
class Crossed:
    """One role over the splits; ``drop`` lacks train, and is empty where train was not measured."""

    role: str
    later: Mapping[str, Estimate]
    """The agent's return in the later episodes, by split."""
    gain: Mapping[str, Estimate]
    """Last episode minus first, by split."""
    drop: Mapping[str, Estimate]
    """What the later episodes lose against those on train: positive where less is scored."""
    adaptation: Mapping[str, Estimate]
    """(agent − blind) / (oracle − blind), where it could be told."""

    @classmethod
    def of(cls, role: str, cells: Mapping[str, Cell], comparisons: Mapping[str, Comparison]) -> "Crossed":
        """Read it off the cells of a role and the comparisons behind them, both by split."""
        base = comparisons.get(TRAIN)
        drop = (
            {split: base.late_above(other, "agent") for split, other in comparisons.items() if split != TRAIN}
            if base is not None
            else {}
        )
        return cls(
            role=role,
            later={split: cell.later["agent"] for split, cell in cells.items()},
            gain={split: cell.gains["agent"] for split, cell in cells.items()},
            drop=drop,
            adaptation={split: cell.adaptation for split, cell in cells.items() if cell.adaptation},
        )

    def dict(self) -> dict[str, Any]:
        """Plain values with stable keys."""
        return {
            "role": self.role,
            "later": plain(self.later),
            "gain": plain(self.gain),
            "drop": plain(self.drop),
            "adaptation": plain(self.adaptation),
        }


def split_of(*, new_layout: bool, new_opponents: bool) -> str:
    """The split with these."""
    return next(
        split for split in SPLITS
        if (split in NEW_LAYOUT) == new_layout and (split in NEW_OPPONENTS) == new_opponents
    )  # fmt: skip
