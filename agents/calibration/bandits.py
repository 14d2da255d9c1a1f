"""Rows of Bernoulli bandits: n pulls in all on k arms with odds drawn evenly from [0, 1].

Published values: Duan et al. 2016 (RL², arXiv 1611.02779), table 1; SNAIL: Mishra et al. 2017 (arXiv 1707.03141), both
on 1,000 tasks. Parameters of the classical players here were tuned on training tasks.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from agents.calibration.row import Bar, Row, bot, total
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings
from worlds.world import World


def _player(kind: str, world: World, seed: int, **parameters: float) -> Any:
    from agents.players.classical import counting

    return getattr(counting, kind)(world, seed=seed, **parameters)


FEW_PULLS = made(
    TrainSettings,
    world="bandit",
    world_args={"arms": 5, "pulls": 1},
    episodes=10,
    steps=8_000_000,
    lanes=2048,
    hidden=64,
    encoder=32,
    epochs=3,
    minibatches=4,
    learning_rate=3e-3,
    gamma=1.0,
    gae_lambda=0.3,
    entropy=0.06,
    entropy_end=0.0,
)
SHORT = Row(
    name="bandit-10-5",
    title="10 pulls on 5 machines with unknown odds",
    settings=FEW_PULLS,
    bars=(Bar(name="wins in a trial", score=total, least=6.60, goal=6.660),),
    references={
        "odds known": bot("insider"),
        "Bayes optimum (exact)": partial(_player, "Bayes"),
        "finite-horizon index": partial(_player, "Index"),
        "UCB1": partial(_player, "UCB1", width=0.05),
        "greedy": partial(_player, "Greedy"),
        "epsilon-greedy": partial(_player, "EpsilonGreedy", epsilon=0.01),
        "Thompson sampling": partial(_player, "Thompson"),
        "any fixed plan": bot("guesser"),
    },
    published={
        "exact optimum": "6.660, agents/players/classical/optimum.py",
        "RL²": "6.7",
        "SNAIL": "6.6",
        "UCB1": "6.7",
        "Gittins": "6.6",
        "greedy": "6.6",
        "epsilon-greedy": "6.6",
        "Thompson sampling": "5.7",
    },
    minutes=3.0,
    tasks=100_000,
    quick=changed(FEW_PULLS, steps=1_500_000, lanes=1024),
    floor="any fixed plan",
)

LONG = Row(
    name="bandit-100-10",
    title="100 pulls on 10 machines with unknown odds",
    settings=made(
        TrainSettings,
        world="bandit",
        world_args={"arms": 10, "pulls": 10},
        episodes=10,
        steps=10_000_000,
        lanes=512,
        memory="tally",
        hidden=64,
        encoder=32,
        epochs=3,
        minibatches=16,
        learning_rate=2e-3,
        gamma=0.99,
        gae_lambda=0.5,
        entropy=0.05,
        entropy_end=0.0,
    ),
    bars=(Bar(name="wins in a trial", score=total, least=83.0, goal=83.8),),
    references={
        "odds known": bot("insider"),
        "finite-horizon index": partial(_player, "Index"),
        "UCB1": partial(_player, "UCB1", width=0.13),
        "greedy": partial(_player, "Greedy"),
        "epsilon-greedy": partial(_player, "EpsilonGreedy", epsilon=0.01),
        "Thompson sampling": partial(_player, "Thompson"),
        "any fixed plan": bot("guesser"),
    },
    published={
        "RL²": "83.5",
        "SNAIL": "83.5",
        "Gittins": "82.8",
        "UCB1": "82.4",
        "Thompson sampling": "76.7",
        "epsilon-greedy": "77.4",
        "greedy": "77.1",
    },
    minutes=30.0,
    tasks=10_000,
)

ROWS: tuple[Row, ...] = (SHORT, LONG)
