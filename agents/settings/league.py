"""What `crossplay league` trains: one frozen value, kept as a TOML file next to its results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from agents.settings.declared import Range, Shown, check_ranges, note
from agents.settings.groups import Plain

SHARE = 5
"""The world's steps divided by this are those of a member: strangers are many, and none need be the best."""


@dataclass(frozen=True, kw_only=True)
class LeagueSettings:
    """Whose strangers, how many, and how long they learn.

    Raises:
        Refused: a value that is not allowed.
    """

    world: Annotated[str, Shown("WORLD", positional=True)]
    """Name of the world."""
    build: Annotated[dict[str, Plain], Shown("NAME=VALUE …")] = field(default_factory=dict)
    """What the world is built with; what is not named has the world's default."""
    members: Annotated[int, Range(4, 64)] = 8
    """How many there are; every second one is kept for testing. A later call may name more, never fewer."""
    steps: Annotated[int, Range(0, 10**13)] = 0
    """Agent-steps that each of them learns from; 0 for a fifth of those that the world declares."""
    seed: Annotated[int, Range(0, 2**53)] = 1000
    """Training seed of the first member; the others have the next ones. Keep them apart from those of your agents."""
    tasks: Annotated[int, Range(2, 2**20)] = 500
    """Tasks of training on which each of them is compared with random play."""
    jobs: Annotated[int, Range(1, 1024)] = field(default=1, metadata=note(incidental=True))
    """Trainings side by side, each in a process of its own."""
    threads: Annotated[int, Range(1, 1024)] = 1
    """Threads of each training."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks are trained."""
    out: Annotated[str, Shown("DIR")] = field(default="", metadata=note(incidental=True))
    """Folder of the league, empty for runs/leagues/WORLD: what is finished there is not done again."""

    def __post_init__(self) -> None:
        check_ranges(self)
