"""How fast training is, end to end: agent-steps per second, where the time goes, and the share of this machine's peak.

The peak, that of large matrix products, is measured in the same run on the same number of threads.
"""

from __future__ import annotations

import time
from typing import Any

import torch
from tianshou.utils.torch_utils import policy_within_training_step

import worlds
from agents.networks.network import Shape, outline
from agents.settings.train import TrainSettings
from agents.training.crew import Crew
from agents.training.run import Run

PEAK_SIZE = 1024
PEAK_ROUNDS = 30
TARGETS = {
    "steps_per_second": (60e3, "at least, goal 90 k"),
    "simulation_share": (0.15, "of the time, at most"),
    "update_share_of_peak": (0.6, "at least"),
}


def flops(shape: Shape) -> tuple[float, float]:
    """Multiplications and additions in the network per agent-step: forward, and backward."""
    memory = outline(shape).remembers
    heads = memory.output_size * (sum(shape.actions) + 1)
    first = shape.observation * shape.encoder
    rest = memory.multiplications + heads
    return 2.0 * (first + rest), 2.0 * (first + 2 * rest)  # no gradient goes to the observation


def peak(threads: int) -> float:
    """FLOP/s of large matrix products on this many single-threaded threads at once; the best of three tries."""
    crew = Crew(threads)

    def work(seed: int) -> None:
        square = torch.randn(PEAK_SIZE, PEAK_SIZE, generator=torch.Generator().manual_seed(seed))
        out = torch.empty_like(square)
        for _ in range(PEAK_ROUNDS):
            torch.mm(square, square, out=out)

    best = 0.0
    for _ in range(3):
        started = time.perf_counter()
        crew.map(work, list(range(threads)))
        best = max(best, threads * PEAK_ROUNDS * 2.0 * PEAK_SIZE**3 / (time.perf_counter() - started))
    crew.close()
    return best


def measure(settings: TrainSettings, updates: int) -> dict[str, Any]:
    """Train for some updates after a warm-up, and book the seconds."""
    learning, network = settings.learning, settings.network
    highest = peak(settings.run.threads)
    run = Run(settings, worlds.get(settings.world.name, **settings.world.args))
    run.collector.reset()
    lanes_each = -(-learning.lanes // learning.minibatches)
    seconds = dict.fromkeys(("simulate_and_copy", "policy", "update", "rest"), 0.0)
    steps, busy = 0, 0.0
    with policy_within_training_step(run.policy):
        for update in range(-1, updates):
            started, cpu = time.perf_counter(), time.process_time()
            stats = run.collector.collect(n_step=learning.lanes)
            learned = run.algorithm.update(run.rollout, lanes_each, learning.epochs)
            run.rollout.reset()
            if update < 0:
                continue  # compiling and first touches of memory
            total = time.perf_counter() - started
            steps, busy = steps + stats.n_collected_steps, busy + time.process_time() - cpu
            known = (stats.simulation_time, stats.policy_time, learned.train_time)
            for name, amount in zip(seconds, (*known, total - sum(known)), strict=True):
                seconds[name] += amount
    run.close()
    total = sum(seconds.values())
    work = sum(flops(run.shape)) * learning.epochs * steps
    return {
        "world": settings.world.name, "threads": settings.run.threads, "lanes": learning.lanes,
        "hidden": network.hidden, "memory": network.memory, "encoder": network.encoder, "epochs": learning.epochs,
        "observation": run.shape.observation,
        "agent_steps": steps, "steps_per_second": steps / total,
        "steps_per_cpu_second": steps / busy,
        "simulation_share": seconds["simulate_and_copy"] / total,
        "shares": {name: amount / total for name, amount in seconds.items()},
        "update_gflops": work / seconds["update"] / 1e9, "peak_gflops": highest / 1e9,
        "update_share_of_peak": work / seconds["update"] / highest,
    }  # fmt: skip


def table(figures: dict[str, Any]) -> str:
    """The figures with their targets, as text."""
    what = f"{figures['memory'].upper()} of {figures['hidden']}, {figures['epochs']} epochs, {figures['lanes']} lanes"
    reach = f"{figures['update_gflops']:.0f} GFLOP/s, {figures['update_share_of_peak']:.0%} of the"
    lines = [
        f"training on {figures['world']}, {what}, {figures['threads']} threads",
        f"  {figures['steps_per_second']:,.0f} agent-steps/s   target {_target('steps_per_second')}",
        *(f"  {name.replace('_', ' '):18s} {share:6.1%} of the time" for name, share in figures["shares"].items()),
        f"  simulation and copying: target {_target('simulation_share')}",
        f"  update: {reach} {figures['peak_gflops']:.0f} that matrix products of {PEAK_SIZE} reach",
        f"  update: target {_target('update_share_of_peak')}",
    ]
    return "\n".join(lines)


def _target(name: str) -> str:
    value, words = TARGETS[name]
    return f"{value:,.0f} {words}" if value > 1 else f"{value:.0%} {words}"
