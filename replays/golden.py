"""Golden replays: a short run of a world with everything in it, kept to prove that its rules stay the same."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from replays.recorder import record
from simulator.engine import Simulation
from worlds.world import World

SEED = 20_261_122
SHORTEST = 600  # ticks
WORD = 2**64 - 1


def golden(world: World, path: str | Path, *, ticks: int | None = None) -> None:
    """Record a run of fixed seed: random allowed actions, bots taking over and handing back seats, several tasks.

    Without a number of ``ticks`` it takes 600, or as many as two whole episodes have decisions.

    The run depends on the world's rules alone, so the same rules give the same file byte for byte (but for the
    version of Crossplay in its description).

    Raises:
        Refused: the file cannot be written.
    """
    ticks = ticks or max(SHORTEST, 2 * world.timing.decisions)
    simulation = Simulation(world, seed=SEED, episodes_per_trial=2)
    with record(path, keyframe_seconds=100 * world.timing.tick, minds=False, compact=True) as recording:
        recording.begin(simulation)
        for tick in range(ticks):
            for op, arguments in _interventions(len(world.seats), tick / ticks, (tick + 1) / ticks):
                getattr(simulation, op)(**arguments)
                recording.control(simulation, op, **arguments)
            simulation.tick(random_actions(simulation, tick // world.timing.ticks_per_decision))
            recording.tick(simulation)


def _interventions(seats: int, start: float, end: float) -> list[tuple[str, dict[str, int]]]:
    """What happens from `start` to below `end`, in parts of the run: bots play half of the seats, then all, then the
    task changes, then the first seat is taken back in an episode that begins again."""
    plan: list[tuple[float, str, dict[str, int]]] = [
        *[(0.21, "drive", {"seat": seat, "external": False}) for seat in range(0, seats, 2)],
        *[(0.43, "drive", {"seat": seat, "external": False}) for seat in range(1, seats, 2)],
        (0.63, "next_task", {}),
        (0.83, "drive", {"seat": 0, "external": True}),
        (0.85, "restart_episode", {}),
    ]
    return [(op, arguments) for at, op, arguments in plan if start <= at < end]


def random_actions(simulation: Simulation, count: int) -> NDArray[np.int64]:
    """Allowed actions (S, K) that follow from `count` alone, the same on every machine."""
    sizes = simulation.world.action_sizes
    actions = np.zeros((len(simulation.world.seats), len(sizes)), np.int64)
    for seat in range(len(actions)):
        at = 0
        for factor, size in enumerate(sizes):
            allowed = np.flatnonzero(simulation.legal[seat, at : at + size])
            if allowed.size:
                word = hashed((count * len(actions) + seat) * len(sizes) + factor)
                actions[seat, factor] = allowed[word % allowed.size]
            at += size
    return actions


def hashed(word: int) -> int:
    """SplitMix64 of a counter (Steele, Lea and Flood 2014)."""
    word = (word + 1) * 0x9E3779B97F4A7C15 & WORD
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 & WORD
    word = (word ^ word >> 27) * 0x94D049BB133111EB & WORD
    return word ^ word >> 31
