"""A checkpoint that learns by gradient while it plays: after each episode of a trial, from its own decisions alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from agents.networks.adaptation import Adaptation, Experience, Inner, Weights
from agents.players.chance import choose, uniforms
from agents.players.checkpoint_player import CheckpointPlayer
from worlds.world import Refused


class LearningPlayer(CheckpointPlayer):
    """Plays what `--algorithm maml`, `anil` or `finetune` learned.

    The network sees the world's own observation. The engine's inputs behind it (previous reward, episode start) tell
    the player what it earned and when to learn; they are all that it knows of its success. What it carries between
    decisions are weights of its own for each lane and the decisions of the present episode.
    """

    def __init__(self, folder: Path, *, device: str = "cpu", seed: int = 0, sample: bool = True) -> None:
        super().__init__(folder, device=device, seed=seed, sample=sample)
        learned = self.config.learned
        assert learned.algorithm != "rl2"  # the description was checked
        inner = Inner(
            method=learned.algorithm, rate=learned.inner_rate, steps=learned.inner_steps, gamma=learned.gamma,
            gae_lambda=learned.gae_lambda,
        )  # fmt: skip
        self.adaptation = Adaptation(self.network, inner)
        own, choices = self.network.shape.observation, sum(self.network.shape.actions)
        self._own, self._reward, self._begins, self._time = own, own + choices, own + choices + 1, own + choices + 2
        self.reset(1)

    def reset(self, lanes: int) -> None:
        """A new trial on this many seats: what was learned in the last one is forgotten."""
        super().reset(lanes)
        self._weights = self.adaptation.fresh(lanes)
        self._active = np.ones(lanes, dtype=bool)
        self._steps: list[tuple[Tensor, ...]] = []
        self._live: list[NDArray[np.bool_]] = []
        self._rewards: list[NDArray[np.float32]] = []

    def attend(self, active: NDArray[np.bool_]) -> None:
        """Which lanes' next decision counts, (L,): who is done waits for the others, and learns nothing from it."""
        self._active = np.array(active, dtype=bool)

    @property
    def memory(self) -> NDArray[np.float32]:
        """What was learned in this trial, (L, S): weights less those of the checkpoint; zeros for a blank memory.

        The decisions of the present episode are not part of it.
        """
        blank = self.adaptation.fresh(1)
        parts = [(self._weights[name] - blank[name]).flatten(1) for name in self.adaptation.names]
        found: NDArray[np.float32] = torch.cat(parts, dim=1).detach().cpu().numpy()
        return found

    @memory.setter
    def memory(self, rows: Any) -> None:
        table, start = torch.from_numpy(np.array(rows, np.float32)).to(self.device), 0
        self._weights = self.adaptation.fresh(len(table))
        for name, blank in self._weights.items():
            size = blank[0].numel()
            self._weights[name] = blank + table[:, start : start + size].view_as(blank)
            start += size

    def keep(self) -> tuple[Any, ...]:
        """All that `go_back` needs: what was learned, and the decisions of the present episode."""
        live = [each.copy() for each in self._live]
        parts = (dict(self._weights), self._active.copy(), list(self._steps), live, list(self._rewards))
        return super().keep(), parts

    def go_back(self, kept: tuple[Any, ...]) -> None:
        """Be as when it was kept."""
        before, (weights, active, steps, live, rewards) = kept
        super().go_back(before)
        self._weights, self._active, self._steps = dict(weights), active.copy(), list(steps)
        self._live, self._rewards = [each.copy() for each in live], list(rewards)

    def forget(self, lanes: NDArray[np.bool_] | None = None) -> None:
        """Wipe all lanes, or those where the mask (L,) is true: the weights, and what was to be learned from."""
        wiped = np.ones(len(self._active), bool) if lanes is None else np.asarray(lanes, dtype=bool)
        blank, chosen = self.adaptation.fresh(len(wiped)), torch.from_numpy(wiped).to(self.device)
        for name, own in self._weights.items():
            self._weights[name] = torch.where(chosen.view(-1, *[1] * (own.ndim - 1)), blank[name], own)
        for live in self._live:
            live[wiped] = False

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Decide for all lanes: observations (L, O and the engine's inputs), legal (L, A) → actions (L, K).

        Raises:
            Refused: observations of another size than was learned from, or weights that give no finite numbers.
        """
        shape = self.network.shape
        if observations.shape[1] != self._time + 1:
            raise Refused(f"agent {self.name!r} sees {self._time + 1} numbers: it was given {observations.shape[1]}")
        if len(observations) != len(self._active):
            self.reset(len(observations))
        self._learn(observations)
        seen = torch.from_numpy(np.ascontiguousarray(observations[:, : self._own], np.float32)).to(self.device)
        allowed = torch.from_numpy(np.ascontiguousarray(legal)).to(self.device)
        with torch.no_grad():
            outputs = self.adaptation.outputs(self._weights, seen.unsqueeze(0))[0]
            self.mind = self._judged(outputs, allowed)
        probabilities = self.mind["probabilities"]
        noise = np.full(probabilities.shape, 0.5)  # the same for every choice: the likeliest wins
        if self._sample:
            noise = uniforms(self._draw_seed, len(seen), self._decision, sum(shape.actions))
        self._decision += 1
        actions = choose(probabilities, shape.actions, noise).astype(np.int64)
        self._steps.append((seen, allowed, torch.from_numpy(actions).to(self.device)))
        self._live.append(self._active.copy())
        return actions

    def took(self, actions: NDArray[np.int64]) -> None:
        """What the lanes did at this decision, (L, K), whatever was chosen: it is learned from."""
        if self._steps:
            seen, allowed, _ = self._steps[-1]
            self._steps[-1] = (seen, allowed, torch.from_numpy(np.array(actions, np.int64)).to(self.device))

    def _learn(self, observations: NDArray[np.float32]) -> None:
        """Take in the last reward; lanes whose episode is over learn from it, lanes whose trial is over start anew."""
        if not self._steps:
            return
        self._rewards.append(observations[:, self._reward].copy())
        begins = observations[:, self._begins] > 0.0
        if not begins.any():
            return
        chosen = torch.from_numpy(begins).to(self.device)
        seen, legal, actions = (torch.stack(parts) for parts in zip(*self._steps, strict=True))
        rewards = torch.from_numpy(np.stack(self._rewards)).to(self.device)
        live = torch.from_numpy(np.stack(self._live) & begins).to(self.device).float()
        self._weights = self._moved(Experience(seen, legal, actions, rewards, live), chosen)
        for each in self._live:
            each[begins] = False  # learned: the next episode's decisions are the next to learn from
        kept = next((t for t, each in enumerate(self._live) if each.any()), len(self._live))
        del self._steps[:kept], self._live[:kept], self._rewards[:kept]
        if (over := begins & (observations[:, self._time] <= 0.0)).any():
            self.forget(over)

    def _moved(self, episode: Experience, chosen: Tensor) -> Weights:
        with torch.enable_grad():
            found = self.adaptation.adapt(self._weights, episode, chosen)
        return {name: tensor.detach() for name, tensor in found.items()}
