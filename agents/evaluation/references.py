"""An agent and its references, trained alike and compared on the same tasks: what an adaptation is measured by.

All of them have the network and the settings that the world declares, and one budget of steps. The agent and the blind
one learn on train alone. The oracle of a split that tells what training never shows (a kind of opponent that it never
meets, be it one without a name as those of final) is trained on that split: what it never met tells it nothing. What is
finished in the folder is kept, what is not goes on where it was saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import worlds
from agents.checkpoints.files import to_json
from agents.evaluation.evaluate import evaluate
from agents.evaluation.report import Cell, Report
from agents.evaluation.statistics import sampled
from agents.evaluation.trainings import Member, Say, complete_all
from agents.settings.command import command_line, of_world
from agents.settings.declared import changed
from agents.settings.evaluate import EvaluateSettings
from agents.settings.files import save_settings
from agents.settings.of_world import reference_steps, settings_for
from agents.settings.references import ReferencesSettings
from agents.settings.train import TrainSettings
from simulator.engine.batch import Batch, split_code
from worlds.kit.writing import file_problem, folder_problem, write_bytes
from worlds.world import Refused, World

TRAIN = "train"
DRAWN = 1024  # tasks that are looked at to see what a split tells
FILES = ("settings.toml", "references.json", "references.txt")
"""What is written beside the runs and reports."""


@dataclass(frozen=True)
class Compared:
    """What came of it: a report for each part of the task that an oracle was told."""

    settings: ReferencesSettings
    steps: int
    """Agent-steps that were asked for."""
    learned: tuple[int, int]
    """Agent-steps that they learned from, least and most: whole updates, so a few more than were asked for."""
    reports: dict[str, Report]

    def text(self) -> str:
        """A table with a row for each role, split and oracle."""
        settings = self.settings
        trained = f"{settings.seeds} training seed{'s' * (settings.seeds > 1)} of {self.span} agent-steps each"
        lines = [f"{settings.world}: {trained}, {settings.tasks:,} tasks; returns of the later episodes"]
        for tell, report in self.reports.items():
            told = "told all" if tell == "all" else f"told of its {tell} only"
            for cell in report.cells:
                lines += ["", f"{cell.role} on {cell.split}, oracle {told}", *_rows(cell)]
            lines += ["", *report.notes] if report.notes else []
        counts = dict.fromkeys(("agent", "blind", "oracle"), settings.seeds)
        lines += ["", f"intervals are over {sampled(counts)}"]
        return "\n".join(lines)

    @property
    def span(self) -> str:
        """From how many agent-steps they learned, in words."""
        return " to ".join(f"{steps:,}" for steps in dict.fromkeys(self.learned))

    @property
    def pages(self) -> list[Path]:
        """The reports to read, one for each part that an oracle was told."""
        folder = Path(self.settings.out or default_folder(self.settings.world))
        return [folder / _report_name(tell) / "report.html" for tell in self.reports]

    @property
    def command(self) -> str:
        """The command line that makes and compares them again, wherever they lie."""
        return of_world(command_line("references", changed(self.settings, out="")), self.settings.world)

    def json(self) -> dict[str, Any]:
        """Plain values, as brief as docs/references takes them; runs lie where they do by default."""
        usual = default_folder(self.settings.world)
        reports = {tell: report.brief() for tell, report in self.reports.items()}
        return {
            "kind": "crossplay references", "format": 2, "world": self.settings.world, "steps": self.steps,
            "learned": list(self.learned), "seeds": self.settings.seeds, "command": self.command,
            "reports": _elsewhere(reports, self.settings.out or usual, usual),
        }  # fmt: skip


def default_folder(world: str) -> str:
    """Where the runs of a world lie."""
    return f"runs/references/{world}"


def _elsewhere(value: Any, folder: str, other: str) -> Any:
    """Plain values in which paths within a folder are paths within another one."""
    if isinstance(value, dict):
        return {name: _elsewhere(part, folder, other) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_elsewhere(part, folder, other) for part in value]
    return re.sub(rf"(?<![^\s'\"]){re.escape(folder)}(?=/)", other, value) if isinstance(value, str) else value


def references(settings: ReferencesSettings, say: Say = lambda _: None, *, progress: bool = True) -> Compared:
    """Train what is missing and compare everybody; the report is written into the folder.

    Raises:
        Refused: settings that the world does not take, or a folder with runs of other settings.
        KeyboardInterrupt: it was interrupted; the same settings go on.
    """
    world = worlds.get(settings.world, **settings.build)
    for tell in settings.tell:
        if len(world.untold(tell)) == len(world.told):
            about = "" if tell == "all" else f" about the {tell}"
            raise Refused(f"world {world.name!r} has nothing to tell oracles{about}: leave {tell} out of --tell")
    for split in settings.splits:
        split_code(world, split)
    folder = Path(settings.out or default_folder(world.name))
    _refuse_places(settings, folder)
    steps = settings.steps or reference_steps(world)
    members = list(plan(settings, world, folder, steps))
    complete_all([members], world, settings.jobs, say, progress)
    compared = {tell: _comparison(settings, members, tell, folder) for tell in settings.tell}
    reports: dict[str, Report] = {tell: evaluate(each, progress=progress) for tell, each in compared.items()}
    learned = [member.config.steps for member in members if member.config is not None]
    found = Compared(settings, steps, (min(learned), max(learned)), reports)
    own, as_json, as_text = (folder / name for name in FILES)
    save_settings(settings, own)
    write_bytes(as_json, to_json(found.json(), indent=None))
    write_bytes(as_text, (found.text() + "\n").encode())
    return found


def plan(settings: ReferencesSettings, world: World, folder: Path, steps: int) -> Iterator[Member]:
    """All trainings, seed by seed, so that an early look has one of each."""
    own = {tell: [split for split in settings.splits if tells_news(world, split, tell)] for tell in settings.tell}
    for seed in range(settings.seeds):
        base = settings_for(
            world, steps=steps, seed=seed, threads=settings.threads, device=settings.device, payoff_tasks=0
        )

        def member(kind: str, name: str, base: TrainSettings = base, seed: int = seed, **changes: Any) -> Member:
            return Member(kind, changed(base, out=str(folder / f"{name}-seed{seed}"), **changes))

        yield member("agent", "agent")
        yield member("blind", "blind", reference="blind")
        for tell in settings.tell:
            name = "oracle" if tell == "all" else f"oracle-{tell}"
            for split in (TRAIN, *(split for split in own[tell] if split != TRAIN)):
                where = "" if split == TRAIN else f"-{split}"
                yield member("oracle", name + where, reference="oracle", tell=tell, split=split, belief=0)


def tells_news(world: World, split: str, tell: str = "all") -> bool:
    """Whether oracles are told something on a split that is always the same in training: a name they never met."""
    if split in (TRAIN, "validation"):  # which has what training has
        return False
    usual, here = _told(world, TRAIN), _told(world, split)
    for seat in range(len(world.seats)):
        for fact in world.facts(seat):
            if fact.told_to == "beliefs" or tell not in ("all", fact.about):
                continue
            known, told = usual[:, seat, fact.at], here[:, seat, fact.at]
            if fact.one_hot and not (known == 0.0).all(axis=1).any() and (told == 0.0).all(axis=1).any():
                return True  # somebody without a name
    facts = [
        column
        for name, at in world.told_pieces.at.items()
        if name not in world.untold(tell)
        for column in range(at.start, at.stop)
    ]
    usual, here = (table.reshape(-1, table.shape[-1])[:, facts] for table in (usual, here))
    still = (usual == usual[:1]).all(axis=0)
    return bool((here != usual[:1])[:, still].any())


def _told(world: World, split: str) -> np.ndarray:
    """What every seat is told in many tasks, (tasks, seats, R)."""
    batch = Batch(world, DRAWN, split=split, seed=0, reveal=True)
    batch.reset()
    return batch.told.copy()


def _refuse_places(settings: ReferencesSettings, folder: Path) -> None:
    """Refuse places where the results of many hours could not be written."""
    reports = [folder / _report_name(tell) for tell in settings.tell]
    problems = [(place, folder_problem(place)) for place in (folder, *reports)]
    problems += [(folder / name, file_problem(folder / name)) for name in FILES]
    for place, problem in problems:
        if problem:
            raise Refused(f"{str(place)!r} {problem}: name another folder with --out")


# --- comparing -------------------------------------------------------------------------------------------------------


def _comparison(settings: ReferencesSettings, members: Sequence[Member], tell: str, folder: Path) -> EvaluateSettings:
    def of(kind: str) -> tuple[str, ...]:
        return tuple(
            str(member.folder)
            for member in members
            if member.kind == kind and (kind != "oracle" or member.settings.trial.tell == tell)
        )

    return EvaluateSettings(
        checkpoint=of("agent"), blind=of("blind"), oracle=of("oracle"), splits=settings.splits, tasks=settings.tasks,
        figures=True,
        threads=settings.jobs * settings.threads, device="cpu" if settings.device == "auto" else settings.device,
        out=str(folder / _report_name(tell)),
    )  # fmt: skip


def _report_name(tell: str) -> str:
    return "report" if tell == "all" else f"report-{tell}"


def _rows(cell: Cell) -> Iterator[str]:
    for name in ("blind", "wiped", "shuffled", "agent", "oracle"):
        if name in cell.later:
            words = {"wiped": "agent, memory wiped", "shuffled": "agent, another's memory"}.get(name, name)
            yield f"  {words:26s} {cell.later[name]}"
    yield f"  {'oracle − blind':26s} {cell.headroom}"
    yield f"  {'adaptation':26s} {cell.adaptation or 'none to tell: oracle is not surely above blind'}"
    yield f"  {'agent − memory wiped':26s} {cell.differences['wiped']}"
