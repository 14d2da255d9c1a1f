"""One sentence while a command compiles for long: who waits at a terminal is told why, and that it is for once."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

from simulator.app.shell import JOB
from simulator.engine.loading import world_driven_by
from worlds.kit.busy import LongCompiles

PATIENCE = 2.0  # s of compiling, together, before a word is said
ONCE = "for the first time, which can take a minute or two; later starts are quick"


def told_of_compiling(module: Any, settings: Any) -> contextlib.AbstractContextManager[None]:
    """Within, a compilation that takes long is told on standard error, once: not by a command that says itself what it
    compiles, and not where another program reads what is said, or nobody wants to. A window tells it on its own.
    """
    if getattr(module, "TELLS_WHAT_IT_COMPILES", False):
        return contextlib.nullcontext()
    if getattr(settings, "quiet", False) or getattr(settings, "tell_progress", False):
        return contextlib.nullcontext()
    return LongCompiles(PATIENCE, _tell, JOB).listening()


def sentence(module: str) -> str:
    """What is said while a kernel of this module is compiled."""
    world = world_driven_by(module)
    what = f"the rules of {world!r}" if world else "what this command runs"
    return f"compiling {what} {ONCE}"


def _tell(module: str) -> None:
    line = sentence(module)
    with contextlib.suppress(OSError, ValueError):  # there is nobody to tell
        if (bars := sys.modules.get("tqdm")) is not None:
            bars.tqdm.write(line, file=sys.stderr)  # above a bar, not into it
        else:
            print(line, file=sys.stderr, flush=True)
