"""What knowing the hidden task is worth to a scripted player: mean return of every kind of bot on the same tasks.

`python tests/tools/headroom/scripted.py highway --tasks 512 --split train`. All seats of a role play the kind, with its
knobs in the middle of their ranges, for the first episode of each task; the other roles keep the task's bots.
`--layouts` adds the means of each generator's tasks.
"""

import argparse

import numpy as np

import worlds
from simulator.engine import Batch
from simulator.engine.trial import figure_names, with_own
from worlds.world import OPEN_SPLITS, World


def returns_of(world: World, role: str, kind: str, split: str, tasks: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """In each task (tasks,) the mean return of the role's seats, figures of world and seats (tasks, F), its layout."""
    mine = [index for index, seat in enumerate(world.seats) if seat.role == role]
    seats = {seat.name: f"bot:{kind}" if seat.role == role else "bot" for seat in world.seats}
    nobody = np.zeros((tasks, 0), np.int64)
    batch = Batch(world, tasks, split=split, episodes_per_trial=1, seed=900_001, threads=2, seats=seats, lanes=nobody)
    batch.reset()
    layouts = np.array(batch.worlds["generator"], np.int64)
    returns, figures = np.full(tasks, np.nan), np.zeros((tasks, len(world.figure_names)))
    for _ in range(world.timing.decisions):
        batch.step(np.zeros((tasks, 0, len(world.action_sizes)), np.int64))
        over = (batch.episode_ends > 0) & np.isnan(returns)
        returns[over] = batch.episode_returns[over][:, mine].mean(axis=1)
        figures[over] = batch.figures[over]
    return returns, with_own(world, figures, np.tile(mine, (tasks, 1))), layouts


def main() -> None:
    """Print a row for every kind of bot of every role."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("world", choices=worlds.names())
    parser.add_argument("--tasks", type=int, default=512)
    parser.add_argument("--split", choices=OPEN_SPLITS, default="train")
    parser.add_argument("--layouts", action="store_true")
    chosen = parser.parse_args()
    world = worlds.get(chosen.world)
    for role in dict.fromkeys(seat.role for seat in world.seats):
        for bot in world.bots_of(role):
            returns, figures, layouts = returns_of(world, role, bot.name, chosen.split, chosen.tasks)
            spread = 1.96 * returns.std() / np.sqrt(chosen.tasks)
            means = zip(figure_names(world), figures.mean(0), strict=True)
            named = ", ".join(f"{name} {value:.3g}" for name, value in means)
            print(f"{role} {bot.name:<20}{returns.mean():8.2f} ± {spread:.2f}   {named}", flush=True)
            for index in np.unique(layouts) if chosen.layouts else ():
                mine = returns[layouts == index]
                spread = 1.96 * mine.std() / np.sqrt(len(mine))
                print(f"    {world.generators[index].name:<23}{mine.mean():8.2f} ± {spread:.2f}", flush=True)


if __name__ == "__main__":
    main()
