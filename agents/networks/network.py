"""The network of an agent: encoder → memory → action logits and value."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple, cast

import numpy as np
import torch
from torch import Tensor, nn

from agents.kernels.pointwise import draw_rows
from agents.kernels.torch_compile import compiled
from agents.networks import memories
from agents.networks.belief import Belief
from agents.networks.choices import DescribedChoices
from agents.networks.memories import Memory, Workspace
from agents.networks.memories.blocks import bare, set_orthogonal
from agents.networks.shape import Shape as Shape

FORBIDDEN = -1e9  # the logit of an illegal choice: its probability is exactly 0 in float32


class NetworkOutput(NamedTuple):
    """What a network makes of observations; leading dimensions (…) as in the input."""

    outputs: Tensor
    """(…, A + 1): logits, then the value."""
    state: Tensor
    """(lanes, S) memory after the last observation."""

    features: Tensor
    """(…, H) what the heads read of the memory."""

    @property
    def logits(self) -> Tensor:
        """(…, A) unnormalised log-probabilities, factor after factor; illegal choices are not masked yet."""
        return self.outputs[..., :-1]

    @property
    def value(self) -> Tensor:
        """(…,) expected discounted return, in the value normaliser's units."""
        return self.outputs[..., -1]


class Network(nn.Module):
    """Encoder, memory and two heads on it; see `Shape` for the sizes.

    With a belief there is a third head, whose guesses about the hidden task the encoder sees at the next decision
    behind the observation. So a state (lanes, S) holds the memory first and the last guesses behind it.

    Where the observation describes the choices, the policy's head judges each of them alike; see `choices`.
    """

    def __init__(self, shape: Shape, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = bare(shape.situation, shape.encoder)
        self.memory = cast(nn.Module, self._build_memory())
        heard = self.remembers.output_size - self._scores
        judged = (shape.judges, 1) if shape.blocks else (heard, sum(shape.actions))
        self.policy_head = bare(*judged) if not self._scores else None  # scored by the memory
        self.value_head = bare(heard, 1)
        self.value_mean: Tensor
        self.value_std: Tensor
        self.register_buffer("value_mean", torch.zeros(()))  # value in reward units = output · value_std + value_mean
        self.register_buffer("value_std", torch.ones(()))
        self.belief = Belief(heard, shape.belief) if shape.belief else None
        self.choices = DescribedChoices(shape, heard) if shape.blocks else None
        self._compiled: Callable[..., tuple[Tensor, ...]] | None = None
        if self.value_mean.device.type != "meta":
            self._initialise(generator or torch.Generator().manual_seed(0))

    @property
    def _scores(self) -> int:
        """Numbers at the front of the memory's outputs that are scores of the choices."""
        return sum(self.shape.actions) if self.shape.memory in memories.SCORING else 0

    def _build_memory(self) -> Memory:
        shape = self.shape
        inputs = shape.encoder + self._scores + shape.pointers
        return memories.build(
            shape.memory, inputs, shape.hidden, shape.context, sum(shape.actions), shape.things, shape.pointers,
            shape.noted,
        )  # fmt: skip

    @property
    def remembers(self) -> Memory:
        """The memory as what it can do."""
        return cast(Memory, self.memory)

    def _initialise(self, generator: torch.Generator) -> None:
        for layer, gain in ((self.encoder, math.sqrt(2.0)), (self.policy_head, 0.01), (self.value_head, 1.0)):
            if layer is not None:
                set_orthogonal(layer, gain, generator)
        self.remembers.initialise(generator)
        for part in (self.belief, self.choices):
            if part is not None:
                part.initialise(generator)

    @property
    def state_size(self) -> int:
        """Numbers that each lane carries between decisions, S."""
        return self.remembers.state_size + self.shape.guessed

    def initial(self, lanes: int) -> Tensor:
        """Blank memory, (lanes, S)."""
        blank = self.remembers.initial(lanes)
        return torch.cat([blank, blank.new_zeros(lanes, self.shape.guessed)], dim=1) if self.belief else blank

    def compile_unrolling(self) -> None:
        """Let torch compile the sequences that are learned from; decisions stay as they are.

        Raises:
            Refused: nothing can be compiled here.
        """
        self._compiled = compiled(self._remember, self.encoder.weight.device.type)

    def _remembering(self) -> AbstractContextManager[object]:
        """Around whatever the memory computes, alike in decisions and in sequences: its precision.

        The memory's matrix products and attention round their factors; everything that adds up over time stays in
        float32, and so do encoder, heads, loss and optimiser.
        """
        if self.shape.precision == "float32":
            return nullcontext()
        device = self.encoder.weight.device.type
        return torch.autocast(device, torch.bfloat16, cache_enabled=False)  # no weight is used twice

    def _encode(self, seen: Tensor, sequence: bool = False) -> tuple[Tensor, Tensor | None]:
        """What the memory is shown of (…, O) that is seen; and each choice, where they are described."""
        situation, choices = self.choices(seen, sequence) if self.choices else (seen, None)
        encoded = self.encoder(situation).relu_()
        if self.shape.things:
            encoded = torch.cat([encoded, seen[..., slice(*self.shape.named)]], dim=-1)
        if self._scores:
            encoded = torch.cat([encoded, seen[..., self.shape.acted : self.shape.acted + self._scores]], dim=-1)
        return encoded, choices

    def _heads(self, features: Tensor, choices: Tensor | None = None) -> Tensor:
        """Both heads in one product, which saves a pass over the features and one over their gradient; where choices
        are described, each is judged by itself.
        """
        if self.policy_head is None:
            scores, heard = features.split([self._scores, features.shape[-1] - self._scores], dim=-1)
            return torch.cat([scores, self.value_head(heard)], dim=-1)
        if self.choices is not None and choices is not None:
            scores = self.choices.scores(choices, features, self.policy_head)
            return torch.cat([scores, self.value_head(features)], dim=-1)
        weight = torch.cat([self.policy_head.weight, self.value_head.weight])
        return nn.functional.linear(features, weight, torch.cat([self.policy_head.bias, self.value_head.bias]))

    def split(self, state: Tensor) -> tuple[Tensor, Tensor]:
        """The memory and the last guesses in states (lanes, S): views."""
        return state[:, : self.remembers.state_size], state[:, self.remembers.state_size :]

    def step(self, observations: Tensor, state: Tensor) -> NetworkOutput:
        """One decision: observations (lanes, O), state (lanes, S)."""
        memory, guessed = self.split(state)
        encoded, choices = self._encode(torch.cat([observations, guessed], dim=1) if self.belief else observations)
        with self._remembering():
            features, memory = self.remembers.step(encoded, memory)
        heard = self._heard(features)
        following = torch.cat([memory, self.belief.guesses(heard)], dim=1) if self.belief else memory
        return NetworkOutput(self._heads(features, choices), following, heard)

    @torch.no_grad()
    def advance(self, seen: Tensor, state: Tensor) -> Tensor:
        """`step` without gradients, of what is seen (lanes, O + R), guesses included, that writes the new state over
        the old one: outputs (lanes, A + 1).
        """
        memory, guessed = self.split(state)
        held = memory.contiguous()  # memories write in place, and some by whole rows
        encoded, choices = self._encode(seen)
        with self._remembering():
            features = self.remembers.advance(encoded, held)
        if self.belief is not None:
            memory.copy_(held)
            guessed.copy_(self.belief.guesses(self._heard(features)))
        return self._heads(features, choices)

    def _heard(self, features: Tensor) -> Tensor:
        """What heads read of a memory's outputs."""
        return features[..., self._scores :]

    def unroll(
        self, observations: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> NetworkOutput:
        """T decisions: what was seen (T, lanes, O + R), state before the first (lanes, S), resets (T, lanes).

        With a belief, what was guessed at the time is part of what was seen; the last state is that of the memory
        alone.
        """
        state, _ = self.split(state)
        if self._compiled is not None:
            features, state, *choices = self._compiled(observations, state, resets)
        else:
            features, state, *choices = self._remember(observations, state, resets, workspace)
        return NetworkOutput(self._heads(features, *choices), state, self._heard(features))

    def _remember(
        self, observations: Tensor, state: Tensor, resets: Tensor, workspace: Workspace | None = None
    ) -> tuple[Tensor, ...]:
        """Encoder and memory over a sequence: features, the last state, and each choice where they are described."""
        encoded, choices = self._encode(observations, sequence=True)
        with self._remembering():
            found = self.remembers.unroll(encoded, state, resets, workspace)
        return found if choices is None else (*found, choices)


def outline(shape: Shape) -> Network:
    """A network of this shape that has sizes but no weights: nothing is allocated."""
    with torch.device("meta"):
        return Network(shape)


def masked(logits: Tensor, legal: Tensor | None) -> Tensor:
    """Logits (…, A) with `FORBIDDEN` where legal (…, A) is 0; None allows all."""
    return logits if legal is None else logits.masked_fill(legal == 0, FORBIDDEN)


def log_probabilities(logits: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """Logits (…, A) to log-probabilities, each factor on its own."""
    if len(sizes) == 1:
        return logits.log_softmax(dim=-1)
    return torch.cat([part.log_softmax(dim=-1) for part in logits.split(sizes, dim=-1)], dim=-1)


def chosen(logs: Tensor, actions: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """Log-probability (…,) of actions (…, K) under `logs` (…, A): the sum over the factors."""
    return logs.gather(-1, actions + offsets(sizes, actions.device)).sum(dim=-1)


def offsets(sizes: tuple[int, ...], device: torch.device) -> Tensor:
    """Where each factor's choices begin, (K,)."""
    return torch.tensor([sum(sizes[:factor]) for factor in range(len(sizes))], device=device)


def sample(logs: Tensor, uniforms: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """Draw actions (lanes, K) from log-probabilities (lanes, A) by inverting the cumulative sum at uniforms (lanes,
    K) in [0, 1).
    """
    columns = []
    for factor, part in enumerate(logs.split(sizes, dim=-1)):
        sums = part.exp().cumsum(dim=-1)
        points = uniforms[:, factor : factor + 1] * (0.999999 * sums[:, -1:])
        columns.append((sums <= points).sum(dim=-1))
    return torch.stack(columns, dim=-1)


def draw(outputs: Tensor, legal: Tensor, uniforms: Tensor, sizes: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Actions (lanes, K) drawn from outputs (lanes, A + 1), and their log-probability (lanes,), without gradients."""
    if outputs.device.type != "cpu":
        logs = log_probabilities(masked(outputs[:, :-1], legal), sizes)
        actions = sample(logs, uniforms, sizes)
        return actions, chosen(logs, actions, sizes)
    actions = torch.empty(len(outputs), len(sizes), dtype=torch.int64)
    logs = torch.empty(len(outputs))
    seen, allowed, points = (tensor.detach().contiguous().numpy() for tensor in (outputs, legal, uniforms))
    draw_rows(seen, allowed, points, np.array(sizes), actions.numpy(), logs.numpy())
    return actions, logs


def greedy(logs: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """The likeliest choice of each factor, (lanes, K)."""
    return torch.stack([part.argmax(dim=-1) for part in logs.split(sizes, dim=-1)], dim=-1)
