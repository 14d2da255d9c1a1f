"""Whether an agent can play a world, from its description alone: no weights are loaded for it."""

from __future__ import annotations

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
    if world.version != config.world_version:
        raise Refused(
            f"agent {name!r} learned version {config.world_version} of world {world.name!r}: "
            f"this is version {world.version}"
        )
    if not knows_layout(config, world):
        raise Refused(f"agent {name!r} learned world {world.name!r} {_unlike_layout(config, world)}")
    if inputs != config.inputs:
        raise Refused(f"agent {name!r} learned with inputs={config.inputs}: the simulation has inputs={inputs}")
    if problem := unlike(config, world):
        raise Refused(f"agent {name!r} does not fit the world {world.name!r} that it names: {problem}")


def knows_layout(config: Config, world: World) -> bool:
    """Whether an agent learned the layout of a world, or can play any with the same pieces and choices."""
    return world.layout_hash == config.layout_hash or plays_any_build(config, world)


def _unlike_layout(config: Config, world: World) -> str:
    """Why the world has another layout than the one that was learned, in the end of a sentence."""
    if dict(world.build_args) != dict(config.build_args):
        built = built_words(config.build_args) or "the defaults"
        return f"built with {built}: build the world like that"
    if config.network.actions != world.action_sizes:
        return f"with other actions ({config.network.actions} choices then, {world.action_sizes} now): train one anew"
    if piece := differing_piece(config, world):
        return f"with another observation ({piece}): train one anew"
    return "with another state, other told facts or other names of seats and actions: train one anew"
