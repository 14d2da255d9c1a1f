"""Compiles the kernels that other kernels call only once: Numba would optimise and emit each again for every caller.

Numba makes machine code of every function that a compiled function calls, together with all that this one calls, and so
on. A rule at the bottom of a deep tree is so optimised and emitted as often as there are kernels above it, and nobody
ever calls most of that code. Here a kernel that another one calls is only brought into LLVM's language; whoever is
called from Python links all of it, and optimises and emits it once. Compiling the worlds takes about half as long.

It reaches into Numba: `CodeLibrary.finalize` and `_optimize_final_module`, `CPUContext.get_executable`. They do what
they always did unless a kernel is compiled for another kernel. With a release of Numba that this was not tried with,
all is compiled in Numba's own way.
"""

import ctypes
import threading
from collections.abc import Callable
from typing import Any

import numba
from llvmlite import binding as llvm
from numba._dynfunc import make_function  # type: ignore[import-not-found]
from numba.core.codegen import CPUCodeLibrary
from numba.core.cpu import CPUContext
from numba.core.dispatcher import Dispatcher

from worlds.kit.sparing import uncollected

TRIED = ("0.68.",)  # releases of Numba
_state = threading.local()  # on: whether a kernel is being compiled for another one, in this thread


@ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.py_object)
def _nobody_home(*arguments: object) -> None:
    """Stands where machine code would: Python calls outer kernels, never these."""
    raise RuntimeError("a kernel that was compiled for other kernels was called from Python")


_NOWHERE = ctypes.cast(_nobody_home, ctypes.c_void_p).value


class InnerKernel:
    """A kernel as other kernels call it: typed and brought into LLVM's language, without machine code of its own."""

    def __init__(self, function: Callable[..., Any], **options: Any) -> None:
        self._dispatcher: Any = numba.njit(no_cpython_wrapper=True, **options)(function)
        self._dispatcher.compile = self._compile

    def get_call_template(self, arguments: Any, named: Any) -> Any:
        """What Numba asks while it types a call."""
        return self._dispatcher.get_call_template(arguments, named)

    def get_overload(self, arguments: Any) -> Any:
        """What Numba asks while it writes a call: the key under which the function is known."""
        return self._dispatcher.overloads[tuple(arguments)].entry_point

    def _compile(self, arguments: Any) -> Any:
        found = self._dispatcher.overloads.get(tuple(arguments))
        if found is None:
            with uncollected(), _deferring():
                found = self._dispatcher._compiler.compile(tuple(arguments), None)
                found.library._ensure_finalized()
            self._dispatcher.overloads[tuple(arguments)] = found
        return found.entry_point


class _deferring:
    """While it lasts, libraries are closed without being optimised, or again with it where ``off``."""

    def __init__(self, off: bool = False) -> None:
        self._wanted = not off

    def __enter__(self) -> None:
        self._before = _is_deferring()
        _state.on = self._wanted

    def __exit__(self, *error: object) -> None:
        _state.on = self._before


def can_defer() -> bool:
    """Whether this release of Numba is one that `InnerKernel` was tried with."""
    return bool(numba.__version__.startswith(TRIED))


def _is_deferring() -> bool:
    return getattr(_state, "on", False)


def _closure(libraries: list[Any]) -> list[Any]:
    """These libraries and all that the deferred ones among them call, each once and behind everybody who calls it.

    The order matters: LLVM leaves out what nobody has asked for when it is linked.
    """
    done: list[Any] = []
    seen: set[int] = set()

    def visit(library: Any) -> None:
        if id(library) in seen:
            return
        seen.add(id(library))
        if getattr(library, "_crossplay_deferred", False):
            for called in library._linking_libraries:
                visit(called)
        done.append(library)

    for library in libraries:
        visit(library)
    return done[::-1]


def _install() -> None:
    finalize, executable = CPUCodeLibrary.finalize, CPUContext.get_executable
    optimise, compile_whole = CPUCodeLibrary._optimize_final_module, Dispatcher.compile

    def finalize_once(self: Any) -> None:
        if _is_deferring():
            self._raise_if_finalized()
            for function in _defined(self, llvm.Linkage.external):
                function.linkage = "linkonce_odr"  # as Numba marks what is linked into several libraries
            self._shared_module = self._final_module
            self._crossplay_deferred = self._finalized = True
            return
        self._linking_libraries = _closure(self._linking_libraries)
        if any(getattr(library, "_crossplay_deferred", False) for library in self._linking_libraries):
            self._crossplay_own = {function.name for function in _defined(self)}
        finalize(self)

    def optimise_as_one(self: Any) -> None:
        """What nobody outside can call is inlined wherever it is called once: tag runs a tenth faster for it."""
        if own := getattr(self, "_crossplay_own", None):
            for function in _defined(self):
                if function.name not in own:
                    function.linkage = "internal"
        optimise(self)

    def executable_later(self: Any, library: Any, description: Any, environment: Any) -> Any:
        if _is_deferring():
            name = description.qualname.rpartition(".")[2]
            return make_function(description.lookup_module(), name, "deferred", _NOWHERE, environment, (library,))
        return executable(self, library, description, environment)

    def compile_own(self: Any, signature: Any) -> Any:
        """Numba's own functions, such as `min`, are kept whole: what they call is not ours to gather."""
        with uncollected(), _deferring(off=True):
            return compile_whole(self, signature)

    CPUCodeLibrary.finalize = finalize_once
    Dispatcher.compile = compile_own  # type: ignore[method-assign, assignment]
    CPUCodeLibrary._optimize_final_module = optimise_as_one
    CPUContext.get_executable = executable_later


def _defined(library: Any, linkage: Any = None) -> list[Any]:
    """Functions of a library's module that have a body (of one linkage)."""
    found = [function for function in library._final_module.functions if not function.is_declaration]
    return [function for function in found if linkage is None or function.linkage == linkage]


if can_defer():
    _install()
