"""Builds the junction world: junctions that are drawn anew, one of a given network, or one of HighwayEnv's tasks."""

from worlds.road.highwayenv.words import check_task
from worlds.road.layouts.given_words import check_words
from worlds.traffic.junction.rules import VERSION, generated
from worlds.world import Refused, World


def build(
    seats: int | None = None, network: str = "", tasks: str = "varied", task: str = "", drivers: str = "usual"
) -> World:
    """Junction for 1, 2 or 4 seats: generated ones, one of a network that is given, or one of HighwayEnv's tasks.

    Args:
        seats: that drive; 2 where nothing is said, in a task 1.
        network: what `simulator.interop.sumo.packing.pack_network` made of SUMO's files; on the command line the name
            of a ``.net.xml`` file, with ``routes=FILE.rou.xml`` beside it, and ``junction=ID``.
        tasks: of a network: "varied" around the file's demand, or "as given".
        task: of HighwayEnv: roundabout or intersection.
        drivers: of such a task: "usual", as there, or "varied" around those.

    Raises:
        Refused: another number of seats, other words, a network that cannot be.
    """
    check_build(seats, network, tasks, task, drivers)
    if task:
        from worlds.road.highwayenv.building import task_world  # which few need

        return task_world("junction", VERSION, task, drivers)
    count = 2 if seats is None else seats
    if network:
        from worlds.traffic.junction.network.building import at_junction

        return at_junction(generated(count), network, tasks)
    return generated(count)


def check_build(seats: int | None, network: str, tasks: str, task: str, drivers: str) -> None:
    """Refuse what can be told before a network is read.

    Raises:
        Refused: another number of seats, other words.
    """
    check_task("junction", task, drivers, seats)
    if task and network:
        raise Refused(f"junction is given task={task!r} and a network: choose one of them")
    check_words("junction", 2 if seats is None else seats, network, tasks)
