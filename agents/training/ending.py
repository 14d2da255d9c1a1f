"""How a training ends, told to those who look at its folder: saved, stopped, or failed and why."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from agents.settings.folder import LOCK, STOP, RunEnding, forget_ending, stop_asked, tell_ending
from worlds.kit.words import one_line
from worlds.world import Refused


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """Within, nothing says that the training ended; after it, how it did. A folder with nothing in it stays so."""
    forget_ending(folder)
    try:
        yield
    except Exception as error:
        sentence = str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
        _tell(folder, RunEnding("failed", one_line(sentence)))
        raise
    except BaseException:
        _tell(folder, RunEnding("stopped"))
        raise
    else:
        _tell(folder, RunEnding("saved"))
    finally:
        with contextlib.suppress(OSError):
            (folder / STOP).unlink(missing_ok=True)


def _tell(folder: Path, ending: RunEnding) -> None:
    if any(path.name not in (LOCK, STOP) for path in folder.iterdir()):
        tell_ending(folder, ending)


class StopWish:
    """Whether a run is to end: a signal came, or somebody left a file that says so."""

    def __init__(self, folder: Path, signalled: threading.Event) -> None:
        self.folder, self._signalled = folder, signalled

    @property
    def there(self) -> bool:
        """Whether to end after the present update; asked once for each."""
        if stop_asked(self.folder):
            self._signalled.set()
        return self._signalled.is_set()
