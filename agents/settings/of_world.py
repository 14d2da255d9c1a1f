"""What a world says of how it is best learned (`World.learning`), as settings of training.

Where a setting comes from: a flag, else the settings file, else the world, else the general default.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from agents.settings.declared import Leaf, assembled, by_name, leaves
from agents.settings.files import Place, converted
from agents.settings.train import TrainSettings, complete
from worlds.world import Refused, World

REFERENCE_STEPS = "reference_steps"
"""The one entry that is no setting: what an agent and its references learn from when they are compared."""
MODEST = 2_000_000
"""The same where a world does not say."""
OF_A_RUN = (
    "world.name", "world.args", "world.split", "trial.reference", "trial.tell", "network.start", "opponents.invited",
    "opponents.exploit",
)  # fmt: skip
"""Settings that say what a run is for, or name files: no world decides them, nor those of the group run."""

OF_A_MEMORY = (
    "network.memory", "network.context", "learning.belief", "opponents.self_play", "opponents.self_play_draw",
    "curriculum.kind",
)  # fmt: skip
"""Settings that a world declares for agents with a memory; other algorithms take none of them."""


def declared_settings(world: World, chosen: Mapping[Place, Any] = MappingProxyType({})) -> dict[Place, Any]:
    """The settings that a world declares, by path, but for those that cannot go with the algorithm or the reference
    that is ``chosen``.

    Raises:
        Refused: names the world, the setting, and what is allowed.
    """
    found = {name: value for name, value in world.learning.items() if name != REFERENCE_STEPS}
    name, known = f"the learning that world {world.name!r} declares", by_name(TrainSettings)
    for key in found:
        if key in known and not _may_be_declared(known[key]):
            allowed = ", ".join(leaf.short for leaf in leaves(TrainSettings) if _may_be_declared(leaf))
            raise Refused(f"{name} sets {key!r}, which each run decides for itself: allowed are {allowed}")
    values = converted(found, TrainSettings, name)
    lanes, minibatches = known["lanes"], known["minibatches"]
    _fit_lanes(values, chosen, len(world.seats))
    own_lanes = values.get(lanes.path, lanes.default)
    if minibatches.path not in values:
        _fit_minibatches(values, own_lanes)
    try:
        assembled(TrainSettings, values)
    except Refused as refusal:
        raise Refused(f"{name}: {refusal}") from refusal
    idle: tuple[str, ...] = OF_A_MEMORY if chosen.get(("learning", "algorithm"), "rl2") != "rl2" else ()
    asked = chosen.get(lanes.path, lanes.default)
    _fit_minibatches(values, own_lanes if asked == lanes.default else asked)
    if chosen.get(("trial", "reference")) == "oracle":
        idle = (*idle, "learning.belief")
    return {place: value for place, value in values.items() if ".".join(place) not in idle}


def _fit_lanes(values: dict[Place, Any], chosen: Mapping[Place, Any], seats: int) -> None:
    """Let all seats of each world be learned from together: a network may have any number of lights."""
    known = by_name(TrainSettings)
    lanes, together = known["lanes"], known["together"]
    if values.get(together.path, chosen.get(together.path, together.default)):
        values[lanes.path] = -(-values.get(lanes.path, lanes.default) // seats) * seats


def _fit_minibatches(values: dict[Place, Any], lanes: int) -> None:
    """Let no more minibatches be declared than there are lanes to share; whoever names a number of them is asked."""
    leaf = by_name(TrainSettings)["minibatches"]
    if 1 <= lanes < values.get(leaf.path, leaf.default):
        values[leaf.path] = lanes


def settings_for(world: World, **values: Any) -> TrainSettings:
    """Settings of training in a world, as `crossplay train` takes them without flags; ``values`` by name go first.

    Raises:
        Refused: a value that is not allowed, here or in what the world declares.
        TypeError: a name that no setting has.
    """
    known = by_name(TrainSettings)
    if unknown := sorted(set(values) - set(known)):
        raise TypeError(f"TrainSettings has no setting {unknown[0]!r}")
    own: dict[Place, Any] = {("world", "name"): world.name, ("world", "args"): dict(world.build_args)}
    chosen = {known[name].path: value for name, value in values.items()}
    return complete(assembled(TrainSettings, {**own, **declared_settings(world, chosen), **chosen}), world)


def reference_steps(world: World) -> int:
    """Agent-steps that an agent and its references learn from when they are compared.

    Raises:
        Refused: the world declares something else than a number of steps.
    """
    steps = world.learning.get(REFERENCE_STEPS, MODEST)
    leaf = by_name(TrainSettings)["steps"]
    if type(steps) is not int or leaf.problem(steps):
        raise Refused(
            f"the learning that world {world.name!r} declares sets reference_steps = {steps!r}: allowed is a whole "
            f"number, {leaf.range}"
        )
    return steps


def _may_be_declared(leaf: Leaf) -> bool:
    return leaf.path[0] != "run" and leaf.name not in OF_A_RUN
