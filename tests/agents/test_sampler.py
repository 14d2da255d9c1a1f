"""The seam to what is sampled: training needs what `Sampler` names, and nothing else of the engine's batch."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from foreign import COLOURS, Colours, Foreign
from test_components import same

import worlds
from agents.networks.network import Network, Shape
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings
from agents.training import sampler
from agents.training.collector import MetaCollector
from agents.training.crew import Crew
from agents.training.group import Group
from agents.training.meta_ppo import MetaPolicy, MetaPPO
from agents.training.rollout import Rollout
from agents.training.sampler import Sampler
from simulator.engine import Batch

with warnings.catch_warnings():  # of its own old names
    warnings.simplefilter("ignore")
    from pettingzoo.test import parallel_api_test  # type: ignore[import-untyped]

N, EPISODES, STEPS = 32, 2, 10
SETTINGS = made(
    TrainSettings,
    lanes=2 * N, hidden=16, encoder=16, minibatches=2, threads=1, self_play=0.0, episodes=EPISODES, rollout=STEPS,
    progress=False,
)  # fmt: skip


class Training:
    """A policy that learns from any sampler, in all of its lanes."""

    def __init__(self, sampled: Sampler, size: int, roles: list[str]) -> None:
        shape = Shape(observation=size, actions=sampled.action_sizes, encoder=16, hidden=16)
        network = Network(shape, torch.Generator().manual_seed(1))
        policy, crew, group = MetaPolicy(network), Crew(1), Group(sampled, 0, roles, None)
        self.rollout = Rollout(STEPS, group.count, size, shape.actions, network.state_size, torch.device("cpu"))
        self.collector = MetaCollector(policy, [group], self.rollout, episodes=EPISODES, seed=1, crew=crew)
        self.algorithm = MetaPPO(policy, changed(SETTINGS, learning_rate=5e-3), crew)

    def learn(self, updates: int) -> list[float]:
        """The mean return of each collection's episodes."""
        means = []
        for _ in range(updates):
            means.append(float(np.mean(self.collector.collect(n_step=SETTINGS.learning.lanes).returns)))
            self.algorithm.update(self.rollout, SETTINGS.learning.lanes // 2, 4)
            self.rollout.reset()
        return means


def colours() -> Training:
    return Training(Foreign(Colours, N, episodes=EPISODES, seed=3), COLOURS, ["short", "long"])


def test_the_foreign_environment_is_one_of_pettingzoo() -> None:
    parallel_api_test(Colours(), num_cycles=20)


def test_training_on_a_foreign_environment_learns() -> None:
    """Guessing pays 1/3 in each of 3.5 turns, knowing 1."""
    training = colours()
    training.collector.reset()
    means = training.learn(30)
    assert means[0] < 1.8
    assert means[-1] > 2.8
    assert set(training.collector.curve.means()) == {"short", "long"}
    waits = training.rollout.signals["live"] == 0
    assert waits[:, 0::2].any()  # the first one waits for the other
    assert not waits[:, 1::2].any()


def test_training_on_a_foreign_environment_goes_on_exactly() -> None:
    whole, again = colours(), colours()
    whole.collector.reset()
    whole.learn(3)
    again.algorithm.load_state_dict(whole.algorithm.state_dict())
    again.collector.load_state_dict(whole.collector.state_dict())
    assert whole.learn(2) == again.learn(2)
    assert same(whole.algorithm.state_dict(), again.algorithm.state_dict())
    with pytest.raises(ValueError, match=r"^the group of lanes 0 to 63 holds no such worlds: "):
        again.collector.groups[0].load_state_dict(
            {**whole.collector.groups[0].state_dict(), "worlds": np.zeros(7, np.uint8)}
        )


@pytest.mark.parametrize("protocol", ["Sampler", "SeatSampler", "TaskSampler", "TrialSampler"])
def test_a_batch_is_a_sampler_of_every_kind(protocol: str) -> None:
    batch = Batch(worlds.get("beacon", seats=2), 2)
    assert all(hasattr(batch, name) for name in names(protocol))


def names(protocol: str) -> set[str]:
    """What a protocol asks for, with what it inherits from the others of its file."""
    found: set[str] = set()
    for base in getattr(sampler, protocol).__mro__:
        if base.__module__ == sampler.__name__:
            found |= set(base.__annotations__) | {name for name in vars(base) if not name.startswith("_")}
    return found


def test_training_asks_a_batch_for_nothing_else() -> None:
    """Whatever is read of a `batch` where experience is collected is a word of the seam."""
    known = names("SeatSampler") | names("TaskSampler") | names("TrialSampler") | names("FigureSampler")
    folder, asked = Path(sampler.__file__).parent, set()
    for file in ("collector.py", "group.py", "taste.py", "maml.py", "curriculum.py", "opponents/selfplay.py"):
        for node in ast.walk(ast.parse((folder / file).read_text())):
            if not isinstance(node, ast.Attribute):
                continue
            owner = node.value
            if getattr(owner, "id", getattr(owner, "attr", "")) == "batch":
                asked.add(node.attr)
    assert {"step", "observations", "drive", "begin_tasks", "figures_now"} <= asked <= known
