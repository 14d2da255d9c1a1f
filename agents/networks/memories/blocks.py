"""What memories of several layers are made of: normalised residual branches around whatever mixes the past in.

Every branch reads a normalised copy of the stream and adds to it (pre-norm). Its last layer starts small, so a new
network plays nearly as one without a memory would, and learns the past from there: without this, transformers hardly
learn by reinforcement (Parisotto et al. 2020, "Stabilizing Transformers for Reinforcement Learning").
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

WIDER = 2
"""Units of a feed-forward branch for each of the stream."""
BRANCH_GAIN = 0.1
"""Gain of the last layer of a branch at the start."""


def bare(inputs: int, outputs: int) -> nn.Linear:
    """A layer whose weights are yet to be set: torch's own would be drawn from its global generator."""
    return cast(nn.Linear, nn.utils.skip_init(nn.Linear, inputs, outputs, device=torch.get_default_device()))


def set_orthogonal(layer: nn.Linear, gain: float, generator: torch.Generator) -> None:
    """Orthogonal weights and no bias."""
    nn.init.orthogonal_(layer.weight, gain, generator=generator)
    nn.init.zeros_(layer.bias)


class FeedForward(nn.Module):
    """A residual branch without a memory: stream (…, H) → stream."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.up, self.down = bare(size, WIDER * size), bare(WIDER * size, size)
        self.multiplications = 2 * WIDER * size * size

    def initialise(self, generator: torch.Generator) -> None:
        set_orthogonal(self.up, 2.0**0.5, generator)
        set_orthogonal(self.down, BRANCH_GAIN, generator)

    def forward(self, stream: Tensor) -> Tensor:
        found: Tensor = stream + self.down(self.up(self.norm(stream)).relu())
        return found
