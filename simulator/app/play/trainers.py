"""The processes that train and evaluate: begun here, in sessions of their own, and left to themselves if need be.

Each is the command itself. It goes on when this program ends, however that ends. Who trains in a folder is told by the
lock in it, which ends with its holder; a stop is asked for in a file that only that holder heeds. So no signal is ever
sent to a process that might be somebody else's.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.settings.folder import ask_to_stop, forget_ending, trainer_of
from simulator.app.play.training_runs import CONSOLE, REPORT, REPORT_CONSOLE

if TYPE_CHECKING:
    from agents.settings.train import TrainSettings
    from worlds.world import World

ROOT = Path(__file__).resolve().parents[3]
TASKS = 200  # of an evaluation in the window
SPLITS = ("train", "test-both")
INCIDENTAL = ("record_every", "checkpoint_minutes", "payoff_tasks")


class Trainers:
    """What this program began."""

    def __init__(self) -> None:
        self.children: dict[Path, subprocess.Popen[bytes]] = {}
        """By the folder of a run, absolute."""
        self.evaluations: dict[Path, subprocess.Popen[bytes]] = {}

    def endings(self) -> dict[Path, int | None]:
        """How each training ended, None while it goes on."""
        return {folder: child.poll() for folder, child in self.children.items()}

    def alive(self) -> list[Path]:
        """Folders of the trainings that go on."""
        return [folder for folder, ended in self.endings().items() if ended is None]

    def begin(self, words: Sequence[str], folder: Path) -> None:
        """Train with ``crossplay WORDS``, which name the folder.

        Raises:
            Refused: the folder cannot be there, somebody trains in it, or no process can be begun.
        """
        from worlds.kit.writing import folder_problem
        from worlds.world import Refused

        if problem := folder_problem(folder):
            raise Refused(f"run folder {str(folder)!r} {problem}: name another one")
        if (process := trainer_of(folder)) is not None or folder.absolute() in self.alive():
            raise Refused(f"process {process or '?'} is training in run folder {str(folder)!r}: wait for it")
        forget_ending(folder)
        self.children[folder.absolute()] = _begun(words, folder, CONSOLE)

    def stop(self, folder: Path) -> bool:
        """Ask the training in a folder to save and end; False where nobody trains there.

        Raises:
            Refused: the wish cannot be written.
        """
        from worlds.world import Refused

        child = self.children.get(folder.absolute())
        own = child.pid if child is not None and child.poll() is None else None
        process = trainer_of(folder) or own  # a child that still starts has no lock yet
        if process is None:
            return False
        try:
            ask_to_stop(folder, process)
        except OSError as error:
            raise Refused(f"the run in {str(folder)!r} cannot be told to stop: {error.strerror or error}") from error
        return True

    def evaluate(self, folder: Path, world: str) -> None:
        """Measure the agent of a run, with a report and replays in its folder.

        Raises:
            Refused: no process can be begun.
        """
        words = ["evaluate", str(folder), "--out", str(folder / REPORT), "--replays", "--tasks", str(TASKS)]
        words += ["--splits", *SPLITS, "--threads", "1", *own_folder(world)]
        self.evaluations[folder.absolute()] = _begun(words, folder, REPORT_CONSOLE)

    def evaluating(self, folder: Path) -> bool:
        """Whether the agent of a run is being measured."""
        child = self.evaluations.get(folder.absolute())
        return child is not None and child.poll() is None


def _begun(words: Sequence[str], folder: Path, console: str) -> subprocess.Popen[bytes]:
    from worlds.world import Refused

    places = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    alone: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / console).open("wb") as file:
            return subprocess.Popen(
                [sys.executable, "-m", "simulator", *words], env={**os.environ, "PYTHONPATH": places},
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, **alone,
            )  # fmt: skip
    except OSError as error:
        raise Refused(f"no process can be begun for {str(folder)!r}: {error.strerror or error}") from error


def train_words(settings: TrainSettings, world: World, folder: Path) -> list[str]:
    """The words of `crossplay` that begin a run with these settings in their world."""
    from agents.settings.command import command_line
    from agents.settings.declared import by_name, changed
    from agents.settings.of_world import settings_for

    usual = changed(settings_for(world), world_args={})

    words = shlex.split(command_line("train", settings, usual))[1:]
    words += ["--out", str(folder), "--no-progress"]
    for name in INCIDENTAL:  # which a command line that makes a result again leaves out
        leaf = by_name(type(settings))[name]
        if leaf.of(settings) != leaf.of(usual):
            words += [f"--{name.replace('_', '-')}", str(leaf.of(settings))]
    return words + own_folder(settings.world.name)


def resume_words(folder: Path, world: str) -> list[str]:
    """The words of `crossplay` that go on with a run."""
    return ["train", "--resume", "--out", str(folder), "--no-progress", *own_folder(world)]


def own_folder(world: str) -> list[str]:
    """The flag that names the folder of a world that is not shipped."""
    import worlds

    for folder in worlds.added_folders():
        if any((folder / name).is_file() for name in (f"{world}.py", f"{world}/__init__.py")):
            return ["--worlds", str(folder)]
    return []


def free_folder(folder: Path) -> Path:
    """The folder itself, or the first one with a number behind it in which there is nothing."""
    number, found = 1, folder
    while found.exists():
        number += 1
        found = folder.with_name(f"{folder.name}-{number}")
    return found
