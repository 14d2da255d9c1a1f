"""How agents, our own bots and RoShamBo bots do against OpenSpiel's 43 RoShamBo bots, match by match.

`python tests/tools/roshambo.py runs/throws-seed0` plays an agent; `bot:chooser` one of the world's own bots,
`roshambo:greenberg` one of the 43, and `mixer` the predictors of tests/tools/headroom/throws.py. It prints the mean
return of 1,000 throws against each of the 43, then their mean ± half of a 95 % interval over matches: of those against
one bot, as all 43 are met, none is drawn. Needs the extra `opponents`.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import agents
import worlds
from agents.calibration.row import SEED, Contestant, bot, total
from agents.calibration.throws import STRANGERS, play_strangers, stranger
from agents.players import roshambo
from tests.tools.headroom.throws import Mixer

Z = 1.96


def contestant(name: str) -> Contestant:
    """Who is meant by a name."""
    kind, _, rest = name.partition(":")
    if kind == "bot":
        return bot(rest)
    if kind == "roshambo":
        return stranger(rest)
    if name == "mixer":
        return lambda _world, _seed: Mixer()
    return lambda _world, seed: agents.load(name, seed=seed)


def scores(name: str, matches: int) -> NDArray[np.float64]:
    """(matches, 43): the return of every match, by bot."""
    world, count = worlds.get("throws"), len(roshambo.names())
    with ThreadPoolExecutor(1) as pool:
        trials = play_strangers(STRANGERS, world, contestant(name), matches * count, SEED, pool)
    return total(trials).reshape(matches, count)


def summary(returns: NDArray[np.float64]) -> tuple[float, float]:
    """Mean of matches (m, 43), and half of its 95 % interval: that of a stratified mean, infinite for one match."""
    if len(returns) < 2:
        return float(returns.mean()), float("inf")
    variance = returns.var(axis=0, ddof=1) / len(returns)
    return float(returns.mean()), float(Z * np.sqrt(variance.sum()) / returns.shape[1])


def main() -> None:
    """Play and print, a column each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", help="run folders, bot:KIND, roshambo:NAME or mixer")
    parser.add_argument("--matches", type=int, default=4, help="against each bot")
    given = parser.parse_args()
    found: dict[str, Any] = {name: scores(name, given.matches) for name in given.names}
    print(f"{'':18}" + "".join(f"{name[-17:]:>18}" for name in found))
    for column, met in enumerate(roshambo.names()):
        print(f"{met:18}" + "".join(f"{returns[:, column].mean():18.0f}" for returns in found.values()))
    told = (f"{mean:.1f} ± {half:.1f}" for mean, half in map(summary, found.values()))
    print(f"{'mean':18}" + "".join(f"{words:>18}" for words in told))


if __name__ == "__main__":
    main()
