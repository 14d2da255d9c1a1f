"""An agent and its references, trained alike and compared on the same tasks: what an adaptation is measured by.

All of them have the network and the settings that the world declares, and one budget of steps. The agent and the blind
one learn on train alone. The oracle of a split that tells what training never shows (a kind of opponent that it never
meets, be it one without a name as those of final) is trained on that split: what it never met tells it nothing. What is
finished in the folder is kept, what is not goes on where it was saved.
"""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import worlds
from agents.checkpoints.description import CONFIG, Config, load_config
from agents.checkpoints.files import standing, to_json
from agents.evaluation.evaluate import evaluate
from agents.evaluation.report import Cell, Report
from agents.evaluation.statistics import sampled
from agents.settings.command import command_line, of_world
from agents.settings.declared import changed, differing, leaves
from agents.settings.evaluate import EvaluateSettings
from agents.settings.files import build_settings, load_settings, save_settings
from agents.settings.of_world import reference_steps, settings_for
from agents.settings.references import ReferencesSettings
from agents.settings.train import TrainSettings
from simulator.engine.batch import Batch, split_code
from simulator.engine.compiling import tied
from worlds.kit.writing import file_problem, folder_problem, write_bytes
from worlds.world import Refused, World

TRAIN = "train"
DRAWN = 1024  # tasks that are looked at to see what a split tells
MACHINE = ("run.threads", "run.device")
"""Settings that a finished run may differ in: the machine it was made on."""
RESUME, STATE = "resume", "state.json"
"""Where a run keeps what it goes on from (`agents.training.saved`, whose import takes time)."""
FILES = ("settings.toml", "references.json", "references.txt")
"""What is written beside the runs and reports."""
PAUSE = 0.2  # s between two looks at the trainings
INTERRUPTED = 130  # exit code
Say = Callable[[str], None]


@dataclass(frozen=True)
class Member:
    """One training."""

    kind: str
    """agent, blind or oracle."""
    settings: TrainSettings

    @property
    def folder(self) -> Path:
        """Of its run."""
        return Path(self.settings.run.out)

    @property
    def finished(self) -> bool:
        """Whether its checkpoint has learned from all its steps."""
        config = self.config
        return config is not None and config.steps >= self.settings.learning.steps

    @property
    def config(self) -> Config | None:
        """What its checkpoint says of itself, None where there is none."""
        place = standing(self.folder / "checkpoint")
        return load_config(place) if (place / CONFIG).exists() else None

    @property
    def begun(self) -> bool:
        """Whether there is a state to go on from; a crash can leave it under its old name."""
        return (standing(self.folder / RESUME) / STATE).exists()


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
    for member in members:
        _refuse_others(member, world)
    missing = [member for member in members if not member.finished]
    say(f"{world.name}: {len(members) - len(missing)} of {len(members)} trainings of {steps:,} steps are there")
    try:
        _train(missing, settings.jobs, world, say, progress)
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt("the same command goes on") from stop
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


def _refuse_others(member: Member, world: World) -> None:
    """Refuse to go on in the folder of a run of other settings, or with a checkpoint of another world: what is compared
    must be alike.
    """
    path, config = member.folder / "settings.toml", member.config
    if path.exists():
        _refuse_differing(member, load_settings(path, TrainSettings))
    if config is not None:
        place = f"the checkpoint in {str(member.folder)!r}"
        _refuse_differing(member, build_settings(config.settings, TrainSettings, place))
        version, here = (config.world_version, config.layout_hash), (world.version, world.layout_hash)
        if version != here:
            raise Refused(
                f"{place} learned version {config.world_version} of world {config.world!r}, or another layout of it: "
                f"this is version {world.version}, so name another folder with --out"
            )


def _refuse_differing(member: Member, before: TrainSettings) -> None:
    free = (leaf for leaf in leaves(TrainSettings) if leaf.note.incidental or leaf.name in MACHINE)
    for leaf in differing(member.settings, before, free):
        raise Refused(
            f"{leaf.short} is {leaf.of(member.settings)!r}: the run in {member.folder} has {leaf.of(before)!r}, "
            "so name another folder with --out"
        )


# --- training --------------------------------------------------------------------------------------------------------


def _train(members: Sequence[Member], jobs: int, world: World, say: Say, progress: bool) -> None:
    if jobs > 1 and len(members) > 1:
        _side_by_side(list(members), jobs, world, say)
        return
    from agents.training.train import train  # brings tianshou along

    for number, member in enumerate(members, 1):
        say(f"training {member.folder.name} ({number} of {len(members)})")
        train(_to_go_on(member, progress=progress))
        if not member.finished:
            raise KeyboardInterrupt


def _to_go_on(member: Member, **changes: Any) -> TrainSettings:
    """The same for a run that has begun; on the machine that it began on, which its state knows."""
    settings = changed(member.settings, **changes)
    if not member.begun:
        return settings
    before = load_settings(member.folder / "settings.toml", TrainSettings)
    return changed(settings, resume=True, threads=before.run.threads, device=before.run.device)


def _side_by_side(waiting: list[Member], jobs: int, world: World, say: Say) -> None:
    """Train in processes of their own; when one fails, or this one is interrupted, the others save and end."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    count = len(waiting)
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                member = waiting.pop(0)
                say(f"training {member.folder.name} ({count - len(waiting)} of {count})")
                running[member.folder.name] = tied(_words(member, world), quiet=True)
            time.sleep(PAUSE)
            for name, child in list(running.items()):
                if child.poll() is not None:
                    _close(running.pop(name))
                    if child.returncode == INTERRUPTED:
                        raise KeyboardInterrupt
                    if child.returncode:
                        raise subprocess.CalledProcessError(child.returncode, f"training {name}")
    finally:
        for child in running.values():
            child.send_signal(signal.SIGTERM)
        for child in running.values():
            _close(child)


def _close(child: subprocess.Popen[bytes]) -> None:
    """Wait for its end, and let its input go only then: it ends at once when nobody holds that."""
    child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _words(member: Member, world: World) -> list[str]:
    """The command that trains, or goes on."""
    settings = _to_go_on(member)
    usual = changed(settings_for(world), world_args={})
    words = shlex.split(command_line("train", settings, usual))[1:]
    words += ["--out", str(member.folder), "--payoff-tasks", "0", "--no-progress"]
    *_, folder, _ = worlds.travel(world)[1]
    return words + ["--resume"] * settings.run.resume + (["--worlds", folder] if folder else [])


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
