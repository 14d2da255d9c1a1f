"""What Numba is spared while it compiles changes nothing that it makes."""

import gc
import operator
from collections.abc import Iterator
from typing import Any

import numba
import numpy as np
import pytest
from numba.core.registry import cpu_target
from numba.core.typing.templates import AbstractTemplate

from worlds.kit.kernel import compiles, kernel
from worlds.kit.record import record
from worlds.kit.sparing import uncollected
from worlds.world import Field

compiled_only = pytest.mark.skipif(not compiles(), reason="the compiler is off")


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


@kernel
def _one_less(number):  # type: ignore[no-untyped-def]
    return number - 1


@kernel
def _count_down(w, out):  # type: ignore[no-untyped-def]
    out[0] = _one_less(w.small)
    out[1] = _one_less(w.middling)
    out[2] = _one_less(w.large)


@compiled_only
def test_a_kernel_has_one_version_for_all_whole_numbers() -> None:
    types = numba.types
    for kind in (types.uint8, types.int32, types.int64, types.literal(4)):
        assert _one_less.get_call_template((kind,), {})[2] == (types.int64,)  # type: ignore[attr-defined]
    for kind in (types.uint64, types.boolean, types.float64):  # keys of chance need all 64 bits
        assert _one_less.get_call_template((kind,), {})[2] == (kind,)  # type: ignore[attr-defined]


@compiled_only
def test_small_numbers_go_below_zero_in_kernels() -> None:
    fields = {"small": Field("u1", (), 0, 9), "middling": Field("i4", (), 0, 9), "large": Field("i8", (), 0, 9)}
    w, out = np.zeros(1, record(fields)), np.zeros(3, np.int64)
    _count_down(w[0], out)
    assert out.tolist() == [-1, -1, -1]


def test_nothing_is_collected_meanwhile() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


@uncollected()
def _fail() -> None:
    raise ZeroDivisionError


def test_a_compilation_that_fails_leaves_collecting_on() -> None:
    with pytest.raises(ZeroDivisionError):
        _fail()
    assert gc.isenabled()


def test_who_does_not_collect_is_left_alone() -> None:
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()


def test_what_somebody_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        before = gc.get_freeze_count()
        with uncollected():
            pass
        assert gc.get_freeze_count() > before // 2 > 0  # some of what was frozen may have died since
    finally:
        gc.unfreeze()


@compiled_only
def test_an_operation_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    context = cpu_target.typing_context
    context.refresh()
    plus, kinds = context.resolve_value_type(operator.add), (numba.types.int64, numba.types.float64)
    first = plus.get_call_type(context, kinds, {})
    asked: list[Any] = []
    monkeypatch.setattr(AbstractTemplate, "apply", lambda *arguments: asked.append(arguments))
    assert plus.get_call_type(context, kinds, {}) == first
    assert first.return_type == numba.types.float64
    assert plus.get_impl_key(first) is operator.add
    assert asked == []


@compiled_only
def test_two_records_are_spelled_differently() -> None:
    two = [numba.from_dtype(record({name: Field("i8", (), 0, 9)})) for name in ("here", "there")]
    assert "'here'" in repr(two[0])
    assert "'there'" in repr(two[1])
    assert repr(two[0]) == repr(two[0])
