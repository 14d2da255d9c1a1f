"""What the best players of solved worlds score on held-out tasks, by episode, beside what is exactly possible.

`python tests/tools/solved.py` plays gridnav, two_state, frozen_lake and poker; `python tests/tools/solved.py gridnav`
one of them. Whoever knows the task, or searches it in the best way, is what an agent that learns to adapt is measured
by.
"""

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np

import worlds
from agents.players.classical.grid_search import (
    GoalKnower,
    GridSearcher,
    first_episode_bound,
    known_goal_value,
    plan_search,
    plan_value,
)
from agents.players.classical.lake import LakeExplorer, LakeKnower
from agents.players.classical.pairs import TWO, PairsOptimum, PairsPlayer
from agents.players.classical.poker_players import BayesPlayer, EquilibriumPlayer, ToldPlayer
from simulator.engine import Batch
from simulator.engine.trial import run_trials
from worlds.world import World

SEED = 900_001


def played(world: World, player: Any, tasks: int) -> str:
    """Mean returns by episode over tasks that no training meets, and half of the last one's 95 % interval."""
    reveal = bool(getattr(player, "needs_reveal", False))
    seats = {seat.name: "bot" for seat in world.seats[1:]}
    batch = Batch(world, tasks, split="test-both", seed=SEED, reveal=reveal, seats=seats)
    returns = run_trials(batch, player, np.zeros(tasks, np.int64)).returns
    spread = 1.96 * returns[:, -1].std(ddof=1) / tasks**0.5
    return f"{written(returns.mean(axis=0))} ± {spread:.3f}"


def written(values: Any) -> str:
    """Numbers in columns."""
    return "".join(f"{value:>9.3f}" for value in values)


def gridnav(tasks: int) -> Iterator[tuple[str, str]]:
    """The goal is known, or searched for along the best plan."""
    world = worlds.get("gridnav")
    side, ticks, episodes = int(world.build_args["side"]), world.timing.decisions, world.timing.episodes
    yield "knows the goal", played(world, GoalKnower(world), tasks)
    yield "  exactly", written([known_goal_value(side, ticks)] * episodes)
    yield "searches by the plan", played(world, GridSearcher(world), tasks)
    yield "  exactly", written(plan_value(plan_search(side, ticks), side, ticks, episodes))
    yield "  at most, at first", written([first_episode_bound(side, ticks)])
    yield "searches, memory wiped", played(world, GridSearcher(world, remember=False), tasks)


def two_state(tasks: int) -> Iterator[tuple[str, str]]:
    """The Bayes optimum; its trial is exact, what it gets by episode is played."""
    world, optimum = worlds.get("two_state"), PairsOptimum(TWO)
    yield "Bayes optimum", played(world, PairsPlayer(world, sets=TWO), tasks)
    yield "  exactly, a trial", written([optimum.trial(world.timing.episodes)])
    yield "the same, memory wiped", played(world, PairsPlayer(world, sets=TWO, remember=False), tasks)
    yield "  exactly, an episode", written([optimum.trial(1)])


def frozen_lake(tasks: int) -> Iterator[tuple[str, str]]:
    """The lake is known, or explored; its buttons do what they say, or are remapped too."""
    for remapped in (False, True):
        world, what = worlds.get("frozen_lake", remapped=remapped), ", remapped" if remapped else ""
        yield f"knows the lake{what}", played(world, LakeKnower(world), tasks)
        yield f"explores{what}", played(world, LakeExplorer(world), tasks)


def poker(tasks: int) -> Iterator[tuple[str, str]]:
    """Nothing is known of the other one, who it is gets known, or it is told."""
    world = worlds.get("poker")
    yield "equilibrium", played(world, EquilibriumPlayer(world), tasks)
    yield "Bayes", played(world, BayesPlayer(world), tasks)
    yield "Bayes, memory wiped", played(world, BayesPlayer(world, remember=False), tasks)
    yield "told who it is", played(world, ToldPlayer(world), tasks)


SOLVED = {"gridnav": gridnav, "two_state": two_state, "frozen_lake": frozen_lake, "poker": poker}


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("worlds", nargs="*", choices=[*SOLVED, []], help="all of them when left out")
    parser.add_argument("--tasks", type=int, default=2000)
    given = parser.parse_args()
    for name in given.worlds or SOLVED:
        print(f"{name}, return by episode, {given.tasks:,} tasks", flush=True)
        for who, figures in SOLVED[name](given.tasks):
            print(f"  {who:<26}{figures}", flush=True)


if __name__ == "__main__":
    main()
