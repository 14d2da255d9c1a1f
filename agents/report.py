"""The result of an evaluation, as a table for people, one JSON object for programs and a plot."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from agents.command import INCIDENTAL, command_line
from agents.evaluate_settings import EvaluateSettings
from agents.files import to_json, write_bytes
from agents.settings import save
from agents.statistics import Comparison, Estimate
from worlds.world import World

NOT_MEASURED = "not measured"
FIGURES_ABREAST = 4


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
class Verdict:
    """One claim about the agent, and what was measured for it."""

    claim: str
    holds: bool | None
    """None: a condition that it needs was not measured."""
    evidence: tuple[tuple[str, Estimate], ...] = ()

    @property
    def word(self) -> str:
        """Yes, no or not measured."""
        return NOT_MEASURED if self.holds is None else ("yes" if self.holds else "no")


@dataclass(frozen=True)
class Figure:
    """One of the world's figures over the later episodes, by condition."""

    values: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]
    """Agent minus another condition, on the same tasks."""

    @classmethod
    def of(cls, comparison: Comparison) -> "Figure":
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
    """The world's figures by condition and episode."""
    figures: Mapping[str, Figure]
    """The same with intervals over the later episodes, where they were asked for."""

    @classmethod
    def of(
        cls, role: str, split: str, comparison: Comparison, metrics: Mapping[str, Mapping[str, list[float]]],
        figures: Mapping[str, Figure] | None = None,
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
        )

    @property
    def later_words(self) -> str:
        """Which episodes are the later ones."""
        first = min(3, self.episodes)
        return f"episodes {first}–{self.episodes}" if first < self.episodes else f"episode {first}"

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The three claims of an adapting agent, each with its interval."""
        gain = self.gains["agent"]
        rises = Verdict(
            f"(i) rises from episode 1 to {self.episodes}", gain.above_zero, ((f"episode {self.episodes} − 1", gain),)
        )
        rivals = [name for name in ("wiped", "blind") if name in self.differences]
        evidence = tuple((f"agent − {name}", self.differences[name]) for name in rivals)
        beats = all(estimate.above_zero for _, estimate in evidence) if len(rivals) == 2 else None
        if any(not estimate.above_zero for _, estimate in evidence):
            beats = False
        better = Verdict(f"(ii) beats wiped and blind in {self.later_words}", beats, evidence)
        return rises, better, self._above_random()

    def _above_random(self) -> Verdict:
        claim = "(iii) above random in every episode"
        margins = self.differences_by_episode.get("random")
        if margins is None:
            return Verdict(claim, None)
        worst = min(range(len(margins)), key=lambda index: margins[index].low)
        holds = all(margin.above_zero for margin in margins)
        return Verdict(claim, holds, ((f"agent − random, least in episode {worst + 1}", margins[worst]),))

    def dict(self) -> dict[str, Any]:
        """Plain values with stable keys."""

        def plain(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
            return {name: estimate.dict() for name, estimate in estimates.items()}

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
            "metrics": {name: {key: _rounded(row) for key, row in m.items()} for name, m in self.metrics.items()},
            "figures": {
                name: {"later": plain(figure.values), "agent_minus": plain(figure.differences)}
                for name, figure in self.figures.items()
            },
            "verdicts": [
                {
                    "claim": verdict.claim,
                    "holds": verdict.holds,
                    "evidence": {label: estimate.dict() for label, estimate in verdict.evidence},
                }
                for verdict in self.verdicts
            ],
        }


@dataclass(frozen=True)
class Report:
    """All cells of an evaluation, and what is needed to measure them again."""

    settings: EvaluateSettings
    world: World
    sources: tuple[Source, ...]
    cells: tuple[Cell, ...]
    version: str = field(default_factory=lambda: crossplay_version())

    @property
    def command(self) -> str:
        """The command line that gives this report again."""
        return command_line("evaluate", self.settings)

    @property
    def seeds(self) -> int:
        """How many checkpoints of the agent were pooled."""
        return sum(source.kind == "agent" for source in self.sources)

    def cell(self, role: str, split: str) -> Cell:
        """The results of one role on one split."""
        return next(cell for cell in self.cells if (cell.role, cell.split) == (role, split))

    def json(self) -> dict[str, Any]:
        """One object with stable keys."""
        return {
            "kind": "crossplay evaluation",
            "format": 1,
            "crossplay": self.version,
            "world": self.world.name,
            "world_version": self.world.version,
            "layout_hash": self.world.layout_hash,
            "build_args": dict(self.world.build_args),
            "settings": {name: value for name, value in asdict(self.settings).items() if name not in INCIDENTAL},
            "command": self.command,
            "checkpoints": [asdict(source) for source in self.sources],
            "results": [cell.dict() for cell in self.cells],
        }

    def table(self) -> str:
        """Text for a terminal, 100 columns wide for five episodes."""
        return "\n".join([self._head(), *(line for cell in self.cells for line in _cell_lines(cell)), *self._foot()])

    def _head(self) -> str:
        s = self.settings
        build = " ".join(f"{name}={value}" for name, value in self.world.build_args.items())
        what = "means" if s.statistic == "mean" else "interquartile means"
        over = "tasks" if self.seeds == 1 else f"tasks and {self.seeds} training seeds"
        return (
            f"{self.world.name} version {self.world.version} {build} · {s.tasks:,} paired tasks per role and split · "
            f"{what} with {100 * s.confidence:g} % bootstrap intervals over {over}"
        )

    def _foot(self) -> list[str]:
        lines = ["", f"crossplay {self.version}"]
        for source in self.sources:
            split = "" if source.train_split == "train" else f" · trained on {source.train_split}"
            origin = f"training seed {source.seed} · {source.steps:,} agent-steps{split}"
            lines.append(f"{source.kind:<8} {source.path} · {origin} · sha256 {source.sha256[:16]}")
        return [*lines, f"again: {self.command}"]

    def plot(self, path: str | Path) -> None:
        """Write a PNG: return by episode with interval bands, one panel per role and split."""
        from agents.plot import figure_bytes

        write_bytes(Path(path), figure_bytes(self))

    def save(self, folder: str | Path) -> Path:
        """Write report.txt, report.json, report.png and settings.toml into a folder."""
        place = Path(folder)
        write_bytes(place / "report.txt", (self.table() + "\n").encode())
        write_bytes(place / "report.json", to_json(self.json()))
        save(self.settings, place / "settings.toml")
        self.plot(place / "report.png")
        return place


def crossplay_version() -> str:
    """The installed version, or 0 where the project runs uninstalled."""
    try:
        return metadata.version("crossplay")
    except metadata.PackageNotFoundError:
        return "0"


def _rounded(values: Any) -> Any:
    return [_rounded(value) for value in values] if isinstance(values, list) else round(float(values), 6)


def _cell_lines(cell: Cell) -> Iterator[str]:
    numbers = "".join(f"{episode + 1:>14}" for episode in range(cell.episodes))
    yield ""
    yield f"{cell.role} on {cell.split}"
    yield f"  {'return by episode':<18}{numbers}{f'gain 1→{cell.episodes}':>16}"
    for name, curve in cell.curves.items():
        yield f"  {name:<18}{''.join(f'{_brief(e):>14}' for e in curve)}{_brief(cell.gains[name], sign=True):>16}"
        if len(cell.by_seed[name]) > 1:
            for index, row in enumerate(cell.by_seed[name]):
                values = "".join(f"{value:>8.2f}      " for value in row)
                yield f"    {f'checkpoint {index + 1}':<16}{values}{row[-1] - row[0]:>+10.2f}"
    yield from _verdict_lines(cell)
    yield from _figure_lines(cell)


def _figure_lines(cell: Cell) -> Iterator[str]:
    """The world's figures by condition, and the agent's less the others', a few figures at a time."""
    names = list(cell.figures)
    for start in range(0, len(names), FIGURES_ABREAST):
        part = [(name, cell.figures[name]) for name in names[start : start + FIGURES_ABREAST]]
        yield f"  {cell.later_words:<24}{''.join(f'{name:>18}' for name, _ in part)}"
        for condition in cell.curves:
            yield f"  {condition:<24}{''.join(f'{_short(figure.values[condition]):>18}' for _, figure in part)}"
        for condition in (name for name in cell.curves if name != "agent"):
            margins = [figure.differences[condition] for _, figure in part]
            yield f"  {'agent − ' + condition:<24}{''.join(f'{_short(e, sign=True):>18}' for e in margins)}"


def _short(estimate: Estimate, *, sign: bool = False) -> str:
    """Value ± half the width of the interval, to four digits."""
    value = f"{estimate.value:+.4g}" if sign else f"{estimate.value:.4g}"
    return f"{value} ±{(estimate.high - estimate.low) / 2.0:.2g}"


def _verdict_lines(cell: Cell) -> Iterator[str]:
    for verdict in cell.verdicts:
        evidence = ", ".join(f"{label} {_signed(estimate)}" for label, estimate in verdict.evidence)
        yield f"  {verdict.claim:<44} {verdict.word:<4} {evidence}".rstrip()
    if "shuffled" in cell.differences:
        yield f"  {'also: agent − shuffled, ' + cell.later_words:<49} {_signed(cell.differences['shuffled'])}"
    if {"blind", "oracle"} <= set(cell.curves):
        share = str(cell.adaptation) if cell.adaptation else "none: the oracle is not surely above the blind"
        yield f"  {'also: adaptation (agent−blind)/(oracle−blind)':<49} {share}"


def _brief(estimate: Estimate, *, sign: bool = False) -> str:
    """Value ± half the width of the interval."""
    value = f"{estimate.value:+.2f}" if sign else f"{estimate.value:.2f}"
    return f"{value} ±{(estimate.high - estimate.low) / 2.0:.2f}"


def _signed(estimate: Estimate) -> str:
    return f"{estimate.value:+.2f} [{estimate.low:+.2f}, {estimate.high:+.2f}]"
