"""Whether an agent can play a world, from its description alone: no weights are loaded for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import worlds
from agents.checkpoints.description import Config, differing_piece, plays_any_build, unlike
from worlds.kit.words import built_words
from worlds.world import Refused, World


def check_fit(config: Config, name: str, world: World, inputs: bool = True) -> None:
    """Refuse an agent that learned another world than this one, or another layout, unless it judges choices alike by
    what it is told of each. ``inputs``: whether the simulation has those of earlier decisions.

    Raises:
        Refused: another world, version or layout, a simulation without the inputs that were learned from, or a
            description that does not fit the world.
    """
    if world.name != config.world:
        raise Refused(f"agent {name!r} learned world {config.world!r}: it cannot play {world.name!r}")
    try:
        version = rules_of(config, world)
    except Refused as refusal:
        raise Refused(f"agent {name!r} learned world {world.name!r} as nobody can build it now: {refusal}") from refusal
    if version != config.world_version:
        raise Refused(
            f"agent {name!r} learned version {config.world_version} of world {world.name!r}: this is version {version}"
        )
    if not knows_layout(config, world):
        raise Refused(f"agent {name!r} learned world {world.name!r} {_unlike_layout(config, world)}")
    if inputs != config.inputs:
        raise Refused(f"agent {name!r} learned with inputs={config.inputs}: the simulation has inputs={inputs}")
    if problem := unlike(config, world):
        raise Refused(f"agent {name!r} does not fit the world {world.name!r} that it names: {problem}")


def built_as_asked(name: str, learned: Mapping[str, Any], asked: Mapping[str, Any]) -> World:
    """A world as an agent learned it, but for what is ``asked``; as asked alone where the two do not go together, so
    that nobody is blamed for arguments that he did not give. `check_fit` then tells what differs.

    Raises:
        Refused: arguments that the world does not take.
    """
    try:
        return worlds.get(name, **{**learned, **asked})
    except Refused:
        if not asked:
            raise
        return worlds.get(name, **asked)


def knows_layout(config: Config, world: World) -> bool:
    """Whether an agent learned the layout of a world, or can play any with the same pieces and choices."""
    if world.layout_hash == config.layout_hash:
        return True
    try:
        return plays_any_build(config, world) and rules_of(config, world) == config.world_version
    except Refused:
        return False


def rules_of(config: Config, world: World) -> int:
    """The version by which an agent must have learned to play a world: the present one of what it learned itself, since
    given networks count their versions apart from generated towns.

    Raises:
        Refused: it learned a build that there is not.
    """
    if world.build_args == config.build_args:
        return world.version
    return worlds.get(config.world, **config.build_args).version


def _unlike_layout(config: Config, world: World) -> str:
    """Why the world has another layout than the one that was learned, in the end of a sentence."""
    learned, built = dict(config.build_args), dict(world.build_args)
    then, now = _beside(learned, built), _beside(built, learned)
    if then or now:
        old, new = (built_words(build) or "the defaults" for build in (then, now))
        return (
            f"built with {old}, not with {new}: build the world like that, or train an agent for this build "
            f"(crossplay train {world.name} --build …)"
        )
    if config.network.actions != world.action_sizes:
        return f"with other actions ({config.network.actions} choices then, {world.action_sizes} now): train one anew"
    if piece := differing_piece(config, world):
        return f"with another observation ({piece}): train one anew"
    return "with another state, other told facts or other names of seats and actions: train one anew"


def _beside(build: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are not the same in another build."""
    return {name: value for name, value in build.items() if name not in other or other[name] != value}
