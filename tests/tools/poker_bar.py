"""How far agents come from equilibrium towards the best response in poker, against opponents of a split.

`python tests/tools/poker_bar.py runs/poker-seed0` plays trials of 40 episodes, 320 hands of a game with one round and
240 of one with two. For each variant it prints what the equilibrium and the best response (told who the other one is)
earn a hand on the same tasks, then what the agent earns in its first hands and after 200, in bets a hand, and which
share of the way from the one to the other that is. At last it prints what the agent earns from an equilibrium player,
whom nobody beats: the bar is at most 2 hundredths of a bet a hand below 0.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import agents
import worlds
from agents.players.classical.poker_players import BayesPlayer, EquilibriumPlayer, ToldPlayer
from simulator.engine import Batch
from simulator.engine.trial import run_trials
from worlds.games.poker.constants import VARIANTS
from worlds.world import World

EPISODES, BRIEFLY = 40, 6  # of a trial; of those who have nothing to find out and are slow to think
KNOWN_AFTER = 200  # hands
SEED = 900_001
AT_ONCE = 500  # tasks of a batch
Z = 1.96
Floats = NDArray[np.float64]


def played(
    world: World, player: Any, split: str, tasks: int, *, other: str = "bot", episodes: int = EPISODES
) -> tuple[Floats, NDArray[np.int64]]:
    """Bets won in every episode (tasks, episodes), and the variant of each task."""
    parts, variants = [], []
    for first in range(0, tasks, AT_ONCE):
        count = min(AT_ONCE, tasks - first)
        batch = Batch(
            world, count, split=split, seed=SEED, first_index=first, episodes_per_trial=episodes,
            seats={"opponent_0": other}, lanes=["player_0"], reveal=bool(getattr(player, "needs_reveal", False)),
        )  # fmt: skip
        batch.reset()
        variants.append(batch.worlds["generator"].astype(np.int64))
        parts.append(run_trials(batch, player, np.zeros(count, np.int64)).returns)
    return np.concatenate(parts), np.concatenate(variants)


def a_hand(returns: Floats, hands: int, first: int, last: int) -> Floats:
    """(tasks,): bets a hand in the episodes that lie in the hands from ``first`` to ``last`` (exclusive)."""
    start, stop = -(-first // hands), min(last // hands, returns.shape[1])
    return np.asarray(returns[:, start:stop].mean(axis=1) / hands)


def shown(values: Floats) -> str:
    """Mean and half of its 95 % interval."""
    return f"{values.mean():7.3f} ±{Z * values.std(ddof=1) / len(values) ** 0.5:6.3f}"


def share(agent: Floats, low: Floats, high: Floats) -> str:
    """Of the way from low to high, with half of its 95 % interval (delta method; the tasks are the same)."""
    whole = high.mean() - low.mean()
    part = (agent.mean() - low.mean()) / whole
    errors = (agent - low) - part * (high - low)
    return f"{part:5.2f} ± {Z * errors.std(ddof=1) / len(errors) ** 0.5 / abs(whole):.2f}"


def report(name: str, found: Floats, low: Floats, high: Floats, variants: NDArray[np.int64]) -> None:
    """What somebody earned, variant by variant."""
    print(name)
    for index in np.unique(variants):
        mine, hands = variants == index, VARIANTS[index].hands
        whole = EPISODES * hands
        floor, top = a_hand(low[mine], hands, 0, whole), a_hand(high[mine], hands, 0, whole)
        for words, first, last in (
            ("first 8", 0, 8), ("9 to 40", 8, 40), ("41 to 200", 40, KNOWN_AFTER), ("after 200", KNOWN_AFTER, whole),
        ):  # fmt: skip
            now = a_hand(found[mine], hands, first, last)
            won = f"{shown(now)}   share {share(now, floor, top)}"
            print(f"  {VARIANTS[index].name:<14}hands {words:<12}{won}", flush=True)


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", help="run folders, names of shipped agents, or bayes")
    parser.add_argument("--split", default="test-opponent")
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--balance", type=int, default=500, help="tasks against an equilibrium player")
    given = parser.parse_args()
    world = worlds.get("poker")
    low, variants = played(world, EquilibriumPlayer(world), given.split, given.tasks, episodes=BRIEFLY)
    high, _ = played(world, ToldPlayer(world), given.split, given.tasks, episodes=BRIEFLY)
    print(f"bets a hand against {given.split}, {given.tasks:,} tasks")
    for index in np.unique(variants):
        mine, hands = variants == index, VARIANTS[index].hands
        for words, values in (("equilibrium", low), ("best response", high)):
            print(f"  {VARIANTS[index].name:<14}{words:<18}{shown(a_hand(values[mine], hands, 0, EPISODES * hands))}")
    for name in given.names:
        player = BayesPlayer(world) if name == "bayes" else agents.load(name)
        found, _ = played(world, player, given.split, given.tasks)
        report(name, found, low, high, variants)
        even, met = played(world, player, given.split, given.balance, other="bot:equilibrium")
        for index in np.unique(met):
            mine, hands = met == index, VARIANTS[index].hands
            late = a_hand(even[mine], hands, 0, EPISODES * hands)
            print(f"  {VARIANTS[index].name:<14}against equilibrium {shown(late)}", flush=True)


if __name__ == "__main__":
    main()
