"""The one compile decorator of the project, and the folder its machine code is kept in.

Numba's file cache does not notice when an *imported* kernel file changes (numba issue 1833), so the folder is named
by a hash of every kernel source, the Numba and Python versions and the ``NUMBA_*`` flags: a change means a new folder.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

KEPT_FOLDERS = 6  # older caches are removed
_SOURCES = Path(__file__).resolve().parents[1]
_CHOSEN = os.environ.get("NUMBA_CACHE_DIR")  # a folder that the user named for himself is left to him


def cache_root() -> Path:
    """The user's cache folder for compiled kernels, by the platform's habit (``CROSSPLAY_CACHE`` overrides it)."""
    if chosen := os.environ.get("CROSSPLAY_CACHE"):
        return Path(chosen) / "kernels"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "crossplay" / "kernels"


def fingerprint(folders: Iterable[Path]) -> str:
    """One hash of all kernel sources below ``folders`` and of everything else that changes the machine code."""
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    for name in sorted(os.environ):
        if name.startswith("NUMBA_") and name != "NUMBA_CACHE_DIR":
            digest.update(f"{name}={os.environ[name]}".encode())
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def use_cache(extra_sources: Iterable[Path] = ()) -> Path:
    """Point Numba at the cache folder of the present sources; call it before the first kernel they define."""
    folder = Path(_CHOSEN) if _CHOSEN else cache_root() / fingerprint([_SOURCES, *extra_sources])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["NUMBA_CACHE_DIR"] = str(folder)  # Numba reads the variable again whenever it reloads its settings,
    numba.config.CACHE_DIR = str(folder)  # and this value for every decoration until then
    if not _CHOSEN:
        _prune(folder)
    return folder


def cache_folder() -> Path:
    """Where compiled kernels and generated drivers lie now."""
    return Path(numba.config.CACHE_DIR)


def _prune(current: Path) -> None:
    os.utime(current)
    others = sorted((path for path in current.parent.iterdir() if path.is_dir()), key=lambda p: p.stat().st_mtime)
    for path in others[:-KEPT_FOLDERS]:
        shutil.rmtree(path, ignore_errors=True)


def kernel(function: Function) -> Function:
    """Compile a function of plain numbers, arrays and records (``NUMBA_DISABLE_JIT=1`` leaves it as Python).

    Kernels allocate nothing and guard their divisors, so Numba's reference counting (``_nrt``) and its checks for
    division by zero are left out: tag runs about twice as fast for it.
    """
    options = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}
    compiled: Function = numba.njit(**options)(function)
    if hasattr(compiled, "get_call_template"):  # not so with the compiler off
        _forget_literals(compiled)
    return compiled


def _forget_literals(compiled: Any) -> None:
    """Compile ``f(w, 4)`` and ``f(w, 2)`` once: Numba would make a version for each number that stands in a call."""
    choose = compiled.get_call_template

    def choose_plain(arguments: Any, named: Any) -> Any:
        plain = [numba.types.unliteral(kind) for kind in arguments]
        return choose(plain, {name: numba.types.unliteral(kind) for name, kind in named.items()})

    compiled.get_call_template = choose_plain


use_cache()
