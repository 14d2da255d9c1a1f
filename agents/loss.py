"""The clipped PPO loss on masked, factored action logits."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from agents.network import chosen, log_probabilities


@dataclass(frozen=True)
class LossWeights:
    """The numbers in the loss: clip range, weights of the value loss and the entropy bonus, choices of each factor."""

    clip: float
    value: float
    entropy: float
    sizes: tuple[int, ...]


def ppo_loss(
    logits: Tensor,
    values: Tensor,
    actions: Tensor,
    old_logs: Tensor,
    advantages: Tensor,
    targets: Tensor,
    shares: Tensor,
    weights: LossWeights,
) -> tuple[Tensor, Tensor]:
    """The loss to minimise, and its figures (5,): policy loss, value loss, entropy, KL estimate, clipped share.

    logits (T, B, A) are masked; actions (T, B, K); everything else (T, B). `shares` weighs each step: 0 for steps that do not count,
    and they add up to 1 over a whole minibatch. KL is Schulman's estimate r − 1 − log r, with r the ratio of probabilities.
    """
    logs = log_probabilities(logits, weights.sizes)
    change = chosen(logs, actions, weights.sizes) - old_logs
    ratios = change.exp()
    clipped = ratios.clamp(1.0 - weights.clip, 1.0 + weights.clip)
    policy_loss = -(shares * torch.min(ratios * advantages, clipped * advantages)).sum()
    value_loss = (shares * (values - targets).square()).sum()
    entropy = -(shares * (logs.exp() * logs).sum(dim=-1)).sum()
    loss = policy_loss + weights.value * value_loss - weights.entropy * entropy
    with torch.no_grad():
        kl = (shares * (ratios - 1.0 - change)).sum()
        outside = (shares * (ratios != clipped)).sum()
        figures = torch.stack([policy_loss, value_loss, entropy, kl, outside])
    return loss, figures
