"""The payoff matrix of a run with opponents: its agent, past selves and invited ones, each with each on the same tasks.

RUN/payoff/payoff.json holds the figures (see `evaluation.matrix`), payoff.png the heat maps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tqdm import tqdm

from agents.checkpoints.description import load_config
from agents.checkpoints.files import to_json
from agents.evaluation.evaluate import workers
from agents.evaluation.lineup import Lineup, line_up, roles_of
from agents.evaluation.matrix import Matrix, check, measure_matrix, runs_of
from agents.evaluation.render.plot import matrices_bytes
from agents.settings.command import command_line
from agents.settings.declared import changed
from agents.settings.evaluate import EvaluateSettings
from agents.settings.train import TrainSettings
from agents.training.opponents.invited import KEPT_IN
from agents.training.train import SNAPSHOTS
from simulator import crossplay_version
from worlds.kit.writing import write_bytes
from worlds.world import Refused

FOLDER = "payoff"
MOST_SNAPSHOTS = 3
"""Past selves in the matrix, from the oldest that was kept to the newest: its cost grows with the square of agents."""


def contestants(run: Path) -> tuple[str, ...]:
    """Checkpoints of a run: the agent, its past selves spread over time, everyone invited but those that are blind."""
    named = [path for path in (run / SNAPSHOTS).glob("update-*") if path.name.removeprefix("update-").isdecimal()]
    past = sorted(named, key=lambda path: int(path.name.removeprefix("update-")))
    count = min(MOST_SNAPSHOTS, len(past))
    spread = [past[round(place * (len(past) - 1) / max(count - 1, 1))] for place in range(count)]
    invited = [path for path in sorted((run / KEPT_IN).glob("*")) if load_config(path).reference == "none"]
    return tuple(str(path) for path in (run, *spread, *invited))


def write_payoff(run: Path, settings: TrainSettings) -> tuple[Matrix, ...]:
    """Play the matrix of a finished run on tasks of its split and write it into the run's folder.

    Raises:
        Refused: nobody to play with, or agents that share no role.
    """
    members = contestants(run)
    if len(members) == 1:
        raise Refused("the run has no past selves and met no other checkpoints")
    asked = EvaluateSettings(
        checkpoint=members, splits=(settings.world.split,), tasks=settings.opponents.payoff_tasks,
        threads=settings.run.threads,
        conditions=("agent",),
    )  # fmt: skip
    lineup = line_up(asked)
    by_role = len({seat.role for seat in lineup.world.seats}) > 1
    lineup = dataclasses.replace(lineup, settings=changed(lineup.settings, crossplay="role" if by_role else "seat"))
    roles = roles_of(lineup)
    for role in roles:
        check(lineup, role)
    total, hidden = runs_of(lineup) * len(roles), None if settings.run.progress else True
    with workers(settings.run.threads) as pool, tqdm(total=total, unit="run", desc="payoff", disable=hidden) as bar:
        found = tuple(_measured(lineup, roles, bar, pool))
    command = command_line("evaluate", lineup.settings)
    facts = {
        "kind": "crossplay payoff", "format": 1, "crossplay": crossplay_version(), "world": lineup.world.name,
        "world_version": lineup.world.version, "command": command, "matrices": [part.dict() for part in found],
    }  # fmt: skip
    write_bytes(run / FOLDER / "payoff.json", to_json(facts))
    write_bytes(run / FOLDER / "payoff.png", matrices_bytes(found, lineup.world.name))
    return found


def _measured(lineup: Lineup, roles: tuple[str, ...], bar: tqdm, pool: ThreadPoolExecutor) -> Iterator[Matrix]:
    for role in roles:
        yield measure_matrix(lineup, role, lineup.settings.splits[0], bar, pool)
