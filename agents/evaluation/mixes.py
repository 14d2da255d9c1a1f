"""Graded mixes: the score against the share of held-out opponents, on seen and on new layouts.

Every seat that the task fills with a bot, and the drivers of a traffic world as a whole, are an opponent. At a share u
exactly u of all opponents are held-out ones, spread over the tasks as evenly as it goes; who is held out at one share
is so at every larger one, and everything else of the tasks stays, so all shares are paired. (The protocol of graded
seen:unseen ratios is that of OMIS, Jing et al. 2024; there the mix is over a pool of opponent policies.)
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.crossed import NEW_LAYOUT
from agents.evaluation.lineup import SAME_CHECKPOINT
from agents.evaluation.results import plain
from agents.evaluation.stage import Stage, Work, gather
from agents.evaluation.statistics import Comparison, Estimate
from agents.players.simple import RandomPlayer
from agents.settings.evaluate import unseen_share
from simulator.engine.memory_control import Wiped
from simulator.engine.trial import Exchange, Trials

CONDITIONS = ("agent", "wiped", "blind", "oracle", "random")
UNSEEN = "test-opponent"


@dataclass(frozen=True)
class Mixes:
    """One role on seen or new layouts, over the shares of held-out opponents."""

    role: str
    layout: str
    """The split that the layouts come from: train or test-layout."""
    tasks: int
    mixes: tuple[str, ...]
    """In the order of their shares."""
    shares: tuple[float, ...]
    """Of held-out opponents."""
    later: Mapping[str, tuple[Estimate, ...]]
    """Mean over the later episodes by condition and mix."""
    gain: tuple[Estimate, ...]
    """The agent's last episode minus its first, by mix."""
    adaptation: tuple[Estimate | None, ...]
    """By mix, where it can be told."""
    drop: Estimate
    """The agent's later episodes at the smallest share minus those at the largest."""

    def dict(self) -> dict[str, Any]:
        """Plain values with stable keys."""
        return {
            "role": self.role,
            "layout": self.layout,
            "tasks": self.tasks,
            "drop": self.drop.dict(),
            "mixes": [
                {
                    "mix": mix,
                    "unseen_share": round(self.shares[at], 6),
                    "later": plain({name: row[at] for name, row in self.later.items()}),
                    "gain": self.gain[at].dict(),
                    "adaptation": _plain(self.adaptation[at]),
                }
                for at, mix in enumerate(self.mixes)
            ],
        }


def _plain(estimate: Estimate | None) -> dict[str, float] | None:
    return estimate.dict() if estimate else None


def layouts_of(splits: tuple[str, ...]) -> tuple[str, ...]:
    """The splits that the layouts of some splits come from, without their opponents."""
    return tuple(dict.fromkeys("test-layout" if split in NEW_LAYOUT else "train" for split in splits))


def conditions_of(stage: Stage) -> tuple[str, ...]:
    """Which conditions are measured in every mix."""
    return tuple(name for name in CONDITIONS if name in stage.settings.measured)


def runs_of(stage: Stage) -> int:
    """Batches of trials that one role takes on one kind of layout."""
    each = sum(len(stage.lineup.of(name, stage.split)) or 1 for name in conditions_of(stage))
    return each * len(stage.settings.mixes)


def measure_mixes(stage: Stage, pool: ThreadPoolExecutor) -> Mixes:
    """Play every mix under every condition; the stage's split is that of the layouts."""
    mixes = tuple(sorted(dict.fromkeys(stage.settings.mixes), key=unseen_share))
    donors = stage.drawn(UNSEEN, trial=0)
    exchanges = {mix: held_out(stage, unseen_share(mix), donors) for mix in mixes}

    def jobs() -> Iterator[Work]:
        names = conditions_of(stage)
        for together in (("agent", "wiped"), ("blind",), ("oracle",)):  # one checkpoint plays one job at a time
            asked = [name for name in together if name in names]
            yield from (partial(_play, stage, asked, player, exchanges) for player in _players(stage, asked))
        if "random" in names:
            player = RandomPlayer(stage.world.action_sizes, seed=stage.settings.seed)
            yield partial(_play, stage, ["random"], player, exchanges)

    played = gather(pool, jobs())
    return summarise(stage, mixes, {name: [trial.returns for trial in members] for name, members in played.items()})


def _players(stage: Stage, conditions: Sequence[str]) -> list[Any]:
    return stage.lineup.of(conditions[0], stage.split) if conditions else []


def _play(
    stage: Stage, conditions: Sequence[str], player: Any, exchanges: Mapping[str, Exchange]
) -> list[tuple[str, Trials]]:
    return [
        (_name(name, mix), stage.play(_name(name, mix), player, control=_control(name), exchange=exchange))
        for name in conditions
        for mix, exchange in exchanges.items()
    ]


def _control(condition: str) -> Wiped | None:
    return Wiped() if condition in ("wiped", "blind") else None


def held_out(stage: Stage, share: float, donors: NDArray[Any]) -> Exchange:
    """Who is exchanged for a held-out opponent at a share, from the first episode on."""
    seats, population = held_out_members(stage.bot_seats, bool(stage.world.population), share, stage.settings.seed)
    return Exchange(donors, seats, population)


def held_out_members(
    bots: NDArray[np.bool_], has_population: bool, share: float, seed: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The held-out ones among the bots (n, S) of the tasks and among their populations (n,): exactly ``share`` of the
    bots, and of the populations, rounded; a task has at most one held-out bot more than another with as many bots.
    """
    rng = np.random.default_rng((seed, 2))
    rank = np.where(bots, rng.random(bots.shape), np.inf)  # who goes first within a task,
    turn = rank.argsort(axis=1).argsort(axis=1) + rng.random((len(bots), 1))  # and which task within a turn
    seats = _first(np.where(bots, turn, np.inf), round(share * int(bots.sum())))
    drivers = rng.random(len(bots)) if has_population else np.full(len(bots), np.inf)
    return seats, _first(drivers, round(share * len(bots)) if has_population else 0)


def _first(order: NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """True at the ``count`` smallest."""
    mask = np.zeros(order.size, dtype=bool)
    mask[order.ravel().argsort(kind="stable")[:count]] = True
    return mask.reshape(order.shape)


def _name(condition: str, mix: str) -> str:
    return f"{condition} {mix}"


def summarise(stage: Stage, mixes: tuple[str, ...], tables: Mapping[str, list[NDArray[np.float64]]]) -> Mixes:
    """Put the returns of all conditions and mixes together."""
    names = conditions_of(stage)
    groups = {_name(name, mix): SAME_CHECKPOINT.get(name, name) for name in names for mix in mixes}
    comparison: Comparison = stage.compare(tables, groups=groups)
    has_references = {"blind", "oracle"} <= set(names)
    return Mixes(
        role=stage.role,
        layout=stage.split,
        tasks=stage.settings.tasks,
        mixes=mixes,
        shares=tuple(unseen_share(mix) for mix in mixes),
        later={name: tuple(comparison.late(_name(name, mix)) for mix in mixes) for name in names},
        gain=tuple(comparison.gain(_name("agent", mix)) for mix in mixes),
        adaptation=tuple(
            comparison.adaptation(*(_name(name, mix) for name in ("agent", "blind", "oracle"))) if has_references
            else None
            for mix in mixes
        ),
        drop=comparison.late(_name("agent", mixes[0]), _name("agent", mixes[-1])),
    )  # fmt: skip
