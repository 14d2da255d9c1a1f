"""Simple policies in HighwayEnv itself: what the lay-outs of `highway` and `junction` are checked against.

    python -m venv /tmp/there && /tmp/there/bin/pip install highway-env==1.12.1
    /tmp/there/bin/python tests/tools/highwayenv_there.py /tmp/there.json [--episodes 300] [--tasks merge …]

It imports nothing of Crossplay, and runs where HighwayEnv is installed. Each policy plays so many episodes of each
task, with seeds 0, 1 and so on; of each episode it keeps the return, whether the car crashed, its mean speed (m/s) over
decisions, the number of decisions, and whether it arrived. The file is read by `highwayenv.py`.
"""

import argparse
import importlib
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

TASKS = {
    "highway-fast": "highway-fast-v0", "highway": "highway-v0", "merge": "merge-v1", "roundabout": "roundabout-v1",
    "intersection": "intersection-v2",
}  # fmt: skip
"""By our name, theirs: the newest version of each."""
POLICIES = ("idle", "faster", "slower", "random")
KEPT = ("return", "crashed", "speed", "decisions", "arrived")


def episode(env: Any, policy: str, seed: int) -> list[float]:
    """What is kept of one episode."""
    env.reset(seed=seed)
    draws, plain = np.random.default_rng(seed), env.unwrapped
    choice = plain.action_type.actions_indexes
    total, speeds, over = 0.0, [], False
    while not over:
        action = int(draws.integers(env.action_space.n)) if policy == "random" else choice[policy.upper()]
        _, reward, ended, cut, _ = env.step(action)
        total += float(reward)
        speeds.append(float(plain.vehicle.speed))
        over = bool(ended or cut)
    arrived = float(plain.has_arrived(plain.vehicle)) if hasattr(plain, "has_arrived") else 0.0
    return [total, float(plain.vehicle.crashed), float(np.mean(speeds)), float(len(speeds)), arrived]


def main() -> None:
    """Play, and keep every policy's episodes as soon as they are played."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--episodes", type=int, default=300)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=list(POLICIES))
    given = parser.parse_args()
    gymnasium = importlib.import_module("gymnasium")
    importlib.import_module("highway_env")
    from importlib.metadata import version

    found: dict[str, Any] = json.loads(given.out.read_text()) if given.out.is_file() else {}
    found["version"] = version("highway-env")
    for task in given.tasks:
        env = gymnasium.make(TASKS[task])
        for policy in given.policies:
            started = time.perf_counter()
            rows = [episode(env, policy, seed) for seed in range(given.episodes)]
            found.setdefault(task, {})[policy] = dict(zip(KEPT, np.round(np.transpose(rows), 4).tolist(), strict=True))
            given.out.write_text(json.dumps(found))
            means = np.mean(rows, axis=0).round(3).tolist()
            took = f"{time.perf_counter() - started:.0f} s"
            print(task, policy, dict(zip(KEPT, means, strict=True)), took, flush=True)


if __name__ == "__main__":
    main()
