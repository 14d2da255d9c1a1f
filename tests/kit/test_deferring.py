"""Kernels that other kernels call are optimised and emitted with their caller only, and do the same as ever."""

import numba
import numpy as np
import pytest
from numba.core.codegen import CPUCodeLibrary

from worlds.kit.deferring import InnerKernel, can_defer
from worlds.kit.kernel import compiles, kernel


@kernel
def _third(value):  # type: ignore[no-untyped-def]
    return value / 3.0


@kernel
def _add_thirds(values, out):  # type: ignore[no-untyped-def]
    for index in range(len(values)):
        out[0] += _third(values[index]) + _third(index)


def test_the_reaches_into_numba_were_tried_with_this_release() -> None:
    assert can_defer(), "measure again what worlds/kit/deferring.py saves, run these tests, then add the release"


@pytest.mark.skipif(not compiles(), reason="the compiler is off")
def test_only_what_python_calls_is_optimised(monkeypatch: pytest.MonkeyPatch) -> None:
    optimised: list[str] = []
    before = CPUCodeLibrary._optimize_final_module

    def note(library: CPUCodeLibrary) -> None:
        optimised.append(library.name)
        before(library)

    monkeypatch.setattr(CPUCodeLibrary, "_optimize_final_module", note)

    @kernel
    def inner(value):  # type: ignore[no-untyped-def]
        return value + 1.0

    @kernel
    def outer(value):  # type: ignore[no-untyped-def]
        return inner(value) * 2.0

    outer.compile((numba.types.float64,))  # type: ignore[attr-defined]
    assert any("outer" in name for name in optimised)
    assert not any("inner" in name for name in optimised)
    assert outer(1.0) == outer.py_func(1.0) == 4.0  # type: ignore[attr-defined]
    assert inner(1.0) == 2.0, "called from Python it gets machine code of its own"


def test_compiled_and_plain_agree() -> None:
    values, out, plain = np.arange(5.0), np.zeros(1), np.zeros(1)
    _add_thirds(values, out)
    for index, value in enumerate(values):
        plain[0] += value / 3.0 + index / 3.0
    assert out[0] == plain[0]


@pytest.mark.skipif(not compiles(), reason="the compiler is off")
def test_an_inner_kernel_has_one_version_for_one_kind_of_argument() -> None:
    inner = InnerKernel(_third.py_func, error_model="numpy")  # type: ignore[attr-defined]
    inner.get_call_template((numba.types.float64,), {})
    key = inner.get_overload((numba.types.float64,))
    inner.get_call_template((numba.types.float64,), {})
    assert inner.get_overload((numba.types.float64,)) is key
