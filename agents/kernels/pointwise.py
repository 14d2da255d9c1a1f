"""The inner loops of learning on a CPU, compiled: one pass over memory where tensor operations would make ten.

The kernels of the GRU work in float32 and are written so that LLVM turns them into vector instructions. All their
numbers are float32 constants, because one plain literal would make Numba compute in float64. Shapes: T steps, B
lanes, H units.
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from worlds.kit.kernel import compile_cached

Function = TypeVar("Function", bound=Callable[..., Any])


def vectorised(function: Function) -> Function:
    """The house's `kernel`, without its check for a divisor of 0: a branch in a loop keeps it from being vectorised."""
    compiled = compile_cached(function, error_model="numpy")
    return compiled


ONE = np.float32(1.0)
HALF = np.float32(0.5)
LIMIT = np.float32(7.905311)  # tanh is 1 in float32 beyond it
A1 = np.float32(4.89352455891786e-03)
A3 = np.float32(6.37261928875436e-04)
A5 = np.float32(1.48572235717979e-05)
A7 = np.float32(5.12229709037114e-08)
A9 = np.float32(-8.60467152213735e-11)
A11 = np.float32(2.00018790482477e-13)
A13 = np.float32(-2.76076847742355e-16)
B0 = np.float32(4.89352518554385e-03)
B2 = np.float32(2.26843463243900e-03)
B4 = np.float32(1.18534705686654e-04)
B6 = np.float32(1.19825839466702e-06)


@vectorised
def tanh(x: Any) -> Any:
    """Hyperbolic tangent to about 3e-7, as the ratio of polynomials that the Eigen library uses; vectorises, libm's
    does not.
    """
    x = min(max(x, -LIMIT), LIMIT)
    square = x * x
    top = x * (A1 + square * (A3 + square * (A5 + square * (A7 + square * (A9 + square * (A11 + square * A13))))))
    return top / (B0 + square * (B2 + square * (B4 + square * B6)))


@vectorised
def sigmoid(x: Any) -> Any:
    return HALF + HALF * tanh(HALF * x)


@vectorised
def _activate(row: Any, bias: Any, start: Any, output: Any) -> None:
    """One lane's gate sums `row` (4H,) into activations, and its next state into `output` (H,)."""
    size = len(start)
    new, both, hidden = row[:size], row[size : 3 * size], row[3 * size :]
    reset, update, both_bias = both[:size], both[size:], bias[size : 3 * size]
    for unit in range(2 * size):  # short loops over few arrays: more than LLVM can prove apart stay scalar
        both[unit] = sigmoid(both[unit] + both_bias[unit])
    for unit in range(size):
        new[unit] = tanh(new[unit] + bias[unit] + reset[unit] * hidden[unit])
    for unit in range(size):
        output[unit] = new[unit] + update[unit] * (start[unit] - new[unit])


@vectorised
def step_alone(gates: Any, bias: Any, before: Any, outputs: Any) -> None:
    """One step outside of a sequence: `gates` (B, 4H) and `bias` as in `step_forward`, states (B, H)."""
    for lane in range(len(gates)):
        _activate(gates[lane], bias, before[lane], outputs[lane])


@vectorised
def step_forward(t: int, gates: Any, bias: Any, hidden_bias: Any, before: Any, outputs: Any, kept: Any) -> None:
    """Turn the sums in `gates[t]` (B, 4H: new, reset, update, new from hidden) into activations, in place.

    `bias` (3H,) is still to be added to the first three; the fourth has its own. The state goes to `outputs[t]` (B,
    H), and to `before[t + 1]`, wiped where `kept[t + 1]` (B,) is 0. The fourth part of the next step receives its
    `hidden_bias`.
    """
    lanes, size = outputs.shape[1:]
    for lane in range(lanes):
        output, following = outputs[t, lane], before[t + 1, lane]
        _activate(gates[t, lane], bias, before[t, lane], output)
        keep = kept[t + 1, lane]
        for unit in range(size):
            following[unit] = output[unit] * keep
        if t + 1 < len(gates):
            gates[t + 1, lane, 3 * size :] = hidden_bias


@vectorised
def step_backward(
    t: int, gates: Any, before: Any, upstream: Any, carried: Any, kept: Any, sums: Any, spare: Any
) -> None:
    """Replace the activations in `gates[t]` (B, 4H) by the gradients of the sums they came from.

    `upstream[t]` (B, H) is the gradient of the output; `carried` (B, H) comes in as the gradient of `before[t + 1]`
    and leaves as what passes straight through the update gate. `sums` (4H,) gathers the gradients over lanes and
    steps, for the biases. `spare` (H,) is scratch.
    """
    lanes, size = carried.shape
    for lane in range(lanes):
        row, start, above, carry, keep = (
            gates[t, lane],
            before[t, lane],
            upstream[t, lane],
            carried[lane],
            kept[t + 1, lane],
        )
        new, reset, update, hidden = row[:size], row[size : 2 * size], row[2 * size : 3 * size], row[3 * size :]
        for unit in range(size):
            carry[unit] = above[unit] + carry[unit] * keep
        for unit in range(size):
            spare[unit] = carry[unit] * (start[unit] - new[unit]) * update[unit] * (ONE - update[unit])
        for unit in range(size):
            new[unit] = carry[unit] * (ONE - update[unit]) * (ONE - new[unit] * new[unit])
        for unit in range(size):
            carry[unit] *= update[unit]
        for unit in range(size):
            update[unit] = spare[unit]
        for unit in range(size):
            spare[unit] = new[unit] * hidden[unit] * reset[unit] * (ONE - reset[unit])
        for unit in range(size):
            hidden[unit] = new[unit] * reset[unit]
        for unit in range(size):
            reset[unit] = spare[unit]
        for gate in range(4 * size):
            sums[gate] += row[gate]


@vectorised
def log_softmax(outputs: Any, legal: Any, start: int, stop: int, logs: Any, odds: Any) -> float:
    """Probabilities of the choices start … stop − 1 into `odds`, their logarithms into `logs` (−10⁹ for 0); their
    entropy.
    """
    highest = -1e30
    for at in range(start, stop):
        if legal[at] != 0 and outputs[at] > highest:
            highest = float(outputs[at])
    total = 0.0
    for at in range(start, stop):
        odds[at] = math.exp(float(outputs[at]) - highest) if legal[at] != 0 else 0.0
        total += odds[at]
    entropy, shift = 0.0, highest + math.log(total)
    for at in range(start, stop):
        logs[at] = float(outputs[at]) - shift if legal[at] != 0 else -1e9
        odds[at] /= total
        entropy -= odds[at] * logs[at]
    return entropy


@vectorised
def draw_rows(outputs: Any, legal: Any, uniforms: Any, sizes: Any, actions: Any, logs: Any) -> None:
    """Draw actions (B, K) from outputs (B, A + 1: logits, value) at uniforms (B, K) in [0, 1); their log-probability
    (B,).
    """
    width = legal.shape[1]
    each, odds = np.zeros(width), np.zeros(width)
    for row in range(len(legal)):
        start, total = 0, 0.0
        for factor in range(len(sizes)):
            stop = start + sizes[factor]
            log_softmax(outputs[row], legal[row], start, stop, each, odds)
            passed, taken = 0.0, start
            for at in range(start, stop):  # the first choice whose cumulative probability exceeds the uniform number
                if odds[at] > 0.0:
                    taken = at
                    passed += odds[at]
                    if passed > uniforms[row, factor]:
                        break
            actions[row, factor] = taken - start
            total += each[taken]
            start = stop
        logs[row] = total
