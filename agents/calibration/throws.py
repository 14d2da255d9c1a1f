"""Row of rock, paper, scissors against strangers that nobody here wrote: the 43 RoShamBo bots of OpenSpiel.

A task is a trial of 1,000 throws, one match, longer than those that it learned in; the learner meets every bot equally
often. It trains against the world's own strangers of the train split alone.

Published values: mean return of a match against all 43, of the table that belongs to Lanctot et al. 2023 ("Population-
based evaluation in repeated rock-paper-scissors", arXiv 2303.03196; open_spiel/data/paper_data/pbe_rrps). Who chooses
the best of the 43 against each has 315.9.
"""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

import numpy as np

from agents.calibration.row import Bar, Contestant, Row, bot, total
from agents.settings.declared import made
from agents.settings.train import TrainSettings
from simulator.engine.batch import Batch
from simulator.engine.trial import Trials, run_trials
from worlds.world import World

LEAST, GOAL = 212.0, 288.2  # halbot's and greenberg's, the fourth and the first of the table
ROUNDS = 2  # of all bots in one batch; fixed, so that a score never depends on the number of threads
REFERENCES = ("chooser", "voter", "matcher", "markov", "frequency", "random")


def stranger(name: str) -> Contestant:
    """A RoShamBo bot as a contestant."""

    def player(world: World, seed: int) -> Any:
        from agents.players import roshambo

        return roshambo.seat(world, name, seed=seed)

    return player


def play_strangers(row: Row, world: World, contestant: Contestant, tasks: int, seed: int, pool: Executor) -> Trials:
    """One match on each task: task i is played against bot i of the set, round and round.

    Raises:
        Refused: OpenSpiel is missing.
    """
    from agents.players import roshambo

    names = roshambo.names()
    batch_size = ROUNDS * len(names)
    parts = []
    for first in range(0, tasks, batch_size):  # one after the other: all bots draw from one stream of the C library
        count = min(batch_size, tasks - first)
        player = contestant(world, seed + 1 + first)
        spec = player if isinstance(player, str) else None
        batch = Batch(
            world, count, split=row.split, seed=seed, first_index=first,
            seats={"player_0": spec} if spec else None, lanes=["opponent_0"] if spec else ["player_0", "opponent_0"],
            episodes_per_trial=roshambo.MATCH // world.timing.decisions,
        )  # fmt: skip
        opponent = roshambo.RoshamboPlayer(names, throws=roshambo.MATCH, seed=seed + first)
        parts.append(run_trials(batch, None if spec else player, np.zeros(count, dtype=np.int64), others=[opponent]))
    return Trials.joined(parts)


STRANGERS = Row(
    name="throws",
    title="1,000 throws of rock, paper, scissors against each of OpenSpiel's 43 RoShamBo bots, mean return of a match",
    settings=made(TrainSettings, world="throws", steps=12_000_000),
    bars=(Bar(name="return of a match", score=total, least=LEAST, goal=GOAL),),
    references={kind: bot(kind) for kind in REFERENCES},
    published={
        "greenberg": "288.2", "iocainebot": "255.0", "phasenbott": "232.2", "halbot": "212.4",
        "best of the 43 against each": "315.9",
    },
    minutes=15.0,
    split="test-opponent",
    tasks=1_032,
    play=play_strangers,
)  # fmt: skip

ROWS: tuple[Row, ...] = (STRANGERS,)
