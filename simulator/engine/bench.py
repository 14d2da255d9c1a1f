"""Measures the engine on this machine: agent-steps a second, batch sizes, threads, memory, start times, and peers.

An agent-step is one observed, externally driven decision. Every seat is external and plays actions that were drawn
before the clock started. Each measured round is one whole trial of every world, so drawing tasks is counted in.
"""

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine import Batch
from worlds.world import World

SIZES = (64, 256, 1024, 4096, 16384)
STANDARD = 4096  # worlds in the batch that the targets speak of
PREPARED = 8  # arrays of actions, used in turn
TARGETS = {
    "agent_steps_per_second": (2e6, "at least, goal 3 M"),
    "second_core": (1.7, "times, at least"),
    "cost_growth": (2.5, "times from the smallest to the largest batch, at most"),
    "state_bytes": (2048.0, "bytes a world, at most"),
    "warm_start": (2.0, "s, at most"),
    "cold_start": (25.0, "s, at most"),
}
LIGHT = {"matrix": 3e6, "poker": 20e6, "throws": 20e6}
"""Agent-steps a second that worlds with less to do than `tag` and `duel` are held to."""
PUBLISHED = {  # agent-steps a second on one core of the same kind of machine, where the peer is not installed here
    "MPE2 simple_tag": 13e3,
    "VMAS navigation with lidar": 0.39e6,
    "VMAS simple_tag": 0.5e6,
    "JaxMARL simple_tag (no walls, no rays)": 2.2e6,
}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Speed:
    """Agent-steps a second of one batch: the median of whole trials, and how they spread."""

    worlds: int
    threads: int
    median: float
    slowest: float
    fastest: float
    per_cpu_second: float
    """Agent-steps a second of processor time: what an idle machine would give to one thread."""
    rounds: int


def measure(world: World, n: int, *, threads: int = 1, seconds: float = 2.0, inputs: bool = True) -> Speed:
    """Play whole trials of ``n`` worlds with random actions for about ``seconds``, at least two of them."""
    batch = Batch(world, n, threads=threads, inputs=inputs)
    prepared = _actions(world, batch)
    batch.reset()
    for _ in range(3):  # touches all memory and loads the machine code
        batch.step(prepared[0])
    batch.reset()
    decisions = batch.episodes_per_trial * world.timing.decisions
    walls: list[float] = []
    cpus: list[float] = []
    while len(walls) < 2 or sum(walls) < seconds:
        wall, cpu = time.perf_counter(), time.process_time()
        for decision in range(decisions):
            batch.step(prepared[decision % PREPARED])
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    steps = n * batch.L * decisions
    rates = [steps / wall for wall in walls]
    return Speed(
        n, threads, statistics.median(rates), min(rates), max(rates), steps / statistics.median(cpus), len(rates)
    )


def _actions(world: World, batch: Batch) -> list[NDArray[np.int64]]:
    rng = np.random.default_rng(0)
    shape = (PREPARED, batch.n, batch.L)
    table = np.stack([rng.integers(size, size=shape) for size in world.action_sizes], axis=-1)
    return list(table)


def memory(world: World, n: int = STANDARD) -> dict[str, float]:
    """Bytes a world: of its state, and of the batch's buffers."""
    batch = Batch(world, n)
    arrays = {id(value): value.nbytes for value in vars(batch).values() if isinstance(value, np.ndarray)}
    state = batch.worlds.nbytes
    views = sum(1 for value in vars(batch).values() if isinstance(value, np.ndarray) and value.dtype == world.record)
    return {"state_bytes": state / n, "buffer_bytes": (sum(arrays.values()) - views * state) / n, "worlds": float(n)}


def start_times(world: World) -> dict[str, float]:
    """Seconds from a fresh interpreter to the second observation, with an empty kernel cache and with a filled one."""
    source = (
        "import json, sys, numpy, worlds\n"
        "from simulator.engine import Batch\n"
        "batch = Batch(worlds.get(sys.argv[1], **json.loads(sys.argv[2])), 1)\n"
        "batch.reset(); batch.step(numpy.zeros((1, batch.L, len(batch.action_sizes)), int))"
    )
    command = [sys.executable, "-c", source, world.name, json.dumps(dict(world.build_args))]
    root = Path(__file__).resolve().parents[2]
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "CROSSPLAY_CACHE": cache}
        environment.pop("NUMBA_CACHE_DIR", None)  # it would go before, and be filled already
        for name in ("cold_start", "warm_start"):
            begun = time.perf_counter()
            subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)
            found[name] = time.perf_counter() - begun
    return found


def peers(speed: float, seconds: float = 1.0) -> list[dict[str, Any]]:
    """Peers beside ``speed`` (agent-steps a second of ours): measured where installed, else as published."""
    rows: list[dict[str, Any]] = []
    for name, published in PUBLISHED.items():
        play = {"MPE2 simple_tag": _mpe2, "VMAS simple_tag": _vmas}.get(name)
        rate = play(seconds) if play is not None else None
        rows.append(
            {
                "peer": name,
                "agent_steps_per_second": rate or published,
                "measured_here": rate is not None,
                "ratio": speed / (rate or published),
            }
        )
    return rows


def _mpe2(seconds: float) -> float | None:
    if importlib.util.find_spec("mpe2") is None:
        return None
    env = importlib.import_module("mpe2.simple_tag_v3").parallel_env(max_cycles=50)
    env.reset(seed=0)
    steps, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        if not env.agents:
            env.reset()
        steps += len(env.agents)
        env.step(dict.fromkeys(env.agents, steps % 5))
    return steps / (time.perf_counter() - begun)


def _vmas(seconds: float) -> float | None:
    if importlib.util.find_spec("vmas") is None:
        return None
    env = importlib.import_module("vmas").make_env("simple_tag", num_envs=STANDARD, continuous_actions=False, seed=0)
    actions = [env.get_random_action(agent) for agent in env.agents]
    env.step(actions)
    steps, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        env.step(actions)
        steps += STANDARD * len(env.agents)
    return steps / (time.perf_counter() - begun)


def report(
    world: World,
    *,
    sizes: Sequence[int] = SIZES,
    threads: Sequence[int] = (1, 2),
    seconds: float = 2.0,
    starts: bool = True,
    progress: Say = lambda line: None,
) -> dict[str, Any]:
    """Every figure of this file as one JSON-ready dictionary (see `table` for the same as text)."""
    curve = []
    for n in sizes:
        progress(f"{world.name}: {n} worlds")
        curve.append(measure(world, n, seconds=seconds))
    standard = STANDARD if STANDARD in sizes else sizes[-1]
    by_threads = []
    for count in threads:
        progress(f"{world.name}: {standard} worlds on {count} threads")
        by_threads.append(measure(world, standard, threads=count, seconds=seconds))
    found: dict[str, float] = {"agent_steps_per_second": next(s.median for s in curve if s.worlds == standard)}
    if len(by_threads) > 1:
        found["second_core"] = by_threads[1].median / by_threads[0].median
    if len(curve) > 1:
        found["cost_growth"] = curve[0].median / curve[-1].median
    found |= memory(world)
    if starts:
        progress(f"{world.name}: start with an empty and a filled kernel cache")
        found |= start_times(world)
    return {
        "world": world.name,
        "build_args": dict(world.build_args),
        "seats": len(world.seats),
        "machine": {"cores": os.cpu_count(), "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None},
        "figures": found,
        "targets": {
            name: {"value": value, "meaning": words} for name, (value, words) in targets_of(world.name).items()
        },
        "curve": [asdict(speed) for speed in curve],
        "threads": [asdict(speed) for speed in by_threads],
        "peers": peers(found["agent_steps_per_second"]),
    }


def targets_of(world: str) -> dict[str, tuple[float, str]]:
    """The targets of a world, with what they mean."""
    return {**TARGETS, **({"agent_steps_per_second": (LIGHT[world], "at least")} if world in LIGHT else {})}


def table(facts: dict[str, Any]) -> str:
    """The figures with their targets, the curve over batch sizes, the threads and the peers, as text."""
    load = facts["machine"]["load"]
    lines = [f"{facts['world']}, {facts['seats']} seats, random actions, {facts['machine']['cores']} cores"]
    if load is not None and load > 0.5 * (facts["machine"]["cores"] or 1):
        lines.append(f"The machine is busy (load {load:.1f}): figures are too low.")
    lines += ["", f"{'figure':<26}{'here':>14}   target"]
    for name, value in facts["figures"].items():
        target = facts["targets"].get(name)
        words = f"{_number(target['value'])} {target['meaning']}" if target else ""
        lines.append(f"{name.replace('_', ' '):<26}{_number(value):>14}   {words}".rstrip())
    lines += ["", f"{'worlds':>8}{'threads':>9}{'median':>12}{'slowest':>12}{'fastest':>12}{'per CPU-s':>12}"]
    for speed in (*facts["curve"], *facts["threads"]):
        rates = (speed["median"], speed["slowest"], speed["fastest"], speed["per_cpu_second"])
        cells = "".join(f"{_number(rate):>12}" for rate in rates)
        lines.append(f"{speed['worlds']:>8}{speed['threads']:>9}{cells}")
    lines += ["", f"{'peer':<42}{'agent-steps/s':>14}{'ratio':>9}"]
    for peer in facts["peers"]:
        note = "measured here" if peer["measured_here"] else "published"
        lines.append(f"{peer['peer']:<42}{_number(peer['agent_steps_per_second']):>14}{peer['ratio']:>8.1f}×  {note}")
    return "\n".join(lines)


def _number(value: float) -> str:
    if value >= 1e6:
        return f"{value / 1e6:.2f} M"
    if value >= 1e4:
        return f"{value / 1e3:.0f} k"
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"
