"""HighwayEnv's tasks here: its DQN and PPO beside our agent, and simple policies beside the same in HighwayEnv.

    python tests/tools/highwayenv.py docs/references/highwayenv.json --seeds 3 --steps 20000 --long 1000000
    python tests/tools/highwayenv.py docs/references/highwayenv.json --there /tmp/there.json --seeds 0

Each learner learns each task from so many agent-steps with so many seeds, and then plays held-out episodes (split
test-both). The learners, all of which see and earn the same:

* dqn, ppo: tianshou's, configured as HighwayEnv's examples configure stable-baselines3
  (scripts/sb3_highway_dqn.py and sb3_highway_ppo.py of highway-env 1.12.1; what they leave out has that library's
  defaults: exploration falls from 1 to 0.05 over a tenth of the steps, loss of Huber, no double Q; tanh, GAE 0.95).
* agent: ours, trained by `crossplay train` (`RECIPE`), with its memory over five episodes.
* agent-long: the same from as many steps as --long says, with the settings of the world.

Bots that never look (idle, faster, slower, random) play too, and one that does (wary). ``--there`` adds what
`highwayenv_there.py` found. Every run is kept in the file as soon as it is there, and none is made twice;
`crossplay docs` makes docs/results/highwayenv.md of the file. With ``--drivers varied`` the hidden styles of the other
drivers differ from task to task, and those of the test are kept from training.
"""

import argparse
import json
import math
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from numpy.typing import NDArray
from tianshou.algorithm.modelfree.dqn import DQN, DiscreteQLearningPolicy
from tianshou.algorithm.modelfree.ppo import PPO
from tianshou.algorithm.modelfree.reinforce import DiscreteActorPolicy
from tianshou.algorithm.optim import AdamOptimizerFactory
from tianshou.data import Collector, ReplayBuffer, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.utils.net.common import Net
from tianshou.utils.net.discrete import DiscreteActor, DiscreteCritic
from tianshou.utils.torch_utils import policy_within_training_step

import agents
import worlds
from simulator.app import cli
from simulator.engine import Batch
from simulator.engine.trial import figure_names, run_trials
from worlds.kit.writing import write_bytes
from worlds.road.highwayenv.numbers import OF_WORLD
from worlds.world import World

TASKS = {task: host for host, tasks in OF_WORLD.items() for task in tasks}
BOTS = ("idle", "faster", "slower", "random", "wary")
LEARNERS = ("dqn", "ppo", "agent")
KEPT = ("return", "crashed", "speed", "decisions", "arrived")
SEED, SPLIT, EPISODES, TRIAL = 900_001, "test-both", 500, 5
RATE, GAMMA, UNITS = 5e-4, 0.8, (256, 256)  # of both examples
REPLAY, FIRST, SAMPLE, TARGET_EVERY, LEAST_EPS, EXPLORE = 15_000, 200, 32, 50, 0.05, 0.1  # of DQN's
TOGETHER = 4  # steps that DQN makes, and as many updates: one by one the collector takes longer than all else
ENVS, ROLLOUT, MINIBATCH, PASSES = 6, 768, 64, 10  # of PPO's; steps of all environments between two updates
RECIPE = ("--lanes", "8", "--rollout", "50", "--epochs", "8", "--minibatches", "4", "--hidden", "64", "--threads", "1")
"""Flags for our agent with few steps: chosen once, compared with no others."""
Floats = NDArray[np.float64]


class OneSeat(gymnasium.Env[Any, Any]):
    """One world of a task as a Gymnasium environment; every episode is a new task."""

    def __init__(self, world: World, seed: int) -> None:
        self.batch = Batch(world, 1, seed=seed, episodes_per_trial=1, inputs=False)
        self.batch.reset()
        size = self.batch.observations.shape[-1]
        self.observation_space = gymnasium.spaces.Box(-1.0, 1.0, (size,), np.float32)
        self.action_space = gymnasium.spaces.Discrete(world.action_sizes[0])

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        """The episode that has begun: the batch begins one as soon as the last has ended."""
        return self.batch.observations[0, 0].copy(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """One decision."""
        self.batch.step(np.array([[int(action)]]))
        end = int(self.batch.ends[0, 0])
        seen = self.batch.final_observations if end else self.batch.observations
        return seen[0, 0].copy(), float(self.batch.rewards[0, 0]), end == 1, end == 2, {}


class Chooser:
    """Plays with a network that gives a number for each choice: the choice with the highest."""

    mind = None

    def __init__(self, name: str, network: torch.nn.Module) -> None:
        self.name, self.network = name, network

    def reset(self, lanes: int) -> None:
        """Nothing is remembered."""

    def forget(self) -> None:
        """Nothing to forget."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The choices (L, 1)."""
        with torch.no_grad():
            values = self.network(torch.as_tensor(observations))[0]
        return values.argmax(dim=-1, keepdim=True).numpy()


def learn_dqn(world: World, steps: int, seed: int) -> Chooser:
    """DQN as the example has it."""
    env = OneSeat(world, seed)
    net = Net(state_shape=world.observation.total, action_shape=world.action_sizes[0], hidden_sizes=UNITS)
    policy = DiscreteQLearningPolicy(model=net, action_space=env.action_space, eps_training=1.0)
    algorithm = DQN(
        policy=policy, optim=AdamOptimizerFactory(lr=RATE), gamma=GAMMA, target_update_freq=TARGET_EVERY,
        is_double=False, huber_loss_delta=1.0,
    )  # fmt: skip
    buffer = ReplayBuffer(REPLAY)
    collector: Any = Collector(algorithm, DummyVectorEnv([lambda: env]), buffer)
    collector.reset()
    with policy_within_training_step(policy):
        for step in range(0, steps, TOGETHER):
            policy.set_eps_training(max(1.0 - (1.0 - LEAST_EPS) * step / (EXPLORE * steps), LEAST_EPS))
            collector.collect(n_step=TOGETHER)
            for _ in range(TOGETHER if step >= FIRST else 0):
                algorithm.update(buffer=buffer, sample_size=SAMPLE)
    return Chooser("dqn", net)


def learn_ppo(world: World, steps: int, seed: int) -> Chooser:
    """PPO as the example has it."""
    envs = DummyVectorEnv([partial(OneSeat, world, ENVS * seed + at) for at in range(ENVS)])
    size, choices = world.observation.total, world.action_sizes[0]
    bodies = [Net(state_shape=size, hidden_sizes=UNITS, activation=torch.nn.Tanh) for _ in range(2)]
    actor = DiscreteActor(preprocess_net=bodies[0], action_shape=choices, softmax_output=False)
    policy = DiscreteActorPolicy(actor=actor, action_space=gymnasium.spaces.Discrete(choices))
    algorithm: Any = PPO(
        policy=policy, critic=DiscreteCritic(preprocess_net=bodies[1]), optim=AdamOptimizerFactory(lr=RATE),
        gamma=GAMMA, gae_lambda=0.95, eps_clip=0.2, vf_coef=0.5, ent_coef=0.0, max_grad_norm=0.5,
    )  # fmt: skip
    buffer = VectorReplayBuffer(ROLLOUT, ENVS)
    collector: Any = Collector(algorithm, envs, buffer)
    collector.reset()
    with policy_within_training_step(policy):
        for _ in range(math.ceil(steps / ROLLOUT)):
            collector.collect(n_step=ROLLOUT)
            algorithm.update(buffer=buffer, batch_size=MINIBATCH, repeat=PASSES)
            collector.reset_buffer(keep_statistics=True)
    return Chooser("ppo", actor)


def learn_agent(task: str, drivers: str, steps: int, seed: int, recipe: Sequence[str]) -> Path:
    """The folder of our agent, trained unless it is there already.

    Raises:
        SystemExit: a training that came to no good end; it has said why.
    """
    folder = Path("runs/highwayenv") / f"{task}-{drivers}-{steps}-{seed}"
    if not (folder / "ended.json").is_file():
        flags = ("--steps", str(steps), "--seed", str(seed), "--out", str(folder), "--no-progress")
        build = ("--build", f"task={task}", f"drivers={drivers}")
        if code := cli.run(["train", TASKS[task], *build, *recipe, *flags]):
            raise SystemExit(code)
    return folder


def play(world: World, player: Any, inputs: bool, episodes: int, bot: str = "") -> dict[str, Floats]:
    """What is kept of held-out episodes, by figure: of (tasks, episodes of a trial)."""
    count, trial = (max(episodes // TRIAL, 1), TRIAL) if inputs else (episodes, 1)
    seats = {"driver_0": f"bot:{bot}"} if bot else {}
    lanes: Any = np.zeros((count, 0), np.int64) if bot else ["driver_0"]
    batch = Batch(
        world, count, seed=SEED, split=SPLIT, episodes_per_trial=trial, inputs=inputs, seats=seats, lanes=lanes
    )
    found = run_trials(batch, player, np.zeros(count, np.int64))
    names = figure_names(world)
    return {
        "return": np.asarray(found.returns, np.float64),
        **{name: np.asarray(found.metrics[:, :, names.index(name)], np.float64) for name in KEPT[1:]},
    }


def shortened(rows: dict[str, Floats]) -> dict[str, Any]:
    """Mean, standard deviation and number, of each figure; of our agent also the return by episode."""
    found: dict[str, Any] = {
        name: [round(float(rows[name].mean()), 4), round(float(rows[name].std()), 4), int(rows[name].size)]
        for name in KEPT
    }
    if np.ndim(rows["return"]) == 2 and rows["return"].shape[1] > 1:
        found["by_episode"] = np.round(rows["return"].mean(axis=0), 4).tolist()
    return found


def run(world: World, task: str, who: str, given: Any, seed: int) -> dict[str, Any]:
    """One learner with one seed."""
    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002  # tianshou draws from it
    if who in ("dqn", "ppo"):
        player = (learn_dqn if who == "dqn" else learn_ppo)(world, given.steps, seed)
        return shortened(play(world, player, False, given.episodes))
    steps, recipe = (given.long, ()) if who == "agent-long" else (given.steps, RECIPE)
    folder = learn_agent(task, given.drivers, steps, seed, recipe)
    return shortened(play(world, agents.load(str(folder), seed=seed, sample=False), True, given.episodes))


def write(path: Path, found: dict[str, Any]) -> None:
    """Keep all runs, sorted, so that equal ones are equal files."""
    write_bytes(path, (json.dumps(found, indent=1, sort_keys=True) + "\n").encode())


def add_there(found: dict[str, Any], path: Path) -> None:
    """What `highwayenv_there.py` found."""
    there = json.loads(path.read_text(encoding="utf-8"))
    found["version"] = there.pop("version")
    for task, policies in there.items():
        for policy, rows in policies.items():
            short = shortened({name: np.asarray(rows[name], np.float64) for name in KEPT})
            found["tasks"].setdefault(task, {}).setdefault(f"there-{policy}", {})["0"] = short


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the file of runs, read and written")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--seeds", type=int, default=3, help="of each learner; 0 for bots alone")
    parser.add_argument("--steps", type=int, default=20_000, help="agent-steps that each learns from")
    parser.add_argument("--long", type=int, default=0, help="agent-steps of agent-long; 0: there is none")
    parser.add_argument("--episodes", type=int, default=EPISODES, help="held-out ones that each plays")
    parser.add_argument("--drivers", choices=("usual", "varied"), default="usual")
    parser.add_argument("--learners", nargs="+", choices=(*LEARNERS, "agent-long"), default=[])
    parser.add_argument("--there", type=Path, help="a file of highwayenv_there.py to add")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Play what is missing."""
    given = options(arguments)
    torch.set_num_threads(1)
    found: dict[str, Any] = {"steps": given.steps, "long": given.long, "version": "", "tasks": {}}
    if given.out.is_file():
        found |= json.loads(given.out.read_text(encoding="utf-8"))
    found["long"] = given.long or found["long"]
    if given.there:
        add_there(found, given.there)
        write(given.out, found)
    learners = given.learners or [*LEARNERS, *(["agent-long"] if given.long else [])]
    suffix = "" if given.drivers == "usual" else "-varied"
    for task in given.tasks:
        world, rows = worlds.get(TASKS[task], task=task, drivers=given.drivers), found["tasks"].setdefault(task, {})
        for bot in BOTS:
            rows.setdefault(f"{bot}{suffix}", {})["0"] = shortened(play(world, None, False, given.episodes, bot))
        write(given.out, found)
    for seed in range(given.seeds):
        for who in learners:
            for task in given.tasks:
                runs = found["tasks"][task].setdefault(f"{who}{suffix}", {})
                if str(seed) in runs:
                    continue
                started = time.perf_counter()
                world = worlds.get(TASKS[task], task=task, drivers=given.drivers)
                runs[str(seed)] = run(world, task, who, given, seed)
                write(given.out, found)
                means = {name: runs[str(seed)][name][0] for name in KEPT}
                print(seed, who, task, means, f"{time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
