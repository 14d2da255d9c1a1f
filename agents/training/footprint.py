"""What a run takes of memory, estimated before anything of it is taken, so that a run that cannot fit says so.

Arrays that are allocated once are counted to the byte; what comes and goes while it learns is counted by its largest
parts. The estimate leaves out what is small beside them, so a run that is refused does not fit.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch

from agents.networks.network import Shape, outline
from agents.settings.train import TrainSettings
from agents.training.rollout import SIGNALS
from simulator.engine.batch import input_pieces
from worlds.world import Refused, World

REAL = 4  # bytes of a number in networks and rollouts
ADAM = 4  # numbers for each weight: itself, its gradient, two moments
STEP = 9  # numbers for each decision while advantages are computed
PASS = {"lstm": 10, "associative": 40, "linear": 40, "tally": 25, "none": 5}
"""Times the memory's units that one decision of a minibatch takes, forwards and backwards; measured, rounded down."""
LEAST_PASS = 7
"""The same for all other memories; a GRU's is little more."""
GIGA = 10**9


def needed(
    settings: TrainSettings, world: World, shape: Shape, batches: Iterable[tuple[int, int]], steps: int
) -> dict[str, int]:
    """Bytes by part, for ``batches`` of (worlds, lanes of each) and rollouts of so many ``steps``: worlds and messages
    lie in host memory, all others where the network does.
    """
    learning = settings.learning
    told = world.told_pieces.total if settings.trial.reference == "oracle" or shape.belief else 0
    network = outline(shape)
    decisions, weights = steps * learning.lanes, sum(weight.numel() for weight in network.parameters())
    minibatch = steps * -(-learning.lanes // learning.minibatches)
    choices = sum(shape.actions)
    each = shape.seen + 3 * shape.encoder + PASS.get(shape.memory, LEAST_PASS) * shape.hidden + 6 * (choices + 1)
    labels = shape.belief.told if shape.belief else 0
    seen = REAL * (shape.seen + labels + 3) + choices + 8 * len(shape.actions)
    return {
        "worlds": sum(count * _world(world, lanes, told) for count, lanes in batches),
        "messages": decisions * (len(SIGNALS) + REAL),
        "rollout": decisions * seen + learning.lanes * (1 + REAL * (1 + network.state_size)),
        "advantages": decisions * REAL * STEP,
        "memories": 2 * REAL * learning.lanes * network.state_size,
        "one minibatch": REAL * minibatch * each,
        "weights": REAL * ADAM * weights,
    }


def _world(world: World, lanes: int, told: int) -> int:
    """Bytes of one world in a batch with so many lanes."""
    seen, choices = world.observation.total + input_pieces(world).total, sum(world.action_sizes)
    lane = 2 * REAL * (seen + told) + choices + 8 * len(world.action_sizes) + 2 + REAL
    return world.record.itemsize + lanes * lane + 8 * (len(world.seats) + len(world.figure_names)) + 5


def refuse_too_large(parts: dict[str, int], settings: TrainSettings, device: torch.device) -> None:
    """Refuse a run that needs more memory than there is.

    Raises:
        Refused: names what is needed, by its largest parts, and what is there.
    """
    on_host = parts if device.type == "cpu" else {name: parts[name] for name in ("worlds", "messages")}
    places = [("memory", on_host, host_memory())]
    if device.type == "cuda":
        others = {name: size for name, size in parts.items() if name not in on_host}
        places.append(("GPU memory", others, torch.cuda.mem_get_info(device)[0]))
    for place, mine, there in places:
        if there is not None and sum(mine.values()) > there:
            largest = sorted(mine.items(), key=lambda part: -part[1])[:3]
            told = ", ".join(f"{name} {_size(size)}" for name, size in largest)
            raise Refused(
                f"this run needs at least {_size(sum(mine.values()))} of {place} ({told}), and {_size(there)} can be "
                f"had: take fewer lanes than {settings.learning.lanes:,}, a shorter rollout or more minibatches"
            )


def _size(count: int) -> str:
    return f"{count / GIGA:,.1f} GB"


def host_memory() -> int | None:
    """Bytes that this process can still get: of what is free, of its control group and of its own address space; None
    where the system does not say.
    """
    return min(_limits(), default=None)


def _limits() -> Iterator[int]:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            yield 1024 * int(line.split()[1])
    group = Path("/sys/fs/cgroup")
    most, taken = ("".join(_lines(str(group / name))) for name in ("memory.max", "memory.current"))
    if most.isdecimal() and taken.isdecimal():
        yield max(int(most) - int(taken), 0)
    try:
        import resource
    except ImportError:  # not on Windows
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    pages = next(iter(_lines("/proc/self/statm")), "").split()
    if limit != resource.RLIM_INFINITY and pages:
        yield max(limit - int(pages[0]) * os.sysconf("SC_PAGE_SIZE"), 0)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
