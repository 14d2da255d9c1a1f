"""Whole sequences of an associative memory's tables as one compiled call each.

T steps, B lanes, N heads. What a step asks, (T, B, N (2 KEY + WIDE − 1)), is the queries of all heads, their keys, both
still to be made positive, and their values. A value gets a 1 behind it, so that a head's table of KEY rows of WIDE
numbers holds Σ φ(k) ⊗ v and in its last column Σ φ(k). What is found, (T, B, N WIDE), is for each head the mean, then
the share w / (1 + w) that the weight of all that answers has in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.kernels.gru_loops import ZERO
from agents.kernels.pointwise import HALF, ONE, vectorised
from agents.kernels.vectors import store_and_sum

KEY, WIDE = 16, 8
"""Numbers in a key: about as many things are told apart without mistaking one for another; in a value with its 1."""
LAST = WIDE - 1
TABLE = KEY * WIDE
ROUND = np.float32(0.25)
"""φ(x) = (x + √(x² + ROUND)) / 2, the "squareplus" of Barron 2021 (arXiv 2112.11687): positive, near 0 left of 0."""
EVEN = np.float32(1.0 / KEY)
"""Of a query's scores, so that a new memory's weights are about 1 whatever KEY is."""

_by_key = store_and_sum(KEY, WIDE)
_by_value = store_and_sum(WIDE, KEY)


@vectorised
def positive(numbers: Any, out: Any) -> None:
    """φ of queries and keys, one behind the other: the first half are queries, whose scores are evened out."""
    count = len(out) // 2
    for i in range(2 * count):
        out[i] = HALF * (numbers[i] + np.sqrt(numbers[i] * numbers[i] + ROUND))
    for i in range(count):
        out[i] *= EVEN


@vectorised
def pull_through(numbers: Any, slopes: Any) -> None:
    """Multiply slopes by the derivative of `positive`."""
    count = len(numbers) // 2
    for i in range(2 * count):
        root = np.sqrt(numbers[i] * numbers[i] + ROUND)
        slopes[i] *= HALF * (numbers[i] + root) / root
    for i in range(count):
        slopes[i] *= EVEN


@vectorised
def take_value(row: Any, heads: int, head: int, value: Any) -> None:
    """The value of a head (WIDE,), with a 1 behind it."""
    start = 2 * heads * KEY + head * LAST
    for v in range(LAST):
        value[v] = row[start + v]
    value[LAST] = ONE


@vectorised
def forward_sequence(asked: Any, state: Any, begin: int, kept: Any, found: Any) -> None:
    """Unroll from the tables that lie in state (B, S) from `begin` on, which end as they are after the last step.

    `kept` (T, B) is 0 where they are wiped before a step.
    """
    steps, lanes, heads = asked.shape[0], asked.shape[1], found.shape[2] // WIDE
    seen, value, sums = np.empty(2 * heads * KEY, np.float32), np.empty(WIDE, np.float32), np.empty(WIDE, np.float32)
    for lane in range(lanes):
        tables = state[lane, begin : begin + heads * TABLE]
        for t in range(steps):
            if kept[t, lane] == ZERO:
                tables[:] = ZERO
            row, out = asked[t, lane], found[t, lane]
            positive(row, seen)
            for head in range(heads):
                take_value(row, heads, head, value)
                query, key = head * KEY, (heads + head) * KEY
                _by_key(tables, head * TABLE, seen, key, value, 0, seen, query, sums, 0)
                share = ONE / (ONE + sums[LAST])
                for v in range(WIDE):
                    out[head * WIDE + v] = sums[v] * share


@vectorised
def backward_sequence(
    asked: Any, first: Any, kept: Any, found: Any, upstream: Any, slopes: Any, table_slopes: Any
) -> None:
    """Gradients of `forward_sequence` from the same first tables (B, N TABLE), given those of what was found, which are
    overwritten.

    Fills `slopes`, shaped as `asked`; `table_slopes` come in as the gradients of the last tables and end as those of
    the first.
    """
    heads = found.shape[2] // WIDE
    turned = np.empty(heads * TABLE, np.float32)
    for lane in range(asked.shape[1]):
        turn(first[lane], turned)
        pull_queries(lane, asked, turned, kept, found, upstream, slopes)
        turn(table_slopes[lane], turned)
        pull_stored(lane, asked, kept, upstream, slopes, table_slopes[lane], turned)


@vectorised
def turn(tables: Any, turned: Any) -> None:
    """Write rows as columns, table by table."""
    for head in range(len(tables) // TABLE):
        for k in range(KEY):
            for v in range(WIDE):
                turned[head * TABLE + v * KEY + k] = tables[head * TABLE + k * WIDE + v]


@vectorised
def pull_queries(lane: int, asked: Any, turned: Any, kept: Any, found: Any, upstream: Any, slopes: Any) -> None:
    """Gradients of a lane's queries, going forward from its tables, `turned`, which are computed anew.

    Turns the gradients of means and shares into those of the sums.
    """
    heads = found.shape[2] // WIDE
    seen, value = np.empty(2 * heads * KEY, np.float32), np.empty(WIDE, np.float32)
    for t in range(len(asked)):
        if kept[t, lane] == ZERO:
            turned[:] = ZERO
        row, given, out = asked[t, lane], upstream[t, lane], found[t, lane]
        positive(row, seen)
        for head in range(heads):
            pull_sums(given[head * WIDE : (head + 1) * WIDE], out[head * WIDE : (head + 1) * WIDE])
            take_value(row, heads, head, value)
            key = (heads + head) * KEY
            _by_value(turned, head * TABLE, value, 0, seen, key, given, head * WIDE, slopes[t, lane], head * KEY)


@vectorised
def pull_sums(given: Any, found: Any) -> None:
    """Gradients (WIDE,) of a mean and its share into those of the sums and of the weight."""
    share = ONE - found[LAST]
    weight = given[LAST] * share
    for v in range(LAST):
        weight -= given[v] * found[v]
        given[v] *= share
    given[LAST] = weight * share


@vectorised
def pull_stored(lane: int, asked: Any, kept: Any, upstream: Any, slopes: Any, rest: Any, turned: Any) -> None:
    """Gradients of a lane's keys and values, going back from those of its last tables, `rest` and the same `turned`;
    `rest` ends as those of its first.
    """
    heads = upstream.shape[2] // WIDE
    seen, value, pulls = np.empty(2 * heads * KEY, np.float32), np.empty(WIDE, np.float32), np.empty(WIDE, np.float32)
    for t in range(len(asked) - 1, -1, -1):
        row, given, out = asked[t, lane], upstream[t, lane], slopes[t, lane]
        positive(row, seen)
        for head in range(heads):
            query, key, at = head * KEY, (heads + head) * KEY, head * WIDE
            take_value(row, heads, head, value)
            _by_value(turned, head * TABLE, given, at, seen, query, value, 0, out, key)
            _by_key(rest, head * TABLE, seen, query, given, at, seen, key, pulls, 0)
            start = 2 * heads * KEY + head * LAST
            for v in range(LAST):
                out[start + v] = pulls[v]
        pull_through(row[: 2 * heads * KEY], out[: 2 * heads * KEY])
        if kept[t, lane] == ZERO:
            rest[:] = ZERO
            turned[:] = ZERO
