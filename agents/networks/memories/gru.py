"""The gated recurrent unit: the memory that agents have unless told otherwise."""

from __future__ import annotations

import itertools
from typing import Any, cast

import torch
from torch import Tensor, nn

from agents.kernels import blas
from agents.kernels.gru_loops import backward_sequence, forward_sequence
from agents.networks.memories.interface import Workspace


class GRU(nn.Module):
    """A gated recurrent unit (Cho et al. 2014, in the form of cuDNN and `torch.nn.GRU`), quick on CPUs.

    The rows of `input_weight` are (new, reset, update) and those of `hidden_weight` (reset, update, new). In this
    order the gate gradients of the backward pass lie in one buffer (new, reset, update, new from hidden) whose first
    three quarters belong to the input and whose last three to the hidden state, so each weight gradient is one large
    product.
    """

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.hidden = self.state_size = self.output_size = hidden
        self.multiplications = 3 * hidden * (inputs + hidden)
        self.input_weight = nn.Parameter(torch.empty(3 * hidden, inputs))
        self.hidden_weight = nn.Parameter(torch.empty(3 * hidden, hidden))
        self.input_bias = nn.Parameter(torch.zeros(3 * hidden))
        self.hidden_bias = nn.Parameter(torch.zeros(hidden))  # of the new gate; the others would only double input_bias

    def initialise(self, generator: torch.Generator) -> None:
        """Orthogonal weights gate by gate, zero biases."""
        for weight in (self.input_weight, self.hidden_weight):
            for gate in weight.data.split(self.hidden):
                nn.init.orthogonal_(gate, generator=generator)
        nn.init.zeros_(self.input_bias)
        nn.init.zeros_(self.hidden_bias)

    def initial(self, lanes: int) -> Tensor:
        return self.input_weight.new_zeros((lanes, self.hidden))

    def step(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        size = self.hidden
        gates = torch.addmm(self.input_bias, inputs, self.input_weight.t())
        both = torch.addmm(gates[:, size:], state, self.hidden_weight[: 2 * size].t()).sigmoid_()
        from_hidden = torch.addmm(self.hidden_bias, state, self.hidden_weight[2 * size :].t())
        new = torch.addcmul(gates[:, :size], both[:, :size], from_hidden).tanh_()
        state = torch.lerp(new, state, both[:, size:])
        return state, state

    @torch.no_grad()
    def advance(self, inputs: Tensor, state: Tensor) -> Tensor:
        outputs, following = self.step(inputs, state)
        state.copy_(following)
        return outputs

    def unroll(
        self, inputs: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, Tensor]:
        if inputs.is_cuda and inputs.dtype == torch.float32:
            return self._unroll_cudnn(inputs, state, resets)
        outputs = cast(
            Tensor,
            _Unroll.apply(
                inputs,
                state,
                resets,
                self.input_weight,
                self.hidden_weight,
                self.input_bias,
                self.hidden_bias,
                workspace,
            ),
        )
        return outputs, outputs[-1]

    def _unroll_cudnn(self, inputs: Tensor, state: Tensor, resets: Tensor) -> tuple[Tensor, Tensor]:
        """cuDNN's own GRU over each stretch in which no lane is reset."""
        size = self.hidden
        order = torch.cat([torch.arange(size, 3 * size), torch.arange(size)]).to(inputs.device)  # to torch's (r, z, n)
        hidden_bias = torch.cat([self.hidden_bias.new_zeros(2 * size), self.hidden_bias])
        weights = [self.input_weight[order], self.hidden_weight, self.input_bias[order], hidden_bias]
        starts = [0, *[t for t in resets.any(dim=1).nonzero().flatten().tolist() if t > 0], len(inputs)]
        outputs = []
        for start, stop in itertools.pairwise(starts):
            state = state * (~resets[start].bool()).to(state.dtype).unsqueeze(1)
            part, last = torch.gru(inputs[start:stop], state.unsqueeze(0), weights, True, 1, 0.0, True, False, False)
            state = last.squeeze(0)
            outputs.append(part)
        return torch.cat(outputs), state


class _Unroll(torch.autograd.Function):
    """The GRU over T steps with its backward pass written out: per step one product and one pass over its results."""

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> Tensor:
        inputs, state, resets, input_weight, hidden_weight, input_bias, hidden_bias, workspace = arguments
        space = workspace or Workspace()
        steps, lanes, _ = inputs.shape
        size = state.shape[1]
        gates = space.take("gates", (steps, lanes, 4 * size), inputs)  # (new, reset, update, new from hidden)
        before = space.take(
            "before", (steps + 1, lanes, size), inputs
        )  # the state each step starts from, after its reset
        outputs = space.take("outputs", (steps, lanes, size), inputs)
        kept = inputs.new_ones((steps + 1, lanes))
        kept[:steps] = resets == 0
        torch.mul(state, kept[0].unsqueeze(1), out=before[0])
        weights = (input_weight, hidden_weight, input_bias, hidden_bias)
        if routine := _routine(inputs):
            forward_sequence(routine, *_arrays(inputs.contiguous(), *weights, gates, before, outputs, kept))
        else:
            _forward_by_tensors(inputs, weights, gates, before, outputs, kept)
        ctx.save_for_backward(inputs, input_weight, hidden_weight)
        ctx.held, ctx.space, ctx.once = (gates, before, kept), space, workspace is not None
        return outputs

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        inputs, input_weight, hidden_weight = ctx.saved_tensors
        gates, before, kept = ctx.held
        steps, lanes, size = gates.shape[0], gates.shape[1], before.shape[2]
        slopes = gates if ctx.once else gates.clone()  # a workspace serves one backward pass, so it may be overwritten
        carried, sums = torch.zeros_like(before[0]), gates.new_zeros(4 * size)
        inputs_slope = ctx.space.take("inputs_slope", (steps * lanes, inputs.shape[2]), gates)
        weight_slopes = torch.zeros_like(input_weight), torch.zeros_like(hidden_weight)
        given = (inputs.contiguous(), input_weight, hidden_weight, slopes, before, gradients[0].contiguous(), carried)
        if routine := _routine(inputs):
            backward_sequence(routine, *_arrays(*given, kept, sums, inputs_slope, *weight_slopes))
        else:
            _backward_by_tensors(*given, kept, sums, inputs_slope, *weight_slopes)
        biases = sums[: 3 * size], sums[3 * size :]
        return inputs_slope.view_as(inputs), carried, None, *weight_slopes, *biases, None


def _forward_by_tensors(
    inputs: Tensor, weights: tuple[Tensor, ...], gates: Tensor, before: Tensor, outputs: Tensor, kept: Tensor
) -> None:
    """`recurrence.forward_sequence` on any device and in any precision."""
    input_weight, hidden_weight, bias, hidden_bias = weights
    size = before.shape[2]
    gates[:, :, : 3 * size] = inputs @ input_weight.t() + bias
    gates[:, :, 3 * size :] = hidden_bias
    for t in range(len(inputs)):
        gates[t, :, size:] += before[t] @ hidden_weight.t()
        new, both, hidden = gates[t].split([size, 2 * size, size], dim=1)
        both.sigmoid_()
        new.addcmul_(both[:, :size], hidden).tanh_()
        torch.lerp(new, before[t], both[:, size:], out=outputs[t])
        torch.mul(outputs[t], kept[t + 1].unsqueeze(1), out=before[t + 1])


def _backward_by_tensors(
    inputs: Tensor, input_weight: Tensor, hidden_weight: Tensor, gates: Tensor, before: Tensor, upstream: Tensor,
    carried: Tensor, kept: Tensor, sums: Tensor, inputs_slope: Tensor, input_weight_slope: Tensor,
    hidden_weight_slope: Tensor,
) -> None:  # fmt: skip
    """`recurrence.backward_sequence` on any device and in any precision."""
    steps, _, size = upstream.shape
    for t in range(steps - 1, -1, -1):
        new, reset, update, hidden = gates[t].split(size, dim=1)
        carried.mul_(kept[t + 1].unsqueeze(1)).add_(upstream[t])
        d_update = carried * (before[t] - new) * update * (1 - update)
        d_new = carried * (1 - update) * (1 - new * new)
        carried.mul_(update)
        d_reset = d_new * hidden * reset * (1 - reset)
        gates[t] = torch.cat([d_new, d_reset, d_update, d_new * reset], dim=1)
        carried.addmm_(gates[t, :, size:], hidden_weight)
    carried.mul_(kept[0].unsqueeze(1))
    rows = gates.flatten(0, 1)
    sums.copy_(rows.sum(dim=0))
    torch.mm(rows[:, : 3 * size], input_weight, out=inputs_slope)
    torch.mm(rows[:, : 3 * size].t(), inputs.flatten(0, 1), out=input_weight_slope)
    torch.mm(rows[:, size:].t(), before[:steps].flatten(0, 1), out=hidden_weight_slope)


def _routine(tensor: Tensor) -> int:
    """The address of the compiled loops' matrix product, 0 where tensor operations must do."""
    return blas.address() if tensor.device.type == "cpu" and tensor.dtype == torch.float32 else 0


def _arrays(*tensors: Tensor) -> list[Any]:
    """The same memory as NumPy arrays."""
    return [tensor.detach().numpy() for tensor in tensors]
