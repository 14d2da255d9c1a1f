"""What an agent's memory holds, and what it is for: probes, foreign memory, and how it changes what the agent does.

An agent plays each task twice. First against others: the same layout, but opponents of other kinds and another
population; what it remembers at the end of each episode is its *foreign* memory. Then against the task's own opponents.
There two shadows of the agent see what it sees at every decision and act on nothing: one begins each episode with the
foreign memory, one with none. How far their choices are from the agent's own says what it makes of its memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import agents
from agents.evaluation.statistics import Comparison, Estimate
from agents.evaluation.strangers import strangers
from agents.explain.probes import Score, probe
from simulator.engine.batch import Batch
from simulator.engine.memory_control import Lent, MemoryControl, Wiped
from simulator.engine.player import ask
from simulator.engine.trial import Exchange, Trials, run_trials
from worlds.kit.bots import HOLDING, NEW_KIND, RESERVED, TRAINING, pools_of
from worlds.world import Bot, Fact, World

Floats = NDArray[np.float64]
OTHERS, NOTHING = "other opponents", "nothing"
TINY = 1e-12
Shadows = dict[str, tuple[Any, MemoryControl]]
"""By name, a player of the same weights and what changes its memory when an episode begins."""


@dataclass(frozen=True)
class Probed:
    """How well one told fact is read from the memory at the end of each episode."""

    split: str
    role: str
    fact: str
    about: str
    """opponents or layout."""
    measure: str
    """accuracy (of facts with names), AUC (of yes or no) or R² (of numbers)."""
    chance: float
    entries: int
    """Numbers of the fact, or seats, that it is the mean of."""
    episodes: tuple[Estimate | None, ...]
    """None: it hardly varies there."""


@dataclass(frozen=True)
class Foreign:
    """What memory is worth against one that was formed with other opponents."""

    split: str
    role: str
    own: tuple[Estimate, ...]
    """Return by episode."""
    foreign: tuple[Estimate, ...]
    lost: tuple[Estimate, ...]
    """Own minus foreign, by episode."""
    late: Estimate
    """The same over the later episodes."""


@dataclass(frozen=True)
class Changed:
    """By how much choices are others with another memory, on the same observations."""

    split: str
    role: str
    memory: str
    """What is remembered in place of the own memory: ``OTHERS`` or ``NOTHING``."""
    episodes: tuple[Estimate, ...]
    """Mean Kullback-Leibler divergence of the choices from the agent's own, in nats a decision, by episode."""


@dataclass
class _Watcher:
    """Keeps what is remembered, and true, at each episode's last decision; and asks shadows for their choices."""

    batch: Batch
    player: Any
    episodes: int
    shadows: Shadows = field(default_factory=dict)
    memory: NDArray[np.float32] = field(init=False)
    """(n, E, S)."""
    told: Floats = field(init=False)
    """(n, E, R)."""

    def __post_init__(self) -> None:
        shape = (self.batch.n, self.episodes)
        self.memory = np.zeros((*shape, self.player.network.state_size), np.float32)
        self.told = np.zeros((*shape, self.batch.told.shape[2]))
        self._sums = {name: np.zeros(shape) for name in self.shadows}
        self._counts = np.zeros(shape)
        for shadow, _ in self.shadows.values():
            shadow.reset(self.batch.n)

    def watch(
        self, observations: NDArray[np.float32], episode: NDArray[np.int64], live: NDArray[np.bool_]
    ) -> None:  # fmt: skip
        """See `simulator.engine.trial.Watch`."""
        at = np.flatnonzero(live), episode[live]
        self.memory[at] = self.player.memory[live]
        self.told[at] = self.batch.told[live, 0]
        active = self.batch.active[:, 0] > 0
        counts = live & active
        self._counts[counts, episode[counts]] += 1.0
        for name, (shadow, _) in self.shadows.items():
            ask(shadow, observations[:, 0], self.batch.told[:, 0], self.batch.legal[:, 0], active)
            apart = divergence(self.player.mind["probabilities"], shadow.mind["probabilities"])
            self._sums[name][counts, episode[counts]] += apart[counts]

    def episode_begins(self, player: Any, tasks: NDArray[np.int64], episodes: NDArray[np.int64]) -> None:
        """Give every shadow the memory that it is to begin with."""
        for shadow, control in self.shadows.values():
            control.episode_begins(shadow, tasks, episodes)

    def divergences(self, name: str) -> Floats:
        """(n, E): the mean over the decisions of each episode; 0 where there is none."""
        return self._sums[name] / np.maximum(self._counts, 1.0)


def divergence(choices: NDArray[Any], others: NDArray[Any]) -> Floats:
    """Kullback-Leibler divergence (n,) of other probabilities (n, A) from these, in nats: the sum over the factors."""
    from_here, there = np.asarray(choices, np.float64), np.asarray(others, np.float64)
    ratio = np.log(np.maximum(from_here, TINY)) - np.log(np.maximum(there, TINY))
    return np.asarray((from_here * ratio).sum(axis=1))


class MemoryStudy:
    """One role on one split: what an agent of it remembers, and what for."""

    def __init__(self, world: World, player: Any, split: str, seat: int, *, tasks: int, seed: int) -> None:
        self.world, self.player, self.split, self.seat = world, player, split, seat
        self.tasks, self.seed = tasks, seed
        self.episodes = player.config.learned.episodes or world.timing.episodes
        self.role = world.seats[seat].role
        self._lanes = np.full((tasks, 1), seat)
        free = np.ones((tasks, len(world.seats)), dtype=bool)
        free[:, seat] = False
        self._exchange: Exchange | None = None
        if len(world.seats) > 1 or world.population:
            self._exchange = strangers(world, split, free, seed=seed)
        self._own, self._foreign, self._watcher = self._play()

    def _play(self) -> tuple[Trials, Trials | None, _Watcher]:
        """The task's own trials, those with foreign memory, and what was seen in the former."""
        shadows: Shadows = {NOTHING: (self._shadow(), Wiped())}
        foreign = None
        if self._exchange is not None:
            _, before = self._run(exchange=self._exchange)
            lent = Lent(np.roll(before.memory, 1, axis=1))  # an episode begins with what the one before it left
            foreign, _ = self._run(control=lent)
            shadows = {OTHERS: (self._shadow(), lent)} | shadows
        own, watcher = self._run(shadows=shadows)
        return own, foreign, watcher

    def _shadow(self) -> Any:
        return agents.load(self.player.folder, device=self.player.device.type, seed=self.seed)

    def _run(
        self, *, exchange: Exchange | None = None, control: MemoryControl | None = None, shadows: Shadows | None = None
    ) -> tuple[Trials, _Watcher]:
        batch = Batch(
            self.world, self.tasks, split=self.split, episodes_per_trial=self.episodes, seed=self.seed,
            lanes=self._lanes, reveal=True,
        )  # fmt: skip
        watcher = _Watcher(batch, self.player, self.episodes, shadows or {})
        trials = run_trials(
            batch, self.player, self._lanes[:, 0], exchange=exchange, control=control or watcher, watch=watcher.watch
        )
        return trials, watcher

    def probes(self) -> list[Probed]:
        """Every told fact, at the end of every episode; bots of one role together."""
        groups: dict[str, list[Fact]] = {}
        for fact in self.world.facts(self.seat):
            name = f"bot of {self.world.seats[fact.seat].role}" if fact.seat >= 0 else fact.name
            groups.setdefault(name, []).append(fact)
        found: list[Probed] = []
        for name, members in groups.items():
            by_episode = [self._scores(members, episode) for episode in range(self.episodes)]
            for measure in dict.fromkeys(measure for scores in by_episode for measure in scores):
                first = next(scores[measure] for scores in by_episode if measure in scores)
                estimates = tuple(_estimate(scores.get(measure)) for scores in by_episode)
                about = members[0].about
                found.append(
                    Probed(self.split, self.role, name, about, measure, first.chance, first.entries, estimates)
                )  # fmt: skip
        return found

    def _scores(self, facts: list[Fact], episode: int) -> dict[str, Score]:
        """By measure, the mean over some facts at the end of an episode."""
        memory = self._watcher.memory[:, episode].astype(np.float64)
        found: dict[str, list[Score]] = {}
        for fact in facts:
            for score in probe(memory, self._watcher.told[:, episode, fact.at], fact):
                if fact.seat >= 0:  # how often kinds are drawn is known, and need not be counted
                    bots = self.world.bots_of(self.world.seats[fact.seat].role)
                    score = replace(score, chance=likeliest(bots, self.split))
                found.setdefault(score.measure, []).append(score)
        return {
            measure: Score(
                scores[0].measure, float(np.mean([each.chance for each in scores])),
                sum(each.entries for each in scores), np.mean([each.by_task for each in scores], axis=0),
            )
            for measure, scores in found.items()
        }  # fmt: skip

    def foreign(self) -> list[Foreign]:
        """What is lost with a foreign memory; nothing where nobody can be exchanged."""
        if self._foreign is None:
            return []
        compared = Comparison(
            {"own": self._own.returns[None], "foreign": self._foreign.returns[None]},
            groups={"own": "agent", "foreign": "agent"},
        )
        by_episode = (compared.by_episode(*names) for names in (("own",), ("foreign",), ("own", "foreign")))
        own, foreign, lost = map(tuple, by_episode)
        return [Foreign(self.split, self.role, own, foreign, lost, compared.late("own", "foreign"))]

    def changes(self) -> list[Changed]:
        """How far the shadows' choices are from the agent's."""
        return [
            Changed(
                self.split, self.role, name,
                tuple(Comparison({name: self._watcher.divergences(name)[None]}).by_episode(name)),
            )
            for name in self._watcher.shadows
        ]  # fmt: skip


def likeliest(bots: Sequence[Bot], split: str) -> float:
    """How often the most frequent kind of one role's ``bots`` is drawn in a split."""
    pools = pools_of(bots)
    if split not in ("test-opponent", "test-both"):
        return 1.0 / max(len(pools[TRAINING]), 1)
    new, known = len(pools[RESERVED]), len(pools[HOLDING])
    share = NEW_KIND if new and known else float(new > 0)
    return max(share / max(new, 1), (1.0 - share) / max(known, 1))


def _estimate(score: Score | None) -> Estimate | None:
    if score is None:
        return None
    return Comparison({score.measure: score.by_task[None, :, None]}).late(score.measure)
