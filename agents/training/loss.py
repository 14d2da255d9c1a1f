"""The clipped PPO loss on masked, factored action logits: in tensor operations, and compiled for CPUs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from agents.kernels.pointwise import log_softmax, vectorised
from agents.networks.network import chosen, log_probabilities, masked


@dataclass(frozen=True)
class LossWeights:
    """The numbers in the loss: clip range, weights of the value loss and the entropy bonus, choices of each factor."""

    clip: float
    value: float
    entropy: float
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Steps:
    """What the loss needs to know of T steps of B lanes besides the network's outputs."""

    legal: Tensor
    """(T, B, A) u1."""
    actions: Tensor
    """(T, B, K) i8."""
    old_logs: Tensor
    """(T, B): log-probability of the actions when they were drawn."""
    advantages: Tensor
    """(T, B)."""
    targets: Tensor
    """(T, B): returns in the value normaliser's units."""
    shares: Tensor
    """(T, B): weight of each step, 0 for steps that do not count; they add up to 1 over a whole minibatch."""


def ppo_loss(outputs: Tensor, steps: Steps, weights: LossWeights) -> tuple[Tensor, Tensor]:
    """The loss to minimise, and its figures (5,): policy loss, value loss, entropy, KL estimate, clipped share.

    `outputs` (T, B, A + 1) are logits and value. KL is Schulman's estimate r − 1 − log r, with r the ratio of the
    probabilities. On a CPU the loss and its gradient are computed in one compiled pass.
    """
    if outputs.device.type == "cpu" and outputs.dtype == torch.float32:
        loss, figures = cast(tuple[Tensor, Tensor], _Compiled.apply(outputs, steps, weights))
        return loss, figures
    return loss_by_tensors(outputs, steps, weights)


def loss_by_tensors(outputs: Tensor, steps: Steps, weights: LossWeights) -> tuple[Tensor, Tensor]:
    """`ppo_loss` on any device."""
    logs = log_probabilities(masked(outputs[..., :-1], steps.legal), weights.sizes)
    change = chosen(logs, steps.actions, weights.sizes) - steps.old_logs
    ratios = change.exp()
    clipped = ratios.clamp(1.0 - weights.clip, 1.0 + weights.clip)
    shares, advantages = steps.shares, steps.advantages
    policy_loss = -(shares * torch.min(ratios * advantages, clipped * advantages)).sum()
    value_loss = (shares * (outputs[..., -1] - steps.targets).square()).sum()
    entropy = -(shares * (logs.exp() * logs).sum(dim=-1)).sum()
    loss = policy_loss + weights.value * value_loss - weights.entropy * entropy
    with torch.no_grad():
        kl = (shares * (ratios - 1.0 - change)).sum()
        outside = (shares * (ratios != clipped)).sum()
        figures = torch.stack([policy_loss, value_loss, entropy, kl, outside])
    return loss, figures


class _Compiled(torch.autograd.Function):
    """The loss with its gradient worked out beside it."""

    @staticmethod
    def forward(ctx: Any, outputs: Tensor, steps: Steps, weights: LossWeights) -> tuple[Tensor, Tensor]:
        rows, choices = outputs[..., 0].numel(), outputs.shape[-1]
        slopes = np.empty((rows, choices), np.float32)
        figures = np.zeros(5)
        flat = (steps.old_logs, steps.advantages, steps.targets, steps.shares)
        old_logs, advantages, targets, shares = (_rows(part, rows) for part in flat)
        _loss_rows(
            _rows(outputs, rows, choices), _rows(steps.legal, rows, choices - 1), _rows(steps.actions, rows, -1),
            old_logs, advantages, targets, shares,
            np.array(weights.sizes), weights.clip, weights.value, weights.entropy, slopes, figures,
        )  # fmt: skip
        ctx.save_for_backward(torch.from_numpy(slopes).view_as(outputs))
        loss = figures[0] + weights.value * figures[1] - weights.entropy * figures[2]
        found = outputs.new_tensor(loss), outputs.new_tensor(figures)
        ctx.mark_non_differentiable(found[1])
        return found

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (slopes,) = ctx.saved_tensors
        return slopes * gradients[0], None, None


def _rows(tensor: Tensor, *shape: int) -> np.ndarray:
    array: np.ndarray = tensor.detach().reshape(shape).contiguous().numpy()
    return array


@vectorised
def _loss_rows(
    outputs: Any, legal: Any, actions: Any, old_logs: Any, advantages: Any, targets: Any, shares: Any,
    sizes: Any, clip: float, value_weight: float, entropy_weight: float, slopes: Any, figures: Any,
) -> None:  # fmt: skip
    """`loss_by_tensors` row by row: adds to `figures` (5,) and writes the gradient of the loss to `slopes` (rows, A +
    1).
    """
    width = outputs.shape[1] - 1
    logs, odds = np.zeros(width), np.zeros(width)
    entropies = np.zeros(len(sizes))
    for row in range(len(outputs)):
        share, advantage = float(shares[row]), float(advantages[row])
        if share == 0.0:
            slopes[row] = 0.0
            continue
        start, change = 0, -float(old_logs[row])
        for factor in range(len(sizes)):
            stop = start + sizes[factor]
            entropies[factor] = log_softmax(outputs[row], legal[row], start, stop, logs, odds)
            change += logs[start + actions[row, factor]]
            start = stop
        ratio = math.exp(change)
        clipped = min(max(ratio, 1.0 - clip), 1.0 + clip)
        miss = float(outputs[row, width]) - float(targets[row])
        figures[0] -= share * min(ratio * advantage, clipped * advantage)
        figures[1] += share * miss * miss
        figures[3] += share * (ratio - 1.0 - change)
        figures[4] += share * (ratio != clipped)
        pull = share * advantage * ratio if ratio * advantage <= clipped * advantage else 0.0
        start = 0
        for factor in range(len(sizes)):
            figures[2] += share * entropies[factor]
            for at in range(start, start + sizes[factor]):
                taken = 1.0 if at - start == actions[row, factor] else 0.0
                dull = entropy_weight * share * odds[at] * (logs[at] + entropies[factor])
                slopes[row, at] = pull * (odds[at] - taken) + dull
            start += sizes[factor]
        slopes[row, width] = 2.0 * value_weight * share * miss
