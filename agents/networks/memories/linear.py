"""A linear recurrence: gates see the input alone, so that all steps of a sequence are computed at once."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn

from agents.networks.memories.blocks import BRANCH_GAIN, FeedForward, bare, set_orthogonal
from agents.networks.memories.interface import Workspace

LAYERS = 2
"""One layer adds up what it was shown; only a second one can act on what the first has found."""
SLOWEST, FASTEST = 0.002, 0.5
"""Shares of the state that units replace at a step before they have learned: half-lives of 1 to 350 steps."""


class Linear(nn.Module):
    """Two residual layers around minimal gated recurrences (Feng et al. 2024, "Were RNNs All We Needed?").

    A layer keeps h ← (1 − z) h + z c, where the share z = σ(Z x) and the candidate c = C x do not depend on h. Its
    steps are therefore affine maps, and a sequence of them is one parallel scan over time (Blelloch 1990; Martin and
    Cundy 2018). A state row is the h of the layers, S = 2H.
    """

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.output_size = hidden
        self.state_size = LAYERS * hidden
        self.entry = bare(inputs, hidden)
        self.layers = nn.ModuleList(_Layer(hidden) for _ in range(LAYERS))
        self.norm = nn.LayerNorm(hidden)
        self.multiplications = inputs * hidden + sum(layer.multiplications for layer in self._layers())

    def _layers(self) -> list[_Layer]:
        return cast("list[_Layer]", list(self.layers))

    def initialise(self, generator: torch.Generator) -> None:
        """Orthogonal weights; units forget at rates from quick to slow."""
        set_orthogonal(self.entry, 1.0, generator)
        for layer in self._layers():
            layer.initialise(generator)

    def initial(self, lanes: int) -> Tensor:
        return self.entry.weight.new_zeros((lanes, self.state_size))

    def step(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        stream, kept = self.entry(inputs).to(state.dtype), []
        for layer, held in zip(self._layers(), state.chunk(LAYERS, dim=1), strict=True):
            share, candidate = layer.gates(stream)
            held = torch.lerp(held, candidate, share)
            stream = layer.leave(stream, held)
            kept.append(held)
        return self.norm(stream), torch.cat(kept, dim=1)

    @torch.no_grad()
    def advance(self, inputs: Tensor, state: Tensor) -> Tensor:
        outputs, following = self.step(inputs, state)
        state.copy_(following)
        return outputs

    def unroll(
        self, inputs: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, Tensor]:
        kept = (resets == 0).to(inputs.dtype).unsqueeze(2)
        stream, last = self.entry(inputs).to(state.dtype), []
        for layer, held in zip(self._layers(), state.chunk(LAYERS, dim=1), strict=True):
            share, candidate = layer.gates(stream)
            all_held = cast(Tensor, _Scan.apply((1.0 - share) * kept, share * candidate, held))
            stream = layer.leave(stream, all_held)
            last.append(all_held[-1])
        return self.norm(stream), torch.cat(last, dim=1)


class _Layer(nn.Module):
    """A recurrence and a feed-forward branch on a stream of H numbers."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.norm = nn.LayerNorm(size)
        self.gate = bare(size, 2 * size)
        self.out = bare(size, size)
        self.forward_branch = FeedForward(size)
        self.multiplications = 3 * size * size + self.forward_branch.multiplications

    def initialise(self, generator: torch.Generator) -> None:
        set_orthogonal(self.gate, 1.0, generator)
        set_orthogonal(self.out, BRANCH_GAIN, generator)
        shares = torch.logspace(0.0, 1.0, self.size, base=SLOWEST / FASTEST) * FASTEST
        with torch.no_grad():
            self.gate.bias[: self.size] = torch.logit(shares)
        self.forward_branch.initialise(generator)

    def gates(self, stream: Tensor) -> tuple[Tensor, Tensor]:
        """Share (…, H) of the state that is replaced, and by what."""
        share, candidate = self.gate(self.norm(stream)).to(stream.dtype).chunk(2, dim=-1)
        return share.sigmoid(), candidate

    def leave(self, stream: Tensor, held: Tensor) -> Tensor:
        """The stream after this layer, given what it holds."""
        return cast(Tensor, self.forward_branch(stream + self.out(held)))


class _Scan(torch.autograd.Function):
    """All states of h[t] = keep[t] · h[t − 1] + add[t] from h before the first step; its gradient is a scan backwards.

    With the adjoint e[t] = g[t] + keep[t + 1] · e[t + 1] the gradients are e[t] for add[t], e[t] · h[t − 1] for keep[t]
    and keep[0] · e[0] for the first state.
    """

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> Tensor:
        keep, add, first = arguments
        found = add.clone()
        found[0] += keep[0] * first
        found = scan(keep, found)
        ctx.save_for_backward(keep, found, first)
        return found

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        keep, found, first = ctx.saved_tensors
        later = torch.cat([keep[1:], torch.zeros_like(keep[:1])])
        adjoint = scan(later.flip(0), gradients[0].flip(0)).flip(0)
        before = torch.cat([first.unsqueeze(0), found[:-1]])
        return adjoint * before, adjoint, keep[0] * adjoint[0]


def scan(keep: Tensor, add: Tensor) -> Tensor:
    """h[t] = keep[t] · h[t − 1] + add[t] for all t, with h[−1] = 0: (T, …) → (T, …).

    Pairs, then fours, eights, … of steps are joined into one affine map each (Hillis and Steele 1986): as many passes
    as T has binary digits, whatever T is.
    """
    span = 1
    while span < len(add):
        add = torch.cat([add[:span], torch.addcmul(add[span:], keep[span:], add[:-span])])
        if 2 * span < len(add):
            keep = torch.cat([keep[:span], keep[span:] * keep[:-span]])
        span *= 2
    return add
