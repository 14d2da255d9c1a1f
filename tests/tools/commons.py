"""How players do in the commons of `harvest`, by the published measures: `python tests/tools/commons.py NAME …`.

A NAME is a run folder or a shipped agent, `bot:KIND`, or one of `picking` (always one berry, and it leaves some),
`grabbing` and `random`. Everybody plays whole trials in three modes, as Melting Pot has them (Leibo and others 2021):

- together: all seats are this player; what a population makes of its commons.
- resident: all seats but one; the last is a stranger of the split.
- visitor: one seat; all others are strangers.

It prints the return of a seat of the player (Melting Pot's focal per-capita return), the collective return of all
seats, and what Perolat and others (2017) call efficiency, equality, sustainability and peace: means of all episodes ±
half of a 95 % interval over tasks. Efficiency, equality and sustainability count berries.

What can be set beside figures of others: equality, and peace divided by the seats, are shares and mean the same
everywhere; so does sustainability once it is divided by the ticks of an episode (here 90). Returns and efficiency are
in berries of one map and its growth: those of Melting Pot's commons (seven seats, of which five are focal as residents,
one or two as visitors) are no yardstick for these. What its evaluation keeps is returns of focal and other players, so
only the order of players and modes can be compared with it. No source with its figures as numbers was at hand.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import agents
import worlds
from agents.players.simple import RandomPlayer
from simulator.engine import Batch
from simulator.engine.trial import Trials, run_trials
from worlds.games.harvest.constants import FULL, GO, GRAB, PICK, STAY
from worlds.world import OPEN_SPLITS, World

SEED = 900_001
LEAVES = 2.5  # berries that `picking` leaves
MEASURES = ("collective_return", "efficiency", "equality", "sustainability", "peace")
Z = 1.96


class Plain:
    """Walks to its patch and takes berries in one manner, whatever the others do."""

    mind = None

    def __init__(self, world: World, choice: int) -> None:
        self.name, self._choice, self._stock = world.actions[0].choices[choice], choice, world.observation.at["stock"]

    def reset(self, lanes: int) -> None:
        """There is nothing to wipe."""

    def forget(self) -> None:
        """Nor to forget."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """For every lane its choice, or a step, or a pause."""
        found = np.where(legal[:, GO] == 1, GO, STAY)
        enough = (observations[:, self._stock.start] * FULL >= LEAVES) | (self._choice == GRAB)
        found[(legal[:, PICK] == 1) & enough] = self._choice
        found[(legal[:, PICK] == 1) & ~enough] = STAY
        return found[:, None]


def player_of(name: str, world: World) -> Any:
    """The player of a name; None for a bot."""
    if name.startswith("bot:"):
        return None
    if name in ("picking", "grabbing"):
        return Plain(world, PICK if name == "picking" else GRAB)
    return RandomPlayer(world.action_sizes, seed=1) if name == "random" else agents.load(name)


def played(world: World, name: str, focal: int, split: str, tasks: int) -> Trials:
    """Trials in which the first ``focal`` seats are this player and all others the task's strangers."""
    mine = [seat.name for seat in world.seats[:focal]]
    player = player_of(name, world)
    seats = {seat.name: "bot" for seat in world.seats[focal:]}
    lanes: Any = mine
    if player is None:
        seats |= dict.fromkeys(mine, name)
        lanes = np.zeros((tasks, 0), np.int64)
    batch = Batch(
        world, tasks, split=split, seed=SEED, seats=seats, lanes=lanes, reveal=bool(getattr(player, "needs_reveal", 0))
    )
    batch.reset()
    return run_trials(batch, player, np.tile(np.arange(focal), (tasks, 1)))


def shown(values: NDArray[np.float64]) -> str:
    """Mean over tasks (tasks, episodes) and half of its interval."""
    means = values.mean(axis=1)
    return f"{means.mean():9.2f} ± {Z * means.std(ddof=1) / len(means) ** 0.5:<6.2f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--seats", type=int, default=4)
    parser.add_argument("--split", choices=OPEN_SPLITS, default="test-opponent")
    parser.add_argument("--tasks", type=int, default=500)
    given = parser.parse_args(arguments)
    world = worlds.get("harvest", seats=given.seats)
    print(f"{'':28}{'return of a seat':>18}" + "".join(f"{measure:>18}" for measure in MEASURES))
    for name in given.names:
        for mode, focal in (("together", given.seats), ("resident", given.seats - 1), ("visitor", 1)):
            trials = played(world, name, focal, given.split, given.tasks)
            columns = [trials.returns]
            columns += [trials.metrics[:, :, world.world_figures.index(measure)] for measure in MEASURES]
            print(f"{name[-18:]:18}{mode:10}" + "".join(f"{shown(column):>18}" for column in columns), flush=True)


if __name__ == "__main__":
    main()
