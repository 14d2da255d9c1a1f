"""Row of random decision processes: 10 states, 5 actions, 10 episodes of 10 actions.

Published values: Duan et al. 2016 (RL², arXiv 1611.02779), table 2, tuned on the 1,000 tasks that they score; SNAIL:
Mishra et al. 2017 (arXiv 1707.03141). Parameters of the classical players here were tuned on training tasks; greedy,
ε-greedy and BEB plan anew before every action, the others when an episode begins.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from agents.calibration.row import Bar, Row, bot, total
from agents.settings.declared import made
from agents.settings.train import TrainSettings
from worlds.world import World


def _player(kind: str, world: World, seed: int, **parameters: float) -> Any:
    from agents.players.classical import exploring

    return getattr(exploring, kind)(world, seed=seed, **parameters)


TEN_EPISODES = Row(
    name="mdp-10",
    title="10 episodes of 10 actions in a random process of 10 states and 5 actions, each reward shown at its pair",
    settings=made(
        TrainSettings,
        world="mdp",
        world_args={"pairs": True},
        episodes=10,
        steps=30_000_000,
        lanes=256,
        memory="associative",
        hidden=64,
        encoder=64,
        epochs=6,
        minibatches=16,
        learning_rate=2e-3,
        gamma=0.95,
        gae_lambda=0.3,
        entropy=0.03,
        entropy_end=0.0,
    ),
    bars=(Bar(name="return of a trial", score=total, least=150.2, goal=160.1),),
    references={
        "task known": bot("insider"),
        "BEB": partial(_player, "BEB", weight=14.0),
        "greedy": partial(_player, "GreedyExplorer"),
        "epsilon-greedy": partial(_player, "EpsilonGreedyExplorer", epsilon=0.05),
        "UCRL2": partial(_player, "UCRL2", scale=0.03),
        "OPSRL": partial(_player, "PSRL", samples=3),
        "PSRL": partial(_player, "PSRL"),
        "random": bot("guesser"),
    },
    published={
        "SNAIL": "159.1 (160.1 in a replication)",
        "RL²": "156.2 (157.3 in a replication)",
        "BEB": "150.2",
        "UCRL2": "146.6",
        "OPSRL": "144.1",
        "PSRL": "138.1",
        "greedy": "134.8",
        "epsilon-greedy": "132.8",
        "random": "100.1",
        "optimum": "218.5, task known",
    },
    minutes=60.0,
    tasks=10_000,
    floor="random",
)

ROWS: tuple[Row, ...] = (TEN_EPISODES,)
