"""Choices that are described, each by a block of numbers: one small network judges all of them alike.

What the blocks have in common, their mean and their largest, is part of what the memory is shown (permutation-
invariant: Zaheer et al. 2017, "Deep Sets"). A choice's score comes of its own block and of what the memory tells, by
weights that are the same for all choices (permutation-equivariant). So nothing hangs on the order of the choices, or on
their number up to the room that there is. For traffic lights FRAP (Zheng et al. 2019) and AttendLight (Oroojlooy et al.
2020) are built to the same end.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from agents.networks.memories.blocks import bare, set_orthogonal
from agents.networks.shape import Shape


class Looks(NamedTuple):
    """What is made of an observation."""

    situation: Tensor
    """(…, I) all but the blocks, and what these have in common: for the encoder."""
    choices: Tensor
    """(…, C', U) each choice, up to the last one that is anywhere."""


class DescribedChoices(nn.Module):
    """The part of a network that looks at described choices; see `Shape.described`."""

    def __init__(self, shape: Shape, features: int) -> None:
        """``features``: numbers that the memory tells, H."""
        super().__init__()
        self._at, self._acted, self._count = slice(*shape.described), shape.acted, shape.blocks
        self._size = (shape.described[1] - shape.described[0]) // shape.blocks
        extra = 1 if shape.acted else 0  # whether it was the last choice
        self.look = bare(self._size + extra, shape.judges)
        self.judge, self.judge_situation = bare(shape.judges, shape.judges), bare(features, shape.judges)

    def initialise(self, generator: torch.Generator) -> None:
        """Orthogonal weights, no biases."""
        for layer, gain in ((self.look, 2.0**0.5), (self.judge, 2.0**0.5), (self.judge_situation, 1.0)):
            set_orthogonal(layer, gain, generator)

    def forward(self, seen: Tensor, sequence: bool = False) -> Looks:
        """Look at what is seen, (…, O); in long sequences only at as many choices as there are anywhere in it."""
        blocks = seen[..., self._at].unflatten(-1, (self._count, self._size))
        rest = [seen[..., : self._at.start], seen[..., self._at.stop :]]
        used = _last_used(blocks) if sequence and not torch.compiler.is_compiling() else self._count
        blocks = blocks[..., :used, :]
        if self._acted:
            end = self._acted + self._count
            blocks = torch.cat([blocks, seen[..., self._acted : self._acted + used].unsqueeze(-1)], dim=-1)
            rest = self._without_action(seen, end)
        there = blocks[..., :1]
        choices = self.look(blocks).relu() * there  # 0 for those that are not there, and never less
        mean = choices.sum(dim=-2) / there.sum(dim=-2).clamp_min(1.0)
        return Looks(torch.cat([*rest, mean, choices.amax(dim=-2)], dim=-1), choices)

    def _without_action(self, seen: Tensor, end: int) -> list[Tensor]:
        """The parts of what is seen that are neither blocks nor the previous action."""
        holes = sorted(((self._at.start, self._at.stop), (self._acted, end)))
        edges = [0, *(edge for hole in holes for edge in hole), seen.shape[-1]]
        return [seen[..., edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]

    def scores(self, choices: Tensor, features: Tensor, head: nn.Module) -> Tensor:
        """Scores (…, C) of choices (…, C', U) by the features (…, H) of a memory; ``head`` is the last layer. Those
        that are left out are not there, hence not allowed, and get 0.
        """
        judged = (self.judge(choices) + self.judge_situation(features).unsqueeze(-2)).relu()
        return nn.functional.pad(head(judged).squeeze(-1), (0, self._count - choices.shape[-2]))


def _last_used(blocks: Tensor) -> int:
    """How many blocks (…, C, B) there are up to the last one that is there anywhere; at least 1."""
    there = blocks[..., 0].flatten(0, -2).amax(dim=0).nonzero()
    return int(there.max()) + 1 if len(there) else 1
