"""How well an agent reads its task: the probability that its belief gives to what is true, by episode of the trial.

The truth is what the world's rules reveal; it goes into this figure and never to the player. Kinds of bots that are
reserved for test cannot be named by an agent that never met them, so they have a row of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.statistics import Comparison, Estimate
from simulator.engine.batch import Batch
from simulator.engine.trial import run_trials
from worlds.world import Fact, World


@dataclass(frozen=True)
class Believed:
    """One kind of fact, as one role sees it on one split."""

    split: str
    role: str
    fact: str
    guess: float
    """Probability of the truth for whoever knows only what there may be in training."""
    episodes: tuple[Estimate, ...]
    """Mean probability of the truth over the decisions of each episode, with a 95 % interval over tasks."""
    decisions: tuple[float, ...]
    """The same by decision of the trial."""


@dataclass(frozen=True)
class _Seen:
    """Probabilities of the truth, NaN where nothing was decided: (tasks, decisions) by fact, and by episode."""

    by_decision: NDArray[np.float64]
    by_episode: NDArray[np.float64]

    def only(self, tasks: NDArray[np.bool_]) -> _Seen:
        """The same with nothing known of all other tasks."""
        rows = tasks[:, None]
        return _Seen(np.where(rows, self.by_decision, np.nan), np.where(rows, self.by_episode, np.nan))


def believed(world: World, player: Any, split: str, seat: int, *, tasks: int, seed: int) -> Iterator[Believed]:
    """Play the tasks and compare what an agent with a belief holds for true with what is, of all facts with names."""
    facts = [fact for fact in world.facts(seat) if fact.one_hot and fact.asked]
    chances, kinds = _play(world, player, split, seat, facts, tasks, seed)
    groups: dict[str, list[_Seen]] = {}
    guesses: dict[str, float] = {}
    for seen, fact in zip(chances, facts, strict=True):
        for name, guess, mine in _groups(world, fact, kinds):
            groups.setdefault(name, []).append(seen.only(mine))
            guesses[name] = guess
    for name, parts in groups.items():
        by_episode = _mean([part.by_episode for part in parts], axis=0)  # one number a task: its seats are no sample
        by_decision = _mean([part.by_decision for part in parts], axis=0)
        whole = by_episode[np.isfinite(by_episode).all(axis=1)]
        if len(whole) < 2:
            continue  # too few such tasks to say anything
        estimates = Comparison({name: whole[None]}).by_episode(name)
        curve = _mean(by_decision, axis=0)
        yield Believed(split, world.seats[seat].role, name, guesses[name], tuple(estimates), tuple(curve.tolist()))


def _groups(world: World, fact: Fact, kinds: NDArray[np.int64]) -> Iterator[tuple[str, float, NDArray[np.bool_]]]:
    """Rows that a fact belongs to: its name, the guess of the ignorant, and which tasks (n,) count in it."""
    if fact.seat < 0:
        yield fact.name, 1.0 / len(fact.choices), np.ones(len(kinds), dtype=bool)
        return
    role = world.seats[fact.seat].role
    train = np.array([bot.split == "train" for bot in world.bots_of(role)])
    known = train[kinds[:, fact.seat]]
    yield f"bot of {role}, known kind", 1.0 / max(int(train.sum()), 1), known
    yield f"bot of {role}, new kind", 0.0, ~known


def _play(
    world: World, player: Any, split: str, seat: int, facts: list[Fact], tasks: int, seed: int
) -> tuple[list[_Seen], NDArray[np.int64]]:
    """One trial on every task: what was believed of each fact, and the kinds of all bots, (tasks, seats)."""
    trial_episodes = player.config.learned.episodes or world.timing.episodes
    lanes = np.full((tasks, 1), seat)
    batch = Batch(
        world, tasks, split=split, episodes_per_trial=trial_episodes, seed=seed, lanes=lanes,
        reveal=True,
    )  # fmt: skip
    longest = trial_episodes * world.timing.decisions
    chances = np.full((len(facts), tasks, longest), np.nan)
    episodes = np.full((tasks, longest), -1)
    kinds = np.zeros((tasks, len(world.seats)), dtype=np.int64)
    decisions = itertools.count()

    def note(observations: NDArray[np.float32], episode: NDArray[np.int64], live: NDArray[np.bool_]) -> None:
        decision = next(decisions)
        if decision == 0:
            kinds[...] = batch.worlds["bot_kind"]
        told, counts = batch.told[:, 0], live & (batch.active[:, 0] > 0)
        episodes[counts, decision] = episode[counts]
        for number, fact in enumerate(facts):
            chances[number, counts, decision] = (player.mind["belief"] * told)[counts, fact.at].sum(axis=1)

    run_trials(batch, player, lanes[:, 0], watch=note)
    return [_Seen(each, _by_episode(each, episodes, trial_episodes)) for each in chances], kinds


def _mean(numbers: Any, axis: int) -> NDArray[np.float64]:
    """The mean over what is not NaN; NaN where nothing is left."""
    found = np.asarray(numbers, dtype=np.float64)
    known = np.isfinite(found)
    count = known.sum(axis=axis)
    total: NDArray[np.float64] = np.where(known, found, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _by_episode(chances: NDArray[np.float64], episodes: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Means (tasks, E) of numbers (tasks, decisions) over the decisions of each episode; NaN where there are none."""
    means = np.full((len(chances), count), np.nan)
    for episode in range(count):
        inside = episodes == episode
        total = inside.sum(axis=1)
        sums = np.where(inside, np.nan_to_num(chances), 0.0).sum(axis=1)
        means[total > 0, episode] = sums[total > 0] / total[total > 0]
    return means
