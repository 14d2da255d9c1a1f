"""Whole sequences of a ledger as one compiled call each: the loops of the GRU, with a table read and written beside.

T steps, B lanes, H units; P rows are named at a step, of N in the table, each of WIDE numbers; the first W of them are
written on. What is written, (T, B, W + W WIDE), begins with the shares of the W rows, then come their values; `old` (T,
B, W, WIDE) is what they replaced.
Layouts of the GRU are those of `gru_loops`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.kernels.blas import times, times_turned, turned_times
from agents.kernels.gru_loops import ADD, CHUNK_ROWS, REPLACE, ZERO
from agents.kernels.pointwise import ONE, sigmoid, step_backward, step_forward, tanh, vectorised

WIDE = 8
"""Numbers in a row of the table."""


@vectorised
def read_rows(rows: Any, table: Any, found: Any) -> None:
    """The named rows (B, P), −1 for none, of each lane's table (B, N WIDE) into `found` (B, P WIDE)."""
    for lane in range(len(rows)):
        for pointer in range(rows.shape[1]):
            row = rows[lane, pointer]
            for at in range(WIDE):
                found[lane, pointer * WIDE + at] = table[lane, row * WIDE + at] if row >= 0 else ZERO


@vectorised
def write_rows(rows: Any, written: Any, old: Any, table: Any) -> None:
    """Move the named rows towards their values, pointer after pointer; `written` (B, W + W WIDE) comes in as sums and
    ends as shares and values.
    """
    pointers = old.shape[1]
    for lane in range(len(rows)):
        given = written[lane]
        for pointer in range(pointers):
            given[pointer] = sigmoid(given[pointer])
        for at in range(pointers, pointers + pointers * WIDE):
            given[at] = tanh(given[at])
        for pointer in range(pointers):
            row = rows[lane, pointer]
            if row < 0:
                continue
            share, first = given[pointer], pointers + pointer * WIDE
            for at in range(WIDE):
                held = table[lane, row * WIDE + at]
                old[lane, pointer, at] = held
                table[lane, row * WIDE + at] = held + share * (given[first + at] - held)


@vectorised
def forward_ledger(
    routine: int, inputs: Any, rows: Any, input_weight: Any, hidden_weight: Any, bias: Any, hidden_bias: Any,
    write_weight: Any, write_bias: Any, gates: Any, before: Any, outputs: Any, written: Any, old: Any, table: Any,
    kept: Any,
) -> None:  # fmt: skip
    """Unroll from `before[0]` (B, H) and `table` (B, N WIDE), which ends as it is after the last step.

    The last P WIDE columns of `inputs` (T, B, I) are filled with what is found in the table.
    """
    steps, lanes, size = outputs.shape
    situation = inputs.shape[2] - rows.shape[2] * WIDE
    sums, seen = gates.reshape(steps * lanes, 4 * size), inputs.reshape(steps * lanes, inputs.shape[2])
    gates[0, :, 3 * size :] = hidden_bias
    length = max(1, CHUNK_ROWS // lanes)
    for start in range(0, steps, length):
        stop = min(start + length, steps)
        a, b = start * lanes, stop * lanes
        times_turned(routine, seen[a:b, :situation], input_weight[:, :situation], REPLACE, sums[a:b, : 3 * size])
        for t in range(start, stop):
            for lane in range(lanes):
                if kept[t, lane] == ZERO:
                    table[lane] = ZERO
            found = inputs[t, :, situation:]
            read_rows(rows[t], table, found)
            times_turned(routine, found, input_weight[:, situation:], ADD, gates[t, :, : 3 * size])
            times_turned(routine, before[t], hidden_weight, ADD, gates[t, :, size:])
            step_forward(t, gates, bias, hidden_bias, before, outputs, kept)
            for lane in range(lanes):
                written[t, lane] = write_bias
            times_turned(routine, outputs[t], write_weight, ADD, written[t])
            write_rows(rows[t], written[t], old[t], table)


@vectorised
def pull_written(rows: Any, written: Any, old: Any, table_slope: Any) -> None:
    """Turn shares and values (B, W + W WIDE) into the gradients of the sums they came from, given the gradient of the
    table after they were written, which ends as that of the table before.
    """
    pointers = old.shape[1]
    for lane in range(len(rows)):
        given = written[lane]
        for pointer in range(pointers - 1, -1, -1):
            row, first = rows[lane, pointer], pointers + pointer * WIDE
            share, pull = given[pointer], ZERO
            for at in range(WIDE):
                value = given[first + at]
                above = table_slope[lane, row * WIDE + at] if row >= 0 else ZERO
                pull += above * (value - old[lane, pointer, at])
                given[first + at] = share * above * (ONE - value * value)
                if row >= 0:
                    table_slope[lane, row * WIDE + at] = (ONE - share) * above
            given[pointer] = pull * share * (ONE - share) if row >= 0 else ZERO


@vectorised
def pull_found(rows: Any, slopes: Any, table_slope: Any) -> None:
    """Add the gradients of what was found (B, P WIDE) to those of the table."""
    for lane in range(len(rows)):
        for pointer in range(rows.shape[1]):
            row = rows[lane, pointer]
            if row >= 0:
                for at in range(WIDE):
                    table_slope[lane, row * WIDE + at] += slopes[lane, pointer * WIDE + at]


@vectorised
def backward_ledger(
    routine: int, inputs: Any, rows: Any, input_weight: Any, hidden_weight: Any, write_weight: Any, gates: Any,
    before: Any, outputs: Any, written: Any, old: Any, upstream: Any, carried: Any, table_slope: Any, kept: Any,
    sums: Any, inputs_slope: Any, input_weight_slope: Any, hidden_weight_slope: Any, write_weight_slope: Any,
) -> None:  # fmt: skip
    """Gradients of `forward_ledger`, given those of its outputs and of its last table; overwrites `gates`, `written`
    and `upstream`.

    Adds to `sums` (4H,), to the weights' slopes, to `carried` (B, H) and `table_slope` (B, N WIDE), which end as the
    gradients of the first state. `written` ends as the gradients of its sums.
    """
    steps, lanes, size = upstream.shape
    situation = inputs.shape[2] - rows.shape[2] * WIDE
    flat, seen = gates.reshape(steps * lanes, 4 * size), inputs.reshape(steps * lanes, inputs.shape[2])
    states, spare = before.reshape((steps + 1) * lanes, size), np.empty(size, np.float32)
    ends, wrote = outputs.reshape(steps * lanes, size), written.reshape(steps * lanes, written.shape[2])
    found_slope = np.empty((lanes, rows.shape[2] * WIDE), np.float32)
    length = max(1, CHUNK_ROWS // lanes)
    stop = steps
    while stop > 0:
        start = (stop - 1) // length * length
        for t in range(stop - 1, start - 1, -1):
            pull_written(rows[t], written[t], old[t], table_slope)
            times(routine, written[t], write_weight, ADD, upstream[t])
            step_backward(t, gates, before, upstream, carried, kept, sums, spare)
            times(routine, gates[t, :, size:], hidden_weight, ADD, carried)
            times(routine, gates[t, :, : 3 * size], input_weight[:, situation:], REPLACE, found_slope)
            pull_found(rows[t], found_slope, table_slope)
            for lane in range(lanes):
                if kept[t, lane] == ZERO:
                    table_slope[lane] = ZERO
        a, b = start * lanes, stop * lanes
        times(routine, flat[a:b, : 3 * size], input_weight[:, :situation], REPLACE, inputs_slope[a:b])
        turned_times(routine, flat[a:b, : 3 * size], seen[a:b], ADD, input_weight_slope)
        turned_times(routine, flat[a:b, size:], states[a:b], ADD, hidden_weight_slope)
        turned_times(routine, wrote[a:b], ends[a:b], ADD, write_weight_slope)
        stop = start
    for lane in range(lanes):
        for unit in range(size):
            carried[lane, unit] *= kept[0, lane]
