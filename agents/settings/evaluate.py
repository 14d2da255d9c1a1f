"""What an evaluation measures: one frozen value, read from and written to TOML next to its results."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated, Literal

from agents.settings.declared import SEEDS, Range, Shown, check_ranges, note
from agents.settings.groups import Plain
from worlds.world import OPEN_SPLITS, SPLITS, Refused

CONDITIONS = ("agent", "wiped", "shuffled", "foreign", "blind", "oracle", "random", "bot")


@dataclass(frozen=True, kw_only=True)
class EvaluateSettings:
    """Which checkpoints are measured, on how many tasks, against what.

    Raises:
        Refused: a value that is not allowed.
    """

    checkpoint: Annotated[tuple[str, ...], Shown("AGENT …", positional=True)] = ()
    """Checkpoints of the agent (folders, or names of shipped ones); several training seeds are pooled."""
    world: Annotated[str, Shown("WORLD")] = ""
    """Of an agent for several worlds, the one that is measured; empty for each of them in turn."""
    build: Annotated[dict[str, Plain], Shown("NAME=VALUE …")] = field(default_factory=dict)
    """What the world is built with in place of what the agent learned with, where that changes nothing that is seen or
    done (as the detectors of signals do), or where the agent judges choices alike (signals with observation=phases).
    """
    blind: Annotated[tuple[str, ...], Shown("AGENT …")] = ()
    """Checkpoints of the blind reference, trained with `--reference blind`."""
    oracle: Annotated[tuple[str, ...], Shown("AGENT …")] = ()
    """Checkpoints of the oracle reference, trained with `--reference oracle`."""
    conditions: tuple[str, ...] = ()
    """Which of agent, wiped, shuffled, foreign, blind, oracle, random, bot are measured; empty: all that can be."""
    baselines: Annotated[tuple[str, ...], Shown("BOT …")] = ()
    """Bots that take the learner's seats on the same tasks: KIND[:KNOB=VALUE,…], or all for every kind; those
    of final only where that is among the splits."""
    figures: bool = False
    """Compare the world's figures too; on where there are baselines."""
    roles: tuple[str, ...] = ()
    """Roles that the learner takes in turn; empty: all of the world."""
    splits: tuple[str, ...] = OPEN_SPLITS
    """Splits whose tasks are played. Choose settings on validation, and ask for final once, at the end: each use of it
    is written into the agent's card."""
    tasks: Annotated[int, Range(2, 2**20)] = 2000
    """Paired tasks per role and split; at least 2."""
    episodes: Annotated[int, Range(0, 1000)] = 0
    """Episodes per trial; 0 for as many as the first checkpoint learned with."""
    seats: Annotated[dict[str, str], Shown("SEAT=SPEC …")] = field(default_factory=dict)
    """Who sits where the learner does not: bot:KIND[:KNOB=VALUE,…], agent:CHECKPOINT or random; else the bots."""
    seed: Annotated[int, SEEDS] = 900_001
    """Seed of the tasks and of all choices made by chance; keep it apart from the training seeds."""
    greedy: bool = False
    """Take the most probable choice instead of drawing one."""
    mixes: tuple[str, ...] = ()
    """Seen and held-out opponents in these proportions (as 10:0 10:5 10:10 5:10 0:10), for a graded curve."""
    switch: Annotated[int, Range(0, 1000)] = 0
    """Episode at whose beginning the opponents are exchanged for those of another task; 0: they never are."""
    learned: Annotated[str, Shown("DIR")] = ""
    """A league: its members that are kept for testing play the tasks of test-opponent, too, in the place of bots."""
    crossplay: Literal["off", "seat", "role"] = "off"
    """Let the checkpoints play with each other: each takes one seat, or one role, and each other one all the rest."""
    statistic: Literal["mean", "iqm", "both"] = "mean"
    """What stands for many tasks: their mean, the mean of the middle half, or the mean with the other beside it."""
    resamples: Annotated[int, Range(100, 10**6)] = 5000
    """Bootstrap replicates behind the interval of an interquartile mean."""
    confidence: Annotated[float, Range(0.5, 1.0, below=True)] = 0.95
    """How often an interval covers the truth."""
    record: Annotated[int, Range(0, 2**20)] = field(default=0, metadata=note(incidental=True))
    """The first trials of the agent that are recorded per role and split."""
    replays: bool = field(default=False, metadata=note(incidental=True))
    """Record the agent's best, median and worst trial per role and split, for the report to link to."""
    threads: Annotated[int, Range(1, 1024)] = 2
    """Runs that are played side by side; results do not depend on it."""
    device: Literal["auto", "cpu", "cuda"] = "cpu"
    """Where the networks run."""
    out: Annotated[str, Shown("DIR")] = field(default="", metadata=note(incidental=True))
    """Folder for the report (page, table, JSON, plot, settings); empty: nothing is written."""
    card: bool = field(default=False, metadata=note(incidental=True))
    """Write the figures into the cards of the checkpoints that were measured."""

    def __post_init__(self) -> None:
        check_ranges(self)
        for name in ("conditions", "baselines", "roles", "splits", "mixes"):
            if twice := [word for word, count in Counter(getattr(self, name)).items() if count > 1]:
                raise Refused(f"{name} names {twice[0]!r} twice: leave one of them out")
        for split in self.splits:
            if split not in SPLITS:
                raise Refused(f"unknown split {split!r}: choose from {', '.join(SPLITS)}")
        for condition in self.conditions:
            if condition not in CONDITIONS:
                raise Refused(f"unknown condition {condition!r}: choose from {', '.join(CONDITIONS)}")
        if self.record > self.tasks:
            raise Refused(f"record is {self.record}: allowed is 0 to {self.tasks}, the number of tasks")
        if not self.splits:
            raise Refused(f"no split is named: choose from {', '.join(SPLITS)}")
        if self.mixes and "final" in self.splits:
            raise Refused("mixes are of the layouts and opponents of train and test: ask for final without them")
        for mix in self.mixes:
            unseen_share(mix)
        self._check_references()

    def _check_references(self) -> None:
        for reference in ("blind", "oracle"):
            if reference in self.conditions and not getattr(self, reference):
                raise Refused(
                    f"condition {reference!r} needs a checkpoint: name one trained with --reference {reference}"
                )

    @property
    def measured(self) -> tuple[str, ...]:
        """The conditions to measure, in the order of the report; the agent always is."""
        asked = self.conditions or CONDITIONS
        return tuple(
            name
            for name in CONDITIONS
            if name == "agent" or (name in asked and (name not in ("blind", "oracle") or getattr(self, name)))
        )


def unseen_share(mix: str) -> float:
    """The share of held-out opponents in a mix `SEEN:UNSEEN`, such as 10:5.

    Raises:
        Refused: something else.
    """
    parts = mix.split(":")
    if len(parts) != 2 or not all(part.isdecimal() and len(part) < 10 for part in parts) or not any(map(int, parts)):
        raise Refused(f"mix {mix!r} is not understood: give whole numbers of seen and held-out opponents, such as 10:5")
    seen, unseen = map(int, parts)
    return unseen / (seen + unseen)
