"""A foreign PettingZoo environment, and the `Sampler` that makes it something to train on: what the seam takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from pettingzoo import ParallelEnv  # type: ignore[import-untyped]

COLOURS = 3


class Colours(ParallelEnv[str, np.ndarray, int]):
    """Two are shown a colour each at every turn, and naming it pays 1. One leaves after 3 turns, the other after 4."""

    metadata: dict[str, Any] = {"name": "colours"}  # noqa: RUF012 - as PettingZoo declares it
    turns = {"short": 3, "long": 4}  # noqa: RUF012

    def __init__(self) -> None:
        self.possible_agents, self.agents = list(self.turns), list[str]()
        self._seen = {agent: gymnasium.spaces.Box(0.0, 1.0, (COLOURS,)) for agent in self.turns}
        self._done = {agent: gymnasium.spaces.Discrete(COLOURS) for agent in self.turns}

    def observation_space(self, agent: str) -> gymnasium.spaces.Box:
        return self._seen[agent]

    def action_space(self, agent: str) -> gymnasium.spaces.Discrete:
        return self._done[agent]

    def reset(self, seed: int | None = None, options: Any = None) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        self._random, self._turn, self.agents = np.random.default_rng(seed), 0, list(self.possible_agents)
        return self._show(), {agent: {} for agent in self.agents}

    def _show(self) -> dict[str, np.ndarray]:
        self._shown = {agent: int(self._random.integers(COLOURS)) for agent in self.possible_agents}
        return {agent: np.eye(COLOURS, dtype=np.float32)[self._shown[agent]] for agent in self.agents}

    def step(self, actions: dict[str, int]) -> Any:
        rewards = {agent: float(actions[agent] == self._shown[agent]) for agent in self.agents}
        self._turn += 1
        over = {agent: self._turn == self.turns[agent] for agent in self.agents}
        seen = self._show()
        told = {agent: over[agent] and agent == "short" for agent in over}, {a: over[a] and a == "long" for a in over}
        infos: dict[str, Any] = {agent: {} for agent in self.agents}
        self.agents = [agent for agent in self.agents if not over[agent]]
        return seen, rewards, *told, infos


class Foreign:
    """``n`` copies of a parallel environment as a `Sampler`; all agents have the same spaces, and discrete actions.

    An environment knows no tasks, so a trial is one seed: its ``episodes`` are all begun with it. Nor can its state be
    read, so a snapshot tells what was done since the episode began, and restoring does it again.
    """

    def __init__(self, make: Callable[[], Any], n: int, *, episodes: int, seed: int) -> None:
        self.envs, self.n, self.episodes, self.seed = [make() for _ in range(n)], n, episodes, seed
        self.names: list[str] = self.envs[0].possible_agents
        self.L = len(self.names)
        size, choices = self.envs[0].observation_space(self.names[0]).shape[0], self._choices()
        self.action_sizes: tuple[int, ...] = (choices,)
        self.lanes = np.tile(np.arange(self.L), (n, 1))
        self.observations = np.zeros((n, self.L, size), np.float32)
        self.final_observations = np.zeros_like(self.observations)
        self.told = self.final_told = np.zeros((n, self.L, 0), np.float32)
        self.legal = np.ones((n, self.L, choices), np.uint8)
        self.active, self.ends = np.zeros((n, self.L), np.uint8), np.zeros((n, self.L), np.uint8)
        self.rewards = np.zeros((n, self.L), np.float32)
        self.episode_ends, self.trial_ends = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
        self.episode_returns, self.scores = np.zeros((n, self.L)), np.zeros((n, self.L))
        self.trial, self.episode = [0] * n, [0] * n
        self.moves: list[list[list[int]]] = [[] for _ in range(n)]

    def _choices(self) -> int:
        return int(self.envs[0].action_space(self.names[0]).n)

    def reset(self) -> np.ndarray:
        self.trial, self.episode = [0] * self.n, [0] * self.n
        for world in range(self.n):
            self._begin(world)
        return self.observations

    def _begin(self, world: int) -> None:
        self.moves[world], self.scores[world] = [], 0.0
        words = np.random.SeedSequence([self.seed, world, self.trial[world]]).generate_state(1)
        self._see(world, self.envs[world].reset(seed=int(words[0]))[0])

    def _see(self, world: int, seen: dict[str, np.ndarray]) -> None:
        for lane, name in enumerate(self.names):
            self.active[world, lane] = name in self.envs[world].agents
            self.observations[world, lane] = seen.get(name, 0.0)

    def step(self, actions: np.ndarray) -> None:
        for world in range(self.n):
            self._move(world, actions[world, :, 0].tolist())
            ended = not self.envs[world].agents
            last = ended and self.episode[world] == self.episodes - 1
            self.episode_ends[world], self.trial_ends[world] = ended, last
            if ended:
                self.final_observations[world], self.episode_returns[world] = (
                    self.observations[world],
                    self.scores[world],
                )
                self.trial[world] += last
                self.episode[world] = 0 if last else self.episode[world] + 1
                self._begin(world)

    def _move(self, world: int, chosen: list[int]) -> None:
        env = self.envs[world]
        given = {name: action for name, action in zip(self.names, chosen, strict=True) if name in env.agents}
        seen, rewards, terminated, truncated, _ = env.step(given)
        for lane, name in enumerate(self.names):
            self.rewards[world, lane] = rewards.get(name, 0.0)
            self.ends[world, lane] = 1 if terminated.get(name) else 2 if truncated.get(name) else 0
        self._see(world, seen)
        self.scores[world] += self.rewards[world]
        self.moves[world].append(chosen)

    def snapshot(self) -> bytes:
        return json.dumps([self.trial, self.episode, self.moves]).encode()

    def restore(self, state: bytes) -> None:
        self.trial, self.episode, moves = json.loads(state)
        for world in range(self.n):
            self._begin(world)
            for chosen in moves[world]:
                self._move(world, chosen)
