"""Tables in vector registers do what NumPy does row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agents.kernels import vectors as tables
from agents.kernels.pointwise import vectorised

ROWS, WIDTH = 5, 4
add_and_sum = tables.store_and_sum(ROWS, WIDTH)


@vectorised
def call(table: Any, factors: Any, row: Any, weights: Any, out: Any) -> None:
    add_and_sum(table, WIDTH, factors, 1, row, 2, weights, 3, out, 0)


@pytest.mark.skipif(not tables.available(), reason="needs compiled loops")
def test_rows_are_added_to_and_summed_where_they_begin() -> None:
    random = np.random.Generator(np.random.PCG64(0))
    table, factors, row, weights = (
        random.normal(size=size).astype(np.float32) for size in ((ROWS + 2) * WIDTH, ROWS + 1, WIDTH + 2, ROWS + 3)
    )
    before, out = table.copy(), np.full(WIDTH + 1, 7.0, np.float32)
    call(table, factors, row, weights, out)
    wanted = before.reshape(-1, WIDTH)
    wanted[1 : ROWS + 1] += np.outer(factors[1:], row[2:])
    np.testing.assert_allclose(table.reshape(-1, WIDTH), wanted, rtol=1e-6)
    np.testing.assert_allclose(out[:WIDTH], weights[3:] @ wanted[1 : ROWS + 1], rtol=1e-5, atol=1e-6)
    assert out[WIDTH] == 7.0
    np.testing.assert_array_equal(table[:WIDTH], before[:WIDTH])
