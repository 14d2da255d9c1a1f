"""The collector: steps the worlds with the policy and fills a rollout."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import gymnasium
import numpy as np
import torch
from tianshou.data import CollectStats, SequenceSummaryStats
from tianshou.data.collector import BaseCollector
from torch import Tensor

from agents.training.actor import Actor
from agents.training.component import State, load_draws, matching
from agents.training.crew import Crew, shares
from agents.training.curve import Curve
from agents.training.group import Group
from agents.training.meta_ppo import MetaPolicy
from agents.training.opponents.selfplay import BOTS
from agents.training.rollout import Rollout
from agents.training.taste import Taste
from simulator.engine.episodes import Ended

GOLDEN = 5.0**0.5 / 2.0 - 0.5
"""Multiples of it, modulo 1, are spread evenly (Weyl's sequence): whatever share of the lanes is taught, each role and
each group has about as many of them.
"""


@dataclass(kw_only=True)
class TrialStats(CollectStats):
    """What a collection tells the trainer; `curve` holds the running return by role and episode of the trial."""

    curve: dict[str, list[float]] = field(default_factory=dict)
    gain: float = 0.0
    """Mean return of the trial's last episode less that of its first, averaged over roles."""
    simulation_time: float = 0.0
    """Seconds in the simulation and in copying its arrays."""
    policy_time: float = 0.0
    """Seconds in the networks and in drawing actions."""


class _Room:
    """What tianshou expects as `env`; the collector steps the worlds itself."""

    def __init__(self, lanes: int, space: gymnasium.Space[Any]) -> None:
        self._lanes, self.action_space = lanes, space

    def __len__(self) -> int:
        return self._lanes

    def close(self) -> None:
        """Worlds hold nothing that must be closed."""


class MetaCollector(BaseCollector[TrialStats]):
    """Fills a `Rollout` with the next T decisions of every learning lane; memory goes on where the last collection
    ended.
    """

    def __init__(
        self, policy: MetaPolicy, groups: Sequence[Group], rollout: Rollout, *, episodes: int, seed: int, crew: Crew,
        forget_episodes: bool = False, carried: Sequence[int] = (), horizon: str = "trial",
        told_bots: slice = slice(0, 0),
    ) -> None:  # fmt: skip
        """`carried` names the columns of an observation that still tell of the last episode; blind agents are not
        shown them. `told_bots` are the columns of a rollout's labels that say who the other seats' bots are.
        """
        lanes = sum(group.count for group in groups)
        super().__init__(
            policy, cast(Any, _Room(lanes, policy.action_space)), cast(Any, rollout),
            collect_stats_class=TrialStats, raise_on_nan_in_buffer=False,
        )  # fmt: skip
        self.groups, self.rollout, self.crew = list(groups), rollout, crew
        self.forget_episodes, self.horizon = forget_episodes, horizon
        self.teaching = 0.0
        """Share of the lanes that are shown what their world tells, in the place of what they guess of it."""
        self._carried = torch.tensor(carried, dtype=torch.int64, device=rollout.device)
        self.generator = torch.Generator().manual_seed(seed)
        self.state = policy.network.initial(lanes)
        self.actor = Actor(policy.network, rollout, self.state)
        self.fresh = np.ones(lanes, np.uint8)
        """Lanes (B,) whose memory is to be wiped before the next decision."""
        self.curve = Curve(  # of worlds with bots where there are any: past selves are another task
            sorted({str(role) for group in groups for role in group.roles}), episodes
        )
        self._shares = [
            (group, part) for group in self.groups for part in shares(group.count, _parts(group, lanes, crew.size))
        ]
        self._bots, self._seen = told_bots, policy.network.shape.observation
        belief = policy.network.belief
        self._unasked = [slice(*part) for part in belief.shape.unasked] if belief is not None else []
        """Numbers that the network reads: of what is observed, and for an oracle of what is told."""
        self._staged = self._staging(lanes)
        self._clock = [0.0, 0.0]
        self._counting = [group for group in self.groups if group.rivals is None] or self.groups
        self.last = TrialStats()
        """What the last collection told the trainer."""

    @property
    def taste(self) -> Taste | None:
        """Who pays in the worlds whose returns the curve shows."""
        return self._counting[0].taste

    def _validate_buffer(self) -> None:
        """Nothing to check: the rollout was made for these lanes."""

    def _staging(self, lanes: int) -> tuple[Tensor, Tensor]:
        """Page-locked host copies of observations and legal choices, from which a GPU can read while the host goes
        on.
        """
        pinned = self.rollout.device.type == "cuda"
        observation, choices = self.rollout.observations.shape[2], self.rollout.legal.shape[2]
        return (
            torch.zeros(lanes, observation, pin_memory=pinned),
            torch.ones(lanes, choices, dtype=torch.uint8, pin_memory=pinned),
        )

    def reset_env(self, gym_reset_kwargs: dict[str, Any] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Start a new trial in every world."""
        for group in self.groups:
            group.batch.reset()
            group.begin()
            if group.curriculum is not None:
                group.curriculum.reset()
            if group.rivals is not None:
                group.rivals.reset()
        self.state.zero_()
        self.fresh[:] = 1
        empty = np.zeros(0, np.float32)
        return empty, empty

    @torch.no_grad()
    def _collect(
        self,
        n_step: int | None = None,
        n_episode: int | None = None,
        random: bool = False,
        render: float | None = None,
        gym_reset_kwargs: dict[str, Any] | None = None,
    ) -> TrialStats:
        rollout = self.rollout
        rollout.start.copy_(self.state)
        rollout.taught.copy_(torch.arange(rollout.lanes, dtype=torch.float64) * GOLDEN % 1.0 < self.teaching)
        self.curve.fade()
        for group in self.groups:
            if group.rivals is not None:
                group.rivals.pool.weigh()
            if group.taste is not None:
                group.taste.curve.fade()
        self._clock = [0.0, 0.0]
        uniforms = torch.rand(rollout.steps, *rollout.actions.shape[1:], generator=self.generator).to(rollout.device)
        self.actor.begin(uniforms)
        returns: list[np.ndarray] = []
        lengths: list[np.ndarray] = []
        for t in range(rollout.steps):
            started = time.perf_counter()
            self._decide(t)
            decided = time.perf_counter()
            self._step(t, returns, lengths)
            self._clock[0] += time.perf_counter() - decided
            self._clock[1] += decided - started
        self._value_last()
        rollout.seal(rollout.steps)
        return self._stats(returns, lengths)

    def _decide(self, t: int) -> None:
        """Look at every world, remember what was seen, and choose."""
        rollout, staged = self.rollout, self._staged
        rollout.signals["resets"][t] = self.fresh
        gpu = rollout.device.type == "cuda"
        observations, legal = staged if gpu else (rollout.observations[t], rollout.legal[t])
        began = time.perf_counter()
        for group in self.groups:
            observations[group.rows, : self._seen].copy_(torch.from_numpy(group.shown(self._seen)))
            if rollout.told.shape[2]:
                self._label(rollout.told[t, group.rows], torch.from_numpy(group.learners(group.batch.told)), group)
            legal[group.rows].copy_(torch.from_numpy(group.learners(group.batch.legal)))
            rollout.signals["live"][t, group.rows] = group.learners(group.batch.active)
        if gpu:
            rollout.observations[t].copy_(observations, non_blocking=True)
            rollout.legal[t].copy_(legal, non_blocking=True)
        self._clock[0] += time.perf_counter() - began  # copying counts as simulation
        self._clock[1] -= time.perf_counter() - began
        if self.fresh.any():
            self._wipe(rollout.observations[t])

        def think(share: tuple[Group, slice]) -> None:
            group, part = share
            rows = slice(group.rows.start + part.start, group.rows.start + part.stop)
            group.learners(group.actions)[part] = self.actor.decide(t, rows)

        self.crew.map(think, self._shares)
        for group in self.groups:
            if group.rivals is not None:
                group.rivals.decide(group.actions)

    def _label(self, place: Tensor, told: Tensor, group: Group) -> None:
        """Note what a group's worlds tell of their tasks, as labels for a belief.

        Who the task's bots are is told only where they play: other players are of no known kind. What the belief is not
        asked for is 0, as its guesses are: the policy sees labels of some tasks in place of guesses.
        """
        place.copy_(told)
        for part in self._unasked:
            place[:, part] = 0.0
        if group.each > 1:
            place[:, self._bots] = 0.0
        elif group.rivals is not None:
            place[torch.from_numpy(group.rivals.who != BOTS).to(place.device), self._bots] = 0.0

    def _wipe(self, observations: Tensor) -> None:
        """Blank the memory of fresh lanes, and for blind agents what `observations` (B, O) carry over from their last
        episode.
        """
        rows = torch.from_numpy(np.flatnonzero(self.fresh)).to(self.state.device)
        self.state[rows] = 0.0
        if self.forget_episodes and len(self._carried):
            observations[rows[:, None], self._carried] = 0.0

    def _step(self, t: int, returns: list[np.ndarray], lengths: list[np.ndarray]) -> None:
        """Let every world make its decision, and note what followed."""
        signals = self.rollout.signals
        for group in self.groups:
            batch, rows = group.batch, group.rows
            group.length += group.learners(batch.active)
            signals["rewards"][t, rows] = group.step()
            signals["ends"][t, rows] = group.learners(batch.ends)
            signals["episode_ends"][t, rows] = group.by_learner(batch.episode_ends)
            signals["trial_ends"][t, rows] = group.by_learner(batch.trial_ends)
            self.fresh[rows] = group.by_learner(batch.episode_ends if self.forget_episodes else batch.trial_ends)
            if self.horizon == "episode" and (group.learners(batch.ends) == 2).any():
                self._value_cuts(t, group)
            if batch.episode_ends.any():
                self._count(group, group.episodes.end(batch), returns, lengths)
                if group.curriculum is not None:
                    group.curriculum.begin(batch.trial_ends.astype(bool))
                if group.rivals is not None:
                    group.rivals.begin(batch.trial_ends.astype(bool))

    def _count(self, group: Group, ended: Ended, returns: list[np.ndarray], lengths: list[np.ndarray]) -> None:
        """Book the episodes that just ended."""
        learners, scores = (ended.worlds[:, None] * group.each + np.arange(group.each)).ravel(), ended.returns.ravel()
        if group in self._counting:
            self.curve.add(group.roles[learners], np.repeat(ended.episodes, group.each), scores)
        for listener in (group.curriculum, group.rivals, group.taste):
            if listener is not None:
                listener.note(ended.worlds, ended.episodes, ended.returns.mean(axis=1))
        returns.append(scores)
        lengths.append(group.length[learners].copy())
        group.length[learners] = 0

    def _value_cuts(self, t: int, group: Group) -> None:
        """Values of the last observations of lanes that were truncated at t."""
        batch, rollout = group.batch, self.rollout
        cut = np.flatnonzero(group.learners(batch.ends) == 2)
        final, now = group.shown(self._seen, final=True)[cut], group.shown(self._seen)[cut]
        last = np.where(group.by_learner(batch.episode_ends)[cut, None], final, now)
        rows = torch.from_numpy(cut + group.rows.start).to(rollout.device)
        network = cast(MetaPolicy, self.policy).network
        rollout.cut_values[t, rows] = network.step(torch.from_numpy(last).to(rollout.device), self.state[rows]).value

    def _value_last(self) -> None:
        """Values of the observations after the last step; where a trial just ended they are not used."""
        network = cast(MetaPolicy, self.policy).network
        seen = np.concatenate([group.shown(self._seen) for group in self.groups])
        observations = torch.from_numpy(seen).to(self.rollout.device)
        self._wipe(observations)
        self.rollout.values[-1] = network.step(observations, self.state).value

    def _stats(self, returns: list[np.ndarray], lengths: list[np.ndarray]) -> TrialStats:
        scores = np.concatenate(returns) if returns else np.zeros(0)
        decisions = np.concatenate(lengths) if lengths else np.zeros(0, np.int64)
        steps = int(self.rollout.signals["live"].sum())
        self.collect_step += steps
        self.collect_episode += len(scores)
        self.collect_time += sum(self._clock)
        self.last = TrialStats(
            n_collected_steps=steps, n_collected_episodes=len(scores), returns=scores, lens=decisions,
            returns_stat=SequenceSummaryStats.from_sequence(scores) if len(scores) else None,
            curve=self.curve.means(), gain=self.curve.gain(),
            simulation_time=self._clock[0], policy_time=self._clock[1],
        )  # fmt: skip
        return self.last

    def state_dict(self) -> State:
        """What the lanes remember and which of them begin anew, the generator of draws, what was counted, and the
        states of the curve and the groups. The rollout is no part: it must be empty.
        """
        return {
            "memory": self.state.clone(), "fresh": self.fresh.copy(), "draws": self.generator.get_state(),
            "steps": self.collect_step, "episodes": self.collect_episode, "curve": self.curve.state_dict(),
            "groups": {str(number): group.state_dict() for number, group in enumerate(self.groups)},
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`."""
        part, episodes = "the collector", self.curve.sums.shape[1]
        found = matching(part, state, self.state_dict())
        groups = matching("the table of groups", found["groups"], {str(n): {} for n in range(len(self.groups))})
        for number, group in enumerate(self.groups):
            group.load_state_dict(groups[str(number)])
            if group.episodes.now.max() >= episodes:
                raise ValueError(f"{part} is in an episode that is none of 0 to {episodes - 1}")
        if min(found["steps"], found["episodes"]) < 0 or found["fresh"].max() > 1:
            raise ValueError(f"{part} has counted fewer than 0 steps, or wipes a memory more than once")
        self.curve.load_state_dict(found["curve"])
        load_draws(part, self.generator, found["draws"])
        self.state.copy_(found["memory"])  # in place: whoever acts holds it too
        self.fresh, self.collect_step, self.collect_episode = found["fresh"], found["steps"], found["episodes"]


def _parts(group: Group, lanes: int, threads: int) -> int:
    """Shares for a group such that all groups together make about one share per thread."""
    return max(1, round(threads * group.count / lanes))
