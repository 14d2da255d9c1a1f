"""Write the golden replay of a world: a short run of fixed seed that proves that its rules stay the same.

Every shipped world has one under tests/golden; a world of your own gets one in a folder golden/ beside it. A golden
replay is only written anew when the rules changed on purpose, and then the world's version must rise with it.

Examples:
  crossplay golden tag
  crossplay golden lamp --worlds my_worlds
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.app.commands.common import Outcome, build_world, refuse
from simulator.app.commands.flags import OptionalFile, Options, WorldName

if TYPE_CHECKING:
    from worlds.world import World


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Which world, and where to."""

    world: WorldName
    """Name of the world."""
    out: OptionalFile = None
    """Write to this file instead."""


def run(settings: Settings, options: Options) -> Outcome:
    """Write a golden replay, unless it would hide a change of the rules."""
    import replays

    world = build_world(settings.world)
    path = settings.out or golden_path(world)
    if path.name in ("", "..") or path.is_dir():
        refuse(f"out is {str(path)!r}: name a file")
    if path.exists():
        problem = rules_changed(world, path)
        if problem is None:
            return Outcome(text=f"{path} still holds: the rules of {world.name} are unchanged.")
        if problem:
            refuse(problem)
    replays.golden(world, path)
    return Outcome(text=f"wrote {path} ({path.stat().st_size:,} bytes)")


def golden_path(world: World) -> Path:
    """Where the golden replay of a world belongs: tests/golden, or golden/ beside a user's world."""
    import inspect

    source = Path(inspect.getfile(world.draw)).resolve()
    project = Path(__file__).resolve().parents[3]
    if source.is_relative_to(project / "worlds"):
        return project / "tests" / "golden" / f"{world.name}.mcap"
    folder = source.parent if source.stem == world.name else source.parent.parent
    return folder / "golden" / f"{world.name}.mcap"


def rules_changed(world: World, path: Path) -> str | None:
    """None: the golden replay holds. A sentence: the rules changed, but not the version. Empty: the version rose."""
    import replays
    from worlds.world import Refused

    try:
        verdict = replays.verify(path)
    except Refused:  # made with another version or layout
        return ""
    if verdict.ok:
        return None
    return (
        f"{verdict.sentence}, but its version is still {world.version}: raise the version, then write the golden replay"
    )
