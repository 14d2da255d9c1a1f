"""Where compiled kernels are kept: found there, added to by one process at a time, and cleared of what nobody uses.

A folder that cannot be written, as in an image that was prepared by root, is read as it is. What it lacks is compiled
into a spare folder of the user among the temporary files, and one line on standard error says so.

Whoever can write to these folders can run code as whoever reads them, so a spare folder is the user's alone.
"""

import atexit
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numba
from numba.core import caching

from worlds.kit.locks import held
from worlds.kit.writing import write_bytes

KEPT_FOLDERS = 8  # of one file; older ones are removed
KEPT_DAYS = 1.0  # and any that was used since
KEPT_DAYS_UNKNOWN = 30.0  # where the system cannot tell whether a folder is in use
_Locator: Any = (
    getattr(caching, "UserProvidedCacheLocator", None) or caching._UserProvidedCacheLocator
)  # Numba before 0.68
_told: list[str] = []
_in_use: dict[Path, int] = {}  # file descriptors that say so, by root


def cache_root() -> Path:
    """The user's cache folder for compiled kernels, by the platform's habit (``CROSSPLAY_CACHE`` overrides it)."""
    if chosen := os.environ.get("CROSSPLAY_CACHE"):
        return Path(chosen) / "kernels"
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Caches"
        else:
            base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # a user that the system does not know, as in many containers
        return spare_root()
    return base / "crossplay" / "kernels"


@cache
def spare_root() -> Path:
    """The user's own folder among the temporary files; made, and nobody else's.

    Raises:
        OSError: there is no place for temporary files.
    """
    base = Path(tempfile.gettempdir())
    place = base / f"crossplay-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    place.mkdir(mode=0o700, exist_ok=True)
    if not _is_mine(place):
        place = Path(tempfile.mkdtemp(prefix="crossplay-"))
        atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place / "kernels"


def _is_mine(place: Path) -> bool:
    """Whether a folder belongs to this user, and nobody else can write there (Windows sees to that by itself)."""
    facts = place.lstat()
    if not hasattr(os, "getuid"):
        return stat.S_ISDIR(facts.st_mode)
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and not facts.st_mode & 0o022


def generated(path: Path) -> bool:
    """Whether a file was written into the cache by Crossplay itself."""
    return any(root in path.parents for root in (cache_root(), _known_spare()))


def _known_spare() -> Path | None:
    """The spare root, if it was needed so far."""
    return spare_root() if spare_root.cache_info().currsize else None


def make_folder(name: str, digest: str) -> Path:
    """The folder for code of these sources: made where that is possible, and marked as used now."""
    root = cache_root()
    folder = root / name / digest
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _say_in_use(root)
        os.utime(folder)
    except OSError:  # read-only: what is there is used, what is missing goes to the spare folder
        return folder
    return folder


def spare_of(folder: Path) -> Path:
    """Where the code goes that belongs into a folder which cannot be written.

    Raises:
        OSError: there is no place for temporary files.
    """
    return spare_root().joinpath(*folder.parts[-2:])


def keep_text(folder: Path, name: str, text: str) -> Path:
    """A file of this name and text in a folder of the cache, or in its spare folder.

    Raises:
        OSError: neither can be written.
    """
    if (path := folder / name).exists():
        return path
    try:
        return _write(path, text)
    except OSError:
        spare = spare_of(folder)
        if (path := spare / name).exists():
            return path
        _tell_of_spare(folder, spare)
        return _write(path, text)


def _write(path: Path, text: str) -> Path:
    write_bytes(path, text.encode())
    return path


def _tell(words: str) -> None:
    """One line on standard error, once in the life of a process."""
    if not _told:
        _told.append(words)
        print(f"crossplay: {words}.", file=sys.stderr, flush=True)


def _tell_of_spare(folder: Path, spare: Path) -> None:
    root, place = folder.parents[1], spare.parents[1]
    problem = f"the kernel cache {root} cannot be written" if root != place else "this user has no home folder"
    _tell(f"{problem}, so kernels that are not there yet are compiled into {place}")


class _Place(_Locator):  # type: ignore[misc]
    """Numba's own place for machine code, without the rule that it must be possible to write there."""

    def ensure_cache_path(self) -> None:
        """Nothing: folders are made when there is something to save."""


class _Entries(caching.CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes: ClassVar = [_Place]


class KernelCache(caching.FunctionCache):  # type: ignore[misc]
    """Numba's cache of one function: read from its folder and the spare one, and added to by one process at a time.

    Numba numbers its files by what its index holds, without a lock, so that two processes could give one number to two
    versions of a function, and a wrong one would run later.
    """

    _impl_class = _Entries

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        numba.config.CACHE_DIR = str(folder)  # read by the locator
        super().__init__(function)
        self._folder = folder

    def _load_overload(self, signature: Any, context: Any) -> Any:
        key = self._index_key(signature, context.codegen())
        found = _load(self._cache_file, key)
        if found is None and not os.access(self._folder, os.W_OK):
            try:
                found = _load(self._file_in(spare_of(self._folder)), key)
            except OSError:
                return None
        return None if found is None else self._impl.rebuild(context, found)

    def _save_overload(self, signature: Any, compiled: Any) -> None:
        if not self._impl.check_cachable(compiled):
            return
        key, data = self._index_key(signature, compiled.codegen), self._impl.reduce(compiled)
        try:
            self._save(self._folder, key, data)
            if cache_root() == _known_spare():
                _tell_of_spare(self._folder, self._folder)
        except OSError:
            try:
                spare = spare_of(self._folder)
                self._save(spare, key, data)
                _tell_of_spare(self._folder, spare)
            except OSError as error:  # it runs all the same, and is compiled again by the next process
                _tell(f"compiled kernels cannot be kept: {error}")

    def _save(self, folder: Path, key: Any, data: Any) -> None:
        file = self._file_in(folder)
        Path(file._cache_path).mkdir(parents=True, exist_ok=True)
        with held(folder / "lock"):
            file.save(key, data)

    def _file_in(self, folder: Path) -> Any:
        """The same function's index in another folder."""
        own = self._cache_file
        inside = str(folder / Path(own._cache_path).name)
        return caching.IndexDataCacheFile(inside, self._impl.filename_base, own._source_stamp)


def _load(file: Any, key: Any) -> Any:
    try:
        return file.load(key)
    except (OSError, EOFError):  # unreadable is as good as missing
        return None


# --- clearing ----------------------------------------------------------------------------------------------------


def _say_in_use(root: Path) -> None:
    """Hold a shared lock on the cache while this process lives; clear it first where nobody else does."""
    if root in _in_use:
        return
    if sys.platform == "win32":  # has no locks to share
        prune(root, KEPT_DAYS_UNKNOWN)
        _in_use[root] = -1
        return
    import fcntl

    _in_use[root] = descriptor = os.open(root / "in-use", os.O_CREAT | os.O_RDWR, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        prune(root, KEPT_DAYS)
    except BlockingIOError:
        pass  # others use it: they may need what looks old
    except OSError:  # a file system without locks
        prune(root, KEPT_DAYS_UNKNOWN)
        return
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def prune(root: Path, days: float) -> None:
    """Remove folders of each file beyond the newest KEPT_FOLDERS, if they were not used for so many days."""
    oldest = time.time() - 86400.0 * days
    for family in root.iterdir():
        if not family.is_dir():
            continue
        ages = sorted(((path.stat().st_mtime, path) for path in family.iterdir() if path.is_dir()), reverse=True)
        for used, path in ages[KEPT_FOLDERS:]:
            if used < oldest:
                shutil.rmtree(path, ignore_errors=True)
