"""The long short-term memory, quick on CPUs like the GRU."""

from __future__ import annotations

import itertools
from typing import Any, cast

import torch
from torch import Tensor, nn

from agents.kernels import blas
from agents.kernels.lstm_loops import backward_sequence, forward_sequence
from agents.networks.memories.interface import Workspace


class LSTM(nn.Module):
    """A long short-term memory with a forget gate (Hochreiter & Schmidhuber 1997; Gers et al. 2000).

    A state row is the output, then the cell: S = 2H. The rows of the weights are (input, forget, candidate, output),
    as in `torch.nn.LSTM`; there is one bias, since a second would only double it.
    """

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.hidden = self.output_size = hidden
        self.state_size = 2 * hidden
        self.multiplications = 4 * hidden * (inputs + hidden)
        self.input_weight = nn.Parameter(torch.empty(4 * hidden, inputs))
        self.hidden_weight = nn.Parameter(torch.empty(4 * hidden, hidden))
        self.bias = nn.Parameter(torch.zeros(4 * hidden))

    def initialise(self, generator: torch.Generator) -> None:
        """Orthogonal weights gate by gate; zero biases, but 1 for the forget gate (Jozefowicz et al. 2015)."""
        for weight in (self.input_weight, self.hidden_weight):
            for gate in weight.data.split(self.hidden):
                nn.init.orthogonal_(gate, generator=generator)
        with torch.no_grad():
            self.bias.zero_()
            self.bias[self.hidden : 2 * self.hidden] = 1.0

    def initial(self, lanes: int) -> Tensor:
        return self.input_weight.new_zeros((lanes, self.state_size))

    def step(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        before, cell = state.split(self.hidden, dim=1)
        sums = torch.addmm(torch.addmm(self.bias, inputs, self.input_weight.t()), before, self.hidden_weight.t())
        take, keep, candidate, give = sums.chunk(4, dim=1)
        cell = keep.sigmoid() * cell + take.sigmoid() * candidate.tanh()
        outputs = give.sigmoid() * cell.tanh()
        return outputs, torch.cat([outputs, cell], dim=1)

    @torch.no_grad()
    def advance(self, inputs: Tensor, state: Tensor) -> Tensor:
        outputs, following = self.step(inputs, state)
        state.copy_(following)
        return outputs

    def unroll(
        self, inputs: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, Tensor]:
        if inputs.device.type == "cpu" and inputs.dtype == torch.float32 and blas.address():
            weights = self.input_weight, self.hidden_weight, self.bias
            outputs, cell = cast(tuple[Tensor, Tensor], _Unroll.apply(inputs, state, resets, *weights, workspace))
            return outputs, torch.cat([outputs[-1], cell], dim=1)
        if inputs.is_cuda:
            return self._unroll_cudnn(inputs, state, resets)
        found = []
        for t in range(len(inputs)):
            output, state = self.step(inputs[t], state * (resets[t] == 0).to(state.dtype).unsqueeze(1))
            found.append(output)
        return torch.stack(found), state

    def _unroll_cudnn(self, inputs: Tensor, state: Tensor, resets: Tensor) -> tuple[Tensor, Tensor]:
        """cuDNN's own LSTM over each stretch in which no lane is reset."""
        weights = [self.input_weight, self.hidden_weight, self.bias, torch.zeros_like(self.bias)]
        starts = [0, *[t for t in resets.any(dim=1).nonzero().flatten().tolist() if t > 0], len(inputs)]
        found = []
        for start, stop in itertools.pairwise(starts):
            state = state * (resets[start] == 0).to(state.dtype).unsqueeze(1)
            first = [part.contiguous().unsqueeze(0) for part in state.split(self.hidden, dim=1)]
            part, *last = torch.lstm(inputs[start:stop], first, weights, True, 1, 0.0, True, False, False)
            state = torch.cat([half.squeeze(0) for half in last], dim=1)
            found.append(part)
        return torch.cat(found), state


class _Unroll(torch.autograd.Function):
    """The LSTM over T steps in compiled loops, its backward pass written out."""

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> tuple[Tensor, Tensor]:
        inputs, state, resets, input_weight, hidden_weight, bias, workspace = arguments
        space = workspace or Workspace()
        steps, lanes, _ = inputs.shape
        size = hidden_weight.shape[1]
        gates = space.take("gates", (steps, lanes, 4 * size), inputs)
        before = space.take("before", (steps + 1, lanes, 2 * size), inputs)  # each step's start, after its reset
        squashed = space.take("squashed", (steps, lanes, size), inputs)  # tanh of the cells
        outputs = space.take("outputs", (steps, lanes, size), inputs)
        kept = inputs.new_ones((steps + 1, lanes))
        kept[:steps] = resets == 0
        torch.mul(state, kept[0].unsqueeze(1), out=before[0])
        given = inputs.contiguous(), input_weight, hidden_weight, bias, gates, before, squashed, outputs, kept
        forward_sequence(blas.address(), *_arrays(*given))
        ctx.save_for_backward(inputs, input_weight, hidden_weight)
        ctx.held, ctx.space, ctx.once = (gates, before, squashed, kept), space, workspace is not None
        return outputs, before[steps, :, size:].clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        inputs, input_weight, hidden_weight = ctx.saved_tensors
        gates, before, squashed, kept = ctx.held
        steps, lanes, size = squashed.shape
        slopes = gates if ctx.once else gates.clone()  # a workspace serves one backward pass, so it may be overwritten
        carried, sums = torch.zeros_like(before[0]), gates.new_zeros(4 * size)
        carried[:, size:] = gradients[1]
        inputs_slope = ctx.space.take("inputs_slope", (steps * lanes, inputs.shape[2]), gates)
        weight_slopes = torch.zeros_like(input_weight), torch.zeros_like(hidden_weight)
        given = (inputs.contiguous(), input_weight, hidden_weight, slopes, before, squashed, gradients[0].contiguous())
        backward_sequence(blas.address(), *_arrays(*given, carried, kept, sums, inputs_slope, *weight_slopes))
        return inputs_slope.view_as(inputs), carried, None, *weight_slopes, sums, None


def _arrays(*tensors: Tensor) -> list[Any]:
    """The same memory as NumPy arrays."""
    return [tensor.detach().numpy() for tensor in tensors]
