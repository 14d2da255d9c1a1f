"""What a verification found, of a replay or of the log of a batch."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Progress = Callable[[int, int], None]
"""Told now and then how much is done, and of how much (0: not known)."""


@dataclass(frozen=True)
class Verdict:
    """What a verification found."""

    ok: bool
    """The rules gave every recorded state again."""
    ticks: int
    """Ticks simulated (decisions, in the log of a batch)."""
    tick: int | None
    """The first one that differed."""
    fields: tuple[str, ...]
    """In these fields of the state."""
    sentence: str
    truncated: bool
    """The recording was cut off; all that is left was verified."""

    def json(self) -> dict[str, Any]:
        """The same for JSON."""
        return dataclasses.asdict(self) | {"fields": list(self.fields)}
