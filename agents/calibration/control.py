"""Rows of control and search: gridnav, and cartpole on physics outside training."""

from __future__ import annotations

from functools import partial
from typing import Any

from agents.calibration.row import Bar, Row, bot, first_episode, later_episodes, total
from agents.settings.declared import made
from agents.settings.train import TrainSettings
from worlds.world import World


def _searcher(world: World, seed: int, *, remember: bool = True) -> Any:
    from agents.players.classical.grid_search import GridSearcher

    return GridSearcher(world, remember=remember)


def _goal_knower(world: World, seed: int) -> Any:
    from agents.players.classical.grid_search import GoalKnower

    return GoalKnower(world)


def _regulator(world: World, seed: int) -> Any:
    from agents.players.classical.balance import Regulator

    return Regulator(world)


def _textbook_regulator(world: World, seed: int, *, learn_buttons: bool) -> Any:
    from agents.players.classical.balance import TextbookRegulator

    return TextbookRegulator(world, learn_buttons=learn_buttons)


GRIDNAV = Row(
    name="gridnav",
    title="find a hidden goal on 5 × 5 cells once, then walk straight to it; 4 episodes of 15 steps",
    settings=made(
        TrainSettings,
        world="gridnav",
        episodes=4,
        steps=16_000_000,
        lanes=512,
        epochs=3,
        learning_rate=3e-3,
        learning_rate_anneal=1.0,
        entropy=0.06,
        entropy_end=0.0,
    ),
    bars=(
        Bar(name="return of a trial", score=total, least=36.8, goal=37.21),
        Bar(name="later episodes", score=later_episodes, least=11.0, goal=11.07),
        Bar(name="first episode", score=first_episode, least=3.6, goal=4.0),
    ),
    references={
        "goal known": _goal_knower,
        "best search, then straight": _searcher,
        "best search, memory wiped": partial(_searcher, remember=False),
        "sweep, memory wiped": bot("sweeper"),
    },
    published={"optimum": "37.21 a trial: 4.00 + 3 × 11.07, computed in agents/players/classical/grid_search.py"},
    minutes=20.0,
    floor="best search, memory wiped",
)
CARTPOLE = Row(
    name="cartpole",
    title="balance with hidden physics and buttons outside those of training; 3 episodes of at most 500 steps",
    settings=made(
        TrainSettings,
        world="cartpole",
        episodes=3,
        steps=6_000_000,
        lanes=256,
        rollout=128,
        horizon="episode",
        hidden=64,
        epochs=4,
        entropy=0.01,
        entropy_end=0.0,
    ),
    bars=(
        Bar(name="later episodes", score=later_episodes, least=475.0, goal=500.0),
        Bar(name="first episode", score=first_episode, least=199.0, goal=500.0),
    ),
    references={
        "LQR, physics known": _regulator,
        "LQR, textbook physics": partial(_textbook_regulator, learn_buttons=False),
        "LQR, textbook physics, learns the buttons": partial(_textbook_regulator, learn_buttons=True),
        "falls are answered, buttons known": bot("reflex"),
    },
    published={"cap": "500 steps (Gymnasium's CartPole-v1)"},
    minutes=15.0,
    floor="LQR, textbook physics",
)
ROWS: tuple[Row, ...] = (GRIDNAV, CARTPOLE)
