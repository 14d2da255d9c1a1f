"""An associative memory: what was seen is stored under keys, and a step asks for the mean of what lies under some."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn

from agents.kernels import vectors as tables
from agents.kernels.associative_loops import EVEN, KEY, LAST, ROUND, TABLE, WIDE, backward_sequence, forward_sequence
from agents.networks.memories.blocks import BRANCH_GAIN, FeedForward, bare, set_orthogonal
from agents.networks.memories.interface import Workspace

LAYERS = 2
"""What the second layer stores and asks for may depend on what the first one found."""


class Associative(nn.Module):
    """Two pre-norm layers of linear attention (Katharopoulos et al. 2020, "Transformers are RNNs").

    Each head keeps a table M ← M + φ(k) ⊗ [v, 1] and answers a query with φ(q)·M: weighted sums of all stored values
    and the sum of their weights w. It gives sums / (1 + w), a mean that leans towards 0 while little is known, as
    posterior means do, and w / (1 + w). A state row holds the tables of both layers, see `associative_loops`.
    """

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.output_size = hidden
        self.entry = bare(inputs, hidden)
        self.layers = nn.ModuleList(_Layer(hidden) for _ in range(LAYERS))
        self.norm = nn.LayerNorm(hidden)
        self.state_size = sum(layer.table_size for layer in self._layers())
        self.multiplications = inputs * hidden + sum(layer.multiplications for layer in self._layers())

    def _layers(self) -> list[_Layer]:
        return cast("list[_Layer]", list(self.layers))

    def initialise(self, generator: torch.Generator) -> None:
        """Orthogonal weights, small ones at the end of each branch."""
        set_orthogonal(self.entry, 1.0, generator)
        for layer in self._layers():
            layer.initialise(generator)

    def initial(self, lanes: int) -> Tensor:
        return self.entry.weight.new_zeros((lanes, self.state_size))

    def step(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        outputs, state = self.unroll(inputs.unsqueeze(0), state, inputs.new_zeros((1, len(inputs))))
        return outputs.squeeze(0), state

    @torch.no_grad()
    def advance(self, inputs: Tensor, state: Tensor) -> Tensor:
        if not _loops(inputs):
            outputs, following = self.step(inputs, state)
            state.copy_(following)
            return outputs
        stream, begin = self.entry(inputs).unsqueeze(0), 0
        kept = inputs.new_ones((1, len(inputs)))
        for layer in self._layers():
            found = layer.room(stream)
            asked, held, keep, room = _arrays(layer.ask(stream), state, kept, found)
            forward_sequence(asked, held, begin, keep, room)
            stream = layer.leave(stream, found)
            begin += layer.table_size
        return cast(Tensor, self.norm(stream)).squeeze(0)

    def unroll(
        self, inputs: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, Tensor]:
        kept, last = (resets == 0).to(state.dtype), []
        stream = self.entry(inputs)
        look_up = _LookUp.apply if _loops(inputs) else look_up_by_tensors
        for layer, held in zip(self._layers(), state.chunk(LAYERS, dim=1), strict=True):
            found, held = cast(tuple[Tensor, Tensor], look_up(layer.ask(stream), held, kept))
            stream = layer.leave(stream, found)
            last.append(held)
        return self.norm(stream), torch.cat(last, dim=1)


def _loops(inputs: Tensor) -> bool:
    """Whether the compiled loops can be used."""
    return inputs.device.type == "cpu" and inputs.dtype == torch.float32 and tables.available()


class _Layer(nn.Module):
    """Linear attention and a feed-forward branch on a stream of H numbers."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.heads = -(-size // WIDE)
        self.table_size = self.heads * TABLE
        self.norm = nn.LayerNorm(size)
        self.question = bare(size, self.heads * (2 * KEY + LAST))
        self.out = bare(self.heads * WIDE, size)
        self.forward_branch = FeedForward(size)
        dense = size * self.heads * (2 * KEY + LAST + WIDE) + self.forward_branch.multiplications
        self.multiplications = dense + 2 * self.table_size

    def initialise(self, generator: torch.Generator) -> None:
        set_orthogonal(self.question, 1.0, generator)
        set_orthogonal(self.out, BRANCH_GAIN, generator)
        self.forward_branch.initialise(generator)

    def ask(self, stream: Tensor) -> Tensor:
        """Queries, keys and values of all heads, (T, lanes, N (2 KEY + LAST))."""
        return cast(Tensor, self.question(self.norm(stream)))

    def room(self, stream: Tensor) -> Tensor:
        """An empty tensor for what queries find, (T, lanes, N WIDE)."""
        return stream.new_empty((*stream.shape[:2], self.heads * WIDE))

    def leave(self, stream: Tensor, found: Tensor) -> Tensor:
        """The stream after this layer, given what was found."""
        return cast(Tensor, self.forward_branch(stream + self.out(found)))


class _LookUp(torch.autograd.Function):
    """What all steps find, (T, B, N WIDE), and the tables after the last, (B, N TABLE), in compiled loops."""

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> tuple[Tensor, Tensor]:
        asked, first, kept = arguments
        found = asked.new_empty((*asked.shape[:2], first.shape[1] // KEY))
        last = first.clone(memory_format=torch.contiguous_format)
        shown, held, keep, room = _arrays(asked.contiguous(), last, kept, found)
        forward_sequence(shown, held, 0, keep, room)
        ctx.save_for_backward(asked, first, kept, found)
        return found, last

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        asked, first, kept, found = ctx.saved_tensors
        asked, first = asked.contiguous(), first.contiguous()
        slopes = torch.empty_like(asked)
        upstream, table_slopes = (given.clone(memory_format=torch.contiguous_format) for given in gradients)
        backward_sequence(*_arrays(asked, first, kept, found, upstream, slopes, table_slopes))
        return slopes, table_slopes, None


def look_up_by_tensors(asked: Tensor, held: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
    """`_LookUp` in any precision on any device, step after step."""
    heads = held.shape[1] // TABLE
    queries, keys, values = asked.split([heads * KEY, heads * KEY, heads * LAST], dim=2)
    queries, keys = (0.5 * (part + (part * part + float(ROUND)).sqrt()) for part in (queries, keys))
    queries, keys = (part.unflatten(2, (heads, KEY)) for part in (queries * float(EVEN), keys))
    values = torch.cat([values.unflatten(2, (heads, LAST)), torch.ones_like(keys[..., :1])], dim=3)
    rows, found = held.unflatten(1, (heads, KEY, WIDE)), []
    for t in range(len(asked)):
        rows = rows * kept[t].view(-1, 1, 1, 1) + keys[t].unsqueeze(3) * values[t].unsqueeze(2)
        sums = (queries[t].unsqueeze(2) @ rows).squeeze(2)
        found.append((sums / (1.0 + sums[..., LAST:])).flatten(1))
    return torch.stack(found), rows.flatten(1)


def _arrays(*tensors: Tensor) -> list[Any]:
    """The same memory as NumPy arrays."""
    return [tensor.detach().numpy() for tensor in tensors]
