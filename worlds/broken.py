"""What is wrong with a world of the user's own: one sentence that names its file and line instead of a traceback."""

import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from worlds.kit.kernel import failed_kernel
from worlds.kit.words import one_line

_PLACE = re.compile(r'File "([^"\n]+)", line (\d+)')
_NUMBA = "numba"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@contextmanager
def blamed_on(path: Path) -> Iterator[None]:
    """Turn an error in the code of a user's world file, and an attempt to end the program, into a refusal.

    Raises:
        Refused: with the file and the line.
    """
    from worlds.world import Refused

    try:
        yield
    except Refused:
        raise
    except (Exception, SystemExit) as error:
        raise Refused(_sentence(error, _line_in(error, _folder(path)) or str(path))) from error


def place_in_user_world(error: BaseException) -> str | None:
    """One sentence if an error came from the code of a user's world, in any of its functions, else None."""
    import worlds

    for folder in worlds.added_folders():
        if place := _line_in(error, folder):
            return _sentence(error, place)
    return None


def _folder(path: Path) -> Path:
    return path.parent if path.stem == "__init__" else path


def _line_in(error: BaseException, folder: Path) -> str | None:
    """ "FILE, line N" of the innermost line of a folder, or of a file, that an error passed through."""
    places: list[tuple[str, int | None]] = []
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if _of_numba(error):
        places += [(file, int(line)) for file, line in _PLACE.findall(_COLOURS.sub("", str(error)))]
    if (_of_numba(error) or any(_NUMBA in Path(file).parts for file, _ in frames)) and (failed := failed_kernel()):
        places.append(failed)
    for file, line in [*places, *reversed(frames)]:
        path = Path(file).resolve()  # Numba tells files from the present folder
        if path.is_relative_to(folder):
            return f"{path}, line {line}" if line else str(path)
    return None


def _sentence(error: BaseException, place: str) -> str:
    kind, said = type(error).__name__, str(error)
    if isinstance(error, SystemExit):
        return f"world file {place} ends the program (SystemExit): a world file only declares its world"
    if isinstance(error, SyntaxError):
        said = error.msg or said
    if _of_numba(error):
        said = _reason(_COLOURS.sub("", said))
    return one_line(f"world file {place}: {kind}: {said}" if said else f"world file {place}: {kind}")


def _reason(said: str) -> str:
    """The line of Numba's long explanation that tells what is wrong."""
    lines = [line.strip() for line in said.splitlines()]
    telling = (line for line in lines if line and not line.startswith(("Failed in ", "During: ", "File ", "No impl")))
    return next(telling, lines[0] if lines else "")


def _of_numba(error: BaseException) -> bool:
    errors: Any = sys.modules.get("numba.core.errors")
    return errors is not None and isinstance(error, errors.NumbaError)
