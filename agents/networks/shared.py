"""A memory that the networks of several worlds share.

Each world has a network of its own, encoder, heads and all, of the shape that its world asks for. Only the weights of
their memories are the same: each takes those of one memory that is as large as the largest of them needs. A world that
names fewer things uses the columns and rows of the first ones; one that names none has the gated units alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from agents.kernels.ledger_loops import WIDE
from agents.networks import memories
from agents.networks.memories import Memory
from agents.networks.shape import Shape, SharedShape

MEMORY = "memory."
"""What the names of a memory's weights begin with in a network."""


class _Place(NamedTuple):
    """Where a weight of a world's memory lies in the shared one."""

    name: str
    rows: Tensor | None
    """None for all."""
    columns: int | None
    """The first so many; None for all."""

    def of(self, weights: Mapping[str, Tensor]) -> Tensor:
        """That part of the shared weights, a copy."""
        found = weights[self.name]
        found = found if self.rows is None else found[self.rows.to(found.device)]
        return (found if self.columns is None else found[:, : self.columns]).clone()


class SharedMemory(nn.Module):
    """The weights of all that worlds share; see `SharedShape`."""

    def __init__(self, shape: SharedShape, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.shape = shape
        kind, rows = ("ledger", 1) if shape.pointers else ("gru", 0)
        inputs = shape.encoder + shape.pointers
        found = memories.build(kind, inputs, shape.hidden, 0, 0, rows, shape.pointers, shape.noted)
        self.memory = cast(nn.Module, found)
        if next(self.memory.parameters()).device.type != "meta":
            cast(Memory, self.memory).initialise(generator or torch.Generator().manual_seed(0))

    def _places(self, shape: Shape) -> Iterator[tuple[str, _Place]]:
        """The weights of the memory of a world's network, by their names there."""
        rows = self.shape.pointers > 0
        ours, theirs = ("memory.units." if rows else MEMORY), ("memory.units." if shape.pointers else MEMORY)
        yield f"{theirs}input_weight", _Place(f"{ours}input_weight", None, shape.encoder + shape.pointers * WIDE)
        for name in ("hidden_weight", "input_bias", "hidden_bias"):
            yield f"{theirs}{name}", _Place(f"{ours}{name}", None, None)
        if shape.pointers:
            first, own = self.shape.noted, shape.written
            written = torch.tensor([*range(own), *range(first, first + own * WIDE)])  # shares, then values
            for name in ("write.weight", "write.bias"):
                yield f"{MEMORY}{name}", _Place(f"{MEMORY}{name}", written, None)

    def part(self, shape: Shape, weights: Mapping[str, Tensor] | None = None) -> dict[str, Tensor]:
        """The memory's weights for a network of this shape, by their names there; copies."""
        shared = self.state_dict() if weights is None else weights
        return {name: place.of(shared) for name, place in self._places(shape)}

    @torch.no_grad()
    def lend(self, network: nn.Module, shape: Shape) -> None:
        """Give a network its part of the weights."""
        own = dict(network.named_parameters())
        for name, weights in self.part(shape).items():
            own[name].copy_(weights)

    @torch.no_grad()
    def gather(self, network: nn.Module, shape: Shape) -> None:
        """Add the gradients of a network's memory to the gradients here, and take them from the network."""
        own, shared = dict(network.named_parameters()), dict(self.named_parameters())
        for name, place in self._places(shape):
            weight, gradient = shared[place.name], own[name].grad
            own[name].grad = None
            if gradient is None:
                continue
            if weight.grad is None:
                weight.grad = torch.zeros_like(weight)
            if place.rows is not None:
                weight.grad.index_add_(0, place.rows.to(weight.device), gradient)
            else:
                weight.grad[..., : gradient.shape[-1]].add_(gradient)


def outline(shape: SharedShape) -> SharedMemory:
    """A memory of this shape that has sizes but no weights: nothing is allocated."""
    with torch.device("meta"):
        return SharedMemory(shape)
