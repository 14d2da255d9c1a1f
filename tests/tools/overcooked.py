"""Scores in Overcooked's five classic layouts beside published ones.

`python tests/tools/overcooked.py "runs/overcooked/{layout}-{seed}" --seeds 3 --train 4000000`: an agent of each layout
and training seed learns from so many agent-steps, unless it is there already, with a copy of itself in the other seat
(`RECIPE`); ``{layout}`` and ``{seed}`` in a name stand for the layout and for 0, 1 and so on. For each layout a row
tells what they earn in 400 ticks, 20 points a soup, as the mean over both starts, ± half of the 95 % interval, over
training seeds and episodes where there are several seeds: with a copy of itself, with the agent of the next seed (or a
second one that is named, in any case a stranger to the first), and with the bots that are kept for testing (all kinds
in equal shares). Interdependence is 1 − the score while one stands still / the score with a copy, the mean over who
stands still (1: nobody serves anything alone). Instead of an agent a bot plays by ``bot:KIND``, the default is
bot:allrounder.

Published are, where they were found in writing (see `PUBLISHED`): pairs of agents of self-play, such an agent with a
model of people that it never met, and one of fictitious co-play with experts that it never met.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import agents
import worlds
from agents.evaluation.statistics import Comparison
from agents.players.simple import RandomPlayer
from simulator.app import cli
from simulator.engine import Batch
from simulator.engine.trial import figure_names, run_trials
from worlds.games.kitchen.classic.constants import STAY
from worlds.games.kitchen.classic.roster import ROLE
from worlds.games.kitchen.reader import SHIPPED
from worlds.world import Refused, World

SEED = 900_001
RECIPE = ("--together", "--hidden", "64", "--rollout", "100", "--entropy", "0.02", "--threads", "1", "--no-progress")
"""Flags of `crossplay train` for an agent of one layout: chosen once, compared with no others."""
Floats = NDArray[np.float64]

REPRODUCED = "a reproduction of Carroll et al. 2019, arXiv 1910.05789, with two seeds; the paper itself was not read"
QUOTED = "Li et al. 2023 (COLE, arXiv 2302.04831), with experts, as quoted elsewhere: the table itself was not read"
PUBLISHED: dict[str, tuple[tuple[str, dict[str, float]], ...]] = {
    "self-play, its own copy": ((REPRODUCED, {
        "cramped_room": 224, "asymmetric_advantages": 436, "coordination_ring": 208, "forced_coordination": 180,
        "counter_circuit": 81,
    }),),
    "self-play, model of people": ((REPRODUCED, {
        "cramped_room": 68, "asymmetric_advantages": 86, "coordination_ring": 68, "forced_coordination": 12,
        "counter_circuit": 6,
    }),),
    "self-play, experts": ((QUOTED, {"cramped_room": 165.7, "coordination_ring": 133.3, "counter_circuit": 65.7}),),
    "fictitious co-play, experts": ((QUOTED, {
        "cramped_room": 207.2, "coordination_ring": 144.0, "counter_circuit": 46.5,
    }),),
}  # fmt: skip
"""By who plays with whom: the source, and points in 400 ticks by layout. What is missing was not found in writing.

Partners differ from source to source, so no two lines are the same test. For fictitious co-play as it was first told
of (Strouse et al. 2021, arXiv 2110.08176) and for asymmetric_advantages and forced_coordination no figure was found.
"""


class Still:
    """Stands still."""

    name, mind = "still", None

    def reset(self, lanes: int) -> None:
        """Nothing to start."""

    def forget(self) -> None:
        """Nothing to forget."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Stay, in all lanes (L, 1)."""
        return np.full((len(legal), 1), STAY, np.int64)


@dataclass(frozen=True)
class Cook:
    """Who sits in a seat: a bot by its spec, or somebody who is asked."""

    bot: str = ""
    player: Any = None


def cook_of(world: World, name: str, layout: str, seed: int) -> Cook:
    """Who is meant by ``bot:KIND``, ``random`` or the name of an agent, in which {layout} stands for the layout.

    Raises:
        Refused: no such agent, or one that learned another kitchen.
    """
    if name.startswith("bot:"):
        return Cook(bot=name)
    if name == "random":
        return Cook(player=RandomPlayer(world.action_sizes, seed=seed))
    player = agents.load(name.replace("{layout}", layout), seed=seed)
    player.check(world, True)
    return Cook(player=player)


def scores(world: World, cooks: Sequence[Cook], episodes: int) -> Floats:
    """Points (episodes,) of soups in an episode with these cooks, seat by seat."""
    names = [seat.name for seat in world.seats]
    bots = {name: cook.bot for name, cook in zip(names, cooks, strict=True) if cook.bot}
    lanes: Any = [name for name in names if name not in bots] or np.zeros((episodes, 0), np.int64)
    batch = Batch(world, episodes, seed=SEED, episodes_per_trial=1, seats=bots, lanes=lanes)
    players = [cook.player for cook in cooks if not cook.bot]
    played = run_trials(batch, None, np.zeros(episodes, np.int64), others=players)
    return np.asarray(played.metrics[:, 0, figure_names(world).index("soup_points")], np.float64)


def both_ways(world: World, one: Cook, other: Cook, episodes: int) -> Floats:
    """Points (2 × episodes,) with one at the first start and the other at the second, then the other way round."""
    return np.concatenate([scores(world, pair, episodes) for pair in ((one, other), (other, one))])


def with_strangers(world: World, cook: Cook, episodes: int) -> Floats:
    """Points with each of the bots that are kept for testing, both ways."""
    kept = [bot.name for bot in world.bots_of(ROLE) if bot.split == "test"]
    each = max(episodes // len(kept), 1)
    return np.concatenate([both_ways(world, cook, Cook(bot=f"bot:{kind}"), each) for kind in kept])


def interdependence(world: World, cook: Cook, together: float, episodes: int) -> float:
    """The share of the score that goes when one of two stands still; 0 where there is none."""
    alone = float(both_ways(world, cook, Cook(player=Still()), episodes).mean())
    return 1.0 - alone / together if together else 0.0


def shown(points: Sequence[Floats]) -> str:
    """Mean, and half of its 95 % interval, of the points (episodes,) of each training seed."""
    found = Comparison({"points": np.stack(points)[..., None]}).by_episode("points")[0]
    return f"{found.value:6.1f} ± {(found.high - found.low) / 2.0:4.1f}"


def names(name: str, layout: str, seeds: int) -> list[str]:
    """The agents that are meant in a layout, one of each seed if the name has a place for it."""
    here = name.replace("{layout}", layout)
    return [here.replace("{seed}", str(seed)) for seed in range(seeds)] if "{seed}" in here else [here]


def learn(name: str, layouts: Sequence[str], seeds: int, steps: int) -> None:
    """Train the agents that are not there yet, and go on with those that are not finished.

    Raises:
        SystemExit: a training that came to no good end; it has said why.
    """
    for seed in range(seeds):
        for layout in layouts:
            folder = Path(names(name, layout, seeds)[seed])
            if (folder / "ended.json").is_file():
                continue
            flags = ("--steps", str(steps), "--seed", str(seed), "--out", str(folder))
            going_on = ("--resume",) if (folder / "resume").exists() else ()
            if code := cli.run(["train", "kitchen", "--world-args", f"layout={layout}", *RECIPE, *flags, *going_on]):
                raise SystemExit(code)


def row(layout: str, first: str, second: str, episodes: int, seeds: int) -> str:
    """What was measured in a layout."""
    world = worlds.get("kitchen", layout=layout)
    mine = names(first, layout, seeds)
    cooks = [cook_of(world, name, layout, 0) for name in mine]
    together = [both_ways(world, cook, cook_of(world, name, layout, 1), episodes)
                for cook, name in zip(cooks, mine, strict=True)]  # fmt: skip
    others = names(second, layout, seeds) if second else [*mine[1:], mine[0]] if len(mine) > 1 else []
    others = others * len(mine) if len(others) == 1 else others
    met = [both_ways(world, cook, cook_of(world, name, layout, 2), episodes)
           for cook, name in zip(cooks, others, strict=False)]  # fmt: skip
    shares = [interdependence(world, cook, float(points.mean()), episodes)
              for cook, points in zip(cooks, together, strict=True)]  # fmt: skip
    strangers = [with_strangers(world, cook, episodes) for cook in cooks]
    columns = (shown(together), shown(met) if met else "-", shown(strangers))
    return f"{layout:<24}{''.join(f'{column:>16}' for column in columns)}{np.mean(shares):10.2f}"


def published(layouts: Sequence[str]) -> list[str]:
    """The published scores, a line for each who with whom and source."""
    lines = []
    for pair, sources in PUBLISHED.items():
        for source, points in sources:
            found = ", ".join(f"{layout} {points[layout]:g}" if layout in points else f"{layout} not found"
                              for layout in layouts)  # fmt: skip
            lines.append(f"{pair}: {found} ({source})")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each layout, then what is published."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", nargs="?", default="bot:allrounder", help="an agent's name with {layout}, or a bot")
    parser.add_argument("second", nargs="?", default="", help="a stranger to it")
    parser.add_argument("--layouts", nargs="+", choices=SHIPPED, default=list(SHIPPED))
    parser.add_argument("--episodes", type=int, default=100, help="of each start")
    parser.add_argument("--seeds", type=int, default=1, help="training seeds, where the name has {seed}")
    parser.add_argument("--train", type=int, default=0, metavar="STEPS", help="train the first ones that are not there")
    given = parser.parse_args(arguments)
    if given.episodes < 2:
        parser.error(f"--episodes is {given.episodes}: allowed is 2 or more")
    if given.seeds < 1 or (given.seeds > 1 and "{seed}" not in given.first):
        parser.error(f"--seeds is {given.seeds}: allowed is 1 or more, and more than 1 goes with {{seed}} in the name")
    if given.train and "{layout}" not in given.first:
        parser.error(f"--train has no folders in {given.first!r}: name them like runs/overcooked/{{layout}}-{{seed}}")
    if given.train:
        learn(given.first, given.layouts, given.seeds, given.train)
    print(f"{'layout':<24}{'with a copy':>16}{'with another':>16}{'test bots':>16}{'interdep.':>10}", flush=True)
    try:
        for layout in given.layouts:
            print(row(layout, given.first, given.second, given.episodes, given.seeds), flush=True)
    except Refused as error:
        parser.error(str(error))
    print("\nPublished, points in 400 ticks:", *published(given.layouts), sep="\n", flush=True)


if __name__ == "__main__":
    main()
