"""How much of a team's return goes when one of them stands still: `python tests/tools/interdependence.py`.

For `kitchen`, and for its layouts in Overcooked's format: the task's bots all play, or all but one seat, which stays
where it is. Interdependence is 1 − the return with one standing still / the return of all, the mean over the seats that
stand still (1: nobody can do anything alone; 0: one does as well without the others). What counts is the number of
dishes, or the points of soups: what is paid for trying is left out.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from worlds.games.kitchen.reader import SHIPPED
from worlds.world import World

BY_RULES, BY_LAYOUT = ("right_dishes", "plain_dishes"), ("soup_points",)


def earned(world: World, idle: int | None, tasks: int, seats: dict[str, str]) -> NDArray[np.float64]:
    """What the team makes in the first episode of each task (tasks,) if one seat (None: nobody) never does anything."""
    lanes: Any = np.zeros((tasks, 0), np.int64) if idle is None else [world.seats[idle].name]
    playing = {name: spec for name, spec in seats.items() if idle is None or name != world.seats[idle].name}
    batch = Batch(world, tasks, seed=900_001, episodes_per_trial=1, seats=playing, lanes=lanes)
    batch.reset()
    names = list(world.figure_names)
    columns = [i for i, name in enumerate(names) if name.endswith(BY_RULES + BY_LAYOUT)]
    found = np.full(tasks, np.nan)
    for _ in range(world.timing.decisions):
        batch.step(np.zeros((tasks, batch.L, len(world.action_sizes)), np.int64))
        over = (batch.episode_ends > 0) & np.isnan(found)
        found[over] = batch.figures[over][:, columns].sum(axis=1)
    return found


def interdependence(world: World, tasks: int, kind: str = "") -> tuple[float, float]:
    """The share that goes, and what all together make; ``kind``: of all bots, else the task's own."""
    seats = {seat.name: f"bot:{kind}" if kind else "bot" for seat in world.seats}
    together = float(earned(world, None, tasks, seats).mean())
    alone = np.mean([earned(world, index, tasks, seats).mean() for index in range(len(world.seats))])
    return (1.0 - float(alone) / together if together else 0.0), together


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for the world's own kitchens and for each layout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layouts", nargs="*", default=["", *SHIPPED], help="names or files; '' for the own kitchens")
    parser.add_argument("--tasks", type=int, default=200)
    given = parser.parse_args(arguments)
    for layout in given.layouts:
        world = worlds.get("kitchen", layout=layout)
        share, together = interdependence(world, given.tasks, "allrounder" if layout else "")
        made = "points of soups" if layout else "dishes, counted for each seat"
        print(
            f"{layout or 'own kitchens':<26} interdependence {share:5.2f}   all together {together:6.1f} {made}",
            flush=True,
        )


if __name__ == "__main__":
    main()
