"""How much more than random play somebody gets in a world's own return: the least that a stranger should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import agents
from agents.checkpoints.league_file import Above
from agents.evaluation.evaluate import workers
from agents.evaluation.lineup import Lineup
from agents.evaluation.stage import Stage
from agents.settings.evaluate import EvaluateSettings
from worlds.world import World


class NoBar:
    """Where no progress is shown."""

    def set_description(self, _: str) -> None: ...

    def update(self, _: int = 1) -> None: ...


def above_random(folder: Path, world: World, *, tasks: int, episodes: int) -> dict[str, Above]:
    """By role that was learned, the later episodes' return minus that of random play on the same tasks of training; the
    bots of the task have all other seats, and blind agents play as they learned.
    """
    settings = EvaluateSettings(
        checkpoint=(str(folder),), conditions=("agent", "random"), splits=("train",), tasks=tasks, episodes=episodes,
        threads=1,
    )  # fmt: skip
    player: Any = agents.load(folder, seed=settings.seed)
    player.check(world, True)
    lineup = Lineup(settings, world, {"agent": [player], "blind": [], "oracle": []}, {}, {}, (), False)
    found = {}
    with workers(1) as pool:
        for role in player.config.roles:
            ahead = Stage(lineup, role, "train", NoBar()).measure(pool).cell.differences["random"]
            found[role] = Above(round(ahead.value, 6), round(ahead.low, 6), round(ahead.high, 6))
    return found
