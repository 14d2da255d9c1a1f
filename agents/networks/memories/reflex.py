"""A memory that remembers nothing: for policies that answer to what they see now."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from agents.networks.memories.blocks import bare, set_orthogonal
from agents.networks.memories.interface import Workspace


class Reflex(nn.Module):
    """A layer of rectified units in the place of a memory, with the interface of one; its state has no numbers."""

    state_size = 0

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.output_size = hidden
        self.layer = bare(inputs, hidden)
        self.multiplications = inputs * hidden

    def initialise(self, generator: torch.Generator) -> None:
        """Orthogonal weights, zero biases."""
        set_orthogonal(self.layer, 2.0**0.5, generator)

    def initial(self, lanes: int) -> Tensor:
        """A state (lanes, 0)."""
        return self.layer.weight.new_zeros((lanes, 0))

    def step(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Inputs (lanes, I) → outputs (lanes, H), and the empty state."""
        return self.layer(inputs).relu(), state

    @torch.no_grad()
    def advance(self, inputs: Tensor, state: Tensor) -> Tensor:
        """Outputs (lanes, H); there is no state to write over."""
        return self.step(inputs, state)[0]

    def unroll(
        self, inputs: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, Tensor]:
        """Inputs (T, lanes, I) → outputs (T, lanes, H), and the empty state."""
        return self.layer(inputs).relu(), state
