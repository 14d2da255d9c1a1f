"""A belief: what an agent makes of the hidden task, read from its own memory and shown to it at the next decision.

A policy's gradient says little about a fact that pays an episode later. So a head on the memory must tell the known
facts of training tasks (what the world's `reveal` tells) at every decision, and its loss teaches the memory what to
hold: auxiliary supervision as in Jaderberg et al. 2016, with the task's own description as in Humplik et al. 2019. What
the head guesses is part of what the policy sees one decision later, in the place where an oracle sees the truth. Labels
teach; what a policy sees of a task that is not told to it are its own guesses alone.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from agents.networks.memories.blocks import bare, set_orthogonal
from agents.networks.shape import BeliefShape as BeliefShape

FIRST_GAIN = 0.1
"""Of the head's weights: a new network guesses about evenly."""


def columns(parts: tuple[tuple[int, int], ...]) -> list[int]:
    """All entries of some parts, each from … to below …."""
    return [column for start, stop in parts for column in range(start, stop)]


class BeliefLoss(NamedTuple):
    """Parts of the loss, in nats: weighted sums over steps."""

    facts: Tensor
    """Cross-entropy of one-hot facts and of shares, and half the squared error of the numbers."""
    right: Tensor
    """Probability of what is true, the mean of one-hot facts and shares; without gradient."""


class Belief(nn.Module):
    """One layer from what the heads read, (…, H), to all that a world tells, (…, R); see `BeliefShape`."""

    def __init__(self, features: int, shape: BeliefShape) -> None:
        super().__init__()
        self.shape = shape
        self.head = bare(features, shape.told)
        named = set(columns(shape.one_hot))
        self._shares = columns(shape.shares)
        self._numbers = sorted(set(range(shape.told)) - named - set(self._shares) - set(columns(shape.unasked)))

    def initialise(self, generator: torch.Generator) -> None:
        """Small orthogonal weights."""
        set_orthogonal(self.head, FIRST_GAIN, generator)

    def guesses(self, features: Tensor) -> Tensor:
        """What features (…, H) say of the facts, laid out as `reveal` tells them, (…, R): probabilities and values; 0
        where nothing is asked.
        """
        found = cast(Tensor, self.head(features))
        for start, stop in self.shape.one_hot:
            found[..., start:stop] = found[..., start:stop].softmax(dim=-1)
        for start, stop in self.shape.shares:
            found[..., start:stop] = found[..., start:stop].sigmoid()
        for start, stop in self.shape.unasked:
            found[..., start:stop] = 0.0
        return found

    def loss(self, features: Tensor, told: Tensor, weights: Tensor) -> BeliefLoss:
        """What the features (T, B, H) get wrong of the truth (T, B, R); each step has a weight (T, B).

        What it is not asked for costs nothing. A one-hot fact whose entries are all 0 is unknown and costs nothing.
        """
        found = cast(Tensor, self.head(features))
        wrong, right, known = torch.zeros_like(weights), torch.zeros_like(weights), torch.zeros_like(weights)
        for start, stop in self.shape.one_hot:
            logs, truth = found[..., start:stop].log_softmax(dim=-1), told[..., start:stop]
            wrong = wrong - (truth * logs).sum(dim=-1)
            right = right + (truth * logs.detach().exp()).sum(dim=-1)
            known = known + truth.sum(dim=-1)
        if self._shares:
            logits, truth = found[..., self._shares], told[..., self._shares]
            wrong = wrong + nn.functional.binary_cross_entropy_with_logits(logits, truth, reduction="none").sum(dim=-1)
            chances = logits.detach().sigmoid()
            right = right + (truth * chances + (1.0 - truth) * (1.0 - chances)).sum(dim=-1)
            known = known + len(self._shares)
        wrong = wrong + 0.5 * (found - told)[..., self._numbers].square().sum(dim=-1)
        return BeliefLoss((weights * wrong).sum(), (weights * right / known.clamp_min(1.0)).sum())
