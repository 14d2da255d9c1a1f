"""A ledger: a gated recurrence beside a table with a row for every thing that the world gives a name to.

What an observation names (a street, an opponent, a camera) is looked up in the table before the recurrence moves on,
and written down there afterwards. So what is known of one thing lies in a place of its own, however many there are and
however long ago it was met. Where a world also names what is far ahead, only what is at hand is written down (see
`World.noted`): notes of what is merely thought of would be worn away. Rows are written by the delta rule (Widrow and
Hoff 1960; as a memory: Schlag et al. 2021, "Linear Transformers Are Secretly Fast Weight Programmers"): row ← row +
share · (value − row), with a learned share.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from agents.kernels import blas
from agents.kernels.ledger_loops import WIDE, backward_ledger, forward_ledger
from agents.networks.memories.blocks import bare, set_orthogonal
from agents.networks.memories.gru import GRU
from agents.networks.memories.interface import Workspace

SELDOM = -2.0
"""Bias at the start of the sums that shares come from: σ(−2) = 0.12 of a row is written anew at a step."""


class Ledger(nn.Module):
    """A GRU of H units and a table of N rows.

    The last P of its inputs name rows: 0 none, else the number of the row from 1 on, divided by N. The first W of these
    are written on. A state row holds the units, then the table.
    """

    def __init__(self, inputs: int, hidden: int, things: int, pointers: int, noted: int) -> None:
        super().__init__()
        self.things, self.noted, self.situation = things, noted, inputs - pointers
        self.pointers = pointers
        self.output_size, self.state_size = hidden, hidden + things * WIDE
        self.units = GRU(self.situation + pointers * WIDE, hidden)
        self.write = bare(hidden, noted * (1 + WIDE))
        self.multiplications = self.units.multiplications + hidden * noted * (1 + WIDE)

    def initialise(self, generator: torch.Generator) -> None:
        """Those of a GRU; little is written at first."""
        self.units.initialise(generator)
        set_orthogonal(self.write, 1.0, generator)
        with torch.no_grad():
            self.write.bias[: self.noted] = SELDOM

    def initial(self, lanes: int) -> Tensor:
        return self.write.weight.new_zeros((lanes, self.state_size))

    def _split(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """What is seen (…, I − P), and the rows that are named (…, P), −1 for none."""
        seen, named = inputs.split([self.situation, self.pointers], dim=-1)
        return seen, ((named * self.things).round().long() - 1).clamp(-1, self.things - 1)

    def step(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        seen, rows = self._split(inputs)
        units, table = state.split([self.output_size, self.things * WIDE], dim=1)
        there = (rows >= 0).to(state.dtype).unsqueeze(2)
        index = rows.clamp_min(0).unsqueeze(2).expand(-1, -1, WIDE)
        table = table.unflatten(1, (self.things, WIDE))
        found = (table.gather(1, index) * there).flatten(1)
        units, _ = self.units.step(torch.cat([seen, found], dim=1), units)
        shares, values = self.write(units).split([self.noted, self.noted * WIDE], dim=1)
        shares = shares.sigmoid().unsqueeze(2) * there[:, : self.noted]
        values = values.tanh().unflatten(1, (self.noted, WIDE))
        for pointer in range(self.noted):  # one after the other: two may name the same row
            at = slice(pointer, pointer + 1)
            old = table.gather(1, index[:, at])
            table = table.scatter(1, index[:, at], old + shares[:, at] * (values[:, at] - old))
        return units, torch.cat([units, table.flatten(1)], dim=1)

    @torch.no_grad()
    def advance(self, inputs: Tensor, state: Tensor) -> Tensor:
        outputs, following = self.step(inputs, state)
        state.copy_(following)
        return outputs

    def unroll(
        self, inputs: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, Tensor]:
        if inputs.device.type != "cpu" or inputs.dtype != torch.float32 or not blas.address():
            return self._unroll_by_steps(inputs, state, resets)
        seen, rows = self._split(inputs)
        units = self.units
        weights = units.input_weight, units.hidden_weight, units.input_bias, units.hidden_bias
        outputs, table = _Unroll.apply(
            seen, state, resets, rows, *weights, self.write.weight, self.write.bias, workspace or Workspace()
        )
        return outputs, torch.cat([outputs[-1], table], dim=1)

    def _unroll_by_steps(self, inputs: Tensor, state: Tensor, resets: Tensor) -> tuple[Tensor, Tensor]:
        outputs, kept = [], (resets == 0).to(state.dtype).unsqueeze(2)
        for t in range(len(inputs)):
            found, state = self.step(inputs[t], state * kept[t])
            outputs.append(found)
        return torch.stack(outputs), state


class _Unroll(torch.autograd.Function):
    """T steps in compiled loops: the units after each, (T, B, H), and the table after the last, (B, N WIDE)."""

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> tuple[Tensor, Tensor]:
        seen, state, resets, rows, input_weight, hidden_weight, bias, hidden_bias, write, write_bias, space = arguments
        (steps, lanes, situation), size, noted = seen.shape, hidden_weight.shape[1], len(write) // (1 + WIDE)
        inputs = space.take("inputs", (steps, lanes, input_weight.shape[1]), seen)
        inputs[..., :situation] = seen
        gates = space.take("gates", (steps, lanes, 4 * size), seen)
        before = space.take("before", (steps + 1, lanes, size), seen)
        outputs = space.take("outputs", (steps, lanes, size), seen)
        written = space.take("written", (steps, lanes, noted * (1 + WIDE)), seen)
        old = space.take("old", (steps, lanes, noted, WIDE), seen)
        kept = seen.new_ones((steps + 1, lanes))
        kept[:steps] = resets == 0
        torch.mul(state[:, :size], kept[0].unsqueeze(1), out=before[0])
        table = state[:, size:].clone(memory_format=torch.contiguous_format)
        weights = input_weight, hidden_weight, bias, hidden_bias, write, write_bias
        held = gates, before, outputs, written, old
        forward_ledger(blas.address(), *_arrays(inputs, rows.contiguous(), *weights, *held, table, kept))
        ctx.save_for_backward(input_weight, hidden_weight, write)
        ctx.held, ctx.kept, ctx.space, ctx.given = held, kept, space, (inputs, rows.contiguous())
        return outputs, table

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        input_weight, hidden_weight, write = ctx.saved_tensors
        (inputs, rows), (gates, before, outputs, written, old) = ctx.given, ctx.held
        steps, lanes, size = outputs.shape
        situation = inputs.shape[2] - rows.shape[2] * WIDE
        upstream, table_slope = (each.clone(memory_format=torch.contiguous_format) for each in gradients)
        carried, sums = torch.zeros_like(before[0]), gates.new_zeros(4 * size)
        inputs_slope = ctx.space.take("inputs_slope", (steps * lanes, situation), gates)
        slopes = torch.zeros_like(input_weight), torch.zeros_like(hidden_weight), torch.zeros_like(write)
        backward_ledger(
            blas.address(),
            *_arrays(inputs, rows, input_weight, hidden_weight, write, gates, before, outputs, written, old, upstream),
            *_arrays(carried, table_slope, ctx.kept, sums, inputs_slope, *slopes),
        )
        write_bias = written.flatten(0, 1).sum(dim=0)
        state_slope = torch.cat([carried, table_slope], dim=1)
        return (
            inputs_slope.view(steps, lanes, situation), state_slope, None, None, slopes[0], slopes[1],
            sums[: 3 * size], sums[3 * size :], slopes[2], write_bias, None,
        )  # fmt: skip


def _arrays(*tensors: Tensor) -> list[Any]:
    """The same memory as NumPy arrays."""
    return [tensor.detach().numpy() for tensor in tensors]
