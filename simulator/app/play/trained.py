"""Who plays as a reference beside an agent: a shipped one, else the newest that the user trained and that fits.

Trained ones are looked for in the folder of runs. Only their descriptions are read, a changed one anew, and no weights.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agents.checkpoints.files import standing
from agents.settings.folder import CHECKPOINT, RUNS, trainer_of
from simulator.app.play.seating import facts_of, shipped_agents
from simulator.app.play.texts import text
from simulator.app.play.training_runs import run_folders
from worlds.declarations import Refused

if TYPE_CHECKING:
    from agents.checkpoints.description import Config
    from worlds.world import World

OWN_FOLDER = "references"  # among the runs: where `crossplay references WORLD` trains them
USUAL = ("all", "train")  # what an oracle is told, and the split that references learn on


@dataclass(frozen=True)
class Beside:
    """Who plays as a reference."""

    name: str = ""
    """A shipped checkpoint or the folder of a run; empty where none fits."""
    weights: str = ""
    """SHA-256 of the weights of one that the user trained; empty for a shipped one."""
    misfit: str = ""
    """Why the one that there is does not fit, in a sentence; empty where one fits or there is none."""


class _Outline(msgspec.Struct):
    """What is looked at first in a description."""

    world: str = ""
    reference: str = "none"


def reference_of(world: World, kind: str, roles: Collection[str]) -> Beside:
    """Who plays as "blind" or "oracle" in some roles of a world."""
    import agents

    misfit = ""
    for name in shipped_agents(world.name, kind):
        why = _misfit(facts_of(agents.find(name, world.name)), name, world, roles)
        if not why:
            return Beside(name)
        misfit = misfit or why
    own = ""
    for folder, facts in trained(world.name, kind):
        why = _misfit(facts, str(folder), world, roles)
        if not why:
            return Beside(str(folder), facts.sha256)
        own = own or why
    return Beside(misfit=own or misfit)


def trained(world: str, kind: str) -> list[tuple[Path, Config]]:
    """The runs with a reference of a world, the newest first; those that are still trained come last."""
    found = []
    for folder in _folders(world):
        path = standing(folder / CHECKPOINT) / "config.json"
        try:
            state = path.stat()
        except OSError:
            continue
        facts = _read(path, state.st_mtime_ns, state.st_size, world, kind)
        if facts is not None:
            found.append(((trainer_of(folder) is None, state.st_mtime_ns, str(folder)), folder, facts))
    return [(folder, facts) for _, folder, facts in sorted(found, key=lambda each: each[0], reverse=True)]


def _folders(world: str) -> Iterator[Path]:
    """Runs, each once: first those where references of this world lie, since only so many are looked at."""
    yield from dict.fromkeys([*run_folders(RUNS / OWN_FOLDER / world, 1), *run_folders(RUNS)])


@functools.lru_cache(maxsize=2048)
def _read(path: Path, changed: int, size: int, world: str, kind: str) -> Config | None:
    """A description if it is of such a reference and whole; it is read anew when the file ``changed``."""
    from agents.checkpoints.description import LARGEST_CONFIG
    from simulator.engine.reading import read_bytes

    try:
        outline = msgspec.json.decode(read_bytes(path, LARGEST_CONFIG), type=_Outline)
        return facts_of(path.parent) if (outline.world, outline.reference) == (world, kind) else None
    except (Refused, ValueError, RecursionError):
        return None


def _misfit(facts: Config, name: str, world: World, roles: Collection[str]) -> str:
    """Why a reference cannot stand beside an agent in these roles, in a sentence; empty where it can."""
    from agents.checkpoints.fitting import check_fit

    if strange := [role for role in roles if role not in facts.roles]:
        return text("reference.role", name=name, role=strange[0])
    try:
        check_fit(facts, name, world)
    except Refused:
        return text("reference.unfit", name=name, world=world.name)
    learned = facts.learned
    if facts.reference == "oracle" and learned.tell != USUAL[0]:
        return text(f"reference.tell.{learned.tell}", name=name)
    if facts.split != USUAL[1]:
        return text("reference.split", name=name, split=facts.split)
    return text("reference.taste", name=name) if learned.taste else ""
