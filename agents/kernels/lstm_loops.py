"""Whole sequences of an LSTM as one compiled call each; `agents.kernels.gru_loops` does the same for the GRU.

T steps, B lanes, I inputs, H units; gates (T, B, 4H) are input, forget, candidate, output; states (…, 2H) are the
output, then the cell.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.kernels.blas import times, times_turned, turned_times
from agents.kernels.gru_loops import ADD, CHUNK_ROWS, REPLACE
from agents.kernels.pointwise import ONE, sigmoid, tanh, vectorised


@vectorised
def forward_sequence(
    routine: int, inputs: Any, input_weight: Any, hidden_weight: Any, bias: Any, gates: Any, before: Any,
    squashed: Any, outputs: Any, kept: Any,
) -> None:  # fmt: skip
    """Unroll from `before[0]` (B, 2H): fills `gates`, `before` (T + 1, B, 2H), and `squashed` (T, B, H), the tanh of
    the cells, and `outputs` (T, B, H).
    """
    steps, lanes, size = outputs.shape
    rows, seen = gates.reshape(steps * lanes, 4 * size), inputs.reshape(steps * lanes, inputs.shape[2])
    length = max(1, CHUNK_ROWS // lanes)
    for start in range(0, steps, length):
        stop = min(start + length, steps)
        a, b = start * lanes, stop * lanes
        times_turned(routine, seen[a:b], input_weight, REPLACE, rows[a:b])
        for t in range(start, stop):
            times_turned(routine, before[t, :, :size], hidden_weight, ADD, gates[t])
            for lane in range(lanes):
                keep = kept[t + 1, lane]
                _activate(gates[t, lane], bias, before[t, lane], squashed[t, lane], outputs[t, lane], keep,
                          before[t + 1, lane])  # fmt: skip


@vectorised
def _activate(row: Any, bias: Any, start: Any, squashed: Any, output: Any, keep: Any, following: Any) -> None:
    """One lane's gate sums `row` (4H,) into activations; its output, and its next state (2H,), wiped where `keep` is
    0.
    """
    size = len(output)
    take, forget, candidate, give = row[:size], row[size : 2 * size], row[2 * size : 3 * size], row[3 * size :]
    both, both_bias, give_bias = row[: 2 * size], bias[: 2 * size], bias[3 * size :]
    candidate_bias, cell, next_cell = bias[2 * size : 3 * size], start[size:], following[size:]
    for unit in range(2 * size):  # short loops over few arrays: more than LLVM can prove apart stay scalar
        both[unit] = sigmoid(both[unit] + both_bias[unit])
    for unit in range(size):
        candidate[unit] = tanh(candidate[unit] + candidate_bias[unit])
    for unit in range(size):
        give[unit] = sigmoid(give[unit] + give_bias[unit])
    for unit in range(size):
        next_cell[unit] = forget[unit] * cell[unit] + take[unit] * candidate[unit]
    for unit in range(size):
        squashed[unit] = tanh(next_cell[unit])
    for unit in range(size):
        output[unit] = give[unit] * squashed[unit]
    for unit in range(size):
        following[unit] = output[unit] * keep
    for unit in range(size):
        next_cell[unit] *= keep


@vectorised
def backward_sequence(
    routine: int, inputs: Any, input_weight: Any, hidden_weight: Any, gates: Any, before: Any, squashed: Any,
    upstream: Any, carried: Any, kept: Any, sums: Any, inputs_slope: Any, input_weight_slope: Any,
    hidden_weight_slope: Any,
) -> None:  # fmt: skip
    """Gradients of `forward_sequence`, given that of its outputs (T, B, H) and, in `carried` (B, 2H), of its last
    state; overwrites `gates`.

    Adds to `sums` (4H,) and to the weights' slopes; `carried` ends as the gradient of the first state.
    """
    steps, lanes, size = upstream.shape
    rows, seen = gates.reshape(steps * lanes, 4 * size), inputs.reshape(steps * lanes, inputs.shape[2])
    states, spare = before.reshape((steps + 1) * lanes, 2 * size), np.empty(size, np.float32)
    length = max(1, CHUNK_ROWS // lanes)
    stop = steps
    while stop > 0:
        start = (stop - 1) // length * length
        for t in range(stop - 1, start - 1, -1):
            for lane in range(lanes):
                _pull(gates[t, lane], before[t, lane, size:], squashed[t, lane], upstream[t, lane], carried[lane],
                      kept[t + 1, lane], spare)  # fmt: skip
                for gate in range(4 * size):
                    sums[gate] += gates[t, lane, gate]
            times(routine, gates[t], hidden_weight, REPLACE, carried[:, :size])
        a, b = start * lanes, stop * lanes
        times(routine, rows[a:b], input_weight, REPLACE, inputs_slope[a:b])
        turned_times(routine, rows[a:b], seen[a:b], ADD, input_weight_slope)
        turned_times(routine, rows[a:b], states[a:b, :size], ADD, hidden_weight_slope)
        stop = start
    for lane in range(lanes):
        for unit in range(2 * size):
            carried[lane, unit] *= kept[0, lane]


@vectorised
def _pull(row: Any, cell: Any, squashed: Any, above: Any, carry: Any, keep: Any, spare: Any) -> None:
    """Replace a lane's activations `row` (4H,) by the gradients of the sums they came from.

    `carry` (2H,) comes in as the gradient of the next state, and its cell half leaves as that of this one.
    """
    size = len(cell)
    take, forget, candidate, give = row[:size], row[size : 2 * size], row[2 * size : 3 * size], row[3 * size :]
    output, cell_carry = carry[:size], carry[size:]
    for unit in range(size):
        output[unit] = above[unit] + output[unit] * keep
    for unit in range(size):
        cell_carry[unit] = cell_carry[unit] * keep + output[unit] * give[unit] * (ONE - squashed[unit] * squashed[unit])
    for unit in range(size):
        give[unit] = output[unit] * squashed[unit] * give[unit] * (ONE - give[unit])
    for unit in range(size):
        spare[unit] = cell_carry[unit] * take[unit]
    for unit in range(size):
        take[unit] = cell_carry[unit] * candidate[unit] * take[unit] * (ONE - take[unit])
    for unit in range(size):
        candidate[unit] = spare[unit] * (ONE - candidate[unit] * candidate[unit])
    for unit in range(size):
        spare[unit] = cell_carry[unit] * forget[unit]
    for unit in range(size):
        forget[unit] = cell_carry[unit] * cell[unit] * forget[unit] * (ONE - forget[unit])
    for unit in range(size):
        cell_carry[unit] = spare[unit]
