"""Self-play: frozen past selves of a run as opponents, drawn anew for every trial."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from agents.network import Network, Shape, draw


class Pool:
    """Snapshots of a network by number; a full pool drops a random one, which lives on until no trial uses it."""

    def __init__(self, shape: Shape, size: int, seed: int, device: torch.device) -> None:
        self.shape, self.size, self.device = shape, size, device
        self.state_size = Network(shape).state_size
        self.generator = np.random.Generator(np.random.PCG64(seed))
        self.networks: dict[int, Network] = {}
        self.drawn_from: list[int] = []
        """Numbers of the snapshots that new trials may draw."""
        self.taken = 0
        """Snapshots taken so far."""

    def add(self, network: Network) -> None:
        """Take a snapshot."""
        if len(self.drawn_from) == self.size:
            self.drawn_from.pop(int(self.generator.integers(self.size)))
        self.put(self.taken, network.state_dict())
        self.drawn_from.append(self.taken)
        self.taken += 1

    def put(self, number: int, weights: dict[str, Tensor]) -> None:
        """Keep these weights as a snapshot."""
        copy = Network(self.shape).to(self.device)
        copy.load_state_dict(weights)
        self.networks[number] = copy.eval().requires_grad_(False)

    def draw(self, count: int) -> np.ndarray:
        """Numbers of `count` snapshots, each equally likely; −1 while there are none."""
        if not self.drawn_from:
            return np.full(count, -1, np.int64)
        return self.generator.choice(np.array(self.drawn_from, np.int64), count)

    def drop_unused(self, used: set[int]) -> None:
        """Forget snapshots that neither new nor running trials can meet."""
        for number in set(self.networks) - set(self.drawn_from) - used:
            del self.networks[number]


class Rivals:
    """The players of lanes 1 … L − 1 in every world of a batch: in each trial one snapshot, with a memory for each
    seat.

    They belong to the task: the same network throughout a trial, its memory kept from episode to episode. They never
    learn. While the pool is empty, the seats are left to the bots of the task.
    """

    def __init__(self, pool: Pool, worlds: int, lanes: int, seed: int) -> None:
        self.pool, self._seen = pool, pool.shape.observation
        self.who = np.full(worlds, -1, np.int64)
        """Number of the snapshot in each world, −1 for bots."""
        self.state = torch.zeros(worlds, lanes - 1, pool.state_size, device=pool.device)
        self.generator = torch.Generator().manual_seed(seed)

    def reset(self, batch: Any) -> None:
        """The batch was reset: every lane is external again, and all trials are new."""
        self.who[:] = 0  # as if some snapshot sat there, so that `begin` hands empty seats to the bots
        self.begin(batch, np.ones(len(self.who), bool))

    def begin(self, batch: Any, chosen: np.ndarray) -> None:
        """New trials have begun in the `chosen` (N,) worlds: draw who plays there and wipe the memories."""
        worlds = np.flatnonzero(chosen)
        if not len(worlds):
            return
        before, now = self.who[worlds], self.pool.draw(len(worlds))
        self.who[worlds] = now
        self.state[torch.from_numpy(worlds).to(self.state.device)] = 0.0
        for world, old, new in zip(worlds, before, now, strict=True):
            if (old < 0) != (new < 0):
                self.seat(batch, int(world), bool(new >= 0))
        self.pool.drop_unused(set(self.who.tolist()))

    def seat(self, batch: Any, world: int, external: bool) -> None:
        """Hand a world's rival seats to their snapshot, or back to the bots."""
        for lane in range(1, batch.L):
            batch.drive(world, int(batch.lanes[world, lane]), external)

    @torch.no_grad()
    def decide(self, batch: Any, actions: np.ndarray) -> None:
        """Write the rivals' actions into `actions` (N, L, K), lanes 1 onwards."""
        device, sizes = self.pool.device, self.pool.shape.actions
        count, lanes = len(self.who), batch.L - 1
        uniforms = torch.rand(count, lanes, len(sizes), generator=self.generator).to(device)
        for number in np.unique(self.who[self.who >= 0]):
            worlds = np.flatnonzero(self.who == number)
            rows = torch.from_numpy(worlds).to(device)
            seen = torch.from_numpy(batch.observations[worlds, 1:, : self._seen].reshape(len(worlds) * lanes, -1)).to(
                device
            )
            legal = torch.from_numpy(batch.legal[worlds, 1:].reshape(len(worlds) * lanes, -1)).to(device)
            thought = self.pool.networks[int(number)].step(seen, self.state[rows].flatten(0, 1))
            picked, _ = draw(thought.outputs, legal, uniforms[rows].flatten(0, 1), sizes)
            self.state[rows] = thought.state.view(len(worlds), lanes, -1)
            actions[worlds, 1:] = picked.cpu().numpy().reshape(len(worlds), lanes, -1)
