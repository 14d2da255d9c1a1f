"""The training runs of a folder, as plain data: how far each is, what it is doing, and why it failed."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agents.settings.folder import (
    CHECKPOINT,
    ENDED,
    METRICS,
    RESUME,
    SETTINGS,
    STATE,
    ending_of,
    trainer_of,
)
from simulator.app.play.metrics import last_row
from worlds.kit.reading import opened
from worlds.kit.words import one_line

if TYPE_CHECKING:
    from agents.settings.train import TrainSettings

STARTING, RUNNING, FINISHED, STOPPED, FAILED = "starting", "running", "finished", "stopped", "failed"
CONSOLE, REPORT_CONSOLE, REPORT = "console.log", "evaluate.log", "report"
"""What the command that trains there prints, and the one that evaluates, and the folder of its report."""
DEEPEST, MANY = 3, 500  # folders below the one that is looked through, and runs
LAST_WORDS = 2**14  # bytes of a console
LARGEST_STATE = 2**24  # bytes


@dataclasses.dataclass(frozen=True)
class RunCard:
    """One run."""

    folder: Path
    name: str
    world: str = ""
    """Empty where its settings cannot be read."""
    state: str = STOPPED
    done: int = 0
    """Agent-steps, and …"""
    asked: int = 0
    speed: float = 0.0
    """Agent-steps a second in its last update."""
    sentence: str = ""
    """Why it failed."""
    seed: int = 0
    reference: str = "none"
    process: int = 0
    """That trains there now; 0 where that is not known, or nobody does."""
    resumable: bool = False
    playable: bool = False
    """Whether it has an agent that can be watched."""
    changed: float = 0.0
    """Seconds since the epoch."""

    @property
    def alive(self) -> bool:
        """Whether somebody trains there now."""
        return self.state in (STARTING, RUNNING)

    @property
    def part(self) -> float:
        """How much of it is done, 0 … 1."""
        return min(self.done / self.asked, 1.0) if self.asked else 0.0


class _Counters(msgspec.Struct):
    update: int = 0
    played: int = 0


class _Saved(msgspec.Struct):
    counters: _Counters


class RunList:
    """Looks through a folder again and again; what did not change is not read again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[Path, tuple[object, RunCard]] = {}

    def look(self, children: Mapping[Path, int | None]) -> list[RunCard]:
        """All runs, the one that changed last first.

        ``children``: the trainings that this program began, and how each ended, None while it goes on.
        """
        found: dict[Path, tuple[object, RunCard]] = {}
        for folder in run_folders(self.folder):
            ended = children.get(folder.absolute(), 0)
            process = trainer_of(folder)
            sign = (_sign(folder), process, ended, folder.absolute() in children)
            known = self._known.get(folder)
            name = folder.relative_to(self.folder).as_posix()
            card = known[1] if known is not None and known[0] == sign else read_card(folder, name, process, ended)
            found[folder] = (sign, card)
        self._known = found
        return sorted((card for _, card in found.values()), key=lambda card: (not card.alive, -card.changed, card.name))


def run_folders(folder: Path, depth: int = DEEPEST) -> list[Path]:
    """The runs in a folder and in folders in it."""
    found: list[Path] = []
    try:
        inner = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.is_dir())
    except OSError:
        return []
    for path in inner:
        if any((path / name).is_file() for name in (SETTINGS, METRICS, CONSOLE)):
            found.append(path)
        elif depth > 1:
            found += run_folders(path, depth - 1)
        if len(found) >= MANY:
            break
    return found[:MANY]


def read_card(folder: Path, name: str, process: int | None, ended: int | None = 0) -> RunCard:
    """What a folder says of its run.

    ``process`` trains there now, None if nobody does; ``ended``: None for one that this program began and that goes
    on, else how it ended.
    """
    settings, problem = _settings(folder)
    row, saved = last_row(folder / METRICS), _saved(folder)
    done, asked = int(_told(row, "steps")), 0 if settings is None else settings.learning.steps
    learned = _checkpoint_steps(folder)
    card = RunCard(
        folder, one_line(name), "" if settings is None else settings.world.name, done=max(done, saved.played),
        asked=asked, speed=_told(row, "steps_per_second"), sentence=problem,
        seed=0 if settings is None else settings.run.seed,
        reference="none" if settings is None else settings.trial.reference, process=process or 0,
        changed=_changed(folder),
    )  # fmt: skip
    playable = learned > 0 and card.reference == "none"
    if process is not None or ended is None:
        state = RUNNING if done > 0 and (process is not None or learned >= asked) else STARTING
        return dataclasses.replace(card, state=state, playable=playable)
    if settings is None:
        return dataclasses.replace(card, state=FAILED, sentence=problem or _last_words(folder, ended))
    if learned >= asked > 0:
        return dataclasses.replace(card, state=FINISHED, playable=playable)
    sentence = _why(folder, int(_told(row, "update")), saved, ended)
    return dataclasses.replace(
        card, state=FAILED if sentence else STOPPED, sentence=sentence, resumable=saved.update > 0, playable=playable
    )


def _why(folder: Path, update: int, saved: _Counters, ended: int) -> str:
    """Why a run that is not finished failed; empty where it was stopped in order."""
    told = ending_of(folder)
    if told is not None:
        return one_line(told.sentence) if told.how == FAILED else ""
    if words := _last_words(folder, ended):
        return words
    if update > saved.update:
        rest = f"it can go on from step {saved.played:,}" if saved.update else "nothing was saved yet"
        return f"it ended without a word, as when it is killed or the power fails; {rest}"
    return "" if saved.update else "it ended before anything was learned"


def _last_words(folder: Path, ended: int | None) -> str:
    """The refusal, or the error, that stands at the end of what the command printed."""
    try:
        with opened(folder / CONSOLE) as file:
            file.seek(max(os.fstat(file.fileno()).st_size - LAST_WORDS, 0))
            text = file.read(LAST_WORDS).decode(errors="replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return f"it ended by signal {-ended}" if ended is not None and ended < 0 else ""
    last = one_line(lines[-1])
    if last.startswith("crossplay: "):
        said = last.removeprefix("crossplay: ").rstrip(".")
        return "" if said.startswith("interrupted") else said
    return last if any(line.startswith("Traceback ") for line in lines) else ""


def _settings(folder: Path) -> tuple[TrainSettings | None, str]:
    """The settings of a run, or why they cannot be read."""
    from agents.settings.files import load_settings
    from agents.settings.train import TrainSettings
    from worlds.world import Refused

    if not (folder / SETTINGS).is_file():
        return None, ""
    try:
        return load_settings(folder / SETTINGS, TrainSettings), ""
    except Refused as refusal:
        return None, one_line(str(refusal))


def _saved(folder: Path) -> _Counters:
    from agents.checkpoints.files import standing

    try:
        with opened(standing(folder / RESUME) / STATE) as file:
            return msgspec.json.decode(file.read(LARGEST_STATE), type=_Saved).counters
    except (OSError, msgspec.DecodeError, ValueError, RecursionError):
        return _Counters()


def _checkpoint_steps(folder: Path) -> int:
    """Agent-steps that the checkpoint of a run learned from; 0 where there is none that can be read."""
    from agents.checkpoints.description import CONFIG, load_config
    from agents.checkpoints.files import standing
    from worlds.world import Refused

    place = standing(folder / CHECKPOINT)
    if not (place / CONFIG).is_file():
        return 0
    try:
        return load_config(place).steps
    except Refused:
        return 0


def _told(row: Mapping[str, float], name: str) -> float:
    value = row.get(name, 0.0)
    return 0.0 if math.isnan(value) else value


def _sign(folder: Path) -> object:
    """Changes whenever something in a folder does that its card tells of."""
    parts = (SETTINGS, METRICS, ENDED, CONSOLE, f"{RESUME}/{STATE}", f"{CHECKPOINT}/config.json")
    return tuple(_stat(folder / part) for part in parts)


def _stat(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def _changed(folder: Path) -> float:
    return max(_stat(folder / part)[0] for part in (SETTINGS, METRICS, CONSOLE)) / 1e9
