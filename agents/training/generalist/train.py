"""Training of one agent for several worlds: a run folder as that of one world, with one checkpoint for all of them.

It holds `settings.toml`, `checkpoint/` (to share), `metrics.jsonl` (a line for each update of each world, which names
it), TensorBoard events, and `resume/` (private: the exact state after a round).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tqdm
from torch.utils.tensorboard import SummaryWriter

import worlds
from agents.checkpoints import checkpoint
from agents.settings.declared import changed, differing, leaves
from agents.settings.files import build_settings, plain_settings, save_settings
from agents.settings.folder import refuse_begun
from agents.settings.generalist import GeneralistSettings
from agents.training import ending
from agents.training import saved as state
from agents.training.facts import facts_of, figures_of
from agents.training.generalist.run import JointRun
from simulator import commit
from simulator.engine import stopping
from worlds.kit.words import shell_line
from worlds.world import Refused

OnUpdate = Callable[[dict[str, Any]], None]


def train_generalist(settings: GeneralistSettings, *, report: OnUpdate | None = None) -> Path:
    """Train one agent for several worlds; Ctrl-C or SIGTERM ends the present round, saves and returns.

    Args:
        settings: the worlds, and what they share.
        report: called with the figures of every update of a world, as written to `metrics.jsonl`.

    Returns:
        The run folder.

    Raises:
        Refused: settings that contradict a world, or a folder that holds another run.
        KeyboardInterrupt: a signal came before the first round was made, or a second one.
    """
    built = {name: worlds.get(name) for name in settings.world}
    folder = settings.folder
    with state.alone(folder):
        saved = _saved_state(folder, settings)
        with ending.told(folder):
            run = JointRun(settings, built)
            try:
                return _Training(settings, run, folder, report, saved).go()
            finally:
                run.close()


def _saved_state(folder: Path, settings: GeneralistSettings) -> state.Saved | None:
    """What `resume/state.json` says, None for a new run."""
    found = state.read(folder)
    if found is None:
        if settings.resume:
            raise Refused(
                f"run folder {folder} holds nothing to resume: name another with --out, or leave --resume out to begin"
            )
        if (folder / "checkpoint").exists():
            raise Refused(f"run folder {folder} holds a checkpoint, which a new run would replace: name another --out")
        return None
    if not settings.resume:
        refuse_begun(folder)
    before = build_settings(found.settings, GeneralistSettings, str(folder / state.FOLDER / state.STATE))
    free = [leaf for leaf in leaves(GeneralistSettings) if leaf.note.may_change]
    for leaf in differing(settings, before, free):
        given, kept = leaf.of(settings), leaf.of(before)
        raise Refused(f"{leaf.short} is {given!r}: the run in {folder} has {kept!r}, and only the same run can go on")
    return found


class _Training:
    """The loop of rounds, and everything that is written on the way."""

    def __init__(
        self, settings: GeneralistSettings, run: JointRun, folder: Path, report: OnUpdate | None,
        saved: state.Saved | None,
    ) -> None:  # fmt: skip
        self.settings, self.run, self.folder, self.report, self._saved = settings, run, folder, report, saved
        self.commit = commit()
        folder.mkdir(parents=True, exist_ok=True)
        if saved is None:
            self._tell_settings()
        self.update, self.seconds = 0, 0.0
        """Rounds made, and how long they took."""

    @property
    def played(self) -> int:
        """Agent-steps of all worlds so far."""
        return sum(map(self.run.played, self.run.runs))

    @property
    def planned(self) -> int:
        """Agent-steps of all worlds in the end."""
        return sum(run.settings.learning.steps for run in self.run.runs.values())

    def _tell_settings(self) -> None:
        save_settings(changed(self.settings, resume=False), self.folder / "settings.toml")

    def go(self) -> Path:
        """Train to the end, or until interrupted."""
        if self._saved is None:
            self.run.begin()
            (self.folder / state.METRICS).unlink(missing_ok=True)  # of a run that was never saved
        else:
            self._restore(self._saved)
            self._tell_settings()  # not before: a run that cannot go on keeps its own
        writer = SummaryWriter(str(self.folder / "events"), purge_step=self.played + 1)  # hides what a crash undid
        last_saved, begun = time.monotonic(), self.update
        try:
            with stopping.gently(lambda: self.update > begun) as interrupted, self._bar() as bar:
                wish = ending.StopWish(self.folder, interrupted)
                while self.run.due() and not wish.there:
                    self._advance(bar, writer)
                    if time.monotonic() - last_saved > 60.0 * self.settings.checkpoint_minutes:
                        self.save()
                        last_saved = time.monotonic()
                stopped = interrupted.is_set()
                if stopped and self.update == begun:
                    raise KeyboardInterrupt  # the one that was asked for was lost
                self.save()
        except KeyboardInterrupt as stop:
            raise KeyboardInterrupt(state.unsaved(self.played) if self.update == begun else str(stop)) from stop
        finally:
            writer.close()
        if stopped:
            hint = shell_line("--resume", "--out", self.folder)
            print(f"Interrupted after {self.played:,} steps and saved: go on with {hint}")
        return self.folder

    def _bar(self) -> tqdm.tqdm[Any]:
        return tqdm.tqdm(
            total=self.planned, initial=self.played, unit=" steps", unit_scale=True, dynamic_ncols=True,
            desc=f"train {len(self.run.runs)} worlds", disable=not self.settings.progress,
        )  # fmt: skip

    def _advance(self, bar: tqdm.tqdm[Any], writer: SummaryWriter) -> None:
        """One round; the figures of its worlds are booked."""
        started, before, done = (
            time.perf_counter(),
            self.played,
            {name: self.run.played(name) for name in self.run.runs},
        )
        names = self.run.advance()
        elapsed = time.perf_counter() - started
        self.update, self.seconds = self.update + 1, self.seconds + elapsed
        bar.update(self.played - before)
        for name in names:
            self._book(name, self.run.played(name) - done[name], elapsed, writer)
            bar.set_postfix_str(f"{name}: {self.run.runs[name].collector.curve.words()}", refresh=False)

    def _book(self, name: str, steps: int, elapsed: float, writer: SummaryWriter) -> None:
        """Write down how a world did in this round, which took so many seconds for all of them."""
        run, played = self.run.runs[name], self.run.played(name)
        figures = {
            "update": self.update, "world": name, "steps": played, "world_update": self.run.made[name],
            "ended": self.run.progress(name) >= 1.0,
            "seconds": round(self.seconds, 3), "steps_per_second": round(steps / max(elapsed, 1e-9), 1),
            **figures_of(run),
        }  # fmt: skip
        with (self.folder / state.METRICS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(figures) + "\n")
        for role, values in run.collector.last.curve.items():
            for episode, value in enumerate(values):
                writer.add_scalar(f"{name}/return_{role}/episode_{episode + 1}", value, self.played)
        if self.report is not None:
            self.report(figures)

    def save(self) -> None:
        """Write the checkpoint and the exact state."""
        counters = {"update": self.update, "played": self.played, "seconds": self.seconds}
        state.write(self.folder, plain_settings(self.settings), counters, self.run.state_dict())
        facts = {name: facts_of(run, self.run.played(name), self.commit) for name, run in self.run.runs.items()}
        told = plain_settings(changed(self.settings, out="", resume=False))
        checkpoint.save_generalist(self.folder / "checkpoint", self.run.memory, self.run.networks, facts, told)

    def _restore(self, saved: state.Saved) -> None:
        found = state.read_state(self.folder, saved)
        with state.damage(self.folder / state.FOLDER):
            self.run.load_state_dict(found)
        self.update, self.seconds = saved.counters.update, saved.counters.seconds
        state.forget_after(self.folder, self.update)
