"""The one compile decorator of the project, and the folders its machine code is kept in.

Numba's file cache does not notice when an *imported* kernel file changes (numba issue 1833), so a folder is named by
a hash of the kernel's own file, of every kernel file that this one imports, directly or not, of the Numba and Python
versions and the ``NUMBA_*`` flags: a change means a new folder, and leaves the folders of other worlds alone.

**Trust.** What lies in these folders is machine code and Python (the compiled loops of worlds) that is loaded and run
without further ado, so whoever can write to them can run code as whoever plays. They are the user's own cache folder;
``CROSSPLAY_CACHE=DIR`` puts them elsewhere, into ``DIR/kernels``, and must name a folder that nobody else can write to.
"""

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba

from worlds.kit.cache import KernelCache, cache_root, generated, make_folder
from worlds.kit.deferring import InnerKernel, can_defer
from worlds.kit.sparing import spare

__all__ = ["cache_folder", "cache_root", "compile_cached", "compile_for", "compiles", "kernel", "sources_of"]

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS = {"error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}  # of kernels, see `kernel`
_SOURCES = Path(__file__).resolve().parents[1]
_CHOSEN = os.environ.get("NUMBA_CACHE_DIR")  # a folder that the user named for himself is left to him
_IMPORTS = re.compile(r"^\s*(?:from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n]*)|import\s+([\w., ]+))", re.MULTILINE)


def cache_folder(sources: Iterable[Path]) -> Path:
    """Where the machine code made from these files, and from all kernel files they import, is kept (see cache.py)."""
    return _folder(tuple(sorted({Path(source) for source in sources})))


def sources_of(files: Iterable[Path]) -> set[Path]:
    """These files and every kernel source they import, directly or not. Of a user's world: all files of its folder."""
    found: set[Path] = set()
    ahead = list(files)
    while ahead:
        path = ahead.pop()
        if path not in found:
            found.add(path)
            ahead += _imported(path)
    return found


@cache
def _folder(sources: tuple[Path, ...]) -> Path:
    if _CHOSEN:
        return Path(_CHOSEN)
    if generated(sources[0]):
        return sources[0].parent  # a generated file lies where the code of its own sources does
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    for name in sorted(os.environ):
        if name.startswith("NUMBA_") and name != "NUMBA_CACHE_DIR":
            digest.update(f"{name}={os.environ[name]}".encode())
    for path in sorted(sources_of(sources)):
        digest.update(str(path).encode())
        digest.update(_text(path).encode())
    family = sources[0].parent.name if sources[0].stem == "__init__" else f"{sources[0].parent.name}.{sources[0].stem}"
    return make_folder(family, digest.hexdigest()[:20])


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _imported(path: Path) -> tuple[Path, ...]:
    """Kernel sources that a file names in its import lines."""
    named: set[str] = set()
    for origin, parts, plain in _IMPORTS.findall(_text(path)):
        named |= {origin, *(f"{origin}.{part}" for part in re.findall(r"\w+", parts))} if origin else set()
        named |= set(re.findall(r"[\w.]+", plain))
    ours = _SOURCES.parent in path.parents
    packages = {"worlds", path.relative_to(_SOURCES.parent).parts[0] if ours else ""}
    files = [file for name in named if name.partition(".")[0] in packages and (file := _file_of(name))]
    if not ours:
        files += path.parent.rglob("*.py")  # a user's world may share code with its neighbours in any way
    return tuple(files)


def _file_of(name: str) -> Path | None:
    place = _SOURCES.parent.joinpath(*name.split("."))
    choices = (place.with_suffix(".py"), place / "__init__.py")
    return next((path for path in choices if path.is_file()), None)


def kernel(function: Function) -> Function:
    """Compile a function of plain numbers, arrays and records (``NUMBA_DISABLE_JIT=1`` leaves it as Python).

    Kernels allocate nothing and guard their divisors, so Numba's reference counting (``_nrt``) and its checks for
    division by zero are left out: tag runs about twice as fast for it.
    """
    compiled = compile_cached(function, **OPTIONS)
    if compiles():
        _call_plainly(compiled, InnerKernel(function, nogil=True, **OPTIONS) if can_defer() else compiled)
    return compiled


def compiles() -> bool:
    """Whether kernels are compiled at all (see ``NUMBA_DISABLE_JIT``)."""
    return not numba.config.DISABLE_JIT


def compile_for(compiled: Any, arguments: Iterable[Any]) -> None:
    """Compile a kernel for arguments like these, without running it."""
    compiled.compile(tuple(numba.typeof(argument) for argument in arguments))


def compile_cached(function: Function, **options: Any) -> Function:
    """Numba's `njit` without the interpreter's lock, its machine code kept in the folder for the function's sources."""
    compiled: Function = numba.njit(nogil=True, **options)(function)
    if compiles():
        folder = cache_folder([Path(function.__code__.co_filename)])
        compiled._cache = KernelCache(function, folder)  # type: ignore[attr-defined]
    return compiled


def _name_records_by_layout() -> None:
    """Give a function's machine code a name that says which record it works on.

    Numba names records by a number that counts the types of one process, so code that two processes compiled for two
    records could carry one name, and a third process that loads both from the cache would run the wrong one.
    """

    def name(self: Any) -> tuple[str, tuple[str]]:
        return "Record", (hashlib.sha256(str(self.name).encode()).hexdigest()[:20],)

    numba.types.Record.mangling_args = property(name)


class _Failure:
    """The innermost kernel whose compilation failed last: Numba often tells only who called it."""

    count = 0
    place: tuple[str, int] | None = None


def failed_kernel() -> tuple[str, int] | None:
    """File and line of the kernel whose compilation failed last, None where none did."""
    return _Failure.place


@contextmanager
def _noted(function: Callable[..., Any]) -> Iterator[None]:
    before = _Failure.count
    try:
        yield
    except BaseException:
        if _Failure.count == before:  # no kernel that this one calls has failed
            _Failure.count += 1
            _Failure.place = function.__code__.co_filename, function.__code__.co_firstlineno
        raise


def _call_plainly(compiled: Any, called: Any) -> None:
    """Let other kernels call ``called``, and one version of it for all whole numbers: Numba would make one for each
    number that stands in a call, and for each size of the fields that numbers come from.
    """
    choose = called.get_call_template

    def choose_plain(arguments: Any, named: Any) -> Any:
        with _noted(compiled.py_func):
            return choose([_plain(kind) for kind in arguments], {name: _plain(kind) for name, kind in named.items()})

    compiled.get_call_template = choose_plain
    if called is not compiled:
        compiled.get_overload = called.get_overload


def _plain(kind: Any) -> Any:
    """The type as which an argument is passed: whole numbers of up to 32 bits are as good as those of 64."""
    kind = numba.types.unliteral(kind)
    return numba.types.int64 if isinstance(kind, numba.types.Integer) and kind.bitwidth < 64 else kind


_name_records_by_layout()
if can_defer():
    spare()
