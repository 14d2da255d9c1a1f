"""Networks that a command line names by their files become build arguments that a world can take anywhere."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Place = tuple[str, ...]

BUILDS: dict[Place, Place] = {("build",): ("world",), ("world", "args"): ("world", "name")}
"""Settings that hold build arguments, and the world's name beside them."""
_known: dict[tuple[Any, ...], dict[str, Any]] = {}


def read_networks(values: dict[Place, Any]) -> None:
    """Put the network itself in the place of ``network=FILE``, and of ``routes=FILE`` beside it.

    Raises:
        Refused: a file that cannot be read, or what is in it cannot be driven.
    """
    for place, name in BUILDS.items():
        build = values.get(place)
        if isinstance(build, Mapping) and "network" in build:
            values[place] = _packed(build, str(values.get(name, "")))


def _packed(build: Mapping[str, Any], world: str) -> dict[str, Any]:
    """Read once, however often the arguments are looked at; what is left out is told once too."""
    key = (world, *((name, value, _stamp(value)) for name, value in sorted(build.items())))
    if key not in _known:
        from simulator.interop.sumo.packing import with_packed

        _known[key], left_out = with_packed(build, world)
        if left_out:
            told = ", ".join(f"{what} ({times})" for what, times in left_out.items())
            print(f"network {Path(str(build['network'])).name}: left out or changed: {told}", file=sys.stderr)
    return _known[key]


def _stamp(value: Any) -> tuple[int, int]:
    """What tells whether a file has changed."""
    try:
        facts = Path(value).stat() if isinstance(value, str) and len(value) < 1000 else None
    except (OSError, ValueError):
        facts = None
    return (facts.st_mtime_ns, facts.st_size) if facts else (0, 0)
