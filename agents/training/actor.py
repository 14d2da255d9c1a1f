"""Acting during a collection: the policy on some lanes, straight from and into the arrays of the rollout."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from agents.kernels import blas
from agents.kernels.gru_loops import decide_rows
from agents.networks.memories.gru import GRU
from agents.networks.network import Network, draw
from agents.training.rollout import Rollout


class Actor:
    """Decides for slices of the lanes, several threads at once if they like; compiled where it can be."""

    def __init__(self, network: Network, rollout: Rollout, state: Tensor) -> None:
        self.network, self.rollout, self.state = network, rollout, state
        compiled = isinstance(network.memory, GRU) and rollout.device.type == "cpu" and network.choices is None
        self._routine = blas.address() if compiled else 0
        self._sizes = np.array(network.shape.actions)
        self._uniforms, self._weights = torch.zeros(0), list[Any]()

    def begin(self, uniforms: Tensor) -> None:
        """A collection begins, with these numbers (T, B, K) to draw by; weights stay as they are until its end."""
        self._uniforms = uniforms
        if not self._routine:
            return
        network = self.network
        policy_head = cast(nn.Linear, network.policy_head)
        heads = (
            torch.cat([policy_head.weight, network.value_head.weight]),
            torch.cat([policy_head.bias, network.value_head.bias]),
        )
        memory = cast(GRU, network.memory)
        tensors = (
            network.encoder.weight, network.encoder.bias, memory.input_weight, memory.hidden_weight, memory.input_bias,
            memory.hidden_bias, *heads,
        )  # fmt: skip
        self._weights = [tensor.detach().numpy() for tensor in tensors]

    @torch.no_grad()
    def decide(self, t: int, rows: slice) -> np.ndarray:
        """Actions (lanes, K) at step t for some lanes, on the host; they and the thoughts behind them go to the
        rollout.
        """
        if self.network.belief is None:
            return self._decide(t, rows, self.state[rows])
        seen, (memory, guessed) = self.rollout.observations[t, rows], self.network.split(self.state[rows])
        shown = seen[:, self.network.shape.observation :]
        shown.copy_(torch.where(self.rollout.taught[rows, None], self.rollout.told[t, rows], guessed))
        if not self._routine:
            return self._decide(t, rows, self.state[rows])
        held = memory.contiguous()
        chosen = self._decide(t, rows, held)
        memory.copy_(held)
        guessed.copy_(self.network.belief.guesses(held))
        return chosen

    def _decide(self, t: int, rows: slice, state: Tensor) -> np.ndarray:
        """The policy, whose `state` is changed in place: that of the memory alone in compiled loops."""
        rollout = self.rollout
        actions, logs, values = (part[t, rows] for part in (rollout.actions, rollout.logs, rollout.values))
        given = rollout.observations[t, rows], rollout.legal[t, rows], self._uniforms[t, rows]
        if not self._routine:
            outputs = self.network.advance(given[0], state)
            drawn, chances = draw(outputs, *given[1:], self.network.shape.actions)
            for place, found in ((actions, drawn), (logs, chances), (values, outputs[:, -1])):
                place.copy_(found)
            return drawn.cpu().numpy()
        seen, legal, uniforms, memory, *places = (part.numpy() for part in (*given, state, actions, logs, values))
        decide_rows(self._routine, seen, legal, uniforms, self._sizes, memory, *self._weights, *places)
        chosen: np.ndarray = places[0]
        return chosen
