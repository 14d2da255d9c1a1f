"""`python -m simulator` and the `crossplay` script: checks that the packages belong together, then runs the command."""

import io
import os
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

PACKAGES = ("simulator", "agents", "worlds", "replays")


def mixed_packages() -> str | None:
    """A sentence if the four packages do not lie in one folder (their names are common), else None."""
    places = {name: _place(name) for name in PACKAGES}
    home = places["simulator"]
    for name, place in places.items():
        if place is None:
            return f"package {name!r} is not installed: install Crossplay again, into an environment of its own."
        if place != home:
            return (
                f"package {name!r} comes from {place}, but 'simulator' from {home}: another project uses the same "
                "name, so install Crossplay into an environment of its own."
            )
    return None


def _place(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).resolve().parents[1] if spec and spec.origin else None


def _stand_in_for_closed_streams() -> None:
    """Give a closed standard stream (as after ``>&-``) a place: else the first file that is opened would take its
    number and what is printed. Whatever is written to output or errors then fails, as the shell's user asked for.
    """
    while (place := os.open(os.devnull, os.O_RDONLY)) <= 2:
        pass
    os.close(place)
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8", line_buffering=True)


def main() -> None:
    """Run Crossplay with the arguments of the command line; ends the process with its exit code."""
    _stand_in_for_closed_streams()
    if problem := mixed_packages():
        print(f"crossplay: {problem}", file=sys.stderr)
        sys.exit(2)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without × or … is no reason to stop
    from simulator.app.cli import run
    from simulator.app.commands.common import INTERRUPTED
    from simulator.app.shell import JOB

    code = run(sys.argv[1:])
    if code == INTERRUPTED or any(thread.name.startswith(JOB) for thread in threading.enumerate()):
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> NoReturn:
    """End now: threads that compile or play would otherwise be waited for, which may take minutes."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
