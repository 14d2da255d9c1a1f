"""How fast learning is beside others, on CartPole and in one run.

    python tests/speed/learning.py [--json] [--peers PYTHON]
    python tests/speed/learning.py --options [--hidden 128]

Ours learns `cartpole` (hidden physics, the same dynamics and 500 steps) with every memory in three sizes; stock
tianshou PPO (networks of 64) and RecurrentPPO of stable-baselines3-contrib (an LSTM of 256) learn Gymnasium's
CartPole-v1 with their defaults. PYTHON is an interpreter that has sb3-contrib, if this one has not. Everything runs on
one thread; figures are environment steps a second, collecting and learning together. --options measures no peers but
the settings `precision` and `compile` beside the plain ones, for the memories that have them. A script, no test: it
wants a quiet machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

MEMORIES = ("gru", "lstm", "transformer", "linear", "associative", "tally")
SIZES = (64, 128, 256)  # units
ASKED = {"RecurrentPPO": 100.0, "tianshou PPO": 10.0}
"""Times as fast as these, with the default memory in the smallest size."""
MOST_STEP = 2e-3  # s of CPU for one decision of a played agent
STEPS = 20_000
"""That peers learn from."""


OPTIONS: dict[str, dict[str, Any]] = {
    "float32": {},
    "bfloat16": {"precision": "bfloat16"},
    "float32, compiled": {"compile": True},
    "bfloat16, compiled": {"precision": "bfloat16", "compile": True},
}


def ours(memory: str, **changes: Any) -> dict[str, float]:
    """Training speed with a memory and settings of one's own, and the CPU time of one decision of a played agent."""
    import agents
    import worlds
    from agents.settings.declared import made
    from agents.settings.train import TrainSettings
    from agents.training import bench
    from agents.training.train import train
    from simulator.engine import Simulation

    settings = made(
        TrainSettings,
        world="cartpole", lanes=256, rollout=128, epochs=4, horizon="episode", threads=1, memory=memory,  # type: ignore[arg-type]
        context=128 if memory == "transformer" else 0, progress=False, device="cpu", **{"hidden": 64, **changes},
    )  # fmt: skip
    figures = bench.measure(settings, updates=2)
    with tempfile.TemporaryDirectory() as folder:
        player = agents.load(train(_with(settings, steps=1, out=f"{folder}/run")))
    simulation = Simulation(worlds.get("cartpole"))
    seen, legal = simulation.observations[:1], simulation.legal[:1]
    player.act(seen, legal)
    started, rounds = time.process_time(), 300
    for _ in range(rounds):
        player.act(seen, legal)
    return {
        "steps_per_second": figures["steps_per_second"],
        "steps_per_cpu_second": figures["steps_per_cpu_second"],
        "decision_seconds": (time.process_time() - started) / rounds,
    }


def _with(settings: Any, **changes: Any) -> Any:

    from agents.settings.declared import changed

    return changed(settings, **changes)


def tianshou_ppo() -> float:
    """Steps a second of tianshou's PPO with its own collector and networks."""
    import gymnasium
    from tianshou.algorithm.modelfree.ppo import PPO
    from tianshou.algorithm.modelfree.reinforce import DiscreteActorPolicy
    from tianshou.algorithm.optim import AdamOptimizerFactory
    from tianshou.data import Collector, VectorReplayBuffer
    from tianshou.env import DummyVectorEnv
    from tianshou.utils.net.common import Net
    from tianshou.utils.net.discrete import DiscreteActor, DiscreteCritic
    from tianshou.utils.torch_utils import policy_within_training_step

    count, each, passes, batch = 8, 2048, 4, 64
    envs = DummyVectorEnv([lambda: gymnasium.make("CartPole-v1") for _ in range(count)])
    space = gymnasium.spaces.Discrete(2)
    body = Net(state_shape=(4,), hidden_sizes=(64, 64))
    policy = DiscreteActorPolicy(
        actor=DiscreteActor(preprocess_net=body, action_shape=2, softmax_output=False), action_space=space
    )
    algorithm: Any = PPO(policy=policy, critic=DiscreteCritic(preprocess_net=body), optim=AdamOptimizerFactory(lr=3e-4))
    buffer = VectorReplayBuffer(each, count)
    collector: Any = Collector(algorithm, envs, buffer)
    collector.reset()
    done, started = 0, time.perf_counter()
    with policy_within_training_step(policy):
        while done < STEPS:
            collector.collect(n_step=each)
            algorithm.update(buffer=buffer, batch_size=batch, repeat=passes)
            collector.reset_buffer(keep_statistics=True)
            done += each
    return done / (time.perf_counter() - started)


def recurrent_ppo() -> float:
    """Steps a second of RecurrentPPO with its defaults; an eighth of the steps, for it is slow."""
    from sb3_contrib import RecurrentPPO  # type: ignore[import-not-found]

    model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1", device="cpu")
    started = time.perf_counter()
    model.learn(STEPS // 8)
    return float(model.num_timesteps / (time.perf_counter() - started))


PEERS: dict[str, Callable[[], float]] = {"tianshou PPO": tianshou_ppo, "RecurrentPPO": recurrent_ppo}


def measure_peer(name: str, python: str) -> float | None:
    """A peer measured here or by another interpreter; None where neither has it."""
    if name == "RecurrentPPO" and importlib.util.find_spec("sb3_contrib") is None:
        if not python:
            return None
        command = [python, __file__, "--only", name]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
    return PEERS[name]()


def report(found: dict[str, Any]) -> str:
    """The figures as text, ratios to peers beside them."""
    heads = "".join(f"{'× ' + name:>18}" for name in found["peers"])
    lines = [f"{'steps a second on CartPole, one thread':<40}{'':>10}{heads}{'a decision':>16}"]
    for memory, figures in found["ours"].items():
        speed = figures["steps_per_second"]
        ratios = "".join(f"{speed / peer:>18.3g}" if peer else f"{'not here':>18}" for peer in found["peers"].values())
        lines.append(f"  {memory:<38}{speed:>10,.0f}{ratios}{figures['decision_seconds'] * 1e3:>13.2f} ms")
    lines += [f"  {name:<38}{speed:>10,.0f}" for name, speed in found["peers"].items() if speed]
    lines.append(f"missed: {', '.join(missed(found)) or 'none'}")
    return "\n".join(lines)


def options_report(hidden: int) -> str:
    """Training speed by memory and setting, as text."""
    lines = [f"steps a second of CPU time on CartPole, one thread, {hidden} units"]
    for memory in ("transformer", "linear"):
        plain = 0.0
        for name, changes in OPTIONS.items():
            speed = ours(memory, hidden=hidden, **changes)["steps_per_cpu_second"]
            plain = plain or speed
            lines.append(f"  {memory + ', ' + name:<38}{speed:>10,.0f}   × {speed / plain:.2f}")
    return "\n".join(lines)


def missed(found: dict[str, Any]) -> list[str]:
    """What is asked and was not reached."""
    speed = found["ours"][f"gru, {SIZES[0]}"]["steps_per_second"]
    late = [f"{name} × {ASKED[name]:g}" for name, peer in found["peers"].items() if peer and speed < ASKED[name] * peer]
    slow = [name for name, figures in found["ours"].items() if figures["decision_seconds"] > MOST_STEP]
    return late + [f"a decision with {name} in {MOST_STEP * 1e3:g} ms" for name in slow]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--peers", default="", metavar="PYTHON", help="an interpreter that has sb3-contrib")
    parser.add_argument("--only", choices=tuple(PEERS), help="print the speed of one peer")
    parser.add_argument("--options", action="store_true", help="measure precision and compile, and no peers")
    parser.add_argument("--hidden", type=int, default=128, help="units of the memory for --options")
    chosen = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    if chosen.options:
        print(options_report(chosen.hidden))
        return 0
    if chosen.only:
        print(PEERS[chosen.only]())
        return 0
    found = {
        "peers": {name: measure_peer(name, chosen.peers) for name in ASKED},
        "ours": {f"{memory}, {size}": ours(memory, hidden=size) for size in SIZES for memory in MEMORIES},
    }
    print(json.dumps(found) if chosen.json else report(found))
    return 1 if missed(found) else 0


if __name__ == "__main__":
    sys.exit(main())
