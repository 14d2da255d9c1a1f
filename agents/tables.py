"""Small tables in compiled loops: add to every row, and sum the rows, in vector registers.

LLVM does not vectorise loops of eight or sixteen turns over arrays that might overlap, so the vectors are spelled out.
"""

from __future__ import annotations

from collections.abc import Callable
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


def store_and_sum(rows: int, width: int) -> Callable[..., None]:
    """A function of compiled code for tables of `rows` rows of `width` numbers, all float32.

    It takes (table, factors, row, weights, out) as pairs of a one-dimensional, contiguous array and the place in it
    where the numbers begin. It adds factors[r] · row to every row r of the table, then sets `out` to the sum of
    weights[r] · table[r]. `out` may not overlap the others. The order of the additions is fixed.
    """
    vector = ir.VectorType(ir.FloatType(), width)

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

            def load(pointer: Any) -> Any:
                loaded = builder.load(builder.bitcast(pointer, vector.as_pointer()))
                loaded.align = 4
                return loaded

            def store(value: Any, pointer: Any) -> None:
                builder.store(value, builder.bitcast(pointer, vector.as_pointer())).align = 4

            def everywhere(pointer: Any) -> Any:
                one = builder.insert_element(
                    ir.Constant(vector, ir.Undefined), builder.load(pointer), ir.Constant(ir.IntType(32), 0)
                )
                return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), width), [0] * width))

            table, factors, row, weights, out = (start(number) for number in range(0, 10, 2))
            added, sums = load(row), [ir.Constant(vector, [0.0] * width) for _ in range(PARTS)]
            for r in range(rows):
                here = at(table, r * width)
                held = builder.fadd(load(here), builder.fmul(everywhere(at(factors, r)), added))
                store(held, here)
                sums[r % PARTS] = builder.fadd(sums[r % PARTS], builder.fmul(everywhere(at(weights, r)), held))
            whole = sums[0]
            for part in sums[1:]:
                whole = builder.fadd(whole, part)
            store(whole, out)
            return context.get_dummy_value()

        place = types.intp
        kinds = (table, place, factors, place, row, place, weights, place, out, place)
        return types.void(*kinds), generate

    found: Callable[..., None] = compiled
    return found
