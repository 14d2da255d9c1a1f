"""List the worlds, or tell all about one of them.

Compiled kernels are kept in the user's cache folder, or in $CROSSPLAY_CACHE/kernels where that variable is set. They
are code: whoever can write to that folder can run code as you, so share it with nobody whom you do not trust.

Examples:
  crossplay worlds
  crossplay worlds tag
  crossplay worlds tag --build seats=8 --json
  crossplay worlds --compile
"""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app.commands.common import Outcome, build_world, refuse, table
from simulator.app.commands.flags import Build, Flag, Options, WorldName
from simulator.app.pages.declarations import describe, roles
from worlds.declarations import PARTS
from worlds.kit.words import built_words

if TYPE_CHECKING:
    from worlds.world import World

JSON = True
TELLS_WHAT_IT_COMPILES = True
MOST_SEATS = 8


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Which worlds, and how."""

    world: WorldName = ""
    """Tell all about this world: its page, seats, actions, what is seen, bots, generators."""
    build: Build = dataclasses.field(default_factory=dict)
    """Arguments of the world's own build, such as seats=8."""
    compile: Flag = False
    """Compile all that playing, training, recording and verifying the worlds needs into the user's cache, so that the
    first start afterwards is fast; a cache that cannot be written later is used as it is.
    """
    every_size: Flag = False
    """With --compile: for every number of seats from 1 to 8 that a world takes."""
    rules_only: Flag = False
    """With --compile: leave out what learning needs."""
    quiet: Flag = False
    """Print no table."""


def run(settings: Settings, options: Options) -> Outcome:
    """List worlds; with a name, tell all about that one."""
    import worlds

    chosen = [settings.world] if settings.world else list(worlds.names())
    built = [build_world(name, settings.build if settings.world else None) for name in chosen]
    if settings.compile:
        compile_all(built, settings, options)
    facts = {"worlds": [describe(world) for world in built]}
    if settings.quiet:
        return Outcome(facts=facts)
    return Outcome(text=page(built[0]) if settings.world else overview(built), facts=facts)


def overview(built: list[World]) -> str:
    """One row a world."""
    rows = [
        (
            world.name,
            str(world.version),
            ", ".join(f"{_count(world, role)} {role}" for role in roles(world)),
            _by_split([generator.split for generator in world.generators]),
            _by_split([bot.split for bot in world.bots]),
            str(world.observation.total),
            "×".join(str(size) for size in world.action_sizes),
            world.page.partition("\n")[0].removeprefix(f"{world.name.capitalize()}: "),
        )
        for world in built
    ]
    heads = ("world", "version", "seats", "layouts", "bots", "seen", "actions", "about")
    return table(heads, rows) + "\n\nlayouts and bots: for training + kept for testing + final"


def page(world: World) -> str:
    """The page of one world, followed by tables made from its declarations."""
    facts = describe(world)
    seats = [(seat["name"], seat["role"], str(seat["team"])) for seat in facts["seats"]]
    seen = [(row["piece"], row["at"], str(row["size"])) for row in facts["observation"]]
    actions = [(action["name"], ", ".join(action["choices"])) for action in facts["actions"]]
    layouts = [(generator["name"], generator["split"]) for generator in facts["generators"]]
    bots = [(bot["role"], bot["name"], bot["split"], bot["about"]) for bot in facts["bots"]]
    knobs = [(bot["name"], *_knob_row(knob)) for bot in facts["bots"] for knob in bot["knobs"]]
    episode = f"{facts['decisions']} decisions of {facts['decision_seconds']:g} s in an episode"
    sections = [
        world.page.strip(),
        f"Version {world.version}, {episode}, {facts['state_bytes']} bytes of state.",
        table(("seat", "role", "team"), seats),
        table(("action", "choices"), actions),
        table(("seen", "at", "size"), seen) + f"\n{'':4}{world.observation.total} numbers in all",
        table(("layout", "split"), layouts),
        table(("role", "bot", "split", "about"), bots),
        table(("bot", "knob", "range", "kept for testing", "final"), knobs),
    ]
    return "\n\n".join(sections)


def _count(world: World, role: str) -> int:
    return sum(seat.role == role for seat in world.seats)


def _by_split(splits: list[str]) -> str:
    return " + ".join(str(splits.count(part)) for part in PARTS)


def _knob_row(knob: dict[str, Any]) -> tuple[str, ...]:
    regions = (knob["low"], knob["high"]), knob["held_out"], knob["final"]
    return knob["name"], *(f"{region[0]:g}…{region[1]:g}" if region else "" for region in regions)


def compile_all(built: list[World], settings: Settings, options: Options) -> None:
    """Compile worlds, and what learning needs in any of them; say how much that was and where it lies."""
    from worlds.kit.cache import cache_root

    root = cache_root()
    before = _kept(root)
    if settings.every_size:
        compile_sizes([world.name for world in built], options)
    else:
        for world in built:
            compile_world(world)
    if built and not settings.rules_only:
        compile_learning(built)
        compile_window()
    files, size = (now - then for now, then in zip(_kept(root), before, strict=True))
    what = f"{files} kernels were compiled, {size / 2**20:.1f} MiB" if files else "nothing was missing"
    print(f"{what}: the kernels are in {root}", file=sys.stderr, flush=True)


def _kept(root: Path) -> tuple[int, int]:
    """Number and bytes of the files with machine code."""
    sizes = [path.stat().st_size for path in root.rglob("*.nbc")]
    return len(sizes), sum(sizes)


def compile_window() -> None:
    """What paints panels: a window prepares it in the background, which a short look may not wait for."""
    from simulator.app.shell.painter import prepare

    prepare()


def compile_learning(built: Sequence[World]) -> None:
    """Make one update with every kind of memory, and play with what came out: the kernels of agents are the same in
    every world, so the smallest one that a memory goes with will do.
    """
    import tempfile
    from typing import get_args, get_type_hints

    import agents
    from agents.networks.shape import FILING
    from agents.settings.declared import made
    from agents.settings.groups import NetworkSettings
    from agents.settings.train import TrainSettings
    from agents.training.train import train
    from simulator.engine import Simulation
    from simulator.engine.trial import play_trial

    for memory in get_args(get_type_hints(NetworkSettings)["memory"]):
        fitting = [world for world in built if world.things or memory not in FILING]
        if not fitting:
            continue  # what cannot be learned with here is not missed
        world = min(fitting, key=lambda world: world.record.itemsize)
        print(f"compiling memory {memory}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="crossplay-") as place:
            settings = made(
                TrainSettings, world=world.name, world_args=dict(world.build_args), out=os.path.join(place, "run"),
                memory=memory, lanes=2, steps=1, episodes=1, rollout=4, minibatches=1, threads=1, hidden=8, encoder=8,
                progress=False,
            )  # fmt: skip
            folder = train(settings)
            bots = {seat.name: "bot" for seat in world.seats[1:]}
            play_trial(Simulation(world, seats=bots, episodes_per_trial=1), {0: agents.load(folder)}, None)


def compile_world(world: World) -> None:
    """Run every kernel of a world once: in a batch and by hand, and what windows and pictures need."""
    import numpy as np

    from simulator.app.shell.jobs import warmed
    from simulator.engine import Batch, Simulation

    size = built_words(world.build_args)
    print(f"compiling {world.name} {size}", file=sys.stderr, flush=True)
    batch = Batch(world, 1, reveal=True)
    batch.reset()
    batch.step(np.zeros((1, batch.L, len(world.actions)), np.int64))
    batch.restore(batch.snapshot())
    batch.begin_tasks(np.array([0]), np.array([1]), np.array([0]))
    batch.take_opponents(np.array([0]), batch.worlds.copy(), np.ones((1, len(world.seats)), bool))
    batch.tell()
    simulation = Simulation(world, seats={seat.name: "bot" for seat in world.seats})
    simulation.step(np.zeros((len(world.seats), len(world.actions)), np.int64))
    simulation.figures()
    simulation.restart_episode()
    warmed(simulation)


def compile_sizes(names: list[str], options: Options) -> None:
    """Compile worlds in every size, as many at once as there are cores: each in a process of its own."""
    from simulator.engine.compiling import run_tied
    from simulator.engine.threads import team

    folder = ["--worlds", str(options.worlds)] if options.worlds else []

    def compile_one(job: tuple[str, int]) -> None:
        words = ["worlds", job[0], "--build", f"seats={job[1]}", "--compile", "--rules-only", "--quiet", *folder]
        environment = {**os.environ, "CROSSPLAY_COMPILERS": "1"}
        if code := run_tied(words, environment):
            refuse(f"world {job[0]!r} with seats={job[1]} was not compiled, exit code {code}: see what it said above")

    jobs = [(name, seats) for name in names for seats in range(1, MOST_SEATS + 1) if _takes(name, seats)]
    with team(os.cpu_count()) as pool:
        list(pool.map(compile_one, jobs))


def _takes(name: str, seats: int) -> bool:
    from worlds.world import Refused

    try:
        build_world(name, {"seats": seats})
    except Refused:
        return False
    return True
