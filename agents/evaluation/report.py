"""The result of an evaluation, as a table for people, one JSON object for programs and a plot."""

from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from agents.checkpoints.files import to_json
from agents.evaluation.crossed import Crossed
from agents.evaluation.matrix import Matrix
from agents.evaluation.mixes import Mixes
from agents.evaluation.recordings import Recorded
from agents.evaluation.render.text import cell_lines, part_lines
from agents.evaluation.results import Cell, Figure, Source, Verdict
from agents.evaluation.switch import Switch
from agents.settings.command import INCIDENTAL, command_line
from agents.settings.evaluate import EvaluateSettings
from agents.settings.train import save
from worlds.kit.writing import write_bytes
from worlds.world import World

__all__ = ["Cell", "Figure", "Report", "Source", "Verdict", "crossplay_version"]


@dataclass(frozen=True)
class Report:
    """All cells of an evaluation, and what is needed to measure them again."""

    settings: EvaluateSettings
    world: World
    sources: tuple[Source, ...]
    cells: tuple[Cell, ...]
    crossed: tuple[Crossed, ...] = ()
    """By role, where several splits were measured."""
    mixes: tuple[Mixes, ...] = ()
    switches: tuple[Switch, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    recorded: tuple[Recorded, ...] = ()
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
            **{name: [part.dict() for part in parts] for name, parts in self._parts().items() if parts},
        }

    def brief(self) -> dict[str, Any]:
        """The same as `json` for a checkpoint to carry: five digits, and nothing that its other figures tell too."""
        facts: dict[str, Any] = shortened(self.json())
        for cell in facts["results"]:
            del cell["agent_minus_by_episode"]
            if cell["figures"]:
                del cell["metrics"]
        return facts

    def _parts(self) -> dict[str, tuple[Any, ...]]:
        """What there is beside the cells, by its key."""
        return {
            "crossed": self.crossed,
            "mixes": self.mixes,
            "switches": self.switches,
            "crossplay_matrices": self.matrices,
            "replays": self.recorded,
        }

    def table(self) -> str:
        """Text for a terminal, 100 columns wide for five episodes."""
        cells = (line for cell in self.cells for line in cell_lines(cell))
        return "\n".join([self._head(), *cells, *part_lines(self), *self._foot()])

    def _head(self) -> str:
        s = self.settings
        build = " ".join(f"{name}={value}" for name, value in self.world.build_args.items())
        return (
            f"{self.world.name} version {self.world.version} {build} · {s.tasks:,} paired tasks per role and split · "
            f"{self.intervals}"
        )

    @property
    def intervals(self) -> str:
        """What stands for many tasks, and what the intervals are over, in words."""
        s = self.settings
        what = "interquartile means" if s.statistic == "iqm" else "means"
        over = "tasks" if self.seeds == 1 else f"tasks and {self.seeds} training seeds"
        return f"{what} with {100 * s.confidence:g} % bootstrap intervals over {over}"

    def _foot(self) -> list[str]:
        lines = ["", f"crossplay {self.version}"]
        for source in self.sources:
            split = "" if source.train_split == "train" else f" · trained on {source.train_split}"
            origin = f"training seed {source.seed} · {source.steps:,} agent-steps{split}"
            lines.append(f"{source.kind:<8} {source.path} · {origin} · sha256 {source.sha256[:16]}")
        return [*lines, f"again: {self.command}"]

    def plot(self, path: str | Path) -> None:
        """Write a PNG: return by episode with interval bands, one panel per role and split."""
        from agents.evaluation.render.plot import figure_bytes

        write_bytes(Path(path), figure_bytes(self))

    def page(self) -> str:
        """One HTML page with everything in it, to be put where the replays lie below it."""
        from agents.evaluation.render.page import page

        return page(self)

    def save(self, folder: str | Path) -> Path:
        """Write report.html, report.txt, report.json, report.png and settings.toml into a folder."""
        place = Path(folder)
        write_bytes(place / "report.txt", (self.table() + "\n").encode())
        write_bytes(place / "report.json", to_json(self.json()))
        save(self.settings, place / "settings.toml")
        self.plot(place / "report.png")
        write_bytes(place / "report.html", self.page().encode())
        return place


def shortened(value: Any) -> Any:
    """Plain values with every real number cut to five significant digits."""
    if isinstance(value, dict):
        return {name: shortened(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [shortened(part) for part in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def crossplay_version() -> str:
    """The installed version, or 0 where the project runs uninstalled."""
    try:
        return metadata.version("crossplay")
    except metadata.PackageNotFoundError:
        return "0"
