"""A batch of bandits in plain NumPy: the smallest thing that a memory helps with. Same arrays and reset rule as the
engine's Batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from agents.networks.belief import BeliefShape
from agents.networks.network import Network, Shape
from agents.settings.train import TrainSettings
from agents.training.collector import MetaCollector
from agents.training.crew import Crew
from agents.training.group import Group
from agents.training.meta_ppo import MetaPolicy, MetaPPO
from agents.training.rollout import Rollout


class Bandits:
    """N bandits with `arms` arms, one of which pays 1, the others 0; an episode is `pulls` pulls, a trial `episodes`
    episodes.

    Seen: the last choice (one-hot), the last reward, whether an episode begins. With `idle`, a lane is done one pull
    before its episode ends, and `kind` says how (1 terminated, 2 truncated). With `reveal`, the arm that pays is
    told, one-hot; `lies` later arms are told in its place. With `things`, as many as arms, the last choice is named.
    """

    L = 1

    def __init__(
        self,
        n: int,
        *,
        arms: int = 4,
        pulls: int = 3,
        episodes: int = 4,
        seed: int = 0,
        idle: bool = False,
        kind: int = 2,
        reveal: bool = False,
        lies: int = 0,
        things: int = 0,
    ) -> None:
        self.reveal, self.lies = reveal, lies
        self.n, self.arms, self.pulls, self.episodes, self.idle, self.kind = n, arms, pulls, episodes, idle, kind
        self.action_sizes: tuple[int, ...] = (arms,)
        self.things = things
        self.observation_size = arms + 2 + min(things, 1)
        self.lanes = np.zeros((n, 1), np.int64)
        self.observations = np.zeros((n, 1, self.observation_size), np.float32)
        self.final_observations = np.zeros_like(self.observations)
        self.told = np.zeros((n, 1, reveal * arms), np.float32)
        self.final_told = np.zeros_like(self.told)
        self.legal = np.ones((n, 1, arms), np.uint8)
        self.active, self.ends = np.ones((n, 1), np.uint8), np.zeros((n, 1), np.uint8)
        self.rewards = np.zeros((n, 1), np.float32)
        self.episode_ends, self.trial_ends = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
        self.episode_returns = np.zeros((n, 1))
        self.random = np.random.Generator(np.random.PCG64(seed))
        self.paying, self.pull, self.score = np.zeros(n, np.int64), 0, np.zeros(n)

    def reset(self) -> np.ndarray:
        self.paying[:] = self.random.integers(self.arms, size=self.n)
        self.pull, self.score = 0, np.zeros(self.n)
        self.observations[:] = 0.0
        self.observations[:, 0, self.arms + 1] = 1.0
        self._tell()
        self.active[:] = 1
        return self.observations

    def _tell(self) -> None:
        if self.reveal:
            self.told[:] = 0.0
            self.told[np.arange(self.n), 0, (self.paying + self.lies) % self.arms] = 1.0

    def step(self, actions: np.ndarray) -> None:
        chosen = actions[:, 0, 0]
        self.rewards[:, 0] = (chosen == self.paying) * self.active[:, 0]
        self.score += self.rewards[:, 0]
        self.pull += 1
        ended, last = self.pull % self.pulls == 0, self.pull == self.pulls * self.episodes
        done = ended if not self.idle else (self.pull + 1) % self.pulls == 0
        self.ends[:] = self.kind if done else 0
        self.active[:] = 0 if self.idle and done else 1
        self.observations[:] = 0.0
        self.observations[np.arange(self.n), 0, chosen] = 1.0
        self.observations[:, 0, self.arms] = self.rewards[:, 0]
        if self.things:
            self.observations[:, 0, -1] = (1 + chosen) / self.things
        self.final_observations[:] = self.observations
        self.observations[:, 0, self.arms + 1] = ended
        self._tell()
        self.episode_ends[:], self.trial_ends[:] = ended, last
        if ended:
            self.episode_returns[:, 0] = self.score
            self.score = np.zeros(self.n)
        if last:
            self.reset()

    def drive(self, world_index: int, seat: int, external: bool) -> None:
        raise AssertionError("bandits have no other seats")

    def snapshot(self) -> bytes:
        raise NotImplementedError

    def restore(self, state: bytes) -> None:
        raise NotImplementedError


class Learner:
    """A policy, a collector and PPO on some bandits, with no trainer around them."""

    def __init__(self, bandits: Bandits, settings: TrainSettings) -> None:
        self.bandits = bandits
        shape = Shape(
            observation=bandits.observation_size,
            actions=bandits.action_sizes,
            encoder=settings.network.encoder,
            hidden=settings.network.hidden,
            memory=settings.network.memory,
            context=settings.network.context,
            belief=self._belief(settings),
            things=bandits.things,
            named=(bandits.arms + 2, bandits.arms + 2 + min(bandits.things, 1)),
            precision=settings.network.precision,
        )
        self.network = Network(shape, torch.Generator().manual_seed(settings.run.seed))
        if settings.network.compile:
            self.network.compile_unrolling()
        self.policy, self.crew = MetaPolicy(self.network), Crew(settings.run.threads)
        steps = settings.learning.rollout or bandits.pulls * bandits.episodes
        told = shape.guessed
        self.rollout = Rollout(
            steps, bandits.n, shape.seen, bandits.action_sizes, self.network.state_size, torch.device("cpu"), told=told
        )
        group = Group(bandits, 0, ["player"], None)
        self.collector = MetaCollector(
            self.policy, [group], self.rollout, episodes=bandits.episodes, seed=settings.run.seed, crew=self.crew,
            forget_episodes=settings.trial.reference == "blind", carried=range(bandits.arms + 1),
            horizon=settings.trial.horizon,
        )  # fmt: skip
        self.algorithm = MetaPPO(self.policy, settings, self.crew)
        self.collector.reset()
        self.lanes_each = -(-bandits.n // settings.learning.minibatches)

    def _belief(self, settings: TrainSettings) -> BeliefShape | None:
        arms = self.bandits.arms
        return BeliefShape(told=arms, one_hot=((0, arms),)) if settings.learning.belief else None

    def collect(self) -> Any:
        return self.collector.collect(n_step=self.rollout.steps * self.bandits.n)

    def learn(self, updates: int) -> list[float]:
        """Collect and update some times; the running mean return by episode."""
        for update in range(updates):
            self.algorithm.progress = update / updates
            self.collect()
            self.algorithm.update(self.rollout, self.lanes_each, self.algorithm.settings.learning.epochs)
            self.rollout.reset()
        return self.collector.curve.means()["player"]
