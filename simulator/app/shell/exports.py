"""Films and tables that are made in the background: each is the command `crossplay export` in a process of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from simulator.app.play.texts import text
from simulator.app.play.trainers import ROOT
from simulator.app.shell.jobs import Job
from worlds.declarations import Refused

LAST = 4096  # bytes at the end of what the command said in which its last words stand
PATIENCE = 5.0  # s that a command which was told to stop may take for it


class ExportRun:
    """One export: ``words`` are those of the command, without what it writes. Where they have to be found out first, as
    by playing runs again in a folder, that is done in the background, too.
    """

    def __init__(self, out: Path, words: Sequence[str] | Callable[[Path], Sequence[str]]) -> None:
        self.out = out
        self.folder = Path(tempfile.mkdtemp(prefix="crossplay-export-"))
        self._finding = Job("export", lambda: words(self.folder)) if callable(words) else None
        self._child: subprocess.Popen[bytes] | None = None
        self.stopped = False
        if not callable(words):
            self._begin(words)

    @property
    def part(self) -> float | None:
        """How much of it is done, 0 … 1; None: not known."""
        done, sign, count = self._said().rpartition("\r")[2].partition("/")
        whole = bool(sign) and done.isdecimal() and count.isdecimal() and int(count) > 0
        return min(int(done) / int(count), 1.0) if whole else None

    def advance(self) -> bool:
        """Begin the command when its words are known; whether all is over.

        Raises:
            Refused: the words cannot be found, or no process can be begun.
        """
        if self._finding is not None and self._finding.done:
            finding, self._finding = self._finding, None
            if not self.stopped:
                self._begin(finding.result())
        return self._finding is None and (self._child is None or self._child.poll() is not None)

    @property
    def problem(self) -> str:
        """Why it failed, in the command's own sentence; empty where it did not."""
        if self._child is None or not self._child.returncode:
            return ""
        lines = [line for line in self._said().replace("\r", "\n").splitlines() if line.strip() and "/" not in line[:3]]
        return lines[-1].removeprefix("crossplay: ").rstrip(".") if lines else f"exit code {self._child.returncode}"

    def stop(self) -> None:
        """Give it up: the command leaves no file behind."""
        self.stopped = True
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()

    def close(self) -> None:
        """Wait for its end; remove what was needed for it."""
        if self._finding is not None:
            self._finding.wait(PATIENCE)
        if self._child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _begin(self, words: Sequence[str]) -> None:
        places = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        command = [sys.executable, "-m", "simulator", "export", *words, "--tell-progress"]
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            with (self.folder / "console").open("wb") as console:
                self._child = subprocess.Popen(
                    command, env={**os.environ, "PYTHONPATH": places}, stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL, stderr=console,
                )  # fmt: skip
        except OSError as error:
            raise Refused(f"{str(self.out)!r} cannot be exported: {error.strerror or error}") from error

    def _said(self) -> str:
        try:
            with (self.folder / "console").open("rb") as console:
                console.seek(max(console.seek(0, os.SEEK_END) - LAST, 0))
                return console.read().decode(errors="replace").rstrip("\r")
        except OSError:
            return ""


class Exports(list[ExportRun]):
    """What is made in the background now."""

    def advance(self, say: Callable[[str], None]) -> None:
        """Tell of those that came to their end, and let go of them."""
        for run in list(self):
            try:
                if not run.advance():
                    continue
                problem = run.problem
            except Refused as refusal:
                problem = str(refusal)
            self.remove(run)
            run.close()
            if run.stopped:
                say(text("export.stopped", name=run.out.name))
            elif problem:
                say(text("export.failed", name=run.out.name, reason=problem))
            else:
                say(text("export.done", path=run.out))

    def stop(self) -> None:
        """Give all up."""
        for run in self:
            run.stop()

    def close(self) -> None:
        """Give all up, and wait for it."""
        self.stop()
        for run in self:
            run.close()
        self.clear()
