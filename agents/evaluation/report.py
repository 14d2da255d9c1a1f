"""The result of an evaluation as data, and as one JSON object; `agents.evaluation.publish` writes it for people."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from agents.evaluation.alone import Alone
from agents.evaluation.crossed import Crossed
from agents.evaluation.learned import LearnedOpponents
from agents.evaluation.matrix import Matrix
from agents.evaluation.mixes import Mixes
from agents.evaluation.recordings import Recorded
from agents.evaluation.results import Cell, ComparedFigure, Finding, Source
from agents.evaluation.statistics import sampled
from agents.evaluation.switch import Switch
from agents.settings.command import command_line, of_world
from agents.settings.declared import leaves
from agents.settings.evaluate import EvaluateSettings
from simulator import crossplay_version
from worlds.world import World

__all__ = ["Cell", "ComparedFigure", "Finding", "Report", "Source"]


@dataclass(frozen=True)
class Report:
    """All cells of an evaluation, and what is needed to measure them again."""

    settings: EvaluateSettings
    world: World
    sources: tuple[Source, ...]
    cells: tuple[Cell, ...]
    crossed: tuple[Crossed, ...] = ()
    """By role, where several splits were measured."""
    learned: tuple[LearnedOpponents, ...] = ()
    """By role, against the members of a league that are kept for testing."""
    mixes: tuple[Mixes, ...] = ()
    switches: tuple[Switch, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    alone: tuple[Alone, ...] = ()
    """Of an agent for several worlds, where one for this world alone is shipped."""
    recorded: tuple[Recorded, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader must know of the tasks: that some were trained on, which look at the split final this is."""
    version: str = field(default_factory=crossplay_version)

    @property
    def command(self) -> str:
        """The command line that gives this report again."""
        return of_world(command_line("evaluate", self.settings), self.world.name)

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
            "settings": {
                leaf.name: leaf.of(self.settings) for leaf in leaves(type(self.settings)) if not leaf.note.incidental
            },
            "command": self.command,
            "intervals": self.intervals,
            "checkpoints": [asdict(source) for source in self.sources],
            "results": [cell.dict() for cell in self.cells],
            **({"notes": list(self.notes)} if self.notes else {}),
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
            "learned": self.learned,
            "mixes": self.mixes,
            "switches": self.switches,
            "crossplay_matrices": self.matrices,
            "alone": self.alone,
            "replays": self.recorded,
        }

    @property
    def intervals(self) -> str:
        """What stands for many tasks, and what the intervals are over, in words."""
        s = self.settings
        what = "interquartile means" if s.statistic == "iqm" else "means"
        seeds = Counter(source.kind for source in self.sources)
        return f"{what} with {100 * s.confidence:g} % intervals over {sampled(seeds)}"


def shortened(value: Any) -> Any:
    """Plain values with every real number cut to five significant digits."""
    if isinstance(value, dict):
        return {name: shortened(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [shortened(part) for part in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value
