"""Trains the agents of the calibration table and scores them, row by row and seed by seed.

What is done stays in the folder: a finished training is not repeated and an interrupted one goes on where it was saved,
scores are kept beside the checkpoint that they belong to. The checkpoint that is scored is the last one of its run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

import agents
import worlds
from agents.calibration import choose
from agents.calibration.result import CalibrationTable, RowResult
from agents.calibration.row import SEED, Contestant, Row, Scores
from agents.checkpoints.description import read_weights
from agents.settings.calibrate import CalibrateSettings
from agents.settings.declared import changed, differing, leaves
from agents.settings.files import load_settings, save_settings
from agents.settings.train import TrainSettings, complete
from simulator.engine.threads import team
from worlds.kit.writing import folder_problem, write_bytes
from worlds.world import Refused, World

Say = Callable[[str], None]
MACHINE = ("run.threads", "run.device")
"""Settings of a training that are about the machine alone."""


def calibrate(settings: CalibrateSettings, say: Say = lambda _line: None) -> CalibrationTable:
    """The table, or with `quick` the rows that have a short proof.

    Raises:
        Refused: an unknown row, no row with a short proof, or a folder that holds runs with other settings.
        KeyboardInterrupt: a training was interrupted; all of it is saved.
    """
    chosen = choose(settings.rows)
    if settings.quick:
        chosen = [row for row in chosen if row.quick is not None]
        if not chosen:
            raise Refused(f"rows {', '.join(settings.rows)} have no quick proof: leave the names out")
    if problem := folder_problem(Path(settings.out)):
        raise Refused(f"folder {settings.out!r} {problem}: name another with --out")
    save_settings(settings, Path(settings.out) / "settings.toml")
    results = []
    for row in chosen:
        results.append(_Work(settings, row, say).result())
        say(results[-1].line())
    return CalibrationTable(tuple(results), settings)


class _Work:
    """One row."""

    def __init__(self, settings: CalibrateSettings, row: Row, say: Say) -> None:
        self.settings, self.row, self.say = settings, row, say
        self.training = row.quick if settings.quick and row.quick is not None else row.settings
        self.world = worlds.get(self.training.world.name, **self.training.world.args)
        self.tasks = settings.tasks or row.tasks
        self.folder = Path(settings.out) / (f"{row.name}-quick" if settings.quick else row.name)

    def result(self) -> RowResult:
        """Train every seed, then let everybody play."""
        seeds = range(1 if self.settings.quick else self.settings.seeds)
        minutes = [self._train(seed) for seed in seeds]
        scores: dict[str, list[Scores]] = {}
        with _players(self.settings.threads) as pool:
            scores["agent"] = [self._scores(self._agent(seed), f"agent {seed}", pool) for seed in seeds]
            if self.settings.references or self.settings.quick:
                for name, contestant in self.row.references.items():
                    scores[name] = [self._scores((contestant, name, self._reference_file(name)), name, pool)]
        tables = {name: np.stack(members) for name, members in scores.items()}
        return RowResult.of(self.row, tables, minutes, self.settings)

    def _train(self, seed: int) -> float:
        """Train one seed, or what is missing of it; minutes that the whole training took."""
        folder = self._run_folder(seed)
        wanted = complete(
            changed(
                self.training, seed=seed, threads=self.settings.threads, device=self.settings.device, out=str(folder),
            ), self.world,
        )  # fmt: skip
        last = _last_figures(folder)
        if last.get("steps", 0) < wanted.learning.steps or not (folder / "checkpoint").exists():
            from agents.training.train import train  # brings tianshou along

            self.say(f"{self.row.name}: training with seed {seed}")
            begun = (folder / "resume" / "state.json").exists()
            train(changed(wanted, resume=begun))
            last = _last_figures(folder)
            if last["steps"] < wanted.learning.steps:
                raise KeyboardInterrupt(f"the same command goes on with {self.row.name}, seed {seed}")
        else:
            _check_same(folder, wanted)
        return float(last["seconds"]) / 60.0

    def _run_folder(self, seed: int) -> Path:
        return self.folder / f"seed{seed}"

    def _reference_file(self, name: str) -> Path:
        return self.folder / "references" / f"{''.join(c if c.isalnum() else '_' for c in name)}.safetensors"

    def _agent(self, seed: int) -> tuple[Contestant, str, Path]:
        folder = self._run_folder(seed)
        identity = hashlib.sha256(read_weights(folder / "checkpoint")).hexdigest()
        return partial(_load, folder), identity, folder / "scores.safetensors"

    def _scores(self, who: tuple[Contestant, str, Path], name: str, pool: Executor) -> Scores:
        """(tasks, bars): what a contestant scores on every task, from the file if it is there."""
        contestant, identity, path = who
        facts = {
            "who": identity, "world": f"{self.world.name} {self.world.version} {self.world.layout_hash}",
            "split": self.row.split, "tasks": str(self.tasks), "seed": str(SEED), "row": self.row.name,
            "bars": ", ".join(bar.name for bar in self.row.bars),
            "episodes": str(self.row.settings.trial.episodes or self.world.timing.episodes),
        }  # fmt: skip
        if (kept := _kept_scores(path, facts)) is not None:
            return kept
        self.say(f"{self.row.name}: {name} plays {self.tasks:,} tasks")
        trials = self.row.trials(self.world, contestant, self.tasks, SEED, pool)
        table = np.stack([bar.score(trials) for bar in self.row.bars], axis=1)
        write_bytes(path, safetensors.numpy.save({"scores": table}, facts))
        return table


def _load(folder: Path, _world: World, seed: int) -> Any:
    return agents.load(folder, seed=seed)


def _last_figures(folder: Path) -> dict[str, Any]:
    """The last line of a run's metrics that is whole; nothing where there is none."""
    from agents.training.saved import figures  # brings torch along

    told = figures(folder)
    return told[-1][1] if told else {}


def _check_same(folder: Path, wanted: TrainSettings) -> None:
    """Refuse to score a finished run of other settings."""
    before = load_settings(folder / "settings.toml", TrainSettings)
    free = (leaf for leaf in leaves(TrainSettings) if leaf.note.incidental or leaf.name in MACHINE)
    for leaf in differing(wanted, before, free):
        raise Refused(
            f"{leaf.short} is {leaf.of(wanted)!r}: the run in {folder} has {leaf.of(before)!r}, "
            "so name another folder with --out"
        )


def _kept_scores(path: Path, facts: dict[str, str]) -> Scores | None:
    """Scores that were written under exactly these facts."""
    if not path.exists():
        return None
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            return np.asarray(file.get_tensor("scores"), dtype=np.float64) if file.metadata() == facts else None
    except safetensors.SafetensorError:  # damaged: they are computed again
        return None


@contextmanager
def _players(threads: int) -> Iterator[Executor]:
    """Threads that play chunks of tasks side by side, each single-threaded inside."""
    import torch

    before = torch.get_num_threads()
    try:
        with team(threads, lambda: torch.set_num_threads(1)) as pool:
            yield pool
    finally:
        torch.set_num_threads(before)
