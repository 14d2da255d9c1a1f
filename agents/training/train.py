"""Training: from settings to a run folder with a checkpoint, figures of every update, and all it takes to go on after
a crash.

A run folder holds `settings.toml`, `checkpoint/` (to share), `metrics.jsonl` (one line per update), TensorBoard
events, and `resume/` (private: the exact state after an update). With self-play it holds its past selves in
`snapshots/`, and copies of invited `opponents/`; trials that were recorded on the way lie in `replays/`.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tqdm
from tianshou.data.buffer.buffer_base import MalformedBufferError
from tianshou.trainer import OnPolicyTrainer, OnPolicyTrainerParams
from tianshou.utils import TensorboardLogger
from torch.utils.tensorboard import SummaryWriter

import worlds
from agents.checkpoints import checkpoint
from agents.settings.declared import changed, differing, leaves
from agents.settings.files import build_settings, plain_settings, save_settings
from agents.settings.folder import refuse_begun
from agents.settings.train import TrainSettings, complete, run_folder
from agents.training import ending
from agents.training import saved as state
from agents.training.facts import facts_of, figures_of
from agents.training.opponents import invited as opponents
from agents.training.run import Run
from agents.training.schedule import Schedule
from agents.training.shown import RecorderFactory, record_now, record_trial
from agents.training.tianshou_inside import trainer_counters
from simulator import commit
from simulator.engine import stopping
from worlds.kit.words import shell_line
from worlds.world import Refused, World

OnUpdate = Callable[[dict[str, Any]], None]
SNAPSHOTS = "snapshots"
"""Folder of a run with a checkpoint of each past self in its pool, named by its update."""


def train(
    settings: TrainSettings,
    *,
    recorder_factory: RecorderFactory | None = None,
    report: OnUpdate | None = None,
    hint: bool = True,
) -> Path:
    """Train an agent; Ctrl-C, SIGTERM or a wish in its folder ends the present update, saves and returns.

    Args:
        settings: what to train, and how.
        recorder_factory: makes a recorder from a name; one trial of every checkpoint is recorded with it, or of the
            agent after every `record_every` updates and the last one. It changes nothing of what is learned.
        report: called with the figures of every update, as written to `metrics.jsonl`.
        hint: say how an interrupted run goes on.

    Returns:
        The run folder.

    Raises:
        Refused: settings that contradict the world, or a folder that holds another run.
        KeyboardInterrupt: a signal came before the first update was made, or a second one.
    """
    world = worlds.get(settings.world.name, **settings.world.args)
    settings = complete(
        changed(settings, opponents=opponents.named(settings.opponents.invited, settings.run.resume)), world
    )
    folder = run_folder(settings.run.out, settings.world.name, settings.run.seed)
    with state.alone(folder):
        saved = _saved_state(folder, settings)
        with ending.told(folder):
            run = Run(settings, world, folder if saved else None)
            try:
                training = _Training(settings, world, run, folder, report, recorder_factory, saved)
                training.hint = hint
                try:
                    return training.go()
                finally:
                    training.logger.finalize()
            finally:
                run.close()


def _saved_state(folder: Path, settings: TrainSettings) -> state.Saved | None:
    """What `resume/state.json` says, None for a new run."""
    found = state.read(folder)
    if found is None:
        if settings.run.resume:
            raise Refused(
                f"run folder {folder} holds nothing to resume: name another with --out, or leave --resume out to begin"
            )
        if (folder / "checkpoint").exists():
            raise Refused(f"run folder {folder} holds a checkpoint, which a new run would replace: name another --out")
        return None
    if not settings.run.resume:
        refuse_begun(folder)
    before = _before(found, folder)
    for leaf in differing(settings, before, (leaf for leaf in leaves(TrainSettings) if leaf.note.may_change)):
        given, kept = leaf.of(settings), leaf.of(before)
        raise Refused(f"{leaf.short} is {given!r}: the run in {folder} has {kept!r}, and only the same run can go on")
    return found


def _before(saved: state.Saved, folder: Path) -> TrainSettings:
    """The settings that a run was saved with."""
    return build_settings(saved.settings, TrainSettings, str(folder / state.FOLDER / state.STATE))


class _Logger(TensorboardLogger):
    """tianshou's logger; counters of a resumed run come from its state instead of the event file."""

    counters = (0, 0, 0)

    def restore_data(self) -> tuple[int, int, int]:
        return self.counters


class _Training:
    """The loop of updates, and everything that is written on the way."""

    hint = True
    """Whether an interrupted run says how it goes on."""

    def __init__(
        self, settings: TrainSettings, world: World, run: Run, folder: Path, report: OnUpdate | None,
        recorder_factory: RecorderFactory | None, saved: state.Saved | None,
    ) -> None:  # fmt: skip
        self.settings, self.world, self.run, self.folder = settings, world, run, folder
        self.report, self.recorder_factory, self._saved = report, recorder_factory, saved
        self.commit = commit()
        folder.mkdir(parents=True, exist_ok=True)
        if saved is None:
            self._tell_settings()
            opponents.keep(run.opponents, folder)
        done = saved.counters.played if saved else 0
        writer = SummaryWriter(str(folder / "events"), purge_step=done + 1)  # hides what a crash undid
        self.logger = _Logger(writer, training_interval=1, update_interval=1)
        self.trainer = OnPolicyTrainer(
            run.algorithm,
            OnPolicyTrainerParams(
                training_collector=run.collector, max_epochs=2**62, epoch_num_steps=1,  # one update is one epoch
                collection_step_num_env_steps=run.steps_each * settings.learning.lanes,
                batch_size=-(-settings.learning.lanes // settings.learning.minibatches),
                update_step_num_repetitions=settings.learning.epochs,
                training_fn=self._anneal, logger=self.logger, resume_from_log=True, verbose=False, show_progress=False,
            ),
        )  # fmt: skip
        self.update, self.played, self.seconds = 0, 0, 0.0
        self.schedule = Schedule(settings.learning.steps)

    def _anneal(self, _epoch: int, step: int) -> None:
        progress = self.schedule.progress(step)
        self.run.algorithm.progress, self.run.collector.teaching = progress, self.settings.curriculum.teaching(progress)

    def go(self) -> Path:
        """Train to the end, or until interrupted."""
        if self._saved is None:
            self.run.collector.reset()
            (self.folder / state.METRICS).unlink(missing_ok=True)  # of a run that was never saved
        else:
            self._restore(self._saved)
            self._tell_settings()  # not before: a run that cannot go on keeps its own
        self.logger.counters = (self.update, self.played, self.update)
        self.trainer.reset(reset_collectors=False)
        begun = self.played
        try:
            stopped = self._learn(begun)
        except KeyboardInterrupt as stop:
            raise KeyboardInterrupt(state.unsaved(begun) if self.played == begun else str(stop)) from stop
        if stopped and self.hint:
            words = shell_line("--resume", "--out", self.folder)
            print(f"Interrupted after {self.played:,} steps and saved: go on with {words}")
        return self.folder

    def _learn(self, begun: int) -> bool:
        """Update until the end; whether it was interrupted before that."""
        last_saved = time.monotonic()
        with stopping.gently(lambda: self.played > begun) as interrupted, self._bar() as bar:
            wish = ending.StopWish(self.folder, interrupted)
            while self.played < self.settings.learning.steps and not wish.there:
                self._advance(bar)
                if time.monotonic() - last_saved > 60.0 * self.settings.run.checkpoint_minutes:
                    self.save()
                    last_saved = time.monotonic()
            stopped = interrupted.is_set()
            if stopped and self.played == begun:
                raise KeyboardInterrupt  # the one that was asked for was lost
            self.save(record=not stopped)
        return stopped

    def _tell_settings(self) -> None:
        save_settings(changed(self.settings, resume=False), self.folder / "settings.toml")

    def _bar(self) -> tqdm.tqdm[Any]:
        return tqdm.tqdm(
            total=self.settings.learning.steps, initial=self.played, unit=" steps", unit_scale=True, dynamic_ncols=True,
            desc=f"train {self.world.name}", disable=not self.settings.run.progress,
        )  # fmt: skip

    def _advance(self, bar: tqdm.tqdm[Any]) -> None:
        """One update: collect, learn, take a snapshot when it is due, book the figures.

        Raises:
            Refused: the run has diverged.
        """
        started, before = time.perf_counter(), self.played
        try:
            self.trainer.execute_epoch()
        except MalformedBufferError as error:
            rates = [f"learning_rate ({self.settings.learning.rate:g})"]
            if self.settings.learning.algorithm != "rl2":
                rates.append(f"inner_rate ({self.settings.learning.inner_rate:g})")
            raise Refused(
                f"training diverged at update {self.update + 1}, a value or a reward is no longer finite: choose a "
                f"smaller {' or '.join(rates)}, or look at the world's rewards"
            ) from error
        self.update, self.played = trainer_counters(self.trainer)
        if self.settings.opponents.self_play > 0.0 and self.update % self.settings.opponents.snapshot_every == 0:
            self.run.pool.add(self.run.network)
            self._keep_snapshots()
        elapsed = time.perf_counter() - started
        self.seconds += elapsed
        figures = self._figures(elapsed, self.played - before) | self._recorded()
        with (self.folder / state.METRICS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(figures) + "\n")
        for role, values in figures["returns"].items():
            for episode, value in enumerate(values):
                self.logger.writer.add_scalar(f"return_{role}/episode_{episode + 1}", value, self.played)
        if self.report is not None:
            self.report(figures)
        bar.set_postfix_str(self.run.collector.curve.words(), refresh=False)
        bar.update(min(self.played, bar.total) - min(before, bar.total))  # the last update ends beyond what was asked

    def _figures(self, elapsed: float, steps: int) -> dict[str, Any]:
        return {
            "update": self.update, "steps": self.played, "seconds": round(self.seconds, 3),
            "steps_per_second": round(steps / max(elapsed, 1e-9), 1), **figures_of(self.run),
        }  # fmt: skip

    def _keep_snapshots(self) -> None:
        """Write the newest snapshot as a checkpoint, and drop those that left the pool."""
        every, folder = self.settings.opponents.snapshot_every, self.folder / SNAPSHOTS
        kept = {f"update-{(number + 1) * every}" for number in self.run.pool.drawn_from}
        checkpoint.save(folder / f"update-{self.update}", self.run.network, self._facts())
        for old in folder.iterdir():
            if old.name.startswith("update-") and old.name not in kept:
                shutil.rmtree(old, ignore_errors=True)

    def _facts(self) -> dict[str, Any]:
        return facts_of(self.run, self.played, self.commit)

    def save(self, record: bool = True) -> None:
        """Write the checkpoint and the exact state, and ``record`` a trial of it if that was asked for."""
        settings, run = self.settings, self.run
        counters = {"update": self.update, "played": self.played, "seconds": self.seconds}
        counters |= {"bent_at": self.schedule.bent_at, "bent_from": self.schedule.bent_from}
        state.write(self.folder, plain_settings(settings), counters, run.state_dict())
        checkpoint.save(self.folder / "checkpoint", run.network, self._facts())
        if record and self.recorder_factory is not None and not settings.run.record_every:
            record_trial(run, self.folder, self.update, self.recorder_factory)

    def _recorded(self) -> dict[str, Any]:
        """A trial of the agent as it is, if one is due, as its line in the metrics tells it."""
        every, make = self.settings.run.record_every, self.recorder_factory
        last = self.played >= self.settings.learning.steps
        if make is None or not every or (self.update % every and not last):
            return {}
        return {"replay": record_now(self.run, self.folder, self._facts(), self.update, make)}

    def _restore(self, saved: state.Saved) -> None:
        found = state.read_state(self.folder, saved)
        with state.damage(self.folder / state.FOLDER):
            self.run.load_state_dict(found)
        counters = saved.counters
        self.update, self.played, self.seconds = counters.update, counters.played, counters.seconds
        before = Schedule(_before(saved, self.folder).learning.steps, counters.bent_at, counters.bent_from)
        self.schedule = before.over(self.settings.learning.steps, self.played)
        if told := self.schedule.told(before, self.settings, self.played):
            print(told, file=sys.stderr)
        state.forget_after(self.folder, self.update)
