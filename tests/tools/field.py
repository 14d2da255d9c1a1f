"""How strategies of the Axelrod library and trained agents do against the library's held-out half, match by match.

`python tests/tools/field.py` lets every quick strategy play one match against each of the half, in five minutes;
`python tests/tools/field.py DBS runs/calibration/repeated/seed0` plays those that are named, and tells what the first
has more than each of the others on the same matches (mean ± half of a 95 % interval over matches).
"""

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import agents
import worlds
from agents.calibration.repeated import HELD_OUT_HALF, a_turn, play_strategies, strategy
from agents.calibration.row import SEED
from agents.players import axelrod as strategies

Z = 1.96


def scores(name: str, matches: int, pool: ThreadPoolExecutor) -> NDArray[np.float64]:
    """(matches,): the payoff a turn of a strategy, or of the agent in a folder."""
    settings = HELD_OUT_HALF.settings
    world = worlds.get(settings.world.name, **settings.world.args)
    contestant = (lambda _world, seed: agents.load(name, seed=seed)) if Path(name).exists() else strategy(name)
    return a_turn(play_strategies(HELD_OUT_HALF, world, contestant, matches, SEED, pool))


def told(values: NDArray[np.float64], *, sign: str = "") -> str:
    """Mean and half of its interval."""
    return f"{values.mean():{sign}.3f} ± {Z * values.std(ddof=1) / len(values) ** 0.5:.3f}"


def main() -> None:
    """Play and print: in the order given, or the best last where all play."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="strategies or run folders; all quick strategies when left out")
    parser.add_argument("--matches", type=int, default=len(strategies.names("test")))
    given = parser.parse_args()
    with ThreadPoolExecutor(1) as pool:
        found = {name: scores(name, given.matches, pool) for name in given.names or strategies.names()}
    if not given.names:
        found = dict(sorted(found.items(), key=lambda item: float(item[1].mean())))
    first = next(iter(found.values()))
    for name, values in found.items():
        less = "" if not given.names or values is first else f"   the first has {told(first - values, sign='+')} more"
        print(f"{told(values)}   {name}{less}")


if __name__ == "__main__":
    main()
