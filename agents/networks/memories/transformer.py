"""A causal transformer whose state is the cache of its keys and values."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from agents.networks.memories.blocks import BRANCH_GAIN, FeedForward, bare, set_orthogonal
from agents.networks.memories.interface import Workspace
from agents.networks.shape import HEADS

LAYERS = 2
UNSEEN = float("-inf")


class Transformer(nn.Module):
    """Two pre-norm layers of causal attention over the last `context` steps of a trial (Vaswani et al. 2017).

    How long ago a step was is told by a penalty that grows with its age (ALiBi, Press et al. 2022), so nothing depends
    on absolute time. A state row is the number of steps remembered since the last reset, then for each layer a ring of
    `context` places with a key and a value (H each) in each place: S = 1 + 2 · 2 · context · H. Step n lies in place
    n mod context.
    """

    def __init__(self, inputs: int, hidden: int, context: int) -> None:
        super().__init__()
        self.output_size, self.context = hidden, context
        self.state_size = 1 + LAYERS * context * 2 * hidden
        self.entry = bare(inputs, hidden)
        self.layers = nn.ModuleList(_Layer(hidden) for _ in range(LAYERS))
        self.norm = nn.LayerNorm(hidden)
        self.multiplications = inputs * hidden + sum(
            layer.multiplications + 2 * context * hidden for layer in self._layers()
        )

    def _layers(self) -> list[_Layer]:
        return cast("list[_Layer]", list(self.layers))

    def initialise(self, generator: torch.Generator) -> None:
        """Orthogonal weights, small ones at the end of each branch."""
        set_orthogonal(self.entry, 1.0, generator)
        for layer in self._layers():
            layer.initialise(generator)

    def initial(self, lanes: int) -> Tensor:
        return self.entry.weight.new_zeros((lanes, self.state_size))

    def _rings(self, state: Tensor) -> list[Tensor]:
        """The ring of each layer, (lanes, context, 2H): views."""
        return [ring.unflatten(1, (self.context, -1)) for ring in state[:, 1:].chunk(LAYERS, dim=1)]

    def step(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        count = state[:, 0].detach().long()
        place = (count % self.context).view(-1, 1, 1)
        bias = self._bias(self._ages(count + 1))
        stream, kept = self.entry(inputs).to(state.dtype), [(count + 1).to(state.dtype).unsqueeze(1)]
        for layer, ring in zip(self._layers(), self._rings(state), strict=True):
            query, fresh = layer.ask(stream)
            ring = ring.scatter(1, place.expand(-1, 1, ring.shape[2]), fresh.unsqueeze(1).to(ring.dtype))
            stream = layer.leave(stream, layer.attend(query.unsqueeze(1), ring, bias).squeeze(1))
            kept.append(ring.flatten(1))
        return self.norm(stream), torch.cat(kept, dim=1)

    @torch.no_grad()
    def advance(self, inputs: Tensor, state: Tensor) -> Tensor:
        """`step` that writes one place of each ring and leaves the rest where it is."""
        count = state[:, 0].long()
        place = (count % self.context).view(-1, 1, 1)
        bias = self._bias(self._ages(count + 1))
        stream = self.entry(inputs).to(state.dtype)
        for layer, ring in zip(self._layers(), self._rings(state), strict=True):
            query, fresh = layer.ask(stream)
            ring.scatter_(1, place.expand(-1, 1, ring.shape[2]), fresh.unsqueeze(1).to(ring.dtype))
            stream = layer.leave(stream, layer.attend(query.unsqueeze(1), ring, bias).squeeze(1))
        state[:, 0] += 1.0
        return cast(Tensor, self.norm(stream))

    def _ages(self, count: Tensor) -> Tensor:
        """Steps since each place was written, (lanes, 1, context), when `count` (lanes,) steps are remembered; −1 for
        places that hold nothing.
        """
        places = torch.arange(self.context, device=count.device)
        ages = (count.unsqueeze(1) - 1 - places) % self.context
        return torch.where(ages < count.unsqueeze(1), ages, -1).unsqueeze(1)

    def _bias(self, ages: Tensor) -> Tensor:
        """What is added to the scores, (lanes, HEADS, queries, keys), by age: −1 or beyond the context is unseen."""
        slopes = 2.0 ** (-8.0 * torch.arange(1, HEADS + 1, device=ages.device) / HEADS)
        unseen = ((ages < 0) | (ages >= self.context)).unsqueeze(1)
        penalty = -slopes.view(-1, 1, 1) * ages.unsqueeze(1)
        return penalty.masked_fill(unseen, UNSEEN).to(self.entry.weight.dtype)

    def unroll(
        self, inputs: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, Tensor]:
        steps, number, blank = len(inputs), _Numbers.of(state[:, 0].detach().long(), resets), _is_blank(state)
        ages = number.ages_of_new()
        if not blank:
            ages = torch.cat([number.ages_of_old(self.context), ages], dim=2)
        bias = self._bias(ages)
        place = number.places(self.context).unsqueeze(2)
        old = (~number.was_reset).view(-1, 1, 1).to(state.dtype)
        stream, kept = self.entry(inputs.transpose(0, 1)).to(state.dtype), [number.last.to(state.dtype).unsqueeze(1)]
        for layer, ring in zip(self._layers(), self._rings(state), strict=True):
            query, fresh = layer.ask(stream)
            stream = layer.leave(stream, layer.attend(query, fresh if blank else torch.cat([ring, fresh], 1), bias))
            fresh = fresh.to(ring.dtype)
            spare = ring.new_zeros((len(ring), 1, ring.shape[2]))  # takes what no longer has a place
            written = torch.cat([ring * old, spare], 1).scatter(1, place.expand(-1, steps, ring.shape[2]), fresh)
            kept.append(written[:, :-1].flatten(1))
        return cast(Tensor, self.norm(stream)).transpose(0, 1), torch.cat(kept, dim=1)


@torch.compiler.disable  # what is done next hangs on numbers, which no graph of operations can know
def _is_blank(state: Tensor) -> bool:
    """Whether no lane remembers anything."""
    return bool((state[:, 0] == 0).all())


class _Numbers:
    """Which number each step of an unroll has since its lane's last reset; all tensors (lanes, …)."""

    def __init__(self, before: Tensor, resets: Tensor) -> None:
        self.before = before
        """Steps remembered at the start."""
        self.part = resets.long().cumsum(dim=1)
        """(lanes, T): resets so far; 0 while what came before the unroll is remembered."""
        self.was_reset = self.part[:, -1] > 0
        time = torch.arange(resets.shape[1], device=resets.device)
        since = torch.where(resets, time, -1).cummax(dim=1).values
        self.number = torch.where(self.part > 0, time - since, before.unsqueeze(1) + time)
        """(lanes, T)."""
        self.last = self.number[:, -1] + 1
        """Steps remembered at the end."""

    @staticmethod
    def of(before: Tensor, resets: Tensor) -> _Numbers:
        """From the steps remembered at the start (lanes,) and resets (T, lanes)."""
        return _Numbers(before, resets.bool().t())

    def ages_of_new(self) -> Tensor:
        """(lanes, T, T): for each step, how long ago each step of the unroll was; −1 where it is not remembered."""
        time = torch.arange(self.part.shape[1], device=self.part.device)
        ages = time.unsqueeze(1) - time
        same = self.part.unsqueeze(2) == self.part.unsqueeze(1)
        return torch.where(same & (ages >= 0), ages, -1)

    def ages_of_old(self, context: int) -> Tensor:
        """(lanes, T, context): for each step, how long ago each place of the ring was written before the unroll."""
        places = torch.arange(context, device=self.part.device)
        at_start = (self.before.unsqueeze(1) - 1 - places) % context
        time = torch.arange(1, self.part.shape[1] + 1, device=self.part.device)
        ages = at_start.unsqueeze(1) + time.view(1, -1, 1)
        there = (at_start < self.before.unsqueeze(1)).unsqueeze(1) & (self.part == 0).unsqueeze(2)
        return torch.where(there, ages, -1)

    def places(self, context: int) -> Tensor:
        """(lanes, T): where each step lies in the ring at the end; `context` for those that do not."""
        remembered = (self.part == self.part[:, -1:]) & (self.number >= self.last.unsqueeze(1) - context)
        return torch.where(remembered, self.number % context, context)


class _Layer(nn.Module):
    """Attention and a feed-forward branch on a stream of H numbers."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.question = bare(size, 3 * size)
        self.out = bare(size, size)
        self.forward_branch = FeedForward(size)
        self.multiplications = 4 * size * size + self.forward_branch.multiplications

    def initialise(self, generator: torch.Generator) -> None:
        set_orthogonal(self.question, 1.0, generator)
        set_orthogonal(self.out, BRANCH_GAIN, generator)
        self.forward_branch.initialise(generator)

    def ask(self, stream: Tensor) -> tuple[Tensor, Tensor]:
        """Query (…, H), and key and value together (…, 2H)."""
        found = self.question(self.norm(stream))
        size = stream.shape[-1]
        return found[..., :size], found[..., size:]

    def attend(self, query: Tensor, remembered: Tensor, bias: Tensor) -> Tensor:
        """What queries (lanes, T, H) find among keys and values (lanes, places, 2H): (lanes, T, H)."""
        keys, values = remembered.chunk(2, dim=2)
        query, keys, values = (part.unflatten(2, (HEADS, -1)).transpose(1, 2) for part in (query, keys, values))
        found = nn.functional.scaled_dot_product_attention(query, keys, values, attn_mask=bias)
        return found.transpose(1, 2).flatten(2)

    def leave(self, stream: Tensor, found: Tensor) -> Tensor:
        """The stream after this layer, given what attention found."""
        return cast(Tensor, self.forward_branch(stream + self.out(found)))
