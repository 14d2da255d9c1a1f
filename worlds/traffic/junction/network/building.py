"""Builds the junction world for one junction of a network that somebody gave."""

from dataclasses import replace
from functools import partial

from worlds.kit.observation import Pieces
from worlds.road.layouts.given import unpack_for
from worlds.traffic.junction.legend import ON_NETWORKS
from worlds.traffic.junction.network import rules, task
from worlds.traffic.junction.network.bots import act
from worlds.traffic.junction.network.picture import draw
from worlds.traffic.junction.network.senses import LIGHT, observe
from worlds.traffic.junction.network.state import consistent_with, given_values, network_state
from worlds.traffic.junction.senses import EVENTS, OWN, STREAMS
from worlds.world import World

TASKS = {
    "varied": (task.draw_population, task.draw_task),
    "as given": (task.draw_population_as_given, task.draw_task_as_given),
}


def at_junction(generated: World, text: str, tasks: str) -> World:
    """The world of a generated junction, at the one of a packed network.

    Raises:
        Refused: a text that is no network, or one that was packed for another world.
    """
    network = unpack_for("junction", text)
    given, seats = given_values(network), len(generated.seats)
    draw_population, draw_task = TASKS[tasks]
    return replace(
        generated,
        page=rules.__doc__ or "",
        state=network_state(network, seats),
        given=given,
        identity=text.partition(":")[0],
        consistent=partial(consistent_with, given),
        observation=Pieces(own=OWN, streams=STREAMS, events=EVENTS, light=LIGHT).within(-4.0, 4.0),
        kernels=replace(
            generated.kernels, draw_population=draw_population, draw_task=draw_task, begin=rules.begin,
            step=rules.step, observe=observe, act=act, solvable=task.solvable,
        ),
        generators=task.GENERATORS,
        view=replace(generated.view, draw=draw, extent=network.extent, legend=ON_NETWORKS),
        build_args={"seats": seats, "network": text, "tasks": tasks},
        learning={**generated.learning, "steps": 3_000_000, "reference_steps": 3_000_000},
    )  # fmt: skip
