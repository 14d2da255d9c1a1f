"""Small tables in compiled loops: add to every row, and sum the rows, in vector registers.

LLVM does not vectorise loops of eight or sixteen turns over arrays that might overlap, so the vectors are spelled out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

PARTS = 2
"""Sums that run side by side, so that an addition need not wait for the one before."""


def available() -> bool:
    """Whether compiled loops can be had at all: Numba's compiler may be switched off."""
    return not numba.config.DISABLE_JIT


class _Vectors:
    """Writes instructions for vectors of `width` float32 numbers, which need not lie on even addresses."""

    def __init__(self, builder: Any, width: int) -> None:
        self.builder, self.width = builder, width
        self.kind = ir.VectorType(ir.FloatType(), width)

    def load(self, pointer: Any) -> Any:
        loaded = self.builder.load(self.builder.bitcast(pointer, self.kind.as_pointer()))
        loaded.align = 4
        return loaded

    def store(self, value: Any, pointer: Any) -> None:
        self.builder.store(value, self.builder.bitcast(pointer, self.kind.as_pointer())).align = 4

    def everywhere(self, pointer: Any) -> Any:
        """One number in every place of a vector."""
        word, nothing = ir.IntType(32), ir.Constant(self.kind, ir.Undefined)
        one = self.builder.insert_element(nothing, self.builder.load(pointer), ir.Constant(word, 0))
        return self.builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(word, self.width), [0] * self.width))

    def add_product(self, value: Any, factor: Any, row: Any) -> Any:
        """value + factor · row, with the number at `factor`."""
        return self.builder.fadd(value, self.builder.fmul(self.everywhere(factor), row))


def store_and_sum(rows: int, width: int) -> Callable[..., None]:
    """A function of compiled code for tables of `rows` rows of `width` numbers, all float32.

    It takes (table, factors, row, weights, out) as pairs of a one-dimensional, contiguous array and the place in it
    where the numbers begin. It adds factors[r] · row to every row r of the table, then sets `out` to the sum of
    weights[r] · table[r]. `out` may not overlap the others. The order of the additions is fixed.
    """

    @intrinsic
    def compiled(  # type: ignore[no-untyped-def]
        typing, table, at_table, factors, at_factors, row, at_row, weights, at_weights, out, at_out
    ):
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            def start(number: int) -> Any:
                array = context.make_array(signature.args[number])(context, builder, arguments[number])
                return builder.gep(array.data, [arguments[number + 1]])

            def at(pointer: Any, place: int) -> Any:
                return builder.gep(pointer, [ir.Constant(ir.IntType(64), place)])

            vectors = _Vectors(builder, width)
            table, factors, row, weights, out = (start(number) for number in range(0, 10, 2))
            added, sums = vectors.load(row), [ir.Constant(vectors.kind, [0.0] * width) for _ in range(PARTS)]
            for r in range(rows):
                here = at(table, r * width)
                held = vectors.add_product(vectors.load(here), at(factors, r), added)
                vectors.store(held, here)
                sums[r % PARTS] = vectors.add_product(sums[r % PARTS], at(weights, r), held)
            vectors.store(reduce(builder.fadd, sums), out)
            return context.get_dummy_value()

        place = types.intp
        kinds = (table, place, factors, place, row, place, weights, place, out, place)
        return types.void(*kinds), generate

    found: Callable[..., None] = compiled
    return found
