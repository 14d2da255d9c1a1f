"""Matrix products inside compiled loops: torch's own BLAS, called without torch and without the interpreter lock.

A step of a recurrent network is a product of some ten microseconds. Called through Python, as much time again goes
into the call, and threads wait for each other's turn at the interpreter. On Linux, torch's library exports the
Fortran routine `sgemm_`, and compiled code can call it by its address; where it does not, `address()` is 0 and
callers fall back on tensor operations.
"""

from __future__ import annotations

import ctypes
import functools
from pathlib import Path
from typing import Any

import numba
import numpy as np
import torch
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from agents.kernels.pointwise import vectorised

LIBRARY = "libtorch_cpu.so"
KEPT, TURNED = 78, 84  # "N" and "T" in the words of BLAS


@functools.cache
def address() -> int:
    """Where `sgemm_` lies, 0 if it cannot be had (another BLAS, another platform, or Numba's compiler switched off)."""
    path = Path(torch.__file__).parent / "lib" / LIBRARY
    if numba.config.DISABLE_JIT or not path.exists():
        return 0
    try:
        routine = ctypes.CDLL(str(path)).sgemm_
    except (OSError, AttributeError):
        return 0
    found = int(ctypes.cast(routine, ctypes.c_void_p).value or 0)
    return found if _multiplies(found) else 0


def _multiplies(routine: int) -> bool:
    """Whether a product of small whole numbers comes out right: a library may count in longer words than ours."""
    left, right = np.arange(6, dtype=np.float32).reshape(2, 3), np.arange(12, dtype=np.float32).reshape(3, 4)
    out = np.ones((2, 4), np.float32)
    times(routine, left, right, np.float32(1.0), out)
    return bool((out == left @ right + 1.0).all())


@intrinsic
def _call_sgemm(  # type: ignore[no-untyped-def]
    typing, routine, turn_a, turn_b, m, n, k, a, lda, b, ldb, beta, c, ldc
):
    """Call `sgemm_` at an address: c = a · b + beta · c, column by column as Fortran stores them; a, b and c are
    addresses.
    """
    byte, word, real = ir.IntType(8), ir.IntType(32), ir.FloatType()
    kinds = (byte, byte, word, word, word, real, None, word, None, word, real, None, word)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        routine, turn_a, turn_b, m, n, k, a, lda, b, ldb, beta, c, ldc = arguments
        one = ir.Constant(real, 1.0)
        given = (turn_a, turn_b, m, n, k, one, a, lda, b, ldb, beta, c, ldc)
        pointers = []
        for value, kind in zip(given, kinds, strict=True):
            if kind is None:
                pointers.append(builder.inttoptr(value, byte.as_pointer()))
                continue
            place = numba.core.cgutils.alloca_once(builder, kind)
            builder.store(value if kind is real else builder.trunc(value, kind), place)
            pointers.append(builder.bitcast(place, byte.as_pointer()))
        shape = ir.FunctionType(ir.VoidType(), [byte.as_pointer()] * len(pointers))
        builder.call(builder.inttoptr(routine, shape.as_pointer()), pointers)
        return context.get_dummy_value()

    whole = types.intp
    return types.void(*[whole] * 10, types.float32, whole, whole), generate


@vectorised
def _product(
    routine: int, turn_left: int, left: Any, turn_right: int, right: Any, inner: int, beta: Any, out: Any
) -> None:
    """out = left · right + beta · out, either of them turned; rows may be longer than what is used of them.

    Fortran reads rows as columns, so it is asked for outᵀ = rightᵀ · leftᵀ.
    """
    _call_sgemm(
        routine, turn_right, turn_left, out.shape[1], out.shape[0], inner, right.ctypes.data, right.strides[0] // 4,
        left.ctypes.data, left.strides[0] // 4, beta, out.ctypes.data, out.strides[0] // 4,
    )  # fmt: skip


@vectorised
def times_turned(routine: int, left: Any, right: Any, beta: Any, out: Any) -> None:
    """out (m, n) = left (m, k) · rightᵀ (n, k) + beta · out."""
    _product(routine, KEPT, left, TURNED, right, left.shape[1], beta, out)


@vectorised
def times(routine: int, left: Any, right: Any, beta: Any, out: Any) -> None:
    """out (m, n) = left (m, k) · right (k, n) + beta · out."""
    _product(routine, KEPT, left, KEPT, right, left.shape[1], beta, out)


@vectorised
def turned_times(routine: int, left: Any, right: Any, beta: Any, out: Any) -> None:
    """out (m, n) = leftᵀ (k, m) · right (k, n) + beta · out."""
    _product(routine, TURNED, left, KEPT, right, left.shape[0], beta, out)
