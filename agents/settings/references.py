"""What `crossplay references` trains and compares: one frozen value, kept as a TOML file next to its results."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated, Literal

from agents.settings.declared import Range, Shown, check_ranges, note
from agents.settings.groups import Plain
from worlds.world import SPLITS, Refused

Tell = Literal["all", "opponents", "layout"]


@dataclass(frozen=True, kw_only=True)
class ReferencesSettings:
    """Whose references, how many, and what is played to compare them.

    Raises:
        Refused: a value that is not allowed.
    """

    world: Annotated[str, Shown("WORLD", positional=True)]
    """Name of the world."""
    build: Annotated[dict[str, Plain], Shown("NAME=VALUE …")] = field(default_factory=dict)
    """What the world is built with; what is not named has the world's default."""
    seeds: Annotated[int, Range(1, 100)] = 3
    """Training seeds of the agent and of each reference, 0 up to one less than this."""
    tell: Annotated[tuple[Tell, ...], Shown("PART …")] = ("all",)
    """Which oracles are trained: told all, or only what is about the opponents or about the layout and rules."""
    splits: Annotated[tuple[str, ...], Shown("SPLIT …")] = ("train", "test-both")
    """Splits on which they are compared. Where one tells what training never shows, its oracle is trained on it.
    Each use of final is written into the agents' cards."""
    steps: Annotated[int, Range(0, 10**13)] = 0
    """Agent-steps that each of them learns from; 0 for as many as the world declares."""
    tasks: Annotated[int, Range(2, 2**20)] = 2000
    """Paired tasks per role and split."""
    jobs: Annotated[int, Range(1, 1024)] = field(default=1, metadata=note(incidental=True))
    """Trainings side by side, each in a process of its own."""
    threads: Annotated[int, Range(1, 1024)] = 1
    """Threads of each training."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks are trained."""
    out: Annotated[str, Shown("DIR")] = field(default="", metadata=note(incidental=True))
    """Folder of the runs and the report, empty for runs/references/WORLD: what is finished there is not done again."""

    def __post_init__(self) -> None:
        check_ranges(self)
        for name, allowed in (("splits", SPLITS), ("tell", ("all", "opponents", "layout"))):
            words = getattr(self, name)
            if not words:
                raise Refused(f"{name} names nothing: choose from {', '.join(allowed)}")
            if twice := [word for word, count in Counter(words).items() if count > 1]:
                raise Refused(f"{name} names {twice[0]!r} twice: leave one of them out")
            for word in words:
                if word not in allowed:
                    raise Refused(f"{name} is {word!r}: choose from {', '.join(allowed)}")
