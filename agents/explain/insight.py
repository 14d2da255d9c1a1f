"""What an agent makes of its task: what its memory holds, what that is worth, and how it changes what the agent does.

* *Probes*: how well each fact that the rules reveal is read from the memory at the end of each episode.
* *Foreign memory*: what is lost with the memory of the same layout and other opponents, and by how much choices change.
* *Belief*, for an agent that was trained with one: the probability that it gives to what is true.

What is true goes into these figures and never to the player.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import agents
import worlds
from agents.checkpoints.description import INSIGHT
from agents.checkpoints.files import to_json
from agents.evaluation.render.columns import Cell, aligned, half
from agents.evaluation.results import later_words
from agents.evaluation.statistics import Estimate
from agents.explain.beliefs import Believed, believed
from agents.explain.memory import Changed, Foreign, MemoryStudy, Probed
from agents.settings.command import command_line, of_world
from agents.settings.declared import SEEDS, Range, Shown, check_ranges, note
from worlds.kit.writing import write_bytes
from worlds.world import OPEN_SPLITS, SPLITS, Refused, World

NONE = "–"
HOLDS = (
    "what the memory holds: facts read from it at the end of each episode by a linear probe fitted on other tasks\n"
    "(R²: 0 nothing, 1 all; AUC: 0.5 nothing, 1 all; accuracy: beside that of always naming the most frequent)"
)


@dataclass(frozen=True, kw_only=True)
class InsightSettings:
    """Whose memory is measured, and on what.

    Raises:
        Refused: a value that is not allowed.
    """

    checkpoint: Annotated[str, Shown("AGENT", positional=True)]
    """The agent: a checkpoint folder or the name of a shipped one."""
    splits: tuple[str, ...] = ("train", "test-both")
    """Splits whose tasks are played."""
    tasks: Annotated[int, Range(2, 2**16)] = 500
    """Tasks per role and split; one half is fitted and the other read, in turn."""
    seed: Annotated[int, SEEDS] = 900_001
    """Seed of the tasks and of all draws; keep it apart from the training seeds."""
    device: Literal["auto", "cpu", "cuda"] = "cpu"
    """Where the network runs."""
    card: bool = field(default=False, metadata=note(incidental=True))
    """Keep what was found beside the agent, in its insight.json: the pages of results show it."""

    def __post_init__(self) -> None:
        check_ranges(self)
        for split in self.splits:
            if split == "final":
                raise Refused("split 'final' is for `crossplay evaluate` alone: choose another split")
            if split not in SPLITS:
                raise Refused(f"unknown split {split!r}: choose from {', '.join(OPEN_SPLITS)}, validation")


@dataclass(frozen=True)
class Insight:
    """Everything that was measured, over roles and splits."""

    folder: Path
    """Of the agent."""
    sha256: str
    """Of its weights."""
    world: World
    beliefs: tuple[Believed, ...]
    probes: tuple[Probed, ...]
    foreign: tuple[Foreign, ...]
    changes: tuple[Changed, ...]


def insight(settings: InsightSettings) -> Insight:
    """Play the tasks and compare what is remembered with what is true.

    Raises:
        Refused: no such checkpoint, or one without a memory.
    """
    player = agents.load(settings.checkpoint, device=settings.device, seed=settings.seed)
    if not player.network.state_size:
        raise Refused(f"agent {player.name!r} has no memory: there is nothing to look into")
    world = worlds.get(player.world_name, **player.build_args)
    player.check(world, True)
    beliefs: list[Believed] = []
    studies: list[MemoryStudy] = []
    for split in settings.splits:
        for role in player.config.roles:
            seat = next(index for index, each in enumerate(world.seats) if each.role == role)
            studies.append(MemoryStudy(world, player, split, seat, tasks=settings.tasks, seed=settings.seed))
            if player.network.belief is not None:
                beliefs += believed(world, player, split, seat, tasks=settings.tasks, seed=settings.seed)
    return Insight(
        player.folder, player.sha256, world,
        tuple(beliefs),
        tuple(row for study in studies for row in study.probes()),
        tuple(row for study in studies for row in study.foreign()),
        tuple(row for study in studies for row in study.changes()),
    )  # fmt: skip


def keep(found: Insight, settings: InsightSettings) -> Path:
    """Write what was found, but for beliefs by decision, into the agent's folder; the file.

    Raises:
        Refused: the folder cannot be written.
    """
    told = facts(found)
    kept = {
        "command": of_world(command_line("insight", settings), found.world.name), "sha256": found.sha256,
        "world_version": found.world.version, "tasks": settings.tasks,
        **{name: told[name] for name in ("probes", "foreign", "changes")},
    }  # fmt: skip
    path = found.folder / INSIGHT
    try:
        write_bytes(path, to_json(kept, indent=None))
    except OSError as error:
        raise Refused(f"checkpoint {found.folder} cannot be written: {error.strerror}") from error
    return path


def table(found: Insight) -> str:
    """Everything as text."""
    parts = (
        (HOLDS,
         _probe_lines(found.probes)),
        ("what its own memory is worth against one of the same layout and other opponents: return by episode",
         _foreign_lines(found.foreign)),
        ("how much choices change with the memory: divergence from the own choices, in nats a decision",
         _rows([(row, f"memory of {row.memory}", "", row.episodes) for row in found.changes], ".3f")),
        ("probability that the belief gives to what is true, mean over each episode's decisions",
         _rows([(row, row.fact, f"ignorant {row.guess:.2f}", row.episodes) for row in found.beliefs])),
    )  # fmt: skip
    blocks = ["\n".join([title, *lines]) for title, rows in parts if (lines := list(rows))]
    over = "value ± half of its interval at 95 %, over tasks; 1 training seed: says nothing of other runs"
    return "\n\n".join([*blocks, over])


def _probe_lines(rows: Sequence[Probed]) -> Iterator[str]:
    words = [
        (row, row.fact + (f" ({row.entries})" if row.entries > 1 else ""), f"{row.measure}, chance {row.chance:.2f}",
         row.episodes)
        for row in rows
    ]  # fmt: skip
    yield from _rows(words)


def _foreign_lines(rows: Sequence[Foreign]) -> Iterator[str]:
    for row in rows:
        kinds = (("own memory", row.own), ("memory of other opponents", row.foreign), ("lost", row.lost))
        yield from _rows([(row, name, "", estimates) for name, estimates in kinds])
        yield f"  lost in {later_words(len(row.own))}: {row.late}"


def _rows(rows: Sequence[tuple[Any, str, str, Sequence[Estimate | None]]], how: str = ".2f") -> Iterator[str]:
    """Lines of estimates by episode, under the role and split that they belong to."""
    cells: list[list[Cell]] = []
    title = ""
    for row, name, more, estimates in rows:
        if title != (title := f"{row.role} on {row.split}"):
            cells.append([title, "", *(f"episode {at + 1}" for at in range(len(estimates)))])
        values = ((f"{each.value:{how}}", half(each, how)) if each else NONE for each in estimates)
        cells.append([f"  {name}", more, *values])
    yield from aligned(cells, left=2)


def facts(found: Insight) -> dict[str, Any]:
    """Everything as plain values."""
    return {
        "rows": [
            {
                "split": row.split, "role": row.role, "fact": row.fact, "ignorant": round(row.guess, 6),
                "episodes": _plain(row.episodes), "decisions": [round(value, 6) for value in row.decisions],
            }
            for row in found.beliefs
        ],
        "probes": [
            {
                "split": row.split, "role": row.role, "fact": row.fact, "about": row.about, "measure": row.measure,
                "chance": round(row.chance, 6), "entries": row.entries, "episodes": _plain(row.episodes),
            }
            for row in found.probes
        ],
        "foreign": [
            {
                "split": row.split, "role": row.role, "own": _plain(row.own), "foreign": _plain(row.foreign),
                "lost": _plain(row.lost), "later": row.late.dict(),
            }
            for row in found.foreign
        ],
        "changes": [
            {"split": row.split, "role": row.role, "memory": row.memory, "nats": _plain(row.episodes)}
            for row in found.changes
        ],
    }  # fmt: skip


def _plain(estimates: Sequence[Estimate | None]) -> list[dict[str, float] | None]:
    return [each.dict() if each else None for each in estimates]
