"""Runs the real command on something bad and asks for what every user may expect of it.

What is asked: exit code 2, one sentence on standard error, no traceback, no control characters, little processor time
and little memory. A child that takes more than `MOST_SECONDS` of processor time is ended by the system.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 10  # of processor time
MOST_MEMORY = 500 * 2**20  # bytes resident
MEASURED = """
import json, os, resource, sys
most, place, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
child = os.fork()
if child == 0:
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
    os.execv(command[0], command)
_, status, used = os.wait4(child, 0)
with open(place, "w") as file:
    json.dump([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss * 1024], file)
"""
"""Starts a command and measures it. Linux counts what a process held before it became the command, so a child of the
tests themselves would be charged with all that they have loaded; a child of this small one is not."""


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    """Exit code; −n when signal n ended it."""
    out: str
    errors: str
    seconds: float
    """Processor time, user and system, of the command and the children it waited for."""
    memory: int
    """Most bytes that were resident at once."""


def run(
    arguments: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str | None] | None = None,
    most_seconds: int = MOST_SECONDS,
) -> Ran:
    """Run ``python -m simulator ARGUMENTS``; ``environment`` adds variables, or takes away those that are None."""
    changed = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", **(environment or {})}
    kept = {name: value for name, value in changed.items() if value is not None}
    command = [sys.executable, "-m", "simulator", *map(str, arguments)]
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        told = Path(place) / "measured.json"
        measured = [sys.executable, "-I", "-S", "-c", MEASURED, str(most_seconds), str(told), *command]
        subprocess.run(measured, cwd=cwd, env=kept, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, check=True)
        code, seconds, memory = json.loads(told.read_text())
        out.seek(0)
        errors.seek(0)
        return Ran(
            code=code,
            out=out.read().decode(errors="replace"),
            errors=errors.read().decode(errors="replace"),
            seconds=seconds,
            memory=memory,
        )


def assert_refused(ran: Ran, says: str) -> None:
    """Ask for exit code 2 and one sentence that holds ``says``."""
    told = f"exit code {ran.code}, {ran.seconds:.1f} s, {ran.memory >> 20} MiB\n{ran.errors[-3000:]}"
    assert ran.code == 2, told
    assert "Traceback" not in ran.errors, told
    lines = ran.errors.strip().splitlines()
    assert len(lines) == 1, told
    assert lines[0].startswith("crossplay: "), told
    assert lines[0].isprintable(), told
    assert len(lines[0]) <= 1000, told
    assert says in lines[0], told
    assert ran.memory < MOST_MEMORY, told


def refused(
    *arguments: str | Path,
    says: str,
    cwd: Path | None = None,
    environment: Mapping[str, str | None] | None = None,
) -> Ran:
    """Run the command and ask that it refuses, with ``says`` in its sentence; what it left behind."""
    ran = run(arguments, cwd=cwd, environment=environment)
    assert_refused(ran, says)
    return ran
