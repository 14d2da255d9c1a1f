"""A belief: what an agent infers about the hidden task, beside the memory that its policy uses.

A variational task inference in the manner of VariBAD (Zintgraf et al. 2020): a recurrent encoder turns the history of a
trial into a posterior over a latent m, a normal distribution with independent entries, and the policy is shown its mean
and log-variance. As in Humplik et al. 2019, what the decoder must tell from m are the known facts of training tasks
(what the world's `reveal` tells) and not future observations, so the posterior can be read in the task's own words.

The labels serve the belief's own loss and nothing else: no label reaches the policy, and no gradient of the policy
reaches the belief.
"""

from __future__ import annotations

import math
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from agents.networks.memories import Workspace
from agents.networks.memories.blocks import bare, set_orthogonal
from agents.networks.memories.gru import GRU
from agents.networks.shape import BeliefShape as BeliefShape

LOWEST, HIGHEST = -8.0, 4.0  # log-variances: of a fact that is known, and beyond the prior's 0
FIRST = -3.0  # log-variance before anything was learned: with the prior's 0 the decoder would hear little but noise


class Belief(nn.Module):
    """Encoder → GRU → posterior, and a decoder from m to the facts; see `BeliefShape` for the sizes.

    A posterior is a tensor (…, 2Z): means, then log-variances. Before a trial's first observation it is the prior, a
    standard normal distribution.
    """

    def __init__(self, observation: int, shape: BeliefShape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = bare(observation, shape.hidden)
        self.memory = GRU(shape.hidden, shape.hidden)
        self.posterior_head = bare(shape.hidden, 2 * shape.latent)
        self.decoder = bare(shape.latent, shape.hidden)
        self.facts_head = bare(shape.hidden, shape.told)

    @property
    def state_size(self) -> int:
        """Numbers carried between decisions by each lane."""
        return self.memory.state_size

    def initialise(self, generator: torch.Generator) -> None:
        """Orthogonal weights, small ones where the guesses come from."""
        layers = (self.encoder, self.posterior_head, self.decoder, self.facts_head)
        for layer, gain in zip(layers, (math.sqrt(2.0), 1.0, math.sqrt(2.0), 0.1), strict=True):
            set_orthogonal(layer, gain, generator)
        nn.init.constant_(self.posterior_head.bias[self.shape.latent :], FIRST)
        self.memory.initialise(generator)

    def _posterior(self, features: Tensor) -> Tensor:
        mean, log_variance = self.posterior_head(features).chunk(2, dim=-1)
        return torch.cat([mean, log_variance.clamp(LOWEST, HIGHEST)], dim=-1)

    def step(self, observations: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """One decision: observations (lanes, O), memory (lanes, H) → posterior (lanes, 2Z) and memory after it."""
        features, state = self.memory.step(self.encoder(observations).relu_(), state)
        return self._posterior(features), state

    def unroll(
        self, observations: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, Tensor]:
        """T decisions: the posteriors after each (T, lanes, 2Z), and those before each."""
        features, _ = self.memory.unroll(self.encoder(observations).relu_(), state, resets, workspace)
        posteriors = self._posterior(features)
        before = torch.cat([self._posterior(state).unsqueeze(0), posteriors[:-1]])
        return posteriors, before.masked_fill(resets.bool().unsqueeze(-1), 0.0)  # mean 0, log-variance 0: the prior

    def decode(self, latents: Tensor) -> Tensor:
        """What m (…, Z) says of the facts, (…, R): logits of one-hot facts, values of the others."""
        return cast(Tensor, self.facts_head(self.decoder(latents).relu()))

    def guesses(self, posteriors: Tensor) -> Tensor:
        """What posteriors (…, 2Z) say of the facts, laid out as `reveal` tells them, (…, R): probabilities and values.

        They are read at the mean of m.
        """
        found = self.decode(posteriors[..., : self.shape.latent])
        for start, stop in self.shape.one_hot:
            found[..., start:stop] = found[..., start:stop].softmax(dim=-1)
        return found


class BeliefLoss(NamedTuple):
    """Parts of the loss, in nats: weighted means over steps."""

    facts: Tensor
    """Cross-entropy of one-hot facts plus half the squared error of the others."""
    surprise: Tensor
    """KL divergence of each posterior from the one before it."""
    told_right: Tensor
    """Mean probability of what is true, over one-hot facts; the prior of n entries gives about 1/n."""


def belief_loss(
    belief: Belief, posteriors: Tensor, before: Tensor, noise: Tensor, told: Tensor, shares: Tensor
) -> BeliefLoss:
    """The negative evidence bound, part by part (Kingma and Welling 2014; the KL between posteriors: VariBAD, eq. 4).

    Posteriors (T, B, 2Z) as `Belief.unroll` gives them, standard normal noise (T, B, Z), the truth `told` (T, B, R) and
    the weight of each step `shares` (T, B). A one-hot fact whose entries are all 0 is unknown and costs nothing.
    """
    mean, log_variance = posteriors.chunk(2, dim=-1)
    mean_before, log_variance_before = before.chunk(2, dim=-1)
    found = belief.decode(mean + (0.5 * log_variance).exp() * noise)
    facts, right, known = found.new_zeros(shares.shape), found.new_zeros(()), found.new_zeros(())
    number = torch.ones(belief.shape.told, dtype=torch.bool, device=found.device)
    for start, stop in belief.shape.one_hot:
        logs, truth = found[..., start:stop].log_softmax(dim=-1), told[..., start:stop]
        facts = facts - (truth * logs).sum(dim=-1)
        right = right + (shares * (truth * logs.detach().exp()).sum(dim=-1)).sum()
        known = known + (shares * truth.sum(dim=-1)).sum()
        number[start:stop] = False
    facts = facts + 0.5 * (found - told)[..., number].square().sum(dim=-1)
    ratio = (log_variance - log_variance_before).exp()
    apart = (mean - mean_before).square() / log_variance_before.exp()
    surprise = 0.5 * (ratio + apart - 1.0 - log_variance + log_variance_before).sum(dim=-1)
    return BeliefLoss((shares * facts).sum(), (shares * surprise).sum(), right / known.clamp_min(1e-9))
