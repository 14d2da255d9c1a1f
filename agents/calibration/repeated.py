"""Row of the repeated prisoner's dilemma against strategies that nobody here wrote: the Axelrod library's test half.

A trial is one match of the published tournaments: 200 turns, here 5 episodes of 40 which the opponent remembers, with
payoffs R, P, S, T = 3, 1, 0, 5 and 5 % noise. The learner meets every strategy of the half equally often. It trains
against the library's other half, and in a quarter of its worlds against the world's own bots of the train split.

Published values: the whole field of 245 players, 100 repetitions, of the tournament of the library's version 4.10
(https://github.com/Axelrod-Python/tournament, assets/noisy_summary.csv); its best players were evolved against
that same field. They are context: the half that is played here is another field.

The bar is the best fixed strategy on that half: Evolved ANN 5 Noise 05, which was evolved against the whole field, this
half among it. It was first of all 224 quick strategies of the library in two rounds of one match against each strategy
of the half (`tests/tools/field.py`), and has 2.502 over all tasks. DBS, 2.441 ± 0.164 in the first 124 matches, does
not play them all: that would take two hours.
"""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

import numpy as np

from agents.calibration.row import Bar, Contestant, Row, Scores, bot
from agents.settings.declared import made
from agents.settings.train import TrainSettings
from simulator.engine.batch import Batch
from simulator.engine.trial import Trials, run_trials
from worlds.classics.repeated.constants import HISTORY
from worlds.classics.repeated.roster import NAMESAKES
from worlds.world import World

ROUNDS = 16  # of all strategies in one batch; fixed, so that a score never depends on the number of threads


BEST = ("Evolved ANN 5 Noise 05", "Revised Downing", "Second by RichardHufford", "Evolved FSM 16 Noise 05")
"""Strategies of the library that were first on the half that is played in a round of one match each; references."""


def strategy(name: str) -> Contestant:
    """A strategy of the Axelrod library as a contestant."""

    def player(world: World, seed: int) -> Any:
        from agents.players import axelrod as strategies

        return strategies.seat(world, name, seed=seed)

    return player


def a_turn(trials: Trials) -> Scores:
    """The mean payoff a turn, (n,)."""
    return np.asarray(trials.returns.sum(axis=1) / HISTORY)


def play_strategies(
    row: Row, world: World, contestant: Contestant, tasks: int, seed: int, pool: Executor, *, half: str = "test"
) -> Trials:
    """One match on each task: task i is played against strategy i of the half, round and round.

    Raises:
        Refused: the Axelrod library is missing.
    """
    from agents.players import axelrod as strategies

    names = strategies.names(half)
    batch_size = ROUNDS * len(names)

    def chunk(first: int) -> Trials:
        count = min(batch_size, tasks - first)
        player = contestant(world, seed + 1 + first)
        bot = player if isinstance(player, str) else None
        batch = Batch(
            world, count, split=row.split, episodes_per_trial=world.timing.episodes, seed=seed, first_index=first,
            seats={"player_0": bot} if bot else None, lanes=["opponent_0"] if bot else ["player_0", "opponent_0"],
        )  # fmt: skip
        opponent = strategies.AxelrodPlayer(
            names, turns=HISTORY, noise=float(world.build_args["noise"]), seed=seed + first
        )
        return run_trials(batch, None if bot else player, np.zeros(count, dtype=np.int64), others=[opponent])

    parts = list(pool.map(chunk, range(0, tasks, batch_size)))
    return Trials.joined(parts)


HELD_OUT_HALF = Row(
    name="repeated",
    title="200 turns of the noisy prisoner's dilemma against the Axelrod library's held-out strategies, payoff a turn",
    settings=made(
        TrainSettings,
        world="repeated",
        world_args={"game": "dilemma", "noise": 0.05},
        roles=("player",),
        steps=16_000_000,
        lanes=512,
        hidden=96,
        encoder=32,
        gamma=0.99,
        epochs=3,
        entropy=0.02,
        self_play=0.75,
        opponents=("axelrod:train",),
        snapshot_every=10**9,  # a past self would never sit against it: the learner has the player's seat alone
    ),
    bars=(Bar(name="payoff a turn", score=a_turn, least=2.503),),
    references={kind: bot(kind) for kind in NAMESAKES} | {name: strategy(name) for name in BEST},
    published={
        "best": "2.503 (Evolved ANN 5 Noise 05), whole field",
        "DBS": "2.443, whole field",
        "Tit For Tat": "2.171, whole field",
    },
    minutes=45.0,
    split="test-opponent",
    tasks=9_920,
    play=play_strategies,
)

ROWS: tuple[Row, ...] = (HELD_OUT_HALF,)
