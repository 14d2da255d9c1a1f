"""What every memory offers, so that a network need not know which it has.

A memory is what an agent carries from one decision to the next. Its state is a flat row of numbers a lane, whatever it
means inside, so that it can be wiped, kept, swapped and saved without knowing the kind; a row of zeros is a blank
memory.

Time comes first and every time slice is contiguous, so each step of an unroll is one dense matrix product.
"""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor


class Workspace:
    """Large scratch tensors that are reused from call to call.

    Fresh tensors of tens of megabytes cost as much in page faults as the arithmetic done on them. A workspace belongs
    to one thread and to one forward-and-backward pass at a time: the next unroll overwrites what the last one left.
    """

    def __init__(self) -> None:
        self._held: dict[str, Tensor] = {}

    def take(self, name: str, shape: tuple[int, ...], like: Tensor) -> Tensor:
        """An uninitialised tensor of this shape, with the dtype and device of `like`; the same memory for the same
        name.
        """
        size = math.prod(shape)
        held = self._held.get(name)
        if held is None or held.numel() < size or held.dtype != like.dtype or held.device != like.device:
            held = torch.empty(size, dtype=like.dtype, device=like.device)
            self._held[name] = held
        return held[:size].view(shape)


class Memory(Protocol):
    """The interface of every memory."""

    state_size: int
    """Numbers in the state of a lane, S."""
    output_size: int
    """Numbers that the heads see of it, H."""
    multiplications: int
    """Multiplications of weights and of remembered things in one step of a lane, at most."""

    def initialise(self, generator: torch.Generator) -> None:
        """Set the weights; all chance comes from the generator."""
        ...

    def initial(self, lanes: int) -> Tensor:
        """The blank state, (lanes, S) zeros."""
        ...

    def step(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Inputs (lanes, I) and a state → outputs (lanes, H) and the next state; the given one stays as it is."""
        ...

    def advance(self, inputs: Tensor, state: Tensor) -> Tensor:
        """`step` without gradients that writes the next state over the given one, and gives the outputs."""
        ...

    def unroll(
        self, inputs: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, Tensor]:
        """Inputs (T, lanes, I), a state and resets (T, lanes) → outputs (T, lanes, H) and the last state, as T steps
        would, where a reset wipes a lane's state just before that step.

        With a `workspace` the outputs live in it, and there may be one backward pass.
        """
        ...
