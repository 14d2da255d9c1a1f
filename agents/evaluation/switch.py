"""A switch of opponents in mid-trial, and the recovery from it.

At the beginning of episode k the bots of all seats that the task fills, and the drivers of a traffic world, become
those of another task of the same split (the next one of the same world); layout, dynamics and the chance of each
episode stay. On the same tasks are measured:

* ``kept``: the agent, no switch: the old opponents in every episode
* ``switched``: the agent, its memory kept over the switch
* ``switched, wiped``: the same, its memory wiped at every episode start
* ``settled``: the agent with the new opponents from its first episode on, so that it never had a switch
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.results import plain
from agents.evaluation.stage import Stage, Work, gather
from agents.evaluation.statistics import Comparison, Estimate, Formula
from simulator.engine.memory_control import Wiped
from simulator.engine.trial import Exchange, Trials
from worlds.world import Refused

KEPT, SWITCHED, WIPED, SETTLED = NAMES = ("kept", "switched", "switched, wiped", "settled")
RUNS = len(NAMES)


@dataclass(frozen=True)
class Switch:
    """What a switch did in one role on one split."""

    role: str
    split: str
    tasks: int
    episode: int
    """The first with the new opponents; 1 is the trial's first."""
    curves: Mapping[str, list[Estimate]]
    """Return by episode, by name."""
    behind: tuple[Estimate, ...]
    """Switched minus settled in each episode from the switch on."""
    memory: tuple[Estimate, ...]
    """Switched minus switched and wiped in each episode from the switch on: below 0 where old memories mislead."""
    change: Estimate
    """Switched minus kept in the first episode with the new opponents."""
    recovered: Estimate | None
    """(switched − wiped) / (settled − wiped) in the last episode; None unless settled is surely above wiped there."""
    returns: NDArray[np.float64] = field(compare=False, repr=False)
    """(n, E): of the first checkpoint of the agent when switched."""

    def dict(self) -> dict[str, Any]:
        """Plain values with stable keys."""
        return {
            "role": self.role,
            "split": self.split,
            "tasks": self.tasks,
            "episode": self.episode,
            "return_by_episode": {name: [each.dict() for each in curve] for name, curve in self.curves.items()},
            "change": self.change.dict(),
            "switched_minus_settled": [each.dict() for each in self.behind],
            "switched_minus_wiped": [each.dict() for each in self.memory],
            "recovered": self.recovered.dict() if self.recovered else None,
            "last": plain({name: curve[-1] for name, curve in self.curves.items()}),
        }


def check(stage: Stage) -> None:
    """Refuse a switch that cannot be.

    Raises:
        Refused: an episode outside the trial, or a world in which nobody is left to be exchanged.
    """
    episodes, episode = stage.settings.episodes, stage.settings.switch
    if episodes < 2:
        raise Refused(f"switch is {episode}: a trial of 1 episode has no middle, so that only 0, for none, is allowed")
    if not 2 <= episode <= episodes:
        raise Refused(f"switch is {episode}: a trial of {episodes} episodes allows 2 to {episodes}, or 0 for none")
    refuse_without_opponents(stage)


def refuse_without_opponents(stage: Stage) -> None:
    """Refuse to exchange opponents where the task draws none.

    Raises:
        Refused: every other seat is given to somebody, and the world has no drivers without a seat.
    """
    if not stage.bot_seats.any() and not stage.world.population:
        raise Refused(
            f"world {stage.world.name!r} has no opponents beside the {stage.role} that the task draws: there is nobody "
            "to exchange, leave out switch, mixes and the condition foreign"
        )


def measure_switch(stage: Stage, pool: ThreadPoolExecutor) -> Switch:
    """Play all four with every checkpoint of the agent."""
    switched = exchange_of(stage)
    exchanges = {KEPT: None, SWITCHED: switched, WIPED: switched, SETTLED: replace(switched, episode=0)}

    def jobs() -> Iterator[Work]:
        for player in stage.lineup.of("agent", stage.split):
            yield partial(_play, stage, player, exchanges)

    played = gather(pool, jobs())
    tables = {name: [trials.returns for trials in played[name]] for name in NAMES}
    return summarise(stage, stage.compare(tables, groups=dict.fromkeys(NAMES, "agent")), tables[SWITCHED][0])


def exchange_of(stage: Stage) -> Exchange:
    """The switch that the settings ask for."""
    everyone = np.full(stage.settings.tasks, bool(stage.world.population))
    return Exchange(stage.drawn(stage.split, trial=1), stage.bot_seats, everyone, stage.settings.switch - 1)


def _play(stage: Stage, player: Any, exchanges: Mapping[str, Exchange | None]) -> list[tuple[str, Trials]]:
    return [
        (name, stage.play(name, player, control=Wiped() if name == WIPED else None, exchange=exchanges[name]))
        for name in NAMES
    ]


def summarise(stage: Stage, comparison: Comparison, returns: NDArray[np.float64]) -> Switch:
    """Read the figures off a comparison of the four."""
    first, episodes = stage.settings.switch - 1, stage.settings.episodes

    def above(name: str, minus: str, episode: int) -> Formula:
        return lambda v: v(name)[..., episode] - v(minus)[..., episode]

    def difference(name: str, minus: str, episode: int) -> Estimate:
        return comparison.measure(above(name, minus, episode))

    return Switch(
        role=stage.role,
        split=stage.split,
        tasks=stage.settings.tasks,
        episode=stage.settings.switch,
        curves={name: comparison.by_episode(name) for name in NAMES},
        behind=tuple(difference(SWITCHED, SETTLED, episode) for episode in range(first, episodes)),
        memory=tuple(difference(SWITCHED, WIPED, episode) for episode in range(first, episodes)),
        change=difference(SWITCHED, KEPT, first),
        recovered=comparison.ratio(above(SWITCHED, WIPED, -1), above(SETTLED, WIPED, -1)),
        returns=returns,
    )
