"""What `crossplay generalist` does: one frozen value, kept as a TOML file next to its results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from agents.settings.declared import SEEDS, Range, Shown, changed, check_ranges, note
from agents.settings.of_world import settings_for
from agents.settings.train import TrainSettings
from worlds.world import Refused, World


@dataclass(frozen=True, kw_only=True)
class GeneralistSettings:
    """The worlds of one agent, and what they share; all else is as each world declares it.

    Raises:
        Refused: a value that is not allowed.
    """

    world: Annotated[tuple[str, ...], Shown("WORLD …", positional=True)] = ()
    """Names of the worlds."""
    memory: Literal["declared", "gru", "ledger"] = "declared"
    """Of each world, as it declares, or gru for all; ledger is that for worlds that name things, and a gru for others.
    """
    hidden: Annotated[int, Range(0, 4096)] = 0
    """Units of the memory that all worlds share; 0 for as many as they declare."""
    encoder: Annotated[int, Range(0, 4096)] = 0
    """Units between observation and memory; 0 for as many as they declare."""
    lanes: Annotated[int, Range(0, 2**20)] = 0
    """Learning seats of each world; 0 for as many as it declares."""
    rate: Annotated[float, Range(0.0, 1.0)] = field(default=2e-3, metadata=note(short="learning_rate"))
    """Adam's step size for the shared memory at the start; each world's own layers have the one that it declares."""
    share: Annotated[float, Range(1e-6, 1e3)] = 1.0
    """Agent-steps of each world, as a share of those that it declares."""
    steps: Annotated[dict[str, int], Shown("WORLD=STEPS …")] = field(default_factory=dict)
    """Agent-steps of single worlds, which go before that share."""
    seed: Annotated[int, SEEDS] = 0
    """Decides weights, tasks and every draw."""
    threads: Annotated[int, Range(1, 1024)] = 2
    """Threads for simulation and for learning, which take turns: use the number of physical cores."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks and rollouts live; the simulation always runs on CPU threads."""
    out: Annotated[str, Shown("DIR")] = field(default="", metadata=note(may_change=True, incidental=True))
    """Run folder; empty for runs/generalist-seedN."""
    resume: bool = field(default=False, metadata=note(may_change=True, incidental=True))
    """Go on with the run in the folder, exactly where it was last saved."""
    checkpoint_minutes: Annotated[float, Range(0.0, 10**6)] = field(
        default=5.0, metadata=note(may_change=True, incidental=True)
    )
    """Minutes between checkpoints."""
    progress: bool = field(default=True, metadata=note(may_change=True, incidental=True))
    """Show the live bar."""

    def __post_init__(self) -> None:
        check_ranges(self)
        if twice := [word for word, count in Counter(self.world).items() if count > 1]:
            raise Refused(f"world names {twice[0]!r} twice: leave one of them out")
        if stranger := [name for name in self.steps if name not in self.world]:
            raise Refused(f"steps names {stranger[0]!r}: choose from the worlds, {', '.join(self.world) or 'none'}")
        for name, steps in self.steps.items():
            if type(steps) is not int or not 1 <= steps <= 10**13:
                raise Refused(f"steps of {name!r} is {steps!r}: allowed is a whole number, 1 to {10**13:,}")

    @property
    def folder(self) -> Path:
        """Where the run is kept."""
        return generalist_folder(self.out, self.seed)


def generalist_folder(out: str, seed: int) -> Path:
    """Where such a run is kept: the folder that was asked for, else one named after its seed."""
    return Path(out or f"runs/generalist-seed{seed}")


def of_each_world(settings: GeneralistSettings, built: Mapping[str, World]) -> dict[str, TrainSettings]:
    """How each world is learned: as it declares, but for what all share.

    Raises:
        Refused: no two worlds, a world that declares another way to learn, or sizes that cannot be shared.
    """
    if len(built) < 2:
        named = f"only {settings.world[0]!r}" if settings.world else "none"
        raise Refused(f"world names {named}: an agent for several worlds takes two or more")
    common = {name: getattr(settings, name) for name in ("seed", "threads", "device")}
    common |= {name: getattr(settings, name) for name in ("hidden", "encoder", "lanes") if getattr(settings, name)}
    found = {}
    for name, world in built.items():
        memory = {"gru": "gru", "ledger": "ledger" if world.things else "gru"}.get(settings.memory)
        own = settings_for(world, **common, **({"memory": memory} if memory else {}), progress=False)
        steps = settings.steps.get(name, max(1, round(own.learning.steps * settings.share)))
        found[name] = changed(own, steps=steps)
        if own.learning.algorithm != "rl2":
            raise Refused(f"world {name!r} declares algorithm {own.learning.algorithm!r}: worlds share a memory, rl2")
    return found
