"""`parallel_env`: any world as a PettingZoo environment (the class itself is in world_env.py)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

import worlds
from simulator.engine import checks
from simulator.engine.seats import refuse_final_bots
from simulator.engine.simulation import Simulation
from worlds.kit.words import shown
from worlds.world import Refused, World

if TYPE_CHECKING:
    from simulator.engine.world_env import WorldEnv


def parallel_env(
    world: str | World,
    *,
    seed: int = 0,
    split: str = "train",
    episodes_per_trial: int | None = None,
    seats: int | Mapping[str, str] | None = None,
    render_mode: str | None = None,
    inputs: bool = False,
    **build: Any,
) -> "WorldEnv":
    """A PettingZoo environment of ``world``: a name from ``worlds.names()``, or a world already built.

    ``seats`` as a number is how many seats the named world is built with; as a mapping (seat name → spec, see
    `Simulation`) it says who fills them. For both, build the world first. Further keywords go to the world's build.

    Raises:
        Refused: an unknown world, render mode, split, seat or spec, a build argument that the world does not take, or
            the split final or one of its bots, which learners never meet.
    """
    checks.open_to_learners(split)
    if isinstance(seats, (int, np.integer)):
        build["seats"], seats = seats, None
    if isinstance(world, str):
        world = worlds.get(world, **build)
    elif not isinstance(world, World):
        raise Refused(f"world is {shown(world)}: expected a name, or what worlds.get(NAME) gives")
    elif build:
        raise Refused(f"world {world.name!r} is already built: it takes no {', '.join(sorted(build))}")
    simulation = Simulation(
        world, seed=seed, split=split, episodes_per_trial=episodes_per_trial, seats=seats, inputs=inputs
    )
    refuse_final_bots(world, seats)
    from simulator.engine.world_env import WorldEnv  # PettingZoo and Gymnasium are needed by this view only

    return WorldEnv(simulation, render_mode)
