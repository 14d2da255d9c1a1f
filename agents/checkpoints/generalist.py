"""The checkpoint of an agent for several worlds: a folder with a checkpoint for each world, and what they share.

The folder holds `config.json`, which names the worlds, and `model.safetensors`, the weights of the shared memory. The
folder of each world within it, named after it, is a checkpoint like any other, but that its memory lies in the folder
above. Weights are kept in float16 and computed with in float32.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from agents.checkpoints.card import versions
from agents.checkpoints.description import (
    CARD,
    CONFIG,
    FORMAT,
    LARGEST_CONFIG,
    Config,
    Hash,
    Name,
    Text,
    damaged,
)
from agents.checkpoints.files import standing
from agents.networks.shape import SharedShape
from simulator.engine.reading import read_bytes
from worlds.world import Refused


class Generalist(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `config.json` says of an agent for several worlds; all else stands in the folder of each world."""

    format: Annotated[int, Meta(ge=FORMAT, le=FORMAT)] = FORMAT
    library_name: Text = "crossplay"
    worlds: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=1000)]
    memory: SharedShape
    sha256: Hash
    """Of the weights of the shared memory."""


class _Kind(msgspec.Struct):
    """What tells an agent for several worlds from others."""

    worlds: msgspec.Raw = msgspec.Raw()


def read_generalist(folder: Path) -> Generalist | None:
    """What a checkpoint says of the worlds of its agent; None for one of a single world, or where there is none.

    Raises:
        Refused: a description that is damaged.
    """
    path = standing(folder) / CONFIG
    if not path.is_file():
        return None
    data = read_bytes(path, LARGEST_CONFIG)
    try:
        if not bytes(msgspec.json.decode(data, type=_Kind).worlds):
            return None
        found = msgspec.json.decode(data, type=Generalist)
    except (ValueError, RecursionError) as error:
        raise damaged(path, error) from error
    if problem := found.memory.problem():
        raise Refused(f"checkpoint {str(path)!r} is damaged: {problem}")
    return found


def part_of(folder: Path, world: str) -> Path:
    """The checkpoint for a world: the folder itself, or the part for this world of an agent for several.

    Raises:
        Refused: the agent did not learn this world.
    """
    found = read_generalist(folder)
    if found is None:
        return folder
    if world not in found.worlds:
        raise Refused(f"agent {named(folder)!r} learned {', '.join(found.worlds)}: it cannot play {world!r}")
    return folder / world


def named(folder: Path) -> str:
    """The name of the agent in a checkpoint folder, which may be that of a run, or a part of one for several worlds."""
    if (folder.parent / CONFIG).is_file():
        return named(folder.parent)
    return folder.parent.name if folder.name == "checkpoint" else folder.name


def generalist_card(parts: Mapping[str, Config]) -> str:
    """README.md of an agent for several worlds."""
    return "\n".join([*_front_matter(parts), *_page(parts), ""])


def _front_matter(parts: Mapping[str, Config]) -> Iterator[str]:
    yield from ("---", "library_name: crossplay", "license: mit", "tags:")
    for tag in ("reinforcement-learning", "meta-reinforcement-learning", "multi-agent", "crossplay", *parts):
        yield f"- {tag}"
    yield "---"


def _page(parts: Mapping[str, Config]) -> Iterator[str]:
    one = next(iter(parts.values()))
    yield f"# One agent for {', '.join(parts)}"
    yield ""
    yield "It adapts within a trial, in each of its worlds. Each world has its own encoder, heads and scale of values;"
    yield f"the memory of {one.network.hidden} units is one for all. Its cards, one a world, tell what it scored."
    yield ""
    yield "| world | version | learned roles | agent-steps | card |"
    yield "|---|---|---|---|---|"
    for world, config in parts.items():
        roles = ", ".join(config.roles)
        yield f"| `{world}` | {config.world_version} | {roles} | {config.steps:,} | [{world}/{CARD}]({world}/{CARD}) |"
    yield ""
    yield f"Trained with seed {one.seed}. Weights are kept in float16, and every figure was measured with these."
    yield f"Commit {one.commit or 'unknown'}, {versions(one)}."
