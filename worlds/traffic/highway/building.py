"""Builds the highway world: motorways that are drawn anew, or one of HighwayEnv's tasks."""

from worlds.road.highwayenv.words import check_task
from worlds.traffic.highway.rules import VERSION, motorway
from worlds.world import Refused, World

SIZES = (1, 2, 4)


def build(seats: int | None = None, task: str = "", drivers: str = "usual") -> World:
    """Highway for 1, 2 or 4 seats, or one of HighwayEnv's tasks.

    Args:
        seats: that drive; 2 where nothing is said, in a task 1.
        task: of HighwayEnv: highway, highway-fast or merge.
        drivers: of a task: "usual", as there, or "varied" around those.

    Raises:
        Refused: another number of seats, other words.
    """
    check_build(seats, task, drivers)
    if task:
        from worlds.road.highwayenv.building import task_world  # which few need

        return task_world("highway", VERSION, task, drivers)
    return motorway(2 if seats is None else seats)


def check_build(seats: int | None, task: str, drivers: str) -> None:
    """Refuse what can be told before anything is built.

    Raises:
        Refused: another number of seats, other words.
    """
    check_task("highway", task, drivers, seats)
    if seats is not None and (not isinstance(seats, int) or seats not in SIZES):
        raise Refused(f"highway is given seats={seats!r}: it takes 1, 2 or 4")
