"""What was measured: one role on one split, the claims that follow from it, and the checkpoints that took part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.evaluation.statistics import Comparison, Estimate
from simulator.engine.late import first_late

NOT_MEASURED = "not measured"
RIVALS = ("wiped", "blind")
"""What an agent that makes use of its memory does better than."""
BASELINE = "bot:"
"""Begins the name of a condition in which one kind of bot has the learner's seats."""
ALIKE = 1.05
"""How many times the fewest agent-steps the most may be, for budgets to count as alike."""


@dataclass(frozen=True)
class Source:
    """A checkpoint that took part."""

    kind: str
    """agent, blind or oracle."""
    path: str
    sha256: str
    """Of the weights."""
    seed: int
    """Training seed."""
    steps: int
    """Agent-steps of training."""
    train_split: str

    @classmethod
    def of(cls, kind: str, path: str, player: Any) -> "Source":
        """What a loaded player says of itself."""
        return cls(
            kind=kind,
            path=path,
            sha256=player.sha256,
            seed=player.seed,
            steps=player.config.steps,
            train_split=player.train_split,
        )


@dataclass(frozen=True)
class Finding:
    """One claim about the agent, and what was measured for it."""

    claim: str
    holds: bool | None
    """None: a condition that it needs was not measured."""
    evidence: tuple[tuple[str, Estimate], ...] = ()
    lacks: str = ""
    """The one condition that was not measured, where the claim holds for the others."""

    @property
    def word(self) -> str:
        """Yes, no, not measured; or what was not, where the rest holds."""
        if self.holds is None:
            return f"{self.lacks} {NOT_MEASURED}".lstrip()
        return "yes" if self.holds else "no"


@dataclass(frozen=True)
class ComparedFigure:
    """One of the world's figures, or of the learner's own, over the later episodes, by condition."""

    values: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]
    """Agent minus another condition, on the same tasks."""

    @classmethod
    def of(cls, comparison: Comparison) -> "ComparedFigure":
        """Read it off a comparison."""
        names = list(comparison.scores)
        return cls(
            {name: comparison.late(name) for name in names},
            {name: comparison.late("agent", name) for name in names if name != "agent"},
        )


@dataclass(frozen=True)
class Cell:
    """One role on one split."""

    role: str
    split: str
    tasks: int
    episodes: int
    curves: Mapping[str, list[Estimate]]
    """Return by episode, by condition."""
    by_seed: Mapping[str, list[list[float]]]
    """Return by checkpoint and episode, by condition."""
    gains: Mapping[str, Estimate]
    """Last episode minus first, by condition."""
    later: Mapping[str, Estimate]
    """Mean over the later episodes, by condition."""
    differences: Mapping[str, Estimate]
    """Agent minus another condition over the later episodes."""
    differences_by_episode: Mapping[str, list[Estimate]]
    adaptation: Estimate | None
    """(agent − blind) / (oracle − blind) over the later episodes; None without a sure headroom or references."""
    metrics: Mapping[str, Mapping[str, list[float]]]
    """The world's figures, and those of the learner's seats as ``own_NAME``, by condition and episode."""
    figures: Mapping[str, ComparedFigure]
    """The same with intervals over the later episodes, where they were asked for."""
    headroom: Estimate | None = None
    """Oracle minus blind over the later episodes: what knowing the hidden task is worth; None without both of them."""
    iqm: Mapping[str, Estimate] = field(default_factory=dict)
    """Interquartile mean over the later episodes, by condition, where it was asked for beside the mean."""
    rise: Estimate | None = None
    """The agent's later episodes minus its first; None where there is one later episode, for which it is the gain."""
    won: Mapping[str, Estimate | None] = field(default_factory=dict)
    """(agent − wiped) / (baseline − wiped) over the later episodes, by baseline; None where that is not surely above
    wiped."""

    @classmethod
    def of(
        cls, role: str, split: str, comparison: Comparison, metrics: Mapping[str, Mapping[str, list[float]]],
        figures: Mapping[str, ComparedFigure] | None = None,
    ) -> "Cell":  # fmt: skip
        """Read all figures off a comparison."""
        names = list(comparison.scores)
        others = [name for name in names if name != "agent"]
        table = comparison.scores["agent"]
        return cls(
            role=role,
            split=split,
            tasks=table.shape[1],
            episodes=table.shape[2],
            curves={name: comparison.by_episode(name) for name in names},
            by_seed={name: comparison.by_seed(name).tolist() for name in names},
            gains={name: comparison.gain(name) for name in names},
            later={name: comparison.late(name) for name in names},
            differences={name: comparison.late("agent", name) for name in others},
            differences_by_episode={name: comparison.by_episode("agent", name) for name in others},
            adaptation=comparison.adaptation() if {"blind", "oracle"} <= set(names) else None,
            metrics=metrics,
            figures=figures or {},
            headroom=comparison.late("oracle", "blind") if {"blind", "oracle"} <= set(names) else None,
            rise=comparison.rise("agent") if first_late(table.shape[2]) + 1 < table.shape[2] else None,
            won={
                name: comparison.adaptation(blind="wiped", oracle=name)
                for name in names
                if name.startswith(BASELINE) and "wiped" in names
            },
        )

    @property
    def worth(self) -> tuple[str, ...]:
        """Conditions that tell what the agent's own memory is worth, of those that were measured."""
        return tuple(name for name in ("wiped", "shuffled", "foreign") if name in self.differences)

    @property
    def later_words(self) -> str:
        """Which episodes are the later ones."""
        return later_words(self.episodes)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The three claims of an adapting agent, each with its interval."""
        gain = self.gains["agent"]
        told = [(f"episode {self.episodes} − 1", gain)]
        told += [(f"{self.later_words} − 1", self.rise)] if self.rise else []
        rises = Finding(f"(i) rises from episode 1 to {self.episodes}", gain.above_zero, tuple(told))
        rivals = [name for name in RIVALS if name in self.differences]
        evidence = tuple((f"agent − {name}", self.differences[name]) for name in rivals)
        beats = all(estimate.above_zero for _, estimate in evidence) if len(rivals) == len(RIVALS) else None
        if any(not estimate.above_zero for _, estimate in evidence):
            beats = False
        lacks = "" if not rivals else " ".join(name for name in RIVALS if name not in rivals)
        better = Finding(f"(ii) beats wiped and blind in {self.later_words}", beats, evidence, lacks)
        return rises, better, self._above_random()

    def _above_random(self) -> Finding:
        claim = "(iii) above random in every episode"
        margins = self.differences_by_episode.get("random")
        if margins is None:
            return Finding(claim, None)
        worst = min(range(len(margins)), key=lambda index: margins[index].low)
        holds = all(margin.above_zero for margin in margins)
        return Finding(claim, holds, ((f"agent − random, least in episode {worst + 1}", margins[worst]),))

    def dict(self) -> dict[str, Any]:
        """Plain values with stable keys."""

        return {
            "role": self.role,
            "split": self.split,
            "tasks": self.tasks,
            "episodes": self.episodes,
            "return_by_episode": {name: [e.dict() for e in curve] for name, curve in self.curves.items()},
            "return_by_seed": {name: _rounded(rows) for name, rows in self.by_seed.items()},
            "gain": plain(self.gains),
            "later": plain(self.later),
            "agent_minus": plain(self.differences),
            "agent_minus_by_episode": {
                name: [e.dict() for e in margins] for name, margins in self.differences_by_episode.items()
            },
            "adaptation": self.adaptation.dict() if self.adaptation else None,
            "headroom": self.headroom.dict() if self.headroom else None,
            "rise": self.rise.dict() if self.rise else None,
            **({"won": {name: share and share.dict() for name, share in self.won.items()}} if self.won else {}),
            "metrics": {name: {key: _rounded(row) for key, row in m.items()} for name, m in self.metrics.items()},
            "figures": {
                name: {"later": plain(figure.values), "agent_minus": plain(figure.differences)}
                for name, figure in self.figures.items()
            },
            **({"later_iqm": plain(self.iqm)} if self.iqm else {}),
            "verdicts": [
                {
                    "claim": finding.claim,
                    "holds": finding.holds,
                    "evidence": {label: estimate.dict() for label, estimate in finding.evidence},
                }
                for finding in self.findings
            ],
        }


def plain(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    """Plain numbers by name."""
    return {name: estimate.dict() for name, estimate in estimates.items()}


def later_words(episodes: int) -> str:
    """Which episodes of a trial are the later ones (`simulator.engine.late.later`)."""
    first = min(3, episodes)
    return f"episodes {first}–{episodes}" if first < episodes else f"episode {first}"


def unlike_budgets(sources: Iterable[tuple[str, int]]) -> str:
    """What must stand beside an adaptation whose agent learned from more or fewer agent-steps than its references, by
    the kinds of all checkpoints and their steps; empty where the budgets are alike, but for a last update.
    """
    found: dict[bool, list[int]] = {}
    for kind, steps in sources:
        found.setdefault(kind == "agent", []).append(steps)
    every = [steps for budgets in found.values() for steps in budgets]
    if len(found) < 2 or max(every) <= ALIKE * min(every):
        return ""
    words = {mine: " to ".join(f"{steps:,}" for steps in sorted({min(s), max(s)})) for mine, s in found.items()}
    return f" (unlike budgets: the agent learned from {words[True]} agent-steps, the references from {words[False]})"


def _rounded(values: Any) -> Any:
    return [_rounded(value) for value in values] if isinstance(values, list) else round(float(values), 6)
