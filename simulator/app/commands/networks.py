"""Networks that a command line names by their files become build arguments that a world can take anywhere."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.app.commands.common import refuse

Place = tuple[str, ...]

BUILDS: dict[Place, Place] = {("build",): ("world",), ("world", "args"): ("world", "name")}
"""Settings that hold build arguments, and the world's name beside them."""
TAKES_NETWORKS = ("signals", "routes", "junction")
"""Worlds that can be built on a network, as `worlds.road.layouts.given_tables.KINDS`, whose import takes time."""
SOURCES = ("network", "routes", "additional")
"""Build arguments that name files of networks."""
LAYOUT = "layout"
"""That of a kitchen; it may be a name, too."""
LONGEST_NAME = 1000  # characters; what is longer is a packed network
_known: dict[tuple[Any, ...], dict[str, Any]] = {}


def names_networks(values: dict[Place, Any]) -> bool:
    """Whether any build argument is given to a world that takes networks, or is a network."""
    builds = ((values.get(place), values.get(name)) for place, name in BUILDS.items())
    return any(isinstance(build, Mapping) and build and ("network" in build or world in TAKES_NETWORKS)
               for build, world in builds)  # fmt: skip


def files_of_builds(values: dict[Place, Any]) -> list[str]:
    """The files that build arguments name, those of networks and of kitchens."""
    builds = (values.get(place) for place in BUILDS)
    given = [build.get(name) for build in builds if isinstance(build, Mapping) for name in (*SOURCES, LAYOUT)]
    return [value for value in given if isinstance(value, str) and 0 < len(value) < LONGEST_NAME]


def read_networks(values: dict[Place, Any]) -> None:
    """Put the network itself in the place of ``network=FILE``, and of ``routes=FILE`` beside it.

    Raises:
        Refused: a file that cannot be read, or what is in it cannot be driven; before that, other words of the build.
    """
    for place, name in BUILDS.items():
        build, world = values.get(place), str(values.get(name, ""))
        if isinstance(build, Mapping) and build and ("network" in build or world in TAKES_NETWORKS):
            _check(build, world)
            if "network" in build:
                values[place] = _packed(build, world)


def _check(build: Mapping[str, Any], world: str) -> None:
    """Refuse words that no world of a network takes, before its files are read, which takes a while."""
    import worlds
    from simulator.interop.sumo.packing import FILE_ARGUMENTS

    for name in SOURCES:
        if build.get(name) == "":
            refuse(f"{name}= names no file: name one, as in network=town.net.xml")
    if build.get("task") == "":
        refuse("task= names no task: name one, as in task=merge, or leave it out")
    if world in worlds.shipped():  # those of a user are not known yet
        worlds.check(world, build, FILE_ARGUMENTS if world in TAKES_NETWORKS else ())
    alone = next((name for name in FILE_ARGUMENTS if name in build), None)
    if "network" not in build and alone is not None:
        refuse(f"{alone}={build[alone]!r} is of a network: name its file too, as in network=town.net.xml")


def _packed(build: Mapping[str, Any], world: str) -> dict[str, Any]:
    """Read once, however often the arguments are looked at; what is left out is told once too."""
    key = (world, *((name, value, _stamp(value)) for name, value in sorted(build.items())))
    if key not in _known:
        from simulator.interop.sumo.packing import with_packed
        from worlds.world import Refused

        try:
            _known[key], left_out = with_packed(build, world)
        except Refused as refusal:  # the flag is that of `crossplay sumo`
            raise Refused(str(refusal).replace("--leave-out", "leave_out=true beside network=")) from refusal
        if left_out:
            told = ", ".join(f"{what} ({times})" for what, times in left_out.items())
            print(f"network {Path(str(build['network'])).name}: left out or changed: {told}", file=sys.stderr)
    return _known[key]


def _stamp(value: Any) -> tuple[int, int]:
    """What tells whether a file has changed."""
    try:
        facts = Path(value).stat() if isinstance(value, str) and len(value) < LONGEST_NAME else None
    except (OSError, ValueError):
        facts = None
    return (facts.st_mtime_ns, facts.st_size) if facts else (0, 0)
