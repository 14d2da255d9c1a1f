"""What the command line says of an error: one sentence where the input, the user's own world or the system is at fault;
nothing where Crossplay is, so that the traceback tells where.
"""

import os
import subprocess
import sys
import traceback
from pathlib import Path

LONGEST = 160  # characters of each end of a file's name
OUT_OF_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")  # as torch and SDL say it


def sentence(error: BaseException) -> str | None:
    """One sentence for an error that the command line expects, else None."""
    if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and _says_out_of_memory(error)):
        return "there is not enough memory for this: ask for less, or close other programs"  # nothing more is imported
    from worlds.broken import place_in_user_world
    from worlds.world import Refused

    if isinstance(error, Refused):
        return str(error)
    if place := place_in_user_world(error):
        return place
    if isinstance(error, OSError):
        reason = error.strerror or str(error) or type(error).__name__
        what = _named(error.filename) if error.filename else "something cannot be read or written"
        return f"{what}: {reason}"
    if isinstance(error, RecursionError):
        return f"the input is nested too deeply ({_where(error)})"
    if isinstance(error, UnicodeError):
        return f"a name or a text cannot be written in the encoding of this system ({_where(error)}): {error}"
    if isinstance(error, subprocess.CalledProcessError):
        return f"a part of the work ended with exit code {error.returncode}, as it said above"
    return None


def _named(file: object) -> str:
    """The name of a file, cut in its middle where it is long: it would leave no room for what is wrong with it."""
    name = os.fsdecode(file) if isinstance(file, bytes) else str(file)
    return name if len(name) <= 2 * LONGEST else f"{name[:LONGEST]}…{name[-LONGEST:]}"


def _says_out_of_memory(error: RuntimeError) -> bool:
    return any(words in str(error).lower() for words in OUT_OF_MEMORY)


def _where(error: BaseException) -> str:
    """The file and line of Crossplay that the error came through last."""
    root = Path(__file__).resolve().parents[2]
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(root)]
    if not frames:
        return type(error).__name__
    return f"{type(error).__name__} in {Path(frames[-1].filename).relative_to(root)}, line {frames[-1].lineno}"


def settle() -> str | None:
    """Bring to the end what was printed: a sentence where that fails. What cannot be printed is dropped, so that the
    interpreter does not complain of it again when it ends.
    """
    said = None
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        try:
            stream.flush()
        except BrokenPipeError:  # the reader went away, as in `crossplay worlds | head`
            drop(name)
            raise
        except (OSError, ValueError) as error:
            drop(name)
            if name == "stdout":
                said = f"standard output cannot be written: {getattr(error, 'strerror', None) or error}"
    return said


def drop(name: str) -> None:
    """Send a standard stream to nowhere."""
    import contextlib
    import os

    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), getattr(sys, name).fileno())
