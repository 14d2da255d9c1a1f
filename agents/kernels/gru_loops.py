"""Whole sequences of a GRU, and whole decisions of a network, as one compiled call each: no thread waits for the
interpreter.

The products go to torch's BLAS by its address (see `blas`); the element-wise halves are those of `pointwise`, whose
layouts hold here: T steps, B lanes, I inputs, H units; gates (T, B, 4H) are new, reset, update, new from hidden.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.kernels.blas import times, times_turned, turned_times
from agents.kernels.pointwise import draw_rows, step_alone, step_backward, step_forward, vectorised

ADD = np.float32(1.0)
REPLACE = np.float32(0.0)
ZERO = np.float32(0.0)
CHUNK_ROWS = 640
"""Rows of a sequence that are multiplied at once: their gates still lie in the cache when the steps come to use them.
"""


@vectorised
def forward_sequence(
    routine: int, inputs: Any, input_weight: Any, hidden_weight: Any, bias: Any, hidden_bias: Any, gates: Any,
    before: Any, outputs: Any, kept: Any,
) -> None:  # fmt: skip
    """Unroll from `before[0]` (B, H): fills `gates`, `before` (T + 1, B, H) and `outputs` (T, B, H)."""
    steps, lanes, size = outputs.shape
    rows, seen = gates.reshape(steps * lanes, 4 * size), inputs.reshape(steps * lanes, inputs.shape[2])
    gates[0, :, 3 * size :] = hidden_bias
    length = max(1, CHUNK_ROWS // lanes)
    for start in range(0, steps, length):
        stop = min(start + length, steps)
        a, b = start * lanes, stop * lanes
        times_turned(routine, seen[a:b], input_weight, REPLACE, rows[a:b, : 3 * size])
        for t in range(start, stop):
            times_turned(routine, before[t], hidden_weight, ADD, gates[t, :, size:])
            step_forward(t, gates, bias, hidden_bias, before, outputs, kept)


@vectorised
def backward_sequence(
    routine: int, inputs: Any, input_weight: Any, hidden_weight: Any, gates: Any, before: Any, upstream: Any,
    carried: Any, kept: Any, sums: Any, inputs_slope: Any, input_weight_slope: Any, hidden_weight_slope: Any,
) -> None:  # fmt: skip
    """Gradients of `forward_sequence`, given that of its outputs (T, B, H); overwrites `gates`.

    Adds to `sums` (4H,), to the weights' slopes and to `carried` (B, H), which ends as the gradient of the first state.
    """
    steps, lanes, size = upstream.shape
    rows, seen = gates.reshape(steps * lanes, 4 * size), inputs.reshape(steps * lanes, inputs.shape[2])
    states, spare = before.reshape((steps + 1) * lanes, size), np.empty(size, np.float32)
    length = max(1, CHUNK_ROWS // lanes)
    stop = steps
    while stop > 0:
        start = (stop - 1) // length * length
        for t in range(stop - 1, start - 1, -1):
            step_backward(t, gates, before, upstream, carried, kept, sums, spare)
            times(routine, gates[t, :, size:], hidden_weight, ADD, carried)
        a, b = start * lanes, stop * lanes
        times(routine, rows[a:b, : 3 * size], input_weight, REPLACE, inputs_slope[a:b])
        turned_times(routine, rows[a:b, : 3 * size], seen[a:b], ADD, input_weight_slope)
        turned_times(routine, rows[a:b, size:], states[a:b], ADD, hidden_weight_slope)
        stop = start
    for lane in range(lanes):
        for unit in range(size):
            carried[lane, unit] *= kept[0, lane]


@vectorised
def decide_rows(
    routine: int, observations: Any, legal: Any, uniforms: Any, sizes: Any, state: Any, encoder_weight: Any,
    encoder_bias: Any, input_weight: Any, hidden_weight: Any, bias: Any, hidden_bias: Any, head_weight: Any,
    head_bias: Any, actions: Any, logs: Any, values: Any,
) -> None:  # fmt: skip
    """One decision of B lanes: actions (B, K), their log-probability and the value (B,), and `state` (B, H) as it is
    after it.
    """
    lanes, size = state.shape
    encoded = np.empty((lanes, len(encoder_bias)), np.float32)
    gates, following = np.empty((lanes, 4 * size), np.float32), np.empty((lanes, size), np.float32)
    outputs = np.empty((lanes, len(head_bias)), np.float32)
    times_turned(routine, observations, encoder_weight, REPLACE, encoded)
    for lane in range(lanes):
        row = encoded[lane]
        for unit in range(len(encoder_bias)):
            row[unit] = max(row[unit] + encoder_bias[unit], ZERO)
    times_turned(routine, encoded, input_weight, REPLACE, gates[:, : 3 * size])
    gates[:, 3 * size :] = hidden_bias
    times_turned(routine, state, hidden_weight, ADD, gates[:, size:])
    step_alone(gates, bias, state, following)
    state[:] = following
    for lane in range(lanes):
        outputs[lane] = head_bias
    times_turned(routine, state, head_weight, ADD, outputs)
    draw_rows(outputs, legal, uniforms, sizes, actions, logs)
    for lane in range(lanes):
        values[lane] = outputs[lane, outputs.shape[1] - 1]
